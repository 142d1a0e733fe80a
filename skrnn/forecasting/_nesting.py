"""Estimators that hold a forecaster: what rows and forecasts go through in them."""

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from .._errors import describe
from ._answers import unfold_answer
from ._base import BaseForecaster
from ._inverses import invert_steps, list_columns

MEDIAN = (0.5,)


def list_layers(model):
    """List what rows and forecasts go through: pipelines and targets, then the forecaster."""
    layers, inner = [], model
    while not isinstance(inner, BaseForecaster):
        if isinstance(inner, Pipeline):
            layers.append(inner)
            inner = inner.steps[-1][1]
        elif isinstance(inner, TransformedTargetRegressor):
            check_is_fitted(inner)
            layers.append(inner)
            inner = inner.regressor_
        elif isinstance(inner, FrozenEstimator):
            inner = inner.estimator
        elif hasattr(inner, "refit"):
            if not inner.refit:
                raise ValueError(f"refit={inner.refit!r} leaves no fitted model in a search.")
            check_is_fitted(inner, "best_estimator_")
            inner = inner.best_estimator_
        else:
            raise TypeError(
                "model must be a forecaster of skrnn, or a pipeline, a search or a "
                f"TransformedTargetRegressor that ends in one. Got {describe(inner)}."
            )
    return [*layers, inner]


def _list_transformers(layers):
    pipelines = [layer for layer in layers if isinstance(layer, Pipeline)]
    return [step for pipeline in pipelines for _, step in pipeline.steps[:-1]]


def transform_rows(layers, X):
    for transformer in _list_transformers(layers):
        if transformer not in (None, "passthrough"):
            X = transformer.transform(X)
    return X


def put_units_back(layers, given, rows, levels=MEDIAN):
    """Put forecasts back into the units of what was given to fit.

    Parameters
    ----------
    layers : list
        As :func:`list_layers` gives it.
    given : ndarray, Series or dataframe of n rows
        What the forecaster gave.
    rows : array-like of n rows, or None
        What the forecaster was given, if it forecast these rows.
    levels : sequence of float
        The quantiles of each forecast that are given, rising.
    """
    steps, names = _list_steps_back(layers), layers[-1]._columns.target_names
    if not steps:
        return given
    n_rows, n_targets, n_bounds = len(given), len(names), len(levels)
    values = unfold_answer(given, n_targets, n_bounds, has_labels=rows is None)
    values = np.moveaxis(values, 2, -1)  # (n, steps, bounds, targets)
    context = _find_labels(layers[-1], given if rows is None else rows)
    context = context.iloc[np.repeat(np.arange(n_rows), values[0, ..., 0].size)]
    columns, places = _list_given(layers, steps[-1], rows, context)
    flat = values.reshape(-1, n_targets)
    flat, places, columns = invert_steps(steps, flat, places, columns, context, n_bounds == 1)
    values = _order(flat.reshape(values.shape), levels)
    if isinstance(given, np.ndarray):
        return np.moveaxis(values, -1, 2).reshape(given.shape)
    renamed = names if isinstance(columns, range) else [columns[place] for place in places]
    values = np.moveaxis(values, -1, 1).reshape(n_rows, -1)
    return _fill_in(given, values, dict(zip(names, renamed, strict=True)))


def _order(values, levels):
    """Turn quantiles (n, steps, levels, targets) round where an inverse falls."""
    falls = (np.diff(values, axis=2) < 0).any(axis=(0, 1, 2))
    if falls.any() and not np.allclose(levels, 1 - np.flip(levels)):
        raise ValueError(
            f"quantiles={tuple(map(float, levels))} cannot be put back through an inverse that "
            "falls, of which they are others: give with each q its 1 - q."
        )
    return np.where(falls, np.flip(values, axis=2), values)


def _find_labels(forecaster, table):
    """Give the columns of a table that tell series and times, if it is one of pandas."""
    if not isinstance(table, pd.DataFrame):
        return pd.DataFrame(index=range(len(table)))
    return table[[name for name in (forecaster.series, forecaster.time) if name in table]]


def _list_steps_back(layers):
    """List the transformers that forecasts are put back through, in the order of their fit."""
    outer = [layer for layer in layers if isinstance(layer, TransformedTargetRegressor)]
    if outer:
        return [layer.transformer_ for layer in outer]
    return [] if layers[-1]._columns.are_apart else _list_transformers(layers)


def _list_given(layers, transformer, rows, context):
    """List the columns that the last transformer gave, and the places of the targets."""
    names = layers[-1]._columns.target_names
    if any(isinstance(layer, TransformedTargetRegressor) for layer in layers):
        return range(len(names)), list(range(len(names)))
    columns = list_columns(layers[-1], ())
    is_named = not isinstance(columns, range)
    if hasattr(rows, "columns"):
        columns = list(rows.columns)
    elif hasattr(transformer, "n_features_in_") and hasattr(transformer, "get_feature_names_out"):
        given = transformer.get_feature_names_out()
        columns = list(given) if is_named else range(len(given))
    elif is_named:
        columns = [*context, *columns]
    return columns, [0] if len(columns) == 1 else [list(columns).index(name) for name in names]


def _fill_in(given, values, names):
    """Put other values into the last columns of a Series or dataframe, and rename targets."""
    if isinstance(given, pd.Series):
        return pd.Series(values[:, 0], given.index, name=names[given.name])
    if isinstance(given, pd.DataFrame):
        table, first = given.copy(), given.shape[1] - values.shape[1]
        for place, column in enumerate(values.T, start=first):
            table.isetitem(place, column)
        level = 0 if isinstance(table.columns, pd.MultiIndex) else None
        return table.rename(columns=names, level=level)
    table = nw.from_native(given, eager_only=True, allow_series=True)
    columns = [
        nw.new_series("", column.copy(), backend=table.implementation) for column in values.T
    ]
    if isinstance(table, nw.Series):
        return columns[0].alias(names[table.name]).to_native()
    old = table.columns[-len(columns) :]
    table = table.with_columns(c.alias(name) for name, c in zip(old, columns, strict=True))
    n_steps = len(old) // len(names)
    renamed = {
        label: names[target] + label.removeprefix(target)
        for label, target in zip(old, np.repeat(list(names), n_steps), strict=True)
        if label.startswith(target)
    }
    return table.rename(renamed).to_native()
