"""Where tables tell series and times: in columns, or in levels of an index."""

from typing import NamedTuple

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from .._errors import explain_errors
from ._index import TIMES, read_times

CHUNK = 10**6  # rows


class Part(NamedTuple):
    """Where a table tells series apart, or says when: in a column, or a level of its index."""

    label: object
    level: int | None = None
    dtype: object = None  # of the column, where narwhals read it


def open_table(X):
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

    def find_parts(self, series, time, name, numbers_tell=False):
        """Find where the table tells series apart, and says when.

        Numbers in the index that may be those of rows are times if ``numbers_tell`` says so.
        """
        index = self._X.index
        columns = list(self._X.columns) if self._X.ndim == 2 else []
        series, time = _find_columns(series, time, columns, list(index.names), name)
        free = [
            Part(index.names[i], i)
            for i in range(index.nlevels)
            if not any(part is not None and part.level == i for part in (series, time))
        ]
        if index.nlevels == 1:
            is_silent = series and counts_rows(index, numbers_tell)
            return series, time if time or not free or is_silent else free[0]
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
        codes, labels = self._get_codes(part)
        if codes is None:
            with explain_errors(f"series={part.label!r} must hold labels", labels):
                codes, labels = pd.factorize(labels)
        if isinstance(labels, pd.CategoricalIndex):
            labels = labels.astype(labels.categories.dtype)
        return codes, labels

    def read_times(self, part, name):
        """Read the times of all rows; None if a part does not speak of time."""
        codes, labels = self._get_codes(part)
        if codes is not None:
            check_known(codes < 0, "time", part, name)
        times = _read_times(labels, part, name)
        return times if codes is None or times is None else times.take(codes)

    def view(self, part):
        """Give what a part holds of each row."""
        if part.level is not None:
            return self._X.index.get_level_values(part.level)
        column = self._X[part.label]
        return pd.Index(column, dtype=column.dtype)

    def drop(self, *parts):
        """Give the table without columns that tell series and times."""
        columns = [part.label for part in parts if part is not None and part.level is None]
        return self._X.drop(columns=columns) if columns else self._X

    def _get_codes(self, part):
        """Give the codes of rows among the labels of a level, or None and what rows hold."""
        index = self._X.index
        if part.level is None or index.nlevels == 1:
            return None, self.view(part)
        return index.codes[part.level], index.levels[part.level]


class _OtherTable:
    """A table of polars, or another package that narwhals knows."""

    def __init__(self, table):
        self._table = table
        self.backend = table.implementation

    def find_parts(self, series, time, name, numbers_tell=False):
        """Find where the table tells series apart, and says when."""
        columns = list(getattr(self._table, "columns", []))
        found = _find_columns(series, time, columns, [], name)
        return [part and part._replace(dtype=self._table[part.label].dtype) for part in found]

    def encode(self, part, name):
        """Give the labels that a part holds, and the position among them of each row's."""
        column = self._table[part.label]
        if part.dtype not in (nw.String, nw.Categorical, nw.Enum):
            return pd.factorize(self.view(part))
        check_known(column.is_null().to_numpy(), "series", part, name)
        labels = column.unique().cast(nw.String).sort().to_list()
        codes = np.empty(len(column), np.intp)
        for rows in slice_chunks(len(codes)):
            part = column[rows].cast(nw.String)
            codes[rows] = part.replace_strict(labels, range(len(labels)), return_dtype=nw.Int64)
        return codes, pd.Index(labels)

    def read_times(self, part, name):
        """Read the times of all rows."""
        column = self._table[part.label]
        check_known(column.is_null().to_numpy(), "time", part, name)
        return _read_times(self.view(part), part, name)

    def view(self, part):
        """Give what a part holds of each row."""
        column = self._table[part.label]
        index = pd.Index(column.to_numpy(), copy=False)
        zone = getattr(column.dtype, "time_zone", None)
        return index if zone is None else index.tz_localize("UTC").tz_convert(zone)

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
            named = [level for level in levels if level is not None]
            of_index = f", or levels of its index, {named}" if named else ""
            raise ValueError(
                f"{word}={label!r} must name one of the columns of {name}, {columns}{of_index}."
            )
        parts.append(part)
    return parts


def counts_rows(index, numbers_tell=False):
    """Whether an index is pandas's default, which numbers the rows, or some rows of it.

    What is left of it where rows were picked are numbers without a name, none of them twice.
    """
    if index.name is not None or isinstance(index, pd.RangeIndex):
        return index.name is None
    return not numbers_tell and index.dtype.kind in "iu" and index.is_unique


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


def _read_times(index, part, name):
    check_known(index.isna(), "time", part, name)
    try:
        times = read_times(index, name)
    except ValueError:
        if part.level is not None:
            raise
        times = None
    return None if times is None else times.rename(part.label)


def check_known(is_missing, word, part, name):
    """Raise if rows lack what a part is to tell of them."""
    if is_missing.any():
        row = int(is_missing.argmax())
        raise ValueError(f"{name} has no {word} in row {row}: {part.label!r} is missing there.")


def slice_chunks(n_rows, overlap=0):
    """Cut rows into slices of which copies are small."""
    return [slice(start, start + CHUNK + overlap) for start in range(0, n_rows, CHUNK)]
