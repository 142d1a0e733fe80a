"""The displays: what is drawn, where, and what is refused."""

import copy
import subprocess
import sys
from itertools import pairwise, product

import numpy as np
import pandas as pd
import pytest
from grids import thin_out
from matplotlib.colors import to_rgb
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import NaiveForecaster, WindowForecaster
from skrnn.datasets import load_airline
from skrnn.displays import ForecastDisplay, TrainingHistoryDisplay

matplotlib = pytest.importorskip("matplotlib")

HISTORY = {
    "loss": [0.9, 0.6, 0.4, 0.3],
    "accuracy": [0.5, 0.6, 0.7, 0.8],
    "val_loss": [0.8, 0.5, 0.6, 0.7],
    "val_accuracy": [0.4, 0.5, 0.6, 0.5],
}
ACTUAL = [3.0, 5.0, 4.0, 6.0]
FORECAST = [4.0, 4.5, 4.0, 7.0]
NAMED = {"naive": [2.0, 3.0, 5.0, 4.0], "network": FORECAST}


class TrainedRegressor(RegressorMixin, BaseEstimator):
    """Keeps a history, as a network does."""

    def __init__(self, rate=1.0):
        self.rate = rate

    def fit(self, X, y):
        self.history_ = {"loss": [self.rate, self.rate / 2]}
        return self

    def predict(self, X):
        return np.full(len(X), self.rate)


class LastValue(BaseEstimator):
    """Forecasts the row before, ``horizon`` rows on."""

    def __init__(self, horizon=1):
        self.horizon = horizon

    def fit(self, X, y=None):
        self.last_ = np.ravel(X)[-1]
        return self

    def predict(self, X):
        values = np.asarray(X, dtype=float)
        values = values[:, 0] if values.ndim == 2 else values
        before = np.concatenate([[self.last_], values[:-1]])
        if self.horizon > 1:
            return np.tile(before[:, None], self.horizon)
        return pd.Series(before, index=X.index) if isinstance(X, pd.Series) else before


@pytest.fixture
def passengers():
    months = pd.date_range("1949-01-01", periods=36, freq="MS", name="month")
    return pd.Series(100 + 3.0 * np.arange(36), index=months, name="passengers")


