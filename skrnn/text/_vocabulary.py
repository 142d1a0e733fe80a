"""Tokens to ids."""

from array import array
from collections import defaultdict
from collections.abc import Mapping, Set
from numbers import Integral

import numpy as np


def check_vocabulary(vocabulary, reserved):
    """Turn a fixed vocabulary into a dict of ids that begins with the reserved tokens."""
    first_id = 1 + len(reserved)
    if isinstance(vocabulary, Mapping):
        ids = dict(vocabulary)
    else:
        tokens = sorted(vocabulary) if isinstance(vocabulary, Set) else list(vocabulary)
        tokens = tokens[1:] if tokens and tokens[0] in reserved else tokens
        ids = dict(zip(tokens, range(first_id, first_id + len(tokens)), strict=True))
        if len(ids) < len(tokens):
            raise ValueError(f"vocabulary holds {find_duplicate(tokens)!r} more than once.")
    for token, i in ids.items():
        if not isinstance(token, str):
            raise TypeError(f"vocabulary holds {token!r}; every token must be a str.")
        is_int = isinstance(i, Integral) and not isinstance(i, bool)
        if not is_int or (i != reserved[token] if token in reserved else i < first_id):
            raise ValueError(
                f"vocabulary gives {token!r} the id {i!r}; ids must be integers from {first_id} "
                "on: 0 is for padding" + (", and 1 for oov_token." if reserved else ".")
            )
    ids = reserved | {str(token): int(i) for token, i in ids.items()}
    if len(ids) == len(reserved):
        raise ValueError("vocabulary holds no token.")
    if len(set(ids.values())) < len(ids):
        raise ValueError(f"vocabulary gives the id {find_duplicate(ids.values())} more than once.")
    return dict(sorted(ids.items(), key=lambda item: item[1]))


def find_duplicate(values):
    """Find the first value that has come before."""
    seen = set()
    return next(value for value in values if value in seen or seen.add(value))


def read_texts(texts, analyze, look_up):
    """Analyze texts and look their tokens up.

    Parameters
    ----------
    texts : list of str
    analyze : callable
        Gives the tokens of a text.
    look_up : callable
        Gives the ids of tokens.

    Returns
    -------
    ids : ndarray of int32
        All texts, one behind the other.
    lengths : ndarray of int of shape (n,)
        The number of tokens of each text.
    """
    ids, lengths = array("i"), []
    for text in texts:
        tokens = analyze(text)
        lengths.append(len(tokens))
        ids.extend(look_up(tokens))
    return np.array(ids, np.int32), np.array(lengths)


class TokenCounts:
    """How often tokens occur in texts, which may come in parts.

    Parameters
    ----------
    reserved : dict
        Tokens that have an id already.
    analyze : callable
        Gives the tokens of a text.
    """

    def __init__(self, reserved, analyze):
        self._reserved, self._analyze = reserved, analyze
        # Numbered as they appear, so that a stable sort by frequency keeps that order in ties.
        self._seen = defaultdict(None, {token: i for i, token in enumerate(reserved)})
        self._seen.default_factory = self._seen.__len__
        self._counts = self._n_holders = np.zeros(0, int)
        self._n_texts = 0

    def add(self, texts, counts_holders):
        """Count the tokens of texts.

        Parameters
        ----------
        texts : list of str
        counts_holders : bool
            Whether to count the texts that have each token, too.

        Returns
        -------
        numbers : ndarray of int32
            Of the tokens of all texts, one behind the other.
        lengths : ndarray of int of shape (n,)
            The number of tokens of each text.
        """
        look_up = self._seen.__getitem__
        ids, lengths = read_texts(texts, self._analyze, lambda tokens: map(look_up, tokens))
        self._counts = add_counts(self._counts, ids, len(self._seen))
        self._n_texts += len(lengths)
        if counts_holders:
            rows, n_ids = np.repeat(np.arange(len(lengths)), lengths), len(self._seen)
            held = np.unique(rows * n_ids + ids) % n_ids
            self._n_holders = add_counts(self._n_holders, held, n_ids)
        return ids, lengths

    def choose(self, max_features, min_df, max_df, skip_top):
        """Give ids to the tokens.

        Parameters
        ----------
        max_features, min_df, max_df, skip_top
            As in the tokenizer.

        Returns
        -------
        vocabulary : dict
            The id of each token, by rising id.
        ids : ndarray of int32
            Of the tokens that have been seen, by their numbers; those that are not in the
            vocabulary have the last of the reserved ids, 0 if there are none.
        """
        n_reserved = len(self._reserved)
        first_id = 1 + n_reserved + skip_top
        ranked = self._rank(min_df, max_df)
        ranked = ranked[ranked >= n_reserved]
        kept = ranked[skip_top : None if max_features is None else max_features - 1 - n_reserved]
        if not len(kept):
            raise ValueError(
                f"Empty vocabulary: of the {len(self._seen) - n_reserved} different tokens in X, "
                f"min_df={min_df}, max_df={max_df} and skip_top={skip_top} leave none."
            )
        if not all(issubclass(kind, str) for kind in set(map(type, self._seen))):
            token = next(token for token in self._seen if not isinstance(token, str))
            raise TypeError(f"analyzer gives {token!r} as a token; every token must be a str.")
        ids = np.full(len(self._seen), n_reserved, np.int32)
        ids[kept] = np.arange(first_id, first_id + len(kept))
        tokens = list(self._seen)
        vocabulary = {tokens[i]: new_id for new_id, i in enumerate(kept.tolist(), first_id)}
        return self._reserved | vocabulary, ids

    def _rank(self, min_df, max_df):
        """Order tokens that are in enough texts by falling frequency, and then as they came."""
        order = np.argsort(-self._counts, kind="stable")
        if not limits_holders(min_df, max_df):
            return order
        n_texts = self._n_holders[order]
        least, most = (
            n_texts if isinstance(limit, Integral) else n_texts / self._n_texts
            for limit in (min_df, max_df)
        )
        return order[(least >= min_df) & (most <= max_df)]


def add_counts(counts, ids, n_ids):
    """Add the numbers of times that ids occur to earlier ones, of as many ids or fewer."""
    total = np.bincount(ids, minlength=n_ids)
    total[: len(counts)] += counts
    return total


def limits_holders(min_df, max_df):
    """Tell whether tokens can be in too few texts, or in too many."""
    are_usual = isinstance(min_df, Integral) and isinstance(max_df, float)
    return (min_df, max_df) != (1, 1) or not are_usual


def check_limits(reserved, max_features, skip_top):
    """Raise if there is no room for tokens beside those that have an id already."""
    first_id = 1 + len(reserved) + skip_top
    if max_features is not None and max_features <= first_id:
        raise ValueError(
            f"max_features={max_features} leaves no token: with skip_top={skip_top} the first "
            f"that is kept has id {first_id}, so give at least {first_id + 1}."
        )


def settle_unknown(ids, lengths, oov_id):
    """Drop zeros where there is no id for unknown tokens, or else give it to empty texts."""
    if oov_id:
        ids = np.insert(ids, np.cumsum(lengths)[lengths == 0], oov_id)
        return ids, np.maximum(lengths, 1)
    n_known = np.append(0, np.cumsum(ids != 0))
    ends = n_known[np.cumsum(lengths)]
    return ids[ids != 0], np.diff(ends, prepend=0)
