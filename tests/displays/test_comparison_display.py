"""Pictures of comparisons: what is drawn, and what is refused."""

import numpy as np
import pandas as pd
import pytest

from skrnn import ComparisonDisplay, NaiveForecaster, WindowForecaster, compare
from skrnn.datasets import load_airline

MODELS = {"last": NaiveForecaster(), "lags": WindowForecaster()}


@pytest.fixture(scope="module")
def comparison():
    return compare(MODELS, load_airline().data, cv=3, scoring=["r2", "neg_max_error"])


def test_folds_are_points_and_their_mean_a_mark(comparison):
    display = ComparisonDisplay.from_comparison(comparison)
    assert list(display.points_) == ["test_r2", "test_neg_max_error", "fit_time"]
    for column, lines in display.points_.items():
        for row, (name, line) in enumerate(zip(MODELS, lines, strict=True)):
            own = comparison.table.loc[comparison.table["estimator"] == name, column]
            np.testing.assert_array_equal(line.get_xydata(), [[x, row] for x in own])
        means = comparison.summary.loc[list(MODELS), f"mean_{column}"]
        np.testing.assert_allclose(display.means_[column].get_xdata(), means)
    assert [ax.get_xlabel() for ax in display.axes_] == [
        "test r2",
        "test neg max error",
        "fit time (seconds)",
    ]
    assert [label.get_text() for label in display.axes_[0].get_yticklabels()] == list(MODELS)


def test_estimators_are_compared_and_drawn(comparison):
    display = ComparisonDisplay.from_estimators(
        MODELS, load_airline().data, cv=3, scoring="r2", columns="test_score"
    )
    (ax,) = display.axes_
    expected = comparison.table["test_r2"]
    drawn = np.concatenate([line.get_xdata() for line in display.points_["test_score"]])
    np.testing.assert_array_equal(drawn, expected)
    assert ax.get_ylim() == (1.5, -0.5)


def test_times_far_apart_are_drawn_by_their_logarithm(comparison):
    table = comparison.table.copy()
    for slowest, scale in ((5.0, "linear"), (500.0, "log")):
        table["fit_time"] = [1.0, 1.0, 1.0, slowest, slowest, slowest]
        display = ComparisonDisplay.from_comparison(table, columns=["fit_time"])
        assert display.axes_[0].get_xscale() == scale


def test_axes_and_styles_are_those_given(comparison, plt):
    figure, axes = plt.subplots(1, 2)
    display = ComparisonDisplay.from_comparison(
        comparison,
        columns=["fit_time", "score_time"],
        ax=axes,
        point_kw={"color": "red"},
        mean_kw={"markersize": 3},
    )
    assert (display.figure_, list(display.axes_)) == (figure, list(axes))
    assert display.points_["fit_time"][1].get_color() == "red"
    assert display.means_["score_time"].get_markersize() == 3


def test_a_mean_of_failed_folds_is_not_drawn(comparison):
    table = comparison.table.copy()
    table.loc[0, "test_r2"] = np.nan
    means = ComparisonDisplay(table).plot().means_["test_r2"].get_xdata()
    assert np.isnan(means).tolist() == [True, False]


@pytest.mark.parametrize(
    ("words", "error", "message"),
    [
        ({"columns": "r2"}, ValueError, r"columns must name at least one of \['test_r2'.*Got r2"),
        ({"columns": []}, ValueError, "columns must name at least one"),
        ({"point_kw": "red"}, TypeError, "point_kw must be a dict"),
        ({"mean_kw": 1}, TypeError, "mean_kw must be a dict"),
        ({"ax": "one"}, ValueError, r"ax must hold 3 Axes.*Got 1; columns= picks"),
    ],
)
def test_bad_arguments_draw_nothing(comparison, plt, words, error, message):
    with pytest.raises(error, match=message):
        ComparisonDisplay.from_comparison(comparison, **words)
    assert not plt.get_fignums()


@pytest.mark.parametrize("table", [None, [1], pd.DataFrame({"fold": [0]})])
def test_what_is_no_comparison_is_an_error(table, plt):
    with pytest.raises(ValueError, match="table must be that of a comparison"):
        ComparisonDisplay.from_comparison(table)
    assert not plt.get_fignums()
