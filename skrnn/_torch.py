"""Fused kernels of PyTorch, where Keras goes through the time steps in Python.

Keras calls them on a GPU alone, and only for sequences without a mask. The masks here are those
of this package: the steps that count come first.
"""

from functools import partial

import keras
import torch
from torch.func import functional_call
from torch.nn.utils.rnn import pack_padded_sequence, pad_packed_sequence


def fuse(model):
    """Have fused kernels compute the recurrent layers of a model, as far as there are any."""
    for layer in model._flatten_layers():
        if isinstance(layer, keras.layers.RNN) and _has_kernel(layer.cell):
            layer.inner_loop = partial(_run, layer)


def _has_kernel(cell):
    if type(cell) not in KERNELS or cell.recurrent_dropout or not cell.use_bias:
        return False
    gates = getattr(cell, "recurrent_activation", keras.activations.sigmoid)
    usual = (cell.activation, gates) == (keras.activations.tanh, keras.activations.sigmoid)
    return usual and getattr(cell, "reset_after", True)


def _run(layer, sequences, initial_state, mask, training=False):
    """Do what the method ``inner_loop`` of a layer does.

    Returns
    -------
    last : tensor of shape (batch, units)
    outputs : tensor of shape (batch, time, units)
    states : list of tensor of shape (batch, units)
    """
    cell = layer.cell
    if training and cell.dropout:
        sequences = sequences * cell.get_dropout_mask(sequences[:, 0, :])[:, None, :]
    n_steps = sequences.shape[1]
    lengths = None if mask is None else mask.sum(dim=1)
    if layer.go_backwards:
        sequences = _reverse(sequences, lengths)
    if mask is not None:
        sequences = pack_padded_sequence(
            sequences, lengths.cpu(), batch_first=True, enforce_sorted=False
        )
    states = tuple(state[None] for state in initial_state)  # (1, batch, units)
    module, weights = KERNELS[type(cell)](cell)
    outputs, states = functional_call(
        module, weights, (sequences, states if len(states) > 1 else states[0])
    )
    states = [state[0] for state in (states if isinstance(states, tuple) else [states])]
    if mask is not None:
        outputs, _ = pad_packed_sequence(outputs, batch_first=True, total_length=n_steps)
        if layer.go_backwards:  # the outputs of a layer that runs backwards end at the first step
            outputs = _reverse(outputs, lengths).flip(1)
    return states[0], outputs, states


def _reverse(sequences, lengths):
    """Reverse the first steps of each row (batch, time, features), the others staying behind."""
    if lengths is None:
        return sequences.flip(1)
    steps = torch.arange(sequences.shape[1], device=sequences.device)
    order = torch.where(steps < lengths[:, None], lengths[:, None] - 1 - steps, steps)
    return sequences.take_along_dim(order[:, :, None], dim=1)


def _prepare(kind, order, cell):
    """Give a module of PyTorch and the weights that it is to run with."""
    n_features, units = cell.kernel.shape[0], cell.units
    tensors = cell.kernel, cell.recurrent_kernel, cell.bias
    kernel, recurrent, bias = (keras.ops.convert_to_tensor(tensor) for tensor in tensors)
    biases = bias if bias.ndim == 2 else (bias, torch.zeros_like(bias))
    parts = [kernel.T, recurrent.T, *biases]
    parts = [torch.cat([part.split(units)[gate] for gate in order]) for part in parts]
    names = "weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"
    module = kind(n_features, units, batch_first=True, device="meta")
    return module, dict(zip(names, parts, strict=True))


# PyTorch's order of Keras's gates.
KERNELS = {
    keras.layers.SimpleRNNCell: partial(_prepare, torch.nn.RNN, (0,)),
    keras.layers.GRUCell: partial(_prepare, torch.nn.GRU, (1, 0, 2)),
    keras.layers.LSTMCell: partial(_prepare, torch.nn.LSTM, (0, 1, 2, 3)),
}
