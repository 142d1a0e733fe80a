"""Labels of time steps, and the data in which they stand beside their sequences."""

from itertools import chain

import numpy as np
from sklearn.utils.multiclass import check_classification_targets

from .._batches import TrainingData
from .._errors import explain_errors
from ._tokens import list_rows


class Tags:
    """The labels of n sequences, one behind the other.

    Parameters
    ----------
    flat : ndarray of shape (n_tokens,)
    lengths : ndarray of int of shape (n,)
    """

    def __init__(self, flat, lengths):
        self.flat, self.lengths = flat, lengths
        self.starts = np.cumsum(lengths) - lengths

    def __len__(self):
        return len(self.lengths)


def check_tags(y):
    """Read sequences of labels, or say what else they are."""
    rows = list_rows(y, "y", "labels")
    kinds = {"str" if issubclass(kind, str) else "number" for kind in map(type, chain(*rows))}
    with explain_errors("y must hold sequences of labels, all str or all integers", y):
        if len(kinds) > 1:
            raise TypeError("It holds some that are str and some that are not.")
        flat = np.array(list(chain.from_iterable(rows)))
        if flat.ndim > 1:
            raise ValueError("It holds several labels for a token.")
        if len(flat):
            check_classification_targets(flat)
    return Tags(flat, np.array([len(row) for row in rows]))


def check_lengths(lengths, tags):
    """Raise unless there is a label for every token or time step."""
    if len(tags) != len(lengths):
        raise ValueError(
            f"y must hold labels for each of the {len(lengths)} sequences of X; got {len(tags)}."
        )
    differing = np.flatnonzero(lengths != tags.lengths)
    if len(differing):
        number = differing[0]
        raise ValueError(
            f"X and y must have sequences of the same lengths; sequence {number} of X has "
            f"{lengths[number]} tokens or time steps, and of y {tags.lengths[number]} labels."
        )


class TaggedData(TrainingData):
    """Sequences with a label for every time step.

    Parameters
    ----------
    panel : skrnn._sequences.RaggedPanel
    tags : Tags
        Of numbers of classes.
    sample_weight : ndarray of shape (n,), default=None
    rows : ndarray of int, default=None
        The rows that are used; all by default.
    """

    def __init__(self, panel, tags, sample_weight=None, rows=None):
        self._tags = tags
        super().__init__(panel, tags.flat, sample_weight, rows)
        self.y = self[self.rows[:1]][1]  # a pattern of what the batches hold
        self.has_unknown = True  # the targets behind the end of a sequence

    def __getitem__(self, rows):
        inputs = self.panel[rows]
        lengths = self._tags.lengths[rows]
        steps = np.arange(inputs.shape[1])
        is_step = steps < lengths[:, None]
        targets = np.full((*inputs.shape[:2], 1), np.nan, np.float32)
        targets[is_step, 0] = self._tags.flat[(self._tags.starts[rows, None] + steps)[is_step]]
        if self.sample_weight is None:
            return inputs, targets
        weights = np.repeat(self.sample_weight[rows, None], inputs.shape[1], axis=1)
        return inputs, targets, weights

    def select(self, rows):
        return TaggedData(self.panel, self._tags, self.sample_weight, rows)
