"""The rows of one or many series, one series behind the other in one array."""

import numpy as np

from .._sequences import list_ranges

CHUNK = 2**18  # rows that are worked on at a time


class SeriesRows:
    """Rows of many series: values with, for each series, where it begins.

    Parameters
    ----------
    values : ndarray of shape (rows, columns)
        NaN where missing.
    starts : ndarray of int of shape (n_series + 1,)
        The first row of each series, and the end of the last.
    weights : ndarray of shape (rows,), default=None
        What each row counts for where it is forecast; None if all count the same.
    ahead : skrnn.forecasting._ahead.KnownAhead, default=None
        What is known ahead of these rows and of those that follow.
    firsts : ndarray of int of shape (n_series,), default=None
        Which place in its series the first row has; 0 by default.
    """

    def __init__(self, values, starts, weights=None, ahead=None, firsts=None):
        self.values, self.starts, self.weights, self.ahead = values, starts, weights, ahead
        self.firsts = np.zeros(len(starts) - 1, int) if firsts is None else firsts

    def __len__(self):
        return len(self.starts) - 1

    @property
    def lengths(self):
        """The number of rows of each series."""
        return np.diff(self.starts)

    @property
    def codes(self):
        """The series of each row."""
        return np.repeat(np.arange(len(self)), self.lengths)

    @property
    def places(self):
        """The place of each row in its series, from 0."""
        return np.arange(len(self.values)) - np.repeat(self.starts[:-1], self.lengths)

    def add(self, values):
        """Add up values (rows, columns) over each series: (n_series, columns)."""
        if len(self) == 1:
            return values.sum(axis=0, keepdims=True)
        return np.add.reduceat(values, self.starts[:-1], axis=0, dtype=np.float64)

    def spread(self, values):
        """Give each row what its series has: (n_series, columns) to (rows, columns)."""
        return values if len(self) == 1 else np.repeat(values, self.lengths, axis=0)

    def get_bounds(self):
        """Give the first row and the end of each series."""
        return zip(self.starts[:-1], self.starts[1:], strict=True)

    def split(self, n_rows=CHUNK):
        """Give the series in parts of about so many rows: which they are, and views of them."""
        cuts = np.unique(np.searchsorted(self.starts, np.arange(0, self.starts[-1], n_rows)))
        for first, end in zip(cuts, np.append(cuts[1:], len(self)), strict=True):
            starts = self.starts[first : end + 1]
            part = slice(starts[0], starts[-1])
            weights = None if self.weights is None else self.weights[part]
            yield slice(first, end), SeriesRows(self.values[part], starts - starts[0], weights)

    def take_columns(self, n):
        """Give the first columns alone."""
        return self if n == self.values.shape[1] else self.replace_values(self.values[:, :n])

    def replace_values(self, values):
        """Give the same rows with other values."""
        return SeriesRows(values, self.starts, self.weights, self.ahead, self.firsts)

    def take_rows(self, part):
        """Give a slice of the rows of a single series."""
        first, end, _ = part.indices(len(self.values))
        return self._select(part, np.array([0, max(0, end - first)]), first)

    def subtract_before(self, lag):
        """Give the changes over so many rows, NaN in the first of each series."""
        if not lag:
            return self.values
        changes = np.full(self.values.shape, np.nan)
        changes[lag:] = self.values[lag:] - self.values[:-lag]
        changes[self.places < lag] = np.nan
        return changes

    def join(self, parts):
        """Give these series with those of parts behind: all but the first of each."""
        values = [self.values, *(part.values[part.starts[1] :] for part in parts)]
        lengths = [self.lengths, *(part.lengths[1:] for part in parts)]
        firsts = [self.firsts, *(part.firsts[1:] for part in parts)]
        starts = find_starts(np.concatenate(lengths))
        return SeriesRows(np.concatenate(values), starts, firsts=np.concatenate(firsts))

    def carry_on(self, period=1):
        """Fill NaN with the last known value of the same phase of a period of that series."""
        if not np.isnan(self.values).any():
            return self.values
        carried = np.empty_like(self.values)
        for series, part in self.split():
            rows = slice(self.starts[series.start], self.starts[series.stop])
            carried[rows] = carry_on(part.values, period, part.starts)
        return carried

    def drop_last(self, n_rows):
        """Give the series without the last rows of each, (n_series,) of them."""
        lengths = self.lengths - n_rows
        if len(self) == 1:
            return self.take_rows(slice(lengths[0]))
        rows = list_ranges(self.starts[:-1], lengths)
        return self._select(rows, find_starts(lengths))

    def _select(self, rows, starts, n_dropped=0):
        """Give some rows, without so many of the first of each series."""
        weights = None if self.weights is None else self.weights[rows]
        return SeriesRows(self.values[rows], starts, weights, self.ahead, self.firsts + n_dropped)

    def keep_last(self, n_rows):
        """Give copies of the last rows of each series, at most so many of each."""
        lengths = np.minimum(self.lengths, n_rows)
        rows = list_ranges(self.starts[1:] - lengths, lengths)
        firsts = self.firsts + self.lengths - lengths
        return SeriesRows(self.values[rows], find_starts(lengths), None, self.ahead, firsts)


