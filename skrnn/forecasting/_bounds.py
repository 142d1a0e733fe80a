"""The shape in which a user sees the bounds of forecasts, or their quantiles."""

import numpy as np
import pandas as pd

from ._tables import shape_future

BOUNDS = "lower", "upper"
KINDS = {"bound": BOUNDS}


def shape_bounds(bounds, table, names, kinds=KINDS):
    """Give the bounds of forecasts of each row as the user sees them.

    Parameters
    ----------
    bounds : ndarray of shape (n, steps, kinds * targets)
        The lower ones of all targets, then the upper ones; or one quantile after the other.
    table : skrnn.forecasting._tables.Table
    names : list
        Of the targets.
    kinds : dict of tuple
        Of which kinds there are, with one name for these.

    Returns
    -------
    ndarray, or dataframe of the kind of the table
        See :meth:`skrnn.RNNForecaster.predict_interval`.
    """
    n_rows, n_steps, _ = bounds.shape
    bounds = bounds.reshape(n_rows, n_steps, -1, len(names))
    if table.pattern.backend is None:
        return _drop_short(np.moveaxis(bounds, 2, 3))
    flat = bounds.transpose(0, 3, 1, 2).reshape(n_rows, 1, -1)
    return table.shape_rows(flat, label_bounds(names, n_steps, table.pattern.backend, kinds))


def shape_future_bounds(bounds, keys, times, names, pattern, kinds=KINDS):
    """Give the bounds of forecasts of what comes after the last rows as the user sees them.

    Parameters
    ----------
    bounds : ndarray of shape (n_series, horizon, kinds * targets)
    kinds : dict of tuple
        As :func:`shape_bounds` reads them.
    keys, times, names, pattern
        As :func:`skrnn.forecasting._tables.shape_future` reads them.
    """
    n_series, horizon, n_bounds = bounds.shape
    bounds = bounds.reshape(n_series, horizon, -1, len(names)).swapaxes(2, 3)
    if pattern.backend is None:
        return _drop_short(bounds.reshape(n_series * horizon, 1, len(names), -1))
    labels = label_bounds(names, 1, pattern.backend, kinds)
    return shape_future(bounds.reshape(n_series, horizon, n_bounds), keys, times, labels, pattern)


def label_bounds(names, n_steps, backend, kinds=KINDS):
    """Label the columns of bounds, the bound last; in one string where tables have no levels."""
    levels = kinds
    if n_steps > 1:
        levels = {"step": range(1, n_steps + 1), **levels}
    if len(names) > 1:
        levels = {"target": names, **levels}
    if len(levels) == 1:
        (labels,) = kinds.values()
        return list(labels) if backend == "pandas" else list(map(str, labels))
    labels = pd.MultiIndex.from_product(levels.values(), names=levels)
    return labels if backend == "pandas" else ["_".join(map(str, label)) for label in labels]


def _drop_short(bounds):
    """Leave out steps and targets where there is one: (n, steps, targets, kinds)."""
    bounds = bounds[:, 0] if bounds.shape[1] == 1 else bounds
    return bounds[..., 0, :] if bounds.shape[-2] == 1 else bounds
