"""The networks behind the estimators."""

from itertools import product

import keras
import numpy as np
import pytest
from grids import thin_out
from network_description import NETWORK

from skrnn import RNNClassifier, RNNRegressor, get_cell_names, register_cell
from skrnn.network._build import build_network
from skrnn.network._cells import CELLS
from skrnn.network._tensors import read_tensor

WORDS = NETWORK | {"n_features": 1, "units": (32,), "head": "binary", "n_outputs": 1}


def build(**words):
    return build_network(WORDS | words, seed=0)


def learned(n_tokens, dim):
    return {"embedding": "learned", "n_tokens": n_tokens, "embedding_dim": dim}


@pytest.mark.parametrize(
    ("words", "n_parameters"),
    [
        ({"embedding": "onehot", "n_tokens": 500, "cell": "simple", "units": (8,)}, 4_081),
        (learned(500, 16) | {"cell": "simple", "units": (8,)}, 8_209),
        (learned(100, 3), 4_941),
        (learned(100, 32) | {"units": (32, 32)}, 19_873),
        (learned(100, 32) | {"dropout": 0.2, "recurrent_dropout": 0.2}, 11_553),
    ],
)
def test_network_has_the_published_number_of_parameters(words, n_parameters):
    assert build(**words).count_params() == n_parameters


def test_bidirectional_lstm_has_the_published_number_of_parameters():
    model = build(**learned(100, 3), bidirectional=True)
    (layer,) = [layer for layer in model.layers if isinstance(layer, keras.layers.Bidirectional)]
    assert layer.count_params() == 9_216


def test_estimator_builds_the_published_network():
    ids = np.random.default_rng(0).integers(1, 500, (60, 20))
    ids[0, 0] = 499
    words = {"cell": "simple", "units": 8, "epochs": 1}
    onehot = RNNClassifier(embedding="onehot", **words).fit(ids, ids[:, 0] > 250)
    assert onehot.model_.count_params() == 4_081
    learned = RNNClassifier(embedding="learned", embedding_dim=16, **words)
    assert learned.fit(ids, ids[:, 0] > 250).model_.count_params() == 8_209


@pytest.mark.core
@pytest.mark.parametrize(
    ("cell", "layer"), [("simple", "SimpleRNN"), ("gru", "GRU"), ("lstm", "LSTM")]
)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_one_layer_agrees_with_keras_given_the_same_weights(cell, layer, bidirectional):
    ours = build(
        cell=cell, units=(5,), bidirectional=bidirectional, n_features=3, head="regression"
    )
    inputs = keras.Input((None, 3))
    layer = getattr(keras.layers, layer)(5)
    layer = keras.layers.Bidirectional(layer) if bidirectional else layer
    theirs = keras.Model(inputs, keras.layers.Dense(1)(layer(inputs)))
    theirs.set_weights(ours.get_weights())
    X = np.random.default_rng(0).normal(size=(4, 7, 3)).astype("float32")
    expected = theirs.predict_on_batch(X)
    np.testing.assert_allclose(ours.predict_on_batch(X), expected, atol=1e-6)


@pytest.mark.parametrize("cell", ["simple", "gru", "lstm", "layernorm_simple"])
def test_dropout_follows_from_the_seed(cell):
    words = {"dropout": 0.5, "bidirectional": True, "units": (8, 8), "cell": cell}
    X = np.ones((2, 3, 1), "float32")
    one, same = (np.asarray(build(**words)(X, training=True)) for _ in range(2))
    np.testing.assert_array_equal(one, same)


@pytest.mark.parametrize("words", [{"cell": "gru"}, {"bidirectional": True, "units": (4, 3)}])
def test_initial_weights_follow_from_the_seed(words):
    one, same = build_network(WORDS | words, 1), build_network(WORDS | words, 1)
    other = build_network(WORDS | words, 2)
    for a, b, c in zip(one.weights, same.weights, other.weights, strict=True):
        np.testing.assert_array_equal(a.numpy(), b.numpy())
        if "bias" not in a.path:
            assert not np.array_equal(a.numpy(), c.numpy())


@pytest.mark.core
def test_a_layer_normalising_cell_normalises_before_the_activation():
    model = build(cell="layernorm_simple", units=(5,), n_features=2, head="regression")
    X = np.random.default_rng(0).normal(size=(3, 6, 2)).astype("float32")
    weights = [w + 0.1 * i for i, w in enumerate(model.get_weights())]
    model.set_weights(weights)
    kernel, recurrent, bias, scale, shift, *output = weights
    h = np.zeros((3, 5))
    for x in np.moveaxis(X, 1, 0):
        z = x @ kernel + h @ recurrent + bias
        z = (z - z.mean(axis=1, keepdims=True)) / np.sqrt(z.var(axis=1, keepdims=True) + 1e-3)
        h = np.tanh(scale * z + shift)
    np.testing.assert_allclose(model.predict_on_batch(X), h @ output[0] + output[1], atol=1e-5)


