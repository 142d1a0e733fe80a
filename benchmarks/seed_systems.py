"""Published systems, each as one estimator call, with the published figure beside ours.

Usage: python -m benchmarks.seed_systems [--rows F4,F7] [--reviews FILE.tsv | --imdb]
       [--random-state N]

Text systems (T1 to T10) were published on the IMDB reviews: with ``--imdb`` these are fetched,
with ``--reviews`` (columns ``rating``, positive above 0, and ``text``) the same systems run on
other texts, whose figures are not to be compared with the published ones. Without either only the
forecasting systems (F1 to F12) run, on the data of the publication. Every configuration is
evaluated as it is printed. Where a picture was published, the example that draws it is named.
"""

import argparse
import csv
import tempfile
import time
import warnings
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.metrics import mean_absolute_error, mean_squared_error
from sklearn.model_selection import train_test_split
from sklearn.neural_network import MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

import skrnn
from skrnn import RNNRegressor, RNNTextClassifier, WindowTransformer
from skrnn.datasets import fetch_imdb, load_airline, make_sine, make_waves


def count_ids(ids):
    """Count how often each token comes: (n, maxlen) to (n, 1000)."""
    return np.stack([np.bincount(row, minlength=1000)[1:] for row in ids])


NAMES = {
    **{name: getattr(skrnn, name) for name in skrnn.__all__},
    "LinearRegression": LinearRegression,
    "LogisticRegression": LogisticRegression,
    "MLPRegressor": MLPRegressor,
    "make_pipeline": make_pipeline,
    "counts": FunctionTransformer(count_ids),
}

FEW = "SequenceTokenizer(max_features=100, skip_top=20, oov_token=None, maxlen=100)"
MORE = "SequenceTokenizer(max_features=1000, skip_top=20, maxlen=100)"
PLAIN = "bidirectional=False, dropout=0, pooling='last', early_stopping=False"
T5 = (
    "cell='simple', units=8, bidirectional=False, dropout=0, pooling='last', optimizer='rmsprop', "
    "learning_rate=1e-4, batch_size=64, epochs=100, early_stopping=True, n_iter_no_change=3, "
    "tol=0, checkpoint=checkpoint, tokenizer=SequenceTokenizer(max_features=500, maxlen=100)"
)
WAVES = "cell='simple', units=(20, 20, 20)"
TEXTS = {
    "T1": (
        f"make_pipeline({FEW}, NumpyRNNClassifier(embedding='onehot', truncate_gradient=10))",
        "0.6572",
    ),
    "T2": (
        f"RNNTextClassifier(linear=False, embedding='onehot', cell='simple', units=32, {PLAIN}, "
        f"optimizer='sgd', tokenizer={FEW})",
        "0.6998",
    ),
    "T1, linear": (f"make_pipeline({FEW}, counts, LogisticRegression())", ""),
    "T3": (
        f"RNNTextClassifier(linear=False, embedding_dim=32, cell='simple', units=8, {PLAIN}, "
        f"epochs=10, tokenizer={MORE})",
        "0.8096",
    ),
    "T4": (
        f"RNNTextClassifier(linear=False, embedding_dim=32, cell='lstm', units=8, {PLAIN}, "
        f"epochs=10, tokenizer={MORE})",
        "0.8274",
    ),
    "T3, linear": (f"make_pipeline({MORE}, counts, LogisticRegression(max_iter=1000))", ""),
    "T5": (
        f"RNNTextClassifier(linear=False, embedding='onehot', {T5})",
        "0.784, 60 epochs, 4081 weights",
    ),
    "T6": (f"RNNTextClassifier(linear=False, embedding_dim=16, {T5})", "8209 weights"),
    "T7": (
        "RNNTextClassifier(linear=False, embedding_dim=128, units=128, bidirectional=False, "
        "dropout=0.2, recurrent_dropout=0.2, pooling='last', early_stopping=False, epochs=3, "
        "tokenizer=SequenceTokenizer(max_features=20000, maxlen=80))",
        "",
    ),
}
ZOO = {
    "embedding_dim=3": 4941,
    "embedding_dim=3, bidirectional=True": 9216,
    "embedding_dim=32, units=(32, 32)": 19873,
    "embedding_dim=32, dropout=0.2, recurrent_dropout=0.2": 11553,
}
# Per row: configuration, published figure, steps ahead.
PANELS = {
    "F2": (
        "MLPRegressor(hidden_layer_sizes=(), alpha=0, learning_rate_init=0.005, batch_size=32, "
        "max_iter=20)",
        "0.004168",
        1,
    ),
    "F2, exact": ("LinearRegression()", "", 1),
    "F3": ("RNNRegressor(cell='simple', units=1, learning_rate=decay(0.02))", "0.0141", 1),
    "F4": (
        "RNNRegressor(cell='simple', units=(20, 20, 1), learning_rate=decay(0.005))",
        "0.0028 - 0.0030",
        1,
    ),
    "F5": (f"RNNRegressor({WAVES}, learning_rate=decay(0.005))", "0.0028 - 0.0036", 1),
    "F6": (
        f"RNNRegressor({WAVES}, strategy='recursive', learning_rate=decay(0.005))",
        "picture",
        10,
    ),
    "F7": (f"RNNRegressor({WAVES}, learning_rate=decay(0.005))", "0.0083 (best 0.0046)", 10),
    "F7, encoder-decoder": (
        "RNNRegressor(cell='gru', units=(20, 20), strategy='encoder_decoder', "
        "learning_rate=decay(0.01))",
        "",
        10,
    ),
    "F8": (f"RNNRegressor({WAVES}, strategy='seq2seq', learning_rate=decay(0.01))", "0.0169", 10),
    "F8, gru": (
        "RNNRegressor(cell='gru', units=(20, 20, 20), strategy='seq2seq', "
        "learning_rate=decay(0.01))",
        "",
        10,
    ),
    "F9": (
        f"RNNRegressor({WAVES}, strategy='seq2seq', normalization='batch', "
        "learning_rate=decay(0.01))",
        "0.0183",
        10,
    ),
    "F10": (
        "RNNRegressor(cell='layernorm_simple', units=(20, 20, 20), strategy='seq2seq', "
        "learning_rate=decay(0.01))",
        "none: fails",
        10,
    ),
}
CELL = (
    "cell='simple', units=1, optimizer='sgd', learning_rate=0.01, learning_rate_schedule=None, "
    "loss='mean_squared_error', epochs=150, window=3, strategy='direct', linear=False, "
    "scaling=None, seasonality=None"
)
SINES = {
    "F12": f"RNNForecaster({CELL})",
    "F12, dense": f"RNNForecaster({CELL}, dense_units=10)",
    "F12, linear": "WindowForecaster(LinearRegression(), window=3)",
}


