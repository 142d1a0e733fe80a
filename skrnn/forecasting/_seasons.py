"""Seasons of series: found, taken out of values, and put back into forecasts."""

import copy

import numpy as np
import pandas as pd

from .._numbers import COUNT, make_plain
from ._levels import zero_gaps
from ._moments import find_moments
from ._rows import SeriesRows, join_tables

LEAST_FACTOR = 0.05  # of what is counted in a phase, from which on it tells something
CRITICAL = 1.645  # of the normal distribution at 90 %, as in the M competitions
MOST_PERIOD = 1500  # rows
STRONG = 0.64  # of seasonal strength, where nothing but the values speaks of a period
MOST_SERIES = 200  # that are looked at for a period
CYCLES = (604_800, 86_400, 3_600, 60)  # week, day, hour and minute, in seconds


class Seasons:
    """Classical seasonal indices of each series and column, where a test finds a season.

    Parameters
    ----------
    periods : tuple of int
        Rows from one value to the next of the same phase; shorter ones first.
    logs : bool, default=False
        Take logarithms of the values; what has none is missing.
    counted : list of int, default=()
        Columns of counts or amounts, of which none is below 0.

    Notes
    -----
    A season is there if the autocorrelation at its lag is significant at 90 %, in three periods
    or more (Makridakis and Hibon, 2000, for the forecasts that they call Naive2). Its indices are
    the means, over the phases, of values divided by a centred moving average where all values of
    a column are positive, and relieved of it elsewhere. Those of counted columns are the sums of
    values, over the phases, divided by the sums of the average, for some values may be 0, drawn
    to 1 as far as they are noise (Miller and Williams, 2003). What is counted in a phase in which
    there is hardly ever anything is taken for missing.

    References
    ----------
    Makridakis and Hibon (2000), The M3-Competition: results, conclusions and implications,
    International Journal of Forecasting 16(4).
    Hyndman and Athanasopoulos (2021), Forecasting: principles and practice, section 3.4.
    Miller and Williams (2003), Shrinkage estimators of time series seasonal factors and their
    effect on forecasting accuracy, International Journal of Forecasting 19(4).
    """

    def __init__(self, periods, logs=False, counted=()):
        self.periods, self.logs, self.counted, self._parts = periods, logs, counted, []

    @property
    def changes_anything(self):
        """Whether a season has been found."""
        return any(offsets.any() or (factors != 1).any() for _, factors, offsets in self._parts)

    def keep_level(self, values):
        """Tell of which columns of values (n, columns) all that is left is positive."""
        return ~(values <= 0).any(axis=0) & (not self.logs)

    def fit(self, rows):
        """Learn from :class:`SeriesRows`."""
        self._parts = []
        n_series, n_columns = len(rows), rows.values.shape[1]
        for period in self.periods:
            factors = np.ones((n_series + 1, period, n_columns))  # the last for other series
            offsets = np.zeros_like(factors)
            for series, part in rows.split():
                for column in range(n_columns):
                    found = find_indices(part, column, period, column in self.counted)
                    factors[series, :, column], offsets[series, :, column] = found
            self._parts.append((period, factors, offsets))
            if period is not self.periods[-1]:
                rows = SeriesRows(self.adjust(rows.values, rows), rows.starts)
        return self

    def extend(self, rows):
        """Give the seasons of more series, those of rows, behind the ones that are known."""
        longer, parts = copy.copy(self), []
        more = Seasons(self.periods, counted=self.counted).fit(rows)
        for (period, *known), (_, *new) in zip(self._parts, more._parts, strict=True):
            parts.append(
                (period, *(np.concatenate([a[:-1], b]) for a, b in zip(known, new, strict=True)))
            )
        longer._parts = parts
        return longer

    def keep_first(self, n_series):
        """Give those of the first series alone."""
        fewer = copy.copy(self)
        fewer._parts = [
            (period, *(np.concatenate([a[:n_series], a[-1:]]) for a in known))
            for period, *known in self._parts
        ]
        return fewer

    def join(self, parts):
        """Give the same with the series of parts behind: all but the first of each."""
        longer = copy.copy(self)
        longer._parts = [
            (known[0][0], *map(join_tables, *(tables for _, *tables in known)))
            for known in zip(self._parts, *(part._parts for part in parts), strict=True)
        ]
        return longer

    def take_out(self, rows):
        """Take the seasons out of :class:`SeriesRows`; what is lost by that is not learned."""
        values, rows.values = rows.values, self.adjust(rows.values, rows)
        is_lost = (np.isnan(rows.values) & ~np.isnan(values)).any(axis=1)
        if is_lost.any():
            rows.weights = np.where(is_lost, 0, 1 if rows.weights is None else rows.weights)

    def adjust(self, values, rows):
        """Take the seasons out of the values of :class:`SeriesRows`."""
        if not self.changes_anything and not self.logs:
            return values
        adjusted = np.empty_like(values)
        for series, part in SeriesRows(values, rows.starts).split():
            own = slice(rows.starts[series.start], rows.starts[series.stop])
            codes = part.codes + series.start
            adjusted[own] = self.adjust_at(part.values, codes, part.places)
        return adjusted

    def adjust_at(self, values, codes, places):
        """Take the seasons out of values (n, columns) at places of series."""
        if self.logs:
            values = np.log(np.where(values > 0, values, np.nan))
        for period, factors, offsets in self._parts:
            where = np.minimum(codes, len(factors) - 1), places % period
            columns = slice(values.shape[1])
            divisors = factors[where][:, columns]
            for column in self.counted:
                if column < values.shape[1]:
                    rare = divisors[:, column] < LEAST_FACTOR
                    divisors[rare, column] = np.nan
            values = (values - offsets[where][:, columns]) / divisors
        return values

    def restore(self, forecasts, codes, places, columns):
        """Put the seasons back into forecasts (n, steps, columns), the first of them at places."""
        steps = places[:, None] + np.arange(forecasts.shape[1])
        for period, factors, offsets in reversed(self._parts):
            where = np.minimum(codes, len(factors) - 1)[:, None], steps % period
            forecasts = forecasts * factors[where][..., columns] + offsets[where][..., columns]
        return np.exp(forecasts) if self.logs else forecasts


