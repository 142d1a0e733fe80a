"""From where forecasts are made: each kind knows what comes before, and what is to be given."""

import numpy as np

from .._numbers import COUNT, make_plain
from ._answers import shape_answer, shape_future_answer
from ._placing import put_back
from ._timelines import find_runs


def find_next(reader, past, horizon, X):
    """Find the origins of what follows the last rows seen.

    Parameters
    ----------
    reader : RowReader
    past : Past
    horizon : int or None
        How many rows of each series; None for the rows of X, or else as many as are trained.
    X : array-like or None
        The rows that follow.
    """
    if X is not None:
        if horizon is not None:
            raise ValueError(f"horizon={horizon!r} and X both say how many rows; give one.")
        return GivenOrigins(past, *reader.place_next(X, past))
    horizon = reader.horizon if horizon is None else make_plain(horizon)
    if not COUNT.is_satisfied_by(horizon):
        raise ValueError(f"horizon={horizon!r} must be an int of at least 1, or None.")
    return NextOrigins(past, reader.add_dates(past, horizon), horizon, reader)


class RowOrigins:
    """Rows of a table, each of which is forecast from the rows before it.

    Parameters
    ----------
    placed : PlacedRows
    values : ndarray of shape (n, columns)
        Theirs, as the model reads them.
    horizon : int

    Attributes
    ----------
    codes, at : ndarray of int of shape (n,)
        The series of each origin, and the place in it of the first row that is forecast.
    ahead : KnownAhead or None
    horizon : int
        Rows that are forecast from each.
    """

    def __init__(self, placed, values, horizon):
        self.codes, self.at, self.ahead = placed.codes, placed.at, placed.ahead
        self.horizon = horizon
        self._places, self._table, self._values = placed.places, placed.table, values

    def look_back(self, past, ahead=None):
        """Give the :class:`History` of each, from a :class:`Past`."""
        return past.find(self._values, self.codes, self._places, ahead)

    def shape(self, answer, names, kinds):
        """Give what was asked for, (n, horizon, kinds * targets), as the user sees it."""
        return shape_answer(put_back(answer, self._table), self._table, names, kinds)


class NextOrigins:
    """The ends of all series; what follows them is as long for each.

    Parameters
    ----------
    past : Past
    ahead : KnownAhead or None
    horizon : int
    reader : RowReader
        Which knows the series, and the form of the table that they were learned from.

    Attributes
    ----------
    codes, at, ahead, horizon
        As in :class:`RowOrigins`.
    """

    def __init__(self, past, ahead, horizon, reader):
        self.codes, self.at, self.ahead = np.arange(len(past)), past.counts, ahead
        self.horizon = horizon
        self._timelines = past.timelines
        self._keys, self._pattern = reader.known.keys, reader.pattern

    def look_back(self, past, ahead=None):
        """Give the :class:`History` of each, from a :class:`Past`."""
        return past.find_next(ahead)

    def shape(self, answer, names, kinds):
        """Give what was asked for, (n, horizon, kinds * targets), as the user sees it."""
        times = None if self._timelines is None else self._timelines.extend(self.horizon)
        return shape_future_answer(answer, self._keys, times, names, self._pattern, kinds)


class GivenOrigins:
    """The ends of those series of which a table holds the rows that follow.

    Parameters
    ----------
    past : Past
    table : Table
    lie : RowsAt
        Where its rows lie.
    ahead : KnownAhead or None

    Attributes
    ----------
    codes, at, ahead, horizon
        As in :class:`RowOrigins`.
    """

    def __init__(self, past, table, lie, ahead):
        starts, sizes = find_runs(lie.codes)
        self.codes, self.ahead, self.horizon = lie.codes[starts], ahead, int(sizes.max())
        self.at = past.counts[self.codes]
        self._table, self._owners = table, np.repeat(np.arange(len(starts)), sizes)
        self._steps = lie.places - past.counts[lie.codes]

    def look_back(self, past, ahead=None):
        """Give the :class:`History` of each, from a :class:`Past`."""
        return past.find_next(ahead).select(self.codes)

    def shape(self, answer, names, kinds):
        """Give what was asked for, (n, horizon, kinds * targets), as the user sees it."""
        answer = put_back(answer[self._owners, self._steps][:, None], self._table)
        return shape_answer(answer, self._table, names, kinds)
