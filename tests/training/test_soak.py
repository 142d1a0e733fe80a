"""Many predictions and many fits in one process: the same answers, and no more memory."""

import keras
import numpy as np
import pytest

from benchmarks.soak import soak
from skrnn import RNNRegressor, clear_pool

X = np.random.default_rng(0).normal(size=(20, 6))


class Names(keras.callbacks.Callback):
    """Takes down how the variables of a training are called."""

    def on_train_begin(self, logs=None):
        kept = [*self.model.variables, *self.model.optimizer.variables]
        self.names = [variable.path for variable in kept]


@pytest.mark.core
def test_a_network_that_is_built_anew_brings_no_new_names():
    """Else TensorFlow keeps some 30 kB more for each variable, for good."""
    rnn = RNNRegressor(cell="gru", units=3, epochs=1, callbacks=[Names()])
    first, again = keras.layers.Dense(1).name, None
    for _ in range(2):
        clear_pool()
        names = rnn.fit(X, X[:, 0]).callbacks_[0].names
        names += [weight.path for weight in rnn.model_.weights]
        assert again in (None, names)
        again = names
    number = int(first.rpartition("_")[2]) if "_" in first else 0
    assert keras.layers.Dense(1).name == f"dense_{number + 1}"  # others' numbers go on


@pytest.mark.soak
def test_an_hour_of_predictions_and_fits():
    predictions, fits = soak(100_000, 1000)
    assert predictions.n_wrong == fits.n_wrong == 0
    for curve in (predictions, fits):
        _, tenth, *_ = curve.sizes[:: len(curve.sizes) // 10]
        assert curve.sizes[-1] < 1.2 * tenth