def carry_on(values, period=1, starts=(0,)):
    """Fill NaN with the last known value of the same phase of a period.

    Parameters
    ----------
    values : ndarray of shape (rows, columns)
    period : int, default=1
        Rows from one value to the next of the same phase; 1 takes the last value of all.
    starts : array-like of int, default=(0,)
        The first row of each series; the end of the last may follow.

    Returns
    -------
    ndarray of shape (rows, columns)
        NaN where the phase had no value before; ``values`` itself if nothing is missing.
    """
    if not np.isnan(values).any():
        return values
    numbers = np.arange(len(values))
    groups = begins = np.asarray(starts)[np.searchsorted(starts, numbers, side="right") - 1]
    if period > 1:
        groups = begins + len(values) * ((numbers - begins) % period)
    order = np.argsort(groups, kind="stable")  # phase by phase
    first = np.flatnonzero(np.diff(groups[order], prepend=-1))
    first = np.repeat(first, np.diff(first, append=len(values)))[:, None]
    ordered = values[order]
    last = np.maximum.accumulate(np.where(np.isnan(ordered), -1, numbers[:, None]), axis=0)
    ordered = np.take_along_axis(ordered, np.maximum(last, 0), axis=0)
    carried = np.empty_like(values)
    carried[order] = np.where(last < first, np.nan, ordered)
    return carried


def join_tables(table, *parts):
    """Join tables of series, the last row of which is for others, and the first in all the same.

    Parameters
    ----------
    table, *parts : ndarray of shape (n_series + 1, ...)

    Returns
    -------
    ndarray
        The series of the table, and all but the first of each part.
    """
    return np.concatenate([table[:-1], *(part[1:-1] for part in parts), table[-1:]])


def find_starts(lengths):
    """Give where parts of such lengths begin if they lie one behind the other, and the end."""
    return np.concatenate([[0], np.cumsum(lengths)])


def spread_rows(values, codes, places, n_series):
    """Put rows at their places in their series, with NaN in those between.

    Parameters
    ----------
    values : ndarray of shape (n, columns)
    codes : ndarray of int of shape (n,)
        The series of each row, not decreasing.
    places : ndarray of int of shape (n,)
        Increasing in each series, whose first row is put first.
    n_series : int
        Series without a row have none.

    Returns
    -------
    SeriesRows
    """
    counts = np.bincount(codes, minlength=n_series)
    ends = np.cumsum(counts)
    given = np.flatnonzero(counts)
    first, last = places[ends[given] - counts[given]], places[ends[given] - 1]
    lengths = np.zeros(n_series, int)
    lengths[given] = last - first + 1
    starts = find_starts(lengths)
    if starts[-1] == len(values):
        return SeriesRows(values, starts)
    positions = places + np.repeat(starts[given] - first, counts[given])
    spread = np.full((starts[-1], values.shape[1]), np.nan)
    spread[positions] = values
    return SeriesRows(spread, starts)


class Contexts:
    """The rows before each forecast, and where each column stood in them.

    Parameters
    ----------
    values : ndarray of shape (n, reach, features)
        NaN where there is no value.
    levels : ndarray of shape (n, reach, features)
        The same with the last known values carried on, from before the context too.
    codes : ndarray of int of shape (n,)
        The series of each; those past the ones learned of are others.
    n_rows : ndarray of int of shape (n,)
        How many of the last rows are some of the series; there is nothing before them.
    places : ndarray of int of shape (n,)
        The place in its series of the row that follows.
    ahead : skrnn.forecasting._ahead.KnownAhead or None
        What is known ahead.
    """

    def __init__(self, values, levels, codes, n_rows, places, ahead=None):
        self.values, self.levels = values, levels
        self.codes, self.n_rows, self.places, self.ahead = codes, n_rows, places, ahead

    def __len__(self):
        return len(self.values)

    def __getitem__(self, rows):
        parts = self.values, self.levels, self.codes, self.n_rows, self.places
        return Contexts(*(part[rows] for part in parts), self.ahead)

    def append(self, rows):
        """Give the :class:`History` of what comes so many rows (n, steps, features) later."""
        reach = self.values.shape[1]
        n_rows = np.minimum(self.n_rows + rows.shape[1], reach)
        inside = np.arange(reach) >= reach - n_rows[:, None]
        values = levels = np.concatenate([self.values, rows], axis=1)[:, -reach:][inside]
        if self.levels is not self.values:
            levels = np.concatenate([self.levels, rows], axis=1)[:, -reach:][inside]
        starts, owners = find_starts(n_rows), np.arange(len(self))
        firsts = self.places + rows.shape[1] - n_rows
        rows = SeriesRows(values, starts, None, self.ahead, firsts)
        return History(rows, levels, self.codes, starts[1:], owners, reach)


