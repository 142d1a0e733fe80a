"""The linear part beside a network, computed again by NumPy."""

import pickle

import keras
import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn._batches import PairedData, TrainingData
from skrnn._sequences import pack_missing
from skrnn.sequence._linear import fit_linear, gather_pairs

WORDS = {"linear": True, "cell": "simple", "units": 4, "epochs": 3, "random_state": 0}
N, TIME, FEATURES = 60, 5, 2


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(N, TIME, FEATURES)).astype("float32")


@pytest.fixture
def y(X):
    return np.stack([X[:, 0, 0] - 2 * X[:, 4, 1], np.sin(2 * X[:, 3, 0])], axis=1)


@pytest.fixture
def gappy(X):
    X = X.copy()
    X[np.random.default_rng(1).random((N, TIME)) < 0.3] = np.nan
    X[:, 2] = 0.5  # none is without a known step
    return X


def run_by_hand(rnn, X):
    """Give what the linear part and the network make of sequences."""
    kernel, recurrent, bias, *output, linear, constant = rnn._weights
    states = np.zeros((len(X), 4))
    for step in np.moveaxis(X, 1, 0):
        known = ~np.isnan(step).any(axis=1, keepdims=True)
        states = np.where(
            known, np.tanh(np.nan_to_num(step) @ kernel + states @ recurrent + bias), states
        )
    values = np.nan_to_num(X.reshape(len(X), -1))
    if linear.shape[0] == FEATURES:  # after each step, or the last that is known
        last = TIME - 1 - np.argmax(~np.isnan(X).any(axis=2)[:, ::-1], axis=1)
        values = X[np.arange(len(X)), last]
    return values @ linear + constant, states @ output[0] + output[1]


@pytest.mark.core
@pytest.mark.parametrize("data", ["X", "gappy"])
@pytest.mark.parametrize("strategy", ["direct", "seq2seq"])
def test_forecasts_are_the_sum_of_a_linear_map_and_the_network(data, strategy, request):
    X = request.getfixturevalue(data)
    y = np.nan_to_num(X[:, :1]) if strategy == "seq2seq" else np.nan_to_num(X).sum(axis=(1, 2))
    rnn = RNNRegressor(**WORDS, strategy=strategy, learning_rate=0.01).fit(X, y)
    linear, network = run_by_hand(rnn, X)
    assert np.abs(network).max() > 0.01
    expected = (linear + network).reshape(rnn.predict(X).shape)
    np.testing.assert_allclose(rnn.predict(X), expected, atol=1e-5)


@pytest.mark.core
@pytest.mark.parametrize("words", [{}, {"network": "segment"}, {"strategy": "encoder_decoder"}])
def test_training_starts_at_ridge_regression(words, X, y):
    rnn = RNNRegressor(**WORDS | words, learning_rate=1e-9).fit(X, y)
    start = fit_linear(X.reshape(N, -1), y)
    np.testing.assert_allclose(rnn.predict(X), start.predict(X.reshape(N, -1)), atol=1e-5)


class Pairs:
    """Sequences and the steps after them, made a batch at a time."""

    def __init__(self, X, y):
        self.X, self.y = X, y

    def __getitem__(self, rows):
        return self.X[rows], self.y[rows, :, None]


@pytest.mark.core
@pytest.mark.parametrize("data", ["X", "gappy"])
def test_data_made_a_batch_at_a_time_are_read_alike(data, y, request):
    X = request.getfixturevalue(data)
    y[::3, 1] = np.nan
    has_missing = bool(np.isnan(X).any())
    at_once = TrainingData(pack_missing(X), y.astype("float32"))
    later = PairedData(Pairs(X, y), np.arange(N), has_missing, has_unknown=True)
    start = fit_linear(*gather_pairs(later))
    shapes, forecasts = {"n_channels": FEATURES, "y_shape": (2, 1)}, []
    for training in (at_once, later):
        rnn = RNNRegressor(**WORDS, learning_rate=0.01, batch_size=N)
        rnn._fit_checked(training, None, **shapes, start=start, go_on=False)
        forecasts.append(rnn.predict(X))
    np.testing.assert_allclose(forecasts[0], forecasts[1], atol=1e-5)
    linear = start.predict(np.nan_to_num(X.reshape(N, -1)))
    assert np.abs(forecasts[0][:, :, 0] - linear).max() > 1e-3


