"""Recurrent layers and cells of our own, which Keras saves and loads by name."""

import keras
from keras import layers, ops


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
