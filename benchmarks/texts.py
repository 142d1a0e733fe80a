"""Accuracy and calibration on texts: the text classifier, its two parts, and TF-IDF.

Usage: python -m benchmarks.texts [--sets docstrings,order,...] [--movies FILE.tsv]
                                  [--n-networks K]

Sets: "movies", whose file has columns ``rating`` (positive above 0) and ``text``; "docstrings" of
four packages; "quickstart", those of two; "order", "fewer" and "korean", generated reviews that
turn on word order. Figures are means over three stratified folds: accuracy, log loss, the expected
calibration error (ECE: of 15 bins of the largest probability), and the seconds of CPU of one fit,
with their share of those of the network alone.
"""

import argparse
import csv
import time

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import StratifiedKFold
from sklearn.pipeline import make_pipeline

from skrnn import RNNTextClassifier
from skrnn.datasets import load_docstrings, make_reviews

N_BINS = 15
LINEAR = "its linear part"
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
            judged = {name: judge(fitted, texts[held_out], y[held_out], seconds)}
            if name == "RNNTextClassifier()":
                linear = fitted.linear_
                judged = {LINEAR: judge(linear, texts[held_out], y[held_out])} | judged
            for row, values in judged.items():
                figures.setdefault(row, []).append(values)
    return {name: np.mean(values, axis=0) for name, values in figures.items()}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", default=",".join(list(SETS)[1:]))
    parser.add_argument("--movies", metavar="FILE.tsv")
    parser.add_argument("--n-networks", type=int)
    arguments = parser.parse_args()
    alone = "RNNTextClassifier(linear=False)"
    classifiers = {
        "TF-IDF + LogisticRegression(C=10)": make_pipeline(
            TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
            LogisticRegression(C=10, max_iter=1000),
        ),
        alone: RNNTextClassifier(linear=False, random_state=0),
        "RNNTextClassifier()": RNNTextClassifier(random_state=0),
    }
    if arguments.n_networks:
        several = RNNTextClassifier(n_networks=arguments.n_networks, random_state=0)
        classifiers[f"RNNTextClassifier(n_networks={arguments.n_networks})"] = several
    first, _ = SETS["quickstart"](None)
    RNNTextClassifier(epochs=1, linear=False).fit(first[:50], np.arange(50) % 2)  # imports Keras
    print("| set | classifier | accuracy | log loss | ECE | seconds | share |")
    print("|-----|------------|---------:|---------:|----:|--------:|------:|")
    for name in arguments.sets.split(","):
        figures = judge_all(classifiers, *SETS[name](arguments.movies))
        for row, (accuracy, loss, error, seconds) in figures.items():
            share = seconds / figures[alone][-1]
            times = " | " if np.isnan(seconds) else f"{seconds:.1f} | {share:.2f}"
            values = f"{accuracy:.4f} | {loss:.3f} | {error:.3f} | {times}"
            print(f"| {name} | {row} | {values} |", flush=True)


if __name__ == "__main__":
    main()
