"""Noisy waves as a panel: one network for all of them, beside linear regression.

Usage: python -m benchmarks.waves [--random-state N]

The forecasters learn from 7,000 waves (``skrnn.datasets.make_waves``), 50 steps and those after
them, in a table with a column that tells the waves apart. The 50 steps of 2,000 other waves are
given to ``update``, and what follows them is forecast: printed is the mean squared error, one step
and ten ahead. The last rows are scikit-learn's linear regression of what follows on all 50 steps,
as in benchmarks.seed_systems.
"""

import argparse
import warnings
from functools import partial

import numpy as np
import pandas as pd
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error

from benchmarks.seed_systems import split_waves
from benchmarks.timing import measure_seconds
from skrnn import RNNForecaster, WindowForecaster

ESTIMATORS = [RNNForecaster(epochs=20), WindowForecaster(), LinearRegression()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--random-state", type=int, default=0)
    seed = parser.parse_args().random_state
    warnings.simplefilter("ignore")
    print("| steps | configuration | error | CPU, s |")
    print("|------:|---------------|------:|-------:|")
    for horizon in (1, 10):
        for estimator in map(clone, ESTIMATORS):
            name = repr(estimator)
            cpu, _, error = measure_seconds(partial(judge, estimator, horizon, seed))
            print(f"| {horizon} | `{name}` | {error:.5f} | {cpu:.1f} |", flush=True)


def judge(estimator, horizon, seed):
    """Give the mean squared error of waves that were not trained on."""
    X, y, X_val, y_val = split_waves(horizon)
    if isinstance(estimator, LinearRegression):
        return mean_squared_error(y_val, estimator.fit(X, y).predict(X_val))
    if isinstance(estimator, RNNForecaster):
        estimator.set_params(random_state=seed)
    estimator.set_params(series="wave", horizon=horizon)
    estimator.fit(make_table(np.column_stack([X, y])))
    forecasts = estimator.update(make_table(X_val, first=len(X))).forecast()
    later = forecasts.loc[forecasts["wave"] >= len(X), "value"]
    return mean_squared_error(y_val.ravel(), later)


def make_table(waves, first=0):
    """Put waves (n, steps) below each other, numbered from ``first`` on."""
    numbers = np.repeat(np.arange(first, first + len(waves)), waves.shape[1])
    return pd.DataFrame({"wave": numbers, "value": waves.ravel()})


if __name__ == "__main__":
    main()
