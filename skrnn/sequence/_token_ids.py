"""Token ids that are about to be read as values, and values as token ids."""

import warnings

import numpy as np

from .._sequences import count_runs


def warn_of_token_ids(X, estimator):
    """Warn if sequences that an estimator is to read as values look like token ids.

    Parameters
    ----------
    X : array, dataframe or list of sequences
        As given to ``fit``, and found to hold sequences of numbers.
    estimator : estimator
    """
    rows = list_integers(X)
    if rows is None or not look_like_ids(rows):
        return
    name, largest = type(estimator).__name__, max(row.max(initial=0) for row in rows)
    advice = "give X as floats if they are values"
    if hasattr(estimator, "embedding"):
        word = "learned" if hasattr(estimator, "embedding_dim") else "onehot"
        advice = f"give embedding={word!r} if they are ids, or {advice}"
    warnings.warn(
        f"X looks like token ids, up to {largest}, but {name} reads them as values: {advice}.",
        stacklevel=2,
    )


def list_integers(X):
    """Give integers as an array (n, time) or a list of n arrays (time,); None if X is neither."""
    if not isinstance(X, list | tuple) and getattr(X, "dtype", "") != "object":
        X = np.asarray(X)
        X = X[:, :, 0] if X.shape[2:] == (1,) else X
        return X if X.ndim == 2 and X.dtype.kind in "iu" else None
    rows = []
    for row in map(np.asarray, X):
        if row.ndim != 1 or row.dtype.kind not in "iu":
            return None
        rows.append(row)
    return rows


def look_like_ids(rows):
    """Tell whether integers look like token ids rather than values.

    Ids are not negative, and 0 is padding: in front of the others or behind them, never among
    them. Values may be so too. What sets ids apart is the type that tokenizers give, int32, or
    how words are distributed: the least number is 1 or 2, most are far below the largest, and
    they do not rise all the time as a running total does.

    Parameters
    ----------
    rows : ndarray of int of shape (n, time), or list of n ndarrays of int of shape (time,)

    Returns
    -------
    bool
    """
    flat = rows.ravel() if isinstance(rows, np.ndarray) else np.concatenate(rows)
    tokens = flat[flat != 0]
    if flat.min(initial=0) < 0 or tokens.max(initial=0) < 3 or not are_padded(rows):
        return False
    if flat.dtype == np.int32:
        return len(tokens) < len(flat) or tokens.min() <= 2
    ranked = tokens.min() <= 2 and tokens.max() >= max(100, 10 * np.median(tokens))
    return ranked and any((np.diff(row) < 0).any() for row in rows)


def are_padded(rows):
    """Tell whether all zeros stand in front of the other numbers of a row, or all behind them."""
    blocks = [rows] if isinstance(rows, np.ndarray) else [row[None] for row in rows]
    changes = [np.diff((block != 0).astype(np.int8), axis=1) for block in blocks]
    return all((c >= 0).all() for c in changes) or all((c <= 0).all() for c in changes)


def check_padding(ids, lengths=None, may_have_gaps=False):
    """Raise if token ids (n, time) are all 0, which is padding; warn if 0 stands among others.

    With lengths, sequences of these stand in one row.
    """
    filled = ids != 0
    if not filled.any():
        raise ValueError("X holds nothing but padding, 0: nothing to train on.")
    n_runs = count_runs(filled, lengths)
    n_parted = np.count_nonzero(n_runs > 1)
    if n_parted and not may_have_gaps:
        warnings.warn(
            f"X holds 0 among other token ids in {n_parted} of {len(n_runs)} sequences; 0 is "
            "padding and is skipped. "
            "Let ids begin at 1, or give embedding=None if X holds values.",
            stacklevel=2,
        )
