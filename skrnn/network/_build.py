"""From plain hyper-parameters to an uncompiled Keras model.

A network is described by a dictionary of plain values, which is also what a fitted estimator
keeps. Inputs are token ids (batch, time) or values (batch, time,
features); padding of ids (0) and missing time steps (NaN) are masked inside the network.
"""

import inspect
import math
from functools import partial
from itertools import repeat

import keras
import numpy as np
from keras import layers

from .._errors import describe, explain_errors
from .._interrupts import hold_interrupts
from ._ahead import add_ahead, embed_labels, take_ahead
from ._ahead_layers import LinkedOutputs
from ._beside import add_numbers, read_ids
from ._cells import CELLS
from ._foreign import build_foreign
from ._keras_state import hold_values_back
from ._layers import MaskMissing, MaxOverTime
from ._linear import add_linear, read_whole
from ._networks import ACTIVATIONS
from ._recurrent_layers import TruncatedCell, TruncatedRNN
from ._seeding import draw_seeds_from, keep_to_seeds
from ._size import check_size
from ._token_layers import FeatureEmbedding, OneHot, TokenEmbedding

UNSEEDED = repeat(None)  # for functions that build a network, which is seeded from outside


def build_network(description, seed):
    """Build a Keras model whose initial weights and dropout masks follow from a seed.

    Parameters
    ----------
    description : dict
        ``embedding`` (None, "learned" or "onehot") with ``n_tokens``, ``embedding_dim``,
        ``train_embedding`` (True if it is not said), ``n_columns`` (where several ids tell
        what a token is) and ``n_beside`` (where so many numbers stand beside each sequence: see
        :mod:`skrnn.network._beside`), or ``n_features`` and ``mask_missing`` for values;
        ``cell``, ``units`` (a tuple), ``bidirectional``, ``dropout``, ``recurrent_dropout``,
        ``normalization`` (None, "batch" or "layer"), ``truncate_gradient`` (None or a number of
        steps), ``pooling`` ("last", "mean", "max" or "mean_max" over time), ``dense_units`` (a
        tuple), ``head``, ``n_outputs``, and ``strategy``: "direct" and "recursive" have outputs
        after the last step, "seq2seq" after each, "encoder_decoder" after each of ``n_steps``
        more. With ``unroll``, all sequences have so many steps, and no loop goes through them.
        With ``linear``, a linear map of values is added to the outputs: of all steps, of which
        there are ``n_time``, or, if that is None, of each step to the outputs after it. ``known``
        is None, or says what is known of the steps ahead: see :mod:`skrnn.network._ahead`. With
        ``network``, what that names or what this function builds takes the place of the rest.
        With ``link``, that is applied to the outputs.
    seed : int
        Decides every random number that the model will draw.

    Returns
    -------
    keras.Model
        Uncompiled.
    """
    if description.get("network") is not None:
        model = _link(build_foreign(description, seed), description)
        return freeze_embedding(model, description)
    n_layers = len(description["units"]) + len(description["dense_units"])
    seeds = map(int, np.random.SeedSequence(seed).generate_state(8 * n_layers + 16) >> 1)
    # A cell of others may draw by seeds that nobody gives it.
    with draw_seeds_from(seed), hold_interrupts(), hold_values_back() as variables:
        model = connect(*read_inputs(description, seeds), description, seeds)
        model = _link(model, description)
    check_size(description, sum(math.prod(variable.shape) for variable in variables))
    for variable in variables:
        variable._initializer = partial(draw, variable._initializer)
        variable._deferred_initialize()
    keep_to_seeds(model)
    return freeze_embedding(model, description)


def freeze_embedding(model, description):
    """Have the vectors of tokens not trained, if that is what a description says."""
    if description["embedding"] == "learned" and not description.get("train_embedding", True):
        layer = next((layer for layer in model.layers if layer.name == "embedding"), None)
        if layer is None:
            raise ValueError(
                f"network={description['network']!r} must have a layer named 'embedding', which "
                f"train_embedding=False leaves as it is; it has "
                f"{[layer.name for layer in model.layers]}."
            )
        layer.trainable = False
    return model


def average_networks(models):
    """Give a model of the mean of the outputs of models, whose weights come one by one."""
    if len(models) == 1:
        return models[0]
    (read,) = models[0].inputs
    inputs = keras.Input(read.shape[1:], dtype=read.dtype)
    for number, model in enumerate(models):
        model.name = f"network_{number}"
    return keras.Model(inputs, layers.Average()([model(inputs) for model in models]))


