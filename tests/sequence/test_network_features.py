"""What the last layer of a network reads, as features for other models."""

from itertools import product

import keras
import numpy as np
import pandas as pd
import pytest
from grids import STRATEGIES, thin_out
from numpy.testing import assert_allclose
from scipy.special import expit
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from skrnn import RNNClassifier, RNNRegressor, RNNTextClassifier, RNNTextRegressor

QUICK = {"cell": "simple", "units": 4, "epochs": 3, "learning_rate": 0.02, "random_state": 0}
RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6)).astype("float32")
SIGNS = (X.sum(axis=1) > 0).astype(int)
TEXTS = ["good", "not good", "bad", "not bad so"] * 10
LABELS = np.array(["+", "-", "-", "+"] * 10)


def apply_last_layer(rnn, features):
    kernel, bias = rnn.model_.get_layer("output").get_weights()
    return features @ kernel + bias


def test_the_last_layer_makes_the_outputs_of_them():
    rnn = RNNClassifier(**QUICK, dense_units=5).fit(X, SIGNS)
    features = rnn.transform(X)
    assert features.shape == (40, 5)
    assert features.dtype == np.float32
    proba = expit(apply_last_layer(rnn, features))[:, 0]
    assert_allclose(rnn.predict_proba(X)[:, 1], proba, atol=1e-6)
    rnn = RNNRegressor(**QUICK).fit(X, X[:, :2])
    assert_allclose(rnn.predict(X), apply_last_layer(rnn, rnn.transform(X)), atol=1e-5)


def test_the_network_of_texts_gives_them():
    rnn = RNNTextClassifier(**QUICK, linear=False).fit(TEXTS, LABELS)
    proba = expit(apply_last_layer(rnn, rnn.transform(TEXTS)))[:, 0]
    assert_allclose(rnn.predict_proba(TEXTS)[:, 1], proba, atol=1e-6)
    rnn = RNNTextRegressor(**QUICK, linear=False).fit(TEXTS, np.arange(40.0))
    assert rnn.transform(TEXTS).shape == (40, 16)


def test_texts_beside_columns_give_both():
    table = pd.DataFrame({"text": TEXTS, "price": np.arange(40)})
    rnn = RNNTextClassifier(**QUICK, text="text", linear=False).fit(table, LABELS)
    proba = expit(apply_last_layer(rnn, rnn.transform(table)))[:, 0]
    assert_allclose(rnn.predict_proba(table)[:, 1], proba, atol=1e-6)


def test_features_of_several_networks_stand_side_by_side():
    rnn = RNNClassifier(**QUICK, n_networks=2).fit(X, SIGNS)
    assert rnn.transform(X).shape == (40, 8)
    assert len(rnn.get_feature_names_out()) == 8


@pytest.mark.parametrize(
    ("strategy", "linear"),
    thin_out(
        product(STRATEGIES, [False, True]),
        [("direct", False), ("recursive", True), ("seq2seq", True), ("encoder_decoder", False)],
    ),
)
def test_every_strategy_has_a_row_a_sequence(strategy, linear):
    rnn = RNNRegressor(**QUICK, strategy=strategy, linear=linear).fit(X[:, :4], X[:, 4:])
    features = rnn.transform(X[:, :4])
    assert features.shape == (40, 8 if strategy == "encoder_decoder" else 4)
    assert np.isfinite(features).all()


def test_networks_of_ones_own_have_them():
    def build(description):
        inputs = keras.Input((None, description["n_features"]))
        x = keras.layers.GRU(3)(inputs)
        outputs = keras.layers.Dense(description["n_outputs"], description["activation"])(x)
        return keras.Model(inputs, outputs)

    def add_up(description):
        inputs = keras.Input((None, description["n_features"]))
        x = keras.layers.GRU(description["n_outputs"])(inputs)
        return keras.Model(inputs, keras.layers.Add()([x, x]))

    assert RNNRegressor(**QUICK, network=build).fit(X, SIGNS).transform(X).shape == (40, 3)
    with pytest.raises(ValueError, match="reads 2 tensors"):
        RNNRegressor(**QUICK, network=add_up).fit(X, SIGNS).transform(X)


def test_they_stand_in_unions_and_before_classifiers():
    words = QUICK | {"units": 8, "epochs": 30, "linear": False}
    union = make_union(TfidfVectorizer(), RNNTextClassifier(**words))
    model = make_pipeline(union, LogisticRegression()).fit(TEXTS, LABELS)
    assert model.score(TEXTS, LABELS) == 1
    model = make_pipeline(RNNTextClassifier(**words), LogisticRegression()).fit(TEXTS, LABELS)
    assert model.score(TEXTS, LABELS) == 1


def test_their_number_is_known_without_another_network(monkeypatch):
    rnn = RNNClassifier(**QUICK).fit(X, SIGNS)
    rnn.transform(X)
    monkeypatch.setattr("skrnn.training._prediction._build_forward", pytest.fail)
    assert len(rnn.get_feature_names_out()) == 4


def test_they_have_names_and_come_as_frames():
    rnn = RNNClassifier(**QUICK).set_output(transform="pandas").fit(X, SIGNS)
    frame = rnn.transform(X)
    assert frame.columns.tolist() == [f"rnnclassifier{number}" for number in range(4)]
    assert rnn.get_feature_names_out().tolist() == frame.columns.tolist()
