"""The first use of a network in a process: by several threads, interrupted, in a fork."""

import os
import pickle
import subprocess
import sys
from contextlib import suppress

import keras
import numpy as np
import pytest

from skrnn import RNNClassifier
from skrnn.training._loader import _leave_banners_out

MANY_THREADS = """
import pickle, sys, threading
import numpy as np

models, errors = pickle.load(sys.stdin.buffer), []

def predict(model):
    try:
        model.predict_proba(np.zeros((4, 5)))
    except BaseException as error:
        errors.append(repr(error))

threads = [threading.Thread(target=predict, args=[model]) for model in models]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(errors, "tensorflow" in sys.modules)
models[0].set_params(bidirectional=True).fit(np.eye(4), [0, 1, 0, 1])
print("heard", file=sys.stderr)
"""
INTERRUPTED = """
import os, signal, sys, time
import numpy as np
from skrnn import RNNRegressor

class TooLong(BaseException):
    pass

def give_up(*_):
    raise TooLong

signal.signal(signal.SIGALRM, give_up)
rnn, X = RNNRegressor(units=2, epochs=1), np.eye(4)
for seconds in (0.2, 0.5, 1.0):
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        rnn.fit(X, X[0])
    except TooLong:
        print("interrupted")
    signal.setitimer(signal.ITIMER_REAL, 0)
rnn.fit(X, X[0]).predict(X)
works = [lambda: rnn.fit(X, X[0]), lambda: rnn.predict(X)]
"""
FORKED = """
for work in works:
    child = os.fork()
    if child == 0:
        try:
            work()
        except RuntimeError as error:
            print(error, flush=True)
        os._exit(0)
    for _ in range(100):
        if os.waitpid(child, os.WNOHANG)[0]:
            break
        time.sleep(0.1)
    else:
        os.kill(child, signal.SIGKILL)
"""
has_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="the system forks no processes")


def run(code, **options):
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        capture_output=True,
        check=True,
        timeout=300,
        **options,
    )


@pytest.mark.core
def test_many_threads_begin_at_once_and_standard_error_survives():
    X = np.random.default_rng(0).normal(size=(8, 5))
    words = {"cell": "simple", "epochs": 1, "random_state": 0}
    model = RNNClassifier(**words, units=2).fit(X, [0, 1] * 4)
    ran = run(MANY_THREADS, input=pickle.dumps([model] * 8))
    assert ran.stdout.decode().strip() == f"[] {keras.backend.backend() == 'tensorflow'}"
    assert ran.stderr.decode().strip() == "heard"


@has_fork
@pytest.mark.core
def test_an_interrupted_import_goes_on_and_a_fork_of_its_process_is_told():
    ran = run(INTERRUPTED + FORKED)
    *before, fit, predict = ran.stdout.decode().splitlines()
    assert before[0] == "interrupted"
    assert "forked" in fit
    assert "forked" in predict


@has_fork
@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="of TensorFlow alone")
def test_a_fork_is_told_where_tensorflow_has_run_without_us():
    code = """
import os, signal, time
import keras, numpy as np
from skrnn import RNNRegressor
X, rnn = np.eye(4), RNNRegressor()
keras.ops.convert_to_tensor(X)
works = [lambda: rnn.fit(X, X[0])]
"""
    assert b"forked" in run(code + FORKED).stdout


def test_banners_are_left_out_and_all_else_is_shown(capfd):
    banner = b"I0000 00:00:1795659356.038567    7650 port.cc:153] oneDNN is on.\n"
    with _leave_banners_out():
        os.write(2, banner + b"of another thread\n")
        assert capfd.readouterr().err == ""
    assert capfd.readouterr().err == "of another thread\n"
    with suppress(ImportError), _leave_banners_out():
        os.write(2, banner)
        raise ImportError
    assert capfd.readouterr().err.encode() == banner


def test_nothing_is_held_back_where_no_file_can_be_had(capfd, monkeypatch):
    def fail():
        raise FileNotFoundError("No usable temporary directory found")

    monkeypatch.setattr("tempfile.TemporaryFile", fail)
    with _leave_banners_out():
        os.write(2, b"told at once\n")
        assert capfd.readouterr().err == "told at once\n"


def test_scikeras_still_sets_random_states_for_others():
    import scikeras.wrappers

    draws = []
    for _ in range(2):
        with scikeras.wrappers.tensorflow_random_state(3):
            draws.append(np.random.random())  # noqa: NPY002
    assert draws[0] == draws[1]
