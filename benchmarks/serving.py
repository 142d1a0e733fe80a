"""How soon the server of examples/serve_texts.py answers, and how much at once.

Usage: python -m benchmarks.serving [--requests 2000]

Clients ask through the test client of FastAPI, in the process of the server, each for one text at
a time. Every answer is compared, bit for bit, with what the classifier gives alone.
"""

import argparse
import contextlib
import io
import os
import runpy
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

os.environ.setdefault("MPLBACKEND", "Agg")
EXAMPLE = Path(__file__).parents[1] / "examples" / "serve_texts.py"


def run_example():
    """Run the example where its files are in nobody's way; give its names."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        with contextlib.redirect_stdout(io.StringIO()):
            names = runpy.run_path(str(EXAMPLE))
        return names, names["make_app"](names["folder"] / "reviews.skops")


def ask_all(client, ask, texts, n_clients):
    """Give the answers to texts, the seconds that each took, and the seconds of all."""
    start = time.perf_counter()
    with ThreadPoolExecutor(n_clients) as pool:
        answers = list(pool.map(lambda text: ask(client, text), texts))
    seconds = time.perf_counter() - start
    return [list(answer.values()) for answer, _ in answers], [t for _, t in answers], seconds


def main():
    from fastapi.testclient import TestClient

    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--requests", type=int, default=2000)
    n_requests = parser.parse_args().requests
    names, app = run_example()
    reviews, classifier = names["reviews"].data, names["classifier"]
    expected = [classifier.predict_proba([review])[0].tolist() for review in reviews]
    texts = np.resize(reviews, n_requests)
    print("| clients | requests | wrong | a second | median, ms | 99th percentile, ms |")
    print("|--------:|---------:|------:|---------:|-----------:|--------------------:|")
    with TestClient(app) as client:
        for n_clients in (1, names["N_THREADS"]):
            answers, times, seconds = ask_all(client, names["ask"], texts, n_clients)
            n_wrong = sum(a != expected[i % len(expected)] for i, a in enumerate(answers))
            median, late = 1000 * np.quantile(times, [0.5, 0.99])
            rate = f"{n_requests / seconds:,.0f} | {median:.1f} | {late:.1f}"
            print(f"| {n_clients} | {n_requests:,} | {n_wrong} | {rate} |", flush=True)


if __name__ == "__main__":
    main()
