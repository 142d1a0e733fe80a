"""What columns that are known ahead are worth, and what they cost.

Usage: python -m benchmarks.known [--times]

Root mean squared errors of forecasts one day ahead (demand: of each of 7 days), as multiples of
that of the best possible forecast: of a shop whose promotions add 8 to noise of deviation 1, of
20 shops whose lifts depend on what they are, and of ``make_demand``. Each is the mean of three
seeds. Then, or alone, how much longer a fit takes, medians of five in turns.
"""

import argparse
import statistics
import time
import warnings

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingRegressor

from skrnn import RNNForecaster, WindowForecaster
from skrnn.datasets import make_demand

STRATEGIES = "direct", "recursive", "seq2seq", "encoder_decoder"
SEEDS = 0, 1, 2
PROMOTED = 0.15  # share of the days
SHOPS = {"series": "shop", "time": "date", "target": "sales"}


def make_shops(seed, n_shops, n_days=500):
    """Make the days of shops, and the expectation of each."""
    rng, parts = np.random.default_rng(seed), []
    for shop in range(n_shops):
        size, area = rng.choice(["large", "small"]), rng.uniform(1, 3)
        promo, level = rng.random(n_days) < PROMOTED, rng.uniform(15, 40)
        lift = 8 if n_shops == 1 else 4 + 4 * (size == "large") + 2 * area
        columns = {
            "shop": f"shop {shop}",
            "date": pd.date_range("2022-01-01", periods=n_days),
            "promo": promo,
            "size": size,
            "area": area,
            "expected": level + lift * promo,
        }
        parts.append(pd.DataFrame(columns))
    table = pd.concat(parts, ignore_index=True)
    table["sales"] = table["expected"] + rng.normal(size=len(table))
    return table.drop(columns="expected"), table["expected"].to_numpy()


def compare_with_best(forecaster, table, expected, n_test):
    """Give the error of the last days of each series as a multiple of the least there is."""
    horizon, target = forecaster.horizon, table["sales"].to_numpy()
    is_test = table[::-1].groupby(forecaster.series).cumcount()[::-1].to_numpy() < n_test
    fitted = forecaster.fit(table[~is_test])
    rows = is_test & (table[::-1].groupby(forecaster.series).cumcount()[::-1] >= horizon - 1)
    future = table[is_test & ~rows] if horizon > 1 else None
    forecasts = np.asarray(fitted.predict(table[rows], X_future=future)).reshape(sum(rows), -1)
    steps = np.flatnonzero(rows)[:, None] + np.arange(horizon)
    error, least = (target[steps] - part for part in (forecasts, expected[steps]))
    return np.sqrt((error**2).mean() / (least**2).mean())


def average(make, n_shops, n_test=100):
    """Average over seeds."""
    return np.mean([compare_with_best(make(), *make_shops(s, n_shops), n_test) for s in SEEDS])


def compare_shops():
    print("| forecaster | known | one shop | 20 shops |\n|---|---|---:|---:|")
    told = {"known": "promo", "static": ["size", "area"]}
    for strategy in STRATEGIES:
        errors = [
            average(
                lambda s=strategy: RNNForecaster(strategy=s, random_state=0, **SHOPS, **told), n
            )
            for n in (1, 20)
        ]
        print(
            f"| RNNForecaster, {strategy} | promo | {errors[0]:.3f} | {errors[1]:.3f} |",
            flush=True,
        )
    errors = [average(lambda: WindowForecaster(**SHOPS, **told), n) for n in (1, 20)]
    print(f"| WindowForecaster, linear | promo | {errors[0]:.3f} | {errors[1]:.3f} |", flush=True)


def compare_demand():
    print("\n| forecaster | known | demand, 7 days |\n|---|---|---:|")
    words = {"series": "store", "time": "date", "target": "sales", "horizon": 7}
    plan = {"known": ["promotion", "price", "holiday"], "static": ["region", "size"]}
    plan["calendar"] = "auto"
    boosted = HistGradientBoostingRegressor(random_state=0)
    rivals = {
        "RNNForecaster": lambda: RNNForecaster(random_state=0, **words, **plan),
        "WindowForecaster, linear": lambda: WindowForecaster(**words, **plan),
        "WindowForecaster, boosted trees, recursive": lambda: WindowForecaster(
            boosted, strategy="recursive", scaling="window", **words, **plan
        ),
    }
    for name, make in rivals.items():
        errors = []
        for seed in SEEDS:
            demand = make_demand(random_state=seed)
            expected = demand.expected.to_numpy()
            errors.append(compare_with_best(make(), demand.data, expected, 60))
        print(f"| {name} | plan | {np.mean(errors):.3f} |", flush=True)


def time_fits(repeats=5):
    print("\n| fit | seconds without | with | ratio |\n|---|---:|---:|---:|")
    shop, _ = make_shops(0, 1, 1000)
    shops, _ = make_shops(0, 20)
    told = {"known": "promo", "static": ["size", "area"]}
    for name, table in (("one shop", shop), ("20 shops", shops)):
        for more in ("known", "known and calendar"):
            words = told | ({"calendar": "auto"} if "calendar" in more else {})
            seconds = {False: [], True: []}
            for _ in range(repeats + 1):  # the first compiles
                for has_known in seconds:
                    X = table if has_known else table[["shop", "date", "sales"]]
                    forecaster = RNNForecaster(
                        random_state=0, horizon=7, **SHOPS, **words if has_known else {}
                    )
                    start = time.process_time()
                    forecaster.fit(X)
                    seconds[has_known].append(time.process_time() - start)
            plain, known = (statistics.median(seconds[k][1:]) for k in (False, True))
            print(
                f"| {name}, {more} | {plain:.2f} | {known:.2f} | {known / plain:.2f} |", flush=True
            )


def main():
    warnings.simplefilter("ignore")
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--times", action="store_true", help="only how much longer a fit takes")
    if not parser.parse_args().times:
        compare_shops()
        compare_demand()
    time_fits()


if __name__ == "__main__":
    main()
