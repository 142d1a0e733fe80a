"""Pictures of trainings, forecasts and lengths; matplotlib is imported by what draws."""

from ._backtest import BacktestDisplay
from ._forecast import ForecastDisplay
from ._history import TrainingHistoryDisplay
from ._lengths import SequenceLengthDisplay

__all__ = [
    "BacktestDisplay",
    "ForecastDisplay",
    "SequenceLengthDisplay",
    "TrainingHistoryDisplay",
]
