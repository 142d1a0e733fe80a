"""Forecasts far past the trained horizon: rounds in a compiled loop, equal to those one by one."""

import signal

import numpy as np
import pytest
from grids import thin_out
from sklearn.preprocessing import MinMaxScaler

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.forecasting import _network_model, _recursion

QUICK = {"cell": "simple", "units": 3, "epochs": 2, "window": 4, "random_state": 0}
QUICK |= {"linear": False, "scaling": "window", "seasonality": None}
WORDS = [
    {},
    {"linear": True, "network_share": 0.5, "units": (3, 2)},
    {"cell": "gru", "horizon": 3, "difference": 2, "scaling": "standard", "strategy": "direct"},
    {"cell": "lstm", "strategy": "recursive", "scaling": None, "window": 20},
    {"strategy": "seq2seq", "horizon": 2, "difference": 3},
    {"strategy": "encoder_decoder", "horizon": 2, "difference": 1, "missing": "skip"},
]


@pytest.fixture
def waves():
    t = np.arange(90)
    return np.column_stack([np.sin(t / 3), 50 + 9 * np.cos(t / 5)])


@pytest.fixture
def long(monkeypatch):
    """Have the lean rounds begin at once, read few windows, and be compiled by the dozen."""

    def begin_at(n_rounds):
        monkeypatch.setattr(_recursion, "LONG", n_rounds)

    import skrnn.training._prediction as prediction

    monkeypatch.setattr(prediction, "ROUNDS", 12)
    monkeypatch.setattr(_network_model, "READ", 12)
    return begin_at


@pytest.mark.core
@pytest.mark.parametrize("words", thin_out(WORDS, WORDS[1:]))
def test_compiled_rounds_give_what_they_give_one_by_one(waves, long, words):
    forecaster = RNNForecaster(**QUICK | words).fit(waves)
    long(1000)
    one_by_one = forecaster.forecast(50)
    long(1)
    # Single precision, summed up in another order.
    np.testing.assert_allclose(forecaster.forecast(50), one_by_one, rtol=1e-4, atol=1e-5)
    forecaster.update(np.where(np.arange(6)[:, None] == 4, np.nan, waves[:6]))
    after_gap = forecaster.forecast(30)
    long(1000)
    np.testing.assert_allclose(after_gap, forecaster.forecast(30), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "words", [{}, {"scaling": "window"}, {"scaling": "global"}, {"difference": 2, "horizon": 3}]
)
def test_lean_rounds_of_any_regressor_give_the_same(waves, long, words):
    forecaster = WindowForecaster(**words).fit(waves)
    long(1000)
    one_by_one = forecaster.forecast(50)
    long(1)
    np.testing.assert_allclose(forecaster.forecast(50), one_by_one, rtol=1e-8)


def test_naive_forecasts_go_on_for_any_time(waves):
    forecasts = NaiveForecaster("seasonal", season=7).fit(waves).forecast(5000)
    np.testing.assert_array_equal(forecasts, np.tile(waves[-7:], (715, 1))[:5000])


def test_a_transformer_scales_every_round_by_itself(waves, long):
    words = {"window": 4, "scaling": MinMaxScaler()}
    forecaster = WindowForecaster(**words).fit(waves)
    expected = forecaster.forecast(40)
    long(1)
    np.testing.assert_array_equal(forecaster.forecast(40), expected)


def test_the_network_is_compiled_once_and_read_anew(waves, long):
    long(1)
    first = RNNForecaster(**QUICK).fit(waves)
    second = RNNForecaster(**QUICK | {"random_state": 1}).fit(waves)
    expected = first.forecast(20)
    assert not np.allclose(second.forecast(20), expected)
    np.testing.assert_array_equal(first.forecast(20), expected)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_long_forecast_hears_an_interrupt(waves):
    forecaster = RNNForecaster(**QUICK).fit(waves)
    expected = forecaster.forecast(20)

    def interrupt(*_):
        raise KeyboardInterrupt

    usual = signal.signal(signal.SIGALRM, interrupt)
    # Python swallows one that falls into a finaliser: press again until it is heard.
    signal.setitimer(signal.ITIMER_REAL, 1, 0.5)
    try:
        with pytest.raises(KeyboardInterrupt):
            forecaster.forecast(20_000_000)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, usual)
    np.testing.assert_array_equal(forecaster.forecast(20), expected)
