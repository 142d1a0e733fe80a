"""Columns of a series in tables of any kind, and y beside them."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster

WALK = np.random.default_rng(0).normal(size=60).cumsum()
FRAME = pd.DataFrame(
    {"a": WALK, "b": WALK**2}, pd.date_range("2020-01", periods=60, freq="MS", name="month")
)
TABLE = pl.DataFrame({"a": WALK, "b": WALK**2})


@pytest.mark.parametrize(
    "forecaster",
    [
        NaiveForecaster(),
        WindowForecaster(window=3),
        RNNForecaster(window=3, units=2, epochs=1, linear=False, seasonality=None, random_state=0),
    ],
)
def test_columns_of_a_polars_table_are_named(forecaster):
    forecaster.set_params(target="b").fit(TABLE)
    of_table = forecaster.predict(TABLE)
    np.testing.assert_array_equal(of_table, forecaster.fit(FRAME).predict(FRAME))
    with pytest.raises(ValueError, match=r"target='c' is not among .*\['a', 'b'\]"):
        forecaster.set_params(target="c").fit(TABLE)


def test_what_only_numpy_can_read_is_a_series():
    class Bare:
        def __array__(self, dtype=None, copy=None):
            return WALK

    forecaster = WindowForecaster(window=3)
    forecast = forecaster.fit(WALK).forecast(2)
    np.testing.assert_array_equal(forecaster.fit(Bare()).forecast(2), forecast)
    np.testing.assert_array_equal(forecaster.predict(Bare()), forecaster.predict(WALK))


def test_a_polars_series_has_a_name():
    forecast = NaiveForecaster(target="a").fit(TABLE["a"]).forecast(2)
    assert forecast.equals(pl.Series("a", [WALK[-1]] * 2))


@pytest.mark.parametrize(
    ("target", "names"),
    [(1, "b"), (np.int64(1), "b"), (np.array([1]), "b"), ([1, "a"], "ba"), (None, "ab")],
)
def test_columns_with_names_are_counted_too(target, names):
    naive = NaiveForecaster(target=target).fit(FRAME)
    assert list(pd.DataFrame(naive.forecast()).columns) == list(names)


def test_a_number_that_is_a_name_is_one():
    years = FRAME.set_axis([2, 0], axis=1)
    assert NaiveForecaster(target=0).fit(years).forecast().name == 0
    assert NaiveForecaster(target=1).fit(years).forecast().name == 0


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("target", ["a", None])
def test_polars_in_polars_out(horizon, target):
    of_table = WindowForecaster(window=3, horizon=horizon, target=target).fit(TABLE)
    of_array = WindowForecaster(window=3, horizon=horizon, target=target and 0)
    of_array.fit(TABLE.to_numpy())
    rows, expected = of_table.predict(TABLE), of_array.predict(TABLE.to_numpy())
    assert type(rows) is (pl.Series if horizon == 1 and target else pl.DataFrame)
    if horizon == 3 and not target:
        expected = np.moveaxis(expected, 1, 2).reshape(60, -1)  # a_1, a_2, a_3, b_1, ...
    np.testing.assert_array_equal(rows, expected)
    ahead = of_table.forecast()
    assert type(ahead) is (pl.Series if target else pl.DataFrame)
    np.testing.assert_array_equal(ahead, of_array.forecast())


# y


@pytest.mark.parametrize(
    ("X", "y"),
    [
        (WALK, WALK.astype(np.float32)),
        (WALK.astype(np.float32), WALK),
        (WALK.astype(np.float32), WALK.astype(np.float32)),
        (WALK.round(), WALK.round().astype(int)),
        (FRAME, TABLE["a"]),
        (TABLE, FRAME["a"]),
        (FRAME, FRAME["a"].astype("Float64")),
        (FRAME, FRAME["a"].sample(frac=1, random_state=0)),
        (FRAME, FRAME[["b", "a"]].sample(frac=1, random_state=0)),
        (FRAME, FRAME["a"].reset_index(drop=True)),
        (FRAME.drop(FRAME.index[7]), FRAME["a"].drop(FRAME.index[7])[::-1]),
    ],
)
def test_y_that_repeats_a_column_is_known_as_that_column(X, y):
    X_before, y_before = (part.copy() if hasattr(part, "copy") else part for part in (X, y))
    forecaster = WindowForecaster(window=3, strategy="recursive").fit(X, y)
    own = WindowForecaster(window=3, strategy="recursive").fit(X)
    picked = [1, 0] if np.ndim(y) == 2 else 0
    expected = np.asarray(own.forecast(5)).reshape(5, -1)[:, picked]
    np.testing.assert_allclose(forecaster.forecast(5), expected, rtol=1e-4)
    for part, before in ((X, X_before), (y, y_before)):
        np.testing.assert_array_equal(part, before)


def test_y_that_is_near_a_column_is_no_column():
    with pytest.raises(ValueError, match="y must be among the columns"):
        WindowForecaster(window=3, strategy="recursive").fit(WALK, WALK * (1 + 1e-6))
    with pytest.raises(ValueError, match="y must be among the columns"):
        WindowForecaster(window=3, strategy="recursive").fit(WALK, WALK.round().astype(int))


def test_truth_in_another_order_scores_the_same():
    forecaster = WindowForecaster(window=3, horizon=2, target="a").fit(FRAME[:40])
    shuffled = FRAME["a"][40:].sample(frac=1, random_state=0)
    assert forecaster.score(FRAME[40:], shuffled) == forecaster.score(FRAME[40:])


def test_row_labels_that_are_no_times_align_y_too():
    labelled = pd.Series(WALK, [f"row {i}" for i in range(60)])
    shuffled = labelled.sample(frac=1, random_state=0)
    forecaster = WindowForecaster(window=3, strategy="recursive").fit(labelled, shuffled)
    np.testing.assert_array_equal(
        forecaster.forecast(3), WindowForecaster(window=3).fit(WALK).forecast(3)
    )