def cut_head(model):
    """Give a model of what the last layer of a network reads, one row a sequence."""
    heads = [layer for layer in model.layers if layer.name == "output"]
    head = heads[0] if heads else model.outputs[0]._keras_history.operation
    if not isinstance(head.input, keras.KerasTensor):
        raise ValueError(
            f"The last layer of the network, {head.name!r}, reads {len(head.input)} tensors; what "
            "it reads can be given where that is one."
        )
    hidden = head.input
    return keras.Model(model.inputs, layers.Flatten()(hidden) if len(hidden.shape) > 2 else hidden)


def draw(initializer, shape, dtype=None):
    """Draw initial weights by NumPy: equal on every backend, where JAX would compile each draw."""
    if isinstance(initializer, keras.initializers.GlorotUniform):
        limit = np.sqrt(6 / (np.prod(shape[:-1]) + shape[-1]))
        values = np.random.default_rng(initializer.seed).uniform(-limit, limit, shape)
    elif isinstance(initializer, keras.initializers.RandomUniform):
        limits = initializer.minval, initializer.maxval
        values = np.random.default_rng(initializer.seed).uniform(*limits, shape)
    elif isinstance(initializer, keras.initializers.Orthogonal):
        tall = np.random.default_rng(initializer.seed).normal(size=shape).T
        q, r = np.linalg.qr(tall)  # (columns, rows)
        values = (q * np.sign(np.diag(r))).T * initializer.gain
    elif isinstance(initializer, keras.initializers.Zeros):
        values = np.zeros(shape)
    else:
        return initializer(shape, dtype=dtype)
    return keras.ops.convert_to_tensor(values, dtype)


def connect(inputs, x, description, seeds):
    """Connect layers as a description says to vectors (batch, time, features).

    Parameters
    ----------
    inputs, x : keras.KerasTensor
        The input of the model, and what comes of it.
    description : dict
    seeds : iterator of int or None
        One for each initializer and layer that draws.

    Returns
    -------
    keras.Model
    """
    *lower, last = description["units"]
    x, ahead = embed_labels(x, take_ahead(inputs, description), description, seeds)
    for units in lower:
        x = _add_recurrent(x, description, units, seeds, return_sequences=True)
        x = _normalize(x, description)
    if description["strategy"] == "encoder_decoder":
        x = _unroll_decoder(x, ahead, description, last, seeds)  # (batch, steps, features)
    else:
        to_vector = description["strategy"] != "seq2seq" and description["pooling"] == "last"
        x = _add_recurrent(x, description, last, seeds, return_sequences=not to_vector)
    x = _normalize(x, description)
    x = _pool_over_time(x, description["pooling"])  # (batch, features), or each step's
    if description.get("n_beside"):
        x = add_numbers(x, inputs, description["n_beside"], _glorot(seeds))
    for units in description["dense_units"]:
        x = layers.Dense(units, "relu", kernel_initializer=_glorot(seeds))(x)
        x = _normalize(x, description)
        x = layers.Dropout(description["dropout"], seed=next(seeds))(x)
    outputs = _add_head(x, description, seeds)
    if ahead is not None and description["strategy"] != "encoder_decoder":
        outputs = add_ahead(outputs, x, ahead, description, partial(_glorot, seeds))
    if description.get("linear"):
        outputs = add_linear(inputs, outputs, description)
    return keras.Model(inputs, outputs)


def read_inputs(description, seeds):
    """Give the input of a model, and vectors (batch, time, features), what is missing masked."""
    if description["embedding"] is None:
        if description.get("linear") or description.get("known") is not None:
            inputs, values = read_whole(description)
        else:
            inputs = values = keras.Input((description.get("unroll"), description["n_features"]))
        return inputs, MaskMissing()(values) if description["mask_missing"] else values
    inputs, ids = read_ids(description)
    if description["embedding"] == "onehot":
        return inputs, OneHot(description["n_tokens"])(ids)
    uniform = keras.initializers.RandomUniform(seed=next(seeds))
    layer = FeatureEmbedding if "n_columns" in description else TokenEmbedding
    embed = layer(description["n_tokens"], description["embedding_dim"], uniform, name="embedding")
    return inputs, embed(ids)


def _add_recurrent(x, description, units, seeds, *, initial_state=None, **run):
    forward = _make_layer(description, units, seeds, **run)
    if not description["bidirectional"] or initial_state is not None:
        return forward(x, initial_state=initial_state)
    backward = _make_layer(description, units, seeds, go_backwards=True, **run)
    return _join_directions(forward, backward, description["cell"])(x)


def _join_directions(forward, backward, cell):
    """Make one layer of two, of which Keras makes the first anew from its configuration."""
    factory = CELLS.load(cell)
    try:
        with keras.saving.custom_object_scope({factory.__name__: factory}):
            return layers.Bidirectional(forward, backward_layer=backward)
    except (TypeError, ValueError, NotImplementedError) as error:
        raise ValueError(
            f"cell={cell!r} stands for {describe(factory)}, which must have a method get_config "
            "that gives what its constructor takes: bidirectional=True makes it anew from that."
        ) from error


