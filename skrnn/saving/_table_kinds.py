"""Kinds of objects of pandas and narwhals: times, steps, indexes, types of columns."""

from datetime import time, timedelta
from zoneinfo import ZoneInfo

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from narwhals.dtypes import DType
from pandas.api.extensions import ExtensionDtype
from pandas.tseries.offsets import BaseOffset

from .._compat import name_zone
from ._kinds import ANY, ARRAY, KINDS, ZONE, Kind
from ._plain import SCALARS

STEP = BaseOffset, type(None)
OWN_ZONE = *ZONE, str
WORD = *SCALARS, tuple, list, timedelta, time, np.generic  # what an offset is told
NOTHING = {str(value): value for value in (pd.NaT, pd.NA)}
WORDS = {"Datetime": ("time_unit", "time_zone"), "Duration": ("time_unit",)}  # of nw's types
DERIVED = "calendar"  # of an offset, from its other words


def _write_offset(offset):
    words = {word: value for word, value in offset.kwds.items() if word != DERIVED}
    return type(offset).__name__, offset.n, offset.normalize, words


def _read_offset(name, n, normalize, words):
    if not all(isinstance(word, WORD) for word in words.values()):
        raise ValueError(f"An offset is told {words}.")
    return _find_class(pd.offsets, name, BaseOffset)(n=n, normalize=normalize, **words)


def _write_timestamp(time):
    return time.asm8, name_zone(time.tz)


def _read_timestamp(time, zone):
    time = pd.Timestamp(time)
    return time if zone is None else time.tz_localize("UTC").tz_convert(_check_zone(zone))


def _write_period(period):
    return period.ordinal, period.freq


def _read_period(ordinal, freq):
    return pd.Period(ordinal=ordinal, freq=freq)


def _write_times(index):
    return index.asi8.view(f"M8[{index.unit}]"), name_zone(index.tz), index.freq, index.name


def _read_times(times, zone, freq, name):
    index = pd.DatetimeIndex(times, name=name)
    if zone is not None:
        index = index.tz_localize("UTC").tz_convert(_check_zone(zone))
    index.freq = freq
    return index


def _check_zone(zone):
    """Check that a name is that of a zone: pandas takes others for files."""
    return ZoneInfo(zone).key if isinstance(zone, str) else zone


def _write_durations(index):
    return index.asi8.view(f"m8[{index.unit}]"), index.freq, index.name


def _read_durations(durations, freq, name):
    return pd.TimedeltaIndex(durations, freq=freq, name=name)


def _write_periods(index):
    return index.asi8, index.freq, index.name


def _read_periods(ordinals, freq, name):
    return pd.PeriodIndex.from_ordinals(ordinals, freq=freq, name=name)


def _write_range(index):
    return index.start, index.stop, index.step, index.name


def _read_range(start, stop, step, name):
    return pd.RangeIndex(start, stop, step, name=name)


def _write_levels(index):
    codes = [np.array(codes) for codes in index.codes]
    return list(index.levels), codes, list(index.names)


def _read_levels(levels, codes, names):
    return pd.MultiIndex(levels, codes, names=names)


def _write_categories(index):
    return np.asarray(index.codes), index.dtype, index.name


def _read_categories(codes, dtype, name):
    return pd.CategoricalIndex(pd.Categorical.from_codes(codes, dtype=dtype), name=name)


def _write_index(index):
    if isinstance(index, pd.IntervalIndex):
        raise TypeError("An index of intervals cannot be saved.")
    is_plain = isinstance(index.dtype, np.dtype) and index.dtype != object
    return index.to_numpy() if is_plain else index.tolist(), index.dtype, index.name


def _read_index(labels, dtype, name):
    if any(isinstance(label, list | range | pd.Index) for label in labels):
        raise ValueError("An index has labels that are none.")
    return pd.Index(labels, dtype=dtype, name=name)


def _write_series(series):
    return pd.Index(series, dtype=series.dtype), series.index, series.name


def _read_series(values, index, name):
    _check_column(values)
    return pd.Series(values, index=index, name=name, dtype=values.dtype)


