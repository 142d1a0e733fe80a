"""Into the units that a network learns in, and back: differences and scaling of windows."""

import warnings

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from sklearn.base import clone
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from .._errors import explain_errors
from ._windows import make_windows

SMALLEST_SPREAD = 0.01


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

    Notes
    -----
    A context is the ``span = window + difference`` rows before a forecast, (n, span, features);
    it may begin with missing rows (NaN). With "window", each window is taken relative to its
    last value, in units of its own standard deviation: reversible instance normalisation (Kim
    et al., 2022) about the last value instead of the mean. A flat window has the unit
    0.01 standard deviations of the whole series. Columns that are forecast but not read have no
    last value to be relative to: with them "window" works as "standard" does.

    Where a forecast is learned after every row, the last value would tell what is to be learned
    before it: windows are then read relative to their first value, and each row's later values
    are learned relative to that row's own.
    """

    def __init__(self, window, difference, scaling, outputs, n_features, every_step=False):
        self.window, self.difference, self.scaling = window, difference, scaling
        self.outputs, self.n_features = outputs, n_features
        self.every_step = every_step
        self.span = window + difference

    def fit(self, series):
        """Learn what the whole training series, (time, columns), has to say."""
        changes = take_differences(series, self.difference)
        self._level, _ = find_moments(series)
        self._mean, spread = find_moments(changes)
        self._floor = SMALLEST_SPREAD * np.where(spread > 0, spread, 1 / SMALLEST_SPREAD)
        self._by_window = self.scaling == "window" and max(self.outputs) < self.n_features
        if not self._by_window:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", RuntimeWarning)  # a column without a value
                self._reader = self._fit_transformer(changes[:, : self.n_features])
                self._writer = self._fit_transformer(changes[:, self.outputs])
        return self

    def read(self, contexts):
        """Give what the network reads of each context, and the frame to undo it with.

        Returns
        -------
        windows : ndarray of shape (n, window, features)
        frame : tuple of two ndarray of shape (n, 1, features)
            The last value and the unit of each window.
        """
        windows = take_differences(contexts, self.difference, axis=1)
        observed = ~np.isnan(windows)
        if not observed.all():
            windows = self._begin_somewhere(windows, observed)
        last = find_last(windows)
        frame = last, np.sqrt(np.nanvar(windows, axis=1, keepdims=True) + self._get_floor())
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
            own = fill_gaps(later[:, : self.window])[:, :, None]
            later = sliding_window_view(later[:, 1:], n_steps, axis=1)
            later = np.moveaxis(later, -1, 2)  # (n, window, steps, outputs)
        if not self._by_window:
            return _apply(self._writer.transform, later)
        last, unit = (part[..., self.outputs] for part in frame)
        return (later - own) / unit[:, None] if self.every_step else (later - last) / unit

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

    def _fit_transformer(self, columns):
        pattern = self.scaling
        if not hasattr(pattern, "fit"):
            pattern = FunctionTransformer() if pattern is None else StandardScaler()
        with explain_errors("scaling must be a transformer that keeps columns", self.scaling):
            transformer = clone(pattern).fit(columns)
            shape = transformer.transform(columns).shape
            if shape != columns.shape:
                raise ValueError(f"It turns the shape {columns.shape} into {shape}.")
        return transformer

    def _get_floor(self):
        return self._floor[: self.n_features] ** 2

    def _begin_somewhere(self, windows, observed):
        """Let the training mean stand for the last value of a column that has no value."""
        empty = ~observed.any(axis=1)
        windows = windows.copy()
        windows[:, -1] = np.where(empty, self._mean[: self.n_features], windows[:, -1])
        return windows

    def _get_base(self, contexts):
        """Give the values (n, difference, outputs) that the first forecasts are relative to."""
        base = contexts[:, contexts.shape[1] - self.difference :, self.outputs]
        if not np.isnan(base).any():
            return base
        level = contexts[:, :, self.outputs]
        empty = np.isnan(level).all(axis=1, keepdims=True)
        level = np.where(empty, self._level[self.outputs], level)
        return np.where(np.isnan(base), find_last(level), base)


def find_moments(values, chunk=2**18):
    """Find mean and standard deviation of columns (time, columns), without a copy of them.

    NaN do not count; a column without a value has 0 for both.
    """
    chunks = [values[i : i + chunk] for i in range(0, len(values), chunk)]
    n = np.maximum(1, sum(np.sum(~np.isnan(part), axis=0) for part in chunks))
    mean = sum(np.nansum(part, axis=0) for part in chunks) / n
    variance = sum(np.nansum((part - mean) ** 2, axis=0) for part in chunks) / n
    return mean, np.sqrt(variance)


def take_differences(values, lag, axis=0):
    """Subtract from each value the one ``lag`` before; with no lag, change nothing."""
    if not lag:
        return values
    values = np.moveaxis(values, axis, 0)
    return np.moveaxis(values[lag:] - values[:-lag], 0, axis)


def find_last(windows):
    """Find the last value that is not NaN: (n, time, features) to (n, 1, features)."""
    observed = ~np.isnan(windows)
    last = windows.shape[1] - 1 - observed[:, ::-1].argmax(axis=1)
    return np.take_along_axis(windows, last[:, None], axis=1)


def find_first(windows):
    """Find the first value that is not NaN: (n, time, features) to (n, 1, features)."""
    first = (~np.isnan(windows)).argmax(axis=1)
    return np.take_along_axis(windows, first[:, None], axis=1)


def fill_gaps(windows):
    """Fill NaN with the value before it, or else after it: (n, time, features)."""
    time = np.arange(windows.shape[1])[:, None]
    observed = ~np.isnan(windows)
    before = np.maximum.accumulate(np.where(observed, time, -1), axis=1)
    first = observed.argmax(axis=1, keepdims=True)
    return np.take_along_axis(windows, np.where(before < 0, first, before), axis=1)


def _apply(function, values):
    """Apply a function of (rows, columns) to (..., columns)."""
    flat = function(values.reshape(-1, values.shape[-1]))
    return np.asarray(flat).reshape(values.shape)


class SeriesPairs:
    """Windows of a series with what comes after them, in the units that a network learns in.

    Parameters
    ----------
    series : ndarray of shape (time, columns)
    scaler : WindowScaler
        Fitted.
    n_steps : int
        Rows after each window.

    Attributes
    ----------
    rows : ndarray of int or range
        The windows with something in them, after which no value, nor one that it is taken
        relative to, is NaN; window i begins at row i.
    """

    def __init__(self, series, scaler, n_steps):
        self.scaler = scaler
        self.segments = make_windows(series, scaler.span + n_steps)
        missing = np.isnan(series)
        self.rows, self.has_missing = range(len(self.segments)), False
        if missing.any():
            self.rows = np.flatnonzero(self._find_usable(missing))
            read = missing if scaler.every_step else missing[:, : scaler.n_features]
            self.has_missing = bool(read.any())

    def _find_usable(self, missing):
        scaler, n = self.scaler, len(self.segments)
        unknown = missing[scaler.window :, scaler.outputs].any(axis=1)
        unknown = sliding_window_view(unknown, len(unknown) - n + 1).any(axis=1)
        empty = missing[:, : scaler.n_features].all(axis=1)
        return ~unknown & ~make_windows(empty, scaler.span)[:n].all(axis=1)

    def __getitem__(self, rows):
        """Give windows (n, window, features) and what is to be learned of the rows after them."""
        segments, scaler = self.segments[rows], self.scaler
        windows, frame = scaler.read(segments[:, : scaler.span, : scaler.n_features])
        return windows, scaler.write(segments, frame)
