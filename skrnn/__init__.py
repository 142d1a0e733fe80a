"""Recurrent neural networks as scikit-learn estimators."""

from ._base_rnn import clear_pool
from ._baselines import NaiveForecaster, WindowForecaster
from ._cells import get_cell_names, register_cell
from ._classifier import RNNClassifier
from ._displays import ForecastDisplay, SequenceLengthDisplay, TrainingHistoryDisplay
from ._forecaster import RNNForecaster
from ._numpy_rnn import NumpyRNNClassifier
from ._regressor import RNNRegressor
from ._text import RNNTextClassifier
from ._tokenizer import SequenceTokenizer
from ._windows import WindowTransformer

__all__ = [
    "ForecastDisplay",
    "NaiveForecaster",
    "NumpyRNNClassifier",
    "RNNClassifier",
    "RNNForecaster",
    "RNNRegressor",
    "RNNTextClassifier",
    "SequenceLengthDisplay",
    "SequenceTokenizer",
    "TrainingHistoryDisplay",
    "WindowForecaster",
    "WindowTransformer",
    "clear_pool",
    "get_cell_names",
    "register_cell",
]
