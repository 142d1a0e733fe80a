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
    """

    def __init__(self, window):
        self.n_steps = min(window, MOST_STEPS)

    def fit(self, series):
        """Learn the variogram of each column of a series (time, columns)."""
        series = series[-MOST_ROWS:]
        self._variogram = np.stack(
            [measure_variogram(column, self.n_steps) for column in series.T], axis=1
        )
        return self

    def fill(self, windows, causal=False):
        """Fill NaN in windows (n, window, columns) with a value or more in each column.

        Parameters
        ----------
        windows : ndarray of shape (n, window, columns)
        causal : bool, default=False
            Whether a value is estimated from earlier ones alone, where there are any.
        """
        windows = windows.copy()
        for column, variogram in enumerate(self._variogram.T):
            missing = np.isnan(windows[:, :, column])
            if not missing.any():
                continue
            kernel = make_kernel(variogram)
            rows = missing.any(axis=1)
            fill = _fill_from_before if causal else _fill_from_around
            windows[rows, :, column] = fill(windows[rows, :, column], missing[rows], kernel)
        return fill_gaps(windows) if np.isnan(windows).any() else windows


def measure_variogram(values, n_lags):
    """Halve the mean square of the difference of values 0, 1, ... rows apart.

    A distance at which no two values are known has what those beside it have; without any,
    or in a constant series, unlikeness grows with the distance.
    """
    lags = np.arange(n_lags)
    means = np.array(
        [_average_known((values[lag:] - values[: len(values) - lag]) ** 2) for lag in lags]
    )
    found = ~np.isnan(means)
    if not means[found].any():
        return lags.astype(float)
    return np.interp(lags, lags[found], means[found] / 2)


def _average_known(values):
    known = values[~np.isnan(values)]
    return known.mean() if len(known) else np.nan


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


def estimate(windows, known, kernel):
    """Estimate every value of windows (n, steps) from those that are known, one or more."""
    n_steps = windows.shape[1]
    center = np.where(known, windows, 0).sum(axis=1, keepdims=True)
    center = center / known.sum(axis=1, keepdims=True)
    system = np.zeros((len(windows), n_steps + 1, n_steps + 1))
    together = known[:, :, None] & known[:, None]
    system[:, :-1, :-1] = np.where(together, kernel, 0)
    system[:, :-1, -1] = system[:, -1, :-1] = known
    diagonal = np.arange(n_steps)
    system[:, diagonal, diagonal] = np.where(known, np.diag(kernel) + NOISE, 1)
    values = np.zeros((len(windows), n_steps + 1, 1))
    values[:, :-1, 0] = np.where(known, windows - center, 0)
    weights = np.linalg.solve(system, values)[..., 0]
    return weights[:, :-1] @ kernel + weights[:, -1:] + center


def _fill_from_around(windows, missing, kernel):
    """Fill each stretch of windows (n, window) from the steps around it."""
    n_steps, window = len(kernel), windows.shape[1]
    stride = n_steps if n_steps == window else n_steps // 2
    filled = windows.copy()
    for start in range(0, window, stride):
        first = min(max(0, start - stride // 2), window - n_steps)
        around = slice(first, first + n_steps)
        inside = slice(start, min(start + stride, window))
        estimated = _estimate_in_parts(windows[:, around], ~missing[:, around], kernel)
        estimated = estimated[:, start - first :][:, : inside.stop - start]
        filled[:, inside] = np.where(missing[:, inside], estimated, windows[:, inside])
    return filled


def _fill_from_before(windows, missing, kernel):
    """Fill windows (n, window) from earlier steps; what comes before them all, from around."""
    begun = np.logical_or.accumulate(~missing, axis=1)
    filled = windows if begun.all() else _fill_from_around(windows, missing, kernel)
    filled = np.where(begun, windows, filled)
    for step in range(1, windows.shape[1]):
        rows = missing[:, step] & begun[:, step]
        before = slice(max(0, step + 1 - len(kernel)), step + 1)
        part = kernel[: before.stop - before.start, : before.stop - before.start]
        estimated = _estimate_in_parts(windows[rows, before], ~missing[rows, before], part)
        filled[rows, step] = estimated[:, -1]
    return filled


def _estimate_in_parts(windows, known, kernel):
    """Estimate as :func:`estimate` does; windows without a known value are NaN."""
    estimated = np.full(windows.shape, np.nan)
    rows = np.flatnonzero(known.any(axis=1) & ~known.all(axis=1))
    size = max(1, MOST_ENTRIES // kernel.size)
    for part in (rows[i : i + size] for i in range(0, len(rows), size)):
        estimated[part] = estimate(windows[part], known[part], kernel)
    return estimated
