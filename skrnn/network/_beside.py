"""Numbers that stand beside a sequence of token ids.

Both come in one input, in which the numbers come first: ``description["n_beside"]`` of them.
"""

import keras
from keras import layers

from ._layers import TakePart
from ._token_layers import TokenIds

UNITS = 32  # that the numbers and what was read of the sequence are read into


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
