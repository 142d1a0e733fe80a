"""Labels of raw texts, and the checks that scikit-learn's suite leaves out for texts."""

import pickle
from copy import copy

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import BaseEstimator, TransformerMixin, clone, is_classifier
from sklearn.ensemble import AdaBoostClassifier, BaggingClassifier
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags, resample

from skrnn import RNNClassifier, RNNTextClassifier, SequenceTokenizer
from skrnn.datasets import make_reviews

QUICK = {
    "cell": "simple",
    "units": 6,
    "bidirectional": False,
    "embedding_dim": 6,
    "dropout": 0.0,
    "epochs": 20,
    "learning_rate": 0.02,
    "random_state": 0,
}
LEAN = QUICK | {"linear": False}
TEXTS = ["good", "not good", "bad", "not bad", "so good", "so bad"] * 8
LABELS = ["+", "-", "-", "+", "+", "-"] * 8


@pytest.fixture
def texts():
    return list(TEXTS)


@pytest.fixture
def labels():
    return list(LABELS)


@pytest.fixture(scope="module")
def shared():
    return RNNTextClassifier(**QUICK).fit(TEXTS, LABELS)


@pytest.fixture
def fitted(shared):
    return copy(shared)


@pytest.mark.core
def test_word_order_is_learned(texts, labels):
    rnn = RNNTextClassifier(**QUICK | {"epochs": 60}).fit(texts, labels)
    assert rnn.score(texts, labels) == 1
    assert rnn.classes_.tolist() == ["+", "-"]
    bag = make_pipeline(TfidfVectorizer(), LogisticRegression()).fit(texts, labels)
    assert bag.score(texts, labels) < 1


@pytest.mark.parametrize("language", ["en", pytest.param("ko", marks=pytest.mark.slow)])
def test_reviews_that_turn_on_word_order_are_learned(language):
    X, y = make_reviews(1500, language=language, random_state=0, return_X_y=True)
    rnn = RNNTextClassifier(
        units=24,
        embedding_dim=24,
        dropout=0.2,
        epochs=8,
        learning_rate=0.005,
        early_stopping=False,
        random_state=0,
    )
    bag = make_pipeline(TfidfVectorizer(), LogisticRegression())
    assert rnn.fit(X[:1200], y[:1200]).score(X[1200:], y[1200:]) > 0.75
    assert bag.fit(X[:1200], y[:1200]).score(X[1200:], y[1200:]) < 0.65


@pytest.mark.core
def test_without_a_linear_part_it_is_a_tokenizer_and_a_classifier(texts, labels):
    rnn = RNNTextClassifier(**QUICK, linear=False).fit(texts, labels)
    two_steps = make_pipeline(
        SequenceTokenizer(), RNNClassifier(**QUICK, embedding="learned", pooling="mean_max")
    ).fit(texts, labels)
    np.testing.assert_allclose(two_steps.predict_proba(texts), rnn.predict_proba(texts), atol=1e-6)


@pytest.mark.parametrize(
    "convert",
    [
        *(list, tuple, np.array, lambda x: np.array(x, object), pd.Series, pl.Series),
        *(lambda x: np.array(x)[:, None], pd.DataFrame, pl.DataFrame),
    ],
)
def test_any_column_of_texts_is_taken(convert, texts, labels, fitted):
    rnn = RNNTextClassifier(**QUICK).fit(convert(texts), labels)
    np.testing.assert_array_equal(rnn.predict_proba(convert(texts)), fitted.predict_proba(texts))


@pytest.mark.parametrize("ensemble", [BaggingClassifier, AdaBoostClassifier])
@pytest.mark.parametrize("convert", [np.array, pd.DataFrame])
def test_a_column_of_texts_can_be_learned_by_an_ensemble(ensemble, convert, texts, labels):
    column = convert([[text] for text in texts])
    learned = ensemble(RNNTextClassifier(**LEAN), n_estimators=2, random_state=0)
    assert learned.fit(column, labels).score(column, labels) > 0.8


