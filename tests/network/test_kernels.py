"""Kernels that compute a whole sequence against Keras's loops through the time steps."""

from importlib import import_module
from itertools import product

import keras
import numpy as np
import pytest
from grids import thin_out
from network_description import NETWORK

from skrnn import RNNRegressor, clear_pool
from skrnn.network._build import build_network
from skrnn.network._kernels import fuse
from skrnn.network._masks import leave_masks_out

BACKEND = keras.backend.backend()

if BACKEND == "jax":
    pytest.skip("JAX compiles Keras's loop", allow_module_level=True)

WORDS = NETWORK | {"units": (4, 5), "dropout": 0.3}


def run(model, X, counts):
    """Give outputs that count, and gradients, with dropout."""
    X = keras.ops.convert_to_tensor(X)
    if BACKEND == "torch":
        model.zero_grad()
        outputs = model(X, training=True) * keras.ops.convert_to_tensor(counts)
        (outputs**2).sum().backward()
        return [outputs.detach(), *(weight.value.grad for weight in model.trainable_weights)]
    import tensorflow as tf

    @tf.function(autograph=False)  # what is compiled goes through TensorFlow's optimisations
    def run_compiled(X):
        with tf.GradientTape() as tape:
            outputs = model(X, training=True) * counts
            loss = tf.reduce_sum(outputs**2)
        weights = [weight.value for weight in model.trainable_weights]
        return [outputs, *tape.gradient(loss, weights)]

    return run_compiled(X)


FORWARD = {"bidirectional": False, "pooling": "last"}
BOTH_WAYS = {"bidirectional": True, "pooling": "last"}
POOLED = {"bidirectional": True, "pooling": "mean_max"}
STEPS = {"bidirectional": False, "strategy": "seq2seq"}
DECODED = {"bidirectional": True, "strategy": "encoder_decoder"}


@pytest.mark.parametrize(
    ("cell", "words", "missing"),
    thin_out(
        product(
            ["simple", "gru", "lstm"],
            [FORWARD, BOTH_WAYS, POOLED, STEPS, DECODED],
            [False, True],
        ),
        [
            ("simple", FORWARD, False),
            ("simple", POOLED, True),
            ("simple", DECODED, False),
            ("gru", FORWARD, True),
            ("gru", BOTH_WAYS, False),
            ("gru", STEPS, True),
            ("lstm", FORWARD, True),
            ("lstm", BOTH_WAYS, False),
            ("lstm", STEPS, False),
            ("lstm", DECODED, True),
        ],
    ),
    ids=str,
)
def test_a_kernel_gives_the_outputs_and_gradients_of_the_loop(cell, words, missing):
    n_steps = 20 if missing else 7  # too many to be unrolled, and few enough
    X = np.random.default_rng(0).normal(size=(4, n_steps, 3)).astype("float32")
    if missing:
        X[1, 14:] = X[2, 1:] = X[3] = np.nan
    description = WORDS | words | {"cell": cell, "mask_missing": missing}
    counts = np.float32(1)
    if words.get("strategy") == "seq2seq":  # outputs after the end of a sequence are not read
        counts = (~np.isnan(X).any(axis=2, keepdims=True)).astype("float32")
    loop, fused = build_network(description, 1), build_network(description, 1)
    fuse(fused, import_module(f"skrnn.training._{BACKEND}").KERNELS)
    leave_masks_out(fused)
    for ours, theirs in zip(run(fused, X, counts), run(loop, X, counts), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.skipif(BACKEND != "tensorflow", reason="JAX compiles all, PyTorch has kernels")
@pytest.mark.parametrize(
    ("cell", "largest", "compiled"),
    [
        *((cell, 0, "loops") for cell in ("simple", "gru", "lstm", "mingru", "minlstm")),
        ("lstm", None, "loops"),
        ("lstm", None, None),
    ],
)
def test_parts_of_a_batch_and_loops_that_xla_compiles_are_those_of_keras(
    cell, largest, compiled, monkeypatch
):
    from skrnn.training import _compiled_scans, _tensorflow_kernels

    for module in (_compiled_scans, _tensorflow_kernels):
        monkeypatch.setattr(module, "FEWEST_ROWS", 3)  # two parts
    monkeypatch.setattr(_tensorflow_kernels, "LARGE_LSTM", 0)
    X = np.random.default_rng(0).normal(size=(6, 20, 4)).astype("float32")
    words = {"cell": cell, "units": (4,), "n_features": 4, "strategy": "encoder_decoder"}
    loop, fused = (build_network(WORDS | words, 1) for _ in range(2))
    for variable in loop.trainable_weights + fused.trainable_weights:
        variable.assign_add(keras.ops.full(variable.shape, 0.1))  # biases begin with zeros
    kernels = _tensorflow_kernels.KERNELS, _tensorflow_kernels.LARGER_KERNELS
    fuse(fused, kernels[0], largest, kernels[1])
    leave_masks_out(fused)
    expected = run(loop, X, 1)
    with _tensorflow_kernels.compile_loops(compiled):
        found = run(fused, X, 1)
    for ours, theirs in zip(found, expected, strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


@pytest.mark.parametrize("cell", ["simple", "gru", "lstm"])
def test_training_and_prediction_use_kernels(cell, monkeypatch):
    calls, kernels = [], import_module(f"skrnn.training._{BACKEND}").KERNELS
    for kind, kernel in kernels.items():
        monkeypatch.setitem(kernels, kind, lambda *a, run=kernel: calls.append(a) or run(*a))
    clear_pool()
    X = np.random.default_rng(0).normal(size=(8, 5))
    rnn = RNNRegressor(cell=cell, units=3, epochs=1).fit(X, X[:, -1])
    trained = len(calls)
    rnn.predict(X)
    assert 0 < trained < len(calls)


@pytest.mark.parametrize("words", [{"recurrent_dropout": 0.2}, {"truncate_gradient": 2}], ids=str)
def test_what_a_kernel_cannot_do_is_left_to_keras(words):
    X = np.random.default_rng(0).normal(size=(8, 5))
    rnn = RNNRegressor(units=3, epochs=2, random_state=0, **words).fit(X, X[:, -1])
    assert np.isfinite(rnn.predict(X)).all()


@pytest.mark.skipif(BACKEND != "tensorflow", reason="a choice on TensorFlow alone")
@pytest.mark.parametrize(
    ("words", "batch_size", "fused"),
    [
        ({"units": (32,)}, 32, True),
        ({"units": (32,)}, 512, True),
        ({"units": (128,)}, 512, 0),
        ({"units": (128,)}, 2, 0),
        ({"units": (16, 64)}, 32, True),
        ({"units": (64, 64)}, 64, 0),
        ({"units": (64,), "embedding": "onehot", "n_tokens": 500}, 8, 0),
        ({"units": (64,), "embedding": "learned", "embedding_dim": 16}, 32, True),
        ({"units": (32,), "strategy": "encoder_decoder"}, 32, True),
        ({"units": (64,), "strategy": "encoder_decoder", "bidirectional": True}, 2, 0),
        ({"units": (32,), "recurrent_dropout": 0.1}, 32, None),
        ({"units": (32,), "cell": "gru"}, 32, True),
        ({"units": (120,), "cell": "gru"}, 2, True),
        ({"units": (120,), "cell": "gru"}, 32, 0),
        ({"units": (32,), "cell": "layernorm_simple"}, 32, None),
    ],
    ids=str,
)
def test_a_kernel_is_chosen_where_time_steps_are_small(words, batch_size, fused):
    from skrnn.training._tensorflow import choose_way

    assert choose_way(NETWORK | words, batch_size, None)["fused"] == fused
