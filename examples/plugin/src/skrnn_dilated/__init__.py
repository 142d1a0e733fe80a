"""Dilated causal convolutions as a network of skrnn."""

import keras
from keras import layers, ops


def build_dilated(description, n_layers=5):
    """Build convolutions each of which looks back twice as far as the one before.

    Five of them see 32 time steps. Of the words of an estimator, ``units`` (the last) is how many
    filters they have, and ``dropout`` acts on what they found at the end of the sequence.

    Oord et al. (2016), WaveNet: a generative model for raw audio, arXiv:1609.03499.

    Parameters
    ----------
    description : dict
        See :func:`skrnn.register_network`.
    n_layers : int

    Returns
    -------
    keras.Model
    """
    if description["embedding"] is None:
        inputs = keras.Input((None, description["n_features"]))
        shown = ops.logical_not(ops.any(ops.isnan(inputs), axis=-1))  # (batch, time)
        x = ops.nan_to_num(inputs)
    else:
        inputs = keras.Input((None,), dtype="int32")
        shown = ops.not_equal(inputs, 0)
        x = layers.Embedding(
            description["n_tokens"], description["embedding_dim"], name="embedding"
        )(inputs)
    filters = description["units"][-1]
    for depth in range(n_layers):
        seen = layers.Conv1D(
            filters, 2, padding="causal", dilation_rate=2**depth, activation="relu"
        )(x)
        x = seen if depth == 0 else layers.Add()([x, seen])
    if description["strategy"] != "seq2seq":
        n_steps = ops.sum(ops.cast(shown, "int32"), axis=1)[:, None, None]
        x = ops.take_along_axis(x, ops.maximum(n_steps, 1) - 1, axis=1)[:, 0]  # the last step
    x = layers.Dropout(description["dropout"])(x)
    outputs = layers.Dense(description["n_outputs"], description["activation"])(x)
    return keras.Model(inputs, outputs)
