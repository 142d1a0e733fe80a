"""Tables with texts in some of their columns, and sequences of the texts of each row."""

from collections import Counter

import numpy as np
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _check_feature_names, _check_n_features

from .._errors import describe, explain_errors
from .._numbers import make_plain
from .._sequences import RaggedPanel, list_ranges
from ._texts import check_texts


def list_names(text):
    """List the columns of texts that the parameter ``text`` names."""
    return list(map(make_plain, text if isinstance(text, list | tuple) else [text]))


def learn_columns(estimator, X):
    """Learn which columns of a table hold texts, and which stand beside them.

    Parameters
    ----------
    estimator : estimator
        Of which ``text`` names the former. It gets ``n_features_in_`` and, if X is a dataframe
        with names, ``feature_names_in_``.
    X : dataframe or array of shape (n, n_columns)

    Returns
    -------
    texts, others : list of str or int
        Their names, if it has any, although ``text`` may give numbers.
    """
    texts = list_names(estimator.text)
    names = check_table(X, texts)
    if not texts or len(set(texts)) < len(texts):
        raise ValueError(f"text={estimator.text!r} must name columns of X, each of them once.")
    for name in texts:
        if name not in names or isinstance(name, bool):
            raise ValueError(
                f"text={estimator.text!r} must name columns of X; {name!r} is none of {names}."
            )
    _check_feature_names(estimator, X, reset=True)
    _check_n_features(estimator, X, reset=True)
    names = list(getattr(estimator, "feature_names_in_", names))  # of columns in any order
    texts = [names[name] if isinstance(name, int) else name for name in texts]
    return texts, [name for name in names if name not in texts]


def check_table(X, texts):
    """Give the names of the columns of a table: numbers, if those of texts are numbers."""
    shape = getattr(X, "shape", ())
    if len(shape) != 2:
        raise ValueError(
            f"X must be a table, a dataframe or a two-dimensional array, where text={texts!r} "
            f"names columns of it; got {describe(X)}."
        )
    names = list(getattr(X, "columns", range(shape[1])))
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise ValueError(f"X must have columns of different names; it has {twice[0]!r} twice.")
    return list(range(shape[1])) if all(isinstance(name, int) for name in texts) else names


def read_texts(X, texts):
    """Read the columns of texts, each as a list of str."""
    names = check_table(X, texts)
    columns = []
    for name in texts:
        if name not in names:
            raise ValueError(f"X lacks the column {name!r}, which held texts in fit: {names}.")
        with explain_errors(f"X must hold a text in every row of its column {name!r}", X):
            columns.append(check_texts(_safe_indexing(X, name, axis=1)))
    return columns


def list_columns(chunks, text):
    """Yield the texts of each part of chunks, those of a whole column before those of the next.

    Parameters
    ----------
    chunks : Chunks
    text : str, int, list of these or None
        The columns, if the parts are tables.
    """
    for name in [None] if text is None else list_names(text):
        for X, _ in chunks:
            if len(X):
                yield X if name is None else read_texts(X, [name])[0]


def pick_columns(X, names):
    """Give some columns of a table, in this order."""
    there = check_table(X, names)
    lost = [name for name in names if name not in there]
    if lost:
        raise ValueError(f"X lacks the columns {lost}, which it had in fit: it has {there}.")
    return _safe_indexing(X, names, axis=1)


def join_columns(panel, n_columns, boundary):
    """Join the sequences of each row, with a token before those of each column but the first.

    Parameters
    ----------
    panel : RaggedPanel
        Of ids: the sequences of all rows of the first column, then those of the next.
    n_columns : int
    boundary : int
        The id of the token before those of the second column; those of the others follow.

    Returns
    -------
    RaggedPanel
    """
    if n_columns == 1:
        return panel
    lengths = panel.lengths.reshape(n_columns, -1)
    starts = np.cumsum(panel.lengths).reshape(lengths.shape) - lengths
    flat = panel.flat[list_ranges(starts.T.ravel(), lengths.T.ravel())]
    begins = (np.cumsum(lengths.T) - lengths.T.ravel()).reshape(-1, n_columns)[:, 1:]
    tokens = np.tile(np.arange(boundary, boundary + n_columns - 1), lengths.shape[1])
    flat = np.insert(flat, begins.ravel(), tokens)
    return RaggedPanel(flat, lengths.sum(axis=0) + n_columns - 1, panel.fill, panel.has_gaps)
