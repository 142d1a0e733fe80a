"""Prediction intervals, from the errors of forecasts of rows that were held out."""

import copy

import numpy as np

from .._numbers import PART, make_plain

REACH = 64  # rows before a forecast whose changes are measured
RECENT = 12  # the last of them, which count as much as all
LEVEL = 0.2  # how far errors grow with the level, and not with the changes
LEAST_CHANGE = 1e-3  # of the level
FEWEST_BEYOND = 5  # errors beyond either bound, where each is found by itself
OWN_BEYOND = 10  # and where those of a series are
NEIGHBOURS = 3  # steps on either side that bounds are averaged over
MOST_VALUES = 2**22  # that are measured at a time


class Intervals:
    """Bounds around forecasts, by split conformal prediction.

    Parameters
    ----------
    errors : ndarray of shape (n, steps, targets)
        What came less what was forecast of it, of rows held out, each in the unit of its step;
        NaN where unknown.
    codes : ndarray of int of shape (n,)
        The series of each.
    horizon : int
        Steps that are forecast at once, and from all rows held out.
    ruler : Ruler
        Measures the units.
    recent : Past or None
        The last rows of each series, for the ruler; None if the forecaster keeps as many.

    Notes
    -----
    Of n errors and the one to come, each is as likely as the others to be the largest. So the
    bounds that leave ``(n + 1) * (1 - coverage)`` of the n outside, rounded down, leave the one
    to come outside as often as asked for, or more rarely (Vovk et al., 2005; Lei et al., 2018).
    Half of them lie beyond either bound (Romano et al., 2019) if that is ``FEWEST_BEYOND`` or
    more; else both bounds are equally far from the forecast. A series has bounds of its own where
    ``OWN_BEYOND`` of its own errors lie beyond either, and those of all series elsewhere. A step
    of which too few errors are known has the bounds of the one before, in its own unit. Bounds
    within the horizon are averaged, in these units, with those of up to ``NEIGHBOURS`` steps on
    either side.

    References
    ----------
    Vovk, Gammerman and Shafer (2005), Algorithmic learning in a random world, Springer.
    Lei et al. (2018), Distribution-free predictive inference for regression, Journal of the
    American Statistical Association 113(523).
    Romano, Patterson and Candès (2019), Conformalized quantile regression, Advances in Neural
    Information Processing Systems 32.
    """

    def __init__(self, errors, codes, horizon, ruler, recent):
        self.errors, self.codes, self.horizon = errors, codes, horizon
        self.ruler, self.recent = ruler, recent

    @classmethod
    def learn(cls, trials, horizon, ruler, recent):
        """Learn from the forecasts of trials.

        Parameters
        ----------
        trials : list of Trial
            Empty if rows are too few to hold some out.
        horizon : int
        ruler : Ruler or SpreadRuler
        recent : Past or None
        """
        errors, codes = np.full((1, 1, 1), np.nan), np.zeros(1, int)
        if trials:
            parts, codes = zip(*(trial.collect_errors(ruler) for trial in trials), strict=True)
            n_steps = min(part.shape[1] for part in parts)
            errors = np.concatenate([part[:, :n_steps] for part in parts])
            codes = np.concatenate(codes)
        return cls(errors, codes, horizon, ruler, recent)

    def append(self, values, codes, places, timelines):
        """Give the same after rows that follow, as :meth:`Past.append` reads them."""
        if self.recent is None:
            return self
        longer = copy.copy(self)
        longer.recent, *_ = self.recent.append(values, codes, places, timelines)
        return longer

    def join(self, recent):
        """Give the same with series behind: of parts, the last rows of all but the first."""
        longer = copy.copy(self)
        longer.recent = self.recent and self.recent.join(recent)
        return longer

    def surround(self, forecasts, history, coverage):
        """Give the bounds of forecasts of the rows of a :class:`History`.

        Parameters
        ----------
        forecasts : ndarray of shape (n, steps, targets)
        history : History
        coverage : float

        Returns
        -------
        ndarray of shape (n, steps, 2 * targets)
            The lower bounds of all targets, then the upper ones. NaN where nothing is known of
            how a series changes.
        """
        n_steps = forecasts.shape[1]
        units = self.ruler.measure(history.look_back(REACH), n_steps)
        lower, upper = self._look_up(history, coverage, n_steps)
        with np.errstate(invalid="ignore"):  # of infinite bounds around what never changed
            return np.concatenate([forecasts + lower * units, forecasts + upper * units], axis=2)

    def _look_up(self, history, coverage, n_steps):
        """Look up the bounds of each row, in units: two of (n, n_steps, targets)."""
        groups, bounds = self._find_bounds(1 - coverage, n_steps)
        rows = np.full(max(history.codes.max(), groups.max(initial=-1)) + 1, len(bounds) - 1)
        rows[groups] = np.arange(len(groups))
        return np.moveaxis(bounds[rows[history.codes[history.owners]]], -1, 0)

    def _measure(self, errors, miss):
        """Find bounds and how many errors lie beyond them as :func:`find_bounds` does."""
        return find_bounds(errors, miss)

    def _find_bounds(self, miss, n_steps):
        """Find the bounds of each step, in its unit.

        Returns
        -------
        groups : ndarray of int of shape (n_groups,)
            The series that have bounds of their own.
        bounds : ndarray of shape (n_groups + 1, n_steps, targets, 2)
            Theirs, and at last those of all others.
        """
        pooled, _ = self._measure(self.errors, miss)
        if not pooled.size or np.isnan(pooled[0]).any():
            n = int((~np.isnan(self.errors[:, 0])).sum(axis=0).min())
            most = np.floor(1000 * n / (n + 1)) / 1000
            raise ValueError(
                f"coverage={1 - miss:.6g} is more than can be told from the forecasts of {n} "
                f"training rows that were held out: {most:g} at most. Fit on more rows for more."
            )
        carry_on(pooled)
        groups, counts = np.unique(self.codes, return_counts=True)
        is_enough = count_beyond(counts, miss / 2) >= OWN_BEYOND
        groups = groups[is_enough] if len(groups) > 1 else groups[:0]
        bounds = np.repeat(pooled[None], len(groups) + 1, axis=0)
        for own, group in zip(bounds[:-1], groups, strict=True):
            found, beyond = self._measure(self.errors[self.codes == group], miss)
            found[beyond < OWN_BEYOND] = np.nan
            carry_on(found)
            own[:] = np.where(np.isnan(found), own, found)
        bounds[:, : self.horizon] = smooth(bounds[:, : self.horizon])
        steps = np.minimum(np.arange(n_steps), len(pooled) - 1)
        return groups, bounds[:, steps]


