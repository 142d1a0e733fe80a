"""Sequences of unequal lengths: batches cut to their longest, layers that run without masks."""

import keras
import numpy as np
import pytest
from network_description import NETWORK
from sklearn.base import clone

from skrnn import RNNClassifier
from skrnn.network._build import build_network
from skrnn.network._masks import leave_masks_out

WORDS = NETWORK | {"mask_missing": True, "units": (4, 5)}


def take_step(model, X, y):
    """Train for one step of the length of the gradient, and give the weights with the outputs."""
    model.compile(keras.optimizers.SGD(1.0), "mse", run_eagerly=True)
    outputs = model.predict(X, verbose=0)
    model.train_on_batch(X, y)
    return [outputs, *model.get_weights()]


@pytest.mark.core
@pytest.mark.parametrize(
    "words",
    [
        pytest.param(
            {"cell": "simple", "bidirectional": True, "pooling": "last"}, marks=pytest.mark.slow
        ),
        {"cell": "gru", "bidirectional": True, "pooling": "mean_max"},
        {"cell": "lstm", "bidirectional": True, "pooling": "max", "normalization": "batch"},
        pytest.param(
            {"cell": "lstm", "bidirectional": False, "pooling": "last"}, marks=pytest.mark.slow
        ),
        {"cell": "lstm", "bidirectional": False, "pooling": "last", "strategy": "seq2seq"},
        {"cell": "gru", "bidirectional": True, "pooling": "last", "strategy": "encoder_decoder"},
        {"cell": "layernorm_simple", "bidirectional": True, "pooling": "mean"},
    ],
    ids=lambda words: f"{words['cell']}, {words['pooling']}, {words.get('strategy')}",
)
def test_layers_without_masks_compute_what_masked_ones_do(words):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(4, 7, 3)).astype("float32")
    X[1, 4:] = X[2, 1:] = X[3] = np.nan
    by_step = words.get("strategy") == "seq2seq"
    y = rng.normal(size=(4, 7, 2) if by_step else (4, 2)).astype("float32")
    masked, without = (build_network(WORDS | words, 1) for _ in range(2))
    leave_masks_out(without)
    expected, found = take_step(masked, X, y), take_step(without, X, y)
    if by_step:  # outputs after the end of a sequence are not read
        known = ~np.isnan(X).any(axis=2)
        expected[0], found[0] = expected[0][known], found[0][known]
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


@pytest.fixture
def texts():
    rng = np.random.default_rng(0)
    ids = np.zeros((200, 30), int)
    for row, length in zip(ids, rng.integers(1, 31, 200), strict=True):
        row[30 - length :] = rng.integers(1, 50, length)
    return ids, (ids == 7).any(axis=1)


@pytest.mark.core
@pytest.mark.parametrize("cell", ["gru", "lstm", pytest.param("simple", marks=pytest.mark.slow)])
def test_batches_by_length_give_the_loss_and_predictions_of_full_padding(texts, cell):
    X, y = texts
    words = {"embedding": "learned", "units": 8, "bidirectional": True, "random_state": 0}
    rnn = RNNClassifier(cell=cell, **words, epochs=1, learning_rate=1e-30).fit(X, y)
    model = rnn.model_  # Keras, with masks, on all of the padding
    model.compile(loss="binary_crossentropy", run_eagerly=True)
    targets = y[:, None].astype("float32")
    judged = model.evaluate(X, targets, batch_size=200, verbose=0, return_dict=True)
    assert rnn.history_["loss"][0] == pytest.approx(judged["loss"], rel=1e-4)
    trained = clone(rnn).set_params(epochs=3, learning_rate=0.01).fit(X, y)
    expected = keras.ops.convert_to_numpy(trained.model_(X))[:, 0]
    np.testing.assert_allclose(trained.predict_proba(X)[:, 1], expected, atol=1e-5)


@pytest.mark.core
def test_where_the_padding_stands_does_not_matter(texts):
    X, y = texts
    behind = np.array([np.roll(row, (row != 0).sum()) for row in X])
    words = {"embedding": "learned", "units": 8, "epochs": 2, "random_state": 0}
    front, back = (RNNClassifier(**words).fit(ids, y) for ids in (X, behind))
    np.testing.assert_array_equal(front.predict_proba(X), back.predict_proba(behind))
    wide = np.pad(X, ((0, 0), (50, 0)))
    np.testing.assert_allclose(front.predict_proba(wide), front.predict_proba(X), atol=1e-6)


@pytest.mark.parametrize("missing", [False, True])
def test_keras_is_not_asked_to_run_backwards(missing, monkeypatch):
    # Its LSTM on JAX with a GPU would give the outputs in another order than the rest.
    asked, loop = [], keras.layers.LSTM.inner_loop

    def run(layer, *args, **words):
        asked.append(layer.go_backwards)
        return loop(layer, *args, **words)

    monkeypatch.setattr(keras.layers.LSTM, "inner_loop", run)
    description = WORDS | {"cell": "lstm", "bidirectional": True, "pooling": "mean"}
    model = build_network(description | {"mask_missing": missing}, 1)
    leave_masks_out(model)
    asked.clear()
    model(np.zeros((2, 5, 3), "float32"))
    assert asked == [False] * 4
