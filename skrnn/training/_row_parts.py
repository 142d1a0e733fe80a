"""Parts of a batch on TensorFlow, which run beside each other, each on a core of its own."""

import tensorflow as tf

MOST_ROWS = 64


def count_parts(n_rows, fewest_rows):
    """Choose a number of parts, the same whatever the number of cores: sums are rounded alike.

    Parameters
    ----------
    n_rows : int or None
        Of the batch, if it is known.
    fewest_rows : int
        Of a part.
    """
    if n_rows is None or n_rows < 2 * fewest_rows:
        return 1
    return max(2, n_rows // MOST_ROWS)


def run_in_parts(run, n_parts, sequences, states):
    """Run a function on each part of a batch, and join what it gives.

    Parameters
    ----------
    run : callable
        Of sequences (batch, time, features) and a list of states (batch, units); gives outputs
        (batch, time, units) and a list of states.
    n_parts : int
    sequences : tensor of shape (batch, time, features)
    states : list of tensor of shape (batch, units)

    Returns
    -------
    outputs : tensor of shape (batch, time, units)
    states : list of tensor of shape (batch, units)
    """
    if n_parts == 1:
        return run(sequences, states)
    n_rows = sequences.shape[0]
    sizes = [(n_rows + place) // n_parts for place in range(n_parts)]
    parts = zip(*(tf.split(part, sizes) for part in (sequences, *states)), strict=True)
    made = [run(rows, list(given)) for rows, *given in parts]
    outputs, states = zip(*made, strict=True)
    return tf.concat(outputs, axis=0), [
        tf.concat(each, axis=0) for each in zip(*states, strict=True)
    ]
