"""Networks as a user writes them."""

from dataclasses import dataclass

import keras
from keras import layers, ops


def read(description):
    """Give the input of a network, vectors (batch, time, features), and which steps there are."""
    if description["embedding"] is None:
        inputs = keras.Input((None, description["n_features"]))
        return inputs, ops.nan_to_num(inputs), ops.logical_not(ops.isnan(inputs[:, :, 0]))
    inputs = keras.Input((None,), dtype="int32")
    embed = layers.Embedding(
        description["n_tokens"], description["embedding_dim"], name="embedding"
    )
    return inputs, embed(inputs), inputs != 0


def hide(x, shown):
    """Have the steps that there are not be zeros."""
    return x * ops.cast(shown, "float32")[:, :, None]


def finish(inputs, x, description):
    outputs = layers.Dense(description["n_outputs"], description["activation"])(x)
    return keras.Model(inputs, outputs)


def build_conv_lstm(description):
    """A convolution in front of an LSTM."""
    inputs, x, shown = read(description)
    x = layers.Conv1D(8, 3, padding="same", activation="relu")(hide(x, shown))
    every = description["strategy"] == "seq2seq"
    x = layers.LSTM(description["units"][-1], return_sequences=every)(x, mask=shown)
    return finish(inputs, layers.Dropout(description["dropout"])(x), description)


def build_attention(description):
    """Attention to the steps of a GRU (Bahdanau et al., 2015)."""
    inputs, x, shown = read(description)
    x = layers.GRU(description["units"][-1], return_sequences=True)(x)
    scores = layers.Dense(1)(layers.Dense(4, "tanh")(x))[:, :, 0]
    shares = ops.softmax(ops.where(shown, scores, -1e9))  # (batch, time)
    x = ops.sum(x * shares[:, :, None], axis=1)
    return finish(inputs, layers.Dropout(description["dropout"])(x), description)


@dataclass
class Dilated:
    """Causal convolutions, each of which looks back twice as far."""

    n_layers: int = 3

    def __call__(self, description):
        inputs, x, shown = read(description)
        for i in range(self.n_layers):
            x = layers.Conv1D(8, 2, padding="causal", dilation_rate=2**i, activation="tanh")(x)
        n_steps = ops.sum(ops.cast(shown, "int32"), axis=1)[:, None, None]
        last = ops.take_along_axis(x, ops.maximum(n_steps, 1) - 1, axis=1)[:, 0]
        return finish(inputs, layers.Dropout(description["dropout"])(last), description)


build_dilated = Dilated()
