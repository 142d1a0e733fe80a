"""Long tables: a row for each series and time, read in any order and given back as they came."""

from dataclasses import dataclass, field
from numbers import Number
from typing import NamedTuple

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from .._errors import describe, explain_errors
from ._index import TIMES, read_index, read_times
from ._shape import ForecastSeries, shape_forecasts


class Part(NamedTuple):
    """Where a table tells series apart, or says when: in a column, or a level of its index."""

    label: object
    level: int | None = None
    dtype: object = None  # of the column, where narwhals read it


@dataclass
class Pattern:
    """The form of a table, without its rows.

    Parameters
    ----------
    series, time : Part or None
        None where the table does not say.
    backend : "pandas", narwhals.Implementation or None
        None for what is no table.
    """

    series: Part | None = None
    time: Part | None = None
    backend: object = None


@dataclass
class Table:
    """A table as a user gave it, read.

    Parameters
    ----------
    values : array-like
        The table without the columns that tell series and times.
    times : pandas.Index or None
        Of each row, as :func:`skrnn.forecasting._index.read_index` gives it; None where the table
        does not say.
    codes : ndarray of int of shape (n,)
        The series of each row, as position in ``keys``.
    keys : pandas.Index or None
        The labels of the series, sorted; None for one series without a label.
    order : ndarray of int of shape (n,) or None
        The rows sorted by series, then time; None if they are.
    pattern : Pattern
        For :func:`shape_future`.
    index : pandas.Index or None
        Of the rows, where pandas holds them.
    """

    values: object
    times: pd.Index | None
    codes: np.ndarray
    keys: pd.Index | None = None
    order: np.ndarray | None = None
    pattern: Pattern = field(default_factory=Pattern)
    index: pd.Index | None = None

    def shape_rows(self, forecasts, names):
        """Give forecasts of each row as the user sees them.

        Parameters
        ----------
        forecasts : ndarray of shape (n, steps, targets)
            In the order given.
        names : list
            Of the targets.

        Returns
        -------
        ndarray, or Series or dataframe of the kind of the table
        """
        if self.pattern.backend in (None, "pandas"):
            return shape_forecasts(forecasts, self.index, names)
        _, n_steps, n_targets = forecasts.shape
        steps = range(1, n_steps + 1)
        if n_steps == 1:
            labels = [str(name) for name in names]
        elif n_targets == 1:
            labels = [str(step) for step in steps]
        else:
            labels = [f"{name}_{step}" for name in names for step in steps]
        flat = np.moveaxis(forecasts, 1, 2).reshape(len(forecasts), -1)
        columns = [
            nw.new_series(label, np.ascontiguousarray(column), backend=self.pattern.backend)
            for label, column in zip(labels, flat.T, strict=True)
        ]
        return (columns[0] if len(columns) == 1 else _join(columns)).to_native()


def read_table(X, series=None, time=None, name="X"):
    """Read which series each row of a table belongs to, and when it was.

    Parameters
    ----------
    X : array-like
    series : label, default=None
        Of the column, or the level of the index, that tells series apart. None for one series,
        and for an index of two levels, of which one is the time.
    time : label, default=None
        Of the column, or the level of the index, of times; None takes the index. In a panel, a
        default index says nothing of time: rows come in time order within each series.
    name : str, default="X"
        What X is called in errors.

    Returns
    -------
    Table

    Raises
    ------
    ValueError
        If there is no such column or level, if rows lack a series or time, if times are not to
        be read, if a series has two rows of one time, or, without ``series`` and ``time``, if
        the times of the index do not increase.
    """
    source = _open(X)
    if source is None:
        if series is not None or time is not None:
            word = "series" if series is not None else "time"
            raise ValueError(
                f"{word}={series if word == 'series' else time!r} names a column, but {name} has "
                f"none: got {describe(X)}. Give a pandas or polars table."
            )
        return Table(X, None, np.zeros(_count_rows(X), int))
    series, time = source.find_parts(series, time, name)
    pattern = Pattern(series, time, source.backend)
    index = X.index if source.backend == "pandas" else None
    if series is None and (time is None or (index is not None and time.level is not None)):
        times = read_index(X, name)
        return Table(X, times, np.zeros(len(X), int), pattern=pattern, index=index)
    codes, keys = np.zeros(len(X), int), None
    if series is not None:
        codes, keys = _sort_keys(*source.encode(series, name), series, name)
    times = None if time is None else source.read_times(time, name)
    if times is None:
        pattern.time = Part("step", time.level) if time and X.index.nlevels == 2 else None
    order = _sort_rows(codes, times)
    if times is not None:
        _check_repeats(times, codes, order, keys, name)
    return Table(source.drop(series, time), times, codes, keys, order, pattern, index)


