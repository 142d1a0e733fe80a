"""Folds of series by time."""

import copy
from collections.abc import Hashable, Iterator
from numbers import Integral
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.model_selection import BaseCrossValidator

from .._numbers import COUNT, LARGEST_COUNT, NumberIn, make_plain
from ._common_step import find_common_step, needs_grid
from ._index import TIMES
from ._series import check_columns
from ._steps import count_steps, drop_zone, find_step
from ._tables import read_table
from ._timelines import count_rows, find_runs

GAP = NumberIn(Integral, 0, LARGEST_COUNT, closed="both")


class SeriesSplit(BaseCrossValidator):
    """Folds by time that cut every series of a table.

    The last ``n_splits * test_size`` steps are test rows, fold by fold; all rows more than
    ``gap`` steps before those of a fold are its training rows.

    Parameters
    ----------
    n_splits : int, default=5
        Number of folds.
    test_size : int, default=None
        Steps that the test rows of a fold span; None gives all folds and the first training part
        as many, the latter what is left besides.
    gap : int, default=0
        Steps left out between training and test rows.
    series : label, default=None
        The column of X, or the level of its index, that tells series apart; None for one series,
        and for an index of two levels, series and time.
    time : label, default=None
        The column of X, or the level of its index, that holds the times; None takes the index,
        but for a default one beside ``series``, which says nothing of time.

    See Also
    --------
    sklearn.model_selection.TimeSeriesSplit : The same for one series.
    backtest : Forecasts of each fold.

    Notes
    -----
    With times, a fold begins at the same time in every series, and no training row is later than
    a test row of any. Sizes are counted in the step common to the series, or, where there is
    none, in the times that occur. Without times, each series is cut from its own end. A series may
    lie wholly before a fold or after it. Rows may come in any order, and positions are of the
    rows as they are given.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn import SeriesSplit
    >>> X = pd.DataFrame({
    ...     "store": ["a", "a", "a", "a", "b", "b", "b"],
    ...     "date": pd.date_range("2024-01-01", periods=4).append(
    ...         pd.date_range("2024-01-02", periods=3)
    ...     ),
    ...     "sales": [3.0, 4, 5, 6, 1, 2, 3],
    ... })
    >>> for train, test in SeriesSplit(2, test_size=1, series="store", time="date").split(X):
    ...     print(train, test)
    [0 1 4] [2 5]
    [0 1 2 4 5] [3 6]
    """

    def __init__(
        self,
        n_splits: int = 5,
        *,
        test_size: int | None = None,
        gap: int = 0,
        series: Hashable = None,
        time: Hashable = None,
    ) -> None:
        self.n_splits: int = _check_number("n_splits", n_splits, COUNT)
        self.test_size: int | None = (
            None if test_size is None else _check_number("test_size", test_size, COUNT)
        )
        self.gap: int = _check_number("gap", gap, GAP)
        self.series = series
        self.time = time

    def split(
        self, X: ArrayLike, y: Any = None, groups: Any = None
    ) -> Iterator[tuple[NDArray[np.int_], NDArray[np.int_]]]:
        """Generate the positions of training and test rows of each fold.

        Parameters
        ----------
        X : array-like of shape (n, ...)
            One series, or a table of several.
        y : object
            Ignored.
        groups : object
            Ignored.

        Yields
        ------
        train : ndarray of int
            Positions of training rows, increasing.
        test : ndarray of int
            Positions of test rows, increasing.

        Raises
        ------
        ValueError
            If X spans too few steps, if, without dates and words, it has columns of text or
            dates, which may tell series and times, or a fold has no training or no test rows.
        """
        table = read_table(X, self.series, self.time)
        if self.series is self.time is None and not isinstance(table.times, TIMES):
            check_columns(table.values, "X")  # a series that shows is not cut by row numbers
        places = place_rows(table)
        for start, stop in self._list_folds(places.max(initial=-1) + 1):
            train = np.flatnonzero(places < start - self.gap)
            test = np.flatnonzero((places >= start) & (places < stop))
            if not (len(train) and len(test)):
                part = "test" if len(train) else "training"
                raise ValueError(
                    f"{self} leaves a fold without {part} rows: X has none among the steps "
                    f"{start} to {stop} of {places.max() + 1}."
                )
            yield train, test

    def get_n_splits(self, X: Any = None, y: Any = None, groups: Any = None) -> int:
        """Give the number of folds.

        Parameters
        ----------
        X : object
            Ignored.
        y : object
            Ignored.
        groups : object
            Ignored.

        Returns
        -------
        int
            ``n_splits``.
        """
        return self.n_splits

    def _list_folds(self, n_steps):
        """List where the test rows of each fold start and stop."""
        test_size = self.test_size or n_steps // (self.n_splits + 1)
        first = n_steps - self.n_splits * test_size
        if test_size < 1 or first <= self.gap:
            raise ValueError(
                f"{self} needs more than n_splits * test_size + gap = "
                f"{self.n_splits * max(test_size, 1) + self.gap} steps, but X spans {n_steps}."
            )
        return [(start, start + test_size) for start in range(first, n_steps, test_size)]


def read_series_cv(cv, series, time):
    """Read what says folds; a :class:`SeriesSplit` without labels is given those of a table.

    An int, or None for 5, is its number of folds.
    """
    if cv is None or isinstance(cv, Integral):
        cv = SeriesSplit(5 if cv is None else cv)
    if isinstance(cv, SeriesSplit) and cv.series is cv.time is None:
        cv = copy.copy(cv)
        cv.series, cv.time = series, time
    return cv


def _check_number(name, value, constraint):
    if not constraint.is_satisfied_by(value):
        raise ValueError(f"{name}={value!r} must be an int of at least {constraint.left}.")
    return make_plain(value)


def place_rows(table):
    """Give the step that each row lies in, counted from the first of all series.

    Parameters
    ----------
    table : skrnn.forecasting._tables.Table

    Returns
    -------
    ndarray of int of shape (n,)
        In the order given. Steps are those common to the series, or else the times that occur;
        without times, such that all series end with the same one.
    """
    order = np.arange(len(table.codes)) if table.order is None else table.order
    if not len(order):
        return order
    starts, sizes = find_runs(table.codes[order])
    places = np.empty(len(order), int)
    if table.times is None:
        places[order] = count_rows(sizes) + np.repeat(sizes.max() - sizes, sizes)
    else:
        places[order] = _count_from_first(table.times[order], starts, sizes)
    return places


def _count_from_first(times, starts, sizes):
    """Count the steps from the first of all times to each, rounded down."""
    step = find_step(times) if len(sizes) == 1 else find_common_step(times, starts, sizes)[0]
    if step is None:
        return times.factorize(sort=True)[0]
    if not needs_grid(times, step):
        return count_steps(times, times.min(), step)[0]
    times = drop_zone(times)
    grid = pd.date_range(times.min(), times.max(), freq=step)
    places = grid.searchsorted(times, side="right")
    return places - places.min()
