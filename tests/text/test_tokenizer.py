"""SequenceTokenizer: ids, padding, inputs, errors and scikit-learn's conventions."""

import pickle
import random
import re
from collections import Counter

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils import get_tags

from skrnn._sequences import pad_sequences
from skrnn.text._tokenizer import SequenceTokenizer

FIELD = [
    "나는 인공지능 공부를 하는 것이 재미있습니다.",
    "인공지능 분야 중에서도 시맨틱 분할이 가장 좋습니다.",
    "인공지능이란 무엇인가요 시맨틱이 뭔가요 가장 어렵습니다",
]
FIELD_VOCABULARY = (
    "인공지능 1, 가장 2, 나는 3, 공부를 4, 하는 5, 것이 6, 재미있습니다 7, 분야 8, 중에서도 9, "
    "시맨틱 10, 분할이 11, 좋습니다 12, 인공지능이란 13, 무엇인가요 14, 시맨틱이 15, 뭔가요 16, "
    "어렵습니다 17"
)
NEW_SENTENCE = "나는 인공지능 분야 에 관심이 많으며 가장 좋아합니다. 시맨틱"
LIKES = [
    "나는 당신을 사랑합니다",
    "나는 컴퓨터를 가지고 노는 것이 가장 좋습니다",
    "나는 인공지능을 좋아합니다",
    "나는 컴퓨터를 가지고 하는 수학을 좋아합니다",
    "나는 뉴질랜드를 좋아합니다",
    "나는 혼자 사는 것이 편합니다",
]
TEXTS = ["The cat, the dog!", "A dog: the END.", "", "cat"]

PARAMETERS = {
    "max_features": 5,
    "lowercase": False,
    "strip_accents": "unicode",
    "preprocessor": str.strip,
    "analyzer": "char",
    "punctuation": "ascii",
    "token_pattern": r"\w+",
    "stop_words": "english",
    "ngram_range": (1, 2),
    "min_df": 0.5,
    "max_df": 0.9,
    "vocabulary": {"cat": 2, "dog": 3},
    "maxlen": 3,
    "padding": "post",
    "truncating": "post",
    "oov_token": None,
    "skip_top": 1,
}


def as_lists(sequences):
    return [sequence.tolist() for sequence in sequences]


def make_texts(n_texts=200, n_words=300, seed=0):
    """Draw words of which some are much more frequent than others."""
    rng = random.Random(seed)
    words = [f"w{i}" for i in range(n_words)]
    weights = [1 / (i + 1) for i in range(n_words)]
    return [" ".join(rng.choices(words, weights, k=rng.randint(1, 40))) for _ in range(n_texts)]


# Published outputs


def test_vocabulary_without_oov_token_is_the_published_one():
    tokenizer = SequenceTokenizer(oov_token=None).fit(FIELD)
    listed = ", ".join(f"{token} {i}" for token, i in tokenizer.vocabulary_.items())
    assert listed == FIELD_VOCABULARY


def test_ids_without_oov_token_are_the_published_ones():
    tokenizer = SequenceTokenizer(oov_token=None).fit(FIELD)
    assert as_lists(tokenizer.texts_to_sequences(FIELD)) == [
        [3, 1, 4, 5, 6, 7],
        [1, 8, 9, 10, 11, 2, 12],
        [13, 14, 15, 16, 2, 17],
    ]


@pytest.mark.parametrize(
    ("parameters", "text", "ids"),
    [
        ({"oov_token": None}, "나는 머신러닝이 좋습니다", [3, 12]),
        ({"oov_token": None, "max_features": 4}, NEW_SENTENCE, [3, 1, 2]),
        ({"oov_token": "<oov>"}, NEW_SENTENCE, [4, 2, 9, 1, 1, 1, 3, 1, 11]),
    ],
)
def test_ids_of_a_new_text_are_the_published_ones(parameters, text, ids):
    tokenizer = SequenceTokenizer(**parameters).fit(FIELD)
    assert as_lists(tokenizer.texts_to_sequences([text])) == [ids]


def test_ids_with_oov_token_are_the_published_ones():
    tokenizer = SequenceTokenizer(oov_token="<oov>").fit(LIKES)
    assert as_lists(tokenizer.texts_to_sequences(LIKES)) == [
        [2, 7, 8],
        [2, 4, 5, 9, 6, 10, 11],
        [2, 12, 3],
        [2, 4, 5, 13, 14, 3],
        [2, 15, 3],
        [2, 16, 17, 6, 18],
    ]