def get_labels(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def get_heights(bars):
    return [bar.get_height() for bar in bars]


def get_tick_labels(ax):
    ax.figure.draw_without_rendering()
    return [tick.get_text() for tick in ax.get_xticklabels()]


def fit_lonely(regressor):
    return regressor.fit([[0.0], [1.0], [2.0], [3.0]], [0.0, 1.0, 2.0, 3.0])


# Training history


def test_each_quantity_has_a_panel():
    display = TrainingHistoryDisplay.from_history(HISTORY)
    assert [ax.get_ylabel() for ax in display.axes_] == ["loss", "accuracy"]
    assert display.figure_.axes == list(display.axes_)


@pytest.mark.parametrize("key", list(HISTORY))
def test_curves_hold_the_history_by_epoch_from_1(key):
    line = TrainingHistoryDisplay.from_history(HISTORY).lines_[key]
    assert list(line.get_xdata()) == [1, 2, 3, 4]
    assert list(line.get_ydata()) == HISTORY[key]


def test_curves_are_in_the_panel_of_their_quantity():
    display = TrainingHistoryDisplay.from_history(HISTORY)
    assert [display.lines_[key].axes for key in HISTORY] == [*display.axes_, *display.axes_]


def test_training_and_validation_differ_in_colour():
    lines = TrainingHistoryDisplay.from_history(HISTORY).lines_
    assert lines["loss"].get_color() != lines["val_loss"].get_color()
    assert lines["loss"].get_color() == lines["accuracy"].get_color()


def test_history_panels_say_what_they_show():
    display = TrainingHistoryDisplay.from_history(HISTORY)
    for ax in display.axes_:
        assert ax.get_xlabel() == "epoch"
        assert get_labels(ax) == ["training", "validation", "best epoch (2)"]


def test_underscores_of_a_metric_are_not_shown():
    display = TrainingHistoryDisplay.from_history({"mean_squared_error": [1.0, 0.5]})
    assert display.axes_[0].get_ylabel() == "mean squared error"


def test_best_epoch_has_the_lowest_validation_loss():
    display = TrainingHistoryDisplay.from_history(HISTORY)
    assert display.best_epoch_ == 2
    assert [list(line.get_xdata()) for line in display.best_lines_] == [[2, 2], [2, 2]]


def test_best_epoch_has_the_lowest_loss_without_validation():
    assert TrainingHistoryDisplay.from_history({"loss": [3, 1, 2]}).best_epoch_ == 2


def test_best_epoch_is_the_first_of_equals_and_never_nan():
    history = {"loss": [9, 3, 2, 1], "val_loss": [np.nan, 2, 1, 1]}
    assert TrainingHistoryDisplay.from_history(history).best_epoch_ == 3


@pytest.mark.parametrize("history", [{"accuracy": [0.5, 0.6]}, {"loss": [np.nan, np.nan]}])
def test_no_epoch_is_marked_without_a_loss(history):
    display = TrainingHistoryDisplay.from_history(history)
    assert display.best_epoch_ is None
    assert display.best_lines_ == []
    assert get_labels(display.axes_[0]) == ["training"]


def test_a_given_best_epoch_is_marked():
    display = TrainingHistoryDisplay.from_history(HISTORY, best_epoch=4)
    assert display.best_epoch_ == 4
    assert list(display.best_lines_[1].get_xdata()) == [4, 4]


@pytest.mark.parametrize("n_epochs", [1, 2, 3, 7, 40, 400])
def test_epoch_ticks_are_integers_from_1(n_epochs):
    display = TrainingHistoryDisplay.from_history({"loss": np.linspace(1, 0, n_epochs)})
    display.figure_.draw_without_rendering()
    low, high = display.axes_[0].get_xlim()
    shown = [tick for tick in display.axes_[0].get_xticks() if low <= tick <= high]
    assert shown
    assert all(tick == int(tick) and 1 <= tick <= n_epochs for tick in shown)


def test_a_single_epoch_is_visible():
    line = TrainingHistoryDisplay.from_history({"loss": [0.5]}).lines_["loss"]
    assert line.get_marker() == "."


@pytest.mark.parametrize(
    ("metrics", "labels"),
    [("accuracy", ["accuracy"]), (["accuracy", "loss"], ["accuracy", "loss"])],
)
def test_metrics_picks_and_orders_the_panels(metrics, labels):
    display = TrainingHistoryDisplay.from_history(HISTORY, metrics=metrics)
    assert [ax.get_ylabel() for ax in display.axes_] == labels


def test_four_quantities_leave_no_empty_panel():
    history = {name: [0.2, 0.1] for name in ("loss", "accuracy", "auc", "precision")}
    display = TrainingHistoryDisplay.from_history(history)
    assert len(display.axes_) == len(display.figure_.axes) == 4


def test_history_is_drawn_into_the_axes_given(plt):
    figure, axes = plt.subplots(2)
    display = TrainingHistoryDisplay.from_history(HISTORY, ax=axes)
    assert list(display.axes_) == list(axes)
    assert display.figure_ is figure
    assert plt.get_fignums() == [figure.number]


def test_one_quantity_is_drawn_into_one_axes(plt):
    _, ax = plt.subplots()
    display = TrainingHistoryDisplay.from_history(HISTORY, metrics="loss", ax=ax)
    assert list(display.axes_) == [ax]


def test_a_longer_history_drawn_over_a_shorter_one_is_seen_whole(plt):
    _, ax = plt.subplots()
    TrainingHistoryDisplay.from_history({"loss": [3, 2, 1, 0]}, ax=ax)
    TrainingHistoryDisplay.from_history({"loss": [3, 2]}, ax=ax)
    assert ax.get_xlim()[1] > 4


def test_history_style_reaches_the_artists():
    display = TrainingHistoryDisplay.from_history(
        HISTORY, line_kw={"lw": 5}, best_kw={"c": "black"}
    )
    assert {line.get_linewidth() for line in display.lines_.values()} == {5}
    assert {line.get_color() for line in display.best_lines_} == {"black"}


def test_history_plot_returns_the_display_and_changes_no_data():
    display = TrainingHistoryDisplay(copy.deepcopy(HISTORY))
    assert display.plot() is display
    assert display.plot(metrics="loss") is display
    assert display.history == HISTORY
    assert display.best_epoch is None
    assert list(display.lines_) == ["loss", "val_loss"]


@pytest.mark.parametrize(
    ("history", "message"),
    [
        ({}, r"history must be a dict of lists.*Got \{\}"),
        ([0.5, 0.4], r"history must be a dict of lists.*Got \[0\.5, 0\.4\]"),
        ({"loss": []}, r"history must hold lists of one length.*'loss': 0"),
        ({"loss": [1, 2], "auc": [1]}, r"history must hold lists of one length.*'auc': 1"),
    ],
)
def test_a_history_that_is_none_is_refused(plt, history, message):
    with pytest.raises(ValueError, match=message):
        TrainingHistoryDisplay.from_history(history)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("metrics", ["f1", ["loss", "val_loss"], []])
def test_unknown_metrics_are_refused(plt, metrics):
    with pytest.raises(ValueError, match=r"metrics must name .*\['loss', 'accuracy'\].*Got"):
        TrainingHistoryDisplay.from_history(HISTORY, metrics=metrics)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("best_epoch", [0, 5, 1.5])
def test_a_best_epoch_outside_the_history_is_refused(plt, best_epoch):
    with pytest.raises(ValueError, match=rf"best_epoch must be .*1 to 4\. Got {best_epoch}"):
        TrainingHistoryDisplay.from_history(HISTORY, best_epoch=best_epoch)
    assert plt.get_fignums() == []


def test_too_few_axes_are_refused(plt):
    _, ax = plt.subplots()
    with pytest.raises(ValueError, match=r"ax must hold 2 Axes.*Got 1"):
        TrainingHistoryDisplay.from_history(HISTORY, ax=ax)
    assert not ax.lines


@pytest.mark.parametrize(
    "estimator",
    [
        TrainedRegressor(rate=8.0),
        make_pipeline(StandardScaler(), TrainedRegressor(rate=8.0)),
        GridSearchCV(TrainedRegressor(), {"rate": [8.0]}, cv=2),
        GridSearchCV(
            make_pipeline(StandardScaler(), TrainedRegressor()),
            {"trainedregressor__rate": [8.0]},
            cv=2,
        ),
        make_pipeline(StandardScaler(), GridSearchCV(TrainedRegressor(), {"rate": [8.0]}, cv=2)),
        TransformedTargetRegressor(TrainedRegressor(rate=8.0)),
    ],
)
def test_history_is_found_in_an_estimator_and_what_wraps_it(estimator):
    display = TrainingHistoryDisplay.from_estimator(fit_lonely(estimator))
    assert list(display.lines_["loss"].get_ydata()) == [8.0, 4.0]


@pytest.mark.parametrize(
    "estimator",
    [
        TrainedRegressor(),
        make_pipeline(StandardScaler(), TrainedRegressor()),
        GridSearchCV(TrainedRegressor(), {"rate": [1.0]}),
    ],
)
def test_an_estimator_that_is_not_fitted_is_refused(plt, estimator):
    with pytest.raises(NotFittedError):
        TrainingHistoryDisplay.from_estimator(estimator)
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    "estimator", [LinearRegression(), make_pipeline(StandardScaler(), LinearRegression())]
)
def test_an_estimator_without_history_is_refused(plt, estimator):
    name = type(estimator).__name__
    with pytest.raises(TypeError, match=f"`history_`.*Got {name}.*LinearRegression"):
        TrainingHistoryDisplay.from_estimator(fit_lonely(estimator))
    assert plt.get_fignums() == []


