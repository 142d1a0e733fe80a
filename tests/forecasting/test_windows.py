"""Windows of a series."""

import numpy as np
import pandas as pd
import polars as pl
import pytest

from skrnn import WindowTransformer


@pytest.mark.parametrize("shape", [(20,), (20, 3)])
@pytest.mark.parametrize("stride", [1, 3])
def test_windows_share_memory_with_the_series(shape, stride):
    series = np.random.default_rng(0).normal(size=shape)
    windows = WindowTransformer(4, stride=stride).fit_transform(series)
    assert np.shares_memory(series, windows)
    assert windows.shape == (len(range(0, 17, stride)), 4, *shape[1:])
    for i, window in enumerate(windows):
        np.testing.assert_array_equal(window, series[i * stride : i * stride + 4])
    with pytest.raises(ValueError, match="read-only"):
        windows[0] = 0


@pytest.mark.parametrize("stride", [1, 2])
def test_pairs_join_windows_with_the_values_after_them(stride):
    series = np.arange(20.0).reshape(10, 2)
    transformer = WindowTransformer(3, horizon=2, stride=stride).fit(series)
    windows, later = transformer.make_pairs(series)
    assert np.shares_memory(windows, series)
    assert np.shares_memory(later, series)
    assert len(windows) == len(later) == len(range(0, 6, stride))
    for i, (window, after) in enumerate(zip(windows, later, strict=True)):
        start = i * stride
        np.testing.assert_array_equal(np.vstack([window, after]), series[start : start + 5])


def test_pairs_take_later_values_from_y():
    series, y = np.arange(6.0), np.arange(6.0) * 10
    _, later = WindowTransformer(3).fit(series).make_pairs(series, y)
    np.testing.assert_array_equal(later, [[30], [40], [50]])


def test_rows_of_each_window_are_told():
    rows = WindowTransformer(3, stride=2).get_rows(8)
    np.testing.assert_array_equal(rows, [[0, 1, 2], [2, 3, 4], [4, 5, 6]])
    series = np.arange(8.0) ** 2
    windows = WindowTransformer(3, stride=2).fit_transform(series)
    np.testing.assert_array_equal(series[rows], windows)


@pytest.mark.parametrize("convert", [list, pd.Series, pl.Series, pd.DataFrame, pl.DataFrame])
def test_series_come_in_many_forms(convert):
    values = [1.0, 2.0, np.nan, 4.0]
    windows = WindowTransformer(2).fit_transform(convert(values))
    assert windows.shape[:2] == (3, 2)
    np.testing.assert_array_equal(windows.reshape(3, 2), [[1, 2], [2, np.nan], [np.nan, 4]])


def test_too_short_a_series_is_an_error():
    transformer = WindowTransformer(4, horizon=2)
    with pytest.raises(ValueError, match="3 rows, too few for window=4"):
        transformer.fit(np.arange(3))
    with pytest.raises(ValueError, match="5 rows, too few for window=4 and horizon=2"):
        transformer.fit(np.arange(5)).make_pairs(np.arange(5))


def test_columns_must_be_those_of_fit():
    transformer = WindowTransformer(2).fit(np.ones((5, 2)))
    with pytest.raises(ValueError, match="3 features"):
        transformer.transform(np.ones((5, 3)))
    with pytest.raises(ValueError, match="Reshape your data"):
        transformer.transform(np.ones(5))
