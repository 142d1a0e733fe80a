"""Room for more tokens, so that networks of almost as many share what is compiled.

TensorFlow and JAX compile a network anew for every number of tokens, and no two folds of texts
have the same. So a borrowed model has vectors for a rounded number of tokens. Those that no token
has begin as zeros, get no gradient and stay; what is handed out is cut to size.
"""

import keras
import numpy as np

LEADING_BITS = 5  # of a number of tokens are kept: at most a sixteenth is added
MOST_TOKENS = 2**20  # beyond, what is added costs more than it saves
# Optimizers that update each weight by itself: to others the zeros would matter.
ELEMENTWISE = {"sgd", "adam", "adamw", "adamax", "nadam", "rmsprop", "adagrad", "adadelta", "lion"}
NORMS = {"clipnorm", "global_clipnorm"}  # sums over all weights, zeros included


def add_room(description):
    """Round the number of tokens in a description up, if the usual network learns their vectors.

    A network of the user's own, and dropout of one-hot vectors, would see the difference.
    """
    usual = description["embedding"] == "learned" and description.get("network") is None
    if not usual or description["n_tokens"] > MOST_TOKENS:
        return description
    return description | {"n_tokens": round_up_tokens(description["n_tokens"])}


def round_up_tokens(n_tokens):
    """Round up to a number of few leading bits."""
    step = 1 << max(0, (n_tokens - 1).bit_length() - LEADING_BITS)
    return -(-n_tokens // step) * step


def updates_apart(optimizer, options):
    """Tell whether an optimizer, by name or class, updates each weight by itself."""
    name = optimizer if isinstance(optimizer, str) else getattr(optimizer, "__name__", "")
    if not isinstance(optimizer, str) and getattr(keras.optimizers, name, None) is not optimizer:
        return False
    return name.lower() in ELEMENTWISE and not any(options.get(word) for word in NORMS)


def list_shapes(variables, lent, description):
    """List the shapes that variables, of an optimizer or of weights, have without the room."""
    room, n_tokens = lent.get("n_tokens"), description.get("n_tokens")
    return [
        (n_tokens, *shape[1:]) if shape[:1] == (room,) and is_of_tokens(path) else shape
        for path, shape in ((variable.path, tuple(variable.shape)) for variable in variables)
    ]


def is_of_tokens(path):
    """Tell whether a variable holds the vectors of tokens, or what an optimizer keeps of them."""
    return "embedding/embeddings" in path or "embedding_embeddings" in path


def fill(variables, values):
    """Assign arrays that may be smaller: zeros come behind them."""
    for variable, value in zip(variables, values, strict=True):
        shape = tuple(variable.shape)
        if value.shape != shape:
            value = np.pad(value, [(0, n - k) for n, k in zip(shape, value.shape, strict=True)])
        variable.assign(value)


def cut(values, shapes):
    """Cut arrays to shapes."""
    return [
        value if value.shape == shape else value[tuple(map(slice, shape))].copy()
        for value, shape in zip(values, shapes, strict=True)
    ]
