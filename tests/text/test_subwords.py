"""Parts of words, morphemes and other analyzers by name, and what language models read."""

import json
import pickle
from importlib.metadata import EntryPoint

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV

from skrnn import RNNTextClassifier, SequenceTokenizer, load_wordpiece_vectors
from skrnn.text._subwords import open_up

TEXTS = ["good", "not good", "bad", "not bad", "so good", "so badly unknown"] * 4
LABELS = ["+", "-", "-", "+", "+", "-"] * 4
QUICK = {"cell": "simple", "units": 4, "epochs": 1, "random_state": 0}
PIECES = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "not", "so", "un", "##known", "##ly"]


@pytest.fixture
def tokenizers():
    return pytest.importorskip("tokenizers", reason="tokenizers is not installed")


@pytest.fixture
def wordpieces(tokenizers):
    """A tokenizer as BERT has it: word pieces, with tokens before and behind a text."""
    ids = {piece: i for i, piece in enumerate(PIECES)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordPiece(ids, unk_token="[UNK]"))
    tokenizer.normalizer = tokenizers.normalizers.BertNormalizer()
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = tokenizers.processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.enable_padding(length=12)
    tokenizer.enable_truncation(4)
    return tokenizer


def list_tokens(tokenizer, text):
    names = {i: token for token, i in tokenizer.vocabulary_.items()}
    return [names[i] for i in tokenizer.texts_to_sequences([text])[0].tolist()]


# Tokenizers of others


def test_a_tokenizer_of_hugging_face_cuts_texts(wordpieces):
    before = wordpieces.to_str()
    tokenizer = SequenceTokenizer(analyzer=wordpieces).fit(["Unknown BADLY good", "so not good"])
    assert list_tokens(tokenizer, "So unknown good, badly") == [
        *("so", "un", "##known", "good", "<oov>", "bad", "##ly"),
    ]
    assert tokenizer.maxlen_ == 5  # neither cut off nor padded
    assert wordpieces.to_str() == before
    assert tokenizer.vocabulary_.keys() == {"<oov>", *PIECES[4:]}


class FastTokenizer:
    """What a fast tokenizer of transformers has; calling it gives a mapping, not tokens."""

    def __init__(self, tokenizer):
        self.backend_tokenizer = tokenizer

    def __call__(self, text):
        return dict(self.backend_tokenizer.encode(text).ids)

    def tokenize(self, text):
        return open_up(self.backend_tokenizer).encode(text, add_special_tokens=False).tokens

    def convert_tokens_to_ids(self, tokens):
        return list(map(self.backend_tokenizer.token_to_id, tokens))


def test_a_tokenizer_of_transformers_cuts_texts(wordpieces):
    tokenizer = SequenceTokenizer(analyzer=FastTokenizer(wordpieces)).fit(["unknown good"])
    assert list_tokens(tokenizer, "good unknown") == ["good", "un", "##known"]


def test_a_real_tokenizer_of_transformers_cuts_texts(wordpieces):
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    fast = transformers.PreTrainedTokenizerFast(tokenizer_object=wordpieces, unk_token="[UNK]")
    tokenizer = SequenceTokenizer(analyzer=fast).fit(["unknown good badly so"])
    assert list_tokens(tokenizer, "so unknown badly good") == [
        *("so", "un", "##known", "bad", "##ly", "good"),
    ]


@pytest.mark.parametrize("wrap", [lambda tokenizer: tokenizer, FastTokenizer])
def test_the_linear_part_reads_words_where_the_network_reads_parts(wordpieces, wrap):
    tokenizer = SequenceTokenizer(analyzer=wrap(wordpieces))
    rnn = RNNTextClassifier(**QUICK, tokenizer=tokenizer).fit(TEXTS, LABELS)
    names = rnn.linear_["ngrams"].get_feature_names_out()
    assert {"word=unknown", "word=badly"} <= set(names)
    assert "##known" in rnn.tokenizer_.vocabulary_


def test_an_estimator_with_a_tokenizer_clones_pickles_and_is_searched(wordpieces):
    tokenizer = SequenceTokenizer(analyzer=wordpieces)
    rnn = RNNTextClassifier(**QUICK, linear=False, tokenizer=tokenizer)
    grid = GridSearchCV(rnn, {"tokenizer__analyzer": [wordpieces, "word", "bpe"]}, cv=2)
    grid.fit(TEXTS, LABELS)
    assert not np.isnan(grid.cv_results_["mean_test_score"]).any()
    rnn = clone(rnn).fit(TEXTS, LABELS)
    loaded = pickle.loads(pickle.dumps(rnn))
    np.testing.assert_array_equal(loaded.predict_proba(TEXTS), rnn.predict_proba(TEXTS))


# Trained in fit


