"""The M3 months learned by one network, here, in neuralforecast and in darts: seconds and error.

Usage: python -m benchmarks.m3_training [--repeats N]

On all sides an LSTM of 32 units in one layer learns the 1,428 monthly series of the competition,
32 series an update, by the mean absolute error at a learning rate of 0.003, 18 months ahead, on
the CPU. Seconds are those of ``fit`` on a table in memory, compiling included, with an empty pool
of networks, and those of a forecast of all series: medians of runs that take turns in one process.
sMAPE, in per cent, is of the values that came, as in benchmarks.m3.

What differs: neuralforecast draws 32 windows (by default 128, the last row) from the 32 series of
an update, as long as the longest series and padded at the beginning, and learns what follows each.
``RNNForecaster`` reads the 32 series, and learns what follows each month. darts draws a window of
30 months from each of 32 series, so that an update reads less. Of skrnn, the seasons, linear part
and falling learning rate are its defaults, and so are the scaling and the decoder of
neuralforecast. ``network_share=1`` trains once; by default a first training, without the last
months, tells how much of what the network adds is used.
"""

import argparse
import logging
import math
import warnings
from functools import partial

import numpy as np

from benchmarks.m3 import load_panel, rename
from benchmarks.speed_series import QUIET
from benchmarks.timing import measure_seconds
from skrnn import RNNForecaster, clear_pool
from skrnn.metrics import symmetric_mean_absolute_percentage_error
from skrnn.training import load_engine

UNITS, BATCH, EPOCHS, LEARNING_RATE = 32, 32, 14, 0.003


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    panel = load_panel("monthly", validation=False)
    runs = {name: [] for name in TRAININGS}
    for _ in range(repeats):
        for name, train in TRAININGS.items():
            runs[name].append(train(panel))
    print_table({name: np.median(rows, axis=0) for name, rows in runs.items()})


def train_ours(panel, network_share):
    """Give seconds of CPU and seconds of fit, those of CPU of forecasts, and sMAPE."""
    load_engine()  # the others are imported before the clock starts, too
    clear_pool()
    forecaster = RNNForecaster(
        series="series",
        time="date",
        horizon=panel.horizon,
        units=UNITS,
        batch_size=BATCH,
        epochs=EPOCHS,
        learning_rate=LEARNING_RATE,
        random_state=0,
        network_share=network_share,
    )
    table = panel.make_table(panel.train)
    *seconds, _ = measure_seconds(lambda: forecaster.fit(table))
    cpu, _, table = measure_seconds(forecaster.forecast)
    return *seconds, cpu, judge(panel, table["value"])


def train_neuralforecast(panel, n_windows):
    """Give what :func:`train_ours` gives."""
    from neuralforecast import NeuralForecast
    from neuralforecast.models import LSTM

    model = LSTM(
        panel.horizon,
        input_size=max(map(len, panel.train)),
        encoder_n_layers=1,
        encoder_hidden_size=UNITS,
        max_steps=EPOCHS * math.ceil(len(panel.train) / BATCH),
        learning_rate=LEARNING_RATE,
        batch_size=BATCH,
        windows_batch_size=n_windows,
        start_padding_enabled=True,
        random_seed=0,
        enable_model_summary=False,
        enable_checkpointing=False,
        **QUIET,
    )
    engine = NeuralForecast([model], freq=panel.step)
    table = rename(panel)
    *seconds, _ = measure_seconds(lambda: engine.fit(table))
    cpu, _, forecasts = measure_seconds(engine.predict)
    return *seconds, cpu, judge(panel, forecasts["LSTM"])


def train_darts(panel):
    """Give what :func:`train_ours` gives."""
    import torch
    from darts import TimeSeries
    from darts.dataprocessing.transformers import Scaler
    from darts.models import BlockRNNModel

    model = BlockRNNModel(
        30,  # and what follows: the shortest series has 50 months
        panel.horizon,
        model="LSTM",
        hidden_dim=UNITS,
        n_epochs=EPOCHS,
        batch_size=BATCH,
        loss_fn=torch.nn.L1Loss(),
        optimizer_kwargs={"lr": LEARNING_RATE},
        random_state=0,
        pl_trainer_kwargs=QUIET,
    )
    scaler = Scaler()

    def fit():
        series = [TimeSeries.from_values(values.astype(np.float32)) for values in panel.train]
        scaled = scaler.fit_transform(series)
        model.fit(scaled, max_samples_per_ts=1)
        return scaled

    *seconds, scaled = measure_seconds(fit)
    cpu, _, made = measure_seconds(
        lambda: scaler.inverse_transform(model.predict(panel.horizon, scaled))
    )
    return *seconds, cpu, judge(panel, np.concatenate([series.values() for series in made]))


def judge(panel, forecasts):
    forecasts = np.asarray(forecasts).reshape(panel.truth.shape)
    return 100 * symmetric_mean_absolute_percentage_error(panel.truth, forecasts)


TRAININGS = {
    "RNNForecaster(network_share=1)": partial(train_ours, network_share=1),
    "RNNForecaster()": partial(train_ours, network_share="auto"),
    "neuralforecast, 32 windows": partial(train_neuralforecast, n_windows=32),
    "neuralforecast, 128 windows": partial(train_neuralforecast, n_windows=128),
    "darts BlockRNNModel": train_darts,
}


def print_table(medians):
    print("| method | fit, CPU s | fit, wall s | forecast, CPU s | sMAPE |")
    print("|--------|--:|--:|--:|--:|")
    for name, (cpu, wall, forecast, error) in medians.items():
        print(f"| {name} | {cpu:.1f} | {wall:.1f} | {forecast:.2f} | {error:.2f} |", flush=True)


if __name__ == "__main__":
    main()
