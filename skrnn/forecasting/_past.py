"""What a forecaster remembers of a series, and where in time that lies."""

import copy

import numpy as np

from ._index import read_index
from ._timeline import find_places, spread_rows


class Past:
    """The last rows of a series, from which later rows are forecast.

    Parameters
    ----------
    values : ndarray of shape (time, features)
        The training series, NaN in rows that are missing.
    span : int
        How many rows to remember.
    timeline : skrnn.forecasting._timeline.Timeline or None
        Where they lie in time; None where that is not known.

    Attributes
    ----------
    values : ndarray of shape (at most span, features)
    timeline : skrnn.forecasting._timeline.Timeline or None
    """

    def __init__(self, values, span, timeline=None):
        self.span = span
        self.timeline = timeline
        self.values = values[-span:].copy()  # a view would keep the whole series
        self._start = find_unique_start(values)

    def append(self, X, values):
        """Give a past that goes on with the rows of X."""
        longer = copy.copy(self)
        joined, longer.timeline = self.join(X, values)
        longer.values = joined[-self.span :].copy()
        return longer

    def join(self, X, values):
        """Put the rows of X behind those that are remembered.

        Returns
        -------
        values : ndarray of shape (time, features)
            Rows missing in between are NaN.
        timeline : skrnn.forecasting._timeline.Timeline or None
            Where they lie, where that is known.

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
        timeline = self.timeline and self.timeline.go_on(index, len(values))
        return np.concatenate([self.find_before(places), spread_rows(values, places)]), timeline

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
        return find_places(index, len(values)) + (1 - len(self.values) if repeats else 1)

    def find_before(self, places):
        """Find the rows before some, as far as they are remembered: (at most span, features).

        Parameters
        ----------
        places : ndarray of int
            Of the rows, as :meth:`locate` gives them. Rows missing in between are NaN.
        """
        n_missing = min(int(places[0]) - 1, self.span)
        if n_missing > 0:
            missing = np.full((n_missing, self.values.shape[1]), np.nan)
            return np.concatenate([self.values, missing])[-self.span :]
        return self.values[: max(0, len(self.values) + n_missing)]


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