def _write_frame(frame):
    columns = [pd.Index(column, dtype=column.dtype) for _, column in frame.items()]
    return columns, frame.columns, frame.index


def _read_frame(columns, names, index):
    for column in columns:
        _check_column(column)
    frame = pd.DataFrame(dict(enumerate(columns)), index=index)
    return frame.set_axis(names, axis=1)


def _check_column(values):
    if not isinstance(values, pd.Index) or isinstance(values, pd.RangeIndex):
        raise ValueError("A column is none.")


def _write_category(dtype):
    return dtype.categories, dtype.ordered


def _write_column_type(dtype):
    name = type(dtype).__name__
    if name == "Enum":
        return name, {"categories": tuple(dtype.categories)}
    if dtype.is_nested() or name in ("Decimal", "Unknown", "Object"):
        raise TypeError(f"The type {dtype} of a column cannot be saved.")
    return name, {word: getattr(dtype, word) for word in WORDS.get(name, ())}


def _read_column_type(name, words):
    if not all(isinstance(word, str | tuple | None) for word in words.values()):
        raise ValueError(f"The type of a column is told {words}.")
    return _find_class(nw, name, DType)(**words)


def _find_class(module, name, base):
    """Give a class of a module by its name."""
    found = vars(module).get(name)
    if not (isinstance(found, type) and issubclass(found, base)):
        raise ValueError(f"{name!r} is none of {module.__name__}.")
    return found


LABELS = ARRAY, list
DTYPE = np.dtype, ExtensionDtype
KINDS |= {
    "nothing": Kind(
        tuple(map(type, NOTHING.values())), lambda made: (str(made),), NOTHING.__getitem__, (str,)
    ),
    "pandas offset": Kind((BaseOffset,), _write_offset, _read_offset, (str, int, bool, dict)),
    "pandas timestamp": Kind(
        (pd.Timestamp,), _write_timestamp, _read_timestamp, (np.datetime64, OWN_ZONE)
    ),
    "pandas duration": Kind(
        (pd.Timedelta,), lambda delta: (delta.asm8,), pd.Timedelta, (np.timedelta64,)
    ),
    "pandas period": Kind((pd.Period,), _write_period, _read_period, (int, BaseOffset)),
    "pandas times": Kind(
        (pd.DatetimeIndex,), _write_times, _read_times, (ARRAY, OWN_ZONE, STEP, ANY)
    ),
    "pandas durations": Kind(
        (pd.TimedeltaIndex,), _write_durations, _read_durations, (ARRAY, STEP, ANY)
    ),
    "pandas periods": Kind(
        (pd.PeriodIndex,), _write_periods, _read_periods, (ARRAY, BaseOffset, ANY)
    ),
    "pandas range": Kind((pd.RangeIndex,), _write_range, _read_range, (int, int, int, ANY)),
    "pandas levels": Kind((pd.MultiIndex,), _write_levels, _read_levels, (list, list, list)),
    "pandas categories": Kind(
        (pd.CategoricalIndex,),
        _write_categories,
        _read_categories,
        (ARRAY, pd.CategoricalDtype, ANY),
    ),
    "pandas index": Kind((pd.Index,), _write_index, _read_index, (LABELS, DTYPE, ANY)),
    "pandas series": Kind((pd.Series,), _write_series, _read_series, (pd.Index, pd.Index, ANY)),
    "pandas frame": Kind((pd.DataFrame,), _write_frame, _read_frame, (list, pd.Index, pd.Index)),
    "pandas category": Kind(
        (pd.CategoricalDtype,),
        _write_category,
        pd.CategoricalDtype,
        ((pd.Index, type(None)), (bool, type(None))),
    ),
    "pandas dtype": Kind(
        (ExtensionDtype,), lambda dtype: (str(dtype),), pd.api.types.pandas_dtype, (str,)
    ),
    "column type": Kind((DType,), _write_column_type, _read_column_type, (str, dict)),
    "package": Kind((nw.Implementation,), lambda made: (made.value,), nw.Implementation, (str,)),
}
