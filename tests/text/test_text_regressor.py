"""Numbers predicted from texts: the network, its linear part, and both together."""

import re

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.linear_model import Ridge
from sklearn.model_selection import GridSearchCV, cross_val_predict, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skrnn import RNNTextRegressor, SequenceTokenizer, TokenWeightDisplay
from skrnn.text._joining import learn_weights, measure_chance
from skrnn.text._weighted_ridge import WeightedRidge

STARS = {"good": 4.0, "bad": 2.0, "not good": 1.5, "not bad": 3.5, "so good": 5.0, "so bad": 1.0}
TEXTS = [f"{words} {end}" for words in STARS for end in ("film", "plot", "end", "cast")] * 4
Y = np.array([star for star in STARS.values() for _ in range(4)] * 4)
SEVERAL = np.column_stack([Y, 1e6 * Y, -Y])
QUICK = {
    "units": 8,
    "embedding_dim": 8,
    "dropout": 0.0,
    "epochs": 40,
    "learning_rate": 0.02,
    "random_state": 0,
}
SHORT = QUICK | {"epochs": 2}


@pytest.fixture(scope="module")
def fitted():
    return RNNTextRegressor(**QUICK).fit(TEXTS, Y)


def test_it_learns_what_word_order_says(fitted):
    assert fitted.score(TEXTS, Y) > 0.97
    assert_allclose(fitted.predict(["not bad film", "not good film"]), [3.5, 1.5], atol=0.5)


@pytest.mark.parametrize("y", [Y, Y[:, None], SEVERAL], ids=["one", "column", "several"])
def test_predictions_have_the_shape_of_y(y):
    rnn = RNNTextRegressor(**SHORT).fit(TEXTS, y)
    assert rnn.predict(TEXTS[:5]).shape == (5, *y.shape[1:])
    assert rnn.predict(TEXTS[:5]).dtype == float


def test_units_of_y_do_not_matter():
    plain = RNNTextRegressor(**SHORT).fit(TEXTS, Y)
    moved = RNNTextRegressor(**SHORT).fit(TEXTS, 1e6 * Y - 5e6)
    assert_allclose(moved.predict(TEXTS), 1e6 * plain.predict(TEXTS) - 5e6, rtol=1e-4)
    assert_allclose(moved.history_["loss"], plain.history_["loss"], rtol=1e-4)


def test_a_target_that_is_always_the_same_is_predicted():
    rnn = RNNTextRegressor(**SHORT).fit(TEXTS, np.column_stack([Y, np.full(len(Y), 7.0)]))
    assert_allclose(rnn.predict(TEXTS)[:, 1], 7, atol=0.5)


def test_the_network_alone_is_keras_and_scaling():
    rnn = RNNTextRegressor(**SHORT, linear=False).fit(TEXTS, SEVERAL)
    ids = rnn.tokenizer_.transform(TEXTS)
    outputs = keras.ops.convert_to_numpy(rnn.model_(ids))
    assert_allclose(rnn.predict(TEXTS), outputs * rnn.y_scale_ + rnn.y_mean_, rtol=1e-4)
    assert_allclose([rnn.y_mean_, rnn.y_scale_], [SEVERAL.mean(axis=0), SEVERAL.std(axis=0)])
    assert not hasattr(rnn, "linear_")


def test_predictions_are_the_weighted_sum_of_both_parts(fitted):
    alone = clone(fitted).set_params(linear=False).fit(TEXTS, Y)
    deviations = fitted.linear_.predict(TEXTS) - fitted.y_mean_
    network = alone.predict(TEXTS) - fitted.y_mean_
    weights = fitted.weights_
    total = weights["network"] * network + weights["linear"] * deviations + fitted.y_mean_
    assert_allclose(fitted.predict(TEXTS), total, rtol=1e-4)


def test_both_together_beat_the_linear_part_where_order_decides(fitted):
    rows = np.random.default_rng(0).permutation(len(TEXTS))
    texts, y = [TEXTS[row] for row in rows], Y[rows]
    predicted = cross_val_predict(fitted, texts, y, cv=3)
    linear = cross_val_predict(clone(fitted).fit(texts, y).linear_, texts, y, cv=3)
    assert np.abs(predicted - y).mean() < 0.7 * np.abs(linear - y).mean()


def test_training_goes_on():
    rnn = RNNTextRegressor(**SHORT).partial_fit(TEXTS, Y)
    before = rnn.score(TEXTS, Y)
    for _ in range(20):
        rnn.partial_fit(TEXTS, Y)
    assert rnn.score(TEXTS, Y) > before
    assert not hasattr(rnn, "linear_")
    warm = RNNTextRegressor(**SHORT, warm_start=True).fit(TEXTS, Y).fit(TEXTS, Y)
    assert warm.n_iter_ == 4


