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
        return _reverse_by_rows(sequences, lengths)
    order = _list_reversed(lengths, ops.shape(sequences)[1])
    return ops.take_along_axis(sequences, order[:, :, None], axis=1)


def _list_reversed(lengths, n_steps):
    """Give which step comes at each place, (batch, time)."""
    steps, lengths = ops.arange(n_steps)[None, :], lengths[:, None]
    return ops.where(steps < lengths, lengths - 1 - steps, steps)


def _reverse_by_rows(sequences, lengths):
    """Copy whole steps on TensorFlow, which takes a fifth of what ``tf.reverse_sequence`` does."""
    import tensorflow as tf

    order = _list_reversed(lengths, tf.shape(sequences)[1])

    @tf.custom_gradient
    def reverse(steps):
        return tf.gather(steps, order, batch_dims=1), reverse  # which is its own inverse

    return reverse(sequences)


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
