"""Columns that are known ahead, or constant within a series, or told by dates, as numbers."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from .._errors import describe, explain_errors
from .._numbers import make_plain, read_number
from ._ahead import KnownAhead
from ._calendar_columns import choose_calendar, make_calendar
from ._series import check_no_times, find_columns, list_columns, select_columns
from ._timelines import find_runs

MOST_LEVELS = 64  # of a column that have a column each


class GivenColumns(NamedTuple):
    """What a table says beside the values of its series: arrays (n,) by the label of a column."""

    known: dict
    static: dict

    def take(self, rows):
        """Give some rows, or all of them in another order; None leaves them."""
        if rows is None:
            return self
        return GivenColumns(*({k: v[rows] for k, v in part.items()} for part in self))


class Covariates:
    """What a forecaster knows of rows beside the values of series.

    Parameters
    ----------
    known : label, list of labels, dict or None
        Columns that are known ahead; a dict says by what a missing value is replaced.
    static : label, list of labels or None
        Columns that are constant within a series.
    calendar : str, list of str or None
        What dates say of themselves.
    embeds : bool, default=False
        Whether labels of more than ``MOST_LEVELS`` kinds are numbered, for a network to embed.

    Notes
    -----
    Of a row come first the columns known ahead, the flags of its date, and numbers of labels,
    then the waves of its date; of a series the numbers of labels come last.
    """

    def __init__(self, known, static, calendar, embeds=False):
        if isinstance(static, dict):
            raise ValueError(f"static={static!r} must be a label of X or several; got a dict.")
        self._known, self._static = _read_fills(known), _read_fills(static)
        self._calendar, self._embeds = calendar, embeds

    def __bool__(self):
        return bool(self._known or self._static) or self._calendar is not None

    @property
    def known_labels(self):
        """The columns that a user has to give ahead."""
        return [label for label, _ in self._known]

    @property
    def known_places(self):
        """Which of the columns of a row as it is read these are."""
        n_plain, n_numbered = self._known_columns.n_plain, self._known_columns.n_numbered
        last = n_plain + self._n_flags
        return [*range(n_plain), *range(last, last + n_numbered)]

    @property
    def levels(self):
        """The numbers of labels: whether of series, which column it is, and how many there are."""
        first = self._known_columns.n_plain + self._n_flags
        counts = self._known_columns.n_levels, self._static_columns.n_levels
        firsts = first, self._static_columns.n_plain
        return tuple(
            (is_static, firsts[is_static] + place, n_levels)
            for is_static in (False, True)
            for place, n_levels in enumerate(counts[is_static])
        )

    def separate(self, table, name="X", words=("known", "static")):
        """Take the columns that this is about out of a table.

        Parameters
        ----------
        table : skrnn.forecasting._tables.Table
            Its values become those of the other columns.
        name : str, default="X"
            What the table is called in errors.
        words : tuple of str
            Whose columns must be there.

        Returns
        -------
        given : GivenColumns
        names : list or None
            Of the columns that are left; None if these are all.
        """
        if not (self._known or self._static):
            return GivenColumns({}, {}), None
        columns = list_columns(table.values)
        names, found = [label for label, _ in columns], {}
        given = GivenColumns({}, {})
        for word, named in zip(given._fields, (self._known, self._static), strict=True):
            for label, fill in named:
                if word not in words and label not in names:
                    continue
                place = _find_place(names, label, word, name)
                if place in found:
                    raise ValueError(
                        f"{word}= names the column {label!r}, which {found[place]}= has named "
                        "already: name it once."
                    )
                found[place] = word
                column = columns[place][1]
                getattr(given, word)[label] = _read_column(column, word, label, fill, table, name)
        rest = [place for place in range(len(names)) if place not in found]
        if not rest and words == given._fields:
            raise ValueError(
                f"known= and static= name all columns of {name}, {names}: none is left to be "
                "read. Put what is forecast among them, and name it with target=."
            )
        if found:
            table.values = select_columns(table.values, rest)
        return given, [names[place] for place in rest]

    def learn(self, given, rows, step, n_series, namer):
        """Learn how columns are turned into numbers, and give what is known of training rows.

        Parameters
        ----------
        given : GivenColumns
            Of sorted rows.
        rows : RowsAt
        step : object
            From one row to the next in time.
        n_series : int
        namer : callable
            Names a series in errors.

        Returns
        -------
        KnownAhead
        """
        self._step = None if rows.times is None else step
        self._dates = choose_calendar(self._calendar, self._step, rows.times)
        self._n_flags = 0
        if self._dates:
            flags, _ = read_dates(rows.times[:1], self._dates, self._step)
            self._n_flags = flags.shape[1]
        self._known_columns = ColumnReader(given.known, self._embeds)
        of_series = _take_static(given.static, rows.codes, namer)
        self._static_columns = ColumnReader(of_series, self._embeds)
        values, lie = self._encode(given.known, rows, 0)
        n_plain = self._known_columns.n_plain + self._n_flags
        statics = self._encode_static(of_series, n_series)
        n_past = n_plain + self._known_columns.n_numbered
        return KnownAhead(values, lie.codes, lie.places, statics, n_plain, n_past)

    def add(self, ahead, given, rows, namer, n_after=0):
        """Give what is known with rows that follow, or others in place of those that are known.

        Parameters
        ----------
        ahead : KnownAhead
        given, rows, namer
            As in :meth:`learn`; series that have not been seen come last.
        n_after : int, default=0
            Of how many rows after the last of each series dates are read.

        Returns
        -------
        KnownAhead
        """
        values, lie = self._encode(given.known, rows, n_after)
        statics = ahead.statics[:0]
        if given.static:
            statics = self._read_statics(ahead, given.static, rows.codes, namer)
        elif rows.codes[-1] >= len(ahead.statics):
            statics = np.zeros((rows.codes[-1] + 1 - len(ahead.statics), 0))
        return ahead.add(values, lie.codes, lie.places, statics)

    def _read_statics(self, ahead, given, codes, namer):
        """Read the static columns of series, of which new ones come last; give those of these."""
        of_series, codes = _take_static(given, codes, namer), np.unique(codes)
        statics = self._encode_static(of_series, len(codes))
        is_known = codes < len(ahead.statics)
        changed = (statics[is_known] != ahead.statics[codes[is_known]]).any(axis=1)
        if changed.any():
            row = int(changed.argmax())
            held = {label: make_plain(values[row]) for label, values in of_series.items()}
            raise ValueError(
                f"static= columns must hold what they held before, but hold {held}"
                f"{namer(codes[row])}, which is something else."
            )
        return statics[~is_known]

    def add_dates(self, ahead, ends, n_after):
        """Give what is known with what the dates after the last rows of series say."""
        if not self._dates:
            return ahead
        values, lie = self._encode(None, ends, n_after)
        return ahead.add(values, lie.codes, lie.places, ahead.statics[:0])

    def _encode(self, given, rows, n_after):
        """Give the numbers of all rows, NaN where they are not known, and where these lie."""
        lie, numbers = rows.complete(self._step, n_after if self._dates else 0)
        reader, n_rows = self._known_columns, len(lie.codes)
        plain = np.full((n_rows, reader.n_plain), np.nan)
        numbered = np.full((n_rows, reader.n_numbered), np.nan)
        if given:
            plain[numbers], numbered[numbers] = reader.read(given, len(rows.codes))
        flags = waves = np.empty((n_rows, 0))
        if self._dates:
            flags, waves = read_dates(lie.times, self._dates, self._step)
        return np.hstack([plain, flags, numbered, waves]), lie

    def _encode_static(self, of_series, n_series):
        return np.hstack(self._static_columns.read(of_series, n_series))


class ColumnReader:
    """Turns columns into numbers: plain ones, and numbers that stand for labels.

    Parameters
    ----------
    given : dict of ndarray of shape (n,)
        To learn from.
    embeds : bool
        As in :class:`Covariates`.

    Attributes
    ----------
    n_plain, n_numbered : int
        How many columns come of them.
    n_levels : list of int
        Of each of the latter, how many labels it tells apart.
    """

    def __init__(self, given, embeds):
        columns = {label: _learn_column(values, embeds) for label, values in given.items()}
        self._plain = {k: v for k, v in columns.items() if not isinstance(v, NumberedColumn)}
        self._numbered = {k: v for k, v in columns.items() if isinstance(v, NumberedColumn)}
        self.n_plain = sum(column.width for column in self._plain.values())
        self.n_numbered = len(self._numbered)
        self.n_levels = [len(column.levels) for column in self._numbered.values()]

    def read(self, given, n_rows):
        """Give the plain columns and the numbers of labels: (n_rows, columns) each."""
        return tuple(
            np.hstack([np.empty((n_rows, 0)), *(c.encode(given[k], k) for k, c in part.items())])
            for part in (self._plain, self._numbered)
        )


@dataclass
class NumberColumn:
    """A column of numbers, read in deviations from the training mean; flags are left alone."""

    center: float
    spread: float
    width = 1

    @classmethod
    def learn(cls, values):
        if np.isin(values, (0, 1)).all():
            return cls(0.0, 1.0)
        return cls(values.mean(), values.std() or 1.0)

    def encode(self, values, label):
        """Give the numbers of rows: (n, 1)."""
        with explain_errors(f"Column {label!r} must hold numbers, as in fit", values):
            values = values.astype(np.float64)
        return (values[:, None] - self.center) / self.spread


@dataclass
class LevelColumn:
    """A column of labels, each of which has a column of its own; others have zeros alone."""

    levels: pd.Index

    @property
    def width(self):
        return len(self.levels)

    def find(self, values, label):
        """Give the number of each label from 0 on, -1 for others."""
        codes = self.levels.get_indexer(pd.Index(values, dtype=object))
        if (codes < 0).all() and type(values[0]) is not type(self.levels[0]):
            raise ValueError(
                f"Column {label!r} must hold labels as in fit, such as {self.levels[0]!r}; got "
                f"{describe(make_plain(values[0]))}."
            )
        return codes

    def encode(self, values, label):
        """Give the numbers of rows: (n, levels)."""
        codes = self.find(values, label)
        return (codes[:, None] == np.arange(len(self.levels))).astype(np.float64)


class NumberedColumn(LevelColumn):
    """A column of labels, each of which has a number from 1 on; others have 0."""

    def encode(self, values, label):
        """Give the numbers of rows: (n, 1)."""
        return 1.0 + self.find(values, label)[:, None]


def _learn_column(values, embeds):
    if values.dtype.kind in "fiub":
        return NumberColumn.learn(values)
    counts = sorted(pd.Series(values).value_counts().items(), key=lambda x: (-x[1], str(x[0])))
    if len(counts) > MOST_LEVELS and embeds:
        return NumberedColumn(pd.Index([label for label, _ in counts], dtype=object))
    levels = sorted((label for label, _ in counts[:MOST_LEVELS]), key=str)
    return LevelColumn(pd.Index(levels, dtype=object))


def _read_fills(columns):
    """Pair each column that a word names with what replaces its missing values; None raises."""
    if columns is None:
        return []
    if isinstance(columns, dict):
        return [(make_plain(label), fill) for label, fill in columns.items()]
    is_one = isinstance(columns, str) or not np.iterable(columns)
    return [(make_plain(label), None) for label in ([columns] if is_one else columns)]


def _find_place(names, label, word, name):
    """Find the place of a column by its label or number; it must be the only one of its name."""
    if names.count(label) > 1:
        raise ValueError(
            f"{word}={label!r} must name one column of {name}, which has two: {names}."
        )
    with explain_errors(f"{word} must name or count columns of {name}", label):
        (place,) = find_columns(names, [label], word, name)
    return place


def _read_column(column, word, label, fill, table, name):
    """Read a column: finite numbers, or objects, none of them missing."""
    check_no_times(column, name)
    values = _read_values(column)
    if values.dtype.kind == "c" or (len(values) and isinstance(values[0], list | np.ndarray)):
        raise ValueError(f"{name}'s column {label!r} ({word}=) must hold numbers or labels.")
    if values.dtype.kind == "f" and np.isinf(values).any():
        row = int(np.isinf(values).argmax())
        raise ValueError(f"{name} has {values[row]} in row {row} of {label!r} ({word}=).")
    is_missing = pd.isna(values)
    if not is_missing.any():
        return values
    if fill is None:
        row = int(is_missing.argmax())
        when = "" if table.times is None else f" ({table.times[row]})"
        told = f", or say by what it is replaced: known={{{label!r}: 0}}"
        raise ValueError(
            f"{name} has no value in row {row}{when} of {label!r}, which {word}= names: give it"
            f"{told if word == 'known' else ''}."
        )
    if values.dtype.kind == "O":
        return np.where(is_missing, fill, values)
    with explain_errors(f"known={{{label!r}: ...}} must be a number as in the column", fill):
        return np.where(is_missing, float(fill), values)


def _read_values(column):
    """Read numbers of any type as such, and all else as objects."""
    values = column.to_numpy() if hasattr(column, "to_numpy") else np.asarray(column)
    if values.dtype.kind in "fiubc":
        return values
    values = np.array(values, dtype=object)
    kind = pd.api.types.infer_dtype(values, skipna=True)
    if kind in ("integer", "floating", "mixed-integer-float", "decimal", "boolean"):
        return np.array([np.nan if pd.isna(value) else read_number(value) for value in values])
    return values


def _take_static(given, codes, namer):
    """Take what columns hold in each series; raise if that changes within one."""
    if not len(codes):
        return {label: values[:0] for label, values in given.items()}
    starts, sizes = find_runs(codes)
    taken = {}
    for label, values in given.items():
        taken[label] = values[starts]
        changed = values != np.repeat(taken[label], sizes)
        if changed.any():
            row = int(changed.argmax())
            first = taken[label][np.searchsorted(starts, row, side="right") - 1]
            raise ValueError(
                f"static={label!r} must name a column that is constant in each series, but it is "
                f"{make_plain(first)!r} and {make_plain(values[row])!r}{namer(codes[row])}. Name "
                "it with known= if it is known ahead."
            )
    return taken


def read_dates(times, names, step):
    """Read what dates say of themselves, each date once.

    Returns
    -------
    flags, waves : ndarray of shape (n, columns)
    """
    numbers, dates = pd.factorize(times)
    values, _, is_flag = make_calendar(dates, names, step)
    return values[:, is_flag][numbers], values[:, ~is_flag][numbers]