def _count_rows(X):
    return X.shape[0] if getattr(X, "shape", ()) else len(X)


# The tables of pandas, and those of other packages.


def _open(X):
    """Give what reads the parts of a table; None if X is none."""
    if isinstance(X, pd.DataFrame | pd.Series):
        return _PandasTable(X)
    table = nw.from_native(X, eager_only=True, allow_series=True, pass_through=True)
    return _OtherTable(table) if isinstance(table, nw.DataFrame | nw.Series) else None


class _PandasTable:
    """A table whose index may tell series and times."""

    backend = "pandas"

    def __init__(self, X):
        self._X = X

    def find_parts(self, series, time, name):
        """Find where the table tells series apart, and says when."""
        index = self._X.index
        columns = list(self._X.columns) if self._X.ndim == 2 else []
        series, time = _find_columns(series, time, columns, list(index.names), name)
        free = [
            Part(index.names[i], i)
            for i in range(index.nlevels)
            if not any(part is not None and part.level == i for part in (series, time))
        ]
        if index.nlevels == 1:
            is_told = time is not None or not free or (series and _counts_rows(index))
            return series, time if is_told else free[0]
        if series is None and time is None and len(free) == 2:
            return _tell_levels(free, index, name)
        if (series is None) + (time is None) == len(free) == 1:
            return series or free[0], time or free[0]
        if series is not None and time is not None:
            return series, time
        raise ValueError(
            f"{name} has an index of {index.nlevels} levels, {list(index.names)}. Say with "
            "series= which one, or which column, tells the series apart, and with time= which "
            "holds their times."
        )

    def encode(self, part, name):
        """Give the labels that a part holds, and the position among them of each row's."""
        column = self._get(part)
        if isinstance(column, tuple):
            codes, labels = column
        else:
            with explain_errors(f"series={part.label!r} must hold labels", column):
                codes, labels = pd.factorize(column)
        if isinstance(labels, pd.CategoricalIndex):
            labels = labels.astype(labels.categories.dtype)
        return codes, labels

    def read_times(self, part, name):
        """Read the times of all rows; None if a level of the index does not speak of time."""
        column = self._get(part)
        if isinstance(column, tuple):
            codes, labels = column
            _check_known(codes < 0, "time", name)
            times = _read_times(labels, part, name)
            return None if times is None else times.take(codes).rename(part.label)
        return _read_times(pd.Index(column), part, name)

    def drop(self, *parts):
        """Give the table without columns that tell series and times."""
        columns = [part.label for part in parts if part is not None and part.level is None]
        return self._X.drop(columns=columns) if columns else self._X

    def _get(self, part):
        """Give a column or an index, or the codes and labels of a level."""
        index = self._X.index
        if part.level is None:
            return self._X[part.label]
        if index.nlevels == 1:
            return index
        return index.codes[part.level], index.levels[part.level]


class _OtherTable:
    """A table of polars, or another package that narwhals knows."""

    def __init__(self, table):
        self._table = table
        self.backend = table.implementation

    def find_parts(self, series, time, name):
        """Find where the table tells series apart, and says when."""
        columns = list(getattr(self._table, "columns", []))
        found = _find_columns(series, time, columns, [], name)
        return [part and part._replace(dtype=self._table[part.label].dtype) for part in found]

    def encode(self, part, name):
        """Give the labels that a part holds, and the position among them of each row's."""
        column = self._table[part.label]
        if part.dtype not in (nw.String, nw.Categorical, nw.Enum):
            return pd.factorize(_to_index(column))
        _check_known(column.is_null().to_numpy(), "series", name)
        column = column.cast(nw.String)
        labels = column.unique().sort().to_list()
        codes = column.replace_strict(labels, range(len(labels)), return_dtype=nw.Int64)
        return codes.to_numpy(), pd.Index(labels)

    def read_times(self, part, name):
        """Read the times of all rows."""
        column = self._table[part.label]
        _check_known(column.is_null().to_numpy(), "time", name)
        return _read_times(_to_index(column), part, name)

    def drop(self, *parts):
        """Give the table without columns that tell series and times."""
        return self._table.drop([part.label for part in parts if part is not None]).to_native()


