"""From plain hyper-parameters to an uncompiled Keras model.

A network is described by a dictionary of plain values (:func:`describe_network`), which is also
what a fitted estimator keeps. Inputs are token ids (batch, time) or values (batch, time,
features); padding of ids (0) and missing time steps (NaN) are masked inside the network.
"""

import inspect

import keras
import numpy as np
from keras import layers, ops

from ._cells import get_cell
from ._errors import explain_errors

ACTIVATIONS = {
    "binary": "sigmoid",
    "multilabel": "sigmoid",
    "multiclass": "softmax",
    "regression": "linear",
}


def build_network(description, seed):
    """Build a Keras model whose initial weights and dropout masks follow from a seed.

    Parameters
    ----------
    description : dict
        ``embedding`` (None, "learned" or "onehot") with ``n_tokens`` and ``embedding_dim``, or
        ``n_features`` and ``mask_missing`` for values; ``cell``, ``units`` (a tuple),
        ``bidirectional``, ``dropout``, ``recurrent_dropout``, ``pooling`` ("last", "mean" or
        "max" over time), ``dense_units`` (a tuple), ``head`` and ``n_outputs``.
    seed : int
        Decides every random number that the model will draw.

    Returns
    -------
    keras.Model
        Uncompiled.
    """
    seeds = map(int, np.random.SeedSequence(seed).generate_state(256) >> 1)
    inputs, x = _read_inputs(description, seeds)
    depth = len(description["units"])
    for level, units in enumerate(description["units"], start=1):
        to_vector = level == depth and description["pooling"] == "last"
        x = _add_recurrent(x, description, units, seeds, return_sequences=not to_vector)
    x = _pool_over_time(x, description["pooling"])  # (batch, features)
    for units in description["dense_units"]:
        x = layers.Dense(units, "relu", kernel_initializer=_glorot(seeds))(x)
        x = layers.Dropout(description["dropout"], seed=next(seeds))(x)
    activation = ACTIVATIONS[description["head"]]
    output = layers.Dense(
        description["n_outputs"], activation, kernel_initializer=_glorot(seeds), name="output"
    )
    return keras.Model(inputs, output(x))


def _read_inputs(description, seeds):
    if description["embedding"] is None:
        inputs = keras.Input((None, description["n_features"]))
        return inputs, MaskMissing()(inputs) if description["mask_missing"] else inputs
    inputs = keras.Input((None,), dtype="int32")
    if description["embedding"] == "onehot":
        return inputs, OneHot(description["n_tokens"])(inputs)
    uniform = keras.initializers.RandomUniform(seed=next(seeds))
    embed = TokenEmbedding(
        description["n_tokens"], description["embedding_dim"], uniform, name="embedding"
    )
    return inputs, embed(inputs)


def _add_recurrent(x, description, units, seeds, *, return_sequences):
    options = {
        "kernel_initializer": _glorot(seeds),
        "recurrent_initializer": keras.initializers.Orthogonal(seed=next(seeds)),
        "dropout": description["dropout"],
        "recurrent_dropout": description["recurrent_dropout"],
        "seed": next(seeds),
    }
    forward = make_recurrent_layer(description["cell"], units, options, return_sequences)
    if not description["bidirectional"]:
        return forward(x)
    options |= {
        "kernel_initializer": _glorot(seeds),
        "recurrent_initializer": keras.initializers.Orthogonal(seed=next(seeds)),
        "seed": next(seeds),
    }
    backward = make_recurrent_layer(
        description["cell"], units, options, return_sequences, go_backwards=True
    )
    return layers.Bidirectional(forward, backward_layer=backward)(x)


def make_recurrent_layer(cell, units, options, return_sequences, go_backwards=False):
    """Make a Keras recurrent layer of a registered cell.

    Options that the cell's signature does not name are left out, unless they would change the
    result: a dropout that the cell cannot apply is an error.
    """
    factory = get_cell(cell)
    if not (isinstance(factory, type) and issubclass(factory, layers.Layer)):
        raise TypeError(f"cell={cell!r} stands for {factory!r}, which is not a Keras layer.")
    known = inspect.signature(factory).parameters
    for name in ("dropout", "recurrent_dropout"):
        if options[name] and name not in known:
            raise ValueError(f"{name}={options[name]} is not supported by cell={cell!r}.")
    options = {name: value for name, value in options.items() if name in known}
    run = {"return_sequences": return_sequences, "go_backwards": go_backwards}
    if issubclass(factory, layers.RNN):
        return factory(units, **options, **run)
    with explain_errors(f"cell={cell!r} must stand for a recurrent layer or cell", factory):
        return layers.RNN(factory(units, **options), **run)


def _pool_over_time(x, pooling):
    if pooling == "last":
        return x
    if pooling == "mean":
        return layers.GlobalAveragePooling1D()(x)
    if pooling == "max":
        return MaxOverTime()(x)
    return layers.Concatenate()([layers.GlobalAveragePooling1D()(x), MaxOverTime()(x)])


def _glorot(seeds):
    return keras.initializers.GlorotUniform(seed=next(seeds))


def _show_first_step(mask):
    """Unmask the first step of rows that are masked throughout, which cuDNN does not take."""
    number = ops.cumsum(ops.ones_like(mask, dtype="int32"), axis=1)
    empty = ops.logical_not(ops.any(mask, axis=1, keepdims=True))
    return ops.logical_or(mask, ops.logical_and(empty, ops.equal(number, 1)))


@keras.saving.register_keras_serializable("skrnn")
class MaskMissing(layers.Layer):
    """Mask the time steps in which a feature is NaN."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs):  # (batch, time, features)
        return ops.where(ops.isnan(inputs), 0.0, inputs)

    def compute_mask(self, inputs, mask=None):
        return _show_first_step(ops.logical_not(ops.any(ops.isnan(inputs), axis=-1)))


@keras.saving.register_keras_serializable("skrnn")
class TokenEmbedding(layers.Embedding):
    """An embedding of token ids that masks padding (0)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs, mask=None):  # (batch, time)
        return _show_first_step(ops.not_equal(inputs, 0))


@keras.saving.register_keras_serializable("skrnn")
class OneHot(layers.Layer):
    """Token ids as one-hot vectors, made a batch at a time; padding (0) is masked."""

    def __init__(self, n_tokens, **kwargs):
        super().__init__(**kwargs)
        self.n_tokens = n_tokens
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs):  # (batch, time) to (batch, time, tokens)
        return ops.one_hot(inputs, self.n_tokens, dtype=self.compute_dtype)

    def compute_mask(self, inputs, mask=None):
        return _show_first_step(ops.not_equal(inputs, 0))

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.n_tokens)

    def get_config(self):
        return {**super().get_config(), "n_tokens": self.n_tokens}


@keras.saving.register_keras_serializable("skrnn")
class MaxOverTime(layers.Layer):
    """The largest value of each feature over the time steps that are not masked."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs, mask=None):  # (batch, time, features) to (batch, features)
        if mask is not None:
            inputs = ops.where(mask[:, :, None], inputs, -np.inf)
        return ops.max(inputs, axis=1)

    def compute_mask(self, inputs, mask=None):
        return None
