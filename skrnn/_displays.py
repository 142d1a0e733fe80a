"""The displays, each in a file of its own."""

from ._forecast_display import ForecastDisplay
from ._history_display import TrainingHistoryDisplay
from ._length_display import SequenceLengthDisplay

__all__ = ["ForecastDisplay", "SequenceLengthDisplay", "TrainingHistoryDisplay"]