def test_history_options_reach_the_picture_from_an_estimator(plt):
    _, ax = plt.subplots()
    display = TrainingHistoryDisplay.from_estimator(
        fit_lonely(TrainedRegressor()),
        metrics="loss",
        best_epoch=1,
        ax=ax,
        line_kw={"color": "red"},
        best_kw={"color": "black"},
    )
    assert list(display.axes_) == [ax]
    assert list(display.best_lines_[0].get_xdata()) == [1, 1]
    assert display.best_lines_[0].get_color() == "black"
    assert display.lines_["loss"].get_color() == "red"


# Forecast


def test_line_draws_the_forecast_over_the_series():
    display = ForecastDisplay.from_predictions(ACTUAL, FORECAST)
    actual, forecast = display.lines_
    assert list(actual.get_xdata()) == list(forecast.get_xdata()) == [0, 1, 2, 3]
    assert list(actual.get_ydata()) == ACTUAL
    assert list(forecast.get_ydata()) == FORECAST
    assert get_labels(display.ax_) == ["actual", "forecast"]
    assert display.bars_ is None


def test_bar_draws_both_side_by_side():
    display = ForecastDisplay.from_predictions(ACTUAL, FORECAST, kind="bar")
    actual, forecast = display.bars_
    assert get_heights(actual) == ACTUAL
    assert get_heights(forecast) == FORECAST
    for row, (left, right) in enumerate(zip(actual, forecast, strict=True)):
        assert left.get_x() + left.get_width() == pytest.approx(row)
        assert right.get_x() == pytest.approx(row)
    assert get_labels(display.ax_) == ["actual", "forecast"]
    assert display.lines_ is None


def test_error_draws_actual_minus_forecast():
    display = ForecastDisplay.from_predictions(ACTUAL, FORECAST, kind="error")
    (errors,) = display.bars_
    assert get_heights(errors) == [-1.0, 0.5, 0.0, -1.0]
    assert [bar.get_x() + bar.get_width() / 2 for bar in errors] == pytest.approx([0, 1, 2, 3])
    assert display.ax_.get_ylabel() == "actual - forecast"


@pytest.mark.parametrize("kind", ["line", "bar"])
def test_actual_and_forecast_differ_in_colour(kind):
    display = ForecastDisplay.from_predictions(ACTUAL, FORECAST, kind=kind)
    first, second = display.ax_.get_legend_handles_labels()[0]
    colors = [a.get_color() if kind == "line" else a[0].get_facecolor() for a in (first, second)]
    assert colors[0] != colors[1]


@pytest.mark.parametrize("level", [0, 100])
@pytest.mark.parametrize("kind", ["line", "bar"])
def test_the_legend_is_not_on_the_data(kind, level):
    wave = level + np.sin(np.arange(60))
    display = ForecastDisplay.from_predictions(wave, wave, kind=kind)
    display.figure_.draw_without_rendering()
    frame = display.ax_.get_legend().get_window_extent()
    top = display.ax_.transData.transform((0, wave.max()))[1]
    assert frame.y0 > top


def test_horizon_zero_step_is_the_first_column():
    y_pred = np.arange(12.0).reshape(4, 3)
    display = ForecastDisplay.from_predictions(ACTUAL, y_pred)
    assert list(display.lines_[1].get_ydata()) == [0, 3, 6, 9]


def test_a_later_step_is_drawn_at_the_row_that_it_is_for():
    y_pred = np.arange(12.0).reshape(4, 3)
    display = ForecastDisplay.from_predictions(ACTUAL, y_pred, step=2)
    np.testing.assert_array_equal(display.lines_[1].get_ydata(), [np.nan, np.nan, 2, 5])
    assert get_labels(display.ax_) == ["actual", "forecast, 3 steps ahead"]


def test_errors_of_a_later_step_compare_the_same_row():
    truth = np.arange(4.0)
    y_pred = truth[:, None] + np.arange(3)  # right at every horizon
    display = ForecastDisplay.from_predictions(truth, y_pred, kind="error", step=1)
    np.testing.assert_array_equal(get_heights(display.bars_[0]), [np.nan, 0, 0, 0])


def test_a_step_past_the_last_row_leaves_nothing_to_draw():
    display = ForecastDisplay.from_predictions([1.0, 2.0], np.ones((2, 5)), step=4)
    assert np.isnan(display.lines_[1].get_ydata()).all()


@pytest.mark.parametrize("kind", ["bar", "error"])
def test_nan_leaves_a_gap_between_bars(kind):
    display = ForecastDisplay.from_predictions([1, np.nan, 3], [1, 2, np.nan], kind=kind)
    display.figure_.draw_without_rendering()
    assert np.isnan(get_heights(display.bars_[0])[1])
    assert len(display.bars_[0]) == 3


