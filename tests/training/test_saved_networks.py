"""Networks that are saved as Keras does, loaded by a process that has trained nothing."""

import pickle
import subprocess
import sys
from functools import partial

import keras
import numpy as np
import pytest

from skrnn import RNNClassifier, RNNForecaster, RNNRegressor, RNNTextClassifier
from skrnn._batches import TrainingData

QUICK = {"cell": "simple", "units": 3, "epochs": 1, "random_state": 0}
QUANTILES = (0.1, 0.5, 0.75)
RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 4)).astype("float32")
COUNTS = RNG.poisson(2.0, 50) * 1.0

LOAD = """
import pickle, sys
import {order}

def load(path, X, y):
    model = keras.saving.load_model(path)
    outputs = keras.ops.convert_to_numpy(model(X))
    judged = None
    if y is not None:
        judged = model.evaluate(X, y, batch_size=len(X), verbose=0, return_dict=True)
    loss = getattr(model.loss, "quantiles", getattr(model.loss, "__name__", model.loss))
    return outputs, judged, loss

asked = pickle.load(sys.stdin.buffer)
pickle.dump({{name: load(*given) for name, given in asked.items()}}, sys.stdout.buffer)
"""

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


def fit_texts(path):
    """Fit a cell and layers of skrnn's own."""
    words = QUICK | {"cell": "layernorm_simple", "pooling": "max", "truncate_gradient": 2}
    rnn = RNNTextClassifier(**words).fit(["good good", "bad"] * 5, [1, 0] * 5)
    rnn.model_.save(path)
    return rnn, rnn.tokenizer_.transform(["good", "bad bad"]), None


def fit_classes(path):
    y = np.arange(40) % 3
    rnn = RNNClassifier(**QUICK, metrics=[keras.metrics.F1Score(average="macro"), "mse"])
    rnn.fit(X, y).model_.save(path)
    return rnn, X[:, :, None], y


def fit_labels(path):
    y = (X > 0).astype(int)
    rnn = RNNClassifier(**QUICK).fit(X, y)
    rnn.model_.save(path)
    return rnn, X[:, :, None], y


def fit_unknown_targets(path):
    y = np.where(RNG.random((40, 3)) < 0.4, np.nan, RNG.normal(size=(40, 3))).astype("float32")
    y[:, 0] = 1
    rnn = RNNRegressor(**QUICK, loss="huber", metrics="mae", checkpoint=path)
    data, shapes = TrainingData(X[:, :, None], y, None), {"n_channels": 1, "y_shape": (3, 1)}
    rnn._fit_checked(data, None, **shapes, start=None, go_on=False)
    return rnn, X[:, :, None], y


def fit_counts(path, **words):
    words = QUICK | {"strategy": "direct", "window": 6, "network_share": 1.0} | words
    rnn = RNNForecaster(**words, checkpoint=path).fit(COUNTS)
    return rnn.regressor_, RNG.uniform(size=(5, 6, 1)).astype("float32"), None


FITS = {
    "texts": fit_texts,
    "classes": fit_classes,
    "labels": fit_labels,
    "unknown targets": fit_unknown_targets,
    "poisson": partial(fit_counts, output="positive", loss="poisson"),
    "tweedie": partial(fit_counts, output="positive", loss="tweedie"),
    "quantiles": partial(fit_counts, quantiles=QUANTILES),
}


@pytest.fixture(scope="module")
def fitted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("saved")
    return {name: (path := folder / f"{name}.keras", *fit(path)) for name, fit in FITS.items()}


def load(fitted, names, order):
    """Give what networks answer in one fresh process, which imports skrnn first or last."""
    asked = {name: (str(fitted[name][0]), *fitted[name][2:]) for name in names}
    code = LOAD.format(order=order)
    ran = subprocess.run(
        [sys.executable, "-c", code], input=pickle.dumps(asked), capture_output=True, check=True
    )
    return pickle.loads(ran.stdout)


@pytest.fixture(scope="module")
def loaded(fitted):
    return load(fitted, FITS, "skrnn, keras")


def check_outputs(fitted, loaded, name):
    _, rnn, inputs, _ = fitted[name]
    outputs = loaded[name][0]
    np.testing.assert_allclose(outputs, rnn._predict_panel(inputs), atol=1e-5)
    assert outputs.std() > 0


@pytest.mark.parametrize("name", FITS)
def test_outputs_are_those_that_were_saved(fitted, loaded, name):
    check_outputs(fitted, loaded, name)


def test_what_is_imported_first_does_not_matter(fitted):
    names = "texts", "quantiles"  # of cells and layers, and of losses, of our own
    loaded = load(fitted, names, "keras, skrnn")
    for name in names:
        check_outputs(fitted, loaded, name)


def test_metrics_come_along(loaded):
    assert sorted(loaded["classes"][1]) == ["f1_score", "loss", "mse"]
    assert sorted(loaded["labels"][1]) == ["accuracy", "loss"]


def test_unknown_targets_are_not_judged(fitted, loaded):
    outputs, judged, _ = loaded["unknown targets"]
    size = np.abs(outputs.reshape(40, 3) - fitted["unknown targets"][3])
    huber = np.where(size <= 1, size**2 / 2, size - 0.5)
    assert judged["mae"] == pytest.approx(np.nanmean(size), rel=1e-4)
    assert judged["loss"] == pytest.approx(np.nanmean(huber), rel=1e-4)


@pytest.mark.parametrize(
    ("name", "loss"),
    [("poisson", "poisson"), ("tweedie", "tweedie"), ("quantiles", QUANTILES)],
)
def test_losses_come_along(loaded, name, loss):
    assert loaded[name][2] == loss
