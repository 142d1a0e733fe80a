"""Whatever is given, either the answer is as promised or the error is ours."""

import copy
import dis
import inspect
import re
import warnings
from operator import attrgetter
from typing import NamedTuple

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import polars as pl
import pytest
from bad_input_cases import NAMES, make_once
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from odd_values import (
    ANYTHING,
    draw_labels,
    draw_numbers,
    draw_table,
    draw_texts,
    draw_tokens,
)
from stock import dump_value, take_stock

import skrnn

FEW, MANY = 20, 2000
RAISE = dis.opmap["RAISE_VARARGS"]
# What our documentation says is warned of, and what scikit-learn warns of.
WARNINGS = re.compile(
    "looks like token ids|holds 0 among other token ids|valid feature names|has feature names|"
    "column-vector y was passed|no step in common|R.2 score is not well-defined|are cut off|"
    "sparse columns found"
)
CHAINS = {"fit", "partial_fit", "update"}
TRAINS = {*CHAINS, "fit_transform"}
# Methods whose answer has a row for each row of X.
BY_ROWS = {
    *("predict", "predict_proba", "predict_interval", "predict_quantiles", "decision_function"),
    *("transform", "fit_transform", "texts_to_sequences", "inverse_transform"),
}
READS = {"X", "y_true", "history", "table", "text"}
# Methods of displays, which have an estimator answer for the data.
HANDED_ON = {"from_estimator", "from_estimators", "from_forecaster"}
# What answers NaN where no history is known.
MAY_BE_NAN = re.compile(r"\w*Forecaster|WindowTransformer|backtest")

# What is given if it is as it should be, and what may be given instead.
GOOD = NAMES | {
    "sample_weight": np.ones(8),
    "rows": np.ones(40),
    "horizon": 2,
    "n_rows": 9,
    "coverage": 0.5,
    "few_ids": NAMES["ids"] % 4,
    "bounds": np.column_stack([NAMES["y"], NAMES["y"] + 1]),
    "walk_bounds": np.column_stack([NAMES["walk"], NAMES["walk"] + 1]),
    "known": NAMES["later"][["price"]],
    "next_shops": NAMES["shops"].assign(day=NAMES["shops"]["day"] + pd.DateOffset(years=2)),
    "history": {"loss": [2.0, 1.0], "val_loss": [2.5, 2.0]},
    "forecaster": make_once("NaiveForecaster()"),
    "errors": make_once("backtest(NaiveForecaster(), walk, cv=2)"),
    "scores": make_once("compare([NaiveForecaster()], walk, cv=2)").table,
}
COUNTS = st.sampled_from([None, 0, 1, 5, 2.5, "3", True, 10**400, np.int64(9), np.nan, [2]])
IDS = ["i4", "i8", "u2", "u8", "?", "O"]
ODD = {
    "X": draw_numbers(8, 5),
    "ids": draw_numbers(8, 5, IDS),
    "few_ids": draw_numbers(8, 5, IDS),
    "y": draw_numbers(8, 2),
    "labels": draw_labels(8),
    "sample_weight": draw_numbers(8, 1),
    "texts": draw_texts(8),
    "tokens": draw_tokens(8),
    "tags": st.one_of(draw_tokens(8), draw_labels(8)),
    "walk": draw_numbers(40, 2),
    "rows": draw_numbers(40, 1),
    "bounds": draw_numbers(8, 2),
    "walk_bounds": draw_numbers(40, 2),
    "history": st.dictionaries(st.sampled_from(["loss", "mae", "", 3]), draw_numbers(2, 1)),
    "horizon": COUNTS,
    "n_rows": COUNTS,
    "coverage": st.sampled_from([0, 0.5, 1, "0.9", None, np.nan, True, [0.5], np.float32(0.5)]),
    "forecaster": ANYTHING,
    "table": draw_table(GOOD["table"]),
    "frame": draw_table(GOOD["frame"]),
    "shops": draw_table(GOOD["shops"]),
    "next_shops": draw_table(GOOD["next_shops"]),
    "later": draw_table(GOOD["later"]),
    "known": draw_table(GOOD["known"]),
    "errors": draw_table(GOOD["errors"]),
    "scores": draw_table(GOOD["scores"]),
}
ANY = st.one_of(ANYTHING, *ODD.values())


