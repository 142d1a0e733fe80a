"""Estimators with registered cells and networks, in workers and in processes that load them."""

import io
import os
import pickle
import subprocess
import sys

import keras
import numpy as np
import pytest
from joblib import Parallel, cpu_count, delayed, parallel_config
from joblib.externals.loky import get_reusable_executor
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score

from skrnn import RNNForecaster, RNNRegressor, register_cell, register_network
from skrnn.network._cells import CELLS
from skrnn.network._networks import NETWORKS

MODULE = """
import keras

class Imported(keras.layers.SimpleRNNCell):
    pass
"""
PREDICT = """
import pickle, sys
sys.path.insert(0, sys.argv[1])
for rnn, X in pickle.load(sys.stdin.buffer):
    pickle.dump((rnn.predict(X), rnn.fit(X, X[:, 0]).n_iter_), sys.stdout.buffer)
"""


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(20, 4))


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Give a folder with a module, which is looked for in it."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "cells_of_a_test.py").write_text(MODULE)
    get_reusable_executor().shutdown()  # workers that others left know nothing of the folder
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield folder


@pytest.fixture
def regressors(folder):
    """Give a regressor with a cell of a module, of a path, of none, and with a network."""

    class Local(keras.layers.SimpleRNNCell):
        pass

    def build(told):
        inputs = keras.Input((None, told["n_features"]))
        hidden = keras.layers.SimpleRNN(told["units"][0])(inputs)
        return keras.Model(inputs, keras.layers.Dense(told["n_outputs"])(hidden))

    import cells_of_a_test

    cells = {"of_module": cells_of_a_test.Imported, "of_path": "cells_of_a_test:Imported"}
    for name, cell in (cells | {"of_none": Local}).items():
        register_cell(name, cell)
    register_network("of_function", build)
    words = [{"cell": name} for name in ("of_module", "of_path", "of_none")]
    words.append({"network": "of_function"})
    yield [RNNRegressor(**word, units=2, epochs=1, random_state=0) for word in words]
    for word in words:
        CELLS._registered.pop(word.get("cell"), None)
        NETWORKS._registered.pop(word.get("network"), None)


def test_a_fresh_process_knows_the_cells_of_what_it_loads(regressors, X, folder):
    calls = [(rnn.fit(X, X[:, 0]), X) for rnn in regressors]
    ran = subprocess.run(
        [sys.executable, "-c", PREDICT, folder],
        input=pickle.dumps(calls),
        capture_output=True,
        check=True,
    )
    results = io.BytesIO(ran.stdout)
    for rnn in regressors:
        predicted, n_iter = pickle.load(results)
        np.testing.assert_allclose(predicted, rnn.predict(X), atol=1e-6)
        assert n_iter == 1


def test_workers_know_the_cells_of_their_candidates(regressors, X):
    y = X[:, 0]
    for rnn in regressors[::2]:
        with parallel_config("loky", n_jobs=2):
            scores = cross_val_score(rnn, X, y, cv=2, error_score="raise")
        np.testing.assert_allclose(scores, cross_val_score(rnn, X, y, cv=2), atol=1e-6)


def test_workers_know_the_cells_that_a_grid_names(regressors, X):
    grid = {"cell": ["of_none", "gru"], "network": ["of_function", None]}
    search = GridSearchCV(RNNRegressor(units=2, epochs=1), grid, cv=2, error_score="raise")
    with parallel_config("loky", n_jobs=2):
        search.fit(X, X[:, 0])
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()


def fit_and_read_share(X):
    """Give how many threads TensorFlow was to have in this process."""
    RNNRegressor(cell="simple", units=2, epochs=1).fit(X, X[:, 0])
    return int(os.environ["TF_NUM_INTRAOP_THREADS"])


def test_processes_share_the_cores(X):
    shares = Parallel(n_jobs=2)(delayed(fit_and_read_share)(X) for _ in range(2))
    assert shares == [int(os.environ.get("OMP_NUM_THREADS", max(1, cpu_count() // 2)))] * 2


def test_a_forecaster_takes_along_what_is_registered(regressors):
    for forecaster in (RNNForecaster(), RNNForecaster(cell="of_none")):
        packed = forecaster.__getstate__()["_registered"]
        assert {"of_none", "of_path"} <= set(packed["cell"])
    assert not hasattr(pickle.loads(pickle.dumps(forecaster)), "_registered")


def test_a_pickle_without_registered_names_is_as_before(X, monkeypatch):
    for registry in (CELLS, NETWORKS):
        monkeypatch.setattr(registry, "_registered", {})
    rnn = RNNRegressor(cell="simple", units=2, epochs=1).fit(X, X[:, 0])
    assert "_registered" not in rnn.__getstate__()
    assert "_registered" not in clone(rnn).__getstate__()
