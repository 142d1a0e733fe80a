"""What functions gave for the same data before, so that the candidates of a search share it.

What goes in is told by content: a key is a hash of its pickle. What comes out is kept as a pickle,
too: its size is known, and whoever gets it has a copy of their own.
"""

import hashlib
import io
import os
import pickle
import threading
from collections import OrderedDict
from types import SimpleNamespace

MOST_BYTES = 2**27  # that are kept
LARGEST = MOST_BYTES // 8  # of what one call gave: those for all folds are to find room
# Packages whose functions and classes stay what they are. Others may be defined anew, or hold what
# no pickle shows.
KNOWN = {"builtins", "copyreg", "_codecs", "numpy", "scipy", "sklearn", "skrnn"}
KNOWN |= {"pandas", "polars", "pyarrow", "tokenizers"}


class Memory:
    """What functions gave, the least recently used dropped.

    Parameters
    ----------
    most_bytes, largest : int
        Of all that is kept, and of what is kept of one call.
    """

    def __init__(self, most_bytes, largest):
        self._most_bytes, self._largest = most_bytes, largest
        self.begin()

    def begin(self):
        """Be empty, with a new lock: a thread that a forked process lacks may hold the old."""
        self._lock = threading.Lock()
        self._kept, self._n_bytes = OrderedDict(), 0

    def recall(self, make, *given):
        """Give what a function makes of what is given, or a copy of what it made before."""
        try:
            key = hash_content((make, given))
        except Exception:  # of whatever cannot be pickled, or is not known
            return make(*given)
        with self._lock:
            written = self._kept.get(key)
            if written is not None:
                self._kept.move_to_end(key)
        if written is not None:
            return pickle.loads(written)
        made = make(*given)
        try:
            written = write(made, self._largest)
        except NoRoom:
            return made
        with self._lock:
            self._n_bytes += len(written) - len(self._kept.pop(key, b""))
            self._kept[key] = written
            while self._kept and self._n_bytes > self._most_bytes:
                self._n_bytes -= len(self._kept.popitem(last=False)[1])
        return made

    def clear(self):
        with self._lock:
            self._kept.clear()
            self._n_bytes = 0


class ContentPickler(pickle.Pickler):
    """Writes what can be told by content, and raises for all else."""

    def reducer_override(self, item):
        module = getattr(item, "__module__", None) or "builtins"
        if module.partition(".")[0] not in KNOWN:
            raise TypeError(f"{item!r} is not known.")
        return NotImplemented


class NoRoom(Exception):
    """Raised by what takes more bytes than there may be."""


class BoundedFile(io.BytesIO):
    """A file for so many bytes."""

    def __init__(self, most_bytes):
        super().__init__()
        self._most_bytes = most_bytes

    def write(self, part):
        if self.tell() + memoryview(part).nbytes > self._most_bytes:
            raise NoRoom
        return super().write(part)


def hash_content(item):
    """Give a hash that only items of the same content share."""
    digest = hashlib.blake2b()
    pickler = ContentPickler(SimpleNamespace(write=digest.update), pickle.HIGHEST_PROTOCOL)
    pickler.fast = True  # does not tell whether parts that are equal are one object
    pickler.dump(item)
    return digest.digest()


def write(item, most_bytes):
    """Give a pickle of an item, of so many bytes at most."""
    file = BoundedFile(most_bytes)
    pickle.Pickler(file, pickle.HIGHEST_PROTOCOL).dump(item)
    return file.getvalue()


memory = Memory(MOST_BYTES, LARGEST)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=memory.begin)
