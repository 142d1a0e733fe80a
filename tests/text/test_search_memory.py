"""What the fits of a search share of the texts: it is computed once, and is nobody's own."""

import pickle

import numpy as np
import pytest
from joblib import parallel_config
from sklearn.model_selection import GridSearchCV

import skrnn.text._analysis
from skrnn import RNNTextClassifier, RNNTextRegressor, SequenceTokenizer, clear_pool
from skrnn._memory import Memory, memory

WORDS = np.random.default_rng(0).choice(list("abcdefgh"), (60, 5))
TEXTS = [" ".join(words) for words in WORDS]
LABELS = (WORDS == "a").any(axis=1)
QUICK = {"cell": "simple", "units": 2, "epochs": 1, "early_stopping": True, "random_state": 0}
GRID = {"learning_rate": [0.001, 0.01, 0.1]}


@pytest.fixture(autouse=True)
def begin_empty():
    memory.clear()
    yield
    memory.clear()


@pytest.fixture
def n_cut(monkeypatch):
    """Count the texts that tokenizers cut to words."""
    counts, cut = [0], skrnn.text._analysis.split_words

    def count_and_cut(text):
        counts[0] += 1
        return cut(text)

    monkeypatch.setattr(skrnn.text._analysis, "split_words", count_and_cut)
    return counts


@pytest.fixture
def forgetful(monkeypatch):
    """Give a function after which nothing is kept any more."""
    return lambda: (memory.clear(), monkeypatch.setattr(memory, "_largest", 0))


def search(grid=GRID, **words):
    return GridSearchCV(RNNTextClassifier(**QUICK | words), grid, cv=2).fit(TEXTS, LABELS)


def describe(rnn):
    """Give all numbers that a fit came to, as bytes."""
    linear = rnn.linear_[-1]
    arrays = [*rnn._weights, linear.coef_, linear.intercept_, rnn.predict_proba(TEXTS)]
    words = rnn.weights_, rnn.tokenizer_.vocabulary_, rnn.classes_.tolist()
    return [array.tobytes() for array in arrays], *words


@pytest.mark.core
def test_a_search_reads_texts_as_often_as_one_candidate_does(n_cut):
    search({"learning_rate": [0.001]})
    of_one = n_cut[0]
    memory.clear()
    search()
    assert n_cut[0] == 2 * of_one
    search({"batch_size": [8, 16]}, dropout=0.1)  # the same texts
    assert n_cut[0] == 2 * of_one


def test_other_words_of_the_tokenizer_read_texts_anew(n_cut):
    search({"learning_rate": [0.001]})
    of_one = n_cut[0]
    search({"tokenizer__max_features": [5, 6]})
    assert n_cut[0] > 2 * of_one


@pytest.mark.core
def test_a_search_comes_to_the_same_bits_as_without(forgetful):
    found = search()
    forgetful()
    alone = search()
    for name in found.cv_results_:
        if "score" in name and "time" not in name:
            np.testing.assert_array_equal(found.cv_results_[name], alone.cv_results_[name])
    assert describe(found.best_estimator_) == describe(alone.best_estimator_)
    assert not memory._kept


CHANGES = {
    "texts": {"X": TEXTS[::-1]},
    "one text": {"X": ["h h", *TEXTS[1:]]},
    "labels": {"y": ~LABELS},
    "labels of another name": {"y": np.where(LABELS, "yes", "no")},
    "sample_weight": {"sample_weight": np.arange(60) + 1.0},
    "validation": {"X_val": TEXTS[:9], "y_val": LABELS[:9]},
    "random_state": {"random_state": 1},
    "class_weight": {"class_weight": {False: 1, True: 3}},
    "n_networks": {"n_networks": 2},
    "validation_fraction": {"validation_fraction": 0.3},
    "early_stopping": {"early_stopping": False},
    "tokenizer": {"tokenizer": SequenceTokenizer(lowercase=False, ngram_range=(1, 2))},
    "maxlen": {"tokenizer": SequenceTokenizer(maxlen=3)},
}


@pytest.mark.parametrize("change", CHANGES)
def test_fits_of_other_data_or_words_are_not_mixed(change, forgetful):
    words = CHANGES[change].copy()
    data = {"X": TEXTS, "y": LABELS}
    of_fit = {*data, "sample_weight", "X_val", "y_val"} & words.keys()
    data |= {name: words.pop(name) for name in of_fit}

    def fit():
        return describe(RNNTextClassifier(**QUICK | words).fit(**data))

    usual = describe(RNNTextClassifier(**QUICK).fit(TEXTS, LABELS))
    changed = fit()
    assert changed != usual
    forgetful()
    assert changed == fit()


