"""What the data decide before a network is trained: its linear part, window and scaling."""

import copy
from typing import NamedTuple

import numpy as np
from scipy.stats import t as student

from ..sequence._linear import ROUNDING, LinearPart, fit_linear
from ._aims import Median
from ._levels import fill_gaps
from ._moments import find_moments
from ._pairs import SeriesPairs, check_usable
from ._rows import SeriesRows, list_ranges
from ._seasons import Seasons

WINDOWS = 6, 12, 24, 48  # rows, beside those that a season asks for
MOST_ROWS = 2**13  # that ways to read are compared on
FEWEST_WINDOWS = 4, 3  # that go into one of few series, into one of many
WORSE = 1.05  # times the least error, up to which another scaling is taken
HELD_OUT = 0.2  # of the rows of a series, at most
FORECASTS_HELD_OUT = 1000
ENOUGH_SEASONS = 4  # that are left to learn from where changes over one are
ENOUGH_SERIES = 30  # whose mean errors tell how sure a difference is
MEDIAN = Median()
ONE_ERROR, TWO_ERRORS = 0.841, 0.977  # levels of one-sided tests, in standard errors


class Reading(NamedTuple):
    """How windows are read."""

    window: int
    scaling: object
    difference: int | None


def fit_start(pairs, positions, aim=MEDIAN):
    """Fit the linear part that a network starts from, on windows of some positions.

    The penalty is on how far the coefficients are from those of a random walk: of each column it
    sees the last value of a window, and the others relative to it. Of a mean it is on how far
    they are from 0.

    Parameters
    ----------
    pairs : SeriesPairs
    positions : ndarray of int
    aim : skrnn.forecasting._aims.Median or another
        What is forecast.

    Returns
    -------
    LinearPart
        Of windows laid out as rows, (n, window * features).
    """
    windows, later = pairs[positions]
    windows = fill_gaps(windows)
    n, window, n_features = windows.shape
    weights = None if pairs.weights is None else pairs.weights[positions].reshape(n, -1)
    flat, targets = windows.reshape(n, -1), later.reshape(n, -1)
    if aim.power is not None:
        return fit_linear(flat, targets, weights, aim.power)
    apart = windows.copy()
    apart[:, :-1] -= windows[:, -1:]
    apart[np.abs(apart) <= ROUNDING * np.abs(windows[:, -1:])] = 0  # what seasons leave of a flag
    own = [i for i in pairs.scaler.outputs if i < n_features]
    if len(own) == later.shape[2]:
        later = later - windows[:, -1:, own]
    part = fit_linear(apart.reshape(n, -1), later.reshape(n, -1), weights)
    kernel = part.kernel.reshape(window, n_features, *later.shape[1:])
    kernel[-1] -= kernel[:-1].sum(axis=0)
    if len(own) == later.shape[2]:
        kernel[-1, own, :, np.arange(len(own))] += 1
    part = LinearPart(kernel.reshape(window * n_features, -1), part.bias, part.freedom)
    return aim.finish(part, flat, targets, weights)


