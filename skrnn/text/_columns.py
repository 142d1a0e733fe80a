"""Columns of numbers and labels that stand beside texts in a table."""

from datetime import date, timedelta
from numbers import Number

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.impute import SimpleImputer
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.utils.validation import check_is_fitted

from .._errors import describe
from .._numbers import read_number

MOST_LABELS = 100  # of a column that are told apart
LEAST_COUNT = 2  # of a label that is
FLAG = "missingindicator_"  # which scikit-learn puts before the name of a column
TIMES = date, timedelta, np.datetime64, np.timedelta64, pd.Period
LARGEST_VALUE = 1e150  # the sum of many squares is still a number
FARTHEST = 1e6  # deviations from the mean: a network of single precision takes no more
ADVICE = "Give numbers, or labels, made of it; or leave the column out."


class ColumnEncoder(TransformerMixin, BaseEstimator):
    """Turn the columns of a table into numbers of mean 0 and variance 1, and flags.

    Attributes
    ----------
    encoders_ : dict
        What encodes "numbers" and "labels", as far as there are columns of them.
    n_features_out_ : int
        The number of columns that they become.

    Notes
    -----
    Missing numbers become the mean, with a flag for each column in which any were missing; those
    a million deviations or more from it count as a million. Each of the 100 commonest labels of a
    column that occurs twice has a flag, and all others have one together; that a label is missing
    counts as one.
    """

    def fit(self, X, y=None):
        """Learn what the columns hold.

        Parameters
        ----------
        X : dataframe or array of shape (n, n_columns)
            The columns.
        y : None
            Ignored.

        Returns
        -------
        self : ColumnEncoder
            The fitted transformer.
        """
        columns = read_columns(X)
        self._names = list(columns)
        self._numbers = [name for name, column in columns.items() if column.dtype == float]
        self._labels = [name for name in columns if name not in self._numbers]
        parts = {}
        if self._numbers:
            imputer = SimpleImputer(add_indicator=True, keep_empty_features=True)
            parts["numbers"] = make_pipeline(imputer, StandardScaler())
        if self._labels:
            parts["labels"] = OneHotEncoder(
                handle_unknown="infrequent_if_exist",
                max_categories=MOST_LABELS + 1,
                min_frequency=LEAST_COUNT,
                sparse_output=False,
            )
        for name, part in parts.items():
            part.set_output(transform="default").fit(self._gather(name, columns))
        self.encoders_ = parts
        self.n_features_out_ = len(self.get_feature_names_out())
        return self

    def transform(self, X):
        """Turn columns into numbers and flags.

        Parameters
        ----------
        X : dataframe or array of shape (n, n_columns)
            The columns, those of a dataframe in any order.

        Returns
        -------
        ndarray of float of shape (n, n_features_out_)
            Numbers come first.
        """
        check_is_fitted(self)
        columns = read_columns(X)
        missing = [name for name in (*self._numbers, *self._labels) if name not in columns]
        if missing:
            raise ValueError(f"X lacks the column {missing[0]!r} that it had in fit.")
        blocks = [
            part.transform(self._gather(name, columns)) for name, part in self.encoders_.items()
        ]
        return np.hstack(blocks).clip(-FARTHEST, FARTHEST)

    def get_feature_names_out(self, input_features=None):
        """Give the names of what the columns become, such as "price" and "color_red".

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (n_features_out_,)
            The names.
        """
        check_is_fitted(self)
        given = {"numbers": self._numbers, "labels": self._labels}
        names = [
            part.get_feature_names_out([str(name) for name in given[kind]])
            for kind, part in self.encoders_.items()
        ]
        return np.concatenate(names).astype(object)

    def sum_by_column(self, values):
        """Sum what belongs to the numbers and flags of each column.

        Parameters
        ----------
        values : ndarray of shape (n, n_features_out_, ...)

        Returns
        -------
        ndarray of shape (n, n_columns, ...)
            In the order of the columns in ``fit``.
        """
        sums = np.zeros((len(values), len(self._names), *values.shape[2:]))
        np.add.at(sums, (slice(None), self._list_owners()), values)
        return sums

    def _list_owners(self):
        """List the column that each number and flag is made of."""
        owners = []
        for kind, names in (("numbers", self._numbers), ("labels", self._labels)):
            if kind in self.encoders_:
                numbers = [str(self._names.index(name)) for name in names]
                made = self.encoders_[kind].get_feature_names_out(numbers)
                owners += [int(name.removeprefix(FLAG).partition("_")[0]) for name in made]
        return owners

    def _gather(self, kind, columns):
        """Give the columns of a kind as one array."""
        if kind == "labels":
            return np.column_stack([make_labels(columns[name]) for name in self._labels])
        for name in self._numbers:
            if columns[name].dtype != float:
                held = next(label for label in columns[name] if label is not None)
                raise ValueError(
                    f"The column {name!r} of X held numbers in fit; now it holds {held!r}."
                )
        return np.column_stack([columns[name] for name in self._numbers])


