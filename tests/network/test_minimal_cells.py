"""Minimal gated units against their formulas, and all steps at once against a loop."""

import keras
import numpy as np
import pytest
from network_description import NETWORK
from scipy.special import expit

from skrnn import RNNClassifier, RNNForecaster, RNNRegressor
from skrnn.datasets import make_sine
from skrnn.network._build import build_network
from skrnn.network._cells import CELLS
from skrnn.network._kernels import fuse
from skrnn.network._masks import leave_masks_out
from skrnn.network._tensors import read_tensor
from skrnn.training._building import list_kernels, load_backend

QUICK = {"units": 4, "epochs": 3, "random_state": 0}
pytestmark = [pytest.mark.core, pytest.mark.parametrize("cell", ["mingru", "minlstm"])]


def recur(cell, X, kernel, bias):
    """Give all states of a cell, step by step, by the formulas of Feng et al. (2024)."""
    *gates, candidates = np.split(X @ kernel + bias, 2 if cell == "mingru" else 3, axis=2)
    gates, states = [expit(gate) for gate in gates], [0]
    update = gates[0] if cell == "mingru" else gates[1] / (gates[0] + gates[1])
    for time in range(X.shape[1]):
        states.append((1 - update[:, time]) * states[-1] + update[:, time] * candidates[:, time])
    return np.stack(states[1:], axis=1)


def make_layer(cell):
    layer = keras.layers.RNN(CELLS.load(cell)(5, bias_initializer="normal"), return_sequences=True)
    layer.build((None, None, 3))
    return layer


@pytest.mark.parametrize("n_steps", [1, 2, 7, 16, 50])
def test_states_follow_the_formulas_in_a_loop_and_at_once(cell, n_steps):
    load_backend(keras.backend.backend())
    X = np.random.default_rng(0).normal(size=(6, n_steps, 3)).astype("float32")
    layer = make_layer(cell)
    expected = recur(cell, X, *layer.get_weights())
    np.testing.assert_allclose(read_tensor(layer(X)), expected, atol=1e-5)
    run, state = list_kernels()[type(layer.cell)], keras.ops.zeros((6, 5))
    at_once, [last] = run(layer.cell, keras.ops.convert_to_tensor(X), [state])
    np.testing.assert_allclose(read_tensor(at_once), expected, atol=1e-5)
    np.testing.assert_allclose(read_tensor(last), expected[:, -1], atol=1e-5)


def take_step(model, X, y):
    """Train for one step of the length of the gradient, and give the weights."""
    model.compile(keras.optimizers.SGD(1.0), "mse", run_eagerly=True)
    model.train_on_batch(X, y)
    return model.get_weights()


@pytest.mark.parametrize(
    "words",
    [
        {"units": (4, 5)},
        {"bidirectional": True, "pooling": "mean_max", "mask_missing": True},
        {"strategy": "encoder_decoder", "n_steps": 2},
    ],
    ids=str,
)
def test_gradients_are_those_of_the_loop(cell, words):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(4, 23, 3)).astype("float32"), rng.normal(size=(4, 2))
    if words.get("mask_missing"):
        X[1, 14:] = X[2, 1:] = X[3] = np.nan
    loop, at_once = (build_network(NETWORK | words | {"cell": cell}, 1) for _ in range(2))
    fuse(at_once, list_kernels())
    leave_masks_out(at_once)
    start = loop.get_weights()
    expected, found = take_step(loop, X, y), take_step(at_once, X, y)
    assert max(np.abs(a - b).max() for a, b in zip(start, expected, strict=True)) > 1e-2
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_estimators_train_them_and_own_a_model_that_loops(cell):
    X = np.random.default_rng(0).normal(size=(60, 30))
    rnn = RNNRegressor(cell=cell, units=8, epochs=40, learning_rate=0.02, random_state=0)
    rnn.fit(X, X[:, -1])
    assert rnn.history_["loss"][-1] < 0.2 * rnn.history_["loss"][0]
    modelled = rnn.model_.predict(X[:, :, None], verbose=0)[:, 0]
    np.testing.assert_allclose(rnn.predict(X), modelled, atol=1e-5)
    forecaster = RNNForecaster(**QUICK, cell=cell, window=9, strategy="recursive")
    series = make_sine(n_steps=80, random_state=0).data
    assert np.isfinite(forecaster.fit(series).forecast(5)).all()
    ids = [[1, 2], [3], [4, 1, 2, 5]] * 5
    words = QUICK | {"cell": cell, "embedding": "learned", "bidirectional": True}
    proba = RNNClassifier(**words).fit(ids, [0, 1, 1] * 5).predict_proba(ids)
    np.testing.assert_allclose(proba[:3], proba[3:6], atol=1e-6)


def test_dropout_is_that_of_a_sequence_and_recurrent_dropout_is_refused(cell):
    layer = keras.layers.RNN(CELLS.load(cell)(64, dropout=0.5, seed=0), return_sequences=True)
    X = np.ones((1, 1, 64), "float32")
    once, again = (read_tensor(layer(X, training=True)) for _ in range(2))
    assert not np.array_equal(once, again)
    assert not np.array_equal(once, read_tensor(layer(X)))
    assert layer.cell.get_config()["dropout"] == 0.5
    with pytest.raises(ValueError, match=f"recurrent_dropout=0.2.*{cell}"):
        RNNRegressor(**QUICK, cell=cell, recurrent_dropout=0.2).fit(X[0], [1.0])


def test_models_are_saved_and_loaded(cell, tmp_path):
    rnn = RNNRegressor(**QUICK, cell=cell).fit(np.eye(6), np.arange(6))
    rnn.model_.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras", compile=False)
    X = np.eye(6, dtype="float32")[:, :, None]
    np.testing.assert_array_equal(loaded.predict(X, verbose=0), rnn.model_.predict(X, verbose=0))
