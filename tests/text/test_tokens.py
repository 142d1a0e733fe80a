"""What SequenceTokenizer takes a token to be."""

import sys
import unicodedata
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from skrnn import SequenceTokenizer
from skrnn.text._analysis import FORMAT, MAY_BE_PUNCTUATION, UNICODE_TO_SPACES

CURLY = "\u201cDon\u2019t\u201d stop\u2014now\u2026 \u2018yes\u2019"


def list_tokens(text, **parameters):
    """List the tokens of a text in their order."""
    tokenizer = SequenceTokenizer(oov_token=None, **parameters).fit([text])
    tokens = {i: token for token, i in tokenizer.vocabulary_.items()}
    return [tokens[i] for i in tokenizer.texts_to_sequences([text])[0].tolist()]


@pytest.mark.parametrize("character", '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n\r \u3000')
def test_punctuation_and_white_space_part_words(character):
    tokenizer = SequenceTokenizer().fit([f"ab{character}cd"])
    assert list(tokenizer.vocabulary_) == ["<oov>", "ab", "cd"]


@pytest.mark.parametrize("character", ["'", "é", "7", "가", "\ud800", "👍"])
def test_other_characters_do_not_part_words(character):
    tokenizer = SequenceTokenizer().fit([f"ab{character}cd"])
    assert list(tokenizer.vocabulary_) == ["<oov>", f"ab{character}cd"]


def test_lowercase_false_tells_upper_from_lower_case():
    tokenizer = SequenceTokenizer(lowercase=False).fit(["The the"])
    assert list(tokenizer.vocabulary_) == ["<oov>", "The", "the"]


@pytest.mark.parametrize(
    ("pattern", "tokens"),
    [
        (r"\w+", ["don", "t", "stop_it"]),
        (r"(\w)\w*", ["d", "t", "s"]),
        (r"\S+", ["don't", "stop_it"]),
    ],
)
def test_token_pattern_says_what_a_word_is(pattern, tokens):
    tokenizer = SequenceTokenizer(token_pattern=pattern).fit(["Don't stop_it"])
    assert list(tokenizer.vocabulary_) == ["<oov>", *tokens]


def test_char_analyzer_takes_every_character():
    tokenizer = SequenceTokenizer(analyzer="char", oov_token=None).fit(["Abba, a"])
    assert tokenizer.vocabulary_ == {"a": 1, "b": 2, ",": 3, " ": 4}


def test_callable_analyzer_gets_the_text_as_it_is():
    tokenizer = SequenceTokenizer(analyzer=lambda text: iter(text.split("-")))
    tokenizer.fit(["A b-C"])
    assert list(tokenizer.vocabulary_) == ["<oov>", "A b", "C"]


@pytest.mark.parametrize(
    ("analyzer", "given"),
    [
        (str.upper, r"'A B' \(str\)"),
        (str.encode, r"b'a b' \(bytes\)"),
        (Counter, r"Counter"),
        (set, r"\(set\)"),
        (len, r"3 \(int\)"),
        (print, r"None \(NoneType\)"),
    ],
)
def test_callable_analyzer_must_give_tokens_in_order(analyzer, given):
    with pytest.raises(TypeError, match=rf"analyzer gives .*{given}.*a list of str"):
        SequenceTokenizer(analyzer=analyzer).fit(["a b"])


def test_callable_analyzer_must_give_str():
    with pytest.raises(TypeError, match="analyzer gives 1 as a token; every token must be a str"):
        SequenceTokenizer(analyzer=lambda text: [1, "a"]).fit(["a"])


# Beyond ASCII


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        (CURLY, ["don't", "stop", "now", "yes"]),
        (
            "\u00abn\u00e3o\u00bb \u00bfqu\u00e9? 5\u20ac 2\u00d73",
            ["n\u00e3o", "qu\u00e9", "5", "2", "3"],
        ),
        ("电影。很好、「对」(是)", ["电影", "很好", "对", "是"]),
        ("좋다·나쁘다 〈영화〉…", ["좋다", "나쁘다", "영화"]),
        ("ما هذا؟ نعم،", ["ما", "هذا", "نعم"]),
        (
            "good\U0001f44d \U0001f44d\U0001f3fd 20\u00b0",
            ["good\U0001f44d", "\U0001f44d", "20\u00b0"],
        ),
    ],
)
def test_punctuation_of_every_script_parts_words(text, tokens):
    assert list_tokens(text) == tokens


