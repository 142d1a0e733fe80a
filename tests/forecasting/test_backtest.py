"""Forecasts of held-out rows, against plain loops and scikit-learn's cross-validation."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, KFold, TimeSeriesSplit, cross_validate

from skrnn import NaiveForecaster, RNNForecaster, SeriesSplit, WindowForecaster, backtest
from skrnn.datasets import load_airline
from skrnn.metrics import get_scorer

FOLDS = SeriesSplit(3, test_size=10)


@pytest.fixture
def airline():
    return load_airline().data.astype(float)


def roll_by_hand(forecaster, series, cv, refit):
    """Forecast every test row from a forecaster that has seen the rows before it, one by one."""
    records, every = [], {True: 1, False: 99}.get(refit, refit)
    for fold, (train, test) in enumerate(cv.split(series)):
        if fold % every == 0:
            fitted, n_seen = forecaster.fit(series.iloc[train]), len(train)
        for row in test:
            for i in range(n_seen, row):
                fitted.update(series.iloc[[i]])
            n_seen = max(n_seen, row)
            for step, (time, value) in enumerate(fitted.forecast().items(), start=1):
                records.append((fold, series.index[row - 1], step, time, series.get(time), value))
    return records


@pytest.mark.parametrize("refit", [True, False, 2])
@pytest.mark.parametrize("horizon", [1, 4])
def test_a_backtest_is_the_loop_written_by_hand(airline, horizon, refit):
    forecaster = WindowForecaster(horizon=horizon)
    table = backtest(forecaster, airline, cv=FOLDS, refit=refit)
    expected = pd.DataFrame(
        roll_by_hand(forecaster, airline, FOLDS, refit),
        columns=["fold", "origin", "step", "time", "truth", "forecast"],
    )
    pd.testing.assert_frame_equal(table, expected, check_dtype=False)


@pytest.mark.core
@pytest.mark.parametrize("horizon", [3, pytest.param(1, marks=pytest.mark.slow)])
def test_errors_are_those_of_cross_validation(airline, horizon):
    forecaster = RNNForecaster(units=2, epochs=2, horizon=horizon, random_state=0)
    table = backtest(forecaster, airline, cv=FOLDS)
    scores = cross_validate(
        forecaster, airline, cv=FOLDS, scoring=get_scorer("neg_mean_absolute_error")
    )["test_score"]
    last = table.groupby("fold")["origin"].transform("max")
    table = table[table["time"] <= last + pd.offsets.MonthBegin()]  # cross-validation ends there
    errors = (table["truth"] - table["forecast"]).abs().groupby(table["fold"]).mean()
    np.testing.assert_allclose(errors, -scores, rtol=1e-6)


def test_the_forecaster_stays_as_it_is(airline):
    forecaster = WindowForecaster()
    backtest(forecaster, airline, cv=FOLDS, refit=False)
    assert not hasattr(forecaster, "regressor_")
    fitted = WindowForecaster().fit(airline[:50])
    before = fitted.forecast(3)
    backtest(fitted, airline, cv=FOLDS, refit=False)
    pd.testing.assert_series_equal(fitted.forecast(3), before)


def test_arrays_count_their_rows(airline):
    table = backtest(NaiveForecaster(horizon=2), airline.to_numpy(), cv=SeriesSplit(2))
    assert table["origin"].tolist() == np.repeat(np.arange(47, 143), 2).tolist()
    assert (table["time"] - table["origin"] == table["step"]).all()
    np.testing.assert_array_equal(table["forecast"], airline.to_numpy()[table["origin"]])
    assert table["truth"].isna().sum() == 1
    known = table[:-1]
    np.testing.assert_array_equal(known["truth"], airline.to_numpy()[known["time"]])


def test_several_targets_are_named(airline):
    X = pd.DataFrame({"a": airline, "b": airline[::-1].to_numpy(), "c": 1.0})
    table = backtest(WindowForecaster(horizon=2, target=["b", "a"]), X, cv=FOLDS)
    assert table["target"].tolist()[:4] == ["b", "a", "b", "a"]
    for name in "ab":
        part = table[table["target"] == name]
        np.testing.assert_array_equal(part["truth"], X[name].reindex(part["time"]))
    expected = WindowForecaster(horizon=2, target=["b", "a"]).fit(X[:114]).predict(X[114:124])
    part = table.query("fold == 0 and target == 'a' and step == 2")
    np.testing.assert_allclose(part["forecast"], expected["a", 2])


def test_what_is_forecast_may_lie_beside_x(airline):
    X, y = airline.to_frame("a"), (airline**2).rename("square")
    table = backtest(WindowForecaster(horizon=2), X, y[::-1], cv=FOLDS)
    np.testing.assert_array_equal(table["truth"], y.reindex(table["time"]))
    fitted = WindowForecaster(horizon=2).fit(X[:114], y[:114])
    np.testing.assert_allclose(
        table["forecast"][:20], fitted.predict(X[114:124]).to_numpy().ravel()
    )


def test_rows_left_out_are_steps(airline):
    series = airline.drop(airline.index[[130, 131, 138]])
    table = backtest(NaiveForecaster(horizon=2), series, cv=SeriesSplit(1, test_size=14))
    assert not table["origin"].isin(airline.index[[130, 131, 138]]).any()
    is_left_out = table["time"].isin(airline.index[[130, 131, 138]])
    assert table["truth"].isna().equals(is_left_out | (table["time"] > airline.index[-1]))
    np.testing.assert_array_equal(table["forecast"], series[table["origin"]])


def test_a_gap_is_forecast_over(airline):
    table = backtest(NaiveForecaster(), airline, cv=SeriesSplit(2, test_size=5, gap=3))
    first = table.groupby("fold").first()
    assert (first["time"].dt.to_period("M") - first["origin"].dt.to_period("M")).map(
        lambda months: months.n
    ).tolist() == [4, 4]
    np.testing.assert_array_equal(first["forecast"], airline[first["origin"]])
    with pytest.raises(ValueError, match=r"cv leaves out rows .* needs times"):
        backtest(NaiveForecaster(), airline.to_numpy(), cv=SeriesSplit(2, test_size=5, gap=3))


def test_times_that_no_step_leads_to_are_missing():
    hours = np.cumsum(np.random.default_rng(0).choice([3, 5, 7], 60))
    series = pd.Series(np.arange(60.0), pd.Timestamp("2024") + pd.to_timedelta(hours, unit="h"))
    with pytest.warns(UserWarning, match="no one step"):
        table = backtest(NaiveForecaster(horizon=2), series, cv=SeriesSplit(2, test_size=5))
    assert table["time"].isna().tolist() == [False] * 19 + [True]
    numbers = series.set_axis(hours)
    with pytest.warns(UserWarning, match="no one step"):
        table = backtest(NaiveForecaster(horizon=2), numbers, cv=SeriesSplit(2, test_size=5))
    assert table["time"].tolist()[-4:-1] == [hours[58], hours[59], hours[59]]
    assert table["time"].isna().tolist() == [False] * 19 + [True]


def test_polars_gives_polars(airline):
    X = pl.DataFrame({"month": airline.index.to_numpy(), "passengers": airline.to_numpy()})
    table = backtest(NaiveForecaster(horizon=2), X.select("passengers"), cv=FOLDS)
    expected = backtest(NaiveForecaster(horizon=2), airline.to_numpy(), cv=FOLDS)
    assert isinstance(table, pl.DataFrame)
    assert table["truth"].null_count() == 1
    assert not table["truth"].is_nan().any()
    np.testing.assert_array_equal(table.to_numpy(), expected.to_numpy())


@pytest.mark.parametrize("cv", [3, TimeSeriesSplit(3), list(TimeSeriesSplit(3).split(range(144)))])
def test_folds_come_as_scikit_learn_takes_them(airline, cv):
    expected = backtest(NaiveForecaster(), airline, cv=SeriesSplit(3))
    pd.testing.assert_frame_equal(backtest(NaiveForecaster(), airline, cv=cv), expected)


def test_five_folds_are_the_default(airline):
    expected = backtest(NaiveForecaster(), airline, cv=SeriesSplit(5))
    pd.testing.assert_frame_equal(backtest(NaiveForecaster(), airline), expected)


def test_a_training_part_of_fixed_size_moves_along(airline):
    cv = TimeSeriesSplit(3, test_size=10, max_train_size=40)
    table = backtest(WindowForecaster(Ridge()), airline, cv=cv)
    fitted = WindowForecaster(Ridge()).fit(airline[94:134])
    np.testing.assert_allclose(table["forecast"][20:], fitted.predict(airline[134:]))


def test_a_search_is_run_in_each_fold(airline):
    search = GridSearchCV(WindowForecaster(), {"window": [3, 12]}, cv=TimeSeriesSplit(2))
    table = backtest(search, airline, cv=FOLDS)
    search.fit(airline[:134])
    np.testing.assert_allclose(table["forecast"][20:], search.predict(airline[134:]))
    table = backtest(search, airline, cv=FOLDS, refit=False)
    best = search.fit(airline[:114]).best_estimator_.update(airline[114:134])
    np.testing.assert_allclose(table["forecast"][20:], best.predict(airline[134:]))


def test_progress_is_told_where_asked_for(airline, capsys):
    backtest(NaiveForecaster(), airline, cv=FOLDS)
    assert capsys.readouterr().out == ""
    backtest(NaiveForecaster(), airline, cv=FOLDS, verbose=1)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 3
    assert lines[2].startswith("[backtest] fold 2: 134 + 10 rows, ")


@pytest.mark.parametrize("refit", [0, -1, 1.5, "yes", None])
def test_refit_is_a_number_of_folds(airline, refit):
    with pytest.raises(ValueError, match=f"refit={refit!r} must be True, False or an int"):
        backtest(NaiveForecaster(), airline, refit=refit)


def test_folds_that_look_ahead_are_an_error(airline):
    folds = [(np.arange(20), np.arange(20, 23)), (np.arange(30), np.arange(30, 33))]
    backtest(NaiveForecaster(), airline, cv=folds[::-1])
    with pytest.raises(ValueError, match=r"fold 1 tests that of 1950-09-01.* 1951-06-01"):
        backtest(NaiveForecaster(), airline, cv=folds[::-1], refit=False)
    with pytest.raises(ValueError, match="fold 0 tests that of 1949-01-01"):
        backtest(NaiveForecaster(), airline, cv=KFold(3))


@pytest.mark.parametrize("forecaster", [RandomForestRegressor(), "naive", None, NaiveForecaster])
def test_only_forecasters_are_taken(airline, forecaster):
    with pytest.raises(TypeError, match="forecaster must be a forecaster of skrnn"):
        backtest(forecaster, airline)


# Tables of many series.

LABELS = {"series": "store", "time": "date"}


def make_panel(*, random_state=0, n_series=5, n_rows=72):
    """Make series that begin at other months, and all end at once."""
    rng = np.random.default_rng(random_state)
    dates = pd.date_range("2015-01-01", periods=n_rows, freq="MS")
    parts = []
    for i in range(n_series):
        part = pd.DataFrame({"store": f"s{i}", "date": dates[3 * i :]})
        wave = np.sin(2 * np.pi * part["date"].dt.month / 12)
        parts.append(
            part.assign(sales=10.0 ** (i % 3) * (5 + wave + 0.2 * rng.normal(size=len(part))))
        )
    return pd.concat(parts).sample(frac=1, random_state=random_state, ignore_index=True)


@pytest.mark.parametrize("refit", [True, False])
def test_a_panel_is_backtested_as_by_hand(refit):
    panel, horizon, cv = make_panel(), 3, SeriesSplit(2, test_size=4, **LABELS)
    forecaster = WindowForecaster(horizon=horizon, **LABELS)
    table = backtest(forecaster, panel, cv=cv, refit=refit)
    for fold, (train, test) in enumerate(cv.split(panel)):
        if refit or not fold:
            fitted, seen = forecaster.fit(panel.iloc[train]), panel["date"].iloc[train].max()
        for date in sorted(panel["date"].iloc[test].unique()):
            rows = panel[(panel["date"] > seen) & (panel["date"] < date)]
            if len(rows):
                fitted.update(rows)
                seen = rows["date"].max()
            part = table[(table["fold"] == fold) & (table["origin"] == seen)]
            expected = fitted.forecast()
            keys = ["store", "date"]
            ours = part.rename(columns={"series": "store", "time": "date"}).set_index(keys)
            assert len(part) == len(expected) == 5 * horizon
            np.testing.assert_allclose(
                ours["forecast"].reindex(pd.MultiIndex.from_frame(expected[keys])),
                expected["sales"],
            )
    truth = panel.set_index(["store", "date"])["sales"]
    wanted = truth.reindex(pd.MultiIndex.from_frame(table[["series", "time"]]))
    np.testing.assert_array_equal(table["truth"], wanted)


@pytest.mark.parametrize("horizon", [1, 2])
def test_every_form_of_a_panel_gives_the_same(horizon):
    panel, cv = make_panel(), SeriesSplit(2, test_size=5)
    expected = backtest(WindowForecaster(horizon=horizon, **LABELS), panel, cv=cv)
    forms = {
        "levels": (panel.set_index(["store", "date"]), {}),
        "index of times": (panel.set_index("date"), {"series": "store"}),
        "polars": (pl.DataFrame(panel.to_dict("list")), LABELS),
        "sorted": (panel.sort_values(["date", "store"]), LABELS),
    }
    for name, (form, labels) in forms.items():
        table = backtest(WindowForecaster(horizon=horizon, **labels), form, cv=cv)
        if name == "polars":
            assert table.schema["time"] == table.schema["origin"] == pl.Datetime("us")
            assert table["truth"].null_count() == expected["truth"].isna().sum()
            table = pd.DataFrame({column: table[column].to_numpy() for column in table.columns})
        pd.testing.assert_frame_equal(table, expected, check_dtype=False, obj=name)


@settings(max_examples=15, deadline=None)
@given(random_state=st.integers(0, 10**6), n_later=st.integers(0, 20), refit=st.booleans())
def test_later_values_change_no_earlier_forecast(random_state, n_later, refit):
    panel = make_panel(random_state=random_state, n_series=3)
    since = panel["date"].max() - pd.DateOffset(months=n_later)
    changed = panel.copy()
    is_later = panel["date"] > since
    changed.loc[is_later, "sales"] *= np.random.default_rng(0).uniform(0.5, 2, is_later.sum())
    forecaster = WindowForecaster(horizon=2, scaling="window", seasonality="auto", **LABELS)
    before, after = (
        backtest(forecaster, X, cv=SeriesSplit(3, test_size=5), refit=refit)
        for X in (panel, changed)
    )
    is_earlier = before["origin"] <= since
    np.testing.assert_array_equal(before["forecast"][is_earlier], after["forecast"][is_earlier])
    if n_later:
        assert not before["truth"].equals(after["truth"])


def test_a_panel_without_times_counts_the_rows_of_each_series():
    panel = make_panel(n_series=2)[["store", "sales"]]
    forecaster = NaiveForecaster(horizon=2, series="store")
    table = backtest(forecaster, panel, cv=SeriesSplit(2, test_size=3))
    assert table.groupby("series")["origin"].agg(["min", "max"]).to_numpy().tolist() == [
        [65, 70],
        [62, 67],
    ]
    for label, part in table.groupby("series"):
        values = panel.loc[panel["store"] == label, "sales"].to_numpy()
        np.testing.assert_array_equal(part["forecast"], values[part["origin"]])
        known = part.dropna()
        np.testing.assert_array_equal(known["truth"], values[known["time"]])


def test_folds_that_look_ahead_in_one_series_are_an_error():
    panel = make_panel(n_series=2).sort_values(["store", "date"], ignore_index=True)
    fine = np.arange(60), np.arange(60, 72)  # all of the second series is later in the table
    assert len(backtest(NaiveForecaster(**LABELS), panel, cv=[fine])) == 12
    ahead = np.r_[:60, 100:110], np.r_[60:72, 105:120]
    with pytest.raises(ValueError, match="after its training rows"):
        backtest(NaiveForecaster(**LABELS), panel, cv=[ahead])


@pytest.mark.parametrize("kind", [pd.Series, np.asarray])
def test_what_is_forecast_of_a_panel_may_lie_beside_it(kind):
    panel = make_panel(n_series=3)
    square, cv = panel["sales"] ** 2, SeriesSplit(1, test_size=5)
    forecaster = WindowForecaster(horizon=2, seasonality=None, **LABELS)
    table = backtest(forecaster, panel, kind(square), cv=cv)
    ((train, test),) = SeriesSplit(1, test_size=5, **LABELS).split(panel)
    fitted = forecaster.fit(panel.iloc[train], square.iloc[train])
    rows = panel.iloc[test].sort_values(["store", "date"])
    np.testing.assert_allclose(table["forecast"], fitted.predict(rows).to_numpy().ravel())
    truth = panel.assign(square=square).set_index(["store", "date"])["square"]
    wanted = truth.reindex(pd.MultiIndex.from_frame(table[["series", "time"]]))
    np.testing.assert_array_equal(table["truth"], wanted)
    panel = panel.sort_values("date", ignore_index=True).drop(columns="date")
    forecaster.set_params(time=None)
    counted = backtest(forecaster, panel, kind(panel["sales"] ** 2), cv=cv)
    np.testing.assert_allclose(counted["forecast"], table["forecast"])


def test_a_series_that_begins_in_a_fold_has_no_origin_at_first():
    panel = make_panel(n_series=3)
    is_late = (panel["store"] == "s2") & (panel["date"] < "2020-11-01")
    table = backtest(NaiveForecaster(**LABELS), panel[~is_late], cv=SeriesSplit(1, test_size=5))
    assert table["series"].tolist() == ["s0"] * 5 + ["s1"] * 5 + ["s2"] * 2
    assert table["origin"].isna().tolist() == [False] * 10 + [True, False]


def test_with_a_coverage_bounds_stand_beside_the_forecasts(airline):
    frame = pd.DataFrame({"a": airline, "b": airline.to_numpy()[::-1]})
    forecaster = WindowForecaster(horizon=3, scaling="window", calibrate=True)
    table = backtest(forecaster, frame, cv=FOLDS, coverage=0.8)
    assert table.columns.tolist()[-2:] == ["lower", "upper"]
    pd.testing.assert_frame_equal(
        table.drop(columns=["lower", "upper"]), backtest(forecaster, frame, cv=FOLDS)
    )
    train, test = next(iter(FOLDS.split(frame)))
    bounds = forecaster.fit(frame.iloc[train]).predict_interval(frame.iloc[test], 0.8)
    listed = table[table["fold"] == 0].pivot(
        index="origin", columns=["target", "step"], values=["lower", "upper"]
    )
    for bound in ("lower", "upper"):
        expected = bounds.xs(bound, axis=1, level="bound").to_numpy()
        assert np.array_equal(listed[bound].sort_index(axis=1).to_numpy(), expected)
    array = backtest(forecaster, frame.to_numpy(), cv=FOLDS, coverage=0.8)
    assert np.allclose(array[["lower", "upper"]], table[["lower", "upper"]])


def test_bounds_of_a_search_and_of_a_polars_table_are_listed_too():
    table = pl.DataFrame({"s": ["a", "b"] * 60, "x": np.arange(120.0) % 7})
    search = GridSearchCV(
        NaiveForecaster(series="s"),
        {"strategy": ["last"]},
        cv=SeriesSplit(2, series="s"),
        scoring=get_scorer("r2"),
    )
    for forecaster in (NaiveForecaster(series="s"), search):
        listed = backtest(forecaster, table, cv=2, coverage=0.7)
        assert isinstance(listed, pl.DataFrame)
        assert (listed["lower"] <= listed["forecast"]).all()
        assert (listed["forecast"] <= listed["upper"]).all()
