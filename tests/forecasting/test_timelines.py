"""Where the rows of many series lie in time."""

import pickle
import warnings

import numpy as np
import pandas as pd
import pytest
from date_kinds import BERLIN, DATES, N_ROWS, make_index
from hypothesis import given, settings
from hypothesis import strategies as st

from skrnn.forecasting import _common_step
from skrnn.forecasting._steps import extend_all
from skrnn.forecasting._timelines import find_runs, learn_timelines


def join(labels, parts):
    """Give the labels of many series, of which parts are the positions, and their codes."""
    codes = np.repeat(np.arange(len(parts)), [len(part) for part in parts])
    return forget_freq(labels.take(np.concatenate(parts))), codes


def forget_freq(labels):
    return labels._with_freq(None) if hasattr(labels, "_with_freq") else labels


def make_parts(seed, n_series=5):
    """Draw the positions of series that begin and end anywhere and have a few holes."""
    rng = np.random.default_rng(seed)
    parts = []
    for _ in range(n_series):
        start, stop = rng.integers(0, 12), rng.integers(42, N_ROWS - 9)
        part = np.arange(start, stop)
        holes = rng.choice(part[1:-1], rng.integers(0, 5), replace=False)
        parts.append(np.setdiff1d(part, holes))
    return parts


def place(parts):
    return np.concatenate([part - part[0] for part in parts])


@pytest.mark.parametrize("kind", DATES)
@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 10**6), cut=st.integers(32, 40), n_series=st.integers(1, 6))
def test_rows_lie_where_they_were_taken_from(kind, seed, cut, n_series):
    labels, parts = DATES[kind], make_parts(seed, n_series)
    seen = [part[part < cut] for part in parts]
    later = [part[part >= cut] for part in parts]
    times, codes = join(labels, seen)
    timelines, places = learn_timelines(times, codes, n_series, None, 5)
    np.testing.assert_array_equal(places, place(seen))
    expected = [b - a[-1] for a, b in zip(seen, later, strict=True)]
    later_times, later_codes = join(labels, later)
    located = timelines.locate(later_times, later_codes)
    np.testing.assert_array_equal(located, np.concatenate(expected))
    expected = [labels[part[-1] + 1 : part[-1] + 4] for part in parts]
    longer = timelines.go_on(later_times, later_codes)
    assert list(longer.extend(3)) == [label for part in expected for label in part]
    assert longer.extend(3).dtype == labels.dtype
    assert list(timelines.extend(1)) == [labels[part[-1] + 1] for part in seen]


@pytest.mark.parametrize("kind", DATES)
def test_each_of_many_series_lies_as_it_would_alone(kind):
    parts = make_parts(7)
    times, codes = join(DATES[kind], parts)
    timelines, places = learn_timelines(times, codes, len(parts), None, 5)
    pickled = pickle.loads(pickle.dumps(timelines))
    for code in range(len(parts)):
        own = forget_freq(times[codes == code])
        alone, own_places = learn_timelines(own, np.zeros(len(own), int), 1, None, 5)
        np.testing.assert_array_equal(places[codes == code], own_places)
        assert alone.step == timelines.step
        assert list(pickled.extend(4, [code])) == list(alone.extend(4))


@pytest.mark.parametrize("kind", DATES)
def test_series_that_have_not_been_seen_are_placed_from_their_first_row(kind):
    parts = make_parts(3)
    timelines, _ = learn_timelines(*join(DATES[kind], parts[:2]), 2, None, 5)
    times, codes = join(DATES[kind], parts)
    mixed = np.array([-1, 1, 2, -7, 4])[codes]
    expected = [part - part[0] + 1 for part in parts]
    expected[1] = parts[1] - parts[1][-1]
    np.testing.assert_array_equal(timelines.locate(times, mixed), np.concatenate(expected))


def test_new_series_are_gone_on_with():
    labels = DATES["days"]
    timelines, _ = learn_timelines(*join(labels, [np.arange(5), np.arange(9)]), 2, None, 5)
    times, codes = join(labels, [np.arange(9, 12), np.arange(30), np.arange(40)])
    longer = timelines.go_on(times, codes + 1)
    assert list(longer.extend(1)) == list(labels[[5, 12, 30, 40]])
    assert list(longer.extend(2, [3, 0])) == list(labels[[40, 41, 5, 6]])
    np.testing.assert_array_equal(longer.locate(labels[[41, 42]], np.array([2, 3])), [12, 3])
    assert list(timelines.extend(1)) == list(labels[[5, 9]])


