"""Scores and training times of several estimators, fold by fold."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.utils import Bunch
from sklearn.utils._optional_dependencies import check_matplotlib_support
from sklearn.utils._plotting import _validate_style_kwargs

from .._docstrings import share_plot_parameters
from .._errors import describe, explain_errors
from .._typing import Style
from ..comparison import compare
from ._history import BLUE, VERMILLION, check_style, get_axes

MANY_TIMES = 20  # from so many times the shortest time on, times are drawn by their logarithm
ROOM = 0.4, 1.2  # inches of height for an estimator, and around all of them


def read_table(table):
    """Read the table of a comparison: a copy, with columns of floats."""
    is_table = isinstance(table, pd.DataFrame) and {"estimator", "fold"} <= set(table)
    if not is_table or table.empty or len(table.columns) < 3:
        raise ValueError(
            "table must be that of a comparison, with columns estimator, fold and scores, and a "
            f"row for each fold. Got {describe(table)}."
        )
    with explain_errors("table must hold numbers as scores and times", table):
        return table.astype(dict.fromkeys(table.columns.drop(["estimator", "fold"]), float))


def pick_columns(table, columns):
    """Pick what to draw: all scores and the training time, or those in columns."""
    known = list(table.columns.drop(["estimator", "fold"]))
    if columns is None:
        return [name for name in known if name != "score_time"]
    picked = np.atleast_1d(columns).tolist()
    if not picked or not set(picked) <= set(known):
        raise ValueError(f"columns must name at least one of {known} and no other. Got {columns}.")
    return picked


@share_plot_parameters
class ComparisonDisplay:
    """Scores of several estimators on the same folds, beside the time that training took.

    A panel for each score and one for the times, in which an estimator has a row: a point for
    each fold, and their mean. Made by :meth:`from_estimators` or :meth:`from_comparison`; keeps
    its parameter as attribute.

    Parameters
    ----------
    table : DataFrame
        The ``table`` of what :func:`skrnn.compare` gives.

    Attributes
    ----------
    points_ : dict of list of matplotlib Line2D
        The folds of each estimator, by the column of the table that they show.
    means_ : dict of matplotlib Line2D
        The means, by the column of the table.
    axes_ : ndarray of matplotlib Axes, shape (n_panels,)
        The panels.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    compare : Makes the table.
    BacktestDisplay : The forecasts of one forecaster.

    Examples
    --------
    >>> from skrnn import ComparisonDisplay, NaiveForecaster, WindowForecaster
    >>> from skrnn.datasets import load_airline
    >>> display = ComparisonDisplay.from_estimators(
    ...     [NaiveForecaster(), WindowForecaster()], load_airline().data, cv=3
    ... )
    >>> [label.get_text() for label in display.axes_[0].get_yticklabels()]
    ['NaiveForecaster', 'WindowForecaster']
    """

    def __init__(self, table: Any) -> None:
        self.table = table

    @classmethod
    def from_comparison(
        cls,
        comparison: Any,
        *,
        columns: str | Sequence[str] | None = None,
        ax: Any = None,
        point_kw: Style = None,
        mean_kw: Style = None,
    ) -> Self:
        """Draw a comparison.

        Parameters
        ----------
        comparison : Bunch or DataFrame
            What :func:`skrnn.compare` gives, or the table in it.
        {parameters}

        Returns
        -------
        ComparisonDisplay
            The display, drawn.
        """
        check_matplotlib_support(f"{cls.__name__}.from_comparison")
        table = comparison.get("table") if isinstance(comparison, Bunch) else comparison
        return cls(table).plot(ax, columns=columns, point_kw=point_kw, mean_kw=mean_kw)

    @classmethod
    def from_estimators(
        cls,
        estimators: Mapping[str, Any] | Sequence[Any],
        X: ArrayLike,
        y: ArrayLike | None = None,
        *,
        cv: Any = None,
        scoring: Any = None,
        n_jobs: int | None = None,
        columns: str | Sequence[str] | None = None,
        ax: Any = None,
        point_kw: Style = None,
        mean_kw: Style = None,
    ) -> Self:
        """Compare estimators, and draw that.

        Parameters
        ----------
        estimators : dict of str to estimator, or list of estimators
            What to compare, as in :func:`skrnn.compare`.
        X : array-like of shape (n, ...), list of str, or table
            What ``fit`` of all of them reads.
        y : array-like of shape (n,) or (n, n_outputs), default=None
            Targets.
        cv : int, splitter or iterable of (train, test), default=None
            The folds, as in :func:`skrnn.compare`.
        scoring : str, callable, list of str or dict, default=None
            What to measure, as there.
        n_jobs : int, default=None
            How many fits run at a time.
        {parameters}

        Returns
        -------
        ComparisonDisplay
            The display, drawn.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimators")
        found = compare(estimators, X, y, cv=cv, scoring=scoring, n_jobs=n_jobs)
        style = {"point_kw": point_kw, "mean_kw": mean_kw}
        return cls(found.table).plot(ax, columns=columns, **style)

    def plot(
        self,
        ax: Any = None,
        *,
        columns: str | Sequence[str] | None = None,
        point_kw: Style = None,
        mean_kw: Style = None,
    ) -> Self:
        """Draw the comparison.

        Parameters
        ----------
        ax : matplotlib Axes or array-like of Axes, default=None
            Where to draw, one Axes for each panel; None makes a figure.
        columns : str or list of str, default=None
            The columns of the table to draw, in this order, such as "test_score". None draws all
            scores, and "fit_time".
        point_kw : dict, default=None
            Style of the folds, for matplotlib's ``plot``.
        mean_kw : dict, default=None
            Style of the means, for matplotlib's ``plot``.

        Returns
        -------
        ComparisonDisplay
            The display itself.

        Raises
        ------
        ValueError
            If an argument is none of these, or the table is that of no comparison; nothing is
            drawn.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        check_style("point_kw", point_kw)
        check_style("mean_kw", mean_kw)
        table = read_table(self.table)
        picked = pick_columns(table, columns)
        names = list(table["estimator"].unique())
        axes = get_axes(ax, picked, "columns=")
        self.axes_, self.figure_ = axes, axes[0].figure
        self.points_: dict[str, list[Any]] = {}
        self.means_: dict[str, Any] = {}
        for panel, column in zip(axes, picked, strict=True):
            parts = [table.loc[table["estimator"] == name, column] for name in names]
            self._plot_panel(panel, column, parts, point_kw or {}, mean_kw or {})
            panel.set_yticks(range(len(names)), names)
            panel.set_ylim(len(names) - 0.5, -0.5)  # the first one on top
        axes[0].legend(loc="best")
        if ax is None:
            self._arrange(len(names))
        return self

    def _plot_panel(self, ax, column, parts, point_kw, mean_kw):
        is_time = column.endswith("_time")
        style = {"color": BLUE, "marker": "o", "linestyle": "", "alpha": 0.5}
        style = _validate_style_kwargs(style, point_kw)
        self.points_[column] = [
            ax.plot(part, np.full(len(part), row), **style | {"label": None if row else "fold"})[0]
            for row, part in enumerate(parts)
        ]
        style = {"color": VERMILLION, "marker": "|", "markersize": 16, "linestyle": ""}
        style = _validate_style_kwargs({**style, "markeredgewidth": 2, "label": "mean"}, mean_kw)
        means = [part.mean(skipna=False) for part in parts]
        (self.means_[column],) = ax.plot(means, range(len(parts)), **style)
        seconds = np.concatenate(parts)
        if is_time and seconds.max() > MANY_TIMES * seconds.min() > 0:
            ax.set_xscale("log")
        ax.set_xlabel(column.replace("_", " ") + " (seconds)" * is_time)
        ax.grid(axis="y", alpha=0.3)

    def _arrange(self, n_estimators):
        """Have a new figure as high as its rows are, and name estimators on its left alone."""
        grid = self.axes_[0].get_subplotspec().get_gridspec()
        row, around = ROOM
        height = grid.nrows * (around + row * n_estimators)
        self.figure_.set_figheight(height)
        for panel in self.axes_:
            if not panel.get_subplotspec().is_first_col():
                panel.tick_params(labelleft=False)