def test_parts_of_words_are_learned(tokenizers):
    words = ["lower", "lowest", "newer", "newest", "wider", "widest"]
    tokenizer = SequenceTokenizer(analyzer="bpe", max_features=22).fit([" ".join(words)] * 3)
    pieces = list_tokens(tokenizer, "Lowest, wider")
    assert "".join(pieces) == "\u2581lowest\u2581wider"
    assert 2 < len(pieces) < len("lowestwider")
    assert max(tokenizer.vocabulary_.values()) < 22
    assert tokenizer.subwords_.get_vocab_size() <= 22


def test_pairs_are_joined_as_in_the_paper(tokenizers):
    """Sennrich et al. (2016) learn these parts first from such counts, but for the beginnings."""
    text = " ".join(["low"] * 5 + ["lower"] * 2 + ["newest"] * 6 + ["widest"] * 3)
    tokenizer = SequenceTokenizer(analyzer="bpe").fit([text])
    merges = json.loads(tokenizer.subwords_.to_str())["model"]["merges"]
    joined = ["".join(merge) for merge in merges if "\u2581" not in merge[0]]
    assert joined[:2] == ["es", "est"]
    assert "lo" in joined[:4]


@pytest.mark.parametrize(("oov_token", "expected"), [("<oov>", ["<oov>"]), (None, [])])
def test_characters_that_no_text_had_are_unknown(tokenizers, oov_token, expected):
    tokenizer = SequenceTokenizer(analyzer="bpe", oov_token=oov_token).fit(["good bad"] * 3)
    assert list_tokens(tokenizer, "good \uac00") == ["\u2581good", *2 * expected]
    assert tokenizer.transform(["", "good"]).shape == (2, 2)


def test_parts_of_words_go_by_the_words_of_the_other_parameters(tokenizers):
    words = {"token_pattern": r"\w", "lowercase": False, "ngram_range": (1, 2)}
    tokenizer = SequenceTokenizer(analyzer="bpe", **words).fit(["Ab"])
    assert list_tokens(tokenizer, "Ab") == ["\u2581A", "\u2581A \u2581b", "\u2581b"]


def test_learning_parts_again_gives_the_same_and_other_analyzers_keep_none(tokenizers):
    tokenizer = SequenceTokenizer(analyzer="bpe", max_features=30)
    first = tokenizer.fit(TEXTS).subwords_.to_str()
    assert tokenizer.fit(TEXTS).subwords_.to_str() == first
    assert pickle.loads(pickle.dumps(tokenizer)).transform(TEXTS).shape == (24, tokenizer.maxlen_)
    assert not hasattr(tokenizer.set_params(analyzer="word").fit(TEXTS), "subwords_")


def test_without_the_package_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "tokenizers", None)
    with pytest.raises(ImportError, match=r"pip install skrnn\[subword\]"):
        SequenceTokenizer(analyzer="bpe").fit(TEXTS)


# By name


def test_morphemes_of_korean_are_tokens():
    pytest.importorskip("kiwipiepy", reason="kiwipiepy is not installed")
    tokenizer = SequenceTokenizer(analyzer="morphemes").fit(["이 영화는 정말 재미없었다!"])
    tokens = list_tokens(tokenizer, "이 영화는 정말 재미없었다!")
    assert tokens == ["이", "영화", "는", "정말", "재미없", "었", "다", "!"]
    rnn = RNNTextClassifier(**QUICK, tokenizer=tokenizer)
    rnn.fit(["영화가 좋다", "영화가 나쁘다"] * 6, [0, 1] * 6)
    assert "word=영화" in rnn.linear_["ngrams"].get_feature_names_out()
    loaded = pickle.loads(pickle.dumps(rnn))
    np.testing.assert_array_equal(
        loaded.predict(["영화는 좋았다"]), rnn.predict(["영화는 좋았다"])
    )


def test_without_kiwipiepy_the_extra_is_named(monkeypatch):
    from skrnn.text._morphemes import _load_kiwi

    _load_kiwi.cache_clear()
    monkeypatch.setitem(__import__("sys").modules, "kiwipiepy", None)
    with pytest.raises(ImportError, match=r"pip install skrnn\[korean\]"):
        SequenceTokenizer(analyzer="morphemes").fit(TEXTS)


def test_an_installed_package_adds_an_analyzer_by_name(monkeypatch):
    found = [EntryPoint("lines", "builtins:str.splitlines", "skrnn.analyzers")]
    monkeypatch.setattr(
        "skrnn.network._registry.entry_points",
        lambda group, name=None: [
            entry for entry in found if entry.group == group and name in (None, entry.name)
        ],
    )
    tokenizer = SequenceTokenizer(analyzer="lines").fit(["So good\nA film"])
    assert list_tokens(tokenizer, "A film\nso good\nnot") == ["a film", "so good", "<oov>"]
    with pytest.raises(ValueError, match=r"analyzer='words' is not known; .*'lines', 'morphemes'"):
        tokenizer.set_params(analyzer="words").fit(["a"])


