"""
====================
Serve a text network
====================

How does a fitted classifier answer requests, many at once and without a wait for the first? It is
loaded without pickle, compiled before the first request, and predicts from any thread.
"""

# %%
# A model in a file
# -----------------

import time
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import skrnn
from skrnn import RNNTextClassifier
from skrnn.datasets import make_reviews

reviews = make_reviews(600, random_state=0)
classifier = RNNTextClassifier(units=16, embedding_dim=16, epochs=4, random_state=0)
classifier.fit(reviews.data, reviews.target)
folder = Path("models")
folder.mkdir(exist_ok=True)
skrnn.save(classifier, folder / "reviews.skops")

# %%
# An application
# --------------
# Each worker process makes one of these after it has started: what is compiled is its own.

N_THREADS = 8


def make_app(path):
    """Make an application that tells what it thinks of a review."""
    from fastapi import FastAPI

    model = skrnn.load(path)
    skrnn.warm_up(model, list(reviews.data[:4]), n_threads=N_THREADS)
    app = FastAPI()

    @app.post("/predict")
    def predict(texts: list[str]):
        proba = model.predict_proba(texts)
        return [dict(zip(map(str, model.classes_), map(float, row), strict=True)) for row in proba]

    return app


# %%
# Requests
# --------
# With FastAPI installed, eight clients ask at the same time. What they are told is what the
# classifier says itself.


def ask(client, text):
    """Ask for one text; give the answer, and the seconds that it took."""
    start = time.perf_counter()
    answer = client.post("/predict", json=[str(text)]).json()
    return answer[0], time.perf_counter() - start


if find_spec("fastapi") and find_spec("httpx"):
    from fastapi.testclient import TestClient

    texts = np.resize(reviews.data, 400)
    with TestClient(make_app(folder / "reviews.skops")) as client:
        start = time.perf_counter()
        with ThreadPoolExecutor(N_THREADS) as pool:
            answers = list(pool.map(lambda text: ask(client, text), texts))
        seconds = time.perf_counter() - start
    told = np.array([list(answer.values()) for answer, _ in answers])
    np.testing.assert_allclose(told, classifier.predict_proba(texts), atol=1e-6)
    times = [1000 * seconds for _, seconds in answers]
    print(f"{len(texts) / seconds:.0f} requests a second")
    print(f"half within {np.median(times):.0f} ms, 99 % within {np.quantile(times, 0.99):.0f} ms")
    _, ax = plt.subplots(figsize=(6, 3), layout="constrained")
    ax.ecdf(times)
    ax.set(xlabel="milliseconds", ylabel="share of the answers", xlim=(0, None))
    pictures = Path("pictures")
    pictures.mkdir(exist_ok=True)
    ax.figure.savefig(pictures / "serve_texts.png", dpi=150)

# %%
# A server is started with ``uvicorn --factory`` and as many ``--workers`` as there are cores; each
# of them loads the file and warms up by itself.
