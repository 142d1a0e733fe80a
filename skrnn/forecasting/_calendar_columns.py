"""What dates say of themselves, as columns: times of day and year, ends of months, holidays.

What comes round is written as sines and cosines (Fourier terms), so that the end of a cycle lies
beside its beginning.
"""

import re
from math import gcd, inf

import numpy as np
import pandas as pd
from pandas.tseries.offsets import BaseOffset, BusinessDay, BusinessHour, Tick, Week

from ._steps import drop_zone

MOST_PAIRS = 2  # of a sine and a cosine
ALL_PAIRS = {"weekday": 3}  # by which each weekday can be unlike the others
DAYS_IN_YEAR = 365.2425
COUNTRY = re.compile(r"([A-Z]{2,3})(?:-(.+))?")

# A step must be shorter than so many days for a name to say anything. Months, quarters and years
# have at least 28, 89 and 364.
LIMITS = {
    "hour": 1,
    "weekday": 7,
    "day": 28,
    "yearday": 28,
    "week": 28,
    "month": 89,
    "quarter": 364,
    "month_end": 28,
    "quarter_end": 89,
    "year_end": 364,
}
COUNTRY_LIMIT = 364
CHOICES = {
    1: ("hour", "weekday", "yearday"),
    7: ("weekday", "yearday", "month_end", "quarter_end"),
    28: ("week",),
    89: ("month", "quarter_end"),
    364: ("quarter",),
    inf: (),
}
# Days, about, in which what "auto" may take comes round: of less, nothing can be learned.
CYCLES = {
    "hour": 1,
    "weekday": 7,
    "yearday": 360,
    "week": 360,
    "month": 360,
    "quarter": 360,
    "month_end": 31,
    "quarter_end": 92,
}
N_MONTHS = {"month_end": 1, "quarter_end": 3, "year_end": 12}


def choose_calendar(calendar, step, times=None):
    """Give the names of what dates are to say of themselves.

    Parameters
    ----------
    calendar : str, list of str or None
        "auto" takes what goes with the step and comes round within the times; names are those
        of ``LIMITS``; any other word is a country, or one of its parts, whose holidays are
        meant: "DE", "DE-BY".
    step : offset, Timedelta, int or None
        From row to row, as :func:`skrnn.forecasting._steps.find_step` gives it.
    times : DatetimeIndex or PeriodIndex, default=None
        Of the rows that are learned from; None is long enough for all.

    Returns
    -------
    tuple of str
        Each name once. "auto" chooses nothing for steps of a year or more.

    Raises
    ------
    ValueError
        If a name is unknown, of something finer than the step, or of a country without known
        holidays, or if the step is not one of dates.
    ImportError
        If there is a country, and the package ``holidays`` is not installed.
    """
    if calendar is None:
        return ()
    names = [calendar] if isinstance(calendar, str) else calendar
    if not isinstance(names, list | tuple) or not all(isinstance(name, str) for name in names):
        raise ValueError(_describe_wanted(calendar))
    if not isinstance(step, BaseOffset):
        raise ValueError(
            f"calendar={calendar!r} reads dates that are a step apart, but "
            + ("X has none." if step is None else f"X has numbers or durations, {step} apart.")
            + " Give X an index or time= of dates, and freq= where their step is not to be seen."
        )
    n_known = inf if times is None else _count_days(times, step)
    chosen = (_choose_name(name, calendar, step, n_known) for name in names)
    return tuple(dict.fromkeys(name for part in chosen for name in part))


def make_calendar(times, names, step):
    """Give what dates say of themselves, by the clocks of their time zone.

    Parameters
    ----------
    times : DatetimeIndex or PeriodIndex of length n
        In any order, on the steps.
    names : sequence of str
        As :func:`choose_calendar` gives them.
    step : offset

    Returns
    -------
    values : ndarray of float64 of shape (n, columns)
    columns : list of str
        As "weekday_sin_1", "month_end", "holidays_DE".
    is_plain : ndarray of bool of shape (columns,)
        Whether a column is a flag or a count rather than a wave.

    Notes
    -----
    An end is the last label of its month, quarter or year (of steps below a day, every label of
    the last day). Holidays are a flag for steps of up to a day, else the number of those within
    the step: from a label to the next, or after the one before where labels are ends (of months,
    quarters, years and of weeks that do not begin on Monday), as pandas' ``resample`` has them.
    """
    places, labels = pd.factorize(times)
    columns = {}
    for name in names:
        if name in N_MONTHS:
            columns[name] = _find_ends(labels, step, N_MONTHS[name])
        elif name in LIMITS:
            columns |= _make_waves(name, _read_phase(name, labels), _count_phases(name, step))
        else:
            columns[f"holidays_{name}"] = _count_holidays(name, labels, step)
    # Flags are bool, counts are int.
    is_plain = np.array([column.dtype.kind != "f" for column in columns.values()], dtype=bool)
    values = np.empty((len(labels), len(columns)))
    for i, column in enumerate(columns.values()):
        values[:, i] = column
    return values[places], list(columns), is_plain


