"""The index of a table, read as points in time."""

import re

import numpy as np
import pandas as pd

from .._errors import explain_errors

TIMES = pd.DatetimeIndex | pd.PeriodIndex | pd.TimedeltaIndex
ISO_DATE = re.compile(r"\d{4}-\d{2}(-\d{2}|$)")
# Text that may be dates, but leaves open which: 01/02/2020, 2020, 2020Q1, 03/2020, 1 May 2020.
LIKE_DATE = re.compile(
    r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(\s|T|$)|\d{4}[-/.]\d{1,2}$|\d{1,2}[-/.]\d{4}$"
    r"|(18|19|20|21)\d\d([01]\d([0-3]\d)?)?$|\d{4}-?Q[1-4]$"
    r"|(.*\W|\d*)(jan(uary)?|feb(ruary)?|mar(ch)?|apr(il)?|may|june?|july?|aug(ust)?"
    r"|sept?(ember)?|oct(ober)?|nov(ember)?|dec(ember)?)\W+\d",
    re.IGNORECASE,
)


def read_index(X, name="X"):
    """Read the index of a pandas series or dataframe as points in time.

    Parameters
    ----------
    X : object
    name : str, default="X"
        What X is called in errors.

    Returns
    -------
    DatetimeIndex, PeriodIndex, TimedeltaIndex, Index of int, or None
        None where there is no index, or one that does not speak of time.

    Raises
    ------
    ValueError
        If times are missing, repeated, out of order or not to be read.
    """
    if not isinstance(X, pd.Series | pd.DataFrame):
        return None
    index = read_times(X.index, name)
    if index is not None:
        check_order(index, name)
    return index


def read_times(index, name):
    """Convert an index to one of dates, periods, durations or integers; None if it is neither."""
    if isinstance(index, TIMES):
        return index
    if isinstance(index, pd.CategoricalIndex):
        index = pd.Index(np.asarray(index), name=index.name)
    kind = pd.api.types.infer_dtype(index, skipna=True)
    if kind == "string":
        return _read_text(index, name)
    with explain_errors(f"{name} must have an index of dates that go together", index):
        if kind in ("date", "datetime", "datetime64"):
            return pd.DatetimeIndex(index)
        if kind in ("timedelta", "timedelta64"):
            return pd.TimedeltaIndex(index)
        if kind == "period":
            return pd.PeriodIndex(index)
        if kind == "integer":
            return index.astype(np.int64)
    return None


def _read_text(index, name):
    first = str(index[0]).strip() if len(index) else ""
    if ISO_DATE.match(first):
        with explain_errors(f"{name} must have an index of dates, or of other text", index):
            return pd.DatetimeIndex(pd.to_datetime(index, format="ISO8601"))
    if LIKE_DATE.match(first):
        raise ValueError(
            f"{name} has an index of text that may be dates, {first!r} for one. Convert it, as "
            f"with pd.to_datetime({name}.index), or drop it with reset_index(drop=True)."
        )
    return None


def check_order(index, name):
    """Raise unless the labels strictly increase."""
    if index.hasnans:
        row = int(index.isna().argmax())
        raise ValueError(f"{name} has no date in row {row} of its index, but {index[row]}.")
    if index.is_monotonic_increasing and index.is_unique:
        return
    repeated = index.duplicated()
    if repeated.any():
        row = int(repeated.argmax())
        first = int((index == index[row]).argmax())
        raise ValueError(
            f"{name} has {index[row]} twice in its index, in rows {first} and {row}. Each row "
            "must have a time of its own: take the mean of those that repeat, or, if there are "
            "several series below each other, say with series= which column tells them apart."
        )
    row = int((index[1:] <= index[:-1]).argmax())
    what, other = "dates", ""
    if not isinstance(index, TIMES):
        what = "numbers"
        other = ", or drop the index with reset_index(drop=True) if the rows are in time order"
    raise ValueError(
        f"{name} has an index of {what} that do not strictly increase: {index[row + 1]} comes "
        f"after {index[row]}. Sort it by time{other}."
    )
