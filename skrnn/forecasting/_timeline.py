"""Where the rows of a series lie in time, read from a pandas index where there is one."""

import warnings

import numpy as np
import pandas as pd


def get_index(X):
    """Give the pandas index of a series or dataframe; None for anything else.

    Raises
    ------
    ValueError
        If the index is of dates or periods that do not strictly increase.
    """
    index = X.index if isinstance(X, pd.Series | pd.DataFrame) else None
    if not isinstance(index, pd.DatetimeIndex | pd.PeriodIndex):
        return index if index is not None and _is_ordered(index) else None
    if not _is_ordered(index):
        row = int((index[1:] <= index[:-1]).argmax())
        raise ValueError(
            f"X has an index of dates that do not strictly increase: {index[row + 1]} comes after "
            f"{index[row]}. Sort it by time."
        )
    return index


def _is_ordered(index):
    ordered = isinstance(index, pd.DatetimeIndex | pd.PeriodIndex | pd.TimedeltaIndex)
    ordered |= pd.api.types.is_integer_dtype(index.dtype)
    return bool(ordered and index.is_monotonic_increasing and index.is_unique)


def find_step(index):
    """Find the step from row to row: an offset or number, None if there is no one step."""
    if isinstance(index, pd.PeriodIndex):
        return index.freq
    if isinstance(index, pd.DatetimeIndex | pd.TimedeltaIndex):
        if index.freq is not None or len(index) < 3:
            return index.freq
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # pandas 3 warns that pandas 4 returns an offset
            return pd.tseries.frequencies.to_offset(pd.infer_freq(index))
    steps = np.unique(np.diff(index)) if len(index) > 1 else np.array([1])
    return int(steps[0]) if len(steps) == 1 else None


def extend_index(last, step, n):
    """Carry an index on for ``n`` rows.

    Parameters
    ----------
    last : scalar
        The label of the last row.
    step : offset, int or None
        As :func:`find_step` gives it. Without a step, the rows are numbered from 1.
    n : int

    Returns
    -------
    pandas.Index of length n
    """
    if step is None:
        return pd.RangeIndex(1, n + 1)
    if isinstance(last, pd.Period):
        return pd.period_range(last + step, periods=n, freq=step)
    if isinstance(last, pd.Timestamp):
        return pd.date_range(last, periods=n + 1, freq=step)[1:]
    if isinstance(last, pd.Timedelta):
        return pd.timedelta_range(last + step, periods=n, freq=step)
    return pd.RangeIndex(last + step, last + step * (n + 1), step)


def count_gap(last, first, step, limit):
    """Count the rows that are missing between two labels, at most ``limit``."""
    if step is None:
        return 0
    between = extend_index(last, step, limit)
    return int((between < first).sum())
