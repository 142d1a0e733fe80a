"""What a forecaster remembers of its series."""

import numpy as np
import pandas as pd
import pytest

from skrnn import NaiveForecaster
from skrnn.forecasting._past import Past
from skrnn.forecasting._rows import SeriesRows, find_starts

NAN = np.nan


def join(*series):
    """Put series behind each other."""
    values = np.concatenate(series).astype(float)[:, None]
    return SeriesRows(values, find_starts([len(part) for part in series]))


def make_past(**words):
    return Past(join(np.arange(10)), 4, **words)


def append(past, values, places):
    values = np.array(values, float)[:, None]
    return past.append(values, np.zeros(len(values), int), np.array(places), None)[0]


@pytest.mark.parametrize(
    ("place", "before", "levels", "n_rows"),
    [
        (1, [6, 7, 8, 9], [6, 7, 8, 9], 4),
        (3, [8, 9, NAN, NAN], [8, 9, 9, 9], 4),
        (366, [NAN] * 4, [9] * 4, 4),
        (0, [5, 6, 7, 8], [5, 6, 7, 8], 4),
        (-3, [NAN, NAN, NAN, 5], [NAN, NAN, NAN, 5], 1),  # 5 rows are remembered
        (-4, [NAN] * 4, [NAN] * 4, 0),
        (-900, [NAN] * 4, [NAN] * 4, 0),
    ],
)
def test_rows_before_others_are_found_by_their_places(place, before, levels, n_rows):
    contexts = make_past().find(np.zeros((3, 1)), np.zeros(3, int), place + np.arange(3))[:]
    np.testing.assert_array_equal(contexts.values[0, :, 0], before)
    np.testing.assert_array_equal(contexts.levels[0, :, 0], levels)
    assert contexts.n_rows[0] == n_rows


@pytest.mark.parametrize("period", [1, 3])
@pytest.mark.parametrize("seed", range(8))
def test_each_row_has_what_came_before_it_in_its_own_series(seed, period):
    rng = np.random.default_rng(seed)
    seen = [np.where(rng.random(n) < 0.2, NAN, rng.normal(size=n)) for n in (9, 2, 30)]
    codes = np.repeat([0, 2, 3, 5], [4, 6, 2, 1])  # 3 and 5 are new
    places = np.concatenate([1 + np.sort(rng.choice(20, n, False)) for n in (4, 6, 2, 1)])
    values = rng.normal(size=(13, 1))
    contexts = Past(join(*seen), 5, period=period).find(values, codes, places)[:]
    for row, (code, place) in enumerate(zip(codes, places, strict=True)):
        own = codes == code
        known = dict(zip(places[own], values[own, 0], strict=True))
        if code < len(seen):
            known |= dict(zip(range(1 - len(seen[code]), 1), seen[code], strict=True))
        before = range(place - 5, place)
        np.testing.assert_array_equal(
            contexts.values[row, :, 0], [known.get(at, NAN) for at in before]
        )
        levels = [find_level(known, at, period) for at in before]
        np.testing.assert_array_equal(contexts.levels[row, :, 0], levels)
        assert contexts.n_rows[row] == min(5, place - min(known))
        assert contexts.codes[row] == code


@pytest.mark.parametrize("period", [1, 3])
@pytest.mark.parametrize("seed", range(8))
def test_rows_among_those_remembered_have_the_ones_before_them(seed, period):
    rng = np.random.default_rng(seed)
    seen = [np.where(rng.random(n) < 0.2, NAN, rng.normal(size=n)) for n in (20, 30)]
    n_kept = 11 + period
    given = [np.sort(rng.choice(range(-15, 0), 6, False)) for _ in seen]
    values = np.concatenate([part[rows] for part, rows in zip(seen, given, strict=True)])[:, None]
    codes, places = np.repeat([0, 1], 6), np.concatenate(given) + 1
    past = Past(join(*seen), 5, period=period, n_extra=6)
    contexts = past.find(values, codes, places)[:]
    for row, (code, place) in enumerate(zip(codes, places, strict=True)):
        if place - 5 < 1 - n_kept:
            continue
        before = np.array(range(place - 5, place)) - 1  # from the end
        np.testing.assert_array_equal(contexts.values[row, :, 0], seen[code][before])
        known = dict(enumerate(seen[code]))
        levels = [find_level(known, at + len(seen[code]), period) for at in before]
        np.testing.assert_array_equal(contexts.levels[row, :, 0], levels)


