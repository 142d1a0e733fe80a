"""Texts and sequences of very unequal lengths: memory follows the number of tokens."""

import tracemalloc

import numpy as np
import pytest

from skrnn import RNNClassifier, RNNRegressor, RNNTextClassifier, SequenceTokenizer

QUICK = {"cell": "simple", "units": 2, "epochs": 1, "random_state": 0, "early_stopping": False}
LEAN = QUICK | {"linear": False}


class PaddingTokenizer(SequenceTokenizer):
    """Gives what the one inside does, padded."""


def measure_peak(call, *args):
    """Give the largest memory, in bytes, that NumPy and Python take in a call."""
    tracemalloc.start()
    call(*args)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def test_a_long_text_does_not_make_all_rows_long():
    texts = ["a b c"] * 500 + ["a b " * 25_000]
    rnn = RNNTextClassifier()
    assert measure_peak(rnn._check_X, texts, True) < 10e6  # padded, 100 MB
    assert measure_peak(rnn._check_X, texts, False) < 10e6


@pytest.mark.parametrize(
    "rnn", [RNNRegressor(), RNNClassifier(embedding="learned")], ids=["values", "ids"]
)
def test_a_long_sequence_does_not_make_all_rows_long(rnn):
    X = [np.ones(3, int)] * 500 + [np.ones(50_000, int)]
    assert measure_peak(rnn._check_X, X, True) < 10e6


@pytest.mark.core
@pytest.mark.parametrize(
    "words", [{}, {"maxlen": 4}, {"maxlen": 4, "truncating": "post"}, {"oov_token": None}], ids=str
)
def test_texts_are_read_as_a_padding_tokenizer_gives_them(words):
    rng = np.random.default_rng(0)
    texts = [" ".join(rng.choice(list("abcdef"), n)) for n in rng.integers(0, 9, 40)]
    labels = np.arange(40) % 2
    tokenizers = SequenceTokenizer(**words), PaddingTokenizer(**words)
    flat, padded = (RNNTextClassifier(**LEAN, tokenizer=t).fit(texts, labels) for t in tokenizers)
    assert flat.history_ == padded.history_
    unseen = [*texts, "z", "", "a a a a a a a a a a a a"]
    np.testing.assert_array_equal(flat.predict_proba(unseen), padded.predict_proba(unseen))


@pytest.mark.core
def test_a_long_text_is_learned_from_and_predicted_beside_short_ones(monkeypatch):
    monkeypatch.setattr("skrnn._batches.MANY_STEPS", 100)
    texts = ["a b", "b", "c a", "a"] * 8 + ["a b c " * 30]
    labels = [0, 1, 0, 1] * 8 + [1]
    rnn = RNNTextClassifier(**QUICK).fit(texts, labels, X_val=texts, y_val=labels)
    assert np.isfinite(rnn.history_["val_loss"]).all()
    together = rnn.predict_proba(texts)
    apart = [rnn.predict_proba(texts[:-1]), rnn.predict_proba(texts[-1:])]
    np.testing.assert_allclose(together, np.concatenate(apart), atol=1e-6)