@pytest.mark.parametrize(
    ("truncating", "second", "fourth"),
    [("pre", [5, 9, 6, 10, 11], [4, 5, 13, 14, 3]), ("post", [2, 4, 5, 9, 6], [2, 4, 5, 13, 14])],
)
def test_rows_of_length_5_are_the_published_ones(truncating, second, fourth):
    tokenizer = SequenceTokenizer(oov_token="<oov>", maxlen=5, truncating=truncating)
    assert tokenizer.fit_transform(LIKES).tolist() == [
        [0, 0, 2, 7, 8],
        second,
        [0, 0, 2, 12, 3],
        fourth,
        [0, 0, 2, 15, 3],
        [2, 16, 17, 6, 18],
    ]


# Keras as an independent reference


@pytest.mark.parametrize("oov_token", [None, "<oov>"])
@pytest.mark.parametrize("max_features", [None, 50])
@pytest.mark.parametrize("analyzer", ["word", "char"])
def test_ids_agree_with_keras(oov_token, max_features, analyzer):
    from keras.src.legacy.preprocessing.text import Tokenizer

    texts = ["Don't stop -- NOW!\tÀ l'été, naïve_test", *FIELD, *make_texts(50, 100)]
    seen, new = texts[:30], texts[20:]
    reference = Tokenizer(max_features, oov_token=oov_token, char_level=analyzer == "char")
    reference.fit_on_texts(seen)
    tokenizer = SequenceTokenizer(
        max_features=max_features, oov_token=oov_token, analyzer=analyzer
    )
    tokenizer.fit(seen)
    assert as_lists(tokenizer.texts_to_sequences(new)) == reference.texts_to_sequences(new)
    assert reference.word_index.items() >= tokenizer.vocabulary_.items()


@pytest.mark.parametrize("padding", ["pre", "post"])
@pytest.mark.parametrize("truncating", ["pre", "post"])
@pytest.mark.parametrize("maxlen", [1, 3, 8])
def test_padding_agrees_with_keras(padding, truncating, maxlen):
    from keras.utils import pad_sequences as pad_with_keras

    sequences = [[1, 2, 3, 4, 5], [], [6], [7, 8, 9], [10, 11, 12, 13]]
    options = {"padding": padding, "truncating": truncating, "dtype": "int64", "value": -1}
    padded = pad_sequences(sequences, maxlen, **options)
    assert padded.dtype == np.int64
    assert_array_equal(padded, pad_with_keras(sequences, maxlen, **options))


@settings(deadline=None, max_examples=50)
@given(
    st.lists(st.lists(st.integers(1, 99), max_size=6), min_size=1, max_size=6),
    st.integers(1, 7),
    st.sampled_from(["pre", "post"]),
    st.sampled_from(["pre", "post"]),
)
def test_padding_does_what_a_loop_over_rows_does(sequences, maxlen, padding, truncating):
    expected = []
    for row in sequences:
        row = row[-maxlen:] if truncating == "pre" else row[:maxlen]
        pads = [0] * (maxlen - len(row))
        expected.append(pads + row if padding == "pre" else row + pads)
    options = {"padding": padding, "truncating": truncating}
    arrays = [np.array(row, dtype=int) for row in sequences]
    assert pad_sequences(sequences, maxlen, **options).tolist() == expected
    assert pad_sequences(arrays, maxlen, **options).tolist() == expected


# Ids


def test_ids_fall_with_frequency_and_ties_go_by_appearance():
    tokenizer = SequenceTokenizer().fit(["d c a", "b a b", "d"])
    assert tokenizer.vocabulary_ == {"<oov>": 1, "d": 2, "a": 3, "b": 4, "c": 5}


@pytest.mark.parametrize("oov_token", [None, "<oov>"])
def test_max_features_keeps_the_ids_below_it(oov_token):
    texts = make_texts()
    whole = SequenceTokenizer(oov_token=oov_token).fit(texts)
    part = SequenceTokenizer(oov_token=oov_token, max_features=10).fit(texts)
    assert part.n_tokens_ == 10
    assert part.vocabulary_ == {token: i for token, i in whole.vocabulary_.items() if i < 10}


def test_max_features_beyond_the_vocabulary_keeps_all():
    tokenizer = SequenceTokenizer(max_features=1000).fit(TEXTS)
    assert tokenizer.n_tokens_ == SequenceTokenizer().fit(TEXTS).n_tokens_ == 7


