"""Panels of sequences: padding, packing, stacking of unequal lengths."""

from itertools import chain

import numpy as np


def pad_sequences(sequences, maxlen, *, padding="pre", truncating="pre", dtype=np.int32, value=0):
    """Give sequences of unequal lengths one length.

    Parameters
    ----------
    sequences : list of n sequences of numbers
    maxlen : int
        Longer sequences are cut to it and shorter ones are filled up.
    padding, truncating : {"pre", "post"}, default="pre"
        Whether to fill up, and to cut, in front or behind.
    dtype : dtype, default=numpy.int32
    value : scalar, default=0
        What to fill up with.

    Returns
    -------
    ndarray of shape (n, maxlen)
    """
    lengths = np.fromiter(map(len, sequences), np.intp, len(sequences))
    if lengths.any() and all(isinstance(sequence, np.ndarray) for sequence in sequences):
        flat = np.concatenate(sequences)
    else:
        flat = np.fromiter(chain.from_iterable(sequences), dtype, lengths.sum())
    return pad_flat(flat, lengths, maxlen, padding, truncating, dtype, value)


def pad_flat(flat, lengths, maxlen, padding="pre", truncating="pre", dtype=np.int32, value=0):
    """Do what :func:`pad_sequences` does with sequences that stand in one array.

    Parameters
    ----------
    flat : ndarray of shape (sum of lengths,)
        The sequences, one behind the other.
    lengths : ndarray of int of shape (n,)
    maxlen, padding, truncating, dtype, value
        As in :func:`pad_sequences`.

    Returns
    -------
    ndarray of shape (n, maxlen)
    """
    if lengths.max(initial=0) > maxlen:
        ends = np.cumsum(lengths)
        if truncating == "pre":
            keep = np.repeat(ends, lengths) - np.arange(len(flat)) <= maxlen
        else:
            keep = np.arange(len(flat)) - np.repeat(ends - lengths, lengths) < maxlen
        flat, lengths = flat[keep], np.minimum(lengths, maxlen)
    steps = np.arange(maxlen)
    if padding == "pre":
        is_filled = steps >= maxlen - lengths[:, None]
    else:
        is_filled = steps < lengths[:, None]
    padded = np.full((len(lengths), maxlen), value, dtype)
    padded[is_filled] = flat
    return padded


def pack_steps(values, keep):
    """Move the steps that are kept to the front of each sequence, in their order.

    A recurrent layer skips masked steps, so where they stand does not matter to it; behind the
    others they are cheap to trim, and cuDNN accepts them.

    Parameters
    ----------
    values : ndarray of shape (n, time[, features])
    keep : ndarray of bool of shape (n, time)

    Returns
    -------
    packed : ndarray of the shape of ``values``
        Steps that are not kept come last.
    lengths : ndarray of int of shape (n,)
        How many steps are kept.
    """
    lengths = keep.sum(axis=1)
    if (keep == (np.arange(keep.shape[1]) < lengths[:, None])).all():
        return values, lengths
    order = np.argsort(~keep, axis=1, kind="stable")
    order = order.reshape(order.shape + (1,) * (values.ndim - 2))
    return np.take_along_axis(values, order, axis=1), lengths


def pack_missing(values):
    """Pack a panel (n, time, features) whose NaN mark missing steps; one without is unchanged."""
    missing = np.isnan(values).any(axis=2)
    return PaddedPanel(*pack_steps(values, ~missing)) if missing.any() else values


def round_up(size):
    """Round up to a power of two: few sizes, so that few are compiled for."""
    return 1 << (size - 1).bit_length()


class PaddedPanel:
    """Right-padded sequences that give out batches trimmed to the longest among them.

    Parameters
    ----------
    values : ndarray of shape (n, time[, features])
    lengths : ndarray of int of shape (n,)
    """

    def __init__(self, values, lengths):
        self.values = values
        self.lengths = lengths
        self.trim_to_powers_of_two = False

    def __len__(self):
        return len(self.values)

    def __getitem__(self, rows):
        longest = max(1, int(self.lengths[rows].max()))
        if self.trim_to_powers_of_two:
            longest = round_up(longest)
        return self.values[rows, :longest]


def stack_ragged(X, fill):
    """Stack sequences of unequal lengths; anything else is given back as it is.

    Parameters
    ----------
    X : list, tuple or object array of n sequences of shape (time[, features])
    fill : scalar
        What stands before the shorter sequences: all end at the last step.

    Returns
    -------
    ndarray of shape (n, longest time, features)
    """
    if not isinstance(X, list | tuple) and not (isinstance(X, np.ndarray) and X.dtype == object):
        return X
    if len({len(row) if hasattr(row, "__len__") else None for row in X} | {None}) <= 2:
        return X
    rows = [np.asarray(row) for row in X]
    if len({row.shape[1:] for row in rows}) > 1 or rows[0].ndim not in (1, 2):
        raise ValueError(
            "X holds sequences of unequal numbers of features; give n sequences of shape "
            "(time[, features])."
        )
    rows = [row[:, None] if row.ndim == 1 else row for row in rows]
    shape = (len(rows), max(map(len, rows)), rows[0].shape[1])
    stacked = np.full(shape, fill, np.result_type(*rows, type(fill)))
    for row, values in zip(stacked, rows, strict=True):
        row[len(row) - len(values) :] = values
    return stacked
