"""Accuracy on real movie reviews: the text classifier against TF-IDF and a linear model.

Usage: python -m benchmarks.reviews FILE.tsv [--seeds N]

The file has columns ``rating`` (positive above 0) and ``text``. The last row is the mean over
the seeds of the network.
"""

import argparse
import csv
import time

import numpy as np
import pandas as pd
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline

from skrnn import RNNTextClassifier


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    parser.add_argument("--seeds", type=int, default=3)
    arguments = parser.parse_args()
    reviews = pd.read_csv(arguments.file, sep="\t", quoting=csv.QUOTE_NONE)
    X, y = reviews["text"].to_numpy(), (reviews["rating"] > 0).astype(int).to_numpy()
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    linear = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        LogisticRegression(C=10, max_iter=1000),
    )
    networks = {
        f"RNNTextClassifier(random_state={seed})": RNNTextClassifier(random_state=seed)
        for seed in range(arguments.seeds)
    }
    print(f"{len(X)} reviews, three stratified folds\n")
    print(f"| {'estimator':<36} | accuracy | folds                | seconds |")
    print(f"|{'-' * 38}|---------:|----------------------|--------:|")
    judge("TF-IDF + LogisticRegression(C=10)", linear, X, y, folds)
    runs = [judge(name, network, X, y, folds) for name, network in networks.items()]
    print_row("RNNTextClassifier()", *np.mean(runs, axis=0))


def judge(name, estimator, X, y, folds):
    """Print accuracies, and give their mean and the seconds that they took."""
    start = time.perf_counter()
    scores = cross_val_score(estimator, X, y, cv=folds)
    seconds = time.perf_counter() - start
    print_row(name, np.mean(scores), seconds, " ".join(f"{score:.4f}" for score in scores))
    return np.mean(scores), seconds


def print_row(name, accuracy, seconds, each=""):
    print(f"| {name:<36} | {accuracy:8.4f} | {each:<20} | {seconds:7.1f} |", flush=True)


if __name__ == "__main__":
    main()
