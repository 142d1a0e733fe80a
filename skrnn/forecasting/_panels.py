"""Sequences of windows that a network reads before each row to forecast, made once for all."""

import numpy as np

from .._sequences import RaggedPanel, SharedPanel, list_ranges
from ._ahead import join_steps
from ._levels import fill_gaps
from ._pairs import narrow
from ._rows import list_windows


def read_sequences(history, scaler, n_windows, n_steps, may_share=True):
    """Read the windows before each row of a :class:`History`, with what is known ahead.

    Parameters
    ----------
    history : History
    scaler : WindowScaler
    n_windows : int
        How many windows are read before a row, at most.
    n_steps : int
        Rows that are forecast from each.
    may_share : bool, default=True
        Whether sequences may overlap in one panel.

    Returns
    -------
    panel : SharedPanel, RaggedPanel or ndarray of shape (n, time, inputs)
    frame : tuple
        Of the last window of each row, for :meth:`WindowScaler.restore`.
    """
    windows, last, counts = list_windows(history, n_windows, scaler.span)
    contexts = windows[:]
    windows, frame = scaler.read(contexts)
    keep = np.ones(len(windows), bool)
    if not scaler.fills_gaps:
        keep = ~np.isnan(windows[:, -1]).any(axis=1)
    windows = join_steps(fill_gaps(windows).reshape(len(windows), -1), contexts, n_steps)
    windows = narrow(windows, scaler.scaling)
    frame = tuple(None if part is None else part[last] for part in frame)
    if may_share and keep.all():
        return SharedPanel(windows, last - counts + 1, counts), frame
    return take_sequences(windows, last, counts, keep), frame


def take_sequences(windows, last, counts, keep):
    """Make a panel of the windows before each row, without those not kept but the last of each.

    Parameters
    ----------
    windows : ndarray of shape (windows, features)
    last, counts : ndarray of int of shape (n,)
        As :func:`list_windows` gives them.
    keep : ndarray of bool of shape (windows,)
    """
    ends = np.cumsum(counts)
    numbers = list_ranges(last - counts + 1, counts)
    keep = keep[numbers]
    keep[ends - 1] = True
    lengths = np.add.reduceat(keep, ends - counts, dtype=int)
    sequences = windows[numbers[keep]]
    if (lengths == lengths[0]).all():
        return sequences.reshape(len(lengths), lengths[0], -1)
    return RaggedPanel(sequences, lengths, np.nan)
