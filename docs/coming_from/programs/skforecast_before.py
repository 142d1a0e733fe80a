"""A year of airline passengers ahead, by an LSTM of skforecast."""

import keras
from skforecast.deep_learning import ForecasterRnn, create_and_compile_model
from skforecast.model_selection import (
    TimeSeriesFold,
    backtesting_forecaster_multiseries,
)
from sklearn.preprocessing import StandardScaler
from skrnn.datasets import load_airline

passengers = load_airline().data.to_frame("passengers")
train, test = passengers[:108], passengers[108:]

keras.utils.set_random_seed(0)
model = create_and_compile_model(
    series=train,
    lags=12,
    steps=12,
    levels="passengers",
    recurrent_layer="LSTM",
    recurrent_units=32,
    dense_units=None,
    compile_kwargs={
        "optimizer": keras.optimizers.Adam(0.01),
        "loss": "mse",
    },
    model_name="lstm",
)
forecaster = ForecasterRnn(
    estimator=model,
    levels="passengers",
    lags=12,
    transformer_series=StandardScaler(),
    fit_kwargs={"epochs": 100, "batch_size": 32, "verbose": 0},
)
forecaster.fit(train)

errors, _ = backtesting_forecaster_multiseries(
    forecaster=forecaster,
    series=passengers[96:],  # the last window of train, and test
    cv=TimeSeriesFold(steps=12, initial_train_size=None, refit=False),
    metric="mean_absolute_error",
    show_progress=False,
)
error = errors["mean_absolute_error"].iloc[0]
print(f"mean absolute error: {error:.1f}")

coming = forecaster.predict(last_window=passengers[-12:])["pred"].iloc[0]
print(f"the next year begins with {coming:.1f} thousand")
