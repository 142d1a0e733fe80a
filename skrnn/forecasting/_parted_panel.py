"""Panels larger than memory: some series stand for all, the others are learned part by part."""

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from sklearn.utils import _safe_indexing

from .._chunks import Chunks
from .._errors import describe, explain_errors
from .._numbers import make_plain
from .._state import freeze
from .._streams import StreamedData
from ._pairs import SeriesPairs
from ._parts import counts_rows
from ._series import get_names
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
    for name, given in (("y", y), ("sample_weight", sample_weight)):
        if given is not None:
            raise ValueError(
                f"{name} must be None where X is Chunks, whose parts hold all there is to learn "
                f"from (target= names what is forecast); got {describe(given)}."
            )
    return PartedPanel(X, labels)


def list_tables(X):
    """List the tables of chunks, or the one that is given."""
    return (table for table, _ in X) if isinstance(X, Chunks) else [X]


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
        self.sample = _join(list(self._select(True)))

    def iterate(self, rng=None):
        """Yield tables of the series that are not in the sample, in random order of parts."""
        return self._select(False, rng)

    def _count_rows(self):
        """Count the rows of each series: a Series by label."""
        found, columns = [], None
        for number, part in enumerate(self._chunks):
            table = self._read(part, number)
            names = get_names(table.values, 0)
            columns = names if columns is None else columns
            if names != columns:
                raise ValueError(
                    f"Part {number} of X must have the columns of the first, {columns}; got "
                    f"{names}."
                )
            found.append(pd.Series(np.bincount(table.codes), table.keys))
        if not found:
            raise ValueError("X has no part: its function yields none.")
        counts = pd.concat(found)
        if not counts.index.is_unique:
            label = make_plain(counts.index[counts.index.duplicated().argmax()])
            raise ValueError(
                f"Each part of X must hold whole series, but {label!r} lies in two: sort or "
                "shuffle the table by series first."
            )
        return counts

    def _read(self, part, number):
        """Read what a part says of series and times."""
        table, y = part
        name = f"Part {number} of X"
        if y is not None:
            raise ValueError(
                f"{name} must be a table alone, which holds what is forecast (target=); got a "
                f"pair with {describe(y)}."
            )
        with explain_errors(f"{name} must be a table of series", table):
            read = read_table(table, *self._labels)
            if read.keys is None:
                raise ValueError("It tells none apart: name their column with series=.")
        return read

    def _select(self, is_sampled, rng=None):
        for number, part in enumerate(self._chunks.iterate(rng)):
            table = self._read(part, number)
            chosen = table.keys.isin(self._taken) == is_sampled
            if chosen.all():
                yield part[0]
            elif chosen.any():
                yield _safe_indexing(part[0], np.flatnonzero(chosen[table.codes]))


def _join(tables):
    """Put tables below each other."""
    if isinstance(tables[0], pd.DataFrame):
        return pd.concat(tables, ignore_index=all(counts_rows(table.index) for table in tables))
    return nw.concat([nw.from_native(table, eager_only=True) for table in tables]).to_native()


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
            with explain_errors("Every part of X must be like the others", table):
                self._learned.append(self._learn(table)[0])

    def _learn(self, table):
        """Give a forecaster of the first series and those of a table, and the rows of these."""
        part = freeze(self._first)
        return part, part._append_series(table)

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
            part, (rows, *since) = self._learn(table)
            pairs = SeriesPairs(rows, part._scaler, part._n_steps, *since)
            if len(pairs):
                yield pairs
