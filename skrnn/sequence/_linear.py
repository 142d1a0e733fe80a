"""The linear part of a network, before it is trained: robust or generalised ridge regression."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from scipy.special import expit, xlogy
from sklearn.utils.parallel import _threadpool_controller_decorator

from ..network._links import SHARPNESS, Link, invert_softplus, link_array

PENALTIES = np.array([0, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1, 1.0])  # a row, of inputs of variance 1
TUNING = 1.345  # 95 % as efficient as least squares where errors are normal
N_ROUNDS = 8
MOST_ROWS = 2**15
ROUNDING = 1e-12  # of a mean, up to which a deviation is none
SMALLEST = 1e-10  # share of the largest variance below which a direction is none
LEAST_MEAN = 1e-6  # that is told from 0
LEAST_SLOPE = 0.05  # of the link where a step is taken along it
POSITIVE = Link("soft")


def gather_pairs(data):
    """Give what a linear part maps, (n, d), to what, (n, k): all of a sequence, or each step.

    Parameters
    ----------
    data : skrnn._batches.TrainingData
        Of many sequences a part is taken, at even distances.
    """
    inputs, targets = data[data.rows[:: -(-len(data.rows) // MOST_ROWS)]][:2]
    width = inputs.shape[2] if targets.ndim == 3 else inputs[0].size
    return np.nan_to_num(inputs.reshape(-1, width)), targets.reshape(-1, targets.shape[-1])


@dataclass
class LinearPart:
    """A linear map of inputs (n, d) to outputs (n, k).

    Attributes
    ----------
    kernel : ndarray of shape (d, k)
    bias : ndarray of shape (k,)
    freedom : ndarray of shape (k,)
        Effective degrees of freedom as a share of the rows that each output was fitted on.
    link : skrnn.network._links.Link or None
        What becomes of the outputs.
    """

    kernel: np.ndarray
    bias: np.ndarray
    freedom: np.ndarray
    link: Link | None = None

    def predict(self, inputs):
        """Give outputs (n, k) of inputs (n, d)."""
        return link_array(self.link, inputs @ self.kernel + self.bias)


# The products are small: threads wait for each other.
@_threadpool_controller_decorator(limits=1, user_api="blas")
def fit_linear(inputs, targets, weights=None, power=None):
    """Fit a ridge regression to each output: a robust one, or one of means above 0.

    Parameters
    ----------
    inputs : ndarray of shape (n, d)
        Many rows are thinned out evenly.
    targets : ndarray of shape (n, k)
        NaN where unknown.
    weights : ndarray of shape (n, k), default=None
        What each target counts for; those of 0 are left out. Their ratios alone matter.
    power : float, default=None
        Of the mean, with which the variance grows: 1 of counts (Poisson), 1.5 of rare amounts
        (Tweedie). None fits robustly.

    Returns
    -------
    LinearPart

    Notes
    -----
    Errors count by Huber's loss (1964), by iteratively reweighted least squares; the penalty is
    the one of ``PENALTIES`` whose generalised cross-validation (Golub, Heath and Wahba, 1979)
    is least, with weights for as many rows as would weigh the same and tell as much (Kish,
    1965). Inputs are scaled to variance 1 first, the intercept is not penalised. An output
    without a known target is 0 everywhere. With a power, means are a linear function bent at 0
    (:data:`POSITIVE`), fitted by quasi-likelihood (McCullagh and Nelder, 1989, chapter 9).

    References
    ----------
    Huber (1964), Robust estimation of a location parameter, Annals of Mathematical Statistics
    35(1).
    Golub, Heath and Wahba (1979), Generalized cross-validation as a method for choosing a good
    ridge parameter, Technometrics 21(2).
    Kish (1965), Survey sampling, Wiley.
    McCullagh and Nelder (1989), Generalized linear models, Chapman and Hall.
    """
    stride = -(-len(inputs) // MOST_ROWS)
    weights = None if weights is None else weights[::stride]
    inputs, targets = inputs[::stride].astype(np.float64), targets[::stride].astype(np.float64)
    center, spread = inputs.mean(axis=0), inputs.std(axis=0)
    spread = np.where(spread > ROUNDING * np.abs(center), spread, 1)
    # Column by column in memory, the many passes over all rows take less time.
    scaled = np.asfortranarray((inputs - center) / spread)
    n_outputs = targets.shape[1]
    part = LinearPart(
        np.zeros((inputs.shape[1], n_outputs)), np.zeros(n_outputs), np.zeros(n_outputs)
    )
    fit = _fit_robust if power is None else partial(_fit_mean, power=power)
    if power is not None:
        part.link = POSITIVE
    for output, column in enumerate(targets.T):
        known = ~np.isnan(column)
        if weights is not None:
            known &= weights[:, output] > 0
        if known.any():
            rows = slice(None) if known.all() else known
            own = None if weights is None else weights[rows, output]
            fitted = fit(np.asfortranarray(scaled[rows]), column[rows], own)
            part.kernel[:, output], part.bias[output], part.freedom[output] = fitted
    part.kernel /= spread[:, None]
    part.bias -= center @ part.kernel
    return part


def _fit_robust(inputs, targets, given=None):
    """Fit one output: slopes (d,), intercept, and the share of the degrees of freedom."""
    weights = np.ones(len(targets)) if given is None else given
    n = _count_equal(weights)
    for _ in range(N_ROUNDS):
        slopes, intercept, freedom = _fit_weighted(inputs, targets, weights, n)
        errors = np.abs(targets - inputs @ slopes - intercept)
        limit = TUNING * 1.4826 * _find_median(errors, given)
        if not (errors > limit).any() or not limit:
            break
        weights = np.minimum(1, limit / np.maximum(errors, limit))
        weights = weights if given is None else weights * given
    return slopes, intercept, freedom


def _fit_mean(inputs, targets, given=None, *, power):
    """Fit the mean of one output, not below 0: slopes (d,), intercept, and share of freedom."""
    weights = np.ones(len(targets)) if given is None else given
    n, best, least = _count_equal(weights), None, np.inf
    mean = max(weights @ targets / weights.sum(), LEAST_MEAN)
    linear = np.full(len(targets), invert_softplus(SHARPNESS * mean) / SHARPNESS)
    for _ in range(N_ROUNDS):
        means = np.maximum(link_array(POSITIVE, linear), LEAST_MEAN)
        slopes = np.maximum(expit(SHARPNESS * linear), LEAST_SLOPE)
        working = linear + (targets - means) / slopes
        fitted = _fit_weighted(inputs, working, weights * slopes**2 / means**power, n)
        linear = inputs @ fitted[0] + fitted[1]
        deviance = weights @ measure_deviance(targets, link_array(POSITIVE, linear), power)
        if best is None or deviance < least:
            best, least = fitted, deviance
    return best


def measure_deviance(targets, means, power):
    """Measure the unit deviance of each target from a mean.

    Parameters
    ----------
    targets : ndarray
        None below 0; NaN stays so.
    means : ndarray
    power : float
        1, or between 1 and 2.

    Returns
    -------
    ndarray
    """
    means = np.maximum(means, LEAST_MEAN)
    if power == 1:
        return 2 * (xlogy(targets, targets / means) - targets + means)
    return 2 * (
        targets ** (2 - power) / ((1 - power) * (2 - power))
        - targets * means ** (1 - power) / (1 - power)
        + means ** (2 - power) / (2 - power)
    )


def _count_equal(weights):
    """Count the rows of equal weights that tell as much."""
    return weights.sum() ** 2 / (weights @ weights)


def _find_median(values, weights):
    if weights is None:
        return np.median(values)
    return np.quantile(values, 0.5, weights=weights, method="inverted_cdf")


def _fit_weighted(inputs, targets, weights, n):
    total = weights.sum()
    center, level = weights @ inputs / total, weights @ targets / total
    targets, weighted = targets - level, inputs * weights[:, None]
    # Inputs are about centered already: to subtract their means here takes no pass over them.
    products = weighted.T @ inputs - total * np.outer(center, center)
    sizes, directions = np.linalg.eigh(products)
    in_use = sizes > SMALLEST * max(sizes[-1], np.finfo(float).tiny)
    sizes, directions = sizes[in_use], directions[:, in_use]
    along = directions.T @ (weighted.T @ targets)
    penalized = sizes + PENALTIES[:, None] * total  # (penalties, directions)
    freedom = (1 + (sizes / penalized).sum(axis=1)) / n
    explained = (along**2 * (2 * penalized - sizes) / penalized**2).sum(axis=1)
    errors = np.maximum(0, weights @ targets**2 - explained)
    best = np.argmin(errors / np.maximum(1 - freedom, 1 / n) ** 2)
    slopes = directions @ (along / penalized[best])
    return slopes, level - center @ slopes, freedom[best]
