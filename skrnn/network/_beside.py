"""Numbers that stand beside a sequence of token ids.

Both come in one input, in which the numbers come first: ``description["n_beside"]`` of them.
"""

import keras
from keras import layers, ops

from ._layers import TakePart

UNITS = 32  # that the numbers and what was read of the sequence are read into


@keras.saving.register_keras_serializable("skrnn")
class TokenIds(layers.Layer):
    """The token ids that come behind numbers.

    Parameters
    ----------
    n_beside : int
        How many numbers there are.
    """

    def __init__(self, n_beside, **kwargs):
        super().__init__(**kwargs)
        self.n_beside = n_beside
        self._build_at_init()

    def call(self, inputs):  # (batch, numbers and time) to (batch, time)
        return ops.cast(inputs[:, self.n_beside :], "int32")

    def compute_output_spec(self, inputs):
        return keras.KerasTensor((inputs.shape[0], None), "int32")

    def get_config(self):
        return super().get_config() | {"n_beside": self.n_beside}


def read_ids(description):
    """Give the input of a model of token ids, and the ids in it."""
    if description.get("n_beside"):
        inputs = keras.Input((None,))
        return inputs, TokenIds(description["n_beside"])(inputs)
    n_columns = description.get("n_columns")
    inputs = keras.Input((None,) if n_columns is None else (None, n_columns), dtype="int32")
    return inputs, inputs


def add_numbers(x, inputs, n_beside, initializer):
    """Add the numbers beside a sequence to what was read of it, and what both tell together.

    Parameters
    ----------
    x : keras.KerasTensor of shape (batch, features)
    inputs : keras.KerasTensor of shape (batch, numbers and time)
    n_beside : int
        How many there are.
    initializer : keras.initializers.Initializer

    Returns
    -------
    keras.KerasTensor of shape (batch, all features)
    """
    numbers = TakePart((0, n_beside))(inputs)
    both = layers.Concatenate()([x, numbers])
    layer = layers.Dense(UNITS, "relu", kernel_initializer=initializer, name="beside")
    return layers.Concatenate()([both, layer(both)])
