"""Programs with types, which mypy checks as pytest runs them."""

from pathlib import Path
from typing import Any, assert_type

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sklearn.linear_model import Ridge
from sklearn.preprocessing import StandardScaler

import skrnn
from skrnn import (
    ComparisonDisplay,
    ForecastDisplay,
    InnerForecaster,
    LiveHistory,
    NaiveForecaster,
    NetworkDisplay,
    NumpyRNNClassifier,
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTagger,
    RNNTextClassifier,
    SequenceTokenizer,
    SeriesSplit,
    TrainingHistoryDisplay,
    WindowForecaster,
    WindowTransformer,
)
from skrnn.datasets import load_airline, make_waves
from skrnn.metrics import get_scorer, mean_absolute_scaled_error

X: NDArray[np.float64] = np.random.default_rng(0).normal(size=(30, 5))
LABELS = ["up" if row.sum() > 0 else "down" for row in X]
TEXTS = ["good film", "bad film", "not good", "not bad"] * 5


def test_sequences() -> None:
    classifier = RNNClassifier(units=(2, 2), normalization="layer", epochs=1, random_state=0)
    classifier.fit(X, LABELS, sample_weight=np.ones(30), X_val=X, y_val=LABELS)
    assert_type(classifier.fit(X, LABELS), RNNClassifier)
    assert_type(classifier.predict_proba(X), NDArray[np.float32])
    assert_type(classifier.history_, dict[str, list[float]])
    assert_type(classifier.score(X, LABELS), float)
    assert_type(classifier.n_iter_, int)
    regressor = RNNRegressor(
        strategy="direct", units=2, epochs=1, random_state=np.random.RandomState(0)
    )
    assert_type(regressor.fit(X, X.sum(axis=1)).predict(X), NDArray[np.float64])
    assert NumpyRNNClassifier(epochs=1).fit(X, LABELS).coefs_[0].shape == (1, 32)


def test_texts(tmp_path: Path) -> None:
    tokenizer = SequenceTokenizer(maxlen=2, stop_words=["film"], padding="post")
    classifier = RNNTextClassifier(tokenizer=tokenizer, units=2, epochs=1, linear=False)
    classifier.fit(np.array(TEXTS, dtype=object), [1, 0, 0, 1] * 5)
    assert_type(classifier.explain(TEXTS[:1]), pd.DataFrame)
    skrnn.save(classifier, tmp_path / "model.skops")
    assert skrnn.load(tmp_path / "model.skops").predict(TEXTS).shape == (20,)
    tagger = RNNTagger(units=2, epochs=1).fit([["a", "can"]] * 5, [["DET", "NOUN"]] * 5)
    assert_type(tagger.predict([["a", "can"]]), list[NDArray[Any]])


def test_series() -> None:
    series: pd.Series = load_airline().data
    forecaster = WindowForecaster(Ridge(), window=12, scaling=StandardScaler(), target=None)
    assert_type(forecaster.fit(series), WindowForecaster)
    assert InnerForecaster(forecaster).forecast(horizon=3).shape == (3,)
    naive = NaiveForecaster("seasonal", season=12, freq="MS").fit(series.iloc[:108])
    predicted = naive.predict(series.iloc[108:])
    error = mean_absolute_scaled_error(series.iloc[108:], predicted, series.iloc[:108])
    assert_type(error, float)
    assert_type(get_scorer("r2")(naive, series), float)
    for train, test in SeriesSplit(2, series=None).split(series):
        assert_type(train, NDArray[np.int_])
        assert train.max() < test.min()
    windows = WindowTransformer(window=4).fit(series)
    assert len(windows.make_pairs(series)[1]) == 140
    waves, later = make_waves(10, return_X_y=True)
    assert len(waves) == len(later)
    words = {"units": 2, "epochs": 1}
    assert RNNForecaster(**words).get_params()["units"] == 2  # type: ignore[arg-type]


def test_pictures_and_comparisons() -> None:
    series = load_airline().data
    found = skrnn.compare([NaiveForecaster(), WindowForecaster()], series, cv=2, scoring="r2")
    display = ComparisonDisplay.from_comparison(found, columns="test_score", mean_kw={"zorder": 3})
    assert_type(display, ComparisonDisplay)
    assert_type(display.plot(), ComparisonDisplay)
    history = TrainingHistoryDisplay.from_history({"loss": [2.0, 1.0]}, metrics=["loss"])
    assert_type(history, TrainingHistoryDisplay)
    forecasts = NaiveForecaster().fit(series).predict(series)
    assert_type(ForecastDisplay.from_predictions(series, forecasts, kind="bar"), ForecastDisplay)
    rnn = RNNRegressor(units=2, epochs=1, callbacks=[LiveHistory(interval=1)]).fit(X, X[:, 0])
    assert_type(NetworkDisplay.from_estimator(rnn, expand=True).layers, pd.DataFrame)
