"""A random sample of rows that come in parts."""

from itertools import chain
from typing import NamedTuple

import numpy as np
from sklearn.utils import _safe_indexing

from .._chunks import join_tables


class Rows(NamedTuple):
    """Rows with their targets, and where they come from: the part, and the place in it."""

    X: object
    y: np.ndarray
    parts: np.ndarray
    places: np.ndarray
    draws: np.ndarray

    def select(self, rows):
        """Give some of the rows."""
        return Rows(_safe_indexing(self.X, rows), *(values[rows] for values in self[1:]))


class RowSample:
    """Rows of parts that come one by one, drawn such that each has the same chance.

    A number is drawn for every row, and the rows of the smallest numbers are kept.

    Parameters
    ----------
    size : int
        How many rows are drawn.
    rng : numpy.random.Generator
    """

    def __init__(self, size, rng):
        self._size, self._rng, self._bound = size, rng, np.inf
        self._pieces = []

    def add(self, number, X, y):
        """Take rows of the part of a number, texts or a table, with an array of targets."""
        draws = self._rng.random(len(y))
        places = np.flatnonzero(draws < self._bound)
        if not len(places):
            return
        parts = np.full(len(places), number)
        kept = _safe_indexing(X, places), y[places], parts, places, draws[places]
        self._pieces.append(Rows(*kept))
        if sum(len(piece.y) for piece in self._pieces) > 2 * self._size:
            self._pieces = [self.draw()]

    def draw(self):
        """Give the sample of the rows until here, in the order in which they came."""
        X, *others = zip(*self._pieces, strict=True)
        rows = Rows(join_rows(X), *map(np.concatenate, others))
        if len(rows.y) <= self._size:
            return rows
        kept = np.sort(np.argpartition(rows.draws, self._size)[: self._size])
        self._bound = rows.draws[kept].max()
        return rows.select(kept)


def join_rows(parts):
    """Join texts, arrays or dataframes of one kind, one below the other."""
    if len(parts) == 1:
        return parts[0]
    if isinstance(parts[0], list):
        return list(chain.from_iterable(parts))
    if isinstance(parts[0], np.ndarray):
        return np.concatenate(parts)
    return join_tables(parts)
