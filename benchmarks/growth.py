"""How the time of a fit grows with rows, length, vocabulary, candidates and networks.

Usage: [KERAS_BACKEND=jax] python -m benchmarks.growth [TOPIC ...]

A topic is printed where its name begins so; without any, all are.
"""

import argparse
import statistics

import numpy as np
from sklearn.model_selection import GridSearchCV

from benchmarks.timing import time_once
from skrnn import RNNClassifier, RNNForecaster, RNNRegressor, SequenceTokenizer, clear_pool
from skrnn.datasets import load_airline

RNG = np.random.default_rng(0)


def fit_rows(n):
    X = RNG.normal(size=(n, 20)).astype(np.float32)
    return lambda: RNNRegressor(cell="lstm", epochs=2).fit(X, X[:, -1])


def fit_steps(n):
    X = RNG.normal(size=(2000, n)).astype(np.float32)
    return lambda: RNNRegressor(cell="lstm", epochs=2).fit(X, X[:, -1])


def fit_vocabulary(n):
    ids = RNG.integers(1, n, size=(2000, 20))
    ids[0, 0] = n - 1
    labels = ids[:, 0] > n // 2
    words = {"embedding": "learned", "embedding_dim": 32, "epochs": 2}
    return lambda: RNNClassifier(**words).fit(ids, labels)


def tokenize(n):
    texts = [" ".join(map(str, RNG.integers(0, 20_000, 20))) for _ in range(n)]
    return lambda: SequenceTokenizer().fit_transform(texts)


def search(n):
    X = RNG.normal(size=(200, 12)).astype(np.float32)
    grid = {"learning_rate": np.geomspace(1e-4, 1e-1, n).tolist()}

    def run():
        clear_pool()
        GridSearchCV(RNNRegressor(cell="lstm", epochs=5), grid, cv=3).fit(X, X[:, -1])

    return run


def average(n):
    def run():
        clear_pool()
        RNNForecaster(n_networks=n).fit(load_airline().data)

    return run


TOPICS = {
    "rows of 20 steps, two epochs": (fit_rows, [2_000, 4_000, 8_000, 16_000]),
    "steps of 2,000 sequences, two epochs": (fit_steps, [20, 40, 80, 160]),
    "tokens in the vocabulary, two epochs": (fit_vocabulary, [2_000, 8_000, 32_000, 128_000]),
    "texts of 20 words, tokenised": (tokenize, [5_000, 10_000, 20_000, 40_000]),
    "candidates of a grid search, compiling included": (search, [1, 2, 4, 8]),
    "networks averaged in a forecaster, compiling included": (average, [1, 2, 4, 8]),
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("topics", nargs="*", metavar="TOPIC")
    wanted = tuple(parser.parse_args().topics)
    print("| what grows | size | seconds | times the row above | times the first |")
    print("|------------|-----:|--------:|--------------------:|----------------:|")
    for topic, (prepare, sizes) in TOPICS.items():
        if not wanted or topic.startswith(wanted):
            print_topic(topic, prepare, sizes)


def print_topic(topic, prepare, sizes):
    medians = []
    for size in sizes:
        run = prepare(size)
        if not medians or prepare not in (search, average):
            run()  # imported, and compiled where that is not timed
        medians.append(statistics.median(map(time_once, [run] * 3)))
        growth = " | "
        if len(medians) > 1:
            growth = f"{medians[-1] / medians[-2]:.2f} | {medians[-1] / medians[0]:.2f}"
        print(f"| {topic} | {size:,} | {medians[-1]:.3g} | {growth} |", flush=True)


if __name__ == "__main__":
    main()
