"""Transformers of scikit-learn that scale series, each of them by its own."""

import warnings

import numpy as np
from sklearn import config_context
from sklearn.base import clone

from .._errors import explain_errors

LARGEST_ERROR = 1e-3  # of a value that is scaled and put back, in standard deviations


@config_context(transform_output="default")  # of steps of a pipeline
def fit_transformers(scaling, rows, columns):
    """Fit a transformer to each selection of columns of each series.

    Parameters
    ----------
    scaling : transformer
        Of which clones are fitted.
    rows : skrnn.forecasting._rows.SeriesRows
    columns : tuple of slice or list of int

    Returns
    -------
    list of tuple of transformer
        By series, and by selection.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a column without a value
        warnings.filterwarnings("ignore", ".* not strictly inverse")  # an error here
        return [
            tuple(_fit_transformer(scaling, rows.values[start:end, part]) for part in columns)
            for start, end in zip(rows.starts[:-1], rows.starts[1:], strict=True)
        ]


def _fit_transformer(scaling, columns):
    columns = columns[~np.isnan(columns).all(axis=1)]
    wanted = "scaling must be a transformer that keeps columns and can be undone"
    with explain_errors(wanted, scaling):
        transformer = clone(scaling).fit(columns)
        scaled = transformer.transform(columns)
        if scaled.shape != columns.shape:
            raise ValueError(f"It turns the shape {columns.shape} into {scaled.shape}.")
        check_round_trip(columns, np.asarray(scaled), transformer)
    return transformer


def check_round_trip(values, scaled, transformer):
    """Raise if what a transformer gives of values (time, columns) is not finite, or not undone."""
    known = ~np.isnan(values)
    if not np.isfinite(scaled[known]).all():
        value = values[known][~np.isfinite(scaled[known])][0]
        raise ValueError(f"It turns {value:.6g} into a value that is not finite.")
    spread = np.nanstd(values, axis=0)
    restored = np.asarray(transformer.inverse_transform(scaled))
    error = np.where(known, np.abs(restored - values), 0)
    is_lost = ~(error <= LARGEST_ERROR * spread + 1e-6 * np.where(known, np.abs(values), 0))
    if is_lost.any():
        value, given_back = values[is_lost][0], restored[is_lost][0]
        raise ValueError(f"It turns {value:.6g} into what it gives back as {given_back:.6g}.")


@config_context(transform_output="default")
def run_transformers(transformers, method, values, codes, scaling):
    """Run a method of the transformer of each series on its rows of values (n, rows, columns)."""
    done = np.empty_like(values)
    for code in np.unique(codes):
        if code >= len(transformers):
            raise ValueError(explain_unknown(scaling))
        own = codes == code
        done[own] = _apply(getattr(transformers[code], method), values[own])
    return done


def explain_unknown(scaling):
    return (
        f"scaling={scaling!r} is fitted on each series, and X has one that was not in fit: give "
        "scaling='window', or fit on all series."
    )


def _apply(function, values):
    """Apply a function of (rows, columns) to (..., columns)."""
    flat = function(values.reshape(-1, values.shape[-1]))
    return np.asarray(flat).reshape(values.shape)
