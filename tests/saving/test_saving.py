"""What is saved comes back: predictions, parameters, and how training goes on."""

import pickle

import keras
import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.compose import TransformedTargetRegressor
from sklearn.linear_model import Ridge
from sklearn.metrics import make_scorer, mean_absolute_error
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

import skrnn
from skrnn import (
    InnerForecaster,
    NaiveForecaster,
    NumpyRNNClassifier,
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTagger,
    RNNTextClassifier,
    RNNTextRegressor,
    SequenceTokenizer,
    SeriesSplit,
    WindowForecaster,
    WindowTransformer,
)
from skrnn.datasets import load_airline
from skrnn.saving._table_kinds import KINDS

WORDS = {"cell": "simple", "units": 2, "epochs": 1, "random_state": 0}
FORECAST = WORDS | {"window": 6}
RNG = np.random.default_rng(0)
X = RNG.normal(size=(20, 5))
Y = X[:, 0]
SIGNS = np.where(Y > 0, "+", "-")
TEXTS = ["good", "not good", "bad", "not bad at all"] * 10
JUDGED = ["+", "-", "-", "+"] * 10
TABLE = pd.DataFrame(
    {"text": TEXTS, "price": np.arange(40.0), "kind": pd.Categorical(["a", "b"] * 20)}
)
TOKENS, TAGS = [["so", "good"], ["bad"]] * 10, [["adverb", "word"], ["word"]] * 10
AIRLINE = load_airline().data
DAYS = pd.date_range("2020-01-01", periods=60, freq="D")


def make_panel():
    """Make two series, with what is known ahead and what stays."""
    return pd.concat(
        pd.DataFrame(
            {
                "store": store,
                "date": DAYS,
                "sales": 20 + RNG.normal(size=60).cumsum(),
                "promo": RNG.integers(0, 2, 60),
                "region": pd.Categorical([region] * 60, ["south", "north"]),
            }
        )
        for store, region in (("a", "north"), ("b", "south"))
    )


PANEL = make_panel().reset_index(drop=True)
LEVELS = PANEL.set_index(["store", "date"])[["sales"]]
POLARS = pl.DataFrame({name: list(PANEL[name]) for name in PANEL})
ROLES = {"series": "store", "time": "date", "target": "sales"}
AHEAD = {"known": ["promo"], "static": ["region"], "calendar": "auto"}


def index(kind):
    return pd.Series(RNG.normal(size=60).cumsum(), kind)


HOURS = pd.date_range("2020-10-24", periods=60, freq="h", tz="Europe/Paris")
SERIES = {
    "periods": AIRLINE.to_period("M"),
    "zone": index(HOURS),
    "offset": index(HOURS.tz_convert("+01:00")),
    "durations": index(pd.timedelta_range("1h", periods=60, freq="h")),
    "numbers": index(pd.RangeIndex(0, 120, 2)),
    "fractions": index(np.arange(60) / 2),
    "business days": index(pd.bdate_range("2020", periods=60)),
    "quarters": index(pd.date_range("2000", periods=60, freq="BQE-FEB")),
    "text": index(DAYS.strftime("%Y-%m-%d")),
}
CUSTOM = pd.offsets.CustomBusinessDay(holidays=["2020-01-01"])