def test_a_column_of_texts_can_be_shuffled_and_sampled(texts, labels, fitted):
    frame = pd.DataFrame({"text": texts})
    for X in (frame, frame.to_numpy()):
        drop = permutation_importance(fitted, X, labels, n_repeats=2, random_state=0)
        assert drop.importances_mean[0] > 0.2
    assert fitted.score(*resample(frame, labels, random_state=0)) > 0.9


def test_padding_of_the_tokenizer_does_not_change_the_result(texts, labels, fitted):
    rnn = RNNTextClassifier(**QUICK, tokenizer=SequenceTokenizer(padding="post", maxlen=9))
    np.testing.assert_allclose(
        rnn.fit(texts, labels).predict_proba(texts), fitted.predict_proba(texts), atol=1e-5
    )


@pytest.mark.parametrize("oov_token", ["<oov>", None])
def test_empty_and_unknown_texts_are_predicted(texts, labels, oov_token):
    rnn = RNNTextClassifier(**QUICK, tokenizer=SequenceTokenizer(oov_token=oov_token))
    proba = rnn.fit(texts, labels).predict_proba(["", "never seen words", "good"])
    assert np.isfinite(proba).all()
    np.testing.assert_allclose(proba[0], rnn.predict_proba([""])[0], atol=1e-6)


def test_parameters_of_the_tokenizer_tune_in_a_grid(texts, labels):
    rnn = RNNTextClassifier(**LEAN | {"epochs": 3})
    grid = {"tokenizer__maxlen": [1, 3], "tokenizer__analyzer": ["word", "char"]}
    search = GridSearchCV(rnn, grid, cv=2, error_score="raise").fit(texts, labels)
    assert search.best_estimator_.tokenizer_.maxlen_ in (1, 3)
    assert rnn.get_params()["tokenizer__maxlen"] is None


def test_estimators_do_not_share_a_default_tokenizer():
    first, second = RNNTextClassifier(), RNNTextClassifier()
    first.set_params(tokenizer__maxlen=3)
    assert second.tokenizer.maxlen is None


def test_one_hot_vectors_are_an_embedding_too(texts, labels):
    rnn = RNNTextClassifier(**LEAN, embedding="onehot").fit(texts, labels)
    n_tokens, units = rnn.tokenizer_.n_tokens_, QUICK["units"]
    assert rnn.model_.get_weights()[0].shape == (n_tokens, units)
    assert rnn.score(texts, labels) > 0.9


def test_given_vectors_are_where_training_begins(texts, labels):
    vectors = {"good": [1.0, 2, 3], "bad": [-1.0, -2, -3], "unused": [9.0, 9, 9]}
    rnn = RNNTextClassifier(**LEAN | {"epochs": 1, "learning_rate": 1e-30}, embedding=vectors)
    matrix = rnn.fit(texts, labels).model_.get_weights()[0]
    vocabulary = rnn.tokenizer_.vocabulary_
    np.testing.assert_allclose(matrix[vocabulary["good"]], vectors["good"])
    np.testing.assert_allclose(matrix[vocabulary["bad"]], vectors["bad"])
    widest = np.sqrt(3) * np.std([vectors["good"], vectors["bad"]])  # of the same deviation
    assert 0 < np.abs(matrix[vocabulary["not"]]).max() <= widest


class Strip(TransformerMixin, BaseEstimator):
    """A step before the tokenizer, or a tokenizer that does not tell its vocabulary."""

    def __init__(self, tokenizer=None):
        self.tokenizer = tokenizer

    def fit(self, X, y=None):
        self.fitted_ = clone(self.tokenizer).fit(X) if self.tokenizer else True
        return self

    def transform(self, X):
        return self.fitted_.transform(X) if self.tokenizer else [text.strip("<>") for text in X]


@pytest.mark.parametrize(
    "tokenizer",
    [
        make_pipeline(Strip(), SequenceTokenizer(max_features=6)),
        make_pipeline(Strip(), make_pipeline(SequenceTokenizer(max_features=6)), "passthrough"),
    ],
)
def test_vectors_are_of_the_tokens_of_a_pipeline(texts, labels, tokenizer):
    parameters = LEAN | {"embedding": {"good": [1.0, 2], "bad": [3.0, 4]}, "epochs": 2}
    texts = [f"<{text}>" for text in texts]
    plain = RNNTextClassifier(**parameters, tokenizer=SequenceTokenizer(max_features=6))
    rnn = RNNTextClassifier(**parameters, tokenizer=tokenizer)
    for classifier in (plain, rnn):
        classifier.fit(texts, labels)
    np.testing.assert_array_equal(rnn.predict_proba(texts), plain.predict_proba(texts))


