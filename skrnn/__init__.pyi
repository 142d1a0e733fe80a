from . import datasets, metrics
from ._chunks import Chunks
from .comparison import compare
from .displays import (
    BacktestDisplay,
    ComparisonDisplay,
    ForecastDisplay,
    NetworkDisplay,
    SequenceLengthDisplay,
    TokenWeightDisplay,
    TrainingHistoryDisplay,
)
from .displays._live import LiveHistory
from .forecasting import (
    InnerForecaster,
    NaiveForecaster,
    RNNForecaster,
    SeriesSplit,
    WindowForecaster,
    WindowTransformer,
    backtest,
)
from .network import get_cell_names, get_network_names, register_cell, register_network
from .saving import load, save
from .sequence import NumpyRNNClassifier, RNNClassifier, RNNRegressor
from .text import (
    RNNTagger,
    RNNTextClassifier,
    RNNTextRegressor,
    SequenceTokenizer,
    load_wordpiece_vectors,
)
from .training import clear_pool, warm_up

__version__: str

__all__ = [
    "BacktestDisplay",
    "Chunks",
    "ComparisonDisplay",
    "ForecastDisplay",
    "InnerForecaster",
    "LiveHistory",
    "NaiveForecaster",
    "NetworkDisplay",
    "NumpyRNNClassifier",
    "RNNClassifier",
    "RNNForecaster",
    "RNNRegressor",
    "RNNTagger",
    "RNNTextClassifier",
    "RNNTextRegressor",
    "SequenceLengthDisplay",
    "SequenceTokenizer",
    "SeriesSplit",
    "TokenWeightDisplay",
    "TrainingHistoryDisplay",
    "WindowForecaster",
    "WindowTransformer",
    "backtest",
    "clear_pool",
    "compare",
    "datasets",
    "get_cell_names",
    "get_network_names",
    "load",
    "load_wordpiece_vectors",
    "metrics",
    "register_cell",
    "register_network",
    "save",
    "warm_up",
]
