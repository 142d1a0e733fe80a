"""Texts to tokens."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Set
from functools import reduce
from numbers import Integral

from .._errors import describe
from ._analyzers import load_analyzer
from ._subwords import get_cutter, is_tokenizer, train_subwords

PUNCTUATION = b'!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~'
PUNCTUATION_TO_SPACES = bytes.maketrans(PUNCTUATION, b" " * len(PUNCTUATION))
# Whatever stands in none of these ranges of letters: ASCII, Latin, Greek, Cyrillic, kana, Chinese
# characters and Hangul. Most texts that are not ASCII need no slower table than those that are.
MAY_BE_PUNCTUATION = re.compile(
    "[^\x00-\x7f\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0388-\u03f5\u0400-\u0481\u048a-\u052f"
    "\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]"
)
# What Unicode calls format characters (Cf): none is seen, but for the look of its neighbours.
FORMAT = re.compile(
    "[\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0001\U000e0020-\U000e007f]+"
)
ZERO_WIDTH_SPACE, JOINERS = "\u200b", "\u200c\u200d"
INNER_APOSTROPHE = re.compile(r"(?<=\w)\u2019(?=\w)")


class UnicodeToSpaces(dict):
    """A table for ``str.translate`` of punctuation to spaces, filled as characters come.

    Punctuation are the characters that Unicode calls so, and the symbols of mathematics, currency
    and modification: what the list for ASCII holds, in all scripts. Other symbols, such as
    emoji, are what somebody has to say.
    """

    def __missing__(self, code):
        kind = unicodedata.category(chr(code))
        is_cut = (kind[0] == "P" or kind in ("Sm", "Sc", "Sk")) and chr(code) != "'"
        self[code] = " " if is_cut else chr(code)
        return self[code]


UNICODE_TO_SPACES = UnicodeToSpaces()


def split_words(text):
    """Cut a text at white space and at the punctuation of every script."""
    if text.isascii() or not MAY_BE_PUNCTUATION.search(text):
        return split_ascii_words(text)
    return text.translate(UNICODE_TO_SPACES).split()


def split_ascii_words(text):
    """Cut a text at white space and at ASCII's punctuation."""
    # A table of bytes is many times faster than str.translate, and cannot touch a letter: in
    # UTF-8 the bytes of whatever is not ASCII are above those of the punctuation.
    text = text.encode("utf-8", "surrogatepass").translate(PUNCTUATION_TO_SPACES)
    return text.decode("utf-8", "surrogatepass").split()


def build_analyzer(words):
    """Make the function that takes a text and gives the list of its tokens.

    Parameters
    ----------
    words : SequenceTokenizer
        Its parameters say what a token is.
    """
    if is_tokenizer(words.analyzer):
        return get_cutter(words.analyzer)
    if callable(words.analyzer):
        return lambda text: list_tokens(words.analyzer(text))
    preprocess = build_preprocessor(words)
    steps = [preprocess, build_splitter(words)]
    if words.analyzer == "word" and words.stop_words is not None:
        stop_words = list_stop_words(words.stop_words, preprocess)
        steps.append(lambda tokens: [token for token in tokens if token not in stop_words])
    least, most = check_ngram_range(words.ngram_range)
    if most > 1:
        glue = "" if words.analyzer == "char" else " "
        steps.append(lambda tokens: join_neighbours(tokens, least, most, glue))
    return reduce(connect, steps)


def build_preprocessor(words):
    """Make the function that a text goes through before it is cut."""
    steps = [str.lower] if words.lowercase else []
    if words.preprocessor is not None:
        steps = [check_texts_from("preprocessor", words.preprocessor)]
    elif words.strip_accents is not None:
        steps.append(get_accent_stripper(words.strip_accents))
    if words.punctuation == "unicode":
        steps.append(unify)
    return reduce(connect, steps or [str])


def unify(text):
    """Write in one way what has several: letters, the apostrophe in a word, what is not seen."""
    if text.isascii():
        return text
    if not text.isprintable():  # far quicker than the search
        text = FORMAT.sub(read_format, text)
    text = unicodedata.normalize("NFC", text)
    return INNER_APOSTROPHE.sub("'", text) if "\u2019" in text else text


