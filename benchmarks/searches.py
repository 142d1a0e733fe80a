"""The same search in this process, and in workers of loky, Dask and Ray.

Usage: python -m benchmarks.searches [loky] [dask] [dask-scatter] [ray]

Two workers of one thread each, every engine run from a process of its own; ``pip install -e
".[dask,ray]"`` brings them. A search runs twice: in workers that are started and have imported
nothing, and once more. Compared with the search in this process, bit for bit: the scores of all
candidates, the best parameters, and what the best estimator predicts. Counted is how often both
searches together pickled the texts.
"""

import json
import logging
import os
import subprocess
import sys
from contextlib import contextmanager

from joblib import parallel_config
from sklearn.model_selection import GridSearchCV

from benchmarks.timing import measure_seconds
from skrnn import RNNTextClassifier
from skrnn.datasets import make_reviews


class Text(str):
    """A text that counts how often it is pickled."""

    n_pickles = 0

    def __reduce_ex__(self, protocol):
        Text.n_pickles += 1
        return str, (str(self),)


@contextmanager
def run_here(data):
    yield


@contextmanager
def start_loky(data):
    with parallel_config("loky", n_jobs=2):
        yield


@contextmanager
def start_dask(data):
    from dask.distributed import Client, LocalCluster

    workers = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": ":0"}
    with (
        LocalCluster(**workers, silence_logs=logging.ERROR) as cluster,
        Client(cluster),
        parallel_config("dask", scatter=data),
    ):
        yield


@contextmanager
def start_ray(data):
    import ray
    from ray.util.joblib import register_ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    register_ray()
    with parallel_config("ray", n_jobs=2):
        yield
    ray.shutdown()


ENGINES = {
    "serial": run_here,
    "loky": start_loky,
    "dask": lambda data: start_dask(None),
    "dask-scatter": start_dask,
    "ray": start_ray,
}


def search_twice(engine):
    """Print what the search finds, its seconds, and how often the texts were pickled."""
    reviews = make_reviews(400, random_state=0)
    X, y = [Text(reviews.data[0]), *reviews.data[1:]], reviews.target
    words = {"units": 16, "embedding_dim": 16, "epochs": 2, "linear": False, "random_state": 0}
    grid = {"cell": ["gru", "lstm"], "learning_rate": [0.01, 0.03]}
    search = GridSearchCV(RNNTextClassifier(**words), grid, cv=2, error_score="raise")
    with ENGINES[engine]([X, y]):
        seconds = [measure_seconds(lambda: search.fit(X, y))[1] for _ in range(2)]
    found = {
        "best": search.best_params_,
        "scores": search.cv_results_["mean_test_score"].tobytes().hex(),
        "predictions": search.predict_proba(X).tobytes().hex(),
    }
    print(json.dumps({"found": found, "seconds": seconds, "pickles": Text.n_pickles}))


def run_apart(engine):
    code = f"from benchmarks.searches import search_twice; search_twice({engine!r})"
    environment = os.environ | {"OMP_NUM_THREADS": "1"}
    ran = subprocess.run(
        [sys.executable, "-c", code], env=environment, stdout=subprocess.PIPE, check=True
    )
    return json.loads(ran.stdout.splitlines()[-1])


def main():
    print("| workers | first search, s | second, s | texts pickled | same bits |")
    print("|---------|----------------:|----------:|--------------:|-----------|")
    expected = None
    for engine in ["serial", *(sys.argv[1:] or list(ENGINES)[1:])]:
        ran = run_apart(engine)
        expected = expected or ran["found"]
        first, second = (f"{seconds:.1f}" for seconds in ran["seconds"])
        same = "yes" if ran["found"] == expected else "**no**"
        print(f"| {engine} | {first} | {second} | {ran['pickles']} | {same} |", flush=True)


if __name__ == "__main__":
    main()
