"""Random numbers that leave the process's global generator alone."""

import numpy as np


def make_random_state(random_state):
    """Return a legacy generator for an int, an instance of it or None.

    Unlike :func:`sklearn.utils.check_random_state`, None means fresh entropy
    from the operating system, not NumPy's global generator: a data set drawn
    without a seed must not shift anybody else's random numbers.
    """
    if isinstance(random_state, np.random.RandomState):
        return random_state
    return np.random.RandomState(random_state)
