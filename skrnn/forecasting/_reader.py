"""Tables that a forecaster is given, read as rows of the series that it has seen."""

import copy

import numpy as np
import pandas as pd

from .._errors import explain_errors
from ._covariates import GivenColumns
from ._placing import KnownSeries, RowsAt, lay_out, place_after
from ._tables import read_table
from ._timelines import find_runs


class RowReader:
    """Reads tables as rows of series, with what is known ahead of them.

    Parameters
    ----------
    labels : tuple
        What tells series and times, as in :func:`skrnn.forecasting._tables.read_table`.
    covariates : Covariates
    horizon : int
        Rows that are forecast at once.
    names : list
        Of the columns of the table in fit; empty if they have none.

    Attributes
    ----------
    known : KnownSeries
        The series that have been seen, once they have been learned.
    pattern : Pattern
        The form of the table that they were learned from.
    """

    def __init__(self, labels, covariates, horizon, names):
        self.covariates, self.horizon = covariates, horizon
        self.labels, self._names = labels, names

    def learn(self, table, given, values, n_read, weights, freq):
        """Learn the series of a table.

        Parameters
        ----------
        table : Table
        given : GivenColumns
            What it says beside the values of series.
        values : ndarray of shape (n, columns)
            In the order given.
        n_read : int
            How many columns, from the first, are those of the series.
        weights : ndarray of shape (n,) or None
        freq : str, offset or None
            As :func:`lay_out` reads them.

        Returns
        -------
        rows : SeriesRows
            With what is known ahead of them.
        timelines : Timelines or None
        """
        rows, timelines, lie = lay_out(table, values, freq, weights)
        self.known = KnownSeries.learn(table.keys, rows.take_columns(n_read), timelines)
        self.pattern = table.pattern
        if self.covariates:
            lie = lie or RowsAt(rows.codes, rows.places, None)
            step = getattr(timelines, "step", None)
            words = given.take(table.order), lie, step, len(rows), self.known.name
            rows.ahead = self.covariates.learn(*words)
        return rows, timelines

    def open(self, X, past):
        """Open a table that holds the values of series that have been learned.

        Parameters
        ----------
        X : array-like
        past : Past

        Returns
        -------
        table : Table
            Its values are those that are left to be read.
        given : GivenColumns
            What it says beside them.
        """
        table = read_table(X, *self.labels, numbers_tell=past.timelines is not None)
        self._name_columns(table)
        given, _ = self.covariates.separate(table)
        return table, given

    def _name_columns(self, table):
        """Name the columns of an array as those of the table in fit, which words may name."""
        is_array = isinstance(table.values, np.ndarray) and table.values.ndim == 2
        if self.covariates and is_array and table.values.shape[1] == len(self._names):
            table.values = pd.DataFrame(table.values, columns=self._names)

    def place(self, table, given, values, past, follows=False):
        """Place the rows of a table that was opened, with what is known ahead of them.

        Parameters
        ----------
        table, given
            As :meth:`open` gives them.
        values : ndarray of shape (n, columns)
        past : Past
        follows : bool, default=False
            As in :meth:`KnownSeries.place`.

        Returns
        -------
        PlacedRows
        """
        placed = self.known.place(table, values, past, follows)
        if not self.covariates:
            return placed
        known = self.known if table.keys is None else self.known.add(table.keys)
        given = given.take(table.order)
        words = given, placed.lie, known.name, self.horizon - 1
        return placed._replace(ahead=self.covariates.add(past.rows.ahead, *words))

    def place_next(self, X, past):
        """Place rows that follow the last ones of series, and add them to what is known ahead.

        Returns
        -------
        table : Table
        lie : RowsAt
        ahead : KnownAhead or None
        """
        return self._place_after(X, "X", find_ends(past), self.known.keys, past, past.rows.ahead)

    def add_future(self, placed, X_future, past):
        """Add to placed rows what is known of those that follow them."""
        if not self.covariates.known_labels:
            raise ValueError("X_future is given, but no column is known ahead: see known=.")
        starts, sizes = find_runs(placed.codes)
        ends = RowsAt(*(part if part is None else part[starts + sizes - 1] for part in placed.lie))
        keys = placed.table.keys
        keys = keys if keys is None else self.known.add(keys).keys
        *_, ahead = self._place_after(X_future, "X_future", ends, keys, past, placed.ahead)
        return placed._replace(ahead=ahead)

    def _place_after(self, X, name, ends, keys, past, ahead):
        with explain_errors(f"{name} must be a table of rows that follow", X):
            if not (hasattr(X, "shape") or isinstance(X, list | tuple)):
                raise TypeError("It is none.")
        timelines = past.timelines
        table = read_table(X, *self.labels, name, numbers_tell=timelines is not None)
        self._name_columns(table)
        given, _ = self.covariates.separate(table, name, words=("known",))
        lie = place_after(table, ends, keys, getattr(timelines, "step", None), name)
        if self.covariates:
            given = GivenColumns(given.known, {}).take(table.order)
            ahead = self.covariates.add(ahead, given, lie, None)
        return table, lie, ahead

    def add_dates(self, past, n_after):
        """Give what is known ahead with what the dates after the last rows say."""
        if not self.covariates:
            return past.rows.ahead
        if self.covariates.known_labels:
            raise ValueError(
                f"forecast needs X, the rows to come, with {self.covariates.known_labels}, which "
                "are known ahead."
            )
        return self.covariates.add_dates(past.rows.ahead, find_ends(past), n_after)

    def keep_first(self, n_series):
        """Give the same that knows the first series alone."""
        fewer = copy.copy(self)
        fewer.known = self.known.keep_first(n_series)
        return fewer

    def join(self, parts):
        """Give the same with the series of parts behind: all but the first of each."""
        longer = copy.copy(self)
        longer.known = self.known.join([part.known for part in parts])
        return longer

    def remember(self, rows):
        """Give the same that knows its last series, :class:`SeriesRows`, by how they begin."""
        longer = copy.copy(self)
        longer.known = self.known.remember(rows)
        return longer

    def add_series(self, placed):
        """Give the same that knows the series of placed rows, too."""
        longer = copy.copy(self)
        if placed.table.keys is not None:
            longer.known = self.known.add(placed.table.keys)
        return longer

    def check_follows(self, placed, past):
        """Raise unless placed rows come after the last ones seen."""
        if placed.places.min() < 1:
            row = int(placed.places.argmin())
            code = placed.codes[row]
            raise ValueError(
                f"X begins at {placed.times[row]}{self.known.name(code)}, but rows up to "
                f"{past.timelines.get_last(code)} have been seen; give the rows that follow."
            )

    def check_ahead(self, placed):
        """Raise if a forecast of placed rows lacks what is known ahead."""
        if self.find_lacking(placed).any():
            raise ValueError(
                f"horizon={self.horizon} reaches past the last row of X, and "
                f"{self.covariates.known_labels} must be known of the rows there: give "
                f"X_future, {self.horizon - 1} rows that follow those of each series (in a "
                "search or pipeline, to predict of InnerForecaster)."
            )

    def find_lacking(self, placed):
        """Tell the rows that lack what is known of steps past the last row of their series."""
        starts, sizes = find_runs(placed.codes)
        lasts = np.repeat(placed.at[starts + sizes - 1], sizes)
        steps = np.arange(self.horizon)
        is_after = placed.at[:, None] + steps > lasts[:, None]
        rows = is_after.any(axis=1)
        if self.covariates.known_labels and rows.any():
            taken = placed.ahead.take(placed.codes[rows], placed.at[rows], steps)
            is_unknown = np.isnan(taken[:, :, self.covariates.known_places]).any(axis=2)
            rows[rows] = (is_unknown & is_after[rows]).any(axis=1)
            return rows
        return np.zeros(len(rows), bool)


def find_ends(past):
    """Find where the last rows seen of each series lie."""
    has_step = past.timelines is not None and past.timelines.step is not None
    times = past.timelines.lasts if has_step else None
    return RowsAt(np.arange(len(past)), past.counts - 1, times)
