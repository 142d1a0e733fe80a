"""Where the rows of many series lie in time."""

import copy
import warnings
from itertools import pairwise

import numpy as np
import pandas as pd

from .._numbers import make_plain
from ._index import TIMES
from ._steps import (
    MONTH_RULES,
    MOST_STEPS,
    count_steps,
    extend_index,
    find_breach,
    find_step,
    is_fixed,
    propose_steps,
    read_step,
)

MANY = 10**6  # rows
MOST_MISSING = 99  # of so many and one
MOST_MODELS = 3  # series that a common step is sought in
MOST_GRIDS = 100
CHUNK = 10**6  # rows


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
        ends, lasts = pd.factorize(labels if codes is None else labels.take(codes))
        first, *others = (extend_index(last, self.step, n_rows) for last in lasts)
        if others:
            first = first.append(others)
        if n_series > 1:
            first = first.take((ends[:, None] * n_rows + np.arange(n_rows)).ravel())
        return first.rename(name)

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


def find_places(times):
    """Give the places of the rows of one series, the first at 0, by its own times."""
    step = find_step(times)
    return np.arange(len(times)) if step is None else count_steps(times, times[0], step)[0]


def find_common_step(times, starts, sizes):
    """Find the step from row to row that series share, although rows may be missing.

    Parameters
    ----------
    times : pandas.Index
        Of rows sorted by series, then time.
    starts, sizes : ndarray of int of shape (n_series,)
        As :func:`find_runs` gives them.

    Returns
    -------
    step : offset, Timedelta, int or None
        The likeliest by which the rows of all series can be reached, or those of most series.
    row : int or None
        One that cannot be; without a step, it says why there is none.
    """
    if isinstance(times, pd.PeriodIndex):
        return times.freq, None
    model = _find_model(times, starts, sizes)
    if model is None:
        return (1 if pd.api.types.is_integer_dtype(times.dtype) else None), None
    firsts, n_most = times[starts], -1
    is_untried = np.ones(len(sizes), bool)
    for _ in range(MOST_MODELS):
        is_untried[model] = False
        for step in _propose(times[starts[model] : starts[model] + sizes[model]]):
            is_reached = _count_from(times, firsts, sizes, step)[1]
            fits = np.logical_and.reduceat(is_reached, starts)
            if fits.all():
                return _check_numbers(times, starts, sizes, step)
            if fits.sum() > n_most:
                n_most, best, misfits, row = fits.sum(), step, ~fits, int(is_reached.argmin())
        rest = np.flatnonzero(misfits & is_untried)
        if not len(rest):
            break
        model = rest[sizes[rest].argmax()]
    return (best if 2 * n_most > len(sizes) else None), row


def _find_model(times, starts, sizes):
    """Find the series that has the commonest difference most often; None if there is none."""
    gaps = np.diff(times.asi8 if isinstance(times, TIMES) else times.to_numpy(), append=0)
    gaps[starts + sizes - 1] = 0  # from one series to the next
    codes, values = pd.factorize(gaps)
    counts = np.where(values == 0, 0, np.bincount(codes))
    if not counts.any():
        return None
    is_commonest = gaps == values[counts == counts.max()].min()
    return int(np.add.reduceat(is_commonest, starts, dtype=int).argmax())


def _propose(index):
    """Give steps that the differences in one series speak for, likeliest first."""
    for step in propose_steps(index):
        yield step
        if type(step) is pd.DateOffset:  # other series may be of other months
            yield from (rule(step.kwds["months"]) for rule in MONTH_RULES)


def _check_numbers(times, starts, sizes, step):
    """Give no step for numbers of rows that are picked out of another table."""
    if isinstance(step, int):
        spans = np.asarray(times[starts + sizes - 1] - times[starts])
        if spans.sum() >= MOST_STEPS * step * len(times):
            return None, int(starts[(spans / sizes).argmax()])
    return step, None


def _count_places(times, origins, sizes, step, keys, name="X"):
    """Count the steps from one origin for each series to its rows.

    Raises
    ------
    ValueError
        If a row lies between the steps, or a series has too few.
    """
    places, is_reached = _count_from(times, origins, sizes, step)
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


def _count_from(times, origins, sizes, step):
    """Count the steps from an origin for each series to its rows, as :func:`count_steps` does.

    It goes by series and so many rows at a time, as it makes several copies of them.
    """
    counts, is_reached = np.empty(len(times), int), np.empty(len(times), bool)
    ends = np.cumsum(sizes)
    firsts = np.unique(np.searchsorted(ends, np.arange(0, len(times), CHUNK), side="right"))
    for first, last in pairwise([*firsts, len(sizes)]):
        rows = slice(ends[first] - sizes[first], ends[last - 1])
        part = times[rows], origins[first:last], sizes[first:last], step
        counts[rows], is_reached[rows] = _count_chunk(*part)
    return counts, is_reached


def _count_chunk(times, origins, sizes, step):
    grids = _number_grids(origins, step) if needs_grid(times, step) else np.zeros(len(sizes), int)
    origins = origins.repeat(sizes)
    if not grids.any():
        return count_steps(times, origins, step)
    counts, is_reached = np.zeros(len(times), int), np.zeros(len(times), bool)
    for grid in range(grids.max() + 1):
        rows = np.repeat(grids == grid, sizes)
        counts[rows], is_reached[rows] = count_steps(times[rows], origins[rows], step)
    return counts, is_reached


def needs_grid(times, step):
    """Whether steps are not all of one length, in days or less."""
    has_length = is_fixed(step) or isinstance(step, pd.offsets.Day | pd.offsets.Week)
    return isinstance(times, pd.DatetimeIndex) and not has_length


def _number_grids(labels, step):
    """Tell apart the grids of a step on which labels lie; -1 for labels on too many others."""
    codes, labels = pd.factorize(labels, sort=True)
    grids = np.full(len(labels), -1)
    for grid in range(MOST_GRIDS):
        rest = np.flatnonzero(grids < 0)
        if not len(rest):
            break
        is_reached = count_steps(labels[rest], labels[rest[0]], step)[1]
        is_reached[0] = True
        grids[rest[is_reached]] = grid
    return grids[codes]


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
