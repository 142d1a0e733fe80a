"""Searches on Dask and Ray: the same answer, one thread a worker; Dask sends the data once."""

import logging
import os
import warnings
from contextlib import contextmanager
from pathlib import Path

import keras
import numpy as np
import pytest
from joblib import Parallel, delayed, parallel_config
from sklearn.model_selection import GridSearchCV

from skrnn import RNNClassifier, RNNTextClassifier, register_cell
from skrnn.network._cells import CELLS

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("default"),  # of what the clusters import and leave open
]

TEXTS = ["so good", "not good", "bad", "not so bad"] * 10
LABELS = np.array([1, 0, 0, 1] * 10)
WORDS = {"units": 3, "epochs": 2, "random_state": 0}
LIMITS = ["OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"]


class Text(str):
    """A text that counts how often it is pickled."""

    n_pickles = 0

    def __reduce_ex__(self, protocol):
        Text.n_pickles += 1
        return str, (str(self),)


@contextmanager
def start_dask():
    distributed = pytest.importorskip("distributed")
    with (
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, dashboard_address=":0", silence_logs=logging.ERROR
        ) as cluster,
        distributed.Client(cluster),
    ):
        yield lambda *data: parallel_config("dask", scatter=data)


@contextmanager
def start_ray():
    ray = pytest.importorskip("ray")
    from ray.util.joblib import register_ray

    ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    register_ray()
    yield lambda *data: parallel_config("ray", n_jobs=2)
    ray.shutdown()


@pytest.fixture(scope="module", params=[start_dask, start_ray], ids=["dask", "ray"])
def send(request):
    """Give what has joblib send work, and some data ahead of it, to a running cluster."""
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings():
        warnings.simplefilter("default")
        for name in LIMITS:  # the clusters are to set them, whatever holds for the tests
            patch.delenv(name, raising=False)
        patch.setenv("PYTHONPATH", str(Path(__file__).parent), prepend=os.pathsep)  # of this file
        with request.param() as send:
            yield send


@pytest.fixture
def own_cell():
    class Local(keras.layers.SimpleRNNCell):
        pass

    register_cell("of_cluster", Local)
    yield "of_cluster"
    CELLS._registered.pop("of_cluster")


def search_texts(texts, cells):
    grid = {"cell": cells, "batch_size": [4, 16]}
    rnn = RNNTextClassifier(**WORDS, bidirectional=False, dropout=0.3)
    return GridSearchCV(rnn, grid, cv=2, error_score="raise").fit(texts, LABELS)


def test_a_search_finds_the_same_to_the_bit(send, own_cell):
    alone = search_texts(TEXTS, ["gru", own_cell])
    with send(TEXTS, LABELS):
        ours = search_texts(TEXTS, ["gru", own_cell])
    assert ours.best_params_ == alone.best_params_
    for name in ("mean_test_score", "std_test_score", "split0_test_score", "rank_test_score"):
        np.testing.assert_array_equal(ours.cv_results_[name], alone.cv_results_[name])
    np.testing.assert_array_equal(ours.predict_proba(TEXTS), alone.predict_proba(TEXTS))


def learn():
    X = np.random.default_rng(0).normal(size=(40, 5))
    return RNNClassifier(**WORDS).fit(X, X.sum(axis=1) > 0).predict_proba(X).tobytes()


def learn_and_read():
    """Give an answer, which process gave it, and what limits threads there."""
    return learn(), os.getpid(), [os.environ[name] for name in LIMITS]


def test_each_worker_keeps_tensorflow_to_one_thread(send):
    with send():
        answers = Parallel()(delayed(learn_and_read)() for _ in range(4))
    for answer, process, limits in answers:
        assert answer == learn()
        assert process != os.getpid()
        assert limits == ["1", "1", "1"]


@pytest.mark.parametrize("send", [start_dask], indirect=True, ids=["dask"])
def test_the_texts_are_sent_once(send):
    texts, before = [Text(TEXTS[0]), *TEXTS[1:]], Text.n_pickles
    with send(texts, LABELS):
        search_texts(texts, ["simple", "gru"])
    assert Text.n_pickles == before + 1
