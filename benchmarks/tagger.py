"""Accuracy over tokens: the tagger beside a linear one that reads the same tokens.

Usage: python -m benchmarks.tagger [--sets generated,...] [--conllu FILE.conllu]

Sets: "generated", sentences whose tags turn on order and on words far away; "treebank", the
universal parts of speech of a CoNLL-U file, trained on its sentences with ``set = train`` and
tested on those with ``set = test``. The linear tagger is a logistic regression on the token, its
shape and affixes, and the same of two neighbours on each side. Figures are the accuracy over all
tokens of the test part, over those that training has not seen, the share of sentences without an
error, and the seconds of CPU of the fit.
"""

import argparse
import time

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline

from skrnn import RNNTagger
from skrnn.datasets import make_tagged_sentences
from skrnn.text._tokens import describe_token

REACH = 2  # tokens on each side that the linear tagger reads


class LinearTagger(BaseEstimator):
    """Logistic regression on features of a token and its neighbours."""

    def fit(self, X, y):
        """Fit the regression."""
        self._model = make_pipeline(
            DictVectorizer(dtype=np.float32), LogisticRegression(C=1.0, max_iter=60, tol=1e-3)
        )
        self._model.fit([f for row in X for f in list_features(row)], np.concatenate(y))
        return self

    def predict(self, X):
        """Predict the tag of each token."""
        tags = self._model.predict([f for row in X for f in list_features(row)])
        return np.split(tags, np.cumsum([len(row) for row in X])[:-1])


def list_features(row):
    """Give the features of each token of a sentence."""
    known = [describe_token(token, True, True) for token in row]
    ends = [["<end>"]] * REACH
    padded = ends + known + ends
    return [
        {
            f"{place}:{number}={value}": 1
            for place in range(2 * REACH + 1)
            for number, value in enumerate(padded[i + place])
        }
        for i in range(len(row))
    ]


def read_conllu(path):
    """Give the training and test part of a CoNLL-U file: tokens and universal parts of speech."""
    parts = {}
    with open(path, encoding="utf-8") as lines:
        for block in lines.read().strip().split("\n\n"):
            rows = block.splitlines()
            part = next(row.split("=")[1].strip() for row in rows if row.startswith("# set"))
            fields = [row.split("\t") for row in rows if row[0] != "#"]
            fields = [field for field in fields if field[0].isdigit()]
            tokens, tags = parts.setdefault(part, ([], []))
            tokens.append([field[1] for field in fields])
            tags.append([field[3] for field in fields])
    return parts


def make_parts():
    X, y = make_tagged_sentences(4000, random_state=0, return_X_y=True)
    return {"train": (X[:3000], y[:3000]), "test": (X[3000:], y[3000:])}


def judge(tagger, known, X, y):
    """Give accuracies over tokens, over those that are not known, and over sentences."""
    right = [np.equal(ours, tags) for ours, tags in zip(tagger.predict(X), y, strict=True)]
    is_new = np.array([token not in known for row in X for token in row])
    tokens = np.concatenate(right)
    of_new = tokens[is_new].mean() if is_new.any() else np.nan
    return tokens.mean(), of_new, np.mean([row.all() for row in right])


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sets", default="generated")
    parser.add_argument("--conllu", metavar="FILE.conllu")
    arguments = parser.parse_args()
    sets = {"generated": make_parts, "treebank": lambda: read_conllu(arguments.conllu)}
    RNNTagger(epochs=1).fit([["a", "b"]] * 4, [["A", "B"]] * 4)  # imports Keras
    taggers = {
        "windows + LogisticRegression": LinearTagger(),
        "RNNTagger(spelling=False)": RNNTagger(spelling=False, random_state=0),
        "RNNTagger()": RNNTagger(random_state=0),
    }
    print("| set | tagger | accuracy | new tokens | sentences | seconds |")
    print("|-----|--------|---------:|-----------:|----------:|--------:|")
    for name in arguments.sets.split(","):
        parts = sets[name]()
        X, y = parts["train"]
        known = {token for row in X for token in row}
        for row, tagger in taggers.items():
            start = time.process_time()
            tagger.fit(X, y)
            seconds = time.process_time() - start
            values = judge(tagger, known, *parts["test"])
            figures = " | ".join("" if np.isnan(value) else f"{value:.4f}" for value in values)
            print(f"| {name} | {row} | {figures} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
