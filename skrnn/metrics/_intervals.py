"""Judgements of intervals, and of quantiles."""

import numpy as np
from numpy.typing import ArrayLike
from sklearn import metrics
from sklearn.utils.validation import check_array

from .._errors import explain_errors
from .._values import check_magnitude
from ._changes import measure_naive
from ._checks import check_any, check_pair, check_part, spread_weights

PAIR = "y_true and y_interval"


def coverage_score(
    y_true: ArrayLike, y_interval: ArrayLike, *, sample_weight: ArrayLike | None = None
) -> float:
    """Give the share of the truth that lies in its interval.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, outputs)
        The truth; what is NaN does not count.
    y_interval : array-like of shape (n, 2), (n, outputs, 2) or (n, 2 * outputs)
        The lower and the upper bound of each, as ``predict_interval`` gives them; what is NaN does
        not count.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    float
        From 0 to 1; the bounds themselves are inside.

    Examples
    --------
    >>> from skrnn.metrics import coverage_score
    >>> coverage_score([1, 2, 3, 4], [[0, 2], [1, 2], [3, 5], [0, 3]])
    0.75
    """
    y_true, lower, upper, known = _check_intervals(y_true, y_interval)
    inside = (y_true >= lower) & (y_true <= upper)
    return _average_known(inside, known, sample_weight, PAIR)


def mean_interval_width(y_interval: ArrayLike, *, sample_weight: ArrayLike | None = None) -> float:
    """Average how wide intervals are: of those that hold as much, the narrower are better.

    Parameters
    ----------
    y_interval : array-like of shape (n, 2), (n, outputs, 2) or (n, 2 * outputs)
        The lower and the upper bound of each; what is NaN does not count.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    float
        In the units of the values.

    Examples
    --------
    >>> from skrnn.metrics import mean_interval_width
    >>> mean_interval_width([[0, 2], [1, 4]])
    2.5
    """
    lower, upper = _check_bounds(y_interval)
    return _average_known(upper - lower, ~np.isnan(upper - lower), sample_weight, "y_interval")


def interval_score(
    y_true: ArrayLike,
    y_interval: ArrayLike,
    *,
    coverage: float = 0.9,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Average the widths of intervals and, for what lies outside, a penalty.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, outputs)
        The truth; what is NaN does not count.
    y_interval : array-like of shape (n, 2), (n, outputs, 2) or (n, 2 * outputs)
        The lower and the upper bound of each; what is NaN does not count.
    coverage : float in (0, 1), default=0.9
        The share that the intervals are to hold.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    float
        In the units of the values; the lower, the better. The penalty is the distance to the
        interval, times ``2 / (1 - coverage)``: with it no intervals score better on average than
        those between the true quantiles.

    References
    ----------
    Winkler (1972), A decision-theoretic approach to interval estimation, Journal of the American
    Statistical Association 67(337).
    Gneiting and Raftery (2007), Strictly proper scoring rules, prediction, and estimation, Journal
    of the American Statistical Association 102(477), section 6.2.

    Examples
    --------
    >>> from skrnn.metrics import interval_score
    >>> interval_score([1, 5], [[0, 2], [1, 4]], coverage=0.5)
    4.5
    """
    scores, known = _score_intervals(y_true, y_interval, coverage)
    return _average_known(scores, known, sample_weight, PAIR)


def mean_scaled_interval_score(
    y_true: ArrayLike,
    y_interval: ArrayLike,
    y_train: ArrayLike,
    *,
    coverage: float = 0.9,
    season: int = 1,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Average interval scores in units of the training errors of the naive forecast.

    Parameters
    ----------
    y_true : array-like of shape (n,) or (n, outputs)
        The truth; what is NaN does not count.
    y_interval : array-like of shape (n, 2), (n, outputs, 2) or (n, 2 * outputs)
        The lower and the upper bound of each; what is NaN does not count.
    y_train : array-like of shape (time,) or (time, outputs)
        The training series, in time order: a row a step, NaN for rows left out. One column may
        stand for all outputs, which are then steps ahead.
    coverage : float in (0, 1), default=0.9
        The share that the intervals are to hold; 0.95 in the M4 competition.
    season : int, default=1
        The naive forecast is the value so many rows before.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    float
        The mean of :func:`interval_score` over what is known, scaled.

    References
    ----------
    Makridakis, Spiliotis and Assimakopoulos (2020), The M4 Competition: 100,000 time series and 61
    forecasting methods, International Journal of Forecasting 36(1).

    Examples
    --------
    >>> from skrnn.metrics import mean_scaled_interval_score
    >>> mean_scaled_interval_score([1, 5], [[0, 2], [1, 4]], y_train=[2, 5, 2], coverage=0.5)
    1.5
    """
    scores, known = _score_intervals(y_true, y_interval, coverage)
    with explain_errors("y_train must hold the training series", y_train):
        has_outputs = np.ndim(y_train) > 1 and np.shape(y_train)[1] > 1
    outputs = scores if has_outputs else scores[:, :1]
    unit = measure_naive(y_train, outputs, season, 1)
    return _average_known(scores / unit, known, sample_weight, PAIR)


