"""Forecasts of the last training rows, by forecasters that have not seen them."""

from typing import NamedTuple

import numpy as np

from .._state import freeze
from ._choice import thin_out
from ._intervals import REACH
from ._rows import History, SeriesRows, list_ranges

MOST_ORIGINS = 2000  # whose forecasts are compared with what came
MOST_OTHERS = 6  # for each of these, after which less is known
FED_BACK = 12  # steps for which forecasts are fed back
FED_ORIGINS = 20  # or a tenth of all, or as many as read so many windows, from which they are
FED_WINDOWS = 500


class Trial(NamedTuple):
    """A forecaster that has not seen the last rows, and what it is to forecast of them.

    Attributes
    ----------
    forecaster : BaseForecaster
    rows : SeriesRows
        All rows, as they were given.
    n_unseen : ndarray of int of shape (n_series,)
        How many of the last ones it has not seen.
    n_origins : ndarray of int of shape (n_series,)
        From how many of these on, the first, it is to forecast.
    """

    forecaster: object
    rows: SeriesRows
    n_unseen: np.ndarray
    n_origins: np.ndarray

    def collect_errors(self, ruler):
        """Give the errors of forecasts of rows not seen, in units, and the series of each.

        Returns
        -------
        errors : ndarray of shape (n, steps, targets)
        codes : ndarray of int of shape (n,)
        """
        forecaster = self.forecaster
        horizon = forecaster._horizon
        rows = forecaster._adjustment.adjust_rows(self.rows)
        history = _view(forecaster, rows, self._list_origins(horizon))
        n_steps = self._count_fed_back(horizon)
        at_once = forecaster._extend_base(history, horizon)
        forecasts = np.full((len(history), n_steps, at_once.shape[2]), np.nan)
        forecasts[:, :horizon] = at_once
        if n_steps > horizon:
            n = max(FED_ORIGINS, len(history) // 10, FED_WINDOWS // forecaster._n_windows_read)
            some = slice(None, None, max(1, len(history) // n))
            forecasts[some] = forecaster._extend_base(history.select(some), n_steps)
        known = take_after(rows, history, n_steps)[..., forecaster._columns.targets]
        units = ruler.measure(history.look_back(REACH), n_steps)
        n_bases = forecasts.shape[2] // known.shape[2]
        errors = np.tile(known, n_bases) - forecasts
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            scaled = (errors / np.tile(units, n_bases)).astype(np.float32)
        return np.where(errors == 0, np.float32(0), scaled), history.owners

    def _list_origins(self, horizon):
        """List the rows from which on is forecast.

        Of many, those after which all is known, and a third of the others: what happened at one
        time, which all series may share, is not to decide alone.
        """
        counts, first = self.n_origins, self.rows.starts[1:] - self.n_unseen
        if counts.sum() <= MOST_ORIGINS:
            return list_ranges(first, counts)
        n_known = np.minimum(counts, np.maximum(self.n_unseen - horizon + 1, 1))
        known = thin_out(list_ranges(first, n_known), MOST_ORIGINS)
        others = list_ranges(first + n_known, counts - n_known)
        others = others[:: max(3, len(others) // (MOST_OTHERS * len(known)))]
        return np.sort(np.concatenate([known, others]))

    def _count_fed_back(self, horizon):
        """Count the steps that are forecast, past the horizon by forecasts that are fed back."""
        if not self.forecaster._can_feed_back:
            return horizon
        return max(horizon, min(FED_BACK, self.n_unseen.max()))


def take_after(rows, history, n_steps):
    """Take the rows after each of a history, (n, n_steps, columns); NaN beyond its series."""
    later = history.positions[:, None] + np.arange(n_steps)
    taken = rows.values.take(later, axis=0, mode="clip")
    taken[later >= rows.starts[history.owners + 1][:, None]] = np.nan
    return taken


def _view(forecaster, rows, positions):
    """Give the :class:`History` of rows to forecast, at positions of rows without seasons."""
    read = rows.take_columns(forecaster._columns.n_read)
    levels = read.carry_on(forecaster._get_period())
    owners = np.searchsorted(rows.starts, positions, side="right") - 1
    reach = forecaster._past.reach
    return History(read, levels, np.arange(len(rows)), positions, owners, reach)


def go_back(forecaster, given, n_unseen):
    """Give a forecaster, but for its model, as if it had not seen the last rows.

    Parameters
    ----------
    forecaster : BaseForecaster
        That has learned all but its model.
    given : SeriesRows
        All rows, as they were given.
    n_unseen : ndarray of int of shape (n_series,)

    Returns
    -------
    earlier : BaseForecaster
        A copy that knows seasons and scales of the other rows alone.
    rows : SeriesRows or None
        Those rows, without seasons; None if they are too few to learn from.
    """
    earlier, rows = freeze(forecaster), given.drop_last(n_unseen)
    if rows.lengths.max() < forecaster._scaler.span + forecaster._n_steps:
        return earlier, None
    earlier._adjustment = forecaster._adjustment.refit(rows)
    rows = earlier._adjustment.adjust_rows(rows)
    words = earlier.window_, earlier.scaling_, earlier.difference_
    earlier._scaler = earlier._make_scaler(*words).fit(rows)
    return earlier, rows