def test_nan_leaves_a_gap_in_a_line():
    display = ForecastDisplay.from_predictions([1, np.nan, 3, 4], [1, 2, 3, 4])
    np.testing.assert_array_equal(display.lines_[0].get_ydata(), [1, np.nan, 3, 4])


def test_a_value_between_gaps_is_visible():
    display = ForecastDisplay.from_predictions([np.nan, 2, np.nan, 4, 5], [1, 2, 3, 4, 5])
    lonely, whole = display.lines_
    assert lonely.get_marker() == "."
    assert list(lonely.get_markevery()) == [False, True, False, False, False]
    assert whole.get_marker() == "None"


def test_a_marker_that_was_asked_for_stands_on_every_value():
    display = ForecastDisplay.from_predictions(
        [np.nan, 2, np.nan], [1, 2, 3], line_kw={"marker": "o"}
    )
    assert display.lines_[0].get_marker() == "o"
    assert display.lines_[0].get_markevery() is None


@pytest.mark.parametrize("kind", ["line", "bar", "error"])
def test_all_nan_can_be_drawn(kind):
    display = ForecastDisplay.from_predictions([1.0, 2.0], [np.nan, np.nan], kind=kind)
    display.figure_.draw_without_rendering()


def test_dates_of_an_index_are_the_x_axis(passengers):
    display = ForecastDisplay.from_predictions(passengers, passengers + 1)
    x = display.lines_[1].get_xdata()
    assert list(x) == list(passengers.index.to_numpy())
    assert get_tick_labels(display.ax_)[0] == "1949"


@pytest.mark.parametrize("convert", [pd.Series.to_period, lambda s: s.tz_localize("Etc/GMT-9")])
def test_periods_and_time_zones_are_drawn_at_their_dates(passengers, convert):
    display = ForecastDisplay.from_predictions(convert(passengers), passengers.to_numpy())
    assert list(display.lines_[0].get_xdata()) == list(passengers.index.to_numpy())


def test_an_index_of_the_forecast_alone_is_used(passengers):
    display = ForecastDisplay.from_predictions(passengers.to_numpy(), passengers)
    assert list(display.lines_[0].get_xdata()) == list(passengers.index.to_numpy())


def test_a_range_index_is_the_x_axis():
    truth = pd.Series(ACTUAL, index=pd.RangeIndex(108, 112))
    display = ForecastDisplay.from_predictions(truth, FORECAST)
    assert list(display.lines_[0].get_xdata()) == [108, 109, 110, 111]


def test_names_of_an_index_are_labels_of_bars():
    truth = pd.Series(ACTUAL, index=["Seoul", "Busan", "Daegu", "Jeju"])
    display = ForecastDisplay.from_predictions(truth, FORECAST, kind="bar")
    assert get_tick_labels(display.ax_) == ["Seoul", "Busan", "Daegu", "Jeju"]


def test_names_of_an_index_are_drawn_at_their_positions():
    truth = pd.Series(ACTUAL, index=["Seoul", "Busan", "Daegu", "Jeju"])
    display = ForecastDisplay.from_predictions(truth, FORECAST)
    assert list(display.lines_[0].get_xdata()) == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("freq", "label"),
    [
        ("YS", "1949"),
        ("QS", "Jan\n1949"),
        ("MS", "Jan\n1949"),
        ("ME", "Jan\n1949"),
        ("D", "01 Jan\n1949"),
        ("h", "00:00\n01 Jan"),
    ],
)
def test_bars_are_labelled_by_what_differs_between_their_dates(freq, label):
    truth = pd.Series(ACTUAL, index=pd.date_range("1949-01-01", periods=4, freq=freq))
    for series in (truth, truth.to_period()):
        display = ForecastDisplay.from_predictions(series, FORECAST, kind="bar")
        assert get_tick_labels(display.ax_)[0] == label


def test_a_single_bar_is_labelled_by_its_whole_date(passengers):
    display = ForecastDisplay.from_predictions(passengers[:1], passengers[:1], kind="bar")
    assert get_tick_labels(display.ax_) == ["01 Jan\n1949"]


def test_twelve_months_are_all_labelled(passengers):
    year = passengers[:12]
    display = ForecastDisplay.from_predictions(year, year, kind="bar")
    assert [label[:3] for label in get_tick_labels(display.ax_)[:3]] == ["Jan", "Feb", "Mar"]
    assert list(display.ax_.get_xticks()) == list(range(12))


@pytest.mark.parametrize("figsize", [(3, 3), (6.4, 4.8), (12, 3)])
def test_labels_of_bars_do_not_overlap(plt, passengers, figsize):
    _, ax = plt.subplots(figsize=figsize)
    ForecastDisplay.from_predictions(passengers, passengers, kind="bar", ax=ax)
    ax.figure.draw_without_rendering()
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert len(boxes) > 1
    assert all(a.x1 < b.x0 for a, b in pairwise(boxes))


def test_a_legend_stays_inside_narrow_axes(plt):
    _, ax = plt.subplots(figsize=(3, 3))
    ForecastDisplay.from_predictions(ACTUAL, FORECAST, history=ACTUAL, ax=ax)
    ax.figure.draw_without_rendering()
    frame, axes = ax.get_legend().get_window_extent(), ax.get_window_extent()
    assert axes.x0 < frame.x0 < frame.x1 < axes.x1


def test_bars_stand_in_row_order_whatever_their_dates(passengers):
    held_out = passengers.iloc[[30, 2, 17]]
    display = ForecastDisplay.from_predictions(held_out, held_out, kind="bar")
    assert get_heights(display.bars_[0]) == list(held_out)
    assert get_tick_labels(display.ax_) == ["Jul\n1951", "Mar\n1949", "Jun\n1950"]


