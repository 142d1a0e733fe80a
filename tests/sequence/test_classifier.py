"""Labels of sequences."""

import numpy as np
import pandas as pd
import pytest
from grids import thin_out
from scipy.sparse import csr_matrix
from scipy.special import expit
from sklearn.base import clone, is_classifier
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline

from skrnn import RNNClassifier, SequenceTokenizer

QUICK = {"cell": "simple", "units": 6, "epochs": 25, "learning_rate": 0.02, "random_state": 0}


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(150, 5))


@pytest.mark.core
def test_string_labels_come_back(X):
    y = np.where(X.sum(axis=1) > 0, "up", "down")
    rnn = RNNClassifier(**QUICK).fit(X, y)
    assert rnn.classes_.tolist() == ["down", "up"]
    assert rnn.score(X, y) > 0.9
    assert set(rnn.predict(X)) == {"down", "up"}


@pytest.mark.core
@pytest.mark.parametrize("n_classes", [2, 3, 5])
def test_probabilities_sum_to_one_and_lead_to_the_prediction(X, n_classes):
    y = np.digitize(X[:, -1], np.linspace(-1, 1, n_classes + 1)[1:-1])
    rnn = RNNClassifier(**QUICK).fit(X, y)
    proba = rnn.predict_proba(X)
    assert proba.shape == (150, n_classes)
    np.testing.assert_allclose(proba.sum(axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(rnn.classes_[proba.argmax(axis=1)], rnn.predict(X))
    assert rnn.score(X, y) > 0.75


def test_decision_function_is_the_log_odds(X):
    rnn = RNNClassifier(**QUICK).fit(X, X[:, 0] > 0)
    scores = rnn.decision_function(X)
    assert scores.shape == (150,)
    np.testing.assert_allclose(expit(scores), rnn.predict_proba(X)[:, 1], rtol=1e-4, atol=1e-6)


@pytest.mark.core
def test_several_labels_at_a_time(X):
    y = (X[:, [0, 2, 4]] > 0).astype(int)
    rnn = RNNClassifier(**QUICK | {"units": 16, "epochs": 60}).fit(X, y)
    assert rnn.predict(X).shape == (150, 3)
    assert (rnn.predict(X) == y).mean() > 0.85
    np.testing.assert_array_equal(rnn.predict_proba(X) > 0.5, rnn.predict(X))
    assert rnn.decision_function(X).shape == (150, 3)
    sparse = RNNClassifier(**QUICK | {"units": 16, "epochs": 60}).fit(X, csr_matrix(y))
    np.testing.assert_array_equal(sparse.predict(X), rnn.predict(X))


def test_sequences_may_have_features_and_any_length():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(100, 6, 2))
    y = X[:, :, 0].sum(axis=1) > X[:, :, 1].sum(axis=1)
    rnn = RNNClassifier(**QUICK).fit(X, y)
    assert rnn.score(X, y) > 0.85
    assert rnn.n_features_in_ == 2
    assert rnn.predict(X[:, :4]).shape == (100,)


@pytest.mark.core
def test_sequences_of_unequal_lengths_are_as_if_padded_with_nan(X):
    lengths = np.random.default_rng(1).integers(1, 6, 150)
    ragged = [row[:n] for row, n in zip(X, lengths, strict=True)]
    padded = np.where(np.arange(5) < lengths[:, None], X, np.nan)
    y = [row.sum() > 0 for row in ragged]
    rnn = RNNClassifier(**QUICK).fit(padded, y)
    assert rnn.score(padded, y) > 0.85
    same = RNNClassifier(**QUICK).fit(ragged, y)
    np.testing.assert_allclose(same.predict_proba(ragged), rnn.predict_proba(padded), atol=1e-6)


def test_nan_in_a_prediction_is_a_missing_step_whatever_was_trained_on(X):
    rnn = RNNClassifier(**QUICK).fit(X, X.sum(axis=1) > 0)
    holes = X.copy()
    holes[:, 1] = np.nan
    short = np.delete(X, 1, axis=1)[:, :, None]
    np.testing.assert_allclose(rnn.predict_proba(holes), rnn.predict_proba(short), atol=1e-6)
    assert rnn.model_.input_shape == (None, None, 1)


# Token ids


@pytest.mark.core
@pytest.mark.parametrize("embedding", ["learned", "onehot"])
def test_token_ids_are_read_with_an_embedding(embedding):
    ids = np.random.default_rng(0).integers(1, 12, (200, 6))
    y = ids[:, -1] > 6
    rnn = RNNClassifier(**QUICK, embedding=embedding, embedding_dim=4).fit(ids, y)
    assert rnn.score(ids, y) > 0.9
    assert not hasattr(rnn, "n_features_in_")


@pytest.mark.parametrize(
    "pooling", thin_out(["last", "mean", "max", "mean_max"], ["last", "mean_max"])
)
def test_where_padding_stands_does_not_matter(pooling):
    rng = np.random.default_rng(0)
    ids = rng.integers(1, 12, (60, 6))
    lengths = rng.integers(1, 7, (60, 1))
    behind = np.where(np.arange(6) < lengths, ids, 0)
    front = np.array([np.roll(row, (row == 0).sum()) for row in behind])
    wide = np.pad(front, [(0, 0), (3, 0)])
    rnn = RNNClassifier(**QUICK | {"epochs": 2}, embedding="learned", pooling=pooling)
    rnn.fit(behind, ids[:, 0] > 6)
    expected = rnn.predict_proba(behind)
    np.testing.assert_allclose(rnn.predict_proba(front), expected, atol=1e-6)
    np.testing.assert_allclose(rnn.predict_proba(wide), expected, atol=1e-6)
    np.testing.assert_allclose(
        rnn.model_.predict(front, verbose=0)[:, 0], expected[:, 1], atol=1e-6
    )


def test_an_id_that_did_not_occur_in_training_is_skipped():
    ids = np.array([[1, 2, 3], [3, 2, 1]] * 10)
    rnn = RNNClassifier(**QUICK | {"epochs": 2}, embedding="learned").fit(ids, [0, 1] * 10)
    with_unknown = rnn.predict_proba([[1, 99, 2]])
    np.testing.assert_allclose(with_unknown, rnn.predict_proba([[1, 2, 0]]), atol=1e-6)


def test_embedding_begins_with_given_vectors():
    ids = np.array([[1, 2, 3], [3, 2, 1]] * 10)
    vectors = np.random.default_rng(0).normal(size=(5, 7))
    rnn = RNNClassifier(**QUICK | {"epochs": 1, "learning_rate": 1e-30}, embedding=vectors)
    weights = rnn.fit(ids, [0, 1] * 10).model_.get_weights()[0]
    np.testing.assert_allclose(weights, vectors, rtol=1e-6)


@pytest.mark.parametrize("ids", [[[1.5, 2]] * 2, [[-1, 2]] * 2])
def test_numbers_that_are_not_ids_are_an_error(ids):
    with pytest.raises(ValueError, match=r"token id|whole"):
        RNNClassifier(embedding="learned").fit(ids, [0, 1])


def test_tokenizer_and_classifier_are_a_pipeline():
    texts = ["good film", "bad film", "so good", "so bad"] * 10
    labels = ["+", "-"] * 20
    pipeline = make_pipeline(SequenceTokenizer(), RNNClassifier(**QUICK, embedding="learned"))
    assert pipeline.fit(texts, labels).predict(["good", "bad"]).tolist() == ["+", "-"]
    search = GridSearchCV(pipeline, {"sequencetokenizer__maxlen": [1, 2]}, cv=2)
    assert search.fit(texts, labels).best_score_ > 0.9


# Labels


@pytest.mark.core
def test_partial_fit_knows_classes_that_have_not_come(X):
    y = np.digitize(X[:, 0], [-0.5, 0.5])
    rnn = RNNClassifier(**QUICK)
    rnn.partial_fit(X[y < 2], y[y < 2], classes=[0, 1, 2])
    for _ in range(30):
        rnn.partial_fit(X, y)
    assert rnn.n_iter_ == 31
    assert rnn.score(X, y) > 0.7
    with pytest.raises(ValueError, match="holds the label 7"):
        rnn.partial_fit(X, y + 6)


def test_labels_of_validation_data_must_be_known(X):
    y = X[:, 0] > 0
    with pytest.raises(ValueError, match="none of classes_"):
        RNNClassifier(**QUICK).fit(X, y.astype(int), X_val=X, y_val=y + 3)


def test_another_loss_gets_one_hot_targets(X):
    y = np.digitize(X[:, 0], [-0.5, 0.5])
    words = QUICK | {"epochs": 2}
    sparse = RNNClassifier(**words).fit(X, y)
    dense = RNNClassifier(**words, loss="categorical_crossentropy").fit(X, y)
    np.testing.assert_allclose(dense.predict_proba(X), sparse.predict_proba(X), atol=1e-5)
    np.testing.assert_allclose(dense.history_["accuracy"], sparse.history_["accuracy"])


# scikit-learn


def test_cross_validation_is_stratified(X):
    assert is_classifier(RNNClassifier())
    y = np.array([0] * 140 + [1] * 10)
    scores = cross_val_score(RNNClassifier(**QUICK | {"epochs": 1}), X, y, cv=5)
    assert np.isfinite(scores).all()


def test_repr_shows_what_was_changed():
    rnn = RNNClassifier(cell="gru", units=(8, 4))
    assert repr(rnn) == "RNNClassifier(cell='gru', units=(8, 4))"
    assert "RNNClassifier" in rnn._repr_html_()
    assert repr(clone(rnn)) == repr(rnn)


def test_column_names_are_checked(X):
    frame = pd.DataFrame(X, columns=list("abcde"))
    rnn = RNNClassifier(**QUICK | {"epochs": 1}).fit(frame, X[:, 0] > 0)
    assert rnn.feature_names_in_.tolist() == list("abcde")
    with pytest.raises(ValueError, match="feature names"):
        rnn.predict(frame[list("edcba")])


@pytest.mark.core
def test_accuracy_of_several_labels_is_that_of_score():
    X = np.random.default_rng(0).normal(size=(80, 4))
    y = (X[:, :3] > 0).astype(int)
    rnn = RNNClassifier(**QUICK | {"epochs": 3}).fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    assert rnn.history_["val_accuracy"][-1] == pytest.approx(rnn.score(X[40:], y[40:]))


def test_a_fit_forgets_what_another_kind_of_input_was_like():
    X = np.random.default_rng(0).normal(size=(20, 4))
    ids, y = np.arange(80).reshape(20, 4) + 1, np.arange(20) > 9
    rnn = RNNClassifier(**QUICK | {"epochs": 1}).fit(X, y)
    rnn.set_params(embedding="learned").fit(ids, y)
    assert not hasattr(rnn, "n_features_in_")
    with pytest.raises(ValueError, match="embedding=None is not what"):
        rnn.set_params(embedding=None).predict(X)
