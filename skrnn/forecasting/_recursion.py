"""Forecasts of any number of steps: those past the trained ones are made from forecasts."""

import numpy as np

CHUNK = 4096  # rows that are forecast at a time


def feed_back(run, scaler, contexts, n_steps, horizon):
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

    Returns
    -------
    ndarray of shape (n, horizon, outputs)
    """
    chunks = range(0, len(contexts), CHUNK)
    return np.concatenate(
        [_feed_back(run, scaler, contexts[i : i + CHUNK], n_steps, horizon) for i in chunks]
    )


def _feed_back(run, scaler, contexts, n_steps, horizon):
    forecasts = []
    for _ in range(0, horizon, n_steps):
        windows, frame = scaler.read(contexts)
        outputs = np.asarray(run(windows), np.float64)
        outputs = outputs.reshape(len(contexts), n_steps, len(scaler.outputs))
        forecasts.append(scaler.restore(outputs, contexts, frame))
        if horizon > n_steps:
            contexts = contexts.append(forecasts[-1])
    return np.concatenate(forecasts, axis=1)[:, :horizon]