def learn(X, y):
    return [
        f"fit X={X} y={y} sample_weight X_val={X} y_val={y}",
        f"partial_fit X={X} y={y} sample_weight",
        f"score X={X} y={y} sample_weight",
    ]


def ask(X, *methods):
    return [f"{method} X={X}" for method in methods]


def forecast(X, y, later):
    return [
        f"fit X={X} y={y} sample_weight=rows",
        f"predict X={X}",
        f"predict_interval X={X} coverage",
        "forecast horizon",
        "forecast_interval horizon coverage",
        f"update X={later}",
        f"score X={X} y={y} sample_weight=rows",
    ]


# Methods of what is made, or none if that is a function; and what is good for their words.
CLASSIFY = "predict", "predict_proba", "decision_function"
METHODS = {
    "RNNClassifier().fit(X, labels)": learn("X", "labels") + ask("X", *CLASSIFY, "transform"),
    "RNNClassifier(embedding='learned').fit(ids, labels)": (
        learn("ids", "labels") + ask("ids", "predict_proba")
    ),
    "NumpyRNNClassifier().fit(X, labels)": learn("X", "labels") + ask("X", *CLASSIFY),
    "RNNRegressor().fit(X, y)": learn("X", "y") + ask("X", "predict", "transform"),
    "RNNTextClassifier(linear=False).fit(texts, labels)": learn("texts", "labels"),
    "RNNTextClassifier().fit(texts, labels)": ask("texts", *CLASSIFY, "transform", "explain"),
    "RNNTextRegressor(linear=False, text='title').fit(table, y)": learn("table", "y"),
    "RNNTextRegressor(text='title').fit(table, y)": ask(
        "table", "predict", "transform", "explain"
    ),
    "RNNTagger().fit(tokens, tags)": [
        *(learn("tokens", "tags")[::2] + ask("tokens", *CLASSIFY[:2])),
    ],
    "RNNTagger().fit(X, [['a', 'b', 'a', 'b', 'a']] * 8)": ask("X", "predict_proba"),
    "SequenceTokenizer().fit(texts)": [
        *ask("texts", "fit", "fit_transform", "transform", "texts_to_sequences"),
        "inverse_transform X=few_ids",
    ],
    "WindowTransformer(window=3).fit(walk)": [
        *ask("walk", "fit", "transform"),
        *("make_pairs X=walk y=walk", "get_rows n_rows"),
    ],
    "NaiveForecaster().fit(walk)": forecast("walk", "walk", "walk"),
    "NaiveForecaster().fit(frame)": forecast("frame", "frame", "later"),
    "NaiveForecaster(series='shop', time='day').fit(shops)": forecast(
        "shops", "walk", "next_shops"
    ),
    "WindowForecaster(calibrate=True).fit(walk)": forecast("walk", "walk", "walk"),
    "WindowForecaster(known='price', horizon=2).fit(frame)": [
        *("fit X=frame", "predict X=frame X_future=known", "forecast X=known"),
    ],
    "WindowForecaster(series='shop', time='day', calibrate=True).fit(shops)": forecast(
        "shops", "walk", "next_shops"
    ),
    "RNNForecaster(calibrate=True).fit(walk)": forecast("walk", "walk", "walk"),
    "RNNForecaster(quantiles=(0.1, 0.5), horizon=2).fit(walk)": [
        *("partial_fit X=walk", "predict_quantiles X=walk", "forecast_quantiles horizon"),
    ],
    "RNNForecaster(series='shop', time='day', calibrate=True).fit(shops)": forecast(
        "shops", "walk", "next_shops"
    ),
    "InnerForecaster(NaiveForecaster().fit(walk))": forecast("walk", "walk", "walk")[1:6],
    "InnerForecaster(RNNForecaster(quantiles=(0.1, 0.5), horizon=2).fit(walk))": [
        *("predict_quantiles X=walk", "forecast_quantiles horizon"),
    ],
    "SeriesSplit(2)": ask("walk", "split", "get_n_splits"),
    "backtest": [" forecaster X=walk y=walk"],
    "metrics.coverage_score": [" y_true=y y_interval=bounds sample_weight"],
    "metrics.interval_score": [" y_true=y y_interval=bounds coverage sample_weight"],
    "metrics.mean_interval_width": [" y_interval=bounds sample_weight"],
    "metrics.mean_scaled_interval_score": [
        " y_true=y y_interval=bounds y_train=y season=horizon sample_weight"
    ],
    "metrics.mean_absolute_scaled_error": [
        " y_true=y y_pred=y y_train=y season=horizon sample_weight"
    ],
    "metrics.root_mean_squared_scaled_error": [" y_true=y y_pred=y y_train=y sample_weight"],
    "metrics.symmetric_mean_absolute_percentage_error": [" y_true=y y_pred=y sample_weight"],
    "metrics.mean_pinball_loss": [" y_true=y y_pred=y alpha=coverage sample_weight"],
    "BacktestDisplay": ["from_table table=errors"],
    "ComparisonDisplay": ["from_comparison comparison=scores"],
    "ForecastDisplay": ["from_predictions y_true=walk y_pred=walk y_interval=walk_bounds"],
    "TrainingHistoryDisplay": ["from_history history"],
    "SequenceLengthDisplay": [
        *("from_texts X=texts", "from_sequences X=ids"),
    ],
}


