"""Texts in parts: what is learned of them, what is trained on, and what is refused."""

import pickle
import tracemalloc
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from sklearn.utils import compute_sample_weight

import skrnn
from skrnn import Chunks, RNNTextClassifier, RNNTextRegressor, SequenceTokenizer
from skrnn.datasets import make_reviews
from skrnn.text import _joint, _streamed

TEXTS, LABELS = make_reviews(1200, random_state=0, return_X_y=True)
TEXTS = list(TEXTS)
BOUNDS = [0, 300, 400, 400, 850, 1200]
QUICK = {"units": 4, "embedding_dim": 4, "bidirectional": False, "epochs": 1}
QUICK |= {"learning_rate": 0.01, "random_state": 0}


def measure_peak(call):
    """Give the largest memory, in bytes, that NumPy and Python take in a call."""
    tracemalloc.start()
    call()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


def cut(X, y):
    return [(X[a:b], y[a:b]) for a, b in pairwise(BOUNDS)]


@pytest.fixture
def small_samples(monkeypatch):
    """Draw 300 texts where it would be 20,000, and mix 350."""
    monkeypatch.setattr(_joint, "SAMPLE_SIZE", 300)
    monkeypatch.setattr(_streamed, "ENOUGH_TO_MIX", 350)


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"max_features": 40, "skip_top": 3},
        {"min_df": 20, "max_df": 0.3},
        {"oov_token": None, "max_features": 30},
        {"vocabulary": ["film", "was", "the"], "maxlen": 9},
        {"analyzer": "bpe", "max_features": 150},
    ],
    ids=str,
)
def test_a_tokenizer_learns_the_same_from_parts(words):
    if words.get("analyzer") == "bpe":
        pytest.importorskip("tokenizers")
    plain = SequenceTokenizer(**words).fit(TEXTS)
    parts = SequenceTokenizer(**words).fit(Chunks(cut(TEXTS, LABELS)))
    for name in ("vocabulary_", "n_tokens_", "maxlen_", "_unknown_share"):
        assert getattr(parts, name) == getattr(plain, name)
    np.testing.assert_array_equal(parts.transform(TEXTS), plain.transform(TEXTS))


def capture_training(monkeypatch):
    """Have every network note the targets of an epoch of its training, and of its validation."""
    seen = []

    def note(self, engine, before, training, validation, reporter):
        parts = [
            [] if data is None else np.concatenate([batch[1] for batch in data.iterate(50)])
            for data in (training, validation)
        ]
        seen.append([np.ravel(part) for part in parts])
        return train_network(self, engine, before, training, validation, reporter)

    train_network = RNNTextRegressor._train_network
    monkeypatch.setattr(RNNTextRegressor, "_train_network", note)
    return seen


@pytest.mark.core
def test_classes_and_vocabulary_are_those_of_all_parts(small_samples):
    labels = np.array(["no", "yes"])[LABELS].astype(object)
    texts, labels[5] = [*TEXTS[:-1], "seldom seen"], "rare"
    plain = RNNTextClassifier(**QUICK, linear=False).fit(texts, labels)
    parts = RNNTextClassifier(**QUICK, linear=False).fit(Chunks(cut(texts, labels)))
    assert "seldom" in parts.tokenizer_.vocabulary_
    assert parts.tokenizer_.vocabulary_ == plain.tokenizer_.vocabulary_
    assert parts.tokenizer_.maxlen_ == plain.tokenizer_.maxlen_
    np.testing.assert_array_equal(parts.classes_, plain.classes_)
    assert vars(parts).keys() == vars(plain).keys()


