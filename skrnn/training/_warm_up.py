"""Compiling ahead of the first prediction."""

from typing import Any

from numpy.typing import ArrayLike
from sklearn.utils import _safe_indexing
from sklearn.utils.validation import _num_samples, check_is_fitted

from ._loader import load_engine
from ._pool import POOL_SIZE


def warm_up(estimator: Any, X: ArrayLike, *, n_threads: int = 1) -> None:
    """Have predictions compiled now, so that the first request does not wait for it.

    Parameters
    ----------
    estimator : estimator
        Fitted: of skrnn, or a pipeline or a search with one inside. It does not change.
    X : array-like
        A typical request, as ``predict`` takes it. It is predicted whole, and its first row
        alone, two rows, four and so on: a backend may compile anew for each number of rows. A
        forecaster predicts it whole, and forecasts.
    n_threads : int, default=1
        How many threads will predict at once, from 1 to 16. Each needs a network of its own.

    Raises
    ------
    NotFittedError
        If the estimator is not fitted.
    ValueError
        If ``n_threads`` is out of range, or X is not what the estimator predicts.

    See Also
    --------
    clear_pool : Forget the compiled networks.

    Notes
    -----
    What is compiled belongs to this process: each worker of a web server calls this after it has
    been started. JAX compiles for lengths that are powers of two, up to which sequences are
    padded; what is compiled on TensorFlow is for any length.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNRegressor, warm_up
    >>> X = np.random.default_rng(0).normal(size=(50, 9))
    >>> rnn = RNNRegressor(units=4, epochs=2).fit(X, X[:, -1])
    >>> warm_up(rnn, X[:4], n_threads=2)
    """
    check_is_fitted(estimator)
    if isinstance(n_threads, bool) or n_threads not in range(1, POOL_SIZE + 1):
        raise ValueError(f"n_threads must be an int from 1 to {POOL_SIZE}; got {n_threads!r}.")
    with load_engine().make_copies(int(n_threads)):
        if hasattr(estimator, "forecast"):
            estimator.predict(X)
            estimator.forecast()
            return
        predict = getattr(estimator, "predict_proba", None) or estimator.predict
        for power in range(_num_samples(X).bit_length()):
            predict(_safe_indexing(X, list(range(1 << power))))
        predict(X)