@pytest.mark.parametrize(
    ("kind", "ylabel"),
    [("line", "passengers"), ("bar", "passengers"), ("error", "passengers: actual - forecast")],
)
def test_names_of_series_and_index_label_the_axes(passengers, kind, ylabel):
    display = ForecastDisplay.from_predictions(passengers, passengers, kind=kind)
    assert display.ax_.get_xlabel() == "month"
    assert display.ax_.get_ylabel() == ylabel


@pytest.mark.parametrize("dated", [False, True])
def test_axes_are_labelled_without_names(passengers, dated):
    truth = passengers.rename(None).rename_axis(None) if dated else ACTUAL
    display = ForecastDisplay.from_predictions(truth, truth)
    assert display.ax_.get_xlabel() == ("date" if dated else "time step")
    assert display.ax_.get_ylabel() == "value"


def test_history_without_an_index_comes_before_the_rows():
    display = ForecastDisplay.from_predictions(ACTUAL, FORECAST, history=[1.0, 2.0])
    past, actual, forecast = display.lines_
    assert list(past.get_xdata()) == [0, 1]
    assert list(past.get_ydata()) == [1.0, 2.0]
    assert list(actual.get_xdata()) == list(forecast.get_xdata()) == [2, 3, 4, 5]
    assert get_labels(display.ax_) == ["history", "actual", "forecast"]


def test_history_with_dates_is_drawn_at_them(passengers):
    past, held_out = passengers[:24], passengers[24:]
    display = ForecastDisplay.from_predictions(held_out, held_out, history=past)
    assert list(display.lines_[0].get_xdata()) == list(past.index.to_numpy())
    assert list(display.lines_[1].get_xdata()) == list(held_out.index.to_numpy())


@pytest.mark.parametrize(
    ("wrap_past", "wrap_truth", "message"),
    [
        (list, lambda s: s, "history must be indexed like y_true: with dates. Got list"),
        (lambda s: s, list, "history must be indexed like y_true: with no index. Got Series"),
        (lambda s: s, lambda s: s.reset_index(drop=True), "with an index of its own.*Datetime"),
    ],
)
def test_history_on_another_index_is_refused(plt, passengers, wrap_past, wrap_truth, message):
    truth = wrap_truth(passengers[24:])
    with pytest.raises(ValueError, match=message):
        ForecastDisplay.from_predictions(truth, truth, history=wrap_past(passengers[:24]))
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"kind": "pie"}, "kind must be one of line, bar, error. Got 'pie'"),
        ({"y_pred": [1.0, 2.0]}, "y_pred must have a row for each of the 4 rows.*Got 2 rows"),
        ({"y_pred": np.ones((4, 2, 2))}, r"y_pred must be of shape .*Got \(4, 2, 2\)"),
        ({"y_pred": []}, r"y_pred must be of shape .*Got \(0,\)"),
        ({"y_true": np.ones((4, 2))}, r"y_true must be one series.*Got \(4, 2\)"),
        ({"y_true": []}, r"y_true must be one series.*Got \(0,\)"),
        ({"history": np.ones((4, 2))}, r"history must be one series.*Got \(4, 2\)"),
        ({"step": 1}, "step must be .* from 0 to 0. Got 1"),
        ({"step": -1}, "step must be .* from 0 to 0. Got -1"),
        ({"step": 0.0}, "step must be .* an integer from 0 to 0. Got 0.0"),
    ],
)
def test_what_does_not_go_together_is_refused(plt, change, message):
    given = {"y_true": ACTUAL, "y_pred": FORECAST, **change}
    with pytest.raises(ValueError, match=message):
        ForecastDisplay.from_predictions(**given)
    assert plt.get_fignums() == []


def test_a_forecast_for_other_rows_is_refused(plt, passengers):
    with pytest.raises(
        ValueError, match=r"y_pred must have the index of y_true.*1949-02.*1949-01"
    ):
        ForecastDisplay.from_predictions(passengers[:12], passengers[1:13])
    assert plt.get_fignums() == []


def test_a_column_is_one_series():
    display = ForecastDisplay.from_predictions(np.array(ACTUAL)[:, None], FORECAST)
    assert list(display.lines_[0].get_ydata()) == ACTUAL


