"""Copies of callbacks, one for each fit."""

import copy
from collections import deque

import numpy as np


def copy_callback(callback):
    """Copy a callback with the lists, dictionaries, sets and arrays that it holds.

    Other objects are shared: a trial, a client or a logger that it reports to would hear nothing
    through a copy. A callback with a `__deepcopy__` of its own says itself what its copy is.
    """
    if hasattr(callback, "__deepcopy__"):
        return copy.deepcopy(callback)
    twin = copy.copy(callback)
    vars(twin).update((name, _copy_held(value)) for name, value in vars(callback).items())
    return twin


def _copy_held(value):
    if isinstance(value, dict):
        twin = copy.copy(value)
        twin.update((key, _copy_held(held)) for key, held in value.items())
        return twin
    if isinstance(value, list | deque):
        twin = copy.copy(value)
        twin.clear()
        twin.extend(map(_copy_held, value))
        return twin
    if isinstance(value, set | bytearray | np.ndarray):
        return copy.copy(value)
    return copy_callback(value) if hasattr(value, "on_epoch_end") else value
