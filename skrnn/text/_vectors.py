"""Vectors of tokens that an embedding begins with."""

import warnings
from collections.abc import Mapping
from os import PathLike
from pathlib import Path

import numpy as np
from sklearn.utils import check_array

from ._vector_files import FoundVectors, read_vectors

FEW = 0.01
USUAL_SPREAD = 0.05  # of vectors drawn where none is given: Keras's
NAMES = {"learned", "onehot"}  # of embeddings to which no vectors are given


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


def gives_vectors(embedding):
    """Tell whether an embedding is given vectors; a name of no kind and no file is an error."""
    if isinstance(embedding, str) and embedding in NAMES:
        return False
    if isinstance(embedding, str | PathLike) and not Path(embedding).is_file():
        raise ValueError(
            f'embedding={embedding!r} is neither "learned" nor "onehot", nor the path of a file '
            "with vectors."
        )
    return True


def arrange_vectors(embedding, vocabulary, n_tokens, seed, oov_token=None):
    """Give the initial vector of every token id.

    One that is not given is drawn at random, its values as far apart as those of the given ones.

    Parameters
    ----------
    embedding : mapping, gensim's KeyedVectors, path or tuple (words, matrix)
        The vector of each token, or of that in lower case.
    vocabulary : mapping
        The id of each token.
    n_tokens : int
        One more than the largest id.
    seed : int
    oov_token : str or None
        Stands for unknown tokens, and needs no vector.

    Returns
    -------
    vectors : ndarray of float32 of shape (n_tokens, width)
    is_given : ndarray of bool of shape (n_tokens,)
        Which of them are given.
    coverage : float
        The share of the tokens that have a vector.
    """
    given, width, example = find_vectors(embedding, vocabulary)
    vectors = np.random.default_rng(seed).uniform(-1, 1, (n_tokens, width))
    is_given = np.zeros(n_tokens, bool)
    for token, vector in given.items():
        if np.shape(vector) != (width,):
            raise ValueError(
                f"The vector of {token!r} has shape {np.shape(vector)}, the first one length "
                f"{width}."
            )
        if vocabulary[token] < n_tokens:
            vectors[vocabulary[token]] = vector
            is_given[vocabulary[token]] = True
    n_needed = len(vocabulary.keys() - {oov_token})
    n_found = len(given.keys() - {oov_token})
    if n_found < FEW * n_needed:
        warnings.warn(
            f"embedding has vectors for {n_found} of the {n_needed} tokens of the vocabulary; "
            f"the others begin at random. It holds tokens like {example!r}, the vocabulary "
            f"tokens like {list(vocabulary)[-1]!r}.",
            stacklevel=2,
        )
    vectors = check_array(vectors, dtype=np.float32, input_name="embedding")
    values = vectors[is_given]
    # A uniform distribution reaches from its mean to the square root of 3 standard deviations.
    vectors[~is_given] *= np.sqrt(3) * values.std(dtype=float) if len(values) else USUAL_SPREAD
    return vectors, is_given, n_found / max(1, n_needed)


def find_vectors(embedding, tokens):
    """Find the vectors that there are for tokens.

    Parameters
    ----------
    embedding : mapping, gensim's KeyedVectors, path or tuple (words, matrix)
    tokens : iterable of str

    Returns
    -------
    FoundVectors
        By token.
    """
    if isinstance(embedding, str | PathLike):
        forms = {form for token in tokens for form in list_forms(token)}
        found = read_vectors(embedding, forms)
        return found._replace(vectors=pick(found.vectors, found.vectors, tokens))
    if isinstance(embedding, tuple):
        embedding = map_words(*check_pair(embedding))
    words = getattr(embedding, "key_to_index", embedding)
    if not words:
        raise ValueError("It is empty.")
    example = next(iter(words))
    vectors = pick(embedding, words, tokens)
    if words is not embedding:  # gensim's fastText makes vectors of parts of words
        rest = [token for token in tokens if token not in vectors and token in embedding]
        vectors |= {token: np.asarray(embedding[token]) for token in rest}
    return FoundVectors(vectors, len(embedding[example]), example)


def pick(embedding, words, tokens):
    """Give the vectors of tokens that are among words, as they are or in lower case."""
    forms = {token: next(filter(words.__contains__, list_forms(token)), None) for token in tokens}
    return {
        token: np.asarray(embedding[form], np.float32)
        for token, form in forms.items()
        if form is not None
    }


def list_forms(token):
    """Give the forms of a token that are looked for, the best first."""
    lower = token.lower()
    return (token,) if lower == token else (token, lower)


def check_pair(embedding):
    """Check words and the matrix of their vectors."""
    if len(embedding) != 2:
        raise ValueError(f"It has {len(embedding)} parts, not words and a matrix.")
    words, matrix = embedding
    words = list(words)
    odd = next((word for word in words if not isinstance(word, str)), None)
    if odd is not None:
        raise TypeError(f"It holds {odd!r} as a word; every word must be a str.")
    matrix = check_array(matrix, dtype=np.float32, input_name="embedding", ensure_min_samples=0)
    if len(words) != len(matrix):
        raise ValueError(f"It has {len(words)} words, but a matrix of {len(matrix)} rows.")
    return words, matrix


def map_words(words, matrix):
    """Give the vector of each word; of words that are there twice, the first one."""
    return dict(zip(reversed(words), reversed(matrix), strict=True))
