"""Fits that are killed again and again, and files of checkpoints that are never half-written.

Usage: python -m benchmarks.kills [--kills 50] [--backends tensorflow,jax,torch]

A process fits with ``checkpoint`` a folder, and is killed by SIGKILL at a random moment, after
which another begins the same fit; one in ten is left to end. What it predicts is compared, bit
for bit, with what a fit predicts that nobody disturbed. In the same way a fit with ``checkpoint``
a file is killed while it writes, after which the file must load. Wrong outcomes are counted.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

FIT = """
import sys
import numpy as np
from skrnn import RNNClassifier
X = np.random.default_rng(0).normal(size=(400, 12))
y = X.sum(axis=1) > 0
rnn = RNNClassifier(
    cell="gru", units=48, dropout=0.2, epochs=60, batch_size=16, early_stopping=True,
    n_iter_no_change=20, learning_rate=0.002, random_state=0,
    checkpoint=sys.argv[1] if len(sys.argv) > 1 else None,
)
print("begun", flush=True)
print(rnn.fit(X, y).predict_proba(X).tobytes().hex())
"""
LOAD = "import sys, keras; keras.saving.load_model(sys.argv[1])"


def start(code, *words):
    return subprocess.Popen(
        [sys.executable, "-c", code, *map(str, words)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def time_fit():
    """Give what an undisturbed fit predicts, and the seconds that it takes once begun."""
    process = start(FIT)
    process.stdout.readline()
    begin = time.monotonic()
    result = process.stdout.read().split()[-1]
    process.wait()
    return result, time.monotonic() - begin


def kill_at_random(rng, seconds, checkpoint):
    """Begin a fit and kill it; give what it said if it ended before."""
    process = start(FIT, checkpoint)
    process.stdout.readline()
    time.sleep(rng.uniform(0, seconds))
    process.kill()
    said = process.stdout.read().split()
    process.wait()
    return said[-1] if said else None


def count_resumed(n_kills, folder, expected, seconds, rng):
    """Kill fits with a folder; give the numbers of kills, of ends, and of ends that differ."""
    n_ends = n_wrong = n_done = 0
    while n_done < n_kills:
        run = folder / f"run{n_ends}"
        for _ in range(min(9, n_kills - n_done)):
            if kill_at_random(rng, seconds, run) is not None:
                break
            n_done += 1
        process = start(FIT, run)
        said = process.communicate()[0].split()
        n_ends += 1
        n_wrong += said[-1] != expected
    return n_done, n_ends, n_wrong


def count_files(n_kills, folder, seconds, rng):
    """Kill fits with a file; give how many files there were, and how many do not load."""
    n_files = n_wrong = 0
    for _ in range(n_kills):
        file = folder / "best.keras"
        kill_at_random(rng, seconds, file)
        if file.exists():
            n_files += 1
            n_wrong += start(LOAD, file).wait() != 0
    return n_files, n_wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--backends", default="tensorflow,jax,torch")
    arguments = parser.parse_args()
    print("| backend | kills | fits that ended | with other bits | files | that do not load |")
    print("|---------|------:|----------------:|----------------:|------:|-----------------:|")
    for backend in arguments.backends.split(","):
        os.environ["KERAS_BACKEND"] = backend
        rng = np.random.default_rng(0)
        expected, seconds = time_fit()
        with tempfile.TemporaryDirectory() as folder:
            resumed = count_resumed(arguments.kills, Path(folder), expected, seconds, rng)
            files = count_files(arguments.kills // 5, Path(folder), seconds, rng)
        print(f"| {backend} | {' | '.join(map(str, (*resumed, *files)))} |", flush=True)


if __name__ == "__main__":
    main()
