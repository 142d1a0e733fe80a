"""Callbacks of Keras: copies run, and what they have heard can be read off."""

import copy
import pickle
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
from sklearn.base import clone

from skrnn import RNNClassifier, RNNForecaster, RNNRegressor
from skrnn._callbacks import copy_callback

pytestmark = pytest.mark.core

WORDS = {"cell": "simple", "units": 2, "epochs": 3, "random_state": 0}
X = np.random.default_rng(0).normal(size=(12, 4))
DATA = {
    RNNClassifier: (X, ["a", "b"] * 6),
    RNNRegressor: (X, X.sum(axis=1)),
    RNNForecaster: (X[:, 0].cumsum(),),
}


class Listen(keras.callbacks.Callback):
    """Note the loss of every epoch, and hold on to what cannot be pickled."""

    def __init__(self):
        super().__init__()
        self.losses = []

    def on_epoch_end(self, epoch, logs):
        self.losses.append(logs["loss"])
        self.step = lambda: self.model.train_step


@pytest.mark.parametrize("kind", DATA)
def test_callbacks_that_ran_can_be_read(kind):
    given = Listen()
    words = WORDS | ({"window": 3} if kind is RNNForecaster else {})
    rnn = kind(**words, callbacks=[given]).fit(*DATA[kind])
    (ran,) = rnn.callbacks_
    assert ran is not given
    assert ran.losses == pytest.approx(rnn.history_["loss"])
    assert (given.losses, ran.model) == ([], None)
    before = ran.losses.copy()
    rnn.partial_fit(*DATA[kind])
    assert ran.losses == before
    assert len(rnn.callbacks_[0].losses) == 1


def test_without_callbacks_none_ran():
    assert RNNRegressor(**WORDS).fit(*DATA[RNNRegressor]).callbacks_ == []


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda rnn: pickle.loads(pickle.dumps(rnn))])
def test_copies_of_an_estimator_leave_out_the_callbacks_that_ran(copied):
    rnn = RNNRegressor(**WORDS, callbacks=[Listen()]).fit(*DATA[RNNRegressor])
    other = copied(rnn)
    np.testing.assert_array_equal(other.predict(X), rnn.predict(X))
    assert hasattr(rnn, "callbacks_")
    assert not hasattr(other, "callbacks_")
    assert not hasattr(clone(rnn), "callbacks_")


class Trial:
    """Hear what is reported, and hold what cannot be copied."""

    def __init__(self):
        self.heard, self.lock = [], threading.Lock()


class Report(Listen):
    """Report the loss of every epoch."""

    def __init__(self, trial):
        super().__init__()
        self.trial = trial

    def on_epoch_end(self, epoch, logs):
        super().on_epoch_end(epoch, logs)
        self.trial.heard.append(logs["loss"])


@pytest.mark.parametrize("kind", DATA)
def test_what_a_callback_reports_to_is_shared_and_what_it_notes_is_not(kind):
    trial, words = Trial(), WORDS | ({"window": 3} if kind is RNNForecaster else {})
    given = Report(trial)
    rnn = clone(kind(**words, callbacks=[given])).fit(*DATA[kind])
    assert trial.heard == pytest.approx(rnn.history_["loss"])
    assert rnn.callbacks_[0].losses == trial.heard
    assert rnn.callbacks[0].losses == given.losses == []
    assert clone(rnn).callbacks[0] is not rnn.callbacks[0]
    assert type(clone(kind(callbacks=(given,))).callbacks) is tuple


def test_callbacks_within_callbacks_are_copied():
    inner, outer = Listen(), Listen()
    outer.inner = {"one": inner, "more": deque([{1}])}
    twin = copy_callback(outer)
    twin.inner["one"].losses.append(1.0)
    twin.inner["more"][0].add(2)
    assert inner.losses == []
    assert outer.inner["more"] == deque([{1}])


BATCHES = [
    f"on_{mode}batch_{when}" for mode in ("", "train_", "test_") for when in ("begin", "end")
]


@pytest.mark.parametrize("name", BATCHES)
def test_every_batch_is_heard_by_whoever_listens(name):
    heard = []

    def listen(self, batch, logs=None):
        heard.append(batch)

    own = type("Own", (keras.callbacks.Callback,), {name: listen})
    words = WORDS | {"epochs": 2, "batch_size": 4, "callbacks": [own()]}
    X, y = DATA[RNNRegressor]
    RNNRegressor(**words).fit(X, y, X_val=X[:8], y_val=y[:8])
    assert heard == 2 * ([0, 1] if "test" in name else [0, 1, 2])


def test_batches_that_nobody_hears_of_are_handed_to_no_thread(monkeypatch):
    handed = []
    monkeypatch.setattr(ThreadPoolExecutor, "submit", lambda *given: handed.append(given))
    RNNRegressor(**WORDS, callbacks=[Listen()]).fit(*DATA[RNNRegressor])
    assert handed == []
