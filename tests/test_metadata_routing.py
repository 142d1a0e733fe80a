"""Weights, validation data and rows to come through scikit-learn's meta-estimators."""

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn import config_context
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.exceptions import UnsetMetadataPassedError
from sklearn.linear_model import Ridge
from sklearn.model_selection import (
    GridSearchCV,
    KFold,
    TimeSeriesSplit,
    cross_val_predict,
    cross_validate,
)
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skrnn import (
    InnerForecaster,
    NumpyRNNClassifier,
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTagger,
    RNNTextClassifier,
    RNNTextRegressor,
    SequenceTokenizer,
    WindowForecaster,
)
from skrnn.datasets import load_airline
from skrnn.metrics import get_scorer

RNG = np.random.default_rng(0)
QUICK = {"units": 2, "epochs": 1, "random_state": 0}
VALUES, VAL = RNG.normal(size=(40, 5)), RNG.normal(size=(10, 5))
TEXTS = np.array(["good film", "bad film", "not good", "not bad"] * 10, dtype=object)
TEXTS_VAL = np.array(["a good film", "bad bad", "not bad", "good"], dtype=object)
TOKENS = [["they", "can"], ["a", "can"], ["they", "fish"], ["a", "fish"]]
TAGS = [["PRON", "AUX"], ["DET", "NOUN"], ["PRON", "VERB"], ["DET", "NOUN"]]
UP, UP_VAL = (VALUES.sum(axis=1) > 0).astype(int), (VAL.sum(axis=1) > 0).astype(int)
GOOD, GOOD_VAL = np.array([1, 0, 0, 1] * 10), np.array([1, 0, 1, 1])
SCALE, SHORTEN = StandardScaler(), FunctionTransformer(lambda texts: [text[:8] for text in texts])
# An estimator, its data and validation data, and a step that may come before it.
CASES = [
    (NumpyRNNClassifier(**QUICK), VALUES, UP, VAL, UP_VAL, SCALE),
    (RNNClassifier(**QUICK), VALUES, UP, VAL, UP_VAL, SCALE),
    (RNNRegressor(**QUICK), VALUES, VALUES.sum(axis=1), VAL, VAL.sum(axis=1), SCALE),
    (RNNTextClassifier(**QUICK), TEXTS, GOOD, TEXTS_VAL, GOOD_VAL, SHORTEN),
    (RNNTextRegressor(**QUICK), TEXTS, 2.0 * GOOD, TEXTS_VAL, 2.0 * GOOD_VAL, SHORTEN),
    (RNNTagger(**QUICK), 10 * TOKENS, 10 * TAGS, TOKENS, TAGS, None),
]
WEIGHTS = RNG.uniform(0.1, 3, 40)
SERIES = load_airline().data
ROW_WEIGHTS = RNG.uniform(0.1, 3, len(SERIES))
FORECASTERS = [RNNForecaster(**QUICK), WindowForecaster(), WindowForecaster(Ridge())]

every_case = pytest.mark.parametrize(
    ("estimator", "X", "y", "X_val", "y_val", "step"), CASES, ids=lambda case: type(case).__name__
)
every_forecaster = pytest.mark.parametrize("forecaster", FORECASTERS, ids=str)


@pytest.fixture
def routing():
    with config_context(enable_metadata_routing=True):
        yield


def take(data, rows):
    return [data[row] for row in rows] if isinstance(data, list) else data[rows]


def request(estimator):
    words = {"sample_weight": True, "X_val": True, "y_val": True}
    return clone(estimator).set_fit_request(**words).set_score_request(sample_weight=True)


def assert_same(one, other, X):
    """Check that two fits came to the same bits, in validation data too."""
    method = "predict_proba" if hasattr(one, "predict_proba") else "predict"
    for part, expected in zip(getattr(one, method)(X), getattr(other, method)(X), strict=True):
        assert_array_equal(part, expected)
    assert one.history_ == other.history_
    assert "val_loss" in one.history_


