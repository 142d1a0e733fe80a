"""Forecasts of transformed columns, put back into the units that these had before."""

import warnings

import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.impute import KNNImputer, SimpleImputer
from sklearn.pipeline import Pipeline
from sklearn.preprocessing import FunctionTransformer

from .._errors import describe

IMPUTERS = SimpleImputer, KNNImputer  # which change no unit
FILLERS = 0.0, 0.5  # for columns that are not forecast: values that most transformers can give


def invert_steps(steps, forecasts, places, columns, context, jointly=True):
    """Put forecasts of columns back through transformers, the last of them first.

    Parameters
    ----------
    steps : list of transformer or "passthrough"
        Fitted, in the order in which the columns went through them.
    forecasts : ndarray of shape (n, targets)
    places : list of int
        Of the targets among the columns that the last transformer gave.
    columns : sequence
        The names of all that it gave, if they have some, else their numbers.
    context : DataFrame of n rows
        Those of the named columns that are known, as of series and times.
    jointly : bool, default=True
        Whether targets may depend on each other where there are no other columns.

    Returns
    -------
    forecasts : ndarray of shape (n, targets)
        In the units of what the first transformer took.
    places : list of int
        Of the targets among the columns that it took.
    columns : sequence
        Those columns.

    Raises
    ------
    ValueError
        If a transformer cannot be inverted, or drops a target or mixes it with others.
    """
    for transformer in reversed(steps):
        forecasts, places = _invert(transformer, forecasts, places, columns, context, jointly)
        columns = list_columns(transformer, columns)
    return forecasts, places, columns


def list_columns(transformer, default):
    """List the columns that a transformer took in fit: by name, else by number."""
    names = getattr(transformer, "feature_names_in_", None)
    if names is not None:
        return list(names)
    n_columns = getattr(transformer, "n_features_in_", None)
    return default if n_columns is None else range(n_columns)


def _invert(transformer, forecasts, places, columns, context, jointly):
    if transformer in (None, "passthrough"):
        return forecasts, places
    if isinstance(transformer, Pipeline):
        steps = [step for _, step in transformer.steps]
        return invert_steps(steps, forecasts, places, columns, context, jointly)[:2]
    invert_one = _invert_part if isinstance(transformer, ColumnTransformer) else _invert_column
    parts = [
        invert_one(transformer, forecasts[:, [i]], place, columns, context)
        for i, place in enumerate(places)
    ]
    if all(part is not None for part, _ in parts):
        return np.hstack([part for part, _ in parts]), [place for _, place in parts]
    if not (jointly and len(places) == len(columns)):
        _refuse(transformer, columns[places[0]], "makes it of several columns")
    return _invert_whole(transformer, forecasts, places, columns, context)


def _invert_column(transformer, forecasts, place, columns, context):
    """Put a column back; give None for it where it depends on what others hold."""
    found, is_known = [], ~np.isnan(forecasts[:, 0])
    for filler in FILLERS:
        table = np.full((len(forecasts), len(columns)), filler)
        table[is_known, place] = forecasts[is_known, 0]
        inverse = _run_inverse(transformer, table, columns, context)
        at = _find_place(transformer, place, columns, inverse)
        if at is None:
            return None, None
        found.append(inverse[:, [at]].astype(np.float64))
    if not np.allclose(*(part[is_known] for part in found), rtol=1e-9, atol=1e-12):
        return None, None
    found[0][~is_known] = np.nan
    return found[0], at


def _invert_whole(transformer, forecasts, places, columns, context):
    """Put back all columns that there are, which depend on each other."""
    is_known = ~np.isnan(forecasts).any(axis=1)
    table = np.zeros(forecasts.shape)
    table[np.ix_(is_known, places)] = forecasts[is_known]
    inverse = _run_inverse(transformer, table, columns, context).astype(np.float64)
    if inverse.shape != forecasts.shape:
        _refuse(transformer, columns[places[0]], "makes it of several columns")
    inverse[~is_known] = np.nan
    return inverse[:, places], places


def _run_inverse(transformer, table, columns, context):
    if isinstance(transformer, IMPUTERS):
        return table
    if not hasattr(transformer, "inverse_transform"):
        _refuse(transformer, None, "has no inverse_transform")
    if isinstance(transformer, FunctionTransformer) and _is_one_way(transformer):
        _refuse(transformer, None, "has no inverse_func")
    if not isinstance(columns, range):
        table = pd.DataFrame(table, context.index, columns)
        table = table.assign(**{name: context[name] for name in context if name in columns})
    try:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of fillers
            inverse = transformer.inverse_transform(table)
    except (TypeError, ValueError, LookupError, AttributeError) as error:
        _refuse(transformer, None, f"cannot be inverted: {error}")
    if isinstance(inverse, pd.DataFrame):
        return inverse.reindex(columns=list_columns(transformer, columns)).to_numpy()
    return np.reshape(inverse, (len(table), -1))


def _is_one_way(transformer):
    """Whether a FunctionTransformer would let pass what it cannot invert."""
    return transformer.func is not None and transformer.inverse_func is None


def _find_place(transformer, place, columns, inverse):
    """Find a column that a transformer gave among those that it took; None if it is not there."""
    if hasattr(transformer, "get_support"):
        return int(transformer.get_support(indices=True)[place])
    return place if inverse.shape[1] == len(columns) else None


def _invert_part(transformer, forecasts, place, columns, context):
    """Put a column back through the part of a ColumnTransformer that gave it."""
    name, given = next(
        (name, given)
        for name, given in transformer.output_indices_.items()
        if given.start <= place < given.stop
    )
    part, taken = next(parts[1:] for parts in transformer.transformers_ if parts[0] == name)
    n_given = given.stop - given.start
    outputs = list_columns(part, range(n_given))
    outputs = outputs if len(outputs) == n_given else range(n_given)
    at = [place - given.start]
    forecasts, (at,) = _invert(part, forecasts, at, outputs, context[[]], jointly=True)
    inputs = list_columns(transformer, columns)
    places = pd.Series(np.arange(len(inputs)), inputs)
    is_named = isinstance(np.atleast_1d(taken)[0], str)
    places = np.atleast_1d(places.loc[taken] if is_named else places.iloc[taken])
    return forecasts, int(places[at])


def _refuse(transformer, column, reason):
    what = "what is forecast" if column is None else f"the column {column!r} that is forecast"
    raise ValueError(
        f"{describe(transformer)} {reason}, so {what} cannot be put back into its own units. "
        "Leave its column as it is, in a ColumnTransformer, or give fit the truth as y, which is "
        "then forecast in its own units."
    )
