"""Predictions that are compiled before they are asked for, and many at once."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skrnn import RNNForecaster, RNNRegressor, RNNTextClassifier, clear_pool, warm_up
from skrnn.training import _prediction

X = np.random.default_rng(0).normal(size=(20, 6))
TEXTS = ["so good", "not good at all", "bad", "not so bad"] * 5
WORDS = {"cell": "gru", "units": 3, "epochs": 1, "random_state": 0}


@pytest.fixture
def built(monkeypatch):
    """Count what is built for predictions."""
    clear_pool()
    counts, build = [], _prediction._build_forward

    def count(*args):
        counts.append(args)
        return build(*args)

    monkeypatch.setattr(_prediction, "_build_forward", count)
    return counts


@pytest.mark.core
def test_nothing_is_built_after_it(built):
    rnn = RNNRegressor(**WORDS).fit(X, X[:, 0])
    expected = rnn.predict(X)
    clear_pool()
    built.clear()
    assert warm_up(rnn, X) is None
    assert len(built) == 1
    np.testing.assert_array_equal(rnn.predict(X), expected)
    rnn.predict(X[:3])
    assert len(built) == 1


@pytest.mark.core
def test_threads_at_once_find_a_network_each(built, monkeypatch):
    rnn = RNNTextClassifier(**WORDS, linear=False).fit(TEXTS, np.arange(20) % 2)
    expected = rnn.predict_proba(TEXTS)
    clear_pool()
    built.clear()
    warm_up(rnn, TEXTS, n_threads=3)
    assert len(built) == 3
    barrier, run = threading.Barrier(3), _prediction._run

    def meet(*args):
        barrier.wait(timeout=60)
        return run(*args)

    monkeypatch.setattr(_prediction, "_run", meet)
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: rnn.predict_proba(TEXTS), range(3)))
    assert len(built) == 3
    for answer in answers:
        np.testing.assert_array_equal(answer, expected)


@pytest.mark.core
def test_eight_threads_get_what_one_gets():
    rnn = RNNRegressor(**WORDS).fit(X, X[:, 0])
    requests = [X[: 1 + number % 20] for number in range(160)]
    alone = [rnn.predict(request) for request in requests]
    warm_up(rnn, X, n_threads=8)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(rnn.predict, requests))
    for answer, expected in zip(answers, alone, strict=True):
        np.testing.assert_array_equal(answer, expected)


def test_pipelines_and_forecasters_are_warmed(built):
    pipeline = make_pipeline(StandardScaler(), RNNRegressor(**WORDS)).fit(X, X[:, 0])
    warm_up(pipeline, X[:4])
    forecaster = RNNForecaster(**WORDS, window=6).fit(X[:, 0])
    built.clear()
    warm_up(forecaster, X[:, 0])
    n_built = len(built)
    forecaster.forecast(2)
    forecaster.predict(X[:, 0])
    assert len(built) == n_built
