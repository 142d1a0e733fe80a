"""Pictures of trainings, networks, forecasts, comparisons, lengths and token weights.

What draws imports matplotlib.
"""

from ._backtest import BacktestDisplay
from ._comparison import ComparisonDisplay
from ._forecast import ForecastDisplay
from ._history import TrainingHistoryDisplay
from ._lengths import SequenceLengthDisplay
from ._network import NetworkDisplay
from ._token_weights import TokenWeightDisplay

__all__ = [
    "BacktestDisplay",
    "ComparisonDisplay",
    "ForecastDisplay",
    "NetworkDisplay",
    "SequenceLengthDisplay",
    "TokenWeightDisplay",
    "TrainingHistoryDisplay",
]
