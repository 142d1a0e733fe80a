"""One-step forecasts of the airline series: networks against baselines.

Usage: python -m benchmarks.airline

Trained on the first 108 months; mean absolute error of the forecasts of the last 36, in thousands
of passengers. Networks: the median of three seeds.
"""

import time

import numpy as np
from sklearn.metrics import mean_absolute_error

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.datasets import load_airline

FORECASTERS = [
    NaiveForecaster(),
    NaiveForecaster("seasonal"),
    WindowForecaster(window=12),
    WindowForecaster(window=12, difference=12),
    RNNForecaster(),
    RNNForecaster(network_share=1),
    RNNForecaster(difference=12),
    RNNForecaster(linear=False),
    RNNForecaster(linear=False, difference=12),
    RNNForecaster(linear=False, difference=12, strategy="direct", cell="gru"),
    RNNForecaster(linear=False, seasonality=None, scaling="standard"),
]


def main():
    series = load_airline().data
    train, test = series[:108], series[108:]
    print(f"| {'forecaster':<62} | {'MAE':>6} | {'seeds':<17} | seconds a fit |")
    print(f"|{'-' * 64}|-------:|{'-' * 19}|--------------:|")
    for forecaster in FORECASTERS:
        seeds = range(3) if isinstance(forecaster, RNNForecaster) else [None]
        errors, start = [], time.perf_counter()
        for seed in seeds:
            if seed is not None:
                forecaster.set_params(random_state=seed)
            errors.append(mean_absolute_error(test, forecaster.fit(train).predict(test)))
        seconds = (time.perf_counter() - start) / len(seeds)
        if len(seeds) > 1:
            forecaster.set_params(random_state=None)
        each = " ".join(f"{error:.2f}" for error in errors) if len(errors) > 1 else ""
        name = " ".join(repr(forecaster).split())
        print(
            f"| {name:<62} | {np.median(errors):6.2f} | {each:<17} | {seconds:13.2f} |", flush=True
        )


if __name__ == "__main__":
    main()
