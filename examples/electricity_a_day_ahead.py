"""
==========================================
Electricity a day ahead: what weather adds
==========================================

A supplier forecasts at midnight how much electricity each hour of the day will take. It knows the
calendar, and has a forecast of the weather. What is each of them worth?

Run it with ``python examples/electricity_a_day_ahead.py``, after ``pip install skrnn[data]``.
"""

# %%
# The table
# ---------
# Demand in Victoria, hour by hour in 2014, beside the temperature in Melbourne and whether a day
# is a working day. The measured temperature stands for its forecast. Demand rises with heat and
# with cold, which a linear model reads from two columns.

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd

from skrnn import WindowForecaster
from skrnn.datasets import load_electricity

hours = load_electricity().data.resample("h").mean()
hours["working_day"] = hours["working_day"] > 0.5
hours["heat"] = (hours["temperature"] - 20).clip(lower=0)
hours["cold"] = (16 - hours["temperature"]).clip(lower=0)
train, test = hours[:"2014-10-31"], hours["2014-11-01":]
print(test.head(3).round(2).to_string())

# %%
# Day by day
# ----------
# Each midnight the next 24 hours are forecast from the week before and from what is ``known`` of
# them; then they have come, and ``update`` appends them, without training.


def forecast_days(known, calendar):
    """Forecast the test days, each at its beginning, with intervals."""
    forecaster = WindowForecaster(
        window=168,
        horizon=24,
        target="demand",
        seasonality="auto",
        known=known,
        calendar=calendar,
        calibrate=True,
    ).fit(train[["demand", *known]])
    parts = []
    for _, day in test.groupby(test.index.date):
        ahead = day[known] if known else None
        bounds = forecaster.forecast_interval(X=ahead, coverage=0.9)
        parts.append(bounds.assign(forecast=forecaster.forecast(X=ahead)))
        forecaster.update(day[["demand", *known]])
    return pd.concat(parts)


forecasts = {
    "the past": forecast_days([], None),
    "and the calendar": forecast_days(["working_day"], "auto"),
    "and the temperature": forecast_days(["working_day", "temperature"], "auto"),
    "and heat and cold": forecast_days(["working_day", "temperature", "heat", "cold"], "auto"),
}
truth = test["demand"]
scores = pd.DataFrame(
    {
        name: {
            "mean absolute error, GW": (table["forecast"] - truth).abs().mean(),
            "within 90 % intervals": truth.between(table["lower"], table["upper"]).mean(),
            "mean width, GW": (table["upper"] - table["lower"]).mean(),
        }
        for name, table in forecasts.items()
    }
).T
print()
print(scores.to_string(float_format="{:.3f}".format))

# %%
# The hottest days of the test, and those around them.

hottest = test["temperature"].resample("D").max().idxmax()
shown = slice(hottest - pd.Timedelta(days=2), hottest + pd.Timedelta(days=3))
_, ax = plt.subplots(figsize=(9, 4), layout="constrained")
ax.plot(truth[shown], "k.", label="measured")
ax.plot(forecasts["the past"].loc[shown, "forecast"], label="from the past")
best = forecasts["and heat and cold"][shown]
(line,) = ax.plot(best["forecast"], label="with calendar and weather, and 90 % intervals")
ax.fill_between(best.index, best["lower"], best["upper"], color=line.get_color(), alpha=0.2)
ax.set_ylabel("demand, GW")
ax.legend()
pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
ax.figure.savefig(pictures / "electricity_a_day_ahead.png", dpi=150)

# %%
# The weather is worth more than a quarter of the error, if heat and cold are told apart; the
# calendar adds nothing to what seasons of a day and a week say. Intervals of a model that does
# not read the weather are too narrow as summer comes: they were calibrated on spring.
