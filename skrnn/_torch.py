"""Fused kernels of PyTorch, where Keras goes through the time steps in Python.

Keras calls them on a GPU alone.
"""

from functools import partial

import keras
import torch
from torch.func import functional_call

from ._masks import is_plain


def fuse(model):
    """Have fused kernels compute the recurrent layers of a model, as far as there are any."""
    for layer in model._flatten_layers():
        if is_plain(layer) and _has_kernel(layer.cell):
            layer.inner_loop = partial(_run, layer, layer.inner_loop)


def _has_kernel(cell):
    if cell.recurrent_dropout or not cell.use_bias:
        return False
    gates = getattr(cell, "recurrent_activation", keras.activations.sigmoid)
    usual = (cell.activation, gates) == (keras.activations.tanh, keras.activations.sigmoid)
    return usual and getattr(cell, "reset_after", True)


def _run(layer, loop, sequences, initial_state, mask, training=False):
    """Do what the method ``inner_loop`` of a layer does; see :func:`skrnn._masks._run`."""
    if mask is not None:
        return loop(sequences, initial_state, mask, training=training)
    cell = layer.cell
    if training and cell.dropout:
        sequences = sequences * cell.get_dropout_mask(sequences[:, 0, :])[:, None, :]
    if layer.go_backwards:
        sequences = sequences.flip(1)
    states = tuple(state[None] for state in initial_state)  # (1, batch, units)
    states = states if len(states) > 1 else states[0]
    module, weights = _translate(cell)
    outputs, states = functional_call(module, weights, (sequences, states))
    states = [state[0] for state in (states if isinstance(states, tuple) else [states])]
    return states[0], outputs, states


def _translate(cell):
    """Give a module of PyTorch, and the weights of a cell as it names and orders them."""
    kind, order = MODULES[type(cell)]
    tensors = cell.kernel, cell.recurrent_kernel, cell.bias
    kernel, recurrent, bias = (keras.ops.convert_to_tensor(tensor) for tensor in tensors)
    biases = bias if bias.ndim == 2 else (bias, torch.zeros_like(bias))
    parts = [kernel.T, recurrent.T, *biases]
    parts = [torch.cat([part.split(cell.units)[gate] for gate in order]) for part in parts]
    names = "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"
    module = kind(len(kernel), cell.units, batch_first=True, device="meta")
    return module, dict(zip(names, parts, strict=True))


# With PyTorch's order of Keras's gates.
MODULES = {
    keras.layers.SimpleRNNCell: (torch.nn.RNN, (0,)),
    keras.layers.GRUCell: (torch.nn.GRU, (1, 0, 2)),
    keras.layers.LSTMCell: (torch.nn.LSTM, (0, 1, 2, 3)),
}
