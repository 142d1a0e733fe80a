"""Cells whose gates do not see the state, against GRU: time at 1,000 steps, and errors.

Usage: [KERAS_BACKEND=jax|torch] python -m benchmarks.minimal_cells [times|waves|m3]

Times are those of an epoch of 4 batches of 32 sequences. Errors on waves are mean squared ones of
the next values of noisy waves that were not trained on, over five draws of the waves; those on the
1,428 monthly series of the M3 competition are sMAPE, in per cent, of 18 months ahead, of
``RNNForecaster`` with its defaults and three seeds.
"""

import statistics
import sys

import keras
import numpy as np

from benchmarks.timing import compare_epochs, print_header
from skrnn import RNNForecaster, RNNRegressor
from skrnn.datasets import make_waves

CELLS = "mingru", "minlstm", "gru"
N_STEPS = 1000
N_TRAIN, N_TEST = 2000, 500


def time_cells(units=32):
    """Print what an epoch of each minimal cell takes beside one of the GRU."""
    X = np.random.default_rng(0).normal(size=(128, N_STEPS)).astype(np.float32)
    y = X[:, -5:].sum(axis=1)

    def fit(cell, epochs):
        RNNRegressor(cell=cell, units=units, epochs=epochs).fit(X, y)

    print_header()
    for cell in CELLS[:2]:
        work = f"4 batches of 32, {N_STEPS} steps, {cell}({units})"
        peers = {"GRU of skrnn": lambda epochs: fit("gru", epochs)}
        # On TensorFlow loops are compiled in trainings of three epochs and more.
        compare_epochs(work, lambda epochs, cell=cell: fit(cell, epochs), peers, few=3, more=18)


def compare_waves():
    """Print the errors of each cell on waves, of one layer and of two."""
    print("\n| cell | units | mean squared error | of the GRU's |")
    print("|------|-------|-------------------:|-------------:|")
    for units in (32, (32, 32)):
        errors = {
            cell: statistics.mean(find_error(cell, units, seed) for seed in range(5))
            for cell in CELLS
        }
        for cell, error in errors.items():
            print(f"| {cell} | {units} | {error:.5f} | {error / errors['gru']:.2f} |", flush=True)


def find_error(cell, units, seed):
    X, y = make_waves(N_TRAIN + N_TEST, random_state=seed, return_X_y=True)
    words = {"epochs": 20, "learning_rate": 0.01, "random_state": seed}
    rnn = RNNRegressor(cell=cell, units=units, **words).fit(X[:N_TRAIN], y[:N_TRAIN])
    return float(np.mean((rnn.predict(X[N_TRAIN:]) - y[N_TRAIN:]) ** 2))


def compare_m3():
    """Print the errors of each cell on the M3 months."""
    from benchmarks.m3 import forecast_ends, judge, load_panel

    panel = load_panel("monthly", validation=False)
    print("\n| cell | sMAPE of three seeds | mean |\n|------|------|-----:|")
    for cell in CELLS:
        errors = []
        for seed in range(3):
            forecasts = forecast_ends(RNNForecaster(cell=cell, random_state=seed), panel)
            errors.append(judge(forecasts, panel)[0])
        each = ", ".join(f"{error:.2f}" for error in errors)
        print(f"| {cell} | {each} | {statistics.mean(errors):.2f} |", flush=True)


def main():
    print(f"Backend: {keras.backend.backend()}\n")
    parts = {"times": time_cells, "waves": compare_waves, "m3": compare_m3}
    for part in sys.argv[1:] or parts:
        parts[part]()


if __name__ == "__main__":
    main()
