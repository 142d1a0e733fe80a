"""Layers of forecasts: rows ahead, and what outputs become; Keras loads them by name."""

import keras
import numpy as np
from keras import layers, ops

from ._links import Link, apply_link


def _cut(values):
    """Cut off what is below 0, but not its gradient."""
    return values + ops.stop_gradient(ops.relu(values) - values)


@keras.saving.register_keras_serializable("skrnn")
class Gain(layers.Layer):
    """Outputs times a learned number each, which begins at 0.

    Bachlechner et al. (2021), ReZero is all you need: fast convergence at large depth, UAI.
    """

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape):
        self.gain = self.add_weight(shape=input_shape[-1:], initializer="zeros", name="gain")

    def call(self, inputs):
        return inputs * self.gain


@keras.saving.register_keras_serializable("skrnn")
class LinkedOutputs(layers.Layer):
    """Outputs that are not below 0, or rise from level to level.

    Where one is cut off at 0, the gradient passes all the same (Bengio et al., 2013, Estimating
    or propagating gradients through stochastic neurons), so that it can rise again.

    Parameters
    ----------
    link : skrnn.network._links.Link
        Or a list of what it holds.
    """

    def __init__(self, link, **kwargs):
        super().__init__(**kwargs)
        self.link = Link(*link)
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs):  # (batch, outputs) or (batch, time, outputs)
        return apply_link(self.link, inputs, ops, ops.softplus, _cut)

    def compute_output_shape(self, input_shape):
        return input_shape

    def get_config(self):
        return {**super().get_config(), "link": list(self.link)}


@keras.saving.register_keras_serializable("skrnn")
class LabelEmbedding(layers.Layer):
    """Vectors in the place of numbers of labels; they come behind the other columns.

    Parameters
    ----------
    n_labels : tuple of int
        Of each column; a number of 0 stands for all other labels.
    seed : int
    """

    def __init__(self, n_labels, seed=None, **kwargs):
        super().__init__(**kwargs)
        self.n_labels, self.seed = tuple(n_labels), seed
        self.widths = [min(16, round(1.6 * n**0.56)) for n in self.n_labels]
        self.supports_masking = True

    def build(self, input_shape):
        seeds = np.random.SeedSequence(self.seed).generate_state(len(self.n_labels)) >> 1
        self.vectors = [
            self.add_weight(
                (n + 1, width),
                keras.initializers.RandomUniform(seed=int(seed)),
                name=f"labels_{i}",
            )
            for i, (n, width, seed) in enumerate(
                zip(self.n_labels, self.widths, seeds, strict=True)
            )
        ]

    def call(self, inputs, places):  # (..., columns), and a place for each column, or None
        found = [(v, p) for v, p in zip(self.vectors, places, strict=True) if p is not None]
        taken = {p for _, p in found}
        rest = [inputs[..., p : p + 1] for p in range(inputs.shape[-1]) if p not in taken]
        parts = [ops.take(v, ops.cast(inputs[..., p], "int32"), axis=0) for v, p in found]
        return ops.concatenate(rest + parts, axis=-1)

    def compute_output_spec(self, inputs, places):
        widths = [w - 1 for w, p in zip(self.widths, places, strict=True) if p is not None]
        shape = (*inputs.shape[:-1], inputs.shape[-1] + sum(widths))
        return keras.KerasTensor(shape, self.compute_dtype)

    def get_config(self):
        return super().get_config() | {"n_labels": self.n_labels, "seed": self.seed}


@keras.saving.register_keras_serializable("skrnn")
class RowsAhead(layers.Layer):
    """What each row ahead adds to the outputs of its step, in the state that the network is in.

    Parameters
    ----------
    units : int
        That a row and the state are read into.
    n_targets : int
        Outputs of a step.
    state_initializer, row_initializer, output_initializer : str or keras.initializers.Initializer
    """

    def __init__(
        self,
        units,
        n_targets,
        state_initializer="glorot_uniform",
        row_initializer="glorot_uniform",
        output_initializer="glorot_uniform",
        **kwargs,
    ):
        super().__init__(**kwargs)
        self.units, self.n_targets = units, n_targets
        self.state_initializer = keras.initializers.get(state_initializer)
        self.row_initializer = keras.initializers.get(row_initializer)
        self.output_initializer = keras.initializers.get(output_initializer)

    def build(self, input_shape):
        (*_, n_features), (*_, n_columns) = input_shape
        weights = {
            "state": ((n_features, self.units), self.state_initializer),
            "bias": ((self.units,), "zeros"),
            "row": ((n_columns, self.units), self.row_initializer),
            "output": ((self.units, self.n_targets), self.output_initializer),
        }
        for name, (shape, initializer) in weights.items():
            setattr(self, f"{name}_weights", self.add_weight(shape, initializer, name=name))

    def call(self, inputs):  # (batch[, time], features) and (batch[, time], steps, columns)
        state, rows = inputs
        shape, (*_, n_steps, n_columns) = ops.shape(state)[:-1], rows.shape
        state = ops.reshape(state, (-1, state.shape[-1]))
        state = ops.matmul(state, self.state_weights) + self.bias_weights
        rows = ops.matmul(ops.reshape(rows, (-1, n_columns)), self.row_weights)
        # By a product, the state goes to all steps faster than by broadcasting, above all back.
        copies = ops.tile(ops.eye(self.units, dtype=self.compute_dtype), (1, n_steps))
        rows = ops.reshape(rows, (-1, n_steps * self.units))
        hidden = ops.relu(rows + ops.matmul(state, copies))
        outputs = ops.matmul(ops.reshape(hidden, (-1, self.units)), self.output_weights)
        return ops.reshape(outputs, (*shape, n_steps * self.n_targets))

    def compute_output_shape(self, input_shape):
        state, rows = input_shape
        return (*state[:-1], rows[-2] * self.n_targets)

    def get_config(self):
        return super().get_config() | {
            "units": self.units,
            "n_targets": self.n_targets,
            "state_initializer": keras.initializers.serialize(self.state_initializer),
            "row_initializer": keras.initializers.serialize(self.row_initializer),
            "output_initializer": keras.initializers.serialize(self.output_initializer),
        }
