"""Forecasts of held-out rows, fold by fold, and their errors."""

from itertools import cycle
from typing import Any, Literal, Self

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.utils._optional_dependencies import check_matplotlib_support
from sklearn.utils._plotting import _validate_style_kwargs

from .._docstrings import share_plot_parameters
from .._errors import describe, explain_errors
from .._typing import Labels, Style
from ..forecasting._backtest import backtest
from ._forecast import BAND, FORECAST_COLORS, UNDERLAY
from ._forecast_series import place_rows
from ._history import BLUE, GREY, VERMILLION, check_style, draw_line, format_dates, get_axes

KINDS = ("line", "error")
COLUMNS = ["fold", "origin", "step", "time", "truth", "forecast"]
MOST_PANELS = 6  # where nobody says which series


def read_backtest(table):
    """Read a table of :func:`skrnn.backtest` as one of pandas, by panel: its series and target."""
    with explain_errors("table must be what backtest gives", table):
        read = nw.from_native(table, eager_only=True, pass_through=True)
    if not isinstance(read, nw.DataFrame) or (lacks := set(COLUMNS) - set(read.columns)):
        lacks = sorted(lacks) if isinstance(read, nw.DataFrame) else COLUMNS
        raise ValueError(
            f"table must be what backtest gives, with columns {lacks}. Got {describe(table)}."
        )
    if not len(read):
        raise ValueError(f"table must have forecasts to draw. Got {describe(table)}.")
    with explain_errors("table must hold numbers as its steps, truth and forecasts", table):
        for name in ("step", "truth", "forecast"):
            read.get_column(name).to_numpy().astype(float)
    if isinstance(table, pd.DataFrame):
        return table
    return pd.DataFrame({column.name: column.to_numpy() for column in read.iter_columns()})


def pick_rows(table, series):
    """Pick the rows of series by their labels, and raise if one is not there."""
    if series is None:
        return table
    wanted = list(series) if isinstance(series, list | tuple | np.ndarray) else [series]
    known = list(table["series"].unique()) if "series" in table else []
    if not wanted or not set(wanted) <= set(known):
        raise ValueError(f"series must be among those of the table, {known}. Got {series!r}.")
    return pd.concat([table[table["series"] == label] for label in wanted])


def list_panels(table, series):
    """Give the rows of each series and target, by a name; without ``series`` the first few."""
    labels = [name for name in ("series", "target") if name in table]
    if not labels:
        return {"": table}
    panels = {", ".join(map(str, key)): part for key, part in table.groupby(labels, sort=False)}
    n_most = len(panels) if series is not None else MOST_PANELS
    return dict(list(panels.items())[:n_most])


def chain_forecasts(fold):
    """Give the forecasts of a fold that follow each other, each time once, from its cut on."""
    horizon = int(fold["step"].max())
    which = (fold["step"] == 1).cumsum() - 1  # of the test rows
    return fold[which % horizon == 0]


