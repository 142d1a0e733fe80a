"""Layers that read or give several time steps at once; Keras loads them by name."""

import keras
import numpy as np
from keras import layers, ops

from ._layers import number_steps


@keras.saving.register_keras_serializable("skrnn")
class MaskedConv1D(layers.Conv1D):
    """A convolution over time that takes steps which are masked as zeros, and gives them so."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.supports_masking = True

    def call(self, inputs, mask=None):  # (batch, time, features) to (batch, time, filters)
        if mask is None:
            return super().call(inputs)
        shown = ops.cast(mask, self.compute_dtype)[:, :, None]
        return super().call(inputs * shown) * shown


def _shorten(mask, size):
    """Give the mask of stretches of ``size`` steps, up to the last step that counts."""
    if mask is None:
        return None
    numbers, n_steps = number_steps(mask)
    return ops.less_equal(numbers, n_steps)[:, ::size]


@keras.saving.register_keras_serializable("skrnn")
class Segments(layers.Layer):
    """Stretches of ``length`` time steps, each joined to one step.

    The last one ends where the sequence does; the first is filled up with zeros in front. Masked
    steps are zeros.
    """

    def __init__(self, length, **kwargs):
        super().__init__(**kwargs)
        self.length = length
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs, mask=None):
        """Join (batch, time, features) to (batch, segments, length * features)."""
        n_segments = self._count(ops.shape(inputs)[1])
        if mask is None:
            mask = ops.ones_like(inputs[:, :, 0], dtype="bool")
        inputs = ops.where(mask[:, :, None], inputs, 0.0)
        _, n_steps = number_steps(mask)
        n_missing = self._count(n_steps) * self.length - n_steps  # in front of each row
        steps = ops.arange(n_segments * self.length)[None, :] - n_missing
        known = ops.logical_and(steps >= 0, steps < n_steps)[:, :, None]
        steps = ops.clip(steps, 0, ops.shape(inputs)[1] - 1)[:, :, None]
        joined = ops.where(known, ops.take_along_axis(inputs, steps, axis=1), 0.0)
        return ops.reshape(joined, (-1, n_segments, self.length * inputs.shape[2]))

    def compute_mask(self, inputs, mask=None):
        return _shorten(mask, self.length)

    def _count(self, n_steps):
        return (n_steps + self.length - 1) // self.length

    def compute_output_shape(self, input_shape):
        batch, n_steps, width = input_shape
        return batch, n_steps and self._count(n_steps), self.length * width

    def get_config(self):
        return {**super().get_config(), "length": self.length}


@keras.saving.register_keras_serializable("skrnn")
class PoolSteps(layers.Layer):
    """The largest value of each feature over every ``size`` time steps that are not masked."""

    def __init__(self, size, **kwargs):
        super().__init__(**kwargs)
        self.size = size
        self.supports_masking = True
        self._build_at_init()

    def call(self, inputs, mask=None):  # (batch, time, features) to (batch, time / size, features)
        if mask is not None:
            inputs = ops.where(mask[:, :, None], inputs, -np.inf)
        n_steps = ops.shape(inputs)[1]
        n_windows = (n_steps + self.size - 1) // self.size
        steps = ops.arange(n_windows * self.size)  # the last ones again and again
        inputs = ops.take(inputs, ops.minimum(steps, n_steps - 1), axis=1)
        inputs = ops.reshape(inputs, (-1, n_windows, self.size, inputs.shape[2]))
        largest = ops.max(inputs, axis=2)
        return ops.where(ops.isfinite(largest), largest, 0.0)

    def compute_mask(self, inputs, mask=None):
        return _shorten(mask, self.size)

    def compute_output_shape(self, input_shape):
        batch, n_steps, width = input_shape
        return batch, n_steps and -(-n_steps // self.size), width

    def get_config(self):
        return {**super().get_config(), "size": self.size}


@keras.saving.register_keras_serializable("skrnn")
class StepsAhead(layers.Layer):
    """A learned vector for each of ``n_steps`` to come, the same for all rows."""

    def __init__(self, n_steps, units, **kwargs):
        super().__init__(**kwargs)
        self.n_steps, self.units = n_steps, units

    def build(self, input_shape):
        self.vectors = self.add_weight(
            shape=(self.n_steps, self.units), initializer="uniform", name="vectors"
        )

    def call(self, inputs):  # (batch, features) to (batch, steps, units)
        return ops.broadcast_to(self.vectors, (ops.shape(inputs)[0], self.n_steps, self.units))

    def get_config(self):
        return {**super().get_config(), "n_steps": self.n_steps, "units": self.units}
