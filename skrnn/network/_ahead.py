"""What is known of the rows to forecast, beside what a network reads of those before.

Both come in one input. Where a network reads a sequence of time steps, a step for each row ahead
follows them; where it gives forecasts after every step, each step ends with all rows ahead.
``description["known"]``, a :class:`skrnn.network._known.Known`, tells what is where.
"""

from keras import layers

from ._ahead_layers import LabelEmbedding, RowsAhead
from ._layers import LastStep, TakePart

UNITS = 6  # that a row ahead and the state are read into


def take_read(inputs, description):
    """Give what recurrent layers read: the steps before, with what is known of them."""
    if description.get("known") is None:
        return inputs
    if description["n_time"] is not None:
        return TakePart(steps=(0, description["n_time"] - description["n_steps"]))(inputs)
    return TakePart(columns=(description["known"].n_skipped, _find_ahead(description)))(inputs)


def take_values(inputs, description):
    """Give the values of series alone."""
    if description.get("known") is None:
        return inputs
    columns = 0, description["known"].n_values
    if description["n_time"] is not None:
        steps = 0, description["n_time"] - description["n_steps"]
        return TakePart(steps, columns)(inputs)
    return TakePart(columns=columns)(inputs)


def take_ahead(inputs, description):
    """Give what is known of rows ahead, (batch[, time], steps, columns); None if nothing is."""
    known = description.get("known")
    if known is None or not known.n_ahead:
        return None
    n_steps, n_time = description["n_steps"], description["n_time"]
    if n_time is not None:
        columns = known.n_values, known.n_values + known.n_ahead
        return TakePart((n_time - n_steps, n_time), columns)(inputs)
    is_last = description["strategy"] != "seq2seq"
    columns = _find_ahead(description), description["n_features"]
    ahead = TakePart(columns=columns)(LastStep()(inputs) if is_last else inputs)
    return layers.Reshape((*(() if is_last else (-1,)), n_steps, known.n_ahead))(ahead)


def embed_labels(x, ahead, description, seeds):
    """Embed numbers of labels in what recurrent layers read, and in what is known ahead.

    Parameters
    ----------
    x : keras.KerasTensor of shape (batch, time, features)
    ahead : keras.KerasTensor of shape (batch[, time], steps, columns) or None
    description : dict
    seeds : iterator of int or None

    Returns
    -------
    x, ahead : keras.KerasTensor
    """
    known = description.get("known")
    if known is None or not known.levels:
        return x, ahead
    first = known.n_values - known.n_skipped
    embed = LabelEmbedding(tuple(n for *_, n in known.levels), next(seeds), name="labels")
    places = (first + known.n_columns * of_series + place for of_series, place, _ in known.levels)
    x = embed(x, places=tuple(places))
    if ahead is not None:
        places = (None if of_series else place for of_series, place, _ in known.levels)
        ahead = embed(ahead, places=tuple(places))
    return x, ahead


def count_read(description):
    """Count the features that recurrent layers read in a step, labels by their numbers."""
    if description.get("known") is None or description["n_time"] is not None:
        return description["n_features"]
    return _find_ahead(description) - description["known"].n_skipped


def _find_ahead(description):
    """Find the column of a step in which rows ahead begin."""
    return description["n_features"] - description["n_steps"] * description["known"].n_ahead


def add_ahead(outputs, x, ahead, description, make_initializer):
    """Add to outputs what each row ahead makes of the state that the network is in.

    Parameters
    ----------
    outputs : keras.KerasTensor of shape (batch[, time], n_steps * targets)
    x : keras.KerasTensor of shape (batch[, time], features)
        The state.
    ahead : keras.KerasTensor of shape (batch[, time], n_steps, columns)
    description : dict
    make_initializer : callable

    Returns
    -------
    keras.KerasTensor of the shape of ``outputs``
    """
    layer = RowsAhead(
        UNITS,
        description["n_outputs"] // description["n_steps"],
        make_initializer(),
        make_initializer(),
        "zeros" if description.get("linear") else make_initializer(),
        name="ahead",
    )
    return layers.Add()([outputs, layer([x, ahead])])
