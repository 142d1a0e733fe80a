"""Targets that are not known, against Keras with a loss that masks them."""

import keras
import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn._batches import TrainingData
from skrnn.network._build import build_network

WORDS = {"cell": "simple", "units": 5, "epochs": 2, "batch_size": 16, "random_state": 0}
N, TIME, OUTPUTS = 42, 6, 3


def error_of_each(y_true, y_pred):
    return keras.ops.mean(keras.ops.abs(y_true - y_pred), axis=-1)


class Quartic(keras.losses.Loss):
    def call(self, y_true, y_pred):
        return keras.ops.mean((y_true - y_pred) ** 4, axis=-1)


def measure_huber(errors):
    size = keras.ops.abs(errors)
    return keras.ops.where(size <= 1, errors**2 / 2, size - 0.5)


LOSSES = {
    "mean_squared_error": keras.ops.square,
    "huber": measure_huber,
    error_of_each: keras.ops.abs,
    Quartic: lambda errors: errors**4,
}


def make_masked_loss(measure):
    """Make a loss of targets in which -100 is not known, as one writes it by hand for Keras."""

    def compute(y_true, y_pred):
        known = keras.ops.cast(y_true > -100, "float32")
        total = keras.ops.sum(known * measure(keras.ops.where(known > 0, y_true - y_pred, 0.0)))
        return total / keras.ops.sum(known)

    return compute


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(N, TIME, 1)).astype("float32")


@pytest.fixture
def y():
    rng = np.random.default_rng(1)
    y = rng.normal(size=(N, OUTPUTS)).astype("float32")
    y[rng.random((N, OUTPUTS)) < 0.4] = np.nan
    y[:, 0] = np.where(np.isnan(y).all(axis=1), 1, y[:, 0])
    return y


def fit(X, y, validation=None, weights=None, **words):
    """Fit a regressor as a forecaster does, with data of its own making."""
    rnn = RNNRegressor(**WORDS | words)
    shapes = {"n_channels": 1, "y_shape": (OUTPUTS, 1)}
    rnn._fit_checked(TrainingData(X, y, weights), validation, **shapes, start=None, go_on=False)
    return rnn


@pytest.mark.core
@pytest.mark.parametrize("loss", LOSSES)
def test_a_fit_takes_the_steps_of_keras_with_a_masked_loss(loss, X, y):
    rnn = fit(X, y, loss=loss, validation=TrainingData(X[:9], y[:9]))
    model = build_network(rnn._description | {"mask_missing": False}, [rnn._seed, 0])
    masked_loss = make_masked_loss(LOSSES[loss])
    model.compile(keras.optimizers.Adam(), masked_loss, run_eagerly=True)
    data, rng = TrainingData(X, np.nan_to_num(y, nan=-100)), np.random.default_rng([rnn._seed, 0])
    for epoch in range(rnn.epochs):
        batches = list(data.iterate(rnn.batch_size, rng))
        losses = [model.train_on_batch(*batch, return_dict=True)["loss"] for batch in batches]
        expected = np.average(losses, weights=[len(batch[0]) for batch in batches])
        assert rnn.history_["loss"][epoch] == pytest.approx(expected, rel=1e-4)
    for ours, theirs in zip(rnn._weights, model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    judged = model.evaluate(X[:9], data.y[:9], verbose=0)
    assert rnn.history_["val_loss"][-1] == pytest.approx(judged, rel=1e-4)


@pytest.mark.core
def test_metrics_are_those_of_the_known_targets(X, y):
    metrics = ["mae", keras.metrics.RootMeanSquaredError(), "r2_score", error_of_each]
    rnn = fit(X, y, validation=TrainingData(X[:9], y[:9]), metrics=metrics, learning_rate=0.05)
    errors = rnn.predict(X[:9])[:, :, 0] - y[:9]
    known = y[:9][~np.isnan(y[:9])]
    mae, mse = np.nanmean(np.abs(errors)), np.nanmean(errors**2)
    expected = {
        "val_loss": mse,
        "val_mae": mae,
        "val_error_of_each": mae,
        "val_root_mean_squared_error": np.sqrt(mse),
        "val_r2_score": 1 - mse / np.var(known),
    }
    assert {name: rnn.history_[name][-1] for name in expected} == pytest.approx(expected, rel=1e-3)


@pytest.mark.core
def test_weights_of_sequences_weigh_their_known_targets(X, y):
    weights = np.random.default_rng(2).uniform(0.5, 2, N).astype("float32")
    rnn = fit(X, y, weights=weights, batch_size=N, epochs=1)
    outputs = build_network(rnn._description | {"mask_missing": False}, [rnn._seed, 0])(X)
    errors = np.asarray(keras.ops.convert_to_numpy(outputs)) - y
    expected = np.nansum(weights[:, None] * errors**2) / (~np.isnan(y)).sum()
    assert rnn.history_["loss"][0] == pytest.approx(expected, rel=1e-4)


def test_unknown_targets_leave_known_data_as_they_were(X, y):
    whole = np.nan_to_num(y)
    one = fit(X, whole)
    fit(X, y)
    np.testing.assert_array_equal(fit(X, whole).predict(X), one.predict(X))


def test_a_loss_of_whole_batches_is_an_error(X, y):
    def mean_error(y_true, y_pred):
        return keras.ops.mean(keras.ops.abs(y_true - y_pred))

    fit(X, np.nan_to_num(y), loss=mean_error)
    with pytest.raises(ValueError, match="a number for each row"):
        fit(X, y, loss=mean_error)