# What is made, and what it is then asked.
CASES = {
    "labels": lambda: (RNNClassifier(**WORDS).fit(X, SIGNS), "predict_proba", X),
    "ids": lambda: (
        RNNClassifier(**WORDS, embedding="learned").fit(1 + (X > 0), SIGNS),
        "predict",
        1 + (X > 0),
    ),
    "numbers": lambda: (RNNRegressor(**WORDS, n_networks=2).fit(X, Y), "predict", X),
    "by hand": lambda: (NumpyRNNClassifier(epochs=1).fit(X, SIGNS), "predict_proba", X),
    "texts": lambda: (RNNTextClassifier(**WORDS).fit(TEXTS, JUDGED), "predict_proba", TEXTS),
    "amounts": lambda: (
        RNNTextRegressor(**WORDS).fit(TEXTS, np.arange(40.0)),
        "predict",
        TEXTS,
    ),
    "columns": lambda: (
        RNNTextClassifier(**WORDS, text="text").fit(TABLE, JUDGED),
        "predict_proba",
        TABLE,
    ),
    "vectors": lambda: (
        RNNTextClassifier(
            **WORDS, linear=False, embedding=(["good", "bad"], np.eye(2)), train_embedding=False
        ).fit(TEXTS, JUDGED),
        "predict_proba",
        TEXTS,
    ),
    "pieces": lambda: (SequenceTokenizer(analyzer="bpe").fit(TEXTS), "transform", TEXTS),
    "tags": lambda: (RNNTagger(**WORDS).fit(TOKENS, TAGS), "predict_proba", TOKENS),
    "tokens": lambda: (SequenceTokenizer().fit(TEXTS), "transform", TEXTS),
    "windows": lambda: (WindowTransformer(window=3).fit(Y), "transform", Y),
    "months": lambda: (RNNForecaster(**WORDS).fit(AIRLINE), "forecast_interval", 3),
    "array": lambda: (RNNForecaster(**FORECAST, horizon=2).fit(Y), "forecast", 3),
    "quantiles": lambda: (
        RNNForecaster(**FORECAST, quantiles=(0.1, 0.5, 0.9)).fit(AIRLINE),
        "predict_quantiles",
        AIRLINE,
    ),
    "panel": lambda: (
        RNNForecaster(**FORECAST, **ROLES, **AHEAD, calibrate=True).fit(PANEL),
        "predict_interval",
        PANEL,
    ),
    "levels": lambda: (RNNForecaster(**FORECAST).fit(LEVELS), "forecast", 3),
    "polars": lambda: (
        RNNForecaster(**FORECAST, **ROLES, **AHEAD).fit(POLARS),
        "predict",
        POLARS,
    ),
    "polars types": lambda: (
        WindowForecaster(window=6, **ROLES, static=["region"]).fit(
            POLARS.drop("promo").with_columns(
                pl.col("store").cast(pl.Enum(["a", "b"])),
                pl.col("region").cast(pl.Categorical),
                pl.col("date").cast(pl.Date),
            )
        ),
        "forecast",
        3,
    ),
    "naive": lambda: (NaiveForecaster().fit(PANEL.sales.to_numpy()), "forecast", 3),
    "ridge": lambda: (
        WindowForecaster(Ridge(), window=6, scaling=StandardScaler()).fit(AIRLINE),
        "forecast",
        3,
    ),
    "holidays": lambda: (
        WindowForecaster(window=6, freq=CUSTOM).fit(SERIES["business days"].iloc[1:]),
        "forecast",
        3,
    ),
    "pipeline": lambda: (
        make_pipeline(StandardScaler(), RNNRegressor(**WORDS)).fit(X, Y),
        "predict",
        X,
    ),
    "search": lambda: (
        GridSearchCV(
            RNNForecaster(**FORECAST),
            {"scaling": ["window", StandardScaler()], "horizon": [1]},
            cv=TimeSeriesSplit(2),
            scoring=skrnn.metrics.get_scorer("neg_mean_absolute_error"),
        ).fit(AIRLINE),
        "predict",
        AIRLINE,
    ),
    "scorer": lambda: (
        GridSearchCV(
            RNNForecaster(**FORECAST),
            {"cell": ["simple"]},
            cv=SeriesSplit(2),
            scoring=make_scorer(mean_absolute_error, greater_is_better=False),
        ).fit(AIRLINE, AIRLINE),
        "predict",
        AIRLINE,
    ),
    "inner": lambda: (
        InnerForecaster(
            TransformedTargetRegressor(
                WindowForecaster(horizon=3), transformer=FunctionTransformer(np.log, np.exp)
            ).fit(AIRLINE, AIRLINE)
        ),
        "forecast",
        3,
    ),
} | {
    name: lambda series=series: (WindowForecaster(window=6).fit(series), "forecast", 3)
    for name, series in SERIES.items()
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_loaded_answers_and_is_saved_as_what_was_saved(case, tmp_path):
    first, second = tmp_path / "first.skops", tmp_path / "second.skops"
    estimator, method, given = CASES[case]()
    skrnn.save(estimator, first)
    loaded = skrnn.load(first)
    assert type(loaded) is type(estimator)
    answer, expected = (getattr(made, method)(given) for made in (loaded, estimator))
    assert pickle.dumps(answer) == pickle.dumps(expected)
    skrnn.save(loaded, second)
    assert first.read_bytes() == second.read_bytes()
    if hasattr(estimator, "get_params"):
        assert repr(loaded.get_params()) == repr(estimator.get_params())


def test_training_goes_on_as_it_would_have(tmp_path):
    for case in ("labels", "texts", "months"):
        estimator, *_ = CASES[case]()
        skrnn.save(estimator, tmp_path / "begun.skops")
        loaded = skrnn.load(tmp_path / "begun.skops")
        given = {"labels": (X, SIGNS), "texts": (TEXTS, JUDGED), "months": (AIRLINE[:0],)}[case]
        if case == "months":
            later = pd.date_range("1961-01", periods=12, freq="MS")
            given = (pd.Series(AIRLINE.to_numpy()[-12:], later, name="passengers"),)
        for made in (estimator, loaded):
            made.partial_fit(*given)
            made.set_params(warm_start=True)
        for mine, its in zip(estimator_weights(estimator), estimator_weights(loaded), strict=True):
            np.testing.assert_array_equal(mine, its)


def estimator_weights(estimator):
    network = getattr(estimator, "regressor_", estimator)
    return network._weights + network._optimizer_state


def test_the_network_of_what_is_loaded_is_the_same(tmp_path):
    rnn = RNNRegressor(**WORDS).fit(X, Y)
    skrnn.save(rnn, tmp_path / "rnn.skops")
    loaded = skrnn.load(tmp_path / "rnn.skops")
    for mine, its in zip(rnn.model_.get_weights(), loaded.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, its)


def test_what_is_not_fitted_can_be_fitted_after(tmp_path):
    forecaster = RNNForecaster(**FORECAST)
    skrnn.save(forecaster, tmp_path / "new.skops")
    loaded = skrnn.load(tmp_path / "new.skops")
    assert loaded.get_params() == forecaster.get_params()
    expected = forecaster.fit(AIRLINE).forecast(3)
    pd.testing.assert_series_equal(loaded.fit(AIRLINE).forecast(3), expected)


def test_parameters_may_be_objects_of_keras(tmp_path):
    schedule = keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9)
    made = {
        "optimizer": keras.optimizers.SGD(schedule, momentum=0.5),
        "loss": keras.losses.Huber(delta=2.0),
        "metrics": ["mae", keras.metrics.MeanAbsoluteError(name="mine"), keras.metrics.AUC],
    }
    rnn = RNNRegressor(**WORDS, **made)
    skrnn.save(rnn, tmp_path / "rnn.skops")
    loaded = skrnn.load(tmp_path / "rnn.skops")
    for part in ("optimizer", "loss"):
        mine, its = getattr(rnn, part), getattr(loaded, part)
        assert type(its) is type(mine)
        assert its.get_config() == mine.get_config()
    assert float(loaded.loss(np.zeros((1, 1)), np.full((1, 1), 5.0))) == 8.0
    assert loaded.metrics[0::2] == ["mae", keras.metrics.AUC]
    assert loaded.metrics[1].name == "mine"
    rnn, loaded = clone(rnn).set_params(metrics=None), clone(loaded).set_params(metrics=None)
    np.testing.assert_array_equal(rnn.fit(X, Y).predict(X), loaded.fit(X, Y).predict(X))


