"""What a forecaster remembers of a series, and where in time that lies."""

import copy

import numpy as np

from ._timeline import count_gap, extend_index, find_step, get_index


class Past:
    """The last rows of a series, from which later rows are forecast.

    Parameters
    ----------
    X : array-like
        The training series as it was given: its index says where its rows lie in time.
    values : ndarray of shape (time, features)
        The same as numbers.
    span : int
        How many rows to remember.

    Attributes
    ----------
    values : ndarray of shape (at most span, features)
    last_label : scalar
        Where the last row lies; None where that is not known.
    step : offset, int or None
        From one row to the next.
    """

    def __init__(self, X, values, span):
        index = get_index(X)
        self.span = span
        self.values = values[-span:].copy()  # a view would keep the whole series
        self.step = None if index is None else find_step(index)
        self._start = find_unique_start(values)
        self._set_index(index)

    def append(self, X, values):
        """Give a past that goes on with the rows of X."""
        longer = copy.copy(self)
        joined, index = self.join(X, values)
        longer.values = joined[-self.span :].copy()
        longer._set_index(index)
        return longer

    def join(self, X, values):
        """Put the rows of X behind those that are remembered.

        Returns
        -------
        values : ndarray of shape (time, features)
            Rows missing in between are NaN.
        index : pandas.Index or None
            Where they lie, where that is known.

        Raises
        ------
        ValueError
            If the index of X says that it does not follow.
        """
        index, gap = get_index(X), []
        if self.last_label is None or (index is None and self.step is None):
            index = None
        elif index is None:
            index = self._index.append(self.extend(len(values)))
        elif index[0] > self.last_label:
            gap = self._find_gap(index[0])
            index = self._index.append([gap, index])
        else:
            raise ValueError(
                f"X begins at {index[0]}, but rows up to {self.last_label} have been seen; give "
                "the rows that follow."
            )
        return np.concatenate([self.values, self._make_missing(len(gap)), values]), index

    def extend(self, n):
        """Carry the index on for ``n`` rows; None where there is none."""
        if self.last_label is None:
            return None
        return extend_index(self.last_label, self.step, n).rename(self._index.name)

    def find_before(self, X, values):
        """Find the rows before X, as far as they are remembered: (at most span, features).

        X follows what has been seen if its index says so; without an index, unless it begins like
        the training series. Rows missing in between are NaN.
        """
        index = get_index(X)
        if index is None or self.last_label is None:
            start = self._start[: len(values)]
            repeats = np.array_equal(values[: len(start)], start, equal_nan=True)
            return self.values[:0] if repeats else self.values
        if index.dtype.kind != self._index.dtype.kind:
            raise ValueError(
                f"X has an index of {index.dtype}, but the training series had one of "
                f"{self._index.dtype}."
            )
        if index[0] > self.last_label:
            gap = self._make_missing(len(self._find_gap(index[0])))
            return np.concatenate([self.values, gap])[-self.span :]
        return self.values[: int((self._index < index[0]).sum())]

    def _set_index(self, index):
        self._index = None if index is None else index[-self.span :]
        self.last_label = None if index is None else index[-1]

    def _find_gap(self, first):
        """Find the labels between the last row and another, ``span`` of them at most."""
        n_missing = count_gap(self.last_label, first, self.step, limit=self.span)
        if not n_missing:
            return self._index[:0]
        return self.extend(n_missing)

    def _make_missing(self, n_rows):
        return np.full((n_rows, self.values.shape[1]), np.nan)


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
