"""Minimal gated units, whose gates do not see the state: all steps can be computed at once.

Feng, Tung, Hassan, Bengio and Hajimirsadeghi (2024), Were RNNs all we needed?, sections 3.1 and
3.2. Where the state before a step decides neither how much of it is kept nor what is added to it,
the states are a linear recurrence, h[t] = keep[t] * h[t - 1] + new[t], whose steps can be joined
in any grouping.
"""

import keras
from keras import layers, ops


class _MinimalCell(layers.SimpleRNNCell):
    """A simple cell without a product of its state: the loop through the steps of a recurrence."""

    n_products: int

    def __init__(
        self,
        units,
        kernel_initializer="glorot_uniform",
        bias_initializer="zeros",
        dropout=0.0,
        seed=None,
        **kwargs,
    ):
        super().__init__(
            units,
            activation=kwargs.pop("activation", "linear"),
            kernel_initializer=kernel_initializer,
            bias_initializer=bias_initializer,
            dropout=dropout,
            seed=seed,
            **kwargs,
        )

    def build(self, input_shape):
        columns = self.n_products * self.units
        words = {"initializer": self.kernel_initializer, "name": "kernel"}
        self.kernel = self.add_weight((input_shape[-1], columns), **words)
        words = {"initializer": self.bias_initializer, "name": "bias"}
        self.bias = self.add_weight((columns,), **words)

    def call(self, sequence, states, training=False):  # (batch, features)
        if training and self.dropout:
            sequence = sequence * self.get_dropout_mask(sequence)
        keep, new = self.read(sequence)
        state = keep * states[0] + new
        return state, [state]

    def read(self, inputs):
        """Give how much of the state is kept, and what is added to it.

        Parameters
        ----------
        inputs : tensor of shape (..., features)

        Returns
        -------
        keep, new : tensor of shape (..., units)
        """
        raise NotImplementedError

    def _multiply(self, inputs):
        products = ops.matmul(inputs, self.kernel) + self.bias
        return ops.split(products, self.n_products, axis=-1)


@keras.saving.register_keras_serializable("skrnn")
class MinGRUCell(_MinimalCell):
    """A GRU of one gate, which the inputs alone decide."""

    n_products = 2

    def read(self, inputs):
        gate, candidate = self._multiply(inputs)
        return ops.sigmoid(-gate), ops.sigmoid(gate) * candidate


@keras.saving.register_keras_serializable("skrnn")
class MinLSTMCell(_MinimalCell):
    """An LSTM whose forget and input gates, which add up to 1, the inputs alone decide."""

    n_products = 3

    def read(self, inputs):
        forget, take, candidate = self._multiply(inputs)
        # One over a sigmoid each; below -40 its square would leave single precision.
        forget, take = (1 + ops.exp(-ops.maximum(gate, -40.0)) for gate in (forget, take))
        keep = 1 / (1 + forget / take)
        return keep, (1 - keep) * candidate


MINIMAL_CELLS = MinGRUCell, MinLSTMCell


def run_at_once(cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    keep, new = cell.read(sequences)
    first = new[:, :1] + keep[:, :1] * states[0][:, None]
    new = ops.concatenate([first, new[:, 1:]], axis=1)
    _, outputs = ops.associative_scan(_join, (keep, new), axis=1)
    return outputs, [outputs[:, -1]]


def _join(earlier, later):
    """Join two stretches of steps, each as what it keeps and what it adds."""
    return earlier[0] * later[0], earlier[1] * later[0] + later[1]
