"""Forecasts of a forecaster beside what came, as scorers ask for them."""

import numpy as np

from ..metrics._pairing import follow_truth
from ._placing import sort_rows
from ._series import check_truth


def find_truth(placed, X, y, columns, horizon):
    """Find what comes from each of placed rows on.

    Parameters
    ----------
    placed : PlacedRows
    X, y : array-like
        As they were given; y may be None where X holds the truth.
    columns : Columns
    horizon : int

    Returns
    -------
    ndarray of shape (n, horizon, targets)
        NaN where it is not known.
    """
    if y is not None:
        truth = sort_rows(check_truth(y, X), placed.table)
    elif columns.are_apart:
        raise ValueError("y is None; give the truth, as it is not among the columns of X.")
    else:
        truth = placed.values[:, columns.targets]
    n_targets = len(columns.targets)
    if truth.shape[1] != n_targets:
        raise ValueError(f"y has {truth.shape[1]} columns, but {n_targets} are forecast.")
    if np.isnan(truth).all(axis=0).any():
        raise ValueError(f"{'X' if y is None else 'y'} has no known value to compare with.")
    apart = np.ptp(placed.places) + horizon + 1  # no series runs into the next
    return follow_truth(truth, placed.places + placed.codes * apart, horizon)
