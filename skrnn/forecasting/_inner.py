"""The forecaster inside other estimators of scikit-learn."""

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.frozen import FrozenEstimator
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from .._errors import describe
from ..metrics._pairing import PAIRINGS
from ._base import BaseForecaster
from ._inverses import invert_steps, list_columns

MEDIAN = (0.5,)
BOUNDS = 0.05, 0.95  # of which a pair is one, whatever its coverage


class InnerForecaster:
    """What a forecaster can do, of one inside a pipeline, a search or a transformed target.

    Estimators of scikit-learn that hold a forecaster have ``fit``, ``predict`` and ``score``, but
    hide all else. This is a view of a fitted one with the methods of a forecaster. On their way
    in, rows go through the transformers of pipelines; on their way out, forecasts are put back
    into the units of the rows that were given, those of ``predict`` too.

    Parameters
    ----------
    model : estimator
        A :class:`~sklearn.pipeline.Pipeline` that ends in a forecaster, a search such as
        :class:`~sklearn.model_selection.GridSearchCV`, a
        :class:`~sklearn.compose.TransformedTargetRegressor`, a
        :class:`~sklearn.frozen.FrozenEstimator`, a forecaster itself, or any of these in another.

    Attributes
    ----------
    forecaster : estimator
        The forecaster inside.

    Raises
    ------
    TypeError
        If there is no forecaster inside.

    See Also
    --------
    RNNForecaster : Its own seasonal adjustment and scaling need no pipeline.
    skrnn.metrics.get_scorer : Judges such models in the units of the data.
    ForecastDisplay : Draws what ``predict`` of this view gives.

    Notes
    -----
    Forecasts are put back as follows. Of a model that was given y they are in the units of y, or,
    in a ``TransformedTargetRegressor``, put back by its inverse. Otherwise they are of columns
    of X, and go backwards through ``inverse_transform`` of each transformer; in a
    :class:`~sklearn.compose.ColumnTransformer` through that of the part that their column came
    from. Transformers without an inverse, or with one that makes a column of several, are an
    error, unless all columns are forecast. Imputers change no units.

    Intervals and quantiles are put back value by value, in order, which a mean is not: that of a
    logarithm becomes a median.

    Transformers give arrays unless told otherwise, and arrays have no dates: see ``set_output``
    of :class:`~sklearn.pipeline.Pipeline`.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.pipeline import make_pipeline
    >>> from sklearn.preprocessing import FunctionTransformer
    >>> from skrnn import InnerForecaster, WindowForecaster
    >>> from skrnn.datasets import load_airline
    >>> logarithm = FunctionTransformer(np.log, np.exp)
    >>> pipeline = make_pipeline(logarithm, WindowForecaster()).fit(load_airline().data)
    >>> InnerForecaster(pipeline).forecast(3).round()
    month
    1961-01-01    462.0
    1961-02-01    432.0
    1961-03-01    455.0
    Freq: MS, Name: passengers, dtype: float64
    """

    def __init__(self, model):
        self.model = model
        _list_layers(model)

    def __repr__(self):
        return f"InnerForecaster({self.model!r})"

    @property
    def forecaster(self):
        """The forecaster inside."""
        return _list_layers(self.model)[-1]

    def predict(self, X, X_future=None):
        """Forecast each row of a series, and the rows after it, from the rows before it.

        Parameters
        ----------
        X : array-like or table
            As ``fit`` of the model takes it.
        X_future : table, default=None
            The rows that follow, with what is known ahead.

        Returns
        -------
        ndarray, Series or dataframe of len(X) rows
            As the forecaster gives it, in the units of what was given to ``fit``.
        """
        return self._forecast_rows("predict", X, X_future)

    def predict_interval(self, X, coverage=0.9, X_future=None):
        """Give intervals that hold each row, and the rows after it, with a probability.

        Parameters
        ----------
        X : array-like or table
            As ``fit`` of the model takes it.
        coverage : float, default=0.9
            The probability.
        X_future : table, default=None
            The rows that follow, with what is known ahead.

        Returns
        -------
        ndarray or dataframe of len(X) rows
            As the forecaster gives it, in the units of what was given to ``fit``.
        """
        return self._forecast_rows("predict_interval", X, X_future, BOUNDS, coverage=coverage)

    def predict_quantiles(self, X, X_future=None):
        """Forecast the quantiles of each row of a series, and of the rows after it.

        Parameters
        ----------
        X : array-like or table
            As ``fit`` of the model takes it.
        X_future : table, default=None
            The rows that follow, with what is known ahead.

        Returns
        -------
        ndarray or dataframe of len(X) rows
            As the forecaster, one with ``quantiles``, gives it, in the units of what was given
            to ``fit``.
        """
        return self._forecast_rows("predict_quantiles", X, X_future, self._get_levels())

    def forecast(self, horizon=None, X=None):
        """Forecast what comes after the last row seen of every series.

        Parameters
        ----------
        horizon : int, default=None
            How many rows; None takes the trained horizon.
        X : table, default=None
            The rows that follow, with what is known ahead and all columns that the transformers
            of a pipeline ask for.

        Returns
        -------
        ndarray, Series or dataframe of ``horizon`` rows a series
            As the forecaster gives it, in the units of what was given to ``fit``.
        """
        return self._forecast_ahead("forecast", horizon, X)

    def forecast_interval(self, horizon=None, coverage=0.9, X=None):
        """Give intervals for what comes after the last row seen of every series.

        Parameters
        ----------
        horizon : int, default=None
            How many rows; None takes the trained horizon.
        coverage : float, default=0.9
            The probability that an interval holds its row.
        X : table, default=None
            The rows that follow, as in ``forecast``.

        Returns
        -------
        ndarray or dataframe of ``horizon`` rows a series
            As the forecaster gives it, in the units of what was given to ``fit``.
        """
        return self._forecast_ahead("forecast_interval", horizon, X, BOUNDS, coverage=coverage)

    def forecast_quantiles(self, horizon=None, X=None):
        """Forecast the quantiles of what comes after the last row seen of every series.

        Parameters
        ----------
        horizon : int, default=None
            How many rows; None takes the trained horizon.
        X : table, default=None
            The rows that follow, as in ``forecast``.

        Returns
        -------
        ndarray or dataframe of ``horizon`` rows a series
            As the forecaster gives it, in the units of what was given to ``fit``.
        """
        return self._forecast_ahead("forecast_quantiles", horizon, X, self._get_levels())

    def update(self, X):
        """Append rows to what the forecaster inside has seen, without training.

        Parameters
        ----------
        X : array-like or table
            The rows that follow, as ``fit`` of the model takes them.

        Returns
        -------
        self : InnerForecaster
            The view of the model, which forecasts from the longer series now.
        """
        layers = _list_layers(self.model)
        layers[-1].update(_transform(layers, X))
        return self

    def _get_levels(self):
        return np.ravel(getattr(self.forecaster, "quantiles", None))

    def _pair_with_truth(self, X, y=None):
        """Give the forecasts of each row and their truth, as a forecaster does."""
        layers = _list_layers(self.model)
        rows = _transform(layers, X)
        forecasts, truth = layers[-1]._pair_with_truth(rows, y)
        forecasts = _put_back(layers, forecasts, rows)
        return forecasts, _put_back(layers, truth, rows) if y is None else truth

    def _forecast_rows(self, name, X, X_future, levels=MEDIAN, **words):
        layers = _list_layers(self.model)
        rows = _transform(layers, X)
        if X_future is not None:
            words["X_future"] = _transform(layers, X_future)
        given = getattr(layers[-1], name)(rows, **words)
        return _put_back(layers, given, rows, levels)

    def _forecast_ahead(self, name, horizon, X, levels=MEDIAN, **words):
        layers, rows = _list_layers(self.model), None
        if X is not None:
            words["X"] = rows = _transform(layers, X)
        given = getattr(layers[-1], name)(horizon, **words)
        return _put_back(layers, given, rows, levels)


def _find_pairing(estimator):
    """Give what pairs forecasts and truth in the units of the data; None without a forecaster."""
    try:
        return InnerForecaster(estimator)._pair_with_truth
    except (TypeError, ValueError):
        return None


PAIRINGS.append(_find_pairing)


def _list_layers(model):
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


def _transform(layers, X):
    for transformer in _list_transformers(layers):
        if transformer not in (None, "passthrough"):
            X = transformer.transform(X)
    return X


def _put_back(layers, given, rows, levels=MEDIAN):
    """Put forecasts back into the units of what was given to fit.

    Parameters
    ----------
    layers : list
        As :func:`_list_layers` gives it.
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
    if isinstance(given, np.ndarray):  # (n, [steps,] [targets,] [bounds])
        values = np.moveaxis(given.reshape(n_rows, -1, n_targets, n_bounds), 2, -1)
    else:
        values = np.asarray(given).reshape(n_rows, -1)
        n_labels = 0 if rows is not None else values.shape[1] - n_targets * n_bounds
        values = values[:, n_labels:].astype(np.float64)
        values = np.moveaxis(values.reshape(n_rows, n_targets, -1, n_bounds), 1, -1)
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
