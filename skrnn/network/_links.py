"""From the sums of a last layer to what a network puts out: nothing below 0, levels in order."""

from functools import partial
from typing import NamedTuple

import numpy as np

SHARPNESS = 2.0  # of the bend at 0, of outputs whose inputs have a mean square of 1


class Link(NamedTuple):
    """What becomes of outputs.

    ``n_levels`` of them belong together and are to rise: the one numbered ``middle`` stays, and
    the others are so far above or below their neighbours. With the floor "hard", what is below 0
    becomes 0; with "soft" it comes close to 0, and what is well above it hardly changes.
    """

    floor: str | None = None
    n_levels: int = 1
    middle: int = 0


def apply_link(link, values, ops, softplus, cut):
    """Apply a link to values (..., outputs), those that belong together side by side.

    Parameters
    ----------
    link : Link
    values : array
    ops : module
        NumPy, or ``keras.ops``.
    softplus, cut : callable
        Of the same: log(1 + exp(x)), and the larger of x and 0.
    """
    if link.n_levels > 1:
        values = _put_in_order(link, values, ops, softplus)
    if link.floor == "soft":
        return softplus(SHARPNESS * values) / SHARPNESS
    return values if link.floor is None else cut(values)


def _put_in_order(link, values, ops, softplus):
    levels = [values[..., level :: link.n_levels] for level in range(link.n_levels)]
    for level in range(link.middle + 1, link.n_levels):
        levels[level] = levels[level - 1] + softplus(levels[level])
    for level in range(link.middle - 1, -1, -1):
        levels[level] = levels[level + 1] - softplus(levels[level])
    return ops.reshape(ops.stack(levels, axis=-1), (*ops.shape(values)[:-1], values.shape[-1]))


def link_array(link, values):
    """Apply a link, or None, to an array."""
    if link is None:
        return values
    return apply_link(link, values, np, compute_softplus, partial(np.maximum, 0))


def compute_softplus(values):
    """Give log(1 + exp(values))."""
    return np.logaddexp(values, 0)


def invert_softplus(values):
    """Give that of which values above 0 are the softplus."""
    return values + np.log(-np.expm1(-values))
