"""Numbers from sequences."""

import os

import numpy as np
import pandas as pd
import pytest
from joblib import Parallel, cpu_count, delayed
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


def test_grid_search_in_processes_gives_the_same(X):
    grid = {"units": [2, 3]}
    searches = [
        GridSearchCV(RNNRegressor(**QUICK | {"epochs": 2}), grid, cv=2, n_jobs=n_jobs)
        for n_jobs in (1, 2)
    ]
    scores = [s.fit(X, X.sum(axis=1)).cv_results_["mean_test_score"] for s in searches]
    np.testing.assert_allclose(*scores)


def fit_and_read_share(X):
    """Give how many threads TensorFlow was to have in this process."""
    RNNRegressor(**QUICK | {"epochs": 1}).fit(X, X[:, 0])
    return int(os.environ["TF_NUM_INTRAOP_THREADS"])


def test_processes_share_the_cores(X):
    shares = Parallel(n_jobs=2)(delayed(fit_and_read_share)(X) for _ in range(2))
    assert shares == [int(os.environ.get("OMP_NUM_THREADS", max(1, cpu_count() // 2)))] * 2
