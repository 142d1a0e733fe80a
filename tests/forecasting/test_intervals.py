"""Prediction intervals hold as many of the rows to come as was asked for."""

import pickle
from functools import cache

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.linear_model import LinearRegression

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.datasets import load_airline
from skrnn.forecasting._intervals import OWN_BEYOND, find_bounds

AIRLINE = load_airline().data
QUICK = {"units": 3, "epochs": 2, "window": 6, "random_state": 0}


def draw_noise(kind, n, rng):
    if kind == "heavy tails":
        return rng.standard_t(3, n)
    if kind == "skewed":
        return rng.exponential(size=n) - 1
    noise = rng.standard_normal(n)
    if kind == "changing variance":
        variance = 1.0
        for i in range(n):
            noise[i] *= np.sqrt(variance)
            variance = 0.02 + 0.1 * noise[i] ** 2 + 0.88 * variance
    return noise


def make_series(kind, n, seed):
    """Make a series in which each value leans on the one before."""
    rng = np.random.default_rng(seed)
    noise = draw_noise(kind, n, rng)
    series = np.zeros(n)
    for i in range(n):
        series[i] = 0.7 * series[i - 1] * (i > 0) + noise[i]
    if kind == "trend":
        return 50 + 0.05 * np.arange(n) + series
    return 10 * np.exp(0.003 * np.arange(n) + 0.05 * series) if kind == "growth" else series


def follow(truth, horizon):
    """List the values from each row on: (n, horizon), NaN past the last."""
    padded = np.append(truth, np.full(horizon, np.nan))
    return np.lib.stride_tricks.sliding_window_view(padded, horizon)[: len(truth)]


def count_held(truth, bounds):
    """Give the share of values below and above their bounds (..., 2), of those that are known."""
    known = ~np.isnan(truth)
    below, above = truth < bounds[..., 0], truth > bounds[..., 1]
    return below[known].mean(), above[known].mean()


@pytest.mark.parametrize("n", [9, 19, 40, 199])
@pytest.mark.parametrize("coverage", [0.8, 0.9])
def test_of_errors_in_any_order_the_next_one_lies_inside_as_often_as_asked(n, coverage):
    rng = np.random.default_rng(n)
    errors = rng.standard_t(2, (n + 1, 20_000)) + 0.5
    bounds, _ = find_bounds(errors[:-1], 1 - coverage)
    inside = 1 - sum(count_held(errors[-1], bounds))
    assert coverage - 0.008 < inside < coverage + 2 / (n + 1) + 0.008


def test_few_errors_have_bounds_equally_far_off_and_many_on_each_side_their_own():
    skewed = np.random.default_rng(0).exponential(size=(400, 1)) - 0.5
    (few,), _ = find_bounds(skewed[:40], 0.1)
    (many,), _ = find_bounds(skewed, 0.1)
    assert few[0] == -few[1]
    assert -many[0] < 0.5 * many[1]


KINDS = ["normal", "heavy tails", "skewed", "changing variance", "trend", "growth"]


@pytest.mark.parametrize("kind", KINDS)
def test_nine_tenths_of_the_rows_to_come_lie_inside(kind):
    misses = []
    for seed in range(1000, 1040):
        train, test = np.split(make_series(kind, 900, seed), [700])
        forecaster = WindowForecaster(window=8, horizon=4, scaling="window", calibrate=True).fit(
            train
        )
        misses.append(count_held(follow(test, 4), forecaster.predict_interval(test)))
    below, above = np.mean(misses, axis=0)
    assert 0.88 < 1 - below - above < 0.92
    assert 0.03 < below < 0.07
    assert 0.03 < above < 0.07


def test_bounds_widen_where_a_series_has_begun_to_move_more():
    rng = np.random.default_rng(0)
    sizes = np.repeat([1.0, 3.0, 1.0, 3.0, 1.0, 3.0], 150)
    series = rng.standard_normal(900) * sizes
    forecaster = WindowForecaster(window=4, calibrate=True).fit(series[:600])
    bounds = forecaster.predict_interval(series[600:])
    calm, wild = np.diff(bounds[30:150]).mean(), np.diff(bounds[180:]).mean()
    assert wild > 2 * calm


def test_errors_are_those_of_a_forecaster_of_the_first_rows():
    train = AIRLINE[:108]
    words = {"horizon": 3, "window": 12, "scaling": "window", "seasonality": 12}
    whole = WindowForecaster(calibrate=True, **words).fit(train)
    errors = whole._intervals.errors[:, :3, 0]
    before = WindowForecaster(**words).fit(train[: -len(errors)])
    forecasts = before.predict(train[-len(errors) :]).to_numpy()
    expected = follow(train[-len(errors) :].to_numpy(), 3) - forecasts
    units = expected / errors
    known = ~np.isnan(expected)
    assert np.array_equal(known, ~np.isnan(errors))
    assert (units[known] > 0).all()
    indices = whole._adjustment.seasons._parts[0][1][0, :, 0]
    assert np.ptp(indices) > 0.3  # seasons are there to be told from the first rows alone


