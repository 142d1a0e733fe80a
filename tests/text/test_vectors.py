"""Vectors that an embedding begins with, in the forms that people have them in."""

import gzip
import pickle
import struct
import tracemalloc

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skrnn import RNNClassifier, RNNTextClassifier, SequenceTokenizer
from skrnn.text._vector_files import read_vectors
from skrnn.text._vectors import arrange_vectors

QUICK = {
    "cell": "simple",
    "units": 6,
    "bidirectional": False,
    "dropout": 0.0,
    "epochs": 1,
    "learning_rate": 0.02,
    "linear": False,
    "random_state": 0,
}
TEXTS = ["good", "not good", "bad", "not bad", "so good", "so bad"] * 4
LABELS = ["+", "-", "-", "+", "+", "-"] * 4
WORDS = ["the", "good", "caf\u00e9", "\xa0", "bad", "Not"]
MATRIX = np.random.default_rng(0).normal(size=(6, 3)).astype(np.float32)


def write_text(path, words=WORDS, header=True, end="\n", separator=" "):
    """Write a text file, with its vectors in as many digits as it takes to read them back."""
    lines = [f"{len(words)} 3"] if header else []
    lines += [
        separator.join([word, *map(repr, map(float, row))])
        for word, row in zip(words, MATRIX, strict=False)
    ]
    path.write_bytes("".join(line + end for line in lines).encode())
    return path


def write_binary(path, end=b"\n"):
    rows = [w.encode() + b" " + row.tobytes() + end for w, row in zip(WORDS, MATRIX, strict=True)]
    path.write_bytes(b"6 3\n" + b"".join(rows))
    return path


def compress(path):
    path.write_bytes(gzip.compress(path.read_bytes()))
    return path


FORMATS = {
    "glove": lambda path: write_text(path, header=False),
    "word2vec": write_text,
    "fasttext": lambda path: write_text(path, end=" \n"),
    "windows": lambda path: write_text(path, end="\r\n"),
    "tabs": lambda path: write_text(path, separator="\t"),
    "blank end": lambda path: write_text(path, header=False, end="\n\n"),
    "binary": write_binary,
    "binary of gensim": lambda path: write_binary(path, end=b""),
}


@pytest.fixture(params=FORMATS)
def path(request, tmp_path):
    return FORMATS[request.param](tmp_path / "vectors")


@pytest.mark.parametrize("prepare", [lambda path: path, compress, str])
def test_a_file_gives_the_vectors_of_the_words_that_are_asked_for(path, prepare):
    found = read_vectors(prepare(path), ["good", "caf\u00e9", "Not", "not", "nothing"])
    assert found.width == 3
    assert found.example == "the"
    assert found.vectors.keys() == {"good", "caf\u00e9", "Not"}
    for word, vector in found.vectors.items():
        assert vector.dtype == np.float32
        np.testing.assert_array_equal(vector, MATRIX[WORDS.index(word)])


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("name", sorted(FORMATS.keys() - {"tabs", "blank end"}))
def test_files_are_read_as_gensim_reads_them(tmp_path, name):
    gensim = pytest.importorskip("gensim.models", reason="gensim is not installed")
    path = FORMATS[name](tmp_path / "vectors")
    words = {"binary": name.startswith("binary"), "no_header": name == "glove"}
    expected = gensim.KeyedVectors.load_word2vec_format(path, **words)
    found = read_vectors(path, WORDS)
    assert len(found.vectors) >= 5
    for word, vector in found.vectors.items():
        np.testing.assert_array_equal(vector, expected[word])


@pytest.mark.parametrize("binary", [True, False])
def test_a_large_file_is_not_held_in_memory(tmp_path, monkeypatch, binary):
    for name in ("CHUNK", "LONGEST_LINE"):
        monkeypatch.setattr(f"skrnn.text._vector_files.{name}", 1 << 16)
    row = np.ones(50, "<f4").tobytes() if binary else b" ".join([b"1.25"] * 50) + b"\n"
    path = tmp_path / "vectors"
    rows = b"".join(b"word%d " % i + row for i in range(20_000))
    path.write_bytes(b"20000 50\n" + rows)
    tracemalloc.start()
    found = read_vectors(path, ["word3", "word19999"])
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.vectors) == 2
    assert peak < len(rows) / 4


