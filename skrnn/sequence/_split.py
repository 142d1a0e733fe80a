"""Which sequences are set aside to stop early by."""

from functools import partial
from math import ceil

import numpy as np
from sklearn.model_selection import train_test_split


def split_rows(rows, labels, fraction, seed):
    """Divide rows into those to train on and those to validate on, labels in proportion.

    Where that cannot be, what occurs once stays in training; with more labels than rows to
    validate on, one row of each does, and the others are drawn at random.

    Parameters
    ----------
    rows : ndarray of int
    labels : array-like of shape (n,), default=None
        The label of each row; None draws at random.
    fraction : float in (0, 1)
        Share of the rows to validate on.
    seed : int

    Returns
    -------
    training, validation : ndarray of int
    """
    split = partial(train_test_split, random_state=seed)
    n_aside = ceil(fraction * len(rows))
    if labels is None or n_aside == len(rows):
        return split(rows, test_size=fraction)
    _, first, codes, counts = np.unique(
        np.ravel(labels), return_index=True, return_inverse=True, return_counts=True
    )
    if counts.min() > 1 and len(counts) <= min(n_aside, len(rows) - n_aside):
        return split(rows, test_size=fraction, stratify=labels)
    n_often = int((counts > 1).sum())
    in_proportion = n_often <= n_aside
    kept = np.flatnonzero(counts[codes] == 1) if in_proportion else first
    others = np.delete(np.arange(len(rows)), kept)
    n_aside = min(n_aside, len(others) - (n_often if in_proportion else 1))
    if n_aside < 1:
        raise ValueError("Almost every label occurs once; set early_stopping=False.")
    training, validation = split(
        rows[others], test_size=n_aside, stratify=codes[others] if in_proportion else None
    )
    return np.concatenate([rows[kept], training]), validation
