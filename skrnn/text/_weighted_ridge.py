"""A linear regression whose inputs are weighted by how much they tell of the target."""

import numpy as np
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.linear_model import Ridge
from sklearn.utils.validation import check_is_fitted

from ._linear import sum_over_holders, weigh_columns

TOL = 1e-3


class WeightedRidge(RegressorMixin, BaseEstimator):
    """Ridge regression on features weighted by the means of the targets that have them.

    The weight of a feature is the root of how far the mean of the samples that have it lies from
    that of all, in standard deviations of the target: the less a feature tells by itself, the
    more its coefficient is shrunk.

    Parameters
    ----------
    alpha : float, default=0.15
        Strength of the penalty on the squares of the coefficients of weighted features, for
        targets of variance 1.
    n_shrunk : float, default=1.0
        Samples at the mean that are added to those that have a feature.
    n_plain : int, default=0
        So many of the last features have the weight 1.

    Attributes
    ----------
    coef_ : ndarray of shape (n_outputs, n_features)
        What a feature adds to the prediction.
    intercept_ : ndarray of shape (n_outputs,)
        The prediction without features.

    References
    ----------
    Hoerl and Kennard (1970), Ridge regression: biased estimation for nonorthogonal problems,
    Technometrics 12(1).
    """

    def __init__(self, *, alpha=0.15, n_shrunk=1.0, n_plain=0):
        self.alpha = alpha
        self.n_shrunk = n_shrunk
        self.n_plain = n_plain

    def fit(self, X, y, sample_weight=None):
        """Fit a regression to each output.

        Parameters
        ----------
        X : sparse array of shape (n, n_features)
            The features; but for the plain ones, those that are not 0 count once.
        y : array-like of shape (n,) or (n, n_outputs)
            Targets.
        sample_weight : array-like of shape (n,), default=None
            Weights of the samples, in the means too.

        Returns
        -------
        self : WeightedRidge
            The fitted regressor.
        """
        y = np.asarray(y, float)
        self._y_shape = y.shape[1:]
        outputs = y.reshape(len(y), -1).T
        weights = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight, float)
        X = csr_array(X)
        fits = [self._fit_output(X, output, weights) for output in outputs]
        self.coef_, self.intercept_ = map(np.array, zip(*fits, strict=True))
        return self

    def predict(self, X):
        """Predict the targets.

        Parameters
        ----------
        X : sparse array of shape (n, n_features)
            The features.

        Returns
        -------
        ndarray of shape (n,) or (n, n_outputs)
            Predictions, shaped as y was.
        """
        check_is_fitted(self)
        return (X @ self.coef_.T + self.intercept_).reshape(X.shape[0], *self._y_shape)

    def _fit_output(self, X, y, weights):
        """Give coefficients and intercept of one output."""
        mean = np.average(y, weights=weights)
        spread = np.sqrt(np.average((y - mean) ** 2, weights=weights))
        if not spread or not X.shape[1]:
            return np.zeros(X.shape[1]), mean
        y = (y - mean) / spread
        means = sum_over_holders(X, weights * y) / (sum_over_holders(X, weights) + self.n_shrunk)
        factors = np.sqrt(np.abs(means))
        factors[X.shape[1] - self.n_plain :] = 1
        ridge = Ridge(self.alpha, solver="sparse_cg", tol=TOL)
        ridge.fit(weigh_columns(X, factors), y, weights)
        return spread * factors * ridge.coef_, mean + spread * ridge.intercept_
