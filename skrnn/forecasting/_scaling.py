"""Into the units that a network learns in, and back: differences and scaling of windows."""

import warnings

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.base import clone
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from .._errors import explain_errors
from ._gaps import GapFiller
from ._levels import fill_gaps, find_first, find_last
from ._moments import find_moments, take_differences
from ._recursion import Round

SMALLEST_SPREAD = 0.01
LARGEST_ERROR = 1e-3  # of a value that is scaled and put back, in standard deviations


class WindowScaler:
    """Differences and scales the stretch of a series before each forecast, and undoes it.

    Parameters
    ----------
    window : int
        Rows that the network reads.
    difference : int
        Each value is taken relative to the one so many rows before; 0 leaves it.
    scaling : "window", "standard", None or transformer
        As in :class:`skrnn.RNNForecaster`.
    outputs : list of int
        Which columns of the series are forecast.
    n_features : int
        How many columns, from the first, are read.
    every_step : bool, default=False
        Whether a forecast is learned after every row of a window, not after the last alone.
    fills_gaps : bool, default=True
        Whether missing values are estimated; those before the first row of a series never are.

    Notes
    -----
    A context is the ``span = window + difference`` rows before a forecast; it may have missing
    values (NaN). With "window", each window is taken relative to its
    last value, in units of its own standard deviation: reversible instance normalisation (Kim
    et al., 2022) about the last value instead of the mean. A flat window has the unit
    0.01 standard deviations of the whole series. Columns that are forecast but not read have no
    last value to be relative to: with them "window" works as "standard" does.

    Where a forecast is learned after every row, the last value would tell what is to be learned
    before it: windows are then read relative to their first value, and each row's later values
    are learned relative to that row's own.
    """

    def __init__(
        self,
        window,
        difference,
        scaling,
        outputs,
        n_features,
        every_step=False,
        fills_gaps=True,
    ):
        self.window, self.difference, self.scaling = window, difference, scaling
        self.outputs, self.n_features = outputs, n_features
        self.every_step, self.fills_gaps = every_step, fills_gaps
        self.span = window + difference

    def fit(self, series):
        """Learn what the whole training series, (time, columns), has to say."""
        changes = take_differences(series, self.difference)
        self._level, _ = find_moments(series)
        self._mean, spread = find_moments(changes)
        self._floor = SMALLEST_SPREAD * np.where(spread > 0, spread, 1 / SMALLEST_SPREAD)
        if self.fills_gaps:
            self._filler = GapFiller(self.window).fit(changes[:, : self.n_features])
        self._by_window = self.scaling == "window" and max(self.outputs) < self.n_features
        if not self._by_window:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)  # a column without a value
                warnings.filterwarnings("ignore", ".* not strictly inverse")  # an error here
                self._reader = self._fit_transformer(changes[:, : self.n_features])
                self._writer = self._fit_transformer(changes[:, self.outputs])
        return self

    def read(self, contexts):
        """Give what the network reads of :class:`Contexts`, and the frame to undo it with.

        Returns
        -------
        windows : ndarray of shape (n, window, features)
        frame : tuple of ndarray
            The last value and the unit of each window, (n, 1, features), and where a forecast is
            learned after every row, the value that it is relative to, (n, window, features).
        """
        windows = take_differences(contexts.values, self.difference, axis=1)
        observed = ~np.isnan(windows)
        if not observed.all():
            windows = self._begin_somewhere(windows, observed, contexts)
            windows = self._fill(windows, contexts) if self.fills_gaps else windows
        last = find_last(windows)
        unit = np.sqrt(np.nanvar(windows, axis=1, keepdims=True) + self._get_floor())
        frame = last, unit, fill_gaps(windows) if self.every_step else None
        if self._by_window:
            origin = find_first(windows) if self.every_step else last
            return (windows - origin) / frame[1], frame
        return _apply(self._reader.transform, windows), frame

    def write(self, segments, frame):
        """Give what the network is to learn of the rows after a context.

        Parameters
        ----------
        segments : ndarray of shape (n, span + steps, columns)
            Contexts with the rows after them.
        frame : tuple of ndarray
            Of the contexts.

        Returns
        -------
        ndarray of shape (n, steps, outputs) or (n, window, steps, outputs)
        """
        n_steps = segments.shape[1] - self.span
        if not self.every_step:
            segments = segments[:, self.window :]  # with the rows that changes are relative to
        later = take_differences(segments[:, :, self.outputs], self.difference, axis=1)
        if self.every_step:
            later = sliding_window_view(later[:, 1:], n_steps, axis=1)
            later = np.moveaxis(later, -1, 2)  # (n, window, steps, outputs)
        if not self._by_window:
            return _apply(self._writer.transform, later)
        last, unit, own = frame
        unit = unit[..., self.outputs]
        if self.every_step:
            return (later - own[:, :, None, self.outputs]) / unit[:, None]
        return (later - last[..., self.outputs]) / unit

    def restore(self, forecasts, contexts, frame):
        """Give forecasts of the network (n, steps, outputs) in the units of the series."""
        if self._by_window:
            forecasts = forecasts * frame[1][..., self.outputs] + frame[0][..., self.outputs]
        else:
            forecasts = _apply(self._writer.inverse_transform, forecasts)
        if not self.difference:
            return forecasts
        levels = np.concatenate([self._get_base(contexts), forecasts], axis=1)
        for step in range(self.difference, levels.shape[1]):
            levels[:, step] += levels[:, step - self.difference]
        return levels[:, self.difference :]

    def make_round(self, n_steps):
        """Give a round of forecasts that are fed back, with its constants; None if it has none.

        That is so where a scikit-learn transformer scales.
        """
        if self._by_window:
            constants = self._get_floor(), np.zeros(self.n_features)
        elif self.scaling is None:
            constants = np.zeros(self.n_features), np.ones(self.n_features)
        elif isinstance(self._writer, StandardScaler) and self.scaling == "standard":
            constants = self._writer.mean_, self._writer.scale_
        else:
            return None
        return Round(self.difference, n_steps, self._by_window, self.every_step), constants

    def _fit_transformer(self, columns):
        pattern = self.scaling
        if not hasattr(pattern, "fit"):
            pattern = FunctionTransformer() if pattern is None else StandardScaler()
        wanted = "scaling must be a transformer that keeps columns and can be undone"
        with explain_errors(wanted, self.scaling):
            transformer = clone(pattern).fit(columns)
            scaled = transformer.transform(columns)
            if scaled.shape != columns.shape:
                raise ValueError(f"It turns the shape {columns.shape} into {scaled.shape}.")
            if pattern is self.scaling:
                check_round_trip(columns, np.asarray(scaled), transformer)
        return transformer

    def _get_floor(self):
        return self._floor[: self.n_features] ** 2

    def _begin_somewhere(self, windows, observed, contexts):
        """Let a column without a value end at its last known one, or else at the training mean.

        Of changes it is always their mean: it lasts, where a single one may not.
        """
        start = self._mean[: self.n_features]
        if not self.difference:
            level = contexts.levels[:, -1]
            start = np.where(np.isnan(level), start, level)
        windows = windows.copy()
        windows[:, -1] = np.where(observed.any(axis=1), windows[:, -1], start)
        return windows

    def _fill(self, windows, contexts):
        """Fill missing values, but for rows before the series has begun."""
        begun = ~np.isnan(contexts.levels[:, : self.window]).all(axis=2, keepdims=True)
        begun[:, -1] = True
        return np.where(begun, self._filler.fill(windows, causal=self.every_step), windows)

    def _get_base(self, contexts):
        """Give the values (n, difference, outputs) that the first forecasts are relative to."""
        levels = contexts.levels[:, :, self.outputs]
        base = levels[:, levels.shape[1] - self.difference :]
        if not np.isnan(base).any():
            return base
        empty = np.isnan(levels).all(axis=1, keepdims=True)
        levels = np.where(empty, self._level[self.outputs], levels)
        return np.where(np.isnan(base), find_last(levels), base)


def check_round_trip(values, scaled, transformer):
    """Raise if what a transformer gives of values (time, columns) is not finite, or not undone."""
    known = ~np.isnan(values)
    if not np.isfinite(scaled[known]).all():
        value = values[known][~np.isfinite(scaled[known])][0]
        raise ValueError(f"It turns {value:.6g} into a value that is not finite.")
    _, spread = find_moments(values)
    restored = np.asarray(transformer.inverse_transform(scaled))
    error = np.where(known, np.abs(restored - values), 0)
    is_lost = ~(error <= LARGEST_ERROR * spread + 1e-6 * np.where(known, np.abs(values), 0))
    if is_lost.any():
        value, given_back = values[is_lost][0], restored[is_lost][0]
        raise ValueError(f"It turns {value:.6g} into what it gives back as {given_back:.6g}.")


def _apply(function, values):
    """Apply a function of (rows, columns) to (..., columns)."""
    flat = function(values.reshape(-1, values.shape[-1]))
    return np.asarray(flat).reshape(values.shape)