@pytest.mark.parametrize(
    "text", ["the dogs\u2019 bone", "the dogs \u2019bone", "the dogs\u2019\u2019bone"]
)
def test_typographic_apostrophe_that_is_not_in_a_word_parts_words(text):
    assert list_tokens(text) == ["the", "dogs", "bone"]


def test_punctuation_of_ascii_alone_is_that_of_keras():
    from keras.src.legacy.preprocessing.text import text_to_word_sequence

    texts = [CURLY, "电影。很好、", "Cafe\u0301 caf\u00e9, l\u2019\u00e9t\u00e9", "ما هذا؟"]
    for text in texts:
        tokens = list_tokens(text, punctuation="ascii")
        assert tokens == text_to_word_sequence(text)
        assert tokens != list_tokens(text)


def test_only_unicode_punctuation_is_cut():
    """No letter, mark or digit goes, and nothing is passed by because of the fast path."""
    characters = [c for c in map(chr, range(sys.maxunicode + 1)) if not "\ud800" <= c < "\ue000"]
    cut = [c for c in characters if UNICODE_TO_SPACES[ord(c)] == " "]
    kinds = {unicodedata.category(c) for c in cut if c != " "}
    assert kinds == {"Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Sm", "Sc", "Sk"}
    assert [c for c in cut if not c.isascii() and not MAY_BE_PUNCTUATION.search(c)] == []


@settings(deadline=None, max_examples=300)
@given(
    st.text(st.sampled_from("aÉéñǰΐὦ가각힣が،'\u2019“… \u0301\u0327\u1100\u1161")),
    st.sampled_from(["word", "char"]),
)
def test_forms_of_one_letter_are_one(text, analyzer):
    forms = [unicodedata.normalize(form, "x " + text) for form in ("NFC", "NFD")]
    composed, decomposed = (list_tokens(form, analyzer=analyzer) for form in forms)
    assert composed == decomposed


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("un\u00adbe\u00adliev\u00adable \ufeffun\u2060believ\u200eable", ["unbelievable"] * 2),
        ("don\u200d\u2019t cafe\u00ad\u0301", ["don't", "caf\u00e9"]),
        ("\u200bgood\u200b \u200b film\u200bend", ["good", "film", "end"]),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", None),  # Persian: I want
        ("\u0915\u094d\u200d\u0937 \u09b0\u200d\u09cd\u09af", None),  # Hindi, Bengali
        ("\u06cc\u200c\u200c\u062e \u06cc\u00ad\u200c\u062e", ["\u06cc\u200c\u062e"] * 2),
        ("\u200dgood\u200c \u0645\u06cc\u200c \u200d", ["good", "\u0645\u06cc"]),
        ("\U0001f469\u200d\U0001f4bb", ["\U0001f469\U0001f4bb"]),
    ],
)
def test_what_is_not_seen_is_left_out_but_for_joiners_of_letters(text, tokens):
    assert list_tokens(text) == (tokens or text.split())
    assert list_tokens(text, punctuation="ascii") == text.split()


def test_characters_that_are_not_seen_are_no_tokens():
    assert list_tokens("a\u00adb\u2066c", analyzer="char") == ["a", "b", "c"]
    assert SequenceTokenizer().fit(["a b", "\u200e"]).transform(["\u200e\ufeff"]).tolist() == [
        [0, 1]
    ]


def test_format_characters_are_those_of_unicode():
    found = {c for c in map(chr, range(sys.maxunicode + 1)) if FORMAT.fullmatch(c)}
    kinds = {c: unicodedata.category(c) for c in map(chr, range(sys.maxunicode + 1))}
    assert {c for c, kind in kinds.items() if kind == "Cf"} <= found
    assert not any(c.isprintable() for c in found)
    assert {kinds[c] for c in found} <= {"Cf", "Cn"}  # an older Unicode has not assigned all


# CountVectorizer's words, with CountVectorizer as a reference

ACCENTED = "Crème brûlée, naïve ÉLAN. Łódź"


@pytest.mark.parametrize("strip_accents", ["ascii", "unicode"])
def test_accents_are_stripped_as_by_count_vectorizer(strip_accents):
    counter = CountVectorizer(strip_accents=strip_accents, token_pattern=r"\w+")
    tokens = counter.build_analyzer()(ACCENTED)
    assert list_tokens(ACCENTED, strip_accents=strip_accents) == tokens


def test_hangul_has_no_accents():
    assert list_tokens("좋다 값", strip_accents="unicode") == ["좋다", "값"]


