"""Estimators of sequences that are ready: the life cycle of a fit, classifiers, the regressor."""

from ._classifier import RNNClassifier
from ._numpy_rnn import NumpyRNNClassifier
from ._regressor import RNNRegressor

__all__ = ["NumpyRNNClassifier", "RNNClassifier", "RNNRegressor"]
