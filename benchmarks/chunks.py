"""Texts in Parquet files, of which a classifier reads one at a time, and all of them in memory.

Usage: python -m benchmarks.chunks [N_TEXTS ...]

Generated reviews, 10,000 a file, written by a process of their own. For every number of texts a
process fits a small network, with its linear part, to the files as chunks, and another one to all
texts in memory, where they are at most 200,000. Seconds are those of the processor, of all
threads; memory is the peak of the process above what it takes after a first small fit of chunks;
accuracy is that on 2,000 other reviews.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pandas as pd

from skrnn import Chunks, RNNTextClassifier
from skrnn.datasets import make_reviews

SIZES = 20_000, 50_000, 200_000
IN_A_FILE, MOST_IN_MEMORY = 10_000, 200_000
WORDS = {"units": 32, "embedding_dim": 32, "bidirectional": False, "batch_size": 256}
WORDS |= {"learning_rate": 0.01, "epochs": 1, "random_state": 0}


def write_files(folder, n_texts):
    for number in range(n_texts // IN_A_FILE):
        texts, labels = make_reviews(IN_A_FILE, random_state=number, return_X_y=True)
        table = pd.DataFrame({"text": texts, "label": labels})
        table.to_parquet(folder / f"{number:04d}.parquet", index=False)


def measure_peak():
    """Give the most memory that this process has taken, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def run(folder, is_chunked):
    """Fit and predict; give seconds, memory, accuracy."""
    texts, labels = make_reviews(2000, random_state=999, return_X_y=True)
    RNNTextClassifier(**WORDS).fit(Chunks([(texts, labels)])).predict(texts)
    pd.read_parquet(folder / "0000.parquet")
    base, start = measure_peak(), time.process_time()
    chunks = Chunks(folder, y="label")
    if is_chunked:
        rnn = RNNTextClassifier(**WORDS).fit(chunks)
    else:
        table = pd.concat([pd.read_parquet(path) for path in sorted(folder.iterdir())])
        rnn = RNNTextClassifier(**WORDS).fit(table["text"], table["label"])
    seconds, peak = time.process_time() - start, measure_peak()
    return {"seconds": seconds, "peak": peak - base, "accuracy": rnn.score(texts, labels)}


def call(*words):
    command = [sys.executable, "-m", "benchmarks.chunks", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True)
    return done.stdout.splitlines()


def compare():
    print("|     texts | read as |    s | MiB above the base | accuracy |")
    print("|----------:|---------|-----:|-------------------:|---------:|")
    for size in sys.argv[1:] or map(str, SIZES):
        with tempfile.TemporaryDirectory() as folder:
            call("--write", folder, size)
            for how in ("chunks", "memory"):
                if how == "memory" and int(size) > MOST_IN_MEMORY:
                    continue
                found = json.loads(call("--run", folder, how)[-1])
                took = f"{found['seconds']:4.0f} | {found['peak']:18,.0f}"
                print(
                    f"| {int(size):9,d} | {how:7s} | {took} | {found['accuracy']:8.3f} |",
                    flush=True,
                )


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["--write", folder, size]:
            write_files(Path(folder), int(size))
        case ["--run", folder, how]:
            print(json.dumps(run(Path(folder), how == "chunks")))
        case _:
            compare()
