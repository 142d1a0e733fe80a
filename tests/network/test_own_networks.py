"""Networks that are given as functions, or registered by name."""

import pickle
import random
from functools import partial

import keras
import numpy as np
import pytest
from grids import by_strategy, thin_out
from keras import layers
from network_description import NETWORK
from own_networks import Dilated, build_attention, build_conv_lstm, build_dilated, finish, read
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, cross_val_score

from skrnn import (
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTextClassifier,
    clear_pool,
    get_network_names,
    register_network,
)
from skrnn.datasets import make_waves
from skrnn.network._build import build_network
from skrnn.network._foreign import check_variants
from skrnn.training import load_engine

WORDS = {"units": 4, "epochs": 2, "random_state": 0}
NETWORKS = [build_conv_lstm, build_attention, build_dilated]
X = np.random.default_rng(0).normal(size=(40, 7))
Y = X[:, -1] - X[:, -2]


def read_random_state():
    return random.getstate(), str(np.random.mtrand._rand.get_state())


def regress(network, **words):
    return RNNRegressor(network=network, **WORDS | words).fit(X, Y)


@pytest.mark.core
@pytest.mark.parametrize("network", thin_out(NETWORKS, [build_conv_lstm, build_dilated]))
def test_own_network_learns(network):
    rnn = regress(network, epochs=60, learning_rate=0.02, units=8)
    assert rnn.score(X, Y) > 0.7
    assert not [layer for layer in rnn.model_.layers if layer.name == "output"]


@pytest.mark.core
@pytest.mark.parametrize("network", thin_out(NETWORKS, [build_conv_lstm, build_attention]))
def test_own_network_reads_token_ids(network):
    ids = np.random.default_rng(0).integers(1, 9, (40, 6))
    labels = np.array(["a", "b", "c"])[ids[:, -1] % 3]
    words = {"embedding": "learned", "embedding_dim": 8, "learning_rate": 0.05, "epochs": 30}
    rnn = RNNClassifier(network=network, **WORDS | words).fit(ids, labels)
    assert rnn.score(ids, labels) > 0.7
    np.testing.assert_allclose(rnn.predict_proba(ids).sum(axis=1), 1, rtol=1e-5)


@pytest.mark.core
@pytest.mark.parametrize(
    "network", [build_attention, pytest.param(build_dilated, marks=pytest.mark.slow)]
)
def test_random_state_decides_all_that_an_own_network_draws(network):
    words = {"dropout": 0.3}
    expected = regress(network, **words).predict(X)
    np.testing.assert_array_equal(regress(network, **words).predict(X), expected)  # pooled
    clear_pool()
    random.seed(7)
    states = read_random_state()
    np.testing.assert_array_equal(regress(network, **words).predict(X), expected)
    assert not np.array_equal(regress(network, **words, random_state=1).predict(X), expected)
    assert read_random_state() == states


def test_seeds_that_a_function_gives_itself_stay():
    def build(description):
        inputs, x, _ = read(description)
        start = keras.initializers.RandomNormal(seed=5)
        return finish(inputs, layers.GRU(3, kernel_initializer=start)(x), description)

    kernels = [
        regress(build, random_state=seed, learning_rate=1e-9).model_.get_weights()[:2]
        for seed in (0, 1)
    ]
    np.testing.assert_allclose(kernels[0][0], kernels[1][0], atol=1e-6)
    assert not np.allclose(kernels[0][1], kernels[1][1])


def test_weights_that_a_function_sets_are_where_training_starts():
    def build(description):
        model = build_conv_lstm(description)
        model.layers[-1].set_weights([np.full((4, 1), 3.0), np.array([7.0])])
        return model

    *_, kernel, bias = regress(build, learning_rate=1e-9).model_.get_weights()
    np.testing.assert_allclose(kernel, 3, atol=1e-5)
    np.testing.assert_allclose(bias, 7, atol=1e-5)


