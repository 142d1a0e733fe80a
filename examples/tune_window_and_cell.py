"""
=======================================
Tuning window and cell in a single grid
=======================================

Which matters more to a forecaster: how far back it looks, or the cell that it reads with? Both are
constructor words, so one ``GridSearchCV`` answers, with folds in time order.

Run it with ``python examples/tune_window_and_cell.py``.
"""

# %%
# The grid, on the training months alone
# --------------------------------------
# Airline passengers: nine years to search on, of which each fold is tested on a year that follows
# its own; the last three years are not looked at. A scorer by name wants the truth as y, which is
# the series itself.

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skrnn import ForecastDisplay, NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.datasets import load_airline

passengers = load_airline().data
train, test = passengers[:108], passengers[108:]
search = GridSearchCV(
    RNNForecaster(strategy="direct", linear=False, random_state=0),
    {"window": [3, 6, 12, 24], "cell": ["simple", "gru", "lstm"]},
    cv=TimeSeriesSplit(n_splits=3, test_size=12),
    scoring="neg_mean_absolute_error",
).fit(train, train)

results = pd.DataFrame(search.cv_results_)
results["mean absolute error"] = -results["mean_test_score"]
table = results.pivot(index="param_cell", columns="param_window", values="mean absolute error")
table = table.rename_axis(index="cell", columns="window").sort_values(12)
print("mean absolute error over three folds, thousand passengers")
print(table.to_string(float_format="{:.1f}".format))
print(f"\nThe grid chose {search.best_params_}.")

# %%
# The grid as a picture
# ---------------------

pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
image = ax.imshow(table, cmap="viridis_r")
for row, errors in enumerate(table.to_numpy()):
    for column, error in enumerate(errors):
        color = "white" if error > table.to_numpy().mean() else "black"
        ax.text(column, row, f"{error:.1f}", ha="center", va="center", color=color)
ax.set(xlabel="window, months", ylabel="cell")
ax.set_xticks(range(table.shape[1]), table.columns)
ax.set_yticks(range(table.shape[0]), table.index)
ax.figure.colorbar(image, label="mean absolute error")
ax.figure.savefig(pictures / "tune_grid.png", dpi=150)

# %%
# The winner against baselines, on the last 36 months
# ---------------------------------------------------
# The search has trained the winner on all nine years.

forecasters = {
    "winner of the grid": search,
    "linear regression": WindowForecaster(LinearRegression(), window=12).fit(train),
    "same month last year": NaiveForecaster("seasonal").fit(train),
    "last month": NaiveForecaster().fit(train),
}
forecasts = {name: forecaster.predict(test) for name, forecaster in forecasters.items()}
print("\nmean absolute error on the last 36 months")
for name, forecast in forecasts.items():
    print(f"{mean_absolute_error(test, forecast):6.1f}  {name}")

_, ax = plt.subplots(figsize=(9, 4), layout="constrained")
shown = {name: forecasts[name] for name in ("winner of the grid", "linear regression")}
ForecastDisplay.from_predictions(test, shown, history=train[-24:], ax=ax)
ax.figure.savefig(pictures / "tune_forecast.png", dpi=150)

# %%
# The window does. As the season is taken out before, half a year serves each cell best, and two
# years are far too many for so few months; up to a year the cells differ little. The winner leaves
# the naive forecasts far behind, and linear regression on a year of lags as well.
