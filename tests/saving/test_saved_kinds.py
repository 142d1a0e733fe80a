"""Objects of other packages are plain data in a file, and themselves again after."""

import datetime
import pathlib
from collections import Counter, OrderedDict
from functools import partial
from zoneinfo import ZoneInfo

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import sparse, stats
from sklearn.metrics import mean_absolute_error
from sklearn.preprocessing import FunctionTransformer

import skrnn
from skrnn.saving._plain import read_plain, write_plain

DAYS = pd.date_range("2020-01-30", periods=3, freq="D", name="day")
LEVELS = pd.MultiIndex.from_product([["a", "b"], DAYS], names=["store", "day"])
FRAME = pd.DataFrame(
    {
        "number": [1.5, np.nan],
        "count": pd.array([1, None], dtype="Int64"),
        "text": ["a", None],
        "kind": pd.Categorical(["x", "y"], ["y", "x"], ordered=True),
        "time": pd.date_range("2020", periods=2, tz="Asia/Seoul"),
        3: [{"any": 1}, (2,)],
    },
    index=["r", "s"],
)
INDEXES = [
    DAYS,
    DAYS[[0, 2]],
    DAYS.tz_localize("Europe/Paris"),
    DAYS.tz_localize("+01:30"),
    DAYS.as_unit("s"),
    pd.DatetimeIndex(["2020-10-25 01:30", "NaT"], tz="UTC").tz_convert("Europe/Paris"),
    pd.period_range("2020", periods=3, freq="Q-FEB"),
    pd.timedelta_range("1h", periods=3, freq="90min"),
    pd.RangeIndex(3, 9, 2, name=("a", 1)),
    pd.Index([1.5, np.nan]),
    pd.Index([1, 2], dtype="int8"),
    pd.Index(["a", None]),
    pd.Index(["a", pd.NA], dtype="string"),
    pd.Index([1, "a", (2, 3), pd.NaT, DAYS[0]], dtype=object),
    pd.Index([True, None], dtype="boolean"),
    pd.CategoricalIndex(["x", "y", None], ["y", "x"], ordered=True),
    LEVELS,
    LEVELS[[0, 4]],
]
STEPS = ["D", "2h", "B", "W-WED", "MS", "BQE-FEB", "YE-JUN", "SME-15", "WOM-3FRI", "bh", "15min"]
OFFSETS = [
    *map(pd.tseries.frequencies.to_offset, STEPS),
    pd.DateOffset(months=3, days=2),
    pd.offsets.CustomBusinessDay(2, holidays=["2020-01-01"], weekmask="Sun Mon Tue"),
    pd.offsets.CustomBusinessMonthEnd(),
    pd.offsets.MonthEnd(3, normalize=True),
]
TYPES = [
    nw.String(),
    nw.Date(),
    nw.Datetime("us", "UTC"),
    nw.Duration("ns"),
    nw.Enum(["x", "y"]),
    nw.Categorical(),
    nw.Implementation.POLARS,
    np.dtype("<M8[ns]"),
    np.dtype([("a", "f4"), ("b", "U3")]),
    pd.CategoricalDtype(["y", "x"], ordered=True),
    pd.Int64Dtype(),
    pd.PeriodDtype("M"),
]
MOMENTS = [
    pd.Timestamp("2020-01-01 12:00:00.123456789"),
    pd.Timestamp("2020-10-25 01:30", tz="UTC").tz_convert("Europe/Paris"),
    pd.Timestamp("2020-01-01", tz="+01:30").as_unit("s"),
    pd.Timedelta("-1ns"),
    pd.Period("2020-02", "M"),
    datetime.date(2020, 2, 29),
    datetime.time(9, 30),
    datetime.datetime(2020, 10, 25, 2, 30, fold=1, tzinfo=ZoneInfo("Europe/Paris")),
    datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
    datetime.timedelta(-1, 5, 7),
    np.datetime64("2020-01", "M"),
    np.timedelta64(3, "h"),
]
PLAIN = [
    [1, (2.5, None), {"a": (True,), 3: {"b"}, (4, 5): frozenset([6])}],
    {"word": list(range(30_000))},
    "long " * 20_000,
    OrderedDict(b=[np.float32(0.1)], a=2),
    {np.int64(1), np.int64(2)},
    b"\x00\xff",
    slice(1, None, np.int64(2)),
    range(3, 9, 2),
    1 + 2j,
    pathlib.Path("a/b"),
    np.exp,
    np.float32,
    mean_absolute_error,
]
NUMBERS = [kind(1) for kind in (np.float32, np.float64, np.int8, np.bool_, np.str_, np.uint64)]
ODD = [
    {"nan": float("nan"), "inf": [float("-inf")], "long": 10**30, "text": "\ud800 한 \x00"},
    "\ud800 long " * 10_000,
    {1: np.arange(3), "1": np.arange(2)},
    [pd.NaT, pd.NA, np.datetime64("NaT"), np.float32("nan")],
    np.ma.MaskedArray([1.5, 2.5], [True, False], fill_value=7.0),
    np.ma.MaskedArray(["a", (1, 2)], [True, False], dtype=object),
    np.array([[1, None], [[2, 3], (4,)]], dtype=object),
    np.asfortranarray(np.arange(6, dtype=">i2").reshape(2, 3)),
    np.array([(1.5, "a")], dtype=[("x", "f4"), ("y", "U3")]),
    np.array([]),
    partial(np.add, 1, dtype=np.dtype("f4")),
]


