"""Objects that a file holds as parts of plain data: how each kind is written, and read back."""

import datetime
import pathlib
from collections import OrderedDict
from functools import cache, partial
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from scipy import sparse

from ._plain import read_plain

KINDS = {}  # by the name that stands in files


class Kind(NamedTuple):
    """How objects are written, and read back.

    Parameters
    ----------
    types : tuple of type
        Those of the objects.
    write : callable
        Gives the parts of an object, each of them plain, an array, or of another kind.
    read : callable
        Makes the object of its parts. They may come from anybody: it checks what is dangerous.
    """

    types: tuple
    write: object
    read: object


class Foreign:
    """Stands in a file for an object of one of the kinds; to load it is to make the object.

    Parameters
    ----------
    name : str
        The kind.
    *parts : object
        As the kind writes them.
    """

    def __new__(cls, name, *parts):
        return KINDS[name].read(*parts)

    @classmethod
    def hold(cls, name, *parts):
        """Make what is written in place of an object."""
        held = object.__new__(cls)
        held._arguments = name, *parts
        return held

    def __reduce__(self):
        return Foreign, self._arguments


@cache
def find_kind(kind):
    """Give the name of the kind of the objects of a type, None without one."""
    names = {base: name for name, known in KINDS.items() for base in known.types}
    return next((names[base] for base in kind.__mro__ if base in names), None)


def _read_text(text):
    return read_plain(text if isinstance(text, str) else text.tobytes().decode())


def _write_objects(values):
    return values.shape, list(values.ravel())


def _read_objects(shape, items):
    values = np.empty(len(items), object)
    for place, item in enumerate(items):
        values[place] = item
    return values.reshape(shape)


def _write_masked(values):
    return values.data, values.mask, values.fill_value


def _read_masked(data, mask, fill_value):
    return np.ma.MaskedArray(data, mask, fill_value=fill_value)


def _write_scalar(value):
    kind = value.dtype.kind
    if kind in "mM":
        return value.dtype.str, int(value.view(np.int64))
    if kind not in "biufU" or (value.dtype.itemsize > 8 and kind != "U"):
        raise TypeError(f"Numbers of the type {value.dtype} cannot be saved.")
    return "U" if kind == "U" else value.dtype.str, value.item()


def _read_scalar(name, value):
    dtype = np.dtype(name)
    if dtype.kind in "mM":
        return np.int64(value).view(dtype)
    if dtype.kind not in "biufU":
        raise ValueError(f"{name!r} is no type of numbers.")
    return dtype.type(value)


def _write_dtype(dtype):
    return (dtype.str if dtype.names is None else dtype.descr,)


def _write_random_state(random_state):
    state = random_state.get_state(legacy=False)
    if state["bit_generator"] != "MT19937":
        raise TypeError(f"Its numbers are those of {state['bit_generator']}, not of MT19937.")
    return *state["state"].values(), state["has_gauss"], state["gauss"]


def _read_random_state(keys, place, has_gauss, gauss):
    if keys.shape != (624,) or not 0 <= place <= 624:  # it reads from the array unchecked
        raise ValueError("There is no such state of random numbers.")
    random_state = np.random.RandomState()
    random_state.set_state(("MT19937", keys, place, has_gauss, gauss))
    return random_state


def _write_compressed(matrix):
    return type(matrix).__name__, matrix.data, matrix.indices, matrix.indptr, matrix.shape


def _read_compressed(name, data, indices, indptr, shape):
    kinds = {kind.__name__: kind for kind in KINDS["compressed"].types}
    matrix = kinds[name]((data, indices, indptr), shape=shape)
    matrix.check_format(full_check=True)  # what computes with it reads where the indices say
    return matrix


def _write_time(time):
    return time.replace(tzinfo=None).isoformat(), time.fold, time.tzinfo


def _read_time(text, fold, zone):
    return datetime.datetime.fromisoformat(text).replace(fold=fold, tzinfo=zone)


def _write_duration(duration):
    return duration.days, duration.seconds, duration.microseconds


def _make_dict(kind, keys, values):
    return kind(zip(keys, values, strict=True))


def _part_dict(values):
    return list(values), list(values.values())


KINDS |= {
    "text": Kind((), None, _read_text),
    "dict": Kind((), _part_dict, partial(_make_dict, dict)),
    "ordered dict": Kind((OrderedDict,), _part_dict, partial(_make_dict, OrderedDict)),
    "set": Kind((set,), lambda values: (list(values),), set),
    "frozenset": Kind((frozenset,), lambda values: (list(values),), frozenset),
    "slice": Kind((slice,), lambda part: (part.start, part.stop, part.step), slice),
    "range": Kind((range,), lambda part: (part.start, part.stop, part.step), range),
    "complex": Kind((complex,), lambda number: (number.real, number.imag), complex),
    "bytes": Kind((bytes,), lambda text: (np.frombuffer(text, np.uint8),), np.ndarray.tobytes),
    "path": Kind((pathlib.PurePath,), lambda path: (str(path),), pathlib.Path),
    "date": Kind((datetime.date,), lambda day: (day.isoformat(),), datetime.date.fromisoformat),
    "clock": Kind((datetime.time,), lambda t: (t.isoformat(),), datetime.time.fromisoformat),
    "time": Kind((datetime.datetime,), _write_time, _read_time),
    "duration": Kind((datetime.timedelta,), _write_duration, datetime.timedelta),
    "offset": Kind((datetime.timezone,), lambda z: (z.utcoffset(None),), datetime.timezone),
    "zone": Kind((ZoneInfo,), lambda zone: (zone.key,), ZoneInfo),
    "scalar": Kind((np.generic,), _write_scalar, _read_scalar),
    "objects": Kind((), _write_objects, _read_objects),
    "masked": Kind((np.ma.MaskedArray,), _write_masked, _read_masked),
    "dtype": Kind((np.dtype,), _write_dtype, np.dtype),
    "random state": Kind((np.random.RandomState,), _write_random_state, _read_random_state),
    "compressed": Kind(
        (sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array, sparse.csc_array),
        _write_compressed,
        _read_compressed,
    ),
}
