"""How the learning rate changes from update to update.

Loshchilov and Hutter (2017), SGDR: stochastic gradient descent with warm restarts, ICLR.
"""

from math import cos, pi

WARM_UP = 0.05  # of all updates
LONGEST_WARM_UP = 30  # updates


def fall_by_cosine(rate, n_updates, n_done):
    """Give the learning rate of an update: up from 0 at first, down to 0 in the end.

    Parameters
    ----------
    rate : float
        The largest.
    n_updates : int
        Of the whole training.
    n_done : float
        Updates before this one.
    """
    n_rising = max(1, min(LONGEST_WARM_UP, round(WARM_UP * n_updates)))
    rising = min(1, (n_done + 1) / n_rising)
    return rate * rising * (1 + cos(pi * min(1, n_done / n_updates))) / 2


SCHEDULES = {"cosine": fall_by_cosine}
