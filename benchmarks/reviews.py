"""Accuracy on real movie reviews: the text classifier against TF-IDF and a linear model.

Usage: python -m benchmarks.reviews FILE.tsv [--seeds N]

The file has columns ``rating`` (positive above 0) and ``text``.
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
    parser.add_argument("--seeds", type=int, default=1)
    arguments = parser.parse_args()
    reviews = pd.read_csv(arguments.file, sep="\t", quoting=csv.QUOTE_NONE)
    X, y = reviews["text"].to_numpy(), (reviews["rating"] > 0).astype(int).to_numpy()
    folds = StratifiedKFold(3, shuffle=True, random_state=0)
    linear = make_pipeline(
        TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2),
        LogisticRegression(C=10, max_iter=1000),
    )
    candidates = {"TF-IDF + LogisticRegression(C=10)": linear}
    for seed in range(arguments.seeds):
        candidates[f"RNNTextClassifier(random_state={seed})"] = RNNTextClassifier(
            random_state=seed
        )
    print(f"{len(X)} reviews, three stratified folds\n")
    print(f"| {'estimator':<36} | accuracy | folds               | seconds |")
    print(f"|{'-' * 38}|---------:|---------------------|--------:|")
    for name, estimator in candidates.items():
        start = time.perf_counter()
        scores = cross_val_score(estimator, X, y, cv=folds)
        seconds = time.perf_counter() - start
        each = " ".join(f"{score:.4f}" for score in scores)
        print(f"| {name:<36} | {np.mean(scores):8.4f} | {each:<19} | {seconds:7.1f} |", flush=True)


if __name__ == "__main__":
    main()
