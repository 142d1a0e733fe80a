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
    flat, lengths = truncate_flat(flat, lengths, maxlen, truncating)
    steps = np.arange(maxlen)
    if padding == "pre":
        is_filled = steps >= maxlen - lengths[:, None]
    else:
        is_filled = steps < lengths[:, None]
    padded = np.full((len(lengths), maxlen), value, dtype)
    padded[is_filled] = flat
    return padded


def truncate_flat(flat, lengths, maxlen, truncating="pre"):
    """Cut sequences that stand in one array to a length; give what is left, and its lengths."""
    if lengths.max(initial=0) <= maxlen:
        return flat, lengths
    ends = np.cumsum(lengths)
    if truncating == "pre":
        keep = np.repeat(ends, lengths) - np.arange(len(flat)) <= maxlen
    else:
        keep = np.arange(len(flat)) - np.repeat(ends - lengths, lengths) < maxlen
    return flat[keep], np.minimum(lengths, maxlen)


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


def pack_ragged(values, keep, fill, lengths=None):
    """Make a panel of the steps that are kept.

    Parameters
    ----------
    values : ndarray of shape (n, time[, features])
    keep : ndarray of bool of shape (n, time)
    fill : scalar
        As in :class:`RaggedPanel`.
    lengths : ndarray of int, default=None
        If there is but one sequence, made of several by :func:`join_ragged`: their lengths.

    Returns
    -------
    RaggedPanel
    """
    has_gaps = bool((count_runs(keep, lengths) > 1).any())
    if lengths is None:
        lengths = keep.sum(axis=1)
    else:
        kept = np.append(0, np.cumsum(keep))
        lengths = np.diff(kept[np.cumsum(lengths)], prepend=0)
    return RaggedPanel(values[keep], lengths, fill, has_gaps)


def count_runs(keep, lengths=None):
    """Count the runs of steps that are kept, one behind the other, in each sequence.

    Parameters
    ----------
    keep : ndarray of bool of shape (n, time)
    lengths : ndarray of int, default=None
        As in :func:`pack_ragged`.

    Returns
    -------
    ndarray of int of shape (n,)
    """
    lengths = np.full(len(keep), keep.shape[1]) if lengths is None else lengths
    keep, ends = keep.ravel(), np.cumsum(lengths)
    begins = keep & ~np.append(False, keep[:-1])
    starts = (ends - lengths)[lengths > 0]
    begins[starts] = keep[starts]
    return np.diff(np.append(0, np.cumsum(begins))[ends], prepend=0)


def pack_missing(values, lengths=None):
    """Pack values (n, time, features) whose NaN mark missing steps; a panel without is unchanged.

    ``lengths`` are as in :func:`pack_ragged`.
    """
    missing = np.isnan(values).any(axis=2)
    if lengths is None and not missing.any():
        return values
    panel = pack_ragged(values, ~missing, np.nan, lengths)
    panel.places = None if lengths is not None else ~missing
    return panel


def round_up(size):
    """Round up to a power of two: few sizes, so that few are compiled for."""
    return 1 << (size - 1).bit_length()


class RaggedPanel:
    """Sequences of unequal lengths, whose batches are right-padded to the longest among them.

    Parameters
    ----------
    flat : ndarray of shape (sum of lengths[, features])
        The sequences, one behind the other.
    lengths : ndarray of int of shape (n,)
    fill : scalar
        What batches are padded with.
    has_gaps : bool
        Whether steps have been left out between others.
    starts : ndarray of int of shape (n,), default=None
        Where each begins, if they do not stand one behind the other.

    Attributes
    ----------
    trim_to_powers_of_two : bool
        Whether batches have few different lengths.
    parts_lengths : bool
        Whether every batch is of one exact length. A sequence of no steps is then one of zeros.
    places : ndarray of bool of shape (n, time) or None
        Where the steps stood in sequences of one length, if they did.
    keeps_places : bool
        Whether batches have them there.
    """

    def __init__(self, flat, lengths, fill, has_gaps=False, starts=None):
        self.flat, self.lengths, self.fill, self.has_gaps = flat, lengths, fill, has_gaps
        self.trim_to_powers_of_two = self.parts_lengths = self.keeps_places = False
        self.places = None
        self._starts = np.cumsum(lengths) - lengths if starts is None else starts

    def __len__(self):
        return len(self.lengths)

    def __getitem__(self, rows):
        lengths = self.lengths[rows]
        longest = max(1, int(lengths.max()))
        if self.trim_to_powers_of_two:
            longest = round_up(longest)
        steps = np.arange(longest)
        is_step = steps < lengths[:, None]
        is_filled = self.places[rows] if self.keeps_places else is_step
        fill = 0 if self.parts_lengths else self.fill
        padded = np.full((*is_filled.shape, *self.flat.shape[1:]), fill, self.flat.dtype)
        padded[is_filled] = self.flat[(self._starts[rows, None] + steps)[is_step]]
        return padded

    def select(self, rows):
        """Give a panel of some of the sequences; the steps are not copied."""
        starts = self._starts[rows]
        return RaggedPanel(self.flat, self.lengths[rows], self.fill, self.has_gaps, starts)