def test_forecast_is_drawn_into_the_axes_given(plt):
    figure, ax = plt.subplots()
    display = ForecastDisplay.from_predictions(ACTUAL, FORECAST, ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is figure
    assert plt.get_fignums() == [figure.number]


def test_forecast_style_reaches_the_artists():
    lines = ForecastDisplay.from_predictions(ACTUAL, FORECAST, line_kw={"ls": ":"}).lines_
    assert {line.get_linestyle() for line in lines} == {":"}


def test_wider_bars_still_stand_side_by_side():
    display = ForecastDisplay.from_predictions(
        ACTUAL, FORECAST, kind="bar", bar_kw={"width": 0.5, "alpha": 0.5}
    )
    left, right = display.bars_[0][0], display.bars_[1][0]
    assert left.get_width() == pytest.approx(0.5)
    assert left.get_x() + 0.5 == pytest.approx(right.get_x())
    assert left.get_alpha() == 0.5


def test_forecast_plot_returns_the_display_and_changes_no_data(passengers):
    y_pred = np.tile(passengers.to_numpy()[:, None], 3)
    before = passengers.copy(), y_pred.copy()
    display = ForecastDisplay(passengers, y_pred)
    assert display.plot() is display
    assert display.plot(kind="bar", step=2) is display
    pd.testing.assert_series_equal(passengers, before[0])
    np.testing.assert_array_equal(y_pred, before[1])
    assert display.y_true is passengers
    assert display.y_pred is y_pred
    assert display.lines_ is None


def test_forecaster_is_asked_for_X_and_compared_with_it(passengers):
    past, held_out = passengers[:24], passengers[24:]
    display = ForecastDisplay.from_estimator(LastValue().fit(past), held_out, history=past)
    assert list(display.lines_[1].get_ydata()) == list(held_out)
    assert list(display.lines_[2].get_ydata()) == list(passengers.iloc[23:35])
    assert list(display.lines_[2].get_xdata()) == list(held_out.index.to_numpy())


def test_forecaster_is_compared_with_y_where_given():
    X, y = np.ones((4, 3)), np.arange(4.0)
    display = ForecastDisplay.from_estimator(LastValue().fit(X), X, y, kind="error")
    assert get_heights(display.bars_[0]) == [-1, 0, 1, 2]


def test_a_frame_of_one_column_is_its_own_truth(passengers):
    frame = passengers.to_frame()
    display = ForecastDisplay.from_estimator(LastValue().fit(frame), frame)
    assert list(display.lines_[0].get_ydata()) == list(passengers)
    assert display.ax_.get_ylabel() == "passengers"


def test_several_columns_need_y(plt):
    X = np.ones((4, 3))
    with pytest.raises(ValueError, match=r"y must be given .*Got \(4, 3\)"):
        ForecastDisplay.from_estimator(LastValue().fit(X), X)
    assert plt.get_fignums() == []


def test_forecast_options_reach_the_picture_from_an_estimator(plt):
    _, ax = plt.subplots()
    display = ForecastDisplay.from_estimator(
        LastValue(horizon=2).fit(ACTUAL),
        ACTUAL,
        kind="bar",
        step=1,
        ax=ax,
        bar_kw={"color": "red"},
    )
    assert display.ax_ is ax
    np.testing.assert_array_equal(get_heights(display.bars_[1]), [np.nan, 6.0, 3.0, 5.0])
    assert display.bars_[0][0].get_facecolor() == (1, 0, 0, 1)


# Several forecasts, and forecasts of what is still to come


def test_several_forecasts_are_drawn_over_the_series_by_name():
    display = ForecastDisplay.from_predictions(ACTUAL, NAMED, history=[1.0, 2.0])
    past, actual, *forecasts = display.lines_
    assert list(past.get_ydata()) == [1.0, 2.0]
    assert list(actual.get_ydata()) == ACTUAL
    assert [list(line.get_ydata()) for line in forecasts] == list(NAMED.values())
    assert all(list(line.get_xdata()) == [2, 3, 4, 5] for line in forecasts)
    assert get_labels(display.ax_) == ["history", "actual", "naive", "network"]


def test_several_forecasts_are_bars_side_by_side():
    display = ForecastDisplay.from_predictions(ACTUAL, NAMED, kind="bar")
    assert [get_heights(bars) for bars in display.bars_] == [ACTUAL, *NAMED.values()]
    for left, right in pairwise(display.bars_):
        assert left[0].get_x() + left[0].get_width() == pytest.approx(right[0].get_x())
    last = display.bars_[-1][0]
    assert last.get_x() + last.get_width() < display.bars_[0][1].get_x()
    assert get_labels(display.ax_) == ["actual", "naive", "network"]


def test_errors_of_several_forecasts_stand_side_by_side():
    display = ForecastDisplay.from_predictions(ACTUAL, NAMED, kind="error")
    assert [get_heights(bars) for bars in display.bars_] == [[1, 2, -1, 2], [-1, 0.5, 0, -1]]
    assert get_labels(display.ax_) == ["naive", "network"]
    assert display.ax_.get_ylabel() == "actual - forecast"


@pytest.mark.parametrize("kind", ["line", "bar"])
def test_six_forecasts_differ_in_colour(kind):
    y_pred = {str(number): FORECAST for number in range(7)}
    display = ForecastDisplay.from_predictions(ACTUAL, y_pred, history=ACTUAL, kind=kind)
    if kind == "line":
        colors = [line.get_color() for line in display.lines_]
    else:
        colors = [bars[0].get_facecolor() for bars in display.bars_]
    *different, seventh = colors
    assert len(set(different)) == len(different) == (8 if kind == "line" else 7)
    assert seventh == different[-6]


def test_what_came_is_seen_under_several_forecasts():
    alone = ForecastDisplay.from_predictions(ACTUAL, {"exact": ACTUAL})
    actual, forecast = alone.lines_
    assert actual.get_linewidth() == forecast.get_linewidth()
    several = ForecastDisplay.from_predictions(ACTUAL, {"exact": ACTUAL, "network": FORECAST})
    actual, *forecasts = several.lines_
    assert all(actual.get_linewidth() > 2 * line.get_linewidth() for line in forecasts)
    styled = ForecastDisplay(ACTUAL, NAMED).plot(line_kw={"lw": 1})
    assert {line.get_linewidth() for line in styled.lines_} == {1}


def test_a_name_takes_the_place_of_the_word_forecast():
    line = ForecastDisplay.from_predictions(ACTUAL, {"naive": FORECAST})
    assert get_labels(line.ax_) == ["actual", "naive"]
    error = ForecastDisplay.from_predictions(ACTUAL, {"naive": FORECAST}, kind="error")
    assert error.ax_.get_ylabel() == "actual - naive"


def test_a_later_step_of_several_forecasts_is_drawn_at_the_row_that_it_is_for():
    y_pred = {"one": np.arange(12.0).reshape(4, 3), "other": np.ones((4, 2))}
    display = ForecastDisplay.from_predictions(ACTUAL, y_pred, step=1)
    np.testing.assert_array_equal(display.lines_[1].get_ydata(), [np.nan, 1, 4, 7])
    assert get_labels(display.ax_) == ["actual", "one, 2 steps ahead", "other, 2 steps ahead"]


def test_forecasts_without_an_index_take_that_of_one_that_has_it(passengers):
    y_pred = {"plain": passengers.to_numpy(), "dated": passengers}
    display = ForecastDisplay.from_predictions(passengers.to_numpy(), y_pred)
    for line in display.lines_:
        assert list(line.get_xdata()) == list(passengers.index.to_numpy())


def test_a_forecast_of_what_is_still_to_come_follows_its_history(passengers):
    past, future = passengers[:24], passengers[24:]
    display = ForecastDisplay.from_predictions(None, future, history=past)
    assert [list(line.get_ydata()) for line in display.lines_] == [list(past), list(future)]
    assert list(display.lines_[1].get_xdata()) == list(future.index.to_numpy())
    assert get_labels(display.ax_) == ["history", "forecast"]
    assert (display.ax_.get_xlabel(), display.ax_.get_ylabel()) == ("month", "passengers")


def test_forecasts_of_what_is_still_to_come_are_bars_of_their_own():
    display = ForecastDisplay.from_predictions(None, NAMED, kind="bar")
    assert [get_heights(bars) for bars in display.bars_] == list(NAMED.values())
    assert get_labels(display.ax_) == ["naive", "network"]
    assert display.ax_.get_ylabel() == "value"


def test_errors_need_the_values_that_came(plt):
    with pytest.raises(ValueError, match=r"kind='error' needs .*Got None for y_true"):
        ForecastDisplay.from_predictions(None, FORECAST, kind="error")
    assert plt.get_fignums() == []


@pytest.mark.parametrize(
    ("given", "error", "message"),
    [
        ({"y_pred": {}}, ValueError, r"y_pred must hold one forecast or more. Got \{\}"),
        ({"y_pred": {1: FORECAST}}, TypeError, "y_pred must have keys that are str. Got 1"),
        (
            {"y_pred": {"a": FORECAST, "b": [1.0]}},
            ValueError,
            r"y_pred\['b'\] must have a row for each of the 4 rows of y_true. Got 1 rows",
        ),
        (
            {"y_true": None, "y_pred": {"a": FORECAST, "b": [1.0]}},
            ValueError,
            r"y_pred\['b'\] must have a row for each of the 4 rows of y_pred\['a'\]. Got 1",
        ),
        (
            {"y_pred": {"a": FORECAST, "b": ["x"] * 4}},
            ValueError,
            r"y_pred\['b'\] must hold numbers",
        ),
        (
            {"y_pred": {"a": np.ones((4, 2)), "b": FORECAST}, "step": 1},
            ValueError,
            r"step must be a column of y_pred\['b'\], an integer from 0 to 0. Got 1",
        ),
        (
            {"y_pred": {"a": pd.Series(FORECAST), "b": pd.Series(FORECAST, [1, 2, 3, 4])}},
            ValueError,
            r"y_pred\['b'\] must have the index of y_pred\['a'\], or none. Got 1 to 4 .*0 to 3",
        ),
    ],
)
def test_an_error_names_the_forecast_that_does_not_go_with_the_others(plt, given, error, message):
    with pytest.raises(error, match=message):
        ForecastDisplay.from_predictions(**{"y_true": ACTUAL, **given})
    assert plt.get_fignums() == []


@pytest.mark.parametrize("kind", ["line", "bar", "error"])
@pytest.mark.parametrize(
    ("n_forecasts", "figsize"),
    thin_out(
        product([2, 4, 6], [(6.4, 4.8), (9, 3)]), [(2, (9, 3)), (4, (6.4, 4.8)), (6, (9, 3))]
    ),
)
def test_a_legend_of_many_names_is_inside_the_axes_above_the_data(plt, kind, n_forecasts, figsize):
    wave = np.sin(np.arange(60))
    y_pred = {f"network number {number}": wave for number in range(n_forecasts)}
    _, ax = plt.subplots(figsize=figsize, layout="constrained")
    ForecastDisplay.from_predictions(wave, y_pred, history=wave, kind=kind, ax=ax)
    ax.figure.draw_without_rendering()
    frame, axes = ax.get_legend().get_window_extent(), ax.get_window_extent()
    top = ax.transData.transform((0, 0 if kind == "error" else wave.max()))[1]
    assert axes.x0 < frame.x0 < frame.x1 < axes.x1
    assert top < frame.y0 < frame.y1 < axes.y1


def test_drawing_again_makes_no_more_room(plt):
    _, ax = plt.subplots(figsize=(9, 4))  # wide enough for the names of both in a row
    display = ForecastDisplay.from_predictions(ACTUAL, FORECAST, ax=ax)
    limits = ax.get_ylim()
    assert display.plot(ax).ax_.get_ylim() == limits


# Both


def test_drawing_leaves_the_settings_of_matplotlib_alone(passengers):
    before = matplotlib.rcParams.copy()
    TrainingHistoryDisplay.from_history(HISTORY)
    for kind in ("line", "bar", "error"):
        ForecastDisplay.from_predictions(passengers, passengers, kind=kind)
    assert matplotlib.rcParams == before


def test_displays_are_importable_without_matplotlib():
    code = "import sys, skrnn.displays; sys.exit('matplotlib' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", code], check=False)
    assert result.returncode == 0


