"""Values as they were meant, before they are read as numbers."""

import datetime
from itertools import islice
from numbers import Number

import numpy as np
from sklearn.utils.validation import _check_sample_weight, _num_samples

LARGEST_VALUE = 1e150  # the sum of many squares is still a number
TIMES = datetime.date, datetime.timedelta


def list_sequences(X):
    """Give a Series or an array whose elements are sequences as a list; leave all else."""
    if len(getattr(X, "shape", ())) != 1:
        return X
    rows = list(X)
    holds_sequences = any(hasattr(row, "__len__") and not isinstance(row, str) for row in rows)
    return rows if holds_sequences else X


def fill_masked(values, fill=None):
    """Put ``fill`` in the place of masked values; without one, raise if there are any.

    Parameters
    ----------
    values : array-like, or a list of them
    fill : float or int, default=None
    """
    if isinstance(values, list | tuple) and any(map(np.ma.isMaskedArray, values)):
        return [fill_masked(row, fill) for row in values]
    if not np.ma.isMaskedArray(values):
        return values
    if not np.ma.is_masked(values):
        return values.data
    if fill is None:
        raise ValueError("It has masked values.")
    return values.astype(np.result_type(values.dtype, type(fill))).filled(fill)


def refuse_times(values):
    """Raise if values are dates or durations, which NumPy would count in units of its choice."""
    dtypes = getattr(values, "dtypes", getattr(values, "dtype", None))
    for dtype in dtypes if hasattr(dtypes, "__iter__") else [dtypes]:
        is_temporal = getattr(dtype, "is_temporal", bool)  # what polars asks
        if getattr(dtype, "kind", None) in ("m", "M") or is_temporal():
            raise TypeError(f"It holds {dtype}: dates and durations are no numbers.")
    if isinstance(values, TIMES):
        raise TypeError(f"It holds {type(values).__name__}: dates and durations are no numbers.")
    dtype = getattr(values, "dtype", None)
    is_nested = isinstance(values, list | tuple) or getattr(dtype, "kind", None) == "O"
    if is_nested and getattr(values, "shape", (1,)):
        rows = values.A if isinstance(values, np.matrix) else values
        for first in islice(rows, 1):
            refuse_times(first)


def read_weights(sample_weight, rows, dtype=np.float64):
    """Give weights of rows, one of each, of which none is missing, infinite or below 0.

    Parameters
    ----------
    sample_weight : array-like of shape (n,), or a number that is the weight of all
    rows : array-like of n rows
    dtype : dtype, default=numpy.float64
    """
    refuse_times(sample_weight)
    weights = fill_masked(sample_weight)
    if isinstance(weights, Number):
        weights = np.full(_num_samples(rows), weights)
    return _check_sample_weight(weights, rows, dtype=dtype, ensure_non_negative=True)


def check_magnitude(values, name):
    """Raise if values are too large to compute their spread."""
    for extreme in np.fmax.reduce(values, axis=None), np.fmin.reduce(values, axis=None):
        if abs(extreme) > LARGEST_VALUE:
            raise ValueError(
                f"{name} holds {extreme:.3g}, and what is beyond {LARGEST_VALUE:g} is too large "
                "to compute with: give it in another unit."
            )
