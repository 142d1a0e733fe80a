"""Series: where their rows lie in time, windows and scaling, forecasters and baselines."""

from ._backtest import backtest
from ._baselines import NaiveForecaster, WindowForecaster
from ._forecaster import RNNForecaster
from ._inner import InnerForecaster
from ._split import SeriesSplit
from ._window_transformer import WindowTransformer

__all__ = [
    "InnerForecaster",
    "NaiveForecaster",
    "RNNForecaster",
    "SeriesSplit",
    "WindowForecaster",
    "WindowTransformer",
    "backtest",
]
