"""The last known level: it is found wherever it lies, and never in the future."""

import numpy as np
import pandas as pd
import pytest
from grids import thin_out
from sklearn.base import clone
from sklearn.dummy import DummyRegressor
from sklearn.model_selection import TimeSeriesSplit, cross_val_score

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.datasets import load_airline
from skrnn.forecasting._rows import SeriesRows, carry_on, take_before
from skrnn.forecasting._seasons import interpolate

QUICK = {"cell": "simple", "units": 2, "epochs": 1, "window": 4, "random_state": 0}
QUICK |= {"scaling": "window", "seasonality": None, "linear": False}
RISE = np.arange(139.0)
DAYS = pd.date_range("2024-01-01", periods=200, freq="D")


def make_forecasters():
    return [
        NaiveForecaster(),
        WindowForecaster(window=4, scaling="window"),
        WindowForecaster(window=4, difference=1),
        WindowForecaster(window=4, difference=3),
        RNNForecaster(**QUICK),
        RNNForecaster(**QUICK, strategy="direct"),
        RNNForecaster(**QUICK, difference=3),
        RNNForecaster(**QUICK | {"linear": True}),
    ]


@pytest.fixture
def airline():
    return load_airline().data.astype(float)


def open_gap(series, n_missing):
    return np.append(series, np.full(n_missing, np.nan))


@pytest.mark.core
@pytest.mark.parametrize("n_missing", thin_out([1, 4, 60], [1, 60]))
@pytest.mark.parametrize("forecaster", make_forecasters())
def test_forecasts_begin_at_the_last_known_level(forecaster, n_missing):
    forecaster = clone(forecaster).fit(open_gap(RISE, n_missing))
    assert forecaster.forecast()[0] == pytest.approx(138, abs=10)  # the training mean is 69
    forecaster = forecaster.fit(RISE).update(np.full(n_missing, np.nan))
    assert forecaster.forecast()[0] == pytest.approx(138, abs=10)
    rows = forecaster.fit(RISE).predict(open_gap([139.0, 140.0], n_missing + 1))
    assert rows[-1] == pytest.approx(140, abs=10)


def test_where_nothing_is_known_of_the_last_rows_the_linear_part_is_taken_alone():
    words = QUICK | {"linear": True, "strategy": "direct"}
    assert RNNForecaster(**words).fit(open_gap(RISE, 60)).network_share_ == 0


def test_the_last_value_is_repeated_exactly():
    naive = NaiveForecaster(horizon=3).fit(open_gap(RISE, 1))
    np.testing.assert_array_equal(naive.forecast(), [138, 138, 138])
    naive.update([np.nan, 7.0, np.nan]).update([np.nan] * 30)
    np.testing.assert_array_equal(naive.forecast(5), [7] * 5)
    np.testing.assert_array_equal(naive.predict([np.nan, 3.0, np.nan, np.nan])[:, 0], [7, 7, 3, 3])


@pytest.mark.parametrize("n_missing", [0, 1, 5, 7, 8, 30])
def test_a_season_is_repeated_from_the_last_known_value_of_each_phase(n_missing):
    weeks = np.tile(np.arange(7.0), 6)
    weeks[35:] += 10
    weeks[[36, 39]] = np.nan  # known a week before
    last = np.array([10, 1, 12, 13, 4, 15, 16.0])
    expected = np.roll(np.tile(last, 2), -n_missing)[:7]
    seasonal = NaiveForecaster("seasonal", season=7)
    at_once = clone(seasonal).fit(open_gap(weeks, n_missing))
    np.testing.assert_array_equal(at_once.forecast(7), expected)
    np.testing.assert_array_equal(at_once.forecast(16)[7:14], expected)
    updated = clone(seasonal).fit(weeks[:37])
    updated.update(open_gap(weeks[37:], n_missing))
    np.testing.assert_array_equal(updated.forecast(7), expected)
    predicted = clone(seasonal).fit(weeks[:30]).predict(open_gap(weeks[30:], n_missing + 1))
    assert predicted[-1] == expected[0]


@pytest.mark.parametrize("n_missing", [3, 7, 11, 40])
def test_a_gap_in_the_dates_of_any_length_keeps_the_phase(n_missing):
    weeks = pd.Series(np.tile(np.arange(7.0), 28), DAYS[:196])
    seasonal = NaiveForecaster("seasonal", season=7).fit(weeks[:70])
    after = weeks[70 + n_missing :]
    np.testing.assert_array_equal(seasonal.predict(after), after)
    updated = seasonal.update(after[:3])
    np.testing.assert_array_equal(updated.forecast(20), weeks[73 + n_missing :][:20])
    overlapping = weeks[71 + n_missing :]
    np.testing.assert_array_equal(updated.predict(overlapping), overlapping)