class Subject(NamedTuple):
    """A method, what it is called on, and which of the good values each word takes."""

    made: str
    method: str
    words: dict

    def __str__(self):
        return f"{self.made}.{self.method}({', '.join(self.words)})"

    @property
    def has_network(self):
        return re.search("(?<!Numpy)RNN", self.made)

    def find(self, made):
        """Give the method of what has been made, or that itself."""
        return getattr(made, self.method) if self.method else made


def list_subjects():
    subjects = []
    for made, calls in METHODS.items():
        owner = attrgetter(made.partition("(")[0])(skrnn)
        for call in calls:
            method, _, words = call.partition(" ")
            pairs = [word.partition("=") for word in words.split()]
            takes = inspect.signature(Subject(made, method, {}).find(owner)).parameters
            words = {name: good or name for name, _, good in pairs if name in takes}
            subjects.append(Subject(made, method, words))
    return subjects


@st.composite
def draw_given(draw, subject):
    """Draw what is given: one thing is odd, or several, and what may be left out is or is not."""
    names = list(subject.words)
    odd = {draw(st.sampled_from(names))}
    if draw(st.sampled_from([False, False, False, True])):
        odd |= {name for name in names if draw(st.booleans())}
    signature = inspect.signature(subject.find(make_once(subject.made)))
    drawn = {}
    for name, good in subject.words.items():
        if name in odd:
            drawn[name] = draw(st.one_of(*5 * [ODD[good]], ANY))
        elif signature.parameters[name].default is inspect.Parameter.empty or draw(st.booleans()):
            drawn[name] = GOOD[good]
    return drawn


def make(subject):
    """Give what a method is called on: a copy where that may change."""
    made = make_once(subject.made)
    return copy.deepcopy(made) if subject.method in TRAINS else made


