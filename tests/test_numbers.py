"""Numbers of NumPy, and other numbers, are read as Python's own."""

import pickle
from fractions import Fraction

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit

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
X = RNG.normal(size=(20, 4))
WALK = RNG.normal(size=40).cumsum()
TEXTS = ["so good", "bad", "not good", "not so bad"] * 5
TRAINING = {
    "batch_size": 8,
    "epochs": 2,
    "early_stopping": True,
    "validation_fraction": 0.25,
    "n_iter_no_change": 2,
    "tol": 0.5,
    "truncate_gradient": 2,
    "learning_rate": 0.5,
    "clipnorm": 0.5,
    "warm_start": False,
    "random_state": 3,
    "verbose": 0,
}
NETWORK = TRAINING | {
    "cell": "simple",
    "units": (3, 2),
    "dense_units": 2,
    "dropout": 0.25,
    "recurrent_dropout": 0.25,
    "bidirectional": False,
}
CASES = {
    NumpyRNNClassifier: (TRAINING | {"units": 3}, (X, ["a", "b"] * 10), "predict_proba"),
    RNNRegressor: (NETWORK, (X, X[:, :2]), "predict"),
    RNNTextClassifier: (
        NETWORK | {"embedding_dim": 3, "pooling": "max", "units": 3},
        (TEXTS, ["a", "b"] * 10),
        "predict_proba",
    ),
    RNNTextRegressor: (
        NETWORK | {"embedding_dim": 3, "pooling": "max", "units": 3, "linear": False},
        (TEXTS, [1.0, 2.0] * 10),
        "predict",
    ),
    RNNForecaster: (
        NETWORK | {"window": 5, "horizon": 2, "difference": 1, "target": 0, "units": 3},
        (WALK,),
        "predict",
    ),
    WindowForecaster: ({"window": 4, "horizon": 2, "strategy": "recursive"}, (WALK,), "predict"),
    NaiveForecaster: ({"strategy": "seasonal", "season": 4, "target": 0}, (WALK,), "predict"),
    WindowTransformer: ({"window": 4, "horizon": 2, "stride": 3}, (WALK,), "transform"),
    SequenceTokenizer: (
        {"maxlen": 2, "max_features": 4, "skip_top": 1, "min_df": 0.25},
        (TEXTS,),
        "transform",
    ),
}


def as_numpy(value):
    if isinstance(value, tuple):
        return tuple(map(as_numpy, value))
    kinds = {bool: np.bool_, int: np.int64, float: np.float32, str: np.str_}
    return kinds[type(value)](value)


def find_numpy(value):
    """Find numbers of NumPy in whatever an estimator holds."""
    if isinstance(value, np.generic):
        return [value]
    parts = value.values() if isinstance(value, dict) else value
    if isinstance(parts, list | tuple | type({}.values())):
        return [found for part in parts for found in find_numpy(part)]
    if hasattr(value, "__dict__") and type(value).__module__.startswith("skrnn"):
        return find_numpy(vars(value))
    return []


@pytest.mark.core
@pytest.mark.parametrize("kind", CASES)
def test_numbers_of_numpy_give_what_plain_ones_do(kind):
    words, data, ask = CASES[kind]
    plain = kind(**words).fit(*data)
    given = {name: as_numpy(value) for name, value in words.items()}
    estimator = kind(**given).fit(*data)
    expected, found = (getattr(e, ask)(data[0]) for e in (plain, estimator))
    np.testing.assert_array_equal(found, expected)
    assert all(estimator.get_params(deep=False)[name] is given[name] for name in given)
    loaded = vars(pickle.loads(pickle.dumps(estimator)))
    assert find_numpy({k: v for k, v in loaded.items() if k not in given}) == []


@pytest.mark.core
def test_a_grid_over_arange_is_searched():
    words = {"cell": "simple", "units": 2, "epochs": 1, "random_state": 0, "linear": False}
    grid = {"horizon": np.arange(1, 3), "window": np.arange(3, 5)}
    search = GridSearchCV(RNNForecaster(**words), grid, cv=TimeSeriesSplit(2), error_score="raise")
    assert np.isfinite(search.fit(WALK).cv_results_["mean_test_score"]).all()
    assert len(search.best_estimator_.forecast(np.int64(3))) == 3


def test_fractions_are_numbers():
    words = {"units": 2, "epochs": 1, "random_state": 0}
    half = NumpyRNNClassifier(**words, learning_rate=Fraction(1, 2)).fit(X, ["a", "b"] * 10)
    plain = NumpyRNNClassifier(**words, learning_rate=0.5).fit(X, ["a", "b"] * 10)
    np.testing.assert_array_equal(half.predict_proba(X), plain.predict_proba(X))
