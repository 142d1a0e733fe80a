"""Fits whose process dies go on where they were, and end with the same bits."""

import json
import os
import pickle
import subprocess
import sys

import keras
import numpy as np
import pandas as pd
import pytest
from grids import thin_out
from numpy.testing import assert_array_equal
from sklearn.base import clone

from skrnn import RNNClassifier, RNNForecaster, RNNRegressor, RNNTagger, RNNTextClassifier
from skrnn._checkpoints import digest

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 5)).astype("float32")
Y = X.sum(axis=1) + RNG.normal(size=60)
TEXTS = ["so good", "not good", "bad", "not so bad"] * 15
SERIES = np.sin(np.arange(90) / 4) + 0.1 * RNG.normal(size=90)
WORDS = {"cell": "simple", "units": 4, "epochs": 6, "dropout": 0.3, "random_state": 0}
STOPS = {"early_stopping": True, "n_iter_no_change": 2, "epochs": 30, "learning_rate": 0.05}

# Estimators, their data, and what is asked of them.
FITS = {
    "regressor": (RNNRegressor(**WORDS, optimizer="adamw"), (X, Y), "predict"),
    "early stopping": (RNNClassifier(**WORDS | STOPS), (X, Y > 0), "predict_proba"),
    "schedule": (
        RNNRegressor(**WORDS, learning_rate=0.05, learning_rate_schedule="cosine"),
        (X, Y),
        "predict",
    ),
    "several": (RNNRegressor(**WORDS, n_networks=2, normalization="batch"), (X, Y), "predict"),
    "texts": (RNNTextClassifier(**WORDS), (TEXTS, np.arange(60) % 2), "predict_proba"),
    "tokens": (
        RNNTagger(**WORDS),
        ([text.split() for text in TEXTS], [text.upper().split() for text in TEXTS]),
        "predict_proba",
    ),
    "series": (RNNForecaster(**WORDS, recurrent_dropout=0.2), (SERIES,), "predict"),
}


class Death(BaseException):
    """Stands for the death of a process."""


class Die(keras.callbacks.Callback):
    """Raise after a number of epochs, of all trainings together."""

    n_left = 0

    def on_epoch_end(self, epoch, logs=None):
        Die.n_left -= 1
        if Die.n_left == 0:
            raise Death


class DieInside(Die):
    """Raise in the middle of an epoch."""

    on_epoch_end = keras.callbacks.Callback.on_epoch_end

    def on_train_batch_end(self, batch, logs=None):
        super().on_epoch_end(batch)


def die(estimator, data, folder, after, kind=Die):
    """Begin a fit that dies after so many epochs or batches."""
    Die.n_left = after
    with pytest.raises(Death):
        fit(estimator, data, folder, callbacks=[kind()])


def fit(estimator, data, folder, **words):
    return clone(estimator).set_params(**words, checkpoint=folder).fit(*data)


def ask(estimator, data, method):
    answer = getattr(estimator, method)(data[0])
    return np.concatenate(answer) if isinstance(answer, list) else answer


@pytest.mark.core
@pytest.mark.parametrize("name", thin_out(FITS, FITS.keys() - {"regressor", "schedule"}))
def test_a_fit_that_died_ends_with_the_same_bits(name, tmp_path):
    estimator, data, method = FITS[name]
    whole = fit(estimator, data, None)
    for after in (2, 3):
        die(estimator, data, tmp_path / "run", after)
    rest = fit(estimator, data, tmp_path / "run")
    assert_array_equal(ask(rest, data, method), ask(whole, data, method))
    assert rest.history_ == whole.history_
    assert rest.n_iter_ == whole.n_iter_


@pytest.mark.core
def test_a_fit_that_died_within_an_epoch_ends_with_the_same_bits(tmp_path):
    estimator, data, method = FITS["regressor"]
    for after in (1, 5):
        die(estimator, data, tmp_path / "run", after, DieInside)
    rest = fit(estimator, data, tmp_path / "run")
    assert_array_equal(ask(rest, data, method), ask(fit(estimator, data, None), data, method))


def test_what_is_done_is_not_done_again(tmp_path):
    estimator, data, _ = FITS["several"]
    die(estimator, data, tmp_path / "run", 8)
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        *("fit.json", "training-1.npz", "training-2.npz")
    }
    done = (tmp_path / "run" / "training-1.npz").read_bytes()
    seen = []
    listen = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: seen.append(epoch))
    fit(estimator, data, tmp_path / "run", callbacks=[listen])
    assert (tmp_path / "run" / "training-1.npz").read_bytes() == done
    assert seen
    assert min(seen) >= 1
    seen.clear()
    fit(estimator, data, tmp_path / "run", callbacks=[listen])
    assert not seen


def test_without_a_random_state_the_seeds_are_those_of_the_beginning(tmp_path):
    estimator, data, method = FITS["early stopping"]
    estimator = clone(estimator).set_params(random_state=None)
    die(estimator, data, tmp_path / "run", 3)
    first = fit(estimator, data, tmp_path / "run")
    assert_array_equal(
        ask(first, data, method), ask(fit(estimator, data, tmp_path / "run"), data, method)
    )
    other = fit(estimator, data, tmp_path / "other")
    assert (ask(first, data, method) != ask(other, data, method)).any()


