"""Networks of almost as many tokens share what is compiled, and nobody sees it."""

import warnings

import keras
import numpy as np
import pytest

from skrnn import RNNClassifier, clear_pool
from skrnn.training import _engine as engine
from skrnn.training import _prediction as prediction
from skrnn.training._vocabulary_room import round_up_tokens, updates_apart

WORDS = {"embedding": "learned", "embedding_dim": 3, "cell": "simple", "units": 2, "epochs": 2}
WORDS |= {"random_state": 0, "dropout": 0.3}


def make_ids(n_tokens):
    ids = np.random.default_rng(0).integers(1, n_tokens, (40, 7))
    ids[0] = n_tokens - 1
    return ids, np.arange(40) % 2


@pytest.mark.parametrize(
    ("n_tokens", "rounded"), [(2, 2), (32, 32), (33, 34), (500, 512), (1025, 1088), (1089, 1152)]
)
def test_numbers_of_tokens_are_rounded_up_to_few(n_tokens, rounded):
    assert round_up_tokens(n_tokens) == rounded
    assert round_up_tokens(rounded) == rounded


@pytest.mark.core
def test_a_search_over_vocabularies_compiles_one_network():
    clear_pool()
    for n_tokens in range(130, 137):
        X, y = make_ids(n_tokens)
        fitted = RNNClassifier(**WORDS).fit(X, y)
        assert fitted.predict(X).shape == (40,)
        assert fitted.model_.count_params() == n_tokens * 3 + 2 * (3 + 2 + 1) + 2 + 1
        assert fitted.model_.layers[1].input_dim == n_tokens
    assert len(engine._training_pool._free) == len(prediction.forward_pool._free) == 1


@pytest.mark.core
@pytest.mark.parametrize(
    "optimizer",
    [
        "adam",
        keras.optimizers.SGD(0.1, 0.9),
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("adagrad", "lion")),
    ],
)
def test_room_for_more_tokens_changes_no_bit(optimizer, monkeypatch):
    X, y = make_ids(133)
    words = WORDS | {"optimizer": optimizer}
    with_room = RNNClassifier(**words).fit(X, y, X_val=X, y_val=y).partial_fit(X[:9], y[:9])
    for module in (engine, prediction):
        monkeypatch.setattr(module, "add_room", lambda description: description)
    exact = RNNClassifier(**words).fit(X, y, X_val=X, y_val=y).partial_fit(X[:9], y[:9])
    assert with_room.history_ == exact.history_
    np.testing.assert_array_equal(with_room.predict_proba(X), exact.predict_proba(X))
    for name in ("_weights", "_optimizer_state"):
        for ours, expected in zip(getattr(with_room, name), getattr(exact, name), strict=True):
            np.testing.assert_array_equal(ours, expected)


def test_room_is_made_without_a_warning():
    X, y = make_ids(133)
    expected = RNNClassifier(**WORDS).fit(X, y).predict_proba(X)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        quiet = RNNClassifier(**WORDS).fit(X, y)
    np.testing.assert_array_equal(quiet.predict_proba(X), expected)


class LookAtWeights(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        self.shape = self.model.get_weights()[0].shape


def test_whoever_looks_at_the_network_sees_its_size(tmp_path):
    X, y = make_ids(133)
    rnn = RNNClassifier(**WORDS, callbacks=[LookAtWeights()]).fit(X, y)
    assert rnn.callbacks_[0].shape == (133, 3)
    RNNClassifier(**WORDS, checkpoint=tmp_path / "a.keras").fit(X, y)
    assert keras.saving.load_model(tmp_path / "a.keras").get_weights()[0].shape == (133, 3)


def test_optimizers_that_mix_weights_get_no_room():
    assert updates_apart("adam", {"clipnorm": None, "weight_decay": 0.1})
    assert updates_apart(keras.optimizers.Adam, {})
    assert not updates_apart("adam", {"clipnorm": 1.0})
    assert not updates_apart("adafactor", {})
    assert not updates_apart(type("Adam", (keras.optimizers.SGD,), {}), {})
