"""A linear part beside a network: a map of what the network reads, added to what it gives.

Both together start as the linear part alone: what the network gives begins at 0.
"""

import keras
from keras import layers

from ._ahead import take_read, take_values
from ._ahead_layers import Gain
from ._layers import FillMissing, LastStep, PackMissing


def read_whole(description):
    """Give the input of a network, and what it reads, with what is missing moved behind.

    Where each missing step stood, the linear part sees, and the network does not.
    """
    n_steps = description["n_time"] or description.get("unroll")
    inputs = keras.Input((n_steps, description["n_features"]))
    packs = description["mask_missing"] and description["n_time"] is not None
    values = take_read(inputs, description)
    return inputs, PackMissing()(values) if packs else values


def add_linear(inputs, outputs, description):
    """Add a linear map of values to the outputs of a network.

    Parameters
    ----------
    inputs, outputs : keras.KerasTensor
    description : dict
        See :func:`skrnn.network._build.build_network`. The map is one of all ``n_time`` steps;
        if that is None, it is one of each step to the outputs after it.

    Returns
    -------
    keras.KerasTensor
    """
    values = take_values(inputs, description)
    if description["n_time"] is None and description["strategy"] != "seq2seq":
        values = LastStep()(values)  # (batch, features)
    if description["mask_missing"]:
        values = FillMissing()(values)
    if description["n_time"] is not None:
        values = layers.Flatten()(values)
    linear = layers.Dense(description["n_outputs"], kernel_initializer="zeros", name="linear")
    return layers.Add()([outputs, linear(values)])


def put_beside(model, description):
    """Put a linear part beside a whole network, whose outputs are given a gain that begins at 0.

    Parameters
    ----------
    model : keras.Model
    description : dict

    Returns
    -------
    keras.Model
    """
    inputs, values = read_whole(description)
    if description.get("known") is not None:
        values = inputs
    outputs = Gain(name="gain")(model(values))
    return keras.Model(inputs, add_linear(inputs, outputs, description))


def get_network(model):
    """Give the network that a linear part was put beside."""
    return next(layer for layer in model.layers if isinstance(layer, keras.Model))