def test_compiled_networks_are_used_again():
    pool = load_engine()._training_pool
    clear_pool()
    regress(build_plain)
    regress(build_plain)
    assert len(pool._free) == 1
    for _ in range(2):
        regress(partial(build_plain))
    assert len(pool._free) == 2
    regress(build_dilated)
    assert len(pool._free) == 3


def test_an_object_without_a_hash_is_a_network_too():
    assert Dilated.__hash__ is None
    networks = Dilated(1), Dilated(2)
    sizes = [regress(network).model_.count_params() for network in networks]
    assert sizes[0] < sizes[1]


def test_functions_are_pickled_by_reference_and_names_by_name():
    register_network("plain_to_pickle", build_plain)
    for network in (build_plain, "plain_to_pickle"):
        rnn = regress(network)
        loaded = pickle.loads(pickle.dumps(rnn))
        np.testing.assert_array_equal(loaded.predict(X), rnn.predict(X))
        assert loaded.network == clone(rnn).network == network
    with pytest.raises((pickle.PicklingError, AttributeError), match="lambda"):
        pickle.dumps(regress(lambda description: build_plain(description)))


@pytest.mark.core
def test_a_registered_network_is_used_by_name():
    register_network("named", "own_networks:build_dilated")
    assert "named" in get_network_names()
    np.testing.assert_array_equal(regress("named").predict(X), regress(build_dilated).predict(X))


def test_networks_and_cells_are_tuned_in_one_grid():
    grid = [{"network": [build_plain]}, {"cell": ["simple"]}]
    search = GridSearchCV(RNNRegressor(**WORDS), grid, cv=2).fit(X, Y)
    alone = [cross_val_score(RNNRegressor(**WORDS, network=build_plain), X, Y, cv=2).mean()]
    np.testing.assert_allclose(search.cv_results_["mean_test_score"][:1], alone, rtol=1e-5)


@by_strategy("recursive", "seq2seq")
def test_own_network_forecasts_by_each_strategy(strategy):
    waves = make_waves(n_series=1, n_steps=60, random_state=0).data.reshape(-1)
    words = WORDS | {"network": build_conv_lstm, "window": 8, "horizon": 3, "network_share": 1.0}
    rnn = RNNForecaster(**words, strategy=strategy).fit(waves)
    assert rnn.predict(waves).shape == (60, 3)
    assert rnn.model_.output_shape[-1] == (1 if strategy == "recursive" else 3)


def test_missing_values_reach_an_own_network_as_nan():
    def build(description):
        inputs = keras.Input((None, 1))
        assert description["mask_missing"]
        n_missing = keras.ops.sum(keras.ops.cast(keras.ops.isnan(inputs), "float32"), axis=1)
        return finish(inputs, n_missing, description)

    rows = X.copy()
    rows[::2, 2] = np.nan
    rnn = RNNRegressor(network=build, epochs=1).fit(rows, Y)
    (kernel,), bias = rnn.model_.get_weights()
    np.testing.assert_allclose(rnn.predict(rows)[:2], [kernel[0] + bias[0], bias[0]], rtol=1e-5)


@pytest.mark.core
def test_predictions_of_rows_do_not_depend_on_the_others():
    texts = ["a b", "a b c d e f g", "c", "d e f g a"] * 8
    rnn = RNNTextClassifier(network=build_conv_lstm, **WORDS, linear=False)
    rnn.fit(texts, ["x", "y"] * 16)
    alone = np.concatenate([rnn.predict_proba([text]) for text in texts[:4]])
    np.testing.assert_allclose(alone, rnn.predict_proba(texts)[:4], rtol=1e-4)
    ids = np.array([[1, 2, 3]], "int32")
    model = RNNClassifier(network="conv_lstm", embedding="learned", **WORDS)
    model.fit(np.repeat(ids, 8, axis=0), ["x", "y"] * 4)
    np.testing.assert_allclose(
        model.predict_proba(np.pad(ids, [(0, 0), (0, 9)])), model.predict_proba(ids), rtol=1e-5
    )


