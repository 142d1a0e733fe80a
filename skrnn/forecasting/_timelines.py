"""Where the rows of many series lie in time."""

import copy
import warnings

import numpy as np
import pandas as pd

from .._numbers import make_plain
from ._common_step import count_from, find_common_step
from ._index import TIMES
from ._steps import (
    extend_all,
    find_breach,
    find_step,
    read_step,
)

MANY = 10**6  # rows
MOST_MISSING = 99  # of so many and one


class Timelines:
    """Labels a step apart, up to the last one of each series.

    Rows are everywhere sorted by series, then time.

    Parameters
    ----------
    step : offset, Timedelta, int or None
        As :func:`skrnn.forecasting._steps.find_step` gives it.
    times : pandas.Index of length n
        Of all rows.
    codes : ndarray of int of shape (n,)
        The series of each row: all of 0, ..., n_series - 1.
    n_kept : int, default=1
        How many labels of each series to remember where there is no step.

    Attributes
    ----------
    step : offset, Timedelta, int or None
        From one row to the next, common to all series; None where there is none: the rows of
        each series then follow each other as they are given.
    """

    def __init__(self, step, times, codes, n_kept=1):
        self.step = step
        self._n_kept = n_kept if step is None else 1
        self._set_labels(times, codes)

    def locate(self, times, codes, keys=None, name="X"):
        """Give the places of rows: 1 for the one after the last of its series so far.

        Parameters
        ----------
        times : pandas.Index of length n
        codes : ndarray of int of shape (n,)
            A series that has not been seen has a negative code of its own; its first row has
            place 1.
        keys : sequence, default=None
            The labels of the series of these rows, in their order, for errors.
        name : str, default="X"

        Returns
        -------
        ndarray of int of shape (n,)

        Raises
        ------
        ValueError
            If labels are of another kind, or lie between the steps, or too far apart.
        """
        times = convert_labels(times, self._labels, name)
        starts, sizes = find_runs(codes)
        series = codes[starts]
        is_new = (series < 0) | (series >= self._n_series)
        if self.step is None:
            return (
                count_rows(sizes) + 1 - np.repeat(self._count_seen(times[starts], series), sizes)
            )
        lasts = self._labels.append(times[starts[is_new]])
        series = np.where(is_new, self._n_series + np.cumsum(is_new) - 1, series)
        origins = lasts.take(series)
        places = _count_places(times, origins, sizes, self.step, keys, name)
        return places + np.repeat(is_new, sizes)

    def go_on(self, times, codes, name="X"):
        """Give the timelines up to the end of rows that follow; None if that is not known.

        Parameters
        ----------
        times : pandas.Index of length n, or None
            Of the rows that follow; None if they come without gaps.
        codes : ndarray of int of shape (n,)
            New series have the codes that follow those so far.
        name : str, default="X"
        """
        if times is None:
            if self.step is None:
                return None
            times = self._follow(codes, name)
        times = convert_labels(times, self._labels, name)
        longer = copy.copy(self)
        is_kept = _find_last(codes, self._n_kept)
        codes = np.concatenate([self._codes, codes[is_kept]])
        order = np.argsort(codes, kind="stable")
        longer._set_labels(self._labels.append(times[is_kept])[order], codes[order])
        return longer

    def keep_first(self, n_series):
        """Give those of the first series alone."""
        fewer, is_kept = copy.copy(self), self._codes < n_series
        fewer._set_labels(self._labels[is_kept], self._codes[is_kept])
        return fewer

    def join(self, parts):
        """Give the same with the series of parts behind: all but the first of each."""
        longer, n_series = copy.copy(self), self._n_series
        labels, codes = [], [self._codes]
        for part in parts:
            is_other = part._codes > 0
            labels.append(part._labels[is_other])
            codes.append(part._codes[is_other] - 1 + n_series)
            n_series += part._n_series - 1
        longer._set_labels(self._labels.append(labels), np.concatenate(codes))
        return longer

    def get_last(self, code):
        """Give the label of the last row of a series."""
        return self._labels[np.flatnonzero(self._codes == code)[-1]]

    @property
    def lasts(self):
        """The label of the last row of each series, where there is a step."""
        return self._labels

    def extend(self, n_rows, codes=None):
        """Give the labels of the ``n_rows`` after the last of each series.

        Parameters
        ----------
        n_rows : int
        codes : array-like of int, default=None
            Of the series; None for all.

        Returns
        -------
        pandas.Index of length len(codes) * n_rows
            Series by series. Without a step, rows are numbered from 1, and the name is "step".
        """
        n_series = self._n_series if codes is None else len(codes)
        labels, name = self._labels, self._labels.name
        if self.step is None:
            numbers = np.tile(np.arange(1, n_rows + 1), n_series)
            return pd.Index(numbers, name=None if name is None else "step")
        lasts = labels if codes is None else labels.take(codes)
        return extend_all(lasts, self.step, n_rows).rename(name)

    @property
    def _n_series(self):
        return int(self._codes[-1]) + 1

    def _set_labels(self, times, codes):
        is_kept = _find_last(codes, self._n_kept)
        self._labels, self._codes = times[is_kept], codes[is_kept]

    def _count_seen(self, firsts, series):
        """Count for each series how many of its labels come no earlier than one of it."""
        rows = np.full(self._n_series, -1)
        is_known = (series >= 0) & (series < self._n_series)
        rows[series[is_known]] = np.flatnonzero(is_known)
        rows = rows[self._codes]
        labels, rows = self._labels[rows >= 0], rows[rows >= 0]
        return np.bincount(rows[labels >= firsts[rows]], minlength=len(series))

    def _follow(self, codes, name):
        """Give the labels of rows that come without gaps."""
        starts, sizes = find_runs(codes)
        if codes[-1] >= self._n_series:
            raise ValueError(f"{name} has no times, so new series in it cannot be placed.")
        n_most = int(sizes.max())
        rows = np.repeat(np.arange(len(sizes)) * n_most, sizes) + count_rows(sizes)
        return self.extend(n_most, codes[starts]).take(rows)


