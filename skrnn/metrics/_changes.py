"""Changes of series over a season: the errors of the naive forecast, which scale others."""

import numpy as np
import pandas as pd
from sklearn.utils.validation import check_array

from .._errors import explain_errors
from .._numbers import COUNT, make_plain
from .._values import check_magnitude

CHUNK = 2**18  # rows that are compared at once


def average_changes(values, season=1, starts=(0,)):
    """Average the size of changes over a season, and its square, for each series and column.

    Parameters
    ----------
    values : ndarray of shape (time, columns)
        Series below each other, a row a step, NaN where values are missing.
    season : int, default=1
        In rows.
    starts : array-like of int of shape (n_series,), default=(0,)
        Where each series begins.

    Returns
    -------
    ndarray of shape (2, n_series, columns)
        NaN where no two known values are a season apart.
    """
    starts, n_rows = np.asarray(starts), len(values)
    begins = np.zeros(n_rows, bool)  # a row without one of its series a season before
    for later in range(season):
        begins[starts[starts < n_rows - later] + later] = True
    counts = np.zeros((len(starts), values.shape[1]))
    sums = np.zeros((2, *counts.shape))
    for first in range(season, n_rows, CHUNK):
        rows = slice(first, min(first + CHUNK, n_rows))
        changes = np.abs(values[rows] - values[rows.start - season : rows.stop - season])
        is_known = ~(np.isnan(changes) | begins[rows, None])
        changes[~is_known] = 0
        series = slice(*np.searchsorted(starts, [rows.start + 1, rows.stop]) + [-1, 0])
        offsets = np.maximum(starts[series] - rows.start, 0)
        counts[series] += np.add.reduceat(is_known, offsets, dtype=float)
        for total, powers in zip(sums, (changes, changes**2), strict=True):
            total[series] += np.add.reduceat(powers, offsets)
    return np.divide(sums, counts, out=np.full_like(sums, np.nan), where=counts > 0)


def measure_naive(y_train, y_true, season, power):
    """Average a power of the errors of the seasonal naive forecast in training: (outputs,)."""
    if not COUNT.is_satisfied_by(season):
        raise ValueError(f"season={season!r} must be an int of at least 1.")
    season = make_plain(season)
    wanted = "y_train must hold the training series, with the outputs of y_true"
    with explain_errors(wanted, y_train):
        series = check_array(
            y_train, dtype=np.float64, ensure_2d=False, ensure_all_finite="allow-nan"
        )
        check_magnitude(series, "y_train")
        series = series.reshape(len(series), -1)
        if series.shape[1] != y_true.shape[1]:
            raise ValueError(f"Found {series.shape[1]} outputs instead of {y_true.shape[1]}.")
        _check_order(y_train)
        if len(series) <= season:
            raise ValueError(f"It has {len(series)} rows, too few for season={season}.")
        (unit,) = average_changes(series, season)[power - 1]
        if np.isnan(unit).any():
            raise ValueError(f"An output has no two known values season={season} rows apart.")
        if not unit.all():
            raise ValueError(f"It never changes over season={season} rows.")
    return unit


def _check_order(series):
    """Raise if the dates of a pandas series or dataframe do not increase."""
    index = getattr(series, "index", None)
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex | pd.TimedeltaIndex):
        late = ~(index[1:] > index[:-1])
        if late.any():
            row = int(late.argmax())
            raise ValueError(
                f"Its dates must increase, but {index[row + 1]} follows {index[row]}."
            )
