"""
==============================
A grid search on a Ray cluster
==============================

Does a search on Ray find what it finds here, to the last digit? Here Ray runs on two cores of this
machine; ``ray.init("auto")`` on a machine of a cluster uses all of it.

Run it with ``pip install -e ".[ray,examples]"`` and ``python examples/search_on_ray.py``.
"""

# %%
# The search
# ----------
# Two cells and two windows, on nine years of airline passengers.

from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
import ray
from joblib import parallel_config
from ray.util.joblib import register_ray
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

from skrnn import RNNForecaster
from skrnn.datasets import load_airline

passengers = load_airline().data[:108]
search = GridSearchCV(
    RNNForecaster(linear=False, epochs=30, random_state=0),
    {"cell": ["simple", "gru"], "window": [6, 12]},
    cv=TimeSeriesSplit(n_splits=2, test_size=12),
)

# %%
# On two workers
# --------------
# A worker is a process of its own with one thread for its math libraries, and skrnn has TensorFlow
# keep to it.


def fit_on_ray(X):
    """Fit the search in workers of Ray."""
    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    register_ray()
    with parallel_config("ray", n_jobs=2):
        found = clone(search).fit(X)
    ray.shutdown()
    return found


# %%
# Here and there
# --------------

found = {}
for name, fit in {"here": clone(search).fit, "on Ray": fit_on_ray}.items():
    start = perf_counter()
    found[name] = fit(passengers)
    seconds = perf_counter() - start
    best = found[name]
    print(f"{name:>7}: {float(best.best_score_)!r}, {best.best_params_}, {seconds:.0f} s")
here, there = (best.cv_results_["mean_test_score"] for best in found.values())
print("every score the same:", np.array_equal(here, there))

pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
_, ax = plt.subplots(figsize=(5, 5), layout="constrained")
ax.axline((here.mean(), here.mean()), slope=1, color="lightgray")
ax.plot(here, there, "o")
ax.set(xlabel="R² here", ylabel="R² on Ray")
ax.figure.savefig(pictures / "search_on_ray.png", dpi=150)

# %%
# It does: a fit depends on its data and its seed alone. Ray starts new workers for every search,
# which import TensorFlow each time: a cluster is for searches of hours.