@cache
def make_panel():
    rng = np.random.default_rng(1)
    dates = pd.date_range("2020-01-01", periods=120, freq="D")
    parts = [
        pd.DataFrame(
            {
                "shop": f"s{i:02}",
                "day": dates,
                "sales": 10 ** (i % 3) * (20 + rng.standard_normal(120)),
            }
        )
        for i in range(12)
    ]
    return pd.concat(parts, ignore_index=True)


WORDS = {"series": "shop", "time": "day"}


def test_each_series_of_a_panel_has_bounds_of_its_own_size():
    panel = make_panel()
    is_test = panel["day"] >= "2020-04-10"
    forecaster = WindowForecaster(window=6, horizon=2, calibrate=True, scaling="window", **WORDS)
    forecaster.fit(panel[~is_test])
    bounds = forecaster.predict_interval(panel[is_test])
    assert bounds.columns.tolist() == [(1, "lower"), (1, "upper"), (2, "lower"), (2, "upper")]
    assert bounds.columns.names == ["step", "bound"]
    widths = bounds[1]["upper"] - bounds[1]["lower"]
    means = widths.groupby(panel["shop"]).mean()
    assert np.allclose(means["s01"] / means["s00"], 10, rtol=0.5)
    truth = panel.loc[is_test, "sales"]
    inside = truth.between(bounds[1]["lower"], bounds[1]["upper"])
    assert 0.86 < inside.mean() < 0.95


def test_a_series_with_enough_errors_has_bounds_from_these():
    rng = np.random.default_rng(0)
    calm = np.tile([0.0, 1.0], 700) + 0.01 * rng.standard_normal(1400)
    wild = rng.standard_normal(1400)
    table = pd.DataFrame({"series": np.repeat(["a", "b"], 1400), "x": np.append(calm, wild)})
    naive = NaiveForecaster("seasonal", season=2, series="series").fit(table)
    assert len(naive._intervals.errors) // 2 * 0.05 > OWN_BEYOND
    bounds = naive.forecast_interval(2)
    widths = (bounds["upper"] - bounds["lower"]).groupby(bounds["series"]).mean()
    assert 0.04 < widths["a"] < 0.06  # though it changes by 1 from row to row
    assert 4 < widths["b"] < 6


def test_a_series_that_was_not_in_fit_has_bounds_of_its_changes():
    panel = make_panel()
    forecaster = WindowForecaster(window=6, calibrate=True, scaling="window", **WORDS).fit(panel)
    new = panel[panel["shop"] == "s00"].assign(shop="new")
    new = pd.concat([new, new.assign(shop="large", sales=100 * new["sales"])])
    bounds = forecaster.predict_interval(new)
    widths = (bounds["upper"] - bounds["lower"]).groupby(new["shop"]).last()
    assert np.isclose(widths["large"], 100 * widths["new"])
    first = (new.groupby("shop").cumcount() < 2).to_numpy()
    assert bounds[first].isna().all(axis=None)  # no change is known before
    assert bounds[~first].notna().all(axis=None)


def make_forecasters():
    return [
        NaiveForecaster(horizon=3),
        NaiveForecaster("seasonal", horizon=3, seasonality="auto"),
        WindowForecaster(horizon=3, seasonality="auto", difference=1, calibrate=True),
        WindowForecaster(horizon=3, strategy="recursive", scaling="standard", calibrate=True),
        RNNForecaster(horizon=3, network_share=0.5, calibrate=True, **QUICK),
        RNNForecaster(horizon=3, strategy="recursive", linear=False, calibrate=True, **QUICK),
        RNNForecaster(horizon=3, **QUICK),
    ]


@pytest.mark.parametrize("forecaster", make_forecasters(), ids=str)
def test_forecasts_lie_inside_and_are_what_they_were(forecaster):
    train, test = AIRLINE[:108], AIRLINE[108:]
    forecaster.fit(train)
    bounds = forecaster.predict_interval(test, 0.8)
    forecasts = forecaster.predict(test)
    assert (bounds.xs("lower", axis=1, level="bound") <= forecasts).all(axis=None)
    assert (bounds.xs("upper", axis=1, level="bound") >= forecasts).all(axis=None)
    future = forecaster.forecast_interval(coverage=0.8)
    assert future.index.equals(forecaster.forecast().index)
    expected = bounds.iloc[0].unstack("bound").to_numpy()
    assert np.allclose(future.to_numpy(), expected, rtol=1e-5)
    if hasattr(forecaster, "calibrate") and not isinstance(forecaster, NaiveForecaster):
        forecaster.set_params(calibrate=False).fit(train)
        assert forecaster.predict(test).equals(forecasts)


