"""Forecasts of any number of steps: those past the trained ones are made from forecasts."""

from dataclasses import dataclass

import numpy as np

CHUNK = 4096  # rows that are forecast at a time, at most
MOST_VALUES = 2**22  # of all windows that are read for these
ROWS_MORE = 1  # of the usual size, by which few counts in a window are no scale
LONG = 500  # rounds from which leaner ones pay


def feed_back(run, run_windows, scaler, history, n_steps, horizon, n_windows, repeat):
    """Forecast what comes after each context.

    Parameters
    ----------
    run : callable
        Forecasts the rows of a history, (n, n_steps * outputs), in the units that are learned in;
        gives also their contexts, and the frame that undoes the units.
    run_windows : callable
        Forecasts scaled windows (n, window, features), or for several (n, windows, ...).
    scaler : skrnn.forecasting._scaling.WindowScaler
    history : skrnn.forecasting._rows.History
    n_steps : int
        Rows that are forecast at a time.
    horizon : int
        Past ``n_steps`` the outputs must be the features.
    n_windows : int
        How many windows are read before each forecast.
    repeat : callable
        Goes through many rounds as :func:`repeat_rounds` does.

    Returns
    -------
    ndarray of shape (n, horizon, outputs)
    """
    words = run, run_windows, scaler, n_steps, horizon, n_windows, repeat
    parts = cut_history(history, scaler, n_windows)
    return np.concatenate([_feed_back(part, *words) for part in parts])


def cut_history(history, scaler, n_windows):
    """Cut a :class:`History` into parts of as many rows as are forecast at a time."""
    size = n_windows * scaler.span * scaler.n_features
    n_rows = int(np.clip(MOST_VALUES // size, 1, CHUNK))
    return [history.select(slice(i, i + n_rows)) for i in range(0, len(history), n_rows)]


def _feed_back(history, run, run_windows, scaler, n_steps, horizon, n_windows, repeat):
    forecasts, n_rounds, lean = [], -(-horizon // n_steps), None
    if n_rounds >= LONG and history.rows.ahead is None:
        lean = scaler.make_round(n_steps, n_windows, history.codes[history.owners])
    for done in range(n_rounds):
        if lean is not None:
            values = history.look_back(scaler.span + n_windows - 1)[:].values
            if not np.isnan(values).any():
                forecasts.append(repeat(run_windows, *lean, values, n_rounds - done))
                break
        outputs, contexts, frame = run(history)
        outputs = np.asarray(outputs, np.float64)
        outputs = outputs.reshape(len(history), n_steps, len(scaler.outputs))
        forecasts.append(scaler.restore(outputs, contexts, frame))
        if horizon > n_steps:
            history = contexts.append(forecasts[-1])
    return np.concatenate(forecasts, axis=1)[:, :horizon]


def repeat_rounds(run, make_round, constants, context, n_rounds):
    """Forecast from a context, from that and the forecasts, and so on.

    Parameters
    ----------
    run : callable
        Forecasts scaled windows.
    make_round : Round
    constants : tuple of ndarray
        As the round reads them.
    context : ndarray of shape (n, span, features)
    n_rounds : int

    Returns
    -------
    ndarray of shape (n, n_rounds * n_steps, features)
    """
    rounds = []
    for _ in range(n_rounds):
        context, forecasts = make_round(np, run, context, constants)
        rounds.append(forecasts)
    return np.concatenate(rounds, axis=1)


def mix_sizes(size, usual, window):
    """Give the mean of a window with some more rows of the usual size."""
    return (window * size + ROWS_MORE * usual) / (window + ROWS_MORE)


@dataclass(frozen=True)
class Round:
    """One round of forecasts that are fed back, with nothing missing, written for any backend.

    It does what ``read`` and ``restore`` of a :class:`skrnn.forecasting._scaling.WindowScaler` do.

    Parameters
    ----------
    difference, n_steps, window : int
    n_windows : int
        How many windows are read, each a row later than the one before.
    by_window : bool
        Whether windows are scaled by themselves.
    is_positive : bool, default=False
        Whether all that is read is counted, from 0 on.
    """

    difference: int
    n_steps: int
    window: int
    n_windows: int
    by_window: bool
    is_positive: bool = False

    def __call__(self, ops, run, context, constants):
        """Forecast once.

        Parameters
        ----------
        ops : module
            NumPy, or ``keras.ops``.
        run : callable
            Forecasts scaled windows, (n, window, features) or (n, windows, window * features).
        context : array of shape (n, reach, features)
        constants : tuple of two arrays that go with (n, 1, features)
            By window, the least size, or what is counted in the series, and the common unit; else
            mean and deviation.

        Returns
        -------
        context, forecasts : arrays of shape (n, reach, features) and (n, n_steps, features)
        """
        lag, n_features = self.difference, context.shape[2]
        changes = context[:, lag:] - context[:, :-lag] if lag else context
        center, unit = constants
        if self.n_windows == 1:
            windows, center, unit = self._scale(ops, changes, center, unit)
        else:
            ends = range(changes.shape[1] - self.n_windows + 1, changes.shape[1] + 1)
            parts = [
                self._scale(ops, changes[:, end - self.window : end], *constants) for end in ends
            ]
            windows = ops.stack([part[0] for part in parts], axis=1)
            shape = -1, self.n_windows, self.window * n_features
            windows, (_, center, unit) = ops.reshape(windows, shape), parts[-1]
        outputs = run(windows)
        outputs = ops.reshape(outputs, (-1, self.n_steps, n_features))
        forecasts = outputs * unit + center
        if lag:
            levels = [context[:, context.shape[1] - lag + i] for i in range(lag)]
            for step in range(self.n_steps):
                levels.append(forecasts[:, step] + levels[step])
            forecasts = ops.stack(levels[lag:], axis=1)
        return ops.concatenate([context, forecasts], axis=1)[:, self.n_steps :], forecasts

    def _scale(self, ops, window, center, unit):
        """Scale a window; give the center and the unit that undo it, too."""
        if self.is_positive:
            size = mix_sizes(ops.mean(window, axis=1, keepdims=True), center, self.window)
            center, unit = 0.0, ops.where(size > 0, size, 1) * unit
        elif self.by_window:
            size = ops.maximum(ops.mean(ops.abs(window), axis=1, keepdims=True), center)
            center, unit = window[:, -1:], ops.where(size > 0, size, 1) * unit
        return (window - center) / unit, center, unit