def test_rows_that_overlap_those_seen_know_no_later_level():
    series = pd.Series(np.append(RISE, np.nan), DAYS[:140])
    naive = NaiveForecaster().fit(series).update(pd.Series([np.nan, 5.0], DAYS[140:142]))
    late = pd.Series([np.nan, np.nan], DAYS[141:143])
    assert naive.predict(late).tolist() == [138, 138]  # not the 5 of the last row
    seasonal = NaiveForecaster("seasonal", season=3).fit(series[:60])
    np.testing.assert_array_equal(seasonal.predict(series[58:64])[2:], series[57:61])
    early = series[10:20] * np.nan
    assert naive.predict(early).tolist() == [69] * 10  # what came before them is not remembered


@pytest.mark.core
@pytest.mark.parametrize("forecaster", make_forecasters())
def test_a_gap_in_x_is_as_one_in_what_was_seen(forecaster):
    walk = np.random.default_rng(0).normal(size=120).cumsum() + 50
    walk[70:79] = np.nan
    forecaster = clone(forecaster).fit(walk[:60])
    at_once = forecaster.predict(walk[60:])
    for cut in (71, 76, 79, 82):
        forecaster = clone(forecaster).fit(walk[:60]).update(walk[60:cut])
        np.testing.assert_allclose(forecaster.predict(walk[cut:]), at_once[cut - 60 :], rtol=1e-5)


@pytest.mark.parametrize("dated", [True, False])
def test_folds_with_a_gap_as_long_as_the_window_start_from_the_last_level(airline, dated):
    series = airline if dated else airline.to_numpy()
    folds = TimeSeriesSplit(3, test_size=12, gap=12)
    for forecaster in (
        WindowForecaster(scaling="window"),
        WindowForecaster(difference=12),
        NaiveForecaster("seasonal"),
        NaiveForecaster(),
    ):
        scores = cross_val_score(forecaster, series, cv=folds)
        assert scores.min() > -1.5, forecaster


def test_a_column_without_a_value_in_the_window_is_read_at_its_last_level():
    rows = np.column_stack([RISE, np.where(RISE % 30 == 0, 1000 + RISE, np.nan)])
    no_change = DummyRegressor(strategy="constant", constant=0.0)
    forecaster = WindowForecaster(no_change, window=4, scaling="window", target=1).fit(rows)
    np.testing.assert_allclose(forecaster.predict(rows)[31:], 1000 + RISE[30:138] // 30 * 30)


def test_values_are_carried_on_by_phase():
    values = np.array([[1, np.nan], [2, 8], [np.nan, np.nan], [np.nan, 9], [5, np.nan]])
    nan = np.nan
    np.testing.assert_array_equal(carry_on(values), [[1, nan], [2, 8], [2, 8], [2, 9], [5, 9]])
    by_two = [[1, nan], [2, 8], [1, nan], [2, 9], [5, nan]]
    np.testing.assert_array_equal(carry_on(values, 2), by_two)
    assert carry_on(values[:2, :1], 2) is not None
    np.testing.assert_array_equal(carry_on(values, 9), values)


@pytest.mark.parametrize("period", [1, 3, 7])
def test_values_are_carried_on_as_a_loop_would(period):
    rng = np.random.default_rng(0)
    values = np.where(rng.random((40, 2)) < 0.5, np.nan, rng.normal(size=(40, 2)))
    expected = values.copy()
    for t in range(period, 40):
        expected[t] = np.where(np.isnan(expected[t]), expected[t - period], expected[t])
    np.testing.assert_array_equal(carry_on(values, period), expected)


@pytest.fixture
def holed():
    rng = np.random.default_rng(0)
    values = np.where(rng.random((60, 2)) < 0.6, np.nan, rng.normal(size=(60, 2)))
    values[30:37] = np.nan
    return SeriesRows(values, np.array([0, 4, 30, 37, 38, 60]))


@pytest.mark.parametrize("period", [1, 3, 30])
def test_each_of_several_series_is_carried_on_alone(period, holed):
    expected = [carry_on(holed.values[a:b], period) for a, b in holed.get_bounds()]
    np.testing.assert_array_equal(holed.carry_on(period), np.concatenate(expected))


def test_each_of_several_series_is_interpolated_alone(holed):
    expected = holed.values[:, 1].copy()
    for part in (expected[a:b] for a, b in holed.get_bounds()):
        known = np.flatnonzero(~np.isnan(part))
        if len(known):
            part[:] = np.interp(np.arange(len(part)), known, part[known])
    np.testing.assert_array_equal(interpolate(holed, 1), expected)


@pytest.mark.parametrize("reach", [1, 5, 80])
def test_rows_are_taken_that_come_before_positions(reach):
    values, positions = np.arange(120.0).reshape(60, 2), np.array([0, 3, 5, 20, 60])
    n_rows = np.minimum(np.array([0, 3, 2, 20, 60]), reach)
    taken = take_before(values, positions, n_rows, reach)
    for rows, position, n in zip(taken, positions, n_rows, strict=True):
        assert np.isnan(rows[: reach - n]).all()
        np.testing.assert_array_equal(rows[reach - n :], values[position - n : position])