def choose_periods(seasonality, difference, rows, step):
    """Give the periods of the seasons that are looked for.

    Parameters
    ----------
    seasonality : "auto", int, array-like of int or None
    difference : int or None
        Beside one "auto" looks for none.
    rows : SeriesRows
    step : object
        The step of the series in time; None where there is none.

    Returns
    -------
    tuple of int
    """
    is_auto = isinstance(seasonality, str)
    if seasonality is None or (is_auto and difference):
        return ()
    if is_auto:
        periods = list_periods(step)
        return find_period(rows) if periods is None else periods
    periods = np.atleast_1d(np.asarray(seasonality, object))
    if not all(COUNT.is_satisfied_by(p) and p > 1 for p in periods):
        raise ValueError(
            f"seasonality={seasonality!r} must be 'auto', None, or one or more periods: "
            "whole numbers of rows above 1."
        )
    return tuple(sorted({make_plain(period) for period in periods}))


def find_indices(rows, column, period, is_counted=False):
    """Find the seasonal indices of a column of each series.

    What is counted has factors, some of which may be 0.

    Returns
    -------
    factors, offsets : ndarray of shape (n_series, period)
        What values are multiplied by, and what is added then; 1 and 0 where there is no season.
    """
    n_series, codes = len(rows), rows.codes
    factors, offsets = np.ones((n_series, period)), np.zeros((n_series, period))
    if (rows.lengths < 3 * period).all():
        return factors, offsets
    values = interpolate(rows, column)
    one = SeriesRows(values[:, None], rows.starts)
    size = find_moments(one)[2][:, 0]
    size = np.where(size > 0, size, 1)
    values = values / size[codes]  # of one order of magnitude, for the sums below
    is_seasonal = find_seasonal(SeriesRows(values[:, None], rows.starts), period)
    if not is_seasonal.any():
        return factors, offsets
    low = np.full(n_series, np.inf)
    np.minimum.at(low, codes, np.where(np.isnan(values), np.inf, values))
    is_positive = is_counted | (low > 0)
    trend = average_around(values, rows, period)
    with np.errstate(divide="ignore", invalid="ignore"):
        rest = np.where(is_positive[codes], values / trend, values - trend)
    if is_counted:
        rest = np.where(np.isnan(trend), np.nan, values)
    known = np.isfinite(rest)
    phases = codes * period + rows.places % period
    counts = np.bincount(phases[known], minlength=n_series * period)
    sums = np.bincount(phases[known], rest[known], minlength=n_series * period)
    sizes = counts
    if is_counted:
        sizes = np.bincount(phases[known], trend[known], minlength=n_series * period)
    indices = (sums / np.where(sizes > 0, sizes, 1)).reshape(n_series, period)
    is_seasonal &= (counts.reshape(n_series, period) > 0).all(axis=1)
    level = indices.mean(axis=1, keepdims=True)
    if is_counted:
        squares = (rest - indices.ravel()[phases] * trend)[known] ** 2
        noise = np.bincount(phases[known], squares, minlength=n_series * period)
        noise = (noise / np.where(sizes > 0, sizes, 1) ** 2).reshape(n_series, period)
        indices = _shrink(indices, level, noise)
    by_factor = is_seasonal & is_positive & (is_counted | (indices > 0).all(axis=1))
    by_offset = is_seasonal & ~is_positive
    factors[by_factor] = (indices / np.where(level > 0, level, 1))[by_factor]
    offsets[by_offset] = ((indices - level) * size[:, None])[by_offset]
    return factors, offsets


