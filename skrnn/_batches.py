"""Training data, and the batches of like length that they are cut into."""

import numpy as np

from ._sequences import RaggedPanel, pack_steps
from ._shuffling import shuffle

# A batch of so many time steps, so many times those of its sequences, is cut.
MANY_STEPS = 2**18
MOSTLY_PADDING = 4


class TrainingData:
    """A panel with its targets and weights, of which some rows are used.

    Parameters
    ----------
    panel : ndarray of shape (n, time[, features]) or an object with ``len`` and ``panel[rows]``
    y : ndarray of shape (n, ...)
    sample_weight : ndarray of shape (n,) or that of y, default=None
        Of rows, or of each target. Rows of weight 0 are left out.
    rows : ndarray of int, default=None
        The rows that are used; all by default.

    Attributes
    ----------
    has_missing : bool
        Whether sequences may hold NaN, or end in it.
    has_unknown : bool
        Whether targets count one by one: those that are NaN neither in the loss nor in metrics,
        the others in the loss as they weigh.
    """

    is_counted = True  # whether it is known how many batches there are

    def __init__(self, panel, y, sample_weight=None, rows=None):
        rows = np.arange(len(panel)) if rows is None else rows
        self.panel, self.y, self.sample_weight = panel, y, sample_weight
        self.rows = _leave_out(rows, sample_weight)
        self.has_missing = isinstance(panel, RaggedPanel)
        self.has_unknown = np.ndim(sample_weight) > 1
        self.has_unknown |= y.dtype.kind == "f" and bool(np.isnan(y).any())

    def __len__(self):
        return len(self.rows)

    @property
    def n_steps(self):
        """The length of every sequence; None where they may differ."""
        return None if self.has_missing else self.count_steps()

    def count_steps(self):
        """Count the time steps of the first sequence as a network gets it."""
        return self[self.rows[:1]][0].shape[1]

    def __getitem__(self, rows):
        parts = self.panel[rows], self.y[rows]
        return parts if self.sample_weight is None else (*parts, self.sample_weight[rows])

    def keep_places(self):
        """Have missing steps stay where they are, and not come behind the others."""
        if isinstance(self.panel, RaggedPanel):
            self.panel.keeps_places = True

    def prepare(self, prepare_panel):
        """Have a function prepare the panel, given whether steps may be missing, for batches."""
        prepare_panel(self.panel, self.has_missing)

    def select(self, rows):
        """Give the same data with other rows in use."""
        return TrainingData(self.panel, self.y, self.sample_weight, rows)

    def divide(self, rows, held_out):
        """Give the same data with some rows in use, and with others that are held out of them."""
        return self.select(rows), self.select(held_out)

    def thin_out(self, n_rows):
        """Give the same data with at most so many rows in use, at even distances."""
        if len(self) <= n_rows:
            return self
        return self.select(np.asarray(self.rows)[np.arange(n_rows) * len(self) // n_rows])

    def count_batches(self, batch_size):
        """Count the batches of one epoch, if none is cut in two; the last may be shorter."""
        return -(-len(self.rows) // batch_size)

    def is_even(self, batch_size):
        """Tell whether all batches have so many rows."""
        lengths = getattr(self.panel, "lengths", None)
        bounded = lengths is None or int(lengths.max()) * batch_size <= MANY_STEPS
        whole = bounded and not getattr(self.panel, "parts_lengths", False)
        return whole and len(self.rows) % batch_size == 0

    def iterate(self, batch_size, rng=None):
        """Yield the batches of one epoch, in random order if there is a generator for it."""
        lengths = getattr(self.panel, "lengths", None)
        parted = getattr(self.panel, "parts_lengths", False)
        for rows in split_into_batches(self.rows, batch_size, lengths, rng, parted):
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
        Whether there may be NaN in the sequences.
    sample_weight : ndarray of shape (n,) or (n, steps, outputs), default=None
    has_unknown : bool
        Whether there may be NaN in what follows them.
    """

    def __init__(self, pairs, rows, has_missing, sample_weight=None, has_unknown=False):
        self.pairs, self.has_missing, self.panel = pairs, has_missing, None
        self.sample_weight, self._keeps_places = sample_weight, False
        self.rows = _leave_out(rows, sample_weight)
        self.y = self[self.rows[:1]][1]  # a pattern of what the batches hold
        # After a step that is missing the targets of the step are.
        self.has_unknown = has_unknown or (has_missing and self.y.ndim == 3)
        self.has_unknown |= np.ndim(sample_weight) > 1

    def __getitem__(self, rows):
        inputs, later = self.pairs[rows]
        inputs = inputs.astype(np.float32)
        targets = later.reshape(*later.shape[:-2], -1).astype(np.float32)
        weights = None if self.sample_weight is None else self.sample_weight[rows]
        if np.ndim(weights) > 1:
            weights = weights.reshape(targets.shape).astype(np.float32)
        elif targets.ndim == 3 and weights is not None:
            weights = np.repeat(weights[:, None], targets.shape[1], axis=1)
        if self.has_missing and not self._keeps_places:
            observed = ~np.isnan(inputs).any(axis=2)
            if targets.ndim == 3:
                targets = _pack_targets(targets, observed)
            inputs, _ = pack_steps(inputs, observed)
        return (inputs, targets) if weights is None else (inputs, targets, weights)

    def keep_places(self):
        self._keeps_places = True

    def select(self, rows):
        return PairedData(self.pairs, rows, self.has_missing, self.sample_weight, self.has_unknown)


def _leave_out(rows, sample_weight):
    """Give the rows of which something counts."""
    if sample_weight is None:
        return rows
    return rows[(sample_weight[rows] != 0).reshape(len(rows), -1).any(axis=1)]


def _pack_targets(targets, observed):
    """Pack targets (n, time, outputs) as their inputs are packed; unknown ones become NaN.

    After an observed step the network forecasts from the next observed one on, or from the end:
    what it learns there are the targets of the last step before that.
    """
    ready = np.roll(observed, -1, axis=1)
    ready[:, -1] = True
    ready &= observed.cumsum(axis=1) > 0
    return pack_steps(np.where(ready[:, :, None], targets, np.nan), ready)[0]


def split_into_batches(rows, batch_size, lengths=None, rng=None, parted=False):
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
    parted : bool, default=False
        Whether every batch is to be of one exact length.

    Yields
    ------
    ndarray of int
        The rows of one batch; the last may be shorter. A large batch that is mostly padding, for
        the sake of few long sequences, is cut into shorter ones.
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
        batch = np.asarray(rows[start : start + batch_size])
        if lengths is None:
            yield batch
        elif parted:
            yield from np.split(batch, 1 + np.flatnonzero(np.diff(lengths[batch])))
        else:
            yield from cut_outliers(batch, lengths[batch])


def cut_outliers(rows, lengths):
    """Cut a batch in two, and again, where a few long sequences make it mostly padding.

    Parameters
    ----------
    rows : ndarray of int
    lengths : ndarray of int
        Theirs, in rising order.

    Returns
    -------
    list of ndarray of int
    """
    n_steps = len(rows) * lengths[-1]
    if n_steps <= MANY_STEPS or n_steps <= MOSTLY_PADDING * lengths.sum():
        return [rows]
    sizes = np.arange(1, len(rows))
    cut = 1 + np.argmin(sizes * lengths[:-1] + (len(rows) - sizes) * lengths[-1])
    shorter = cut_outliers(rows[:cut], lengths[:cut])
    return shorter + cut_outliers(rows[cut:], lengths[cut:])


def choose_size(n_rows, size, n_steps):
    """Choose to how many rows a batch is filled up: to ``size``, unless that costs much memory."""
    bound = max(MANY_STEPS, MOSTLY_PADDING * n_rows * n_steps)
    return size if size * n_steps <= bound else n_rows