@pytest.mark.parametrize(("oov_token", "n_special"), [(None, 1), ("<oov>", 2)])
def test_skip_top_drops_the_most_frequent_words_and_the_others_keep_their_ids(
    oov_token, n_special
):
    texts = make_texts()
    ranked = Counter(" ".join(texts).split()).most_common()
    tokenizer = SequenceTokenizer(oov_token=oov_token, max_features=100, skip_top=20).fit(texts)
    expected = {word: rank + n_special for rank, (word, _) in enumerate(ranked)}
    expected = {word: i for word, i in expected.items() if 20 + n_special <= i < 100}
    tokenizer.vocabulary_.pop("<oov>", None)
    assert tokenizer.vocabulary_ == expected
    assert tokenizer.n_tokens_ == 100


def test_skipped_and_rare_words_are_unknown():
    texts = ["a a a b b c"]
    parameters = {"skip_top": 1, "max_features": 4}
    with_oov = SequenceTokenizer(**parameters).fit_transform(texts)
    assert with_oov.tolist() == [[1, 1, 1, 3, 3, 1]]
    without = SequenceTokenizer(oov_token=None, skip_top=1, max_features=3).fit_transform(texts)
    assert without.tolist() == [[2, 2]]


@pytest.mark.parametrize(
    ("min_df", "tokens"),
    [
        (1, {"a", "b", "c", "d"}),
        (2, {"a", "b"}),
        (3, {"a"}),
        (0.0, {"a", "b", "c", "d"}),
        (0.5, {"a", "b"}),
        (0.51, {"a"}),
        (0.75, {"a"}),
    ],
)
def test_min_df_counts_texts(min_df, tokens):
    texts = ["a b c c c", "a b", "a", "d"]
    tokenizer = SequenceTokenizer(min_df=min_df, oov_token=None).fit(texts)
    assert set(tokenizer.vocabulary_) == tokens


def test_min_df_as_a_share_is_exact():
    texts = ["a"] * 7 + ["b"] * 3
    assert SequenceTokenizer(min_df=0.7, oov_token=None).fit(texts).vocabulary_ == {"a": 1}


def test_ids_leave_no_gap_where_min_df_takes_tokens_away():
    tokenizer = SequenceTokenizer(min_df=2).fit(["a a a", "b", "b"])
    assert tokenizer.vocabulary_ == {"<oov>": 1, "b": 2}


def test_oov_token_in_a_text_has_its_own_id():
    tokenizer = SequenceTokenizer(oov_token="unk").fit(["unk unk unk sea"])
    assert tokenizer.vocabulary_ == {"unk": 1, "sea": 2}
    assert tokenizer.transform(["sea unk"]).tolist() == [[0, 0, 2, 1]]


@pytest.mark.parametrize("oov_token", [None, "<oov>"])
@pytest.mark.parametrize("skip_top", [0, 3])
def test_n_tokens_is_the_number_of_rows_that_an_embedding_needs(oov_token, skip_top):
    tokenizer = SequenceTokenizer(oov_token=oov_token, skip_top=skip_top)
    ids = tokenizer.fit_transform(make_texts(20, 30))
    assert tokenizer.n_tokens_ == ids.max() + 1


# Rows


def test_rows_are_as_long_as_the_longest_text_seen():
    tokenizer = SequenceTokenizer().fit(TEXTS)
    ids = tokenizer.transform(["a", "the " * 9])
    assert tokenizer.maxlen_ == 4
    assert ids.shape == (2, 4)
    assert ids.dtype == np.int32


def test_dropped_tokens_do_not_lengthen_rows():
    tokenizer = SequenceTokenizer(oov_token=None, min_df=2).fit(["a b c d", "a"])
    assert tokenizer.maxlen_ == 1


def test_padding_can_be_behind():
    tokenizer = SequenceTokenizer(padding="post").fit(["a b c"])
    assert tokenizer.transform(["c"]).tolist() == [[4, 0, 0]]


@pytest.mark.parametrize("text", ["", " \t\n", "?!"])
def test_empty_text_becomes_one_oov_token(text):
    tokenizer = SequenceTokenizer().fit(["a b"])
    assert tokenizer.transform([text, "b", text]).tolist() == [[0, 1], [0, 3], [0, 1]]
    assert as_lists(tokenizer.texts_to_sequences([text, text])) == [[1], [1]]


@pytest.mark.parametrize("text", ["", "unheard of"])
def test_text_without_known_tokens_is_padding_without_oov_token(text):
    tokenizer = SequenceTokenizer(oov_token=None).fit(["a b"])
    assert tokenizer.transform([text, "b"]).tolist() == [[0, 0], [0, 2]]
    assert as_lists(tokenizer.texts_to_sequences([text, "b"])) == [[], [2]]


