"""What every network of token ids shares: how they enter it."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from sklearn.utils import check_array
from sklearn.utils._param_validation import StrOptions

from .._errors import explain_errors
from .._numbers import COUNT
from ._base_rnn import BaseRNN
from ._base_tokens import BaseTokenReader
from ._features import NetworkFeaturesMixin


@dataclass(kw_only=True, eq=False, repr=False)
class BaseTokenRNN(NetworkFeaturesMixin, BaseTokenReader, BaseRNN):
    """A recurrent network as an estimator of sequences of token ids, or of values."""

    embedding: Any = None
    embedding_dim: int = 32
    train_embedding: bool = True
    pooling: Literal["last", "mean", "max", "mean_max"] = "last"

    _parameter_constraints = {
        **BaseRNN._parameter_constraints,
        "embedding": [StrOptions({"learned", "onehot"}), "array-like", None],
        "embedding_dim": [COUNT],
        "train_embedding": ["boolean"],
        "pooling": [StrOptions({"last", "mean", "max", "mean_max"})],
    }

    def _describe_input(self):
        if self.embedding is None:
            return super()._describe_input()
        vectors = self._get_vectors()
        return {
            "embedding": "onehot" if vectors is None and self.embedding == "onehot" else "learned",
            "embedding_dim": self.embedding_dim if vectors is None else vectors.shape[1],
            "train_embedding": bool(self.train_embedding),
            "n_tokens": self._n_tokens,
        }

    def _get_initial_weights(self, training):
        vectors = self._get_vectors()
        return None if vectors is None else {"embedding/embeddings": vectors}

    def _get_vectors(self):
        """Give the vectors that an embedding begins with, if they are given."""
        if self.embedding is None or isinstance(self.embedding, str):
            return None
        with explain_errors("embedding must hold numbers, (n_tokens, dim)", self.embedding):
            return check_array(self.embedding, input_name="embedding", dtype=np.float32)

    def _count_tokens(self, ids):
        if isinstance(self.embedding, str):
            return super()._count_tokens(ids)
        vectors = self._get_vectors()
        if ids.max() >= len(vectors):
            raise ValueError(
                f"embedding has {len(vectors)} vectors, but X holds the token id {ids.max()}."
            )
        return len(vectors)
