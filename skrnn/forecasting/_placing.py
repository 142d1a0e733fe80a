"""Rows of tables laid out as series, and placed in series that have been seen before."""

import warnings
from itertools import chain
from typing import NamedTuple

import numpy as np
import pandas as pd

from .._numbers import make_plain
from ._ahead import KnownAhead
from ._past import find_unique_start
from ._rows import SeriesRows, find_starts, list_ranges, spread_rows
from ._tables import Table
from ._timelines import Timelines, count_rows, find_runs, learn_timelines

KEPT_LABELS = 1000  # of a series whose dates have no step


class PlacedRows(NamedTuple):
    """Rows sorted by series, then time.

    ``places`` are 1 for the row after the last that is remembered of a series, and ``at`` is 0
    for its first row of all; series that have not been seen have the codes behind the others.
    """

    table: Table
    values: np.ndarray
    codes: np.ndarray
    places: np.ndarray
    at: np.ndarray
    times: pd.Index | None
    ahead: KnownAhead | None = None

    @property
    def lie(self):
        """Where the rows lie, as :class:`RowsAt`."""
        return RowsAt(self.codes, self.at, self.times)


class RowsAt(NamedTuple):
    """Where rows, sorted by series and time, lie: in which series, at which places, and when."""

    codes: np.ndarray
    places: np.ndarray
    times: pd.Index | None

    def complete(self, step, n_after):
        """Give all rows from the first of each series to so many after its last.

        Parameters
        ----------
        step : object
            From one row to the next in time; None where rows have no times to be told.
        n_after : int

        Returns
        -------
        rows : RowsAt
        numbers : ndarray of int of shape (n,)
            Which of all rows these are.
        """
        starts, sizes = find_runs(self.codes)
        firsts, order = self.places[starts], np.arange(len(starts))
        lengths = self.places[starts + sizes - 1] - firsts + 1 + n_after
        numbers = self.places + np.repeat(find_starts(lengths)[:-1] - firsts, sizes)
        if lengths.sum() == len(self.codes):
            return self, numbers
        codes, places = np.repeat(self.codes[starts], lengths), list_ranges(firsts, lengths)
        times = None
        if step is not None:
            n_most = int(lengths.max()) - 1
            later = Timelines(step, self.times[starts], order).extend(n_most)
            first = find_starts(lengths)[:-1]
            at = (
                len(starts)
                + np.arange(len(codes))
                - np.repeat(first - n_most * order, lengths)
                - 1
            )
            at[first] = order
            times = self.times[starts].append(later).take(at)
        return RowsAt(codes, places, times), numbers


def lay_out(table, values, freq, weights=None):
    """Give the rows of each series of a table at their places, and where these lie in time.

    Parameters
    ----------
    table : skrnn.forecasting._tables.Table
    values : ndarray of shape (n, columns)
        In the order given.
    freq : str, offset or None
        The step; None finds it.
    weights : ndarray of shape (n,), default=None
        What each row counts for; those in between count for nothing.

    Returns
    -------
    rows : SeriesRows
    timelines : skrnn.forecasting._timelines.Timelines or None
    lie : RowsAt or None
        Where each row of the table, sorted, lies; None if each follows the one before.
    """
    if weights is not None:
        rows, timelines, lie = lay_out(table, np.column_stack([values, weights]), freq)
        weights = np.nan_to_num(rows.values[:, -1])
        return SeriesRows(rows.values[:, :-1], rows.starts, weights), timelines, lie
    values, codes, times = _sort_all(table, values)
    if times is None and freq is None:
        return SeriesRows(values, find_starts(np.bincount(codes))), None, None
    n_series = 1 if table.keys is None else len(table.keys)
    timelines, places = learn_timelines(times, codes, n_series, freq, KEPT_LABELS, table.keys)
    rows = spread_rows(values, codes, places, n_series)
    return rows, timelines, RowsAt(codes, places, times)