def test_a_callable_strips_accents_of_lower_case():
    assert list_tokens("É é", strip_accents=lambda text: text.replace("é", "e")) == ["e", "e"]


@pytest.mark.parametrize("analyzer", ["word", "char"])
def test_a_preprocessor_takes_the_place_of_lower_case_and_accents(analyzer):
    parameters = {"preprocessor": lambda text: text.strip("<>"), "analyzer": analyzer}
    assert list_tokens("<É>", strip_accents="unicode", **parameters) == ["É"]


@pytest.mark.parametrize("name", ["preprocessor", "strip_accents"])
def test_what_changes_texts_must_give_texts(name):
    with pytest.raises(TypeError, match=rf"{name} gives 3 \(int\) for a text; it must give a str"):
        list_tokens("a b", **{name: len})


@pytest.mark.parametrize(
    "stop_words", ["english", ["the", "and", "is"], {"the", "and", "is"}, ("The", "AND", "is")]
)
def test_stop_words_are_taken_out(stop_words):
    text = "The cat and the dog: this cat is ill"
    tokens = list_tokens(text, stop_words=stop_words)
    assert [token for token in tokens if token != "this"] == ["cat", "dog", "cat", "ill"]
    counter = CountVectorizer(stop_words="english")
    assert list_tokens(text, stop_words="english") == counter.build_analyzer()(text)


def test_stop_words_have_the_form_of_the_texts():
    assert list_tokens("I don't, you don\u2019t", stop_words=["Don\u2019t"]) == ["i", "you"]


def test_a_text_of_stop_words_alone_is_empty():
    tokenizer = SequenceTokenizer(stop_words=["the"]).fit(["the cat"])
    assert tokenizer.transform(["the", "the cat"]).tolist() == [[1], [2]]


def test_stop_words_must_be_str():
    with pytest.raises(TypeError, match="stop_words holds 1; every word must be a str"):
        list_tokens("a", stop_words=["a", 1])


@pytest.mark.parametrize("analyzer", ["word", "char"])
@pytest.mark.parametrize("ngram_range", [(1, 2), (2, 2), [2, 3], (3, 9)])
def test_neighbours_are_joined_as_by_count_vectorizer(analyzer, ngram_range):
    text = "so good a film"
    counter = CountVectorizer(
        analyzer=analyzer, ngram_range=tuple(ngram_range), token_pattern=r"\w+"
    )
    tokens = list_tokens(text, analyzer=analyzer, ngram_range=ngram_range)
    assert sorted(tokens) == sorted(counter.build_analyzer()(text))


def test_joined_neighbours_follow_each_other_by_where_they_begin():
    tokenizer = SequenceTokenizer(ngram_range=(1, 2), stop_words=["a"])
    rows = tokenizer.fit_transform(["not a good film"])
    assert tokenizer.inverse_transform(rows).tolist() == ["not not good good good film film"]
    assert list(tokenizer.vocabulary_)[1:] == ["not", "not good", "good", "good film", "film"]
    assert list_tokens("abc", analyzer="char", ngram_range=(1, 2)) == ["a", "ab", "b", "bc", "c"]


@pytest.mark.parametrize("ngram_range", [(0, 1), (2, 1), (1,), (1, 2, 3), (1, 2.0), (True, 2)])
def test_faulty_ngram_range_is_refused(ngram_range):
    with pytest.raises(ValueError, match=r"ngram_range=.*two integers, the smaller first"):
        list_tokens("a b", ngram_range=ngram_range)


@pytest.mark.parametrize("max_df", [1, 2, 3, 0.5, 0.74, 0.75, 1.0])
@pytest.mark.parametrize("min_df", [1, 2, 0.3])
def test_tokens_in_too_many_texts_are_left_out_as_by_count_vectorizer(min_df, max_df):
    texts = ["a b c c c", "a b", "a", "d b"]
    counter = CountVectorizer(min_df=min_df, max_df=max_df, token_pattern=r"\w+")
    tokenizer = SequenceTokenizer(min_df=min_df, max_df=max_df, oov_token=None)
    try:
        expected = set(counter.fit(texts).vocabulary_)
    except ValueError:
        with pytest.raises(ValueError, match=f"max_df={max_df}"):
            tokenizer.fit(texts)
    else:
        assert set(tokenizer.fit(texts).vocabulary_) == expected


def test_tokens_in_too_many_texts_are_unknown():
    tokenizer = SequenceTokenizer(max_df=0.5)
    assert tokenizer.fit_transform(["a b", "a c"]).tolist() == [[1, 2], [1, 3]]
