"""How outputs change while numbers and the vectors of tokens grow from zero to what they are."""

from contextlib import contextmanager
from types import SimpleNamespace

import keras
import numpy as np

from .._sequences import round_up
from ..network._foreign import name_network
from ..network._keras_state import keep_keras_state
from ..network._tensors import read_tensor
from ..network._token_layers import OneHot
from ._building import (
    build_fast,
    choose_way,
    expect_compilation,
    is_foreign,
    load_backend,
    make_key,
    name_alike,
)
from ._devices import find_distribution
from ._pool import POOL_SIZE, ModelPool
from ._vocabulary_room import add_room, fill

MOST_VALUES = 2**22  # of vectors that go through a network at a time

gradient_pool = ModelPool(POOL_SIZE, find_distribution)


def follow_path(description, networks, inputs, grows, fractions):
    """Give outputs and their slopes on the straight way from zero to what goes in.

    Parameters
    ----------
    description : dict
    networks : list of list of ndarray
        The weights of each, whose mean output counts.
    inputs : ndarray of shape (n, n_beside + time)
        Numbers, where a description has any, and token ids, padded behind.
    grows : ndarray of bool of shape (n, n_beside + time)
        Which numbers and vectors of tokens go the way; the others stay what they are.
    fractions : ndarray of shape (n_points,)
        Of the way.

    Returns
    -------
    outputs : ndarray of float of shape (n, n_points, n_outputs)
    slopes : ndarray of float of shape (n, n_points, n_beside + time, n_outputs)
        By how much an output grows with the fraction because one number or vector does.
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
                _follow(lease, inputs[rows], grows[rows], fractions)
                for rows in _part(lease, inputs, len(fractions))
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


@name_alike()
def _build(description):
    """Build a network with what differentiates its outputs by what goes in."""
    model = build_fast(description, 0)
    embedding = HandedEmbedding(model, description)
    n_beside = description.get("n_beside", 0)
    run = load_backend(keras.backend.backend()).compile_gradient(model, embedding)
    return SimpleNamespace(model=model, embedding=embedding, run=run, n_beside=n_beside)


def _part(lease, inputs, n_points):
    """Give slices of rows that go through a network at a time."""
    size = max(1, MOST_VALUES // (n_points * inputs.shape[1] * lease.embedding.width))
    return [slice(first, first + size) for first in range(0, len(inputs), size)]


def _follow(lease, inputs, grows, fractions):
    n_points, n_beside = len(fractions), lease.n_beside
    ids = inputs[:, n_beside:].astype(np.int32)
    vectors = read_tensor(lease.embedding.layer(ids))  # (n, time, dim)
    shares = np.where(grows[:, None, :], fractions[:, None], 1)  # (n, points, numbers and time)
    points = (shares[:, :, n_beside:, None] * vectors[:, None]).astype(np.float32)
    points = points.reshape(-1, *vectors.shape[1:])
    batch = np.repeat(inputs, n_points, axis=0)
    if n_beside:
        numbers = inputs[:, None, :n_beside] * shares[:, :, :n_beside]
        batch[:, :n_beside] = numbers.reshape(-1, n_beside)
    slopes = []
    for direction in np.eye(lease.model.output.shape[-1], dtype=np.float32):
        outputs, by_vectors, *by_inputs = lease.run(batch, points, direction)
        by_vectors = by_vectors.reshape(-1, n_points, *vectors.shape[1:])
        parts = [np.einsum("nptd,ntd->npt", by_vectors, vectors)]
        for by_numbers in by_inputs:
            by_numbers = by_numbers[:, :n_beside].reshape(-1, n_points, n_beside)
            parts.insert(0, by_numbers * inputs[:, None, :n_beside])
        slopes.append(np.concatenate(parts, axis=2) * grows[:, None])
    outputs = outputs.reshape(-1, n_points, outputs.shape[-1]).astype(float)
    return outputs, np.stack(slopes, axis=-1).astype(float)
