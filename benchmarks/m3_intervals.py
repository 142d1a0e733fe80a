"""Prediction intervals of the 1,428 monthly series of the M3 competition.

Usage: python -m benchmarks.m3_intervals [--validation] [--seed 0] [--coverage 0.95] [--peers]

All series are one table, trained on at once; intervals are those of the 18 months after the end
of each. Beside the share of months inside, over all and at each step, stands the mean scaled
interval score (Makridakis, Spiliotis and Assimakopoulos, 2020), in units of the seasonal naive
error. ``--peers`` adds statsforecast's Theta and AutoETS with intervals of their own (some two
minutes). ``--validation`` holds the last 18 months of the training parts out instead, to choose
by. Seconds of CPU are those of training, after a first one, and forecasting; the last rows are
those of training with ``calibrate="auto"`` and without, in turns.
"""

import argparse
import logging
import os
import statistics
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads of small trees wait for each other
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np

from benchmarks.m3 import load_panel, rename
from benchmarks.timing import measure_seconds
from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.metrics import coverage_score, mean_scaled_interval_score

REPEATS = 3


def main():
    arguments = read_arguments()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    panel = load_panel("monthly", arguments.validation)
    words = {"series": "series", "time": "date", "horizon": panel.horizon}
    window = {"window": 13, "scaling": "window", "seasonality": "auto", "calibrate": True}
    network = RNNForecaster(random_state=arguments.seed, **words)
    methods = {
        "NaiveForecaster, seasonality": use(NaiveForecaster(seasonality="auto", **words)),
        "WindowForecaster, linear": use(WindowForecaster(**window, **words)),
        "RNNForecaster": use(network),
    }
    if arguments.peers:
        methods |= {f"statsforecast {name}": use_peer(name) for name in ("Theta", "AutoETS")}
    network.fit(panel.make_table(panel.train))
    print_header(panel.horizon)
    for name, bound in methods.items():
        cpu, _, bounds = measure_seconds(lambda bound=bound: bound(panel, arguments.coverage))
        print_row(name, bounds, panel, arguments.coverage, cpu)
    print_training(network, panel)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--validation", action="store_true")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--coverage", type=float, default=0.95)
    parser.add_argument("--peers", action="store_true")
    return parser.parse_args()


# Each gives the bounds of a panel: (n_series, horizon, 2).


def use(forecaster):
    def bound(panel, coverage):
        forecaster.fit(panel.make_table(panel.train))
        bounds = forecaster.forecast_interval(coverage=coverage)[["lower", "upper"]]
        return bounds.to_numpy().reshape(-1, panel.horizon, 2)

    return bound


def use_peer(name):
    def bound(panel, coverage):
        from statsforecast import StatsForecast, models

        level = round(100 * coverage)
        model = getattr(models, name)(season_length=panel.period)
        engine = StatsForecast([model], freq=panel.step, n_jobs=1)
        table = engine.forecast(df=rename(panel), h=panel.horizon, level=[level])
        columns = [f"{name}-{side}-{level}" for side in ("lo", "hi")]
        return table[columns].to_numpy().reshape(-1, panel.horizon, 2)

    return bound


def print_header(horizon):
    print("\ncoverage in per cent, over all and at each step; mean scaled interval score\n")
    steps = " | ".join(f"{step:>4}" for step in range(1, horizon + 1))
    print(f"| {'method':<28} |  all | {steps} | score | CPU, s |")
    print(f"|{'-' * 30}|{'-----:|' * (horizon + 1)}------:|-------:|")


def print_row(name, bounds, panel, coverage, cpu):
    steps = [
        coverage_score(panel.truth[:, step], bounds[:, step]) for step in range(panel.horizon)
    ]
    shares = " | ".join(f"{100 * share:>4.1f}" for share in [np.mean(steps), *steps])
    score = np.mean(
        [
            mean_scaled_interval_score(*rows, coverage=coverage, season=panel.period)
            for rows in zip(panel.truth, bounds, panel.train, strict=True)
        ]
    )
    print(f"| {name:<28} | {shares} | {score:>5.2f} | {cpu:>6.1f} |", flush=True)


def print_training(network, panel):
    """Print the seconds of training with held-out errors kept, and without."""
    table, seconds = panel.make_table(panel.train), {"auto": [], False: []}
    for _ in range(REPEATS):
        for calibrate, times in seconds.items():
            start = time.process_time()
            network.set_params(calibrate=calibrate).fit(table)
            times.append(time.process_time() - start)
    kept, none = (statistics.median(times) for times in seconds.values())
    print("\n| training, CPU, s | calibrate='auto' | calibrate=False | ratio |")
    print("|------------------|-----------------:|----------------:|------:|")
    print(f"| median of {REPEATS} | {kept:.2f} | {none:.2f} | {kept / none:.3f} |")


if __name__ == "__main__":
    main()
