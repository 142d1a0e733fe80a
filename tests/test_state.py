"""A refit is seen whole or not at all, by whoever predicts meanwhile."""

import threading

import numpy as np
import pandas as pd
import pytest
from listeners import Listener, needs_callbacks

from skrnn import (
    NaiveForecaster,
    NumpyRNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTextClassifier,
    RNNTextRegressor,
    SequenceTokenizer,
    WindowForecaster,
    WindowTransformer,
)

RNG = np.random.default_rng(0)
X = RNG.normal(size=(12, 4))
SIGNS = np.where(X.sum(axis=1) > 0, "+", "-")
WORDS = {"cell": "simple", "units": 2, "epochs": 1, "random_state": 0}
MONTHS = pd.date_range("2020-01", periods=20, freq="MS")
SERIES = pd.Series(RNG.normal(size=20).cumsum(), MONTHS)

# An estimator, what it is fitted on first and then, and what is asked of it.
CASES = {
    "labels": (
        NumpyRNNClassifier(units=2, epochs=1, random_state=0),
        (X, SIGNS),
        (X * 2, np.array(["a", "b", "c"] * 4)),
        lambda rnn: rnn.predict(X),
        "_predict_panel",
    ),
    "vocabulary": (
        RNNTextClassifier(**WORDS, bidirectional=False),
        (["so good", "bad"] * 6, ["+", "-"] * 6),
        (["no fun at all", "some", "fun"] * 4, ["a", "b", "c"] * 4),
        lambda rnn: rnn.predict(["some good fun", "bad"]),
        "_predict_panel",
    ),
    "text columns": (
        RNNTextRegressor(**WORDS, text="title", bidirectional=False, linear=False),
        (pd.DataFrame({"title": ["so good", "bad"] * 6, "price": range(12)}), X[:, 0]),
        (pd.DataFrame({"title": ["no fun", "some"] * 6, "price": range(12, 0, -1)}), X[:, :2]),
        lambda rnn: rnn.predict(pd.DataFrame({"title": ["some good"], "price": [3]})),
        "_predict_panel",
    ),
    "features": (
        RNNRegressor(**WORDS),
        (X, X.sum(axis=1)),
        (X.reshape(12, 2, 2), X[:, :3]),
        lambda rnn: rnn.predict(X),
        "_predict_panel",
    ),
    "series": (
        RNNForecaster(**WORDS, window=3),
        (SERIES,),
        (SERIES.rename("later").shift(40, freq="MS") * 9,),
        lambda rnn: rnn.forecast(),
        "_run",
    ),
    "lags": (
        WindowForecaster(window=3, horizon=2),
        (SERIES,),
        (SERIES.rename("later").shift(40, freq="MS") * 9,),
        lambda rnn: rnn.predict(SERIES),
        "_run_windows",
    ),
    "last value": (
        NaiveForecaster(),
        (SERIES,),
        (SERIES.rename("later").shift(40, freq="MS") * 9,),
        lambda rnn: rnn.forecast(),
        "_run",
    ),
    "tokens": (
        SequenceTokenizer(),
        (["so good", "bad"],),
        (["no fun at all", "some", "fun"],),
        lambda tokenizer: tokenizer.transform(["some good fun", "bad"]),
        "_encode",
    ),
    "columns": (
        WindowTransformer(window=3),
        (X,),
        (X[:, 0],),
        lambda windows: windows.transform(X),
        "_check_series",
    ),
}
core = pytest.mark.core


def assert_same(found, expected):
    assert type(found) is type(expected)
    if isinstance(found, pd.Series):
        pd.testing.assert_series_equal(found, expected)
    else:
        np.testing.assert_array_equal(found, expected)


@core
@pytest.mark.parametrize("case", CASES)
def test_a_refit_while_something_is_predicted_does_not_show(case, monkeypatch):
    estimator, first, second, ask, step = CASES[case]
    estimator.fit(*first)
    expected, run, refits = ask(estimator), getattr(type(estimator), step), iter([True])

    def refit_first(self, *args, **words):
        if next(refits, False):
            estimator.fit(*second)
        return run(self, *args, **words)

    monkeypatch.setattr(type(estimator), step, refit_first)
    found = ask(estimator)
    assert next(refits, "refitted") == "refitted"
    assert_same(found, expected)


class Ask(Listener):
    """A callback of scikit-learn's that predicts after every epoch, in another thread."""

    def __init__(self, ask):
        self.ask, self.answers = ask, []

    def on_fit_task_end(self, estimator, context):
        if context.task_name == "epoch":
            thread = threading.Thread(target=lambda: self.answers.append(self.ask(estimator)))
            thread.start()
            thread.join()


@core
@needs_callbacks
@pytest.mark.parametrize("case", ["labels", "vocabulary", "features", "series"])
def test_what_a_refit_has_learned_so_far_does_not_show(case):
    estimator, first, second, ask, _ = CASES[case]
    listener = Ask(ask)
    expected = ask(estimator.fit(*first))
    estimator.set_callbacks(listener).fit(*second)
    estimator.set_callbacks()
    assert len(listener.answers) == 1
    assert_same(listener.answers[0], expected)


@pytest.mark.parametrize("case", ["labels", "vocabulary"])
def test_every_answer_is_of_one_fit_or_the_other(case):
    estimator, first, second, ask, _ = CASES[case]
    expected = {tuple(ask(estimator.fit(*data))) for data in (second, first)}
    answers, done = [], threading.Event()

    def predict():
        while not done.is_set():
            answers.append(tuple(ask(estimator)))

    threads = [threading.Thread(target=predict) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for data in (second, first) * 2:
            estimator.fit(*data)
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert set(answers) <= expected
    assert len(answers) > 1


def test_update_leaves_what_is_asked_for_meanwhile(monkeypatch):
    naive = NaiveForecaster().fit(SERIES)
    expected, run, updates = naive.forecast(), NaiveForecaster._run_windows, iter([True])

    def update_first(self, windows):
        if next(updates, False):
            naive.update(SERIES.shift(20, freq="MS"))
        return run(self, windows)

    monkeypatch.setattr(NaiveForecaster, "_run_windows", update_first)
    assert_same(naive.forecast(), expected)


def test_model_is_that_of_the_last_fit():
    rnn = RNNRegressor(**WORDS).fit(X, X.sum(axis=1))
    old = rnn.model_
    assert rnn.model_ is old
    rnn.fit(X.reshape(12, 2, 2), X[:, :3])
    assert rnn.model_.output_shape == (None, 3)
    assert old.output_shape == (None, 1)


@needs_callbacks
def test_a_refit_keeps_what_was_set_meanwhile():
    class Set(Ask):
        def on_fit_task_end(self, estimator, context):
            estimator.set_params(verbose=0, tol=0.5).note = "heard"

    rnn = NumpyRNNClassifier(units=2, epochs=1, random_state=0).set_callbacks(Set(None))
    rnn.fit(X, SIGNS)
    assert (rnn.tol, rnn.note, rnn.n_iter_) == (0.5, "heard", 1)


def test_a_refit_forgets_what_no_longer_holds():
    rnn = RNNRegressor(**WORDS).fit(pd.DataFrame(X, columns=list("abcd")), X.sum(axis=1))
    rnn.fit(X.reshape(12, 2, 2), X.sum(axis=1))
    assert not hasattr(rnn, "feature_names_in_")
