"""Time steps that are reversed or picked in each row of a batch.

Keras has ``take_along_axis`` for that, which is dozens of operations on TensorFlow, and as many
again for its gradient, where TensorFlow has one.
"""

import keras
from keras import ops


def reverse_steps(sequences, lengths):
    """Reverse the first steps of each row (batch, time, features); the others stay behind.

    Parameters
    ----------
    sequences : tensor of shape (batch, time, features)
    lengths : tensor of shape (batch,), int32, or None
        How many; None for all.
    """
    if lengths is None:
        return ops.flip(sequences, axis=1)
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        return tf.reverse_sequence(sequences, lengths, seq_axis=1)
    steps = ops.arange(ops.shape(sequences)[1])[None, :]
    lengths = lengths[:, None]
    order = ops.where(steps < lengths, lengths - 1 - steps, steps)
    return ops.take_along_axis(sequences, order[:, :, None], axis=1)


def pick_step(sequences, numbers):
    """Pick a step of each row, (batch, time, features) to (batch, features).

    Parameters
    ----------
    sequences : tensor of shape (batch, time, features)
    numbers : tensor of shape (batch,), int32
        From 0.
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        rows = tf.range(tf.shape(numbers)[0])
        return tf.gather_nd(sequences, tf.stack([rows, numbers], axis=1))
    return ops.take_along_axis(sequences, numbers[:, None, None], axis=1)[:, 0]
