"""What every model of token ids shares: how it reads them."""

import numpy as np
from sklearn.utils import check_array

from .._errors import explain_errors
from .._sequences import pack_ragged
from ._base import BaseSequenceEstimator, read_sequences
from ._token_ids import check_padding

LARGEST_ID = np.iinfo(np.int32).max - 1  # one more is the number of tokens
ELSE_VALUES = "Give embedding=None if X holds values."


class BaseTokenReader(BaseSequenceEstimator):
    """A model of sequences of token ids, or of values.

    A subclass has the parameter ``embedding``: with None, X holds values, else token ids.
    """

    def _check_X(self, X, reset):
        learned = "_n_channels" if self.embedding is None else "_n_tokens"
        if not reset and not hasattr(self, learned):
            raise ValueError(
                f"embedding={self.embedding!r} is not what the estimator was fitted with; fit it "
                "anew with warm_start=False, or set the parameter back."
            )
        if self.embedding is None:
            return super()._check_X(X, reset)
        wanted = "X must hold token ids, (n, time steps)"
        with explain_errors(wanted, X), np.errstate(over="ignore", invalid="ignore"):
            is_masked = np.ma.is_masked(X)
            X, lengths = read_sequences(X, 0)
            X = np.squeeze(X, 2) if np.shape(X)[2:] == (1,) else X
            ids = check_array(X, input_name="X", estimator=self)
            if ids.dtype == bool:
                raise ValueError(f"It holds booleans. {ELSE_VALUES}")
            if not np.issubdtype(ids.dtype, np.integer) and (ids != np.floor(ids)).any():
                raise ValueError(f"It holds numbers that are not whole. {ELSE_VALUES}")
            check_range(ids)
        return self._pack_ids(ids, lengths, reset, is_masked)

    def _pack_ids(self, ids, lengths, reset, is_masked=False):
        """Make a panel of token ids, with lengths of sequences that stand in one row."""
        if reset:
            check_padding(ids, lengths, may_have_gaps=is_masked)
            self._n_tokens = self._count_tokens(ids)
        known = (ids != 0) & (ids < self._n_tokens)
        return pack_ragged(ids.astype(np.int32, copy=False), known, 0, lengths)

    def _count_tokens(self, ids):
        """Count the ids that are told apart, padding included."""
        return max(2, int(ids.max()) + 1)


def check_range(ids):
    """Raise if numbers are out of the range of token ids."""
    for odd in (ids.min(initial=0), ids.max(initial=0)):
        if not 0 <= odd <= LARGEST_ID:
            raise ValueError(
                f"The token id {odd:.0f} is not from 0 (padding) to {LARGEST_ID}. {ELSE_VALUES}"
            )
