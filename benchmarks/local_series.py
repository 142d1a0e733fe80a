"""One-step and one-season forecasts of 31 real series, every forecaster with its defaults.

Usage: python -m benchmarks.local_series [--validation] [--series NAME,NAME] [--seeds N]

The series are those that pmdarima, sktime and statsmodels ship, with their dates where these have
any. A forecaster is trained once on the first four fifths of a series and forecasts from every
row of the last fifth what follows. Printed is the mean absolute error of all forecasts whose truth
is known, over that of the seasonal naive forecast (the last value, where there is no season); for
networks the mean over the seeds, and the seconds of one. Boosting feeds its forecasts back, as it
learns one value at a time. Series of less than three seasons are not forecast a season ahead.
``--validation`` forecasts the last fifth of the training rows instead, to choose defaults by.
"""

import argparse
import os
import time
import warnings

os.environ.setdefault("OMP_NUM_THREADS", "1")  # threads of small trees wait for each other
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import pandas as pd
import pmdarima.datasets
import sktime.datasets
import statsmodels.datasets
from sklearn.ensemble import HistGradientBoostingRegressor

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.metrics import get_scorer

YEAR, QUARTERS, MONTHS, HALF_HOURS = 1, 4, 12, 48
SCORER = get_scorer("neg_mean_absolute_error")
UNIT = "seasonal naive"


def main():
    arguments = read_arguments()
    series = load_series()
    names = arguments.series.split(",") if arguments.series else list(series)
    parts = {
        name: (*split(series[name][0], arguments.validation), series[name][1]) for name in names
    }
    print("\nOne step ahead\n")
    print_table({name: (*part, 1) for name, part in parts.items()}, arguments.seeds)
    print("\nOne season ahead\n")
    seasonal = {
        name: (train, test, season, season)
        for name, (train, test, season) in parts.items()
        if season > 1 and len(train) >= 3 * season
    }
    print_table(seasonal, arguments.seeds)


def read_arguments():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--validation", action="store_true")
    parser.add_argument("--series", metavar="NAME,NAME")
    parser.add_argument("--seeds", type=int, default=1)
    return parser.parse_args()


def load_series():
    """Load every series, with the rows in its season, by name."""
    return {**load_pmdarima(), **load_sktime(), **load_statsmodels()}


def load_pmdarima():
    source = pmdarima.datasets
    wine, wool = (load(as_series=True) for load in (source.load_wineind, source.load_woolyrnq))
    spots = source.load_sunspots(as_series=True)
    for series in (wine, spots):
        series.index = pd.PeriodIndex(pd.to_datetime(series.index, format="%b %Y"), freq="M")
    quarters = [f"{year}{quarter}" for quarter, year in wool.index.str.split()]
    wool.index = pd.PeriodIndex(quarters, freq="Q")
    return {
        "ausbeer": (source.load_ausbeer()[:-1], QUARTERS),  # the last is missing
        "austres": (source.load_austres(), QUARTERS),
        "heartrate": (source.load_heartrate(), YEAR),
        "wineind": (wine, MONTHS),
        "woolyrnq": (wool, QUARTERS),
        "sunspots_monthly": (spots, MONTHS),
        "taylor": (source.load_taylor(), HALF_HOURS),
    }


def load_sktime():
    source = sktime.datasets
    consumption, others = source.load_uschange()
    changes = {"uschange_consumption": consumption} | {
        f"uschange_{name.lower()}": others[name] for name in ("Income", "Production", "Savings")
    }
    return {
        "airline": (source.load_airline(), MONTHS),
        "lynx": (source.load_lynx(), YEAR),
        "shampoo": (source.load_shampoo_sales(), MONTHS),
        "pbs": (source.load_PBS_dataset(), MONTHS),
        "solar": (source.load_solar(api_version=None), HALF_HOURS),
        **{name: (series, QUARTERS) for name, series in changes.items()},
    }


