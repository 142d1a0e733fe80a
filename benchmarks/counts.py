"""Forecasts of rare counts, of the median and of the mean.

Usage: python -m benchmarks.counts

Daily sales of 40 shops over 210 days, of each of which 0.15 to 3 a day are expected on average,
more on some days of the week, and more or less from day to day: counts with the variance of
Poisson's distribution, and with a larger one (negative binomial). Of forecasts one day ahead of
the last 28 days: the mean Poisson deviance (of forecasts of at least 0.001), the mean absolute
error, and the mean of forecasts over that of the counts, which depends on luck: that of what was
expected says by how much. Means of two draws.
"""

import numpy as np
import pandas as pd
from sklearn.metrics import mean_absolute_error, mean_poisson_deviance

from skrnn import RNNForecaster

N_SHOPS, N_DAYS, N_TEST = 40, 210, 28
DRAWS = 0, 1
COLUMNS = ["shop", "day", "sold"]
WORDS = {
    "RNNForecaster()": {},
    'RNNForecaster(output="positive")': {"output": "positive"},
    'RNNForecaster(output="positive", loss="poisson")': {"output": "positive", "loss": "poisson"},
    'RNNForecaster(output="positive", loss="tweedie")': {"output": "positive", "loss": "tweedie"},
}


def make_counts(draw, is_overdispersed):
    """Make a table of what was sold and what was expected."""
    rng, parts = np.random.default_rng(draw), []
    days = pd.date_range("2024-01-01", periods=N_DAYS)
    for shop in range(N_SHOPS):
        level = np.exp(rng.uniform(np.log(0.15), np.log(3)))
        week = np.exp(rng.normal(scale=0.5, size=7))
        trend = np.exp(rng.normal(scale=0.3) * np.linspace(-1, 1, N_DAYS))
        expected = level * (week / week.mean())[np.arange(N_DAYS) % 7] * trend
        rate = expected * rng.gamma(2, 0.5, N_DAYS) if is_overdispersed else expected
        sold = rng.poisson(rate).astype(float)
        parts.append(pd.DataFrame({"shop": shop, "day": days, "sold": sold, "expected": expected}))
    return pd.concat(parts, ignore_index=True)


def judge(truth, forecasts):
    """Give deviance, error, and the mean of forecasts over that of the truth."""
    deviance = mean_poisson_deviance(truth, np.maximum(forecasts, 0.001))
    return deviance, mean_absolute_error(truth, forecasts), forecasts.mean() / truth.mean()


def compare(draw, is_overdispersed):
    """Judge each forecaster, and what was expected, on one draw."""
    table = make_counts(draw, is_overdispersed)
    is_test = table["day"] >= table["day"].unique()[-N_TEST]
    train, test = table[~is_test], table[is_test]
    truth, results = test["sold"].to_numpy(), {}
    for name, words in WORDS.items():
        rnn = RNNForecaster(series="shop", time="day", random_state=0, **words)
        forecasts = rnn.fit(train[COLUMNS]).predict(test[COLUMNS]).to_numpy()
        results[name] = judge(truth, forecasts)
    means = test["shop"].map(train.groupby("shop")["sold"].mean())
    results["the mean of each shop"] = judge(truth, means.to_numpy())
    results["what was expected"] = judge(truth, test["expected"].to_numpy())
    return results


def main():
    print("| counts | forecasts | deviance | absolute error | mean over that of the counts |")
    print("|--------|-----------|---------:|---------------:|-----------------------------:|")
    for kind in ("Poisson", "negative binomial"):
        draws = [compare(draw, kind != "Poisson") for draw in DRAWS]
        for name in draws[0]:
            deviance, error, ratio = np.mean([draw[name] for draw in draws], axis=0)
            print(f"| {kind} | {name} | {deviance:.3f} | {error:.3f} | {ratio:.2f} |", flush=True)


if __name__ == "__main__":
    main()