def test_rows_have_one_step_at_least():
    tokenizer = SequenceTokenizer(vocabulary=["a"], oov_token=None)
    assert tokenizer.fit_transform(["b"]).tolist() == [[0]]


def test_fit_transform_gives_what_fit_and_transform_give():
    texts = make_texts()
    parameters = {"max_features": 40, "skip_top": 3, "maxlen": 12}
    rows = SequenceTokenizer(**parameters).fit(texts).transform(texts)
    assert_array_equal(SequenceTokenizer(**parameters).fit_transform(texts), rows)


def test_fit_transform_reads_each_text_once():
    read = []
    SequenceTokenizer(analyzer=lambda text: read.append(text) or [text]).fit_transform(TEXTS)
    assert read == TEXTS


# Fixed vocabulary


@pytest.mark.parametrize(
    "vocabulary",
    [
        {"dog": 3, "cat": 2},
        {"<oov>": 1, "cat": 2, "dog": 3},
        {"cat": np.int64(2), "dog": np.int64(3)},
        ["cat", "dog"],
        ("<oov>", "cat", "dog"),
        {"dog", "cat"},
        np.array(["cat", "dog"]),
        pd.Series(["cat", "dog"]),
    ],
    ids=lambda vocabulary: type(vocabulary).__name__,
)
def test_fixed_vocabulary_is_taken_over(vocabulary):
    tokenizer = SequenceTokenizer(vocabulary=vocabulary)
    assert tokenizer.fit_transform(TEXTS[:2]).tolist() == [[1, 2, 1, 3], [1, 3, 1, 1]]
    assert list(tokenizer.vocabulary_.items()) == [("<oov>", 1), ("cat", 2), ("dog", 3)]
    assert {type(token) for token in tokenizer.vocabulary_} == {str}
    assert {type(i) for i in tokenizer.vocabulary_.values()} == {int}


def test_fixed_vocabulary_without_oov_token_begins_at_1():
    tokenizer = SequenceTokenizer(vocabulary=["cat", "dog"], oov_token=None)
    assert tokenizer.fit_transform(TEXTS[:2]).tolist() == [[1, 2], [0, 2]]


@pytest.mark.parametrize("oov_token", [None, "<oov>"])
def test_learned_vocabulary_can_be_given_as_a_fixed_one(oov_token):
    texts = make_texts()
    learned = SequenceTokenizer(oov_token=oov_token, skip_top=3, max_features=50).fit(texts)
    fixed = SequenceTokenizer(oov_token=oov_token, vocabulary=learned.vocabulary_).fit(texts)
    assert_array_equal(fixed.transform(texts), learned.transform(texts))
    assert fixed.n_tokens_ == learned.n_tokens_


def test_fixed_vocabulary_is_not_limited():
    limits = {"max_features": 1, "skip_top": 9, "min_df": 9, "max_df": 1}
    tokenizer = SequenceTokenizer(vocabulary=["cat"], **limits)
    assert tokenizer.fit(TEXTS).vocabulary_ == {"<oov>": 1, "cat": 2}


def test_fixed_vocabulary_is_copied():
    vocabulary = {"cat": 2}
    tokenizer = SequenceTokenizer(vocabulary=vocabulary).fit(TEXTS)
    tokenizer.vocabulary_["dog"] = 3
    assert vocabulary == {"cat": 2}


@pytest.mark.parametrize(
    ("vocabulary", "error", "message"),
    [
        ([], ValueError, "vocabulary holds no token"),
        ({"<oov>": 1}, ValueError, "vocabulary holds no token"),
        (["a", "b", "a"], ValueError, "vocabulary holds 'a' more than once"),
        (["a", "<oov>"], ValueError, "gives '<oov>' the id 3"),
        ({"a": 2, "b": 2}, ValueError, "gives the id 2 more than once"),
        ({"a": 0}, ValueError, "gives 'a' the id 0; ids must be integers from 2 on"),
        ({"a": 1}, ValueError, "gives 'a' the id 1; ids must be integers from 2 on"),
        ({"<oov>": 2, "a": 3}, ValueError, "gives '<oov>' the id 2"),
        ({"a": 2.0}, ValueError, "gives 'a' the id 2.0"),
        ({"a": True}, ValueError, "gives 'a' the id True"),
        ({"a": "2"}, ValueError, "gives 'a' the id '2'"),
        ({2: "a"}, TypeError, "vocabulary holds 2; every token must be a str"),
        (["a", None], TypeError, "vocabulary holds None; every token must be a str"),
    ],
)
def test_faulty_vocabulary_is_refused(vocabulary, error, message):
    with pytest.raises(error, match=message):
        SequenceTokenizer(vocabulary=vocabulary).fit(TEXTS)


