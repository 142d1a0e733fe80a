"""What early stopping watches."""

import keras
import numpy as np
import pytest

from skrnn import RNNClassifier, RNNRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(80, 5))
Y = (X.sum(axis=1) + RNG.normal(size=80) > 0).astype(int)
WORDS = {
    "cell": "simple",
    "units": 8,
    "epochs": 60,
    "learning_rate": 0.05,
    "early_stopping": True,
    "n_iter_no_change": 4,
    "random_state": 0,
}
NEW = RNG.normal(size=(60, 5))
LABELS = (NEW.sum(axis=1) + RNG.normal(size=60) > 0).astype(int)


def fit(**words):
    return RNNClassifier(**WORDS | words).fit(X, Y, X_val=NEW, y_val=LABELS)


@pytest.mark.parametrize(
    ("metric", "best"),
    [("accuracy", np.argmax), ("auc", np.argmax), ("mae", np.argmin)],
)
def test_the_best_epoch_is_that_of_the_metric(metric, best):
    rnn = fit(monitor=metric, metrics=["accuracy", "auc", "mae"])
    values = rnn.history_[f"val_{metric}"]
    assert len(values) == best(values) + 1 + WORDS["n_iter_no_change"]
    short = fit(monitor=metric, metrics=["accuracy", "auc", "mae"], epochs=best(values) + 1)
    np.testing.assert_array_equal(rnn.predict_proba(NEW), short.predict_proba(NEW))


def test_a_pair_says_which_is_best():
    def share(y, outputs):
        return keras.ops.mean(outputs, axis=-1)

    for mode, best in (("max", np.argmax), ("min", np.argmin)):
        values = fit(monitor=("share", mode), metrics=share).history_["val_share"]
        assert len(values) == min(60, best(values) + 1 + WORDS["n_iter_no_change"])
    with pytest.raises(ValueError, match=r"\('share', 'max'\)"):
        fit(monitor="share", metrics=share)


def test_metrics_of_keras_say_it_themselves():
    values = fit(monitor="f", metrics=keras.metrics.AUC(name="f")).history_["val_f"]
    assert len(values) == np.argmax(values) + 1 + WORDS["n_iter_no_change"]
    rnn = RNNRegressor(**WORDS, monitor="r2_score", metrics=keras.metrics.R2Score)
    values = rnn.fit(X, X[:, :1], X_val=NEW, y_val=NEW[:, :1]).history_["val_r2_score"]
    assert len(values) == min(60, np.argmax(values) + 1 + WORDS["n_iter_no_change"])
