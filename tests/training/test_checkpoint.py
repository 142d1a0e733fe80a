"""Checkpoints of the best network, and early stopping, by an estimator's parameters."""

import keras
import numpy as np
import pytest

from skrnn import RNNClassifier, RNNForecaster, RNNRegressor, RNNTextClassifier

QUICK = {"cell": "simple", "units": 4, "epochs": 8, "learning_rate": 0.05, "random_state": 0}

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(90, 5)).astype("float32")


@pytest.fixture
def y(X):
    return X.sum(axis=1) + np.random.default_rng(1).normal(size=90)


@pytest.mark.core
def test_the_file_holds_the_network_of_the_best_epoch(X, y, tmp_path):
    path = tmp_path / "best.keras"
    rnn = RNNRegressor(**QUICK | {"epochs": 60, "units": 16}, checkpoint=path)
    rnn.fit(X[:30], y[:30], X_val=X[30:], y_val=y[30:])
    losses = rnn.history_["val_loss"]
    assert min(losses) < losses[-1]
    saved = np.asarray(keras.saving.load_model(path).predict_on_batch(X[30:, :, None]))
    assert np.mean((saved[:, 0] - y[30:]) ** 2) == pytest.approx(min(losses), rel=1e-4)
    assert np.mean((rnn.predict(X[30:]) - y[30:]) ** 2) == pytest.approx(losses[-1], rel=1e-4)


def test_early_stopping_restores_what_the_file_holds(X, y, tmp_path):
    path = tmp_path / "best.keras"
    words = QUICK | {"epochs": 100, "early_stopping": True, "n_iter_no_change": 3, "tol": 0}
    rnn = RNNClassifier(**words, validation_fraction=0.2, checkpoint=str(path)).fit(X, y > 0)
    assert rnn.n_iter_ < 100
    assert rnn.n_iter_ == np.argmin(rnn.history_["val_loss"]) + 1 + 3
    saved = np.asarray(keras.saving.load_model(path).predict_on_batch(X[:, :, None]))
    np.testing.assert_allclose(rnn.predict_proba(X)[:, 1:], saved, atol=1e-6)


def test_without_validation_data_the_training_loss_decides(X, y, tmp_path):
    path = tmp_path / "best.keras"
    rnn = RNNRegressor(**QUICK, checkpoint=path).fit(X, y)
    assert np.argmin(rnn.history_["loss"]) == 7
    saved = keras.saving.load_model(path)
    np.testing.assert_allclose(
        saved.predict_on_batch(X[:, :, None])[:, 0], rnn.predict(X), atol=1e-5
    )


def test_every_estimator_saves(tmp_path):
    words = QUICK | {"epochs": 1}
    texts = RNNTextClassifier(**words, bidirectional=False, checkpoint=tmp_path / "texts.keras")
    texts.fit(["good", "bad"] * 5, [1, 0] * 5)
    series = RNNForecaster(**words, horizon=2, network_share=1.0, truncate_gradient=3)
    series.set_params(checkpoint=tmp_path / "series.keras").fit(np.arange(40.0))
    for rnn, name in ((texts, "texts.keras"), (series, "series.keras")):
        weights = keras.saving.load_model(tmp_path / name).get_weights()
        for saved, fitted in zip(weights, rnn.model_.get_weights(), strict=True):
            np.testing.assert_array_equal(saved, fitted)


def test_nothing_is_written_unless_asked(X, y, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    RNNRegressor(**QUICK, early_stopping=True).fit(X, y).predict(X)
    assert list(tmp_path.iterdir()) == []
