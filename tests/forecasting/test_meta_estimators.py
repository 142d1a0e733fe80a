"""Forecasters inside scikit-learn's meta-estimators, with dates and without."""

import numpy as np
import pandas as pd
import pytest
from sklearn.compose import TransformedTargetRegressor
from sklearn.ensemble import StackingRegressor, VotingRegressor
from sklearn.model_selection import KFold, cross_val_predict

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.datasets import load_airline

pytestmark = pytest.mark.parametrize("kind", ["series", "frame", "array"])


@pytest.fixture
def airline(kind):
    series = load_airline().data.astype(float)
    return {"series": series, "frame": series.to_frame("sales"), "array": series.to_numpy()}[kind]


def get_truth(X):
    return X["sales"] if isinstance(X, pd.DataFrame) else X


def list_forecasters():
    return [("linear", WindowForecaster()), ("naive", NaiveForecaster())]


@pytest.mark.parametrize("horizon", [1, 2])
def test_a_transformed_target_is_put_back(airline, horizon):
    y = get_truth(airline)
    regressor = TransformedTargetRegressor(
        WindowForecaster(horizon=horizon), func=np.log, inverse_func=np.exp
    ).fit(airline, y)
    logarithms = WindowForecaster(horizon=horizon).fit(airline, np.log(y)).predict(airline)
    np.testing.assert_allclose(regressor.predict(airline), np.exp(np.asarray(logarithms)))


def test_forecasters_are_stacked(airline):
    early, late = airline[:80], airline[80:]
    fitted = [(name, forecaster.fit(early)) for name, forecaster in list_forecasters()]
    stack = StackingRegressor(fitted, cv="prefit").fit(late, get_truth(late))
    columns = np.column_stack([forecaster.predict(late) for _, forecaster in fitted])
    np.testing.assert_allclose(stack.predict(late), stack.final_estimator_.predict(columns))
    folds = StackingRegressor(list_forecasters(), cv=3).fit(airline, get_truth(airline))
    assert folds.predict(airline).shape == (144,)


def test_forecasters_vote(airline):
    vote = VotingRegressor(list_forecasters()).fit(airline, get_truth(airline))
    each = [forecaster.fit(airline).predict(airline) for _, forecaster in list_forecasters()]
    np.testing.assert_allclose(vote.predict(airline), np.mean(each, axis=0))


@pytest.mark.parametrize("horizon", [1, 2])
def test_forecasts_of_folds_are_put_together(airline, horizon):
    forecaster = WindowForecaster(horizon=horizon)
    forecasts = cross_val_predict(forecaster, airline, cv=KFold(3))
    assert forecasts.shape == ((144,) if horizon == 1 else (144, 2))
    last = forecaster.fit(airline[:96]).predict(airline[96:])
    np.testing.assert_allclose(forecasts[96:], last)


def test_forecasts_of_a_series_are_one(airline, kind):
    forecaster = RNNForecaster(cell="simple", units=2, epochs=1, window=3, random_state=0)
    forecasts = forecaster.fit(airline).predict(airline)
    if kind == "array":
        assert isinstance(forecasts, np.ndarray)
        return
    assert isinstance(forecasts, pd.Series)
    assert forecasts.index.equals(airline.index)
    assert forecasts.reshape(-1, 1).shape == forecasts.reshape((144, 1)).shape
    for made in (forecasts + 1, forecasts[:5], forecasts.copy(), forecasts.round()):
        assert type(made) is pd.Series