@pytest.mark.parametrize(
    ("token", "read", "parameters"),
    [
        ("Cat", "cat", {}),
        ("don\u2019t", "don't", {}),
        ("cafe\u0301", "caf\u00e9", {}),
        ("caf\u00e9", "cafe", {"strip_accents": "unicode"}),
    ],
)
def test_a_token_of_a_form_that_no_text_can_have_is_warned_of(token, read, parameters):
    tokenizer = SequenceTokenizer(vocabulary=["a", token], oov_token="<OOV>", **parameters)
    with pytest.warns(
        UserWarning, match=re.escape(f"{token!a} is never found, since texts give {read!a}")
    ):
        tokenizer.fit(TEXTS)


@pytest.mark.parametrize(
    "parameters", [{"lowercase": False}, {"analyzer": str.split}, {"preprocessor": str.title}]
)
def test_upper_case_that_texts_can_have_is_not_warned_of(parameters):
    tokenizer = SequenceTokenizer(vocabulary=["The"], **parameters)
    assert tokenizer.fit_transform(["The cat"]).tolist() == [[2, 1]]


# Back to texts


def test_inverse_transform_leaves_padding_out_and_shows_unknown_tokens():
    tokenizer = SequenceTokenizer().fit(["The cat, the dog!"])
    texts = tokenizer.inverse_transform(tokenizer.transform(["dog the bird", "cat", ""]))
    assert texts.dtype == object
    assert texts.tolist() == ["dog the <oov>", "cat", "<oov>"]


@pytest.mark.parametrize("padding", ["pre", "post"])
def test_inverse_transform_of_characters_gives_the_text_back(padding):
    texts = ["Abba, a!", "ba"]
    tokenizer = SequenceTokenizer(analyzer="char", lowercase=False, padding=padding)
    assert tokenizer.inverse_transform(tokenizer.fit_transform(texts)).tolist() == texts


def test_inverse_transform_of_padding_is_the_empty_text():
    tokenizer = SequenceTokenizer(oov_token=None).fit(["a b"])
    assert tokenizer.inverse_transform([[0, 0], [0, 1]]).tolist() == ["", "a"]


@pytest.mark.parametrize(
    "make_ids",
    [
        lambda tokenizer, texts: tokenizer.texts_to_sequences(texts),
        lambda tokenizer, texts: tuple(map(tuple, tokenizer.texts_to_sequences(texts))),
        lambda tokenizer, texts: tokenizer.transform(texts).astype(float),
        lambda tokenizer, texts: pd.DataFrame(tokenizer.transform(texts)),
        lambda tokenizer, texts: pl.DataFrame(tokenizer.transform(texts)),
    ],
)
def test_inverse_transform_takes_rows_and_sequences(make_ids):
    tokenizer = SequenceTokenizer(oov_token=None).fit(["a b c"])
    texts = ["a b c", "", "c"]
    assert tokenizer.inverse_transform(make_ids(tokenizer, texts)).tolist() == texts


@pytest.mark.parametrize(
    ("ids", "message"),
    [
        ([[2, 99]], r"X holds 99.*not the id of a token; ids go up to 4"),
        (np.array([[-1]]), "X holds -1"),
        (np.array([[2.5]]), "X holds 2.5"),
        ([[2], [2.5, 3]], "X holds 2.5"),
        ([[3]], "X holds 3"),
        (np.array([2]), "Expected 2D array"),
        ([], "0 sample"),
    ],
)
def test_inverse_transform_refuses_what_is_not_an_id(ids, message):
    tokenizer = SequenceTokenizer(vocabulary={"a": 2, "b": 4}).fit(["a b"])
    with pytest.raises(ValueError, match=message):
        tokenizer.inverse_transform(ids)


# What X may be