@pytest.mark.parametrize(
    ("words", "data", "name"),
    [
        ({"units": 5}, (X, Y), "units"),
        ({"random_state": 1}, (X, Y), "random_state"),
        ({}, (X + 1, Y), "X"),
        ({}, (X, Y + 1), "y"),
        ({}, (X, Y, np.ones(60)), "sample_weight"),
        ({}, (X, Y, None, X, Y), "X_val"),
    ],
)
def test_another_fit_is_refused_by_name(words, data, name, tmp_path):
    estimator = FITS["regressor"][0]
    fit(estimator, (X, Y), tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(ValueError, match=f"with another {name}: "):
        fit(estimator, data, tmp_path, **words)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_other_verbosity_and_callbacks_are_the_same_fit(tmp_path, capsys):
    estimator, data, _ = FITS["regressor"]
    die(estimator, data, tmp_path, 2)
    fit(estimator, data, tmp_path, verbose=2)
    assert "Epoch 6/6" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["fit.json", "training-1.npz"])
def test_a_damaged_folder_is_told(name, tmp_path):
    estimator, data, _ = FITS["regressor"]
    die(estimator, data, tmp_path, 2)
    file = tmp_path / name
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 2])
    with pytest.raises(ValueError, match="damaged"):
        fit(estimator, data, tmp_path)


def test_another_backend_is_refused(tmp_path):
    estimator, data, _ = FITS["regressor"]
    fit(estimator, data, tmp_path)
    file = tmp_path / "training-1.npz"
    arrays = dict(np.load(file))
    state = json.loads(str(arrays["state"])) | {"backend": "other"}
    np.savez(file, **arrays | {"state": np.array(json.dumps(state))})
    with pytest.raises(ValueError, match="KERAS_BACKEND=other"):
        fit(estimator, data, tmp_path)


def test_a_folder_and_warm_start_do_not_go_together(tmp_path):
    with pytest.raises(ValueError, match="warm_start=False"):
        RNNRegressor(**WORDS, checkpoint=tmp_path, warm_start=True).fit(X, Y)


def test_estimators_that_have_a_folder_go_on_by_partial_fit_and_pickle(tmp_path):
    rnn = RNNRegressor(**WORDS, checkpoint=tmp_path).fit(X, Y)
    assert pickle.loads(pickle.dumps(rnn)).partial_fit(X, Y).n_iter_ == 7


def test_digests_are_those_of_contents():
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": ["x", "y"]})
    assert digest(frame) == digest(frame[["b", "a"]][["a", "b"]].copy())
    assert digest(frame) != digest(frame.assign(a=[1.0, 3.0]))
    assert digest(frame) != digest(frame.rename(columns={"a": "c"}))
    assert digest(["so", "good"]) == digest(["".join("so"), "".join(["go", "od"])])
    assert digest(keras.losses.Huber(0.5)) != digest(keras.losses.Huber(1.0))
    assert digest(np.zeros(3)) != digest(np.zeros(3, "float32"))
    assert digest(X) == digest(np.asfortranarray(X)) == digest(X[:, ::-1][:, ::-1])
    wide = pd.DataFrame(X)
    assert digest(wide) == digest(pd.DataFrame({i: X[:, i].copy() for i in range(X.shape[1])}))


def test_a_folder_of_another_version_is_told(tmp_path):
    estimator, data, _ = FITS["regressor"]
    fit(estimator, data, tmp_path)
    file = tmp_path / "fit.json"
    file.write_text(json.dumps(json.loads(file.read_text()) | {"format": 2}))
    with pytest.raises(ValueError, match="another version of skrnn: its format is 2, not 1"):
        fit(estimator, data, tmp_path)


KILLED = """
import os, signal, sys
import keras, numpy as np
from skrnn import RNNRegressor
X = np.random.default_rng(0).normal(size=(60, 5))
class Kill(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        if epoch == 3:
            os.kill(os.getpid(), signal.SIGKILL)
words = {"cell": "simple", "units": 4, "epochs": 8, "random_state": 0}
RNNRegressor(**words, checkpoint=sys.argv[1], callbacks=[Kill()]).fit(X, X.sum(axis=1))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="SIGKILL is POSIX")
def test_a_process_that_was_killed_goes_on_in_another(tmp_path):
    run = [sys.executable, "-c", KILLED, tmp_path / "run"]
    assert subprocess.run(run, capture_output=True, check=False).returncode == -9
    X = np.random.default_rng(0).normal(size=(60, 5))
    words = {"cell": "simple", "units": 4, "epochs": 8, "random_state": 0}
    seen = []
    listen = keras.callbacks.LambdaCallback(on_epoch_begin=lambda epoch, logs: seen.append(epoch))
    rest = RNNRegressor(**words, checkpoint=tmp_path / "run", callbacks=[listen])
    whole = RNNRegressor(**words).fit(X, X.sum(axis=1))
    assert_array_equal(rest.fit(X, X.sum(axis=1)).predict(X), whole.predict(X))
    assert 0 < min(seen) <= 4