def name(value):
    return ascii(value)[:30]


def bring(value, folder, **words):
    """Save a value as a parameter, and load it."""
    skrnn.save(FunctionTransformer(kw_args={"value": value}), folder / "value.skops")
    return skrnn.load(folder / "value.skops", **words).kw_args["value"]


@pytest.mark.parametrize("index", INDEXES, ids=lambda index: str(index.dtype))
def test_indexes(index, tmp_path):
    loaded = bring(index, tmp_path)
    pd.testing.assert_index_equal(loaded, index, exact=True, check_exact=True)
    assert getattr(loaded, "freq", None) == getattr(index, "freq", None)
    assert str(loaded.dtype) == str(index.dtype)


@pytest.mark.parametrize("value", [*OFFSETS, *TYPES, *MOMENTS, *PLAIN, *NUMBERS], ids=name)
def test_values(value, tmp_path):
    loaded = bring(value, tmp_path)
    assert type(loaded) is type(value)
    assert loaded == value
    assert repr(loaded) == repr(value)


@pytest.mark.parametrize("value", ODD, ids=name)
def test_values_that_do_not_say_whether_they_are_equal(value, tmp_path):
    loaded = bring(value, tmp_path, trusted=["functools.partial"])
    assert type(loaded) is type(value)
    assert repr(loaded) == repr(value)
    assert getattr(loaded, "strides", None) == getattr(value, "strides", None)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters())


@given(
    st.recursive(
        SCALARS,
        lambda parts: (
            st.lists(parts)
            | st.lists(parts).map(tuple)
            | st.sets(SCALARS)
            | st.frozensets(SCALARS)
            | st.dictionaries(SCALARS | st.tuples(SCALARS), parts)
        ),
    ).filter(lambda value: isinstance(value, list | tuple | dict | set | frozenset))
)
def test_plain_values_are_text_and_themselves_again(value):
    copy = read_plain(write_plain(value))
    assert type(copy) is type(value)
    # A set may tell what it holds in another order.
    assert write_plain(copy) == write_plain(value)
    assert copy == value or "nan" in repr(value)


@pytest.mark.parametrize("kind", [sparse.csr_array, sparse.csc_matrix])
def test_sparse_matrices(kind, tmp_path):
    matrix = kind(np.eye(3, 4))
    loaded = bring(matrix, tmp_path)
    assert type(loaded) is kind
    np.testing.assert_array_equal(loaded.toarray(), matrix.toarray())


def test_random_states_go_on_where_they_were(tmp_path):
    random_state = np.random.RandomState(0)
    random_state.normal(size=3)
    loaded = bring(random_state, tmp_path)
    np.testing.assert_array_equal(loaded.normal(size=700), random_state.normal(size=700))


def test_generators_go_on_where_they_were(tmp_path):
    generator = np.random.default_rng(0)
    generator.integers(9, size=3, dtype=np.int32)
    generator.spawn(1)
    loaded = bring(generator, tmp_path)
    np.testing.assert_array_equal(loaded.integers(9, size=7), generator.integers(9, size=7))
    [mine], [its] = loaded.spawn(1), generator.spawn(1)
    assert mine.random() == its.random()


@pytest.mark.parametrize("frozen", [stats.loguniform(1e-3, 1), stats.poisson(mu=3)])
def test_distributions_draw_the_same(frozen, tmp_path):
    loaded = bring(frozen, tmp_path)
    assert loaded.rvs(5, random_state=0).tolist() == frozen.rvs(5, random_state=0).tolist()


def test_tables(tmp_path):
    pd.testing.assert_frame_equal(bring(FRAME, tmp_path), FRAME)
    for label in FRAME:
        pd.testing.assert_series_equal(bring(FRAME[label], tmp_path), FRAME[label])


NO_KIND = [np.longdouble(1), pd.interval_range(0, 3), iter([]), Counter(), object()]
NO_KIND += [np.random.Generator(np.random.SFC64(0)), stats.rv_discrete(values=([1], [1])).freeze()]


@pytest.mark.parametrize("value", NO_KIND, ids=lambda value: type(value).__name__)
def test_what_is_of_no_kind_is_refused(value, tmp_path):
    with pytest.raises(ValueError, match=r"FunctionTransformer.kw_args\['value'\] is "):
        bring(value, tmp_path)
