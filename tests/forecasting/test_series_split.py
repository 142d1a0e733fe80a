"""Folds of one series and of many by time."""

import pickle
from contextlib import suppress
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_validate

from skrnn import NaiveForecaster, SeriesSplit, WindowForecaster
from skrnn.datasets import load_airline

DAYS = pd.date_range("2024-01-01", periods=40)
LABELS = {"series": "store", "time": "date"}
SIZES = [{}, {"test_size": 3}, {"test_size": 4, "gap": 2}, {"gap": 5}]


def make_panel(*, random_state=0, n_series=4, dates=DAYS):
    """Make series that begin and end anywhere, with holes, in any order of rows."""
    rng = np.random.default_rng(random_state)
    parts = []
    for i in range(n_series):
        first, last = sorted(rng.choice(len(dates), 2, replace=False))
        kept = dates[first : last + 1][rng.random(last + 1 - first) < 0.8]
        parts.append(pd.DataFrame({"store": f"s{i}", "date": kept}))
    table = pd.concat(parts).sample(frac=1, random_state=random_state)
    return table.assign(sales=rng.normal(size=len(table)))


def list_folds(splitter, X):
    return [(train.tolist(), test.tolist()) for train, test in splitter.split(X)]


SERIES = {
    "array": np.arange(43.0),
    "columns": np.ones((43, 2)),
    "list": list(range(43)),
    "numbers": pd.Series(np.arange(43.0), index=range(5, 48)),
    "days": pd.Series(1.0, pd.date_range("2024-01-01", periods=43)),
    "months": pd.DataFrame({"a": 1.0}, pd.date_range("2020-01-31", periods=43, freq="ME")),
    "summer time": pd.Series(1.0, pd.date_range("2024-03-01", periods=43, tz="Europe/Berlin")),
    "quarters": pd.Series(1.0, pd.period_range("2020Q1", periods=43, freq="Q")),
    "seconds": pd.Series(1.0, pd.timedelta_range("1s", periods=43, freq="s")),
    "no step": pd.Series(1.0, pd.date_range("2024-01-01", periods=43) + pd.to_timedelta(
        np.cumsum(np.random.default_rng(0).integers(0, 3, 43)), unit="h")),
    "names": pd.Series(1.0, [f"row {i}" for i in range(43)]),
    "polars": pl.DataFrame({"a": np.arange(43.0)}),
}  # fmt: skip


@pytest.mark.parametrize("sizes", SIZES)
@pytest.mark.parametrize("n_splits", [2, 5])
@pytest.mark.parametrize("kind", SERIES)
def test_one_series_is_split_as_by_scikit_learn(kind, n_splits, sizes):
    ours = SeriesSplit(n_splits, **sizes)
    assert list_folds(ours, SERIES[kind]) == list_folds(
        TimeSeriesSplit(n_splits, **sizes), SERIES[kind]
    )


def test_steps_are_counted_and_not_rows():
    series = pd.Series(1.0, DAYS).drop(DAYS[[31, 36, 37]])
    ((train, test),) = SeriesSplit(1, test_size=10, gap=2).split(series)
    assert series.index[train].equals(DAYS[:28])
    assert series.index[test].equals(DAYS[30:].drop(DAYS[[31, 36, 37]]))


@settings(max_examples=60, deadline=None)
@given(
    random_state=st.integers(0, 10**6),
    n_splits=st.integers(1, 4),
    test_size=st.none() | st.integers(1, 6),
    gap=st.integers(0, 3),
)
def test_no_training_row_is_later_than_a_cut(random_state, n_splits, test_size, gap):
    panel = make_panel(random_state=random_state)
    dates, folds = panel["date"].to_numpy(), []
    words = {"test_size": test_size, "gap": gap, "series": "store", "time": "date"}
    with suppress(ValueError):  # a fold without rows
        for train, test in SeriesSplit(n_splits, **words).split(panel):
            folds.append(test)
            assert dates[train].max() + np.timedelta64(gap, "D") < dates[test].min()
            assert (np.diff(train) > 0).all()
            assert (np.diff(test) > 0).all()
    for earlier, later in pairwise(folds):
        assert dates[earlier].max() < dates[later].min()


def test_cuts_are_the_same_dates_in_every_series():
    panel = make_panel()
    words = {"series": "store", "time": "date"}
    last = panel["date"].max()
    for fold, (train, test) in enumerate(SeriesSplit(3, test_size=5, **words).split(panel)):
        begin = last - pd.Timedelta(days=5 * (3 - fold) - 1)
        is_test = panel["date"].between(begin, begin + pd.Timedelta(days=4))
        np.testing.assert_array_equal(test, np.flatnonzero(is_test))
        np.testing.assert_array_equal(train, np.flatnonzero(panel["date"] < begin))