def _find_columns(series, time, columns, levels, name):
    """Find the parts that two words name; None where a word is None."""
    if series is not None and series == time:
        raise ValueError(f"series={series!r} and time={time!r} must name two columns of {name}.")
    parts = []
    for word, label in (("series", series), ("time", time)):
        part = None
        if columns.count(label) == 1:
            part = Part(label)
        elif label is not None and columns.count(label) == 0 and levels.count(label) == 1:
            part = Part(label, levels.index(label))
        elif label is not None:
            of_index = f", and the levels of its index {levels}" if levels else ""
            raise ValueError(
                f"{word}={label!r} must name one column of {name}: they are {columns}{of_index}."
            )
        parts.append(part)
    return parts


def _counts_rows(index):
    """Whether an index is pandas's default, or a part of it, which numbers the rows."""
    return isinstance(index, pd.RangeIndex) and index.name is None


def _tell_levels(parts, index, name):
    """Tell which of two levels holds the times, and which the labels of series."""
    ratings = [_rate_as_time(index.levels[part.level]) for part in parts]
    if ratings[0] == ratings[1]:
        what = "could each be the time" if ratings[0] else "do not speak of time"
        raise ValueError(
            f"{name} has an index of two levels, {list(index.names)}, that {what}. Say with "
            "series= which one tells the series apart, and with time= which holds their times."
        )
    return parts if ratings[1] > ratings[0] else parts[::-1]


def _rate_as_time(level):
    """Rate how likely labels are to be times: 0 for not at all."""
    if isinstance(level, TIMES):
        return 3
    try:
        times = read_times(level, "a level")
    except ValueError:  # text that may be dates
        return 2
    return 0 if times is None else 1 + isinstance(times, TIMES)


# Labels and times.


def _to_index(column):
    """Give a column of narwhals as an index."""
    index = pd.Index(column.to_numpy())
    zone = getattr(column.dtype, "time_zone", None)
    return index if zone is None else index.tz_localize("UTC").tz_convert(zone)


def _read_times(index, part, name):
    _check_known(index.isna(), "time", name)
    if part.level is not None:
        return read_times(index, name)
    try:
        times = read_times(index, name)
    except ValueError:
        times = None
    if times is None:
        raise ValueError(
            f"time={part.label!r} must name a column of dates, periods, durations or integers, "
            f"but that of {name} holds {index.dtype}, {index[0]!r} for one. Convert it, as with "
            "pd.to_datetime."
        )
    return times.rename(part.label)


def _check_known(is_missing, word, name):
    if is_missing.any():
        raise ValueError(f"{name} has no {word} in row {int(is_missing.argmax())}.")


def _sort_keys(codes, labels, part, name):
    """Give the codes of rows among sorted labels, without those that no row has."""
    _check_known(codes < 0, "series", name)
    used = np.flatnonzero(np.bincount(codes, minlength=len(labels)))
    with explain_errors(f"series={part.label!r} must hold labels that can be sorted", labels):
        used = used[_sort_labels(labels[used])]
    keys = labels[used].rename(part.label)
    if np.array_equal(used, np.arange(len(labels))):
        return codes.astype(np.intp, copy=False), keys
    ranks = np.empty(len(labels), np.intp)
    ranks[used] = np.arange(len(used))
    return ranks[codes], keys


def _sort_labels(labels):
    """Give the order of labels; of several types, by type, numbers first."""
    if labels.dtype != object:
        return labels.argsort()
    names = ["" if isinstance(label, Number) else type(label).__name__ for label in labels]
    return np.array(sorted(range(len(labels)), key=lambda i: (names[i], labels[i])), np.intp)


def _sort_rows(codes, times):
    """Give the order of rows by series, then time; None if they are in it."""
    numbers = None if times is None else _to_numbers(times)
    is_after = codes[1:] >= codes[:-1]
    if numbers is not None:
        is_after &= (numbers[1:] >= numbers[:-1]) | (codes[1:] != codes[:-1])
    if is_after.all():
        return None
    return np.lexsort((codes,) if numbers is None else (numbers, codes))


