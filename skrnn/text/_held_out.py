"""Which texts are held out from training, and the data that texts come in."""

import numpy as np
from sklearn.utils import _safe_indexing

from .._batches import TrainingData


class TextData(TrainingData):
    """Training data with the texts that they were made of.

    Parameters
    ----------
    texts : list of str, or table
        A row for each.
    data : TrainingData
        Made of them, row by row.
    rows : ndarray of int, default=None
        The rows that are used; those of ``data`` by default.
    """

    def __init__(self, texts, data, rows=None):
        self.texts, self._data = texts, data
        rows = data.rows if rows is None else rows
        super().__init__(data.panel, data.y, data.sample_weight, rows)

    def select(self, rows):
        return TextData(self.texts, self._data, rows)

    def list_texts(self):
        """Give the texts of the rows that are used."""
        return _safe_indexing(self.texts, self.rows)

    def list_weights(self):
        """Give the weights of the rows that are used."""
        if self.sample_weight is None:
            return np.ones(len(self))
        return self.sample_weight[self.rows].astype(float)


def cut_folds(data, labels, n_folds, seed):
    """Deal the rows of data out to folds at random, with the labels in proportion.

    One row alone is held out from nothing.

    Parameters
    ----------
    data : TextData or skrnn.text._streamed.StreamedTexts
    labels : ndarray of shape (len(data.rows),) or None
        None deals them out without looking.
    n_folds : int
    seed : int

    Returns
    -------
    list of tuple (rest, fold)
    """
    rows = data.rows
    order = np.random.default_rng(seed).permutation(len(rows))
    if labels is not None:
        order = order[np.argsort(labels[order], kind="stable")]
    folds = np.empty(len(rows), int)
    folds[order] = np.arange(len(rows)) % n_folds if len(rows) > 1 else n_folds
    return [data.divide(rows[folds != n], rows[folds == n]) for n in range(n_folds)]