def mean_pinball_loss(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    alpha: float = 0.5,
    sample_weight: ArrayLike | None = None,
) -> float:
    """Average the pinball loss of quantiles, of several steps ahead, too.

    Parameters
    ----------
    y_true, y_pred : array-like of shape (n,) or (n, outputs)
        The truth, of which NaN does not count, and forecasts of its quantile.
    alpha : float in (0, 1), default=0.5
        Which quantile; that of 0.5 has half of the absolute error as its loss.
    sample_weight : array-like of shape (n,), default=None
        Weight of each row.

    Returns
    -------
    float
        The mean over what is known, by :func:`sklearn.metrics.mean_pinball_loss`.

    Examples
    --------
    >>> from skrnn.metrics import mean_pinball_loss
    >>> round(mean_pinball_loss([[1, 2], [2, float("nan")]], [[0, 2], [4, 1]], alpha=0.9), 3)
    0.367
    """
    y_true, y_pred = check_pair(y_true, y_pred, ensure_all_finite="allow-nan")
    known = ~np.isnan(y_true)
    if np.isnan(y_pred[known]).any():
        raise ValueError("y_pred is NaN where y_true is known.")
    check_part("alpha", alpha)
    check_any(known, "y_true")
    weights = spread_weights(sample_weight, known)
    return float(
        metrics.mean_pinball_loss(y_true[known], y_pred[known], alpha=alpha, sample_weight=weights)
    )


def _score_intervals(y_true, y_interval, coverage):
    """Give the score of each interval, and where it is known: (n, outputs)."""
    check_part("coverage", coverage)
    y_true, lower, upper, known = _check_intervals(y_true, y_interval)
    outside = np.maximum(lower - y_true, 0) + np.maximum(y_true - upper, 0)
    return upper - lower + 2 / (1 - coverage) * outside, known


def _check_intervals(y_true, y_interval):
    """Check truth and intervals; give them and where they are known, all (n, outputs)."""
    lower, upper = _check_bounds(y_interval)
    with explain_errors("y_true must hold numbers, one for each interval", y_true):
        truth = check_array(
            y_true,
            dtype=np.float64,
            ensure_2d=False,
            allow_nd=True,
            ensure_all_finite="allow-nan",
        )
        check_magnitude(truth, "y_true")
        truth = truth.reshape(len(truth), -1)
        if truth.shape != lower.shape:
            raise ValueError(f"{truth.shape} differs from {lower.shape}, that of the intervals.")
    return truth, lower, upper, ~np.isnan(truth + lower + upper)


def _check_bounds(y_interval):
    """Check intervals, and give their lower and upper bounds: (n, outputs)."""
    with explain_errors("y_interval must hold pairs of bounds: (n, 2) or more", y_interval):
        bounds = check_array(
            y_interval, dtype=np.float64, allow_nd=True, ensure_all_finite="allow-nan"
        )
        bounds = bounds.reshape(len(bounds), -1, 2)
    check_magnitude(bounds, "y_interval")
    lower, upper = bounds[..., 0], bounds[..., 1]
    if (lower > upper).any():
        row, output = np.argwhere(lower > upper)[0]
        raise ValueError(
            "y_interval must have lower bounds before upper ones; got "
            f"{lower[row, output]:g} before {upper[row, output]:g} in row {row}."
        )
    return lower, upper


def _average_known(values, known, sample_weight, names):
    """Average values (n, outputs) where they are known; ``names`` are those of the arguments."""
    check_any(known, names)
    return float(np.average(values[known], weights=spread_weights(sample_weight, known)))
