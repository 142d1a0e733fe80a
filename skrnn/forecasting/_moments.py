"""Moments and differences of the columns of a series, in which NaN do not count."""

import numpy as np


def find_moments(values, chunk=2**18):
    """Find mean and standard deviation of columns (time, columns), without a copy of them.

    NaN do not count; a column without a value has 0 for both.
    """
    chunks = [values[i : i + chunk] for i in range(0, len(values), chunk)]
    n = np.maximum(1, sum(np.sum(~np.isnan(part), axis=0) for part in chunks))
    mean = sum(np.nansum(part, axis=0) for part in chunks) / n
    variance = sum(np.nansum((part - mean) ** 2, axis=0) for part in chunks) / n
    return mean, np.sqrt(variance)


def take_differences(values, lag, axis=0):
    """Subtract from each value the one ``lag`` before; with no lag, change nothing."""
    if not lag:
        return values
    values = np.moveaxis(values, axis, 0)
    return np.moveaxis(values[lag:] - values[:-lag], 0, axis)
