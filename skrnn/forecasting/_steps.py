"""Steps in time: found from labels of which some may be missing, counted, and gone on with."""

import numpy as np
import pandas as pd
from pandas.tseries.frequencies import to_offset

from .._compat import infer_freq
from .._errors import explain_errors

MOST_STEPS = 1.67  # a row, where an index is of numbers: 40 % of the rows may be missing
MOST_GAPS = 100  # steps, on average, between the ends of series that are carried on at once
MONTH_RULES = (
    pd.offsets.MonthBegin,
    pd.offsets.MonthEnd,
    pd.offsets.BusinessMonthBegin,
    pd.offsets.BusinessMonthEnd,
)


def find_step(index):
    """Find the step from row to row, although rows may be missing.

    Parameters
    ----------
    index : pandas.Index
        As :func:`skrnn.forecasting._index.read_index` gives it.

    Returns
    -------
    offset, Timedelta, int or None
        The likeliest step by which all labels can be reached; None if there is none.
    """
    if isinstance(index, pd.DatetimeIndex | pd.PeriodIndex) and index.freq is not None:
        return index.freq
    if len(index) < 2:
        return 1 if pd.api.types.is_integer_dtype(index.dtype) else None
    fitting = (s for s in propose_steps(index) if count_steps(index, index[0], s)[1].all())
    step = next(fitting, None)
    if isinstance(step, int) and index[-1] - index[0] >= MOST_STEPS * step * len(index):
        return None  # numbers of rows picked out of another table say nothing about time
    return step


def read_step(freq, index):
    """Read the step that a user states, for labels of the kind of an index.

    Raises
    ------
    ValueError
        If it is no step, or none for such labels.
    """
    with explain_errors("freq must be a pandas offset or its alias, as 'D' or 'MS'", freq):
        step = to_offset(freq)
        if step.n < 1:
            raise ValueError("It does not lead forward.")
    if isinstance(index, pd.DatetimeIndex):
        return step
    if isinstance(index, pd.PeriodIndex) and step == index.freq:
        return step
    if isinstance(index, pd.TimedeltaIndex) and is_fixed(step):
        return pd.Timedelta(step)
    if isinstance(index, pd.TimedeltaIndex) and isinstance(step, pd.offsets.Day):
        return pd.Timedelta(days=step.n)
    kind = "none of dates" if index is None else f"one of {index.dtype}"
    raise ValueError(f"freq={freq!r} must be the step of the index of X, but X has {kind}.")


def find_breach(index):
    """Find two neighbours of an index without a step, of which the second is out of line."""
    on_grid = [count_steps(index, index[0], step)[1] for step in propose_steps(index)]
    out_of_line = ~max(on_grid, key=np.sum)
    if not out_of_line.any():
        row = 1 + int((index[1:] - index[:-1]).argmax())
    else:
        row = max(1, int(out_of_line.argmax()))
    return index[row - 1], index[row]


