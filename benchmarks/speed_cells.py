"""An epoch of one recurrent layer, against Keras alone: how cells, sizes and batches compare.

Usage: [KERAS_BACKEND=jax|torch] python -m benchmarks.speed_cells

Sequences of 80 steps and of 12, in 20 batches an epoch; on TensorFlow also in 500, from which on
XLA compiles a step.
"""

import keras
import numpy as np

from benchmarks.timing import compare_epochs, print_header
from skrnn import RNNRegressor

# Cell, units, steps, rows a batch, batches an epoch.
SIZES = [
    ("lstm", 128, 80, 128, 20),
    ("gru", 128, 80, 128, 20),
    ("lstm", 64, 80, 32, 20),
    ("lstm", 32, 80, 32, 20),
    ("gru", 32, 80, 32, 20),
    ("simple", 32, 80, 32, 20),
    ("lstm", 32, 12, 32, 20),
    ("gru", 32, 12, 32, 20),
    ("simple", 32, 12, 32, 20),
]
if keras.backend.backend() == "tensorflow":
    SIZES += [("gru", 32, 80, 32, 500), ("simple", 32, 80, 32, 500)]
LAYERS = {"simple": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}


def compare_size(cell, units, steps, batch_size, n_batches):
    """Print the row of a size."""
    n = n_batches * batch_size
    X = np.random.default_rng(0).normal(size=(n, steps)).astype(np.float32)
    y = X[:, -5:].sum(axis=1)

    def fit_keras(epochs):
        layer = getattr(keras.layers, LAYERS[cell])(units)
        model = keras.Sequential([keras.Input((steps, 1)), layer, keras.layers.Dense(1)])
        model.compile("adam", "mean_squared_error")
        model.fit(X[:, :, None], y, batch_size=batch_size, epochs=epochs, verbose=0)

    def fit_skrnn(epochs):
        words = {"units": units, "batch_size": batch_size, "epochs": epochs}
        RNNRegressor(cell=cell, **words).fit(X, y)

    work = f"{n_batches} batches of {batch_size}, {steps} steps, {LAYERS[cell]}({units})"
    compare_epochs(work, fit_skrnn, {"Keras": fit_keras}, more=6 if n_batches < 500 else 2)


def main():
    print(f"Backend: {keras.backend.backend()}\n")
    print_header()
    for size in SIZES:
        compare_size(*size)


if __name__ == "__main__":
    main()
