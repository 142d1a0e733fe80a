"""A random order of many rows that takes no memory of their number."""

from math import isqrt

import numpy as np

MANY = 2**20  # rows whose order is not written down


def shuffle(rows, rng):
    """Give rows in a random order.

    Parameters
    ----------
    rows : range or ndarray of int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, or an object with ``len`` and slices that are
    """
    if isinstance(rows, range) and len(rows) > MANY:
        return ShuffledRange(rows, rng)
    if isinstance(rows, range):  # NumPy would make a list of it
        rows = np.arange(rows.start, rows.stop, rows.step)
    return rng.permutation(rows)


class ShuffledRange:
    """A range in a random order, of which slices are computed when they are asked for.

    Positions are cells of a square, and a Feistel network moves them: in turns, each row of cells
    is turned by a random number, and each column. Where a cell behind the last position comes
    out, it is moved again.

    Black and Rogaway (2002), Ciphers with arbitrary finite domains, CT-RSA.

    Parameters
    ----------
    rows : range
        With a step of 1.
    rng : numpy.random.Generator
    """

    def __init__(self, rows, rng, n_rounds=4):
        self._rows = rows
        self._width = isqrt(len(rows) - 1) + 1
        self._height = -(-len(rows) // self._width)
        self._turns = [
            (
                rng.integers(self._height, size=self._width),
                rng.integers(self._width, size=self._height),
            )
            for _ in range(n_rounds)
        ]

    def __len__(self):
        return len(self._rows)

    def __getitem__(self, part):
        cells = self._move(np.arange(*part.indices(len(self))))
        while (outside := cells >= len(self)).any():
            cells[outside] = self._move(cells[outside])
        return cells + self._rows.start

    def _move(self, cells):
        up, along = np.divmod(cells, self._width)
        for rises, shifts in self._turns:
            up = (up + rises[along]) % self._height
            along = (along + shifts[up]) % self._width
        return up * self._width + along
