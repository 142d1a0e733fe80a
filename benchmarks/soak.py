"""An hour of predictions and fits in one process: wrong outcomes, and memory.

Usage: [KERAS_BACKEND=jax] python -m benchmarks.soak [--predictions 100000] [--fits 1000]
                                                     [--clear-every N] [--picture docs/soak.png]

Three fitted estimators predict again and again, for series and texts of changing number and
length; now and then one is loaded anew from its file. Each prediction must have the bits of the
first one for the same input. Then estimators are fitted, each of another shape; one in ten is of
a shape that has been, and must predict the same bits as then. ``--clear-every`` calls
``clear_pool`` after so many fits. Memory is that of the process, in a hundred steps of either.
"""

import argparse
import os
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

import skrnn
from benchmarks.memory import measure_resident
from skrnn import RNNForecaster, RNNRegressor, RNNTextClassifier
from skrnn.datasets import load_airline

N_REQUESTS = 100  # of each estimator
LOADED_EVERY = 250  # predictions
N_STEPS = 100
CELLS = ["gru", "lstm", "simple"]


@dataclass
class Curve:
    """What became of a number of calls, and the MiB of the process before and during them."""

    n_wrong: int = 0
    sizes: list = field(default_factory=lambda: [measure_resident()])
    seconds: float = 0.0

    def run(self, n, call):
        """Call with each number below n; what gives False is a wrong outcome."""
        start, due = time.perf_counter(), np.linspace(0, n, N_STEPS + 1).astype(int)[1:]
        for number in range(n):
            self.n_wrong += not call(number)
            if number + 1 in due:
                self.sizes.append(measure_resident())
                done = f"{number + 1:,} of {n:,}, {self.n_wrong} wrong, {self.sizes[-1]:,.0f} MiB"
                print(done, file=sys.stderr, flush=True)
        self.seconds = time.perf_counter() - start
        return self

    def print_row(self, what, n):
        """Print how many were wrong, and the memory at some moments."""
        last = len(self.sizes) - 1
        marks = [self.sizes[i] for i in (0, last // 10, last // 2, last)]
        sizes = " | ".join(f"{size:,.0f}" for size in marks)
        print(f"| {what} | {n:,} | {self.n_wrong} | {sizes} | {self.seconds:,.0f} |", flush=True)


class Service:
    """Fitted estimators, with requests and what was answered to each at the beginning."""

    def __init__(self, folder, rng):
        self._rng, self._paths = rng, []
        X, texts, labels = rng.normal(size=(400, 12)), write_texts(rng, 300, 500), rng.integers
        self._models = [
            RNNRegressor(epochs=2, random_state=0).fit(X, X.sum(axis=1)),
            RNNForecaster(epochs=2, random_state=0).fit(load_airline().data),
            RNNTextClassifier(epochs=2, random_state=0).fit(texts, labels(0, 2, 300)),
        ]
        self._requests = [
            [rng.normal(size=(rng.integers(1, 65), 12)) for _ in range(N_REQUESTS)],
            [rng.normal(size=rng.integers(60, 200)).cumsum() for _ in range(N_REQUESTS)],
            [write_texts(rng, rng.integers(1, 9), 700) for _ in range(N_REQUESTS)],
        ]
        for number, model in enumerate(self._models):
            self._paths.append(Path(folder) / f"{number}.skops")
            skrnn.save(model, self._paths[-1])
        self._answers = [
            [ask(model, request) for request in requests]
            for model, requests in zip(self._models, self._requests, strict=True)
        ]

    def answer(self, number):
        """Predict for a request, and tell whether the answer is that of the beginning."""
        kind, row = number % len(self._models), self._rng.integers(N_REQUESTS)
        if number % LOADED_EVERY == LOADED_EVERY - 1:
            self._models[kind] = skrnn.load(self._paths[kind])
        return ask(self._models[kind], self._requests[kind][row]) == self._answers[kind][row]


class Fits:
    """Fits of changing shapes, with what each of them predicted."""

    def __init__(self, rng, clear_every=None):
        self._rng, self._answers, self._clear_every = rng, {}, clear_every

    def fit(self, number):
        """Fit a shape that is new or has been, and tell whether it predicts as it did."""
        if self._clear_every and number % self._clear_every == 0:
            skrnn.clear_pool()
        if number % 10 == 9:
            number = self._rng.integers(number)
            number -= number % 10 == 9
        answer = learn(number)
        return self._answers.setdefault(number, answer) == answer


def ask(model, request):
    """Give the bytes of what a model predicts."""
    return getattr(model, "predict_proba", model.predict)(request).tobytes()


def learn(number):
    """Fit the estimator of a number, and give what it predicts."""
    rng = np.random.default_rng(number)
    n, window, n_features = rng.integers(50, 150), rng.integers(3, 40), rng.integers(1, 7)
    words = {"cell": CELLS[number // 3 % 3], "units": int(rng.integers(2, 33)), "epochs": 1}
    words["random_state"] = int(rng.integers(100))
    if number % 3 == 0:
        X = rng.normal(size=(n, window, n_features))
        return ask(RNNRegressor(**words).fit(X, X.sum(axis=(1, 2))), X)
    words["linear"] = False  # one training a fit
    if number % 3 == 1:
        series = rng.normal(size=(n, n_features)).cumsum(axis=0)
        return ask(RNNForecaster(**words, window=int(window)).fit(series), series)
    texts = write_texts(rng, n, rng.integers(20, 2000))
    words |= {"embedding_dim": int(rng.integers(4, 33)), "bidirectional": False}
    return ask(RNNTextClassifier(**words).fit(texts, rng.integers(0, 2, n)), texts)


def write_texts(rng, n, n_words):
    """Give texts of 1 to 30 words, of so many different ones."""
    return [
        " ".join(f"w{word}" for word in rng.integers(n_words, size=rng.integers(1, 31)))
        for _ in range(n)
    ]


def soak(n_predictions, n_fits, clear_every=None):
    """Give the curves of predictions and of fits."""
    rng = np.random.default_rng(0)
    with tempfile.TemporaryDirectory() as folder:
        service = Service(folder, rng)
        predictions = Curve().run(n_predictions, service.answer)
    return predictions, Curve().run(n_fits, Fits(rng, clear_every).fit)


def draw(curves, counts, path):
    """Draw the memory of the process as it predicts and fits."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9, 3), layout="constrained")
    for ax, curve, (what, n) in zip(
        figure.subplots(1, 2, sharey=True), curves, counts, strict=True
    ):
        ax.plot(np.linspace(0, n, len(curve.sizes)), curve.sizes)
        ax.set_xlabel(what)
    figure.axes[0].set(ylabel="MiB of the process", ylim=(0, None))
    figure.savefig(path, dpi=100)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--predictions", type=int, default=100_000)
    parser.add_argument("--fits", type=int, default=1000)
    parser.add_argument("--clear-every", type=int, metavar="N")
    parser.add_argument("--picture", metavar="PATH")
    options = parser.parse_args()
    counts = [("predictions", options.predictions), ("fits", options.fits)]
    curves = soak(options.predictions, options.fits, options.clear_every)
    print("| what | number | wrong | MiB at the start | a tenth | half | the end | seconds |")
    print("|------|-------:|------:|-----------------:|--------:|-----:|--------:|--------:|")
    for curve, (what, n) in zip(curves, counts, strict=True):
        curve.print_row(what, n)
    if options.picture:
        draw(curves, counts, options.picture)


if __name__ == "__main__":
    main()
