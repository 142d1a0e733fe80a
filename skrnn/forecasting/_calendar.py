"""Which row of a table, and which time, lies some steps after a row."""

import warnings

import numpy as np
import pandas as pd

from ._timelines import Timelines, find_runs, learn_timelines


class Calendar:
    """The rows of a table, sorted by series and time.

    Parameters
    ----------
    table : skrnn.forecasting._tables.Table
    freq : str, offset or None, default=None
        The step from row to row; None finds it.

    Attributes
    ----------
    order : ndarray of int of shape (n,)
        The rows of the table in which they are sorted.
    codes, places : ndarray of int of shape (n,)
        The series of each row, and the steps from its first row; rows are counted where the
        series have no step in common.
    times : pandas.Index of length n, or None
    """

    def __init__(self, table, freq=None):
        n_rows = len(table.codes)
        self.order = np.arange(n_rows) if table.order is None else table.order
        self.codes = table.codes[self.order]
        self.times = table.times if table.times is None else table.times[self.order]
        starts, sizes = find_runs(self.codes)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # forecasters say the same
            timelines, self.places = learn_timelines(
                self.times, self.codes, len(sizes), freq, 1, table.keys
            )
        self._firsts = None
        if timelines is not None and timelines.step is not None:
            self._firsts = Timelines(timelines.step, self.times[starts], self.codes[starts])
        self._span = int(self.places.max()) + 1
        self._numbers = self.codes * self._span + self.places  # increasing

    @property
    def has_step(self):
        """Whether rows lie at times that are a known step apart."""
        return self._firsts is not None

    def find(self, rows, steps):
        """Find the row so many steps after each row; -1 where there is none."""
        numbers = self._numbers[rows] + steps
        found = np.minimum(np.searchsorted(self._numbers, numbers), len(self._numbers) - 1)
        is_there = (self._numbers[found] == numbers) & (self.codes[found] == self.codes[rows])
        return np.where(is_there, found, -1)

    def find_before(self, rows, known):
        """Find the last of the known rows before each row in its series; -1 where there is none.

        Parameters
        ----------
        rows, known : ndarray of int
            The latter increasing.
        """
        before = np.searchsorted(known, rows) - 1
        found = known[np.maximum(before, 0)]
        is_there = (before >= 0) & (self.codes[found] == self.codes[rows])
        return np.where(is_there, found, -1)

    def get_times(self, rows):
        """Give the times of rows, missing for -1; their places where there are no times."""
        times = pd.Index(self.places) if self.times is None else self.times
        is_missing = rows < 0
        if not is_missing.any():
            return times.take(rows)
        if pd.api.types.is_integer_dtype(times.dtype):
            times = times.astype("Int64")
        return times.take(rows, allow_fill=True, fill_value=pd.NA)

    def follow_times(self, rows, steps):
        """Give the times so many steps after rows, missing where they are not known."""
        if self.times is None:
            return pd.Index(self.places[rows] + steps)
        found = self.find(rows, steps)
        if not (self.has_step and (found < 0).any()):
            return self.get_times(found)
        away = np.flatnonzero(found < 0)
        series, which = np.unique(self.codes[rows[away]], return_inverse=True)
        places = self.places[rows[away]] + steps[away]
        n_most = int(places.max())
        grid = self._firsts.extend(n_most, series)
        found[away] = len(self.times) + which * n_most + places - 1
        return self.times.append(grid).take(found)
