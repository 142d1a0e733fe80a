"""The state of an estimator, of which other threads see all that a fit has learned, or nothing."""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import cast

from ._numbers import make_plain
from ._typing import AnyFunction

# Whether states go to a file, or come from one, that must hold no pickles.
without_pickle = ContextVar("without_pickle", default=False)


def freeze(estimator):
    """Copy an estimator as it is at this moment, whatever becomes of it meanwhile.

    What its attributes hold is not copied; numbers among them are plain ones.
    """
    twin = object.__new__(type(estimator))
    vars(twin).update((k, make_plain(v)) for k, v in vars(estimator).copy().items())
    return twin


def read_once(method: AnyFunction) -> AnyFunction:
    """Let a method read the state of its estimator at once, before a refit replaces it."""

    @wraps(method)
    def run(self, *args, **kwargs):
        return method(freeze(self), *args, **kwargs)

    return cast(AnyFunction, run)


@contextmanager
def replace_state(estimator):
    """Lend a copy of an estimator to learn in; what it has learned is taken over at once.

    If that fails, the estimator is as it was. Parameters stay as they were given.
    """
    draft = freeze(estimator)
    before = vars(draft).copy()
    yield draft
    after = vars(draft)
    learned = {k: v for k, v in after.items() if k not in before or v is not before[k]}
    kept = {k: v for k, v in vars(estimator).items() if k in after or k not in before}
    estimator.__dict__ = kept | learned  # one assignment: no thread sees half of it
