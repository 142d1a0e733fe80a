"""Sequences of tokens, in the forms that they come in, and the ids of what is known of each."""

from collections import Counter
from collections.abc import Mapping, Set
from itertools import chain, groupby, islice

import numpy as np
from scipy.sparse import issparse

from .._errors import describe

UNKNOWN = 1  # id of tokens that have none; 0 is padding
LONGEST_AFFIX = 3


def take_sequences(given):
    """Give the sequences of a table whose only column holds them; all else as it is."""
    if not hasattr(given, "columns") or np.shape(given)[1:] != (1,) or not len(given):
        return given
    column = np.asarray(given)[:, 0]
    is_sequence = isinstance(column[0], list | tuple | np.ndarray)
    return list(column) if is_sequence else given


def holds_tokens(X):
    """Tell whether sequences, by the first that is not empty, hold tokens and not numbers."""
    X = take_sequences(X)
    if isinstance(X, str | bytes | memoryview):
        return True
    rows = X if np.iterable(X) and not (hasattr(X, "columns") or issparse(X)) else ()
    firsts = (
        islice(row, 1) if np.iterable(row) and not isinstance(row, str) else [row] for row in rows
    )
    return isinstance(next(chain.from_iterable(firsts), None), str)


def list_rows(given, name, item):
    """Turn n sequences into lists, or say what else they are.

    Parameters
    ----------
    given : array-like of n array-likes
    name : {"X", "y"}
    item : str
        What they hold.

    Returns
    -------
    list of list
    """
    given = take_sequences(given)
    wanted = f"{name} must hold n sequences, each a list or an array of {item}"
    no_list = str | bytes | memoryview | type | Mapping | Set
    is_list = hasattr(given, "__len__") and getattr(given, "shape", None) != ()
    if isinstance(given, no_list) or not is_list:
        raise ValueError(f"{wanted}; got {describe(given)}.")
    rows = list(given.to_numpy() if hasattr(given, "columns") else given)
    if not rows:
        raise ValueError(f"{name} holds 0 sequences; at least 1 is needed.")
    for number, row in enumerate(rows):
        if isinstance(row, str | bytes | Mapping | Set) or not np.iterable(row):
            hint = " Give text.split(), or what else cuts a text." if item == "tokens" else ""
            raise ValueError(f"{wanted}; got {describe(row)} for sequence {number}.{hint}")
    return [row.tolist() if hasattr(row, "tolist") else list(row) for row in rows]


def check_tokens(X):
    """Turn sequences of tokens into lists of str, none of them empty."""
    rows = list_rows(X, "X", "tokens")
    for number, row in enumerate(rows):
        if not all(issubclass(kind, str) for kind in set(map(type, row))):
            place = next(i for i, token in enumerate(row) if not isinstance(token, str))
            raise TypeError(
                f"Token {place} of sequence {number} of X is {describe(row[place])}; every token "
                "must be a str."
            )
    return rows


def describe_token(token, lowercase, spelling):
    """Give what is known of a token: itself and, with ``spelling``, its shape and affixes."""
    word = token.lower() if lowercase else token
    if not spelling:
        return [word]
    sizes = range(1, LONGEST_AFFIX + 1)
    return [word, outline(token), *(word[:n] for n in sizes), *(word[-n:] for n in sizes)]


def outline(token):
    """Give the shape of a token: "Xx" of "Monday", "d.d" of "3.14"."""
    kinds = (
        "X" if c.isupper() else "x" if c.islower() else "d" if c.isdigit() else c for c in token
    )
    return "".join(kind for kind, _ in groupby(kinds))


def learn_ids(rows, min_count, lowercase, spelling):
    """Give ids to what is known of tokens, from 2 on.

    Parameters
    ----------
    rows : list of list of str
    min_count : int
        What is rarer has no id.
    lowercase, spelling : bool
        See :func:`describe_token`.

    Returns
    -------
    list of dict
        The ids by what they stand for, tokens first, the commonest first.
    """
    counts = {}
    for token, count in Counter(chain.from_iterable(rows)).items():
        for column, feature in enumerate(describe_token(token, lowercase, spelling)):
            counts.setdefault(column, Counter())[feature] += count
    ids, n_ids = [], UNKNOWN + 1
    for found in counts.values():
        kept = [feature for feature, count in found.most_common() if count >= min_count]
        ids.append(dict(zip(kept, range(n_ids, n_ids + len(kept)), strict=True)))
        n_ids += len(kept)
    return ids


def look_up(rows, ids, lowercase):
    """Give the ids of what is known of tokens.

    Parameters
    ----------
    rows : list of list of str
    ids : list of dict
        As :func:`learn_ids` gives them.
    lowercase : bool

    Returns
    -------
    ndarray of int32 of shape (n_tokens, len(ids))
        1 stands for a token without an id, 0 for other things without one.
    """
    places = {}
    flat = [places.setdefault(token, len(places)) for token in chain.from_iterable(rows)]
    none = [UNKNOWN, *[0] * (len(ids) - 1)]
    table = [
        list(map(dict.get, ids, describe_token(token, lowercase, len(ids) > 1), none))
        for token in places
    ]
    return np.array(table, np.int32)[flat]
