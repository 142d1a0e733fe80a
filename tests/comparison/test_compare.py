"""Comparisons: what cross_validate gives of each estimator, and what is refused."""

import re

import numpy as np
import pandas as pd
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import FitFailedWarning
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import make_scorer, recall_score
from sklearn.model_selection import (
    GroupKFold,
    ShuffleSplit,
    StratifiedKFold,
    TimeSeriesSplit,
    cross_validate,
)
from sklearn.pipeline import make_pipeline

from skrnn import (
    NaiveForecaster,
    RNNForecaster,
    RNNRegressor,
    RNNTextClassifier,
    SeriesSplit,
    WindowForecaster,
    compare,
)
from skrnn.datasets import load_airline
from skrnn.metrics import get_scorer

TEXTS = ["good film", "a good end", "bad film", "a bad end", "so good", "too bad"] * 4
LABELS = np.array(["+", "+", "-", "-", "+", "-"] * 4)
WORDS = {"cell": "simple", "units": 2, "epochs": 1, "random_state": 0}


@pytest.fixture
def airline():
    return load_airline().data.astype(float)


@pytest.fixture
def stores():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "store": np.repeat(["a", "b", "c"], 30),
            "date": np.tile(pd.date_range("2024-01-01", periods=30), 3),
            "sales": rng.normal(size=90).cumsum(),
        }
    )


class Broken(ClassifierMixin, BaseEstimator):
    """Fails where too much is given to learn from."""

    def __init__(self, most=0):
        self.most = most

    def fit(self, X, y):
        if len(X) > self.most:
            raise ArithmeticError("too much")
        return self

    def score(self, X, y):
        return 1.0


@pytest.mark.core
def test_text_classifiers_stand_beside_pipelines_with_the_scores_of_cross_validate():
    models = {
        "bag": make_pipeline(CountVectorizer(), LogisticRegression()),
        "network": RNNTextClassifier(**WORDS, linear=False, embedding_dim=2),
    }
    found = compare(models, TEXTS, LABELS, cv=3)
    assert list(found.table) == ["estimator", "fold", "test_score", "fit_time", "score_time"]
    assert found.table["estimator"].tolist() == ["bag"] * 3 + ["network"] * 3
    assert found.table["fold"].tolist() == [0, 1, 2] * 2
    for name, model in models.items():
        expected = cross_validate(model, TEXTS, LABELS, cv=StratifiedKFold(3))["test_score"]
        own = found.table[found.table["estimator"] == name]
        np.testing.assert_array_equal(own["test_score"], expected)
        assert found.summary.loc[name, "mean_test_score"] == expected.mean()
        assert found.summary.loc[name, "std_test_score"] == pytest.approx(expected.std())
        assert found.summary.loc[name, "mean_fit_time"] == pytest.approx(own["fit_time"].mean())
        assert not hasattr(model, "classes_")
    assert (found.table[["fit_time", "score_time"]] > 0).all(axis=None)


def test_the_best_comes_first_and_is_shown_so(airline):
    models = [NaiveForecaster(), WindowForecaster(), NaiveForecaster("seasonal")]
    found = compare(models, airline, cv=3, scoring="neg_mean_absolute_error")
    names = ["WindowForecaster", "NaiveForecaster-1", "NaiveForecaster-2"]
    assert found.summary.index.tolist() == names
    assert found.summary["mean_test_score"].is_monotonic_decreasing
    lines = repr(found).splitlines()
    assert [line.split()[0] for line in lines[2:]] == names
    assert re.findall("<th>(.*-?.*Forecaster.*)</th>", found._repr_html_()) == names


@pytest.mark.parametrize("horizon", [1, 4])
def test_forecasters_are_scored_as_by_the_scorers_of_forecasts(airline, horizon):
    models = {"last": NaiveForecaster(horizon=horizon), "lags": WindowForecaster(horizon=horizon)}
    names = ["neg_mean_absolute_error", "r2"]
    found = compare(models, airline, cv=TimeSeriesSplit(3), scoring=names)
    scoring = {name: get_scorer(name) for name in names}
    for name, model in models.items():
        expected = cross_validate(model, airline, cv=TimeSeriesSplit(3), scoring=scoring)
        own = found.table[found.table["estimator"] == name]
        for score in names:
            np.testing.assert_array_equal(own[f"test_{score}"], expected[f"test_{score}"])


