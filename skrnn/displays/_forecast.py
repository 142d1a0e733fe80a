"""Forecasts beside the values that came."""

from collections.abc import Mapping
from itertools import cycle
from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.utils._optional_dependencies import check_matplotlib_support
from sklearn.utils._plotting import _validate_style_kwargs

from .._docstrings import share_plot_parameters
from .._typing import Style
from ._forecast_series import (
    align_forecast,
    check_lengths,
    get_index,
    join_indexes,
    label_rows,
    name_forecasts,
    name_intervals,
    place_series,
    read_series,
    split_bounds,
    spread_column,
)
from ._history import BLUE, GREY, VERMILLION, check_axes, check_style, draw_line, format_dates

KINDS = ("line", "bar", "error")
# A colour for each forecast, of those of Okabe and Ito (2008).
FORECAST_COLORS = (VERMILLION, "#009E73", "#CC79A7", "black", "#E69F00", "#56B4E9")
UNDERLAY = {"linewidth": 4, "alpha": 0.4}  # what came, to be seen under several forecasts
BAND = {"alpha": 0.2, "linewidth": 0}
LEGEND_SHARE = 0.4  # of the height of the axes; a legend that takes more is put over the data
LEGEND_PAD = 0.15  # inches, above and below it together


def style_forecasts(forecasts):
    """Pair the values of each forecast with a style."""
    return [
        (values, {"label": label, "color": color})
        for (label, values), color in zip(forecasts.items(), cycle(FORECAST_COLORS), strict=False)
    ]


def make_groups(actual, forecasts, kind):
    """Pair the heights of each group of bars with a style."""
    groups = style_forecasts(forecasts)
    if kind == "error":
        return [(actual - values, style) for values, style in groups]
    return groups if actual is None else [(actual, {"label": "actual", "color": BLUE}), *groups]


def measure_width(ax):
    """Measure how wide the axes are, in inches."""
    return ax.get_window_extent().width / ax.figure.dpi


