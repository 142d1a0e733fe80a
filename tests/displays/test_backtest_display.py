"""Pictures of backtests: what is drawn, and what is refused."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skrnn import BacktestDisplay, NaiveForecaster, SeriesSplit, WindowForecaster, backtest
from skrnn.datasets import load_airline

FOLDS = SeriesSplit(3, test_size=12)


@pytest.fixture
def airline():
    return load_airline().data.astype(float)


@pytest.fixture
def panel(airline):
    """Make the table that a backtest of seven series gives."""
    parts = []
    for i, label in enumerate("abcdefg"):
        part = backtest(NaiveForecaster(horizon=2), airline * (i + 1), cv=FOLDS)
        part.insert(1, "series", label)
        parts.append(part)
    return pd.concat(parts).sort_values(["fold", "series"], kind="stable", ignore_index=True)


def read_dates(line):
    return pd.DatetimeIndex(line.get_xdata())


def test_one_step_forecasts_lie_over_what_came(airline):
    display = BacktestDisplay.from_forecaster(WindowForecaster(), airline, cv=FOLDS)
    ((actual, *folds),) = display.lines_
    assert read_dates(actual).tolist() == airline.index[-36:].tolist()
    np.testing.assert_array_equal(actual.get_ydata(), airline[-36:])
    for fold, line in enumerate(folds):
        start = 108 + 12 * fold
        fitted = WindowForecaster().fit(airline[:start])
        expected = fitted.predict(airline[start : start + 12])
        assert read_dates(line).tolist() == expected.index.tolist()
        np.testing.assert_allclose(line.get_ydata(), expected)
        assert line.get_label() == f"fold {fold}"
    assert len(folds) == 3
    assert display.axes_[0].get_xlabel() == "date"


def test_forecasts_of_several_steps_begin_at_the_cut(airline):
    words = {"horizon": 5}
    display = BacktestDisplay.from_forecaster(WindowForecaster(**words), airline, cv=FOLDS)
    first = display.lines_[0][1]
    fitted = WindowForecaster(**words).fit(airline[:108])
    rows = fitted.predict(airline[108:120]).to_numpy()[[0, 5, 10]]
    np.testing.assert_allclose(first.get_ydata(), rows.ravel())
    assert read_dates(first).tolist() == airline.index[108:123].tolist()


def test_errors_are_means_by_step(panel):
    display = BacktestDisplay.from_table(panel, kind="error")
    ((*folds, mean),) = display.lines_
    errors = (panel["truth"] - panel["forecast"]).abs()
    np.testing.assert_allclose(mean.get_ydata(), errors.groupby(panel["step"]).mean())
    for fold, line in enumerate(folds):
        part = errors[panel["fold"] == fold]
        np.testing.assert_allclose(line.get_ydata(), part.groupby(panel["step"]).mean())
    one = BacktestDisplay.from_table(panel, kind="error", series="b").lines_[0][-1]
    part = errors[panel["series"] == "b"]
    np.testing.assert_allclose(one.get_ydata(), part.groupby(panel["step"]).mean())
    assert display.axes_[0].get_ylim()[0] == 0


def test_each_series_has_a_panel(panel, plt):
    assert len(BacktestDisplay.from_table(panel).axes_) == 6
    _, axes = plt.subplots(2)
    display = BacktestDisplay.from_table(panel, series=["f", "c"], ax=axes)
    assert [ax.get_title() for ax in display.axes_] == ["f", "c"]
    assert display.axes_[0] is axes[0]
    part = panel[(panel["series"] == "c") & (panel["step"] == 1)]
    np.testing.assert_array_equal(display.lines_[1][0].get_ydata()[:36], part["truth"])
    assert len(BacktestDisplay.from_table(panel, series=list("abcdefg")).axes_) == 7


@pytest.mark.parametrize("kind", ["line", "error"])
def test_each_target_has_a_panel(airline, kind):
    X = pd.DataFrame({"a": airline, "b": 2 * airline})
    display = BacktestDisplay.from_forecaster(NaiveForecaster(), X, cv=FOLDS, kind=kind)
    assert [ax.get_title() for ax in display.axes_] == ["a", "b"]
    for a, b in zip(*display.lines_, strict=True):
        np.testing.assert_allclose(2 * a.get_ydata(), b.get_ydata())


@pytest.mark.parametrize("kind", ["line", "error"])
def test_polars_is_drawn_alike(airline, kind):
    tables = [
        backtest(NaiveForecaster(horizon=2), X, cv=FOLDS)
        for X in (airline.to_numpy(), pl.DataFrame({"passengers": airline.to_numpy()}))
    ]
    ours, theirs = (BacktestDisplay.from_table(table, kind=kind) for table in tables)
    for mine, other in zip(ours.lines_[0], theirs.lines_[0], strict=True):
        np.testing.assert_array_equal(mine.get_xydata(), other.get_xydata())
    assert ours.axes_[0].get_xlabel() == ("time step" if kind == "line" else "steps ahead")


def test_periods_are_drawn_at_their_beginning(airline):
    series = airline.to_period("M")
    display = BacktestDisplay.from_forecaster(NaiveForecaster(), series, cv=FOLDS)
    assert read_dates(display.lines_[0][0]).tolist() == airline.index[-36:].tolist()


def test_forecasts_have_a_style(airline):
    for kind in ("line", "error"):
        display = BacktestDisplay.from_forecaster(
            NaiveForecaster(), airline, cv=FOLDS, kind=kind, line_kw={"linestyle": ":"}
        )
        assert display.lines_[0][-1].get_linestyle() == ":"


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ({"kind": "bar"}, ValueError, "kind must be one of line, error. Got 'bar'"),
        ({"series": "z"}, ValueError, r"series must be among those of the table, \['a', 'b'"),
        ({"series": []}, ValueError, "series must be among those"),
        ({"line_kw": 3}, TypeError, "line_kw must be a dict"),
        ({"series": ["a", "b"], "ax": "one"}, ValueError, r"ax must hold 2 Axes.*Got 1; series="),
    ],
)
def test_bad_arguments_draw_nothing(panel, plt, words, error, message):
    with pytest.raises(error, match=message):
        BacktestDisplay.from_table(panel, **words)
    assert not plt.get_fignums()


@pytest.mark.parametrize("table", [[1, 2], None, np.ones((3, 3)), pd.Series([1.0])])
def test_what_is_no_backtest_is_an_error(table):
    with pytest.raises(ValueError, match="table must be what backtest gives, with columns"):
        BacktestDisplay.from_table(table)


def test_a_column_that_lacks_is_named(panel):
    with pytest.raises(ValueError, match=r"with columns \['step', 'truth'\]"):
        BacktestDisplay.from_table(panel.drop(columns=["step", "truth"]))


def test_a_series_without_labels_has_none_to_pick(airline):
    table = backtest(NaiveForecaster(), airline, cv=FOLDS)
    with pytest.raises(ValueError, match=r"series must be among those of the table, \[\]"):
        BacktestDisplay.from_table(table, series="a")


def test_four_years_of_months_are_labelled(airline):
    display = BacktestDisplay.from_forecaster(
        NaiveForecaster(), airline, cv=SeriesSplit(4, test_size=12)
    )
    display.figure_.canvas.draw()  # a warning of matplotlib is an error here
    assert len(display.axes_[0].get_xticks()) >= 3


def test_bounds_are_drawn_as_a_band_a_fold():
    series = load_airline().data
    table = backtest(NaiveForecaster(), series, cv=3, coverage=0.8)
    display = BacktestDisplay.from_table(table)
    bands = display.axes_[0].collections
    assert len(bands) == 3
    heights = bands[1].get_paths()[0].vertices[:, 1]
    fold = table[table["fold"] == 1]
    assert heights.min() == fold["lower"].min()
    assert heights.max() == fold["upper"].max()