@pytest.mark.core
def test_panels_are_cut_by_time_with_the_words_of_the_forecaster(stores):
    labels = {"series": "store", "time": "date", "target": "sales"}
    models = {
        "last": NaiveForecaster(**labels),
        "network": RNNForecaster(**WORDS, **labels, network_share=1, window=3),
        "inner": make_pipeline("passthrough", NaiveForecaster(**labels)),
    }
    found = compare(models, stores, cv=2)
    cv = SeriesSplit(2, series="store", time="date")
    expected = cross_validate(models["last"], stores, cv=cv)["test_score"]
    for name in ("last", "inner"):
        own = found.table[found.table["estimator"] == name]
        np.testing.assert_allclose(own["test_score"], expected)


def test_a_splitter_that_draws_gives_all_estimators_the_same_folds():
    X = np.random.default_rng(0).normal(size=(30, 4))
    models = {"one": LogisticRegression(), "two": LogisticRegression(C=1.0)}
    found = compare(models, X, X[:, 0] > 0, cv=ShuffleSplit(4))
    one, two = (part["test_score"].tolist() for _, part in found.table.groupby("estimator"))
    assert one == two


def test_groups_stay_together():
    X, groups = np.arange(24.0).reshape(12, 2), np.repeat(range(6), 2)
    seen = []

    def note(estimator, X, y):
        seen.append({int(value) // 4 for value in X[:, 0]})
        return 0.0

    y = [0, 1] * 6
    compare([DummyClassifier()], X, y, groups=groups, cv=GroupKFold(3), scoring=note)
    assert [len(part) for part in seen] == [2, 2, 2]


@pytest.mark.parametrize(
    ("scoring", "columns"),
    [
        (None, ["test_score"]),
        ("accuracy", ["test_score"]),
        (["f1_macro", "accuracy"], ["test_f1_macro", "test_accuracy"]),
        ({"found": make_scorer(recall_score, pos_label="+")}, ["test_found"]),
    ],
)
def test_scores_are_called_as_by_cross_validate(scoring, columns):
    bag = make_pipeline(CountVectorizer(), LogisticRegression())
    found = compare([bag], TEXTS, LABELS, cv=2, scoring=scoring)
    assert [name for name in found.table if name.startswith("test_")] == columns
    expected = cross_validate(bag, TEXTS, LABELS, cv=2, scoring=scoring)
    for name in columns:
        np.testing.assert_array_equal(found.table[name], expected[name])


def test_sample_weights_are_cut_to_the_training_rows():
    X = np.random.default_rng(0).normal(size=(20, 4))
    y, weights = X.sum(axis=1), np.arange(20.0)
    model = RNNRegressor(**WORDS)
    found = compare([model], X, y, cv=2, params={"sample_weight": weights})
    expected = cross_validate(model, X, y, cv=2, params={"sample_weight": weights})
    np.testing.assert_array_equal(found.table["test_score"], expected["test_score"])


def test_fits_run_in_other_processes(airline):
    models = [NaiveForecaster(), WindowForecaster()]
    here, there = (compare(models, airline, cv=2, n_jobs=n_jobs).table for n_jobs in (None, 2))
    pd.testing.assert_series_equal(here["test_score"], there["test_score"])


@pytest.mark.parametrize("error_score", [np.nan, -1.0])
def test_a_fit_that_fails_has_the_error_score_and_comes_last(error_score):
    models = {"broken": Broken(most=16), "fine": DummyClassifier()}
    folds = [(range(12), range(12, 24)), (range(20), range(20, 24))]
    with pytest.warns(FitFailedWarning, match=r"1 of 2 fits of 'broken'.*ArithmeticError: too"):
        found = compare(models, TEXTS, LABELS, cv=folds, error_score=error_score)
    np.testing.assert_array_equal(found.table["test_score"][:2], [1.0, error_score])
    assert found.summary.index.tolist() == ["fine", "broken"]
    assert found.table["fit_time"].isna().tolist() == [False, True, False, False]


def test_errors_are_raised_where_that_is_asked_for_or_nothing_is_left():
    with pytest.raises(ArithmeticError, match="too much"):
        compare([Broken(), DummyClassifier()], TEXTS, LABELS, error_score="raise")
    with pytest.raises(ValueError, match="All 5 fits failed, the first of them by this: too much"):
        compare([Broken()], TEXTS, LABELS)


def test_a_line_is_printed_for_each_fit(airline, capsys):
    compare([NaiveForecaster(), WindowForecaster()], airline, cv=2, verbose=1)
    lines = capsys.readouterr().out.splitlines()
    starts = [
        f"[compare] fold {k}, {name}Forecaster" for k in (0, 1) for name in ("Naive", "Window")
    ]
    assert [line.partition(":")[0] for line in lines] == starts
    assert "test_score=" in lines[0]
    compare([NaiveForecaster()], airline, cv=2)
    assert capsys.readouterr().out == ""
