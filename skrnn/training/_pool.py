"""A pool of compiled models, which are lent and taken back."""

import threading
from collections import OrderedDict
from contextlib import contextmanager
from itertools import count

from .._interrupts import hold_interrupts

POOL_SIZE = 16


class ModelPool:
    """Compiled models, each lent to one call at a time, the least recently used dropped.

    Parameters
    ----------
    size : int
        How many are kept.
    find_surroundings : callable
        Gives what a model depends on beside its key, whenever one is borrowed.
    """

    def __init__(self, size, find_surroundings):
        self.size, self._find_surroundings = size, find_surroundings
        self._lock = threading.Lock()
        self._ids = count()
        self._free = OrderedDict()  # (key, id) to lease, least recently used first

    @contextmanager
    def borrow(self, key, make):
        """Lend a model for the key, made now if all of them are lent.

        A model whose call fails is not taken back: its variables may be half-changed.
        """
        key = key, self._find_surroundings()
        with self._lock:
            found = next((k for k in reversed(self._free) if k[0] == key), None)
            lease = self._free.pop(found) if found else None
        if lease is None:
            with hold_interrupts():
                lease = make()
        yield lease
        with self._lock:
            self._free[key, next(self._ids)] = lease
            while len(self._free) > self.size:
                self._free.popitem(last=False)

    def clear(self):
        with self._lock:
            self._free.clear()
