"""A grid of small fits, against plain scikeras; memory over many fits.

Usage: [KERAS_BACKEND=jax] python -m benchmarks.speed_fit

With JAX_COMPILATION_CACHE_DIR and JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS=0 set, the second run
finds JAX's compilation cache warm.
"""

import gc

import keras
import numpy as np
import psutil
from scikeras.wrappers import KerasRegressor
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from benchmarks.timing import compare, print_header
from skrnn import RNNRegressor, WindowTransformer, clear_pool
from skrnn.datasets import load_airline

UNITS, RATES = [8, 16, 32], [0.001, 0.003, 0.01, 0.03]
WORDS = {"epochs": 20, "batch_size": 32}


def make_windows():
    series = load_airline().data.to_numpy() / 600
    X, y = WindowTransformer(window=12).fit(series).make_pairs(series)
    return np.ascontiguousarray(X, np.float32), y[:, 0].astype(np.float32)


def make_model(units, learning_rate):
    """Make the network as a user of plain scikeras does."""
    layers = [keras.Input((12, 1)), keras.layers.LSTM(units), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile(keras.optimizers.Adam(learning_rate), "mean_squared_error")
    return model


def search(regressor):
    """Make a search over sizes and rates: 37 fits with the last one on all windows."""
    grid = {"units": UNITS, "learning_rate": RATES}
    return GridSearchCV(regressor, grid, cv=TimeSeriesSplit(3))


def search_with_skrnn(X, y):
    clear_pool()
    search(RNNRegressor(cell="lstm", **WORDS)).fit(X, y)


def search_with_scikeras(X, y):
    plain = KerasRegressor(make_model, units=8, learning_rate=0.001, verbose=0, **WORDS)
    search(plain).fit(X[:, :, None], y)


def measure_memory(X, y, n_fits=200):
    """Print how resident memory grows after the tenth of many fits."""
    process, sizes = psutil.Process(), []
    for i in range(n_fits):
        RNNRegressor(cell="lstm", units=8 + i % 3, epochs=2, random_state=i).fit(X, y).predict(X)
        gc.collect()
        sizes.append(process.memory_info().rss / 2**20)
    print(
        f"\n{n_fits} fits: {sizes[9]:.0f} MiB after the tenth, {sizes[-1]:.0f} MiB after the last"
    )


def main():
    X, y = make_windows()
    print_header()
    compare(
        "grid: 37 fits, LSTM of 8, 16, 32, 20 epochs, the pool empty",
        lambda: search_with_skrnn(X, y),
        {"scikeras": lambda: search_with_scikeras(X, y)},
    )
    compare(
        "one fit: LSTM(32), 96 windows, 100 epochs, compiled before",
        lambda: RNNRegressor(cell="lstm", epochs=100).fit(X, y),
        {
            "bare Keras, compiled anew": lambda: make_model(32, 0.001).fit(
                X[:, :, None], y, batch_size=32, epochs=100, verbose=0
            )
        },
    )
    measure_memory(X, y)


if __name__ == "__main__":
    main()
