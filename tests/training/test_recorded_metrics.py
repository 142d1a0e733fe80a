"""Metrics of Keras as they are recorded, against those of scikit-learn."""

import keras
import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score

from skrnn import RNNClassifier

WORDS = {"cell": "simple", "units": 3, "epochs": 1, "batch_size": 16, "random_state": 0}
X = np.random.default_rng(0).normal(size=(40, 3)).astype("float32")


def squared_error_of_numbers(y_true, y_pred):
    return keras.ops.square(keras.ops.cast(y_true, "float32") - y_pred[:, 0])


@pytest.mark.core
@pytest.mark.parametrize("n_classes", [3, 4])
def test_metrics_of_many_classes_are_those_of_scikit_learn(n_classes):
    y = np.arange(40) % n_classes
    metrics = ["acc", "categorical_accuracy", "mse", keras.metrics.F1Score(average="macro")]
    rnn = RNNClassifier(**WORDS, metrics=metrics, learning_rate=0.1)
    rnn.fit(X, y, X_val=X[:19], y_val=y[:19])
    probabilities, y = rnn.predict_proba(X[:19]), y[:19]
    guesses = probabilities.argmax(axis=1)
    expected = {
        "acc": accuracy_score(y, guesses),
        "categorical_accuracy": accuracy_score(y, guesses),
        "mse": np.mean((probabilities - np.eye(n_classes)[y]) ** 2),
        "f1_score": f1_score(y, guesses, average="macro"),
    }
    got = {name: rnn.history_[f"val_{name}"][-1] for name in expected}
    assert got == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("batch_size", [4, 16])
def test_batches_of_as_many_rows_as_classes_are_nothing_special(batch_size):
    y = np.arange(40) % 4
    words = WORDS | {"batch_size": batch_size}
    mse = RNNClassifier(**words, metrics="mse").fit(X, y).history_["mse"]
    assert mse == pytest.approx([0.19], abs=0.05)  # of a guess: 0.1875


def test_own_functions_get_the_numbers_of_the_classes():
    y = np.arange(40) % 3
    rnn = RNNClassifier(**WORDS, metrics=squared_error_of_numbers)
    rnn.fit(X, y, X_val=X, y_val=y)
    expected = np.mean((y - rnn.predict_proba(X)[:, 0]) ** 2)
    assert rnn.history_["val_squared_error_of_numbers"] == pytest.approx([expected], rel=1e-5)


def test_what_would_fit_by_chance_is_refused():
    y = np.arange(40) % 4
    wrong = RNNClassifier(**WORDS, metrics=[lambda y_true, y_pred: y_true - y_pred])
    with pytest.raises(ValueError, match=r"metrics must .*\(5,\) and \(5, 4\)"):
        wrong.fit(X, y)


@pytest.mark.parametrize("labels", [1, 3])
def test_one_metric_need_not_be_in_a_list(labels):
    y = X[:, :labels] > 0
    metric = keras.metrics.BinaryAccuracy(name="right")
    y = y[:, 0] if labels == 1 else y.astype(int)
    alone, listed = (RNNClassifier(**WORDS, metrics=m).fit(X, y) for m in (metric, [metric]))
    assert alone.history_ == listed.history_
    assert set(alone.history_) == {"loss", "right"}