AIRLINE = {"F11": "RNNRegressor(cell='lstm', epochs=400)", "F11, linear": "LinearRegression()"}
EXAMPLE = {
    "T10": "`examples/word_order.py`",
    "F6": "`examples/ten_steps_ahead.py`",
    "F11": "`examples/air_passengers.py`",
    "F12": "`examples/sine_or_linear_regression.py`",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", help="ids, separated by commas; all by default")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--reviews", metavar="FILE.tsv", help="texts for T1 to T10")
    source.add_argument("--imdb", action="store_true", help="fetch the texts of the publication")
    parser.add_argument("--random-state", type=int, default=0)
    arguments = parser.parse_args()
    runs = [run_panels, run_airline, run_sine]
    if arguments.reviews or arguments.imdb:
        runs = [run_texts, run_zoo, *runs]
    wanted = set(arguments.rows.split(",")) if arguments.rows else None
    print("| row | configuration | published | ours | seconds |")
    print("|-----|---------------|-----------|------|--------:|")
    for run in runs:
        run(Table(wanted, arguments), arguments)


class Table:
    """Prints the rows that are wanted, as they come."""

    def __init__(self, wanted, arguments):
        self.wanted, self.arguments = wanted, arguments

    def wants(self, *names):
        """Tell whether one of some rows is wanted; "F8" stands for "F8, gru" as well."""
        return not self.wanted or any(name.split(",")[0] in self.wanted for name in names)

    def make(self, code, **names):
        """Evaluate a configuration, and start the clock."""
        estimator = eval(code, NAMES | names)
        owner = estimator[-1] if hasattr(estimator, "steps") else estimator
        if hasattr(owner, "random_state"):
            owner.set_params(random_state=self.arguments.random_state)
        self.start = time.perf_counter()
        return estimator

    def show(self, name, code, published, ours):
        """Print a row, with the time since the clock was started."""
        seconds = time.perf_counter() - self.start
        print(f"| {name} | `{code}` | {published} | {ours} | {seconds:.1f} |", flush=True)


def read_texts(arguments):
    """Give texts and labels for training and validation, and for the test where there are."""
    if arguments.imdb:
        texts, labels = fetch_imdb(subset="train", as_text=True, return_X_y=True)
        split = train_test_split(texts, labels, test_size=0.2, random_state=42)
        return split, fetch_imdb(subset="test", as_text=True, return_X_y=True)
    reviews = pd.read_csv(arguments.reviews, sep="\t", quoting=csv.QUOTE_NONE)
    labels = (reviews["rating"] > 0).astype(int).to_numpy()
    texts = reviews["text"].to_numpy()
    split = train_test_split(texts, labels, test_size=0.2, random_state=42, stratify=labels)
    return split, split[1::2]


