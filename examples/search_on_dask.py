"""
===============================
A grid search on a Dask cluster
===============================

Does a search on a cluster find what it finds here, to the last digit? Here the cluster is two
processes of this machine; ``Client("tcp://scheduler:8786")`` in its place reaches many machines.

Run it with ``pip install -e ".[dask,examples]"`` and ``python examples/search_on_dask.py``.
"""

# %%
# The search
# ----------
# Two cells and two windows, on nine years of airline passengers.

import logging
from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from dask.distributed import Client, LocalCluster
from joblib import parallel_config
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skrnn import RNNForecaster
from skrnn.datasets import load_airline

SEARCH = GridSearchCV(
    RNNForecaster(linear=False, epochs=30, random_state=0),
    {"cell": ["simple", "gru"], "window": [6, 12]},
    cv=TimeSeriesSplit(n_splits=2, test_size=12),
)

# %%
# On two workers
# --------------
# One thread a worker, as each trains a network of its own; Dask lets its math libraries have one
# thread too, and so does skrnn with TensorFlow. ``scatter`` sends the series to each worker once.


def fit_on_dask(X):
    """Fit the search in workers of Dask."""
    with (
        LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=logging.ERROR
        ) as cluster,
        Client(cluster),
        parallel_config("dask", scatter=[X]),
    ):
        return clone(SEARCH).fit(X)


# %%
# Here and there
# --------------
# The workers of a ``LocalCluster`` import this file when they start; what only one process is to
# do stands behind the usual question.


def draw(scores):
    """Draw the score of each candidate there over that here."""
    here, there = scores.values()
    _, ax = plt.subplots(figsize=(5, 5), layout="constrained")
    ax.axline((here.mean(), here.mean()), slope=1, color="lightgray")
    ax.plot(here, there, "o")
    ax.set(xlabel="R² here", ylabel="R² on Dask")
    return ax.figure


if __name__ == "__main__":
    passengers = load_airline().data[:108]
    searches = {}
    fits = {"here": clone(SEARCH).fit, "on Dask": fit_on_dask}
    for name, fit in fits.items():
        start = perf_counter()
        searches[name] = fit(passengers)
        seconds = perf_counter() - start
        best = searches[name]
        print(f"{name:>8}: {float(best.best_score_)!r}, {best.best_params_}, {seconds:.0f} s")
    scores = {name: search.cv_results_["mean_test_score"] for name, search in searches.items()}
    print("every score the same:", np.array_equal(*scores.values()))

    pictures = Path("pictures")
    pictures.mkdir(exist_ok=True)
    draw(scores).savefig(pictures / "search_on_dask.png", dpi=150)

# %%
# It does: a fit depends on its data and its seed alone. For a search as short as this, starting
# workers takes longer than it saves; a cluster is for searches of hours.
