"""One seed, one answer: to the bit, wherever and after whatever a fit runs."""

import random
import signal
import subprocess
import sys
import warnings
from contextlib import contextmanager, suppress
from functools import wraps

import keras
import numpy as np
import pytest
from joblib import Parallel, delayed
from keras.src.backend.common.global_state import get_global_attribute
from sklearn.model_selection import GridSearchCV, cross_val_predict

from skrnn import RNNClassifier, RNNForecaster, RNNRegressor, RNNTextClassifier, clear_pool
from skrnn.network._cells import CELLS

X = np.random.default_rng(0).normal(size=(40, 5))
LABELS = (X.sum(axis=1) > 0).astype(int)
TEXTS = ["so good", "not good", "bad", "not so bad"] * 10
SERIES = np.sin(np.arange(60) / 4)
WORDS = {"cell": "gru", "units": 3, "epochs": 2, "dropout": 0.3, "random_state": 0}
MAKE = f"""
import numpy as np
from skrnn import RNNClassifier
X = np.random.default_rng(0).normal(size=(40, 5))
rnn = RNNClassifier(**{WORDS}).fit(X, (X.sum(axis=1) > 0).astype(int))
print(rnn.predict_proba(X).tobytes().hex())
"""


def learn():
    return RNNClassifier(**WORDS).fit(X, LABELS).predict_proba(X).tobytes()


def learn_all():
    """Give the answers of an estimator of each kind."""
    return [
        learn(),
        RNNRegressor(**WORDS, n_networks=2).fit(X, X[:, 0]).predict(X).tobytes(),
        RNNTextClassifier(**WORDS).fit(TEXTS, LABELS).predict_proba(TEXTS).tobytes(),
        RNNForecaster(**WORDS, network_share=0.5).fit(SERIES).predict(SERIES).tobytes(),
    ]


def run_elsewhere():
    ran = subprocess.run([sys.executable, "-c", MAKE], capture_output=True, check=True, text=True)
    return bytes.fromhex(ran.stdout.split()[-1])


