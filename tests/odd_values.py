"""Data as anybody may give it, as strategies: odd in shape, dtype, container and contents."""

import array
import datetime
import tempfile
import warnings
from collections import deque
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pandas as pd
import polars as pl
from hypothesis import strategies as st
from scipy import sparse

# Not every container takes every value.
CANNOT = (
    *(TypeError, ValueError, ArithmeticError, ImportError, AttributeError, IndexError),
    *(NotImplementedError, pl.exceptions.PolarsError),
)
NUMBERS = [
    *(0, 1, -1, 2, 0.5, True, 10**400, 2**31, 2**63, -(2**63)),
    *(np.nan, np.inf, -np.inf, 1e39, -1e39, 1e160, 5e-324, 1e-40),
    *(np.float32(1.5), np.longdouble(1.5), Decimal("1.5"), Decimal("NaN"), Fraction(1, 3), 2j),
]
NO_NUMBERS = [
    *(None, "a", "1", "", b"1", pd.NA, pd.NaT, [1], (), {}, object()),
    *(datetime.date(2020, 1, 1), datetime.timedelta(1), np.datetime64("NaT"), pd.Timestamp(0)),
]
WORDS = ["good", "bad", "so", "not", "G\u00f6\u00f6d", "\u597d", "\U0001f600", "1", "nan", "<OOV>"]
TEXTS = [
    *(*WORDS, "not good", "so so good", "", " \t\n", "a\0b", "\0", "\ud800", "good \udfff"),
    *("\u202egood", "\u0130\u00df", "e\u0301", "\U0001f468\u200d\U0001f469", "good " * 3000),
]
NO_TEXTS = [None, np.nan, pd.NA, 3, 1.5, True, b"good", ["good"], np.str_("good"), object()]
ALONE = [
    *(None, 3, -1, 0, 1.5, np.nan, True, 2j, "good", "", b"good", np.float64(2), np.int8(3)),
    *((), [], {}, set(), {"a": [1, 2]}, {"good", "bad"}, range(8), object(), len, dict),
    *([[]], [[], []], [None] * 8, [()] * 8, [[None]] * 8, [[[]]] * 8, np.array(1.5)),
    *(datetime.date(2020, 1, 1), datetime.timedelta(1), np.datetime64("2020"), pd.NaT, pd.NA),
    *(pd.DataFrame(), pd.Series(dtype=float), pl.DataFrame(), pl.Series([]), pd.Index([])),
    *(pl.LazyFrame({"a": [1, 2]}), memoryview(b"good"), array.array("d", [1, 2]), Decimal(1)),
    *(pd.MultiIndex.from_product([[1, 2], [3]]), pd.date_range("2020", periods=8), np.ma.masked),
    *(np.array([(1, 2.0)] * 8, "i4,f8"), np.zeros(8, "V4"), np.zeros((8, 5), "U0"), 10**400),
]
DTYPES = [
    *("?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "f2", "f4", "f8", ">f8", ">i4", "g"),
    *("F", "D", "O", "U8", "S8", "M8[D]", "m8[s]"),
]
DAYS = pd.date_range("2021-03-01", periods=40)
INDEXES = {
    "numbers": lambda n: pd.RangeIndex(n),
    "later numbers": lambda n: pd.RangeIndex(100, 100 + 2 * n, 2),
    "days": lambda n: DAYS[:n],
    "days backwards": lambda n: DAYS[:n][::-1],
    "days twice": lambda n: DAYS[np.arange(n) // 2],
    "days with gaps": lambda n: DAYS.take(np.flatnonzero(np.arange(40) % 3)[:n]),
    "days, not all": lambda n: DAYS[:n].where(np.arange(n) != 2),
    "days in UTC": lambda n: DAYS[:n].tz_localize("UTC"),
    "months": lambda n: pd.period_range("2020-01", periods=n, freq="M"),
    "durations": lambda n: pd.timedelta_range("1h", periods=n, freq="h"),
    "text": lambda n: pd.Index([f"r{i}" for i in range(n)], dtype=object),
    "dates as text": lambda n: DAYS[:n].astype(str),
    "fractions": lambda n: pd.Index(np.arange(n) / 2),
    "all kinds": lambda n: pd.Index([(1, "a", None, DAYS[0])[i % 4] for i in range(n)], dtype="O"),
    "categories": lambda n: pd.CategoricalIndex(["a", "b"] * n)[:n],
    "intervals": lambda n: pd.interval_range(0, n, n) if n else pd.Index([]),
    "pairs": lambda n: pd.MultiIndex.from_arrays([(["a", "b"] * n)[:n], DAYS[:n]]),
    "triples": lambda n: pd.MultiIndex.from_arrays([["a"] * n, range(n), DAYS[:n]]),
}
COLUMNS = {
    "numbers": range,
    "text": lambda n: list("abcdefgh")[:n],
    "twice": lambda n: ["a"] * n,
    "of all kinds": lambda n: [0, "b", None, 2.5, ("c", 1), DAYS[0], "g", "h"][:n],
    "levels": lambda n: pd.MultiIndex.from_product([["a"], range(n)]),
    "that are ours": lambda n: ["sales", "price", "title", "color", "a"][:n],
}
COLUMN_DTYPES = ["Float64", "Int64", "boolean", "string", "category", "Sparse[float]", "O", "f4"]


def draw_shapes(n_rows, n_columns):
    """Draw shapes of arrays, the right ones more often."""
    n, k = n_rows, n_columns
    right = [(n,), (n, 1), (n, k)]
    others = [(n, k, 1), (n, k, 2), (n, 2), (n - 1, k), (n - 1,), (1,), (1, k), (1, 1)]
    empty = [(0,), (0, k), (n, 0), (n, k, 0), (0, 0)]
    return st.sampled_from([*3 * right, *others, *empty, (), (n, k, 1, 1), (n, k, 2, 2)])


@st.composite
def draw_array(draw, shapes, dtypes):
    """Draw numbers, of which two at most are odd or none."""
    shape = draw(shapes)
    rng = np.random.default_rng(draw(st.integers(0, 3)))
    scale = draw(st.sampled_from([1, 1, 1, 10, 0, 1e-40, 1e39, 1e160]))
    values = np.array(rng.normal(size=shape) * scale)
    if draw(st.booleans()):
        values = np.array(np.abs(np.round(values)))
    dtype = np.dtype(draw(st.sampled_from(["f8", *dtypes])))
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        values = (values.astype("i8") if dtype.kind in "mM" else values).astype(dtype)
        for _ in range(draw(st.integers(0, 2)) if values.size else 0):
            value = draw(st.sampled_from(NUMBERS + NO_NUMBERS))
            values = replace_one(values, draw(st.integers(0, values.size - 1)), value)
    return values


def replace_one(values, place, value):
    """Put a value into an array, which then may have to hold objects."""
    try:
        values.flat[place] = value
    except CANNOT:
        values = np.array(values, object)
        values.reshape(-1)[place : place + 1] = make_objects([value])
    return values


def make_objects(rows):
    """Give an array of objects, even if these are sequences."""
    values = np.empty(len(rows), object)
    for place, row in enumerate(rows):
        values[place] = row
    return values


def make_row(row):
    try:
        return np.array(row)
    except CANNOT:
        return row


def convert(make, rows):
    """Convert rows, as far as that can be done."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return make(rows)
        except CANNOT:
            return rows


COLLECT = [list, list, tuple, deque, iter, set, make_objects, pd.Series]
COLLECT_TEXTS = [
    *(np.array, pl.Series, pd.Index),
    lambda rows: np.array(rows, np.dtypes.StringDType()),
    lambda rows: pd.DataFrame({"title": rows}),
    lambda rows: pd.Series(rows).astype("category"),
    lambda rows: pd.Series(rows, dtype="string"),
]


@st.composite
def draw_ragged(draw, n_rows, items):
    """Draw sequences of unequal lengths: lists, tuples or arrays in a container."""
    size = draw(st.sampled_from([n_rows, n_rows, n_rows - 1, 1]))
    kind = draw(st.sampled_from([list, list, tuple, make_row]))
    rows = [kind(draw(st.lists(items, max_size=4))) for _ in range(size)]
    return convert(draw(st.sampled_from(COLLECT)), rows)


@st.composite
def draw_texts(draw, n_rows, words=TEXTS):
    """Draw texts in a container, of which two at most are none."""
    size = draw(st.sampled_from([n_rows, n_rows, n_rows, n_rows - 1, 1]))
    texts = [draw(st.sampled_from(words) | st.text(max_size=6)) for _ in range(size)]
    for _ in range(draw(st.sampled_from([0, 0, 0, 1, 2]))):
        texts[draw(st.integers(0, size - 1))] = draw(st.sampled_from(NO_TEXTS))
    return convert(draw(st.sampled_from(COLLECT + COLLECT_TEXTS)), texts)


def draw_tokens(n_rows):
    """Draw sequences of words, of which some may be none."""
    items = st.sampled_from(3 * WORDS + TEXTS + NO_TEXTS)
    return st.one_of(draw_ragged(n_rows, st.sampled_from(TEXTS)), draw_ragged(n_rows, items))


@st.composite
def draw_held(draw, arrays):
    """Draw an array in a container."""
    hold = draw(st.sampled_from([*HOLDERS, hold_in_pandas, hold_in_pandas, hold_in_polars]))
    return convert(lambda values: hold(draw, values), draw(arrays))


class Bare:
    """What NumPy can read, and nothing else."""

    def __init__(self, values):
        self._values = values

    def __array__(self, dtype=None, copy=None):
        return self._values if dtype is None else self._values.astype(dtype)

    def __repr__(self):
        return f"Bare({self._values!r})"


def hold_read_only(draw, values):
    values.setflags(write=False)
    return values


def hold_in_memory_map(draw, values):
    with tempfile.TemporaryFile() as file:
        held = np.memmap(file, values.dtype, "w+", shape=values.shape)
    held[...] = values
    return held


def hold_masked(draw, values):
    masks = [True, False, np.arange(values.size).reshape(values.shape) % 5 == 1]
    return np.ma.masked_array(values, draw(st.sampled_from(masks)))


def hold_sparse(draw, values):
    return draw(st.sampled_from([sparse.csr_array, sparse.coo_matrix, sparse.csc_matrix]))(values)


def hold_in_pandas(draw, values):
    """Give a series or dataframe with an index, names and dtypes of any kind."""
    index = INDEXES[draw(st.sampled_from(["numbers", *INDEXES]))](len(values))
    if values.ndim == 1:
        table = pd.Series(values, index, name=draw(st.sampled_from([None, "a", 0, ("a", 1)])))
    else:
        columns = COLUMNS[draw(st.sampled_from(list(COLUMNS)))](values.shape[1])
        table = pd.DataFrame(values, index, columns)
    dtype = draw(st.none() | st.sampled_from(COLUMN_DTYPES))
    return table if dtype is None else table.astype(dtype)


def hold_in_polars(draw, values):
    if values.ndim == 1:
        return pl.Series(draw(st.sampled_from(["", "sales"])), values)
    frame = pl.DataFrame(values, list("abcdefgh")[: values.shape[1]])
    return draw(st.sampled_from([frame, frame, frame.lazy()]))


HOLDERS = [
    lambda draw, values: values,
    lambda draw, values: values.tolist(),
    lambda draw, values: list(values),
    lambda draw, values: tuple(map(tuple, values)),
    lambda draw, values: deque(values),
    lambda draw, values: (row for row in values),
    lambda draw, values: dict(enumerate(values.T)),
    lambda draw, values: np.asfortranarray(values),
    lambda draw, values: np.repeat(values, 2, axis=0)[::2],
    lambda draw, values: np.ascontiguousarray(values[::-1])[::-1],
    lambda draw, values: np.asmatrix(values),
    lambda draw, values: memoryview(values),
    lambda draw, values: Bare(values),
    *(hold_read_only, hold_in_memory_map, hold_masked, hold_sparse),
]


def draw_numbers(n_rows, n_columns, dtypes=DTYPES):
    """Draw numbers in any form: rows, columns, sequences of unequal lengths."""
    items = st.sampled_from(NUMBERS[:12] + NO_NUMBERS[:3] + [[1.0], [1.0, 2.0]])
    held = draw_held(draw_array(draw_shapes(n_rows, n_columns), dtypes))
    return st.one_of(held, held, held, draw_ragged(n_rows, items))


def draw_labels(n_rows):
    """Draw labels of any kind."""
    kinds = [["a", "b"], [0, 1], [-1, 1], [True, False], ["a", 1], [1.0, 2.0], [0.5], ["a", b"a"]]
    size = {"min_size": n_rows, "max_size": n_rows}
    lists = st.sampled_from(kinds).flatmap(lambda few: st.lists(st.sampled_from(few), **size))
    held = draw_held(lists.map(np.array))
    return st.one_of(lists, held, held, draw_numbers(n_rows, 2), draw_texts(n_rows, WORDS))


@st.composite
def draw_table(draw, table):
    """Draw a table that differs from a good one: other columns, values, index or container."""
    table = table.iloc[: draw(st.sampled_from([*3 * [len(table)], 0, 1, len(table) - 1]))]
    for _ in range(draw(st.integers(0, 2)) if len(table) else 0):
        name = draw(st.sampled_from([*table.columns, "more"]))
        value = draw(st.sampled_from(NUMBERS + NO_NUMBERS + TEXTS))
        column = make_objects([value] * len(table))
        if name in table and draw(st.booleans()):
            column = make_objects(list(table[name]))
            column[draw(st.integers(0, len(table) - 1))] = value
        table = table.assign(**{name: column})
    return convert(lambda table: change_form(draw, table), table)


def change_form(draw, table):
    """Give a table with other columns, another index, other dtypes or as something else."""
    n_rows, names = len(table), list(table.columns)
    name, some = st.sampled_from(names), st.lists(st.sampled_from(names), max_size=len(names) + 1)
    index, dtype = st.sampled_from(list(INDEXES)), st.sampled_from(COLUMN_DTYPES)
    forms = [
        lambda: table,
        lambda: table[draw(st.permutations(names))],
        lambda: table[draw(some)],
        lambda: table[draw(name)],
        lambda: table.set_axis(INDEXES[draw(index)](n_rows)),
        lambda: table.set_axis(INDEXES[draw(index)](n_rows)).reset_index(),
        lambda: table.astype({draw(name): draw(dtype)}),
        lambda: table.convert_dtypes(),
        lambda: table.to_numpy(),
        lambda: table.to_numpy().tolist(),
        lambda: table.to_dict("list"),
        lambda: table.T,
        lambda: pl.from_pandas(table),
        lambda: pl.from_pandas(table).lazy(),
    ]
    return draw(st.sampled_from(forms))()


ANYTHING = st.sampled_from(ALONE)