@every_case
def test_a_step_of_a_pipeline_takes_them_by_its_name(estimator, X, y, X_val, y_val, step):
    words = {"sample_weight": WEIGHTS, "X_val": X_val, "y_val": y_val}
    pipeline = Pipeline([("last", clone(estimator))])
    pipeline.fit(X, y, **{f"last__{name}": value for name, value in words.items()})
    assert_same(pipeline[-1], clone(estimator).fit(X, y, **words), X)
    unweighted = clone(estimator).fit(X, y, X_val=X_val, y_val=y_val)
    assert unweighted.history_ != pipeline[-1].history_


@pytest.mark.parametrize(
    ("routed", "estimator", "X", "y", "X_val", "y_val", "step"),
    [
        # One of the text estimators stands for both.
        pytest.param(routed, *case, marks=pytest.mark.slow if i == 3 + routed else [])
        for routed in (False, True)
        for i, case in enumerate(CASES)
    ],
    ids=lambda case: type(case).__name__,
)
def test_searches_cut_weights_and_leave_validation_data(
    routed, estimator, X, y, X_val, y_val, step
):
    with config_context(enable_metadata_routing=routed):
        asked = request(estimator) if routed else clone(estimator)
        words = {"sample_weight": WEIGHTS, "X_val": X_val, "y_val": y_val}
        search = GridSearchCV(asked, {"epochs": [1]}, cv=KFold(2)).fit(X, y, **words)
        assert_same(search.best_estimator_, clone(estimator).fit(X, y, **words), X)
        folds = cross_validate(asked, X, y, cv=KFold(2), params=words, return_estimator=True)
    train, test = np.arange(20, 40), np.arange(20)
    words["sample_weight"] = WEIGHTS[train]
    direct = clone(estimator).fit(take(X, train), take(y, train), **words)
    assert_same(folds["estimator"][0], direct, X)
    unseen = take(X, test), take(y, test)
    score = direct.score(*unseen, sample_weight=WEIGHTS[test])
    assert search.cv_results_["split0_test_score"][0] == score
    assert folds["test_score"][0] == (score if routed else direct.score(*unseen))


def test_predictions_of_folds_come_from_weighted_fits(routing):
    estimator, X, y, X_val, y_val, _ = CASES[0]
    words = {"sample_weight": WEIGHTS, "X_val": X_val, "y_val": y_val}
    proba = cross_val_predict(
        request(estimator), X, y, cv=KFold(2), params=words, method="predict_proba"
    )
    words["sample_weight"] = WEIGHTS[20:]
    assert_array_equal(
        proba[:20], clone(estimator).fit(X[20:], y[20:], **words).predict_proba(X[:20])
    )


@every_case
def test_pipelines_route_to_fit_and_score(routing, estimator, X, y, X_val, y_val, step):
    words = {"sample_weight": WEIGHTS, "X_val": X_val, "y_val": y_val}
    pipeline = make_pipeline(request(estimator)).fit(X, y, **words)
    direct = clone(estimator).fit(X, y, **words)
    assert_same(pipeline[-1], direct, X)
    score = pipeline.score(X, y, sample_weight=WEIGHTS)
    assert score == direct.score(X, y, sample_weight=WEIGHTS)
    with pytest.raises(UnsetMetadataPassedError, match=r"\[sample_weight, X_val, y_val\]"):
        make_pipeline(clone(estimator)).fit(X, y, **words)


@pytest.mark.parametrize(
    ("estimator", "X", "y", "X_val", "y_val", "step"),
    [
        *CASES[:4],
        pytest.param(*CASES[4], marks=pytest.mark.slow),
        (RNNClassifier(embedding="learned", **QUICK), *CASES[3][1:-1], SequenceTokenizer()),
    ],
    ids=lambda case: type(case).__name__,
)
def test_validation_data_go_through_the_steps_before(routing, estimator, X, y, X_val, y_val, step):
    pipeline = make_pipeline(step, request(estimator), transform_input=["X_val"])
    search = GridSearchCV(pipeline, {f"{pipeline.steps[-1][0]}__epochs": [1]}, cv=KFold(2))
    search.fit(X, y, X_val=X_val, y_val=y_val)
    read = clone(step).fit(X).transform
    direct = clone(estimator).fit(read(X), y, X_val=read(X_val), y_val=y_val)
    assert_same(search.best_estimator_[-1], direct, read(X))