def _to_numbers(times):
    return times.asi8 if isinstance(times, TIMES) else times.to_numpy()


def _check_repeats(times, codes, order, keys, name):
    numbers = _to_numbers(times)
    if order is not None:
        numbers, codes = numbers[order], codes[order]
    repeats = (numbers[1:] == numbers[:-1]) & (codes[1:] == codes[:-1])
    if not repeats.any():
        return
    place = int(repeats.argmax())
    first, row = (place, place + 1) if order is None else order[place : place + 2]
    what, advice = "", " Say with series= which column tells them apart, if they are of several."
    if keys is not None:
        what, advice = f" in series {keys[codes[place]]!r}", ""
    raise ValueError(
        f"{name} has {times[row]} twice{what}, in rows {first} and {row}. Each row of a series "
        f"must have a time of its own: take the mean of those that repeat.{advice}"
    )


# What follows the last rows.


def shape_future(forecasts, keys, times, names, pattern):
    """Give forecasts of what comes after the last rows as the user sees them.

    Parameters
    ----------
    forecasts : ndarray of shape (n_series, horizon, targets)
    keys : pandas.Index of length n_series, or None
        The labels of the series.
    times : pandas.Index of length n_series * horizon, or None
        Series by series; None numbers the steps from 1.
    names : list
        Of the targets.
    pattern : Pattern
        Of the table in ``fit``.

    Returns
    -------
    ndarray, or Series or dataframe of the kind and form of the table in fit
        Series and times are columns, or levels of the index, as there.
    """
    n_series, horizon, n_targets = forecasts.shape
    flat = forecasts.reshape(-1, n_targets)
    in_index = pattern.time is None or pattern.time.level is not None
    if pattern.series is None and ((in_index and pattern.backend == "pandas") or not pattern.time):
        return shape_forecasts(flat[:, None], times, names)
    if times is None:
        times = pd.Index(np.tile(np.arange(1, horizon + 1), n_series), name="step")
    parts = [(pattern.time or Part("step"), times)]
    if pattern.series is not None:
        parts.insert(0, (pattern.series, keys.repeat(horizon).rename(pattern.series.label)))
    if pattern.backend == "pandas":
        return _shape_pandas(flat, parts, names)
    columns = [_to_column(labels, part.dtype, pattern.backend) for part, labels in parts]
    columns += [
        nw.new_series(str(name), np.ascontiguousarray(column), backend=pattern.backend)
        for name, column in zip(names, flat.T, strict=True)
    ]
    return _join(columns).to_native()


def _shape_pandas(flat, parts, names):
    levels = sorted((part.level, i) for i, (part, _) in enumerate(parts) if part.level is not None)
    levels = [parts[i][1] for _, i in levels]
    index = levels[0] if levels else pd.RangeIndex(len(flat))
    if len(levels) == 2:
        index = pd.MultiIndex.from_arrays(levels)
        if len(names) == 1:
            return ForecastSeries(flat[:, 0], index, name=names[0])
    table = pd.DataFrame(flat, index, names)
    columns = [labels for part, labels in parts if part.level is None]
    for place, labels in enumerate(columns):
        table.insert(place, labels.name, labels)
    return table


def _to_column(labels, dtype, backend):
    """Give labels as a column, of the type that they were read from if that holds them."""
    name = str(labels.name)
    if not isinstance(labels, TIMES):
        values = labels.tolist() if labels.dtype.kind not in "iuf" else labels.to_numpy()
        column = nw.new_series(name, values, backend=backend)
        return column if dtype is None or dtype.is_temporal() else column.cast(dtype)
    zone = getattr(labels, "tz", None)
    wall = labels if zone is None else labels.tz_convert("UTC").tz_localize(None)
    wall = wall.as_unit("us") if wall.unit == "s" else wall
    column = nw.new_series(name, wall.to_numpy(), backend=backend)
    if zone is not None:
        column = column.dt.replace_time_zone("UTC").dt.convert_time_zone(str(zone))
    return column.cast(dtype) if dtype is not None and dtype.is_temporal() else column


def _join(columns):
    return nw.from_dict({column.name: column for column in columns})
