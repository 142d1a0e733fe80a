"""What is to be known of texts that come in parts before training begins."""

import warnings

import numpy as np
import pandas as pd
from sklearn.utils import compute_class_weight
from sklearn.utils.validation import _num_samples, check_consistent_length

from .._errors import explain_errors
from ._columns import read_columns
from ._sample import RowSample
from ._tables import check_table, list_names, pick_columns, read_texts
from ._texts import check_texts


class Survey:
    """One pass over chunks, in which all parts are checked against each other.

    Parameters
    ----------
    chunks : Chunks
    text : str, int, list of these or None
        The columns of texts, as the estimators have it.
    read_y : callable
        Checks the targets of a part and gives them as an array.
    targets : LabelCounts or Moments
        Takes note of them.
    size : int
        How many rows are drawn.
    rng : numpy.random.Generator

    Attributes
    ----------
    sizes : list of int
        How many rows each part has.
    sample : skrnn.text._sample.Rows
    targets : LabelCounts or Moments
    """

    def __init__(self, chunks, text, read_y, targets, size, rng):
        self.sizes, self.targets = [], targets
        self._table = None if text is None else TableKinds(list_names(text))
        sample = RowSample(size, rng)
        for number, X, y in chunks._iterate_numbered():
            wanted = f"Part {number} of X must hold texts and targets, like the parts before it"
            with explain_errors(wanted, X):
                n_rows = _num_samples(X)
                if n_rows:
                    X, y = self._read(X, y, read_y)
                    targets.add(y)
            if n_rows:
                sample.add(number, X, y)
            self.sizes.append(n_rows)
            del X, y
        if not sum(self.sizes):
            raise ValueError(f"X holds 0 texts; at least 1 is needed: {chunks!r} gave none.")
        self.sample = sample.draw()
        if targets.come_apart and not self.is_whole:
            warnings.warn(
                "Each part of X holds one class alone, so that the network learns one after the "
                "other. Write the rows to the parts in random order.",
                stacklevel=2,
            )

    @property
    def is_whole(self):
        """Whether the sample holds all rows."""
        return len(self.sample.y) == sum(self.sizes)

    def _read(self, X, y, read_y):
        if y is None:
            raise ValueError(
                "Nothing tells its targets: let each part be a tuple (X, y), or give Chunks the "
                "columns that hold them as y=."
            )
        y = read_y(y)
        check_consistent_length(X, y)
        if self._table is None:
            return check_texts(X), y
        self._table.check(X)
        return X, y


class TableKinds:
    """The columns that tables have in common, and whether they hold numbers or labels.

    Parameters
    ----------
    texts : list of str or int
        The columns of texts.
    """

    def __init__(self, texts):
        self._texts, self._names, self._kinds = texts, None, {}

    def check(self, X):
        """Raise unless a table is like those before it."""
        names = check_table(X, self._texts)
        self._names = self._names or names
        if set(names) != set(self._names):
            raise ValueError(f"It has the columns {names}, and those before it {self._names}.")
        read_texts(X, self._texts)
        others = [name for name in names if name not in self._texts]
        for name, column in read_columns(pick_columns(X, others)).items() if others else ():
            if pd.isna(column).all():
                continue
            kind = "numbers" if column.dtype == float else "labels"
            if self._kinds.setdefault(name, kind) != kind:
                raise ValueError(
                    f"Its column {name!r} holds {kind}, and before it {self._kinds[name]}."
                )


class LabelCounts:
    """How often labels occur: single ones, or 0 and 1 for each of several.

    Attributes
    ----------
    classes : ndarray of shape (n_classes,)
    counts : ndarray of shape (n_classes,)
        Of several labels, how often each is 1.
    come_apart : bool
        Whether no part holds two classes, although there are as many.
    """

    def __init__(self):
        self.classes = self.counts = None
        self._kind, self._n_rows, self._most_in_part = None, 0, 0

    def add(self, y):
        """Count labels (n,) or (n, n_labels)."""
        check_kind(self, y)
        self._n_rows += len(y)
        if y.ndim == 2:
            classes, counts = np.arange(y.shape[1]), y.sum(axis=0)
        else:
            classes, counts = np.unique(y, return_counts=True)
        self._most_in_part = max(self._most_in_part, len(classes))
        if self.classes is not None:
            classes = np.concatenate([self.classes, classes])
            counts = np.concatenate([self.counts, counts])
        self.classes, places = np.unique(classes, return_inverse=True)
        self.counts = np.bincount(places, counts)

    @property
    def come_apart(self):
        return self._most_in_part == 1 < len(self.classes)

    def make_pattern(self):
        """Give targets in which all classes occur."""
        return np.eye(len(self.classes), dtype=int) if self._kind[0] else self.classes

    def balance(self, class_weight):
        """Give weights that do not depend on which labels are in a part, as ``class_weight``."""
        if class_weight is None:
            return None
        if not self._kind[0]:
            return compute_weights(class_weight, self.classes, self.counts)
        both = np.array([0, 1])
        if isinstance(class_weight, str):
            occur = [np.array([self._n_rows - n, n]) for n in self.counts]
            return [compute_weights(class_weight, both[n > 0], n[n > 0]) for n in occur]
        if isinstance(class_weight, dict):  # which scikit-learn refuses
            return class_weight
        return [compute_weights(weights, both, None) for weights in class_weight]


def compute_weights(class_weight, classes, counts):
    """Give the weight of each class, by class."""
    weights = compute_class_weight(class_weight, classes=classes, y=classes, sample_weight=counts)
    return dict(zip(classes.tolist(), weights.tolist(), strict=True))


class Moments:
    """Mean and standard deviation of numbers that come in parts.

    Chan, Golub and LeVeque (1983), Algorithms for computing the sample variance, The American
    Statistician 37(3).
    """

    come_apart = False  # a word of the labels

    def __init__(self):
        self._kind, self._n_rows, self.mean, self._squares = None, 0, 0.0, 0.0

    def add(self, y):
        """Take note of numbers (n, ...)."""
        check_kind(self, y)
        rows = y.reshape(len(y), -1).astype(float)
        mean, n_rows = rows.mean(axis=0), self._n_rows + len(rows)
        shift, share = mean - self.mean, len(rows) / n_rows
        self._squares += ((rows - mean) ** 2).sum(axis=0) + shift**2 * share * self._n_rows
        self.mean, self._n_rows = self.mean + shift * share, n_rows

    @property
    def spread(self):
        """The standard deviation."""
        return np.sqrt(self._squares / self._n_rows)

    @property
    def shape(self):
        """That of the targets of one row."""
        return self._kind[0]


def check_kind(summary, y):
    """Raise unless targets have the shape, and are of the kind, of those before them."""
    kind = y.shape[1:], y.dtype.kind in "biuf"
    summary._kind = summary._kind or kind
    if kind != summary._kind:
        shown = [
            f"{'numbers' if n else 'labels'} of shape {(*s,)}" for s, n in (kind, summary._kind)
        ]
        raise ValueError(f"The y of each row is {shown[0]}, and before it {shown[1]}.")
