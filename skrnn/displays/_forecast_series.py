"""Forecasts and what came, read from what users give and put on one axis."""

from collections.abc import Mapping
from contextlib import suppress
from numbers import Integral

import numpy as np
import pandas as pd

from .._errors import describe, explain_errors
from ..forecasting._common_step import find_places
from ..forecasting._index import TIMES, read_times


def name_forecasts(y_pred, step):
    """Give the label of each forecast, and each by its name in errors."""
    ahead = f", {step + 1} steps ahead" if isinstance(step, Integral) and step else ""
    if not isinstance(y_pred, Mapping):
        return [f"forecast{ahead}"], {"y_pred": y_pred}
    if not y_pred:
        raise ValueError("y_pred must hold one forecast or more. Got {}.")
    for name in y_pred:
        if not isinstance(name, str):
            raise TypeError(f"y_pred must have keys that are str. Got {name!r}.")
    arguments = {f"y_pred[{name!r}]": values for name, values in y_pred.items()}
    return [f"{name}{ahead}" for name in y_pred], arguments


def align_forecast(values, step, name, index):
    """Put the forecasts made for ``step`` rows on at the rows that they are for.

    Where the index leaves out times, the row that a forecast is for may not be there.
    """
    with explain_errors(f"{name} must hold numbers", values):
        forecast = np.asarray(values, dtype=float)
    if forecast.ndim not in (1, 2) or not forecast.size:
        raise ValueError(
            f"{name} must be of shape (n,) or (n, horizon) and not empty. Got "
            f"{forecast.shape or values}."
        )
    forecast = forecast.reshape(len(forecast), -1)  # (n, horizon)
    n_rows, horizon = forecast.shape
    if not isinstance(step, Integral) or step not in range(horizon):
        raise ValueError(
            f"step must be a column of {name}, an integer from 0 to {horizon - 1}. Got {step!r}."
        )
    places = np.arange(n_rows)
    if isinstance(index, TIMES) and len(index) == n_rows and index.is_monotonic_increasing:
        places = find_places(index)
    made_at = np.searchsorted(places, places - step)
    return np.where(places[made_at] == places - step, forecast[made_at, step], np.nan)


def name_intervals(y_interval, y_pred):
    """Give the intervals of each forecast by its name in errors, with its place among these."""
    if y_interval is None:
        return {}
    if not isinstance(y_pred, Mapping):
        return {"y_interval": (0, y_interval)}
    names = list(y_pred)
    if not isinstance(y_interval, Mapping) or not set(y_interval) <= set(names):
        given = list(y_interval) if isinstance(y_interval, Mapping) else describe(y_interval)
        raise ValueError(f"y_interval must be a dict by names of y_pred, {names}. Got {given}.")
    return {
        f"y_interval[{name!r}]": (names.index(name), bounds) for name, bounds in y_interval.items()
    }


def split_bounds(values, name):
    """Split intervals into their lower and upper bounds, both (n, horizon)."""
    with explain_errors(f"{name} must hold numbers", values):
        bounds = np.asarray(values, dtype=float)
    if bounds.ndim not in (2, 3) or not bounds.size or bounds.shape[-1] % 2:
        raise ValueError(
            f"{name} must be of shape (n, 2) or (n, horizon, 2) and not empty. Got "
            f"{bounds.shape or values}."
        )
    return np.moveaxis(bounds.reshape(len(bounds), -1, 2), 2, 0)


def read_series(values, name):
    """Read one series as an array of floats of shape (n,)."""
    with explain_errors(f"{name} must hold numbers", values):
        series = np.asarray(values, dtype=float)
    if series.ndim == 2 and series.shape[1] == 1:
        series = series[:, 0]
    if series.ndim != 1 or not len(series):
        raise ValueError(
            f"{name} must be one series, of shape (n,) and not empty. Got "
            f"{series.shape or values}."
        )
    return series


def get_index(values):
    """Get the pandas index of values, with text of dates as dates; None if there is none."""
    if not isinstance(values, pd.Series | pd.DataFrame):
        return None
    times = None
    with suppress(ValueError, TypeError):  # text that no forecaster takes is drawn as it is
        times = read_times(values.index, "index")
    return values.index if times is None else times


def check_lengths(columns):
    """Raise unless every column has as many rows as the first."""
    first, *others = columns
    for name in others:
        if len(columns[name]) != len(columns[first]):
            raise ValueError(
                f"{name} must have a row for each of the {len(columns[first])} rows of {first}. "
                f"Got {len(columns[name])} rows."
            )


def join_indexes(indexes):
    """Find the index that has the rows of all, None where there is none.

    Parameters
    ----------
    indexes : dict
        The index of each argument, or None. Those that are not equal must be of dates, all of
        them in the longest.
    """
    first = index = None
    for name, other in indexes.items():
        if index is None:
            first, index = name, other
        elif other is not None and not index.equals(other):
            longer, shorter = (index, other) if len(index) >= len(other) else (other, index)
            dated = isinstance(longer, TIMES) and longer.is_unique and shorter.is_unique
            if not dated or not shorter.isin(longer).all():
                raise ValueError(
                    f"{name} must have the index of {first}, or none. Got {other[0]} to "
                    f"{other[-1]} for {name}, {index[0]} to {index[-1]} for {first}."
                )
            first, index = (name, other) if longer is other else (first, index)
    return index


def spread_column(values, own, index):
    """Put the values of a column at their rows of an index, with NaN in the others."""
    if own is None or own.equals(index):
        return values
    rows = own.get_indexer(index)
    spread = values[rows]
    spread[rows < 0] = np.nan
    return spread


def place_rows(index, start, n_rows):
    """Give each row its place on the x axis: its date, its number, or else its position."""
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if isinstance(index, pd.DatetimeIndex):
        return index.tz_localize(None).to_numpy()
    if index is None or not pd.api.types.is_numeric_dtype(index.dtype):
        return np.arange(start, start + n_rows)
    return index.to_numpy()


def place_series(history, index, n_rows):
    """Place history, where there is one, and the rows after it on one x axis."""
    if history is None:
        return None, None, place_rows(index, 0, n_rows)
    past, past_index = read_series(history, "history"), get_index(history)
    past_x = place_rows(past_index, 0, len(past))
    x = place_rows(index, len(past), n_rows)
    indexed, dated = index is not None, x.dtype.kind == "M"
    if (past_index is not None, past_x.dtype.kind == "M") != (indexed, dated):
        wanted = "dates" if dated else "an index of its own" if indexed else "no index"
        raise ValueError(
            f"history must be indexed like y_true: with {wanted}. "
            f"Got {type(history).__name__} indexed by {type(past_index).__name__}."
        )
    return past, past_x, x


def label_rows(index, n_rows):
    """Label each row: a date by those of its parts that are not the same in every row."""
    if isinstance(index, pd.PeriodIndex):
        index = index.to_timestamp()
    if not isinstance(index, pd.DatetimeIndex):
        return [str(value) for value in (range(n_rows) if index is None else index)]
    if (index - index.normalize()).nunique() > 1:
        date_format = "%H:%M\n%d %b"
    elif n_rows == 1 or (index.day.nunique() > 1 and not index.is_month_end.all()):
        date_format = "%d %b\n%Y"
    else:
        date_format = "%b\n%Y" if index.month.nunique() > 1 else "%Y"
    return list(index.strftime(date_format))
