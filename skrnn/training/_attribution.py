"""How outputs change while the vectors of tokens grow from zero to what they are."""

from contextlib import contextmanager
from types import SimpleNamespace

import keras
import numpy as np

from .._sequences import round_up
from ..network._foreign import name_network
from ..network._keras_state import keep_keras_state
from ..network._layers import OneHot
from ._building import (
    build_fast,
    choose_way,
    expect_compilation,
    is_foreign,
    load_backend,
    make_key,
)
from ._pool import POOL_SIZE, ModelPool
from ._vocabulary_room import add_room, fill

MOST_VALUES = 2**22  # of vectors that go through a network at a time

gradient_pool = ModelPool(POOL_SIZE)


def follow_path(description, networks, ids, grows, fractions):
    """Give outputs and their slopes on the straight way of vectors from zero to what they are.

    Parameters
    ----------
    description : dict
    networks : list of list of ndarray
        The weights of each, whose mean output counts.
    ids : ndarray of int32 of shape (n, time)
        Token ids, padded behind.
    grows : ndarray of bool of shape (n, time)
        Which vectors go the way; the others stay what they are.
    fractions : ndarray of shape (n_points,)
        Of the way.

    Returns
    -------
    outputs : ndarray of float of shape (n, n_points, n_outputs)
    slopes : ndarray of float of shape (n, n_points, time, n_outputs)
        By how much an output grows with the fraction because the vector of one step does.
    """
    description = add_room(choose_way(description, len(fractions)))
    totals = None
    with (
        keep_keras_state(),
        gradient_pool.borrow(make_key(description), lambda: _build(description)) as lease,
        expect_compilation(),
    ):
        for weights in networks:
            fill(lease.model.weights, weights)
            parts = [
                _follow(lease, ids[rows], grows[rows], fractions)
                for rows in _part(lease, ids, len(fractions))
            ]
            sums = [np.concatenate(arrays) for arrays in zip(*parts, strict=True)]
            totals = sums if totals is None else [a + b for a, b in zip(totals, sums, strict=True)]
    return tuple(total / len(networks) for total in totals)


def pad_length(description, length):
    """Give the length that rows of ids get: few different ones where a network ignores padding."""
    return length if is_foreign(description) else round_up(length)


class HandedEmbedding:
    """The layer of a network that gives the vectors of tokens, or hands on what it is given.

    Parameters
    ----------
    model : keras.Model
    description : dict
        What it was built from.
    """

    def __init__(self, model, description):
        self.layer = next(filter(is_embedding, model.layers), None)
        if self.layer is None:
            raise ValueError(
                f"{name_network(description['network'])} must have a layer named 'embedding' for "
                f"texts to be explained; it has {[layer.name for layer in model.layers]}."
            )
        self.width = self.layer.output.shape[-1]

    @contextmanager
    def hand_in(self, vectors):
        """Have the layer give these vectors, whatever the ids are."""
        own = self.layer.call
        self.layer.call = lambda ids: vectors
        try:
            yield
        finally:
            self.layer.call = own


def is_embedding(layer):
    """Tell whether a layer turns token ids into vectors."""
    return layer.name == "embedding" or isinstance(layer, OneHot)


def _build(description):
    """Build a network with what differentiates its outputs by the vectors of tokens."""
    model = build_fast(description, 0)
    embedding = HandedEmbedding(model, description)
    run = load_backend(keras.backend.backend()).compile_gradient(model, embedding)
    return SimpleNamespace(model=model, embedding=embedding, run=run)


def _part(lease, ids, n_points):
    """Give slices of rows that go through a network at a time."""
    size = max(1, MOST_VALUES // (n_points * ids.shape[1] * lease.embedding.width))
    return [slice(first, first + size) for first in range(0, len(ids), size)]


def _follow(lease, ids, grows, fractions):
    n_points = len(fractions)
    vectors = keras.ops.convert_to_numpy(lease.embedding.layer(ids))  # (n, time, dim)
    shares = np.where(grows[:, None, :], fractions[:, None], 1)  # (n, points, time)
    points = (shares[..., None] * vectors[:, None]).astype(np.float32)
    points = points.reshape(-1, *vectors.shape[1:])
    ids = np.repeat(ids, n_points, axis=0)
    slopes = []
    for direction in np.eye(lease.model.output.shape[-1], dtype=np.float32):
        outputs, gradients = lease.run(ids, points, direction)
        gradients = gradients.reshape(-1, n_points, *vectors.shape[1:])
        slopes.append(np.einsum("nptd,ntd->npt", gradients, vectors) * grows[:, None])
    outputs = outputs.reshape(-1, n_points, outputs.shape[-1]).astype(float)
    return outputs, np.stack(slopes, axis=-1).astype(float)
