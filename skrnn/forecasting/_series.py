"""What a series is: numbers in columns, of which some are forecast."""

from numbers import Integral

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from sklearn.utils import check_array
from sklearn.utils.validation import check_consistent_length, validate_data

from .._errors import describe, explain_errors
from .._values import check_magnitude, fill_masked, read_weights
from ._index import TIMES, read_times

OBJECT_TIMES = ("date", "datetime", "datetime64", "period", "timedelta", "timedelta64")


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
    check_columns(X, "X")
    if 0 in getattr(X, "shape", ())[1:]:
        raise ValueError(
            f"X has 0 feature(s) (shape={tuple(X.shape)}) while a minimum of 1 is required, "
            "beside the columns of series and times."
        )
    with explain_errors("X must hold numbers, (time,) or (time, features)", X):
        series = fill_masked(X, np.nan)
        series = check_array(series, input_name="X", estimator=estimator, **options)
        if series.dtype == object:
            series = check_array(series, input_name="X", dtype=np.float64, **options)
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


def read_values(estimator, X, reset=False):
    """Read the values of a series, as :func:`check_series` does: floats (time, features)."""
    series = check_series(estimator, X, reset=reset)
    values = series.astype(np.float64, copy=False).reshape(len(series), -1)
    if values.shape[1] != estimator.n_features_in_:
        raise ValueError(
            f"X has {values.shape[1]} features, but {type(estimator).__name__} is expecting "
            f"{estimator.n_features_in_} features as input."
        )
    check_magnitude(values, "X")
    return values


def check_columns(values, name):
    """Raise if dates, durations, or columns of text are given as values."""
    check_no_times(values, name)
    for label, column in _list_columns(_read_table(values)):
        text = _find_text(column)
        if text is not None:
            raise ValueError(
                f"{name} must hold numbers, but its column {label!r} holds text, {text!r} for "
                "one. Name the column with series= if it tells series apart, with static= or "
                "known= if it says what they are, or what is known ahead; else leave it out."
            )


def holds_text(column):
    """Tell whether a column holds text that is no number."""
    return _find_text(column) is not None


def _find_text(column):
    """Find text in a column that is no number; None if there is none."""
    dtype = column.dtype
    is_number = getattr(dtype, "is_numeric", lambda: pd.api.types.is_numeric_dtype(dtype))
    if is_number():
        return None
    return next((v for v in column.to_list() if isinstance(v, str) and not _reads(v)), None)


def _reads(text):
    try:
        float(text)
    except ValueError:
        return False
    return True


def _list_columns(table):
    """List the columns of a table with their labels; those of what is no table are none."""
    if isinstance(table, pd.DataFrame):
        return list(table.items())
    if isinstance(table, nw.DataFrame):
        return [(column.name, column) for column in table.iter_columns()]
    return []


def check_no_times(values, name):
    """Raise if dates or durations are given as values."""
    table = _read_table(values)
    columns = [(f"its column {label!r}", column) for label, column in _list_columns(table)]
    for where, part in columns or [("it", table)]:
        if _holds_times(part):
            raise ValueError(
                f"{name} must hold numbers, but {where} holds times, as {describe(part)}. Times "
                "belong in the index of a pandas table, where set_index puts them."
            )


def _holds_times(values):
    dtype = getattr(values, "dtype", None)
    if isinstance(dtype, nw.dtypes.DType):
        return dtype.is_temporal()
    if isinstance(values, list | tuple) or getattr(dtype, "kind", None) == "O":
        return pd.api.types.infer_dtype(values) in OBJECT_TIMES
    return getattr(dtype, "kind", None) in ("m", "M")


def get_names(X, n_columns):
    """Give the names of columns, or their numbers."""
    table = _read_table(X)
    if isinstance(table, pd.DataFrame | nw.DataFrame):
        return list(table.columns)
    return [table.name] if isinstance(table, pd.Series | nw.Series) else list(range(n_columns))


def list_columns(X):
    """List the columns of a table or array, with their labels or numbers."""
    table = _read_table(X)
    if isinstance(table, pd.Series | nw.Series):
        return [(table.name, table)]
    if isinstance(table, pd.DataFrame | nw.DataFrame):
        return _list_columns(table)
    return list(enumerate(_to_columns(table).T))


def select_columns(X, places):
    """Give a table or array with some of its columns."""
    table = _read_table(X)
    if isinstance(table, pd.DataFrame):
        return table.iloc[:, places]
    if isinstance(table, nw.DataFrame):
        return table.select([table.columns[place] for place in places]).to_native()
    if isinstance(table, pd.Series | nw.Series):
        return X if places else pd.DataFrame(index=range(len(X)))
    return _to_columns(table)[:, places]


def _to_columns(X):
    """Give an array (time, columns); a list may hold numbers beside text."""
    with explain_errors("X must hold rows, (time,) or (time, features)", X):
        columns = X if isinstance(X, np.ndarray) else np.array(X, dtype=object)
        return columns.reshape(len(columns), -1)


