"""What measures of forecasts are given, checked."""

import numpy as np
from sklearn.utils.validation import check_array

from .._errors import explain_errors
from .._numbers import PART, make_plain
from .._values import check_magnitude, read_weights


def check_pair(y_true, y_pred, ensure_all_finite=True):
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
        check_magnitude(values, name)
        pair.append(values.reshape(len(values), -1))
    if pair[0].shape != pair[1].shape:
        raise ValueError(f"y_true has the shape {pair[0].shape}, but y_pred {pair[1].shape}.")
    return pair


def check_weights(sample_weight, rows):
    """Check weights of rows: an array, or None if there are none."""
    if sample_weight is None:
        return None
    wanted = "sample_weight must hold a number for each row, none below 0 and not all 0"
    with explain_errors(wanted, sample_weight):
        return read_weights(sample_weight, rows)


def spread_weights(sample_weight, known):
    """Give the weight of each known value; None if there are no weights."""
    if sample_weight is None:
        return None
    weights = check_weights(sample_weight, known[:, 0])
    return np.broadcast_to(weights[:, None], known.shape)[known]


def check_any(known, names):
    """Raise if nothing is known of what is to be judged."""
    if not known.any():
        raise ValueError(f"{names} must be known somewhere; got NaN, or none, in every row.")


def check_part(name, value):
    """Raise unless a value is a number between 0 and 1."""
    if not PART.is_satisfied_by(make_plain(value)):
        raise ValueError(f"{name}={value!r} must be a float between 0 and 1.")
