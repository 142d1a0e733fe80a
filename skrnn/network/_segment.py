"""Segment-wise recurrence, for long windows.

Lin et al. (2023), SegRNN: segment recurrent neural network for long-term time series forecasting,
arXiv:2308.11200.
"""

import keras
from keras import layers, ops

from ._build import UNSEEDED, read_inputs
from ._segment_layers import Segments, StepsAhead

LENGTH = 24  # steps of a segment: a day of hours


def build_segment(description, length=LENGTH):
    """Build a GRU that goes from segment to segment, and forecasts segments side by side.

    It reads whole segments as one step each, and so makes far fewer steps than there
    are. From its last state it goes one step ahead for each segment to come, told by a learned
    vector which one it is, so that no forecast rests on another.

    Parameters
    ----------
    description : dict
        See :func:`skrnn.register_network`. Of the words it reads ``units`` and ``dropout``.
    length : int
        Time steps of a segment.

    Returns
    -------
    keras.Model
    """
    if description["strategy"] == "seq2seq":
        raise ValueError("strategy='seq2seq' wants outputs after every step, not every segment.")
    inputs, x = read_inputs(description, UNSEEDED)
    *lower, units = description["units"]
    x = layers.Dense(units, "relu")(Segments(length)(x))  # (batch, segments, units)
    for width in lower:
        x = layers.GRU(width, return_sequences=True)(x)
    gru = layers.GRU(units)
    state = gru(x)

    n_ahead, n_targets = description["n_steps"], description["n_outputs"] // description["n_steps"]
    width = min(length, n_ahead)
    n_segments = -(-n_ahead // width)
    width_in = x.shape[-1]
    ahead = ops.reshape(StepsAhead(n_segments, width_in)(state), (-1, 1, width_in))
    state = ops.reshape(ops.repeat(state[:, None], n_segments, axis=1), (-1, units))
    x = layers.Dropout(description["dropout"])(gru(ahead, initial_state=state))
    x = layers.Dense(width * n_targets, description["activation"])(x)
    x = ops.reshape(x, (-1, n_segments * width * n_targets))
    return keras.Model(inputs, x[:, : description["n_outputs"]])
