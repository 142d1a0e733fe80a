"""Several devices, over which Keras's distribution spreads batches."""

import os
import subprocess
import sys
from importlib.util import find_spec

import keras
import numpy as np
import pytest

from skrnn import RNNRegressor

TRAIN_ON_TWO = """
import keras, numpy as np
from skrnn import RNNClassifier, RNNForecaster
from skrnn.training import _jax

def note(batch, distribution):
    spread_batch = spread(batch, distribution)
    cut.extend([tuple(s.data.shape[:1] for s in a.addressable_shards), len(a)]
        for a in spread_batch if isinstance(a, _jax.jax.Array))
    return spread_batch

spread, _jax.spread, cut = _jax.spread, note, []
rng = np.random.default_rng(0)
X, series = rng.normal(size=(75, 6)), rng.normal(size=60).cumsum()
words = {"cell": "simple", "units": 4, "epochs": 5, "batch_size": 15, "random_state": 0}

def train():
    cut.clear()
    rnn = RNNClassifier(**words, dropout=0.2, early_stopping=True, validation_fraction=0.3)
    forecaster = RNNForecaster(**words, window=6, horizon=2, network_share=1.0)
    rnn.fit(X, X.sum(axis=1) > 0)
    forecaster.fit(series)
    losses = [*rnn.history_.values(), *forecaster.history_.values()]
    return losses, rnn.predict_proba(X), forecaster.predict(series), forecaster.forecast(2)

alone = train()
assert not cut
devices = keras.distribution.list_devices("cpu")
assert len(devices) == 2
keras.distribution.set_distribution(keras.distribution.DataParallel(devices=devices))
both = train()
assert len(cut) > 30
assert all(shapes == ((n_rows // 2,),) * 2 for shapes, n_rows in cut), cut
for one, two in zip(alone, both, strict=True):
    np.testing.assert_allclose(two, one, rtol=1e-5, atol=1e-6)

own = words | {"loss": keras.losses.BinaryCrossentropy(), "epochs": 1}  # not filled up
cut.clear()
RNNClassifier(**own).fit(X[:45], X[:45, 0] > 0)
assert not cut
RNNClassifier(**own | {"batch_size": 16}).fit(X[:48], X[:48, 0] > 0)
assert len(cut) == 6

keras.distribution.set_distribution(None)
for one, again in zip(alone, train(), strict=True):
    np.testing.assert_array_equal(again, one)
assert not cut
"""


def test_batches_are_split_over_two_devices_with_the_same_losses():
    if find_spec("jax") is None:
        pytest.skip("jax is not installed")
    flags = f"{os.environ.get('XLA_FLAGS', '')} --xla_force_host_platform_device_count=2"
    env = os.environ | {"KERAS_BACKEND": "jax", "XLA_FLAGS": flags, "JAX_PLATFORMS": "cpu"}
    ran = subprocess.run(
        [sys.executable, "-c", TRAIN_ON_TWO], capture_output=True, text=True, env=env
    )
    assert ran.returncode == 0, ran.stderr[-2000:]


@pytest.mark.core
@pytest.mark.skipif(keras.backend.backend() == "jax", reason="JAX splits batches")
def test_a_distribution_is_an_error_where_the_backend_has_none():
    X = np.random.default_rng(0).normal(size=(8, 3))
    rnn = RNNRegressor(units=2, epochs=1).fit(X, X[:, 0])
    keras.distribution.set_distribution(keras.distribution.DataParallel(devices=["cpu:0"] * 2))
    try:
        for call in (lambda: rnn.fit(X, X[:, 0]), lambda: rnn.predict(X)):
            with pytest.raises(ValueError, match="KERAS_BACKEND=jax alone; this is"):
                call()
    finally:
        keras.distribution.set_distribution(None)
    assert len(rnn.predict(X)) == 8
