"""Panels larger than memory: some series stand for all, the others are learned part by part."""

import numpy as np
import pandas as pd
from sklearn.utils import _safe_indexing

from .._chunks import Chunks, join_tables, refuse_beside
from .._errors import describe, explain_errors
from .._numbers import make_plain
from .._state import freeze
from .._streams import StreamedData
from ._pairs import SeriesPairs
from ._parts import counts_rows
from ._series import holds_text, list_columns
from ._tables import read_table

SAMPLE_ROWS = 2**19  # of the series that stand for all


def open_panel(X, y, sample_weight, labels):
    """Open chunks of a panel; None if X is in memory.

    Parameters
    ----------
    X : Chunks or array-like
    y, sample_weight : array-like or None
        Which cannot stand beside chunks.
    labels : tuple
        Of the columns of series and times.

    Returns
    -------
    PartedPanel or None
    """
    if not isinstance(X, Chunks):
        return None
    advice = "Parts hold all there is to learn from; target= names what is forecast."
    refuse_beside(X, advice, y=y, sample_weight=sample_weight)
    return PartedPanel(X, labels)


def list_tables(X):
    """Iterate over the tables of chunks that hold rows, or give the one that is given."""
    return _iterate_tables(X) if isinstance(X, Chunks) else [X]


def _iterate_tables(chunks):
    n_tables = 0
    for number, table, y in chunks._iterate_numbered():
        _check_alone(y, number)
        if len(table):
            n_tables += 1
            yield table
    if not n_tables:
        raise ValueError(f"X must hold rows; {chunks!r} gave none.")


def _check_alone(y, number):
    if y is not None:
        raise ValueError(
            f"Part {number} of X must be a table alone, which holds what is forecast (target=); "
            f"got a pair with {describe(y)}: give Chunks no y=."
        )


class PartedPanel:
    """A panel in chunks, each of which holds whole series.

    Parameters
    ----------
    chunks : Chunks
    labels : tuple
        As in :func:`open_panel`.

    Attributes
    ----------
    sample : table
        The series that stand for all: drawn at random, by a hash of their labels, up to
        ``SAMPLE_ROWS`` rows.
    n_rows : int
        Of all series.
    share : float
        Of the rows, those that are in the sample.

    Raises
    ------
    ValueError
        If a part does not tell series apart, or a series lies in two parts.
    """

    def __init__(self, chunks, labels):
        self._chunks, self._labels = chunks, labels
        counts = self._count_rows()
        numbers = pd.util.hash_pandas_object(counts.index, index=False)
        drawn = counts.iloc[np.argsort(numbers.to_numpy(), kind="stable")]
        is_taken = drawn.cumsum() <= SAMPLE_ROWS
        is_taken.iloc[0] = True
        self._taken, self.n_rows = drawn.index[is_taken], int(counts.sum())
        self.share = drawn[is_taken].sum() / self.n_rows
        tables = list(self._select(True))
        is_plain = isinstance(tables[0], pd.DataFrame)
        counts_all = is_plain and all(counts_rows(table.index) for table in tables)
        self.sample = join_tables(tables, ignore_index=counts_all)

    def iterate(self, rng=None):
        """Yield tables of the series that are not in the sample, in random order of parts."""
        return self._select(False, rng)

    def _count_rows(self):
        """Count the rows of each series: a Series by label."""
        found, pattern, self._digests = [], None, []
        for number, part, y in self._chunks._iterate_numbered():
            _check_alone(y, number)
            table = self._read(part, number)
            self._digests.append(_digest(table))
            if table is None:
                continue
            told = _tell_kinds(table)
            pattern = told if pattern is None else pattern
            for what, given in told.items():
                if given != pattern[what]:
                    raise ValueError(
                        f"Part {number} of X must be like those before it; {what}: {given}, "
                        f"before {pattern[what]}."
                    )
            found.append(pd.Series(np.bincount(table.codes), table.keys))
        if not found:
            raise ValueError(f"X must hold rows; {self._chunks!r} gave none: it has no part.")
        counts = pd.concat(found)
        if not counts.index.is_unique:
            label = make_plain(counts.index[counts.index.duplicated().argmax()])
            raise ValueError(
                f"Each part of X must hold whole series, but {label!r} lies in two: sort or "
                "shuffle the table by series first."
            )
        return counts

    def _read(self, part, number):
        """Read what a part says of series and times; None of one without rows."""
        with explain_errors(f"Part {number} of X must be a table of series", part):
            if not len(part):
                return None
            read = read_table(part, *self._labels)
            if read.keys is None:
                raise ValueError("It tells none apart: name their column with series=.")
        return read

    def _select(self, is_sampled, rng=None):
        n_parts = 0
        for number, part, _ in self._chunks._iterate_numbered(rng):
            table, n_parts = self._read(part, number), n_parts + 1
            self._check_again(number, _digest(table))
            if table is None:
                continue
            chosen = table.keys.isin(self._taken) == is_sampled
            if chosen.all():
                yield part
            elif chosen.any():
                yield _safe_indexing(part, np.flatnonzero(chosen[table.codes]))
        if n_parts < len(self._digests):
            self._check_again(n_parts, None)

    def _check_again(self, number, digest):
        """Raise unless a part holds the series, and as many rows, that it held before."""
        if number >= len(self._digests) or digest != self._digests[number]:
            raise ValueError(
                "X must give the same parts in each pass over it: part "
                f"{number} does not hold the series and rows that it held in the first."
            )