class BesidePanel(RaggedPanel):
    """Sequences of token ids, each with numbers that stand in front of it in batches.

    Parameters
    ----------
    panel : RaggedPanel
        The sequences, of ids below 2^24, which ``float32`` tells apart.
    columns : ndarray of float32 of shape (n, n_columns)
        The numbers of each.
    """

    def __init__(self, panel, columns):
        super().__init__(panel.flat, panel.lengths, panel.fill, panel.has_gaps, panel._starts)
        self.columns = columns

    def __getitem__(self, rows):
        return np.hstack([self.columns[rows], super().__getitem__(rows).astype(np.float32)])

    def select(self, rows):
        return BesidePanel(super().select(rows), self.columns[rows])


class StepPanel(RaggedPanel):
    """Sequences of which outputs are asked for after every step.

    Its parameters are those of :class:`RaggedPanel`.

    Attributes
    ----------
    n_asked : int
        The number of steps.
    """

    @property
    def n_asked(self):
        return len(self.flat)

    def pick(self, rows, outputs):
        """Give the numbers of the steps of rows, and the outputs after them.

        Parameters
        ----------
        rows : ndarray of int
        outputs : ndarray of shape (len(rows), time, n_outputs)
        """
        lengths = self.lengths[rows]
        is_step = np.arange(outputs.shape[1]) < lengths[:, None]
        return list_ranges(self._starts[rows], lengths), outputs[is_step]


class SharedPanel(RaggedPanel):
    """Sequences of which those that begin at the same step are read at once.

    A network that gives outputs after every step gives those of all of them. Batches are padded
    with zeros: what comes later does not matter to what is asked for.

    Parameters
    ----------
    flat : ndarray of shape (steps, features)
    starts, lengths : ndarray of int of shape (n,)
        Where each sequence begins, and how many steps it has; sorted by both.

    Attributes
    ----------
    n_asked : int
        The number of sequences that outputs are asked for.
    """

    def __init__(self, flat, starts, lengths):
        first = np.flatnonzero(np.diff(starts, prepend=-1))
        self._first = np.append(first, len(starts))
        super().__init__(flat, lengths[self._first[1:] - 1], 0, starts=starts[first])
        self.n_asked, self._last_steps = len(starts), lengths - 1

    def pick(self, rows, outputs):
        """Give the numbers of the sequences that rows of the panel stand for, and their outputs.

        Parameters
        ----------
        rows : ndarray of int
        outputs : ndarray of shape (len(rows), time, n_outputs)
        """
        counts = self._first[rows + 1] - self._first[rows]
        numbers = list_ranges(self._first[rows], counts)
        return numbers, outputs[np.repeat(np.arange(len(rows)), counts), self._last_steps[numbers]]


def list_ranges(starts, lengths):
    """Give the numbers from each start on, so many of each, one range behind the other."""
    ends = np.cumsum(lengths)
    return np.repeat(starts - (ends - lengths), lengths) + np.arange(ends[-1] if len(ends) else 0)


def join_ragged(X):
    """Join sequences of unequal lengths into one; anything else is given back as it is.

    Parameters
    ----------
    X : list, tuple or object array of n sequences of shape (time[, features])

    Returns
    -------
    joined : ndarray of shape (1, sum of lengths, features)
    lengths : ndarray of int of shape (n,)
        None if X is given back.
    """
    if not isinstance(X, list | tuple) and not (isinstance(X, np.ndarray) and X.dtype == object):
        return X, None
    if len({len(row) if hasattr(row, "__len__") else None for row in X} | {None}) <= 2:
        return X, None
    rows = [np.asarray(row) for row in X]
    if len({row.shape[1:] for row in rows}) > 1 or rows[0].ndim not in (1, 2):
        raise ValueError(
            "X holds sequences of unequal numbers of features; give n sequences of shape "
            "(time[, features])."
        )
    rows = [row[:, None] if row.ndim == 1 else row for row in rows]
    return np.concatenate(rows)[None], np.array([len(row) for row in rows])


def stack_joined(values, lengths):
    """Stack what :func:`join_ragged` has joined, such that all end at the last step.

    Parameters
    ----------
    values : ndarray of float of shape (1, sum of lengths, features)
    lengths : ndarray of int of shape (n,)
        None for values that are stacked.

    Returns
    -------
    ndarray of shape (n, longest time, features)
        NaN stands before the shorter sequences.
    """
    if lengths is None:
        return values
    is_filled = np.arange(lengths.max()) >= lengths.max() - lengths[:, None]
    stacked = np.full((*is_filled.shape, values.shape[2]), np.nan, values.dtype)
    stacked[is_filled] = values[0]
    return stacked
