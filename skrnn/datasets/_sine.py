"""One generated sine wave."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, validate_params

from .._typing import Dataset, Seed, keep_type
from ._random_state import make_random_state

_DESCRIPTION = """\
A sine wave at evenly spaced times, with or without Gaussian noise. The target
is the series itself.
"""


@keep_type(
    validate_params(
        {
            "n_steps": [Interval(Integral, 1, None, closed="left")],
            "frequency": [Interval(Real, 0, None, closed="neither")],
            "stop": [Interval(Real, 0, None, closed="neither")],
            "noise": [Interval(Real, 0, None, closed="left")],
            "random_state": ["random_state"],
            "return_X_y": ["boolean"],
        },
        prefer_skip_nested_validation=True,
    )
)
def make_sine(
    n_steps: int = 50,
    *,
    frequency: float = 0.125,
    stop: float = 20.0,
    noise: float = 0.0,
    random_state: Seed = None,
    return_X_y: bool = False,
) -> Dataset:
    """Generate one sine wave.

    The series is ``sin(2 pi frequency t)`` at ``n_steps`` evenly spaced times
    ``t`` from 0 to ``stop``.

    Parameters
    ----------
    n_steps : int, default=50
        Number of time steps.

    frequency : float, default=0.125
        Full turns in a unit of time.

    stop : float, default=20.0
        Time of the last step; the first is at 0.

    noise : float, default=0.0
        Standard deviation of the Gaussian noise.

    random_state : int, RandomState instance or None, default=None
        Determines the noise. Pass an int for the same series at every call,
        None for others each time.

    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : ndarray of shape (n_steps,)
            The series.
        target : ndarray of shape (n_steps,)
            What a forecaster forecasts, which is the series itself: a copy
            of ``data``.
        time : ndarray of shape (n_steps,)
            The time of each step.
        DESCR : str
            The description of the data set.

    (data, target) : tuple if ``return_X_y=True``
        The two arrays described above.

    See Also
    --------
    make_waves : A panel of many short series.

    Examples
    --------
    >>> from skrnn.datasets import make_sine
    >>> series, _ = make_sine(return_X_y=True)
    >>> series[:3].round(3)
    array([0.   , 0.315, 0.598])
    """
    time = np.linspace(0, stop, n_steps)
    series = np.sin(2 * np.pi * frequency * time)
    if noise > 0:
        series += noise * make_random_state(random_state).standard_normal(n_steps)

    if return_X_y:
        return series, series.copy()
    return Bunch(data=series, target=series.copy(), time=time, DESCR=_DESCRIPTION)
