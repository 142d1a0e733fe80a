"""The registry of whole networks: names to functions that build a Keras model."""

from collections.abc import Callable
from typing import Any

from ._registry import Registry

# What turns the last layer's sums into outputs, for each kind of targets.
ACTIVATIONS = {
    "binary": "sigmoid",
    "multilabel": "sigmoid",
    "multiclass": "softmax",
    "regression": "linear",
}

NETWORKS = Registry(
    "network",
    "a function",
    callable,
    {
        "segment": "skrnn.network._segment:build_segment",
        "conv_lstm": "skrnn.network._conv_lstm:build_conv_lstm",
    },
)


def register_network(name: str, network: Callable[..., Any] | str) -> None:
    """Make a network available as ``network=name`` in every estimator.

    A package can do the same without being imported, by an entry point in the group
    ``skrnn.networks``: the name of the entry point is the name of the network. A function can
    also be given itself, ``network=build``.

    Parameters
    ----------
    name : str
        The name, not taken by another network.
    network : callable or str
        A function ``build(description)`` that returns a :class:`keras.Model`, or
        ``"module:attribute"`` to import it from on first use.

    Raises
    ------
    ValueError
        If the name is taken.
    TypeError
        If the name or the network is of another kind.

    See Also
    --------
    get_network_names : The names that can be given.
    register_cell : Another recurrent cell in the usual network.

    Notes
    -----
    The description is a dictionary of what the data need,

    - ``embedding``: None for values, "learned" or "onehot" for token ids;
    - ``n_features`` of values a time step, and ``mask_missing``, whether any may be missing; or
      ``n_tokens``, one more than the largest id, ``embedding_dim`` and ``train_embedding``;
    - ``n_outputs``, ``head`` ("binary", "multiclass", "multilabel" or "regression") and the
      ``activation`` of the last layer that goes with it ("sigmoid", "softmax", "sigmoid",
      "linear");
    - ``strategy``, of which "seq2seq" has outputs after every time step; and ``n_steps``, how
      many steps ahead the outputs are: all targets of the first step come first;

    and of the words of the estimator that the network may follow or not: ``cell``, ``units`` and
    ``dense_units`` (tuples), ``bidirectional``, ``dropout``, ``recurrent_dropout``,
    ``normalization``, ``truncate_gradient`` and ``pooling``.

    The one input is either values, ``keras.Input((None, n_features))``, in which NaN marks what
    is missing if ``mask_missing`` says so, or token ids, ``keras.Input((None,), dtype="int32")``.
    Sequences of a batch may have unequal lengths: behind the end come time steps of NaN, or ids
    of 0. A network whose output they would change is given batches of one length instead, which
    takes longer; NaN inside the sequences it must mask or replace. Vectors that a user
    gives for tokens become the first weights of a layer
    ``Embedding(n_tokens, embedding_dim, name="embedding")``, which ``train_embedding=False``
    leaves as they are.

    The one output has the shape (batch, n_outputs); with the strategy "seq2seq" (batch, time,
    n_outputs), and for predictions the network is built anew with "direct", to give what comes
    after the last step by the same weights. ``mask_missing`` must not change the weights either.

    The function is called more than once, with a new model expected each time, and never
    compiles it. ``random_state`` decides all that it leaves to Keras to draw, initial weights and
    dropout; seeds that it gives itself stay.

    Pickles hold a function by its module and name: that of a fitted estimator loads where the
    function can be imported, and a function inside another, or a lambda, cannot be pickled.

    References
    ----------
    Chollet and others (2015), Keras: the functional API, https://keras.io/guides/functional_api.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNRegressor, register_network
    >>> def build_two_layers(description):
    ...     from keras import Input, Model, layers
    ...
    ...     inputs = Input((None, description["n_features"]))
    ...     x = layers.Conv1D(8, 3, padding="same", activation="relu")(inputs)
    ...     x = layers.GRU(description["units"][-1])(x)
    ...     outputs = layers.Dense(description["n_outputs"], description["activation"])(x)
    ...     return Model(inputs, outputs)
    >>> register_network("two_layers", build_two_layers)
    >>> X = np.random.default_rng(0).normal(size=(50, 9))
    >>> rnn = RNNRegressor(network="two_layers", units=8, epochs=2).fit(X, X[:, -1])
    >>> rnn.predict(X).shape
    (50,)
    """
    NETWORKS.register(name, network)


def get_network_names() -> list[str]:
    """Give the names that ``network=`` can take.

    Returns
    -------
    list of str
        Sorted; built-in networks, registered ones and those of installed plugins.

    See Also
    --------
    register_network : Add one.

    Examples
    --------
    >>> from skrnn import get_network_names
    >>> {"conv_lstm", "segment"} <= set(get_network_names())
    True
    """
    return NETWORKS.get_names()
