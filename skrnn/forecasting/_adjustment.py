"""What is taken out of series before a model learns of them, and put back into its forecasts."""

import copy

import numpy as np

from ._rows import spread_rows


class Adjustment:
    """Effects of columns that are known ahead, and seasons.

    Parameters
    ----------
    seasons : Seasons
        Learned from what effects leave.
    targets : list of int
        The columns that are forecast.
    effects : Effects, default=None
        None for none.
    is_positive : bool, default=False
        Whether no forecast is to be below 0.
    """

    def __init__(self, seasons, targets, effects=None, is_positive=False):
        self.seasons, self.effects = seasons, effects
        self._targets, self._is_positive = targets, is_positive

    def refit(self, rows):
        """Give the same, learned of other :class:`SeriesRows`."""
        again = copy.copy(self)
        if self.effects is not None:
            again.effects = copy.copy(self.effects).fit(rows, self._targets)
        again.seasons = copy.copy(self.seasons).fit(again._take_effects_out(rows))
        return again

    def keep_first(self, n_series):
        """Give the same for the first series alone."""
        fewer = copy.copy(self)
        fewer.seasons = self.seasons.keep_first(n_series)
        fewer.effects = self.effects and self.effects.keep_first(n_series)
        return fewer

    def join(self, parts):
        """Give the same with the series of parts behind: all but the first of each."""
        longer = copy.copy(self)
        longer.seasons = self.seasons.join([part.seasons for part in parts])
        return longer

    def extend(self, placed, n_known):
        """Give the same with the seasons of series, from a code on, that have not been seen."""
        is_new = placed.codes >= n_known
        if not is_new.any():
            return self
        values, codes = self._adjust_effects(placed)[is_new], placed.codes[is_new] - n_known
        longer = copy.copy(self)
        rows = spread_rows(values, codes, placed.places[is_new], codes[-1] + 1)
        longer.seasons = self.seasons.extend(rows)
        return longer

    def adjust_rows(self, rows):
        """Give the :class:`SeriesRows` that were learned from without either."""
        rows = self._take_effects_out(rows)
        return rows.replace_values(self.seasons.adjust(rows.values, rows))

    def adjust(self, placed):
        """Give the values of :class:`PlacedRows` without either."""
        return self.seasons.adjust_at(self._adjust_effects(placed), placed.codes, placed.at)

    def restore(self, forecasts, codes, at, ahead):
        """Put both back into forecasts from places of series on.

        Parameters
        ----------
        forecasts : ndarray of shape (n, steps, targets) or (n, steps, kinds * targets)
            Of several kinds, as bounds and quantiles are, those of one behind each other.
        codes, at : ndarray of int of shape (n,)
            The series of each, and the place in it of the first step.
        ahead : KnownAhead or None

        Returns
        -------
        ndarray of the shape of the forecasts
        """
        n_kinds = forecasts.shape[2] // len(self._targets)
        parts = [
            self._restore(part, codes, at, ahead) for part in np.split(forecasts, n_kinds, axis=2)
        ]
        restored = np.concatenate(parts, axis=2)
        return np.maximum(restored, 0) if self._is_positive else restored

    def _restore(self, forecasts, codes, at, ahead):
        forecasts = self.seasons.restore(forecasts, codes, at, self._targets)
        if self.effects is None:
            return forecasts
        return self.effects.restore(forecasts, codes, at, ahead)

    def _take_effects_out(self, rows):
        if self.effects is None:
            return rows
        return rows.replace_values(self.effects.adjust_rows(rows))

    def _adjust_effects(self, placed):
        if self.effects is None:
            return placed.values
        return self.effects.adjust(placed.values, placed.codes, placed.at, placed.ahead)
