"""Several networks in one estimator, against estimators with one each."""

import pickle
import signal

import keras
import numpy as np
import pytest

from skrnn import RNNClassifier, RNNForecaster, RNNRegressor, RNNTextClassifier

WORDS = {"cell": "simple", "units": 4, "epochs": 3, "learning_rate": 0.02}
K = 3
RNG = np.random.default_rng(0)
X = RNG.normal(size=(40, 6)).astype("float32")
SERIES = np.sin(np.arange(120) / 5) + 0.1 * RNG.normal(size=120)
TEXTS = ["good", "not good", "bad", "not bad"] * 10
DATA = {
    RNNRegressor: (X, np.stack([X.sum(axis=1), X[:, 0]], axis=1)),
    RNNClassifier: (X, np.digitize(X.sum(axis=1), [-1, 1])),
    RNNTextClassifier: (TEXTS, ["+", "-", "-", "+"] * 10),
    RNNForecaster: (SERIES,),
}


def read(estimator, data):
    is_classifier = hasattr(estimator, "predict_proba")
    return (estimator.predict_proba if is_classifier else estimator.predict)(data)


def fit_apart(kind, **words):
    """Fit estimators with one network each, whose seeds come from one generator."""
    rng = np.random.RandomState(7)
    return [kind(**WORDS | words, random_state=rng).fit(*DATA[kind]) for _ in range(K)]


def fit_together(kind, **words):
    rng = np.random.RandomState(7)
    return kind(**WORDS | words, n_networks=K, random_state=rng).fit(*DATA[kind])


@pytest.mark.core
@pytest.mark.parametrize("kind", DATA)
def test_predictions_are_the_mean_of_those_of_single_networks(kind):
    words = {"window": 8, "horizon": 2, "network_share": 1.0} if kind is RNNForecaster else {}
    words |= {"linear": False} if kind is RNNTextClassifier else {}  # or each lacks a fold
    singles, several = fit_apart(kind, **words), fit_together(kind, **words)
    alone = [read(single, DATA[kind][0]) for single in singles]
    assert np.abs(alone[0] - alone[1]).max() > 1e-3
    expected = np.mean(alone, axis=0)
    np.testing.assert_allclose(read(several, DATA[kind][0]), expected, atol=1e-6)
    again = pickle.loads(pickle.dumps(several))
    np.testing.assert_array_equal(read(again, DATA[kind][0]), read(several, DATA[kind][0]))
    losses = np.mean([single.history_["loss"] for single in singles], axis=0)
    np.testing.assert_allclose(several.history_["loss"], losses, rtol=1e-6)


@pytest.mark.core
def test_the_model_gives_the_mean(tmp_path):
    for kind in (RNNRegressor, RNNClassifier):
        several = fit_together(kind, normalization="batch")
        expected = read(several, X)
        outputs = several.model_.predict_on_batch(X[:, :, None])
        np.testing.assert_allclose(outputs, expected, atol=1e-6)
        several.model_.save(tmp_path / "mean.keras")
        saved = keras.saving.load_model(tmp_path / "mean.keras", compile=False)
        np.testing.assert_allclose(saved.predict_on_batch(X[:, :, None]), expected, atol=1e-6)


@pytest.mark.core
def test_training_goes_on_with_every_network():
    several = fit_together(RNNRegressor, warm_start=True)
    singles = fit_apart(RNNRegressor, warm_start=True)
    for estimator in (several, *singles):
        estimator.fit(*DATA[RNNRegressor]).partial_fit(*DATA[RNNRegressor])
    assert several.n_iter_ == 7
    expected = np.mean([single.predict(X) for single in singles], axis=0)
    np.testing.assert_allclose(several.predict(X), expected, atol=1e-6)
    several.set_params(n_networks=2)
    with pytest.raises(ValueError, match="n_networks=2: there are 3 since the last fit"):
        several.fit(*DATA[RNNRegressor])
    several.set_params(warm_start=False).fit(*DATA[RNNRegressor])


def test_the_history_is_the_mean_over_networks_that_still_trained():
    words = {"early_stopping": True, "n_iter_no_change": 1, "epochs": 60, "learning_rate": 0.1}
    X_val, y_val = X[:10] + 0.1, DATA[RNNRegressor][1][:10]
    rng = np.random.RandomState(7)
    several = RNNRegressor(**WORDS | words, n_networks=K, random_state=rng)
    several.fit(*DATA[RNNRegressor], X_val=X_val, y_val=y_val)
    rng, histories = np.random.RandomState(7), []
    for _ in range(K):
        single = RNNRegressor(**WORDS | words, random_state=rng)
        single.fit(*DATA[RNNRegressor], X_val=X_val, y_val=y_val)
        histories.append(single.history_["val_loss"])
    lengths = list(map(len, histories))
    assert len(set(lengths)) > 1
    assert several.n_iter_ == len(several.history_["val_loss"]) == max(lengths)
    for epoch, loss in enumerate(several.history_["val_loss"]):
        still = [history[epoch] for history in histories if epoch < len(history)]
        assert loss == pytest.approx(np.mean(still), rel=1e-5)


