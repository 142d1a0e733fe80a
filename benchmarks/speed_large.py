"""An epoch of a large network, against Keras alone.

Usage: [KERAS_BACKEND=jax|torch] python -m benchmarks.speed_large

LSTM(128) on sequences of 80 steps, batches of 128.
"""

import keras
import numpy as np

from benchmarks.timing import compare_epochs, print_header
from skrnn import RNNRegressor

X = np.random.default_rng(0).normal(size=(2560, 80)).astype(np.float32)
y = X[:, -5:].sum(axis=1)


def fit_keras(epochs):
    layers = [keras.Input((80, 1)), keras.layers.LSTM(128), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile("adam", "mean_squared_error")
    model.fit(X[:, :, None], y, batch_size=128, epochs=epochs, verbose=0)


def fit_skrnn(epochs):
    RNNRegressor(cell="lstm", units=128, batch_size=128, epochs=epochs).fit(X, y)


def main():
    print_header()
    work = f"an epoch of LSTM(128), 80 steps, 128 a batch, {keras.backend.backend()}"
    compare_epochs(work, fit_skrnn, {"Keras": fit_keras}, more=6)


if __name__ == "__main__":
    main()