class History:
    """What is known of each row to forecast: the rows before it in its series.

    Parameters
    ----------
    rows, levels : SeriesRows
        The series as known, and with the last known values carried on.
    codes : ndarray of int of shape (n_series,)
        Which series they are.
    positions : ndarray of int of shape (n,)
        Of the rows to forecast; one past the last of its series is the row to come.
    owners : ndarray of int of shape (n,)
        Of which of the series each is.
    reach : int
        How many rows before each are looked at.
    """

    def __init__(self, rows, levels, codes, positions, owners, reach):
        self.rows, self.levels, self.codes = rows, levels, codes
        self.positions, self.owners, self.reach = positions, owners, reach

    def __len__(self):
        return len(self.positions)

    def select(self, part):
        """Give the history of some of the rows, a slice of them."""
        positions, owners = self.positions[part], self.owners[part]
        return History(self.rows, self.levels, self.codes, positions, owners, self.reach)

    def look_back(self, reach):
        """Give the same with so many rows looked at before each."""
        return History(self.rows, self.levels, self.codes, self.positions, self.owners, reach)

    def carry_on(self):
        """Give the same with the last known values carried on as its values."""
        rows = self.rows.replace_values(self.levels)
        return History(rows, self.levels, self.codes, self.positions, self.owners, self.reach)

    def __getitem__(self, part):
        """Give the contexts of some of the rows, a slice of them."""
        positions, owners = self.positions[part], self.owners[part]
        n_before = positions - self.rows.starts[owners]
        n_rows = np.minimum(n_before, self.reach)
        values = take_before(self.rows.values, positions, n_rows, self.reach)
        levels = values
        if self.levels is not self.rows.values:
            levels = take_before(self.levels, positions, n_rows, self.reach)
        places = n_before + self.rows.firsts[owners]
        return Contexts(values, levels, self.codes[owners], n_rows, places, self.rows.ahead)


def list_windows(history, n_windows, span):
    """List the windows that are read before each row, those of several rows once.

    Parameters
    ----------
    history : History
        Its rows in order.
    n_windows : int
        How many windows are read before a row, each a row later than the one before; fewer near
        the start of a series, and before its first row one that holds nothing.
    span : int
        Rows of a window.

    Returns
    -------
    windows : History
        Of each window.
    last : ndarray of int of shape (n,)
        The number of the last window of each row; the others come right before it.
    counts : ndarray of int of shape (n,)
        How many there are.
    """
    positions, owners = history.positions, history.owners
    counts = np.clip(positions - history.rows.starts[owners], 1, n_windows)
    ends = positions + owners  # one series ends where the next begins, and these are two windows
    latest = np.maximum.accumulate(np.append(ends[:1] - counts[:1], ends[:-1]))
    n_new = np.minimum(counts, ends - latest)
    numbers = list_ranges(positions - n_new + 1, n_new)
    owners = np.repeat(owners, n_new)
    windows = History(history.rows, history.levels, history.codes, numbers, owners, span)
    return windows, np.cumsum(n_new) - 1, counts


def take_before(values, positions, n_rows, reach):
    """Take the rows before each position: (n, reach, columns), of which ``n_rows`` are known."""
    offsets, short = np.arange(-reach, 0), np.flatnonzero(n_rows < reach)
    if len(short) == len(positions):
        taken = np.empty((len(positions), reach, values.shape[1]), values.dtype)
    else:
        windows = np.lib.stride_tricks.sliding_window_view(values, reach, axis=0)
        taken = np.moveaxis(windows, -1, 1)[np.maximum(positions - reach, 0)]
    if len(short):
        part = values.take(positions[short, None] + offsets, axis=0, mode="clip")
        part[offsets < -n_rows[short, None]] = np.nan
        taken[short] = part
    return taken