def load_statsmodels():
    source = statsmodels.datasets
    names = ("sunspots", "nile", "co2", "elnino", "macrodata", "danish_data", "interest_inflation")
    spots, nile, co2, ocean, macro, danish, rates = (
        getattr(source, name).load_pandas().data for name in names
    )
    for table in (macro, rates):
        table.index = pd.PeriodIndex.from_fields(
            year=table["year"].astype(int), quarter=table["quarter"].astype(int), freq="Q"
        )
    ocean = ocean.set_index("YEAR").stack()
    ocean.index = pd.period_range("1950-01", periods=len(ocean), freq="M")
    quarterly = {name: macro[name] for name in ("realgdp", "realinv", "cpi", "m1", "unemp")}
    quarterly |= {name: macro[name] for name in ("infl", "tbilrate")}
    quarterly |= {f"danish_{name}": danish[name] for name in ("lrm", "ibo")}
    quarterly |= {"bond_rate": rates["R"], "inflation": rates["Dp"]}
    return {
        "sunspots_yearly": (index_years(spots["YEAR"], spots["SUNACTIVITY"]), YEAR),
        "nile": (index_years(nile["year"], nile["volume"]), YEAR),
        "co2": (co2["co2"].resample("MS").mean(), MONTHS),
        "elnino": (ocean, MONTHS),
        **{name: (series, QUARTERS) for name, series in quarterly.items()},
    }


def index_years(years, values):
    return pd.Series(values.to_numpy(), pd.PeriodIndex(years.astype(int).astype(str), freq="Y"))


def split(values, validation):
    """Cut a series into the first four fifths and the last, or the former so again."""
    cut = len(values) * 4 // 5
    if not validation:
        return values[:cut], values[cut:]
    return values[: cut * 4 // 5], values[cut * 4 // 5 : cut]


def print_table(parts, n_seeds):
    """Print the errors in each series, and their median and worst."""
    rows = {}
    for name, (train, test, season, horizon) in parts.items():
        rows[name] = judge(train, test, season, horizon, n_seeds)
        if len(rows) == 1:
            print_header(rows[name])
        print_row(name, rows[name], f"{len(train)} + {len(test)}")
    if rows:
        print_row("median", pd.DataFrame(rows).T.median())
        print_row("worst", pd.DataFrame(rows).T.max())


def judge(train, test, season, horizon, n_seeds):
    """Give the error of each forecaster over that of the seasonal naive forecast."""
    strategy = "recursive" if horizon > 1 else "direct"  # it learns one value at a time
    forecasters = {
        UNIT: NaiveForecaster("seasonal", season=season),
        "naive": NaiveForecaster(),
        "linear": WindowForecaster(),
        "boosting": WindowForecaster(HistGradientBoostingRegressor(), strategy=strategy),
        "network": RNNForecaster(),
    }
    errors = {}
    for name, forecaster in forecasters.items():
        forecaster.set_params(horizon=horizon)
        seeds, start = range(n_seeds) if name == "network" else [None], time.perf_counter()
        errors[name] = np.mean([measure(forecaster, train, test, seed) for seed in seeds])
    seconds = (time.perf_counter() - start) / n_seeds
    row = {name: error / errors[UNIT] for name, error in errors.items() if name != UNIT}
    return row | {"network / linear": errors["network"] / errors["linear"], "seconds": seconds}


def measure(forecaster, train, test, seed):
    if seed is not None:
        forecaster.set_params(random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return -SCORER(forecaster.fit(train), test)


def print_header(row):
    print(f"| {'series':<20} | {'rows':>10} | {' | '.join(f'{key:>8}' for key in row)} |")
    print(
        f"|{'-' * 22}|{'-' * 11}:|{'|'.join('-' * (max(len(key), 8) + 1) + ':' for key in row)}|"
    )


def print_row(name, row, rows=""):
    cells = " | ".join(f"{value:{max(len(key), 8)}.3f}" for key, value in row.items())
    print(f"| {name:<20} | {rows:>10} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