def test_weights_of_samples_count_in_both_parts():
    texts, y = ["good"] * 10 + ["bad"] * 10 + ["bad"] * 20, np.r_[[1.0] * 10, [0.0] * 10, [9] * 20]
    weights = np.repeat([1.0, 0.0], 20)
    rnn = RNNTextRegressor(**QUICK).fit(texts, y, weights)
    assert_allclose(rnn.predict(["good", "bad"]), [1, 0], atol=0.3)
    assert_allclose(rnn.linear_.predict(["good", "bad"]), [1, 0], atol=0.3)


def test_validation_data_are_taken():
    rnn = RNNTextRegressor(**SHORT, metrics="mae").fit(TEXTS, Y, X_val=TEXTS, y_val=Y)
    assert set(rnn.history_) == {"loss", "mae", "val_loss", "val_mae"}


def test_it_tunes_and_stands_in_pipelines():
    rnn = RNNTextRegressor(**SHORT, linear=False)
    search = GridSearchCV(rnn, {"tokenizer__lowercase": [True, False]}, cv=2)
    assert search.fit(TEXTS, Y).predict(TEXTS[:3]).shape == (3,)
    upper = make_pipeline(FunctionTransformer(np.char.upper), rnn)
    assert np.isfinite(cross_val_score(upper, TEXTS, Y, cv=2)).all()


def test_several_networks_are_trained_and_averaged():
    rnn = RNNTextRegressor(**SHORT, n_networks=2).fit(TEXTS, Y)
    assert np.isfinite(rnn.predict(TEXTS)).all()
    assert len(rnn._networks) == 2


# Explanations


@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("y", [Y, SEVERAL], ids=["one", "several"])
def test_parts_add_up_to_the_prediction(linear, y):
    rnn = RNNTextRegressor(**SHORT, linear=linear).fit(TEXTS, y)
    table = rnn.explain(["a good film", "zzz", ""])
    sums = table.groupby(["text", "output"])["total"].sum().unstack()
    predicted = rnn.predict(["a good film", "zzz", ""]).reshape(3, -1)
    assert_allclose(sums, predicted, rtol=1e-4)


def test_the_display_says_that_it_is_a_prediction(fitted):
    html = TokenWeightDisplay(fitted.explain(["so bad film"]))._repr_html_()
    assert "for the prediction 0 " in html
    assert re.findall(r">(\w+)</span>", html) == ["so", "bad", "film"]


# The linear part


def test_the_regression_is_scikit_learns_on_weighted_features():
    rng = np.random.default_rng(0)
    X = csr_array((rng.random((60, 8)) < 0.3) * rng.random((60, 8)))
    y = X @ rng.normal(size=8) + 5
    weights = rng.random(60)
    ridge = WeightedRidge(alpha=0.3).fit(X, y, weights)
    mean = np.average(y, weights=weights)
    spread = np.sqrt(np.average((y - mean) ** 2, weights=weights))
    has = X.toarray() > 0
    means = (weights * (y - mean) / spread) @ has / (weights @ has + 1)
    factors = np.sqrt(np.abs(means))
    expected = Ridge(0.3).fit(X.toarray() * factors, (y - mean) / spread, weights)
    assert_allclose(ridge.coef_[0], spread * factors * expected.coef_, atol=0.01)
    assert_allclose(ridge.predict(X), spread * expected.predict(X * factors) + mean, rtol=1e-2)


def test_plain_features_are_not_weighted():
    rng = np.random.default_rng(0)
    y = rng.normal(size=50)
    X = csr_array(np.column_stack([np.ones(50), y]))
    plain = WeightedRidge(n_plain=1, alpha=1e-6).fit(X, y)
    assert_allclose(plain.predict(X), y, atol=1e-2)


def test_weights_have_the_least_squared_error():
    rng = np.random.default_rng(0)
    y = rng.normal(size=(4000, 1))
    parts = np.stack([y + rng.normal(size=y.shape), y + rng.normal(size=y.shape)])
    weights = learn_weights(parts, y, "regression", None)
    best = np.linalg.lstsq(parts[..., 0].T, y[:, 0], rcond=None)[0]
    assert_allclose(weights, best, atol=0.01)


def test_chance_is_the_variance():
    y = np.random.default_rng(0).normal(size=(100, 2))
    chance = measure_chance(y, y, np.ones(100), np.ones(100), "regression")
    assert_allclose(chance, y.var(axis=0).mean())


def test_vectors_and_analyzers_are_those_of_the_classifier():
    vectors = {"good": [1.0, 0.0], "bad": [0.0, 1.0]}
    tokenizer = SequenceTokenizer(analyzer="char")
    words = SHORT | {"linear": False}
    assert RNNTextRegressor(**words, tokenizer=tokenizer).fit(TEXTS, Y).tokenizer_.n_tokens_ < 30
    rnn = RNNTextRegressor(**words, embedding=vectors, train_embedding=False).fit(TEXTS, Y)
    (embedding,) = rnn.model_.get_layer("embedding").get_weights()
    assert_array_equal(embedding[rnn.tokenizer_.vocabulary_["bad"]], [0, 1])
