"""Prediction on PyTorch, and its fused kernels, which Keras calls on a GPU alone."""

from functools import partial
from typing import Any

import keras
import torch


def compile_forward(model):
    """Give a model's prediction, which is not compiled here: arrays in, array out."""

    def run(batch):
        with torch.no_grad():
            outputs = model(keras.ops.convert_to_tensor(batch), training=False)
        return outputs.cpu().numpy()

    return run


def compile_gradient(model, embedding):
    """Give a derivative, not compiled; see the function of that name for TensorFlow."""

    def run(*arrays):
        inputs, vectors, direction = map(keras.ops.convert_to_tensor, arrays)
        watched = [vectors, inputs][: 1 + inputs.is_floating_point()]
        for tensor in watched:
            tensor.requires_grad_()
        with torch.enable_grad(), embedding.hand_in(vectors):
            outputs = model(inputs, training=False)
            gradients = torch.autograd.grad((outputs * direction).sum(), watched)
        return [values.detach().cpu().numpy() for values in (outputs, *gradients)]

    return run


def _run(compute, order, cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    states = [state[None] for state in states]  # (1, batch, units)
    given = states if len(states) > 1 else states[0]
    weights = _translate(cell, order)
    # One layer with biases and no dropout, in one direction; the batch comes first.
    outputs, *states = compute(sequences, given, weights, True, 1, 0.0, True, False, True)
    return outputs, [state[0] for state in states]


def _translate(cell, order):
    """Give the weights of a cell as PyTorch orders them: two kernels, and their biases."""
    tensors = cell.kernel, cell.recurrent_kernel, cell.bias
    kernel, recurrent, bias = (keras.ops.convert_to_tensor(tensor) for tensor in tensors)
    biases = bias if bias.ndim == 2 else (bias, torch.zeros_like(bias))
    parts = [kernel.T, recurrent.T, *biases]
    if order is None:
        return parts
    return [torch.cat([part.split(cell.units)[gate] for gate in order]) for part in parts]


# With PyTorch's order of Keras's gates, if it is another.
KERNELS = {
    keras.layers.SimpleRNNCell: partial(_run, torch.rnn_tanh, None),
    keras.layers.GRUCell: partial(_run, torch.gru, (1, 0, 2)),
    keras.layers.LSTMCell: partial(_run, torch.lstm, None),
}
LARGER_KERNELS: dict[type, Any] = {}  # those above are for all sizes
