"""Recurrent layers that run forwards through right-padded sequences, without a look at the mask.

Of a sequence that ends before the others, what a layer computes after its end is not read: its
last output is picked, and later layers know the mask. So no step has to choose between old and
new states, and kernels that take no mask can be used. Sequences that are to be read backwards
are reversed first: of Keras's kernels one gives the outputs of such a layer in the wrong order
(LSTM on JAX with a GPU).
"""

from functools import partial

from keras import layers, ops

from ._minimal_cells import MINIMAL_CELLS
from ._step_choice import pick_step, reverse_steps

CELLS = (layers.SimpleRNNCell, layers.GRUCell, layers.LSTMCell, *MINIMAL_CELLS)


def leave_masks_out(model, right_padded=True):
    """Have the recurrent layers of a model run forwards and without masks.

    Parameters
    ----------
    model : keras.Model
    right_padded : bool
        Whether its masks are those of right-padded sequences of one step or more. If that is not
        known, layers run without masks where there are none.
    """
    for layer in model._flatten_layers():
        if is_plain(layer):
            layer.inner_loop = partial(_run, layer, layer.inner_loop, right_padded)


def is_plain(layer):
    """Tell whether a layer is recurrent, of a cell that is known here."""
    return isinstance(layer, layers.RNN) and type(layer.cell) in CELLS


def _run(layer, loop, right_padded, sequences, initial_state, mask, training=False):
    """Do what the method ``inner_loop`` of a layer does.

    Returns
    -------
    last : tensor of shape (batch, units)
    outputs : tensor of shape (batch, time, units)
    states : list of tensor of shape (batch, units)
        Of the last step, whether it counts or not.
    """
    # With a state, it is that of the last step that counts.
    if mask is not None and (layer.return_state or not right_padded):
        return loop(sequences, initial_state, mask, training=training)
    lengths = None if mask is None else ops.sum(ops.cast(mask, "int32"), axis=1)
    usual = layer.return_sequences, layer.go_backwards
    if layer.go_backwards:
        sequences = reverse_steps(sequences, lengths)
    try:
        layer.return_sequences = layer.return_sequences or mask is not None
        layer.go_backwards = False
        last, outputs, states = loop(sequences, initial_state, None, training=training)
    finally:
        layer.return_sequences, layer.go_backwards = usual
    if mask is not None:
        last = pick_step(outputs, lengths - 1)
        if all(usual):  # the outputs of a layer that runs backwards end at the first step
            outputs = ops.flip(reverse_steps(outputs, lengths), axis=1)
    return last, outputs, states
