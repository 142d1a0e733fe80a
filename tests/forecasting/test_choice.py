"""What the data decide: the window, how a season is treated, and the share of the network."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from skrnn import RNNForecaster
from skrnn.forecasting._choice import (
    ReadingChooser,
    average_groups,
    get_sure_mean,
    group_positions,
    list_held_out,
)
from skrnn.forecasting._network_share import choose_share, cut_back, forecast_fold
from skrnn.forecasting._rows import SeriesRows, find_starts
from skrnn.forecasting._scaling import WindowScaler

SEASON = 10 + np.sin(np.arange(120) * np.pi / 6)


def join(*series):
    return SeriesRows(np.concatenate(series)[:, None], find_starts([len(s) for s in series]))


def settle(rows, n_steps=1):
    def make_scaler(window, scaling, difference):
        return WindowScaler(window, difference or 0, scaling, [0], 1)

    chooser = ReadingChooser("auto", {"window": 1, "standard": 1}, make_scaler, n_steps)
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


def test_parts_that_are_held_out_of_few_series_follow_each_other_back():
    rows = join(np.arange(50.0), np.arange(40.0))
    parts = list(cut_back(rows, np.array([10, 8]), n_folds=5))
    assert [part.lengths.tolist() for part in parts] == [[50, 40], [40, 32], [30, 24], [20, 16]]
    assert len(list(cut_back(join(*[np.arange(50.0)] * 40), np.full(40, 10), n_folds=5))) == 1


def test_errors_of_neighbours_are_one_group():
    rows, positions = join(np.arange(100.0)), np.arange(60, 87)
    assert np.bincount(group_positions(rows, positions)).tolist() == [3] * 9
    assert np.bincount(group_positions(rows, positions, 12)).tolist() == [12, 12, 3]
    many = join(*[np.arange(9.0)] * 40)
    np.testing.assert_array_equal(group_positions(many, np.arange(360), 12), many.codes)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5, 1.0])
def test_the_share_of_the_least_error_is_taken(share):
    linear, whole = np.random.default_rng(0).normal(size=(2, 60, 3))
    known = linear + share * (whole - linear)
    known[::7, 1] = np.nan
    folds = [
        (known[rows], linear[rows], whole[rows], np.arange(30))
        for rows in (np.s_[:30], np.s_[30:])
    ]
    assert choose_share(folds) == share
    assert choose_share(folds, [0.25, 0.5]) == min(share, 0.5)
    assert choose_share([(known * np.nan, linear, whole, np.arange(60))]) == 0


def test_what_helps_in_one_part_alone_is_not_sure():
    linear = np.zeros((30, 1))
    helped, harmed = ((np.full((30, 1), known), linear, linear + 1) for known in (1.0, -1.0))
    assert choose_share([(*helped, np.arange(30))]) == 1
    assert choose_share([(*helped, np.arange(30)), (*harmed, np.arange(30))]) == 0


def test_known_values_of_groups_are_averaged():
    gains = np.array([[1.0, 3.0], [np.nan, 2.0], [-1.0, np.nan], [np.nan, np.nan]])
    assert average_groups(gains, np.arange(4)).tolist() == [2, 2, -1]
    assert average_groups(gains, np.array([0, 0, 1, 1])).tolist() == [2, -1]


@pytest.mark.parametrize("level", [0.6, 0.9, 0.99])
def test_a_mean_is_sure_as_a_t_test_says(level):
    values = np.random.default_rng(1).normal(0.3, size=12)
    p = stats.ttest_1samp(values, 0, alternative="greater").pvalue
    assert get_sure_mean(values, level) == (values.mean() if p < 1 - level else 0)
    assert get_sure_mean(-values, level) == get_sure_mean(values[:1], level) == 0


def test_networks_learn_more_slowly_from_few_series():
    words = {"units": 2, "epochs": 1, "window": 6, "network_share": 1.0, "series": "series"}
    for n_series, rate in ((29, 0.003), (30, 0.01)):
        labels = np.repeat(np.arange(n_series), 12)
        table = pd.DataFrame({"series": labels, "y": np.sin(np.arange(12 * n_series))})
        chosen = RNNForecaster(**words, random_state=0).fit(table)
        given = RNNForecaster(**words, random_state=0, learning_rate=rate).fit(table)
        np.testing.assert_array_equal(chosen.predict(table), given.predict(table))
    other = RNNForecaster(**words, random_state=0, learning_rate=0.003).fit(table)
    assert not np.array_equal(chosen.predict(table), other.predict(table))


def test_what_is_held_out_has_no_part_in_the_network_whose_share_it_tells(monkeypatch):
    """Trainings before a season that changes at the end know but the season before."""
    trained = []

    def note(forecaster, *words):
        trained.append(forecaster.regressor_.model_.get_weights())
        return forecast_fold(forecaster, *words)

    monkeypatch.setattr("skrnn.forecasting._network_model.forecast_fold", note)
    words = {"window": 4, "scaling": "standard", "units": 2, "epochs": 2, "random_state": 0}
    changed = SEASON.copy()
    changed[-6:] = changed[-6:][::-1] + 2
    for series in SEASON, changed:
        RNNForecaster(**words, seasonality=12).fit(series)
    (first, _, second, _), n_folds = trained, 2
    assert len(trained) == 2 * n_folds
    assert all(map(np.array_equal, first, second))