def _make_layer(description, units, seeds, **run):
    options = {
        "kernel_initializer": _glorot(seeds),
        "recurrent_initializer": keras.initializers.Orthogonal(seed=next(seeds)),
        "dropout": description["dropout"],
        "recurrent_dropout": description["recurrent_dropout"],
        "seed": next(seeds),
    }
    if description.get("unroll"):
        run["unroll"] = True
    return make_recurrent_layer(
        description["cell"], units, options, description["truncate_gradient"], **run
    )


def make_recurrent_layer(cell, units, options, truncate_gradient=None, **run):
    """Make a Keras recurrent layer of a registered cell.

    Options that the cell's signature does not name are left out, unless they would change the
    result: a dropout that the cell cannot apply is an error.

    Parameters
    ----------
    cell : str
    units : int
    options : dict
        Of the cell.
    truncate_gradient : int or None
    **run : bool
        How the layer runs: ``return_sequences``, ``return_state``, ``go_backwards``, ``unroll``.
    """
    factory = CELLS.load(cell)
    if not (isinstance(factory, type) and issubclass(factory, layers.Layer)):
        raise TypeError(f"cell={cell!r} stands for {factory!r}, which is not a Keras layer.")
    known = inspect.signature(factory).parameters
    for name in ("dropout", "recurrent_dropout"):
        if options[name] and name not in known:
            raise ValueError(f"{name}={options[name]} is not supported by cell={cell!r}.")
    options = {name: value for name, value in options.items() if name in known}
    with explain_errors(f"cell={cell!r} must stand for a recurrent layer or cell", factory):
        if not issubclass(factory, layers.RNN):
            inner = factory(units, **options)
        elif truncate_gradient is None:
            return factory(units, **options, **run)
        else:
            inner = factory(units, **options).cell
        if truncate_gradient is None:
            return layers.RNN(inner, **run)
        return TruncatedRNN(TruncatedCell([inner], truncate_gradient), **run)


def _unroll_decoder(x, ahead, description, units, seeds):
    """Read the sequence into a state, and unroll a second layer of the same cell from it.

    The second layer reads the summary of the first at every step (Cho et al., 2014), beside what
    is known of the step.
    """
    summary, *states = _add_recurrent(x, description, units, seeds, return_state=True)
    n_directions = 2 if description["bidirectional"] else 1
    states = keras.tree.flatten(states)
    size = len(states) // n_directions
    n_states = size - (description["truncate_gradient"] is not None)  # which adds a counter
    state = [states[i : i + n_states] for i in range(0, len(states), size)]
    join = layers.Concatenate() if n_directions == 2 else lambda parts: parts[0]
    state = [join(list(parts)) for parts in zip(*state, strict=True)]
    x = layers.RepeatVector(description["n_steps"])(_normalize(summary, description))
    x = x if ahead is None else layers.Concatenate()([x, ahead])
    decoder = description | {"truncate_gradient": None}
    width = n_directions * units
    return _add_recurrent(x, decoder, width, seeds, initial_state=state, return_sequences=True)


def _normalize(x, description):
    if description["normalization"] == "batch":
        # Keras's own momentum, 0.99, follows too slowly where an epoch has few batches.
        return layers.BatchNormalization(momentum=0.9)(x)
    return layers.LayerNormalization()(x) if description["normalization"] == "layer" else x


def _pool_over_time(x, pooling):
    if pooling == "last":
        return x
    if pooling == "mean":
        return layers.GlobalAveragePooling1D()(x)
    if pooling == "max":
        return MaxOverTime()(x)
    return layers.Concatenate()([layers.GlobalAveragePooling1D()(x), MaxOverTime()(x)])


def _add_head(x, description, seeds):
    n_outputs = description["n_outputs"]
    unrolled = description["strategy"] == "encoder_decoder"
    first = _glorot(seeds)
    output = layers.Dense(
        n_outputs // description["n_steps"] if unrolled else n_outputs,
        ACTIVATIONS[description["head"]],
        kernel_initializer="zeros" if description.get("linear") else first,
        name="output",
    )
    return layers.Reshape((n_outputs,))(output(x)) if unrolled else output(x)


def _link(model, description):
    """Apply a link to the outputs of a model, where a description names one."""
    if description.get("link") is None:
        return model
    outputs = LinkedOutputs(description["link"], name="link")(model.outputs[0])
    return keras.Model(model.inputs, outputs)


def _glorot(seeds):
    return keras.initializers.GlorotUniform(seed=next(seeds))