@pytest.mark.parametrize("kind", ["days", "month ends", "numbers", "periods of months"])
def test_rows_without_times_follow_without_gaps(kind):
    labels = DATES[kind]
    timelines, _ = learn_timelines(*join(labels, [np.arange(25), np.arange(30)]), 2, None, 5)
    longer = timelines.go_on(None, np.array([0, 0, 0, 1]))
    assert list(longer.extend(2)) == list(labels[[28, 29, 31, 32]])
    with pytest.raises(ValueError, match="no times, so new series in it cannot be placed"):
        timelines.go_on(None, np.array([1, 2]))


def test_without_times_rows_are_counted():
    timelines, places = learn_timelines(None, np.array([0, 0, 0, 1, 2, 2]), 3, None, 5)
    assert timelines is None
    np.testing.assert_array_equal(places, [0, 1, 2, 0, 0, 1])
    with pytest.raises(ValueError, match="freq='D' must be the step"):
        learn_timelines(None, np.array([0, 0, 1]), 2, "D", 5)


# Series that begin elsewhere on the grid.


def check_own_grids(indexes, step, following):
    times = indexes[0].append(list(indexes[1:]))
    codes = np.repeat(np.arange(len(indexes)), [len(index) for index in indexes])
    timelines, places = learn_timelines(times, codes, len(indexes), None, 5)
    assert timelines.step == step
    np.testing.assert_array_equal(places, np.concatenate([np.arange(len(i)) for i in indexes]))
    assert list(timelines.extend(1)) == [pd.Timestamp(label) for label in following]
    np.testing.assert_array_equal(
        timelines.locate(timelines.extend(2), np.repeat(np.arange(len(indexes)), 2)),
        np.tile([1, 2], len(indexes)),
    )
    unseen = timelines.locate(times, -1 - codes)
    np.testing.assert_array_equal(unseen, places + 1)


def test_weeks_that_begin_on_other_days_are_counted_each_from_its_own():
    monday, wednesday = make_index("W-MON"), make_index("W-WED")
    check_own_grids(
        [monday[:20], wednesday[:9], monday[5:7]],
        pd.offsets.Day(7),
        ["2020-07-20", "2020-05-06", "2020-04-20"],
    )


def test_quarters_of_other_fiscal_years_are_counted_each_from_its_own():
    check_own_grids(
        [make_index("QS-JAN")[:20], make_index("QS-FEB")[:9], make_index("QS-MAR")[:6]],
        pd.DateOffset(months=3),
        ["2025-04-01", "2022-08-01", "2021-12-01"],
    )
    check_own_grids(
        [make_index("QE-JAN")[:20], make_index("QE-DEC")[:9], make_index("QE-JAN")[3:6]],
        pd.offsets.MonthEnd(3),
        ["2025-04-30", "2022-06-30", "2021-10-31"],
    )


def test_exchanges_that_close_at_other_times_are_counted_each_from_its_own():
    check_own_grids(
        [make_index("B", "2020-03-02 16:00")[:20], make_index("B", "2020-03-02 17:30")[:7]],
        pd.offsets.BusinessDay(),
        ["2020-03-30 16:00", "2020-03-11 17:30"],
    )


def test_the_days_of_one_series_make_days_of_the_weeks_of_another():
    weeks, days = make_index("W-MON")[:8], make_index("D")[:60]
    times, codes = weeks.append(days), np.repeat([0, 1], [8, 60])
    timelines, places = learn_timelines(times, codes, 2, None, 5)
    assert timelines.step == pd.offsets.Day(1)
    np.testing.assert_array_equal(places[:8], np.arange(0, 56, 7))
    every_fifth = days[days.day_of_week < 5]  # more of them: the commonest difference
    times, codes = every_fifth.append([every_fifth, days]), np.repeat([0, 1, 2], [44, 44, 60])
    assert learn_timelines(times, codes, 3, None, 5)[0].step == pd.offsets.Day(1)


# Rows that miss the step.

DAYS = make_index("D", "2020-01-01")


