"""Errors that name the argument, what is wanted and what was given."""

import reprlib
from contextlib import contextmanager

import numpy as np

# What NumPy, pandas and scikit-learn raise when they cannot read what they are given.
FAILURES = TypeError, ValueError, LookupError, AttributeError, ArithmeticError
FAILURES += NotImplementedError, RecursionError
LARGEST_WEIGHT = 1e19  # the square of more is no number in single precision

_shortener = reprlib.Repr()
_shortener.maxother = 80  # whole estimators


@contextmanager
def explain_errors(wanted, given):
    """Say in front of the errors of a check what is wanted, and what was given.

    Parameters
    ----------
    wanted : str
        What the argument must be, beginning with its name.
    given : object
        What it is.
    """
    try:
        yield
    except FAILURES as error:
        is_type_error = isinstance(error, TypeError) and not isinstance(error, ValueError)
        kind = TypeError if is_type_error else ValueError
        raise kind(f"{wanted}; got {describe(given)}. {error}") from None


def describe(value):
    """Describe what was given: its shape, or else its value, and its type."""
    if isinstance(value, type):
        return f"the class {value.__name__}"
    kind, shape = type(value).__name__, getattr(value, "shape", None)
    if not isinstance(shape, tuple) or not shape:
        return f"{' '.join(_shortener.repr(value).split())} ({kind})"
    return f"{kind} of shape {shape}" + (f", {value.dtype}" if hasattr(value, "dtype") else "")


def check_training(loss, epoch, weights):
    """Raise if a training has diverged: if its loss or the square of a weight is not finite.

    Parameters
    ----------
    loss : float
        After so many epochs.
    epoch : int
    weights : iterable of ndarray
    """
    largest = np.max([np.abs(weight).max(initial=0) for weight in weights], initial=0)
    if not (np.isfinite(loss) and largest < LARGEST_WEIGHT):
        size = f"up to {largest:.3g}" if np.isfinite(largest) else "not finite"
        raise ValueError(
            f"The loss is {loss} after epoch {epoch}, and the weights are {size}: training "
            "diverged. Lower learning_rate, set clipnorm, or scale the data."
        )
