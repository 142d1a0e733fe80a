"""Objects that a file holds as parts of plain data: how each kind is written, and read back."""

from collections import OrderedDict
from datetime import date, datetime, time, timedelta, timezone, tzinfo
from functools import cache, partial
from pathlib import Path, PurePath
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np
from scipy import sparse, stats

from ._plain import SCALARS, read_plain

KINDS: dict[str, Any] = {}  # by the name that stands in files
GENERATORS = "PCG64", "PCG64DXSM"  # whose states are numbers
POOL_SIZE = 4  # of the seeds that NumPy makes
FROZEN = type(stats.norm()), type(stats.poisson(1))
ZONE = tzinfo, type(None)
ANY, NUMBER, ARRAY = object, (int, float), np.ndarray
COMPRESSED = sparse.csr_matrix, sparse.csc_matrix, sparse.csr_array, sparse.csc_array


class Kind(NamedTuple):
    """How objects are written, and read back.

    Parameters
    ----------
    types : tuple of type
        Those of the objects.
    write : callable
        Gives the parts of an object, each of them plain, an array, or of another kind.
    read : callable
        Makes the object of its parts.
    parts : tuple
        The types of these. They may come from anybody, and a range that is read as a list would
        fill the memory.
    """

    types: tuple
    write: object
    read: object
    parts: tuple


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
        kind = KINDS.get(name)
        if kind is None:
            raise ValueError(f"Objects of the kind {name!r} are not known.")
        if len(parts) != len(kind.parts) or not all(map(isinstance, parts, kind.parts)):
            raise ValueError(f"Its {name!r} is made of parts of other types.")
        return kind.read(*parts)

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
    is_short = isinstance(text, str)
    return read_plain(text if is_short else text.tobytes().decode(errors="surrogatepass"))


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


def _write_generator(generator):
    numbers = generator.bit_generator
    if type(numbers).__name__ not in GENERATORS:
        raise TypeError(f"Its numbers are not those of one of {GENERATORS}.")
    return numbers.state, numbers.seed_seq.state


def _read_generator(state, seed):
    is_known = state["bit_generator"] in GENERATORS and seed["pool_size"] == POOL_SIZE
    if not is_known or not all(map(_is_whole, seed.values())):
        raise ValueError("There is no such generator of random numbers.")
    numbers = getattr(np.random, state["bit_generator"])(np.random.SeedSequence(**seed))
    numbers.state = state
    return np.random.Generator(numbers)


def _is_whole(value):
    parts = value if isinstance(value, list | tuple) else [value]
    return all(isinstance(part, int) for part in parts)


def _write_distribution(frozen):
    if type(vars(stats).get(frozen.dist.name)) is not type(frozen.dist):
        raise TypeError("It is none that scipy.stats has a name for.")
    return frozen.dist.name, frozen.args, frozen.kwds


def _read_distribution(name, parameters, words):
    distribution = vars(stats).get(name)
    is_one = isinstance(distribution, stats.rv_continuous | stats.rv_discrete)
    given = *parameters, *words.values()
    if not is_one or not all(isinstance(part, (*NUMBER, np.number)) for part in given):
        raise ValueError(f"{name}{given} is no distribution.")
    return distribution(*parameters, **words)


def _write_compressed(matrix):
    return type(matrix).__name__, matrix.data, matrix.indices, matrix.indptr, matrix.shape


def _read_compressed(name, data, indices, indptr, shape):
    kinds = {kind.__name__: kind for kind in COMPRESSED}
    matrix = kinds[name]((data, indices, indptr), shape=shape)
    matrix.check_format(full_check=True)  # what computes with it reads where the indices say
    return matrix


def _write_time(time):
    return time.replace(tzinfo=None).isoformat(), time.fold, time.tzinfo


def _read_time(text, fold, zone):
    return datetime.fromisoformat(text).replace(fold=fold, tzinfo=zone)


def _write_duration(duration):
    return duration.days, duration.seconds, duration.microseconds


def _make_dict(kind, keys, values):
    return kind(zip(keys, values, strict=True))


def _part_range(values):
    return values.start, values.stop, values.step


def _part_bytes(text):
    return (np.frombuffer(text, np.uint8),)


def _part_dict(values):
    return list(values), list(values.values())


KINDS |= {
    "text": Kind((), None, _read_text, ((str, ARRAY),)),
    "dict": Kind((), _part_dict, partial(_make_dict, dict), (list, list)),
    "ordered dict": Kind(
        (OrderedDict,), _part_dict, partial(_make_dict, OrderedDict), (list, list)
    ),
    "set": Kind((set,), lambda values: (list(values),), set, (list,)),
    "frozenset": Kind((frozenset,), lambda values: (list(values),), frozenset, (list,)),
    "slice": Kind((slice,), _part_range, slice, (ANY, ANY, ANY)),
    "range": Kind((range,), _part_range, range, (int, int, int)),
    "complex": Kind(
        (complex,), lambda number: (number.real, number.imag), complex, (NUMBER, NUMBER)
    ),
    "bytes": Kind((bytes,), _part_bytes, np.ndarray.tobytes, (ARRAY,)),
    "uuid": Kind((UUID,), lambda number: (number.hex,), UUID, (str,)),
    "path": Kind((PurePath,), lambda path: (str(path),), Path, (str,)),
    "date": Kind((date,), lambda day: (day.isoformat(),), date.fromisoformat, (str,)),
    "clock": Kind((time,), lambda clock: (clock.isoformat(),), time.fromisoformat, (str,)),
    "time": Kind((datetime,), _write_time, _read_time, (str, int, ZONE)),
    "duration": Kind((timedelta,), _write_duration, timedelta, (int, int, int)),
    "offset": Kind((timezone,), lambda zone: (zone.utcoffset(None),), timezone, (timedelta,)),
    "zone": Kind((ZoneInfo,), lambda zone: (zone.key,), ZoneInfo, (str,)),
    "scalar": Kind((np.generic,), _write_scalar, _read_scalar, (str, (str, *NUMBER))),
    "objects": Kind((), _write_objects, _read_objects, (tuple, list)),
    "masked": Kind(
        (np.ma.MaskedArray,),
        _write_masked,
        _read_masked,
        (ARRAY, (ARRAY, np.bool_), (*SCALARS, complex, np.generic)),
    ),
    "dtype": Kind((np.dtype,), _write_dtype, np.dtype, ((str, list),)),
    "random state": Kind(
        (np.random.RandomState,),
        _write_random_state,
        _read_random_state,
        (ARRAY, int, int, NUMBER),
    ),
    "generator": Kind((np.random.Generator,), _write_generator, _read_generator, (dict, dict)),
    "distribution": Kind(FROZEN, _write_distribution, _read_distribution, (str, tuple, dict)),
    "compressed": Kind(
        COMPRESSED, _write_compressed, _read_compressed, (str, ARRAY, ARRAY, ARRAY, tuple)
    ),
}