def propose_steps(index):
    """Give steps that the commonest difference between neighbours speaks for, likeliest first."""
    if not isinstance(index, pd.DatetimeIndex):
        yield _find_commonest(index[1:] - index[:-1])
        return
    if (inferred := _infer_step(index)) is not None:
        yield inferred
    wall = drop_zone(index)
    days = wall.normalize()
    n_days = _find_commonest((days[1:] - days[:-1]).days)
    if (wall - days).nunique() > 1 or not n_days:
        step = to_offset(_find_commonest(index[1:] - index[:-1]))
        if step == pd.offsets.Hour() and days[0] < days[-1]:
            yield pd.offsets.BusinessHour()
        yield step
        return
    if n_days >= 28:
        yield from _propose_months(wall)
    weekday = wall.day_of_week.to_numpy()
    if n_days == 1 and weekday.max() < 5 and (np.diff(weekday) < 0).any():
        yield pd.offsets.BusinessDay()
    if not n_days % 7:
        yield pd.offsets.Week(n_days // 7, weekday=int(weekday[0]))
    yield pd.offsets.Day(n_days)


def _propose_months(wall):
    months = (12 * wall.year + wall.month).to_numpy()
    n_months = _find_commonest(np.diff(months))
    if not n_months:
        return
    for rule in MONTH_RULES:
        grid = pd.date_range(wall[0], wall[-1], freq=rule(n_months))
        # A quarter or year has a name of its own.
        yield (_infer_step(grid) if len(grid) else None) or rule(n_months)
    yield pd.DateOffset(months=n_months)


def _infer_step(index):
    """Give the step of labels without a hole as pandas does."""
    return infer_freq(index) if len(index) >= 3 else None


def _find_commonest(differences):
    values, counts = np.unique(differences, return_counts=True)
    commonest = values[counts.argmax()]  # of equally common ones the smallest
    return pd.Timedelta(commonest) if commonest.dtype.kind == "m" else int(commonest)


def count_steps(index, origin, step):
    """Count the steps from a label to each of an index.

    Parameters
    ----------
    index : pandas.Index
    origin : scalar or pandas.Index
        Of the kind of ``index``; one for each of its labels, or one for all.
    step : offset, Timedelta or int

    Returns
    -------
    counts : ndarray of int
    is_reached : ndarray of bool
        Whether the label is a whole number of steps away.
    """
    if isinstance(index, pd.PeriodIndex):
        origin = origin.ordinal if isinstance(origin, pd.Period) else origin.asi8
        return _divide(index.asi8 - origin, step.n)
    if not isinstance(index, pd.DatetimeIndex):
        return _divide(index - origin, step)
    if is_fixed(step):
        return _divide(index - origin, pd.Timedelta(step))
    index, origin = drop_zone(index), drop_zone(origin)
    if isinstance(step, pd.offsets.Day | pd.offsets.Week):
        n_days = step.n * (7 if isinstance(step, pd.offsets.Week) else 1)
        counts, is_reached = _divide(index - origin, pd.Timedelta(days=n_days))
        weekday = getattr(step, "weekday", None)
        return counts, is_reached & (weekday is None or origin.day_of_week == weekday)
    origin = origin if isinstance(origin, pd.Index) else pd.Index([origin])
    grid = pd.date_range(min(index.min(), origin.min()), max(index.max(), origin.max()), freq=step)
    starts, places = grid.get_indexer(origin), grid.get_indexer(index)
    return places - starts, (places >= 0) & (starts >= 0)


def _divide(distances, step):
    counts = distances // step
    return np.asarray(counts), np.asarray(counts * step == distances)


def extend_index(last, step, n):
    """Carry an index on for ``n`` rows.

    Parameters
    ----------
    last : scalar
        The label of the last row.
    step : offset, Timedelta, int or None
        As :func:`find_step` gives it. Without a step, the rows are numbered from 1.
    n : int

    Returns
    -------
    pandas.Index of length n
    """
    if step is None:
        return pd.RangeIndex(1, n + 1)
    if isinstance(last, pd.Period):
        return pd.period_range(last + step, periods=n, freq=step)
    if isinstance(last, pd.Timedelta):
        return pd.timedelta_range(last + step, periods=n, freq=step)
    if not isinstance(last, pd.Timestamp):
        return pd.RangeIndex(last + step, last + step * (n + 1), step)
    if last.tz is None or is_fixed(step):
        return pd.date_range(last, periods=n + 1, freq=step)[1:]
    # A day is not always 24 hours long, nor is each time of day on every day.
    wall = pd.date_range(drop_zone(last), periods=n + 1, freq=step)[1:]
    return wall.tz_localize(last.tz, ambiguous=np.ones(n, bool), nonexistent="shift_forward")


def extend_all(lasts, step, n):
    """Carry each of several indexes on for ``n`` rows.

    Parameters
    ----------
    lasts : pandas.Index
        The labels of their last rows.
    step, n
        As :func:`extend_index` takes them.

    Returns
    -------
    pandas.Index of length len(lasts) * n
        One behind the other.
    """
    codes, lasts = pd.factorize(lasts)
    starts, is_reached = count_steps(lasts, lasts.min(), step)
    if is_reached.all() and starts.max() <= MOST_GAPS * len(lasts):
        rows = extend_index(lasts.min(), step, int(starts.max()) + n)
    else:  # of one after the other, which takes longer
        first, *others = (extend_index(last, step, n) for last in lasts)
        rows, starts = first.append(others), n * np.arange(len(lasts))
    if len(codes) == 1:
        return rows
    return rows.take((starts[codes][:, None] + np.arange(n)).ravel())


def is_fixed(step):
    """Whether a step is always as long, as hours are; a day is not, where clocks are changed."""
    return isinstance(step, pd.offsets.Tick) and not isinstance(step, pd.offsets.Day)


def drop_zone(times):
    """Give the time of day on the clocks there; nothing changes where no time zone is known."""
    return times if times.tz is None else times.tz_localize(None)
