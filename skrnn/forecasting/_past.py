"""What a forecaster remembers of its series, and where in time that lies."""

import copy

import numpy as np

from ._rows import History, SeriesRows, find_starts, list_ranges


class Past:
    """The last rows of each series, from which later rows are forecast.

    Parameters
    ----------
    rows : SeriesRows
        The training series, NaN in rows that are missing.
    reach : int
        How many rows are looked at before a forecast.
    timelines : skrnn.forecasting._timelines.Timelines, default=None
        Where they lie in time; None where that is not known.
    period : int, default=1
        For each phase of it the last known value is remembered, however long ago it was.
    n_extra : int, default=0
        How many rows before those to remember, for a model that goes on to be trained on.

    Attributes
    ----------
    rows : SeriesRows
        At most reach + period + n_extra rows of each series.
    levels : ndarray of shape (rows, columns)
        The same with the last known values carried on.
    counts : ndarray of int of shape (n_series,)
        How many rows each series has had: the place of the next one.
    """

    def __init__(self, rows, reach, timelines=None, period=1, n_extra=0):
        self.reach, self.period, self.timelines = reach, period, timelines
        self.n_kept = reach + period + n_extra
        self.n_extra = n_extra
        self.counts = rows.lengths
        self._keep(rows, rows.carry_on(period))

    def __len__(self):
        return len(self.rows)

    def keep_first(self, n_series):
        """Give that of the first series alone."""
        fewer, rows = copy.copy(self), self.rows
        end, starts = rows.starts[n_series], rows.starts[: n_series + 1]
        ahead = rows.ahead and rows.ahead.keep_first(n_series)
        fewer.rows = SeriesRows(rows.values[:end], starts, None, ahead, rows.firsts[:n_series])
        fewer.levels = fewer.rows.values if self.levels is rows.values else self.levels[:end]
        fewer.counts = self.counts[:n_series]
        fewer.timelines = self.timelines and self.timelines.keep_first(n_series)
        return fewer

    def join(self, parts):
        """Give the same with the series of parts behind: all but the first of each."""
        longer, pasts = copy.copy(self), [self, *parts]
        longer.rows = self.rows.join([part.rows for part in parts])
        longer.levels = longer.rows.values
        if any(past.levels is not past.rows.values for past in pasts):
            others = [part.levels[part.rows.starts[1] :] for part in parts]
            longer.levels = np.concatenate([self.levels, *others])
        longer.counts = np.concatenate([self.counts, *(part.counts[1:] for part in parts)])
        if self.rows.ahead is not None:
            longer.rows.ahead = self.rows.ahead.join([part.rows.ahead for part in parts])
        if self.timelines is not None:
            longer.timelines = self.timelines.join([part.timelines for part in parts])
        return longer

    def find(self, values, codes, places, ahead=None):
        """Give the :class:`History` of rows at places.

        Parameters
        ----------
        values : ndarray of shape (n, columns)
        codes : ndarray of int of shape (n,)
            The series of each row, not decreasing; those past the ones known are new.
        places : ndarray of int of shape (n,)
            1 for the row after the last that is remembered; increasing in each series.
        ahead : skrnn.forecasting._ahead.KnownAhead, default=None
            What is known ahead of these rows and those that are remembered.

        Returns
        -------
        History
        """
        which, owners = np.unique(codes, return_inverse=True)
        rows, levels, positions = self._join(values, owners, places, which, ahead)
        return History(rows, levels, which, positions, owners, self.reach)

    def count_rows(self, codes):
        """Count the rows that series have had: 0 of new ones."""
        return np.append(self.counts, 0)[np.minimum(codes, len(self))]

    def find_next(self, ahead=None):
        """Give the history of the next row of every series; ``ahead`` is as in :meth:`find`."""
        positions, codes = self.rows.starts[1:], np.arange(len(self))
        rows = SeriesRows(self.rows.values, self.rows.starts, None, ahead, self.rows.firsts)
        return History(rows, self.levels, codes, positions, codes, self.reach)

    def append(self, values, codes, places, timelines, ahead=None, weights=None):
        """Give a past that goes on with rows, and all of its rows, of each series.

        The parameters are those of :meth:`find`; a new series has the next code. ``weights``
        (n,) say what the rows count for where all do not count the same: those that are
        remembered count 1, and rows without a value nothing.

        Returns
        -------
        longer : Past
        rows : SeriesRows
            What was remembered with the rows that follow.
        levels : ndarray of shape (rows, columns)
        """
        which = np.arange(max(len(self), codes.max() + 1))
        rows, levels, positions = self._join(values, codes, places, which, ahead)
        if weights is not None:
            rows.weights = np.where(np.isnan(rows.values).all(axis=1), 0.0, 1.0)
            rows.weights[positions] = weights
        longer = copy.copy(self)
        longer.timelines = timelines
        longer.counts = np.append(self.counts, np.zeros(len(which) - len(self), int))
        np.maximum.at(longer.counts, codes, longer.counts[codes] + places)
        longer._keep(rows, levels)
        return longer, rows, levels

    def _keep(self, rows, levels):
        self.rows = rows.keep_last(self.n_kept)
        if rows.ahead is not None:
            self.rows.ahead = rows.ahead.keep_since(self.rows.firsts)
        self.levels = self.rows.values
        if levels is not rows.values:
            self.levels = SeriesRows(levels, rows.starts).keep_last(self.n_kept).values

    def _join(self, values, owners, places, which, ahead):
        """Put rows behind those that are remembered of the series ``which``, or in their place.

        ``owners`` says of which of these each row is. Rows missing in between are those that are
        remembered, or else NaN, as many as matter.
        """
        counts = np.bincount(owners, minlength=len(which))
        ends = np.cumsum(counts)
        has_rows = counts > 0
        first, last = np.ones(len(which), int), np.zeros(len(which), int)
        first[has_rows] = places[ends[has_rows] - counts[has_rows]]
        last[has_rows] = places[ends[has_rows] - 1]
        lengths = np.append(self.rows.lengths, 0)[np.minimum(which, len(self))]
        n_before = np.clip(lengths + np.minimum(first - 1, 0), 0, None)
        n_missing = np.where(n_before > 0, np.maximum(first - 1, 0), 0)
        n_missing -= np.maximum(0, n_missing - self.n_kept) // self.period * self.period
        starts = find_starts(n_before + n_missing + last - first + 1)
        joined = np.full((starts[-1], self.rows.values.shape[1]), np.nan)
        positions = places + (starts[:-1] + n_before + n_missing - first)[owners]
        begin = np.append(self.rows.starts[:-1], 0)[np.minimum(which, len(self))]
        n_old = np.clip(lengths + np.minimum(last, 0), 0, None)
        start = starts[:-1] + np.clip(1 - lengths - first, 0, None)  # of what is remembered
        joined[list_ranges(start, n_old)] = self.rows.values[list_ranges(begin, n_old)]
        joined[positions] = values
        firsts = self.count_rows(which) + first - 1 - n_before - n_missing
        rows = SeriesRows(joined, starts, None, ahead, firsts)
        if not np.isnan(joined).any():
            return rows, joined, positions
        carried, n_old = joined.copy(), np.minimum(n_old, self.period)
        carried[list_ranges(start, n_old)] = self.levels[list_ranges(begin, n_old)]
        carried[positions] = values
        levels = SeriesRows(carried, starts).carry_on(self.period)
        return rows, levels, positions


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
