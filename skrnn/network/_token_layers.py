"""Layers that token ids go through, which Keras saves and loads by name."""

import keras
from keras import layers, ops

from ._layers import show_first_step


@keras.saving.register_keras_serializable("skrnn")
class TokenIds(layers.Layer):
    """The token ids that come behind numbers.

    Parameters
    ----------
    n_beside : int
        How many numbers there are.
    """

    def __init__(self, n_beside, **kwargs):
        super().__init__(**kwargs)
        self.n_beside = n_beside
        self._build_at_init()

    def call(self, inputs):  # (batch, numbers and time) to (batch, time)
        return ops.cast(inputs[:, self.n_beside :], "int32")

    def compute_output_spec(self, inputs):
        return keras.KerasTensor((inputs.shape[0], None), "int32")

    def get_config(self):
        return super().get_config() | {"n_beside": self.n_beside}


@keras.saving.register_keras_serializable("skrnn")
class TokenEmbedding(layers.Embedding):
    """An embedding of token ids that masks padding (0)."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.supports_masking = True

    def compute_mask(self, inputs, mask=None):  # (batch, time)
        return show_first_step(ops.not_equal(inputs, 0))


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
        return show_first_step(ops.not_equal(inputs, 0))

    def compute_output_shape(self, input_shape):
        return (*input_shape, self.n_tokens)

    def get_config(self):
        return {**super().get_config(), "n_tokens": self.n_tokens}
