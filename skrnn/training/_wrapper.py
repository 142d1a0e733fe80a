"""The wrapper of scikeras, imported without TensorFlow where another backend runs.

A module of scikeras for random states imports TensorFlow whatever the backend is: seconds and
hundreds of MiB. It is left for whoever asks scikeras for a random state, which no fit here does.
"""

import sys
from importlib import import_module
from types import ModuleType

RANDOM = "scikeras.utils.random_state"


def _import_wrappers():
    if RANDOM in sys.modules:
        return import_module("scikeras.wrappers")
    import_module("scikeras.utils")
    sys.modules[RANDOM] = stand_in = ModuleType(RANDOM)
    stand_in.tensorflow_random_state = _set_random_state
    try:
        return import_module("scikeras.wrappers")
    finally:
        del sys.modules[RANDOM]


def _set_random_state(seed):
    return import_module(RANDOM).tensorflow_random_state(seed)


BaseWrapper = _import_wrappers().BaseWrapper
