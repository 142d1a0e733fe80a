"""Many predictions and many fits in one process: the same answers, and no more memory."""

import keras
import numpy as np
import pytest

from benchmarks.soak import soak
from skrnn import RNNRegressor, clear_pool

X = np.random.default_rng(0).normal(size=(20, 6))


@pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="is about TensorFlow")
def test_variables_are_made_by_operations_that_have_been(monkeypatch):
    """TensorFlow keeps an operation for good, and has one for each name and shape."""
    from tensorflow.python.ops import gen_resource_variable_ops as operations

    make, made = operations.var_handle_op, []

    def note(*args, **words):
        made.append((words["debug_name"], str(words["shape"])))
        return make(*args, **words)

    monkeypatch.setattr(operations, "var_handle_op", note)
    kinds = []
    for optimizer in ("adam", "rmsprop"):
        clear_pool()
        rnn = RNNRegressor(cell="gru", units=3, epochs=1, optimizer=optimizer).fit(X, X[:, 0])
        rnn.predict(X)
        assert rnn.model_.built
        kinds.append(set(made))
    assert kinds[0] == kinds[1]
    assert "mine" in keras.Variable([1.0], name="mine").value.name


@pytest.mark.soak
def test_an_hour_of_predictions_and_fits():
    predictions, fits = soak(100_000, 1000)
    assert predictions.n_wrong == fits.n_wrong == 0
    for curve in (predictions, fits):
        _, tenth, *_ = curve.sizes[:: len(curve.sizes) // 10]
        assert curve.sizes[-1] < 1.2 * tenth
