"""Rows that are read beside the window."""

import numpy as np
import pytest
from grids import by_strategy
from numpy.testing import assert_allclose
from sklearn.linear_model import LinearRegression

from skrnn import RNNForecaster, WindowForecaster


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_lags_are_read_beside_the_window(strategy):
    rng = np.random.default_rng(0)
    series = rng.normal(size=200)
    words = {"window": 2, "lags": (5, 9), "horizon": 3, "strategy": strategy}
    forecaster = WindowForecaster(**words).fit(series)
    n_steps = 3 if strategy == "direct" else 1
    offsets = sorted({-2, -1, *(k - lag for lag in (5, 9) for k in range(n_steps))})
    rows = np.arange(9, 200 - n_steps + 1)
    reference = LinearRegression().fit(
        series[rows[:, None] + offsets], series[rows[:, None] + np.arange(n_steps)]
    )
    if strategy == "direct":
        wanted = reference.predict([series[[200 + k for k in offsets]]])[0]
    else:
        fed = list(series)
        for _ in range(3):
            fed.append(reference.predict([[fed[k] for k in offsets]])[0, 0])
        wanted = fed[200:]
    assert_allclose(forecaster.forecast(), wanted, rtol=1e-9)


@by_strategy("recursive", "seq2seq")
def test_a_short_window_finds_two_seasons_by_lags(strategy):
    time = np.arange(600)
    series = np.sin(2 * np.pi * time / 6) * (1 + (time // 6 % 5 == 0)) + 3
    words = {"strategy": strategy, "random_state": 0, "seasonality": None, "window": 3}
    words |= {"epochs": 1, "units": 2, "network_share": 0.0, "scaling": "standard"}
    train, test = series[:500], series[500:]
    errors = [
        np.abs(RNNForecaster(lags=lags, **words).fit(train).predict(test) - test).mean()
        for lags in (None, [30])
    ]
    assert errors[1] < 1e-3 < 0.03 < errors[0]


def test_the_network_reads_lags():
    rng = np.random.default_rng(0)
    series = rng.normal(size=500)
    for row in range(20, 500):
        series[row] = 0.9 * series[row - 20] + 0.3 * rng.normal()
    words = {"window": 2, "scaling": "standard", "seasonality": None, "random_state": 0}
    words |= {"linear": False, "epochs": 60, "learning_rate": 0.01, "network_share": 1.0}
    for strategy in ("direct", "seq2seq"):
        forecaster = RNNForecaster(lags=20, strategy=strategy, **words).fit(series[:400])
        assert forecaster.score(series[400:]) > 0.6, strategy
