"""Texts that come after a vocabulary has been learned, and that it does not fit."""

import warnings

import numpy as np

MUCH = 0.25  # of the tokens
SOME = 10  # tokens; of fewer no share can be told


def warn_of_losses(is_unknown, usual_share, n_cut):
    """Warn where a tokenizer reads much less of texts than of those that it was fitted on.

    Parameters
    ----------
    is_unknown : ndarray of bool of shape (n_tokens,)
        Whether each token is out of the vocabulary.
    usual_share : float
        The share of such tokens in the texts that the tokenizer was fitted on.
    n_cut : int
        How many tokens are beyond the length of the rows.
    """
    n_tokens, n_unknown = len(is_unknown), np.count_nonzero(is_unknown)
    losses = []
    if n_unknown >= SOME and n_unknown / n_tokens > usual_share + MUCH:
        losses.append(f"{n_unknown / n_tokens:.0%} are not in the vocabulary")
    if n_cut >= SOME and n_cut / n_tokens > MUCH:
        losses.append(f"{n_cut / n_tokens:.0%} are cut off, being beyond maxlen")
    if losses:
        warnings.warn(
            f"Of the {n_tokens} tokens in X, {' and '.join(losses)}: training that goes on keeps "
            "the tokenizer of the first call. Begin with more texts, or give the tokenizer a "
            "vocabulary and maxlen.",
            stacklevel=2,
        )
