"""What is told of a long fit while it goes on: to scikit-learn's callbacks, and on the screen."""

import re

import numpy as np
import pandas as pd
import pytest
from listeners import Listener, needs_callbacks
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline

from skrnn import (
    Chunks,
    NaiveForecaster,
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTextClassifier,
    SequenceTokenizer,
    WindowForecaster,
    WindowTransformer,
    backtest,
)

WORDS = {"units": 2, "epochs": 2, "random_state": 0}
TEXTS, LABELS = ["good film", "bad film", "so good", "too bad"] * 6, [1, 0] * 12
SERIES = np.random.default_rng(0).normal(size=60).cumsum()
PANEL = pd.DataFrame(
    {"shop": np.repeat(range(40), 12), "day": np.tile(range(12), 40), "sold": SERIES.repeat(8)}
)
LABELLED = {"series": "shop", "time": "day", "target": "sold"}

# What is fitted to what, and its stages with the epochs that each has.
FITS = {
    "series": (
        lambda: RNNForecaster(**WORDS, window=3),
        (SERIES,),
        [("reading", 0), ("trial", 2), ("trial", 2), ("choosing", 0), ("training", 2)],
    ),
    "panel": (
        lambda: RNNForecaster(**WORDS, **LABELLED, window=3),
        (PANEL,),
        [("reading", 0), ("trial", 2), ("choosing", 0), ("training", 2)],
    ),
    "panel in parts": (
        lambda: RNNForecaster(**WORDS, **LABELLED, window=3),
        (Chunks([PANEL[:240], PANEL[240:]]),),
        [("reading", 0), ("trial", 2), ("choosing", 0), ("training", 2)],
    ),
    "several": (
        lambda: RNNForecaster(**WORDS, window=3, network_share=1, n_networks=3),
        (SERIES,),
        [("reading", 0), ("training", 6)],
    ),
    "calibrated": (
        lambda: RNNForecaster(**WORDS, window=3, network_share=1, calibrate=True),
        (SERIES,),
        [("reading", 0), ("trial", 2), ("training", 2)],
    ),
    "epochs found": (
        lambda: RNNForecaster(**WORDS | {"epochs": "auto"}, window=3, network_share=1),
        (SERIES,),
        [("reading", 0), ("training", None)],
    ),
    "lags": (lambda: WindowForecaster(), (SERIES,), [("reading", 0), ("training", 0)]),
    "last value": (lambda: NaiveForecaster(), (SERIES,), [("reading", 0)]),
    "texts": (
        lambda: RNNTextClassifier(**WORDS, embedding_dim=2),
        (TEXTS, LABELS),
        [("reading", 0), ("training", 2), ("trial", 6), ("linear part", 0)],
    ),
    "texts in folds": (
        lambda: RNNTextClassifier(**WORDS, embedding_dim=2, n_networks=2),
        (TEXTS, LABELS),
        [("reading", 0), ("training", 4), ("linear part", 0)],
    ),
}


class Watch(Listener):
    """Note what happens, and hold that no task has more parts than it was to have."""

    def __init__(self):
        self.begun, self.ended, self.counts = [], [], {}

    def on_fit_task_begin(self, estimator, context):
        self.begun.append(context)
        if context.parent is not None:
            count = self.counts[id(context.parent)] = self.counts.get(id(context.parent), 0) + 1
            assert context.parent.max_subtasks is None or count <= context.parent.max_subtasks

    def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
        self.ended.append((context, fitted_estimator))


def fit_quietly(made, given, watch=None):
    estimator = made()
    return (estimator if watch is None else estimator.set_callbacks(watch)).fit(*given)


@needs_callbacks
@pytest.mark.parametrize("case", FITS)
def test_every_stage_of_a_fit_is_told_with_its_epochs(case):
    made, given, stages = FITS[case]
    watch = Watch()
    estimator = fit_quietly(made, given, watch)
    fit, *tasks = watch.begun
    told = [task for task in tasks if task.parent is fit]
    expected = [*stages, *([("calibrating", 0)] if "text" not in case else [])]
    assert [task.task_name for task in told] == [name for name, _ in expected]
    assert len(told) <= fit.max_subtasks
    for task, (_, n_epochs) in zip(told, expected, strict=True):
        n_epochs = estimator.n_iter_ if n_epochs is None else n_epochs
        assert task.max_subtasks == n_epochs
        assert watch.counts.get(id(task), 0) == n_epochs
    assert {id(task) for task, _ in watch.ended} == {id(task) for task in watch.begun}
    assert watch.ended[-1][0] is fit


