"""A table of many series: seconds until a network trains, and the peak of memory.

Usage: [KERAS_BACKEND=jax] python -m benchmarks.panels [--series N] [--rows N]

Printed are the seconds from the call of ``fit`` to the end of the first batch, those of all of
``fit`` and those of a forecast of a week. Peaks are the largest resident memory on the way above
that of the process after a small fit, and its ratio to the memory of the table, which is part of
them. ``network_share=1`` leaves out the first of two trainings, which no callback hears of.
"""

import argparse
import gc
import time
from functools import partial

import keras
import numpy as np
import pandas as pd
import psutil

from benchmarks.timing import measure_seconds
from benchmarks.windows import MIB, watch_peak
from skrnn import RNNForecaster

WORDS = {"series": "item", "time": "date", "horizon": 7, "network_share": 1, "random_state": 0}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int, default=100_000)
    parser.add_argument("--rows", type=int, default=100)
    arguments = parser.parse_args()
    RNNForecaster(**WORDS, epochs=1).fit(make_table(100, arguments.rows))  # what any takes
    gc.collect()
    base = psutil.Process().memory_info().rss
    table = make_table(arguments.series, arguments.rows)
    own = table.memory_usage(deep=True).sum()
    times = []
    note = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: times.append(time.perf_counter())
    )
    forecaster = RNNForecaster(**WORDS, callbacks=[note])
    print(f"{arguments.series:,} series of {arguments.rows} rows, {own / MIB:.0f} MiB\n")
    print("| | seconds | peak, MiB | over the table |")
    print("|---|---:|---:|---:|")
    start = time.perf_counter()
    for name, run in [("fit", partial(forecaster.fit, table)), ("forecast", forecaster.forecast)]:
        _, seconds, peak = measure_seconds(partial(watch_peak, run))
        above = peak - base
        print(f"| `{name}` | {seconds:.1f} | {above / MIB:.0f} | {above / own:.2f} |")
    print(f"| until the first batch has been trained on | {times[0] - start:.1f} | | |")


def make_table(n_series, n_rows):
    """Make positive daily values of items with numbers."""
    dates = pd.date_range("2024-01-01", periods=n_rows)
    values = np.random.default_rng(0).gamma(2, 1, n_series * n_rows)
    return pd.DataFrame(
        {
            "item": np.repeat(np.arange(n_series), n_rows),
            "date": np.tile(dates.to_numpy(), n_series),
            "value": values,
        }
    )


if __name__ == "__main__":
    main()
