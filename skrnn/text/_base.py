"""What every network of texts shares: how it reads them, alone or beside columns of a table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from numbers import Integral
from os import PathLike
from typing import Any, Literal

import numpy as np
from sklearn import config_context
from sklearn.base import clone
from sklearn.utils._param_validation import HasMethods

from .._chunks import Chunks
from .._errors import explain_errors
from .._sequences import BesidePanel
from .._typing import Transformer, Widths
from ..sequence._base_token_rnn import BaseTokenRNN
from ..sequence._base_tokens import check_range
from ._columns import ColumnEncoder
from ._tables import (
    join_columns,
    learn_columns,
    list_columns,
    list_names,
    pick_columns,
    read_texts,
)
from ._texts import check_texts
from ._tokenizer import SequenceTokenizer
from ._vectors import arrange_vectors, find_fitted, find_vocabulary, gives_vectors

MOST_TOKENS = 2**24  # that float32 tells apart


@dataclass(kw_only=True, eq=False, repr=False)
class BaseTextRNN(BaseTokenRNN):
    """A recurrent network as an estimator of texts."""

    units: Widths = 64
    bidirectional: bool = True
    dropout: float = 0.5
    early_stopping: bool | Literal["auto"] = "auto"
    n_iter_no_change: int = 2
    embedding: Any = "learned"
    embedding_dim: int = 64
    pooling: Literal["last", "mean", "max", "mean_max"] = "mean_max"
    text: str | int | Sequence[str | int] | None = None
    tokenizer: Transformer = field(default_factory=SequenceTokenizer)

    _parameter_constraints = BaseTokenRNN._parameter_constraints | {
        "embedding": [str, PathLike, Mapping, tuple, HasMethods(["get_vector"])],
        "text": [str, Integral, list, tuple, None],
        "tokenizer": [HasMethods(["fit_transform", "transform"])],
    }

    def _check_X(self, X, reset, go_on=False):
        if reset:
            self._text_columns, self._other_columns = None, []
            self._named_columns = list_names(self.text)
            vars(self).pop("columns_", None)
            if self.text is not None:
                self._text_columns, self._other_columns = learn_columns(self, X)
        if self._text_columns is None:
            return self._read_sequences(check_texts(X), reset, go_on)
        texts = read_texts(X, self._text_columns)
        panel = self._read_sequences(list(chain.from_iterable(texts)), reset, go_on)
        panel = join_columns(panel, len(texts), self._n_tokens)
        return BesidePanel(panel, self._read_others(X, reset)) if self._other_columns else panel

    def _check_training_X(self, X, go_on):
        if go_on and list_names(self.text) != self._named_columns:
            raise ValueError(
                f"Training cannot go on with text={self.text!r}: the last fit read the texts of "
                f"{self._named_columns}. Set warm_start=False, or set text back."
            )
        return self._check_X(X, reset=not go_on, go_on=go_on)

    def _learn_tokenizer(self, chunks):
        """Give a tokenizer that has read all parts; None if it learns from what it is given."""
        tokenizer = clone(self.tokenizer)
        if type(tokenizer) is not SequenceTokenizer:
            return None
        with explain_errors("tokenizer must turn texts into token ids", self.tokenizer):
            return tokenizer.fit(Chunks(partial(list_columns, chunks, self.text)))

    def _list_rows(self, X):
        """Give texts as a list, or a table as it is."""
        return check_texts(X) if self._text_columns is None else X

    @config_context(transform_output="default")  # as long as a tokenizer says nothing else
    def _read_sequences(self, texts, reset, go_on):
        """Give the sequences of token ids of texts."""
        with explain_errors("tokenizer must turn texts into token ids", self.tokenizer):
            learned = vars(self).pop("_learned_tokenizer", None) if reset else None
            if reset:
                self.tokenizer_: Transformer = learned or clone(self.tokenizer)
            if type(self.tokenizer_) is SequenceTokenizer:
                learns = reset and learned is None
                ids, lengths = self.tokenizer_._read_flat(texts, learns, go_on)
                check_range(ids)
                panel = self._pack_ids(ids[None], lengths, reset)
            else:
                read = self.tokenizer_.fit_transform if reset else self.tokenizer_.transform
                panel = super()._check_X(read(texts), reset)
        if reset:
            self._vectors = self._look_up_vectors(panel.flat)
        return panel

    def _read_others(self, X, reset):
        """Give the columns beside the texts as numbers (n, n_beside)."""
        others = pick_columns(X, self._other_columns)
        if reset:
            self.columns_: ColumnEncoder = (
                ColumnEncoder().set_output(transform="default").fit(others)
            )
            if self._count_vectors() > MOST_TOKENS:
                raise ValueError(
                    f"Beside columns texts can have {MOST_TOKENS} different tokens; they have "
                    f"{self._count_vectors()}. Set tokenizer__max_features."
                )
        return self.columns_.transform(others).astype(np.float32)

    def _count_tokens(self, ids):
        return max(find_fitted(self.tokenizer_, "n_tokens_") or 0, int(ids.max()) + 1)

    def _count_vectors(self):
        """Count tokens, and those that stand between the columns of texts."""
        return self._n_tokens + len(self._text_columns or [None]) - 1

    def _describe_input(self):
        described = super()._describe_input() | {"n_tokens": self._count_vectors()}
        if not self._other_columns:
            return described
        if self.network is not None:
            raise ValueError(
                f"network={self.network!r} reads texts alone, but text={self.text!r} leaves the "
                f"columns {self._other_columns} beside them. Give X without, or set network=None."
            )
        return described | {"n_beside": self.columns_.n_features_out_}

    def _get_vectors(self):
        return self._vectors

    def _look_up_vectors(self, ids):
        """Give the initial vector of every token, or None where all are drawn at random."""
        vars(self).pop("embedding_coverage_", None)
        if not gives_vectors(self.embedding):
            return None
        with explain_errors("tokenizer must tell which ids its tokens have", self.tokenizer):
            vocabulary = find_vocabulary(self.tokenizer_)
        oov_token = find_fitted(self.tokenizer_, "oov_token")
        with explain_errors("embedding must give tokens vectors", self.embedding):
            vectors, is_given, coverage = arrange_vectors(
                self.embedding, vocabulary, self._count_vectors(), self._seed, oov_token
            )
        share = np.count_nonzero(is_given[ids]) / max(1, len(ids))
        self.embedding_coverage_: dict[str, float] = {"tokens": coverage, "occurrences": share}
        return vectors

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = self.text is None
        tags.input_tags.two_d_array = self.text is not None
        tags.input_tags.three_d_array = False
        tags.input_tags.allow_nan = self.text is not None
        return tags
