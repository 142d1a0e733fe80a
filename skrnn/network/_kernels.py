"""Recurrent layers computed by kernels that go through all time steps at once.

Keras calls such kernels on a GPU alone; elsewhere it goes through the steps in a loop.
"""

from functools import partial
from math import prod

from keras import activations

from ._masks import is_plain
from ._minimal_cells import MINIMAL_CELLS


def fuse(model, run, largest=None, run_larger=None):
    """Have a kernel compute the recurrent layers of a model, as far as it can.

    It knows neither masks nor directions: :func:`skrnn.network._masks.leave_masks_out` comes
    after this.

    Parameters
    ----------
    model : keras.Model
    run : dict of callable
        For a class of cells, the function that takes a cell, sequences (batch, time, features)
        and the list of its states (batch, units). It gives the outputs (batch, time, units) and
        the list of the last states, or None to leave them to the loop.
    largest : int or None
        The weights of a cell, its biases left out, up to which ``run`` is for it.
    run_larger : dict of callable, default=None
        The same for larger ones, which all keep to the loop by default.
    """
    for layer in model._flatten_layers():
        if not is_plain(layer) or type(layer.cell) not in run or not _is_usual(layer.cell):
            continue
        is_small = largest is None or count_weights(layer.cell) <= largest
        compute = (run if is_small else run_larger or {}).get(type(layer.cell))
        if compute is not None:
            layer.inner_loop = partial(_run, layer, layer.inner_loop, compute)


def count_weights(cell):
    """Count the weights of a cell, its biases left out."""
    kernels = cell.kernel, getattr(cell, "recurrent_kernel", None)
    return sum(prod(kernel.shape) for kernel in kernels if kernel is not None)


def _is_usual(cell):
    """Tell whether a cell computes what kernels do."""
    if isinstance(cell, MINIMAL_CELLS):
        return cell.compute_dtype == "float32"
    gates = getattr(cell, "recurrent_activation", activations.sigmoid)
    usual = (cell.activation, gates) == (activations.tanh, activations.sigmoid)
    known = cell.use_bias and not cell.recurrent_dropout and cell.compute_dtype == "float32"
    return usual and known and getattr(cell, "reset_after", True)


def _run(layer, loop, compute, sequences, initial_state, mask, training=False):
    """Do what the method ``inner_loop`` of a layer does; see :func:`skrnn.network._masks._run`."""
    cell, read, made = layer.cell, sequences, None
    if mask is None:
        if training and cell.dropout:
            read = sequences * cell.get_dropout_mask(sequences[:, 0, :])[:, None, :]
        made = compute(cell, read, initial_state)
    if made is None:
        return loop(sequences, initial_state, mask, training=training)
    outputs, states = made
    return states[0], outputs, states
