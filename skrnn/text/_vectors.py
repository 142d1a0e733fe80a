"""Vectors of tokens that an embedding begins with."""

import warnings
from collections.abc import Mapping

import numpy as np
from sklearn.utils import check_array

FEW = 0.01


def find_fitted(tokenizer, name):
    """Find a fitted attribute of a tokenizer; a pipeline has that of its last step with one."""
    if hasattr(tokenizer, name):
        return getattr(tokenizer, name)
    found = (find_fitted(step, name) for _, step in reversed(getattr(tokenizer, "steps", ())))
    return next((value for value in found if value is not None), None)


def find_vocabulary(tokenizer):
    """Find the ids of a tokenizer's tokens."""
    vocabulary = find_fitted(tokenizer, "vocabulary_")
    if not isinstance(vocabulary, Mapping):
        raise ValueError("It has no vocabulary_ that maps tokens to ids.")
    return vocabulary


def arrange_vectors(embedding, vocabulary, n_tokens, seed):
    """Give the initial vector of every token id, drawn at random where it is not given.

    Parameters
    ----------
    embedding : mapping
        The vector of each token.
    vocabulary : mapping
        The id of each token.
    n_tokens : int
        One more than the largest id.
    seed : int

    Returns
    -------
    ndarray of float32 of shape (n_tokens, width)
    """
    if not embedding:
        raise ValueError("It is empty.")
    width = len(next(iter(embedding.values())))
    vectors = np.random.default_rng(seed).uniform(-0.05, 0.05, (n_tokens, width))
    matched = [token for token in vocabulary if token in embedding]
    for token in matched:
        vector = np.asarray(embedding[token], np.float32)
        if vector.shape != (width,):
            raise ValueError(
                f"The vector of {token!r} has shape {vector.shape}, the first one length {width}."
            )
        if vocabulary[token] < n_tokens:
            vectors[vocabulary[token]] = vector
    if len(matched) < FEW * len(vocabulary):
        warnings.warn(
            f"embedding has vectors for {len(matched)} of the {len(vocabulary)} tokens of the "
            f"vocabulary; the others begin at random. It holds tokens like "
            f"{next(iter(embedding))!r}, the vocabulary tokens like {list(vocabulary)[-1]!r}.",
            stacklevel=2,
        )
    return check_array(vectors, dtype=np.float32, input_name="embedding")
