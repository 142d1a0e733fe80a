"""Files and pickles go from backend to backend, and a file comes home as it left."""

import os
import pickle
import subprocess
import sys
from importlib.util import find_spec

import keras
import numpy as np
import pytest

import skrnn
from skrnn import RNNForecaster, RNNTagger, RNNTextClassifier
from skrnn.datasets import load_airline

WORDS = {"units": 4, "epochs": 2, "random_state": 0}
TEXTS = ["good", "not good", "bad", "not bad at all"] * 5
AIRLINE = load_airline().data
TOKENS, TAGS = [["so", "good"], ["bad"]] * 10, [["adverb", "word"], ["word"]] * 10
VISIT = """
import pickle, sys
import numpy as np
import skrnn
from skrnn.datasets import load_airline

def ask(forecaster, classifier, tagger):
    texts, tokens = ["good", "not good", "bad", "not bad at all"], [["so", "good"], ["bad"]]
    return [
        forecaster.predict(load_airline().data),
        classifier.predict_proba(texts),
        np.concatenate(tagger.predict_proba(tokens)),
    ]

*paths, pickled, answers = sys.argv[1:]
models = [skrnn.load(path) for path in paths]
with open(pickled, "rb") as file:
    np.savez(answers, *ask(*models), *ask(*pickle.load(file)))
for model, path in zip(models, paths):
    skrnn.save(model, path)
"""


@pytest.mark.core
def test_estimators_predict_the_same_on_every_backend_and_files_come_home_as_they_left(tmp_path):
    others = {"tensorflow", "jax", "torch"} - {keras.backend.backend()}
    others = [backend for backend in sorted(others) if find_spec(backend)]
    if not others:
        pytest.skip("there is no other backend")
    models = [
        RNNForecaster(**WORDS, cell="simple", window=12, network_share=1.0).fit(AIRLINE),
        RNNTextClassifier(**WORDS, cell="lstm").fit(TEXTS, [0, 1, 1, 0] * 5),
        RNNTagger(**WORDS, cell="gru").fit(TOKENS, TAGS),
    ]
    expected = [
        models[0].predict(AIRLINE),
        models[1].predict_proba(TEXTS[:4]),
        np.concatenate(models[2].predict_proba(TOKENS[:2])),
    ]
    paths = [tmp_path / f"{number}.skops" for number in range(3)]
    for model, path in zip(models, paths, strict=True):
        skrnn.save(model, path)
    contents = [path.read_bytes() for path in paths]
    (tmp_path / "models.pkl").write_bytes(pickle.dumps(models))
    for backend in others:
        subprocess.run(
            [
                sys.executable,
                "-c",
                VISIT,
                *paths,
                tmp_path / "models.pkl",
                tmp_path / "answers.npz",
            ],
            capture_output=True,
            env=os.environ | {"KERAS_BACKEND": backend},
            check=True,
        )
        for answer, wanted in zip(
            np.load(tmp_path / "answers.npz").values(), 2 * expected, strict=True
        ):
            np.testing.assert_allclose(answer, wanted, rtol=1e-4, atol=1e-5)
    assert [path.read_bytes() for path in paths] == contents
    home = skrnn.load(paths[0]).predict(AIRLINE)
    np.testing.assert_array_equal(home, expected[0])