# What language models read

VECTORS = np.random.default_rng(0).normal(size=(12, 4)).astype(np.float32)


@pytest.fixture
def folder(tmp_path, wordpieces):
    numpy = pytest.importorskip("safetensors.numpy", reason="safetensors is not installed")
    wordpieces.save(str(tmp_path / "tokenizer.json"))
    weights = {
        "bert.embeddings.word_embeddings.weight": VECTORS.astype(np.float16),
        "bert.embeddings.position_embeddings.weight": np.zeros((5, 4), np.float32),
    }
    numpy.save_file({"cls.weight": np.ones(3)}, tmp_path / "model-00001.safetensors")
    numpy.save_file(weights, tmp_path / "model-00002.safetensors")
    return tmp_path


@pytest.mark.parametrize("convert", [str, lambda path: path])
def test_a_model_gives_its_tokenizer_and_its_vectors(folder, convert):
    tokenizer, (words, matrix) = load_wordpiece_vectors(convert(folder), scale=None)
    assert words == PIECES
    assert matrix.dtype == np.float32
    np.testing.assert_array_equal(matrix, VECTORS[:11].astype(np.float16))
    assert tokenizer.encode("so good so good so good").tokens[1:-1] == ["so", "good"] * 3


@pytest.mark.parametrize(("scale", "words"), [(0.3, {}), (2, {"scale": np.float32(2)})])
def test_vectors_of_a_model_are_centred_and_scaled_all_alike(folder, scale, words):
    _, (_, matrix) = load_wordpiece_vectors(folder, **words)
    _, (_, raw) = load_wordpiece_vectors(folder, scale=None)
    assert matrix.dtype == np.float32
    np.testing.assert_allclose(matrix.mean(axis=0), 0, atol=1e-6)
    np.testing.assert_allclose(matrix.std(), scale, rtol=1e-6)
    differences = (matrix[1:] - matrix[0]) / (raw[1:] - raw[0])
    np.testing.assert_allclose(differences, differences[0, 0], rtol=1e-3)


def test_a_model_of_one_vector_over_and_over_is_read(folder):
    numpy = pytest.importorskip("safetensors.numpy")
    weights = {"wte.weight": np.ones((12, 4), np.float32)}
    numpy.save_file(weights, folder / "model-00002.safetensors")
    _, (_, matrix) = load_wordpiece_vectors(folder)
    np.testing.assert_array_equal(matrix, np.zeros((11, 4)))


def test_a_network_begins_with_the_vectors_of_a_model(folder):
    analyzer, vectors = load_wordpiece_vectors(folder)
    words = {"embedding": vectors, "train_embedding": False, "linear": False}
    learned = SequenceTokenizer(analyzer=analyzer)
    rnn = RNNTextClassifier(**QUICK, **words, tokenizer=learned).fit(TEXTS, LABELS)
    assert rnn.embedding_coverage_ == {"tokens": 1, "occurrences": 1}
    place = rnn.tokenizer_.vocabulary_["##known"]
    expected = vectors[1][PIECES.index("##known")]
    np.testing.assert_array_equal(rnn.model_.get_weights()[0][place], expected)
    whole = SequenceTokenizer(analyzer=analyzer, vocabulary=vectors[0])
    rnn = RNNTextClassifier(**QUICK, **words, tokenizer=whole).fit(TEXTS[:5], LABELS[:5])
    assert list_tokens(rnn.tokenizer_, "unknown") == ["un", "##known"]


def test_a_folder_without_a_model_says_what_is_missing(folder):
    for name, told in [
        ("model-00002.safetensors", "in 1 files .*none has a name that ends in"),
        ("tokenizer.json", "no file tokenizer.json"),
    ]:
        (folder / name).unlink()
        with pytest.raises(ValueError, match=rf"folder must hold .* got .*{told}"):
            load_wordpiece_vectors(folder)


@pytest.mark.parametrize("name", ["model-00001.safetensors", "tokenizer.json"])
def test_a_damaged_model_names_the_file(folder, name):
    (folder / name).write_bytes(b"{ nothing")
    with pytest.raises(ValueError, match=rf"{name}: "):
        load_wordpiece_vectors(folder)


def test_a_tokenizer_of_another_model_is_told(folder):
    words = json.loads((folder / "tokenizer.json").read_text())
    words["model"]["vocab"] |= {"more": 11, "and": 12}
    (folder / "tokenizer.json").write_text(json.dumps(words))
    with pytest.raises(ValueError, match="has 13 tokens, but there are 12 embeddings"):
        load_wordpiece_vectors(folder)