@pytest.mark.parametrize("dropout", ["dropout", "recurrent_dropout"])
def test_a_layer_normalising_cell_drops_the_same_at_every_step(dropout):
    cell = CELLS.load("layernorm_simple")(64, **{dropout: 0.5}, seed=0)
    layer = keras.layers.RNN(cell, return_sequences=True)
    X = np.ones((1, 4, 64), "float32")
    once, again = (np.asarray(layer(X, training=True)) for _ in range(2))
    assert not np.array_equal(once, again)
    assert not np.array_equal(once, np.asarray(layer(X)))
    assert layer.cell.get_config()[dropout] == 0.5


@pytest.mark.core
@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_outputs_are_normalised_between_layers(kind):
    words = {"normalization": kind, "units": (4, 3), "dense_units": (6,), "pooling": "mean"}
    model = build(**words)
    names = [type(layer).__name__ for layer in model.layers]
    norm = {"batch": "BatchNormalization", "layer": "LayerNormalization"}[kind]
    assert [i for i, name in enumerate(names) if name == norm] == [
        names.index("LSTM") + 1,
        names.index("LSTM") + 3,
        names.index("Dense") + 1,
    ]
    X = np.random.default_rng(0).normal(size=(200, 5, 1)).astype("float32")
    first = keras.Model(model.input, model.layers[2].output)
    axis = (0, 1) if kind == "batch" else 2
    normalised = read_tensor(first(X, training=True))
    np.testing.assert_allclose(normalised.mean(axis=axis), 0, atol=1e-5)


@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_masked_steps_do_not_enter_a_normalisation(kind):
    model = build(normalization=kind, mask_missing=True, units=(4, 3))
    X = np.random.default_rng(0).normal(size=(8, 5, 1)).astype("float32")
    holes = np.insert(X, [2, 5], np.nan, axis=1)
    expected = np.asarray(model(X, training=True))
    np.testing.assert_allclose(np.asarray(model(holes, training=True)), expected, atol=1e-5)


@pytest.mark.core
@pytest.mark.parametrize("kind", ["batch", "layer"])
def test_a_normalised_network_predicts_each_row_by_itself(kind):
    X = np.random.default_rng(0).normal(size=(100, 6))
    rnn = RNNRegressor(
        units=(6, 6), normalization=kind, epochs=40, learning_rate=0.02, random_state=0
    ).fit(X, X[:, -1])
    assert rnn.score(X, X[:, -1]) > 0.95
    np.testing.assert_allclose(rnn.predict(X[:1]), rnn.predict(X)[:1], rtol=1e-4)


def test_the_two_directions_start_from_different_weights():
    forward, backward = [
        w.numpy() for w in build(bidirectional=True).weights if w.path.endswith("/kernel")
    ][:2]
    assert not np.array_equal(forward, backward)


@pytest.mark.core
@pytest.mark.parametrize(
    ("pooling", "embedding"),
    thin_out(
        product(["last", "mean", "max", "mean_max"], ["learned", "onehot"]),
        [("last", "onehot"), ("mean", "learned"), ("max", "onehot"), ("mean_max", "learned")],
    ),
)
def test_padding_does_not_change_the_output(pooling, embedding):
    model = build(embedding=embedding, n_tokens=9, embedding_dim=4, pooling=pooling, units=(5,))
    ids = np.array([[3, 1, 4, 1, 5]], "int32")
    expected = model.predict_on_batch(ids)
    for before, behind in [(0, 3), (2, 0), (1, 2)]:
        padded = np.pad(ids, [(0, 0), (before, behind)])
        np.testing.assert_allclose(model.predict_on_batch(padded), expected, atol=1e-6)


@pytest.mark.core
@pytest.mark.parametrize("pooling", ["last", "mean", "max"])
def test_a_missing_time_step_is_as_if_it_were_not_there(pooling):
    model = build(mask_missing=True, pooling=pooling, n_features=2, units=(5,))
    X = np.random.default_rng(0).normal(size=(1, 4, 2)).astype("float32")
    holes = np.insert(X, [0, 2, 4], np.nan, axis=1)
    holes[0, 0, 1] = 7.0  # one missing feature makes the step missing
    expected = model.predict_on_batch(X)
    np.testing.assert_allclose(model.predict_on_batch(holes), expected, atol=1e-6)


def test_a_row_of_padding_alone_shows_one_step():
    model = build(**learned(9, 4), units=(5,))
    nothing = model.predict_on_batch(np.zeros((1, 3), "int32"))
    np.testing.assert_allclose(
        nothing, model.predict_on_batch(np.zeros((1, 7), "int32")), atol=1e-6
    )
    assert np.isfinite(nothing).all()