@pytest.fixture
def business_days():
    index = pd.bdate_range("2020-12-01", "2021-02-26").drop(["2020-12-25", "2021-01-01"])
    return pd.Series(np.sin(np.arange(float(len(index)))), index)


def test_a_forecast_goes_on_behind_days_with_holidays(business_days):
    history, truth = business_days[:40], business_days[40:]
    forecast = NaiveForecaster().fit(history).forecast(len(truth))
    display = ForecastDisplay.from_predictions(truth, forecast, history=history)
    assert list(display.lines_[2].get_xdata()) == list(truth.index.to_numpy())
    display = ForecastDisplay.from_predictions(None, forecast, history=history)
    assert len(display.lines_[1].get_xdata()) == len(truth)


@pytest.mark.parametrize("kind", ["line", "bar", "error"])
def test_days_that_did_not_come_are_gaps_beside_a_forecast(business_days, kind):
    history, truth = business_days[:15], business_days[15:25]  # without two holidays
    forecast = NaiveForecaster().fit(history).forecast(12)
    display = ForecastDisplay.from_predictions(truth, forecast, kind=kind)
    if kind == "line":
        actual = display.lines_[0].get_ydata()
        np.testing.assert_array_equal(actual, truth.reindex(forecast.index))
        assert np.isnan(actual).sum() == 2
    else:
        assert len(display.bars_[0]) == 12


