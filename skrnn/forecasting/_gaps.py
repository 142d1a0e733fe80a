"""Missing values of windows, filled by what the series says of values so many rows apart."""

import numpy as np

from ._levels import fill_gaps

MOST_STEPS = 64  # a gap is filled from so many rows around it
MOST_ROWS = 2**17  # of a series, to learn from
MOST_ENTRIES = 2**22  # of the matrices that are solved at a time
NOISE = 1e-2  # share of the variance of values that no other value tells of


class GapFiller:
    """Estimates missing values by ordinary kriging in time.

    Parameters
    ----------
    window : int
        Rows of a window.

    Notes
    -----
    How unlike two values are depends on how far apart they are: half the mean square of their
    difference, by distance, is the variogram. From it follows the weighted mean of the known
    values of a window, of weights that sum to 1, that misses a missing one by the least mean
    square. Of a random walk that is linear interpolation, and after the last known value that
    value; a season is found a season away.

    References
    ----------
    Cressie (1993), Statistics for spatial data, section 3.2.
    Rue and Held (2005), Gaussian Markov random fields, section 2.2.
    """

    def __init__(self, window):
        self.n_steps = min(window, MOST_STEPS)

    def fit(self, rows, spread, n_features):
        """Learn the variogram of each of the first columns, common to all series.

        Parameters
        ----------
        rows : SeriesRows
        spread : ndarray of shape (at least n_series, columns)
            The standard deviation of each series, in units of which they are alike.
        n_features : int
        """
        values, codes = rows.values[-MOST_ROWS:, :n_features], None
        if len(rows) > 1:
            codes = rows.codes[-MOST_ROWS:]
            values = values / np.where(spread > 0, spread, 1)[codes, :n_features]
        self._variogram = np.stack(
            [measure_variogram(column, self.n_steps, codes) for column in values.T], axis=1
        )
        return self

    def fill(self, windows, outside=None):
        """Fill NaN in windows (n, window, columns) with a value or more in each column.

        Parameters
        ----------
        windows : ndarray of shape (n, window, columns)
        outside : ndarray of bool of shape (n, window, 1), default=None
            Rows that are left as they are.
        """
        windows = windows.copy()
        for column, variogram in enumerate(self._variogram.T):
            missing = np.isnan(windows[:, :, column])
            wanted = missing if outside is None else missing & ~outside[:, :, 0]
            rows = wanted.any(axis=1)
            if rows.any():
                precision = make_precision(make_kernel(variogram))
                filled = _fill_from_around(windows[rows, :, column], missing[rows], precision)
                windows[rows, :, column] = np.where(wanted[rows], filled, windows[rows, :, column])
        return windows


def measure_variogram(values, n_lags, codes=None):
    """Halve the mean square of the difference of values 0, 1, ... rows apart.

    A distance at which no two values are known has what those beside it have; without any,
    or in a constant series, unlikeness grows with the distance.

    Parameters
    ----------
    values : ndarray of shape (rows,)
    n_lags : int
    codes : ndarray of int of shape (rows,), default=None
        The series of each row: only those of one series are compared.
    """
    lags = np.arange(n_lags)
    means = np.array([_average_squares(values, codes, lag) for lag in lags])
    found = ~np.isnan(means)
    if not means[found].any():
        return lags.astype(float)
    return np.interp(lags, lags[found], means[found] / 2)


def _average_squares(values, codes, lag):
    """Average the squares of the known changes over a lag; NaN if there are none."""
    changes = values[lag:] - values[: max(0, len(values) - lag)]
    known = ~np.isnan(changes)
    if codes is not None:
        known &= codes[lag:] == codes[: max(0, len(codes) - lag)]
    return (changes[known] ** 2).mean() if known.any() else np.nan


def make_kernel(variogram):
    """Give covariances (steps, steps) of values relative to each other, as far as they matter.

    What is estimated from differences need not be the variogram of anything: what is negative
    about it is left out.
    """
    steps = np.arange(len(variogram))
    likeness = -variogram[np.abs(steps[:, None] - steps)]
    likeness = likeness - likeness.mean(axis=0)
    likeness = likeness - likeness.mean(axis=1, keepdims=True)
    sizes, directions = np.linalg.eigh(likeness)
    kernel = (directions * np.maximum(sizes, 0)) @ directions.T
    return kernel / max(np.trace(kernel) / len(kernel), np.finfo(float).tiny)


def make_precision(kernel):
    """Give the precision (steps, steps) of values about a level that is not known.

    It is what is left of the inverse of their covariances with a row of ones below.
    """
    n_steps = len(kernel)
    system = np.ones((n_steps + 1, n_steps + 1))
    system[:-1, :-1] = kernel + NOISE * np.eye(n_steps)
    system[-1, -1] = 0
    return np.linalg.inv(system)[:-1, :-1]


def estimate(windows, known, precision):
    """Estimate the values of windows (n, steps) that are not known, from one or more that are.

    Given the others they are normal about minus their own precision's inverse times what ties
    them to the others (Rue and Held, 2005, section 2.2): a system as large as the gaps.
    """
    center = np.where(known, windows, 0).sum(axis=1, keepdims=True)
    center = center / known.sum(axis=1, keepdims=True)
    ties = np.where(known, windows - center, 0) @ precision
    estimated = np.where(known, windows, center)
    n_missing = (~known).sum(axis=1)
    for n in np.unique(n_missing):
        rows = np.flatnonzero(n_missing == n)
        steps = np.nonzero(~known[rows])[1].reshape(-1, n)
        own, rows = precision[steps[:, :, None], steps[:, None]], rows[:, None]
        estimated[rows, steps] -= np.linalg.solve(own, ties[rows, steps][..., None])[..., 0]
    return estimated


def _fill_from_around(windows, missing, precision):
    """Fill each stretch of windows (n, window) from the steps around it, or the last before."""
    n_steps, window = len(precision), windows.shape[1]
    stride = n_steps if n_steps == window else n_steps // 2
    filled = windows.copy()
    for start in range(0, window, stride):
        first = min(max(0, start - stride // 2), window - n_steps)
        around = slice(first, first + n_steps)
        inside = slice(start, min(start + stride, window))
        estimated = _estimate_in_parts(windows[:, around], ~missing[:, around], precision)
        estimated = estimated[:, start - first :][:, : inside.stop - start]
        filled[:, inside] = np.where(missing[:, inside], estimated, windows[:, inside])
    return fill_gaps(filled[:, :, None])[:, :, 0]


def _estimate_in_parts(windows, known, precision):
    """Estimate as :func:`estimate` does; windows without a known value are NaN."""
    estimated = np.full(windows.shape, np.nan)
    rows = np.flatnonzero(known.any(axis=1) & ~known.all(axis=1))
    size = max(1, MOST_ENTRIES // precision.size)
    for part in (rows[i : i + size] for i in range(0, len(rows), size)):
        estimated[part] = estimate(windows[part], known[part], precision)
    return estimated