def thin_labels(labels, width):
    """Find the k for which every k-th label, in type of 10 points, fits in width inches."""
    longest = max(len(line) for label in labels for line in label.split("\n"))
    n_fitting = max(int(width * 72 / (6.4 * longest + 4)), 1)  # a digit is 6.4 points wide
    return -(-len(labels) // n_fitting)


@share_plot_parameters
class ForecastDisplay:
    """Forecasts, one or several, beside the values that came.

    Made by :meth:`from_estimator` or :meth:`from_predictions`; keeps its parameters as attributes.

    Parameters
    ----------
    y_true : array-like of shape (n,) or None
        The values that came, in time order; None while they are still to come. The index of a
        pandas Series is the x axis.
    y_pred : array-like of shape (n,) or (n, horizon), or dict of them
        The forecasts: row i for row i of ``y_true``, or for rows i, i+1, ... i+horizon-1.
        Several forecasts are given by name, as they are to be called in the legend.
    y_interval : array-like of shape (n, 2) or (n, horizon, 2), or dict of them, default=None
        The lower and upper bounds of the forecasts, drawn as bands where ``kind="line"``: what
        ``predict_interval`` gives; of several forecasts, by the names of some of them.
    history : array-like of shape (m,), default=None
        What came before, drawn in front where ``kind="line"``; indexed like ``y_true``, or like
        ``y_pred`` where that is None.

    Attributes
    ----------
    lines_ : list of matplotlib Line2D or None
        Where ``kind="line"``: history and actual, if there are any, and each forecast.
        Otherwise None.
    bands_ : list of matplotlib collections or None
        Where ``kind="line"``: a band for each forecast that has intervals. Otherwise None.
    bars_ : list of matplotlib BarContainer or None
        Where ``kind="bar"``: actual, if there is any, and each forecast. ``kind="error"``: the
        errors of each forecast. Otherwise None.
    ax_ : matplotlib Axes
        The axes drawn into.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    TrainingHistoryDisplay : Curves of loss and metrics by epoch.

    Notes
    -----
    NaN in a series is a gap, and so are dates that ``y_true`` or a forecast leaves out and the
    longest of them has. Bars stand in the order of the rows, at equal distances, whatever
    their dates are, so that held-out months from anywhere can be read. There are six colours for
    forecasts, which then begin again.

    Examples
    --------
    >>> from skrnn import ForecastDisplay
    >>> display = ForecastDisplay.from_predictions([3.0, 5.0, 4.0], [4.0, 4.5, 4.0], kind="error")
    >>> [float(bar.get_height()) for bar in display.bars_[0]]
    [-1.0, 0.5, 0.0]

    Two forecasts of the same values:

    >>> y_pred = {"naive": [2.0, 3.0, 5.0], "network": [4.0, 4.5, 4.0]}
    >>> display = ForecastDisplay.from_predictions([3.0, 5.0, 4.0], y_pred)
    >>> [line.get_label() for line in display.lines_]
    ['actual', 'naive', 'network']
    """

    def __init__(
        self,
        y_true: Any,
        y_pred: ArrayLike | Mapping[str, ArrayLike],
        *,
        y_interval: ArrayLike | Mapping[str, ArrayLike] | None = None,
        history: ArrayLike | None = None,
    ) -> None:
        self.y_true = y_true
        self.y_pred = y_pred
        self.y_interval = y_interval
        self.history = history

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: Any,
        y: Any = None,
        *,
        X_future: Any = None,
        coverage: float | None = None,
        history: Any = None,
        kind: Literal["line", "bar", "error"] = "line",
        step: int = 0,
        ax: Any = None,
        line_kw: Style = None,
        bar_kw: Style = None,
        band_kw: Style = None,
    ) -> Self:
        """Draw what a fitted forecaster says of X.

        Parameters
        ----------
        estimator : estimator instance
            A fitted forecaster: ``predict(X)`` gives a row of forecasts for each row of X.
        X : array-like of shape (n,) or (n, features)
            The rows to forecast, in time order.
        y : array-like of shape (n,), default=None
            The values that came; None takes X itself, which then has to be one series.
        X_future : table or array-like, default=None
            The rows that follow X, with what is known ahead, where ``predict`` needs them.
        coverage : float in (0, 1), default=None
            The share of rows that a band around the forecasts is to hold; None draws none.
        history : array-like of shape (m,), default=None
            What came before X, indexed like it.
        {parameters}

        Returns
        -------
        ForecastDisplay
            The display, drawn.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        if not hasattr(estimator, "predict"):
            raise TypeError(f"estimator must have a method predict. Got {estimator!r}.")
        if y is None:
            if np.ndim(X) > 1 and np.shape(X)[1] != 1:
                raise ValueError(f"y must be given where X is not one series. Got {np.shape(X)}.")
            y = X.squeeze("columns") if isinstance(X, pd.DataFrame) else X
        words, bounds = {} if X_future is None else {"X_future": X_future}, None
        if coverage is not None:
            bounds = estimator.predict_interval(X, coverage, **words)
            check_style("band_kw", band_kw)
            band_kw = {"label": f"{coverage:.0%} interval", **(band_kw or {})}
        forecasts = estimator.predict(X, **words)
        display = cls(y, forecasts, y_interval=bounds, history=history)
        styles = {"line_kw": line_kw, "bar_kw": bar_kw, "band_kw": band_kw}
        return display.plot(ax, kind=kind, step=step, **styles)

    @classmethod
    def from_predictions(
        cls,
        y_true: ArrayLike | None,
        y_pred: ArrayLike | Mapping[str, ArrayLike],
        *,
        y_interval: ArrayLike | Mapping[str, ArrayLike] | None = None,
        history: ArrayLike | None = None,
        kind: Literal["line", "bar", "error"] = "line",
        step: int = 0,
        ax: Any = None,
        line_kw: Style = None,
        bar_kw: Style = None,
        band_kw: Style = None,
    ) -> Self:
        """Draw forecasts and the values that came.

        Parameters
        ----------
        {parameters}

        Returns
        -------
        ForecastDisplay
            The display, drawn.
        """
        check_matplotlib_support(f"{cls.__name__}.from_predictions")
        display = cls(y_true, y_pred, y_interval=y_interval, history=history)
        styles = {"line_kw": line_kw, "bar_kw": bar_kw, "band_kw": band_kw}
        return display.plot(ax, kind=kind, step=step, **styles)

    def plot(
        self,
        ax: Any = None,
        *,
        kind: Literal["line", "bar", "error"] = "line",
        step: int = 0,
        line_kw: Style = None,
        bar_kw: Style = None,
        band_kw: Style = None,
    ) -> Self:
        """Draw the forecasts.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        kind : {"line", "bar", "error"}, default="line"
            The series with the forecasts over it; bars of all, side by side; or bars of actual
            minus forecast.
        step : int, default=0
            The column of ``y_pred`` to draw, each forecast at the row that it is for.
        line_kw : dict, default=None
            Style of the lines, for matplotlib's ``plot``.
        bar_kw : dict, default=None
            Style of the bars, for matplotlib's ``bar``.
        band_kw : dict, default=None
            Style of the bands, for matplotlib's ``fill_between``.

        Returns
        -------
        ForecastDisplay
            The display itself.

        Raises
        ------
        ValueError
            If an argument is none of these, or the series do not go together; nothing is drawn.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}. Got {kind!r}.")
        check_style("line_kw", line_kw)
        check_style("bar_kw", bar_kw)
        check_style("band_kw", band_kw)
        if ax is not None:
            check_axes(ax)
        if kind == "error" and self.y_true is None:
            raise ValueError("kind='error' needs the values that came. Got None for y_true.")
        actual, forecasts, bands, index = self._read_series(step)
        n_rows = len(next(iter(forecasts.values())))
        past, past_x, x = place_series(self.history, index, n_rows)
        import matplotlib.pyplot as plt

        if ax is None:
            _, ax = plt.subplots(layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        self.lines_ = self.bars_ = self.bands_ = None
        if kind == "line":
            self._plot_bands(x, bands, band_kw or {})
            self._plot_lines(past_x, past, x, actual, forecasts, line_kw or {})
        else:
            self._plot_bars(make_groups(actual, forecasts, kind), index, bar_kw or {})
        self._label_axes(index, kind, list(forecasts))
        return self

    def _read_series(self, step):
        """Read the values that came, forecasts by label, bounds by place, and the index."""
        labels, arguments = name_forecasts(self.y_pred, step)
        intervals = name_intervals(self.y_interval, self.y_pred)
        given = arguments | {name: bounds for name, (_, bounds) in intervals.items()}
        indexes = {name: get_index(values) for name, values in given.items()}
        if self.y_true is not None:
            indexes = {"y_true": get_index(self.y_true), **indexes}
        index = join_indexes(indexes)
        columns = {}
        for name, values in arguments.items():
            own = index if indexes[name] is None else indexes[name]
            columns[name] = align_forecast(values, step, name, own)
        for name, (_, bounds) in intervals.items():
            own = index if indexes[name] is None else indexes[name]
            bounds = [align_forecast(b, step, name, own) for b in split_bounds(bounds, name)]
            columns[name] = np.column_stack(bounds)
        if self.y_true is not None:
            columns = {"y_true": read_series(self.y_true, "y_true"), **columns}
        columns = {name: spread_column(columns[name], indexes[name], index) for name in columns}
        check_lengths(columns)
        forecasts = {label: columns[name] for label, name in zip(labels, arguments, strict=True)}
        bands = {place: columns[name] for name, (place, _) in intervals.items()}
        return columns.get("y_true"), forecasts, bands, index

    def _plot_bands(self, x, bands, band_kw):
        self.bands_ = []
        for place, bounds in bands.items():
            color = FORECAST_COLORS[place % len(FORECAST_COLORS)]
            style = _validate_style_kwargs({"color": color, **BAND}, band_kw)
            self.bands_.append(self.ax_.fill_between(x, *bounds.T, **style))

    def _plot_lines(self, past_x, past, x, actual, forecasts, line_kw):
        curves = [(x, values, style) for values, style in style_forecasts(forecasts)]
        if actual is not None:
            underlay = UNDERLAY if len(forecasts) > 1 else {}
            curves.insert(0, (x, actual, {"label": "actual", "color": BLUE} | underlay))
        if past is not None:
            curves.insert(0, (past_x, past, {"label": "history", "color": GREY}))
        self.lines_ = [
            draw_line(self.ax_, x, values, _validate_style_kwargs(style, line_kw))
            for x, values, style in curves
        ]
        if x.dtype.kind == "M":
            format_dates(self.ax_)

    def _plot_bars(self, groups, index, bar_kw):
        n_rows = len(groups[0][0])
        rows, width = np.arange(n_rows), 0.8 / len(groups)
        self.bars_ = []
        for i, (values, style) in enumerate(groups):
            style = _validate_style_kwargs({"width": width, **style}, bar_kw)
            middle = rows + (i - (len(groups) - 1) / 2) * style["width"]
            self.bars_.append(self.ax_.bar(middle, values, **style))
        labels = label_rows(index, n_rows)
        every = thin_labels(labels, measure_width(self.ax_))
        self.ax_.set_xticks(rows[::every], labels[::every])

    def _label_axes(self, index, kind, labels):
        known = self.history if self.y_true is None else self.y_true
        unit = known.name if isinstance(known, pd.Series) else None
        if kind == "error":
            self.ax_.axhline(0, color="black", linewidth=0.8)
            error = f"actual - {labels[0] if len(labels) == 1 else 'forecast'}"
            unit = error if unit is None else f"{unit}: {error}"
        if kind != "error" or len(labels) > 1:
            self._make_legend()
        self.ax_.set_ylabel("value" if unit is None else str(unit))
        named = index is not None and index.name is not None
        dated = isinstance(index, pd.DatetimeIndex | pd.PeriodIndex)
        self.ax_.set_xlabel(str(index.name) if named else "date" if dated else "time step")

    def _make_legend(self):
        """Make the legend in as few rows as fit, and room for it above what was drawn."""
        axes_box = self.ax_.get_window_extent()
        n_labels = len(self.ax_.get_legend_handles_labels()[1])
        for n_columns in range(max(n_labels, 1), 0, -1):
            box = self.ax_.legend(loc="upper left", ncols=n_columns).get_window_extent()
            if box.width < 0.95 * axes_box.width:
                break
        share = (box.height + LEGEND_PAD * self.ax_.figure.dpi) / axes_box.height
        if share > LEGEND_SHARE:
            self.ax_.legend(loc="best")
        else:
            self._make_room(share)

    def _make_room(self, share):
        """Leave a share of the height of the axes free above what was drawn."""
        bars = [[0.0], *(bars.datavalues for bars in self.bars_)] if self.bars_ else []
        lines = [line.get_ydata() for line in self.lines_ or ()]
        bands = [path.vertices[:, 1] for band in self.bands_ or () for path in band.get_paths()]
        drawn = np.concatenate([*bars, *lines, *bands])
        drawn = drawn[np.isfinite(drawn)]
        if len(drawn):
            low, high, (_, margin) = drawn.min(), drawn.max(), self.ax_.margins()
            top = low + (high - low) / ((1 - share) * (1 + 2 * margin) - margin)
            self.ax_.update_datalim([(0, top)], updatex=False)
            self.ax_.autoscale_view()
