"""The forecaster inside other estimators of scikit-learn."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike

from .._typing import Table
from ..metrics._pairing import PAIRINGS
from ._base import BaseForecaster
from ._nesting import MEDIAN, list_layers, put_units_back, transform_rows

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

    def __init__(self, model: Any) -> None:
        self.model = model
        list_layers(model)

    def __repr__(self) -> str:
        return f"InnerForecaster({self.model!r})"

    @property
    def forecaster(self) -> BaseForecaster:
        """The forecaster inside."""
        return list_layers(self.model)[-1]

    def predict(self, X: ArrayLike, X_future: ArrayLike | None = None) -> Table:
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

    def predict_interval(
        self, X: ArrayLike, coverage: float = 0.9, X_future: ArrayLike | None = None
    ) -> Table:
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

    def predict_quantiles(self, X: ArrayLike, X_future: ArrayLike | None = None) -> Table:
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

    def forecast(self, horizon: int | None = None, X: ArrayLike | None = None) -> Table:
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

    def forecast_interval(
        self, horizon: int | None = None, coverage: float = 0.9, X: ArrayLike | None = None
    ) -> Table:
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

    def forecast_quantiles(self, horizon: int | None = None, X: ArrayLike | None = None) -> Table:
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

    def update(self, X: ArrayLike) -> Self:
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
        layers = list_layers(self.model)
        layers[-1].update(transform_rows(layers, X))
        return self

    def _get_levels(self):
        return np.ravel(getattr(self.forecaster, "quantiles", None))

    def _pair_with_truth(self, X, y=None):
        """Give the forecasts of each row and their truth, as a forecaster does."""
        layers = list_layers(self.model)
        rows = transform_rows(layers, X)
        forecasts, truth = layers[-1]._pair_with_truth(rows, y)
        forecasts = put_units_back(layers, forecasts, rows)
        return forecasts, put_units_back(layers, truth, rows) if y is None else truth

    def _forecast_rows(self, name, X, X_future, levels=MEDIAN, **words):
        layers = list_layers(self.model)
        rows = transform_rows(layers, X)
        if X_future is not None:
            words["X_future"] = transform_rows(layers, X_future)
        given = getattr(layers[-1], name)(rows, **words)
        return put_units_back(layers, given, rows, levels)

    def _forecast_ahead(self, name, horizon, X, levels=MEDIAN, **words):
        layers, rows = list_layers(self.model), None
        if X is not None:
            words["X"] = rows = transform_rows(layers, X)
        given = getattr(layers[-1], name)(horizon, **words)
        return put_units_back(layers, given, rows, levels)


def _find_pairing(estimator):
    """Give what pairs forecasts and truth in the units of the data; None without a forecaster."""
    try:
        return InnerForecaster(estimator)._pair_with_truth
    except (TypeError, ValueError):
        return None


PAIRINGS.append(_find_pairing)
