"""Ctrl-C in a training: what was learned is kept, or the estimator is as it was."""

import signal
import warnings
from contextlib import contextmanager

import keras
import numpy as np
import pytest

from skrnn import (
    NumpyRNNClassifier,
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTextClassifier,
    RNNTextRegressor,
)

pytestmark = pytest.mark.core

WORDS = {"cell": "simple", "units": 2, "epochs": 6, "batch_size": 8, "random_state": 0}
RNG = np.random.default_rng(0)
X = RNG.normal(size=(24, 4))
LABELS = np.where(X.sum(axis=1) > 0, "up", "down")
DATA = {
    RNNClassifier: (X, LABELS),
    RNNRegressor: (X, X.sum(axis=1)),
    RNNTextClassifier: (["up and", "down"] * 12, ["+", "-"] * 12),
    RNNTextRegressor: (["up and", "down"] * 12, np.arange(24) % 2),
    RNNForecaster: (RNG.normal(size=36).cumsum(),),
}
MORE_WORDS = {
    RNNForecaster: {"strategy": "direct", "window": 12, "linear": False},
    RNNTextRegressor: {"linear": False},
}


class Press(keras.callbacks.Callback):
    """Press Ctrl-C after a batch of an epoch."""

    def __init__(self, epoch, times=1):
        super().__init__()
        self.epoch, self.times, self.n_batches = epoch, times, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.now, self.n_batches = epoch, 0

    def on_train_batch_end(self, batch, logs=None):
        self.n_batches += 1
        if (self.now, batch) == (self.epoch, 1):
            for _ in range(self.times):
                signal.raise_signal(signal.SIGINT)


def press_in_score(monkeypatch, calls):
    """Press Ctrl-C in calls of what the network in NumPy does with each batch."""
    count, learn = iter(range(10**6)), NumpyRNNClassifier._learn_batch

    def press(self, *batch):
        result = learn(self, *batch)
        if next(count) in calls:
            signal.raise_signal(signal.SIGINT)
        return result

    monkeypatch.setattr(NumpyRNNClassifier, "_learn_batch", press)


@pytest.fixture(autouse=True)
def listen():
    """Have Ctrl-C do what it does in a terminal, also where the tests run in the background."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


@contextmanager
def expect_warning():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield
    assert [str(w.message) for w in caught].count("Training interrupted by user.") == 1


@pytest.mark.parametrize("kind", DATA)
def test_whole_epochs_are_kept(kind):
    words = WORDS | MORE_WORDS.get(kind, {})
    rnn = kind(**words, callbacks=[Press(epoch=2)])
    with expect_warning():
        rnn.fit(*DATA[kind])
    assert rnn.n_iter_ == len(rnn.history_["loss"]) == 2
    assert rnn.callbacks_[0].n_batches == 2  # of three: the steps of the third epoch count
    whole = kind(**words).fit(*DATA[kind])
    assert rnn.history_["loss"] == whole.history_["loss"][:2]
    assert np.isfinite(rnn.score(*DATA[kind]))


def test_a_forecaster_that_is_interrupted_before_its_own_training_has_learned_nothing(monkeypatch):
    fit, trainings = RNNRegressor._fit_checked, []

    def fit_with_press(self, *args, **words):
        trainings.append(self.set_params(callbacks=[Press(epoch=2)]))
        return fit(self, *args, **words)

    monkeypatch.setattr(RNNRegressor, "_fit_checked", fit_with_press)
    rnn = RNNForecaster(**WORDS, **MORE_WORDS[RNNForecaster] | {"linear": True})
    before = vars(rnn).copy()
    with expect_warning(), pytest.raises(KeyboardInterrupt):
        rnn.fit(np.tile(DATA[RNNForecaster][0], 2))
    assert vars(rnn) == before
    assert len(trainings) == 1


def test_training_goes_on_after_an_interrupt():
    rnn = RNNRegressor(**WORDS, warm_start=True, callbacks=[Press(epoch=2)])
    with expect_warning():
        rnn.fit(*DATA[RNNRegressor])
    rnn.set_params(callbacks=None, epochs=3).fit(*DATA[RNNRegressor])
    assert rnn.n_iter_ == 5


def test_early_stopping_gives_the_best_weights_so_far():
    X, y = DATA[RNNRegressor]
    words = WORDS | {"epochs": 9, "learning_rate": 1.0, "early_stopping": True}
    rnn = RNNRegressor(**words, n_iter_no_change=9, callbacks=[Press(epoch=6)])
    with expect_warning():
        rnn.fit(X, y, X_val=X, y_val=y)
    losses = rnn.history_["val_loss"]
    assert np.argmin(losses) < 5  # or there would be nothing to restore
    assert np.mean((rnn.predict(X) - y) ** 2) == pytest.approx(min(losses), rel=1e-4)


@pytest.mark.parametrize(
    ("epoch", "times"), [(0, 1), (2, 2)], ids=["in the first epoch", "a second time"]
)
@pytest.mark.parametrize("fitted", [False, True])
def test_otherwise_it_raises_and_changes_nothing(epoch, times, fitted):
    rnn = RNNClassifier(**WORDS)
    if fitted:
        rnn.fit(*DATA[RNNClassifier])
    rnn.set_params(callbacks=[Press(epoch, times)])
    before = vars(rnn).copy()
    with pytest.raises(KeyboardInterrupt):
        rnn.fit(X[:16], LABELS[:16])
    assert vars(rnn) == before
    if fitted:
        with pytest.raises(KeyboardInterrupt):
            rnn.set_params(callbacks=[Press(0)]).partial_fit(X, LABELS)
        assert vars(rnn) | {"callbacks": None} == before | {"callbacks": None}
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    rnn.set_params(callbacks=None).fit(*DATA[RNNClassifier])
    assert rnn.n_iter_ == WORDS["epochs"]


def test_the_network_in_numpy_keeps_whole_epochs(monkeypatch):
    words = {"units": 2, "epochs": 6, "batch_size": 8, "random_state": 0}
    whole = NumpyRNNClassifier(**words).fit(X, LABELS)
    press_in_score(monkeypatch, {7})
    rnn = NumpyRNNClassifier(**words)
    with expect_warning():
        rnn.fit(X, LABELS)
    assert rnn.history_["loss"] == whole.history_["loss"][:2]
    assert rnn.predict(X).shape == (24,)


def test_the_network_in_numpy_is_as_it_was_without_a_whole_epoch(monkeypatch):
    rnn = NumpyRNNClassifier(units=2, epochs=6, batch_size=8, random_state=0)
    press_in_score(monkeypatch, {1})
    with pytest.raises(KeyboardInterrupt):
        rnn.fit(X, LABELS)
    assert not hasattr(rnn, "history_")
