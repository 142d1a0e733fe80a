"""The step from row to row that series share, and how many of them lie before each row."""

from itertools import pairwise

import numpy as np
import pandas as pd

from ._index import TIMES
from ._steps import MONTH_RULES, MOST_STEPS, count_steps, find_step, is_fixed, propose_steps

MOST_MODELS = 3  # series that a common step is sought in
MOST_GRIDS = 100
CHUNK = 10**6  # rows


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
            is_reached = count_from(times, firsts, sizes, step)[1]
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


def count_from(times, origins, sizes, step):
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
    grids = number_grids(origins, step) if needs_grid(times, step) else np.zeros(len(sizes), int)
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


def number_grids(labels, step):
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
