"""Into the units that a network learns in, and back: differences and scaling of windows."""

import copy

import numpy as np

from ._gaps import GapFiller
from ._levels import fill_gaps, find_last
from ._moments import (
    average_known,
    average_sizes,
    extend_moments,
    find_all_moments,
    find_moments,
    take_differences,
    take_moments,
)
from ._recursion import Round, mix_sizes
from ._rows import SeriesRows, join_tables, spread_rows
from ._transformers import explain_unknown, fit_transformers, run_transformers

SMALLEST_SIZE = 0.05  # of the mean size of the values of a series
MOST_WINDOWS = 4096  # of which the common unit is taken


class WindowScaler:
    """Differences and scales the rows before each forecast, and undoes it.

    Parameters
    ----------
    window : int
        Rows that the network reads.
    difference : int
        Each value is taken relative to the one so many rows before; 0 leaves it.
    scaling : "window", "standard", "global", None or transformer
        As in :class:`skrnn.RNNForecaster`.
    outputs : list of int
        Which columns of the series are forecast.
    n_features : int
        How many columns, from the first, are read.
    fills_gaps : bool, default=True
        Whether missing values are estimated; else they stay NaN.
    fills_start : bool, default=True
        Whether rows before the first of a series are taken to be like it; else they stay NaN.
    lags : tuple of int, default=()
        Rows that are read as well: so many before each row of the forecast, where that lies before
        them all.
    n_steps : int, default=1
        Rows of a forecast.

    Attributes
    ----------
    offsets : ndarray of int of shape (n_read,)
        The rows that are read, -1 for the last before a forecast.
    span : int
        Rows of a context, which reaches back to the first of them.
    is_positive : bool, default=False
        Whether outputs are counts or amounts, from 0 on, and stay so.

    Notes
    -----
    A context is the rows before a forecast; it may have missing values (NaN). With "window", each
    window is taken relative to its last value, in units of the mean size of its values, and of at
    least 0.05 of that of its series: what grows in proportion to its level looks alike at all
    levels (Smyl, 2020). One more unit, common to all windows, makes the inputs 1 in mean square.
    Columns that are forecast but not read have no last value
    to be relative to: with them "window" works as "standard" does.

    Outputs that are positive are not taken relative to anything, in units of the mean size of the
    window and a few more values of the mean size of the series, or of that alone.

    Each series has moments of its own; a column of one that nothing is known of has the mean of
    those of the others.

    References
    ----------
    Smyl (2020), A hybrid method of exponential smoothing and recurrent neural networks for time
    series forecasting, International Journal of Forecasting 36(1).
    """

    def __init__(
        self,
        window,
        difference,
        scaling,
        outputs,
        n_features,
        fills_gaps=True,
        fills_start=True,
        lags=(),
        n_steps=1,
        is_positive=False,
    ):
        self.window, self.difference, self.scaling = window, difference, scaling
        self.outputs, self.n_features = outputs, n_features
        self.fills_gaps, self.fills_start = fills_gaps, fills_start
        self.is_positive = is_positive
        ahead = {step - lag for lag in lags for step in range(min(n_steps, lag))}
        self.offsets = np.array(sorted(ahead | set(range(-window, 0))))
        self._reach = -int(self.offsets[0])
        self.span = self._reach + difference

    def fit(self, rows, like=None):
        """Learn what the training series, :class:`SeriesRows`, have to say.

        ``like`` may be another scaler, which knows the moments of the same differences.
        """
        changes = SeriesRows(rows.subtract_before(self.difference), rows.starts)
        if like is None:
            self._learn_moments(rows, changes)
        else:
            self._moments = like._moments
        if self.fills_gaps:
            spread = self._moments["spread"]
            self._filler = GapFiller(self._reach).fit(changes, spread, self.n_features)
        self._by_window = self.scaling == "window" and max(self.outputs) < self.n_features
        self._transformers = None
        if self._by_window:
            self._unit = self._measure_inputs(changes)
        elif self.scaling == "global":
            self._common = find_moments(SeriesRows(changes.values, rows.starts[[0, -1]]))
        elif not isinstance(self.scaling, str | None):
            columns = slice(self.n_features), self.outputs
            self._transformers = fit_transformers(self.scaling, changes, columns)
        return self

    def extend(self, values, codes, places):
        """Give a scaler that has also learned of those series of which it knew too little.

        Parameters
        ----------
        values : ndarray of shape (n, columns)
            Rows that follow.
        codes : ndarray of int of shape (n,)
            The series of each; those past the ones learned of are new.
        places : ndarray of int of shape (n,)
            Where in its series each lies.
        """
        is_unknown = self._find_unknown(codes)
        if not is_unknown.any():
            return self
        codes, owners = np.unique(codes[is_unknown], return_inverse=True)
        n_known = len(self._moments["mean"]) - 1
        if self._transformers is not None and codes.max() >= n_known:
            raise ValueError(explain_unknown(self.scaling))
        rows = spread_rows(values[is_unknown], owners, places[is_unknown], len(codes))
        changes = SeriesRows(rows.subtract_before(self.difference), rows.starts)
        longer = copy.copy(self)
        longer._moments = {
            name: extend_moments(self._moments[name], new, codes)
            for name, new in find_all_moments(rows, changes).items()
        }
        return longer

    def keep_first(self, n_series):
        """Give a scaler that has learned of the first series alone."""
        if self._transformers is not None:
            raise ValueError(explain_unknown(self.scaling))
        fewer = copy.copy(self)
        fewer._moments = {
            name: np.concatenate([table[:n_series], table[-1:]])
            for name, table in self._moments.items()
        }
        return fewer

    def join(self, parts):
        """Give the same with the series of parts behind: all but the first of each."""
        longer = copy.copy(self)
        longer._moments = {
            name: join_tables(table, *(part._moments[name] for part in parts))
            for name, table in self._moments.items()
        }
        return longer

    def _find_unknown(self, codes):
        """Tell the series of which some moment is not known: (n,)."""
        return np.any(
            [take_moments(table, codes)[1].any(axis=1) for table in self._moments.values()], 0
        )

    def check_known(self, values, codes):
        """Raise if a series has values (n, features) but no scale, where each has its own."""
        if self._by_window or self._transformers is not None or self.scaling in (None, "global"):
            return
        is_unknown = take_moments(self._moments["mean"], codes)[1][:, self.outputs].any(axis=1)
        if (is_unknown & ~np.isnan(values).all(axis=1)).any():
            others = "" if self.scaling == "window" else "'window' or "
            raise ValueError(
                f"scaling={self.scaling!r} is learned of each series, and X has one of which "
                f"nothing was known: give its first rows to update, or fit with scaling={others}"
                "'global'."
            )

    def find_sized(self, contexts):
        """Tell contexts whose outputs have units of their own, above the least one: (n,)."""
        if not self._by_window or self.is_positive:
            return np.ones(len(contexts), bool)
        windows = take_differences(contexts.values, self.difference, axis=1)[:, -self.window :]
        floor = SMALLEST_SIZE * self._look_up("size", contexts.codes, self.outputs)
        return (average_sizes(windows[:, :, self.outputs]) >= floor).all(axis=(1, 2))

    def read(self, contexts):
        """Give what the network reads of :class:`Contexts`, and the frame to undo it with.

        Returns
        -------
        windows : ndarray of shape (n, n_read, features)
        frame : tuple of ndarray
            The last value and the unit of each window, (n, 1, features), and the series.
        """
        windows = take_differences(contexts.values, self.difference, axis=1)
        holed = np.isnan(windows).any(axis=(1, 2))
        if holed.any():
            windows = windows if self.difference else windows.copy()
            windows[holed] = self._fill(windows[holed], contexts[holed])
        if self._by_window:
            last = self._find_centers(windows)
            unit = self._measure(windows[:, -self.window :], contexts.codes)
            return (self._pick(windows) - last) / unit, (last, unit, contexts.codes)
        windows = self._pick(windows)
        return self._transform("transform", 0, windows, contexts.codes), (
            None,
            None,
            contexts.codes,
        )

    def _pick(self, windows):
        """Give the rows that are read of those of contexts."""
        if len(self.offsets) == windows.shape[1]:
            return windows
        return windows[:, self.offsets]

    def measure(self, contexts):
        """Give the units of outputs in deviations of their series: (n, 1, outputs)."""
        spread = self._look_up("spread", contexts.codes, self.outputs)
        spread = np.where(spread > 0, spread, 1)
        if self._by_window:
            return self.read(contexts)[1][1][..., self.outputs] / spread
        return self._get_standard(contexts.codes, self.outputs)[1] / spread

    def get_spread(self, codes):
        """Give the deviations of the series of each code: (n, 1, outputs)."""
        return self._look_up("spread", codes, self.outputs)

    def write(self, segments, frame):
        """Give what the network is to learn of the rows after a context.

        Parameters
        ----------
        segments : ndarray of shape (n, difference + steps, columns)
            The last rows of contexts with the rows after them.
        frame : tuple of ndarray
            Of the contexts.

        Returns
        -------
        ndarray of shape (n, steps, outputs)
        """
        later = take_differences(segments[:, :, self.outputs], self.difference, axis=1)
        last, unit, codes = frame
        if self._by_window:
            return (later - last[..., self.outputs]) / unit[..., self.outputs]
        return self._transform("transform", 1, later, codes)

    def restore(self, forecasts, contexts, frame):
        """Give forecasts of the network (n, steps, outputs) in the units of the series."""
        last, unit, codes = frame
        if self._by_window:
            forecasts = forecasts * unit[..., self.outputs] + last[..., self.outputs]
        else:
            forecasts = self._transform("inverse_transform", 1, forecasts, codes)
        if not self.difference:
            return forecasts
        levels = np.concatenate([self._get_base(contexts), forecasts], axis=1)
        for step in range(self.difference, levels.shape[1]):
            levels[:, step] += levels[:, step - self.difference]
        return levels[:, self.difference :]

    def make_round(self, n_steps, n_windows, codes):
        """Give a round of forecasts that are fed back, with its constants; None if it has none.

        That is so where a scikit-learn transformer scales, or rows apart from a window are read.
        """
        if len(self.offsets) > self.window:
            return None
        columns = slice(self.n_features)
        if self._by_window:
            least = 1 if self.is_positive else SMALLEST_SIZE
            constants = least * self._look_up("size", codes, columns), self._unit
        elif self._transformers is not None:
            return None
        else:
            constants = self._get_standard(codes, columns)
        how = self._by_window, self.is_positive
        return Round(self.difference, n_steps, self.window, n_windows, *how), constants

    def _learn_moments(self, rows, changes):
        """Learn moments of each series, and their means for other series, for each column."""
        moments = find_all_moments(rows, changes)
        self._moments = {
            name: np.concatenate([values, average_known(values)])
            for name, values in moments.items()
        }

    def _look_up(self, name, codes, columns):
        """Give a moment of the series of each code: (n, 1, columns)."""
        return take_moments(self._moments[name], codes)[0][:, None, columns]

    def _measure(self, windows, codes):
        """Give the unit of each window: (n, 1, features)."""
        usual = self._look_up("size", codes, slice(self.n_features))
        size = average_sizes(windows)
        if self.is_positive:
            mixed = mix_sizes(np.where(np.isnan(size), usual, size), usual, self.window)
        size = np.fmax(size, SMALLEST_SIZE * usual)
        if self.is_positive:
            size[..., self.outputs] = mixed[..., self.outputs]
        return np.where(size > 0, size, 1) * self._unit

    def _find_centers(self, windows):
        """Find what windows are taken relative to: (n, 1, features)."""
        last = find_last(windows)
        if self.is_positive:
            last[..., self.outputs] = 0
        return last

    def _measure_inputs(self, changes):
        """Give the root mean square of inputs, of a selection of windows: (features,)."""
        self._unit = np.ones(self.n_features)
        counts = np.maximum(changes.lengths - self.window + 1, 0)  # of windows
        ends = np.cumsum(counts)
        numbers = np.arange(0, ends[-1], 1 + ends[-1] // MOST_WINDOWS)
        codes = np.searchsorted(ends, numbers, side="right")
        first = changes.starts[codes] + numbers - (ends - counts)[codes]
        windows = changes.values[first[:, None] + np.arange(self.window), : self.n_features]
        known = ~np.isnan(windows).all(axis=1).any(axis=1)
        if not known.any():
            return self._unit
        windows = fill_gaps(windows[known])
        inputs = (windows - self._find_centers(windows)) / self._measure(windows, codes[known])
        square = (inputs**2).mean(axis=(0, 1))
        return np.where(square > 0, np.sqrt(square), 1)

    def _get_standard(self, codes, columns):
        """Give mean and deviation, of which none is 0, of the series of each code."""
        if self.scaling is None:
            return np.zeros(1), np.ones(1)
        if self.scaling == "global":
            mean, deviation = self._common[0][:, columns], self._common[1][:, columns]
        else:
            mean, deviation = (self._look_up(name, codes, columns) for name in ("mean", "spread"))
            if self.is_positive and columns is self.outputs:
                mean, deviation = np.zeros(1), self._look_up("size", codes, columns)
        return mean, np.where(deviation > 0, deviation, 1)

    def _transform(self, method, which, values, codes):
        """Scale values (n, rows, columns) that are read (0) or forecast (1), or undo that."""
        if self._transformers is None:
            columns = self.outputs if which else slice(self.n_features)
            mean, deviation = self._get_standard(codes, columns)
            undone = method == "inverse_transform"
            return values * deviation + mean if undone else (values - mean) / deviation
        columns = [pair[which] for pair in self._transformers]
        return run_transformers(columns, method, values, codes, self.scaling)

    def _fill(self, windows, contexts):
        """Fill missing values, and rows before the first of a series by what follows."""
        windows = self._begin_somewhere(windows, contexts)
        if not self.fills_start:
            return windows
        before = contexts.values.shape[1] - contexts.n_rows[:, None]  # rows of the context
        before = (np.arange(self._reach) < before)[:, :, None]
        before[:, -1] = False
        if self.fills_gaps and (np.isnan(windows) & ~before).any():
            windows = self._filler.fill(windows, before)
        return np.where(before, fill_gaps(windows), windows)

    def _begin_somewhere(self, windows, contexts):
        """Let a column without a value end at its last known one, or else at the training mean.

        Of changes it is always their mean: it lasts, where a single one may not.
        """
        empty = np.isnan(windows).all(axis=1)
        if not empty.any():
            return windows
        start = self._look_up("mean", contexts.codes, slice(self.n_features))[:, 0]
        if not self.difference:
            level = contexts.levels[:, -1, : self.n_features]
            start = np.where(np.isnan(level), start, level)
        windows = windows.copy()
        windows[:, -1] = np.where(empty, start, windows[:, -1])
        return windows

    def _get_base(self, contexts):
        """Give the values (n, difference, outputs) that the first forecasts are relative to."""
        levels = contexts.levels[:, :, self.outputs]
        base = levels[:, levels.shape[1] - self.difference :]
        if not np.isnan(base).any():
            return base
        empty = np.isnan(levels).all(axis=1, keepdims=True)
        level = self._look_up("level", contexts.codes, self.outputs)
        levels = np.where(empty, level, levels)
        return np.where(np.isnan(base), find_last(levels), base)