def _choose_name(name, calendar, step, n_known):
    """Give what a word of the user's stands for, as names of which each says something."""
    n_days = _measure_days(step)
    if name == "auto":
        choice = next(names for limit, names in CHOICES.items() if n_days < limit)
        return tuple(name for name in choice if CYCLES[name] <= n_known)
    if name not in LIMITS:
        _check_country(name, calendar)
    if n_days >= LIMITS.get(name, COUNTRY_LIMIT):
        fitting = [repr(other) for other, limit in LIMITS.items() if n_days < limit]
        raise ValueError(
            f"calendar={calendar!r} asks for {name!r}, which says nothing of rows that are "
            f"{step.freqstr!r} apart. Take {' or '.join([*fitting, 'None'])}."
        )
    return (name,)


def _describe_wanted(calendar):
    return (
        f"calendar={calendar!r} must be None, 'auto', one of {', '.join(map(repr, LIMITS))}, a "
        "country such as 'DE' or a part of one such as 'DE-BY', or a list of those."
    )


def _measure_days(step):
    """Give the days from a label to the next, on average."""
    first = pd.Timestamp("2001-01-01") + step
    return (first + 4 * step - first) / pd.Timedelta(days=4)


def _count_days(times, step):
    """Count the days that labels cover."""
    wall = _read_wall(times)
    return (wall.max() - wall.min()) / pd.Timedelta(days=1) + _measure_days(step)


def _read_wall(labels):
    """Give the time on the clocks at each label; of a period, that of its start."""
    return drop_zone(labels.start_time if isinstance(labels, pd.PeriodIndex) else labels)


# Waves.


def _read_phase(name, labels):
    """Give which part of a cycle has passed at each label."""
    wall = _read_wall(labels)
    if name == "hour":
        return np.asarray((wall - wall.normalize()) / pd.Timedelta(days=1))
    if name == "weekday":
        return wall.day_of_week.to_numpy() / 7
    if name == "day":
        return (wall.day.to_numpy() - 1) / wall.days_in_month.to_numpy()
    if name == "yearday":
        return (wall.day_of_year.to_numpy() - 1) / (365 + wall.is_leap_year)
    if name == "week":
        return (wall.isocalendar().week.to_numpy(np.float64) - 1) * 7 / DAYS_IN_YEAR
    return (getattr(wall, name).to_numpy() - 1) / (12 if name == "month" else 4)


def _count_phases(name, step):
    """Count the phases of a cycle that labels a step apart can have, up to as many as matter."""
    if name == "weekday":
        return 5 if isinstance(step, BusinessDay | BusinessHour) else 7
    if name in ("month", "quarter"):
        n_months = max(1, round(_measure_days(step) / DAYS_IN_YEAR * 12))
        n_phases = 12 // gcd(12, n_months)
        return n_phases if name == "month" else min(4, n_phases)
    if name == "hour" and isinstance(step, Tick):
        day = pd.Timedelta(days=1).value
        return day // gcd(day, pd.Timedelta(step).value)
    return 2 * MOST_PAIRS + 1


def _make_waves(name, phase, n_phases):
    waves = {}
    for k in range(1, min(ALL_PAIRS.get(name, MOST_PAIRS), n_phases // 2) + 1):
        if 2 * k == n_phases:  # up and down: where the phases lie, the cosine itself may be 0
            waves[f"{name}_cos_{k}"] = np.cos(np.pi * np.floor(phase * n_phases + 1e-9))
        else:
            waves[f"{name}_sin_{k}"] = np.sin(2 * np.pi * k * phase)
            waves[f"{name}_cos_{k}"] = np.cos(2 * np.pi * k * phase)
    return waves


# Flags and counts.


def _find_ends(labels, step, n_months):
    """Find the last labels of months, or of so many months."""
    wall = _read_wall(labels)
    if _measure_days(step) < 1:
        later = wall + pd.Timedelta(days=1)
    elif isinstance(labels, pd.PeriodIndex):
        later = _read_wall(labels + 1)
    else:
        later = wall + step
    return _number_months(wall) // n_months != _number_months(later) // n_months


def _number_months(wall):
    return (12 * wall.year + wall.month - 1).to_numpy()


def _count_holidays(name, labels, step):
    """Count the holidays within the step of each label."""
    starts, stops = _find_spans(labels, step)
    years = map(int, {*starts.year, *stops.year})
    country, part = COUNTRY.fullmatch(name).groups()
    holidays = _import_holidays().country_holidays(country, part, years)
    days = pd.DatetimeIndex(sorted(holidays))
    return days.searchsorted(stops) - days.searchsorted(starts)


def _find_spans(labels, step):
    """Give the first day of each label's step, and the first day after it."""
    day = pd.Timedelta(days=1)
    if isinstance(labels, pd.PeriodIndex):
        return labels.start_time.normalize(), labels.end_time.normalize() + day
    dates = _read_wall(labels).normalize()
    if _measure_days(step) <= 1 or (isinstance(step, BusinessDay) and step.n == 1):
        return dates, dates + day
    is_end = step.weekday if isinstance(step, Week) else type(step).__name__.endswith("End")
    return (dates - step + day, dates + day) if is_end else (dates, dates + step)


def _check_country(name, calendar):
    if not COUNTRY.fullmatch(name):
        raise ValueError(_describe_wanted(calendar))
    try:
        _import_holidays().country_holidays(*COUNTRY.fullmatch(name).groups())
    except NotImplementedError as error:
        raise ValueError(
            f"calendar={calendar!r} asks for the holidays of {name!r}, which the package holidays "
            f"does not know: {error}."
        ) from None


def _import_holidays():
    try:
        import holidays
    except ImportError as error:
        raise ImportError(
            "Holidays are read from the package holidays: pip install skrnn[holidays]."
        ) from error
    return holidays
