"""Errors of forecasts."""

import numpy as np
from numpy.typing import ArrayLike

from ._changes import measure_naive
from ._checks import check_pair, check_weights


def symmetric_mean_absolute_percentage_error(
    y_true: ArrayLike, y_pred: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Average errors as a share of the mean size of truth and forecast.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, outputs)
        The truth and its forecasts.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    float
        From 0 to 2: the mean of ``|y_true - y_pred| / ((|y_true| + |y_pred|) / 2)``, in which a
        forecast of 0 for 0 counts 0. Competitions give 100 times as much, in per cent.

    References
    ----------
    Makridakis and Hibon (2000), The M3-Competition: results, conclusions and implications,
    International Journal of Forecasting 16(4).

    Examples
    --------
    >>> from skrnn.metrics import symmetric_mean_absolute_percentage_error
    >>> symmetric_mean_absolute_percentage_error([1, 2], [3, 2])
    0.5
    """
    y_true, y_pred = check_pair(y_true, y_pred)
    sample_weight = check_weights(sample_weight, y_true)
    sizes = (np.abs(y_true) + np.abs(y_pred)) / 2
    shares = np.abs(y_true - y_pred) / np.where(sizes > 0, sizes, 1)
    return float(np.average(shares.mean(axis=1), weights=sample_weight))


def mean_absolute_scaled_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    y_train: ArrayLike,
    *,
    season: int = 1,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Average errors in units of the training errors of the naive forecast.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, outputs)
        The truth and its forecasts.
    y_train : array-like of shape (time,) or (time, outputs)
        The training series, in time order: a row a step, NaN for rows left out.
    season : int, default=1
        The naive forecast is the value so many rows before.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    float
        Below 1, forecasts are better than the naive ones in the training series; the mean over
        the outputs.

    References
    ----------
    Hyndman and Koehler (2006), Another look at measures of forecast accuracy, International
    Journal of Forecasting 22(4).

    Examples
    --------
    >>> from skrnn.metrics import mean_absolute_scaled_error
    >>> mean_absolute_scaled_error([5, 6], [5, 7], y_train=[1, 3, 2, 4])
    0.3
    """
    return float(np.mean(_scale(y_true, y_pred, y_train, season, sample_weight, 1)))


def root_mean_squared_scaled_error(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    y_train: ArrayLike,
    *,
    season: int = 1,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Take the root of the mean square error in units of that of the naive forecast in training.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, outputs)
        The truth and its forecasts.
    y_train : array-like of shape (time,) or (time, outputs)
        The training series, in time order: a row a step, NaN for rows left out.
    season : int, default=1
        The naive forecast is the value so many rows before.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    float
        The mean over the outputs.

    References
    ----------
    Makridakis, Spiliotis and Assimakopoulos (2022), The M5 competition: background, organization,
    and implementation, International Journal of Forecasting 38(4).

    Examples
    --------
    >>> from skrnn.metrics import root_mean_squared_scaled_error
    >>> root_mean_squared_scaled_error([5, 6], [5, 8], y_train=[2, 4, 2, 4])
    0.7071067811865476
    """
    scaled = _scale(y_true, y_pred, y_train, season, sample_weight, 2)
    return float(np.mean(np.sqrt(scaled)))


def _scale(y_true, y_pred, y_train, season, sample_weight, power):
    """Average a power of errors in units of the naive forecast's, for each output."""
    y_true, y_pred = check_pair(y_true, y_pred)
    sample_weight = check_weights(sample_weight, y_true)
    unit = measure_naive(y_train, y_true, season, power)
    errors = np.abs(y_true - y_pred) ** power
    return np.average(errors, axis=0, weights=sample_weight) / unit
