"""Where a series stands: the last values that are known, within windows and before them."""

import numpy as np

from ._windows import make_windows


def carry_on(values, period=1):
    """Fill NaN with the last known value of the same phase of a period.

    Parameters
    ----------
    values : ndarray of shape (time, columns)
    period : int, default=1
        Rows from one value to the next of the same phase; 1 takes the last value of all.

    Returns
    -------
    ndarray of shape (time, columns)
        NaN where the phase had no value before; ``values`` itself if nothing is missing.
    """
    if not np.isnan(values).any():
        return values
    n_rows, n_columns = values.shape
    padded = np.full((-(-n_rows // period) * period, n_columns), np.nan)
    padded[:n_rows] = values
    cycles = padded.reshape(-1, period * n_columns)  # a column for each phase of each column
    observed = ~np.isnan(cycles)
    row = np.arange(len(cycles))[:, None]
    last = np.maximum.accumulate(np.where(observed, row, 0), axis=0)
    return np.take_along_axis(cycles, last, axis=0).reshape(-1, n_columns)[:n_rows]


class Contexts:
    """The rows before each forecast, and where each column stood in them.

    Parameters
    ----------
    values : ndarray of shape (n, span, features)
        NaN where there is no value.
    levels : ndarray of shape (n, span, features)
        The same with the last known values carried on, from before the context too.
    """

    def __init__(self, values, levels):
        self.values, self.levels = values, levels

    def __len__(self):
        return len(self.values)

    def __getitem__(self, rows):
        return Contexts(self.values[rows], self.levels[rows])

    def append(self, rows):
        """Give contexts that end so many rows (n, steps, features) later."""
        span = self.values.shape[1]
        return Contexts(
            np.concatenate([self.values, rows], axis=1)[:, -span:],
            np.concatenate([self.levels, rows], axis=1)[:, -span:],
        )


def make_contexts(history, levels, values, span, period):
    """View the rows before each row of a series.

    Parameters
    ----------
    history, levels : ndarray of shape (time, features)
        What came before it, and the same carried on; that may begin earlier.
    values : ndarray of shape (n, features)
    span : int
        Rows in a context.
    period : int
        Of which phase values are carried on.

    Returns
    -------
    Contexts of length n
        NaN where there is nothing before.
    """
    known = np.concatenate([history, values])
    carried = carry_on(np.concatenate([levels, values]), period)
    return Contexts(*(_make_windows_before(rows, span, len(values)) for rows in (known, carried)))


def _make_windows_before(rows, span, n):
    """View the ``span`` rows before each of the last ``n``, NaN where there are none."""
    rows = rows[-span - n :]
    nothing = np.full((span + n - len(rows), rows.shape[1]), np.nan)
    return make_windows(np.concatenate([nothing, rows]), span)[:n]


def find_last(windows):
    """Find the last value that is not NaN: (n, time, features) to (n, 1, features)."""
    observed = ~np.isnan(windows)
    last = windows.shape[1] - 1 - observed[:, ::-1].argmax(axis=1)
    return np.take_along_axis(windows, last[:, None], axis=1)


def find_first(windows):
    """Find the first value that is not NaN: (n, time, features) to (n, 1, features)."""
    first = (~np.isnan(windows)).argmax(axis=1)
    return np.take_along_axis(windows, first[:, None], axis=1)


def fill_gaps(windows):
    """Fill NaN with the value before it, or else after it: (n, time, features)."""
    observed = ~np.isnan(windows)
    if observed.all():
        return windows
    time = np.arange(windows.shape[1])[:, None]
    before = np.maximum.accumulate(np.where(observed, time, -1), axis=1)
    first = observed.argmax(axis=1, keepdims=True)
    return np.take_along_axis(windows, np.where(before < 0, first, before), axis=1)
