"""Numbers from sequences."""

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import GridSearchCV

from skrnn import RNNRegressor

QUICK = {"cell": "simple", "units": 8, "epochs": 40, "learning_rate": 0.02, "random_state": 0}


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(120, 5))


@pytest.mark.core
@pytest.mark.parametrize("cell", ["simple", "gru", "lstm"])
def test_it_learns_a_sum(X, cell):
    y = X.sum(axis=1)
    assert RNNRegressor(**QUICK | {"cell": cell}).fit(X, y).score(X, y) > 0.95


@pytest.mark.core
def test_predictions_have_the_shape_of_y(X):
    words = QUICK | {"epochs": 1}
    one = RNNRegressor(**words).fit(X, X[:, 0])
    assert one.predict(X).shape == (120,)
    column = RNNRegressor(**words).fit(X, X[:, :1])
    assert column.predict(X).shape == (120, 1)
    many = RNNRegressor(**words).fit(X, X[:, :3])
    assert many.predict(X[:1]).shape == (1, 3)


def test_many_steps_are_learned_together():
    t = np.random.default_rng(0).uniform(0, 6, (200, 1)) + np.linspace(0, 1, 15)
    wave = np.sin(t)
    rnn = RNNRegressor(**QUICK | {"units": 16}).fit(wave[:, :10], wave[:, 10:])
    assert rnn.score(wave[:, :10], wave[:, 10:]) > 0.95


def test_a_dataframe_of_targets_is_taken(X):
    y = pd.DataFrame(X[:, :2], columns=["a", "b"])
    assert RNNRegressor(**QUICK | {"epochs": 1}).fit(X, y).predict(X).shape == (120, 2)


def test_it_tunes_in_a_grid(X):
    grid = {"units": [2, (4, 4)], "cell": ["simple", "gru"], "learning_rate": [0.01, 0.03]}
    search = GridSearchCV(RNNRegressor(**QUICK | {"epochs": 5}), grid, cv=2)
    search.fit(X, X.sum(axis=1))
    assert len(search.cv_results_["params"]) == 8
    assert search.best_estimator_.history_["loss"][-1] < search.best_estimator_.history_["loss"][0]
