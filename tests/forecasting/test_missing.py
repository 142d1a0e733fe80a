"""Missing values: filled from the window alone, so that the phase of a season is kept."""

import numpy as np
import pandas as pd
import pytest
from grids import by_strategy, thin_out
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.forecasting import _gaps
from skrnn.forecasting._gaps import GapFiller, measure_variogram
from skrnn.forecasting._moments import find_moments
from skrnn.forecasting._pairs import SequenceData, SeriesPairs
from skrnn.forecasting._rows import SeriesRows
from skrnn.forecasting._scaling import WindowScaler

QUICK = {"cell": "gru", "units": 3, "epochs": 2, "window": 8, "random_state": 0}
QUICK |= {"linear": False, "seasonality": None}
WEEKS = 5 * np.sin(2 * np.pi * np.arange(420) / 7)


@pytest.fixture
def walk():
    return np.random.default_rng(0).normal(size=120).cumsum()


def leave_out(series, rows):
    series = series.copy()
    series[rows] = np.nan
    return series


def leave_share_out(series, share=0.1):
    return leave_out(series, np.random.default_rng(1).random(len(series)) < share)


def interpolate(series):
    return pd.Series(series).interpolate(limit_direction="both").to_numpy()


def measure_error(forecaster, series, rows):
    forecasts = forecaster.fit(series[:300]).predict(series[300:])
    return np.abs(forecasts - WEEKS[300:])[rows].mean()


# What it is for


@pytest.mark.core
@pytest.mark.parametrize("strategy", thin_out(["direct", "seq2seq"], ["seq2seq"]))
def test_a_gap_does_not_lose_the_phase_of_a_season(strategy):
    words = QUICK | {"units": 8, "epochs": "auto", "learning_rate": 0.01, "window": 12}
    rnn = RNNForecaster(**words, strategy=strategy, scaling="window")
    gaps = np.concatenate([np.arange(t, t + 3) for t in range(320, 420, 25)])
    after = np.concatenate([np.arange(t, t + 8) for t in range(20, 115, 25)])
    holes = leave_out(WEEKS, gaps)
    filled = measure_error(rnn, holes, after)
    assert filled < 0.5 * np.abs(rnn.predict(interpolate(holes)[300:]) - WEEKS[300:])[after].mean()
    skipping = measure_error(rnn.set_params(missing="skip"), holes, after)
    assert filled < 0.5 * skipping


def test_training_on_missing_values_is_no_worse_than_on_interpolated_ones():
    linear, series = WindowForecaster(window=10), leave_share_out(WEEKS)
    filled = measure_error(linear, series, slice(None))
    assert filled < 0.5 * measure_error(linear, interpolate(series), slice(None))


@pytest.mark.core
@by_strategy("direct", "encoder_decoder")
def test_without_missing_values_nothing_changes(walk, strategy):
    rnn = RNNForecaster(**QUICK, strategy=strategy, horizon=2)
    filling = clone(rnn).fit(walk[:100])
    skipping = clone(rnn).set_params(missing="skip").fit(walk[:100])
    for series in (walk[100:], walk[:100], walk[:3]):  # short histories too
        np.testing.assert_array_equal(filling.predict(series), skipping.predict(series))


@pytest.mark.parametrize("scaling", ["window", "standard", None])
@pytest.mark.parametrize("difference", [None, 3])
@pytest.mark.parametrize("strategy", ["recursive", "seq2seq"])
def test_forecasts_are_numbers_wherever_values_are_missing(walk, strategy, scaling, difference):
    columns = np.column_stack([walk, walk[::-1]])
    columns[:3] = columns[50:75] = columns[30, 0] = columns[77:79, 1] = columns[-2:] = np.nan
    words = QUICK | {"epochs": 1, "scaling": scaling, "difference": difference}
    rnn = RNNForecaster(**words, strategy=strategy, horizon=2).fit(columns)
    assert np.isfinite(rnn.predict(columns)).all()
    assert np.isfinite(rnn.forecast(2)).all()