def test_a_tokenizer_without_a_vocabulary_is_told_from_a_faulty_embedding(texts, labels):
    rnn = RNNTextClassifier(**QUICK, tokenizer=Strip(SequenceTokenizer()))
    assert rnn.fit(texts, labels).score(texts, labels) > 0.6
    rnn.set_params(embedding={"good": [1.0, 2]})
    with pytest.raises(ValueError, match=r"^tokenizer must .* got Strip.*It has no vocabulary_"):
        rnn.fit(texts, labels)


def test_vectors_of_which_none_matches_are_warned_of(texts, labels):
    rnn = RNNTextClassifier(**QUICK, embedding={"Good": [1.0, 2], "Bad": [3.0, 4]})
    told = r"vectors for 0 of the 4 tokens .*like 'Good', the vocabulary tokens like 'so'"
    with pytest.raises(UserWarning, match=told):  # an error to pytest
        rnn.fit(texts, labels)


@pytest.mark.parametrize("oov_token", ["<oov>", None])
@pytest.mark.parametrize("go_on", ["partial_fit", "fit"])
def test_going_on_with_texts_of_other_words_is_warned_of(texts, labels, oov_token, go_on):
    tokenizer = SequenceTokenizer(oov_token=oov_token)
    rnn = RNNTextClassifier(**LEAN | {"epochs": 1}, tokenizer=tokenizer, warm_start=True)
    learn = getattr(rnn.fit(texts, labels), go_on)
    with pytest.raises(
        UserWarning, match="Of the 48 tokens in X, 100% are not in the vocabulary:"
    ):
        learn(["other words"] * 24, labels[:24])
    with pytest.raises(UserWarning, match=r"Of the 168 tokens in X, 71% are cut off, .* maxlen:"):
        learn(["so so so so so so bad"] * 24, labels[:24])
    assert rnn.n_iter_ == 1
    learn(["a new good film"], ["+"])  # too few to tell
    learn(["so so bad", *texts], ["-", *labels])
    assert rnn.predict(["nothing of this is known to it"] * 9).shape == (9,)


def test_what_the_tokenizer_is_told_to_leave_out_is_not_warned_of(texts, labels):
    tokenizer = SequenceTokenizer(max_features=4, maxlen=1)
    rnn = RNNTextClassifier(**LEAN | {"epochs": 1}, tokenizer=tokenizer)
    rnn.fit(texts, labels).partial_fit(["so good a bad"] * 48, labels)
    assert rnn.n_iter_ == 2


def test_training_that_goes_on_reads_each_text_once(texts, labels):
    read = []
    tokenizer = SequenceTokenizer(analyzer=lambda text: read.append(text) or text.split())
    rnn = RNNTextClassifier(**QUICK | {"epochs": 1}, tokenizer=tokenizer).fit(texts, labels)
    read.clear()
    rnn.partial_fit(texts, labels)
    assert read == texts


def test_early_stopping_is_automatic_where_there_is_enough(texts, labels):
    few = RNNTextClassifier(**QUICK | {"epochs": 1}).fit(texts, labels)
    assert "val_loss" not in few.history_
    many = RNNTextClassifier(**QUICK | {"epochs": 1}).fit(texts * 21, labels * 21)
    assert "val_loss" in many.history_


@pytest.mark.core
def test_several_labels_at_a_time(texts, labels):
    y = np.column_stack([np.array(labels) == "+", [text.startswith("so") for text in texts]])
    rnn = RNNTextClassifier(**QUICK | {"epochs": 60}).fit(texts, y.astype(int))
    assert (rnn.predict(texts) == y).mean() > 0.95


def test_a_callable_cuts_texts():
    rnn = RNNTextClassifier(
        **QUICK, tokenizer=SequenceTokenizer(analyzer=lambda text: text.split("|"))
    ).fit(["a|b", "b|a"] * 10, [0, 1] * 10)
    assert set(rnn.tokenizer_.vocabulary_) == {"<oov>", "a", "b"}