def _shrink(indices, level, noise):
    """Draw indices (n_series, period) to their level (n_series, 1), the more the noisier they are.

    ``noise`` is the variance of each. As the estimator of James and Stein does.
    """
    period = indices.shape[1]
    spread = ((indices - level) ** 2).sum(axis=1, keepdims=True) / (period - 1)
    share = max(period - 3, 0) / (period - 1) * noise.mean(axis=1, keepdims=True)
    share = np.minimum(1, share / np.where(spread > 0, spread, 1))
    return level + (1 - share) * (indices - level)


def find_seasonal(rows, period):
    """Tell which series have a significant autocorrelation at a lag, in their only column."""
    mean, deviation, _ = find_moments(rows)
    apart = zero_gaps(rows.values[:, 0] - rows.spread(mean)[:, 0])
    squares = deviation[:, 0] ** 2 * rows.lengths
    squares = np.where(squares > 0, squares, np.inf)
    lags = range(1, period + 1)
    correlations = np.stack([_correlate(rows, apart, lag) / squares for lag in lags])
    noise = np.sqrt((1 + 2 * (correlations[:-1] ** 2).sum(axis=0)) / np.maximum(rows.lengths, 1))
    return (rows.lengths >= 3 * period) & (correlations[-1] > CRITICAL * noise)


def _correlate(rows, apart, lag):
    products = np.zeros(len(apart))
    products[lag:] = apart[lag:] * apart[:-lag]
    products[rows.places < lag] = 0
    return rows.add(products[:, None])[:, 0]


def average_around(values, rows, period):
    """Average values over a period around each; NaN where it reaches beyond the series.

    An even period has half of the values at either end.
    """
    half = period // 2
    sums = np.concatenate([[0], np.cumsum(zero_gaps(values))])
    around = np.full(len(values), np.nan)
    places, lengths = rows.places, np.repeat(rows.lengths, rows.lengths)
    inside = np.flatnonzero((places >= half) & (places + half < lengths))
    whole = sums[inside + half + 1] - sums[inside - half]
    if period % 2 == 0:
        whole = whole - (values[inside - half] + values[inside + half]) / 2
    around[inside] = whole / period
    return around


def interpolate(rows, column):
    """Give a column without gaps, those within a series filled linearly.

    What comes before the first known value of a series, or after its last, is like that.
    """
    values, codes = rows.values[:, column], rows.codes
    missing = np.isnan(values)
    if not missing.any() or missing.all():
        return values
    gaps, known = np.flatnonzero(missing), np.flatnonzero(~missing)
    place = np.searchsorted(known, gaps)
    before, after = known[np.maximum(place - 1, 0)], known[np.minimum(place, len(known) - 1)]
    has_before = (codes[before] == codes[gaps]) & (before < gaps)
    has_after = (codes[after] == codes[gaps]) & (after > gaps)
    ends = np.where(has_before, values[before], np.where(has_after, values[after], np.nan))
    inside = np.interp(gaps, known, values[known])
    values = values.copy()
    values[gaps] = np.where(has_before & has_after, inside, ends)
    return values


