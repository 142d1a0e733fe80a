"""What an estimator holds, described so that any change of it shows."""

import pickle

import pandas as pd
from sklearn.base import BaseEstimator

from skrnn.forecasting._intervals import Intervals
from skrnn.forecasting._past import Past
from skrnn.forecasting._rows import SeriesRows
from skrnn.forecasting._timelines import Timelines


def take_stock(made):
    """Describe the state of an estimator so that any change of it shows."""
    if not isinstance(made, BaseEstimator):
        return None
    parameters = made.get_params(deep=False)
    return {
        name: id(value) if name in parameters else (id(value), dump_value(value))
        for name, value in vars(made).items()
    }


def dump_value(value):
    if isinstance(value, Intervals | Past | Timelines | SeriesRows):
        return {name: dump_value(part) for name, part in vars(value).items()}
    # An index caches what it is asked for, which is no change of it.
    return pickle.dumps(value.tolist() if isinstance(value, pd.Index) else value)
