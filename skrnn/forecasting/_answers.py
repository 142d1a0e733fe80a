"""What is asked of forecasts: themselves, bounds or quantiles; and how a user sees the answer."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from ._intervals import check_coverage
from ._tables import shape_future

BOUNDS = "lower", "upper"


class Asked(NamedTuple):
    """What is asked of each forecast: the forecast itself, by default.

    Attributes
    ----------
    kinds : dict of tuple or None
        Which bounds or quantiles are asked for, with one name for these.
    coverage : float or None
        The share of rows that bounds are to hold.
    """

    kinds: dict | None = None
    coverage: float | None = None


FORECASTS = Asked()


def ask_bounds(coverage):
    """Ask for the bounds between which a share of rows is to lie."""
    return Asked({"bound": BOUNDS}, check_coverage(coverage))


def ask_quantiles(levels):
    """Ask for the quantiles of such levels."""
    return Asked({"quantile": levels})


def shape_answer(answer, table, names, kinds):
    """Give what was asked for of each row of a table as the user sees it.

    Parameters
    ----------
    answer : ndarray of shape (n, steps, targets) or (n, steps, kinds * targets)
        Of bounds, the lower ones of all targets, then the upper ones; of quantiles, one after the
        other.
    table : skrnn.forecasting._tables.Table
    names : list
        Of the targets.
    kinds : dict of tuple or None
        As :class:`Asked` has them.

    Returns
    -------
    ndarray, or Series or dataframe of the kind of the table
        See :meth:`skrnn.RNNForecaster.predict` and ``predict_interval``.
    """
    if kinds is None:
        return table.shape_rows(answer, names)
    return _shape_kinds(answer, table, names, kinds)


def shape_future_answer(answer, keys, times, names, pattern, kinds):
    """Give what was asked for of the rows after the last ones as the user sees it.

    Parameters
    ----------
    answer : ndarray of shape (n_series, horizon, targets) or (n_series, horizon, kinds * targets)
    keys, times, names, pattern
        As :func:`skrnn.forecasting._tables.shape_future` reads them.
    kinds : dict of tuple or None
        As :class:`Asked` has them.
    """
    if kinds is None:
        return shape_future(answer, keys, times, names, pattern)
    return _shape_future_kinds(answer, keys, times, names, pattern, kinds)


def unfold_answer(answer, n_targets, n_kinds=1, has_labels=False):
    """Give an answer as the user sees it as an array again.

    Parameters
    ----------
    answer : ndarray, Series or dataframe of n rows
    n_targets, n_kinds : int
        How many targets there are, and of each bounds or quantiles.
    has_labels : bool, default=False
        Whether the first columns of a table may tell series and times.

    Returns
    -------
    ndarray of shape (n, steps, targets, kinds)
    """
    values = np.asarray(answer)
    if isinstance(answer, np.ndarray):
        return values.reshape(len(values), -1, n_targets, n_kinds)
    values = values.reshape(len(values), -1)
    if has_labels:
        values = values[:, -n_targets * n_kinds :].astype(np.float64)
    return values.reshape(len(values), n_targets, -1, n_kinds).swapaxes(1, 2)


def _shape_kinds(bounds, table, names, kinds):
    n_rows, n_steps, _ = bounds.shape
    bounds = bounds.reshape(n_rows, n_steps, -1, len(names))
    if table.pattern.backend is None:
        return _drop_short(np.moveaxis(bounds, 2, 3))
    flat = bounds.transpose(0, 3, 1, 2).reshape(n_rows, 1, -1)
    return table.shape_rows(flat, _label_kinds(names, n_steps, table.pattern.backend, kinds))


def _shape_future_kinds(bounds, keys, times, names, pattern, kinds):
    n_series, horizon, n_bounds = bounds.shape
    bounds = bounds.reshape(n_series, horizon, -1, len(names)).swapaxes(2, 3)
    if pattern.backend is None:
        return _drop_short(bounds.reshape(n_series * horizon, 1, len(names), -1))
    labels = _label_kinds(names, 1, pattern.backend, kinds)
    return shape_future(bounds.reshape(n_series, horizon, n_bounds), keys, times, labels, pattern)


def _label_kinds(names, n_steps, backend, kinds):
    """Label the columns of kinds, these last; in one string where tables have no levels."""
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