class KnownSeries:
    """The series that have been seen: by label, or by how they begin where nothing tells times.

    Parameters
    ----------
    keys : pandas.Index of length n_series, or None
        The labels; one series may have none.
    beginnings : list of ndarray of shape (rows, columns), default=None
        The first rows of each of the series in fit.
    """

    def __init__(self, keys, beginnings=None):
        self.keys, self._beginnings = keys, beginnings

    @classmethod
    def learn(cls, keys, rows, timelines):
        """Get to know the series of a table from its :class:`SeriesRows`."""
        if timelines is not None:
            return cls(keys)
        return cls(keys, [find_unique_start(rows.values[a:b]) for a, b in rows.get_bounds()])

    def keep_first(self, n_series):
        """Give the first series alone."""
        return KnownSeries(self.keys[:n_series], self._beginnings and self._beginnings[:n_series])

    def join(self, parts):
        """Give the same with the series of parts behind: all but the first of each."""
        beginnings = self._beginnings
        if beginnings is not None:
            others = (part._beginnings[1:] for part in parts)
            beginnings = list(chain(beginnings, *others))
        return KnownSeries(self.keys.append([part.keys[1:] for part in parts]), beginnings)

    def remember(self, rows):
        """Give the same that knows its last series, :class:`SeriesRows`, by how they begin."""
        if self._beginnings is None:
            return self
        begins = KnownSeries.learn(None, rows, None)._beginnings
        return KnownSeries(self.keys, self._beginnings + begins)

    def add(self, keys):
        """Give the same with the series of a table behind them that are new."""
        return KnownSeries(self.keys.append(self._find_new(keys)), self._beginnings)

    def name(self, code):
        """Name a series in an error; a single one needs no name."""
        return "" if self.keys is None else f" in series {self.keys[code]!r}"

    def place(self, table, values, past, follows=False):
        """Place the rows of a table.

        Parameters
        ----------
        table : skrnn.forecasting._tables.Table
        values : ndarray of shape (n, columns)
            In the order given.
        past : skrnn.forecasting._past.Past
        follows : bool, default=False
            Whether rows without times follow; else they do unless they begin like their series.

        Returns
        -------
        PlacedRows
        """
        if (table.keys is None) != (self.keys is None):
            has, had = (
                ("no", "several") if table.keys is None else ("several", "one without a label")
            )
            raise ValueError(f"X has {has} series told apart, but fit had {had}.")
        values, codes, times = _sort_all(table, values)
        if self.keys is not None:
            self._check_labels(table.keys, follows)
            codes = self._find(table.keys)[codes]  # series that have not been seen come last
            values, codes, times = _resort(table, codes, values, codes, times)
        if times is not None and past.timelines is not None:
            places = past.timelines.locate(times, codes, table.keys)
        else:
            places = self._place_by_order(values, codes, times, past, follows)
        at = past.count_rows(codes) + places - 1
        return PlacedRows(table, values, codes, places, at, times)

    def _check_labels(self, keys, follows):
        """Tell of labels that are of another type than those seen, none of which is among them."""
        kinds = [pd.api.types.infer_dtype(labels) for labels in (keys, self.keys)]
        if kinds[0] == kinds[1] or keys.isin(self.keys).any():
            return
        found = (
            f"No series of X was in fit: its labels, such as {make_plain(keys[0])!r}, are of "
            f"another type than {make_plain(self.keys[0])!r} there."
        )
        if follows:
            raise ValueError(f"{found} X must go on with series that have labels of one type.")
        warnings.warn(f"{found} All are forecast as new series.", stacklevel=2)

    def _find(self, keys):
        """Give the codes of labels; new ones follow those that are known."""
        codes = self.keys.get_indexer(keys)
        is_new = codes < 0
        codes[is_new] = len(self.keys) + np.arange(is_new.sum())
        return codes

    def _find_new(self, keys):
        return keys[self.keys.get_indexer(keys) < 0]

    def _place_by_order(self, values, codes, times, past, follows):
        starts, sizes = find_runs(codes)
        runs = np.repeat(np.arange(len(starts)), sizes)
        _, places = learn_timelines(times, runs, len(starts), None, 1)
        first = np.ones(len(starts), int)
        if not follows:
            begins = [
                self._is_beginning(values[start : start + size], codes[start])
                for start, size in zip(starts, sizes, strict=True)
            ]
            first -= np.where(begins, past.count_rows(codes[starts]), 0)
        return places + first[runs]

    def _is_beginning(self, values, code):
        """Tell whether rows begin like the series of a code."""
        if self._beginnings is None or code >= len(self._beginnings):
            return False
        known = self._beginnings[code][: len(values)]
        return np.array_equal(values[: len(known)], known, equal_nan=True)


def place_after(table, ends, keys, step, name):
    """Place rows that follow the last ones of series at once.

    Parameters
    ----------
    table : skrnn.forecasting._tables.Table
    ends : RowsAt
        The last rows.
    keys : pandas.Index or None
        The labels of series, by their codes.
    step : object
        From one row to the next in time.
    name : str
        What the table is called in errors.

    Returns
    -------
    RowsAt
        Of the rows sorted; ``table.order`` is changed to that.
    """
    if not len(table.codes):
        raise ValueError(f"{name} must hold the rows that follow; got none.")
    if (table.keys is None) != (keys is None):
        raise ValueError(
            f"{name} must tell series apart as X does, with the same series= and columns."
        )
    _, codes, times = _sort_all(table, np.empty((len(table.codes), 0)))
    if keys is not None:
        found = keys.get_indexer(table.keys)
        is_unknown = (found < 0) | ~np.isin(found, ends.codes)
        if is_unknown.any():
            label = make_plain(table.keys[is_unknown.argmax()])
            raise ValueError(
                f"{name} has the series {label!r}, of which there are no rows before."
            )
        codes = found[codes]
        codes, times = _resort(table, codes, codes, times)
    owners, sizes = np.searchsorted(ends.codes, codes), find_runs(codes)[1]
    wanted = places = count_rows(sizes) + 1
    if times is not None and ends.times is not None and step is not None:
        timelines = Timelines(step, ends.times, np.arange(len(ends.codes)))
        places = timelines.locate(times, owners, None, name)
    if (places != wanted).any():
        row = int((places != wanted).argmax())
        expected = timelines.extend(int(wanted[row]), owners[row : row + 1])[-1]
        where = "" if keys is None else f" in series {make_plain(keys[codes[row]])!r}"
        raise ValueError(
            f"{name} must hold the rows that follow, each a step after the one before: it has "
            f"{times[row]}{where} where {expected} comes next."
        )
    return RowsAt(codes, ends.places[owners] + places, times)


def _resort(table, codes, *parts):
    """Sort parts of a table, sorted but for the codes, by these."""
    order = np.argsort(codes, kind="stable")
    if (np.diff(order) < 0).any():
        rows = np.arange(len(codes)) if table.order is None else table.order
        table.order = rows[order]
        parts = [None if part is None else part[order] for part in parts]
    return parts


def sort_rows(rows, table):
    """Sort rows in the order given by series, then time."""
    return rows if table.order is None else rows[table.order]


def put_back(rows, table):
    """Put sorted rows into the order given."""
    if table.order is None:
        return rows
    given = np.empty_like(rows)
    given[table.order] = rows
    return given


def _sort_all(table, values):
    """Give values, series and times of rows sorted by series, then time."""
    times = None if table.times is None else sort_rows(table.times, table)
    return sort_rows(values, table), sort_rows(table.codes, table), times
