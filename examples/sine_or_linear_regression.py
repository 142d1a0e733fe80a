"""
=========================================
A sine wave: network or linear regression
=========================================

Does a recurrent network beat linear regression on a series that obeys a linear rule? Fifty points
of a sine, each forecast from the three before it: by linear regression, by a network of a single
cell, and by the same with a dense layer behind it.

Run it with ``python examples/sine_or_linear_regression.py``.
"""

# %%
# Fifty points, the last fifteen held out
# ---------------------------------------
# Two and a half turns of sin(2 pi 0.125 t).

from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_squared_error

from skrnn import ForecastDisplay, RNNForecaster, WindowForecaster
from skrnn.datasets import make_sine

series = make_sine(n_steps=50, frequency=0.125, stop=20).data
train = series[:35]

# %%
# Forecasters of three lags
# -------------------------
# The two small networks read the lags as they are, alone, and plain gradient descent trains them.
# The third is what ``RNNForecaster`` comes with: an LSTM beside a linear model of its own.

sgd = {"cell": "simple", "units": 1, "optimizer": "sgd", "learning_rate": 0.01, "epochs": 150}
sgd |= {"loss": "mean_squared_error", "learning_rate_schedule": None, "strategy": "direct"}
sgd |= {"linear": False, "scaling": None, "seasonality": None}
forecasters = {
    "SimpleRNN(1)": RNNForecaster(window=3, **sgd, random_state=0),
    "SimpleRNN(1), Dense(10)": RNNForecaster(window=3, **sgd, dense_units=10, random_state=0),
    "RNNForecaster": RNNForecaster(window=3, random_state=0),
    "LinearRegression": WindowForecaster(LinearRegression(), window=3),
}
forecasts = {}
print(f"{'forecaster':<24} {'MSE trained on':>14} {'MSE held out':>12} {'seconds':>7}")
for name, forecaster in forecasters.items():
    start = perf_counter()
    forecast = forecaster.fit(train).predict(series)
    seconds = perf_counter() - start
    known = mean_squared_error(series[3:35], forecast[3:35])
    held_out = mean_squared_error(series[35:], forecast[35:])
    print(f"{name:<24} {known:14.1e} {held_out:12.1e} {seconds:7.1f}")
    forecasts[name] = np.where(np.arange(50) < 3, np.nan, forecast)  # no three lags yet

# %%
# All of them over the series
# ---------------------------

pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
_, ax = plt.subplots(figsize=(9, 4.5), layout="constrained")
display = ForecastDisplay.from_predictions(series, forecasts, ax=ax)
display.figure_.savefig(pictures / "sine_forecasts.png", dpi=150)

# %%
# No: linear regression wins, with an error that is nothing but rounding. Each point of a sine is a
# fixed combination of the two before it, which is just what linear regression looks for. After 150
# epochs of gradient descent the small networks stay short of the peaks. ``RNNForecaster`` as it
# comes finds the rule, to single precision, but in its linear part.
