"""What rows count for where a forecaster learns to forecast them."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
import sklearn
from grids import STRATEGIES, by_strategy, thin_out
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster

N, WINDOW = 40, 4
DATES = pd.date_range("2024-01-01", periods=N)
RNG = np.random.default_rng(0)
WALK = RNG.normal(size=N).cumsum()
WEIGHTS = RNG.uniform(0.2, 2, N)
PLAIN = {"scaling": None, "seasonality": None, "window": WINDOW}  # nothing is learned of all rows
WORDS = {"units": 3, "epochs": 2, "learning_rate": 0.01, "random_state": 0, "horizon": 2} | PLAIN
WORDS |= {"network_share": 1.0}


def make_panel(*series):
    frames = [pd.DataFrame({"shop": name, "day": DATES, "y": values}) for name, values in series]
    return pd.concat(frames, ignore_index=True)


PANEL = make_panel(("a", WALK), ("b", RNG.normal(size=N).cumsum()), ("c", RNG.normal(size=N)))
PANEL_WEIGHTS = RNG.uniform(0.2, 2, len(PANEL))


def make_forecaster(strategy, **words):
    if strategy == "window":
        return WindowForecaster(**PLAIN | {"horizon": 2} | words)
    return RNNForecaster(strategy=strategy, **WORDS | words)


def forecast_panel(strategy, table, weights, names="abc", **words):
    fitted = make_forecaster(strategy, series="shop", time="day", **words)
    forecasts = fitted.fit(table, sample_weight=weights).forecast()
    return forecasts[forecasts["shop"].isin(list(names))]["y"].to_numpy()


@pytest.mark.parametrize("horizon", [1, 3])
def test_a_regressor_is_given_the_weights_of_what_comes_after_windows(horizon):
    forecaster = WindowForecaster(window=WINDOW, horizon=horizon).fit(WALK, sample_weight=WEIGHTS)
    pairs = np.lib.stride_tricks.sliding_window_view(WALK, WINDOW + horizon)
    later = np.lib.stride_tricks.sliding_window_view(WEIGHTS[WINDOW:], horizon)
    linear = LinearRegression()
    linear.fit(pairs[:, :WINDOW], pairs[:, WINDOW:], sample_weight=later.min(axis=1))
    expected = linear.predict(WALK[None, -WINDOW:]).ravel()
    np.testing.assert_allclose(forecaster.forecast(), expected, rtol=1e-9)
    assert not np.allclose(WindowForecaster(window=WINDOW).fit(WALK).forecast(), expected[0])


@pytest.mark.core
@pytest.mark.parametrize("strategy", ["direct", "seq2seq", "encoder_decoder"])
def test_the_loss_weighs_each_step_by_the_row_that_it_forecasts(strategy):
    words = {"linear": False, "epochs": 1, "batch_size": N, "learning_rate": 1e-12}
    rnn = make_forecaster(strategy, **words).fit(WALK, sample_weight=WEIGHTS)
    first = 1 if strategy == "seq2seq" else WINDOW
    last = N if strategy == "seq2seq" else N - 1
    truth, weights = (
        np.column_stack([part, np.append(part[1:], np.nan)])[first:last]
        for part in (WALK, WEIGHTS / WEIGHTS.mean())
    )
    expected = np.nanmean(weights * np.abs(rnn.predict(WALK)[first:last] - truth))
    assert rnn.history_["loss"][0] == pytest.approx(expected, rel=1e-5)


@pytest.mark.core
@pytest.mark.parametrize(
    ("strategy", "share"),
    thin_out(
        product(STRATEGIES, ["auto", 1.0]),
        [("direct", "auto"), ("seq2seq", "auto"), ("recursive", 1.0), ("encoder_decoder", 1.0)],
    ),
)
def test_what_is_forecast_at_weight_0_has_no_influence(strategy, share):
    weights = np.where(np.arange(N) < 30, PANEL_WEIGHTS[:N], 0)
    weights = np.append(weights, PANEL_WEIGHTS[N:])
    garbage = PANEL.copy()
    garbage.loc[30 : N - 1, "y"] = 1000 * RNG.normal(size=10)
    one, other = (
        forecast_panel(strategy, table, weights, "bc", network_share=share)
        for table in (PANEL, garbage)
    )
    np.testing.assert_array_equal(one, other)
    counted = forecast_panel(strategy, garbage, PANEL_WEIGHTS, "bc", network_share=share)
    assert not np.allclose(one, counted)


def test_a_regressor_gets_no_window_that_is_followed_by_weight_0():
    weights = np.where(np.arange(N) < 30, WEIGHTS, 0)
    garbage = np.append(WALK[:30], np.full(10, 1e6))
    one, other = (
        make_forecaster("window").fit(values, sample_weight=weights) for values in (WALK, garbage)
    )
    np.testing.assert_array_equal(one.predict(WALK)[1:], other.predict(WALK)[1:])


@pytest.mark.parametrize("strategy", [*STRATEGIES, "window"])
def test_a_series_of_weight_0_is_as_one_that_is_not_there(strategy):
    weights = np.where(PANEL["shop"] == "c", 0, PANEL_WEIGHTS)
    known = (PANEL["shop"] != "c").to_numpy()
    np.testing.assert_array_equal(
        forecast_panel(strategy, PANEL, weights, "ab"),
        forecast_panel(strategy, PANEL[known], weights[known]),
    )


def test_a_series_of_double_weight_is_as_two():
    twice = pd.concat([PANEL, PANEL[PANEL["shop"] == "b"].assign(shop="d")])
    np.testing.assert_allclose(
        forecast_panel("window", PANEL, np.where(PANEL["shop"] == "b", 2, 1)),
        forecast_panel("window", twice, None),
    )


@pytest.mark.parametrize("strategy", [*STRATEGIES, "window"])
def test_equal_weights_change_nothing(strategy):
    one, other = (
        make_forecaster(strategy).fit(WALK, sample_weight=weights) for weights in (None, [3.0] * N)
    )
    np.testing.assert_array_equal(one.predict(WALK)[1:], other.predict(WALK)[1:])


@pytest.mark.parametrize("strategy", ["direct", "seq2seq", "window"])
def test_rows_keep_their_weights_in_any_order(strategy):
    order = RNG.permutation(len(PANEL))
    np.testing.assert_allclose(
        forecast_panel(strategy, PANEL, PANEL_WEIGHTS),
        forecast_panel(strategy, PANEL.iloc[order], PANEL_WEIGHTS[order]),
    )


def test_rows_that_are_left_out_shift_no_weights():
    series, weights = pd.Series(WALK, DATES), pd.Series(WEIGHTS, DATES)
    gone = DATES[[7, 8, 20]]
    holed = series.where(~series.index.isin(gone))
    one = WindowForecaster(window=2).fit(holed, sample_weight=weights)
    other = WindowForecaster(window=2).fit(series.drop(gone), sample_weight=weights.drop(gone))
    np.testing.assert_allclose(one.forecast(), other.forecast(), rtol=1e-6)


def test_weights_are_paired_by_label():
    series, weights = pd.Series(WALK, DATES), pd.Series(WEIGHTS, DATES)
    one, other = (
        WindowForecaster(window=WINDOW).fit(series, sample_weight=part)
        for part in (WEIGHTS, weights[::-1])
    )
    np.testing.assert_array_equal(one.predict(series), other.predict(series))


def test_large_tables_are_weighted_a_batch_at_a_time(monkeypatch):
    expected = [
        forecast_panel(strategy, PANEL, PANEL_WEIGHTS) for strategy in ("direct", "seq2seq")
    ]
    monkeypatch.setattr("skrnn.forecasting._pairs.LAZY_FROM", 0)
    for strategy, forecasts in zip(("direct", "seq2seq"), expected, strict=True):
        np.testing.assert_array_equal(forecast_panel(strategy, PANEL, PANEL_WEIGHTS), forecasts)


def test_steps_after_missing_rows_keep_their_weights():
    holed = WALK.copy()
    holed[[9, 21, 22]] = np.nan
    weights = np.where(np.arange(N) >= 25, 0, WEIGHTS)
    garbage = np.where(np.arange(N) >= 25, 1000.0, holed)
    words = {"missing": "skip", "horizon": 1}
    one, other = (
        make_forecaster("seq2seq", **words).fit(values, sample_weight=weights)
        for values in (holed, garbage)
    )
    np.testing.assert_array_equal(one.predict(WALK)[1:], other.predict(WALK)[1:])


def test_weights_are_routed_through_pipelines_and_searches():
    series = WALK[:, None]
    with sklearn.config_context(enable_metadata_routing=True):
        forecaster = WindowForecaster(window=WINDOW).set_fit_request(sample_weight=True)
        forecaster.set_score_request(sample_weight=False)
        piped = make_pipeline(MinMaxScaler(), forecaster).fit(series, sample_weight=WEIGHTS)
        expected = WindowForecaster(window=WINDOW).fit(
            MinMaxScaler().fit_transform(series), sample_weight=WEIGHTS
        )
        np.testing.assert_array_equal(piped[-1].forecast(), expected.forecast())
        search = GridSearchCV(forecaster, {"window": [2, 5]}, cv=TimeSeriesSplit(2))
        search.fit(series, sample_weight=WEIGHTS)
        best = WindowForecaster(**search.best_params_).fit(series, sample_weight=WEIGHTS)
        np.testing.assert_array_equal(search.best_estimator_.forecast(), best.forecast())
        inner = make_pipeline(
            StandardScaler().set_fit_request(sample_weight=False),
            LinearRegression().set_fit_request(sample_weight=True),
        )
        inside = WindowForecaster(inner, window=WINDOW).fit(series, sample_weight=WEIGHTS)
        outside = WindowForecaster(window=WINDOW).fit(series, sample_weight=WEIGHTS)
        np.testing.assert_allclose(inside.forecast(), outside.forecast())


def test_what_takes_no_weights_says_so():
    with pytest.raises(ValueError, match=r"sample_weight is given, .*KNeighborsRegressor"):
        WindowForecaster(KNeighborsRegressor()).fit(WALK, sample_weight=WEIGHTS)
    with pytest.raises(TypeError, match="sample_weight"):
        NaiveForecaster().fit(WALK, sample_weight=WEIGHTS)


@pytest.mark.parametrize("strategy", ["seq2seq", "window"])
def test_weights_that_leave_nothing_to_learn_are_an_error(strategy):
    words = {} if strategy == "window" else {"early_stopping": True}
    forecaster = make_forecaster(strategy, **words)
    with pytest.raises(ValueError, match="sample_weight"):
        forecaster.fit(WALK, sample_weight=np.arange(N) == 0)


def train_on(strategy, rows, weights):
    """Forecast the first rows by what is trained on a little by the last ones."""
    forecaster = make_forecaster(strategy, network_share=1.0).fit(WALK[:30])
    return forecaster.partial_fit(rows, sample_weight=weights).predict(WALK[:30])


@by_strategy("recursive", "seq2seq")
def test_training_that_goes_on_weighs_the_rows_that_follow(strategy):
    weights = np.append(WEIGHTS[30:39], 0)
    odd = np.append(WALK[30:39], 50.0)
    expected = train_on(strategy, WALK[30:], weights)
    np.testing.assert_array_equal(train_on(strategy, odd, weights), expected)
    assert not np.allclose(train_on(strategy, WALK[30:], np.append(weights[:9], 1)), expected)
    plain = train_on(strategy, WALK[30:], None)
    np.testing.assert_array_equal(train_on(strategy, WALK[30:], np.full(10, 3.0)), plain)


def test_weights_of_rows_that_follow_are_those_of_their_own_order():
    rows = PANEL[PANEL["day"] >= DATES[30]]
    weights = pd.Series(PANEL_WEIGHTS, PANEL.index)[rows.index]
    words = {"series": "shop", "time": "day", "network_share": 1.0}
    forecaster = make_forecaster("direct", **words).fit(PANEL[PANEL["day"] < DATES[30]])
    twin = clone(forecaster).fit(PANEL[PANEL["day"] < DATES[30]])
    forecaster.partial_fit(rows, sample_weight=weights)
    order = RNG.permutation(len(rows))
    twin.partial_fit(rows.iloc[order], sample_weight=weights.iloc[order].to_numpy())
    pd.testing.assert_frame_equal(twin.forecast(), forecaster.forecast())


def test_the_first_rows_that_are_trained_on_may_be_weighed():
    given = make_forecaster("direct").partial_fit(WALK, sample_weight=WEIGHTS)
    plain = make_forecaster("direct").partial_fit(WALK)
    assert not np.allclose(given.forecast(), plain.forecast())
    with pytest.raises(ValueError, match="sample_weight must hold a number for each row"):
        given.partial_fit(WALK[:5], sample_weight=WEIGHTS[:4])