KINDS = {
    "tuple": tuple,
    "str array": np.array,
    "object array": lambda texts: np.array(texts, dtype=object),
    "StringDType array": lambda texts: np.array(texts, dtype=np.dtypes.StringDType()),
    "object series": lambda texts: pd.Series(texts, dtype=object, index=[9, 8, 7, 6]),
    "str series": lambda texts: pd.Series(texts, dtype="str"),
    "string series": lambda texts: pd.Series(texts, dtype="string"),
    "categorical series": lambda texts: pd.Series(texts, dtype="category"),
    "index": pd.Index,
    "polars series": pl.Series,
    "list of numpy.str_": lambda texts: list(map(np.str_, texts)),
    "column": lambda texts: np.array(texts)[:, None],
    "object column": lambda texts: np.array(texts, dtype=object)[:, None],
    "frame": lambda texts: pd.DataFrame({"text": texts}, index=[9, 8, 7, 6]),
    "categorical frame": lambda texts: pd.DataFrame({"text": pd.Categorical(texts)}),
    "polars frame": lambda texts: pl.DataFrame({"text": texts}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_any_column_of_texts_will_do(kind):
    X = KINDS[kind](TEXTS)
    expected = SequenceTokenizer().fit_transform(TEXTS)
    tokenizer = SequenceTokenizer()
    assert_array_equal(tokenizer.fit_transform(X), expected)
    assert_array_equal(tokenizer.transform(X), expected)


FAULTY = {
    "str": ("the cat", ValueError, r"1-D array or a Series of str; got 'the cat' \(str\)"),
    "bytes": (b"the cat", ValueError, r"got b'the cat' \(bytes\)"),
    "none": (None, ValueError, r"got None \(NoneType\)"),
    "number": (5, ValueError, r"got 5 \(int\)"),
    "dict": ({"text": "a"}, ValueError, r"\(dict\)"),
    "set": ({"a"}, ValueError, r"\(set\)"),
    "generator": ((text for text in TEXTS), ValueError, r"\(generator\)"),
    "0-d array": (np.array("a"), ValueError, r"\(ndarray\)"),
    "2-D array": (np.array([["a", "b"]]), ValueError, r"ndarray of shape \(1, 2\).*X\[:, 0\]"),
    "3-D array": (np.array([[["a"]]]), ValueError, r"ndarray of shape \(1, 1, 1\)"),
    "sparse matrix": (csr_array([[1]]), ValueError, r"csr_array of shape \(1, 1\)"),
    "wide frame": (
        pd.DataFrame({"stars": [1], "text": ["b"]}),
        ValueError,
        r"shape \(1, 2\).*X\[name\], one of \['stars', 'text'\]",
    ),
    "polars frame": (pl.DataFrame({"a": ["b"], "c": ["d"]}), ValueError, r"one of \['a', 'c'\]"),
    "frame without columns": (pd.DataFrame(index=[1]), ValueError, r"shape \(1, 0\)"),
    "column of numbers": (np.ones((2, 1)), TypeError, r"Row 0 of X is 1.0 \(float\)"),
    "missing in a frame": (pd.DataFrame({"a": ["b", None]}), TypeError, r"Row 1 of X is"),
    "no texts": ([], ValueError, "X holds 0 texts; at least 1 is needed"),
    "no rows": (pd.Series([], dtype=object), ValueError, "X holds 0 texts"),
    "None inside": (["a", None], TypeError, r"Row 1 of X is None \(NoneType\).*must be a str"),
    "NaN inside": (["a", float("nan")], TypeError, r"Row 1 of X is nan \(float\)"),
    "NA inside": (pd.Series(["a", None], dtype="string"), TypeError, r"Row 1 .*<NA>"),
    "missing str": (pd.Series(["a", np.nan], dtype="str"), TypeError, r"Row 1 of X is nan"),
    "null inside": (pl.Series(["a", None]), TypeError, r"Row 1 of X is None"),
    "number inside": (["a", "b", 3, None], TypeError, r"Row 2 of X is 3 \(int\)"),
    "bytes inside": (["a", b"b"], TypeError, r"Row 1 of X is b'b' \(bytes\).*Decode bytes"),
    "byte array": (np.array([b"a"]), TypeError, r"Row 0 of X is b'a' \(bytes\)"),
    "list inside": ([["a"], ["b"]], TypeError, r"Row 0 of X is \['a'\] \(list\)"),
    "numbers": (np.arange(3), TypeError, r"Row 0 of X is 0 \(int\)"),
}


@pytest.mark.parametrize("case", FAULTY)
@pytest.mark.parametrize("method", ["fit", "fit_transform", "transform", "texts_to_sequences"])
def test_what_is_not_a_column_of_texts_is_refused(case, method):
    X, error, message = FAULTY[case]
    tokenizer = SequenceTokenizer().fit(TEXTS)
    with pytest.raises(error, match=message):
        getattr(tokenizer, method)(X)


# Parameters that are wrong


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("max_features", 0),
        ("max_features", 2.5),
        ("lowercase", "no"),
        ("analyzer", 3),
        ("strip_accents", "NFKD"),
        ("preprocessor", "lower"),
        ("punctuation", None),
        ("token_pattern", re.compile("a")),
        ("stop_words", "german"),
        ("stop_words", 3),
        ("ngram_range", 2),
        ("min_df", 0),
        ("min_df", 1.5),
        ("max_df", 0),
        ("max_df", 1.5),
        ("vocabulary", "abc"),
        ("vocabulary", 3),
        ("maxlen", 0),
        ("maxlen", "longest"),
        ("padding", "left"),
        ("truncating", "middle"),
        ("oov_token", 1),
        ("skip_top", -1),
    ],
)
def test_wrong_parameter_is_named(name, value):
    tokenizer = SequenceTokenizer(**{name: value})
    for fit in (tokenizer.fit, tokenizer.fit_transform):
        with pytest.raises(ValueError, match=f"The '{name}' parameter of SequenceTokenizer must"):
            fit(TEXTS)


