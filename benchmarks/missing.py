"""Ways to treat missing values before a forecast, one step ahead.

Usage: python -m benchmarks.missing

Mean absolute error against the values without noise, or those left out; the median of three
seeds. Forecasts are those of a network alone, without a linear part and seasons beside it.
"interpolated before" fills the whole series by linear interpolation, which looks ahead of the
forecast; all others know of a window what lies in it. With a mask the network also reads which
values were missing.
"""

import numpy as np
import pandas as pd

from skrnn import RNNForecaster, RNNRegressor, WindowTransformer
from skrnn.datasets import load_airline

WINDOW = 12
WORDS = {
    "cell": "simple",
    "units": 64,
    "epochs": 100,
    "loss": "mean_squared_error",
    "learning_rate": 0.001,
    "learning_rate_schedule": None,
}
ALONE = {"strategy": "direct", "linear": False, "seasonality": None, "scaling": "window"}


def make_weeks():
    """Make a weekly sine: with noise, without, the rows to train on, the season."""
    clean = 5 * np.sin(2 * np.pi * np.arange(500) / 7)
    return clean + np.random.default_rng(0).normal(0, 0.1, 500), clean, 350, 7


def make_airline():
    passengers = load_airline().data.to_numpy(float)
    return passengers, passengers, 108, 12


def leave_out(series, rows):
    series = series.copy()
    series[rows] = np.nan
    return series


def leave_runs_out(series, starts, length):
    return leave_out(series, np.concatenate([np.arange(t, t + length) for t in starts]))


def leave_share_out(series):
    return leave_out(series, np.random.default_rng(1).random(len(series)) < 0.1)


def make_tasks():
    """Give, by name, a series, the truth, the rows to train on, the season, the rows judged."""
    weeks, clean, n_weeks, week = make_weeks()
    months, truth, n_months, year = make_airline()
    late, always = range(360, 490, 20), range(20, 490, 20)
    after = np.concatenate([np.arange(t, t + 8) for t in late])
    rest, last = np.arange(n_weeks, 500), np.arange(n_months, 144)
    return {
        "weeks, gaps of 3 days in the test": (
            leave_runs_out(weeks, late, 3), clean, n_weeks, week, after,
        ),
        "weeks, gaps of 3 days": (leave_runs_out(weeks, always, 3), clean, n_weeks, week, after),
        "weeks, 10 % left out": (leave_share_out(weeks), clean, n_weeks, week, rest),
        "airline, 10 % left out": (leave_share_out(months), truth, n_months, year, last),
        "airline, gaps of 2 months": (
            leave_runs_out(months, (30, 62, 95, 115, 130), 2), truth, n_months, year, last,
        ),
    }  # fmt: skip


def keep(windows, season):
    return windows


def take_previous(windows, season):
    return pd.DataFrame(windows.T).ffill().bfill().to_numpy().T


def interpolate(windows, season):
    return pd.DataFrame(windows.T).interpolate(limit_direction="both").to_numpy().T


def take_season(windows, season):
    """Take the value a season before, or else after; else interpolate."""
    windows = windows.copy()
    for t in range(season, WINDOW):
        windows[:, t] = np.where(np.isnan(windows[:, t]), windows[:, t - season], windows[:, t])
    for t in range(WINDOW - season - 1, -1, -1):
        windows[:, t] = np.where(np.isnan(windows[:, t]), windows[:, t + season], windows[:, t])
    return interpolate(windows, season)


WAYS = {
    "skip": keep,
    "previous value": take_previous,
    "linear": interpolate,
    "seasonal value": take_season,
}


def forecast_by(way, mask, series, n_train, season, seed):
    """Forecast rows from n_train on, scaled as ``scaling="window"`` does it."""
    cutter = WindowTransformer(WINDOW).fit(series)
    floor, common = 0.05 * np.nanmean(np.abs(series[:n_train])), 1

    def scale(windows, fill=WAYS[way]):
        last = take_previous(windows, season)[:, -1:]
        unit = np.maximum(np.nanmean(np.abs(windows), axis=1, keepdims=True), floor) * common
        inputs = (fill(windows, season) - last) / unit
        if mask:
            inputs = np.stack([inputs, np.isnan(windows)], axis=2)
        return inputs, last, unit

    windows, later = cutter.make_pairs(series[:n_train])
    windows, later = windows[~np.isnan(later[:, 0])], later[~np.isnan(later[:, 0])]
    inputs, _, _ = scale(windows, take_previous)
    common = np.sqrt(np.mean(inputs[..., 0] ** 2 if mask else inputs**2))
    inputs, last, unit = scale(windows)
    rnn = RNNRegressor(**WORDS, random_state=seed).fit(inputs, ((later - last) / unit)[:, 0])
    inputs, last, unit = scale(cutter.make_pairs(series[n_train - WINDOW :])[0])
    return rnn.predict(inputs) * unit[:, 0] + last[:, 0]


def forecast(series, n_train, seed, **words):
    rnn = RNNForecaster(**WORDS, **ALONE, window=WINDOW, random_state=seed, **words)
    return rnn.fit(series[:n_train]).predict(series[n_train:])


def list_ways():
    """List names of ways, and how each forecasts a series."""
    for way in WAYS:
        for mask in (False, True)[: 1 if way == "skip" else 2]:
            yield (
                f"{way}, mask" if mask else way,
                lambda *task, way=way, mask=mask: forecast_by(way, mask, *task),
            )
    yield "kriging, missing='fill'", lambda series, n, season, seed: forecast(series, n, seed)
    yield (
        "interpolated before",
        lambda series, n, season, seed: forecast(interpolate(series[None], season)[0], n, seed),
    )


def main():
    tasks = make_tasks()
    print(f"| {'way':<24} | {' | '.join(tasks)} |")
    print(f"|{'-' * 26}|{'|'.join('-' * (len(name) + 1) + ':' for name in tasks)}|")
    for name, run in list_ways():
        cells = []
        for task, (series, truth, n_train, season, rows) in tasks.items():
            errors = [
                np.abs(run(series, n_train, season, seed) - truth[n_train:])[rows - n_train].mean()
                for seed in range(3)
            ]
            cells.append(f"{np.median(errors):{len(task)}.3f}")
        print(f"| {name:<24} | {' | '.join(cells)} |", flush=True)


if __name__ == "__main__":
    main()
