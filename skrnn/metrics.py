"""Errors of forecasts and of intervals, and scorers of forecasts of several steps."""

import numpy as np
import pandas as pd
from sklearn import metrics as _metrics
from sklearn.utils.validation import _check_sample_weight, check_array, check_consistent_length

from ._errors import describe, explain_errors
from ._numbers import COUNT, PART, make_plain

__all__ = [
    "coverage_score",
    "get_scorer",
    "get_scorer_names",
    "interval_score",
    "mean_absolute_scaled_error",
    "mean_interval_width",
    "mean_pinball_loss",
    "mean_scaled_interval_score",
    "root_mean_squared_scaled_error",
    "symmetric_mean_absolute_percentage_error",
]

CHUNK = 2**18  # rows that are compared at once


def symmetric_mean_absolute_percentage_error(y_true, y_pred, *, sample_weight=None):
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
    y_true, y_pred = _check_pair(y_true, y_pred)
    sample_weight = _check_weights(sample_weight, y_true)
    sizes = (np.abs(y_true) + np.abs(y_pred)) / 2
    shares = np.abs(y_true - y_pred) / np.where(sizes > 0, sizes, 1)
    return float(np.average(shares.mean(axis=1), weights=sample_weight))


def mean_absolute_scaled_error(y_true, y_pred, y_train, *, season=1, sample_weight=None):
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


def root_mean_squared_scaled_error(y_true, y_pred, y_train, *, season=1, sample_weight=None):
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


def coverage_score(y_true, y_interval, *, sample_weight=None):
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
    return _average_known(inside, known, sample_weight)


def mean_interval_width(y_interval, *, sample_weight=None):
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
    return _average_known(upper - lower, ~np.isnan(upper - lower), sample_weight)


def interval_score(y_true, y_interval, *, coverage=0.9, sample_weight=None):
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
    return _average_known(scores, known, sample_weight)


def mean_scaled_interval_score(
    y_true, y_interval, y_train, *, coverage=0.9, season=1, sample_weight=None
):
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
    outputs = scores if np.ndim(y_train) > 1 and np.shape(y_train)[1] > 1 else scores[:, :1]
    unit = _measure_naive(y_train, outputs, season, 1)
    return _average_known(scores / unit, known, sample_weight)


def mean_pinball_loss(y_true, y_pred, *, alpha=0.5, sample_weight=None):
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
    y_true, y_pred = _check_pair(y_true, y_pred, ensure_all_finite="allow-nan")
    known = ~np.isnan(y_true)
    if np.isnan(y_pred[known]).any():
        raise ValueError("y_pred is NaN where y_true is known.")
    _check_part("alpha", alpha)
    _check_any(known)
    weights = _spread_weights(sample_weight, known)
    return float(
        _metrics.mean_pinball_loss(
            y_true[known], y_pred[known], alpha=alpha, sample_weight=weights
        )
    )


def get_scorer(name):
    """Give a scorer of forecasters by scikit-learn's name for it.

    Parameters
    ----------
    name : str
        One of :func:`get_scorer_names`.

    Returns
    -------
    callable
        ``scorer(estimator, X, y=None, sample_weight=None)``, for ``scoring=`` in scikit-learn.
        It compares step k of the forecasts of row i with the truth of row i + k, where that is
        known, and takes the mean over the targets. The truth is y, or what is forecast of X.

    Notes
    -----
    scikit-learn's own scorers of these names compare y with what ``predict`` gives, shape for
    shape: they need y, and a horizon of 1.

    Scaled errors are those of :func:`mean_absolute_scaled_error` and
    :func:`root_mean_squared_scaled_error` for each series by itself, in units of its changes from
    row to row in training (``season=1``), averaged over the series by their numbers of
    forecasts. Series that were not trained on, or never changed there, do not count.

    Examples
    --------
    >>> from sklearn.model_selection import TimeSeriesSplit, cross_val_score
    >>> from skrnn import WindowForecaster
    >>> from skrnn.datasets import load_airline
    >>> from skrnn.metrics import get_scorer
    >>> cross_val_score(
    ...     WindowForecaster(horizon=3),
    ...     load_airline().data,
    ...     cv=TimeSeriesSplit(3),
    ...     scoring=get_scorer("neg_mean_absolute_error"),
    ... ).shape
    (3,)
    """
    if not isinstance(name, str) or name not in get_scorer_names():
        raise ValueError(
            f"name={name!r} is not a scorer of forecasts; give one of {get_scorer_names()}."
        )
    return _ForecastScorer(name)


def get_scorer_names():
    """List the names that :func:`get_scorer` knows.

    Returns
    -------
    list of str
        Sorted.

    Examples
    --------
    >>> from skrnn.metrics import get_scorer_names
    >>> "neg_mean_absolute_error" in get_scorer_names()
    True
    """
    return sorted(_METRICS | _SCALED)


