"""The networks that can be named: segment by segment, and behind a convolution."""

from itertools import product

import keras
import numpy as np
import pytest
from grids import thin_out
from network_description import NETWORK

from skrnn import RNNForecaster, get_network_names
from skrnn.network._build import build_network
from skrnn.network._segment_layers import PoolSteps, Segments

NAMES = ["conv_lstm", "segment"]
IDS = {"embedding": "learned", "n_tokens": 9, "embedding_dim": 4}

each_name = pytest.mark.parametrize("name", NAMES)


def build(name, **words):
    return build_network(NETWORK | {"network": name} | words, 0)


def read(model, X):
    return keras.ops.convert_to_numpy(model(X))


def draw(*shape):
    return np.random.default_rng(0).normal(size=shape).astype("float32")


def test_they_are_listed():
    assert set(NAMES) <= set(get_network_names())


@pytest.mark.core
@each_name
def test_steps_behind_the_end_do_not_change_the_output(name):
    X = draw(2, 29, 3)
    model = build(name, mask_missing=True)
    plain = build(name)
    expected = read(plain, X)
    np.testing.assert_allclose(read(model, X), expected, atol=1e-6)
    longer = np.pad(X, [(0, 0), (0, 40), (0, 0)], constant_values=np.nan)
    np.testing.assert_allclose(read(model, longer), expected, atol=1e-6)
    ids = np.array([[3, 1, 4, 1, 5]], "int32")
    model = build(name, **IDS, pooling="mean_max")
    expected = read(model, ids)
    for n_more in (3, 30):
        padded = np.pad(ids, [(0, 0), (0, n_more)])
        np.testing.assert_allclose(read(model, padded), expected, atol=1e-6)


@pytest.mark.parametrize(
    ("strategy", "name"),
    thin_out(
        product(["direct", "recursive", "encoder_decoder"], NAMES),
        [
            ("direct", "segment"),
            ("recursive", "conv_lstm"),
            ("encoder_decoder", "segment"),
            ("encoder_decoder", "conv_lstm"),
        ],
    ),
)
def test_outputs_are_as_many_as_asked_for(name, strategy):
    for n_steps, n_targets in [(1, 1), (5, 2), (50, 3)]:
        n_outputs = n_targets * (1 if strategy == "recursive" else n_steps)
        words = {"n_steps": n_steps, "n_outputs": n_outputs, "strategy": strategy}
        model = build(name, units=(4, 3), **words)
        assert model(draw(2, 31, 3)).shape == (2, n_outputs)


@each_name
def test_they_say_that_they_have_no_output_after_every_step(name):
    with pytest.raises(ValueError, match=f"network='{name}'.*strategy='seq2seq' wants outputs"):
        build(name, strategy="seq2seq")


@each_name
@pytest.mark.parametrize(("head", "total"), [("multiclass", 1), ("multilabel", None)])
def test_classes_have_probabilities(name, head, total):
    outputs = build(name, head=head, n_outputs=4, **IDS).predict_on_batch(np.ones((2, 7), "int32"))
    assert ((outputs > 0) & (outputs < 1)).all()
    assert total is None or np.allclose(outputs.sum(axis=1), total)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@each_name
def test_they_are_saved_and_loaded_by_keras(name, tmp_path):
    model = build(name, mask_missing=True, n_steps=2)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    X = draw(2, 9, 3)
    X[0, 5:] = np.nan
    np.testing.assert_array_equal(loaded.predict_on_batch(X), model.predict_on_batch(X))


@pytest.mark.core
def test_segments_end_where_sequences_do():
    X, mask = draw(3, 7, 2), np.ones((3, 7), bool)
    mask[1, 4:] = mask[2, 1:] = False
    mask[0, 3] = False  # a hole stays where it is
    segments = Segments(3)
    joined = np.asarray(segments(X, mask=mask))
    expected = np.zeros((3, 3, 6))
    for row, n_steps in enumerate([7, 4, 1]):
        values = np.where(mask[row, :n_steps, None], X[row, :n_steps], 0)
        n_segments = -(-n_steps // 3)
        values = np.pad(values, [(3 * n_segments - n_steps, 0), (0, 0)])
        expected[row, :n_segments] = values.reshape(n_segments, 6)
    np.testing.assert_array_equal(np.where(joined, joined, 0), expected.astype("float32"))
    shown = np.asarray(segments.compute_mask(X, mask))
    np.testing.assert_array_equal(shown, [[1, 1, 1], [1, 1, 0], [1, 0, 0]])


@pytest.mark.core
def test_pooling_takes_the_largest_of_every_few_steps():
    X, mask = draw(2, 7, 2), np.ones((2, 7), bool)
    mask[1, 3:] = False
    pool = PoolSteps(2)
    pooled = np.asarray(pool(X, mask=mask))
    np.testing.assert_array_equal(pooled[0, :3], X[0, :6].reshape(3, 2, 2).max(axis=1))
    np.testing.assert_array_equal(pooled[0, 3], X[0, 6])
    np.testing.assert_array_equal(pooled[1], [X[1, :2].max(axis=0), X[1, 2], [0, 0], [0, 0]])
    shown = np.asarray(pool.compute_mask(X, mask))
    np.testing.assert_array_equal(shown, [[1, 1, 1, 1], [1, 1, 0, 0]])


@pytest.mark.core
@each_name
def test_they_forecast_a_season(name):
    series = np.sin(2 * np.pi * np.arange(200) / 24)
    words = {"window": 48, "horizon": 6, "units": 8, "epochs": 30, "learning_rate": 0.02}
    words |= {"strategy": "direct", "linear": False, "seasonality": None, "random_state": 0}
    rnn = RNNForecaster(network=name, **words).fit(series[:150])
    assert rnn.score(series[150:]) > 0.7
