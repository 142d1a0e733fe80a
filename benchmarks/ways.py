"""Ways through the time steps of an LSTM on TensorFlow's CPU path: what the limits rest on.

Usage: python -m benchmarks.ways

An epoch of 20 batches of 30 steps, compiled before, in each of the ways that skrnn chooses from:
the kernel for what is small, and for what is not, Keras's loop in short trainings and the one that
XLA compiles in long ones.
"""

import statistics
from math import inf

import numpy as np

from benchmarks.timing import time_once
from skrnn import RNNRegressor
from skrnn.training import _tensorflow as limits

# Up to which sizes a cell goes into the kernel, and from how many time steps on XLA compiles.
WAYS = {"loop": (0, inf), "kernel": (inf, inf), "XLA": (0, 0)}
SIZES = [  # units, features, rows a batch
    (32, 1, 32),
    (64, 1, 32),
    (64, 64, 32),
    (64, 64, 128),
    (128, 128, 32),
]

NETWORK = {"cell": "lstm", "embedding": None, "bidirectional": False, "strategy": "direct"}


def time_way(way, units, X):
    """Give the seconds of an epoch, the median of five."""
    limits.SMALL_CELL = limits.SMALL_STEP = WAYS[way][0]
    limits.LARGE_LOOPS_FROM = limits.LOOPS_FROM = WAYS[way][1]
    rnn = RNNRegressor(cell="lstm", units=units, epochs=1, batch_size=len(X) // 20)
    rnn.fit(X, X[:, -1, 0])  # compiled
    return statistics.median(time_once(lambda: rnn.fit(X, X[:, -1, 0])) for _ in range(5))


def main():
    print("| units | features | rows a batch | loop, s | kernel / loop | XLA / loop | chosen |")
    print("|------:|---------:|-------------:|--------:|--------------:|-----------:|--------|")
    usual = limits.SMALL_CELL, limits.SMALL_STEP
    for units, n_features, batch_size in SIZES:
        X = np.random.default_rng(0).normal(size=(20 * batch_size, 30, n_features))
        loop, kernel, xla = (time_way(way, units, X.astype(np.float32)) for way in WAYS)
        limits.SMALL_CELL, limits.SMALL_STEP = usual
        network = NETWORK | {"units": (units,), "n_features": n_features}
        fused = limits._is_small(network, batch_size)
        print(
            f"| {units} | {n_features} | {batch_size} | {loop:.3g} | {kernel / loop:.2f} | "
            f"{xla / loop:.2f} | {'kernel' if fused else 'loop, XLA'} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
