"""Forecasts of each row beside the truth of each of their steps."""

from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.utils.validation import check_array, check_consistent_length

from .._errors import explain_errors

# Functions that give a method like ``_pair_with_truth`` of what holds a forecaster, or None.
PAIRINGS: list[Callable[..., Any]] = []


def find_pairing(estimator):
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