class Ruler:
    """Measures by how much series change over so many rows before a forecast of as many steps.

    Parameters
    ----------
    columns : list of int
        Which are forecast, among those of the series.
    has_level : ndarray of bool of shape (targets,)
        Of which errors grow with the level, too: those of which all values are positive.

    Notes
    -----
    The unit of k steps is the mean absolute change over k rows: half that of the last ``RECENT``
    such changes, half that of all in the last ``REACH`` rows, and no less than over fewer rows.
    Where ``has_level``, it is drawn to the mean size of the ``RECENT`` last values, as a weighted
    geometric mean. Changes over more than half of the rows that are known grow with the square
    root of the number of steps from there on, as those of a random walk do.
    """

    def __init__(self, columns, has_level):
        self.columns, self.has_level = columns, has_level

    def measure(self, history, n_steps):
        """Measure the units of the steps after each row of a :class:`History`.

        Returns
        -------
        ndarray of shape (n, n_steps, targets)
            NaN where no change is known.
        """
        chunk = max(1, MOST_VALUES // (REACH * history.rows.values.shape[1]))
        parts = [
            self._measure(history.select(slice(start, start + chunk))[:], n_steps)
            for start in range(0, len(history), chunk)
        ]
        return np.concatenate(parts)

    def _measure(self, contexts, n_steps):
        values = contexts.values[:, :, self.columns]  # (n, REACH, targets)
        n_lags = min(n_steps, REACH // 2)
        changes = [np.abs(values[:, lag:] - values[:, :-lag]) for lag in range(1, n_lags + 1)]
        units = [average(np.stack([average(c), average(c[:, -RECENT:])], axis=1)) for c in changes]
        units = np.fmax.accumulate(np.stack(units, axis=1), axis=1)
        steps = np.arange(1, n_steps + 1)
        known = np.clip(contexts.n_rows // 2, 1, n_lags)[:, None]
        lags = np.minimum(steps, known)
        units = np.take_along_axis(units, lags[:, :, None] - 1, axis=1)
        level = average(np.abs(values[:, -RECENT:]))[:, None]
        levelled = np.maximum(units, LEAST_CHANGE * level) ** (1 - LEVEL) * level**LEVEL
        units = np.where(self.has_level & ~np.isnan(level), levelled, units)
        return units * np.sqrt(steps / lags)[:, :, None]


class SpreadRuler:
    """Takes the deviation of its series as the unit of all steps, of columns that are not read.

    Parameters
    ----------
    scaler : skrnn.forecasting._scaling.WindowScaler
    """

    def __init__(self, scaler):
        self._scaler = scaler

    def measure(self, history, n_steps):
        """Measure as :class:`Ruler` does."""
        units = self._scaler.get_spread(history.codes[history.owners])
        return np.repeat(units, n_steps, axis=1)


def make_ruler(columns, scaler, seasons, given):
    """Make what measures the errors of forecasts of the targets.

    Parameters
    ----------
    columns : Columns
    scaler : WindowScaler
    seasons : Seasons
    given : SeriesRows
        The training rows, with their seasons.
    """
    if columns.are_apart:
        return SpreadRuler(scaler)
    return Ruler(columns.targets, seasons.keep_level(given.values[:, columns.targets]))


def find_bounds(errors, miss):
    """Find bounds that leave a share of errors, and of those to come, outside.

    Parameters
    ----------
    errors : ndarray of shape (n, ...)
        NaN where unknown.
    miss : float
        The share.

    Returns
    -------
    bounds : ndarray of shape (..., 2)
        0 lies between them. NaN where errors are too few.
    beyond : ndarray of int of shape (...)
        How many lie beyond either bound, where each is found by itself.
    """
    n = (~np.isnan(errors)).sum(axis=0)
    beyond, outside = count_beyond(n, miss / 2), count_beyond(n, miss)
    errors, sizes = np.sort(errors, axis=0), np.sort(np.abs(errors), axis=0)  # NaN last

    def take(ranked, place):
        return np.take_along_axis(ranked, np.clip(place, 0, len(ranked) - 1)[None], axis=0)[0]

    size = np.where(outside > 0, take(sizes, n - outside), np.nan)
    lower = np.where(beyond < FEWEST_BEYOND, -size, take(errors, beyond - 1))
    upper = np.where(beyond < FEWEST_BEYOND, size, take(errors, n - beyond))
    return np.stack([np.minimum(lower, 0), np.maximum(upper, 0)], axis=-1), beyond


def carry_on(bounds):
    """Put in bounds (steps, ...) that are NaN those of the last step before that has some."""
    for step in range(1, len(bounds)):
        bounds[step] = np.where(np.isnan(bounds[step]), bounds[step - 1], bounds[step])


def smooth(bounds):
    """Average bounds (n, steps, ...) with those of neighbours, of as many on either side."""
    smoothed, last = np.empty_like(bounds), bounds.shape[1] - 1
    for step in range(last + 1):
        n = min(NEIGHBOURS, step, last - step)
        smoothed[:, step] = bounds[:, step - n : step + n + 1].mean(axis=1)
    return smoothed


def count_beyond(n, miss):
    """Count the errors of n that may lie outside, so that one to come does so as rarely."""
    return np.floor(np.round((n + 1) * miss, 9)).astype(int)


def average(values):
    """Average the known values (n, rows, columns) over rows: (n, columns), NaN without one."""
    known = ~np.isnan(values)
    n_known = known.sum(axis=1)
    total = np.where(known, values, 0).sum(axis=1)
    return np.divide(total, n_known, out=np.full(total.shape, np.nan), where=n_known > 0)


def check_coverage(coverage):
    """Check the share of rows that intervals are to hold, and give it as a plain number."""
    plain = make_plain(coverage)
    if not PART.is_satisfied_by(plain):
        raise ValueError(f"coverage={coverage!r} must be a float between 0 and 1, such as 0.9.")
    return plain
