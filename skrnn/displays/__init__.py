"""Pictures of trainings, forecasts, lengths and token weights; what draws imports matplotlib."""

from ._backtest import BacktestDisplay
from ._forecast import ForecastDisplay
from ._history import TrainingHistoryDisplay
from ._lengths import SequenceLengthDisplay
from ._token_weights import TokenWeightDisplay

__all__ = [
    "BacktestDisplay",
    "ForecastDisplay",
    "SequenceLengthDisplay",
    "TokenWeightDisplay",
    "TrainingHistoryDisplay",
]