# What scikit-learn's suite checks of other estimators


def test_clone_keeps_parameters_and_drops_what_was_fitted(fitted):
    twin = clone(fitted)
    assert twin.get_params().keys() == fitted.get_params().keys()
    assert not [name for name in vars(twin) if name.endswith("_")]
    with pytest.raises(NotFittedError):
        twin.predict(["good"])


def test_parameters_are_set_and_got():
    rnn = RNNTextClassifier()
    rnn.set_params(units=3, tokenizer__skip_top=2)
    assert rnn.get_params()["units"] == 3
    assert rnn.get_params()["tokenizer__skip_top"] == 2
    with pytest.raises(ValueError, match="Invalid parameter 'unit'"):
        rnn.set_params(unit=3)


def test_fit_leaves_parameters_and_data_alone(texts, labels):
    rnn = RNNTextClassifier(**QUICK | {"epochs": 1})
    before, words = rnn.get_params(), list(texts)
    rnn.fit(texts, labels)
    assert rnn.get_params() == before
    assert texts == words
    assert not hasattr(rnn.tokenizer, "vocabulary_")


def test_fitting_again_gives_the_same(texts, labels, fitted):
    expected = fitted.predict_proba(texts)
    np.testing.assert_array_equal(fitted.fit(texts, labels).predict_proba(texts), expected)


def test_predicting_changes_nothing(texts, fitted):
    before = dict(vars(fitted))
    for method in (fitted.predict, fitted.predict_proba, fitted.decision_function):
        method(texts)
    assert vars(fitted) == before


def test_predictions_do_not_depend_on_the_other_texts(texts, fitted):
    whole = fitted.predict_proba(texts)
    np.testing.assert_allclose(fitted.predict_proba(texts[::-1]), whole[::-1], atol=1e-6)
    alone = np.vstack([fitted.predict_proba([text]) for text in texts[:6]])
    np.testing.assert_allclose(alone, whole[:6], atol=1e-6)


@pytest.mark.core
def test_it_pickles(texts, fitted):
    loaded = pickle.loads(pickle.dumps(fitted))
    np.testing.assert_array_equal(loaded.predict_proba(texts), fitted.predict_proba(texts))


def test_repr_is_short_and_html_shows_the_tokenizer():
    rnn = RNNTextClassifier(cell="gru")
    assert repr(rnn) == "RNNTextClassifier(cell='gru', tokenizer=SequenceTokenizer())"
    assert "SequenceTokenizer" in rnn._repr_html_()


def test_tags_say_that_it_reads_texts():
    tags = get_tags(RNNTextClassifier())
    assert tags.input_tags.string
    assert not tags.input_tags.two_d_array
    assert is_classifier(RNNTextClassifier())


def test_weights_classes_and_validation_are_taken(texts, labels):
    rnn = RNNTextClassifier(**QUICK | {"epochs": 2}, class_weight="balanced")
    rnn.fit(texts, labels, sample_weight=np.ones(48), X_val=texts, y_val=labels)
    assert len(rnn.history_["val_accuracy"]) == 2
    rnn.partial_fit(["good again"], ["+"])
    assert rnn.n_iter_ == 3
    assert "again" not in rnn.tokenizer_.vocabulary_


def test_cross_validation_with_several_scorers(texts, labels):
    scores = cross_validate(
        RNNTextClassifier(**LEAN), texts, labels, cv=3, scoring=["accuracy", "roc_auc"]
    )
    assert scores["test_accuracy"].mean() > 0.7
    assert cross_val_score(clone(RNNTextClassifier(**LEAN)), texts, labels, cv=3).shape == (3,)


def test_a_failed_fit_leaves_it_as_it_was(texts, labels, fitted):
    before, expected = dict(vars(fitted)), fitted.predict_proba(texts)
    for bad_X, bad_y in [(["a", None], [0, 1]), (texts, labels[:-1]), (texts, ["+"] * 48)]:
        with pytest.raises((ValueError, TypeError)):
            fitted.fit(bad_X, bad_y)
        assert vars(fitted) == before
    np.testing.assert_array_equal(fitted.predict_proba(texts), expected)
