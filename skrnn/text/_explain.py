"""What each token of a text adds to the logits of a classifier, or to a prediction."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn import config_context
from sklearn.pipeline import Pipeline

from .._errors import describe
from ._analysis import build_analyzer
from ._columns import ColumnEncoder, show_columns
from ._explain_linear import explain_by_linear
from ._explain_network import explain_by_network
from ._joining import PARTS
from ._tables import pick_columns, read_texts
from ._texts import check_texts
from ._tokenizer import SequenceTokenizer

BASE = -1  # the place of what no token adds


@dataclass
class Rows:
    """What is explained: texts, and what stands beside them.

    Parameters
    ----------
    tokenizer : SequenceTokenizer
    names : list of str or int, or None
        The columns of texts, where these come in a table.
    texts : list of lists of n str
        Of each column, as the tokenizer gets them.
    tokens : list of lists of n lists of str
        Of each column.
    encoder : ColumnEncoder or None
    numbers : ndarray of float32 of shape (n, n_beside), default=None
        What the encoder made of the other columns.
    shown : list of tuple (str or int, list of n str)
        The names of these, and what they hold.
    """

    tokenizer: SequenceTokenizer
    names: list | None
    texts: list
    tokens: list
    encoder: ColumnEncoder | None = None
    numbers: np.ndarray | None = None
    shown: tuple = ()

    def __post_init__(self):
        if self.numbers is None:
            self.numbers = np.zeros((self.n_rows, 0), np.float32)

    @property
    def n_rows(self):
        return len(self.tokens[0])

    def count_tokens(self, number):
        """Count the tokens of a row."""
        return sum(len(texts[number]) for texts in self.tokens)

    def put_beside(self, numbers, ids):
        """Give what a network reads of rows: numbers, if there are any, and ids; and how many."""
        n_beside = self.numbers.shape[1]
        if not n_beside:
            return ids, 0
        return np.hstack([self.numbers[numbers], ids.astype(np.float32)]), n_beside

    def sum_by_column(self, values):
        """Sum what numbers (n, n_beside, n_outputs) add, to (n, n_columns, n_outputs)."""
        return values[:, :0] if self.encoder is None else self.encoder.sum_by_column(values)

    def name_parts(self, number):
        """Give column, place and token of each part of a row, the base first."""
        parts = [("", BASE, "")]
        parts += [(name, 0, held[number]) for name, held in self.shown]
        for name, texts in zip(self.names or [""], self.tokens, strict=True):
            parts += [(name, place, token) for place, token in enumerate(texts[number])]
        return parts


def explain_texts(estimator, X):
    """Tell what each token adds; see :meth:`skrnn.RNNTextClassifier.explain`.

    Parameters
    ----------
    estimator : RNNTextClassifier or RNNTextRegressor
        Fitted.
    X : array-like of str, or table

    Returns
    -------
    pandas.DataFrame
    """
    rows = read_rows(estimator, X)
    network = explain_by_network(estimator, rows)
    linear = [np.zeros_like(part) for part in network]
    if hasattr(estimator, "linear_"):
        linear = explain_by_linear(estimator.linear_, rows)
    return arrange(rows, estimator, estimator._weigh_parts(network, linear))


@config_context(transform_output="default")
def read_rows(estimator, X):
    """Read what is to be explained."""
    before, tokenizer = find_words(estimator.tokenizer_)
    names = estimator._text_columns
    texts = [check_texts(X)] if names is None else read_texts(X, names)
    for _, step in before:
        if step not in (None, "passthrough"):
            texts = [check_texts(step.transform(column)) for column in texts]
    analyze = build_analyzer(tokenizer)
    rows = Rows(tokenizer, names, texts, [list(map(analyze, column)) for column in texts])
    if estimator._other_columns:
        others = pick_columns(X, estimator._other_columns)
        rows.encoder = estimator.columns_
        rows.numbers = rows.encoder.transform(others).astype(np.float32)
        rows.shown = show_columns(others)
    return rows


def find_words(tokenizer):
    """Give what is done to texts before they are cut, and the tokenizer that cuts them."""
    before = []
    if isinstance(tokenizer, Pipeline):
        *before, (_, tokenizer) = tokenizer.steps
    if not isinstance(tokenizer, SequenceTokenizer):
        raise TypeError(
            "tokenizer must be a SequenceTokenizer, or a pipeline that ends with one, for texts "
            f"to be explained token by token. Got {describe(tokenizer)}."
        )
    return before, tokenizer


def arrange(rows, estimator, parts):
    """Arrange what tokens add, the base first for each text, in a long table.

    Parameters
    ----------
    rows : Rows
    estimator : estimator
    parts : dict of list of n ndarrays of shape (n_parts, n_outputs)
    """
    named = [rows.name_parts(number) for number in range(rows.n_rows)]
    columns, places, tokens = zip(*(part for parts in named for part in parts), strict=True)
    table = {
        "text": np.repeat(np.arange(rows.n_rows), list(map(len, named))),
        "column": np.array(columns, dtype=object),
        "place": np.array(places),
        "token": np.array(tokens, dtype=object),
    }
    if rows.names is None:
        del table["column"]
    kind, outputs = estimator._name_outputs()
    table = {name: np.repeat(values, len(outputs)) for name, values in table.items()}
    table[kind] = np.tile(outputs, len(places))
    for name in PARTS:
        table[name] = np.concatenate(parts[name]).ravel()
    table["total"] = table["network"] + table["linear"]
    return pd.DataFrame(table)
