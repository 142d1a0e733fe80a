"""Scorers of forecasts of several steps, for scikit-learn."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn import metrics
from sklearn.utils.metadata_routing import UNUSED, _MetadataRequester

from .._errors import describe
from ._checks import check_weights
from ._pairing import find_pairing
from ._points import symmetric_mean_absolute_percentage_error

_METRICS = {
    "d2_absolute_error_score": metrics.d2_absolute_error_score,
    "explained_variance": metrics.explained_variance_score,
    "neg_max_error": metrics.max_error,
    "neg_mean_absolute_error": metrics.mean_absolute_error,
    "neg_mean_absolute_percentage_error": metrics.mean_absolute_percentage_error,
    "neg_mean_squared_error": metrics.mean_squared_error,
    "neg_mean_squared_log_error": metrics.mean_squared_log_error,
    "neg_median_absolute_error": metrics.median_absolute_error,
    "neg_root_mean_squared_error": metrics.root_mean_squared_error,
    "neg_root_mean_squared_log_error": metrics.root_mean_squared_log_error,
    "neg_symmetric_mean_absolute_percentage_error": symmetric_mean_absolute_percentage_error,
    "r2": metrics.r2_score,
}
_SCALED = {  # the power of errors
    "neg_mean_absolute_scaled_error": 1,
    "neg_root_mean_squared_scaled_error": 2,
}


def get_scorer(name: str) -> "_ForecastScorer":
    """Give a scorer of forecasters by scikit-learn's name for it.

    Parameters
    ----------
    name : str
        One of :func:`get_scorer_names`.

    Returns
    -------
    callable
        ``scorer(estimator, X, y=None, sample_weight=None)``, for ``scoring=`` in scikit-learn,
        with ``set_score_request(sample_weight=...)`` for its metadata routing.
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


def get_scorer_names() -> list[str]:
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


class _ForecastScorer(_MetadataRequester):
    """Scores forecasts against the truth of each of their steps."""

    __metadata_request__score = {"estimator": UNUSED}  # of what score takes, it is no metadata

    def __init__(self, name: str) -> None:
        self._name = name

    def score(
        self,
        estimator: Any,
        X: ArrayLike,
        y: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> float:
        """Score a fitted estimator; scikit-learn reads here what can be routed to the scorer."""
        forecasts, truth = find_pairing(estimator)(X, y)
        if self._name in _SCALED:
            codes, changes = _find_units(estimator, X, self._name)
            power = _SCALED[self._name]
            score = _score_scaled(power, forecasts, truth, codes, changes, sample_weight)
        else:
            score = score_forecasts(_METRICS[self._name], forecasts, truth, sample_weight)
        return -score if self._name.startswith("neg_") else score

    __call__ = score

    def __repr__(self) -> str:
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
        weights = check_weights(sample_weight, truth[:, 0])
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
    weights = check_weights(weights, truth[:, 0])
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
