"""The shape in which a user sees forecasts."""

import numpy as np
import pandas as pd


class ForecastSeries(pd.Series):
    """A Series that scikit-learn's meta-estimators can reshape; what is made of it is a Series.

    ``TransformedTargetRegressor`` and ``StackingRegressor`` call what ``predict`` gives an array.
    """

    @property
    def _constructor(self):
        return pd.Series

    def reshape(self, *shape):
        """Give the values as an array of another shape."""
        return self.to_numpy().reshape(*shape)


def shape_forecasts(forecasts, index, names):
    """Leave out axes of length 1, and label the others where there is an index.

    Parameters
    ----------
    forecasts : ndarray of shape (n, steps, targets)
    index : pandas.Index of length n, or None
    names : list
        Of the targets.

    Returns
    -------
    ndarray, Series or DataFrame of n rows
        See :meth:`skrnn.RNNForecaster.predict`.
    """
    n_rows, n_steps, n_targets = forecasts.shape
    if index is None:
        if n_steps == 1:
            forecasts = forecasts[:, 0]
        return forecasts[..., 0] if n_targets == 1 else forecasts
    if n_steps == n_targets == 1:
        return ForecastSeries(forecasts[:, 0, 0], index, name=names[0])
    steps = pd.RangeIndex(1, n_steps + 1, name="step")
    if n_steps == 1:
        columns = names
    elif n_targets == 1:
        columns = steps
    else:
        columns = pd.MultiIndex.from_product([names, steps], names=["target", "step"])
    flat = np.moveaxis(forecasts, 1, 2).reshape(n_rows, -1)
    return pd.DataFrame(flat, index, columns)