def make_labels(column):
    """Give a column as labels; numbers come where all are missing, or labels look like them."""
    if column.dtype == object:
        return column
    labels = np.array([str(make_plain(value)) for value in column], dtype=object)
    labels[np.isnan(column)] = None
    return labels


def make_plain(value):
    """Give a number without a fraction as an integer."""
    return int(value) if value == np.floor(value) else value


def show_columns(X):
    """Give what the columns of a table hold, as texts such as "price=3".

    Returns
    -------
    list of tuple (str or int, list of n str)
        By name or number.
    """
    shown = []
    for name, column in read_columns(X).items():
        known = ["missing" if pd.isna(value) else value for value in column]
        texts = [value if isinstance(value, str) else f"{value:g}" for value in known]
        shown.append((name, [f"{name}={text}" for text in texts]))
    return shown


def read_columns(X):
    """Read the columns of a table.

    Parameters
    ----------
    X : dataframe or array of shape (n, n_columns)

    Returns
    -------
    dict of ndarray of shape (n,)
        By name or number: float, NaN where missing, or labels, ``str`` or None.
    """
    table = nw.from_native(X, eager_only=True, pass_through=True)
    if isinstance(table, nw.DataFrame):
        return {name: read_series(table.get_column(name), name) for name in table.columns}
    return {number: read_values(column, number) for number, column in enumerate(np.asarray(X).T)}


def read_series(column, name):
    """Read the column of a dataframe."""
    dtype = column.dtype
    if dtype.is_numeric() or dtype == nw.Boolean:
        return check_numbers(column.cast(nw.Float64()).to_numpy(), name)
    values = np.empty(len(column), object)
    values[:] = column.to_list()
    is_category = dtype in (nw.Categorical, nw.Enum)
    return read_labels(values, name) if is_category else read_values(values, name)


def read_values(values, name):
    """Read values of any kind, all of which are numbers, or labels."""
    if values.dtype.kind in "fiub":
        return check_numbers(values.astype(float), name)
    known = values[~pd.isna(values)]
    if any(isinstance(value, TIMES) for value in known):
        raise ValueError(f"The column {name!r} of X holds times. {ADVICE}")
    if all(isinstance(value, Number | np.bool_) and not is_complex(value) for value in known):
        numbers = np.full(len(values), np.nan)
        numbers[~pd.isna(values)] = [read_number(value) for value in known]
        return check_numbers(numbers, name)
    return read_labels(values, name)


def is_complex(value):
    return isinstance(value, complex | np.complexfloating)


def check_numbers(numbers, name):
    """Give numbers, none of which is too large for its square."""
    is_large = np.abs(numbers) > LARGEST_VALUE
    if is_large.any():
        row = int(is_large.argmax())
        held = "infinity" if np.isinf(numbers[row]) else f"{numbers[row]:.3g}"
        raise ValueError(
            f"The column {name!r} of X holds {held} in row {row}; the largest number is "
            f"{LARGEST_VALUE:g}. Give it in another unit, or as missing."
        )
    return np.array(numbers, float)


def read_labels(values, name):
    """Give labels as ``str``, None where they are missing."""
    labels = np.empty(len(values), object)
    for row in np.flatnonzero(~pd.isna(values)):
        value = values[row]
        is_nested = hasattr(value, "__len__") and not isinstance(value, str | bytes)
        if is_nested or is_complex(value):
            raise ValueError(
                f"The column {name!r} of X holds {describe(value)} in row {row}. {ADVICE}"
            )
        labels[row] = str(value)
    return labels
