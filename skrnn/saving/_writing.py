"""From an estimator to a like one that skops can write: what it cannot is stood in for."""

import copyreg
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from types import BuiltinFunctionType, FunctionType

import numpy as np

from .._errors import describe
from ._kinds import Foreign, find_kind
from ._optional_kinds import KINDS, part_optional
from ._plain import PLAIN, SCALARS, write_plain

FUNCTIONS = FunctionType, BuiltinFunctionType, type(np.mean)
LONGEST_TEXT = 1 << 16  # characters; a longer one is an array


class Writer:
    """Makes copies of objects that hold nothing but what skops can write.

    What an object holds twice, its copy holds twice.
    """

    def __init__(self):
        self._copies = {}  # by id, beside the originals, which so keep theirs
        self._open = set()

    def copy(self, value, where):
        """Copy an object.

        Parameters
        ----------
        value : object
        where : str
            Where it stands, for errors.

        Raises
        ------
        Unwritable
            If it holds what cannot be written.
        """
        is_long = type(value) is str and len(value) > LONGEST_TEXT
        if type(value) in SCALARS and not is_long:
            return value
        if id(value) in self._open:
            raise Unwritable(f"{where} is an object that holds itself.")
        if id(value) not in self._copies:
            self._open.add(id(value))
            with _explain(value, where):
                self._copies[id(value)] = value, self._make_copy(value, where)
            self._open.remove(id(value))
        return self._copies[id(value)][1]

    def _make_copy(self, value, where):
        kind = type(value)
        text = write_plain(value) if kind in PLAIN else None
        if text is not None:
            return _hold_text(text)
        if kind is list:
            return self._copy_each(value, where)
        if kind is dict:
            return self._copy_dict(value, where)
        if isinstance(value, tuple) and (kind is tuple or hasattr(kind, "_fields")):
            return tuple.__new__(kind, self._copy_each(value, where))
        if isinstance(value, np.ndarray) and not isinstance(value, np.ma.MaskedArray):
            return self._copy_array(np.asarray(value), where)
        if find_kind(kind) is not None:
            return self._hold(find_kind(kind), KINDS[find_kind(kind)].write(value), where)
        found = part_optional(value)
        if found is not None:
            return self._hold(found[0], found[1:], where)
        if isinstance(value, dict | list | tuple):
            raise TypeError("It is a container of a kind that cannot be saved.")
        if isinstance(value, (type, *FUNCTIONS)):
            return _check_name(value)
        if kind is partial:
            return partial(
                self.copy(value.func, f"{where}.func"),
                *self._copy_each(value.args, f"{where}.args"),
                **self._copy_dict(value.keywords, f"{where}.keywords"),
            )
        return value if isinstance(value, np.ufunc) else self._copy_object(value, where)

    def _copy_each(self, values, where):
        return [self.copy(value, f"{where}[{i}]") for i, value in enumerate(values)]

    def _copy_dict(self, values, where):
        if all(type(key) is str for key in values):
            return {key: self.copy(value, f"{where}[{key!r}]") for key, value in values.items()}
        return self._hold("dict", KINDS["dict"].write(values), where)

    def _copy_array(self, values, where):
        if values.dtype == object:
            return self._hold("objects", KINDS["objects"].write(values), where)
        if values.dtype.kind == "V" and values.dtype.names is None:
            raise TypeError(f"Arrays of {values.dtype} cannot be saved.")
        return values

    def _hold(self, name, parts, where):
        return Foreign.hold(name, *(self.copy(part, where) for part in parts))

    def _copy_object(self, value, where):
        """Copy an object that is its attributes, or leave one that skops knows how to write."""
        kind = _check_name(type(value))
        is_plain = kind.__reduce__ is object.__reduce__
        is_plain &= kind.__reduce_ex__ is object.__reduce_ex__
        if not is_plain or kind in copyreg.dispatch_table:
            if kind.__module__.startswith("sklearn.") or _is_made_by_calling(value):
                return value
            raise TypeError("There is no telling what it is made of.")
        state = value.__getstate__() if hasattr(value, "__dict__") else NotImplemented
        if state is None:
            return value
        if not isinstance(state, dict):
            raise TypeError("It is more than its attributes.")
        text = write_plain(state)
        if text is None:
            state = {name: self.copy(part, f"{where}.{name}") for name, part in state.items()}
        else:
            state = _hold_text(text)
        made = object.__new__(kind)
        vars(made)["__getstate__"] = lambda: state
        return made


class Unwritable(ValueError):
    """Says what cannot be written, and where it stands."""


@contextmanager
def _explain(value, where):
    try:
        yield
    except Unwritable:
        raise
    except Exception as error:  # whatever a kind, or an object's own ways, ran into
        raise Unwritable(f"{where} is {describe(value)}. {error}") from error


def _hold_text(text):
    if len(text) <= LONGEST_TEXT:
        return Foreign.hold("text", text)
    return Foreign.hold("text", np.frombuffer(text.encode(errors="surrogatepass"), np.uint8))


def _check_name(value):
    """Check that a class or function can be imported by its name, which is all that is written."""
    module, name = value.__module__, value.__name__
    try:
        found = getattr(import_module(module), name)
    except (ImportError, AttributeError, TypeError):
        found = None
    if found is not value:
        raise TypeError(
            f"A file names a class or function by where it is imported from, and {module} has no "
            f"{value.__qualname__} that is this one."
        )
    return value


def _is_made_by_calling(value):
    """Whether an object is what its class gives for arguments that it tells."""
    reduced = value.__reduce__()
    is_call = isinstance(reduced, tuple) and len(reduced) > 1 and reduced[0] is type(value)
    return is_call and all(part is None for part in reduced[2:])
