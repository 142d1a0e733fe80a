"""Errors of forecasts and of intervals, and scorers of forecasts of several steps.

What forecasters ask of it beside that lives in its modules: how series changed, how forecasts
are paired with their truth.
"""

from ._intervals import (
    coverage_score,
    interval_score,
    mean_interval_width,
    mean_pinball_loss,
    mean_scaled_interval_score,
)
from ._points import (
    mean_absolute_scaled_error,
    root_mean_squared_scaled_error,
    symmetric_mean_absolute_percentage_error,
)
from ._scorers import get_scorer, get_scorer_names

__all__ = [
    "coverage_score",
    "get_scorer",
    "get_scorer_names",
    "interval_score",
    "mean_absolute_scaled_error",
    "mean_interval_width",
    "mean_pinball_loss",
    "mean_scaled_interval_score",
    "root_mean_squared_scaled_error",
    "symmetric_mean_absolute_percentage_error",
]