def read_format(found):
    """Give what format characters stand for, found in a text: a space, a joiner or nothing.

    Joiners tell words apart where they stand between letters, as in Persian and in scripts of
    India.
    """
    characters = found.group()
    if ZERO_WIDTH_SPACE in characters:
        return " "
    text, start, end = found.string, found.start(), found.end()
    sides = text[max(start - 1, 0) : start], text[end : end + 1]
    are_letters = all(side and unicodedata.category(side)[0] in "LM" for side in sides)
    return next((c for c in characters if c in JOINERS), "") if are_letters else ""


def connect(first, second):
    """Make a function that gives what a first one gives to a second."""
    return lambda value: second(first(value))


def build_splitter(words):
    """Make the function that cuts a text to tokens."""
    if words.analyzer == "char":
        return list
    if words.analyzer == "word":
        return build_word_splitter(words)
    if words.analyzer == "bpe":
        return connect(connect(build_word_splitter(words), " ".join), get_cutter(words.subwords_))
    return connect(load_analyzer(words.analyzer), list_tokens)


def learn_subwords(words, texts):
    """Train the tokenizer of parts of words that ``analyzer="bpe"`` cuts texts by."""
    split = connect(build_preprocessor(words), build_word_splitter(words))
    unknown = None if words.oov_token is None else str(words.oov_token)
    return train_subwords((" ".join(split(text)) for text in texts), words.max_features, unknown)


def build_word_splitter(words):
    """Make the function that cuts a text to words."""
    if words.token_pattern is not None:
        return compile_pattern(words.token_pattern).findall
    return split_ascii_words if words.punctuation == "ascii" else split_words


def list_tokens(tokens):
    """Make a list of what an analyzer gives."""
    if isinstance(tokens, str | bytes | Mapping | Set) or not isinstance(tokens, Iterable):
        raise TypeError(
            f"analyzer gives {describe(tokens)} for a text; it must give its tokens in order, as "
            "a list of str."
        )
    return list(tokens)


def get_accent_stripper(strip_accents):
    """Give the function that takes accents off."""
    from sklearn.feature_extraction.text import strip_accents_ascii, strip_accents_unicode

    if callable(strip_accents):
        return check_texts_from("strip_accents", strip_accents)
    return strip_accents_ascii if strip_accents == "ascii" else strip_accents_unicode


def check_texts_from(name, function):
    """Make a function that gives what another does, and raises if that is not a text."""

    def give(text):
        text = function(text)
        if not isinstance(text, str):
            raise TypeError(f"{name} gives {describe(text)} for a text; it must give a str.")
        return text

    return give


def list_stop_words(stop_words, preprocess):
    """Give the set of the words that are left out, in the form that texts have when cut."""
    if isinstance(stop_words, str):
        from sklearn.feature_extraction.text import ENGLISH_STOP_WORDS as stop_words
    for word in stop_words:
        if not isinstance(word, str):
            raise TypeError(f"stop_words holds {word!r}; every word must be a str.")
    return frozenset(map(preprocess, stop_words))


def compile_pattern(token_pattern):
    """Compile a regular expression with at most one group."""
    try:
        pattern = re.compile(token_pattern)
    except re.error as error:
        raise ValueError(
            f"token_pattern={token_pattern!r} is not a regular expression: {error}."
        ) from error
    if pattern.groups > 1:
        raise ValueError(
            f"token_pattern={token_pattern!r} has {pattern.groups} capturing groups; at most one "
            "can tell what the token is. Write (?:...) for the others."
        )
    return pattern


def check_ngram_range(ngram_range):
    """Give the least and the largest number of tokens that are joined to one."""
    are_counts = all(isinstance(n, Integral) and not isinstance(n, bool) for n in ngram_range)
    if len(ngram_range) != 2 or not are_counts or not 1 <= ngram_range[0] <= ngram_range[1]:
        raise ValueError(
            f"ngram_range={ngram_range!r} must be two integers, the smaller first and at least 1."
        )
    return ngram_range


def join_neighbours(tokens, least, most, glue):
    """Join every ``least`` to ``most`` neighbouring tokens, by where they begin."""
    places, sizes = range(len(tokens)), range(least, most + 1)
    return [glue.join(tokens[i : i + n]) for i in places for n in sizes if i + n <= len(tokens)]
