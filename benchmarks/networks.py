"""Networks of several kinds on long sequences: error, and seconds of the CPU.

Usage: [KERAS_BACKEND=jax] python -m benchmarks.networks [series] [texts] [--window N] [--epochs N]

An hourly series with a daily and a weekly season and noise that lasts for hours, forecast a day
ahead by the network alone, without the linear part and the seasons that a forecaster has beside
it; and paragraphs, read character by character, of which the network tells the package. Each
network sees the same data for as many epochs. Seconds are those of all threads of the process in
``fit``, compiling included; the mean over seeds.
"""

import argparse
import time

import numpy as np
from sklearn.linear_model import RidgeCV

from skrnn import (
    NaiveForecaster,
    RNNForecaster,
    RNNTextClassifier,
    SequenceTokenizer,
    WindowForecaster,
)
from skrnn.datasets import load_docstrings

DAY, WEEK = 24, 168
ALONE = {"strategy": "direct", "linear": False, "seasonality": None, "scaling": "window"}
NETWORKS = {
    "GRU": {"cell": "gru"},
    "LSTM": {"cell": "lstm"},
    '"conv_lstm"': {"network": "conv_lstm"},
    '"segment"': {"network": "segment"},
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("what", nargs="*", metavar="series | texts")
    parser.add_argument("--window", type=int, default=WEEK)
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--seeds", type=int, default=2)
    arguments = parser.parse_args()
    what = arguments.what or ["series", "texts"]
    RNNForecaster(epochs=1).fit(np.arange(50.0))  # the backend is imported before the clock runs
    if "series" in what:
        compare_on_series(arguments.window, arguments.epochs, arguments.seeds)
    if "texts" in what:
        compare_on_texts(arguments.epochs, arguments.seeds)


def make_series(n_days=70, random_state=0):
    """Make a series of hours: two seasons, a trend, and what lasts for some hours."""
    rng = np.random.default_rng(random_state)
    hours = np.arange(n_days * DAY)
    weekdays = np.where(hours // DAY % 7 < 5, 1.0, 0.4)
    daily = np.sin(2 * np.pi * hours / DAY) + 0.5 * np.sin(4 * np.pi * hours / DAY + 1)
    lasting = np.zeros(len(hours))
    for hour in hours[1:]:
        lasting[hour] = 0.95 * lasting[hour - 1] + rng.normal(scale=0.1)
    return 10 + hours / 1000 + weekdays * daily + lasting


def compare_on_series(window, epochs, seeds):
    """Print a table of errors of forecasts a day ahead, in the last two weeks."""
    series = make_series()
    train, test = series[: -2 * WEEK], series[-2 * WEEK :]
    words = {"window": window, "horizon": DAY}
    print(f"\n{len(train)} hours, a window of {window}, {DAY} ahead, {epochs} epochs\n")
    print_header("mean absolute error")
    for name, forecaster in {
        "same hour last week": NaiveForecaster("seasonal", season=WEEK, horizon=DAY),
        "ridge regression": WindowForecaster(RidgeCV(np.logspace(-3, 3, 7)), **words),
    }.items():
        print_row(name, [judge_forecaster(forecaster, train, test)])
    for name, network in NETWORKS.items():
        rnn = RNNForecaster(
            **words, **ALONE, **network, units=32, epochs=epochs, learning_rate=0.005
        )
        runs = [rnn.set_params(random_state=seed) for seed in range(seeds)]
        print_row(name, [judge_forecaster(run, train, test) for run in runs])


def judge_forecaster(forecaster, train, test):
    start = time.process_time()
    forecaster.fit(train)
    seconds = time.process_time() - start
    forecasts = forecaster.predict(test)[: 1 - DAY]
    truth = np.lib.stride_tricks.sliding_window_view(test, DAY)
    return np.abs(forecasts - truth).mean(), seconds


def compare_on_texts(epochs, seeds):
    """Print a table of accuracies on texts that are read by character."""
    docs = load_docstrings(max_per_class=400, random_state=0)
    X, y = docs.data, docs.target
    cut = len(X) * 3 // 4
    print(f"\n{cut} texts of up to 300 characters, 4 labels, {epochs} epochs\n")
    print_header("accuracy")
    for name, network in NETWORKS.items():
        rows = []
        for seed in range(seeds):
            rnn = RNNTextClassifier(
                **{"cell": "lstm"} | network,
                tokenizer=SequenceTokenizer(analyzer="char", maxlen=300),
                units=32,
                embedding_dim=16,
                bidirectional=False,
                dropout=0.2,
                early_stopping=False,
                learning_rate=0.005,
                epochs=epochs,
                linear=False,
                random_state=seed,
            )
            start = time.process_time()
            rnn.fit(X[:cut], y[:cut])
            rows.append((rnn.score(X[cut:], y[cut:]), time.process_time() - start))
        print_row(name, rows)


def print_header(error):
    print(f"| {'network':<20} | {error} | CPU seconds |")
    print(f"|{'-' * 22}|{'-' * (len(error) + 1)}:|------------:|")


def print_row(name, rows):
    error, seconds = np.mean(rows, axis=0)
    print(f"| {name:<20} | {error:.3f} | {seconds:.1f} |", flush=True)


if __name__ == "__main__":
    main()