def test_given_vectors_start_the_layer_named_embedding():
    vectors = {token: np.full(8, number) for number, token in enumerate("ab")}
    words = WORDS | {"embedding": vectors, "learning_rate": 1e-9, "linear": False}
    texts, labels = ["a b", "b a"] * 4, ["x", "y"] * 4
    rnn = RNNTextClassifier(network=build_conv_lstm, **words).fit(texts, labels)
    weights = rnn.model_.get_layer("embedding").get_weights()[0]
    np.testing.assert_allclose(weights[rnn.tokenizer_.vocabulary_["b"]], 1, atol=1e-5)

    def rename(description):
        inputs = keras.Input((None,), dtype="int32")
        x = layers.Embedding(description["n_tokens"], 8, name="words")(inputs)
        return finish(inputs, layers.GRU(3)(x), description)

    with pytest.raises(ValueError, match=r"network=.*'embedding/embeddings'.*\(\d, 8\)"):
        RNNTextClassifier(network=rename, **words).fit(texts, labels)


def test_a_model_without_an_input_is_given_one():
    class Own(keras.Model):
        def __init__(self, description):
            super().__init__()
            self.read = layers.GRU(3)
            self.answer = layers.Dense(description["n_outputs"], description["activation"])

        def call(self, inputs):
            return self.answer(self.read(inputs))

    def stack(description):
        return keras.Sequential(
            [layers.GRU(3), layers.Dense(description["n_outputs"], description["activation"])]
        )

    for build in (Own, stack):
        model = build_network(NETWORK | {"network": build, "head": "multiclass"}, 0)
        assert model.input_shape == (None, None, 3)
        assert model.output_shape == (None, 2)
        np.testing.assert_allclose(model.predict_on_batch(np.ones((2, 4, 3))).sum(axis=1), 1)


def test_a_description_says_what_the_documentation_says():
    told = []

    def build(description):
        told.append(description)
        return build_conv_lstm(description)

    regress(build)
    RNNTextClassifier(network=build, epochs=1, linear=False).fit(["a b", "b"] * 4, [0, 1] * 4)
    documented = register_network.__doc__
    for description in (told[0], told[-1]):
        assert {name for name in description if f"``{name}``" not in documented} == set()
    assert told[0]["activation"] == "linear"
    assert told[0]["n_steps"] == told[-1]["n_steps"] == 1
    assert told[-1]["activation"] == "sigmoid"
    told[0]["units"] = "changed"
    regress(build)


def make_one(inputs=(None, 3), outputs=2, activation="linear", **options):
    inputs = keras.Input(inputs, **options)
    x = layers.GlobalMaxPooling1D()(inputs) if len(inputs.shape) == 3 else inputs
    return keras.Model(inputs, layers.Dense(outputs, activation)(x))


def make_two_inputs(description):
    inputs = [keras.Input((None, 3)), keras.Input((None, 3))]
    return keras.Model(inputs, layers.GRU(2)(layers.Add()(inputs)))


def make_two_outputs(description):
    inputs = keras.Input((None, 3))
    return keras.Model(inputs, [layers.GRU(2)(inputs), layers.GRU(2)(inputs)])


def fail(description):
    return description["n_rows"]


def build_twice(description):
    return [build_network(description, 0) for _ in range(2)]