def list_periods(step):
    """List the periods that seasons have where rows lie a step apart, shortest first.

    Parameters
    ----------
    step : offset, Timedelta, int or None

    Returns
    -------
    tuple of int, or None
        None where the step says nothing of time.
    """
    if step is None or isinstance(step, int | np.integer):
        return None
    if isinstance(step, pd.Timedelta):
        return _divide_cycles(step.total_seconds())
    if isinstance(step, pd.offsets.Day):
        return _divide_cycles(86_400 * step.n)
    if isinstance(step, pd.offsets.Tick):
        return _divide_cycles(pd.Timedelta(step).total_seconds())
    if isinstance(step, pd.offsets.BusinessDay):
        return (5,) if step.n == 1 else ()
    if isinstance(step, pd.offsets.Week):
        return (round(52 / step.n),) if step.n <= 26 else ()
    n_months = _count_months(step)
    return (12 // n_months,) if n_months and n_months < 12 and 12 % n_months == 0 else ()


def _count_months(step):
    """Count the months of a step; None if it is not one of months."""
    if type(step) is pd.DateOffset:
        return step.n * step.kwds["months"] if set(step.kwds) == {"months"} else None
    name = step.rule_code.partition("-")[0].removeprefix("B")
    months = {"MS": 1, "ME": 1, "M": 1, "QS": 3, "QE": 3, "Q": 3}.get(name)
    return None if months is None else step.n * months


def _divide_cycles(seconds):
    """Divide the cycles of the clock into steps: the two longest that are not too long."""
    periods = [cycle / seconds for cycle in CYCLES]
    periods = [int(p) for p in periods if p == int(p) and 2 <= p <= MOST_PERIOD]
    return tuple(sorted(periods[:2]))


def find_period(rows):
    """Find a period from values alone: the strongest peak of the autocorrelation of changes.

    Returns
    -------
    tuple of int
        Empty if no season is strong.
    """
    codes = np.flatnonzero(rows.lengths >= 12)[:: 1 + len(rows) // MOST_SERIES]
    columns = [
        interpolate(SeriesRows(part, np.array([0, len(part)])), 0)
        for part in (rows.values[rows.starts[c] : rows.starts[c + 1]][-4096:] for c in codes)
    ]
    columns = [column for column in columns if np.isfinite(column).all() and np.ptp(column) > 0]
    if not columns:
        return ()
    most = min(MOST_PERIOD, max(map(len, columns)) // 3)
    sums, counts = np.zeros(most + 1), np.zeros(most + 1)
    for column in columns:
        lags = min(most, len(column) // 3)
        sums[: lags + 1] += correlate_changes(column, lags)
        counts[: lags + 1] += 1
    mean = sums / np.maximum(counts, 1)
    peaks = 1 + np.flatnonzero((mean[1:-1] > mean[:-2]) & (mean[1:-1] >= mean[2:]))
    peaks = peaks[peaks >= 2]
    if not len(peaks):
        return ()
    period = int(peaks[mean[peaks].argmax()])
    strong = np.mean([measure_strength(c, period) for c in columns if len(c) >= 3 * period])
    return (period,) if strong > STRONG else ()


def correlate_changes(values, n_lags):
    """Give the autocorrelation of the changes of values at lags from 0 on."""
    changes = np.diff(values)
    changes = changes - changes.mean()
    size = 1 << (2 * len(changes) - 1).bit_length()
    power = np.abs(np.fft.rfft(changes, size)) ** 2
    correlations = np.fft.irfft(power)[: n_lags + 1]
    return correlations / correlations[0] if correlations[0] > 0 else np.zeros(n_lags + 1)


def measure_strength(values, period):
    """Measure how much of what is left of a trend a season explains: from 0 to 1.

    References
    ----------
    Wang, Smith and Hyndman (2006), Characteristic-based clustering for time series data, Data
    Mining and Knowledge Discovery 13(3).
    """
    rows = SeriesRows(values[:, None], np.array([0, len(values)]))
    rest = values - average_around(values, rows, period)
    known = ~np.isnan(rest)
    phases = np.arange(len(values)) % period
    counts = np.bincount(phases[known], minlength=period)
    means = np.bincount(phases[known], rest[known], minlength=period) / np.maximum(counts, 1)
    left = rest[known] - means[phases[known]]
    n = known.sum()
    spread = rest[known].var() * n / max(1, n - 1)
    return max(0, 1 - left.var() * n / max(1, n - period) / spread) if spread > 0 else 0