@every_forecaster
@pytest.mark.parametrize("scoring", [None, "neg_mean_absolute_error"])
def test_weights_of_rows_count_in_fits_and_scores_of_forecasters(routing, forecaster, scoring):
    asked = clone(forecaster).set_fit_request(sample_weight=True)
    if scoring is None:
        asked.set_score_request(sample_weight=True)
        score = scorer = None
    else:
        score = scorer = get_scorer(scoring).set_score_request(sample_weight=True)
    search = GridSearchCV(asked, {"horizon": [1]}, cv=TimeSeriesSplit(2), scoring=scorer)
    search.fit(SERIES, sample_weight=ROW_WEIGHTS)
    (train, test), _ = TimeSeriesSplit(2).split(SERIES)
    direct = clone(forecaster).fit(SERIES.iloc[train], sample_weight=ROW_WEIGHTS[train])
    score = type(direct).score if score is None else score
    weights = ROW_WEIGHTS[test]
    given = search.cv_results_["split0_test_score"][0]
    assert given == score(direct, SERIES.iloc[test], sample_weight=weights)
    assert given != score(direct, SERIES.iloc[test])


def test_a_scorer_that_was_not_asked_to_take_weights_says_so(routing):
    asked = WindowForecaster().set_fit_request(sample_weight=True)
    with pytest.raises(UnsetMetadataPassedError, match="sample_weight"):
        cross_validate(
            asked,
            SERIES,
            cv=TimeSeriesSplit(2),
            scoring=get_scorer("r2"),
            params={"sample_weight": ROW_WEIGHTS},
        )


@every_forecaster
def test_a_transformed_target_hands_weights_on(routing, forecaster):
    asked = clone(forecaster).set_fit_request(sample_weight=True)
    model = TransformedTargetRegressor(asked, func=np.log, inverse_func=np.exp)
    model.fit(SERIES, SERIES, sample_weight=ROW_WEIGHTS)
    direct = clone(forecaster).fit(SERIES, np.log(SERIES.array), sample_weight=ROW_WEIGHTS)
    assert_array_equal(model.predict(SERIES), np.exp(direct.predict(SERIES)))


def make_table():
    dates = pd.date_range("2024-01-01", periods=80)
    values = {"sales": 10 + RNG.normal(size=80).cumsum(), "price": RNG.uniform(1, 2, 80)}
    return pd.DataFrame(values, index=dates)


@pytest.mark.parametrize("routed", [False, True])
def test_rows_to_come_are_routed_to_predict(routed):
    table = make_table()
    forecaster = WindowForecaster(window=4, horizon=3, target="sales", known=["price"])
    direct = clone(forecaster).fit(table[:60]).predict(table[60:70], X_future=table[70:72])
    with config_context(enable_metadata_routing=routed):
        if routed:
            forecaster.set_predict_request(X_future=True)
        pipeline = make_pipeline(forecaster).fit(table[:60])
        pd.testing.assert_frame_equal(
            pipeline.predict(table[60:70], X_future=table[70:72]), direct
        )


def test_rows_to_come_go_through_the_steps_before_by_inner_forecaster():
    table = make_table()
    scaler = StandardScaler().set_output(transform="pandas")
    forecaster = WindowForecaster(window=4, horizon=3, target="sales", known=["price"])
    inner = InnerForecaster(make_pipeline(scaler, forecaster).fit(table[:60]))
    scaled = clone(scaler).fit(table[:60]).transform(table)
    direct = clone(forecaster).fit(scaled[:60]).predict(scaled[60:70], X_future=scaled[70:72])
    expected = direct * table["sales"][:60].std(ddof=0) + table["sales"][:60].mean()
    given = inner.predict(table[60:70], X_future=table[70:72])
    np.testing.assert_allclose(given, expected, rtol=1e-12)