SINGLE = make_one()
WRONG = {
    "a function that raises": (fail, {}, "raised KeyError: 'n_rows'"),
    "a function of no argument": (lambda: None, {}, "raised TypeError"),
    "nothing": (lambda description: None, {}, "a keras.Model; it returned None"),
    "a layer": (lambda description: layers.GRU(2), {}, "a keras.Model; it returned .*GRU"),
    "a model": (SINGLE, {}, "network=.*Functional.* is a model"),
    "two inputs": (make_two_inputs, {}, "one output; got 2 inputs and 1 outputs"),
    "two outputs": (make_two_outputs, {}, "one output; got 1 inputs and 2 outputs"),
    "other features": (
        lambda d: make_one((None, 4)),
        {},
        r"keras.Input\(\(None, 3\), .*\(None, 4\)",
    ),
    "fixed length": (lambda d: make_one((5, 3)), {}, r"any number; got .* \(5, 3\)"),
    "other type": (lambda d: make_one(dtype="int32"), {}, "'float32'.*'int32'"),
    "few outputs": (
        lambda d: make_one(outputs=1),
        {},
        r"\(None, 2\).*n_outputs=2; got \(None, 1\)",
    ),
    "no time": (lambda d: make_one(), {"strategy": "seq2seq"}, r"\(None, None, 2\).*'seq2seq'"),
    "logits": (lambda d: make_one(), {"head": "multiclass"}, "probabilities, by 'softmax'"),
    "the same again": (lambda d: SINGLE, {}, "a new model whenever it is called"),
    "a name": ("gone", {}, r"network='gone' is not a known network; give one of \['conv_lstm', "),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_network_is_told_what_is_wanted(case):
    network, words, message = WRONG[case]
    with pytest.raises(ValueError, match=message) as caught:
        build_twice(NETWORK | {"network": network} | words)
    assert str(caught.value).startswith("network=")


def test_networks_that_predict_have_the_weights_of_the_one_that_is_trained():
    def build(description):
        x, inputs = 0, keras.Input((None, 3))
        for _ in range(1 + description["mask_missing"] + (description["strategy"] == "direct")):
            x = x + layers.Dense(2)(inputs)
        return keras.Model(inputs, x if description["strategy"] == "seq2seq" else x[:, -1])

    for words, name in [({}, "mask_missing"), ({"strategy": "seq2seq"}, "strategy")]:
        description = NETWORK | {"network": build} | words
        model = build_network(description, 0)
        with pytest.raises(ValueError, match=f"network=.* the same weights whatever '{name}' is"):
            check_variants(model, description)


@pytest.mark.core
@pytest.mark.parametrize("masked", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_recurrent_layers_compute_what_they_do_in_keras(masked):
    def build(description):
        inputs = keras.Input((None, 1))
        x = layers.Masking(0.0)(inputs) if masked else inputs
        x = layers.Bidirectional(layers.LSTM(3, return_sequences=True))(x)
        x = layers.LSTM(3, go_backwards=True, return_sequences=True)(x)
        x = layers.SimpleRNN(3)(x)
        return finish(inputs, x, description)

    rows = X.copy()
    rows[:20, :3] = rows[10:30, 5] = 0
    rnn = RNNRegressor(network=build, epochs=1, random_state=0).fit(rows, Y)
    expected = rnn.model_.predict_on_batch(rows[:, :, None].astype("float32"))[:, 0]
    np.testing.assert_allclose(rnn.predict(rows), expected, atol=1e-6)


def build_plain(description):
    """A convolution that knows of no missing steps."""
    inputs = keras.Input((None, description["n_features"]))
    x = layers.Conv1D(4, 3, padding="same", activation="relu")(inputs)
    return finish(inputs, layers.GlobalMaxPooling1D()(x), description)


@pytest.mark.core
def test_a_network_that_ignores_masks_reads_unequal_lengths():
    rows = [row[: 3 + i % 4] for i, row in enumerate(X)]
    classifier = RNNClassifier(network=build_plain, **WORDS).fit(rows, Y > 0)
    rnn = regress(build_plain).fit(rows, Y)
    for model in (rnn, RNNRegressor(network=build_plain, **WORDS).fit(X, Y)):
        expected = [model.model_.predict_on_batch(row[None, :, None])[0, 0] for row in rows[:4]]
        np.testing.assert_allclose(model.predict(rows)[:4], expected, rtol=1e-4, atol=1e-6)
    assert np.isfinite(classifier.predict_proba(rows)).all()
    X_padded = np.array([np.pad(row, (0, 7 - len(row)), constant_values=np.nan) for row in rows])
    np.testing.assert_allclose(rnn.predict(X_padded), rnn.predict(rows), rtol=1e-5)


def test_a_network_that_ignores_padding_reads_token_ids():
    def build(description):
        inputs = keras.Input((None,), dtype="int32")
        x = layers.Embedding(description["n_tokens"], 4)(inputs)
        return finish(inputs, layers.GlobalAveragePooling1D()(x), description)

    texts = ["a b", "a b c d e f g", "c", "d e f g a"] * 4
    rnn = RNNTextClassifier(network=build, **WORDS, linear=False).fit(texts, ["x", "y"] * 8)
    alone = np.concatenate([rnn.predict_proba([text]) for text in texts[:4]])
    np.testing.assert_allclose(alone, rnn.predict_proba(texts)[:4], rtol=1e-4)


def test_a_network_that_ignores_masks_forecasts_where_nothing_is_known():
    words = WORDS | {"network": build_plain, "window": 5, "horizon": 2, "strategy": "direct"}
    series = np.sin(np.arange(30.0))
    rnn = RNNForecaster(**words, linear=False).fit(series)
    assert np.isfinite(rnn.predict(series)).all()


@pytest.mark.parametrize("strategy", ["direct", "seq2seq"])
def test_missing_steps_need_a_network_that_knows_them(strategy):
    def build(description):
        if strategy == "direct":
            return build_plain(description)
        inputs = keras.Input((None, description["n_features"]))
        x = layers.GRU(3, return_sequences=description["strategy"] == "seq2seq")(inputs)
        return finish(inputs, x, description)

    rows, targets = X.copy(), np.stack([Y, Y], axis=1)
    words = WORDS | {"network": build, "strategy": strategy}
    rnn = RNNRegressor(**words).fit(rows, targets)
    expected = rnn.predict(rows)
    rows[:, 2] = np.nan
    message = r"network=.*finite where time steps are NaN, if description\['mask_missing'\]"
    for call in (lambda: rnn.predict(rows), lambda: rnn.fit(rows, targets)):
        with pytest.raises(ValueError, match=message):
            call()
    np.testing.assert_array_equal(rnn.predict(X), expected)


def test_outputs_that_are_not_finite_are_told():
    def build(description):
        inputs = keras.Input((None, 1))
        return finish(inputs, keras.ops.sqrt(keras.ops.max(inputs, axis=1)), description)

    rnn = RNNRegressor(network=build, **WORDS).fit(np.abs(X), Y)
    with pytest.raises(ValueError, match=r"network=.*finite; got NaN or infinity for 1 of 2 seq"):
        rnn.predict([[1.0, 2.0], [-1.0, -2.0]])


def test_a_sequential_model_with_an_input_learns():
    def build(description):
        return keras.Sequential(
            [
                keras.Input((None, description["n_features"])),
                layers.GRU(8),
                layers.Dense(description["n_outputs"], description["activation"]),
            ]
        )

    rnn = regress(build, epochs=60, learning_rate=0.02)
    assert rnn.score(X, Y) > 0.7
    expected = rnn.model_.predict_on_batch(X[:, :, None])[:, 0]
    np.testing.assert_allclose(rnn.predict(X), expected, rtol=1e-4, atol=1e-5)


def test_what_a_function_raises_comes_first():
    def draw(shape, dtype=None):
        raise RuntimeError("bad init")

    def build(description):
        inputs = keras.Input((None, 1))
        return finish(inputs, layers.GRU(2, kernel_initializer=draw)(inputs), description)

    with pytest.raises(ValueError, match=r"^network=.* raised RuntimeError: bad init") as caught:
        regress(build)
    assert len(str(caught.value)) < 400