def test_numbers_to_learn_are_not_mixed():
    def fit(y):
        return RNNTextRegressor(**QUICK).fit(TEXTS, y).predict(TEXTS)

    of_first, of_second = fit(np.arange(60.0)), fit(np.arange(60.0)[::-1])
    memory.clear()
    np.testing.assert_array_equal(of_second, fit(np.arange(60.0)[::-1]))
    assert (of_first != of_second).any()


def test_what_becomes_of_one_estimator_does_not_reach_another():
    first, second = (RNNTextClassifier(**QUICK).fit(TEXTS, LABELS) for _ in range(2))
    before = describe(second)
    first.linear_[-1].coef_[:] = 7
    first.tokenizer_.vocabulary_["b"] = 1
    first.linear_[0]._ngrams.words.clear()
    assert describe(second) == before == describe(RNNTextClassifier(**QUICK).fit(TEXTS, LABELS))
    assert first.predict_proba(TEXTS).tobytes() != before[0][-1]


def test_sequences_that_a_tokenizer_gave_are_the_callers_own():
    tokenizer = SequenceTokenizer().fit(TEXTS)
    expected = [row.tolist() for row in tokenizer.texts_to_sequences(TEXTS)]
    for row in tokenizer.texts_to_sequences(TEXTS):
        row[:] = 0
    assert [row.tolist() for row in tokenizer.texts_to_sequences(TEXTS)] == expected


class Noting(SequenceTokenizer):
    """A class that is not of the package."""


noted = []


def note(text):
    noted.append(text)
    return text


def note_and_cut(text):
    return note(text).split()


@pytest.mark.parametrize(
    "make",
    [
        lambda: SequenceTokenizer(preprocessor=note),
        lambda: SequenceTokenizer(preprocessor=lambda text: note(text)),
        lambda: SequenceTokenizer(analyzer=note_and_cut),
        lambda: Noting(preprocessor=note),
    ],
    ids=["function", "lambda", "analyzer", "class"],
)
def test_what_others_wrote_is_called_each_time(make):
    noted.clear()
    for _ in range(2):
        make().fit(TEXTS)
    assert noted == 2 * TEXTS
    assert not memory._kept


def test_a_vocabulary_that_no_text_has_is_warned_of_each_time():
    for _ in range(2):
        with pytest.warns(UserWarning, match="never found"):
            SequenceTokenizer(vocabulary=["A", "b"]).fit(TEXTS)


def test_clear_pool_forgets_what_was_read():
    RNNTextClassifier(**QUICK).fit(TEXTS, LABELS)
    assert memory._kept
    clear_pool()
    assert not memory._kept
    assert memory._n_bytes == 0


def test_a_search_in_threads_comes_to_the_same():
    alone = search().cv_results_["mean_test_score"]
    memory.clear()
    with parallel_config("threading", n_jobs=2):
        together = search().cv_results_["mean_test_score"]
    np.testing.assert_array_equal(alone, together)


def test_a_pickle_holds_nothing_of_what_is_kept():
    rnn = RNNTextClassifier(**QUICK).fit(TEXTS, LABELS)
    size = len(pickle.dumps(rnn))
    again = RNNTextClassifier(**QUICK).fit(TEXTS, LABELS)
    assert abs(len(pickle.dumps(again)) - size) < size / 10


def test_no_more_is_kept_than_there_is_room_for():
    kept = Memory(most_bytes=10_000, largest=5_000)
    for n in [*range(30)] * 2:
        assert len(kept.recall(np.full, 200, n)) == 200
        assert kept._n_bytes == sum(map(len, kept._kept.values())) <= 10_000
    assert 3 < len(kept._kept) < 10
    kept.recall(np.full, 1000, 0)  # larger than what may be kept of one call
    assert kept._n_bytes <= 10_000
    before = list(kept._kept)
    kept.recall(np.full, 200, 25)
    assert list(kept._kept)[-1] != before[-1]  # the one used last goes last


def test_what_is_equal_is_told_by_content():
    kept, calls = Memory(10_000, 10_000), []
    arrays = np.arange(3), np.arange(3.0), np.arange(3)[:, None], np.array(["0", "1", "2"])
    for array in [*arrays, *arrays]:
        np.testing.assert_array_equal(kept.recall(np.copy, array.copy()), array)
        calls.append(len(kept._kept))
    assert calls == [1, 2, 3, 4, 4, 4, 4, 4]