@pytest.mark.parametrize(
    ("parameters", "least"),
    [
        ({"max_features": 2}, 3),
        ({"max_features": 1, "oov_token": None}, 2),
        ({"max_features": 22, "skip_top": 20}, 23),
        ({"max_features": 21, "skip_top": 20, "oov_token": None}, 22),
    ],
)
def test_max_features_that_leaves_no_token_is_refused(parameters, least):
    texts = make_texts()
    with pytest.raises(ValueError, match=f"leaves no token.*give at least {least}"):
        SequenceTokenizer(**parameters).fit(texts)
    parameters["max_features"] = least
    assert SequenceTokenizer(**parameters).fit(texts).n_tokens_ == least


@pytest.mark.parametrize(
    ("parameters", "texts"),
    [
        ({}, ["", "?"]),
        ({"oov_token": "cat"}, ["cat", "cat"]),
        ({"min_df": 3}, TEXTS),
        ({"max_df": 0.1}, TEXTS),
        ({"stop_words": ["the", "cat", "dog", "a", "end"]}, TEXTS),
        ({"ngram_range": (5, 5)}, TEXTS),
        ({"skip_top": 5}, TEXTS),
    ],
)
def test_empty_vocabulary_is_refused(parameters, texts):
    with pytest.raises(ValueError, match="Empty vocabulary"):
        SequenceTokenizer(**parameters).fit(texts)


@pytest.mark.parametrize(
    ("pattern", "message"),
    [(r"(a)(b)", "has 2 capturing groups"), (r"(a", "is not a regular expression")],
)
def test_faulty_token_pattern_is_refused(pattern, message):
    with pytest.raises(ValueError, match=message):
        SequenceTokenizer(token_pattern=pattern).fit(TEXTS)


# scikit-learn's conventions


@pytest.mark.parametrize("method", ["transform", "texts_to_sequences", "inverse_transform"])
def test_method_of_an_unfitted_tokenizer_says_so(method):
    with pytest.raises(NotFittedError, match="This SequenceTokenizer instance is not fitted yet"):
        getattr(SequenceTokenizer(vocabulary=["a"]), method)(["a"])


def test_feature_names_of_an_unfitted_tokenizer_are_not_known():
    with pytest.raises(NotFittedError):
        SequenceTokenizer().get_feature_names_out()


def test_constructor_only_stores_its_parameters():
    assert vars(SequenceTokenizer(**PARAMETERS)) == PARAMETERS
    assert SequenceTokenizer().get_params().keys() == PARAMETERS.keys()


def test_parameters_are_given_by_name():
    with pytest.raises(TypeError, match="positional"):
        SequenceTokenizer(5)


def test_parameters_can_be_set_and_read():
    tokenizer = SequenceTokenizer().set_params(**PARAMETERS)
    assert tokenizer.get_params() == PARAMETERS


def test_clone_has_the_parameters_and_is_not_fitted():
    tokenizer = SequenceTokenizer(**PARAMETERS).fit(TEXTS)
    copy = clone(tokenizer)
    assert copy.get_params() == PARAMETERS
    assert not hasattr(copy, "vocabulary_")


@pytest.mark.parametrize("parameters", [{}, {"vocabulary": ["cat"]}, {"maxlen": 3}])
def test_fit_returns_itself_and_leaves_parameters_alone(parameters):
    tokenizer = SequenceTokenizer(**parameters)
    before = tokenizer.get_params()
    assert tokenizer.fit(TEXTS, y=None) is tokenizer
    assert tokenizer.get_params() == before


def test_fitted_state_is_plain_data():
    tokenizer = SequenceTokenizer(maxlen=np.int64(7)).fit(TEXTS)
    fitted = {name: value for name, value in vars(tokenizer).items() if name.endswith("_")}
    assert {name: type(value) for name, value in fitted.items()} == {
        "vocabulary_": dict,
        "n_tokens_": int,
        "maxlen_": int,
    }
    assert {type(i) for i in tokenizer.vocabulary_.values()} == {int}