class Count(keras.callbacks.Callback):
    n_epochs = 0

    def on_epoch_end(self, epoch, logs=None):
        self.n_epochs += 1


def test_callbacks_and_files_are_those_of_each_network(tmp_path):
    path = tmp_path / "best.keras"
    several = fit_together(RNNRegressor, callbacks=[Count()], checkpoint=path)
    assert [callback.n_epochs for callback in several.callbacks_] == [3, 3, 3]
    files = [tmp_path / f"best-{number}.keras" for number in (1, 2, 3)]
    assert sorted(tmp_path.iterdir()) == files
    outputs = [keras.saving.load_model(file).predict_on_batch(X[:, :, None]) for file in files]
    np.testing.assert_allclose(np.mean(outputs, axis=0), several.predict(X), atol=1e-6)


@pytest.mark.core
def test_long_forecasts_are_those_of_the_mean():
    def feed_back():
        """Go round by round, each from the forecasts before it."""
        series = SERIES
        for _ in range(20):
            rows = several.predict(np.append(series, 0))[-1:]
            series = np.append(series, rows)
        return series[-20:]

    several = fit_together(RNNForecaster, window=8)
    long = several.forecast(600)
    np.testing.assert_allclose(long[:20], several.forecast(20), atol=1e-5)
    np.testing.assert_allclose(long[:20], feed_back(), atol=1e-4)


def test_the_linear_part_of_each_starts_at_the_same_ridge_regression():
    several = fit_together(RNNRegressor, linear=True)
    trained = several.predict(X)
    start = several._linear_start.predict(X)
    several._shrink_network(0.5)
    np.testing.assert_allclose(several.predict(X), (start + trained) / 2, atol=1e-5)


class Press(keras.callbacks.Callback):
    """Press Ctrl-C in an epoch of one of the trainings."""

    n_trainings = 0

    def __init__(self, training, epoch):
        super().__init__()
        self.when = training, epoch

    def __deepcopy__(self, memo):
        return self

    def on_train_begin(self, logs=None):
        self.n_trainings += 1

    def on_epoch_begin(self, epoch, logs=None):
        if (self.n_trainings, epoch) == self.when:
            signal.raise_signal(signal.SIGINT)


@pytest.fixture
def listen():
    """Have Ctrl-C do what it does in a terminal, also where the tests run in the background."""
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, usual)


@pytest.mark.parametrize(("epoch", "n_epochs"), [(0, [3]), (2, [3, 2])])
def test_ctrl_c_keeps_the_networks_so_far(listen, epoch, n_epochs):
    words = WORDS | {"n_networks": K, "random_state": 0, "warm_start": True}
    several = RNNRegressor(**words, callbacks=[Press(2, epoch)])
    with pytest.warns(UserWarning, match="interrupted") as caught:
        several.fit(*DATA[RNNRegressor])
    assert len(caught) == 1
    assert [len(history["loss"]) for history in several._histories] == n_epochs
    assert np.isfinite(several.predict(X)).all()
    several.set_params(callbacks=None).fit(*DATA[RNNRegressor])
    assert len(several._histories) == K
    whole = RNNRegressor(**words).fit(*DATA[RNNRegressor])
    assert several._histories[2] == whole._histories[2]
    kept = several.predict(X)
    several.set_params(callbacks=[Press(2, 0)])
    with pytest.warns(UserWarning, match="interrupted"):
        several.fit(*DATA[RNNRegressor])
    assert len(several._histories) == K
    assert np.abs(several.predict(X) - kept).max() > 0


def test_another_network_compiles_nothing():
    n_calls = []

    def loss(y_true, y_pred):
        n_calls.append(1)
        return keras.ops.mean((y_true - y_pred) ** 2, axis=-1)

    if keras.backend.backend() == "torch":
        pytest.skip("PyTorch does not compile.")
    RNNRegressor(**WORDS, loss=loss).fit(*DATA[RNNRegressor])
    n_before = len(n_calls)
    fit_together(RNNRegressor, loss=loss)
    assert len(n_calls) == n_before
