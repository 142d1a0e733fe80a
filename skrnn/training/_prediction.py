"""Prediction by compiled networks, which live in a pool and are lent to one call at a time."""

from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from functools import partial
from itertools import chain
from types import SimpleNamespace

import keras
import numpy as np

from .._batches import choose_size, split_into_batches
from .._sequences import round_up
from ..network._build import average_networks, cut_head
from ..network._foreign import Padding
from ..network._keras_state import keep_keras_state
from ._building import (
    build_fast,
    choose_batches,
    choose_way,
    expect_compilation,
    load_backend,
    make_key,
    name_alike,
    runs_on,
)
from ._devices import find_distribution
from ._pool import POOL_SIZE, ModelPool
from ._vocabulary_room import add_room, fill

ROUNDS = 1000  # that are compiled into one loop: few enough that a Ctrl-C is soon heard

forward_pool = ModelPool(POOL_SIZE, find_distribution)
_n_copies = ContextVar("n_copies", default=1)


def predict_with(description, networks, panel, batch_size, hidden=False):
    """Run networks of one kind over a panel, and give the mean of their outputs.

    Parameters
    ----------
    description : dict
    networks : list of list of ndarray
        The weights of each.
    panel : ndarray or another panel of :mod:`skrnn._sequences`
        Of one that can ``pick`` from them, the networks put out something after each step.
    batch_size : int
    hidden : bool
        Whether to give what the last layer reads in place of the outputs.

    Returns
    -------
    ndarray of shape (n, n_outputs), float32
    """
    with keep_keras_state(), expect_compilation(), ExitStack() as stack:
        for _ in range(_n_copies.get()):
            lease = stack.enter_context(_borrow(description, batch_size, hidden))
            outputs = _run(lease, networks, panel, batch_size)
    return outputs / len(networks) if len(networks) > 1 else outputs


@contextmanager
def make_copies(n_copies):
    """Have predictions of this thread make and use so many networks, one after the other."""
    token = _n_copies.set(n_copies)
    try:
        yield
    finally:
        _n_copies.reset(token)


def _run(lease, networks, panel, batch_size):
    """Run networks over a panel in a compiled one, and give the sum of their outputs."""
    has_steps = hasattr(panel, "pick")
    n_rows = panel.n_asked if has_steps else len(panel)
    outputs = np.empty((n_rows, lease.width), np.float32)
    choose_batches(lease.padding, panel)
    lengths, parted = (getattr(panel, name, None) for name in ("lengths", "parts_lengths"))
    size = min(batch_size, round_up(len(panel))) if runs_on("jax") else 0
    batches = partial(
        split_into_batches, np.arange(len(panel)), batch_size, lengths, parted=parted
    )
    for number, weights in enumerate(networks):
        if lease.loaded is not weights:
            fill(lease.model.weights, weights)
            lease.loaded = weights
        for rows in batches():
            made = lease.run(_pad_rows(panel[rows], size))[: len(rows)]
            if has_steps:
                rows, made = panel.pick(rows, made)
            outputs[rows] = outputs[rows] + made if number else made
    lease.padding.check_outputs(outputs)
    return outputs


def repeat_rounds(description, networks, make_round, constants, context, n_rounds):
    """Have networks forecast from a context, from that and their mean forecasts, and so on.

    Parameters
    ----------
    description : dict
    networks : list of list of ndarray
        The weights of each.
    make_round : callable
        ``make_round(ops, run, context, constants)`` gives the next context and forecasts.
    constants : tuple of ndarray
    context : ndarray of shape (n, span, features)
    n_rounds : int

    Returns
    -------
    ndarray of shape (n, n_rounds * steps, features), or None
        None where a backend cannot compile such a loop.
    """
    if not (
        runs_on("jax")
        or (runs_on("tensorflow") and load_backend("tensorflow").goes_into_xla(description))
    ):
        return None
    description = description | {"fused": None, "unroll": None}

    @name_alike()
    def make_lease():
        model = average_networks([build_fast(description, 0) for _ in networks])
        run = load_backend(keras.backend.backend()).compile_rounds(model, make_round, ROUNDS)
        return SimpleNamespace(model=model, run=run, loaded=None)

    key = make_key(description), len(networks), make_round, context.shape
    forecasts = []
    with (
        keep_keras_state(),
        forward_pool.borrow(key, make_lease) as lease,
        expect_compilation(),
    ):
        if lease.loaded is not networks[0]:
            lease.model.set_weights(list(chain.from_iterable(networks)))
            lease.loaded = networks[0]
        for _ in range(0, n_rounds, ROUNDS):
            context, later = lease.run(context, constants)
            forecasts.append(later)
    rounds = np.concatenate(forecasts)[:n_rounds]  # (rounds, n, steps, features)
    return np.moveaxis(rounds, 1, 0).reshape(rounds.shape[1], -1, rounds.shape[3])


def count_hidden(description, batch_size):
    """Count the numbers that the last layer of a network reads of a sequence."""
    with keep_keras_state(), expect_compilation(), _borrow(description, batch_size, True) as lease:
        return lease.width


def _borrow(description, batch_size, hidden):
    description = add_room(choose_way(description, batch_size))
    make = partial(_build_forward, description, hidden)
    return forward_pool.borrow(make_key((description, hidden)), make)


@name_alike()
def _build_forward(description, hidden):
    """Build a network with the compiled function that runs it on a batch of any size."""
    model = build_fast(description, 0)
    runs = cut_head(model) if hidden else model
    run = load_backend(keras.backend.backend()).compile_forward(runs)
    padding, width = Padding(model, description), runs.outputs[0].shape[-1]
    return SimpleNamespace(model=model, run=run, loaded=None, padding=padding, width=width)


def _pad_rows(batch, size):
    """Repeat the last row, up to a size but to whole blocks of rows.

    On TensorFlow, rows left over from blocks of eight, and one or two left over from blocks of
    six, are multiplied by other kernels, whose last bits differ from those they have in other
    company. A few rows are not worth that: they are made an even number, 4 at least. Of an odd one
    TensorFlow's kernel of LSTM cells writes warnings.
    """
    size = max(len(batch), choose_size(len(batch), size, batch.shape[1]))
    block = 2 if size <= 8 else 8
    size += -size % block
    size += block * (size % 6 == 2)
    padding = np.repeat(batch[-1:], max(0, size - len(batch)), axis=0)
    return np.concatenate([batch, padding]) if len(padding) else batch
