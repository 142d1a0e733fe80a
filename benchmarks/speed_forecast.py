"""How long a forecast of many steps takes that is fed back, and how far it is from plain rounds.

Usage: python -m benchmarks.speed_forecast [STEPS]
"""

import sys
import time

import numpy as np

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.forecasting import _recursion

FORECASTERS = [
    RNNForecaster(epochs=5, random_state=0),
    RNNForecaster(strategy="direct", network_share=1, epochs=5, random_state=0),
    RNNForecaster(network_share=1, epochs=5, random_state=0),
    WindowForecaster(),
    NaiveForecaster(),
]


def main():
    n_steps = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    series = np.sin(np.arange(300.0) / 3)
    print("| forecaster | steps | seconds, compiling included | 1,000 steps from plain rounds |")
    print("|------------|------:|----------------------------:|------------------------------:|")
    for forecaster in FORECASTERS:
        forecaster.fit(series)
        start = time.perf_counter()
        forecaster.forecast(n_steps)
        seconds, lean = time.perf_counter() - start, forecaster.forecast(1000)
        usual, _recursion.LONG = _recursion.LONG, np.inf
        plain = forecaster.forecast(1000)
        _recursion.LONG = usual
        away = np.abs(lean - plain).max() / np.abs(plain).max()
        name = " ".join(repr(forecaster).split())
        print(f"| `{name}` | {n_steps:,} | {seconds:.1f} | {away:.1e} |", flush=True)


if __name__ == "__main__":
    main()