@needs_callbacks
def test_epochs_on_trial_have_no_estimator_to_show():
    watch = Watch()
    fit_quietly(*FITS["series"][:2], watch)
    shown = {"epoch": [], "trial epoch": []}
    for task, fitted in watch.ended:
        if task.task_name in shown:
            shown[task.task_name].append(fitted)
    assert [fitted.forecast(2).shape for fitted in shown["epoch"]] == [(2,), (2,)]
    assert shown["trial epoch"] == [None] * 4


@needs_callbacks
def test_one_training_alone_has_no_stages():
    watch = Watch()
    X = SERIES.reshape(12, 5)
    fit_quietly(lambda: RNNRegressor(**WORDS, n_networks=2), (X, X[:, 0]), watch)
    assert [task.task_name for task in watch.begun] == ["fit", *["epoch"] * 4]
    assert watch.begun[0].max_subtasks == 4
    watch = Watch()
    words = {**WORDS, "linear": False, "embedding_dim": 2}
    fit_quietly(lambda: RNNTextClassifier(**words), (TEXTS, LABELS), watch)
    assert [task.task_name for task in watch.begun] == ["fit", "epoch", "epoch"]


@needs_callbacks
@pytest.mark.parametrize("case", FITS)
def test_a_bar_of_progress_comes_to_its_end(case, capsys):
    pytest.importorskip("rich")
    from sklearn.callback import ProgressBar

    made, given, stages = FITS[case]
    estimator = fit_quietly(made, given, ProgressBar())
    shown = capsys.readouterr().out
    assert f"{type(estimator).__name__} - fit" in shown
    for name in {name for name, n_epochs in stages if n_epochs != 0}:
        assert f"{type(estimator).__name__} - {name} #" in shown
    shares = re.findall(r"(\d+)%", shown)
    assert shares[-1] == "100"
    assert max(map(int, shares)) == 100


@needs_callbacks
def test_a_bar_of_progress_reaches_through_searches_pipelines_and_backtests(capsys):
    pytest.importorskip("rich")
    from sklearn.callback import ProgressBar

    cv = TimeSeriesSplit(2)
    search = GridSearchCV(RNNForecaster(**WORDS), {"window": [3, 4]}, cv=cv)
    search.set_callbacks(ProgressBar()).fit(SERIES)
    assert capsys.readouterr().out.count("RNNForecaster - training") >= 5  # 2 folds, 2 words, 1
    rnn = RNNClassifier(**WORDS, embedding="learned", embedding_dim=2)
    pipeline = make_pipeline(SequenceTokenizer(), rnn).set_callbacks(ProgressBar())
    pipeline.fit(TEXTS, LABELS)
    shown = capsys.readouterr().out
    assert "SequenceTokenizer - fit" in shown
    assert "RNNClassifier - fit" in shown
    backtest(RNNForecaster(**WORDS, window=3).set_callbacks(ProgressBar()), SERIES, cv=2)
    assert capsys.readouterr().out.count("RNNForecaster - training") >= 2


@needs_callbacks
@pytest.mark.parametrize(
    ("made", "X"), [(SequenceTokenizer, TEXTS), (lambda: WindowTransformer(window=3), SERIES)]
)
def test_transformers_tell_of_their_fits(made, X):
    for fit in ("fit", "fit_transform"):
        watch = Watch()
        getattr(made().set_callbacks(watch), fit)(X)
        assert [task.task_name for task in watch.begun] == ["fit"]
        assert [task for task, _ in watch.ended] == watch.begun


@pytest.mark.parametrize("case", FITS)
def test_verbose_prints_a_line_a_stage(case, capsys):
    made, given, stages = FITS[case]
    estimator = made()
    if "verbose" not in estimator.get_params():
        pytest.skip("it has no verbose")
    estimator.set_params(verbose=2).fit(*given)
    lines = capsys.readouterr().out.splitlines()
    pattern = rf"\[{type(estimator).__name__}\] \d+\.\d s: (.*)"
    told = [found[1] for line in lines if (found := re.fullmatch(pattern, line))]
    expected = [*stages, *([("calibrating", 0)] if "text" not in case else []), ("done", 0)]
    assert [line.partition(",")[0] for line in told] == [name for name, _ in expected]
    for line, (_, n_epochs) in zip(told, expected, strict=True):
        n_epochs = estimator.n_iter_ if n_epochs is None else n_epochs
        assert line.endswith(f", {n_epochs} epochs") == bool(n_epochs)


def test_fits_are_silent_unless_asked(capfd):
    for made, given, _ in FITS.values():
        made().fit(*given)
    assert capfd.readouterr() == ("", "")