class ReadingChooser:
    """Chooses, by the linear part alone, what of a series is read, and how.

    Parameters
    ----------
    windows : list of int or "auto"
        How many rows may be read.
    scalings : dict
        By scaling, by what its error is multiplied before it is compared.
    make_scaler : callable
        Of a window, a scaling and a difference.
    n_steps : int
    reads_on : bool, default=True
        Whether windows are to be short, as the rows before them are read, too; else they are
        longer where that is surely better.
    aim : skrnn.forecasting._aims.Median or Mean, default=None
        What is forecast; None is the median.
    counted : list of int, default=()
        Columns of which nothing is below 0, that have seasons all the same.
    """

    def __init__(
        self, windows, scalings, make_scaler, n_steps, reads_on=True, aim=MEDIAN, counted=()
    ):
        self.windows, self.scalings = windows, scalings
        self.make_scaler, self.n_steps, self.reads_on = make_scaler, n_steps, reads_on
        self.aim, self.counted = aim, counted

    def settle(self, rows, periods, difference, is_free):
        """Choose what is done about a season, do it to the rows, and choose how they are read.

        Parameters
        ----------
        rows : SeriesRows
        periods : tuple of int
            Of the seasons that may be taken out.
        difference : int or None
        is_free : bool
            Whether changes over a season, or nothing, may take the place of its indices: if they
            forecast the last rows of few series better, which they are not fitted on.

        Returns
        -------
        seasons : Seasons
        reading : Reading
        """
        seasons = Seasons(periods, counted=self.counted).fit(rows)
        if is_free and len(rows) < ENOUGH_SERIES and seasons.changes_anything:
            ways = [(seasons, difference), *self._list_other_ways(rows, periods)]
            if number := self._compare(rows, ways):
                seasons, difference = ways[number]
                seasons.fit(rows)
        seasons.take_out(rows)
        return seasons, self.choose_reading(rows, periods, difference)

    def choose_reading(self, rows, periods, difference):
        """Choose how windows of rows, whose seasons have been taken out, are read.

        Ways are compared by the mean error of the same forecasts, each a share of the deviation
        of its series, by generalised cross-validation. Of windows that are about as
        good, and not surely worse unless the network reads on, the shortest is taken.
        """
        windows, scalings = self.windows, self.scalings
        if windows == "auto":
            n_rows = int(np.median(rows.lengths)) - (difference or 0) - self.n_steps
            fewest = FEWEST_WINDOWS[len(rows) >= ENOUGH_SERIES]
            most = max(1, n_rows // fewest)
            windows = list_windows(periods, most, self.reads_on, self.aim.n_seasons)
        if len(windows) == len(scalings) == 1:
            return Reading(windows[0], *scalings, difference)
        errors, scaler = {}, None
        for window in windows[::-1]:
            for scaling in scalings:
                pairs = self._make_pairs(rows, Reading(window, scaling, difference), scaler)
                if scaler is None:
                    check_usable(pairs)  # of the longest window
                    scaler, positions = pairs.scaler, thin_out(pairs.positions)
                error = _cross_validate(pairs, positions, self.aim)
                errors[window, scaling] = scalings[scaling] * error
        means = {way: np.nanmean(error) for way, error in errors.items()}
        ways = [(w, min(scalings, key=lambda s, w=w: means[w, s])) for w in windows]
        best = min(means, key=means.get)
        groups = group_positions(pairs.rows, positions, self.n_steps)
        for way in ways:
            is_surely_worse = not self.reads_on and get_sure_mean(
                average_groups(errors[way] - errors[best], groups), TWO_ERRORS
            )
            if means[way] <= self.aim.worse * means[best] and not is_surely_worse:
                break
        return Reading(*way, difference)

    def _list_other_ways(self, rows, periods):
        """List other ways to treat a season: with seasons to fit, and a difference to take."""
        period = periods[0]
        ways = [(Seasons(()), None)]
        if np.median(rows.lengths) >= (ENOUGH_SEASONS + 1) * period + self.n_steps:
            ways.append((Seasons(()), period))
            if not (rows.values <= 0).any():
                ways.append((Seasons((), logs=True), period))
        return ways

    def _compare(self, rows, ways):
        """Give the number of the way that forecasts the last rows best, the first if unsure."""
        n_held_out = count_held_out(rows.lengths, self.n_steps)
        errors = [self._hold_out(rows, n_held_out, *way) for way in ways]
        groups = np.arange(len(errors[0]))
        gains = [average_groups(errors[0] - error, groups) for error in errors]
        return int(np.argmax([get_sure_mean(gain, ONE_ERROR) for gain in gains]))

    def _hold_out(self, rows, n_held_out, seasons, difference):
        """Give the errors of forecasts of the last rows, as shares of the deviation of series.

        NaN where the others are too few to learn from.
        """
        earlier = rows.drop_last(n_held_out)
        periods, seasons = seasons.periods, copy.copy(seasons).fit(earlier)
        earlier.values = seasons.adjust(earlier.values, earlier)
        adjusted = SeriesRows(seasons.adjust(rows.values, rows), rows.starts, rows.weights)
        positions = list_held_out(rows, n_held_out, self.n_steps)
        unknown = np.full((len(positions), 1), np.nan)
        try:
            reading = self.choose_reading(earlier, periods, difference)
            pairs = self._make_pairs(earlier, reading)
            check_usable(pairs)
            part = fit_start(pairs, thin_out(pairs.positions), self.aim)
        except ValueError:
            return unknown
        pairs = SeriesPairs(adjusted, pairs.scaler, self.n_steps)
        contexts = pairs.view(positions, pairs.scaler.span)[:]
        windows, frame = pairs.scaler.read(contexts)
        outputs = part.predict(fill_gaps(windows).reshape(len(windows), -1))
        scaler = pairs.scaler
        forecasts = outputs.reshape(len(windows), self.n_steps, -1)
        forecasts = scaler.restore(forecasts, contexts, frame)
        codes, places = contexts.codes, positions - rows.starts[contexts.codes]
        forecasts = seasons.restore(forecasts, codes, places, scaler.outputs)
        known = SeriesPairs(rows, scaler, self.n_steps).take_later(positions)
        known = known[:, scaler.difference :, scaler.outputs]
        spread = find_moments(rows)[1][codes][:, None, scaler.outputs]
        errors = np.abs(known - forecasts) / np.where(spread > 0, spread, 1)
        return pairs.weigh(errors, positions).reshape(len(errors), -1)

    def _make_pairs(self, rows, reading, like=None):
        return SeriesPairs(rows, self.make_scaler(*reading).fit(rows, like), self.n_steps)


def list_scalings(scaling, n_series, is_positive):
    """List the scalings that a word leaves open, as :class:`ReadingChooser` reads them."""
    if not (isinstance(scaling, str) and scaling == "auto"):
        return {scaling: 1}
    if is_positive:
        return {"window": 1}
    # In a panel, the mean of each short series would say too much of what is to come; and a
    # network makes more of windows than the linear part that compares them.
    return {"window": 1, "standard": 1} if n_series == 1 else {"window": 1, "global": WORSE}


def count_least(periods):
    """Count the rows of the shortest window: a season and one more."""
    return max(WINDOWS[0], periods[0] + 1 if periods else 0)


def list_windows(periods, most, reads_on=True, n_seasons=1):
    """List numbers of rows that may be read, rising: about a season, and some fixed ones.

    With ``n_seasons`` about twice as many seasons as before, too, up to so many.
    """
    period = periods[0] if periods else 1
    windows = {count_least(periods)}
    windows |= {2**i * period + 1 for i in range(1, n_seasons.bit_length())}
    if period == 1:
        windows |= set(WINDOWS)
    elif period < WINDOWS[0]:
        windows.add(2 * period + 1)
    if period > 1 and not reads_on:
        windows.add(4 * period + 1)
    return sorted({min(window, most) for window in windows})


def count_held_out(lengths, n_steps):
    """Count the last rows of each series that are held out: of few series more of each."""
    wanted = np.minimum(-(-FORECASTS_HELD_OUT // len(lengths)), (HELD_OUT * lengths).astype(int))
    return np.minimum(np.maximum(wanted, n_steps), lengths // 2)


def list_held_out(rows, n_held_out, n_steps):
    """List the rows that are held out after which all that is forecast is known."""
    n_known = np.maximum(n_held_out - n_steps + 1, 1)
    return list_ranges(rows.starts[1:] - n_held_out, np.minimum(n_known, n_held_out))


def group_positions(rows, positions, n_rows=1):
    """Give each position a group: errors of one are not independent.

    A group is a series; of few series, ``n_rows`` positions on end or the cube root of all.
    """
    if len(rows) >= ENOUGH_SERIES:
        return rows.codes[positions]
    return np.arange(len(positions)) // max(n_rows, round(len(positions) ** (1 / 3)))


def thin_out(positions, most=MOST_ROWS):
    """Take at most so many of some positions, at even distances."""
    return np.asarray(positions[:: 1 + (len(positions) - 1) // most])


def _cross_validate(pairs, positions, aim):
    """Give the errors (n, outputs) of the linear part, as by leaving out each position."""
    part = fit_start(pairs, positions, aim)
    windows, later = pairs[positions]
    forecasts = part.predict(fill_gaps(windows).reshape(len(windows), -1))
    errors = aim.judge(later.reshape(len(later), -1), forecasts)
    errors /= np.maximum(1 - part.freedom, 0.05) ** aim.curvature
    errors = errors.reshape(later.shape) * pairs.measure_units(positions) ** aim.degree
    return pairs.weigh(errors, positions).reshape(len(errors), -1)


def get_sure_mean(values, level):
    """Average values; 0 if a one-sided t-test at a level leaves it open that the mean is above."""
    if len(values) < 2:
        return 0.0
    mean, error = values.mean(), values.std(ddof=1) / np.sqrt(len(values))
    return mean if mean > max(0, student.ppf(level, len(values) - 1) * error) else 0.0


def average_groups(values, groups):
    """Average the known values (n, outputs) of each group."""
    known = ~np.isnan(values)
    sums = np.bincount(groups, np.where(known, values, 0).sum(axis=1))
    counts = np.bincount(groups, known.sum(axis=1))
    return sums[counts > 0] / counts[counts > 0]
