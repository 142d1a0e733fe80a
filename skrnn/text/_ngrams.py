"""Texts to rows of what they hold: words, pairs of words, and parts of words."""

from collections import defaultdict
from functools import partial
from itertools import chain

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from .._memory import memory
from .._sequences import list_ranges
from ._analysis import build_analyzer
from ._texts import check_texts
from ._vocabulary import read_texts

LETTERS, SYLLABLES = (3, 4, 5), (1, 2, 3)  # how many of them a part has
FIRST_SYLLABLE = "\u2e80"  # Chinese characters, kana and Hangul stand from here on
MANY_TOKENS = 2**18  # whose parts are written down at a time
WORTH_A_TEXT = 100  # columns are told by content while one text is read


class NGramFeatures(TransformerMixin, BaseEstimator, auto_wrap_output_keys=None):  # type: ignore[call-arg]
    """Tell which words, pairs of neighbouring words and parts of words texts hold.

    A part is 3 to 5 neighbouring characters of a word that stands between two spaces, or 1 to 3
    where the word has Chinese characters or syllables.

    Parameters
    ----------
    tokenizer : SequenceTokenizer
        Its parameters say what the words of a text are.
    min_df : int, default=2
        Leave out what fewer texts hold.

    Attributes
    ----------
    n_features_ : int
        The number of columns.

    Notes
    -----
    Words and pairs that a text holds have one value in its row and parts another, such that the
    squares of each sum to 1/2. How often the text holds them does not matter. Rows are sparse,
    which a dataframe is not: there is no ``set_output``.
    """

    def __init__(self, tokenizer, *, min_df=2):
        self.tokenizer = tokenizer
        self.min_df = min_df

    def fit(self, X, y=None):
        """Learn the columns.

        Parameters
        ----------
        X : array-like of str of shape (n,)
            The texts.
        y : None
            Ignored.

        Returns
        -------
        self : NGramFeatures
            The fitted transformer.
        """
        self.fit_transform(X)
        return self

    def fit_transform(self, X, y=None):
        """Learn the columns and give the rows.

        Parameters
        ----------
        X : array-like of str of shape (n,)
            The texts.
        y : None
            Ignored.

        Returns
        -------
        csr_array of float of shape (n, n_features_)
            A row for each text.
        """
        words, ids, lengths = self._read(X)
        everything = NGrams.learn(words, ids, lengths)
        rows, columns = everything.find(words, ids, lengths)
        counts = np.bincount(columns, minlength=len(everything))
        self._ngrams, new_columns = everything.select(counts >= self.min_df)
        self.n_features_ = len(self._ngrams)
        columns = new_columns[columns]
        return self._arrange(len(lengths), rows[columns >= 0], columns[columns >= 0])

    def transform(self, X):
        """Give the rows of texts.

        Parameters
        ----------
        X : array-like of str of shape (n,)
            The texts.

        Returns
        -------
        csr_array of float of shape (n, n_features_)
            A row for each text.
        """
        check_is_fitted(self)
        texts = check_texts(X)
        takes_longer = self.n_features_ < WORTH_A_TEXT * len(texts)
        read = partial(memory.recall, find) if takes_longer else find
        return read(self, texts)

    def get_feature_names_out(self, input_features=None):
        """Give the names of the columns, such as "word=good", "pair=not good" and "part= goo".

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (n_features_,)
            The names.
        """
        check_is_fitted(self)
        return self._ngrams.name()

    def locate(self, tokens):
        """Find in which tokens of a text its features lie; see :meth:`NGrams.locate`."""
        return self._ngrams.locate(tokens)

    def _read(self, X):
        """Give the different words of texts, their numbers in all texts, and the lengths."""
        numbers = make_counter()
        analyze = build_analyzer(self.tokenizer)
        ids, lengths = read_texts(
            check_texts(X), analyze, lambda words: map(numbers.__getitem__, words)
        )
        return list(numbers), ids, lengths

    def _arrange(self, n_rows, rows, columns):
        """Arrange sorted rows and columns in a matrix."""
        is_part = columns >= self._ngrams.n_outer
        kinds = 2 * rows + is_part
        counts = np.bincount(kinds, minlength=2 * n_rows)
        values = np.sqrt(0.5 / np.maximum(counts, 1))[kinds]
        ends = np.append(0, np.cumsum(counts[::2] + counts[1::2])).astype(np.int32)
        shape = n_rows, self.n_features_
        return csr_array((values, columns.astype(np.int32), ends), shape=shape)


