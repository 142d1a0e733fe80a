"""The Keras layers and cells of our own, which Keras saves and loads by name."""

import keras
import numpy as np
from keras import layers, ops

from ._links import Link, apply_link


def _cut(values):
    """Cut off what is below 0, but not its gradient."""
    return values + ops.stop_gradient(ops.relu(values) - values)


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
        _, n_steps = _number(known)
        last = ops.maximum(n_steps - 1, 0)[:, :, None]
        return ops.take_along_axis(inputs, last, axis=1)[:, 0]


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


@keras.saving.register_keras_serializable("skrnn")
class TokenEmbedding(layers.Embedding):
    """An embedding of token ids that masks padding (0)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs, mask=None):  # (batch, time)
        return _show_first_step(ops.not_equal(inputs, 0))


@keras.saving.register_keras_serializable("skrnn")
class FeatureEmbedding(TokenEmbedding):
    """The sum of the vectors of what is known of a token, its id first; 0 is nothing."""

    def call(self, inputs):  # (batch, time, columns) to (batch, time, dim)
        vectors = super().call(inputs)
        known = ops.cast(ops.not_equal(inputs, 0), vectors.dtype)
        return ops.sum(vectors * known[..., None], axis=2)

    def compute_mask(self, inputs, mask=None):
        return super().compute_mask(inputs[..., 0])

    def compute_output_shape(self, input_shape):
        return (*input_shape[:-1], self.output_dim)


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


@keras.saving.register_keras_serializable("skrnn")
class LayerNormSimpleRNNCell(layers.SimpleRNNCell):
    """A simple recurrent cell that normalises over its units before the activation.

    Ba, Kiros and Hinton (2016), Layer normalization, section 3.1.
    """

    def __init__(
        self,
        units,
        activation="tanh",
        kernel_initializer="glorot_uniform",
        recurrent_initializer="orthogonal",
        dropout=0.0,
        recurrent_dropout=0.0,
        seed=None,
        **kwargs,
    ):
        super().__init__(
            units,
            activation="linear",
            kernel_initializer=kernel_initializer,
            recurrent_initializer=recurrent_initializer,
            dropout=dropout,
            recurrent_dropout=recurrent_dropout,
            seed=seed,
            **kwargs,
        )
        self.activate = keras.activations.get(activation)
        self.normalize = layers.LayerNormalization(dtype=self.dtype_policy)

    def build(self, input_shape):
        super().build(input_shape)
        self.normalize.build((None, self.units))

    def call(self, sequence, states, training=False):  # (batch, features)
        linear, _ = super().call(sequence, states, training=training)
        output = self.activate(self.normalize(linear))
        return output, [output]

    def get_config(self):
        activation = keras.activations.serialize(self.activate)
        return {**super().get_config(), "activation": activation}


@keras.saving.register_keras_serializable("skrnn")
class TruncatedCell(layers.StackedRNNCells):
    """A cell whose state passes no gradient on at every ``n_steps`` steps before the end.

    Beside the state of the cell inside goes the number of steps that are left of each sequence.
    """

    def __init__(self, cells, n_steps, **kwargs):
        super().__init__(cells, **kwargs)
        self.n_steps = n_steps

    @property
    def state_size(self):
        return [*super().state_size, 1]

    def get_initial_state(self, batch_size=None):
        nothing = ops.zeros((batch_size, 1), dtype=self.compute_dtype)
        return [*super().get_initial_state(batch_size), nothing]

    def call(self, inputs, states, training=False):
        state, n_left = states
        cut = ops.equal(ops.mod(n_left, self.n_steps), 0)  # (batch, 1)
        state = keras.tree.map_structure(
            lambda part: ops.where(cut, ops.stop_gradient(part), part), state
        )
        output, state = super().call(inputs, [state], training=training)
        return output, [state, n_left - 1]

    def get_config(self):
        return {**super().get_config(), "n_steps": self.n_steps}


@keras.saving.register_keras_serializable("skrnn")
class TruncatedRNN(layers.RNN):
    """A recurrent layer trained by truncated back-propagation through time.

    Gradients are followed back within stretches of ``n_steps`` steps, counted from the end of
    each sequence; masked steps do not count. The forward pass is that of the cell inside.

    Williams and Peng (1990), An efficient gradient-based algorithm for on-line training of
    recurrent network trajectories, Neural Computation 2(4).
    """

    def call(self, sequences, initial_state=None, mask=None, training=False):
        steps = ops.ones_like(sequences[:, :, 0]) if mask is None else mask  # (batch, time)
        n_left = ops.sum(ops.cast(steps, self.compute_dtype), axis=1, keepdims=True)
        state = self.get_initial_state(ops.shape(sequences)[0])[:-1]
        return super().call(sequences, [*state, n_left], mask=mask, training=training)


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


def _number(mask):
    """Give the number of each time step (batch, time), and that of the last one that counts."""
    numbers = ops.cumsum(ops.ones_like(mask, dtype="int32"), axis=1)
    return numbers, ops.max(ops.where(mask, numbers, 0), axis=1, keepdims=True)


def _shorten(mask, size):
    """Give the mask of stretches of ``size`` steps, up to the last step that counts."""
    if mask is None:
        return None
    numbers, n_steps = _number(mask)
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
        _, n_steps = _number(mask)
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
