"""What is forecast of a value: its median, its mean, or quantiles; and how that is judged."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from .._errors import describe, explain_errors
from .._numbers import PART, make_plain
from ..network._links import Link, invert_softplus
from ..sequence._linear import LinearPart, measure_deviance

POWERS = {"poisson": 1.0, "tweedie": 1.5}  # of the mean, with which the variance grows, by loss
LEAST_STEP = 1e-3  # from one quantile to the next, in the units that are learned in


@dataclass(frozen=True)
class Median:
    """The median: of errors, the size counts.

    Parameters
    ----------
    is_positive : bool, default=False
        Whether no forecast is to be below 0.
    """

    is_positive: bool = False

    loss = "mean_absolute_error"
    power = None  # of the mean, with which the variance grows
    degree = 1  # of errors in what is forecast: twice as large units make them 2**degree times
    curvature = 1  # the power of small errors that counts
    n_levels = 1
    n_seasons = 1  # that may be read before a forecast
    worse = 1.05  # times the least error, up to which fewer rows are read

    @property
    def link(self):
        """What becomes of the outputs of a network."""
        return Link("hard") if self.is_positive else None

    @property
    def center(self):
        """What one number alone is to be."""
        return self

    def take_middle(self, outputs):
        """Take of the outputs (..., outputs * levels) those that are forecasts by themselves."""
        return outputs

    def judge(self, known, forecasts):
        """Give the error of each forecast (n, outputs); NaN where nothing is known."""
        return np.abs(known - forecasts)

    def finish(self, part, inputs, targets, weights):
        """Make a linear part that was fitted to the median one of what is forecast."""
        return LinearPart(part.kernel, part.bias, part.freedom, self.link)


@dataclass(frozen=True)
class Mean(Median):
    """The mean of what is not below 0: errors are deviances.

    Parameters
    ----------
    loss : {"poisson", "tweedie"}
    """

    loss: str = "poisson"
    is_positive: bool = True

    curvature = 2
    n_seasons, worse = 4, 1.0  # where the noise is most of the error, and more rows lessen it
    link = Link("soft")

    @property
    def power(self):
        """The power of the mean with which the variance grows."""
        return POWERS[self.loss]

    @property
    def degree(self):
        """The power of their units with which errors grow."""
        return 2 - self.power

    def judge(self, known, forecasts):
        return measure_deviance(known, forecasts, self.power)


@dataclass(frozen=True)
class Quantiles(Median):
    """Several quantiles, the median among them.

    Parameters
    ----------
    levels : tuple of float
        Rising, between 0 and 1.
    """

    levels: tuple = ()

    @property
    def loss(self):
        """The levels, as the engine reads them."""
        return self.levels

    @property
    def n_levels(self):
        """How many there are."""
        return len(self.levels)

    @property
    def middle(self):
        """Which is the median."""
        return self.levels.index(0.5)

    @property
    def link(self):
        """What becomes of the outputs of a network."""
        return Link("hard" if self.is_positive else None, self.n_levels, self.middle)

    @property
    def center(self):
        """What one number alone is to be."""
        return Median(self.is_positive)

    def take_middle(self, outputs):
        """Take the medians."""
        return outputs[..., self.middle :: self.n_levels]

    def judge(self, known, forecasts):
        """Give the mean pinball loss of the quantiles (n, outputs * levels) of each output."""
        forecasts = forecasts.reshape(*known.shape, self.n_levels)
        errors, levels = known[..., None] - forecasts, np.array(self.levels)
        return np.maximum(levels * errors, (levels - 1) * errors).mean(axis=-1)

    def finish(self, part, inputs, targets, weights):
        """Put the quantiles of what a linear part leaves around what it gives."""
        rest = targets - inputs @ part.kernel - part.bias
        weights = np.ones(rest.shape) if weights is None else weights
        columns = zip(rest.T, weights.T, strict=True)
        bias = np.array([self._find_steps(*column) for column in columns])  # (outputs, levels)
        bias[:, self.middle] += part.bias
        kernel = np.zeros((*part.kernel.shape, self.n_levels))
        kernel[..., self.middle] = part.kernel
        size = len(part.bias) * self.n_levels
        return LinearPart(kernel.reshape(-1, size), bias.ravel(), part.freedom, self.link)

    def _find_steps(self, rest, weights):
        """Find the quantiles of errors, and give them as the link reads them: by distances."""
        known = ~np.isnan(rest) & (weights > 0)
        found = np.zeros(self.n_levels)
        if known.any():
            options = {"weights": weights[known], "method": "inverted_cdf"}
            found = np.quantile(rest[known], self.levels, **options)
        steps = invert_softplus(np.maximum(np.diff(found), LEAST_STEP))
        return np.insert(steps, self.middle, found[self.middle])


def read_levels(quantiles):
    """Read the levels of quantiles: a tuple of rising numbers, 0.5 among them."""
    wanted = "quantiles must be rising numbers between 0 and 1, with 0.5 for what predict gives"
    with explain_errors(wanted, quantiles):
        levels = tuple(map(make_plain, np.atleast_1d(np.asarray(quantiles, object)).tolist()))
        if not levels or not all(map(PART.is_satisfied_by, levels)):
            raise ValueError("Each of them must lie between 0 and 1.")
        if any(b <= a for a, b in pairwise(levels)):
            raise ValueError("Each of them must be larger than the one before.")
        if 0.5 not in levels:
            raise ValueError("0.5 is not among them.")
    return levels


def make_aim(words):
    """Make what the words of a forecaster ask for, if they go together.

    Parameters
    ----------
    words : RNNForecaster
    """
    is_positive, levels = words.output == "positive", None
    if words.quantiles is not None:
        levels = read_levels(words.quantiles)
        _check_quantiles(words)
    if is_positive:
        _check_positive(words)
    if levels is not None:
        return Quantiles(is_positive, levels)
    if is_positive and isinstance(words.loss, str) and words.loss in POWERS:
        return Mean(loss=words.loss)
    return Median(is_positive)


def _check_positive(words):
    if words.difference is not None:
        raise ValueError(
            f"output='positive' forecasts what is counted, not changes of it, which may be "
            f"below 0: set difference=None, not {words.difference}."
        )
    if not (isinstance(words.scaling, str) and words.scaling in ("auto", "window")):
        raise ValueError(
            "output='positive' has a scaling of its own, of which 0 stays 0: give "
            f"scaling='auto' or 'window', not {words.scaling!r}."
        )


def _check_quantiles(words):
    for name in ("loss", "metrics"):
        if (given := getattr(words, name)) is not None:
            raise ValueError(
                f"quantiles={words.quantiles!r} are learned by the pinball loss: set "
                f"{name}=None, not {describe(given)}."
            )
    is_recursive = words.strategy == "recursive"
    n_steps = 1 if is_recursive else words.difference or words.horizon
    if n_steps < words.horizon:
        name = "strategy" if is_recursive else "difference"
        raise ValueError(
            f"quantiles={words.quantiles!r} of forecasts that build on each other are not "
            f"known, as with {name}={getattr(words, name)!r} and horizon={words.horizon}: give "
            "another."
        )
