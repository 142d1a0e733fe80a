"""
=========================================
Promotions of stores: what is known ahead
=========================================

A chain plans its promotions and prices weeks ahead, and knows when the holidays are. Its sales of
the past do not tell that. How much nearer do forecasts come to the best ones that there can be,
if they read the plan? And what would another plan sell?

Run it with ``python examples/promotions_of_stores.py``.
"""

# %%
# The table
# ---------
# Two years of 20 stores, a row a store and day. They are generated, so that the best possible
# forecast of each day is known, and with it the error that no forecast can be without. What a
# promotion adds depends on the region and on the size of a store.

from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
from sklearn.metrics import root_mean_squared_error

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.datasets import make_demand

demand = make_demand(random_state=42)
sales = demand.data
print(sales.head(3).to_string(index=False))

# %%
# Four weeks ahead
# ----------------
# The last four weeks are held out, and forecast at once, from the day before. Two forecasters
# read the past of sales alone. For the others ``known`` names the columns that are known ahead,
# and ``static`` those that say what kind of store it is; text is turned into numbers inside.
# ``calendar="auto"`` adds what the dates say: the weekday, the time of the year, ends of months.
# With ``output="positive"`` what is known multiplies sales, as promotions do, and no forecast
# is below zero.

first = sales["date"].max() - pd.Timedelta(days=27)
train, test = sales[sales["date"] < first], sales[sales["date"] >= first]
truth, best = demand.target[test.index], demand.expected[test.index]
past = ["store", "date", "sales"]
words = {"series": "store", "time": "date", "target": "sales", "horizon": 28}
plan = {"known": demand.known, "static": demand.static, "calendar": "auto"}

naive = NaiveForecaster("seasonal", season=7, **words).fit(train[past])
blind = RNNForecaster(random_state=0, **words).fit(train[past])
linear = WindowForecaster(**plan, **words).fit(train)
network = RNNForecaster(output="positive", random_state=0, **plan, **words).fit(train)
forecasts = {
    "same day of last week": naive.forecast()["sales"].to_numpy(),
    "RNNForecaster, past alone": blind.forecast()["sales"].to_numpy(),
    "linear, with the plan": linear.forecast(X=test).to_numpy(),
    "RNNForecaster, with the plan": network.forecast(X=test).to_numpy(),
    "best possible": best.to_numpy(),
}
is_promoted = test["promotion"].to_numpy()
errors = {
    name: {
        "all days": root_mean_squared_error(truth, values),
        "promotions": root_mean_squared_error(truth[is_promoted], values[is_promoted]),
        "other days": root_mean_squared_error(truth[~is_promoted], values[~is_promoted]),
    }
    for name, values in forecasts.items()
}
errors = pd.DataFrame(errors).T
print("\nroot mean squared error of four weeks, sold pieces a day")
print(errors.to_string(float_format="{:.1f}".format))

# %%
# How sure are they?
# ------------------
# Intervals that are to hold nine days in ten. How wide they must be was learned from the last
# training rows, which a network trained without them had forecast.

bounds = network.forecast_interval(X=test, coverage=0.9)
is_inside = truth.between(bounds["lower"], bounds["upper"])
print(f"\n{is_inside.mean():.0%} of the days lie within their interval,")
print(f"{is_inside[is_promoted].mean():.0%} of those with a promotion.")

# %%
# Four of the stores, one of each region; promotions are shaded.

shown = demand.stores.groupby("region").head(1).index
_, axes = plt.subplots(2, 2, figsize=(10, 6), sharex=True, layout="constrained")
for store, ax in zip(shown, axes.flat, strict=True):
    is_shown = (test["store"] == store).to_numpy()
    days = test["date"][is_shown]
    for day in days[is_promoted[is_shown]]:
        ax.axvspan(day - pd.Timedelta(hours=12), day + pd.Timedelta(hours=12), color="0.9")
    ax.plot(days, truth[is_shown], "k.", label="sold")
    ax.plot(days, forecasts["RNNForecaster, past alone"][is_shown], label="past alone")
    (line,) = ax.plot(days, forecasts["RNNForecaster, with the plan"][is_shown])
    line.set_label("with the plan, and 90 % intervals")
    lower, upper = bounds["lower"][is_shown], bounds["upper"][is_shown]
    ax.fill_between(days, lower, upper, color=line.get_color(), alpha=0.2)
    ax.set_title(f"{store}, {demand.stores.loc[store, 'region']}")
    ax.tick_params(axis="x", rotation=45)
axes[0, 0].legend(loc="upper left")
pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
axes[0, 0].figure.savefig(pictures / "promotions_of_stores.png", dpi=150)

# %%
# What another plan would sell
# ----------------------------
# The held-out weeks have come in by now: ``update``, without training. Then the next four weeks
# are forecast of three plans: without promotions, with one in the second week, and with a price
# that is a tenth lower in that week instead.

network.update(test)
coming = pd.date_range(test["date"].max() + pd.Timedelta(days=1), periods=28)
base = pd.MultiIndex.from_product([demand.stores.index, coming], names=["store", "date"])
base = base.to_frame(index=False).assign(promotion=False)
base["price"] = base["store"].map(train.groupby("store")["price"].median())
base["holiday"] = base["date"].isin(["2024-01-01", "2024-01-15"])
in_week = base["date"].isin(coming[7:14])
plans = {
    "promotion": base.assign(promotion=in_week),
    "a tenth off": base.assign(price=base["price"].mask(in_week, 0.9 * base["price"])),
}


def sum_week(rows):
    """Forecast what each store sells in the week of the plan."""
    return network.forecast(X=rows)[in_week].groupby(base["store"]).sum()


usual = sum_week(base)
gains = pd.DataFrame({name: sum_week(rows) / usual - 1 for name, rows in plans.items()})
gains.insert(1, "truly", np.exp(demand.stores["lift"]) - 1)
gains["truly so"] = 0.9**-1.5 - 1
print("\nwhat the week sells more, by region")
by_region = gains.groupby(demand.stores["region"]).mean()
print(by_region.to_string(float_format="{:.0%}".format))
agreement = np.corrcoef(gains["promotion"], gains["truly"])[0, 1]
print(f"correlation of forecast and true gains of promotions over the stores: {agreement:.2f}")

# %%
# With the plan, the error is about a twentieth above the least possible one, and a seventh on
# days with promotions, which forecasts from the past alone miss altogether. And the plan can be
# changed: what a promotion or a price would do in each kind of store is forecast within a few
# per cent of the truth.
