"""
================================================
Air passengers: how good is a forecast, honestly
================================================

A random split says how far off a network is on months between those that it was trained on. Is
that how far off it will be on the months to come? The airline passengers, 144 months, from an LSTM
on windows to a forecast of the next year.

Run it with ``python examples/air_passengers.py``.
"""

# %%
# Twelve months forecast the next
# -------------------------------
# Each window of twelve months is a row of X, the month after it a row of y. A fifth of the
# windows, drawn at random, is held out.

from pathlib import Path

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error
from sklearn.model_selection import TimeSeriesSplit, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import (
    ForecastDisplay,
    NaiveForecaster,
    RNNForecaster,
    RNNRegressor,
    TrainingHistoryDisplay,
    WindowForecaster,
    WindowTransformer,
)
from skrnn.datasets import load_airline

passengers = load_airline().data
X, _ = WindowTransformer(window=12).fit(passengers).make_pairs(passengers)
y = passengers[12:]
X_train, X_test, y_train, y_test = train_test_split(X, y, test_size=0.2, random_state=0)

# %%
# An LSTM of 32 cells, with both X and y scaled to about unit variance.

network = TransformedTargetRegressor(
    make_pipeline(StandardScaler(), RNNRegressor(epochs=400, random_state=0)),
    transformer=StandardScaler(),
).fit(X_train, y_train)
lstm = network.regressor_[-1]
lstm.model_.summary(line_length=80)
print("epoch  loss")
for epoch in (1, 100, 200, 300, 400):
    print(f"{epoch:5}  {lstm.history_['loss'][epoch - 1]:.5f}")

# %%
# The loss, the months held out, and all months
# ---------------------------------------------

pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
display = TrainingHistoryDisplay.from_estimator(network)
display.axes_[0].set_yscale("log")
display.figure_.savefig(pictures / "air_passengers_loss.png", dpi=150)

actual, forecast = y_test.sort_index(), pd.Series(network.predict(X_test), y_test.index)
_, ax = plt.subplots(figsize=(9, 4), layout="constrained")
ForecastDisplay.from_predictions(actual, forecast.sort_index(), kind="bar", ax=ax)
ax.figure.savefig(pictures / "air_passengers_held_out.png", dpi=150)

_, ax = plt.subplots(figsize=(9, 4), layout="constrained")
ForecastDisplay.from_predictions(y, network.predict(X), history=passengers[:12], ax=ax)
ax.figure.savefig(pictures / "air_passengers_all.png", dpi=150)

# %%
# In time order
# -------------
# A month held out at random lies between months that the network was trained on, and a month to
# come does not. So train on whole years and forecast the year after them, each month from those
# before it, for the last three years in turn. Forecasters cut the windows, and learn the scaling
# from the training months alone.

folds = TimeSeriesSplit(n_splits=3, test_size=12)
alone = {"linear": False, "seasonality": None, "random_state": 0}
forecasters = {
    "an LSTM alone": RNNForecaster(**alone, strategy="direct", window=12, scaling="standard"),
    "LSTM on yearly changes": RNNForecaster(**alone, difference=12),
    "RNNForecaster": RNNForecaster(random_state=0),
    "linear regression": WindowForecaster(LinearRegression()),
    "linear, yearly changes": WindowForecaster(LinearRegression(), difference=12),
    "same month last year": NaiveForecaster("seasonal"),
}
forecasts = {}
for name, forecaster in forecasters.items():
    parts = [
        forecaster.fit(passengers.iloc[past]).predict(passengers.iloc[later])
        for past, later in folds.split(passengers)
    ]
    forecasts[name] = pd.concat(parts)

print("\nmean absolute error, thousand passengers")
print(f"{mean_absolute_error(y_test, network.predict(X_test)):6.1f}  the LSTM, random split")
for name, forecast in forecasts.items():
    print(f"{mean_absolute_error(y[-36:], forecast):6.1f}  {name}, time order")

# %%
# The forecaster as it comes, and an LSTM without its linear part, over the three years.

_, ax = plt.subplots(figsize=(9, 4), layout="constrained")
names = ["RNNForecaster", "LSTM on yearly changes"]
shown = {name: forecasts[name] for name in names}
ForecastDisplay.from_predictions(y[-36:], shown, history=passengers[-60:-36], ax=ax)
ax.figure.savefig(pictures / "air_passengers_time_order.png", dpi=150)

# %%
# The next twelve months
# ----------------------
# Trained on all months. Forecasts are fed back, to go on to the end of the year.

future = forecasters["RNNForecaster"].fit(passengers).forecast(12)
print("\n" + future.round().astype(int).to_string())
_, ax = plt.subplots(figsize=(9, 4), layout="constrained")
ForecastDisplay.from_predictions(None, future, history=passengers, ax=ax)
ax.figure.savefig(pictures / "air_passengers_next_year.png", dpi=150)

# %%
# It is not. In time order the error of an LSTM alone is far larger than the random split says, for
# the series keeps rising to levels that the network has not seen. On changes against the year
# before, its error is small again; there linear regression does no worse, and ``RNNForecaster``,
# which joins the two, does about as well by itself.