def test_of_words_of_several_parts_the_numbers_are_the_last_fields(tmp_path):
    path = write_text(tmp_path / "vectors", [", ,", "at good", "."], header=False)
    found = read_vectors(path, [",", "at", "good", ".", "at good"])
    assert found.vectors.keys() == {".", "at good"}
    np.testing.assert_array_equal(found.vectors["at good"], MATRIX[1])


def test_the_first_of_two_vectors_of_a_word_counts(tmp_path):
    path = write_text(tmp_path / "vectors", ["good", "bad", "good"])
    np.testing.assert_array_equal(read_vectors(path, ["good"]).vectors["good"], MATRIX[0])
    pair = ["good", "bad", "good"], MATRIX[:3]
    rnn = RNNTextClassifier(**QUICK, embedding=pair, train_embedding=False).fit(TEXTS, LABELS)
    np.testing.assert_array_equal(look_up(rnn, "good"), MATRIX[0])


def test_more_is_read_than_fits_in_a_chunk(tmp_path, monkeypatch):
    monkeypatch.setattr("skrnn.text._vector_files.CHUNK", 7)
    found = read_vectors(write_binary(tmp_path / "vectors"), WORDS)
    np.testing.assert_array_equal(np.array(list(found.vectors.values())), MATRIX)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "line 1: the file ends; wanted are words"),
        (b"0 3\n", "line 1: the file ends; wanted are words"),
        (b"6 0\n", "line 1: found '6 0.*wanted are vectors of 1 number or more"),
        (b"<html>\n", "line 1: found '<html>.*wanted are a word and its numbers"),
        (b"a 1 2\nb 1\n", "line 2: found 'b 1', 2 fields; wanted are a word and 2 numbers"),
        (b"a 1 2\ngood 1 x2\n", "line 2: found 'x2'; wanted is a number"),
        (b"a 1 2\ngood 1 nan\n", "line 2: the vector of 'good' holds nan"),
        (b"3 2\na 1 2\nb 1 2\n", "line 3: the file ends after 2 of the 3 words of line 1"),
        (b"2 2\na 1 2 3\nb 1 2\n", "line 2: found 'a 1 2 3', 4 fields; wanted are a word and 2"),
        (b"PK\x03\x04zip", "is an archive; unpack it"),
        (b"\xba\x16\x4f\x2f" + bytes(9), "is a model of fastText; give its .vec file, or what"),
        (b"\x1f\x8bnothing", "line 1: Compressed file ended"),
        (b"2 2\na " + bytes(8) + b"\nb " + bytes(7), "byte 14: the file ends in word 2 of 2"),
        (b"1 2\na " + bytes(8) + b"\nb " + bytes(8), "byte 14: the file goes on after the 1"),
        (b"2 2\na " + bytes(30_000), "byte 14: no space in 16384 bytes"),
        (b"1 1\na " + struct.pack("<f", np.inf), "byte 4: the vector of 'a' holds inf"),
    ],
)
def test_a_damaged_file_says_where(tmp_path, content, told):
    path = tmp_path / "vectors"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=rf"{path}.*{told}"):
        read_vectors(path, ["good", "b"])


@pytest.mark.parametrize("write", [write_text, write_binary])
def test_a_compressed_file_that_is_cut_off_says_where(tmp_path, write):
    path = compress(write(tmp_path / "vectors"))
    path.write_bytes(path.read_bytes()[:-12])
    with pytest.raises(ValueError, match=rf"{path}, (line|byte) \d+: .*end"):
        read_vectors(path, WORDS)


def look_up(rnn, token):
    """Give the vector that a fitted network has for a token."""
    return rnn.model_.get_weights()[0][rnn.tokenizer_.vocabulary_[token]]


class KeyedVectors:
    """What gensim's class of that name has, and with ``parts`` its class for fastText."""

    def __init__(self, words, vectors, parts=False):
        self.key_to_index = {word: i for i, word in enumerate(words)}
        self.vectors, self.parts = vectors, parts

    def __contains__(self, word):
        return self.parts or word in self.key_to_index

    def __getitem__(self, word):
        known = word in self.key_to_index
        return self.vectors[self.key_to_index[word]] if known else np.full(3, len(word), "f")

    get_vector = __getitem__


SOURCES = {
    "file": lambda path: str(write_text(path)),
    "path": write_binary,
    "mapping": lambda path: dict(zip(WORDS, MATRIX.tolist(), strict=True)),
    "gensim": lambda path: KeyedVectors(WORDS, MATRIX),
    "pair": lambda path: (WORDS, MATRIX),
    "pair of lists": lambda path: (tuple(WORDS), MATRIX.tolist()),
}


