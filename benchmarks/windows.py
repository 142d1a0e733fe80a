"""Windows of a long series: the time to make them, and the peak memory of training on them.

Usage: [KERAS_BACKEND=jax] python -m benchmarks.windows [POINTS]
"""

import argparse
import gc
import threading
import time

import keras
import numpy as np
import psutil

from benchmarks.timing import compare, print_header
from skrnn import RNNForecaster, WindowTransformer

MIB = 2**20
WORDS = {
    "cell": "simple",
    "units": 4,
    "window": 50,
    "batch_size": 2048,
    "random_state": 0,
    "strategy": "direct",
    "linear": False,
    "scaling": "window",
    "seasonality": None,
}


def make_series(n):
    """Make a noisy wave, a part at a time."""
    series = np.empty(n)
    rng = np.random.default_rng(0)
    for part in np.array_split(series, max(1, n // 100_000)):
        part[:] = np.sin(np.arange(len(part)) / 10)
        part += 0.1 * rng.standard_normal(len(part))
    return series


def watch_peak(run):
    """Run something, and give the largest resident memory on the way, in bytes."""
    process, peak, done = psutil.Process(), [0], threading.Event()

    def watch():
        while not done.is_set():
            peak[0] = max(peak[0], process.memory_info().rss)
            time.sleep(0.005)

    watcher = threading.Thread(target=watch)
    watcher.start()
    run()
    done.set()
    watcher.join()
    return peak[0]


def compare_making():
    """Compare ways to make windows and what comes after them."""
    series = make_series(200_000)

    def stack():
        windows = np.array([series[i : i + 50] for i in range(len(series) - 50)])
        return windows, series[50:]

    def read_dataset():
        dataset = keras.utils.timeseries_dataset_from_array(
            series[:-1], series[50:], 50, batch_size=2048
        )
        return list(dataset)

    print_header()
    compare(
        "windows of 50 from 200,000 points",
        lambda: WindowTransformer(50).fit(series).make_pairs(series),
        {"np.array of slices": stack, "Keras timeseries_dataset_from_array": read_dataset},
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("points", nargs="?", type=int, default=10_000_000)
    n = parser.parse_args().points
    compare_making()
    RNNForecaster(**WORDS, epochs=10).fit(make_series(200_000))  # what any training takes
    gc.collect()
    base = psutil.Process().memory_info().rss
    series = make_series(n)
    start = time.perf_counter()
    peak = watch_peak(lambda: RNNForecaster(**WORDS, epochs=1).fit(series))
    seconds = time.perf_counter() - start
    above, own = (peak - base) / MIB, series.nbytes / MIB
    print(f"\n{n:,} points, window {WORDS['window']}: one epoch in {seconds:.0f} s")
    print(f"series {own:.0f} MiB; peak {above:.0f} MiB above the base of {base / MIB:.0f} MiB")
    print(f"ratio {above / own:.2f}; windows written out would be {own * WORDS['window']:.0f} MiB")


if __name__ == "__main__":
    main()