def test_onehot_vectors_are_made_inside_the_network():
    model = build(embedding="onehot", n_tokens=1000, cell="simple", units=(4,))
    assert model.input_shape == (None, None)
    kernel, recurrent, bias, *_ = (w.numpy() for w in model.weights)
    h = np.zeros(4)
    for i in (3, 999, 20):
        h = np.tanh(kernel[i] + h @ recurrent + bias)
    layer = keras.Model(model.input, model.layers[-1].input)
    ids = np.array([[3, 999, 20]], "int32")
    np.testing.assert_allclose(layer.predict_on_batch(ids)[0], h, atol=1e-6)


def test_layers_stack():
    model = build(units=(6, 5, 4), dense_units=(3, 2), head="regression", n_outputs=7)
    shapes = [layer.output.shape for layer in model.layers]
    assert shapes[1:4] == [(None, None, 6), (None, None, 5), (None, 4)]
    assert model.output_shape == (None, 7)


@pytest.mark.parametrize(
    ("head", "n_outputs", "activation"),
    [
        ("binary", 1, "sigmoid"),
        ("multiclass", 4, "softmax"),
        ("multilabel", 3, "sigmoid"),
        ("regression", 2, "linear"),
    ],
)
def test_head_suits_the_targets(head, n_outputs, activation):
    model = build(head=head, n_outputs=n_outputs)
    assert model.output_shape == (None, n_outputs)
    assert model.layers[-1].activation.__name__ == activation


def test_dropout_acts_in_training_alone():
    model = build(dropout=0.2, recurrent_dropout=0.2, dense_units=(32,))
    X = np.ones((2, 3, 1), "float32")
    first = np.asarray(model(X, training=False))
    np.testing.assert_array_equal(first, np.asarray(model(X, training=False)))
    draws = [np.asarray(model(X, training=True)) for _ in range(2)]
    assert not np.array_equal(*draws)


@pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
@pytest.mark.parametrize(
    "words",
    [
        {"pooling": "mean_max"},
        {"cell": "layernorm_simple", "bidirectional": True, "truncate_gradient": 2},
        {"cell": "lstm", "truncate_gradient": 2, "normalization": "batch", "units": (3, 2)},
        {"strategy": "encoder_decoder", "n_steps": 1},
    ],
)
def test_network_is_saved_and_loaded_by_keras(tmp_path, words):
    model = build(**learned(9, 4), **words)
    model.save(tmp_path / "model.keras")
    loaded = keras.models.load_model(tmp_path / "model.keras")
    ids = np.array([[1, 2, 0]], "int32")
    np.testing.assert_array_equal(loaded.predict_on_batch(ids), model.predict_on_batch(ids))


@keras.saving.register_keras_serializable("tests")
class DecayCell(keras.layers.Layer):
    """A cell with nothing but a state that fades."""

    def __init__(self, units, kernel_initializer="glorot_uniform", **kwargs):
        super().__init__(**kwargs)
        self.units = self.state_size = units
        self.kernel_initializer = kernel_initializer

    def build(self, input_shape):
        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units), initializer=self.kernel_initializer, name="kernel"
        )

    def call(self, inputs, states):
        state = 0.5 * states[0] + inputs @ self.kernel
        return state, [state]


@pytest.mark.core
def test_a_registered_cell_trains_like_a_built_in_one():
    register_cell("decay", DecayCell)
    assert "decay" in get_cell_names()
    X = np.random.default_rng(0).normal(size=(100, 6))
    y = X @ 0.5 ** np.arange(6)[::-1]
    rnn = RNNRegressor(cell="decay", units=4, epochs=40, learning_rate=0.03, random_state=0)
    assert rnn.fit(X, y).score(X, y) > 0.98


@pytest.mark.core
def test_a_cell_that_is_not_registered_with_keras_runs_in_both_directions():
    class Local(keras.layers.LSTMCell):
        pass

    register_cell("local_lstm_cell", Local)
    register_cell("lstm_cell", "keras.layers:LSTMCell")
    X = np.random.default_rng(0).normal(size=(20, 6))
    words = {"units": 3, "bidirectional": True, "epochs": 2, "random_state": 0}
    cells = "local_lstm_cell", "lstm_cell"
    local, own = (RNNRegressor(cell=cell, **words).fit(X, X[:, 0]) for cell in cells)
    np.testing.assert_allclose(local.predict(X), own.predict(X), atol=1e-6)


def test_a_dropout_that_a_cell_cannot_apply_is_an_error():
    register_cell("no_dropout", DecayCell)
    with pytest.raises(ValueError, match=r"dropout=0.5 is not supported by cell='no_dropout'"):
        build(cell="no_dropout", dropout=0.5)
