"""The M3 months learned by one network, here and in neuralforecast: seconds of training, error.

Usage: python -m benchmarks.m3_training [--repeats N]

On both sides an LSTM of 32 units in one layer learns the 1,428 monthly series of the competition,
32 series an update, by the mean absolute error at a learning rate of 0.003, 18 months ahead, on
the CPU. Seconds are those of ``fit`` on a table in memory, compiling included, with an empty pool
of networks: medians of runs that take turns in one process. sMAPE, in per cent, is of the values
that came, as in benchmarks.m3.

What differs: neuralforecast draws 32 windows (by default 128, the last row) from the 32 series of
an update, as long as the longest series and padded at the beginning, and learns what follows each.
``RNNForecaster`` reads the 32 series, and learns what follows each month. Its seasons, linear part
and falling learning rate are its defaults, and so are the scaling and the decoder of
neuralforecast. ``network_share=1`` trains once; by default a first training, without the last
months, tells how much of what the network adds is used.
"""

import argparse
import logging
import math
import warnings

import numpy as np

from benchmarks.m3 import load_panel, rename
from benchmarks.timing import measure_seconds
from skrnn import RNNForecaster, clear_pool
from skrnn.metrics import symmetric_mean_absolute_percentage_error

UNITS, BATCH, EPOCHS, LEARNING_RATE = 32, 32, 14, 0.003
OURS = {"RNNForecaster(network_share=1)": 1, "RNNForecaster()": "auto"}
PEERS = {"neuralforecast, 32 windows": 32, "neuralforecast, 128 windows": 128}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    repeats = parser.parse_args().repeats
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    panel = load_panel("monthly", validation=False)
    runs = {name: [] for name in [*OURS, *PEERS]}
    for _ in range(repeats):
        for name, share in OURS.items():
            runs[name].append(train_ours(panel, share))
        for name, n_windows in PEERS.items():
            runs[name].append(train_neuralforecast(panel, n_windows))
    print_table({name: np.median(rows, axis=0) for name, rows in runs.items()})


def train_ours(panel, network_share):
    """Give seconds of CPU, seconds, and sMAPE."""
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
    return *seconds, judge(panel, forecaster.forecast()["value"])


def train_neuralforecast(panel, n_windows):
    """Give seconds of CPU, seconds, and sMAPE."""
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
        accelerator="cpu",
        enable_progress_bar=False,
        enable_model_summary=False,
        enable_checkpointing=False,
        logger=False,
    )
    engine = NeuralForecast([model], freq=panel.step)
    table = rename(panel)
    *seconds, _ = measure_seconds(lambda: engine.fit(table))
    return *seconds, judge(panel, engine.predict()["LSTM"])


def judge(panel, forecasts):
    forecasts = forecasts.to_numpy().reshape(panel.truth.shape)
    return 100 * symmetric_mean_absolute_percentage_error(panel.truth, forecasts)


def print_table(medians):
    columns = " | ".join(f"CPU / that of {name}" for name in PEERS)
    print(f"| method | CPU, s | wall, s | sMAPE | {columns} |")
    print(f"|--------|{'|'.join(['--:'] * (3 + len(PEERS)))}|")
    for name, (cpu, wall, error) in medians.items():
        ratios = " | ".join(f"{cpu / medians[peer][0]:.3f}" for peer in PEERS)
        print(f"| {name} | {cpu:.1f} | {wall:.1f} | {error:.2f} | {ratios} |")


if __name__ == "__main__":
    main()