def test_rows_given_again_take_the_place_of_those_remembered():
    values, places = np.array([[50.0], [70]]), np.array([-4, -2])
    contexts = make_past().find(values, np.zeros(2, int), places)[:]
    np.testing.assert_array_equal(contexts.values[1, :, 0], [NAN, NAN, 50, 6])
    contexts = make_past().find(values, np.zeros(2, int), places + 2)[:]
    np.testing.assert_array_equal(contexts.values[1, :, 0], [5, 6, 50, 8])


def find_level(known, at, period):
    """Find the last known value of a phase."""
    phase = range(at, min(known) - 1, -period)
    return next((known[t] for t in phase if not np.isnan(known.get(t, NAN))), NAN)


def test_rows_that_follow_after_a_gap_keep_their_distance():
    longer = append(make_past(), [0], [3])
    np.testing.assert_array_equal(longer.rows.values[:, 0], [8, 9, NAN, NAN, 0])
    np.testing.assert_array_equal(longer.levels[:, 0], [8, 9, 9, 9, 0])
    np.testing.assert_array_equal(longer.counts, [13])


@pytest.mark.parametrize("n_missing", [0, 1, 3, 4, 5, 6, 50])
def test_extra_rows_keep_their_distance_and_are_for_training_alone(n_missing):
    past = make_past(n_extra=2)
    codes, places = np.zeros(1, int), np.array([1 + n_missing])
    longer, rows, levels = past.append(np.zeros((1, 1)), codes, places, None)
    before = [*range(3, 10), *[NAN] * n_missing]
    np.testing.assert_array_equal(rows.values[-8:, 0], [*before[-7:], 0])
    carried = [*range(3, 10), *[9] * n_missing]
    np.testing.assert_array_equal(levels[-8:, 0], [*carried[-7:], 0])
    for given in (past, longer):
        assert given.find_next()[:].values.shape == (1, 4, 1)


def test_a_gap_inside_the_rows_that_follow_is_kept():
    longer = append(make_past(), [1, 2], [1, 4])
    np.testing.assert_array_equal(longer.rows.values[:, 0], [9, 1, NAN, NAN, 2])


def test_a_new_series_begins_with_its_first_row():
    past = Past(join([1, 2, 3], [4, 5]), 2)
    codes, places = np.array([1, 3, 3]), np.array([2, 1, 3])
    longer, _, _ = past.append(np.array([[6.0], [7], [8]]), codes, places, None)
    np.testing.assert_array_equal(longer.rows.lengths, [3, 3, 0, 3])
    np.testing.assert_array_equal(longer.rows.values[3:, 0], [5, NAN, 6, 7, NAN, 8])
    np.testing.assert_array_equal(longer.counts, [3, 4, 0, 3])


def test_a_past_is_left_as_it_was_by_rows_that_follow():
    past = make_past()
    append(past, np.zeros(5), np.arange(3, 8))
    np.testing.assert_array_equal(past.rows.values[:, 0], [5, 6, 7, 8, 9])
    np.testing.assert_array_equal(past.counts, [10])


def test_rows_without_dates_keep_the_gaps_that_they_have_of_their_own():
    naive = NaiveForecaster("seasonal", season=4).fit(np.arange(10.0))
    dates = pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-04"])
    naive.update(pd.Series([10.0, 11.0, 13.0], dates))
    assert naive.forecast(4).tolist() == [10, 11, 8, 13]


@pytest.mark.parametrize("rows", [[59], [10, 59], [30, 55, 59]])
def test_a_row_among_those_seen_is_forecast_from_the_one_before_it(rows):
    series = pd.Series(np.arange(60.0), pd.date_range("2024-01-01", periods=60))
    assert NaiveForecaster().fit(series).predict(series.iloc[rows]).iloc[-1] == 58
