"""Numbers predicted from texts, and labels from texts beside columns.

Usage: python -m benchmarks.text_tables [--movies FILE.tsv]

Regression: R² and seconds of CPU of one fit, means over three folds. "movies" has a file with
columns ``rating`` and ``text``; "words" are docstrings and the logarithm of their number of words.

Tables: accuracy and log loss. "reviews" are generated reviews that turn on word order, beside a
price and a colour: a review counts for what is red, and the price for what is blue, so that no
column tells the label by itself.
"""

import argparse
import csv
import time

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.compose import make_column_transformer
from sklearn.decomposition import TruncatedSVD
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression, RidgeCV
from sklearn.metrics import log_loss, r2_score
from sklearn.model_selection import KFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

from skrnn import RNNTextClassifier, RNNTextRegressor
from skrnn.datasets import load_docstrings, make_reviews


def read_movies(path):
    reviews = pd.read_csv(path, sep="\t", quoting=csv.QUOTE_NONE)
    return reviews["text"].to_numpy(), reviews["rating"].to_numpy(float)


def load_words():
    texts = load_docstrings(return_X_y=True)[0]
    return texts, np.log([len(text.split()) for text in texts])


def make_table(n=4000, seed=0):
    """Give reviews with prices and colours, and labels that all of them decide."""
    rng = np.random.default_rng(seed)
    texts, opinions = make_reviews(n, random_state=seed, return_X_y=True)
    table = pd.DataFrame(
        {"review": texts, "price": rng.normal(50, 20, n), "color": rng.choice(["red", "blue"], n)}
    )
    liked = opinions == np.unique(opinions)[1]
    return table, np.where(table["color"] == "red", liked, table["price"] < 50).astype(int)


def vectorize(**words):
    return TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2, **words)


def encode(vectorizer):
    """Make what a table goes through before a model of scikit-learn."""
    return make_column_transformer(
        (vectorizer, "review"), (StandardScaler(), ["price"]), (OneHotEncoder(), ["color"])
    )


def judge_all(models, X, y, score):
    """Give the mean figures of models over three folds, and the seconds of CPU of one fit."""
    figures = {}
    for rows, held_out in KFold(3, shuffle=True, random_state=0).split(y):
        pick = (lambda some: X.iloc[some]) if hasattr(X, "iloc") else (lambda some: X[some])
        for name, model in models.items():
            start = time.process_time()
            fitted = clone(model).fit(pick(rows), y[rows])
            seconds = time.process_time() - start
            judged = {name: (*score(fitted, pick(held_out), y[held_out]), seconds)}
            if getattr(fitted, "linear", False):
                linear = *score(fitted.linear_, pick(held_out), y[held_out]), np.nan
                judged = {f"the linear part of {name}": linear} | judged
            for row, values in judged.items():
                figures.setdefault(row, []).append(values)
    return {name: np.mean(values, axis=0) for name, values in figures.items()}


def score_numbers(model, X, y):
    return (r2_score(y, model.predict(X)),)


def score_labels(model, X, y):
    proba = model.predict_proba(X)
    return np.mean(proba.argmax(axis=1) == y), log_loss(y, proba)


def print_table(title, head, figures):
    print(f"\n| {title} | {' | '.join(head)} | seconds |")
    print(f"|---|{'---:|' * (len(head) + 1)}")
    for name, (*values, seconds) in figures.items():
        shown = "" if np.isnan(seconds) else f"{seconds:.1f}"
        print(
            f"| {name} | {' | '.join(f'{value:.3f}' for value in values)} | {shown} |", flush=True
        )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--movies", metavar="FILE.tsv")
    arguments = parser.parse_args()
    RNNTextClassifier(epochs=1, linear=False).fit(["a b", "c"] * 9, [0, 1] * 9)  # imports Keras
    regressors = {
        "TF-IDF + RidgeCV": make_pipeline(vectorize(), RidgeCV(np.logspace(-1, 1, 5), cv=5)),
        "RNNTextRegressor(linear=False)": RNNTextRegressor(linear=False, random_state=0),
        "RNNTextRegressor()": RNNTextRegressor(random_state=0),
    }
    if arguments.movies:
        figures = judge_all(regressors, *read_movies(arguments.movies), score_numbers)
        print_table("movies", ["R²"], figures)
    print_table("words", ["R²"], judge_all(regressors, *load_words(), score_numbers))
    svd = make_pipeline(vectorize(), TruncatedSVD(100, random_state=0))
    classifiers = {
        "TF-IDF, columns + LogisticRegression(C=10)": make_pipeline(
            encode(vectorize()), LogisticRegression(C=10, max_iter=2000)
        ),
        "TF-IDF with 100 components, columns + HistGradientBoosting": make_pipeline(
            encode(svd), HistGradientBoostingClassifier(random_state=0)
        ),
        "RNNTextClassifier() on the reviews alone": make_pipeline(
            make_column_transformer(("passthrough", ["review"])),
            RNNTextClassifier(random_state=0),
        ),
        'RNNTextClassifier(text="review")': RNNTextClassifier(text="review", random_state=0),
    }
    figures = judge_all(classifiers, *make_table(), score_labels)
    print_table("reviews beside columns", ["accuracy", "log loss"], figures)


if __name__ == "__main__":
    main()