def test_recursive_forecasts_feed_the_linear_part(X):
    rng = np.random.default_rng(0)
    series = np.sin(np.arange(200) / 3) + 0.01 * rng.normal(size=200)
    windows = np.lib.stride_tricks.sliding_window_view(series, TIME + 2)
    rnn = RNNRegressor(**WORDS, strategy="recursive", learning_rate=1e-9)
    rnn.fit(windows[:, :TIME], windows[:, TIME:])
    start = rnn._linear_start
    first = start.predict(windows[:, :TIME])
    second = start.predict(np.hstack([windows[:, 1:TIME], first]))
    np.testing.assert_allclose(
        rnn.predict(windows[:, :TIME]), np.hstack([first, second]), atol=1e-5
    )


def test_both_parts_are_trained(X, y):
    rnn = RNNRegressor(**WORDS | {"epochs": 200, "learning_rate": 0.01}).fit(X, y)
    start = fit_linear(X.reshape(N, -1), y).predict(X.reshape(N, -1))
    assert np.mean((rnn.predict(X) - y) ** 2) < 0.5 * np.mean((start - y) ** 2)
    kernel = rnn._weights[rnn._find_weights("linear")[0]]
    assert np.abs(kernel - rnn._linear_start.kernel).max() > 0.01


@pytest.mark.parametrize("network", [None, "conv_lstm"])
def test_the_network_can_be_shrunk_to_a_share(network, gappy, y):
    rnn = RNNRegressor(**WORDS, network=network, learning_rate=0.01).fit(gappy, y)
    trained = rnn.predict(gappy)
    start = rnn._linear_start.predict(np.nan_to_num(gappy.reshape(N, -1)))
    assert np.abs(trained - start).max() > 0.01
    shares = np.array([0.25, 0.5])
    rnn._shrink_network(shares)
    np.testing.assert_allclose(
        rnn.predict(gappy), start + shares * (trained - start), rtol=1e-4, atol=1e-5
    )


def test_networks_of_the_users_own_get_a_linear_part(gappy, y):
    def build(description):
        inputs = keras.Input((None, description["n_features"]))
        values = keras.layers.GlobalAveragePooling1D()(keras.ops.nan_to_num(inputs))
        return keras.Model(inputs, keras.layers.Dense(description["n_outputs"])(values))

    rnn = RNNRegressor(**WORDS, network=build, learning_rate=0.01).fit(gappy, y)
    dense, bias, gain, kernel, constant = rnn._weights
    values = np.nan_to_num(gappy)
    network = gain * (values.mean(axis=1) @ dense + bias)
    expected = values.reshape(N, -1) @ kernel + constant + network
    np.testing.assert_allclose(rnn.predict(gappy), expected, atol=1e-5)


@pytest.mark.core
def test_the_network_travels_and_goes_on(gappy, y, tmp_path):
    path = tmp_path / "best.keras"
    rnn = RNNRegressor(**WORDS, checkpoint=path, warm_start=True).fit(gappy, y)
    expected = rnn.predict(gappy)
    saved = keras.saving.load_model(path).predict_on_batch(gappy)
    for outputs in (pickle.loads(pickle.dumps(rnn)).predict(gappy), saved):
        np.testing.assert_allclose(outputs, expected, atol=1e-5)
    np.testing.assert_allclose(rnn.model_.predict_on_batch(gappy), expected, atol=1e-5)
    rnn.fit(gappy, y).partial_fit(gappy, y)
    assert len(rnn.history_["loss"]) == 7
    assert rnn.history_["loss"][-1] < rnn.history_["loss"][0]


def test_sequences_of_other_lengths_are_an_error(X, y):
    rnn = RNNRegressor(**WORDS)
    with pytest.raises(ValueError, match="got 4 to 5"):
        rnn.fit([*X[:-1], X[-1, 1:]], y)
    rnn.fit(X, y)
    with pytest.raises(ValueError, match="here 5 time steps; got 4 to 4"):
        rnn.predict(X[:, 1:])
    with pytest.raises(ValueError, match="X_val must be like X"):
        rnn.fit(X, y, X_val=X[:, 1:], y_val=y)
    seq2seq = RNNRegressor(**WORDS, strategy="seq2seq").fit(X, X[:, :1])
    assert seq2seq.predict([X[0], X[1, 1:]]).shape == (2, 1, FEATURES)