@pytest.mark.parametrize("forecaster", make_forecasters()[1:5], ids=str)
def test_after_update_bounds_are_those_of_the_rows_that_came(forecaster):
    train, test = AIRLINE[:108], AIRLINE[108:]
    forecaster.fit(train)
    expected = forecaster.predict_interval(test, 0.8).iloc[20]
    forecaster.update(test[:20])
    got = forecaster.forecast_interval(coverage=0.8).to_numpy()
    assert np.allclose(got, expected.unstack("bound").to_numpy(), rtol=1e-5)


def test_a_pickle_has_the_same_bounds():
    forecaster = RNNForecaster(network_share=0.5, calibrate=True, **QUICK).fit(AIRLINE)
    twin = pickle.loads(pickle.dumps(forecaster))
    assert twin.forecast_interval(5, 0.8).equals(forecaster.forecast_interval(5, 0.8))


def test_missing_values_leave_bounds_known():
    holed = np.random.default_rng(0).standard_normal((4500, 1))
    holed[np.random.default_rng(1).random(4500) < 0.2] = np.nan
    forecaster = WindowForecaster(window=6, horizon=2, calibrate=True).fit(holed[:3000])
    bounds = forecaster.predict_interval(holed[3000:])
    assert np.isfinite(bounds).all()
    below, above = count_held(follow(holed[3000:, 0], 2), bounds)
    assert 0.87 < 1 - below - above < 0.93


def test_what_has_never_changed_has_its_forecast_for_bounds():
    for value in (0.0, 5.0):
        bounds = NaiveForecaster(horizon=2).fit(np.full(100, value)).forecast_interval()
        assert (bounds == value).all()
    rare = np.zeros((400, 1))
    rare[250::150] = 7.0  # one of the 80 rows held out
    naive = NaiveForecaster().fit(rare)
    assert np.isfinite(naive.forecast_interval(coverage=0.9)).all()
    assert naive.forecast_interval(coverage=0.95).shape == (1, 2)


def test_an_array_has_an_axis_of_two_bounds():
    columns = np.random.default_rng(0).standard_normal((200, 2)).cumsum(axis=0)
    shapes = {
        (1, 1): (200, 2),
        (1, 3): (200, 3, 2),
        (2, 1): (200, 2, 2),
        (2, 3): (200, 3, 2, 2),
    }
    for (n_targets, horizon), shape in shapes.items():
        forecaster = NaiveForecaster(horizon=horizon).fit(columns[:, :n_targets])
        bounds = forecaster.predict_interval(columns[:, :n_targets])
        assert bounds.shape == shape
        future = forecaster.forecast_interval(4)
        assert future.shape == ((4, 2) if n_targets == 1 else (4, 2, 2))


def test_columns_of_a_dataframe_end_in_the_bound():
    frame = pd.DataFrame({"a": AIRLINE, "b": AIRLINE.to_numpy()[::-1]})
    one = NaiveForecaster().fit(frame)
    assert one.predict_interval(frame).columns.tolist() == [
        ("a", "lower"),
        ("a", "upper"),
        ("b", "lower"),
        ("b", "upper"),
    ]
    assert one.forecast_interval(3).columns.names == ["target", "bound"]
    several = NaiveForecaster(horizon=2).fit(frame).predict_interval(frame)
    assert several.columns.names == ["target", "step", "bound"]
    naive = NaiveForecaster(target="a").fit(frame)
    assert naive.forecast_interval().columns.tolist() == ["lower", "upper"]
    whole, part = several["a"][1].to_numpy(), naive.predict_interval(frame).to_numpy()
    assert np.allclose(whole[2:], part[2:])


def test_tables_of_polars_have_flat_names():
    panel = make_panel()
    table = pl.DataFrame({name: column.to_list() for name, column in panel.items()})
    forecaster = NaiveForecaster(horizon=2, **WORDS).fit(table)
    assert forecaster.predict_interval(table).columns == [
        "1_lower",
        "1_upper",
        "2_lower",
        "2_upper",
    ]
    future = forecaster.forecast_interval()
    assert future.columns == ["shop", "day", "lower", "upper"]
    same = NaiveForecaster(horizon=2, **WORDS).fit(panel).forecast_interval()
    assert np.allclose(future["upper"].to_numpy(), same["upper"])


def test_a_panel_of_several_targets_has_series_and_times_in_front():
    panel = make_panel().assign(cost=1.0)
    panel["cost"] = panel["sales"] * 0.5 + 1
    future = NaiveForecaster(**WORDS).fit(panel).forecast_interval(2)
    assert future.columns.tolist()[:3] == [("shop", ""), ("day", ""), ("sales", "lower")]
    assert len(future) == 24