@pytest.mark.core
def test_word_order_is_learned_from_parts_as_from_all_texts(small_samples):
    texts, labels = make_reviews(2000, random_state=1, return_X_y=True)
    unseen, truth = make_reviews(1000, random_state=2, return_X_y=True)
    parts = [(texts[i : i + 200], labels[i : i + 200]) for i in range(0, 2000, 200)]
    words = QUICK | {"units": 8, "embedding_dim": 16, "learning_rate": 0.02, "epochs": 6}
    rnn = RNNTextClassifier(**words | {"bidirectional": True}, dropout=0.0).fit(Chunks(parts))
    assert rnn.score(unseen, truth) > 0.85  # of 300 texts alone it learns nothing
    assert rnn.linear_.predict(unseen).shape == (1000,)
    assert len(rnn.history_["val_loss"]) == rnn.n_iter_


def test_parts_that_fit_into_the_sample_are_read_as_one(small_samples):
    texts, labels = TEXTS[:300], LABELS[:300]
    plain = RNNTextClassifier(**QUICK, early_stopping=True, linear=False).fit(texts, labels)
    chunks = Chunks([(texts[:90], labels[:90]), (texts[90:], labels[90:])])
    parts = RNNTextClassifier(**QUICK, early_stopping=True, linear=False).fit(chunks)
    assert parts.history_ == plain.history_
    np.testing.assert_array_equal(parts.predict_proba(texts), plain.predict_proba(texts))


@pytest.mark.parametrize("linear", [False, True])
def test_rows_that_are_held_out_are_not_trained_on(small_samples, monkeypatch, linear):
    seen, y = capture_training(monkeypatch), np.arange(1200.0)
    rnn = RNNTextRegressor(**QUICK, linear=linear).fit(Chunks(cut(TEXTS, y)))
    [(trained, held_out)] = [
        [np.round(part * rnn.y_scale_ + rnn.y_mean_, 2) for part in parts] for parts in seen
    ]
    assert (len(trained), len(held_out)) == (1170, 30)
    np.testing.assert_array_equal(np.sort([*trained, *held_out]), y)
    assert held_out.min() < 300  # from all parts
    assert held_out.max() > 850


def test_each_of_several_networks_is_trained_without_a_fold_of_the_sample(
    small_samples, monkeypatch
):
    seen, y = capture_training(monkeypatch), np.arange(1200.0)
    RNNTextRegressor(**QUICK, n_networks=2).fit(Chunks(cut(TEXTS, y)))
    assert [[len(part) for part in parts] for parts in seen] == [[1050, 150], [1050, 150]]
    assert not {*seen[0][1]} & {*seen[1][1]}
    assert all(not {*trained} & {*held_out} for trained, held_out in seen)


def test_targets_are_scaled_by_all_of_them(small_samples):
    y = np.column_stack([np.arange(1200.0) ** 2, np.ones(1200)])
    words = QUICK | {"linear": False}
    plain = RNNTextRegressor(**words).fit(TEXTS, y)
    parts = RNNTextRegressor(**words).fit(Chunks(cut(TEXTS, y)))
    np.testing.assert_allclose(parts.y_mean_, plain.y_mean_, rtol=1e-6)
    np.testing.assert_allclose(parts.y_scale_, plain.y_scale_, rtol=1e-6)
    assert parts.predict(TEXTS[:3]).shape == (3, 2)


@pytest.mark.parametrize("class_weight", ["balanced", {"a": 3.0}, {"a": 2.0, "b": 0.5, "c": 0.0}])
def test_classes_weigh_as_they_do_in_all_texts(small_samples, class_weight):
    labels = np.array(["a"] * 500 + ["b"] * 100 + ["c"] * 600)
    rnn = RNNTextClassifier(**QUICK, class_weight=class_weight)
    rnn._start_randomness()
    data = rnn._check_data(Chunks(cut(TEXTS, labels)), None, None, go_on=False)
    given = np.concatenate([batch[2] for batch in data.iterate(50)])
    wanted = compute_sample_weight(class_weight, labels)
    np.testing.assert_allclose(np.sort(given), np.sort(wanted[wanted > 0]), rtol=1e-6)
    assert len(data) == (wanted > 0).sum()
    assert rnn.class_weight is class_weight


