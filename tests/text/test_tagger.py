"""Labels of tokens and time steps."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone, is_classifier
from sklearn.metrics import log_loss
from sklearn.model_selection import GridSearchCV, KFold, cross_val_score
from sklearn.utils import estimator_checks

from skrnn import RNNTagger
from skrnn.datasets import make_tagged_sentences

QUICK = {"units": 6, "embedding_dim": 6, "dropout": 0.0, "learning_rate": 0.03, "random_state": 0}
X = [["they", "can", "fish"], ["a", "can"], ["fish"], ["they", "fish"], ["a", "fish"]] * 6
Y = [["PRON", "AUX", "VERB"], ["DET", "NOUN"], ["NOUN"], ["PRON", "VERB"], ["DET", "NOUN"]] * 6
WALKS = [np.random.default_rng(n).normal(size=3 + n % 4) for n in range(40)]
SIGNS = [np.where(np.cumsum(walk[::-1])[::-1] > 0, 1, -1) for walk in WALKS]  # of what is to come

# Checks of scikit-learn's suite that need no one label a sample.
CHECKS = [
    "check_do_not_raise_errors_in_init_or_set_params",
    "check_estimator_cloneable",
    "check_estimator_repr",
    "check_estimator_tags_renamed",
    "check_get_params_invariance",
    "check_mixin_order",
    "check_no_attributes_set_in_init",
    "check_parameters_default_constructible",
    "check_set_params",
    "check_valid_tag_types",
]


def fit(**words):
    return RNNTagger(**QUICK | {"epochs": 20} | words).fit(X, Y)


def get_outputs(tagger, X=X):
    return np.concatenate(tagger.predict_proba(X))


@pytest.mark.core
def test_a_label_for_every_token_in_context():
    tagger = fit()
    assert tagger.score(X, Y) == 1
    assert tagger.classes_.tolist() == ["AUX", "DET", "NOUN", "PRON", "VERB"]
    predicted = tagger.predict(X[:3])
    assert [part.tolist() for part in predicted] == Y[:3]
    proba = tagger.predict_proba(X[:3])
    assert [part.shape for part in proba] == [(3, 5), (2, 5), (1, 5)]
    np.testing.assert_allclose(np.concatenate(proba).sum(axis=1), 1, rtol=1e-5)
    assert [part.argmax(axis=1).tolist() for part in proba] == [
        np.searchsorted(tagger.classes_, labels).tolist() for labels in Y[:3]
    ]


@pytest.mark.core
@pytest.mark.parametrize("cell", ["lstm", "simple"])
def test_a_sequence_has_the_same_labels_in_any_company(cell):
    tagger = fit(cell=cell, epochs=2)
    together = tagger.predict_proba(X[:5])
    for tokens, expected in zip(X[:5], together, strict=True):
        (alone,) = tagger.predict_proba([tokens])
        np.testing.assert_allclose(alone, expected, rtol=1e-4)


@pytest.mark.core
def test_values_of_time_steps_are_labelled_by_what_comes_later():
    tagger = RNNTagger(**QUICK | {"learning_rate": 0.05}, epochs=40).fit(WALKS, SIGNS)
    assert tagger.score(WALKS, SIGNS) > 0.95
    assert tagger.predict(WALKS[:2])[1].dtype == SIGNS[0].dtype
    forwards = RNNTagger(**QUICK | {"learning_rate": 0.05}, bidirectional=False, epochs=40)
    assert forwards.fit(WALKS, SIGNS).score(WALKS, SIGNS) < 0.9


def test_values_come_as_arrays_of_two_or_three_dimensions():
    panel = np.random.default_rng(0).normal(size=(20, 4, 2))
    labels = np.where(panel[:, :, 1] > 0, "up", "down")
    tagger = RNNTagger(**QUICK | {"learning_rate": 0.05}, epochs=30).fit(panel, labels)
    assert tagger.score(panel, labels) > 0.9
    assert tagger.n_features_in_ == 2
    flat = RNNTagger(**QUICK, epochs=1).fit(panel[:, :, 0], labels)
    assert [part.shape for part in flat.predict(panel[:, :, 0])] == [(4,)] * 20


@pytest.mark.core
def test_the_loss_and_the_accuracy_are_means_over_tokens():
    tagger = RNNTagger(**QUICK, epochs=3, batch_size=64)
    weights = np.linspace(0.5, 2, len(X))
    tagger.fit(X, Y, weights, X_val=X, y_val=Y)
    targets, outputs = np.concatenate(Y), get_outputs(tagger)
    assert tagger.history_["val_loss"][-1] == pytest.approx(log_loss(targets, outputs), rel=1e-4)
    assert tagger.history_["val_accuracy"][-1] == pytest.approx(tagger.score(X, Y))
    still = RNNTagger(**QUICK | {"learning_rate": 1e-9}, epochs=1, batch_size=64)
    still.fit(X, Y, weights)
    each = np.repeat(weights, [len(row) for row in X])
    losses = [
        -np.log(p[still.classes_ == t][0])
        for p, t in zip(get_outputs(still), targets, strict=True)
    ]
    assert still.history_["loss"][0] == pytest.approx(np.mean(each * losses), rel=1e-4)


@pytest.mark.parametrize("metric", ["top_k_categorical_accuracy", "categorical_crossentropy"])
def test_metrics_of_classes_are_means_over_tokens(metric):
    history = fit(metrics=[metric, "accuracy"], epochs=8).history_
    assert history[metric][-1] < 1 or metric.startswith("top")
    assert 0 < history["accuracy"][-1] <= 1


def test_a_sequence_of_weight_0_might_as_well_not_be_there():
    wrong = [row[::-1] for row in Y]
    weights = np.repeat([1, 0], len(X))
    tagger = RNNTagger(**QUICK, epochs=2).fit(X + X, Y + wrong, weights)
    np.testing.assert_array_equal(get_outputs(tagger), get_outputs(fit(epochs=2)))
    expected = np.average([1, 0], weights=[3 * 1, 1 * 2])
    truth = [tagger.predict([["fish"]])[0], ["?", "?"]]
    score = tagger.score([["fish"], ["a", "can"]], truth, sample_weight=[3, 1])
    assert score == pytest.approx(expected)


def test_rare_and_new_tokens_share_a_vector_and_spelling_tells_them_apart():
    X = [[word] for c in "abcdefghijklmnop" for word in ("un" + c * 3, c * 4 + "ed")] * 2
    Y = [["ADJ"], ["VERB"]] * 32
    tagger = RNNTagger(**QUICK, min_count=3, epochs=20).fit(X, Y)
    assert tagger.vocabulary_ == {}
    assert np.concatenate(tagger.predict([["pixed"], ["unqqq"]])).tolist() == ["VERB", "ADJ"]
    plain = RNNTagger(**QUICK, min_count=3, spelling=False, epochs=1).fit(X, Y)
    one, other = plain.predict_proba([["pixed"], ["unqqq"]])
    np.testing.assert_array_equal(one, other)


def test_the_vocabulary_holds_what_is_common_enough():
    X, Y = [["The", "sea"], ["the", "sun"], ["Sea"]], [["D", "N"], ["D", "N"], ["N"]]
    tagger = RNNTagger(**QUICK, epochs=1)
    assert tagger.fit(X, Y).vocabulary_ == {"the": 2, "sea": 3}
    assert tagger.set_params(lowercase=False).fit(X, Y).vocabulary_ == {}
    assert list(tagger.set_params(min_count=1).fit(X, Y).vocabulary_) == [
        *("The", "sea", "the", "sun", "Sea")
    ]


@pytest.mark.parametrize(
    "form",
    [
        lambda rows: [tuple(row) for row in rows],
        lambda rows: [np.array(row) for row in rows],
        lambda rows: pd.Series(rows),
        lambda rows: np.array(rows, dtype=object),
        lambda rows: pd.DataFrame({"sentence": rows}),
        lambda rows: pl.DataFrame({"sentence": rows}),
    ],
    ids=["tuples", "arrays", "series", "objects", "table", "polars"],
)
def test_sequences_come_in_many_forms(form):
    expected = get_outputs(fit(epochs=1))
    tagger = RNNTagger(**QUICK, epochs=1).fit(form(X), form(Y))
    np.testing.assert_array_equal(get_outputs(tagger, form(X)), expected)


@pytest.mark.core
def test_a_seed_decides_every_bit_and_copies_and_pickles_agree():
    tagger = fit(epochs=2)
    expected = get_outputs(tagger)
    np.testing.assert_array_equal(get_outputs(clone(tagger).fit(X, Y)), expected)
    np.testing.assert_array_equal(get_outputs(pickle.loads(pickle.dumps(tagger))), expected)
    assert (get_outputs(fit(epochs=2, random_state=1)) != expected).any()


def test_searches_and_cross_validation_take_whole_sequences():
    tagger = RNNTagger(**QUICK, epochs=20)
    assert not is_classifier(tagger)
    scores = cross_val_score(tagger, X, Y, cv=3)
    assert scores.min() > 0.9
    rows, held_out = next(KFold(3).split(X))
    by_hand = clone(tagger).fit([X[i] for i in rows], [Y[i] for i in rows])
    assert scores[0] == by_hand.score([X[i] for i in held_out], [Y[i] for i in held_out])
    search = GridSearchCV(tagger, {"epochs": [1, 20]}, cv=2).fit(X, Y)
    assert search.best_params_ == {"epochs": 20}
    assert search.predict(X[:1])[0].tolist() == Y[0]


def test_early_stopping_sets_whole_sequences_aside():
    tagger = fit(early_stopping=True, n_iter_no_change=1, tol=10.0)
    assert tagger.n_iter_ == 2
    assert "val_accuracy" in tagger.history_


def test_several_networks_give_the_mean_of_their_probabilities():
    tagger = fit(n_networks=2, epochs=2)
    network = tagger.model_
    ids = np.array([[tagger.vocabulary_[token] for token in X[0]]], np.int32)
    plain = fit(n_networks=2, epochs=2, spelling=False)
    np.testing.assert_allclose(
        plain.model_.predict(ids, verbose=0)[0], plain.predict_proba(X[:1])[0], rtol=1e-4
    )
    assert network.output_shape == (None, None, 5)


def test_training_goes_on_with_the_same_labels_and_words():
    tagger = fit(warm_start=True, epochs=1)
    tagger.fit(X, Y)
    assert len(tagger.history_["loss"]) == tagger.n_iter_ == 2
    with pytest.raises(ValueError, match="'ADV'"):
        tagger.fit([["now"]], [["ADV"]])
    assert tagger.n_iter_ == 2


def test_a_network_of_another_kind_reads_ids_of_tokens():
    import keras

    def build(description):
        ids = keras.Input((None,), dtype="int32")
        x = keras.layers.Embedding(description["n_tokens"], 8, mask_zero=True)(ids)
        outputs = keras.layers.Dense(description["n_outputs"], description["activation"])(x)
        return keras.Model(ids, outputs)

    tagger = fit(network=build)
    assert 0.5 < tagger.score(X, Y) < 1  # of a word alone


@pytest.mark.parametrize("name", CHECKS)
def test_scikit_learn_check_holds(name):
    getattr(estimator_checks, name)("RNNTagger", RNNTagger())


@pytest.mark.core
def test_tags_that_words_far_away_decide_are_learned():
    X, y = make_tagged_sentences(1500, max_phrases=1, random_state=0, return_X_y=True)
    words = {"units": 24, "embedding_dim": 24, "dropout": 0.0, "learning_rate": 0.01}
    tagger = RNNTagger(**words, epochs=12, early_stopping=False, random_state=0)
    predicted = tagger.fit(X[:1200], y[:1200]).predict(X[1200:])
    names = [
        (ours == truth)
        for row, *tags in zip(X[1200:], predicted, y[1200:], strict=True)
        for token, ours, truth in zip(row, *tags, strict=True)
        if token[0].isupper()
    ]
    assert np.mean(names) > 0.95
