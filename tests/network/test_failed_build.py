"""A network whose making fails or is interrupted leaves nothing behind for the next one."""

import threading

import keras
import numpy as np
import pytest
from keras.src.backend.common import global_state
from network_description import NETWORK
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import GridSearchCV

from skrnn import RNNRegressor, register_cell
from skrnn.network import _build
from skrnn.network._build import build_network

DESCRIPTION = NETWORK | {"cell": "gru", "dropout": 0.2, "bidirectional": True}


def build():
    model = build_network(DESCRIPTION, 0)
    depths = [weight.path.count("/") for weight in model.weights]  # no scope is left open
    return depths, [np.array(keras.ops.convert_to_numpy(w.value)) for w in model.weights]


def check_next_build(expected):
    depths, weights = build()
    assert depths == expected[0]
    for one, other in zip(weights, expected[1], strict=True):
        np.testing.assert_array_equal(one, other)


def read_keras_state():
    state = vars(global_state.GLOBAL_STATE_TRACKER)
    return {name: value for name, value in state.items() if value not in (None, [])}


def interrupt_after(function, n_calls):
    """Make a function that is interrupted as soon as it has done its work so many times."""
    calls = []

    def run(*args, **kwargs):
        result = function(*args, **kwargs)
        calls.append(args)
        if len(calls) == n_calls:
            raise KeyboardInterrupt
        return result

    return run


MOMENTS = [
    (_build, "draw", 1),
    (_build, "draw", 5),
    (_build, "_add_head", 1),
    (_build, "check_size", 1),
    (keras.StatelessScope, "__enter__", 1),
    (keras.StatelessScope, "__exit__", 1),
    (keras.name_scope, "__enter__", 3),
    (keras.name_scope, "__exit__", 3),
]


@pytest.mark.core
@pytest.mark.parametrize(("owner", "name", "n_calls"), MOMENTS, ids=lambda value: str(value))
def test_an_interrupted_build_leaves_nothing_behind(owner, name, n_calls):
    expected = build()
    before = read_keras_state()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, interrupt_after(getattr(owner, name), n_calls))
        with pytest.raises(KeyboardInterrupt):
            build()
    assert read_keras_state() == before
    check_next_build(expected)


@pytest.mark.core
def test_a_fit_works_after_one_whose_initializer_fails():
    def fail(shape, dtype=None):
        raise OSError("no weights to be had")

    class Failing(keras.layers.SimpleRNNCell):
        def __init__(self, units):
            super().__init__(units, kernel_initializer=fail)

    register_cell("failing", Failing)
    X = np.random.default_rng(0).normal(size=(20, 4))
    words = {"units": 2, "epochs": 1, "random_state": 0}
    with pytest.raises(OSError, match="to be had"):
        RNNRegressor(**words, cell="failing").fit(X, X[:, 0])
    RNNRegressor(**words, cell="simple").fit(X, X[:, 0])


def test_a_failed_build_in_a_thread_leaves_nothing_behind():
    expected, done = build(), []

    def work():
        with pytest.raises(ValueError, match="GB"):
            build_network(DESCRIPTION | {"units": (300_000,)}, 0)
        check_next_build(expected)
        done.append(True)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert done


def test_a_candidate_too_large_does_not_take_the_next_along():
    X = np.random.default_rng(0).normal(size=(20, 4))
    rnn = RNNRegressor(cell="simple", epochs=1, random_state=0)
    search = GridSearchCV(rnn, {"units": [2, 300_000, 3]}, cv=2)
    with (
        pytest.warns(FitFailedWarning, match=r"units=\(300000,\)"),
        pytest.warns(UserWarning, match="non-finite"),
    ):
        search.fit(X, X[:, 0])
    assert list(np.isfinite(search.cv_results_["mean_test_score"])) == [True, False, True]
