"""Windows: overlapping views of a series."""

import numpy as np


def make_windows(X, window, stride=1):
    """View a series as overlapping windows, without copying it.

    Parameters
    ----------
    X : ndarray of shape (time[, features])
    window, stride : int

    Returns
    -------
    ndarray of shape (n, window[, features])
        A read-only view of ``X``.
    """
    windows = np.lib.stride_tricks.sliding_window_view(X, window, axis=0)[::stride]
    return np.moveaxis(windows, -1, 1)
