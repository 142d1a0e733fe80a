"""The words of constructors that forecasters share: which values they take."""

from numbers import Integral
from typing import Any

import numpy as np
from pandas.tseries.offsets import BaseOffset
from sklearn.utils._param_validation import HasMethods, StrOptions

from .._errors import explain_errors
from .._numbers import COUNT, make_plain

FORECASTER_CONSTRAINTS: dict[str, Any] = {
    "window": [COUNT],
    "lags": [COUNT, "array-like", None],
    "horizon": [COUNT],
    "strategy": [StrOptions({"direct", "recursive"})],
    "scaling": [
        StrOptions({"window", "standard", "global"}),
        HasMethods(["fit", "transform", "inverse_transform"]),
        None,
    ],
    "seasonality": [StrOptions({"auto"}), COUNT, "array-like", None],
    "difference": [COUNT, None],
    "target": [str, Integral, "array-like", None],
    "known": "no_validation",
    "static": "no_validation",
    "calendar": [str, list, tuple, None],
    "series": "no_validation",
    "time": "no_validation",
    "freq": [str, BaseOffset, None],
}


def read_lags(lags):
    """Read which rows apart from the window are wanted."""
    if lags is None:
        return ()
    with explain_errors("lags must be ints of at least 1", lags):
        read = [make_plain(lag) for lag in np.atleast_1d(np.asarray(lags, object))]
        if not all(map(COUNT.is_satisfied_by, read)):
            raise ValueError("None of them may be smaller, or anything else.")
    return tuple(read)