def _read_table(X):
    """Read a dataframe or series of polars and others that narwhals knows; give X if it is none.

    pandas is left as it is: its columns may have names of any type, or one name.
    """
    if isinstance(X, pd.DataFrame | pd.Series):
        return X
    return nw.from_native(X, eager_only=True, allow_series=True, pass_through=True)


def find_columns(names, wanted, word="target", table="X"):
    """Find the columns that a word names or counts: their positions, all for None."""
    if wanted is None:
        return list(range(len(names)))
    with explain_errors(f"{word} must name or count columns of {table}", wanted):
        labels = [wanted] if isinstance(wanted, str | Integral) else wanted
        found = [_find_column(names, label) for label in labels]
    if None in found or not found:
        raise ValueError(f"{word}={wanted!r} is not among the columns of {table}: {names}.")
    if len(set(found)) < len(found):
        raise ValueError(f"{word}={wanted!r} has a column of {table} twice.")
    return found


def _find_column(names, wanted):
    """Find the position of a name, or of a whole number that is no name; None if there is none."""
    is_bool = isinstance(wanted, bool | np.bool_)
    for i, name in enumerate(names):
        if name == wanted and isinstance(name, bool | np.bool_) == is_bool:
            return i
    is_position = isinstance(wanted, Integral) and not is_bool and 0 <= wanted < len(names)
    return int(wanted) if is_position else None


def match_columns(values, truth):
    """Find the columns of X that y repeats; None if one of y's is not among them."""
    found = [
        next((i for i, column in enumerate(values.T) if _is_repeated(column, wanted)), None)
        for wanted in truth.T
    ]
    return None if None in found else found


def _is_repeated(column, truth):
    """Whether two columns are one, or one holds the other's values as single precision."""
    if np.array_equal(column, truth, equal_nan=True):
        return True
    with np.errstate(over="ignore"):
        rounded, rounded_truth = column.astype(np.float32), truth.astype(np.float32)
    is_narrow = np.array_equal(column, rounded, equal_nan=True)
    is_narrow |= np.array_equal(truth, rounded_truth, equal_nan=True)
    return is_narrow and np.array_equal(rounded, rounded_truth, equal_nan=True)


def check_truth(y, X):
    """Check values row for row with X: (time, targets), NaN where unknown."""
    y = align_rows(y, X)
    check_no_times(y, "y")
    with explain_errors("y must hold numbers, with a row for each row of X", y):
        y = fill_masked(y, np.nan)
        y = check_array(
            y, input_name="y", dtype=np.float64, ensure_2d=False, ensure_all_finite="allow-nan"
        )
        check_consistent_length(y, X)
    check_magnitude(y, "y")
    return y.reshape(len(y), -1)


def check_signs(values, columns, names):
    """Raise if there is anything below 0 in columns of values (n, columns)."""
    is_below = values[:, columns] < 0
    if is_below.any():
        row, place = np.argwhere(is_below)[0]
        column = columns[place]
        raise ValueError(
            "output='positive' wants nothing below 0 in what is forecast; got "
            f"{values[row, column]:.6g} in row {row} of {names[column]!r}."
        )


def check_weights(sample_weight, X):
    """Check weights, one for each row of X: (n,), of mean 1 where they are not 0.

    Returns
    -------
    ndarray or None
        None where no row counts for more than another.
    """
    sample_weight = align_rows(sample_weight, X, "sample_weight")
    wanted = "sample_weight must hold a number for each row of X, none below 0"
    with explain_errors(wanted, sample_weight):
        weights = read_weights(sample_weight, X)
    if not weights.any():
        raise ValueError("sample_weight is zero for every row of X: nothing to train on.")
    return None if np.ptp(weights) == 0 else weights / weights[weights > 0].mean()


def align_rows(y, X, name="y"):
    """Put the rows of y in the order of those of X, where both have the same labels.

    Raises
    ------
    ValueError
        If both tell times, and not the same.
    """
    if not all(isinstance(part, pd.Series | pd.DataFrame) for part in (X, y)):
        return y
    if isinstance(y.index, pd.MultiIndex) and not isinstance(X.index, pd.MultiIndex):
        raise ValueError(
            f"{name} must have the index of X, but its own has {y.index.nlevels} levels, "
            f"{list(y.index.names)}. Give {name}.to_numpy() if its rows are those of X."
        )
    if len(y) != len(X) or y.index.equals(X.index) or isinstance(X.index, pd.MultiIndex):
        return y
    labels, wanted = read_times(y.index, name), read_times(X.index, "X")
    if labels is None or wanted is None:
        labels, wanted = y.index, X.index
    rows = labels.get_indexer(wanted) if labels.is_unique else np.full(len(y), -1)
    if (rows >= 0).all():
        return y.iloc[rows]
    if isinstance(labels, TIMES) and isinstance(wanted, TIMES):
        row = int((labels != wanted).argmax())
        raise ValueError(
            f"{name} must have the index of X, but {labels[row]} stands beside {wanted[row]} in "
            f"row {row}. Give {name}.to_numpy() if its rows are those of X all the same."
        )
    return y