_METRICS = {
    "d2_absolute_error_score": _metrics.d2_absolute_error_score,
    "explained_variance": _metrics.explained_variance_score,
    "neg_max_error": _metrics.max_error,
    "neg_mean_absolute_error": _metrics.mean_absolute_error,
    "neg_mean_absolute_percentage_error": _metrics.mean_absolute_percentage_error,
    "neg_mean_squared_error": _metrics.mean_squared_error,
    "neg_mean_squared_log_error": _metrics.mean_squared_log_error,
    "neg_median_absolute_error": _metrics.median_absolute_error,
    "neg_root_mean_squared_error": _metrics.root_mean_squared_error,
    "neg_root_mean_squared_log_error": _metrics.root_mean_squared_log_error,
    "neg_symmetric_mean_absolute_percentage_error": symmetric_mean_absolute_percentage_error,
    "r2": _metrics.r2_score,
}


_SCALED = {  # the power of errors
    "neg_mean_absolute_scaled_error": 1,
    "neg_root_mean_squared_scaled_error": 2,
}


class _ForecastScorer:
    """Scores forecasts against the truth of each of their steps."""

    def __init__(self, name):
        self._name = name

    def __call__(self, estimator, X, y=None, sample_weight=None):
        forecasts, truth = _find_pairing(estimator)(X, y)
        if self._name in _SCALED:
            units = _find_units(estimator, X, self._name)
            score = _score_scaled(_SCALED[self._name], forecasts, truth, *units, sample_weight)
        else:
            score = score_forecasts(_METRICS[self._name], forecasts, truth, sample_weight)
        return -score if self._name.startswith("neg_") else score

    def __repr__(self):
        return f"get_scorer({self._name!r})"


def score_forecasts(metric, forecasts, truth, sample_weight=None):
    """Apply a metric to every forecast whose truth is known.

    Parameters
    ----------
    metric : callable
        ``metric(y_true, y_pred, sample_weight=)`` or, without weights, ``metric(y_true, y_pred)``.
    forecasts, truth : ndarray of shape (n, steps, targets)
        NaN where the truth is not known.
    sample_weight : array-like of shape (n,), default=None

    Returns
    -------
    float
        The mean over the targets.
    """
    known, words = ~np.isnan(truth), {}
    scores = []
    if sample_weight is not None:
        weights = _check_weights(sample_weight, truth[:, 0])
        weights = np.broadcast_to(weights[:, None], known.shape[:2])
    for target, rows in enumerate(np.moveaxis(known, 2, 0)):
        if sample_weight is not None:
            words = {"sample_weight": weights[rows]}
        scores.append(metric(truth[rows, target], forecasts[rows, target], **words))
    return float(np.mean(scores))


def _find_units(estimator, X, name):
    """Give the series of each row, and the mean changes of each series in training."""
    if not hasattr(estimator, "_find_training_changes"):
        raise TypeError(
            f"{name!r} needs a forecaster of skrnn, which knows the changes of its training "
            f"series. Got {describe(estimator)}."
        )
    return estimator._find_training_changes(X)


def _score_scaled(power, forecasts, truth, codes, changes, sample_weight):
    """Average errors in units of the training series, as :func:`score_forecasts` does.

    Parameters
    ----------
    power : {1, 2}
        Of errors; the root of it is taken for each series.
    forecasts, truth : ndarray of shape (n, steps, targets)
    codes : ndarray of int of shape (n,)
        The series of each row; -1 for those without changes in training.
    changes : ndarray of shape (2, n_series, targets)
        As :func:`average_changes` gives them, for each power.
    sample_weight : array-like of shape (n,) or None
    """
    weights = np.ones(len(truth)) if sample_weight is None else sample_weight
    weights = _check_weights(weights, truth[:, 0])
    units = changes[power - 1]
    units = np.where((codes >= 0)[:, None], units[codes], np.nan)
    errors = np.abs(truth - forecasts) ** power / np.where(units > 0, units, np.nan)[:, None]
    scores = []
    for error in np.moveaxis(errors, 2, 0):  # of each target
        known = ~np.isnan(error)
        weight = np.bincount(codes + 1, weights * known.sum(axis=1))
        total = np.bincount(codes + 1, weights * np.where(known, error, 0).sum(axis=1))
        if not weight.any():
            raise ValueError("X has no series that changed in training, to scale its errors by.")
        counts = weight > 0
        means = (total[counts] / weight[counts]) ** (1 / power)
        scores.append(np.average(means, weights=weight[counts]))
    return float(np.mean(scores))


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


def follow_truth(truth, places, horizon):
    """List the truth of each row and of those after it.

    Parameters
    ----------
    truth : ndarray of shape (n, targets)
    places : ndarray of int of shape (n,)
        Where the rows lie in time; increasing.
    horizon : int

    Returns
    -------
    ndarray of shape (n, horizon, targets)
        NaN where there is no such row.
    """
    later = places[:, None] + np.arange(horizon)
    rows = np.minimum(np.searchsorted(places, later), len(places) - 1)
    return np.where((places[rows] == later)[:, :, None], truth[rows], np.nan)


