"""The layers of a Keras model in a list, with what each of them reads."""

import math
from collections import Counter

import keras

from .._errors import describe

COLUMNS = ["name", "type", "shape", "weights", "trainable", "inputs"]


def list_layers(model, expand=False):
    """List the layers of a model, each after those that it reads.

    What computes masks alone is left out, as are masks among what a layer reads.

    Parameters
    ----------
    model : keras.Model
        Built. One that is not a graph of layers is one row.
    expand : bool
        Whether to list the layers of models inside it in their place.

    Returns
    -------
    list of dict
        ``name``, which no two share: those of a model inside come after its name and a slash, and
        further calls of a layer are numbered; ``type``; ``shape``, that of the output;
        ``weights`` and ``trainable``, how many numbers it holds, and how many of them it learns,
        counted at its first call; ``inputs``, the names of those that it reads.
    """
    found = _Layers(expand)
    if getattr(model, "outputs", None):
        for tensor in model.outputs:
            found.find(tensor)
    else:
        found.add(model, "", None, [])
    return found.rows


class _Layers:
    """Layers that are found on the way back from outputs."""

    def __init__(self, expand):
        self.rows, self._expand, self._names, self._calls = [], expand, {}, Counter()

    def find(self, tensor, path="", known=()):
        """Give the name of the layer that a tensor comes from; list it and those that it reads.

        Parameters
        ----------
        tensor : keras.KerasTensor
        path : str
            The names of the models that it lies in.
        known : tuple of tuple (int, str)
            What the inputs of the innermost come from, by the id of their tensors.
        """
        if id(tensor) in dict(known):
            return dict(known)[id(tensor)]
        layer, call, output = tensor._keras_history
        key = id(layer), call, known
        if key not in self._names or self._is_open(layer):
            inputs = [self.find(given, path, known) for given in _list_inputs(layer, call)]
            if self._is_open(layer):
                inside = tuple(zip(map(id, layer.inputs), inputs, strict=True))
                return self.find(layer.outputs[output], f"{path}{layer.name}/", inside)
            self._names[key] = self.add(layer, path, tuple(tensor.shape), inputs)
        return self._names[key]

    def add(self, layer, path, shape, inputs):
        """List a call of a layer, and give its name."""
        self._calls[id(layer)] += 1
        call, name = self._calls[id(layer)], path + layer.name
        weights, trainable = (
            sum(math.prod(weight.shape) for weight in getattr(layer, kind, ())) if call == 1 else 0
            for kind in ("weights", "trainable_weights")
        )
        name = name if call == 1 else f"{name}, call {call}"
        row = name, type(layer).__name__, shape, weights, trainable, list(dict.fromkeys(inputs))
        self.rows.append(dict(zip(COLUMNS, row, strict=True)))
        return name

    def _is_open(self, layer):
        return self._expand and isinstance(layer, keras.Model) and getattr(layer, "outputs", None)


def _list_inputs(layer, call):
    """List the tensors that a call of a layer reads, but for masks."""
    arguments = layer._inbound_nodes[call].arguments
    masks = keras.tree.flatten(arguments.kwargs.get("mask"))
    masks = {id(mask) for mask in masks if mask is not None}
    return [tensor for tensor in arguments.keras_tensors if id(tensor) not in masks]


def check_model(model):
    """Raise unless something is a model of Keras that has its weights."""
    if not isinstance(model, keras.Model):
        raise TypeError(f"model must be a keras.Model. Got {describe(model)}.")
    if not model.built:
        raise ValueError(
            f"model must be built, by a call on data or by build(). Got {model.name!r}, which is "
            "not."
        )
