"""How much memory texts of unequal lengths, many vocabularies and many fits take.

Usage: [KERAS_BACKEND=jax] python -m benchmarks.memory [CASE ...]

Every case runs in a process of its own. Peaks are those of the whole process; what it takes
after importing and a first fit is in them.
"""

import argparse
import gc
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.model_selection import GridSearchCV

from skrnn import RNNClassifier, RNNTextClassifier, clear_pool

RNG = np.random.default_rng(0)


def measure_resident():
    """Give the resident memory of this process in MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / 2**20


def make_texts(n, n_words=20, n_different=2000):
    words = [f"w{i}" for i in range(n_different)]
    return [" ".join(RNG.choice(words, n_words)) for _ in range(n)]


def fit_texts(*lengths):
    """Give the peak of a fit and a prediction of 2,000 texts of 20 words, and of longer ones."""
    texts = make_texts(2000) + [make_texts(1, n)[0] for n in lengths]
    labels = np.arange(len(texts)) % 2
    words = {"units": 8, "embedding_dim": 16, "bidirectional": False, "early_stopping": False}
    RNNTextClassifier(**words, epochs=1, linear=False).fit(texts, labels).predict(texts)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
    return f"peak {peak:,.0f} MiB"


def fit_embedding(n_tokens, width, n_rows=64):
    ids = RNG.integers(1, n_tokens, (n_rows, 10))
    ids[0, 0] = n_tokens - 1
    rnn = RNNClassifier(embedding="learned", embedding_dim=width, cell="gru", units=8, epochs=1)
    rnn.fit(ids, np.arange(n_rows) % 2)


def fit_vocabularies():
    """Give the growth over 161 sizes of a vocabulary, beginning after the first."""
    fit_embedding(1000, 16)
    before, start = measure_resident(), time.perf_counter()
    for n_tokens in range(1010, 2610, 10):
        fit_embedding(n_tokens, 16)
    seconds = time.perf_counter() - start
    return f"+{measure_resident() - before:,.0f} MiB in {seconds:.0f} s"


def fit_and_clear():
    """Give the growth a fit of a network with an embedding of 25 MB, forgotten each time."""
    sizes = []
    for _ in range(32):
        fit_embedding(100_000, 64)
        clear_pool()
        sizes.append(measure_resident())
    return f"{(sizes[-1] - sizes[7]) / 24:+.1f} MiB a fit"


def search_folds():
    """Give the time and growth of a search over folds of texts, the first in the process."""
    texts = make_texts(600, 12, 3000)
    labels = [text < "w5" for text in texts]
    words = {"units": 8, "embedding_dim": 16, "epochs": 2, "early_stopping": False}
    rnn = RNNTextClassifier(**words, linear=False)
    grid = {"learning_rate": [0.001, 0.01]}
    before, start = measure_resident(), time.perf_counter()
    GridSearchCV(rnn, grid, cv=5).fit(texts, labels)
    seconds = time.perf_counter() - start
    return f"{seconds:.1f} s, +{measure_resident() - before:,.0f} MiB with the backend"


CASES = {
    "2,000 short texts": fit_texts,
    "2,000 short texts and one of 100,000 words": lambda: fit_texts(100_000),
    "161 sizes of a vocabulary": fit_vocabularies,
    "an embedding of 25 MB, clear_pool() after each fit": fit_and_clear,
    "a search of 2 candidates in 5 folds of texts": search_folds,
}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--here", choices=CASES, help="run one case in this process")
    options = parser.parse_args()
    if options.here is not None:
        print(CASES[options.here]())
        return
    print("| case | memory |")
    print("|------|-------:|")
    for case in CASES:
        if not options.cases or any(word in case for word in options.cases):
            command = [sys.executable, "-m", "benchmarks.memory", "--here", case]
            ran = subprocess.run(command, capture_output=True, text=True)
            shown = ran.stdout.strip() or f"failed: {ran.stderr.strip().splitlines()[-1]}"
            print(f"| {case} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
