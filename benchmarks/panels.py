"""How the time and memory of a fit and a forecast grow with the series of a table, and its rows.

Usage: [KERAS_BACKEND=jax] python -m benchmarks.panels [--series N] [--rows N]

Daily values are generated; a week is forecast. Each size runs in a process of its own: those of
``SIZES``, or the one that is given. Seconds are those of CPU: until the first batch has been
trained on, of all of ``fit`` (at most 600 updates, as is the default), and of a forecast of all
series. The peak is that of the process above what it took for a small fit, the table included.
``network_share=1`` leaves out the first of two trainings, which no callback hears of.
"""

import argparse
import resource
import subprocess
import sys
import time

import keras
import numpy as np
import pandas as pd

from benchmarks.timing import measure_seconds
from skrnn import RNNForecaster

SIZES = [(n, 50) for n in (1_000, 10_000, 100_000, 1_000_000)]
SIZES += [(10_000, n) for n in (100, 200, 400)]
WORDS = {"series": "item", "time": "date", "horizon": 7, "network_share": 1, "random_state": 0}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--series", type=int)
    parser.add_argument("--rows", type=int)
    parser.add_argument("--inner", action="store_true", help="print the row of one size alone")
    arguments = parser.parse_args()
    size = arguments.series or 100_000, arguments.rows or 100
    if arguments.inner:
        print_row(*size)
        return
    print("| series | rows | first batch, s | fit, s | forecast, s | peak, MiB | over the table |")
    print("|-------:|-----:|---------------:|-------:|------------:|----------:|---------------:|")
    for n_series, n_rows in [size] if arguments.series or arguments.rows else SIZES:
        command = [sys.executable, "-m", "benchmarks.panels", "--inner"]
        command += [f"--series={n_series}", f"--rows={n_rows}"]
        done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
        print(done.stdout.splitlines()[-1], flush=True)


def print_row(n_series, n_rows):
    """Fit to a table, forecast, and print seconds and memory."""
    RNNForecaster(**WORDS, epochs=1).fit(make_table(100, n_rows)).forecast()  # what any takes
    base = measure_peak()
    table = make_table(n_series, n_rows)
    own = table.memory_usage(deep=True).sum() / 2**20
    times = []
    note = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: times.append(time.process_time())
    )
    forecaster = RNNForecaster(**WORDS, callbacks=[note])
    start = time.process_time()
    fit, *_ = measure_seconds(lambda: forecaster.fit(table))
    forecast, *_ = measure_seconds(forecaster.forecast)
    seconds = " | ".join(f"{part:.1f}" for part in (times[0] - start, fit, forecast))
    above = measure_peak() - base
    print(f"| {n_series:,} | {n_rows} | {seconds} | {above:,.0f} | {above / own:.1f} |")


def measure_peak():
    """Give the most memory that this process has taken, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


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