@share_plot_parameters
class BacktestDisplay:
    """Forecasts of held-out rows over what came, or their errors by step ahead.

    Made by :meth:`from_table` or :meth:`from_forecaster`; keeps its parameter as attribute.

    Parameters
    ----------
    table : DataFrame
        What :func:`skrnn.backtest` gives, of pandas or polars.

    Attributes
    ----------
    lines_ : list of list of matplotlib Line2D
        For each panel; where ``kind="line"``, what came and the forecasts of each fold, where
        ``kind="error"``, the error of each fold and that of all.
    axes_ : ndarray of matplotlib Axes, shape (n_panels,)
        The panels.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    backtest : Makes the table.
    ForecastDisplay : Forecasts of one series that were made at once.

    Notes
    -----
    Of forecasts of several steps those made at the cut of a fold are drawn, and those made as many
    steps later as they reach, so that each time is forecast once a fold. Where the table has
    bounds, they are drawn as bands.

    Examples
    --------
    >>> from skrnn import BacktestDisplay, NaiveForecaster
    >>> from skrnn.datasets import load_airline
    >>> display = BacktestDisplay.from_forecaster(
    ...     NaiveForecaster(horizon=3), load_airline().data, cv=4, kind="error"
    ... )
    >>> display.lines_[0][-1].get_ydata().round(1).tolist()
    [29.7, 47.2, 58.1]
    """

    def __init__(self, table: Any) -> None:
        self.table = table

    @classmethod
    def from_table(
        cls,
        table: Any,
        *,
        kind: Literal["line", "error"] = "line",
        series: Labels | None = None,
        ax: Any = None,
        line_kw: Style = None,
    ) -> Self:
        """Draw a backtest.

        Parameters
        ----------
        {parameters}

        Returns
        -------
        BacktestDisplay
            The display, drawn.
        """
        check_matplotlib_support(f"{cls.__name__}.from_table")
        return cls(table).plot(ax, kind=kind, series=series, line_kw=line_kw)

    @classmethod
    def from_forecaster(
        cls,
        forecaster: Any,
        X: ArrayLike,
        y: ArrayLike | None = None,
        *,
        cv: Any = None,
        refit: bool | int = True,
        kind: Literal["line", "error"] = "line",
        series: Labels | None = None,
        ax: Any = None,
        line_kw: Style = None,
    ) -> Self:
        """Backtest a forecaster, and draw that.

        Parameters
        ----------
        forecaster : estimator
            A forecaster, or a search of scikit-learn around one.
        X : array-like of shape (time,) or (time, features), or table of many series
            As ``fit`` of the forecaster reads it.
        y : array-like of shape (n,) or (n, targets), default=None
            What to forecast, row for row.
        cv : int, splitter or iterable of (train, test), default=None
            The folds, as in :func:`skrnn.backtest`.
        refit : bool or int, default=True
            Whether to train for each fold, as there.
        {parameters}

        Returns
        -------
        BacktestDisplay
            The display, drawn.
        """
        check_matplotlib_support(f"{cls.__name__}.from_forecaster")
        display = cls(backtest(forecaster, X, y, cv=cv, refit=refit))
        return display.plot(ax, kind=kind, series=series, line_kw=line_kw)

    def plot(
        self,
        ax: Any = None,
        *,
        kind: Literal["line", "error"] = "line",
        series: Labels | None = None,
        line_kw: Style = None,
    ) -> Self:
        """Draw the backtest.

        Parameters
        ----------
        ax : matplotlib Axes or array-like of Axes, default=None
            Where to draw, one Axes for each panel; None makes a figure.
        kind : {"line", "error"}, default="line"
            What came with the forecasts of each fold over it, in a panel a series and target; or
            the mean absolute error by step ahead, of all series together, in a panel a target.
        series : label or list of labels, default=None
            The series to draw. None draws the first few, or the error of all.
        line_kw : dict, default=None
            Style of the forecasts, for matplotlib's ``plot``.

        Returns
        -------
        BacktestDisplay
            The display itself.

        Raises
        ------
        ValueError
            If an argument is none of these, or the table is no backtest; nothing is drawn.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {', '.join(KINDS)}. Got {kind!r}.")
        check_style("line_kw", line_kw)
        table = pick_rows(read_backtest(self.table), series)
        if kind == "error":
            table, series = table.drop(columns="series", errors="ignore"), "all"
        panels = list_panels(table, series)
        axes = get_axes(ax, list(panels), "series=")
        self.axes_, self.figure_ = axes, axes[0].figure
        draw = self._draw_forecasts if kind == "line" else self._draw_errors
        self.lines_ = [
            draw(panel, part, line_kw or {})
            for panel, part in zip(axes, panels.values(), strict=True)
        ]
        for panel, name in zip(axes, panels, strict=True):
            panel.set_title(name)
        axes[0].legend(loc="best")
        return self

    def _draw_forecasts(self, ax, table, line_kw):
        table = table[table["time"].notna()]
        times = pd.Index(table["time"]).unique().sort_values()
        x = place_rows(times, 0, len(times))
        truth = table.drop_duplicates("time").set_index("time")["truth"].reindex(times)
        style = {"label": "actual", "color": BLUE, **UNDERLAY}
        lines = [draw_line(ax, x, truth.to_numpy(float), style)]
        for (fold, part), color in zip(
            table.groupby("fold"), cycle(FORECAST_COLORS), strict=False
        ):
            part = chain_forecasts(part)
            style = _validate_style_kwargs({"label": f"fold {fold}", "color": color}, line_kw)
            rows = times.get_indexer(part["time"])
            if "lower" in part:
                bounds = part[["lower", "upper"]].to_numpy(float)
                ax.fill_between(x[rows], *bounds.T, color=color, **BAND)
            lines.append(draw_line(ax, x[rows], part["forecast"].to_numpy(float), style))
        if x.dtype.kind == "M":
            format_dates(ax)
        ax.set(xlabel="date" if x.dtype.kind == "M" else "time step", ylabel="value")
        return lines

    def _draw_errors(self, ax, table, line_kw):
        from matplotlib.ticker import MaxNLocator

        errors = (table["truth"] - table["forecast"]).abs()
        lines = []
        for _, part in errors.groupby(table["fold"]):
            mean = part.groupby(table["step"]).mean()
            style = {"color": GREY, "linewidth": 0.8, "label": None if lines else "each fold"}
            lines.append(draw_line(ax, mean.index.to_numpy(), mean.to_numpy(), style))
        mean = errors.groupby(table["step"]).mean()
        style = _validate_style_kwargs({"label": "all", "color": VERMILLION}, line_kw)
        lines.append(draw_line(ax, mean.index.to_numpy(), mean.to_numpy(), style))
        ax.xaxis.set_major_locator(MaxNLocator(8, integer=True, min_n_ticks=1))
        ax.set(xlabel="steps ahead", ylabel="mean absolute error", ylim=(0, None))
        return lines
