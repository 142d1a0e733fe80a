"""An epoch of one recurrent layer, against Keras alone and, beside TensorFlow, PyTorch.

Usage: [KERAS_BACKEND=jax|torch] python -m benchmarks.speed_cells [UNITS ...]

Sequences of 80 steps and of 12, in 20 batches an epoch, in trainings of some epochs: on TensorFlow
XLA compiles the loops of those that are long. With numbers of units, layers of so many alone.
Peers that are not installed are left out.
"""

import sys
from importlib.util import find_spec

import keras
import numpy as np

from benchmarks.timing import compare_epochs, print_header
from skrnn import RNNRegressor

N_BATCHES = 20
WIDE = [("lstm", 128), ("gru", 128), ("simple", 128), ("lstm", 64), ("gru", 64)]
# Cell, units, steps, rows a batch, epochs of the trainings of which one is longer.
SIZES = [(cell, units, 80, 128, (2, 5)) for cell, units in WIDE]
SIZES += [(cell, 256, 80, 128, (2, 4)) for cell in ("lstm", "gru", "simple")]
SIZES += [(cell, 64, 80, 32, (8, 14)) for cell in ("lstm", "gru")]
SIZES += [(cell, 32, 80, 32, (8, 14)) for cell in ("lstm", "gru", "simple")]
SIZES += [(cell, 32, 12, 32, (1, 6)) for cell in ("lstm", "gru", "simple")]
LAYERS = {"simple": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}


def compare_size(cell, units, steps, batch_size, epochs):
    """Print the rows of a size."""
    n = N_BATCHES * batch_size
    X = np.random.default_rng(0).normal(size=(n, steps)).astype(np.float32)
    y = X[:, -5:].sum(axis=1)

    def fit_keras(epochs):
        layer = getattr(keras.layers, LAYERS[cell])(units)
        model = keras.Sequential([keras.Input((steps, 1)), layer, keras.layers.Dense(1)])
        model.compile("adam", "mean_squared_error")
        model.fit(X[:, :, None], y, batch_size=batch_size, epochs=epochs, verbose=0)

    def fit_torch(epochs):
        train_torch(cell, units, X[:, :, None], y[:, None], batch_size, epochs)

    def fit_skrnn(epochs):
        words = {"units": units, "batch_size": batch_size, "epochs": epochs}
        RNNRegressor(cell=cell, **words).fit(X, y)

    work = f"{N_BATCHES} batches of {batch_size}, {steps} steps, {LAYERS[cell]}({units})"
    peers = {"Keras": fit_keras}
    if keras.backend.backend() == "tensorflow" and find_spec("torch"):
        peers["PyTorch"] = fit_torch
    compare_epochs(work, fit_skrnn, peers, few=epochs[0], more=epochs[1])


def train_torch(cell, units, X, y, batch_size, epochs):
    """Train a layer of PyTorch and a linear one on it, as it is usually written."""
    import torch

    kind = {"simple": torch.nn.RNN, "gru": torch.nn.GRU, "lstm": torch.nn.LSTM}[cell]
    layer, head = kind(X.shape[2], units, batch_first=True), torch.nn.Linear(units, 1)
    optimizer = torch.optim.Adam([*layer.parameters(), *head.parameters()])
    X, y = torch.tensor(X), torch.tensor(y)
    for _ in range(epochs):
        for rows in torch.randperm(len(X)).split(batch_size):
            outputs, _ = layer(X[rows])
            loss = torch.nn.functional.mse_loss(head(outputs[:, -1]), y[rows])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()


def main():
    print(f"Backend: {keras.backend.backend()}\n")
    print_header()
    for size in SIZES:
        if not sys.argv[1:] or str(size[1]) in sys.argv[1:]:
            compare_size(*size)


if __name__ == "__main__":
    main()