def run_texts(table, arguments):
    """Accuracy on the validation texts (T7: on the test texts); lengths."""
    if not table.wants(*TEXTS, "T9"):
        return
    (X, X_val, y, y_val), test = read_texts(arguments)
    for name, (code, published) in TEXTS.items():
        if not table.wants(name):
            continue
        with tempfile.TemporaryDirectory() as folder:
            classifier = table.make(code, checkpoint=Path(folder) / "best.keras")
            is_rnn = isinstance(classifier, RNNTextClassifier)
            classifier.fit(X, y, **({"X_val": X_val, "y_val": y_val} if is_rnn else {}))
        ours = f"{classifier.score(*(test if name == 'T7' else (X_val, y_val))):.4f}"
        if name in ("T5", "T6"):
            weights = classifier.model_.count_params()
            ours += f", {classifier.n_iter_} epochs, {weights} weights"
        table.show(name, code, published, ours)
    if table.wants("T9"):
        code = "SequenceLengthDisplay.from_texts(X, maxlen=100)"
        display = table.make(code, X=X)
        ours = f"mean {display.mean_:.1f}, median {display.median_:.1f}"
        table.show("T9", code, "mean 239.0, median 178.0", ours)
    if table.wants("T10"):
        table.show("T10", "TrainingHistoryDisplay.from_estimator(rnn)", "picture", EXAMPLE["T10"])


def run_zoo(table, arguments):
    """Numbers of weights."""
    if not table.wants("T8"):
        return
    ids = np.arange(1, 101).reshape(10, 10) % 100  # a vocabulary of 100, padding included
    for words, published in ZOO.items():
        code = f"RNNClassifier(embedding='learned', {words}, epochs=1)"
        model = table.make(code).fit(ids, np.arange(10) % 2).model_
        bidirectional = "bidirectional" in words
        count = model.layers[2].count_params() if bidirectional else model.count_params()
        what = " in the recurrent layer" if bidirectional else ""
        table.show("T8", code, f"{published}{what}", f"{count}{what}")


def run_panels(table, arguments):
    """Mean squared error on the validation series; F8 to F10 over all time steps."""
    if table.wants("F1"):
        table.start = time.perf_counter()
        X, y, X_val, y_val = split_waves(1)
        error = mean_squared_error(y_val, X_val[:, -1])
        table.show("F1", "X[:, -1]", "0.020211367", f"{error:.9f}")
    for name, (code, published, horizon) in PANELS.items():
        if not table.wants(name):
            continue
        X, y, X_val, y_val = split_waves(horizon)
        regressor = table.make(code, decay=make_decay)
        if not isinstance(regressor, RNNRegressor):
            with warnings.catch_warnings():  # 20 epochs are too few for scikit-learn's taste
                warnings.simplefilter("ignore", ConvergenceWarning)
                error = mean_squared_error(y_val, regressor.fit(X, y).predict(X_val))
            table.show(name, code, published, f"{error:.6f}")
            continue
        regressor.fit(X, y, X_val=X_val, y_val=y_val)
        forecasts = regressor.predict(X_val)
        ours = f"{mean_squared_error(y_val, forecasts):.6f}"
        if regressor.strategy == "seq2seq":
            ours = f"{regressor.history_['val_loss'][-1]:.6f}; {ours} after the last step"
        if name == "F6":
            ours += f", {EXAMPLE['F6']}"
        table.show(name, code, published, ours)


def split_waves(horizon):
    """Give 7000 series to train on and the 2000 after them, each with what follows it."""
    waves = make_waves(horizon=horizon)
    X, y = waves.data, waves.target
    return X[:7000], y[:7000], X[7000:9000], y[7000:9000]


def make_decay(learning_rate):
    """Let the learning rate fall to 0 over 20 epochs of 7000 series, 32 at a time."""
    import keras

    return keras.optimizers.schedules.CosineDecay(learning_rate, 20 * 219)


def run_airline(table, arguments):
    """Mean absolute error, in thousands of passengers, of months held out at random."""
    if not table.wants("F11"):
        return
    passengers = load_airline().data.to_numpy()
    X, y = WindowTransformer(window=12).fit(passengers).make_pairs(passengers / passengers.max())
    X, X_test, y, y_test = train_test_split(X, y[:, 0], test_size=0.2, random_state=0)
    for name, code in AIRLINE.items():
        forecasts = table.make(code).fit(X, y).predict(X_test)
        error = mean_absolute_error(y_test, forecasts) * passengers.max()
        table.show(name, code, "pictures", f"MAE {error:.2f}, {EXAMPLE['F11']}")


def run_sine(table, arguments):
    """Mean squared error of the one-step forecasts of the whole series."""
    if not table.wants("F12"):
        return
    series = make_sine().data
    for name, code in SINES.items():
        forecasts = table.make(code).fit(series).predict(series)
        error = mean_squared_error(series[3:], forecasts[3:])
        table.show(name, code, "linear regression wins", f"{error:.2g}, {EXAMPLE['F12']}")


if __name__ == "__main__":
    main()
