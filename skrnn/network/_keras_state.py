"""What Keras notes of a thread: the scopes that are open, the variables without values."""

from contextlib import contextmanager

import keras
from keras.src.backend.common import global_state

UNFINISHED = "uninitialized_variables"


@contextmanager
def keep_keras_state():
    """Put back what Keras notes of this thread if what is done inside fails or is interrupted.

    Its scopes are left open by an interrupt between their beginning and the block inside.
    """
    state = vars(global_state.GLOBAL_STATE_TRACKER)
    before = {k: list(v) if isinstance(v, list) else v for k, v in state.items()}
    try:
        yield state
    except BaseException:
        state.clear()
        state.update(before)
        raise


@contextmanager
def hold_values_back():
    """Have Keras make variables without values, and give the list of them.

    Keras has one list for all, and after a failure tries to finish what is on it, whoever is
    next. So this one is not left to it.
    """
    with keep_keras_state() as state:
        before, state[UNFINISHED] = state.get(UNFINISHED, []), []
        with keras.StatelessScope(initialize_variables=False):
            yield state[UNFINISHED]
        state[UNFINISHED] = before
