"""Pure NumPy on sequences: padding, packing, batches of like length, windows."""

from itertools import chain

import numpy as np

from ._shuffling import shuffle


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


class TrainingData:
    """A panel with its targets and weights, of which some rows are used.

    Parameters
    ----------
    panel : ndarray of shape (n, time[, features]) or an object with ``len`` and ``panel[rows]``
    y : ndarray of shape (n, ...)
    sample_weight : ndarray of shape (n,), default=None
        Rows of weight 0 are left out.
    rows : ndarray of int, default=None
        The rows that are used; all by default.

    Attributes
    ----------
    has_missing : bool
        Whether sequences may hold NaN, or end in it.
    """

    def __init__(self, panel, y, sample_weight=None, rows=None):
        rows = np.arange(len(panel)) if rows is None else rows
        self.panel, self.y, self.sample_weight = panel, y, sample_weight
        self.rows = rows if sample_weight is None else rows[sample_weight[rows] != 0]
        self.has_missing = isinstance(panel, PaddedPanel)

    def __len__(self):
        return len(self.rows)

    @property
    def n_steps(self):
        """The length of every sequence; None where they may differ."""
        return None if self.has_missing else self[self.rows[:1]][0].shape[1]

    def __getitem__(self, rows):
        parts = self.panel[rows], self.y[rows]
        return parts if self.sample_weight is None else (*parts, self.sample_weight[rows])

    def select(self, rows):
        """Give the same data with other rows in use."""
        return TrainingData(self.panel, self.y, self.sample_weight, rows)

    def count_batches(self, batch_size):
        """Count the batches of one epoch, the last and shorter one included."""
        return -(-len(self.rows) // batch_size)

    def iterate_forever(self, batch_size, seed=None):
        """Yield batches epoch after epoch, in a new order each time if there is a seed."""
        rng = None if seed is None else np.random.default_rng(seed)
        lengths = getattr(self.panel, "lengths", None)
        while True:
            for rows in split_into_batches(self.rows, batch_size, lengths, rng):
                yield self[rows]


class PairedData(TrainingData):
    """Sequences with what follows them, both made a batch at a time.

    Parameters
    ----------
    pairs : object with ``pairs[rows]``
        Gives sequences (n, time, features) and what follows each of them, (n, steps, outputs), or
        each of their time steps, (n, time, steps, outputs).
    rows : ndarray of int or range
    has_missing : bool
        Whether there may be NaN in them.
    sample_weight : ndarray, default=None
    """

    def __init__(self, pairs, rows, has_missing, sample_weight=None):
        self.pairs, self.has_missing, self.panel = pairs, has_missing, None
        self.sample_weight = sample_weight
        self.rows = rows if sample_weight is None else rows[sample_weight[rows] != 0]
        self.y = self[self.rows[:1]][1]  # a pattern of what the batches hold

    def __getitem__(self, rows):
        inputs, later = self.pairs[rows]
        inputs = inputs.astype(np.float32)
        targets = later.reshape(*later.shape[:-2], -1).astype(np.float32)
        weights = None if self.sample_weight is None else self.sample_weight[rows]
        if targets.ndim == 3 and weights is not None:
            weights = np.repeat(weights[:, None], targets.shape[1], axis=1)
        if self.has_missing:
            observed = ~np.isnan(inputs).any(axis=2)
            if targets.ndim == 3:
                targets, known = _pack_targets(targets, observed)
                weights = known if weights is None else known * weights
            inputs, _ = pack_steps(inputs, observed)
        return (inputs, targets) if weights is None else (inputs, targets, weights)

    def select(self, rows):
        return PairedData(self.pairs, rows, self.has_missing, self.sample_weight)


def _pack_targets(targets, observed):
    """Pack targets (n, time, outputs) as their inputs are packed; give weights of the steps.

    After an observed step the network forecasts from the next observed one on, or from the end:
    what it learns there are the targets of the last step before that. The network's loss is a
    mean over the observed steps; the weights make it one over those whose targets are known.
    """
    ready = np.roll(observed, -1, axis=1)
    ready[:, -1] = True
    ready &= observed.cumsum(axis=1) > 0
    known = ready & ~np.isnan(targets).any(axis=2)
    weights = (known * (observed.sum() / max(1, known.sum()))).astype(np.float32)
    targets = np.where(known[:, :, None], targets, 0)
    return pack_steps(targets, ready)[0], pack_steps(weights, ready)[0]


class FollowedPanel:
    """A panel with, for each of its time steps, the steps that follow.

    Parameters
    ----------
    values : ndarray of shape (n, time, features)
    later : ndarray of shape (n, steps, features)
        What comes after the last time step.
    """

    def __init__(self, values, later):
        joint = np.concatenate([values, later], axis=1)
        later = np.lib.stride_tricks.sliding_window_view(joint[:, 1:], later.shape[1], axis=1)
        self.values, self.later = values, np.moveaxis(later, -1, 2)  # (n, time, steps, features)

    def __getitem__(self, rows):
        return self.values[rows], self.later[rows]


def split_into_batches(rows, batch_size, lengths=None, rng=None):
    """Cut rows into batches of like length.

    Parameters
    ----------
    rows : ndarray of int or range
    batch_size : int
    lengths : ndarray of int, default=None
        The length of every sequence (not of ``rows`` alone). Without lengths, batches take rows
        as they come.
    rng : numpy.random.Generator, default=None
        Shuffles; without it the order is always the same. Rows are shuffled first and sorted by
        length only among some 50 batches, which come in random order: batches differ from epoch
        to epoch, and no part of the epoch sees more of one length than another.

    Yields
    ------
    ndarray of int
        The rows of one batch; the last may be shorter.
    """
    if rng is not None:
        rows = shuffle(rows, rng)
    if lengths is not None:
        stretch = len(rows) if rng is None else 50 * batch_size
        parts = [rows[i : i + stretch] for i in range(0, len(rows), stretch)]
        rows = np.concatenate([part[np.argsort(lengths[part], kind="stable")] for part in parts])
    starts = np.arange(0, len(rows), batch_size)
    if rng is not None and lengths is not None:
        rng.shuffle(starts)
    for start in starts:
        yield np.asarray(rows[start : start + batch_size])


def round_up(size):
    """Round up to a power of two: few sizes, so that few are compiled for."""
    return 1 << (size - 1).bit_length()


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


def make_windows(X, window, stride=1):
    """View a series as overlapping windows, without copying it.

    Parameters
    ----------
    X : ndarray of shape (time[, features])
    window, stride : int

    Returns
    -------
    ndarray of shape (n, window[, features])
        A read-only view of ``X``.
    """
    windows = np.lib.stride_tricks.sliding_window_view(X, window, axis=0)[::stride]
    return np.moveaxis(windows, -1, 1)
