"""Prediction intervals around quantiles that a network forecasts itself."""

import numpy as np

from ._intervals import REACH, Intervals, count_beyond

LEAST_WIDTH = 0.1  # of a unit, from the median to a quantile


class QuantileIntervals(Intervals):
    """Bounds at forecast quantiles, put right by conformal prediction.

    Parameters
    ----------
    errors : ndarray of shape (n, steps, levels * targets)
        What came less each quantile, those of one level for all targets behind each other.
    codes, horizon, ruler, recent
        As in :class:`Intervals`.

    Attributes
    ----------
    levels : tuple of float
        Of the quantiles.

    Notes
    -----
    The bounds are the two quantiles next to those that are asked for, moved away from the median
    by a share of their distances to it, or towards it: by as much as leaves as few of the rows
    held out outside as asked for (Romano et al., 2019; Kivaranovic et al., 2020). A distance is
    taken for at least ``LEAST_WIDTH`` of the unit of its step.

    References
    ----------
    Romano, Patterson and Candès (2019), Conformalized quantile regression, Advances in Neural
    Information Processing Systems 32.
    Kivaranovic, Johnson and Leeb (2020), Adaptive, distribution-free prediction intervals for deep
    networks, AISTATS.
    """

    @classmethod
    def learn_around(cls, levels, *parts):
        """Learn, as :meth:`Intervals.learn` does, of quantiles of such levels."""
        learned = cls.learn(*parts)
        learned.levels = levels
        return learned

    def surround(self, forecasts, history, coverage):
        """Give the bounds of quantiles (n, steps, levels * targets).

        The others are those of :meth:`Intervals.surround`.
        """
        n_steps = forecasts.shape[1]
        least = LEAST_WIDTH * self.ruler.measure(history.look_back(REACH), n_steps)
        share = self._look_up(history, coverage, n_steps)[1]
        lower, middle, upper = self._pick(forecasts, 1 - coverage)
        lower = lower - share * np.fmax(middle - lower, least)
        upper = upper + share * np.fmax(upper - middle, least)
        return np.concatenate([np.minimum(lower, middle), np.maximum(upper, middle)], axis=2)

    def _measure(self, errors, miss):
        below, middle, above = self._pick(errors, miss)
        shares = (
            -below / np.fmax(below - middle, LEAST_WIDTH),
            above / np.fmax(middle - above, LEAST_WIDTH),
        )
        scores = np.sort(np.maximum(*shares), axis=0)  # NaN last
        n = (~np.isnan(scores)).sum(axis=0)
        outside = count_beyond(n, miss)
        places = np.clip(n - outside, 0, len(scores) - 1)
        margins = np.take_along_axis(scores, places[None], axis=0)[0]
        margins = np.where(outside > 0, margins, np.nan)
        return np.stack([-margins, margins], axis=-1), count_beyond(n, miss / 2)

    def _pick(self, values, miss):
        """Give the values of the level nearest to half of a share, of 0.5, and of the other."""
        size = values.shape[2] // len(self.levels)
        numbers = [
            np.abs(np.subtract(self.levels, p)).argmin() for p in (miss / 2, 0.5, 1 - miss / 2)
        ]
        return [values[..., number * size : (number + 1) * size] for number in numbers]