def test_skipping_leaves_out_the_whole_row(walk):
    columns = np.column_stack([walk, walk[::-1]])
    columns[60, 0] = np.nan
    changed = columns.copy()
    changed[60, 1] += 3
    words = QUICK | {"scaling": None, "target": 0, "strategy": "direct"}
    rnn = RNNForecaster(**words, missing="skip").fit(columns)
    np.testing.assert_array_equal(rnn.predict(changed)[61:69], rnn.predict(columns)[61:69])
    rnn = RNNForecaster(**words).fit(columns)
    assert (rnn.predict(changed)[61:69] != rnn.predict(columns)[61:69]).all()


# No look ahead


@by_strategy("recursive", "seq2seq")
def test_a_later_value_never_changes_how_a_gap_is_filled(walk, strategy):
    holes = leave_out(walk, [70, 71, 80, 85, 86, 87])
    rnn = RNNForecaster(**QUICK, strategy=strategy).fit(leave_out(walk[:60], [20, 21]))
    before = rnn.predict(holes[60:])
    for row in (72, 81, 88, 90):
        changed = holes.copy()
        changed[row] += 5
        after = rnn.predict(changed[60:])
        np.testing.assert_allclose(after[: row - 59], before[: row - 59], rtol=1e-6)


# Kriging


def fit_filler(series, window):
    rows = SeriesRows(series[:, None], np.array([0, len(series)]))
    return GapFiller(window).fit(rows, find_moments(rows)[1], 1)


def krige(values, missing, variogram):
    """Solve the equations of ordinary kriging (Cressie, 1993, eq. 3.2.12) for one value."""
    known = np.flatnonzero(~np.isnan(values))
    system = np.ones((len(known) + 1, len(known) + 1))
    system[:-1, :-1] = variogram[np.abs(known[:, None] - known)]
    system[-1, -1] = 0
    weights = np.linalg.solve(system, np.append(variogram[np.abs(known - missing)], 1))[:-1]
    return weights @ values[known]


def test_estimates_are_those_of_ordinary_kriging(monkeypatch):
    monkeypatch.setattr(_gaps, "NOISE", 0)
    rng = np.random.default_rng(0)
    variogram = 1 - np.exp(-np.arange(9) / 3)  # of a valid model
    windows = rng.normal(50, 1, size=(30, 9))
    windows[rng.random(windows.shape) < 0.3] = np.nan
    filler = GapFiller(9)
    filler._variogram = variogram[:, None]
    filled = filler.fill(windows[:, :, None])[:, :, 0]
    for row, step in np.argwhere(np.isnan(windows)):
        expected = krige(windows[row], step, variogram)
        assert filled[row, step] == pytest.approx(expected, rel=1e-8)


def test_gaps_of_a_walk_are_interpolated_and_its_end_goes_on():
    walk = np.random.default_rng(0).normal(size=20_000).cumsum()
    window = leave_out(walk[:12], [3, 4, 5, 10, 11])[None, :, None]
    filled = fit_filler(walk, 12).fill(window)[0, :, 0]
    np.testing.assert_allclose(filled, interpolate(window[0, :, 0]), atol=0.15)


def test_a_gap_in_a_long_window_is_filled_from_the_steps_around_it(monkeypatch):
    monkeypatch.setattr(_gaps, "MOST_STEPS", 16)
    filler = fit_filler(WEEKS, 90)
    holes = leave_share_out(WEEKS[:90])
    holes[40:43] = holes[-2:] = np.nan
    filled = filler.fill(holes[None, :, None])[0, 14:, 0]
    np.testing.assert_allclose(filled, WEEKS[14:90], atol=0.2)
    holes[:] = np.nan
    holes[5] = 2
    np.testing.assert_allclose(filler.fill(holes[None, :, None]), 2)


def test_the_variogram_is_half_the_mean_square_of_differences():
    series = leave_share_out(WEEKS, 0.3)
    for lag, value in enumerate(measure_variogram(series, 12)):
        differences = series[lag:] - series[: len(series) - lag]
        assert value == pytest.approx(np.nanmean(differences**2) / 2)
    nothing = np.full(20, np.nan)
    np.testing.assert_array_equal(measure_variogram(nothing, 4), [0, 1, 2, 3])
    np.testing.assert_array_equal(measure_variogram(np.ones(20), 4), [0, 1, 2, 3])
    nothing[::2] = np.arange(10)  # no two values an odd number of rows apart
    np.testing.assert_allclose(measure_variogram(nothing, 5), [0, 0.25, 0.5, 1.25, 2])