@pytest.mark.parametrize("source", SOURCES)
def test_an_embedding_begins_with_vectors_from_any_source(tmp_path, source):
    embedding = SOURCES[source](tmp_path / "vectors")
    rnn = RNNTextClassifier(**QUICK, embedding=embedding, train_embedding=False)
    rnn.fit(TEXTS, LABELS)
    np.testing.assert_array_equal(look_up(rnn, "good"), MATRIX[1])
    np.testing.assert_array_equal(look_up(rnn, "bad"), MATRIX[4])
    assert np.abs(look_up(rnn, "not")).max() > 0  # "Not" is another word
    assert rnn.embedding_coverage_ == {"tokens": 1 / 2, "occurrences": 24 / 40}


def test_tokens_are_looked_for_in_lower_case_where_they_are_not_there(tmp_path):
    path = write_text(tmp_path / "vectors")
    tokenizer = SequenceTokenizer(lowercase=False)
    rnn = RNNTextClassifier(**QUICK, embedding=path, train_embedding=False, tokenizer=tokenizer)
    rnn.fit(["Good Not", "BAD not"] * 8, [0, 1] * 8)
    np.testing.assert_array_equal(look_up(rnn, "Good"), MATRIX[1])
    np.testing.assert_array_equal(look_up(rnn, "BAD"), MATRIX[4])
    np.testing.assert_array_equal(look_up(rnn, "Not"), MATRIX[5])
    assert rnn.embedding_coverage_ == {"tokens": 0.75, "occurrences": 0.75}


def test_unknown_words_have_vectors_of_their_parts_where_the_source_makes_them():
    embedding = KeyedVectors(WORDS, MATRIX, parts=True)
    rnn = RNNTextClassifier(**QUICK, embedding=embedding, train_embedding=False)
    rnn.fit(TEXTS, LABELS)
    np.testing.assert_array_equal(look_up(rnn, "not"), [3, 3, 3])
    np.testing.assert_array_equal(look_up(rnn, "good"), MATRIX[1])
    assert rnn.embedding_coverage_["tokens"] == 1


@pytest.mark.parametrize("scale", [0.001, 1, 1e30])
def test_vectors_drawn_at_random_are_as_wide_as_the_given_ones(scale):
    given = np.random.default_rng(0).normal(3 * scale, scale, (2, 5000)).astype(np.float32)
    embedding = dict(zip(["good", "bad"], given, strict=True))
    vocabulary = {"good": 1, "so": 2, "bad": 3}
    vectors, is_given, _ = arrange_vectors(embedding, vocabulary, 4, seed=0)
    np.testing.assert_array_equal(vectors[[1, 3]], given)
    assert is_given.tolist() == [False, True, False, True]
    np.testing.assert_allclose(vectors[2].std(dtype=float), scale, rtol=0.03)
    np.testing.assert_allclose(vectors[2].mean(dtype=float), 0, atol=0.05 * scale)


def test_coverage_is_that_of_the_last_fit(tmp_path):
    rnn = RNNTextClassifier(**QUICK, embedding=write_text(tmp_path / "vectors"))
    assert rnn.fit(TEXTS, LABELS).embedding_coverage_["tokens"] == 0.5
    rnn.set_params(embedding="learned").fit(TEXTS, LABELS)
    assert not hasattr(rnn, "embedding_coverage_")


def test_a_file_of_other_words_is_warned_of(tmp_path):
    path = write_text(tmp_path / "vectors", ["Gut", "Schlecht"])
    rnn = RNNTextClassifier(**QUICK, embedding=path)
    with pytest.raises(UserWarning, match=r"vectors for 0 of the 4 tokens .* tokens like 'Gut'"):
        rnn.fit(TEXTS, LABELS)


def test_a_damaged_file_leaves_the_estimator_as_it_was(tmp_path):
    path = write_text(tmp_path / "vectors")
    rnn = RNNTextClassifier(**QUICK, embedding=path).fit(TEXTS, LABELS)
    before, expected = dict(vars(rnn)), rnn.predict_proba(TEXTS)
    path.write_text("good 1 2\nbad 1\n")
    with pytest.raises(ValueError, match=r"embedding must give tokens vectors; got .*, line 2: "):
        rnn.fit(TEXTS, LABELS)
    assert vars(rnn) == before
    np.testing.assert_array_equal(rnn.predict_proba(TEXTS), expected)


# Frozen vectors

