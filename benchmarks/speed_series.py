"""A small network on the airline series, against forecasting libraries.

Usage: [KERAS_BACKEND=jax] python -m benchmarks.speed_series

LSTM(32) on windows of 12 months, 100 epochs in batches of 32, on the first 108 months; then 36
rolling forecasts of one step. skforecast's network is built anew and compiled for each fit, as it
must be; skrnn is timed with its pool empty and warm.
"""

import keras
import numpy as np
from sklearn.neural_network import MLPRegressor

from benchmarks.timing import compare, print_header
from skrnn import RNNForecaster, WindowForecaster, clear_pool
from skrnn.datasets import load_airline

SERIES = load_airline().data.astype(float)
TRAIN, TEST = SERIES[:108], SERIES[108:]
WORDS = {
    "cell": "lstm",
    "units": 32,
    "scaling": "standard",
    "window": 12,
    "epochs": 100,
    "strategy": "direct",  # what follows is what the peers have not
    "linear": False,
    "seasonality": None,
    "learning_rate_schedule": None,
}


def fit_skrnn(*, cold):
    if cold:
        clear_pool()
    return RNNForecaster(**WORDS).fit(TRAIN)


def fit_skforecast():
    from skforecast.deep_learning import ForecasterRnn, create_and_compile_model

    frame = TRAIN.to_frame("y").asfreq("MS")
    model = create_and_compile_model(
        frame,
        lags=12,
        steps=1,
        levels="y",
        recurrent_layer="LSTM",
        recurrent_units=32,
        dense_units=None,
        compile_kwargs={"optimizer": keras.optimizers.Adam(), "loss": "mean_squared_error"},
    )
    options = {"epochs": 100, "batch_size": 32, "verbose": 0}
    forecaster = ForecasterRnn(model, levels="y", lags=12, fit_kwargs=options)
    forecaster.fit(frame)
    return forecaster


def roll_skforecast(forecaster):
    from skforecast.model_selection import TimeSeriesFold, backtesting_forecaster_multiseries

    frame = SERIES[96:].to_frame("y").asfreq("MS")  # a window, and the 36 months
    folds = TimeSeriesFold(steps=1, initial_train_size=None, refit=False)
    return backtesting_forecaster_multiseries(
        forecaster, frame, cv=folds, metric="mean_absolute_error", show_progress=False
    )


def fit_darts():
    from darts import TimeSeries
    from darts.models import BlockRNNModel

    model = BlockRNNModel(
        12, 1, model="LSTM", hidden_dim=32, n_epochs=100, batch_size=32, pl_trainer_kwargs=QUIET
    )
    values = ((TRAIN - TRAIN.mean()) / TRAIN.std()).astype(np.float32)
    return model.fit(TimeSeries.from_series(values))


def fit_neuralforecast():
    from neuralforecast import NeuralForecast
    from neuralforecast.models import LSTM

    model = LSTM(
        1,
        input_size=12,
        encoder_n_layers=1,
        encoder_hidden_size=32,
        decoder_layers=1,
        max_steps=300,
        scaler_type="standard",
        windows_batch_size=32,
        enable_model_summary=False,
        **QUIET,
    )
    frame = TRAIN.rename("y").rename_axis("ds").reset_index().assign(unique_id=0)
    return NeuralForecast([model], freq="MS").fit(frame)


QUIET = {"accelerator": "cpu", "enable_progress_bar": False, "logger": False}


def fit_mlp():
    mlp = MLPRegressor(hidden_layer_sizes=(32,), batch_size=32, max_iter=100, n_iter_no_change=100)
    return WindowForecaster(mlp, scaling="standard").fit(TRAIN)


def main():
    print_header()
    peers = {
        "skforecast ForecasterRnn": fit_skforecast,
        "darts BlockRNNModel": fit_darts,
        "neuralforecast LSTM": fit_neuralforecast,
        "scikit-learn MLPRegressor": fit_mlp,
    }
    compare("fit, the pool empty", lambda: fit_skrnn(cold=True), peers)
    compare("fit, the pool warm", lambda: fit_skrnn(cold=False), peers)
    ours, theirs = fit_skrnn(cold=False), fit_skforecast()
    ours.predict(TEST)
    compare(
        "36 rolling forecasts of one step",
        lambda: ours.predict(TEST),
        {"skforecast's backtest": lambda: roll_skforecast(theirs)},
    )


if __name__ == "__main__":
    main()
