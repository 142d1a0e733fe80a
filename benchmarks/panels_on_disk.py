"""Panels of series in Parquet files, trained on and forecast part by part.

Usage: python -m benchmarks.panels_on_disk [N_SERIES ...]

Generated: daily series of 107 rows with a week, a walk and noise, 1,000 series a file; the last 7
rows of each are held back. Every size runs in a process of its own, and once more with all rows
in memory where they are at most a million. Memory is the peak of the process above what it takes
after a first small fit of chunks. Errors are those of the rows held back of the first 1,000
series, in those of the seasonal naive forecast (MASE, season 7).
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from skrnn import Chunks, RNNForecaster

SIZES = 1_000, 10_000, 100_000
N_ROWS, N_LATER, IN_A_FILE = 100, 7, 1_000
WORDS = {"series": "store", "time": "date", "horizon": N_LATER, "random_state": 0}


def make_series(number):
    """Make the series of a file: the rows to learn from, and those that follow."""
    rng, n = np.random.default_rng(number), N_ROWS + N_LATER
    days = np.arange(n) + rng.integers(0, 7, (IN_A_FILE, 1))
    levels = np.exp(rng.normal(3, 1, (IN_A_FILE, 1)))
    weeks = 1 + rng.uniform(0.1, 0.5, (IN_A_FILE, 1)) * np.sin(2 * np.pi * days / 7)
    walks = np.exp(np.cumsum(rng.normal(0, 0.03, (IN_A_FILE, n)), axis=1))
    sales = levels * weeks * walks * np.exp(rng.normal(0, 0.1, (IN_A_FILE, n)))
    table = pd.DataFrame(
        {
            "store": np.repeat([f"s{number:05d}-{i:03d}" for i in range(IN_A_FILE)], n),
            "date": np.tile(pd.date_range("2024-01-01", periods=n), IN_A_FILE),
            "sales": sales.ravel(),
        }
    )
    is_later = np.tile(np.arange(n) >= N_ROWS, IN_A_FILE)
    return table[~is_later], table[is_later]


def write_files(folder, n_series):
    for number in range(n_series // IN_A_FILE):
        make_series(number)[0].to_parquet(folder / f"{number:05d}.parquet", index=False)


def measure_peak():
    """Give the most memory that this process has taken, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def run(folder, is_chunked):
    """Fit and forecast; give seconds, memory and errors."""
    files = sorted(folder.iterdir())
    small = [make_series(0)[0].iloc[: 50 * N_ROWS]]
    RNNForecaster(**WORDS).fit(Chunks(small)).forecast()
    pd.read_parquet(files[0])
    base, start = measure_peak(), time.perf_counter()
    chunks = Chunks(folder)
    X = chunks if is_chunked else pd.concat([part for part, _ in chunks], ignore_index=True)
    forecaster = RNNForecaster(**WORDS).fit(X)
    fitted = time.perf_counter()
    forecasts = forecaster.forecast()
    seconds, peak = (fitted - start, time.perf_counter() - fitted), measure_peak()
    return {"seconds": seconds, "peak": peak - base, "mase": measure_errors(forecasts)}


def measure_errors(forecasts):
    """Give the mean absolute scaled error of the series of the first file."""
    known, later = (part.set_index(["store", "date"])["sales"] for part in make_series(0))
    forecasts = forecasts.set_index(["store", "date"])["sales"]
    by_store = known.groupby("store")
    scales = by_store.transform(lambda values: values.diff(7).abs().mean())
    errors = (forecasts.reindex(later.index) - later).abs().groupby("store").mean()
    return (errors / scales.groupby("store").first()).mean()


def compare():
    sizes = list(map(int, sys.argv[1:])) or SIZES
    print(f"{'series':>8s} {'rows':>11s} read       fit s  forecast s  MiB above base   MASE")
    for n_series in sizes:
        with tempfile.TemporaryDirectory() as folder:
            write_files(Path(folder), n_series)
            for how in ("chunks", "memory"):
                if how == "memory" and n_series * N_ROWS > 10**6:
                    continue
                command = [sys.executable, "-m", "benchmarks.panels_on_disk", "--run", how, folder]
                done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
                found = json.loads(done.stdout.splitlines()[-1])
                size = f"{n_series:8,d} {n_series * N_ROWS:11,d} {how:8s}"
                fit, forecast = found["seconds"]
                took = f"{fit:7.1f} {forecast:11.1f} {found['peak']:15,.0f}"
                print(size, took, f"{found['mase']:6.3f}", flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--run"]:
        print(json.dumps(run(Path(sys.argv[3]), sys.argv[2] == "chunks")))
    else:
        compare()
