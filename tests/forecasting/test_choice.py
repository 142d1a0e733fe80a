"""What the data decide: the window, how a season is treated, and the share of the network."""

import numpy as np
import pytest

from skrnn.forecasting._choice import ReadingChooser, choose_share, list_held_out, measure_gain
from skrnn.forecasting._rows import SeriesRows, find_starts
from skrnn.forecasting._scaling import WindowScaler

SEASON = 10 + np.sin(np.arange(120) * np.pi / 6)


def join(*series):
    return SeriesRows(np.concatenate(series)[:, None], find_starts([len(s) for s in series]))


def settle(rows, n_steps=1):
    def make_scaler(window, scaling, difference):
        return WindowScaler(window, difference or 0, scaling, [0], 1)

    chooser = ReadingChooser("auto", ["window", "standard"], make_scaler, n_steps)
    return chooser.settle(rows, (12,), None, is_free=True)


def test_positions_that_are_held_out_lie_in_their_own_series():
    rows = join(np.arange(9.0), np.arange(1.0), np.arange(20.0))
    assert list_held_out(rows, np.array([3, 0, 5]), 2).tolist() == [6, 7, 25, 26, 27, 28]
    assert list_held_out(rows, np.array([3, 0, 5]), 4).tolist() == [6, 25, 26]


def test_a_season_is_found_beside_series_of_one_row():
    seasons, reading = settle(join(SEASON, SEASON[:1]))
    assert seasons.changes_anything or reading.difference == 12


def test_where_nothing_can_be_held_out_the_error_is_that_of_the_whole():
    sparse = np.where(np.arange(120) % 3 == 0, SEASON, np.nan)
    with pytest.raises(ValueError, match="X has no window whose later values are known"):
        settle(join(sparse), n_steps=4)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_the_share_of_the_least_error_is_taken(share):
    linear, whole = np.random.default_rng(0).normal(size=(2, 60, 3))
    known = linear + share * (whole - linear)
    known[::7, 1] = np.nan
    assert choose_share(known, linear, whole, np.arange(60)) == share
    assert choose_share(known * np.nan, linear, whole, np.arange(60)) == 0


def test_a_gain_counts_where_it_is_sure():
    gains = np.array([[1.0, 3.0], [np.nan, 2.0], [-1.0, np.nan], [np.nan, np.nan]])
    by_group = np.array([2, 2, -1])
    error = by_group.std() / np.sqrt(3)
    n_errors = by_group.mean() / error
    assert measure_gain(gains, np.arange(4), 0.99 * n_errors) == 1
    assert measure_gain(gains, np.arange(4), 1.01 * n_errors) == 0
    assert measure_gain(gains, np.array([0, 0, 1, 1]), 0) == pytest.approx(0.5)
    assert measure_gain(-gains, np.arange(4), 0) == 0