# Any regressor


def test_a_regressor_that_takes_no_nan_learns_from_windows_with_gaps(walk):
    holes = leave_out(walk, 60)
    forecaster = WindowForecaster(window=100).fit(holes)
    assert np.isfinite(forecaster.predict(holes)).all()


def test_a_regressor_that_takes_nan_is_given_it(walk):
    seen = []

    class Listening(HistGradientBoostingRegressor):
        def fit(self, X, y):
            seen.append(X)
            return super().fit(X, y)

    WindowForecaster(Listening(), window=4).fit(leave_out(walk, 60))
    assert np.isnan(seen[0]).sum() == 4
    linear = WindowForecaster(LinearRegression(), window=4).fit(leave_out(walk, 60))
    assert linear.regressor_.coef_.shape == (4,)


def make_pairs(columns, difference, n_steps):
    rows = SeriesRows(columns, np.array([0, len(columns)]))
    return SeriesPairs(rows, WindowScaler(4, difference, "window", [0], 1).fit(rows), n_steps)


def are_known(series, position, difference, n_steps):
    """Tell of each change after a window whether both of its ends are known."""
    known = dict(enumerate(~np.isnan(series)))
    later = range(position, position + n_steps)
    return [known.get(t, False) and known.get(t - difference, False) for t in later]


@pytest.mark.parametrize("share", [0.04, 0.3])
@pytest.mark.parametrize("n_steps", [1, 3, 6])
@pytest.mark.parametrize("difference", [0, 1, 2, 5, 12])
def test_a_window_is_learned_where_every_change_after_it_is_known(difference, n_steps, share):
    walk = np.random.default_rng(n_steps).normal(size=160).cumsum()
    series = leave_out(leave_share_out(walk, share), slice(70, 90))
    series[:12] = walk[:12]  # each phase has begun
    pairs = make_pairs(np.column_stack([series, series]), difference, n_steps)
    span = 4 + difference
    expected = [
        position
        for position in range(span, len(series) - n_steps + 1)
        if not np.isnan(series[position - span : position]).all()
        and all(are_known(series, position, difference, n_steps))
    ]
    np.testing.assert_array_equal(pairs.positions, expected)
    assert expected
    windows, later = pairs[pairs.positions]
    assert np.isfinite(windows).all()
    assert np.isfinite(later).all()
    # Of whole series every known change is learned, wherever others are unknown.
    (inputs, later), steps = SequenceData(pairs)[np.array([0])], slice(0, 128)
    assert np.isfinite(inputs).all()
    expected = [are_known(series, 32 + step, difference, n_steps) for step in range(128)]
    np.testing.assert_array_equal(~np.isnan(later[0, steps]), expected)


@pytest.mark.core
@by_strategy("direct", "encoder_decoder")
def test_gaps_between_a_value_and_what_it_is_relative_to_are_no_matter(strategy):
    season = leave_out(np.sin(np.arange(300.0) * 2 * np.pi / 12), slice(10, None, 13))
    forecaster = RNNForecaster(**QUICK, difference=12, strategy=strategy).fit(season)
    assert np.isfinite(forecaster.forecast(3)).all()
    linear = WindowForecaster(difference=12).fit(season)
    np.testing.assert_allclose(
        linear.forecast(6), np.sin(np.arange(300, 306) * np.pi / 6), atol=0.3
    )
    short = leave_out(np.random.default_rng(0).normal(size=29), [18, 19])
    linear = WindowForecaster(window=10, difference=7, horizon=3).fit(short)
    assert np.isfinite(linear.forecast()).all()


@pytest.mark.parametrize("naive", [NaiveForecaster(), NaiveForecaster("seasonal", season=3)])
def test_a_naive_forecast_needs_one_known_value(naive):
    every_other = [1, np.nan, 3, np.nan, 5, np.nan, 7]
    np.testing.assert_array_equal(
        naive.fit(every_other).forecast(1), [5 if naive.window > 1 else 7]
    )
    np.testing.assert_array_equal(
        naive.fit([np.nan, 2, np.nan, np.nan, np.nan]).forecast(2), [2, 2]
    )
    with pytest.raises(ValueError, match="X has no known value in column 1: all are NaN"):
        naive.fit(np.column_stack([every_other, np.full(7, np.nan)]))
