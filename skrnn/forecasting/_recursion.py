"""Forecasts of any number of steps: those past the trained ones are made from forecasts."""

from dataclasses import dataclass

import numpy as np

CHUNK = 4096  # rows that are forecast at a time
LONG = 500  # rounds from which leaner ones pay


def feed_back(run, scaler, contexts, n_steps, horizon, repeat):
    """Forecast what comes after each context.

    Parameters
    ----------
    run : callable
        Forecasts scaled windows (n, window, features): (n, n_steps * outputs).
    scaler : skrnn.forecasting._scaling.WindowScaler
    contexts : skrnn.forecasting._levels.Contexts
    n_steps : int
        Rows that are forecast at a time.
    horizon : int
        Past ``n_steps`` the outputs must be the features.
    repeat : callable
        Goes through many rounds as :func:`repeat_rounds` does.

    Returns
    -------
    ndarray of shape (n, horizon, outputs)
    """
    chunks = range(0, len(contexts), CHUNK)
    return np.concatenate(
        [
            _feed_back(run, scaler, contexts[i : i + CHUNK], n_steps, horizon, repeat)
            for i in chunks
        ]
    )


def _feed_back(run, scaler, contexts, n_steps, horizon, repeat):
    forecasts, n_rounds = [], -(-horizon // n_steps)
    lean = scaler.make_round(n_steps) if n_rounds >= LONG else None
    for done in range(n_rounds):
        if lean is not None and not np.isnan(contexts.values).any():
            forecasts.append(repeat(run, *lean, contexts.values, n_rounds - done))
            break
        windows, frame = scaler.read(contexts)
        outputs = np.asarray(run(windows), np.float64)
        outputs = outputs.reshape(len(contexts), n_steps, len(scaler.outputs))
        forecasts.append(scaler.restore(outputs, contexts, frame))
        if horizon > n_steps:
            contexts = contexts.append(forecasts[-1])
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


@dataclass(frozen=True)
class Round:
    """One round of forecasts that are fed back, with nothing missing, written for any backend.

    It does what ``read`` and ``restore`` of a :class:`skrnn.forecasting._scaling.WindowScaler` do.

    Parameters
    ----------
    difference, n_steps : int
    by_window, every_step : bool
        Whether windows are scaled by themselves, and relative to their first value.
    """

    difference: int
    n_steps: int
    by_window: bool
    every_step: bool

    def __call__(self, ops, run, context, constants):
        """Forecast once.

        Parameters
        ----------
        ops : module
            NumPy, or ``keras.ops``.
        run : callable
            Forecasts scaled windows.
        context : array of shape (n, span, features)
        constants : tuple of two arrays of shape (features,)
            By window, the least variance, and nothing; else mean and deviation.

        Returns
        -------
        context, forecasts : arrays of shape (n, span, features) and (n, n_steps, features)
        """
        lag = self.difference
        changes = context[:, lag:] - context[:, :-lag] if lag else context
        center, unit = constants
        if self.by_window:
            unit = ops.sqrt(ops.var(changes, axis=1, keepdims=True) + center)
            center = changes[:, -1:]
        origin = changes[:, :1] if self.by_window and self.every_step else center
        outputs = run((changes - origin) / unit)
        outputs = ops.reshape(outputs, (-1, self.n_steps, context.shape[2]))
        forecasts = outputs * unit + center
        if lag:
            levels = [context[:, context.shape[1] - lag + i] for i in range(lag)]
            for step in range(self.n_steps):
                levels.append(forecasts[:, step] + levels[step])
            forecasts = ops.stack(levels[lag:], axis=1)
        return ops.concatenate([context, forecasts], axis=1)[:, self.n_steps :], forecasts