def call(subject, made, drawn):
    """Give the answer of a method, and the warnings of it."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        answer = subject.find(made)(**drawn)
        answer = list(answer) if inspect.isgenerator(answer) else answer
    return answer, [f"{w.filename}:{w.lineno} {w.message}" for w in caught]


def check_call(subject, drawn):
    """Assert that a call answers as promised, or raises our error and changes nothing."""
    made = make(subject)
    before = take_stock(made)
    try:
        answer, warned = call(subject, made, drawn)
    except Exception as error:
        check_error(error, name_words(subject, made))
        assert take_stock(made) == before
        return
    assert all(map(WARNINGS.search, warned)), warned
    if subject.method not in TRAINS:
        assert take_stock(made) == before
    if subject.method in CHAINS:
        assert answer is made
        if subject.method == "fit" and not hasattr(drawn["X"], "__next__"):
            check_fitted(subject, made, drawn["X"])
    else:
        check_answer(subject, drawn, answer)


def name_words(subject, made):
    """Give the names of what an error may be about."""
    parameters = made.get_params() if hasattr(made, "get_params") else {}
    words = inspect.signature(subject.find(made)).parameters
    return [*words, *parameters, "feature names", "Column"]


def check_error(error, names):
    """Assert that an error was raised on purpose and names what is wrong."""
    assert isinstance(error, TypeError | ValueError), type(error)
    last = error.__traceback__
    while last.tb_next:
        last = last.tb_next
    code, module = last.tb_frame.f_code, last.tb_frame.f_globals["__name__"]
    assert module.split(".")[0] in ("skrnn", "sklearn"), f"it was raised in {module}"
    assert code.co_code[last.tb_lasti] == RAISE, f"{module} did not raise it on purpose"
    message = str(error)
    assert any(re.search(rf"(?<!\w){name}(?!\w)", message) for name in names), message


def check_fitted(subject, made, X):
    """Assert that what was fitted to X answers for X."""
    if getattr(made, "known", None) is not None:
        return  # it has to be told what comes after X
    again = subject._replace(method="transform" if hasattr(made, "transform") else "predict")
    answer, _ = call(again, made, {"X": X})
    check_answer(again, {"X": X}, answer)


def check_answer(subject, drawn, answer):
    """Assert that an answer has the promised number of rows, and that numbers are finite."""
    if subject.method in BY_ROWS and not subject.made.startswith("WindowTransformer"):
        assert count_rows(answer) == count_rows(drawn["X"])
    numbers = to_floats(answer)
    if numbers is not None:
        is_odd = np.isinf(numbers) if MAY_BE_NAN.match(subject.made) else ~np.isfinite(numbers)
        assert not is_odd.any(), numbers


def count_rows(values):
    values = values if hasattr(values, "__len__") else np.asarray(values)
    return values.shape[0] if hasattr(values, "shape") else len(values)


def to_floats(answer):
    """Give the numbers of an answer; None if it has none."""
    if isinstance(answer, tuple | list):
        return None
    if isinstance(answer, pl.DataFrame):
        answer = answer.select(pl.selectors.numeric())
    if isinstance(answer, pd.DataFrame):
        answer = answer.select_dtypes("number")
    values = np.asarray(answer)
    return values.astype(float) if values.dtype.kind in "fiub" else None


def list_properties():
    """List subjects with numbers of examples: few at first, where no networks are traced."""
    few = [(subject, FEW) for subject in list_subjects() if not subject.has_network]
    many = [pytest.param(s, MANY, marks=pytest.mark.slow) for s in list_subjects()]
    return few + many


@pytest.mark.parametrize(("subject", "n_examples"), list_properties(), ids=str)
def test_a_call_answers_as_promised_or_raises_our_error(subject, n_examples):
    @settings(
        max_examples=n_examples,
        derandomize=n_examples == FEW,
        database=None,
        deadline=None,
        suppress_health_check=HealthCheck,
    )
    @given(draw_given(subject))
    def check(drawn):
        check_call(subject, drawn)
        plt.close("all")

    expected = answer_good(subject)
    check()
    assert answer_good(subject) == expected


def test_every_method_that_reads_data_is_tried():
    tried = {(subject.made.partition("(")[0], subject.method) for subject in list_subjects()}
    classes = [name for name in skrnn.__all__ if isinstance(getattr(skrnn, name), type)]
    found = {
        (name, method)
        for name in classes
        for method, function in inspect.getmembers(getattr(skrnn, name), inspect.isroutine)
        if not method.startswith("_") and method not in HANDED_ON
        if function.__module__.startswith("skrnn")
        if READS & {*inspect.signature(function).parameters}
    }
    assert found - tried == set()


def answer_good(subject):
    """Answer as it should be asked: a method that trains with what its estimator then holds."""
    good = {name: GOOD[good] for name, good in subject.words.items()}
    made = make(subject)
    answer, _ = call(subject, made, good)
    learned = vars(made) if subject.method in CHAINS else {"": answer}
    if subject.made.endswith("Display"):
        return answer.figure_.get_size_inches().tolist()
    return {name: dump_value(value) for name, value in learned.items()}