def test_every_form_of_a_panel_is_split_alike():
    panel = make_panel()
    words = {"n_splits": 2, "test_size": 4, "gap": 1}
    expected = list_folds(SeriesSplit(series="store", time="date", **words), panel)
    forms = {
        "index of times": (panel.set_index("date"), {"series": "store"}),
        "two levels": (panel.set_index(["store", "date"]), {}),
        "levels the other way": (panel.set_index(["date", "store"])["sales"], {}),
        "polars": (pl.DataFrame(panel.to_dict("list")), {"series": "store", "time": "date"}),
        "periods": (
            panel.assign(date=panel["date"].dt.to_period("D")),
            {"series": "store", "time": "date"},
        ),
    }
    for name, (form, labels) in forms.items():
        assert list_folds(SeriesSplit(**words, **labels), form) == expected, name


def test_without_times_each_series_is_cut_from_its_own_end():
    X = pd.DataFrame({"store": list("abababbb"), "sales": np.arange(8.0)})
    folds = list_folds(SeriesSplit(2, test_size=1, series="store"), X)
    assert folds == [([0, 1, 3, 5], [2, 6]), ([0, 1, 2, 3, 5, 6], [4, 7])]


def test_weeks_that_end_on_other_days_are_weeks_all_the_same():
    parts = [
        pd.DataFrame({"store": name, "date": pd.date_range(start, periods=12, freq="7D")})
        for name, start in (("a", "2024-01-01"), ("b", "2024-01-03"), ("c", "2024-01-05"))
    ]
    table = pd.concat(parts, ignore_index=True)
    for _, test in SeriesSplit(2, test_size=3, series="store", time="date").split(table):
        assert table.iloc[test].groupby("store").size().tolist() == [3, 3, 3]


def test_month_ends_and_starts_are_months_all_the_same():
    parts = [
        pd.DataFrame({"store": i, "date": pd.date_range("2024-01-01", periods=12, freq=freq)})
        for i, freq in enumerate(["ME", "MS", "ME"])
    ]
    table = pd.concat(parts, ignore_index=True)
    ((train, test),) = SeriesSplit(1, test_size=3, series="store", time="date").split(table)
    assert table["date"].iloc[train].max() < table["date"].iloc[test].min()
    assert table.iloc[test].groupby("store").size().tolist() == [3, 2, 3]


def test_series_may_lie_wholly_before_or_after_a_fold():
    old = pd.DataFrame({"store": "old", "date": DAYS[:10]})
    new = pd.DataFrame({"store": "new", "date": DAYS[36:]})
    table = pd.concat([old, pd.DataFrame({"store": "whole", "date": DAYS}), new])
    words = {"series": "store", "time": "date"}
    ((train, test),) = SeriesSplit(1, test_size=5, **words).split(table)
    assert set(table["store"].iloc[train]) == {"old", "whole"}
    assert set(table["store"].iloc[test]) == {"new", "whole"}


@pytest.mark.parametrize(
    ("words", "X", "message"),
    [
        ({"test_size": 10}, np.ones(40), r"needs more than .* = 50 steps, but X spans 40"),
        ({"n_splits": 3}, np.ones(3), r"needs more than .* = 3 steps, but X spans 3"),
        ({"gap": 20, "test_size": 4}, np.ones(40), "= 40 steps, but X spans 40"),
        ({}, np.ones(0), "X spans 0"),
        (
            {"n_splits": 2, "test_size": 2, "gap": 1},
            pd.Series(1.0, DAYS).iloc[[*range(30), 39]],
            r"SeriesSplit\(.* leaves a fold without test rows",
        ),
    ],
)
def test_folds_without_rows_are_an_error(words, X, message):
    with pytest.raises(ValueError, match=message):
        list(SeriesSplit(**words).split(X))


@pytest.mark.parametrize("value", [-1, 1.5, True, "a", None])
@pytest.mark.parametrize("name", ["n_splits", "test_size", "gap"])
def test_sizes_are_numbers_of_steps(name, value):
    if (name, value) == ("test_size", None):
        return
    with pytest.raises(ValueError, match=f"{name}={value!r} must be an int of at least"):
        SeriesSplit(**{name: value})


