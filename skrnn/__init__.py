"""Recurrent neural networks as scikit-learn estimators."""

from ._cells import get_cell_names, register_cell
from ._classifier import RNNClassifier
from ._regressor import RNNRegressor
from ._windows import WindowTransformer

__all__ = [
    "RNNClassifier",
    "RNNRegressor",
    "WindowTransformer",
    "get_cell_names",
    "register_cell",
]
