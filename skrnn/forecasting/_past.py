"""What a forecaster remembers of a series, and where in time that lies."""

import copy

import numpy as np

from ._index import read_index
from ._levels import carry_on
from ._timeline import find_places, spread_rows


class Past:
    """The last rows of a series, from which later rows are forecast.

    Parameters
    ----------
    values : ndarray of shape (time, features)
        The training series, NaN in rows that are missing.
    span : int
        How many rows to remember.
    timeline : skrnn.forecasting._timeline.Timeline, default=None
        Where they lie in time; None where that is not known.
    period : int, default=1
        For each phase of it the last known value is remembered, however long ago it was.
    n_extra : int, default=0
        How many rows before those to remember, for a model that goes on to be trained on.

    Attributes
    ----------
    values : ndarray of shape (at most span + n_extra, features)
    levels : ndarray of shape (at most period + span + n_extra, features)
        The same and ``period`` rows more, with the last known values carried on.
    timeline : skrnn.forecasting._timeline.Timeline or None
    """

    def __init__(self, values, span, timeline=None, period=1, n_extra=0):
        self.span, self.period, self.n_extra = span, period, n_extra
        self.timeline = timeline
        self._keep(values, values)
        self._start = find_unique_start(values)

    def append(self, X, values):
        """Give a past that goes on with the rows of X."""
        return self.join(X, values)[0]

    def join(self, X, values):
        """Put the rows of X behind those that are remembered.

        Returns
        -------
        longer : Past
            One that goes on with the rows of X.
        values, levels : ndarray of shape (time, features)
            As :meth:`find_before` gives them, after the extra rows and with the rows of X; NaN
            in rows between.

        Raises
        ------
        ValueError
            If the index of X says that it does not follow.
        """
        index = read_index(X)
        if index is None or self.timeline is None:
            places = 1 + find_places(index, len(values))
        else:
            places = self.timeline.locate(index)
        if places[0] < 1:
            raise ValueError(
                f"X begins at {index[0]}, but rows up to {self.timeline.last} have been seen; "
                "give the rows that follow."
            )
        longer = copy.copy(self)
        longer.timeline = self.timeline and self.timeline.go_on(index, len(values))
        rows = spread_rows(values, places)
        before = self.find_before(places, self.n_extra)
        values, levels = (np.concatenate([old, rows]) for old in before)
        longer._keep(values, levels)
        return longer, values, levels

    def extend(self, n):
        """Carry the index on for ``n`` rows; None where there is none."""
        return None if self.timeline is None else self.timeline.extend(n)

    def locate(self, X, values):
        """Give the place of each row of X: 1 for the row after the last that is remembered.

        X follows what has been seen if its index says so; without an index, unless it begins like
        the training series.
        """
        index = read_index(X)
        if index is not None and self.timeline is not None:
            return self.timeline.locate(index)
        start = self._start[: len(values)]
        repeats = np.array_equal(values[: len(start)], start, equal_nan=True)
        return find_places(index, len(values)) + (-len(self.values) if repeats else 1)

    def find_before(self, places, n_extra=0):
        """Find the rows before some, as far as they are remembered.

        Parameters
        ----------
        places : ndarray of int
            Of the rows, as :meth:`locate` gives them. Rows missing in between are NaN.
        n_extra : int, default=0
            How many rows more than ``span`` to find.

        Returns
        -------
        values : ndarray of shape (at most span + n_extra, features)
        levels : ndarray of shape (time, features)
            The same, and rows before them; the last known values are carried on up to the last
            row seen.
        """
        n_kept = self.span + n_extra
        values, levels = self.values[-n_kept:], self.levels[-n_kept - self.period :]
        n_missing = int(places[0]) - 1
        if n_missing > 0:
            n_missing -= max(0, n_missing - n_kept) // self.period * self.period
            missing = np.full((n_missing, values.shape[1]), np.nan)
            joined = np.concatenate([values, missing])[-n_kept:]
            return joined, np.concatenate([levels, missing])
        n_rows = len(values) + n_missing
        if n_rows < 0:
            return values[:0], levels[:0]
        return values[:n_rows], levels[: len(levels) + n_missing]

    def _keep(self, values, levels):
        """Remember the ends of a series; views would keep the whole of it."""
        n_kept = self.span + self.n_extra
        self.values = values[-n_kept:].copy()
        self.levels = carry_on(levels, self.period)[-n_kept - self.period :].copy()


def find_unique_start(values, most=1000):
    """Find the shortest beginning of a series that does not occur again in it.

    By it a series is known again: few rows, so that what comes later has no part in it.
    """
    repeats = None  # where the first k values occur again
    for k in range(min(most, len(values))):
        if repeats is None:
            repeats = 1 + np.flatnonzero(_equals(values[1:], values[0]))
        else:
            repeats = repeats[repeats + k < len(values)]
            repeats = repeats[_equals(values[repeats + k], values[k])]
        if not len(repeats):
            return values[: k + 1].copy()
    return values[:most].copy()


def _equals(rows, row):
    return ((rows == row) | (np.isnan(rows) & np.isnan(row))).all(axis=1)
