"""Tables of pandas and polars from transformers, and settings of it that reach what is inside."""

from operator import itemgetter

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import ColumnTransformer
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, MinMaxScaler, StandardScaler

from skrnn import (
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTextClassifier,
    RNNTextRegressor,
    SequenceTokenizer,
    WindowForecaster,
    WindowTransformer,
)
from skrnn.datasets import load_airline

RNG = np.random.default_rng(0)
QUICK = {"units": 2, "epochs": 1, "random_state": 0}
VALUES = RNG.normal(size=(40, 5))
TEXTS = np.array(["good film", "bad film", "not good", "not bad"] * 10, dtype=object)
GOOD = np.array([1, 0, 0, 1] * 10)
COLUMNS = {"review": list(TEXTS), "nights": np.arange(40.0), "city": ["Bonn", "Ulm"] * 20}
SERIES = load_airline().data
LOWER = FunctionTransformer(lambda texts: [text.lower() for text in texts])
IN_LOWER_CASE = make_pipeline(LOWER, SequenceTokenizer())
SCALED_TWICE = make_pipeline(StandardScaler(), MinMaxScaler())
FRAMES = {"pandas": pd.DataFrame, "polars": pl.DataFrame}


# Transformers, and what they read.
TRANSFORMERS = [
    (SequenceTokenizer(), TEXTS),
    (WindowTransformer(window=3), VALUES[:, 0]),
    (RNNClassifier(**QUICK), VALUES),
    (RNNRegressor(n_networks=2, **QUICK), VALUES),
    (RNNTextClassifier(**QUICK, linear=False), TEXTS),
    (RNNTextRegressor(text="review", **QUICK), pd.DataFrame(COLUMNS)),
]
# Estimators with transformers inside, what they read, and what they tell of it.
HOLDERS = [
    (RNNTextClassifier(**QUICK), TEXTS, "predict_proba"),
    (RNNTextClassifier(tokenizer=IN_LOWER_CASE, **QUICK, linear=False), TEXTS, "explain"),
    (RNNTextClassifier(text=["review", "city"], **QUICK), pd.DataFrame(COLUMNS), "explain"),
    (RNNTextRegressor(text="review", **QUICK), pl.DataFrame(COLUMNS), "predict"),
    (RNNForecaster(scaling=SCALED_TWICE, **QUICK), SERIES, "predict"),
    (WindowForecaster(make_pipeline(StandardScaler(), Ridge())), SERIES, "predict"),
]

every_transformer = pytest.mark.parametrize(
    ("transformer", "X"), TRANSFORMERS, ids=lambda case: type(case).__name__
)
every_kind = pytest.mark.parametrize("kind", FRAMES)


@every_transformer
def test_transformers_give_the_kind_that_is_set(transformer, X):
    fitted = clone(transformer).fit(X, GOOD)
    plain, names = fitted.transform(X), fitted.get_feature_names_out()
    assert isinstance(plain, np.ndarray)
    for kind, frame in FRAMES.items():
        given = fitted.set_output(transform=kind).transform(X)
        assert isinstance(given, frame)
        assert list(given.columns) == names.tolist()
        assert_array_equal(given.to_numpy(), plain)
    assert isinstance(fitted.set_output(transform="default").transform(X), np.ndarray)


@every_transformer
@every_kind
def test_transformers_follow_the_setting_for_all(kind, transformer, X):
    with config_context(transform_output=kind):
        given = clone(transformer).fit_transform(X, GOOD)
        assert isinstance(given, FRAMES[kind])
        names = clone(transformer).fit(X, GOOD).get_feature_names_out()
    assert list(given.columns) == names.tolist()


@pytest.mark.parametrize(
    ("kind", "estimator", "X", "method"),
    [
        pytest.param(kind, *holder, marks=pytest.mark.slow if kind == other else [])
        for holder, other in zip(HOLDERS, 3 * ["polars", "pandas"], strict=True)
        for kind in FRAMES
    ],
)
def test_the_setting_for_all_does_not_reach_what_is_inside(kind, estimator, X, method):
    y = None if X is SERIES else GOOD
    estimator = clone(estimator)
    tell = lambda: np.asarray(getattr(estimator, method)(X))  # noqa: E731
    estimator.fit(X, y)
    before = tell()
    with config_context(transform_output=kind):
        assert_array_equal(tell(), before)  # of a fit without the setting
        estimator.fit(X, y)
        assert_array_equal(tell(), before)
    assert_array_equal(tell(), before)  # of a fit with it


@every_kind
def test_pipelines_and_column_transformers_hand_the_setting_on(kind):
    table = FRAMES[kind](COLUMNS)
    columns = ColumnTransformer(
        [
            ("ids", SequenceTokenizer(), "review"),
            ("read", RNNTextClassifier(**QUICK), "review"),
            ("rest", "passthrough", ["nights"]),
        ]
    )
    given = columns.set_output(transform=kind).fit_transform(table, GOOD)
    assert isinstance(given, FRAMES[kind])
    assert list(given.columns) == columns.get_feature_names_out().tolist()
    assert given.columns[0] == "ids__sequencetokenizer0"
    assert given.columns[-1] == "rest__nights"
    pipeline = make_pipeline(SequenceTokenizer(), RNNClassifier(embedding="learned", **QUICK))
    pipeline.set_output(transform=kind).fit(TEXTS, GOOD)
    plain = make_pipeline(*map(clone, map(itemgetter(1), pipeline.steps)))
    plain.set_output(transform="default").fit(TEXTS, GOOD)
    assert_array_equal(pipeline.predict_proba(TEXTS), plain.predict_proba(TEXTS))
    assert isinstance(pipeline.transform(TEXTS), FRAMES[kind])


def test_windows_have_the_labels_of_their_last_rows():
    windows = WindowTransformer(window=12, stride=5).set_output(transform="pandas")
    given = windows.fit_transform(SERIES)
    assert_array_equal(given, WindowTransformer(12, stride=5).fit_transform(SERIES))
    rows = windows.get_rows(len(SERIES))[:, -1]
    assert_array_equal(given.index, SERIES.index[rows])
    assert_array_equal(given["lag1"], SERIES.iloc[rows])


@every_kind
def test_windows_of_columns_stay_an_array(kind):
    with config_context(transform_output=kind):
        windows = WindowTransformer(window=3)
        assert windows.fit_transform(VALUES).shape == (38, 3, 5)
        assert not hasattr(windows, "get_feature_names_out")
        pipeline = make_pipeline(clone(windows), RNNClassifier(**QUICK)).set_output(transform=kind)
        assert pipeline.fit(VALUES, GOOD[:38]).predict(VALUES).shape == (38,)
