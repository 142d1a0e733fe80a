"""Layers that pick time steps, and know which are missing; Keras loads them by name."""

import keras
import numpy as np
from keras import layers, ops

from ._step_choice import pick_step


def show_first_step(mask):
    """Unmask the first step of rows that are masked throughout, which cuDNN does not take."""
    number = ops.cumsum(ops.ones_like(mask, dtype="int32"), axis=1)
    empty = ops.logical_not(ops.any(mask, axis=1, keepdims=True))
    return ops.logical_or(mask, ops.logical_and(empty, ops.equal(number, 1)))


def number_steps(mask):
    """Give the number of each time step (batch, time), and that of the last one that counts."""
    numbers = ops.cumsum(ops.ones_like(mask, dtype="int32"), axis=1)
    return numbers, ops.max(ops.where(mask, numbers, 0), axis=1, keepdims=True)


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
        return show_first_step(ops.logical_not(ops.any(ops.isnan(inputs), axis=-1)))


@keras.saving.register_keras_serializable("skrnn")
class PackMissing(layers.Layer):
    """Move the time steps in which a feature is NaN behind the others, which keep their order."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._build_at_init()

    def call(self, inputs):  # (batch, time, features)
        missing = ops.any(ops.isnan(inputs), axis=-1)
        number = ops.cumsum(ops.ones_like(missing, dtype="int32"), axis=1)
        order = ops.argsort(ops.where(missing, number + ops.shape(inputs)[1], number), axis=1)
        return ops.take_along_axis(inputs, order[:, :, None], axis=1)


@keras.saving.register_keras_serializable("skrnn")
class FillMissing(layers.Layer):
    """Put 0 in the place of NaN, and mask nothing."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._build_at_init()

    def call(self, inputs):
        return ops.where(ops.isnan(inputs), 0.0, inputs)


@keras.saving.register_keras_serializable("skrnn")
class TakePart(layers.Layer):
    """Some time steps, and some of the last axis; None takes all.

    Parameters
    ----------
    steps, columns : tuple of int or None
        The first, and the one after the last.
    """

    def __init__(self, steps=None, columns=None, **kwargs):
        super().__init__(**kwargs)
        self.steps = steps and tuple(steps)
        self.columns = columns and tuple(columns)
        self._build_at_init()

    def call(self, inputs):  # (batch[, time], features)
        taken = inputs if self.steps is None else inputs[:, slice(*self.steps)]
        return taken if self.columns is None else taken[..., slice(*self.columns)]

    def compute_output_shape(self, input_shape):
        shape = list(input_shape)
        for axis, part in ((1, self.steps), (-1, self.columns)):
            if part is not None:
                shape[axis] = part[1] - part[0]
        return tuple(shape)

    def get_config(self):
        return super().get_config() | {"steps": self.steps, "columns": self.columns}


@keras.saving.register_keras_serializable("skrnn")
class LastStep(layers.Layer):
    """The last time step in which no feature is NaN; the first where there is none."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self._build_at_init()

    def call(self, inputs):  # (batch, time, features) to (batch, features)
        known = ops.logical_not(ops.any(ops.isnan(inputs), axis=-1))
        _, n_steps = number_steps(known)
        return pick_step(inputs, ops.maximum(n_steps[:, 0] - 1, 0))


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
