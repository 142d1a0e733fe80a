"""A generated panel of noisy two-tone waves."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, validate_params

from .._typing import Dataset, Seed, keep_type
from ._random_state import make_random_state

_DESCRIPTION = """\
Short series, each the sum of two sine waves of its own frequencies and phases
and of uniform noise. The data are the first time steps of each series, the
target is what follows them.
"""


@keep_type(
    validate_params(
        {
            "n_series": [Interval(Integral, 1, None, closed="left")],
            "n_steps": [Interval(Integral, 1, None, closed="left")],
            "horizon": [Interval(Integral, 1, None, closed="left")],
            "noise": [Interval(Real, 0, None, closed="left")],
            "random_state": ["random_state"],
            "return_X_y": ["boolean"],
        },
        prefer_skip_nested_validation=True,
    )
)
def make_waves(
    n_series: int = 10_000,
    n_steps: int = 50,
    horizon: int = 1,
    *,
    noise: float = 0.1,
    random_state: Seed = 42,
    return_X_y: bool = False,
) -> Dataset:
    """Generate a panel of noisy two-tone waves to forecast.

    Each series is

    .. code-block:: text

        0.5 sin((t - o1) (10 f1 + 10)) + 0.2 sin((t - o2) (20 f2 + 20)) + noise (u - 0.5)

    at ``n_steps + horizon`` evenly spaced times ``t`` from 0 to 1, where
    ``f1``, ``f2``, ``o1`` and ``o2`` are drawn once a series and ``u`` once a
    time step, all uniformly from [0, 1).

    Parameters
    ----------
    n_series : int, default=10_000
        Number of series.

    n_steps : int, default=50
        Number of time steps given of each series.

    horizon : int, default=1
        Number of time steps after them, to be forecast.

    noise : float, default=0.1
        Width of the uniform noise.

    random_state : int, RandomState instance or None, default=42
        Determines the random numbers. Pass an int for the same series at
        every call, None for others each time.

    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : ndarray of shape (n_series, n_steps), dtype float32
            The time steps given.
        target : ndarray of shape (n_series,) or (n_series, horizon), dtype float32
            The time steps after them; one-dimensional for ``horizon=1``.
        series : ndarray of shape (n_series, n_steps + horizon), dtype float32
            The whole series, for targets at every time step.
        DESCR : str
            The description of the data set.

    (data, target) : tuple if ``return_X_y=True``
        The two arrays described above.

    See Also
    --------
    make_sine : One sine wave.

    Notes
    -----
    With the default arguments and the rows cut into 7000 for training, 2000
    for validation and 1000 for the test, repeating the last value given has a
    mean squared error of 0.020211367 on the validation rows.

    References
    ----------
    .. [1] A. Géron, "Hands-On Machine Learning with Scikit-Learn, Keras, and
       TensorFlow", 2nd edition, O'Reilly, 2019, chapter 15.

    Examples
    --------
    >>> from skrnn.datasets import make_waves
    >>> X, y = make_waves(n_series=100, return_X_y=True)
    >>> X.shape, y.shape
    ((100, 50), (100,))
    >>> make_waves(n_series=100, horizon=10).target.shape
    (100, 10)
    """
    rng = make_random_state(random_state)
    # The published figures hang on this order of draws: all frequencies and
    # phases first, the noise after them.
    f1, f2, o1, o2 = rng.rand(4, n_series, 1)
    u = rng.rand(n_series, n_steps + horizon)
    t = np.linspace(0, 1, n_steps + horizon)
    waves = 0.5 * np.sin((t - o1) * (10 * f1 + 10))
    waves += 0.2 * np.sin((t - o2) * (20 * f2 + 20))
    waves += noise * (u - 0.5)
    waves = waves.astype(np.float32)

    data = waves[:, :n_steps].copy()
    target = waves[:, -1].copy() if horizon == 1 else waves[:, n_steps:].copy()
    if return_X_y:
        return data, target
    return Bunch(data=data, target=target, series=waves, DESCR=_DESCRIPTION)
