"""What a forecaster remembers of a series."""

import numpy as np
import pandas as pd
import pytest

from skrnn.forecasting._past import Past
from skrnn.forecasting._timeline import Timeline


def make_past(n_rows=10, span=4, freq="D"):
    index = pd.date_range("2020-01-01", periods=n_rows, freq=freq)
    return Past(np.arange(float(n_rows))[:, None], span, Timeline(index, n_kept=span))


def give_rows(start, n_rows, freq="D"):
    index = pd.date_range(start, periods=n_rows, freq=freq)
    return pd.Series(np.zeros(n_rows), index), np.zeros((n_rows, 1))


@pytest.mark.parametrize(
    ("start", "before"),
    [
        ("2020-01-11", [6, 7, 8, 9]),
        ("2020-01-13", [8, 9, np.nan, np.nan]),
        ("2021-01-01", [np.nan] * 4),
        ("2020-01-10", [6, 7, 8]),
        ("2020-01-07", []),
        ("2019-01-07", []),
    ],
)
def test_rows_before_others_are_found_by_their_dates(start, before):
    past = make_past()
    places = past.locate(*give_rows(start, 3))
    np.testing.assert_array_equal(past.find_before(places)[0][:, 0], before)


def test_rows_that_follow_after_a_gap_keep_their_distance():
    longer = make_past().append(*give_rows("2020-01-13", 1))
    np.testing.assert_array_equal(longer.values[:, 0], [9, np.nan, np.nan, 0])
    assert longer.extend(1)[0] == pd.Timestamp("2020-01-14")


@pytest.mark.parametrize("n_missing", [0, 1, 3, 4, 5, 6, 50])
def test_extra_rows_keep_their_distance_and_are_for_training_alone(n_missing):
    index = pd.date_range("2020-01-01", periods=10, freq="D")
    past = Past(np.arange(10.0)[:, None], 4, Timeline(index, n_kept=4), n_extra=2)
    X, values = give_rows(index[-1] + pd.Timedelta(days=1 + n_missing), 1)
    before = [*range(4, 10), *[np.nan] * n_missing][-6:]
    _, joined, levels = past.join(X, values)
    np.testing.assert_array_equal(joined[:, 0], [*before, 0])
    assert len(levels) >= len(joined)
    for given in (past, past.append(X, values)):
        assert len(given.find_before(np.array([1]))[0]) == 4


def test_a_gap_inside_the_rows_that_follow_is_kept():
    index = pd.to_datetime(["2020-01-11", "2020-01-14"])
    longer = make_past(span=5).append(pd.Series([1.0, 2.0], index), np.array([[1.0], [2.0]]))
    np.testing.assert_array_equal(longer.values[:, 0], [9, 1, np.nan, np.nan, 2])


def test_a_past_without_dates_keeps_the_gaps_that_the_rows_have_of_their_own():
    past = Past(np.arange(10.0)[:, None], 4)
    index = pd.to_datetime(["2020-01-01", "2020-01-02", "2020-01-04"])
    longer = past.append(pd.Series(np.zeros(3), index), np.zeros((3, 1)))
    np.testing.assert_array_equal(longer.values[:, 0], [0, 0, np.nan, 0])
    assert longer.extend(2) is None


def test_a_past_is_left_as_it_was_by_rows_that_follow():
    past = make_past()
    past.append(*give_rows("2020-01-13", 5))
    np.testing.assert_array_equal(past.values[:, 0], [6, 7, 8, 9])
    assert past.timeline.last == pd.Timestamp("2020-01-10")


def test_rows_that_were_seen_do_not_follow():
    with pytest.raises(ValueError, match=r"begins at 2020-01-10.* up to 2020-01-10"):
        make_past().append(*give_rows("2020-01-10", 3))
