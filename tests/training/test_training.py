"""The loop of a fit against Keras's own steps on the same batches."""

from itertools import pairwise

import keras
import numpy as np
import pytest

from skrnn import RNNRegressor, clear_pool
from skrnn._batches import TrainingData
from skrnn.network._build import build_network, draw
from skrnn.training._engine import _training_pool

WORDS = {"cell": "simple", "units": 5, "epochs": 2, "batch_size": 16, "random_state": 0}


def mean_error(y_true, y_pred):
    return keras.ops.mean(keras.ops.abs(keras.ops.subtract(y_true, y_pred)))


def error_of_each(y_true, y_pred):
    return keras.ops.mean(keras.ops.square(keras.ops.subtract(y_true, y_pred)), axis=-1)


def train_by_keras(rnn, data, metrics):
    """Train a network like that of a fitted estimator step by step; give it with the history."""
    description = rnn._description | {"mask_missing": rnn._mask_missing}
    model = build_network(description, [rnn._seed, 0])
    model.compile(keras.optimizers.Adam(), rnn.loss or "mse", metrics=metrics, run_eagerly=True)
    rng, history = np.random.default_rng([rnn._seed, 0]), []
    for _ in range(rnn.epochs):
        batches = list(data.iterate(rnn.batch_size, rng))
        sizes = [len(batch[0]) for batch in batches]
        logs = [model.train_on_batch(*batch, return_dict=True) for batch in batches]
        history.append(
            {name: np.average([log[name] for log in logs], weights=sizes) for name in logs[0]}
        )
    return model, history


@pytest.mark.core
@pytest.mark.parametrize(
    ("words", "weighted"),
    [
        pytest.param({"cell": "gru"}, False, id="plain"),
        pytest.param({}, True, id="weighted"),
        pytest.param({"loss": "huber", "metrics": ["mae", "mse"]}, True, id="by name"),
        pytest.param({"loss": mean_error}, False, id="own loss"),
        pytest.param({"loss": mean_error}, True, id="own loss, weighted", marks=pytest.mark.slow),
        pytest.param({"metrics": [error_of_each]}, False, id="own metric"),
        pytest.param({"normalization": "batch"}, True, id="batch normalisation"),
    ],
)
def test_a_fit_takes_the_steps_of_keras(words, weighted):
    rng = np.random.default_rng(0)
    X, y = rng.normal(size=(66, 7)).astype("float32"), rng.normal(size=66).astype("float32")
    weights = rng.uniform(0.5, 2, 66).astype("float32") if weighted else None
    rnn = RNNRegressor(**WORDS | words).fit(X, y, weights, X_val=X[:21] + 1, y_val=y[:21])
    data = TrainingData(X[:, :, None], y[:, None], weights)
    model, logs = train_by_keras(rnn, data, words.get("metrics"))
    for name, values in rnn.history_.items():
        if not name.startswith("val_"):
            np.testing.assert_allclose(values, [log[name] for log in logs], rtol=1e-4)
    for ours, theirs in zip(rnn.model_.get_weights(), model.get_weights(), strict=True):
        np.testing.assert_allclose(ours, theirs, atol=1e-5)
    judged = model.evaluate(X[:21, :, None] + 1, y[:21, None], verbose=0, return_dict=True)
    for name, value in judged.items():
        np.testing.assert_allclose(rnn.history_[f"val_{name}"][-1], value, rtol=1e-4)


@pytest.mark.core
def test_the_average_of_an_optimizer_is_taken_at_the_end():
    X = np.random.default_rng(0).normal(size=(40, 5))
    optimizer = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.9)
    rnn = RNNRegressor(**WORDS, optimizer=optimizer).fit(X, X[:, -1])
    plain = RNNRegressor(**WORDS, optimizer=keras.optimizers.SGD(0.1)).fit(X, X[:, -1])
    assert rnn.history_["loss"] == pytest.approx(plain.history_["loss"])
    assert np.abs(rnn.predict(X) - plain.predict(X)).max() > 1e-3


class _WeightsOfEachBatch(keras.callbacks.Callback):
    seen = []

    def on_train_batch_end(self, batch, logs=None):
        self.seen.append(self.model.get_weights()[0].copy())


@pytest.mark.core
def test_callbacks_see_the_weights_of_each_batch():
    _WeightsOfEachBatch.seen.clear()
    X = np.random.default_rng(0).normal(size=(40, 5))
    rnn = RNNRegressor(**WORDS, callbacks=[_WeightsOfEachBatch()]).fit(X, X[:, -1])
    seen = _WeightsOfEachBatch.seen
    assert len(seen) == 6
    assert all(np.abs(a - b).max() > 0 for a, b in pairwise(seen))
    np.testing.assert_array_equal(seen[-1], rnn.model_.get_weights()[0])
    np.testing.assert_array_equal(
        rnn.predict(X), RNNRegressor(**WORDS).fit(X, X[:, -1]).predict(X)
    )


@pytest.mark.core
@pytest.mark.skipif(keras.backend.backend() != "jax", reason="JAX compiles for every shape")
def test_short_batches_and_other_numbers_of_rows_compile_nothing_new():
    clear_pool()
    for n in (66, 35, 50):
        X = np.random.default_rng(0).normal(size=(n, 7))
        RNNRegressor(**WORDS).fit(X, X[:, -1], X_val=X[:19], y_val=X[:19, -1]).predict(X)
    (lease,) = _training_pool._free.values()
    steps = lease.trainer._steps
    assert [step._cache_size() for step in steps.values()] == [1, 1]


# Initial weights


@pytest.mark.parametrize("gain", [1.0, 2.0])
@pytest.mark.parametrize("shape", [(4, 4), (4, 16)])
def test_orthogonal_weights_have_orthogonal_rows(shape, gain):
    initializer = keras.initializers.Orthogonal(gain, seed=1)
    weights = keras.ops.convert_to_numpy(draw(initializer, shape, "float32"))
    np.testing.assert_allclose(weights @ weights.T, gain**2 * np.eye(4), atol=1e-5)


def test_initial_weights_are_spread_as_those_of_keras():
    for initializer in (
        keras.initializers.GlorotUniform(seed=1),
        keras.initializers.RandomUniform(-1, 3, seed=1),
        keras.initializers.Orthogonal(seed=1),
    ):
        ours = keras.ops.convert_to_numpy(draw(initializer, (100, 400), "float32"))
        theirs = keras.ops.convert_to_numpy(initializer((100, 400)))
        quantiles = np.linspace(0, 1, 11)
        np.testing.assert_allclose(
            np.quantile(ours, quantiles[1:-1]), np.quantile(theirs, quantiles[1:-1]), atol=0.04
        )
        np.testing.assert_allclose(ours.std(), theirs.std(), rtol=0.02)


@pytest.mark.core
def test_the_seed_alone_decides_the_initial_weights():
    # The same on every backend.
    X = np.arange(12.0).reshape(4, 3)
    rnn = RNNRegressor(units=2, learning_rate=1e-30, epochs=1, random_state=0).fit(X, X[:, -1])
    kernel = rnn.model_.get_weights()[0]
    np.testing.assert_allclose(kernel[0, :4], [0.503091, -0.372526, 0.25561, -0.454068], atol=1e-6)