# Functions that give a method like ``_pair_with_truth`` of what holds a forecaster, or None.
PAIRINGS = []


def _find_pairing(estimator):
    """Give what pairs the forecasts of rows with their truth."""
    own = getattr(estimator, "_pair_with_truth", None)
    found = (find(estimator) for find in PAIRINGS)
    return own or next(filter(None, found), None) or _pair_predictions(estimator)


def _pair_predictions(estimator):
    """Give a function that pairs what any estimator forecasts of rows with their truth."""

    def pair(X, y=None):
        forecasts = np.asarray(estimator.predict(X), np.float64)
        truth = X if y is None else y
        with explain_errors(f"{'X' if y is None else 'y'} must hold what is forecast", truth):
            truth = check_array(
                truth, dtype=np.float64, ensure_2d=False, ensure_all_finite="allow-nan"
            )
            check_consistent_length(truth, forecasts)
            truth = truth.reshape(len(truth), -1)
            is_one = forecasts.ndim == 1 or (forecasts.ndim == 2 and truth.shape[1] > 1)
            n_steps = 1 if is_one else forecasts.shape[1]
            forecasts = forecasts.reshape(len(forecasts), n_steps, truth.shape[1])
        return forecasts, follow_truth(truth, np.arange(len(truth)), n_steps)

    return pair


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
    lower, upper = bounds[..., 0], bounds[..., 1]
    if (lower > upper).any():
        row, output = np.argwhere(lower > upper)[0]
        raise ValueError(
            "y_interval must have lower bounds before upper ones; got "
            f"{lower[row, output]:g} before {upper[row, output]:g} in row {row}."
        )
    return lower, upper


def _score_intervals(y_true, y_interval, coverage):
    """Give the score of each interval, and where it is known: (n, outputs)."""
    _check_part("coverage", coverage)
    y_true, lower, upper, known = _check_intervals(y_true, y_interval)
    outside = np.maximum(lower - y_true, 0) + np.maximum(y_true - upper, 0)
    return upper - lower + 2 / (1 - coverage) * outside, known


def _average_known(values, known, sample_weight):
    """Average values (n, outputs) where they are known."""
    _check_any(known)
    return float(np.average(values[known], weights=_spread_weights(sample_weight, known)))


def _spread_weights(sample_weight, known):
    """Give the weight of each known value; None if there are no weights."""
    if sample_weight is None:
        return None
    weights = _check_weights(sample_weight, known[:, 0])
    return np.broadcast_to(weights[:, None], known.shape)[known]


def _check_any(known):
    if not known.any():
        raise ValueError("y_true and its intervals or forecasts have no row where both are known.")


def _check_part(name, value):
    if not PART.is_satisfied_by(make_plain(value)):
        raise ValueError(f"{name}={value!r} must be a float between 0 and 1.")


def _check_pair(y_true, y_pred, ensure_all_finite=True):
    """Check truth and forecasts: two arrays of shape (n, outputs)."""
    pair = []
    for name, values in (("y_true", y_true), ("y_pred", y_pred)):
        with explain_errors(f"{name} must hold numbers, (n,) or (n, outputs)", values):
            values = check_array(
                values,
                dtype=np.float64,
                ensure_2d=False,
                input_name=name,
                ensure_all_finite=ensure_all_finite,
            )
        pair.append(values.reshape(len(values), -1))
    if pair[0].shape != pair[1].shape:
        raise ValueError(f"y_true has the shape {pair[0].shape}, but y_pred {pair[1].shape}.")
    return pair


def _check_weights(sample_weight, rows):
    """Check weights of rows: an array, or None if there are none."""
    if sample_weight is None:
        return None
    wanted = "sample_weight must hold a number for each row, none below 0 and not all 0"
    with explain_errors(wanted, sample_weight):
        return _check_sample_weight(sample_weight, rows, ensure_non_negative=True)


def _scale(y_true, y_pred, y_train, season, sample_weight, power):
    """Average a power of errors in units of the naive forecast's, for each output."""
    y_true, y_pred = _check_pair(y_true, y_pred)
    sample_weight = _check_weights(sample_weight, y_true)
    unit = _measure_naive(y_train, y_true, season, power)
    errors = np.abs(y_true - y_pred) ** power
    return np.average(errors, axis=0, weights=sample_weight) / unit


def _measure_naive(y_train, y_true, season, power):
    """Average a power of the errors of the seasonal naive forecast in training: (outputs,)."""
    if not COUNT.is_satisfied_by(season):
        raise ValueError(f"season={season!r} must be an int of at least 1.")
    season = make_plain(season)
    wanted = "y_train must hold the training series, with the outputs of y_true"
    with explain_errors(wanted, y_train):
        series = check_array(
            y_train, dtype=np.float64, ensure_2d=False, ensure_all_finite="allow-nan"
        )
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