def convert_labels(index, labels, name="X"):
    """Bring an index into the time zone of earlier labels; check that it is of their kind."""
    same, hint = index.dtype.kind == labels.dtype.kind, ""
    if isinstance(labels, pd.PeriodIndex):
        same = index.dtype == labels.dtype
    elif isinstance(labels, pd.DatetimeIndex) and same:
        same = (index.tz is None) == (labels.tz is None)
        hint = " Give both a time zone, as with tz_localize, or none."
    if not same:
        raise ValueError(
            f"{name} has an index of {index.dtype}, but the training series had one of "
            f"{labels.dtype}.{hint}"
        )
    zone = getattr(labels, "tz", None)
    return index if zone is None else index.tz_convert(zone)


def learn_timelines(times, codes, n_series, freq, n_kept, keys=None):
    """Learn where the rows of training series lie.

    Parameters
    ----------
    times : pandas.Index of length n, or None
        Of rows sorted by series, then time.
    codes : ndarray of int of shape (n,)
        The series of each row, all of 0, ..., n_series - 1.
    n_series : int
    freq : str, offset or None
        The step; None finds it.
    n_kept : int
        How many labels of each series to remember where there is no step.
    keys : sequence, default=None
        The labels of the series, for errors.

    Returns
    -------
    timelines : Timelines or None
        None where there are no times.
    places : ndarray of int of shape (n,)
        0 for the first row of a series.

    Warns
    -----
    UserWarning
        If there is no step common to the series.

    Raises
    ------
    ValueError
        If a series has rows between the steps, or nearly none on them.
    """
    starts, sizes = find_runs(codes)
    if times is None and freq is None:
        return None, count_rows(sizes)
    if freq is not None:
        step = read_step(freq, times)
    elif n_series == 1:
        step = find_step(times)
        if step is None and len(times) > 1:
            warnings.warn(explain_no_step(times), stacklevel=2)
    else:
        step, row = find_common_step(times, starts, sizes)
        if step is None and row is not None:
            label = f"{times[row]}{_name_series(keys, codes[row])}"
            breach = f"X has no step that all series share: {label} is out of line with most rows"
            warnings.warn(explain_no_step(times, breach), stacklevel=2)
    if step is None:
        places = count_rows(sizes)
    else:
        places = _count_places(times, times[starts], sizes, step, keys)
    return Timelines(step, times, codes, n_kept), places


def explain_no_step(index, breach=None):
    """Say which labels have no step in common with the others, and what to do.

    ``breach`` says which, where it is not two neighbours of the index.
    """
    if breach is None:
        before, label = find_breach(index)
        breach = (
            f"X has no one step in its index: {label} follows {before}, out of line with most "
            "other rows"
        )
    other = "State the step with freq=, resample X, give it an index of periods, or drop"
    if not isinstance(index, TIMES):
        other = "Drop"
    return (
        f"{breach}. Rows are taken to be equally far apart, and forecasts are numbered from 1. "
        f"{other} the index if they are."
    )


def _count_places(times, origins, sizes, step, keys, name="X"):
    """Count the steps from one origin for each series to its rows.

    Raises
    ------
    ValueError
        If a row lies between the steps, or a series has too few.
    """
    places, is_reached = count_from(times, origins, sizes, step)
    starts = np.cumsum(sizes) - sizes
    if not is_reached.all():
        missed = np.flatnonzero(~is_reached)
        row = missed[times[missed].argmin()]
        series = int(np.searchsorted(starts, row, side="right")) - 1
        label, origin = times[row], origins[series]
        through = "" if label == origin else f" through {origin}"
        where = _name_series(keys, series) or " in its index"
        raise ValueError(
            f"{name} has {label}{where}, which lies between the steps: "
            f"freq={getattr(step, 'freqstr', step)!r}{through}. Leave such rows out, or fit with "
            "the freq= of all rows."
        )
    spans = places[starts + sizes - 1] - places[starts] + 1
    is_thin = spans > (MOST_MISSING + 1) * sizes
    if not (is_thin & (spans > MANY)).any() and spans.sum() <= max(
        MANY, (MOST_MISSING + 1) * len(times)
    ):
        return places
    series = int((spans / sizes).argmax())
    raise ValueError(
        f"{name} has {sizes[series]} rows{_name_series(keys, series)}, but {spans[series]} steps "
        "lie between the first and the last: nearly all would be missing. Resample it, or give "
        "other times."
    )


def find_runs(codes):
    """Find where each series begins in sorted rows, and how many rows it has."""
    starts = np.flatnonzero(np.concatenate([[True], codes[1:] != codes[:-1]]))
    return starts, np.diff(np.append(starts, len(codes)))


def count_rows(sizes):
    """Count the rows of each series from 0."""
    rows = np.arange(sizes.sum())
    return rows if len(sizes) == 1 else rows - np.repeat(np.cumsum(sizes) - sizes, sizes)


def _find_last(codes, n):
    """Find the last n rows of each series in sorted rows."""
    is_last = np.ones(len(codes), bool)
    is_last[:-n] = codes[n:] != codes[:-n]
    return is_last


def _name_series(keys, series):
    return "" if keys is None else f" in series {make_plain(keys[series])!r}"
