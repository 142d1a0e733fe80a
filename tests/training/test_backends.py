"""Estimators that go from one Keras backend to another."""

import io
import os
import pickle
import subprocess
import sys
from importlib.util import find_spec

import keras
import numpy as np
import pytest

from skrnn import RNNForecaster, RNNTextClassifier

OTHERS = {"tensorflow": "jax", "jax": "tensorflow", "torch": "tensorflow"}

PREDICT = """
import pickle, sys
for estimator, method, X in pickle.load(sys.stdin.buffer):
    pickle.dump(getattr(estimator, method)(X), sys.stdout.buffer)
"""


@pytest.mark.core
def test_estimators_trained_under_one_backend_predict_the_same_under_another():
    other = OTHERS[keras.backend.backend()]
    if find_spec(other) is None:
        pytest.skip(f"{other} is not installed")
    words = {"units": 4, "epochs": 2, "random_state": 0}
    texts = ["good", "not good", "bad", "not bad at all"] * 5
    series = np.random.default_rng(0).normal(size=60).cumsum()
    classifier = RNNTextClassifier(cell="lstm", **words).fit(texts, [0, 1, 1, 0] * 5)
    calls = [(classifier, "predict_proba", texts)]
    for cell in ("simple", "gru"):
        rnn = RNNForecaster(cell=cell, **words, network_share=1.0)
        calls.append((rnn.fit(series), "predict", series))
    ran = subprocess.run(
        [sys.executable, "-c", PREDICT],
        input=pickle.dumps(calls),
        capture_output=True,
        env=os.environ | {"KERAS_BACKEND": other},
        check=True,
    )
    predictions = io.BytesIO(ran.stdout)
    for estimator, method, X in calls:
        expected = getattr(estimator, method)(X)
        np.testing.assert_allclose(pickle.load(predictions), expected, atol=1e-5)
