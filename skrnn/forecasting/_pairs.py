"""Pairs of windows and what comes after them, for a model to learn from."""

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from ._levels import Contexts, carry_on
from ._windows import make_windows


class SeriesPairs:
    """Windows of a series with what comes after them, in the units that a network learns in.

    Parameters
    ----------
    series : ndarray of shape (time, columns)
    scaler : WindowScaler
        Fitted.
    n_steps : int
        Rows after each window.
    levels : ndarray of shape (time, features), default=None
        The series and rows before it, of which the last known values are carried on.

    Attributes
    ----------
    rows : ndarray of int or range
        The windows with something in them, after which no value, nor one that it is taken
        relative to, is NaN; window i begins at row i. Values in between may be missing.
    """

    def __init__(self, series, scaler, n_steps, levels=None):
        self.scaler = scaler
        self.segments = make_windows(series, scaler.span + n_steps)
        levels = series[:, : scaler.n_features] if levels is None else levels
        levels = carry_on(levels, scaler.difference or 1)[-len(series) :]
        self._levels = make_windows(levels, scaler.span)
        missing = np.isnan(series)
        self.rows, self.has_missing = range(len(self.segments)), False
        if missing.any():
            self.rows = np.flatnonzero(self._find_usable(missing))
            read = missing[:, : scaler.n_features]
            left = np.isnan(levels).all(axis=1) if scaler.fills_gaps else read
            self.has_missing = scaler.every_step or bool(left.any())

    def _find_usable(self, missing):
        scaler, n = self.scaler, len(self.segments)
        unknown = missing[:, scaler.outputs].any(axis=1)
        if lag := scaler.difference:
            unknown = unknown[lag:] | unknown[:-lag]  # a change, as either end of it is
        unknown = unknown[scaler.window :]
        unknown = sliding_window_view(unknown, len(unknown) - n + 1).any(axis=1)
        empty = missing[:, : scaler.n_features].all(axis=1)
        return ~unknown & ~make_windows(empty, scaler.span)[:n].all(axis=1)

    def __getitem__(self, rows):
        """Give windows (n, window, features) and what is to be learned of the rows after them."""
        segments, scaler = self.segments[rows], self.scaler
        known = segments[:, : scaler.span, : scaler.n_features]
        windows, frame = scaler.read(Contexts(known, self._levels[rows]))
        return windows, scaler.write(segments, frame)
