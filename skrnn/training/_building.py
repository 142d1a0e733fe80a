"""Networks as fast as they get on the backend that runs, and what they are kept and fed by."""

import logging
from collections.abc import Hashable
from contextlib import contextmanager
from functools import partial
from importlib import import_module
from types import MethodType

import keras

from .._sequences import RaggedPanel
from ..network._build import build_network
from ..network._foreign import check_variants, keeps_padding_behind
from ..network._kernels import fuse
from ..network._masks import leave_masks_out
from ..network._minimal_cells import MINIMAL_CELLS, run_at_once
from ..network._tensors import read_tensor


def build_fast(description, seed):
    """Build a network as fast as it gets, for sequences padded behind alone."""
    model = build_network(description, seed)
    if is_foreign(description):
        check_variants(model, description)
    if (fused := description["fused"]) is not None:
        larger = load_backend(keras.backend.backend()).LARGER_KERNELS
        fuse(model, list_kernels(), None if fused is True else fused, larger)
    leave_masks_out(model, right_padded=keeps_padding_behind(description))
    return model


def list_kernels():
    """Give the kernels of the backend, and of cells that need none, by the class of the cell."""
    at_once = dict.fromkeys(MINIMAL_CELLS, run_at_once)
    return at_once | load_backend(keras.backend.backend()).KERNELS


def choose_way(description, batch_size, n_steps=None):
    """Add to a description how its recurrent layers go through the time steps."""
    if runs_on("tensorflow"):
        return description | load_backend("tensorflow").choose_way(
            description, batch_size, n_steps
        )
    return description | {"fused": True, "unroll": None}


def choose_batches(padding, panel, has_missing=False):
    """Have batches padded as a network can read them, on JAX to few different lengths.

    A network that padding would change gets batches of one length each. Steps missing inside the
    sequences are for it to see: it must be able to.
    """
    ragged = isinstance(panel, RaggedPanel)
    gaps = has_missing
    if ragged:
        gaps = panel.keeps_places or (panel.has_gaps and panel.fill != 0)
    if gaps:
        padding.check_missing()
    if ragged:
        panel.parts_lengths = not (padding.is_ignored or gaps)
    if hasattr(panel, "trim_to_powers_of_two"):
        parted = getattr(panel, "parts_lengths", False)
        panel.trim_to_powers_of_two = runs_on("jax") and not parted


def is_foreign(description):
    """Tell whether a function builds the network, of which nothing else is known."""
    return description.get("network") is not None


def load_backend(backend):
    """Import what only one backend needs."""
    return import_module(f"skrnn.training._{backend}")


def runs_on(backend):
    return keras.backend.backend() == backend


def choose_jit():
    """Leave XLA to Keras but on TensorFlow, where the trainer asks for it if it pays."""
    return False if runs_on("tensorflow") else "auto"


def read_variables(variables):
    """Copy variables into arrays."""
    return list(map(read_variable, variables))


def read_variable(variable):
    """Copy a variable into an array."""
    return read_tensor(variable.value)


def make_key(value):
    """Turn a description into something that can be a key of a dictionary."""
    if isinstance(value, dict):
        return tuple((k, make_key(value[k])) for k in sorted(value))
    if isinstance(value, list | tuple):
        return tuple(make_key(v) for v in value)
    if isinstance(value, keras.optimizers.schedules.LearningRateSchedule):
        return type(value), make_key(value.get_config())
    if isinstance(value, partial):
        return partial, make_key((value.func, value.args, value.keywords))
    # What has no hash, such as most dataclasses, counts by its identity: methods compare so.
    return value if isinstance(value, Hashable) else MethodType(make_key, value)


@contextmanager
def name_alike():
    """Have variables made that count as one for what TensorFlow keeps of each, for good."""
    if not runs_on("tensorflow"):
        yield
        return
    with load_backend("tensorflow").name_alike():
        yield


@contextmanager
def expect_compilation():
    """Hold back TensorFlow's warning that much is compiled: each new network needs it once."""

    def is_other(record):
        return "triggered tf.function retracing" not in record.getMessage()

    logger = logging.getLogger("tensorflow")
    try:
        logger.addFilter(is_other)
        yield
    finally:
        logger.removeFilter(is_other)
