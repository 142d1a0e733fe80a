"""Long tables: a row for each series and time, read in any order and given back as they came."""

from dataclasses import dataclass, field
from numbers import Number

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from .._errors import describe, explain_errors
from .._numbers import make_plain
from ._index import TIMES, read_index
from ._parts import Part, check_known, open_table, slice_chunks
from ._shape import ForecastSeries, shape_forecasts


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
        return _shape_rows(forecasts, self.index, names, self.pattern.backend)


def read_table(X, series=None, time=None, name="X", numbers_tell=False):
    """Read which series each row of a table belongs to, and when it was.

    Parameters
    ----------
    X : array-like
    series : label, default=None
        Of the column, or the level of the index, that tells series apart. None for one series,
        and for an index of two levels, of which one is the time.
    time : label, default=None
        Of the column, or the level of the index, of times; None takes the index. In a panel, a
        default index says nothing of time, nor do rows that were picked from one: rows come in
        time order within each series.
    name : str, default="X"
        What X is called in errors.
    numbers_tell : bool, default=False
        Whether an index of numbers that may be those of picked rows holds times.

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
    source = open_table(X)
    if source is None:
        for word, label in (("series", series), ("time", time)):
            if label is not None:
                raise ValueError(
                    f"{word}={label!r} must name a column of {name}, but that is "
                    f"{describe(X)}. Give a pandas or polars table, or (to fit and update) "
                    "Chunks of them."
                )
        return Table(X, None, np.zeros(_count_rows(X), int))
    which, when = source.find_parts(series, time, name, numbers_tell)
    pattern = Pattern(which, when, source.backend)
    index = X.index if source.backend == "pandas" else None
    codes, keys = np.zeros(len(X), int), None
    if which is None and time is None:
        return Table(X, read_index(X, name), codes, pattern=pattern, index=index)
    if which is not None:
        codes, keys = _sort_keys(*source.encode(which, name), which, name)
    times = None if when is None else source.read_times(when, name)
    if times is None:
        if time is not None:
            raise ValueError(_explain_no_time(source.view(when), time, name))
        pattern.time = Part("step", when.level) if when and index.nlevels > 1 else None
    order = _sort_rows(codes, times)
    if times is not None:
        _check_repeats(times, codes, order, keys, name)
    return Table(source.drop(which, when), times, codes, keys, order, pattern, index)


def _count_rows(X):
    """Count the rows of an array or a list; what is neither has none, and fails later."""
    try:
        return len(np.asarray(X) if hasattr(X, "__array__") else X)
    except TypeError:
        return 0


def _explain_no_time(index, time, name):
    return (
        f"time={time!r} must name a column of dates, periods, durations or integers, but that of "
        f"{name} begins with {index[:3].tolist()} ({index.dtype}). Convert it, as with "
        "pd.to_datetime."
    )


def _sort_keys(codes, labels, part, name):
    """Give the codes of rows among sorted labels, without those that no row has."""
    check_known(codes < 0, "series", part, name)
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
    if numbers is None:
        return np.argsort(codes, kind="stable")
    ranks, labels = pd.factorize(numbers, sort=True)
    ranks += codes * len(labels)
    return np.argsort(ranks)  # no two rows of a series may have one time


def _to_numbers(times):
    return times.asi8 if isinstance(times, TIMES) else times.to_numpy()


def _check_repeats(times, codes, order, keys, name):
    """Raise if a series has a time twice."""
    numbers = _to_numbers(times)
    for chunk in slice_chunks(len(codes), overlap=1):
        rows = chunk if order is None else order[chunk]
        repeats = np.diff(numbers[rows]) == 0
        repeats &= np.diff(codes[rows]) == 0
        if repeats.any():
            place = chunk.start + int(repeats.argmax())
            pair = (place, place + 1) if order is None else order[place : place + 2]
            raise ValueError(_explain_repeat(times, codes, sorted(pair), keys, name))


def _explain_repeat(times, codes, rows, keys, name):
    first, row = rows
    what = "" if keys is None else f" in series {make_plain(keys[codes[row]])!r}"
    advice = " Give series= if they are of several." if keys is None else ""
    return (
        f"{name} has {times[row]} twice{what}, in rows {first} and {row}. Each row of a series "
        f"must have a time of its own: take the mean of those that repeat.{advice}"
    )


def _shape_rows(forecasts, index, names, backend):
    """Give forecasts (n, steps, targets) of rows as Series or dataframe of the kind of a table."""
    if backend in (None, "pandas"):
        return shape_forecasts(forecasts, index, names)
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
        nw.new_series(label, np.ascontiguousarray(column), backend=backend)
        for label, column in zip(labels, flat.T, strict=True)
    ]
    return (columns[0] if len(columns) == 1 else join_columns(columns)).to_native()


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
        return _shape_rows(flat[:, None], times, names, pattern.backend)
    if times is None:
        times = pd.Index(np.tile(np.arange(1, horizon + 1), n_series), name="step")
    parts = [(pattern.time or Part("step"), times)]
    if pattern.series is not None:
        parts.insert(0, (pattern.series, keys.repeat(horizon).rename(pattern.series.label)))
    for part, labels in parts:
        if part.level is None and labels.name in names:
            raise ValueError(
                f"Forecasts have a column {labels.name!r} that tells series or times, so no "
                "target can have that name: rename it."
            )
    if pattern.backend == "pandas":
        return _shape_pandas(flat, parts, names)
    columns = [to_column(labels, part.dtype, pattern.backend) for part, labels in parts]
    columns += [
        nw.new_series(str(name), np.ascontiguousarray(column), backend=pattern.backend)
        for name, column in zip(names, flat.T, strict=True)
    ]
    return join_columns(columns).to_native()


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
        lower = ("",) * (table.columns.nlevels - 1)
        table.insert(place, (labels.name, *lower) if lower else labels.name, labels)
    return table


def to_column(labels, dtype, backend):
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


def join_columns(columns):
    return nw.from_dict({column.name: column for column in columns})