def test_weights_stay_in_single_precision_and_the_file_little_larger(tmp_path):
    rnn = RNNRegressor(cell="lstm", units=128, epochs=1).fit(X, Y)
    skrnn.save(rnn, tmp_path / "rnn.skops")
    n_bytes = sum(array.nbytes for array in estimator_weights(rnn))
    assert n_bytes > 5e5
    assert (tmp_path / "rnn.skops").stat().st_size < 1.2 * n_bytes
    assert {array.dtype.itemsize for array in skrnn.load(tmp_path / "rnn.skops")._weights} == {4}


def test_arrays_that_are_shared_are_stored_once(tmp_path):
    values = np.arange(1e5)
    pair = make_pipeline(FunctionTransformer(kw_args={"a": values, "b": values}))
    skrnn.save(pair, tmp_path / "pair.skops")
    assert (tmp_path / "pair.skops").stat().st_size < 1.1 * values.nbytes
    words = skrnn.load(tmp_path / "pair.skops")[0].kw_args
    assert words["a"] is words["b"]


def test_what_cannot_be_saved_is_told_where_it_stands(tmp_path):
    cases = [
        (RNNRegressor(loss=lambda y, z: 0), "RNNRegressor.loss"),
        (make_pipeline(FunctionTransformer(print, kw_args={"f": lambda: 0})), "kw_args['f']"),
        (RNNRegressor(random_state=np.random.RandomState(np.random.PCG64(0))), "random_state"),
        (FunctionTransformer(kw_args={"o": object()}), "FunctionTransformer.kw_args['o']"),
    ]
    for estimator, where in cases:
        with pytest.raises(ValueError, match="cannot be saved") as caught:
            skrnn.save(estimator, tmp_path / "none.skops")
        assert where in str(caught.value)
    holds_itself = FunctionTransformer(kw_args={})
    holds_itself.kw_args["me"] = holds_itself
    with pytest.raises(ValueError, match="holds itself"):
        skrnn.save(holds_itself, tmp_path / "none.skops")
    assert not (tmp_path / "none.skops").exists()


def test_a_zone_by_name_is_a_zone_and_no_file():
    times = pd.date_range("2024-03-30", periods=4, freq="12h", tz="Europe/Paris")
    kind = KINDS["pandas times"]
    values, _, *rest = kind.write(times)
    assert kind.read(values, "Europe/Paris", *rest).equals(times)
    for name in ("dateutil//etc/localtime", "/etc/localtime", "../localtime", "Nowhere/At_all"):
        with pytest.raises((ValueError, KeyError), match=name.rpartition("/")[2]):
            kind.read(values, name, *rest)
