"""A convolution in front of an LSTM, for long sequences of little steps, such as characters.

Zhou et al. (2015), A C-LSTM neural network for text classification, arXiv:1511.08630; pooling
between the two as in Kim et al. (2016), Character-aware neural language models, AAAI.
"""

from ._build import UNSEEDED, connect, read_inputs
from ._segment_layers import MaskedConv1D, PoolSteps

KERNEL, POOL = 5, 4  # steps


def build_conv_lstm(description):
    """Build an LSTM that reads the largest values of a convolution over every four steps.

    Parameters
    ----------
    description : dict
        See :func:`skrnn.register_network`. The words mean what they do in the usual network, but
        for ``cell``; the convolution has as many filters as the first LSTM has units.

    Returns
    -------
    keras.Model
    """
    if description["strategy"] == "seq2seq":
        raise ValueError(f"strategy='seq2seq' wants outputs after every step, not every {POOL}.")
    inputs, x = read_inputs(description, UNSEEDED)
    filters = description["units"][0]
    x = MaskedConv1D(filters, KERNEL, padding="same", activation="relu")(x)
    return connect(inputs, PoolSteps(POOL)(x), description | {"cell": "lstm"}, UNSEEDED)
