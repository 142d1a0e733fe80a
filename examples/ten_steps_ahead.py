"""
=============================
Ten steps ahead, in four ways
=============================

How should a network forecast ten steps: one at a time, fed back, or all at once? The four
strategies of ``RNNRegressor`` on noisy waves, each of frequencies and phases of its own, beside
linear regression and the last value.

Run it with ``python examples/ten_steps_ahead.py``.
"""

# %%
# Waves of sixty steps
# --------------------
# Fifty to read and ten to forecast; 2,000 waves to train on and 1,000 to test with.

from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
import pandas as pd
from sklearn.linear_model import LinearRegression

from skrnn import ForecastDisplay, RNNRegressor
from skrnn.datasets import make_waves

waves = make_waves(n_series=3000, n_steps=50, horizon=10, random_state=0)
X_train, X_test = waves.data[:2000], waves.data[2000:]
y_train, y_test = waves.target[:2000], waves.target[2000:]

# %%
# One network, four strategies
# ----------------------------
# An LSTM of 32 cells: "recursive" learns the next step and is fed its own forecasts, "direct"
# gives ten numbers after the last step, "seq2seq" learns the next ten after every step, and
# "encoder_decoder" goes on with a second LSTM for ten steps.

regressors = {"linear regression": LinearRegression()}
for strategy in ("recursive", "direct", "seq2seq", "encoder_decoder"):
    regressors[strategy] = RNNRegressor(strategy=strategy, learning_rate=0.01, random_state=0)

forecasts, seconds = {}, {}
for name, regressor in regressors.items():
    start = perf_counter()
    forecasts[name] = regressor.fit(X_train, y_train).predict(X_test)
    seconds[name] = perf_counter() - start

last_value = X_test[:, -1:].repeat(10, axis=1)
errors = {
    name: ((forecast - y_test) ** 2).mean(axis=0)
    for name, forecast in {"last value": last_value, **forecasts}.items()
}
table = pd.DataFrame(errors, index=pd.RangeIndex(1, 11)).T
table.insert(10, "all", table.mean(axis=1))
print("mean squared error x 1000, by step ahead")
print((1000 * table).to_string(float_format="{:.1f}".format))
print("\nseconds to train and forecast")
print(pd.Series(seconds).to_string(float_format="{:.1f}".format))

# %%
# Three waves that were held out
# ------------------------------
# The last twenty of the fifty steps read, and the ten that followed.

_, axes = plt.subplots(3, figsize=(9, 9), sharex=True, sharey=True, layout="constrained")
for row, ax in enumerate(axes):
    wave = pd.Series(waves.series[2000 + row])
    ForecastDisplay.from_predictions(
        wave[50:],
        {name: forecast[row] for name, forecast in forecasts.items()},
        history=wave[30:50],
        ax=ax,
    )
    ax.label_outer()
    if row > 0:
        ax.get_legend().remove()
pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
axes[0].figure.savefig(pictures / "ten_steps_ahead.png", dpi=150)

# %%
# All at once. One step ahead the strategies are close to each other and to linear regression; ten
# steps ahead the recursive forecasts, each made from those before it, are the worst of the four,
# and the three networks that were trained on all ten steps leave linear regression far behind.
