"""Curves in a notebook while a training goes on: what IPython is told to show, and when."""

import base64
import pickle
from io import BytesIO
from types import SimpleNamespace

import matplotlib.image
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.model_selection import cross_validate

import skrnn.displays._live as live
from skrnn import LiveHistory, RNNForecaster, RNNRegressor, RNNTextClassifier

X = np.random.default_rng(0).normal(size=(20, 4))
Y = X.sum(axis=1)
WORDS = {"units": 2, "random_state": 0}


@pytest.fixture
def shown(tmp_path):
    """Give what a notebook was told to show, in a shell of IPython that has a kernel."""
    pytest.importorskip("IPython")
    from IPython.core.displaypub import CapturingDisplayPublisher
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets.config import Config

    config = Config(HistoryManager={"enabled": False})  # or a file and a thread stay
    shell = InteractiveShell.instance(config=config, ipython_dir=str(tmp_path))
    shell.kernel = SimpleNamespace()
    shell.display_pub = CapturingDisplayPublisher(parent=shell)
    yield shell.display_pub.outputs
    InteractiveShell.clear_instance()


def count_panels(output):
    """Count the panels in a picture, by their width."""
    png = base64.b64decode(output["data"]["image/png"])
    picture = matplotlib.image.imread(BytesIO(png), format="png")
    return round(picture.shape[1] / (100 * live.PANEL[0]))


@pytest.mark.core
def test_one_picture_is_drawn_anew_after_every_epoch(shown):
    rnn = RNNRegressor(**WORDS, epochs=3, callbacks=[LiveHistory(interval=0)]).fit(X, Y)
    assert rnn.callbacks_[0].history == rnn.history_
    first, *later = shown
    assert not first["update"]
    assert later
    assert all(output["update"] for output in later)
    assert len({output["transient"]["display_id"] for output in shown}) == 1
    assert {count_panels(output) for output in shown} == {1}


def test_it_is_not_drawn_more_often_than_asked_nor_for_more_than_a_tenth_of_the_time(
    shown, monkeypatch
):
    now = [0.0]

    def draw(history):
        now[0] += 1.0
        return b"\x89PNG\r\n\x1a\n" + bytes(30)

    monkeypatch.setattr(live, "draw", draw)
    monkeypatch.setattr(live.time, "perf_counter", lambda: now[0])
    for interval, expected in ((0, 4), (100, 1)):
        shown.clear()
        watching = LiveHistory(interval)
        watching.on_train_begin()
        begin = now[0]
        while now[0] < begin + 40:
            watching.on_epoch_end(0, {"loss": 1.0})
            now[0] += 0.5
        assert len(shown) == expected
        watching.on_train_end()
        assert len(shown) == expected + 1  # the last epoch is always seen


def test_validation_and_metrics_are_drawn(shown):
    texts, labels = ["good film", "bad film", "so good", "too bad"] * 5, [1, 0] * 10
    words = {**WORDS, "epochs": 2, "linear": False, "embedding_dim": 2}
    rnn = RNNTextClassifier(**words, callbacks=[LiveHistory()])
    rnn.fit(texts, labels, X_val=texts, y_val=labels)
    assert {"val_loss", "val_accuracy"} < set(rnn.callbacks_[0].history)
    assert count_panels(shown[-1]) == 2


def test_each_network_has_a_picture_and_trials_have_none(shown):
    watching = LiveHistory()
    RNNRegressor(**WORDS, epochs=1, n_networks=2, callbacks=[watching]).fit(X, Y)
    assert len({output["transient"]["display_id"] for output in shown}) == 2
    shown.clear()
    series = X.ravel().cumsum()
    RNNForecaster(**WORDS, epochs=1, window=3, callbacks=[watching]).fit(series)
    assert len({output["transient"]["display_id"] for output in shown}) == 1


def test_nothing_is_drawn_outside_a_notebook(monkeypatch, capfd):
    monkeypatch.setattr(live, "draw", None)
    rnn = RNNRegressor(**WORDS, epochs=2, callbacks=[LiveHistory(interval=0)]).fit(X, Y)
    assert rnn.callbacks_[0].history == rnn.history_
    assert capfd.readouterr() == ("", "")


def test_a_terminal_of_ipython_is_no_notebook(shown):
    from IPython import get_ipython

    del get_ipython().kernel
    RNNRegressor(**WORDS, epochs=1, callbacks=[LiveHistory()]).fit(X, Y)
    assert not shown


def test_estimators_with_it_are_copied_pickled_and_fitted_elsewhere(shown):
    rnn = RNNRegressor(**WORDS, epochs=1, callbacks=[LiveHistory(2.5)]).fit(X, Y)
    for other in (clone(rnn), pickle.loads(pickle.dumps(rnn))):
        assert other.callbacks[0].interval == 2.5
        np.testing.assert_array_equal(other.fit(X, Y).predict(X), rnn.predict(X))
    pickle.dumps(rnn.callbacks_)
    shown.clear()
    scores = cross_validate(rnn, X, Y, cv=2, n_jobs=2)["test_score"]
    assert np.isfinite(scores).all()
    assert not shown


@pytest.mark.parametrize("interval", [-1, "1", None, np.inf])
def test_an_interval_is_a_number_of_seconds(interval):
    with pytest.raises(ValueError, match="interval must be a number of seconds"):
        LiveHistory(interval)
