"""Truncated back-propagation through time in Keras's layers."""

from itertools import product

import keras
import numpy as np
import pytest
from grids import thin_out
from network_description import NETWORK

from skrnn import RNNClassifier, RNNRegressor
from skrnn.network._build import build_network

WORDS = NETWORK | {"cell": "simple", "n_features": 2, "n_outputs": 1}
LAYERS = {"simple": "SimpleRNN", "gru": "GRU", "lstm": "LSTM"}


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(3, 9, 2)).astype("float32")


@pytest.fixture
def y():
    return np.array([[1.0], [-2.0], [0.5]], "float32")


def get_gradient(model, inputs, y):
    """Get the gradient of the mean squared error by one step of gradient descent."""
    model.compile(keras.optimizers.SGD(1.0), "mean_squared_error", run_eagerly=True)
    before = model.get_weights()
    model.train_on_batch(inputs, y)
    gradient = [b - a for b, a in zip(before, model.get_weights(), strict=True)]
    model.set_weights(before)
    return gradient


def assert_close(gradients, expected, atol=1e-5):
    for one, other in zip(gradients, expected, strict=True):
        np.testing.assert_allclose(one, other, atol=atol)


def read_state(cell, weights, X):
    """Read sequences with Keras's own layer, and give the state after them."""
    inputs = keras.Input(X.shape[1:])
    _, *states = getattr(keras.layers, LAYERS[cell])(4, return_state=True)(inputs)
    model = keras.Model(inputs, states)
    model.set_weights(weights[:3])
    states = model.predict_on_batch(X)
    return [np.asarray(state) for state in (states if isinstance(states, list) else [states])]


def get_gradient_of_the_end(cell, weights, X, y, n_steps):
    """Get the gradient through the last steps, with the state before them as a constant."""
    states = read_state(cell, weights, X[:, :-n_steps])
    tail = keras.Input((n_steps, X.shape[2]))
    constants = [keras.Input((4,)) for _ in states]
    layer = getattr(keras.layers, LAYERS[cell])(4)
    output = keras.layers.Dense(1)(layer(tail, initial_state=constants))
    model = keras.Model([tail, *constants], output)
    model.set_weights(weights)
    return get_gradient(model, [X[:, -n_steps:], *states], y)


@pytest.mark.core
@pytest.mark.parametrize("cell", ["simple", "gru", "lstm"])
def test_gradients_stop_at_a_state_that_is_held_constant(X, y, cell):
    model = build_network(WORDS | {"cell": cell, "truncate_gradient": 3}, seed=0)
    expected = get_gradient_of_the_end(cell, model.get_weights(), X, y, 3)
    assert_close(get_gradient(model, X, y), expected)
    whole = build_network(WORDS | {"cell": cell}, seed=0)
    whole.set_weights(model.get_weights())
    differences = zip(get_gradient(whole, X, y), expected, strict=True)
    assert max(np.abs(one - other).max() for one, other in differences) > 1e-3


@pytest.mark.parametrize("cell", ["simple", "lstm"])
def test_missing_steps_do_not_count(X, y, cell):
    model = build_network(
        WORDS | {"cell": cell, "truncate_gradient": 3, "mask_missing": True}, seed=0
    )
    holes = np.insert(X, [0, 4, 8, 9], np.nan, axis=1)
    holes[1, :2] = np.nan  # a row of its own length
    shorter = X[1:2, 1:]
    expected = [
        (2 * a + b) / 3
        for a, b in zip(
            get_gradient_of_the_end(cell, model.get_weights(), X[[0, 2]], y[[0, 2]], 3),
            get_gradient_of_the_end(cell, model.get_weights(), shorter, y[1:2], 3),
            strict=True,
        )
    ]
    assert_close(get_gradient(model, holes, y), expected)


@pytest.mark.core
@pytest.mark.parametrize(
    "cell", thin_out(["simple", "gru", "lstm", "layernorm_simple"], ["simple", "lstm"])
)
def test_a_truncation_longer_than_the_sequence_changes_nothing(X, y, cell):
    words = {"cell": cell, "units": (4, 3), "bidirectional": True, "mask_missing": True}
    words |= {"dropout": 0.3, "recurrent_dropout": 0.3}  # the same is dropped
    X[0, 2] = np.nan
    whole = build_network(WORDS | words, seed=0)
    truncated = build_network(WORDS | words | {"truncate_gradient": 10}, seed=0)
    truncated.set_weights(whole.get_weights())
    assert_close(get_gradient(truncated, X, y), get_gradient(whole, X, y))


@pytest.mark.core
def test_gradient_is_that_of_finite_differences(X, y):
    model = build_network(WORDS | {"truncate_gradient": 3}, seed=0)
    weights = [w.astype(np.float64) for w in model.get_weights()]

    def run(state, steps, kernel, recurrent, bias):
        for x in np.moveaxis(steps, 1, 0):
            state = np.tanh(x @ kernel + state @ recurrent + bias)
        return state

    frozen = run(np.zeros((3, 4)), X[:, :-3], *weights[:3])

    def find_loss():
        state = run(frozen, X[:, -3:], *weights[:3])
        return np.mean((state @ weights[3] + weights[4] - y) ** 2)

    for weight, gradient in zip(weights, get_gradient(model, X, y), strict=True):
        for place in np.ndindex(weight.shape):
            values = []
            for step in (1e-5, -2e-5):
                weight[place] += step
                values.append(find_loss())
            weight[place] += 1e-5
            slope = (values[0] - values[1]) / 2e-5
            assert gradient[place] == pytest.approx(slope, abs=1e-5)


@pytest.mark.parametrize(
    ("strategy", "words"),
    thin_out(
        product(
            ["direct", "encoder_decoder"],
            [{"bidirectional": True}, {"units": (4, 3)}, {"cell": "lstm"}],
        ),
        [
            ("direct", {"bidirectional": True}),
            ("direct", {"cell": "lstm"}),
            ("encoder_decoder", {"units": (4, 3)}),
        ],
    ),
)
def test_forward_pass_is_the_same(X, words, strategy):
    X[0, 2] = np.nan
    words = {"strategy": strategy, "n_outputs": 3, "n_steps": 3, "mask_missing": True} | words
    whole = build_network(WORDS | words, seed=0)
    truncated = build_network(WORDS | words | {"truncate_gradient": 2}, seed=0)
    expected = np.asarray(whole.predict_on_batch(X))
    np.testing.assert_allclose(truncated.predict_on_batch(X), expected, atol=1e-6)


def test_a_long_memory_is_not_learned_through_a_short_truncation():
    X = np.random.default_rng(0).normal(size=(300, 8))
    words = {"cell": "simple", "units": 8, "epochs": 60, "learning_rate": 0.02}
    whole = RNNRegressor(**words, random_state=0).fit(X, X[:, 0])
    truncated = RNNRegressor(**words, truncate_gradient=2, random_state=0).fit(X, X[:, 0])
    assert whole.score(X, X[:, 0]) > 0.95 > 0.9 > truncated.score(X, X[:, 0])


def test_truncation_goes_with_token_ids_and_dropout():
    ids = np.random.default_rng(0).integers(1, 9, (60, 7))
    ids[:20, :3] = 0
    words = {"units": 8, "epochs": 40, "learning_rate": 0.02, "random_state": 0}
    rnn = RNNClassifier(
        **words, embedding="learned", truncate_gradient=2, dropout=0.1, recurrent_dropout=0.1
    )
    assert rnn.fit(ids, ids[:, -1] > 4).score(ids, ids[:, -1] > 4) > 0.8
