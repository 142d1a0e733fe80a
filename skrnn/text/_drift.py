"""Texts that come after a vocabulary has been learned, and that it does not fit."""

import warnings

import numpy as np

from ._analysis import build_analyzer
from ._texts import check_texts
from ._vocabulary import settle_unknown

MUCH = 0.25  # of the tokens
SOME = 10  # tokens; of fewer no share can be told


def warn_of_losses(tokenizer, X):
    """Warn where a tokenizer reads much less of texts than of those that it was fitted on.

    Parameters
    ----------
    tokenizer : SequenceTokenizer
        It is fitted.
    X : array-like of str of shape (n,)
    """
    analyze, texts = build_analyzer(tokenizer), check_texts(X)
    ids, lengths = tokenizer._look_up(tokenizer.vocabulary_, texts, analyze)
    unknown_id = tokenizer.vocabulary_.get(tokenizer.oov_token, 0)
    n_unknown = np.count_nonzero(ids == unknown_id)
    _, lengths = settle_unknown(ids, lengths, unknown_id)
    n_cut = np.maximum(lengths - tokenizer.maxlen_, 0).sum() if tokenizer.maxlen is None else 0
    losses = []
    if n_unknown >= SOME and n_unknown / len(ids) > tokenizer._unknown_share + MUCH:
        losses.append(f"{n_unknown / len(ids):.0%} are not in the vocabulary")
    if n_cut >= SOME and n_cut / len(ids) > MUCH:
        losses.append(f"{n_cut / len(ids):.0%} are cut off, being beyond maxlen")
    if losses:
        warnings.warn(
            f"Of the {len(ids)} tokens in X, {' and '.join(losses)}: training that goes on keeps "
            "the tokenizer of the first call. Begin with more texts, or give the tokenizer a "
            "vocabulary and maxlen.",
            stacklevel=2,
        )