def test_a_forecast_further_on_stands_at_its_date_behind_a_day_left_out():
    series = pd.Series(np.arange(30.0), pd.date_range("2020-01-01", periods=30))
    naive = NaiveForecaster(horizon=2).fit(series[:15])
    later = series[15:].drop(["2020-01-20", "2020-01-25"])
    display = ForecastDisplay.from_estimator(naive, later, step=1)
    drawn = pd.Series(display.lines_[1].get_ydata(), later.index)
    np.testing.assert_array_equal(drawn["2020-01-17":"2020-01-19"], [14, 15, 16])
    assert drawn.isna()["2020-01-21"]  # its forecast was made from a row that is not there
    assert drawn["2020-01-23"] == 20


def test_what_is_known_ahead_of_the_last_rows_has_a_part_in_what_is_drawn():
    rng = np.random.default_rng(0)
    promo = rng.random(80) < 0.3
    sales = 10 + 5 * promo + rng.normal(size=80)
    table = pd.DataFrame({"sales": sales, "promo": promo}, pd.date_range("2024-01-01", periods=80))
    forecaster = WindowForecaster(
        window=2, horizon=2, target="sales", known="promo", calibrate=True
    ).fit(table[:70])
    rows, X_future = table[70:79], table[["promo"]][79:]
    words = {"X_future": X_future, "coverage": 0.8, "step": 1}
    display = ForecastDisplay.from_estimator(forecaster, rows, rows["sales"], **words)
    forecasts = forecaster.predict(rows, X_future=X_future)
    np.testing.assert_array_equal(display.lines_[1].get_ydata()[1:], forecasts[2][:-1])
    assert len(display.bands_) == 1
    with pytest.raises(ValueError, match="give X_future"):
        ForecastDisplay.from_estimator(forecaster, rows, rows["sales"])


def test_text_of_dates_is_drawn_at_its_dates(passengers):
    as_text = passengers.set_axis(passengers.index.strftime("%Y-%m"))
    forecast = NaiveForecaster("seasonal").fit(as_text[:24]).forecast(12)
    display = ForecastDisplay.from_predictions(as_text[24:], forecast, history=as_text[:24])
    assert list(display.lines_[2].get_xdata()) == list(passengers.index[24:].to_numpy())


def test_a_band_lies_between_the_bounds_of_each_forecast():
    dates = pd.date_range("2020-01-01", periods=4, freq="D")
    truth = pd.Series([1.0, 2, 3, 4], dates)
    bounds = pd.DataFrame({"lower": [0.0, 1, 2, 3], "upper": [2.0, 4, 6, 8]}, dates)
    display = ForecastDisplay.from_predictions(
        truth, truth + 0.5, y_interval=bounds, band_kw={"alpha": 0.5}
    )
    (band,) = display.bands_
    heights = band.get_paths()[0].vertices[:, 1]
    assert (heights.min(), heights.max()) == (0, 8)
    assert band.get_alpha() == 0.5
    assert display.ax_.get_ylim()[1] > 8
    assert display.plot(kind="bar").bands_ is None


def test_a_band_is_drawn_at_the_rows_that_its_step_is_for():
    bounds = np.stack([np.zeros((5, 2)), np.arange(1.0, 11).reshape(5, 2)], axis=2)
    display = ForecastDisplay.from_predictions(
        np.ones(5), {"a": np.ones((5, 2)), "b": np.ones((5, 2))}, y_interval={"b": bounds}, step=1
    )
    (band,) = display.bands_
    points = band.get_paths()[0].vertices
    assert [points[points[:, 0] == row, 1].max() for row in range(1, 5)] == [2, 4, 6, 8]
    assert np.array_equal(band.get_facecolor()[0][:3], to_rgb(display.lines_[-1].get_color()))


def test_with_a_coverage_the_intervals_of_the_estimator_are_drawn():
    series = load_airline().data
    naive = NaiveForecaster().fit(series[:108])
    display = ForecastDisplay.from_estimator(naive, series[108:], coverage=0.8)
    bounds = naive.predict_interval(series[108:], 0.8)
    heights = display.bands_[0].get_paths()[0].vertices[:, 1]
    assert heights.min() == bounds["lower"].min()
    assert heights.max() == bounds["upper"].max()
    labels = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert "80% interval" in labels
