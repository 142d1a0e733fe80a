"""The fall of the learning rate over a fit."""

import pickle

import keras
import numpy as np
import pytest

from skrnn import RNNClassifier, RNNRegressor

WORDS = {
    "cell": "gru",
    "units": 3,
    "epochs": 8,
    "batch_size": 10,
    "learning_rate": 0.02,
    "learning_rate_schedule": "cosine",
    "random_state": 0,
}
N = 45  # five batches


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(N, 6)).astype("float32")


@pytest.fixture
def y(X):
    return X.sum(axis=1)


class Rates(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.seen = []

    def on_train_batch_begin(self, batch, logs=None):
        self.seen.append(keras.ops.convert_to_numpy(self.model.optimizer.learning_rate.value))


def fit(X, y, **words):
    rnn = RNNRegressor(**WORDS | {"callbacks": [Rates()]} | words).fit(X, y)
    return rnn, np.array(rnn.callbacks_[0].seen)


def fall(n_updates, n_rising):
    updates = np.arange(n_updates)
    rates = 0.01 * (1 + np.cos(np.pi * updates / n_updates))
    return rates * np.minimum(1, (updates + 1) / n_rising)


@pytest.mark.core
@pytest.mark.parametrize(("epochs", "n_rising"), [(8, 2), (200, 30)])
def test_the_rate_rises_shortly_and_falls_to_nothing(epochs, n_rising, X, y):
    _, rates = fit(X, y, epochs=epochs)
    np.testing.assert_allclose(rates, fall(5 * epochs, n_rising), rtol=1e-5)


class ByHand(keras.optimizers.schedules.LearningRateSchedule):
    def __call__(self, step):
        return keras.ops.take(keras.ops.convert_to_tensor(fall(40, 2), "float32"), step)

    def get_config(self):
        return {}


@pytest.mark.core
def test_a_fit_is_that_with_a_schedule_of_keras(X, y):
    rnn = RNNRegressor(**WORDS).fit(X, y)
    keras_own = {"learning_rate": ByHand(), "learning_rate_schedule": None}
    theirs = RNNRegressor(**WORDS | keras_own).fit(X, y)
    for one, other in zip(rnn._weights, theirs._weights, strict=True):
        np.testing.assert_allclose(one, other, atol=1e-5)
    assert rnn.history_["loss"] == pytest.approx(theirs.history_["loss"], rel=1e-4)


@pytest.mark.core
def test_without_a_rate_the_optimizers_own_is_the_largest(X, y):
    _, rates = fit(X, y, learning_rate=None)
    np.testing.assert_allclose(rates, fall(40, 2) / 20, rtol=1e-5)


@pytest.mark.core
def test_training_that_goes_on_begins_with_the_rate_again(X, y):
    rnn, rates = fit(X, y, warm_start=True, learning_rate=None)
    again = pickle.loads(pickle.dumps(rnn)).fit(X, y)
    np.testing.assert_allclose(again.callbacks_[0].seen, rates, rtol=1e-5)
    more = pickle.loads(pickle.dumps(again)).partial_fit(X, y)
    np.testing.assert_allclose(more.callbacks_[0].seen, 0.001, rtol=1e-5)


def test_the_fall_is_that_of_all_epochs_where_a_fit_stops_early(X, y):
    rnn, rates = fit(X, y, early_stopping=True, n_iter_no_change=1, epochs=100, tol=10)
    assert rnn.n_iter_ == 2
    np.testing.assert_allclose(rates, fall(400, 20)[:8], rtol=1e-5)


def test_batches_that_are_parts_of_one_share_its_rate(X):
    ids = np.where(np.arange(40) < np.arange(10, 55)[:, None], 1, 0)
    rnn = RNNClassifier(
        **WORDS | {"callbacks": [Rates()], "epochs": 2}, embedding="learned", network=unmasked
    )
    rates = np.array(rnn.fit(ids, np.arange(N) % 2).callbacks_[0].seen)
    assert len(rates) > 40
    assert (np.diff(rates[1:]) < 0).all()
    assert rates[-1] == pytest.approx(0, abs=1e-3)


def unmasked(description):
    inputs = keras.Input((None,), dtype="int32")
    x = keras.layers.Embedding(description["n_tokens"], 2)(inputs)
    x = keras.layers.GlobalAveragePooling1D()(x)
    outputs = keras.layers.Dense(description["n_outputs"], description["activation"])(x)
    return keras.Model(inputs, outputs)


calls = []


def counting_loss(y_true, y_pred):
    calls.append(1)
    return keras.ops.mean((y_true - y_pred) ** 2, axis=-1)


@pytest.mark.core
@pytest.mark.skipif(keras.backend.backend() == "torch", reason="PyTorch does not compile.")
def test_a_fit_of_another_length_compiles_nothing(X, y):
    RNNRegressor(**WORDS, loss=counting_loss).fit(X, y)
    n_calls = len(calls)
    RNNRegressor(**WORDS | {"epochs": 3, "learning_rate": 0.1}, loss=counting_loss).fit(X, y)
    plain = WORDS | {"learning_rate_schedule": None}
    RNNRegressor(**plain, loss=counting_loss).fit(X, y)
    assert len(calls) == n_calls


def test_two_schedules_are_an_error(X, y):
    decay = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    optimizer = keras.optimizers.SGD(decay)
    for words in ({"learning_rate": decay}, {"optimizer": optimizer, "learning_rate": None}):
        with pytest.raises(ValueError, match="learning_rate_schedule='cosine' and learning_rate"):
            fit(X, y, **words)
    rnn, _ = fit(X, y, optimizer=optimizer)
    assert rnn.n_iter_ == 8
