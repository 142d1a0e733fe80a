"""What a series is: numbers in columns, of which some are forecast."""

import numpy as np
import pandas as pd
from sklearn.utils import check_array
from sklearn.utils.validation import check_consistent_length, validate_data

from .._errors import explain_errors


def check_series(estimator, X, *, reset, is_vector=None):
    """Check a series, in which NaN marks missing values, without copying it.

    Parameters
    ----------
    estimator : estimator
        Gets ``n_features_in_`` and ``feature_names_in_``, or is compared with.
    X : array-like of shape (time,) or (time, features)
    reset : bool
        Learn the columns from X.
    is_vector : bool, default=None
        Whether X must have one dimension; None takes either.

    Returns
    -------
    ndarray of shape (time,) or (time, features)
    """
    options = {"ensure_2d": False, "ensure_all_finite": "allow-nan", "allow_nd": False}
    with explain_errors("X must hold numbers, (time,) or (time, features)", X):
        series = check_array(X, input_name="X", estimator=estimator, **options)
    if series.ndim == 1 and is_vector is False:
        raise ValueError(
            "X has one dimension, but the estimator was fitted on columns. Reshape your data "
            "with X.reshape(-1, 1) if it is one column."
        )
    if series.ndim == 2:
        validate_data(estimator, X, reset=reset, skip_check_array=True)
    elif reset:
        estimator.n_features_in_ = 1
    return series


def get_names(X, n_columns):
    """Give the names of columns, or their numbers."""
    if isinstance(X, pd.DataFrame):
        return list(X.columns)
    return [X.name] if isinstance(X, pd.Series) else list(range(n_columns))


def find_columns(names, target):
    """Find the columns that ``target`` names: their positions, all of them for None."""
    wanted = [target] if isinstance(target, str | int) else names if target is None else target
    unknown = [name for name in wanted if name not in names]
    if unknown or not len(wanted):
        raise ValueError(f"target={target!r} is not among the columns of X: {names}.")
    return [names.index(name) for name in wanted]


def match_columns(values, truth):
    """Find the columns of X that y repeats; None if one of y's is not among them."""
    found = [
        next((i for i, c in enumerate(values.T) if np.array_equal(c, t, equal_nan=True)), None)
        for t in truth.T
    ]
    return None if None in found else found


def check_truth(y, X):
    """Check values row for row with X: (time, targets), NaN where unknown."""
    with explain_errors("y must hold numbers, with a row for each row of X", y):
        y = check_array(
            y, input_name="y", dtype=np.float64, ensure_2d=False, ensure_all_finite="allow-nan"
        )
        check_consistent_length(y, X)
    return y.reshape(len(y), -1)