FROZEN = QUICK | {"epochs": 3, "train_embedding": False, "embedding": (WORDS, MATRIX)}


@pytest.mark.core
@pytest.mark.parametrize(
    "words",
    [
        {},
        {"cell": "lstm", "bidirectional": True, "dropout": 0.3},
        {"optimizer": "adamw", "n_networks": 2},
        {"clipnorm": 1.0, "early_stopping": True, "batch_size": 5},
        {"linear": True},
    ],
)
def test_a_frozen_embedding_does_not_change_by_a_bit(words):
    rnn = RNNTextClassifier(**FROZEN | words).fit(TEXTS, LABELS)
    first = rnn._vectors.copy()
    assert first.shape == (rnn.tokenizer_.n_tokens_, 3)
    rnn.partial_fit(TEXTS, LABELS)
    for weights in rnn._networks:
        np.testing.assert_array_equal(weights[0], first)
    trained = RNNTextClassifier(**FROZEN | words | {"train_embedding": True}).fit(TEXTS, LABELS)
    assert (trained._networks[0][0] != first).any(axis=1)[2:].all()


@pytest.mark.core
def test_a_frozen_embedding_stays_in_training_that_goes_on():
    rnn = RNNTextClassifier(**FROZEN, warm_start=True).fit(TEXTS, LABELS)
    before = [weight.copy() for weight in rnn._networks[0]]
    rnn.fit(TEXTS, LABELS)
    after = rnn._networks[0]
    np.testing.assert_array_equal(before[0], after[0])
    assert (before[1] != after[1]).any()
    with pytest.raises(ValueError, match=r"another network: \['train_embedding'\] changed"):
        rnn.set_params(train_embedding=True).fit(TEXTS, LABELS)


def test_learned_vectors_can_be_left_as_they_are_drawn():
    ids = np.random.default_rng(0).integers(1, 9, (20, 5))
    words = {"cell": "simple", "units": 4, "embedding": "learned", "random_state": 0}
    networks = [
        RNNClassifier(**words, epochs=epochs, train_embedding=False).fit(ids, ids[:, 0] > 4)
        for epochs in (1, 3)
    ]
    first, second = (rnn.model_.get_weights() for rnn in networks)
    np.testing.assert_array_equal(first[0], second[0])
    assert (first[1] != second[1]).any()


def build_bag(description):
    inputs = keras.Input((None,), dtype="int32")
    shape = description["n_tokens"], description["embedding_dim"]
    x = keras.layers.Embedding(*shape, name=description["cell"], mask_zero=True)(inputs)
    x = keras.layers.GlobalAveragePooling1D()(x)
    outputs = keras.layers.Dense(description["n_outputs"], description["activation"])(x)
    return keras.Model(inputs, outputs)


def test_a_network_of_the_users_own_is_frozen_too():
    ids = np.random.default_rng(0).integers(1, 9, (20, 5))
    vectors = np.random.default_rng(1).normal(size=(9, 3)).astype(np.float32)
    rnn = RNNClassifier(
        network=build_bag, embedding=vectors, train_embedding=False, epochs=2, random_state=0
    )
    with pytest.raises(ValueError, match=r"must have a layer named 'embedding'"):
        rnn.fit(ids, ids[:, 0] > 4)


def test_a_network_saved_in_training_is_frozen(tmp_path):
    path = tmp_path / "best.keras"
    rnn = RNNTextClassifier(**FROZEN, checkpoint=path).fit(TEXTS, LABELS)
    saved = keras.saving.load_model(path)
    assert not saved.get_layer("embedding").trainable
    np.testing.assert_array_equal(saved.get_layer("embedding").get_weights()[0], rnn._vectors)


# What scikit-learn does with estimators


@pytest.mark.parametrize("source", SOURCES)
def test_it_clones_pickles_and_is_searched(tmp_path, source):
    embedding = SOURCES[source](tmp_path / "vectors")
    rnn = RNNTextClassifier(**QUICK, embedding=embedding)
    grid = GridSearchCV(rnn, {"train_embedding": [True, False]}, cv=2).fit(TEXTS, LABELS)
    assert len(grid.cv_results_["params"]) == 2
    assert clone(grid.best_estimator_).get_params().keys() == rnn.get_params().keys()
    loaded = pickle.loads(pickle.dumps(grid.best_estimator_))
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), grid.predict_proba(TEXTS))
    assert loaded.embedding_coverage_ == grid.best_estimator_.embedding_coverage_
