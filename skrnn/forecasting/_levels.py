"""Values that stand in for others in windows: the last known, the first, those before, or 0."""

import numpy as np


def find_last(windows):
    """Find the last value that is not NaN: (n, time, features) to (n, 1, features)."""
    if not np.isnan(windows[:, -1]).any():
        return windows[:, -1:].copy()
    observed = ~np.isnan(windows)
    last = windows.shape[1] - 1 - observed[:, ::-1].argmax(axis=1)
    return np.take_along_axis(windows, last[:, None], axis=1)


def zero_gaps(values):
    """Give values with 0 for NaN; ``numpy.nan_to_num`` looks for what is infinite, too."""
    missing = np.isnan(values)
    return np.where(missing, 0, values) if missing.any() else values


def fill_gaps(windows):
    """Fill NaN with the value before it, or else after it: (n, time, features)."""
    missing = np.isnan(windows)
    if not missing.any():
        return windows
    observed = ~missing
    time = np.arange(windows.shape[1])[:, None]
    before = np.maximum.accumulate(np.where(observed, time, -1), axis=1)
    first = observed.argmax(axis=1, keepdims=True)
    return np.take_along_axis(windows, np.where(before < 0, first, before), axis=1)