def _digest(table):
    """Tell the series of a part, and how many rows it has."""
    if table is None:
        return 0, 0
    return len(table.codes), int(pd.util.hash_pandas_object(table.keys, index=False).sum())


def _tell_kinds(table):
    """Tell what the parts of a panel have in common."""
    columns = list_columns(table.values)
    return {
        "columns": [name for name, _ in columns],
        "columns of text": [name for name, column in columns if holds_text(column)],
        "times": _tell_times(table.times),
        "tables": str(table.pattern.backend),
    }


def _tell_times(times):
    if isinstance(times, pd.DatetimeIndex):
        return "dates without a time zone" if times.tz is None else f"dates in {times.tz}"
    if isinstance(times, pd.PeriodIndex):
        return str(times.dtype)
    return "durations" if isinstance(times, pd.TimedeltaIndex) else "numbers or none"


class OtherSeries:
    """The series of a panel beside its sample, for a forecaster that has learned the sample.

    Parameters
    ----------
    forecaster : BaseForecaster
        That has learned all but its model.
    panel : PartedPanel
    given : SeriesRows
        The rows of the sample, as they were given.

    Attributes
    ----------
    n_rows : int
        Of all series, with the sample.

    Raises
    ------
    ValueError
        If a part is not like the sample: if its columns or the steps of its times are others.
    """

    def __init__(self, forecaster, panel, given):
        self._panel, self.n_rows = panel, panel.n_rows
        self._first, self._learned = forecaster._keep_first(1, given), []
        for table in panel.iterate():
            part = freeze(self._first)
            with explain_errors("Every part of X must be like the others", table):
                part._append_series(table)
            self._learned.append(part)
        self._first._intervals = None  # no word of a training

    def add_to(self, forecaster):
        """Have a forecaster know these series, too."""
        forecaster._take_series(self._learned)

    def stream(self, data, make_data):
        """Give training data that goes on with these series.

        Parameters
        ----------
        data : TrainingData
            Of the sample.
        make_data : callable
            Makes such data of :class:`SeriesPairs`, the first series of which is in ``data``.

        Returns
        -------
        StreamedData
        """

        def read(rng=None):
            yield data
            yield from map(make_data, self._iterate_pairs(rng))

        n_rows = round(len(data) / self._panel.share)
        return StreamedData(read, n_rows, data, is_estimate=True)

    def _iterate_pairs(self, rng):
        for table in self._panel.iterate(rng):
            part = freeze(self._first)
            rows, *since = part._append(part._place_rows(table, follows=True))
            pairs = SeriesPairs(rows, part._scaler, part._n_steps, *since)
            if len(pairs):
                yield pairs