def test_forecasts_that_are_fed_back_are_held_out_too():
    walk = 100 + np.random.default_rng(0).standard_normal(800).cumsum()
    naive = WindowForecaster(window=2, calibrate=True).fit(walk)
    widths = np.diff(naive.forecast_interval(100))[:, 0]
    assert np.isclose(widths[8] / widths[0], 3, rtol=0.35)  # as those of a walk do
    assert np.isclose(widths[99] / widths[35], np.sqrt(100 / 36))
    reverting = make_series("normal", 800, 0)
    stationary = WindowForecaster(window=2, calibrate=True).fit(reverting)
    widths = np.diff(stationary.forecast_interval(12))[:, 0]
    assert np.isclose(widths[11] / widths[0], 1 / np.sqrt(1 - 0.7**2), rtol=0.35)


def test_targets_beside_the_series_have_bounds():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((600, 1))
    y = np.append(0, X[:-1, 0]) + 0.1 * rng.standard_normal(600)
    forecaster = WindowForecaster(window=3, calibrate=True).fit(X[:500], y[:500])
    below, above = count_held(y[500:], forecaster.predict_interval(X[500:]))
    assert 0.8 < 1 - below - above < 0.97


def test_calibrate_says_whether_rows_are_held_out():
    fixed = {"network_share": 0.5, **QUICK}
    for words in (fixed, {"linear": False, **QUICK}, {**QUICK, "calibrate": False}):
        with pytest.raises(ValueError, match="Set calibrate=True"):
            RNNForecaster(**words).fit(AIRLINE).forecast_interval()
    assert len(RNNForecaster(**fixed, calibrate=True).fit(AIRLINE).forecast_interval()) == 1
    assert len(RNNForecaster(**QUICK).fit(AIRLINE).forecast_interval()) == 1


def test_partial_fit_leaves_no_bounds():
    forecaster = RNNForecaster(network_share=0.5, calibrate=True, **QUICK).fit(AIRLINE[:108])
    forecaster.partial_fit(AIRLINE[108:])
    with pytest.raises(ValueError, match="and fit"):
        forecaster.forecast_interval()


def test_a_network_that_is_trained_for_it_has_not_seen_the_held_out_rows():
    words = {"network_share": 0.5, "seasonality": None, "scaling": "window", **QUICK}
    forecaster = RNNForecaster(**words, calibrate=True).fit(AIRLINE)
    n = int((~np.isnan(forecaster._intervals.errors[:, 0, 0])).sum())
    before = RNNForecaster(**words).fit(AIRLINE[:-n])
    errors = AIRLINE[-n:] - before.predict(AIRLINE[-n:])
    signs = np.sign(forecaster._intervals.errors[:, 0, 0])
    assert np.array_equal(np.sign(errors), signs)


def test_errors_of_the_trainings_for_the_share_are_those_of_the_rows_before_alone():
    words = {"window": 13, "scaling": "window", "seasonality": 12, "random_state": 0, "units": 3}
    steady = np.tile(np.arange(1.0, 13), 12) * np.random.default_rng(0).normal(1, 0.02, 144)
    changed = steady.copy()
    changed[116:] = steady[116:] * np.tile([1, 3], 14)  # another season in what is held out
    forecaster = RNNForecaster(**words, epochs=2).fit(changed)
    share = forecaster.network_share_
    n = len(forecaster._intervals.errors) // 2
    assert n == 28
    errors = np.split(forecaster._intervals.errors[:, 0, 0], 2)
    for end, found in zip((len(changed), len(changed) - n), errors, strict=True):
        before = RNNForecaster(**words, epochs=2, network_share=share).fit(changed[: end - n])
        rows = changed[end - n : end]
        assert np.array_equal(np.sign(rows - before.predict(rows)), np.sign(found))


def test_too_few_errors_for_a_coverage_are_an_error_that_says_what_can_be_told():
    forecaster = WindowForecaster(LinearRegression(), window=2, calibrate=True).fit(AIRLINE[:40])
    with pytest.raises(ValueError, match=r"coverage=0.95 .* forecasts of 8 .* 0.888 at most"):
        forecaster.forecast_interval(coverage=0.95)
    assert forecaster.forecast_interval(coverage=0.88).shape == (1, 2)


@pytest.mark.parametrize(
    ("forecaster", "n"),
    [
        (NaiveForecaster(horizon=4), 7),
        (RNNForecaster(horizon=4, **QUICK), 10),
        (RNNForecaster(horizon=4, quantiles=(0.1, 0.5, 0.9), **QUICK), 10),
    ],
)
def test_where_nothing_could_be_held_out_no_coverage_can_be_told(forecaster, n):
    forecaster.fit(AIRLINE[:n])
    with pytest.raises(ValueError, match=r"coverage=0.5 .* 0 training rows .* 0 at most"):
        forecaster.forecast_interval(coverage=0.5)
