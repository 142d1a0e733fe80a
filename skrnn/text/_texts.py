"""Columns of texts, in the forms that they come in."""

import reprlib
from collections.abc import Mapping, Set

import numpy as np
from pandas import isna
from pandas.api.types import is_scalar

from .._errors import explain_errors


def check_texts(X):
    """Turn a column of texts into a list of str, or say what else it is."""
    shape = getattr(X, "shape", (None,))
    no_column = str | bytes | memoryview | type | Mapping | Set
    if isinstance(X, no_column) or not hasattr(X, "__len__") or not shape:
        raise ValueError(
            f"X must hold n texts: a list, a tuple, a 1-D array or a Series of str; got "
            f"{reprlib.repr(X)} ({type(X).__name__}). Give [text] for one text."
        )
    if len(shape) > 1:
        X = take_only_column(X)
    texts = X.tolist() if hasattr(X, "tolist") else list(X)
    if not texts:
        raise ValueError("X holds 0 texts; at least 1 is needed.")
    if not all(issubclass(kind, str) for kind in set(map(type, texts))):
        row = next(row for row, text in enumerate(texts) if not isinstance(text, str))
        raise TypeError(
            f"Row {row} of X is {reprlib.repr(texts[row])} ({type(texts[row]).__name__}); every "
            f"row must be a str. {advise(texts)}"
        )
    return texts


def advise(texts):
    """Say what to do with texts of which some are none."""
    n_missing = sum(is_scalar(text) and bool(isna(text)) for text in texts)
    if not n_missing:
        return "Decode bytes, and join tokens."
    return (
        f"{n_missing} of {len(texts)} texts are missing: give '' for them, as X.fillna('') does "
        "in a Series, or leave their rows out."
    )


def take_only_column(X):
    """Give the column of a table that has no other, as much of scikit-learn hands texts over."""
    table = np.asarray(X)
    if table.ndim == 2 and table.shape[1] == 1:
        return table[:, 0]
    names = list(getattr(X, "columns", ()))
    hint = f"X[name], one of {names}" if names else "X[:, 0]"
    raise ValueError(
        f"X must hold n texts, in one dimension or one column; got a {type(X).__name__} of shape "
        f"{X.shape}. Give one column of it: {hint}."
    )


def read_parts(chunks):
    """Yield the texts of each part of chunks, but of those that hold none."""
    n_texts = 0
    for number, X, _ in chunks._iterate_numbered():
        if hasattr(X, "__len__") and not len(X):
            continue
        with explain_errors(f"Part {number} of X must hold texts", X):
            texts = check_texts(X)
        n_texts += len(texts)
        del X
        yield texts
    if not n_texts:
        raise ValueError(f"X holds 0 texts; at least 1 is needed: {chunks!r} gave none.")
