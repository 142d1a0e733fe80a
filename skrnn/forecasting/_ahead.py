"""What is known ahead of rows: of each row by its place in its series, and of each series."""

import copy

import numpy as np

from ._rows import SeriesRows, find_starts, list_ranges, spread_rows


class KnownAhead:
    """Columns that are known ahead, of the rows of series at places, and columns of series.

    Parameters
    ----------
    values : ndarray of shape (n, columns)
    codes : ndarray of int of shape (n,)
        The series of each row, not decreasing.
    places : ndarray of int of shape (n,)
        In its series, increasing in each.
    statics : ndarray of shape (n_series, static columns)
        Of every series.
    n_plain : int
        How many of the columns, from the first, hold numbers and flags.
    n_past : int
        How many hold those, or numbers of labels; the others say but the time of a row.
    """

    def __init__(self, values, codes, places, statics, n_plain, n_past):
        self.statics, self.n_plain, self.n_past = statics, n_plain, n_past
        self.firsts = np.zeros(len(statics), int)
        starts = np.flatnonzero(np.diff(codes, prepend=-1))
        self.firsts[codes[starts]] = places[starts]
        self._rows = spread_rows(values, codes, places, len(statics))

    @property
    def n_columns(self):
        """How many columns say something of each row."""
        return self._rows.values.shape[1]

    def take(self, codes, places, offsets):
        """Take the columns of rows so far from places, NaN where they are not known.

        Parameters
        ----------
        codes, places : ndarray of int of shape (n,)
        offsets : ndarray of int of shape (n_offsets,)

        Returns
        -------
        ndarray of shape (n, n_offsets, columns)
        """
        rows, codes = self._rows, codes[:, None]
        numbers = places[:, None] + offsets - self.firsts[codes] + rows.starts[codes]
        outside = (numbers < rows.starts[codes]) | (numbers >= rows.starts[codes + 1])
        if not len(rows.values):
            return np.full((*numbers.shape, self.n_columns), np.nan)
        taken = rows.values.take(numbers, axis=0, mode="clip")
        taken[outside] = np.nan
        return taken

    def add(self, values, codes, places, statics):
        """Give the same with more rows, or others in their place, and columns of more series."""
        rows = self._rows
        values = np.concatenate([rows.values, values])
        places = np.concatenate([rows.places + self.firsts[rows.codes], places])
        codes = np.concatenate([rows.codes, codes])
        order = np.lexsort([places, codes])  # stable: what is new comes after what was known
        values, codes, places = values[order], codes[order], places[order]
        is_last = np.append((codes[1:] != codes[:-1]) | (places[1:] != places[:-1]), True)
        again = np.flatnonzero(~is_last)
        values[again + 1] = np.where(np.isnan(values[again + 1]), values[again], values[again + 1])
        parts = values[is_last], codes[is_last], places[is_last]
        statics = np.concatenate([self.statics, statics])
        return KnownAhead(*parts, statics, self.n_plain, self.n_past)

    def keep_first(self, n_series):
        """Give the same of the first series alone."""
        fewer, rows = copy.copy(self), self._rows
        fewer.statics, fewer.firsts = self.statics[:n_series], self.firsts[:n_series]
        fewer._rows = SeriesRows(rows.values[: rows.starts[n_series]], rows.starts[: n_series + 1])
        return fewer

    def join(self, parts):
        """Give the same with the series of parts behind: all but the first of each."""
        longer = copy.copy(self)
        longer.statics, longer.firsts = (
            np.concatenate([getattr(self, name), *(getattr(part, name)[1:] for part in parts)])
            for name in ("statics", "firsts")
        )
        longer._rows = self._rows.join([part._rows for part in parts])
        return longer

    def keep_since(self, places):
        """Give the same without the rows of each series before a place."""
        rows = self._rows
        n_dropped = np.clip(places - self.firsts, 0, rows.lengths)
        lengths = rows.lengths - n_dropped
        shorter = copy.copy(self)
        shorter.firsts = self.firsts + n_dropped
        kept = list_ranges(rows.starts[:-1] + n_dropped, lengths)
        shorter._rows = SeriesRows(rows.values[kept], find_starts(lengths))
        return shorter


def join_rows(windows, contexts, offsets, n_steps):
    """Join windows with what is known of their rows, and put the rows ahead behind them.

    Parameters
    ----------
    windows : ndarray of shape (n, window, features)
    contexts : skrnn.forecasting._rows.Contexts
        That the windows were read from.
    offsets : ndarray of int of shape (window,)
        Of their rows, -1 for the last.
    n_steps : int

    Returns
    -------
    ndarray of shape (n, window + n_steps, features + columns + static columns)
        The rows ahead have zeros for features and static columns. Where nothing is known ahead,
        the windows.
    """
    if contexts.ahead is None:
        return windows
    n, window, n_features = windows.shape
    columns, statics = _take(contexts, np.append(offsets, np.arange(n_steps)))
    end = n_features + columns.shape[2]
    joined = np.zeros((n, window + n_steps, end + statics.shape[1]))
    joined[:, :window, :n_features] = windows
    joined[:, :, n_features:end] = columns
    joined[:, :window, end:] = statics[:, None]
    return joined


def join_steps(windows, contexts, n_steps):
    """Join windows laid out as rows with what is known of the row before, and of those ahead.

    Parameters
    ----------
    windows : ndarray of shape (n, features)
    contexts, n_steps
        As in :func:`join_rows`.

    Returns
    -------
    ndarray of shape (n, features + columns + static columns + n_steps * n_past)
        The waves of a date go on from those of the date before: of rows ahead they are left out.
    """
    if contexts.ahead is None:
        return windows
    columns, statics = _take(contexts, np.arange(-1, n_steps))
    ahead = columns[:, 1:, : contexts.ahead.n_past].reshape(len(windows), -1)
    return np.hstack([windows, columns[:, 0], statics, ahead])


def join_all(windows, contexts, offsets, n_steps):
    """Lay windows out as rows, with all that is known of their rows and of those ahead.

    Parameters
    ----------
    windows : ndarray of shape (n, window, features)
    contexts, offsets, n_steps
        As in :func:`join_rows`.

    Returns
    -------
    ndarray of shape (n, inputs)
        The window; what is known of its rows beside their times; the static columns; the columns
        of the rows ahead.
    """
    n, window = windows.shape[:2]
    if contexts.ahead is None:
        return windows.reshape(n, -1)
    columns, statics = _take(contexts, np.append(offsets, np.arange(n_steps)))
    past, ahead = columns[:, :window, : contexts.ahead.n_past], columns[:, window:]
    return np.hstack([part.reshape(n, -1) for part in (windows, past, statics, ahead)])


def _take(contexts, offsets):
    """Take columns of rows around those after contexts, and of their series.

    What is not known is 0, as the training mean is.
    """
    ahead, codes = contexts.ahead, contexts.codes
    return np.nan_to_num(ahead.take(codes, contexts.places, offsets)), ahead.statics[codes]
