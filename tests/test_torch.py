"""PyTorch's fused kernels against Keras's loops."""

import keras
import numpy as np
import pytest
from network_description import NETWORK

from skrnn import RNNRegressor
from skrnn._masks import leave_masks_out
from skrnn._network import build_network

if keras.backend.backend() != "torch":
    pytest.skip("what runs on PyTorch alone", allow_module_level=True)

from skrnn import _torch

WORDS = NETWORK | {"units": (4, 5), "dropout": 0.3}


def run(model, X):
    """Give outputs and gradients, with dropout."""
    model.zero_grad()
    outputs = model(keras.ops.convert_to_tensor(X), training=True)
    (outputs**2).sum().backward()
    return outputs.detach().numpy(), [w.value.grad.numpy() for w in model.trainable_weights]


@pytest.mark.parametrize("missing", [False, True])
@pytest.mark.parametrize("pooling", ["last", "mean_max"])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("cell", ["simple", "gru", "lstm"])
def test_a_fused_kernel_gives_the_outputs_and_gradients_of_the_loop(
    cell, bidirectional, pooling, missing
):
    X = np.random.default_rng(0).normal(size=(4, 7, 3)).astype("float32")
    if missing:
        X[1, 4:] = X[2, 1:] = X[3] = np.nan
    words = {"cell": cell, "bidirectional": bidirectional, "pooling": pooling}
    description = WORDS | words | {"mask_missing": missing}
    loop, fused = build_network(description, 1), build_network(description, 1)
    _torch.fuse(fused)
    leave_masks_out(fused)
    (expected, theirs), (outputs, ours) = run(loop, X), run(fused, X)
    np.testing.assert_allclose(outputs, expected, atol=1e-6)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_training_and_prediction_use_fused_kernels(monkeypatch):
    calls = []
    monkeypatch.setattr(_torch, "functional_call", lambda *a: calls.append(a) or torch_call(*a))
    torch_call = _torch.torch.func.functional_call
    X = np.random.default_rng(0).normal(size=(8, 5))
    rnn = RNNRegressor(units=3, epochs=1).fit(X, X[:, -1])
    trained = len(calls)
    rnn.predict(X)
    assert 0 < trained < len(calls)


@pytest.mark.parametrize("words", [{"recurrent_dropout": 0.2}, {"truncate_gradient": 2}])
def test_what_a_kernel_cannot_do_is_left_to_keras(words):
    X = np.random.default_rng(0).normal(size=(8, 5))
    rnn = RNNRegressor(units=3, epochs=2, random_state=0, **words).fit(X, X[:, -1])
    assert np.isfinite(rnn.predict(X)).all()
