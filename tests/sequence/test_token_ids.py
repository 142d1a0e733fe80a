"""Token ids that are read as values, and values that are read as token ids, do not pass unseen."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline

from skrnn import NumpyRNNClassifier, RNNClassifier, RNNRegressor, SequenceTokenizer
from skrnn.sequence._token_ids import check_padding, list_integers, look_like_ids

TEXTS = ["good film", "bad", "so good a film", "so bad"] * 3
LABELS = [1, 0] * 6
ESTIMATORS = [
    RNNClassifier(cell="simple", units=2, epochs=1),
    NumpyRNNClassifier(units=2, epochs=1),
    RNNRegressor(cell="simple", units=2, epochs=1),
]
RNG = np.random.default_rng(0)


def draw_ranks(shape, n_tokens=5000):
    """Draw ids as the words of a text are distributed."""
    weights = 1 / np.arange(1, n_tokens)
    return RNG.choice(np.arange(1, n_tokens), shape, p=weights / weights.sum())


def look(X):
    rows = list_integers(X)
    return rows is not None and look_like_ids(rows)


@pytest.mark.parametrize("estimator", ESTIMATORS, ids=lambda e: type(e).__name__)
@pytest.mark.parametrize("output", ["default", "pandas", "polars"])
def test_ids_of_a_tokenizer_that_are_read_as_values_are_warned_of(estimator, output):
    tokenizer = SequenceTokenizer().set_output(transform=output)
    with pytest.raises(UserWarning, match=rf"token ids, up to 6, but {type(estimator).__name__}"):
        make_pipeline(tokenizer, estimator).fit(TEXTS, LABELS)


def test_the_warning_says_what_to_do():
    tokenizer = SequenceTokenizer()
    ids = tokenizer.fit_transform(TEXTS)
    given = [
        "give embedding='learned' if .*, or",
        "give embedding='onehot' if",
        "give X as floats",
    ]
    for estimator, advice in zip(map(clone, ESTIMATORS), given, strict=True):
        with pytest.raises(UserWarning, match=advice):  # an error to pytest
            estimator.fit(ids, LABELS)
        assert not hasattr(estimator, "history_")
        estimator.fit(ids.astype(float), LABELS)
        estimator.partial_fit(ids, LABELS)  # it has been said


@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("parameters", [{}, {"oov_token": None, "skip_top": 1}, {"maxlen": 2}])
def test_ids_of_a_tokenizer_look_like_ids(padding, parameters):
    tokenizer = SequenceTokenizer(padding=padding, **parameters)
    assert look(tokenizer.fit_transform(TEXTS))
    assert look(tokenizer.fit_transform(TEXTS)[:, :, None])
    assert look(tokenizer.texts_to_sequences(TEXTS))
    assert look(tokenizer.fit_transform(["a b", "b c", "b d"]))


@pytest.mark.parametrize(
    "X",
    [
        draw_ranks((50, 20)),
        np.pad(draw_ranks((50, 20)), ((0, 0), (3, 0))),
        [draw_ranks(n) for n in range(5, 50)],
        [draw_ranks(n).tolist() for n in range(5, 50)],
        pd.DataFrame(draw_ranks((50, 20))),
        pl.DataFrame(draw_ranks((50, 20))),
    ],
)
def test_ids_of_another_type_look_like_ids_by_their_distribution(X):
    assert look(X)


COUNTS = RNG.poisson(2, (50, 12))


@pytest.mark.parametrize(
    "X",
    [
        COUNTS,
        COUNTS.astype(np.int32),
        COUNTS.tolist(),
        COUNTS + 1,
        COUNTS.cumsum(axis=1),
        np.exp(np.arange(20) / 2 + RNG.random((9, 1))).astype(int),  # cases of a young epidemic
        RNG.negative_binomial(0.3, 0.01, (50, 12)),
        RNG.integers(0, 2, (50, 12), dtype=np.int32),
        RNG.integers(60, 180, (50, 12), dtype=np.int32),
        RNG.integers(1, 6, (50, 12)),
        RNG.integers(0, 256, (50, 12), dtype=np.uint8),
        RNG.integers(-3, 4, (50, 12), dtype=np.int32),
        RNG.integers(1, 9, (50, 12, 2), dtype=np.int32),
        RNG.integers(0, 2, (50, 12)).astype(bool),
        draw_ranks((50, 12)).astype(float),
        np.zeros((5, 3), np.int32),
    ],
)
def test_counts_and_other_values_do_not_look_like_ids(X):
    assert not look(X)


@pytest.mark.parametrize(
    ("classifier", "embedding"), [(RNNClassifier, "learned"), (NumpyRNNClassifier, "onehot")]
)
def test_values_are_no_ids(classifier, embedding):
    rnn = classifier(embedding=embedding)
    for X in (RNG.random((12, 3)), RNG.normal(size=(12, 3)).round() - 5):
        with pytest.raises(ValueError, match="Give embedding=None if X holds values"):
            rnn.fit(X, LABELS)
    with pytest.raises(ValueError, match=r"holds booleans\. Give embedding=None"):
        rnn.fit(RNG.random((12, 3)) > 0.5, LABELS)
    with pytest.raises(ValueError, match="X holds nothing but padding"):
        rnn.fit(np.zeros((12, 3)), LABELS)


@pytest.mark.parametrize(
    ("classifier", "embedding"), [(RNNClassifier, "learned"), (NumpyRNNClassifier, "onehot")]
)
def test_zeros_among_ids_are_warned_of(classifier, embedding):
    ids = np.tile([[0, 0, 3, 2], [1, 2, 0, 0], [0, 2, 0, 0], [1, 0, 0, 2]], (3, 1))
    with pytest.raises(UserWarning, match="0 among other token ids in 3 of 12 sequences"):
        classifier(embedding=embedding).fit(ids, LABELS)
    check_padding(ids[:3])


@pytest.mark.core
def test_whole_numbers_are_ids_whatever_their_type():
    rnn = RNNClassifier(cell="simple", units=2, epochs=1, embedding="learned", random_state=0)
    ids = SequenceTokenizer().fit_transform(TEXTS)
    expected = rnn.fit(ids, LABELS).predict_proba(ids)
    for dtype in (float, np.uint8, object):
        rnn.fit(ids.astype(dtype), LABELS)
        np.testing.assert_array_equal(rnn.predict_proba(ids), expected)


def test_ids_may_be_in_half_precision():
    X = RNG.integers(1, 9, size=(12, 3))
    classifier = NumpyRNNClassifier(embedding="onehot", units=2, epochs=1, random_state=0)
    expected = classifier.fit(X, LABELS).predict_proba(X)
    half = X.astype(np.float16)
    np.testing.assert_array_equal(classifier.fit(half, LABELS).predict_proba(half), expected)
