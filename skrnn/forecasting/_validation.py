"""The last part of the training rows, set aside to tell when to stop."""

import numpy as np

from ._pairs import SequenceData, SeriesPairs


def set_rows_aside(pairs, fraction):
    """Set the last rows of each series aside: what comes after them is judged, not learned.

    Parameters
    ----------
    pairs : SeriesPairs
    fraction : float
        Of the rows of each series.

    Returns
    -------
    training, validation : SequenceData
    """
    n_rows = pairs.rows.lengths
    n_aside = np.maximum(1, np.round(fraction * n_rows)).astype(int)
    n_aside = np.minimum(n_aside, n_rows - 1)  # no forecast of the first row is learned
    _check_left((n_rows - 1 - n_aside).sum(), n_rows.sum(), fraction)
    earlier = SeriesPairs(pairs.rows.drop_last(n_aside), pairs.scaler, pairs.n_steps)
    since = pairs.rows.starts[1:] - n_aside
    return SequenceData(earlier), SequenceData(pairs, since=since)


def set_windows_aside(data, n_steps, fraction):
    """Set the last windows aside; no value that one of the others forecasts is among theirs.

    Parameters
    ----------
    data : skrnn._batches.TrainingData
        As :func:`make_training_data` gives it.
    n_steps : int
        Rows after each window.
    fraction : float
        Of the windows.

    Returns
    -------
    training, validation : skrnn._batches.TrainingData
    """
    cut = len(data.rows) - max(1, round(fraction * len(data.rows)))
    rows = data.rows[: max(0, cut - n_steps + 1)]
    _check_left(len(rows), len(data.rows), fraction)
    return data.select(rows), data.select(data.rows[cut:])


def _check_left(n_left, n_given, fraction):
    if not n_left:
        raise ValueError(
            f"validation_fraction={fraction} of {n_given} windows leaves none to train on."
        )
