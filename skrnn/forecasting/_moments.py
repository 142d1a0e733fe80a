"""Moments and differences of the columns of series, in which NaN do not count."""

import warnings

import numpy as np

from ._levels import zero_gaps

CHUNK = 2**18  # rows of one series at a time, so that there is no copy of it


def find_moments(rows, chunk=CHUNK):
    """Find moments of the columns of each series of :class:`SeriesRows`.

    A column without a value has 0 for all.

    Returns
    -------
    mean, deviation, size : ndarray of shape (n_series, columns)
        Mean, standard deviation, and mean of the absolute values.
    """
    parts = [rows]
    if len(rows) == 1:
        cuts = range(0, len(rows.values), chunk)
        parts = [rows.take_rows(slice(start, start + chunk)) for start in cuts]
    n = np.maximum(1, sum(part.add(~np.isnan(part.values)) for part in parts))
    mean = sum(part.add(zero_gaps(part.values)) for part in parts) / n
    size = sum(part.add(zero_gaps(np.abs(part.values))) for part in parts) / n
    variance = sum(part.add(zero_gaps(part.values - part.spread(mean)) ** 2) for part in parts)
    return mean, np.sqrt(variance / n), size


def average_known(values):
    """Average the values (n, columns) that are known: (1, columns), 0 where none is."""
    n_known = np.maximum(1, (~np.isnan(values)).sum(axis=0, keepdims=True))
    return np.nansum(values, axis=0, keepdims=True) / n_known


def take_differences(values, lag, axis=0):
    """Subtract from each value the one ``lag`` before; with no lag, change nothing."""
    if not lag:
        return values
    values = np.moveaxis(values, axis, 0)
    return np.moveaxis(values[lag:] - values[:-lag], 0, axis)


def average_sizes(windows):
    """Average the known absolute values of windows (n, time, features): (n, 1, features).

    NaN where none is known.
    """
    sizes = np.abs(windows).mean(axis=1, keepdims=True)
    holed = np.isnan(sizes).any(axis=(1, 2))
    if holed.any():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # of windows of NaN alone
            sizes[holed] = np.nanmean(np.abs(windows[holed]), axis=1, keepdims=True)
    return sizes


def find_all_moments(rows, changes):
    """Find the moments of series and of their changes, NaN in columns without a value."""
    level, *_ = moments = find_moments(rows)
    is_empty = rows.add(~np.isnan(rows.values)) == 0
    has_none = is_empty
    if changes.values is not rows.values:
        moments, has_none = find_moments(changes), changes.add(~np.isnan(changes.values)) == 0
    found = dict(zip(("mean", "spread", "size"), moments, strict=True))
    found = {name: np.where(has_none, np.nan, values) for name, values in found.items()}
    return found | {"level": np.where(is_empty, np.nan, level)}


def take_moments(table, codes):
    """Take rows of a table of moments, of which the last stands in for what is not known.

    Returns
    -------
    values : ndarray of shape (n, columns)
    is_unknown : ndarray of bool of shape (n, columns)
    """
    is_other = codes >= len(table) - 1
    values = table[np.where(is_other, -1, codes)]
    is_unknown = np.isnan(values) | is_other[:, None]
    return np.where(is_unknown, table[-1], values), is_unknown


def extend_moments(table, values, codes):
    """Give a table of moments with values (n_series, columns) where it knew none of series."""
    longer = np.full((max(len(table), codes.max() + 2), table.shape[1]), np.nan)
    longer[: len(table) - 1], longer[-1] = table[:-1], table[-1]
    known = longer[codes, : values.shape[1]]
    longer[codes, : values.shape[1]] = np.where(np.isnan(known), values, known)
    return longer