def test_parts_of_one_class_each_are_warned_of(small_samples):
    labels = np.repeat(["a", "b"], 600)
    rnn = RNNTextClassifier(**QUICK, linear=False)
    with pytest.warns(UserWarning, match="Each part of X holds one class alone"):
        rnn.fit(Chunks([(TEXTS[:600], labels[:600]), (TEXTS[600:], labels[600:])]))
    assert list(rnn.classes_) == ["a", "b"]


def test_several_labels_are_learned_from_parts(small_samples):
    y = np.column_stack([LABELS, 1 - LABELS, [text.startswith("The") for text in TEXTS]])
    words = QUICK | {"linear": False, "class_weight": "balanced"}
    rnn = RNNTextClassifier(**words).fit(Chunks(cut(TEXTS, y.astype(int))))
    assert rnn.predict(TEXTS[:5]).shape == (5, 3)


def test_tables_are_read_from_files(small_samples, tmp_path):
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {"text": TEXTS, "price": rng.normal(size=1200), "city": rng.choice(["Bonn", "Ulm"], 1200)}
    )
    table["stars"] = table["price"] + (table["city"] == "Ulm")
    for number in range(3):
        table[number::3].to_parquet(tmp_path / f"{number}.parquet", index=False)
    words = QUICK | {"epochs": 5, "learning_rate": 0.02, "text": "text"}
    rnn = RNNTextRegressor(**words).fit(Chunks(tmp_path, y="stars"))
    assert list(rnn.feature_names_in_) == ["text", "price", "city"]
    assert rnn.score(table.drop(columns="stars"), table["stars"]) > 0.9
    again = RNNTextRegressor(**words).fit(Chunks(tmp_path, y="stars"))
    assert again.history_ == rnn.history_


def test_training_goes_on_with_parts(small_samples):
    chunks = Chunks(cut(TEXTS, LABELS))
    rnn = RNNTextClassifier(**QUICK, linear=False, warm_start=True).fit(chunks)
    tokenizer, names = rnn.tokenizer_, set(vars(rnn))
    rnn.fit(chunks)
    assert set(vars(rnn)) == names
    assert len(rnn.history_["loss"]) == 2
    assert rnn.tokenizer_ is tokenizer
    assert rnn.partial_fit(TEXTS[:50], LABELS[:50]).n_iter_ == 3


def test_other_parts_in_a_later_pass_leave_the_estimator_as_it_was(small_samples):
    passes = []

    def read():
        passes.append(0)
        parts = cut(TEXTS, LABELS)
        return iter(parts[:-1] if len(passes) > 3 else parts)

    rnn = RNNTextClassifier(**QUICK, linear=False).fit(TEXTS[:50], LABELS[:50])
    before = pickle.dumps(rnn)
    with pytest.raises(ValueError, match="same parts in each pass over it"):
        rnn.fit(Chunks(read))
    assert pickle.dumps(rnn) == before


def test_a_fit_to_parts_can_be_saved(small_samples, tmp_path):
    rnn = RNNTextClassifier(**QUICK).fit(Chunks(cut(TEXTS, LABELS)))
    skrnn.save(rnn, tmp_path / "rnn.skops")
    wanted = rnn.predict_proba(TEXTS[:20])
    for copy in (skrnn.load(tmp_path / "rnn.skops"), pickle.loads(pickle.dumps(rnn))):
        np.testing.assert_array_equal(copy.predict_proba(TEXTS[:20]), wanted)


def test_one_part_is_in_memory_at_a_time(small_samples):
    def read():
        for number in range(40):
            yield [f"{i} {'longest' * 300}" for i in range(number, number + 200)], [0, 1] * 100

    rnn = RNNTextClassifier()
    rnn._start_randomness()

    def go_through():
        data = rnn._check_data(Chunks(read), None, None, go_on=False)
        assert sum(len(y) for _, y in data.iterate(100)) == len(data) == 8000

    assert measure_peak(go_through) < 4e6  # the texts are of 17 MB
