"""Seeds for what Keras makes without one, apart from the random state of the process.

An initializer or a dropout that is given no seed draws one by Python's module ``random``, and
``keras.random`` without a seed goes by a generator of Keras. Both can be replaced for one thread.
"""

import random
import threading
from contextlib import contextmanager

import numpy as np
from keras.src.backend.common import global_state
from keras.src.random import seed_generator

from .._compat import KERAS_GENERATOR


class _ThreadsOwn(threading.local):
    """Stands in for the module ``random`` where Keras looks for it."""

    source = random

    def __getattr__(self, name):
        return getattr(self.source, name)


_random = seed_generator.python_random = _ThreadsOwn()


@contextmanager
def draw_seeds_from(seed):
    """Have Keras draw the seeds that it is not given from a stream that follows from a seed.

    Parameters
    ----------
    seed : int or list of int
    """
    words = np.random.SeedSequence(seed).generate_state(4, np.uint64)
    usual = global_state.get_global_attribute(KERAS_GENERATOR)
    source = _random.source
    _random.source = random.Random(int.from_bytes(words.tobytes(), "little"))
    global_state.set_global_attribute(KERAS_GENERATOR, None)
    try:
        yield
    finally:
        _random.source = source
        global_state.set_global_attribute(KERAS_GENERATOR, usual)


def keep_to_seeds(model):
    """Have a model draw by the seeds that it has.

    On PyTorch, Keras leaves dropout to the random state of the process where no seed was given,
    though it has drawn one.
    """
    for layer in model._flatten_layers():
        for generator in layer._seed_generators:
            if generator._initial_seed is None:
                generator._initial_seed = 0  # says no more than that there is one