def make_bad_series(n_good, row=3, hours=5):
    bad = DAYS[:6].insert(row, DAYS[row - 1] + pd.Timedelta(hours=hours)).delete(row + 1)
    codes = np.repeat(np.arange(n_good + 1), [9] * n_good + [6])
    return DAYS[:9].append([DAYS[:9]] * (n_good - 1) + [bad]), codes


def test_a_row_between_the_steps_of_most_series_is_an_error_that_names_its_series():
    times, codes = make_bad_series(2)
    message = r"X has 2020-01-03 05:00:00 in series 'x', .*between the steps: freq='D' through"
    with pytest.raises(ValueError, match=message):
        learn_timelines(times, codes, 3, None, 5, ["a", "b", "x"])
    with pytest.raises(ValueError, match=message):
        learn_timelines(times, codes, 3, "D", 5, ["a", "b", "x"])
    timelines, _ = learn_timelines(times[codes < 2], codes[codes < 2], 2, None, 5)
    with pytest.raises(ValueError, match=message):
        timelines.locate(times[codes == 2], codes[codes == 2], ["x"])


def test_a_series_off_a_stated_step_is_an_error_that_names_it():
    times = make_index("MS")[:6].append(make_index(pd.DateOffset(months=1), "2020-03-15")[:6])
    message = r"X has 2020-03-15 00:00:00 in series 9, .* between the steps: freq='MS'\. Leave"
    with pytest.raises(ValueError, match=message):
        learn_timelines(times, np.repeat([0, 1], 6), 2, "MS", 5, [4, 9])


def test_series_without_a_step_in_common_say_so_and_rows_follow_each_other():
    times, codes = make_bad_series(1)
    message = (
        r"no step that all series share: 2020-01-03 05:00:00 in series 'x' .*equally far apart"
    )
    with pytest.warns(UserWarning, match=message) as caught:
        timelines, places = learn_timelines(times, codes, 2, None, 3, ["a", "x"])
    assert len(caught) == 1
    assert timelines.step is None
    np.testing.assert_array_equal(places, np.r_[0:9, 0:6])
    assert list(timelines.extend(2)) == [1, 2, 1, 2]
    assert timelines.go_on(None, codes) is None
    # A new series, rows that have been seen and rows that follow them.
    given = [*DAYS[20:23], *DAYS[7:12], *DAYS[5:8]]
    located = timelines.locate(pd.DatetimeIndex(given), np.repeat([-1, 0, 1], [3, 5, 3]))
    np.testing.assert_array_equal(located, [1, 2, 3, -1, 0, 1, 2, 3, 0, 1, 2])
    longer = timelines.go_on(DAYS[9:12].append(DAYS[30:31]), np.array([0, 0, 0, 2]))
    np.testing.assert_array_equal(longer.locate(DAYS[[10, 30]], np.array([0, 2])), [-1, 0])
    np.testing.assert_array_equal(longer.locate(DAYS[[12, 5]], np.array([0, 1])), [1, 0])


def test_one_series_without_a_step_says_so_as_it_did():
    times, codes = make_bad_series(1)
    bad, one = times[codes == 1], np.zeros(6, int)
    with pytest.warns(UserWarning, match=r"05:00:00 follows 2020-01-03 .*freq=") as caught:
        timelines, places = learn_timelines(bad, one, 1, None, 3)
    assert len(caught) == 1
    assert timelines.step is None
    np.testing.assert_array_equal(places, np.arange(6))


def test_series_of_which_each_has_a_step_of_its_own_have_none_in_common():
    steps = np.arange(2, 8)
    times = pd.Index(np.concatenate([step * np.arange(9) for step in steps]))
    with pytest.warns(UserWarning, match=r"3 in series 3 is out of line with most rows"):
        timelines, _ = learn_timelines(times, np.repeat(np.arange(6), 9), 6, None, 3, steps)
    assert timelines.step is None


def test_series_on_too_many_grids_are_counted_in_days(monkeypatch):
    monkeypatch.setattr(_common_step, "MOST_GRIDS", 1)
    times = make_index("B", "2020-03-02 16:00")[:20].append(make_index("B")[:20])
    timelines, _ = learn_timelines(times, np.repeat([0, 1], 20), 2, None, 3)
    assert timelines.step == pd.offsets.Day(1)