@pytest.mark.parametrize("columns", [["store", "sales"], ["date", "sales"], ["store", "date"]])
@pytest.mark.parametrize("kind", [pd.DataFrame, lambda table: pl.DataFrame(table.to_dict("list"))])
def test_a_series_that_shows_is_not_cut_by_row_numbers(columns, kind):
    X = kind(make_panel()[columns].reset_index(drop=True))
    with pytest.raises(ValueError, match="X must hold numbers") as caught:
        list(SeriesSplit().split(X))
    with pytest.raises(ValueError, match="X must hold numbers") as expected:
        NaiveForecaster().fit(X)
    assert str(caught.value) == str(expected.value)


def test_text_beside_dates_that_do_not_repeat_is_split():
    table = pd.DataFrame({"shop": "a"}, DAYS)
    assert len(list(SeriesSplit().split(table))) == 5


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(ValueError, match="series='shop' must name one of the columns of X"):
        list(SeriesSplit(series="shop", time="date").split(make_panel()))


def test_a_splitter_is_one_of_scikit_learn():
    splitter = SeriesSplit(3, test_size=np.int64(2), series="store")
    assert splitter.get_n_splits() == splitter.get_n_splits("X", "y", "groups") == 3
    assert repr(splitter) == (
        "SeriesSplit(gap=0, n_splits=3, series='store', test_size=2, time=None)"
    )
    assert repr(pickle.loads(pickle.dumps(splitter))) == repr(splitter)


@pytest.mark.core
def test_searches_and_cross_validation_take_it():
    airline = load_airline().data.astype(float)
    scores = [
        cross_validate(WindowForecaster(), airline, cv=cv)["test_score"]
        for cv in (SeriesSplit(3, test_size=12), TimeSeriesSplit(3, test_size=12))
    ]
    np.testing.assert_array_equal(*scores)
    grid = {"strategy": ["last", "seasonal"], "horizon": [12]}
    search = GridSearchCV(NaiveForecaster(), grid, cv=SeriesSplit(3, test_size=24)).fit(airline)
    assert search.best_params_["strategy"] == "seasonal"


def test_folds_of_a_panel_without_times_are_those_of_its_rows_in_order():
    rng = np.random.default_rng(0)
    series = rng.permutation(np.repeat(["a", "b", "c"], [40, 25, 31]))
    panel = pd.DataFrame({"store": series, "sales": rng.normal(size=96).cumsum()})
    steps = panel.groupby("store").cumcount()
    steps -= panel.groupby("store")["sales"].transform("size")  # all end at the same time
    words = {"window": 3, "series": "store"}
    scores = [
        cross_validate(
            WindowForecaster(**words, time=time),
            panel if time is None else panel.assign(step=steps),
            cv=SeriesSplit(3, test_size=5, series="store", time=time),
        )["test_score"]
        for time in (None, "step")
    ]
    np.testing.assert_allclose(*scores)


def test_one_series_of_many_is_placed_by_numbers_that_fit_read_as_times():
    frames = [pd.DataFrame({"store": store, "sales": np.arange(30.0)}) for store in "ab"]
    panel = pd.concat([frame[:21] for frame in frames])  # the numbers are those of both series
    forecaster = NaiveForecaster(series="store").fit(panel)
    rows = frames[1].iloc[[23, 26, 28]]
    np.testing.assert_array_equal(forecaster.predict(rows), [20, 23, 26])
    forecaster.update(frames[1].iloc[[21, 22, 25]])
    np.testing.assert_array_equal(forecaster.forecast()["sales"], [20, 25])


@pytest.mark.parametrize("form", ["columns", "levels", "polars"])
def test_panels_are_searched_fold_by_fold(form):
    panel = make_panel(n_series=6)
    X = {
        "columns": panel,
        "levels": panel.set_index(["store", "date"]),
        "polars": pl.DataFrame(panel.to_dict("list")),
    }[form]
    words = {} if form == "levels" else LABELS
    cv = SeriesSplit(3, test_size=5, **words)
    grid = {"horizon": [1, 3]}
    search = GridSearchCV(NaiveForecaster(**words), grid, cv=cv).fit(X)
    for i, horizon in enumerate(grid["horizon"]):
        for fold, (train, test) in enumerate(SeriesSplit(3, test_size=5, **LABELS).split(panel)):
            fitted = NaiveForecaster(horizon=horizon, **LABELS).fit(panel.iloc[train])
            expected = fitted.score(panel.iloc[test])
            assert search.cv_results_[f"split{fold}_test_score"][i] == pytest.approx(expected)