def find(features, texts):
    """Give the rows of texts; see :meth:`NGramFeatures.transform`."""
    words, ids, lengths = features._read(texts)
    return features._arrange(len(lengths), *features._ngrams.find(words, ids, lengths))


class NGrams:
    """The columns of words, of pairs, and of parts, in this order.

    Parameters
    ----------
    words : dict
        The column of each word.
    pairs : ndarray of int
        Column of the first word times the number of words, plus that of the second; rising.
    parts : dict
        The column of each part, less the number of words and pairs.
    parts_of : list of list of int
        The parts that each word has, as ``parts`` numbers them.
    """

    def __init__(self, words, pairs, parts, parts_of):
        self.words, self.pairs, self.parts, self.parts_of = words, pairs, parts, parts_of
        self.n_outer = len(words) + len(pairs)

    @classmethod
    def learn(cls, words, ids, lengths):
        """Give a number to all that texts hold.

        Parameters
        ----------
        words : list of str
            The different words of the texts.
        ids : ndarray of int
            Which of them the texts have, one text behind the other.
        lengths : ndarray of int of shape (n,)
            How many each text has.
        """
        rows = np.repeat(np.arange(len(lengths)), lengths)
        pairs = sort_unique(pair_up(rows, ids, len(words))[1])
        parts = make_counter()
        parts_of = [[*map(parts.__getitem__, cut(word))] for word in words]
        return cls(number(words), pairs, dict(parts), parts_of)

    def __len__(self):
        return self.n_outer + len(self.parts)

    def find(self, words, ids, lengths):
        """Find what texts, given as in :meth:`learn`, hold.

        Returns
        -------
        rows, columns : ndarray of int
            Sorted; nothing comes twice.
        """
        rows = np.repeat(np.arange(len(lengths)), lengths)
        numbers = [*map(self.words.get, words)]
        known = np.array([-1 if n is None else n for n in numbers], np.int64)[ids]
        parts = [
            self._look_up(word) if n is None else self.parts_of[n]
            for word, n in zip(words, numbers, strict=True)
        ]
        found = [self._find_words(rows, known), self._find_pairs(rows, known)]
        found += self._find_parts(rows, parts, ids)
        codes = np.concatenate([rows * len(self) + columns for rows, columns in found])
        codes = sort_unique(codes)
        return np.divmod(codes, max(len(self), 1))

    def locate(self, tokens):
        """Find in which tokens of a text lies what it holds.

        Returns
        -------
        places, columns : ndarray of int
            A token and a column that lies in it, as often as it does: a pair lies in both of its
            tokens, each time that it comes, and a part once in every token that has it.
        """
        numbers = np.array([self.words.get(token, -1) for token in tokens], np.int64)
        every = np.arange(len(tokens))
        found = [self._find_words(every, numbers)]
        _, codes = pair_up(np.zeros(len(tokens)), numbers, len(self.words))
        firsts = every[:-1][(numbers[1:] >= 0) & (numbers[:-1] >= 0)]
        columns = np.searchsorted(self.pairs, codes)
        is_known = np.append(self.pairs, -1)[columns] == codes
        for places in (firsts, firsts + 1):
            found.append((places[is_known], len(self.words) + columns[is_known]))
        for place, token in enumerate(tokens):
            parts = np.array(sorted({*self._look_up(token)}), np.int64)
            found.append((np.full(len(parts), place), self.n_outer + parts))
        return tuple(map(np.concatenate, zip(*found, strict=True)))

    def _look_up(self, word):
        """List the parts of a word."""
        return [n for n in map(self.parts.get, cut(word)) if n is not None]

    def _find_words(self, rows, numbers):
        is_known = numbers >= 0
        return rows[is_known], numbers[is_known]

    def _find_pairs(self, rows, numbers):
        rows, codes = pair_up(rows, numbers, len(self.words))
        places = np.searchsorted(self.pairs, codes)
        is_known = np.append(self.pairs, -1)[places] == codes
        return rows[is_known], len(self.words) + places[is_known]

    def _find_parts(self, rows, parts, ids):
        """Find parts of so many words at a time: a text holds parts of its words many times."""
        counts = np.fromiter(map(len, parts), np.int64, len(parts))
        starts = np.cumsum(counts) - counts
        parts = np.fromiter(chain.from_iterable(parts), np.int64, counts.sum())
        for first in range(0, len(ids), MANY_TOKENS):
            some = slice(first, first + MANY_TOKENS)
            sizes = counts[ids[some]]
            columns = self.n_outer + parts[list_ranges(starts[ids[some]], sizes)]
            codes = sort_unique(np.repeat(rows[some], sizes) * len(self) + columns)
            yield np.divmod(codes, max(len(self), 1))

    def select(self, is_kept):
        """Give the columns that are kept, and the new number of each: -1 for what is not."""
        n_words = len(self.words)
        new = np.where(is_kept, np.cumsum(is_kept) - 1, -1)
        words, parts = list(self.words), list(self.parts)
        kept = np.flatnonzero(is_kept[:n_words]).tolist()
        kept_words = number(words[i] for i in kept)
        pairs = self.pairs[is_kept[n_words : self.n_outer]]
        first, second = np.divmod(pairs, max(n_words, 1))
        pairs = new[first] * len(kept_words) + new[second]
        is_part_kept = is_kept[self.n_outer :]
        kept_parts = number(parts[i] for i in np.flatnonzero(is_part_kept))
        part_numbers = np.where(is_part_kept, np.cumsum(is_part_kept) - 1, -1).tolist()
        parts_of = [[part_numbers[n] for n in self.parts_of[i]] for i in kept]
        parts_of = [[n for n in numbers if n >= 0] for numbers in parts_of]
        return NGrams(kept_words, pairs, kept_parts, parts_of), new

    def name(self):
        """Give a name for each column."""
        words = list(self.words)
        pairs = zip(*np.divmod(self.pairs, max(len(words), 1)), strict=True)
        names = [f"word={word}" for word in words]
        names += [f"pair={words[first]} {words[second]}" for first, second in pairs]
        names += [f"part={part}" for part in self.parts]
        return np.array(names, dtype=object)


def pair_up(rows, numbers, n_words):
    """Give the rows and codes of neighbours in a row; a number below 0 has none."""
    are_pairs = (rows[1:] == rows[:-1]) & (numbers[1:] >= 0) & (numbers[:-1] >= 0)
    codes = numbers[:-1].astype(np.int64) * n_words + numbers[1:]
    return rows[1:][are_pairs], codes[are_pairs]


def cut(word):
    """Cut a word to its parts."""
    sizes = SYLLABLES if max(word, default="") >= FIRST_SYLLABLE else LETTERS
    spaced = f" {word} "
    parts = [spaced[i : i + n] for n in sizes for i in range(len(spaced) - n + 1)]
    return parts if sizes is LETTERS else [part for part in parts if part != " "]


def sort_unique(codes):
    """Sort integers and drop what comes twice; ``np.unique`` takes a hundred times as long."""
    codes = np.sort(codes)
    return codes[np.append(True, codes[1:] != codes[:-1])[: len(codes)]]


def make_counter():
    """Make a dictionary that gives numbers to different things as they are looked up."""
    numbers = defaultdict(None)
    numbers.default_factory = numbers.__len__
    return numbers


def number(items):
    """Give numbers to different things as they come."""
    return {item: i for i, item in enumerate(items)}