def test_the_steps_of_a_stepless_index_are_called_so():
    times, codes = make_bad_series(1)
    with pytest.warns(UserWarning, match="no step"):
        timelines, _ = learn_timelines(times.rename("date"), codes, 2, None, 3)
    assert timelines.extend(2).name == "step"
    days, _ = learn_timelines(DAYS[:9].rename("date"), np.repeat([0, 1, 2], 3), 3, None, 3)
    assert days.extend(2).name == "date"


def test_numbers_of_rows_picked_out_of_another_table_are_no_time():
    rows = np.flatnonzero(np.random.default_rng(0).integers(4, size=400) == 1)
    with pytest.warns(UserWarning, match="no step that all series share.* Drop the index"):
        timelines, _ = learn_timelines(pd.Index(rows), np.arange(len(rows)) // 30, 4, None, 5)
    assert timelines.step is None


def test_series_of_one_row_have_no_step_and_do_not_complain():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        timelines, places = learn_timelines(DAYS[:3], np.arange(3), 3, None, 5)
        assert timelines.step is None
        timelines, _ = learn_timelines(pd.Index([3, 5]), np.arange(2), 2, None, 5)
        assert timelines.step == 1
    np.testing.assert_array_equal(places, [0, 0, 0])


def test_a_series_of_which_nearly_all_rows_are_missing_is_an_error_that_names_it():
    times = pd.DatetimeIndex([*DAYS[:9], *DAYS[:2], "2200-01-01"]).as_unit("s")
    times = times[:9].append(times[9:] + pd.Timedelta(hours=1))
    with pytest.raises(ValueError, match="3 rows in series 'x', but 1577857 steps lie between"):
        learn_timelines(times, np.repeat([0, 1], [9, 3]), 2, "h", 5, ["a", "x"])
    timelines, _ = learn_timelines(times[:9], np.zeros(9, int), 1, "h", 5)
    with pytest.raises(ValueError, match="3 rows in series 'x', but 1577857 steps lie between"):
        timelines.locate(times[9:], np.zeros(3, int), ["x"])


def test_other_kinds_of_times_than_in_training_are_errors():
    timelines, _ = learn_timelines(DAYS[:9], np.repeat([0, 1, 2], 3), 3, None, 5)
    for later in (pd.RangeIndex(2), DAYS[:2].tz_localize(BERLIN)):
        with pytest.raises(ValueError, match="the training series had one of datetime64"):
            timelines.locate(later, np.array([0, 1]))
        with pytest.raises(ValueError, match="the training series had one of datetime64"):
            timelines.go_on(later, np.array([0, 1]))


def test_times_in_another_zone_are_found_at_their_time():
    labels = DATES["hours in Berlin"]
    timelines, _ = learn_timelines(*join(labels, [np.arange(30), np.arange(40)]), 2, None, 5)
    later, codes = join(labels, [np.arange(30, 33), np.arange(40, 44)])
    in_utc = later.tz_convert("UTC")
    np.testing.assert_array_equal(timelines.locate(in_utc, codes), [1, 2, 3, 1, 2, 3, 4])
    assert timelines.go_on(in_utc, codes).extend(1).tz is labels.tz


def test_rows_are_read_in_chunks(monkeypatch):
    parts = make_parts(5, 40)
    whole = learn_timelines(*join(DATES["business days"], parts), 40, None, 5)
    monkeypatch.setattr(_common_step, "CHUNK", 100)
    chunked = learn_timelines(*join(DATES["business days"], parts), 40, None, 5)
    np.testing.assert_array_equal(chunked[1], whole[1])
    assert list(chunked[0].extend(1)) == list(whole[0].extend(1))


def test_runs_are_found():
    starts, sizes = find_runs(np.array([3, 3, -1, -2, -2, 0]))
    np.testing.assert_array_equal(starts, [0, 2, 3, 5])
    np.testing.assert_array_equal(sizes, [2, 1, 2, 1])


@pytest.mark.parametrize("apart", [3, 10_000])
def test_dates_go_on_from_ends_near_and_far_apart(apart):
    days = pd.date_range("2024-01-01", periods=apart + 3)
    extended = extend_all(days[[apart, 0, apart]], pd.offsets.Day(), 2)
    later = days[[apart + 1, apart + 2]]
    pd.testing.assert_index_equal(extended, later.append([days[1:3], later]))