def test_fitting_again_forgets_the_first_fit():
    tokenizer = SequenceTokenizer().fit(make_texts())
    assert_array_equal(tokenizer.fit_transform(TEXTS), SequenceTokenizer().fit_transform(TEXTS))
    assert list(tokenizer.vocabulary_) == ["<oov>", "the", "cat", "dog", "a", "end"]


@pytest.mark.parametrize(
    ("parameters", "X"), [({}, ["a", None]), ({"max_features": 1}, TEXTS), ({"maxlen": 0}, TEXTS)]
)
def test_failed_fit_changes_nothing(parameters, X):
    tokenizer = SequenceTokenizer().fit(TEXTS)
    tokenizer.set_params(**parameters)
    before = pickle.dumps(vars(tokenizer))
    with pytest.raises((ValueError, TypeError)):
        tokenizer.fit(X)
    assert pickle.dumps(vars(tokenizer)) == before


def test_transforming_changes_neither_tokenizer_nor_texts():
    X = np.array(TEXTS, dtype=object)
    tokenizer = SequenceTokenizer().fit(X)
    before = pickle.dumps(vars(tokenizer))
    tokenizer.inverse_transform(tokenizer.transform(X))
    assert pickle.dumps(vars(tokenizer)) == before
    assert X.tolist() == TEXTS


def test_pickle_gives_the_same_rows():
    tokenizer = SequenceTokenizer(max_features=40, maxlen=9).fit(make_texts())
    texts = make_texts(20, 400, seed=1)
    copy = pickle.loads(pickle.dumps(tokenizer))
    assert_array_equal(copy.transform(texts), tokenizer.transform(texts))


def test_each_text_is_transformed_for_itself():
    texts = make_texts(20)
    tokenizer = SequenceTokenizer(maxlen=15).fit(texts)
    one_by_one = [tokenizer.transform([text])[0] for text in reversed(texts)]
    assert_array_equal(one_by_one[::-1], tokenizer.transform(texts))


def test_repr_names_what_was_changed():
    assert repr(SequenceTokenizer(maxlen=5)) == "SequenceTokenizer(maxlen=5)"
    assert repr(SequenceTokenizer(oov_token=None)) == "SequenceTokenizer(oov_token=None)"


def test_html_repr_shows_parameters():
    html = SequenceTokenizer(maxlen=98765).fit(TEXTS)._repr_html_()
    assert "SequenceTokenizer" in html
    assert "98765" in html


def test_tags_say_that_texts_go_in():
    tags = get_tags(SequenceTokenizer())
    assert tags.input_tags.string
    assert tags.input_tags.one_d_array
    assert not tags.input_tags.two_d_array
    assert tags.requires_fit
    assert not tags.target_tags.required


def test_feature_names_are_numbered():
    tokenizer = SequenceTokenizer().fit(TEXTS)
    names = tokenizer.get_feature_names_out()
    assert names.tolist() == [f"sequencetokenizer{i}" for i in range(4)]


def test_pandas_output_has_the_index_of_the_texts():
    tokenizer = SequenceTokenizer().set_output(transform="pandas")
    frame = tokenizer.fit_transform(pd.Series(["a b", "c"], index=["x", "y"]))
    expected = pd.DataFrame(
        np.array([[2, 3], [0, 4]], np.int32), ["x", "y"], tokenizer.get_feature_names_out()
    )
    pd.testing.assert_frame_equal(frame, expected)


def test_polars_output_is_a_polars_frame():
    tokenizer = SequenceTokenizer().set_output(transform="polars").fit(["a b", "c"])
    frame = tokenizer.transform(["c", "b"])
    assert frame.rows() == [(0, 4), (0, 3)]
    assert frame.schema == dict.fromkeys(tokenizer.get_feature_names_out(), pl.Int32)


@pytest.mark.parametrize("column", ["text", ["text"]])
def test_column_transformer_hands_over_a_column(column):
    frame = pd.DataFrame({"text": TEXTS, "stars": [1, 2, 3, 4]})
    columns = ColumnTransformer(
        [("ids", SequenceTokenizer(), column), ("rest", "passthrough", ["stars"])]
    )
    expected = np.column_stack([SequenceTokenizer().fit_transform(TEXTS), frame["stars"]])
    assert_array_equal(columns.fit_transform(frame), expected)


def test_pipeline_tunes_its_parameters():
    pipeline = make_pipeline(SequenceTokenizer()).set_params(sequencetokenizer__maxlen=2)
    assert pipeline.fit_transform(TEXTS).shape == (4, 2)
