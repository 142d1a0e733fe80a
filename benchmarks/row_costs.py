"""What a row, a series and a text cost, step by step, from which larger sizes are reckoned.

Usage: python -m benchmarks.row_costs

Forecasting: the generated panels of :mod:`benchmarks.panels_on_disk`, ten files of 1,000 series
of 100 rows, in the default forecaster. Texts: generated reviews in the default classifier. Seconds
are those of the processor, all its cores together; the smallest of three.
"""

import pickle
import tempfile
import time
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.panels_on_disk import IN_A_FILE, N_LATER, N_ROWS, WORDS, write_files
from skrnn import Chunks, RNNForecaster, RNNTextClassifier, SequenceTokenizer
from skrnn.datasets import make_reviews

N_FILES, N_TEXTS = 10, 20_000


def measure(function, *arguments, n=3):
    """Give the least of the seconds of processor that a function takes, and what it gives last."""
    seconds = []
    for _ in range(n):
        start = time.process_time()
        found = function(*arguments)
        seconds.append(time.process_time() - start)
    return min(seconds), found


def tell(what, seconds, n, unit):
    print(f"{what:44s} {1e6 * seconds / n:9.2f} µs a {unit}", flush=True)


def time_panels():
    with tempfile.TemporaryDirectory() as folder:
        write_files(Path(folder), N_FILES * IN_A_FILE)
        seconds, parts = measure(lambda: [part for part, _ in Chunks(folder)])
    n_rows, n_series = N_FILES * IN_A_FILE * N_ROWS, N_FILES * IN_A_FILE
    tell("Parquet to pandas", seconds, n_rows, "row")
    small = parts[0].iloc[: 100 * N_ROWS]
    forecaster = RNNForecaster(**WORDS).fit(small)
    state, others = pickle.dumps(forecaster), Chunks(parts[1:])
    seconds, _ = measure(lambda: pickle.loads(state).update(others))
    tell("update with series not seen", seconds, n_rows - IN_A_FILE * N_ROWS, "row")
    table = pd.concat(parts, ignore_index=True)
    fixed = WORDS | {"network_share": 1.0, "calibrate": False}
    fits = [measure(RNNForecaster(**fixed, epochs=epochs).fit, table) for epochs in (1, 3)]
    (once, fitted), (thrice, _) = fits
    tell("an epoch of the default network", (thrice - once) / 2, n_rows, "row")
    tell("all else of a fit in memory", once - (thrice - once) / 2, n_rows, "row")
    seconds, _ = measure(fitted.forecast)
    tell(f"forecast of {N_LATER} rows, as a table", seconds, n_series, "series")
    n_bytes = (len(pickle.dumps(fitted)) - len(state)) / (n_series - 100)
    print(f"{'what is remembered of a series':44s} {n_bytes:9.0f} bytes, in a pickle")
    weights = sum(weight.nbytes for weight in fitted.regressor_.model_.get_weights())
    print(f"{'weights of the default network':44s} {weights:9,d} bytes")


def time_texts():
    texts, labels = make_reviews(N_TEXTS, random_state=0, return_X_y=True)
    print(f"{'words of a text':44s} {np.mean([len(text.split()) for text in texts]):9.1f}")
    seconds, tokenizer = measure(SequenceTokenizer().fit, texts)
    tell("vocabulary", seconds, N_TEXTS, "text")
    seconds, _ = measure(tokenizer.transform, texts)
    tell("token ids", seconds, N_TEXTS, "text")
    words = {"linear": False, "early_stopping": False, "random_state": 0}
    once, thrice = (
        measure(RNNTextClassifier(**words, epochs=epochs).fit, texts, labels)[0]
        for epochs in (1, 3)
    )
    tell("an epoch of the default network", (thrice - once) / 2, N_TEXTS, "text")
    classifier = RNNTextClassifier(random_state=0).fit(texts[:4000], labels[:4000])
    seconds, found = measure(classifier.predict, texts)
    tell("predict, with the linear part", seconds, N_TEXTS, "text")
    print(f"{'of which are right':44s} {np.mean(found == labels):9.3f}")


if __name__ == "__main__":
    time_panels()
    time_texts()