@pytest.fixture(autouse=True)
def listen():
    """Have Ctrl-C do what it does in a terminal, also where the tests run in the background."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.fixture(scope="module")
def expected():
    return learn_all()


@pytest.mark.core
def test_the_pool_does_not_matter(expected):
    assert learn_all() == expected
    clear_pool()
    assert learn_all() == expected


@pytest.mark.core
def test_a_fit_that_failed_does_not_matter(expected):
    with pytest.raises(ValueError, match="diverged"):
        RNNClassifier(**WORDS, optimizer="sgd", learning_rate=1e30).fit(X, LABELS)
    assert learn_all() == expected


@pytest.mark.core
def test_random_states_of_others_are_neither_read_nor_changed(expected):
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    keras.utils.set_random_seed(1)
    before = read_states()
    clear_pool()  # nor are they where networks are built
    assert learn_all() == expected
    for ours, theirs in zip(before, read_states(), strict=True):
        np.testing.assert_equal(ours, theirs)


def read_states():
    """Give the states of the generators of Python, NumPy, Keras and the backend."""
    seeds = get_global_attribute("global_seed_generator")
    states = [random.getstate(), np.random.get_state()]  # noqa: NPY002
    states.append(None if seeds is None else keras.ops.convert_to_numpy(seeds.state))
    if keras.backend.backend() == "torch":
        import torch

        states.append(torch.get_rng_state().numpy())
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        states.append(tf.random.get_global_generator().state.numpy())
    return states


@pytest.mark.core
def test_processes_do_not_matter(expected):
    assert run_elsewhere() == expected[0]


@pytest.mark.core
def test_cells_that_name_no_seed_draw_by_the_random_state(monkeypatch):
    class Relu(keras.layers.SimpleRNNCell):
        def __init__(self, units, **words):
            super().__init__(units, **words, activation="relu", recurrent_dropout=0.5)

    monkeypatch.setitem(CELLS._registered, "relu", Relu)
    words = WORDS | {"cell": "relu", "dropout": 0.0}
    first, again = (RNNRegressor(**words).fit(X, X[:, 0]).predict(X) for _ in range(2))
    clear_pool()
    np.testing.assert_array_equal(first, again)
    np.testing.assert_array_equal(first, RNNRegressor(**words).fit(X, X[:, 0]).predict(X))
    other = RNNRegressor(**words | {"random_state": 1}).fit(X, X[:, 0])
    assert (other.predict(X) != first).any()


def test_threads_do_not_matter(expected):
    clear_pool()
    answers = Parallel(2, backend="threading")(delayed(learn)() for _ in range(4))
    assert set(answers) == {expected[0]}


@pytest.mark.parametrize("n_jobs", [2, None])
def test_jobs_do_not_matter(n_jobs):
    rnn, words = RNNClassifier(**WORDS), {"cv": 3, "n_jobs": n_jobs}
    ours, alone = (
        cross_val_predict(rnn, X, LABELS, method="predict_proba", **some)
        for some in (words, {"cv": 3})
    )
    np.testing.assert_array_equal(ours, alone)
    grid = {"units": [2, 3]}
    ours, alone = (GridSearchCV(rnn, grid, **some).fit(X, LABELS) for some in (words, {"cv": 3}))
    np.testing.assert_array_equal(
        ours.cv_results_["mean_test_score"], alone.cv_results_["mean_test_score"]
    )
    assert ours.best_params_ == alone.best_params_


@pytest.mark.core
@pytest.mark.parametrize(
    ("owner", "method"),
    [
        (keras.layers.GRUCell, "build"),
        (keras.layers.Dense, "build"),
        (keras.layers.Dense, "call"),
        (keras.layers.RNN, "__call__"),
        (keras.Model, "compile"),
        (keras.optimizers.Adam, "build"),
        (keras.optimizers.Adam, "apply"),
        (keras.random.SeedGenerator, "__init__"),
        (keras.Variable, "assign"),
    ],
    ids=lambda value: getattr(value, "__name__", value),
)
def test_an_interruption_while_keras_builds_does_not_matter(owner, method, expected, monkeypatch):
    clear_pool()

    usual = getattr(owner, method)

    @wraps(usual)
    def press(*args, **kwargs):
        monkeypatch.setattr(owner, method, usual)
        signal.raise_signal(signal.SIGINT)
        return usual(*args, **kwargs)

    clear_pool()
    monkeypatch.setattr(owner, method, press)
    with pytest.raises(KeyboardInterrupt):
        learn()
    assert learn() == expected[0]


@pytest.mark.core
@pytest.mark.skipif(not hasattr(signal, "SIGALRM"), reason="has no alarms")
def test_an_alarm_while_keras_builds_does_not_matter(expected, monkeypatch):
    usual, whole = keras.layers.Dense.call, []

    @wraps(usual)
    def ring(*args, **kwargs):
        monkeypatch.setattr(keras.layers.Dense, "call", usual)
        signal.raise_signal(signal.SIGALRM)
        whole.append(usual(*args, **kwargs))
        return whole[-1]

    def give_up(*signals):
        raise TimeoutError

    clear_pool()
    monkeypatch.setattr(keras.layers.Dense, "call", ring)
    before = signal.signal(signal.SIGALRM, give_up)
    try:
        with pytest.raises(TimeoutError):
            learn()
        assert signal.getsignal(signal.SIGALRM) is give_up
    finally:
        signal.signal(signal.SIGALRM, before)
    assert whole  # what was begun came to its end
    assert learn() == expected[0]


@pytest.mark.core
def test_interruptions_at_any_moment_do_not_matter(expected):
    calls = Calls()
    with calls.press(None):
        learn()
    for moment in np.linspace(0, calls.number - 1, 5).astype(int)[1:-1]:
        clear_pool()
        with calls.press(moment), suppress(KeyboardInterrupt), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            learn()
        assert learn() == expected[0]


class Calls:
    """Counts calls of functions in Python, and presses Ctrl-C at one of them."""

    @contextmanager
    def press(self, moment):
        self.number, self.moment = 0, moment
        sys.setprofile(self._count)
        try:
            yield
        finally:
            sys.setprofile(None)

    def _count(self, frame, event, argument):
        self.number += event == "call"
        if event == "call" and self.number == self.moment:
            signal.raise_signal(signal.SIGINT)
