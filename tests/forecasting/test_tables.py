"""Tables of many series: read in any order and form, and given back as they came."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skrnn.forecasting import _parts
from skrnn.forecasting._index import read_index
from skrnn.forecasting._tables import read_table, shape_future

SIZES = {"b": 4, "a": 6, "c": 5}
DATES = pd.date_range("2020-01-01", periods=12)


def make_table(shuffle=None):
    """Make a panel of series that begin on days 1, 2 and 3."""
    rng = np.random.default_rng(0)
    date = [DATES[i : i + n] for i, n in enumerate(SIZES.values())]
    table = pd.DataFrame(
        {
            "store": np.repeat(list(SIZES), list(SIZES.values())),
            "date": np.concatenate(date),
            "sales": rng.normal(size=15),
            "price": rng.normal(size=15),
        }
    )
    return table if shuffle is None else table.sample(frac=1, random_state=shuffle)


def to_polars(table):
    columns = {name: column.to_numpy() for name, column in table.items() if name != "store"}
    return pl.DataFrame({"store": table["store"].tolist(), **columns})


WORDS = {"series": "store", "time": "date"}
# Each form in which a panel may be given: what makes it, and the words that go with it.
FORMS = {
    "columns": (lambda table: table, WORDS),
    "dates in the index": (lambda table: table.set_index("date"), {"series": "store"}),
    "dates named in the index": (lambda table: table.set_index("date"), WORDS),
    "series in the index": (lambda table: table.set_index("store"), WORDS),
    "two levels": (lambda table: table.set_index(["store", "date"]), {}),
    "two levels, time first": (lambda table: table.set_index(["date", "store"]), {}),
    "two levels, named": (lambda table: table.set_index(["date", "store"]), WORDS),
    "two levels, series named": (
        lambda table: table.set_index(["store", "date"]),
        {"series": "store"},
    ),
    "two levels, time named": (lambda table: table.set_index(["store", "date"]), {"time": "date"}),
    "two levels, categories": (
        lambda table: table.astype({"store": "category"}).set_index(["store", "date"]),
        {},
    ),
    "text as dates": (lambda table: table.assign(date=table["date"].dt.strftime("%F")), WORDS),
    "levels of text as dates": (
        lambda table: table.assign(date=table["date"].dt.strftime("%F")).set_index(
            ["date", "store"]
        ),
        {},
    ),
    "categories": (lambda table: table.astype({"store": "category"}), WORDS),
    "polars": (to_polars, WORDS),
    "polars dates": (
        lambda table: to_polars(table).with_columns(pl.col("date").cast(pl.Date)),
        WORDS,
    ),
    "polars categories": (
        lambda table: to_polars(table).with_columns(pl.col("store").cast(pl.Categorical)),
        WORDS,
    ),
    "polars enum": (
        lambda table: to_polars(table).with_columns(
            pl.col("store").cast(pl.Enum(["c", "b", "a", "z"]))
        ),
        WORDS,
    ),
    "polars text": (
        lambda table: to_polars(table).with_columns(pl.col("date").cast(pl.Date).cast(pl.String)),
        WORDS,
    ),
}


def sort(table):
    """Give labels, times and values in sorted order."""
    order = np.arange(len(table.codes)) if table.order is None else table.order
    values = np.asarray(table.values)[order]
    times = None if table.times is None else list(table.times[order])
    return list(table.keys[table.codes[order]]), times, values.tolist()


@pytest.mark.parametrize("form", FORMS)
@settings(max_examples=10, deadline=None)
@given(shuffle=st.integers(0, 10**6))
def test_every_form_and_order_of_a_panel_is_read_alike(form, shuffle):
    make, words = FORMS[form]
    given_rows = make_table(shuffle)
    table = read_table(make(given_rows), **words)
    expected = given_rows.sort_values(["store", "date"])
    keys, times, values = sort(table)
    assert keys == list(expected["store"])
    assert times == list(expected["date"])
    assert values == expected[["sales", "price"]].to_numpy().tolist()
    assert list(table.keys) == ["a", "b", "c"]
    assert list(table.times) == list(given_rows["date"])
    assert list(table.keys[table.codes]) == list(given_rows["store"])


@pytest.mark.parametrize("form", FORMS)
def test_sorted_rows_need_no_order(form):
    make, words = FORMS[form]
    sorted_rows = make_table().sort_values(["store", "date"])
    assert read_table(make(sorted_rows), **words).order is None


def test_a_panel_of_one_column_is_read():
    column = make_table(1).set_index(["store", "date"])["sales"]
    table = read_table(column)
    assert table.values is column
    assert list(table.keys) == ["a", "b", "c"]


def test_large_tables_are_read_in_chunks(monkeypatch):
    monkeypatch.setattr(_parts, "CHUNK", 4)
    given_rows = make_table(3)
    expected = sort(read_table(given_rows, **WORDS))
    assert sort(read_table(to_polars(given_rows), **WORDS)) == expected
    rows = [*range(15), 9]
    with pytest.raises(ValueError, match="2020-01-07 00:00:00 twice in series 'a', in rows 9 and"):
        read_table(make_table().iloc[rows], **WORDS)


@pytest.mark.parametrize(
    ("labels", "expected"),
    [
        ([10, 9, 10, 2], [2, 9, 10]),
        ([2.5, 1.0, 2.5, 3.0], [1.0, 2.5, 3.0]),
        (["10", "9", "B", "a"], ["10", "9", "B", "a"]),
        ([2, "b", 1.5, "a"], [1.5, 2, "a", "b"]),
        (["b", 3, (1, 2), "a"], [3, "a", "b", (1, 2)]),
        (list(DATES[[3, 1, 1, 2]]), list(DATES[[1, 2, 3]])),
        (list(pd.period_range("2020", periods=4, freq="M")[::-1]), None),
        (list(DATES.tz_localize("Asia/Seoul")[[2, 1, 0, 0]]), None),
        ([True, False, True, True], [False, True]),
    ],
)
def test_series_have_labels_of_every_kind(labels, expected):
    expected = sorted(set(labels)) if expected is None else expected
    values = pd.Series(labels)
    if any(isinstance(label, tuple) for label in labels):
        values = pd.Series(labels, dtype=object)
    for given_labels in (values, values.astype(object)):
        table = read_table(pd.DataFrame({"id": given_labels, "y": 0.0}), series="id")
        assert list(table.keys) == expected
        assert [table.keys[code] for code in table.codes] == labels


@pytest.mark.parametrize(
    "labels",
    [
        pl.Series([10, 9, 10, 2], dtype=pl.Int16),
        pl.Series([2.5, 1.0, 2.5, 3.0]),
        pl.Series(["é", "z", "é", "a"]),
        pl.Series([True, False, True, True]),
        pl.Series(list(DATES[[3, 1, 1, 2]])).cast(pl.Date),
        pl.Series(list(DATES[[3, 1, 1, 2]])).dt.replace_time_zone("Asia/Seoul"),
    ],
)
def test_polars_series_have_labels_of_every_kind(labels):
    X = pl.DataFrame({"id": labels, "y": [0.0, 1, 2, 3]})
    table = read_table(X, series="id")
    assert len(table.keys) == labels.n_unique()
    assert table.keys.is_monotonic_increasing
    future = shape_future(
        np.zeros((len(table.keys), 2, 1)), table.keys, None, ["y"], table.pattern
    )
    assert future.schema == {"id": labels.dtype, "step": pl.Int64, "y": pl.Float64}
    assert set(future["id"].to_list()) == set(labels.to_list())
    assert future["id"].to_list()[::2] == [
        labels[int(np.flatnonzero(table.codes == code)[0])] for code in range(len(table.keys))
    ]


# Without times.


def test_a_default_index_says_nothing_of_time_in_a_panel():
    given_rows = make_table().drop(columns="date").iloc[[5, 0, 1, 6, 12, 2]]
    table = read_table(given_rows.reset_index(drop=True), series="store")
    assert table.times is None
    np.testing.assert_array_equal(table.order, [0, 3, 1, 2, 5, 4])
    assert read_table(make_table().drop(columns="date")[3:9], series="store").times is None
    picked = given_rows.reset_index(drop=True).iloc[[0, 1, 4]]
    assert read_table(picked, series="store").times is None
    assert read_table(picked, series="store", numbers_tell=True).times is not None
    assert read_table(picked.rename_axis("year"), series="store").times is not None
    assert read_table(to_polars(given_rows.assign(date=0)), series="store").times is None


def test_an_index_of_years_is_time_in_a_panel():
    X = pd.DataFrame({"country": list("abab"), "gdp": 0.0}, index=[2001, 2001, 2000, 2000])
    table = read_table(X, series="country")
    assert list(table.times) == [2001, 2001, 2000, 2000]
    np.testing.assert_array_equal(table.order, [2, 0, 3, 1])


def test_other_text_in_the_index_says_nothing_of_time():
    X = make_table().set_index(pd.Index([f"row {i}" for i in range(15, 0, -1)]))
    assert read_table(X.drop(columns="date"), series="store").times is None
    X = X.set_index([X["store"], X.index])[["sales"]]
    assert read_table(X, series="store").times is None


# One series.

ONE_SERIES = {
    "array": np.zeros((5, 2)),
    "list": [1.0, 2, 3],
    "series": pd.Series(np.arange(12.0), DATES),
    "frame": pd.DataFrame({"a": np.arange(12.0)}, DATES.strftime("%F")),
    "years": pd.Series([1.0, 2, 3], [2000, 2001, 2003]),
    "names": pd.Series([1.0, 2, 3], list("bca")),
    "polars frame": pl.DataFrame({"a": [1.0, 2], "b": [1.0, 2]}),
    "polars series": pl.Series("a", [1.0, 2]),
}


@pytest.mark.parametrize("kind", ONE_SERIES)
def test_one_series_is_what_it_was(kind):
    X = ONE_SERIES[kind]
    table = read_table(X)
    assert table.values is X
    assert table.keys is None
    assert table.order is None
    np.testing.assert_array_equal(table.codes, np.zeros(len(X)))
    expected = read_index(X)
    assert (table.times is None) == (expected is None)
    assert expected is None or table.times.equals(expected)


def test_one_series_with_a_column_of_dates_comes_in_any_order():
    shuffled = make_table(4).query("store == 'a'").drop(columns="store")
    for X in (shuffled, to_polars(shuffled.assign(store="a")).drop("store")):
        table = read_table(X, time="date")
        assert table.keys is None
        assert list(table.times[table.order]) == sorted(shuffled["date"])
        assert list(table.values.columns) == ["sales", "price"]
    by_index = read_table(shuffled.set_index("date"), time="date")
    np.testing.assert_array_equal(by_index.order, table.order)


def test_one_series_without_words_must_be_in_order():
    with pytest.raises(ValueError, match=r"do not strictly increase.*Sort it by time"):
        read_table(pd.Series([1.0, 2], DATES[[1, 0]]))
    with pytest.raises(ValueError, match=r"2020-01-02 00:00:00 twice in its index.*series="):
        read_table(make_table().set_index("date")["sales"])


# What is wrong.

TABLE = make_table()
REPEATED = TABLE.iloc[[0, 5, 3, 1, 5]].reset_index(drop=True)
ERRORS = {
    "repeated": (REPEATED, WORDS, r"2020-01-03 00:00:00 twice in series 'a', in rows 1 and 4"),
    "repeated in levels": (REPEATED.set_index(["date", "store"]), {}, r"in series 'a', in rows 1"),
    "repeated in polars": (to_polars(REPEATED), WORDS, r"twice in series 'a', in rows 1 and 4"),
    "repeated in a numbered series": (
        REPEATED.assign(store=7),
        WORDS,
        r"2020-01-03 00:00:00 twice in series 7, in rows 1 and 4",
    ),
    "repeated in one": (
        TABLE.drop(columns="store"),
        {"time": "date"},
        r"2020-01-02 00:00:00 twice, in rows 1 and 4\..* Give series= if they are of several",
    ),
    "no label": (
        TABLE.assign(store=TABLE["store"].where(TABLE.index != 7)),
        WORDS,
        "X has no series in row 7: 'store' is missing there",
    ),
    "no label in a level": (
        TABLE.assign(store=TABLE["store"].where(TABLE.index != 7)).set_index(["store", "date"]),
        {},
        "X has no series in row 7: 'store' is missing there",
    ),
    "no label in polars": (
        pl.DataFrame({"store": ["a", None], "date": [1, 2], "y": [1, 2]}),
        WORDS,
        "X has no series in row 1: 'store' is missing there",
    ),
    "no number in polars": (
        pl.DataFrame({"store": [1, None], "date": [1, 2], "y": [1, 2]}),
        WORDS,
        "X has no series in row 1: 'store' is missing there",
    ),
    "no time": (
        TABLE.assign(date=TABLE["date"].where(TABLE.index != 7)),
        WORDS,
        "X has no time in row 7: 'date' is missing there",
    ),
    "no time in a level": (
        TABLE.assign(date=TABLE["date"].where(TABLE.index != 7)).set_index(["store", "date"]),
        {},
        "X has no time in row 7: 'date' is missing there",
    ),
    "no time in an index": (
        TABLE.assign(date=TABLE["date"].where(TABLE.index != 7)).set_index("date"),
        {"series": "store"},
        "X has no time in row 7: 'date' is missing there",
    ),
    "no time in polars": (
        pl.DataFrame({"store": ["a", "a"], "date": [1, None], "y": [1, 2]}),
        WORDS,
        "X has no time in row 1: 'date' is missing there",
    ),
    "no such series": (
        TABLE,
        {"series": "shop"},
        r"series='shop' must name one of the columns of X, \['store', 'date', 'sales', 'price'\]",
    ),
    "no such time": (
        to_polars(TABLE),
        {"series": "store", "time": "day"},
        r"time='day' must name one of the columns of X, \['store', 'date', 'sales', 'price'\]\.",
    ),
    "no such level": (
        TABLE.set_index(["store", "date"]),
        {"series": "shop"},
        r"columns of X, \['sales', 'price'\], or levels of its index, \['store', 'date'\]",
    ),
    "twice": (
        pd.concat([TABLE, TABLE["store"]], axis=1),
        WORDS,
        "series='store' must name one of the columns",
    ),
    "the same": (TABLE, {"series": "date", "time": "date"}, "must name two columns of X"),
    "an array": (
        np.zeros((2, 2)),
        {"series": 0},
        r"series=0 must .* is ndarray of shape \(2, 2\)",
    ),
    "a list": ([1, 2], {"time": "date"}, r"time='date' must .* is \[1, 2\] \(list\)"),
    "no column": (TABLE["sales"], {"series": "store"}, r"the columns of X, \[\]"),
    "no column in polars": (pl.Series("a", [1]), {"time": "b"}, r"the columns of X, \[\]"),
    "no times": (
        TABLE.assign(date="yesterday"),
        WORDS,
        r"time='date' must name a column of dates, .* begins with \['yesterday', .*\] \(",
    ),
    "dates of doubt": (TABLE.assign(date="1/2/2020"), WORDS, r"begins with \['1/2/2020',"),
    "fractions": (TABLE.assign(date=0.5), WORDS, r"begins with \[0.5, 0.5, 0.5\] \(float64\)"),
    "mixed times": (TABLE.assign(date=["x", DATES[0], 2] * 5), WORDS, r"begins with \['x',"),
    "no times in a level": (
        TABLE.set_index(["store", "sales"]),
        {"time": "sales"},
        r"time='sales' must name a column of dates, .* \(float64\)",
    ),
    "levels without times": (
        TABLE.set_index(["store", "sales"]),
        {},
        r"two levels, \['store', 'sales'\], that do not speak of time. Say with series= which",
    ),
    "levels that could be times": (
        TABLE.assign(day=1, shop=2).set_index(["day", "shop"]),
        {},
        r"two levels, \['day', 'shop'\], that could each be the time. Say with series= which",
    ),
    "three levels": (
        TABLE.assign(day=1).set_index(["store", "date", "day"]),
        {},
        r"an index of 3 levels, \['store', 'date', 'day'\]. Say with series= which one",
    ),
    "two levels beside a column": (
        TABLE.assign(day=1).set_index(["day", "date"]),
        {"series": "store"},
        r"an index of 2 levels, \['day', 'date'\]. Say with series=",
    ),
}


@pytest.mark.parametrize("case", ERRORS)
def test_what_is_wrong_is_named(case):
    X, words, message = ERRORS[case]
    with pytest.raises(ValueError, match=message):
        read_table(X, **words)


def test_what_is_wrong_is_named_as_the_argument():
    with pytest.raises(ValueError, match=r"one of the columns of y, \['store'\]"):
        read_table(TABLE[["store"]], series="shop", name="y")


@pytest.mark.parametrize(
    ("labels", "message"),
    [
        ([[1]] * 15, r"hold labels; got .*unhashable"),
        ([1j, *range(14)], "hold labels that can be sorted"),
    ],
)
def test_labels_that_are_none_are_an_error(labels, message):
    X = TABLE.assign(store=pd.Series(labels, dtype=object))
    with pytest.raises(TypeError, match=f"series='store' must {message}"):
        read_table(X, series="store")


@pytest.mark.parametrize(
    ("label", "other"), [(1, "2020Q1"), ("a", "2020-01"), (1, "2020-01"), (3, DATES[0])]
)
def test_of_two_levels_that_which_is_likelier_a_date_is_the_time(label, other):
    for levels in ([label, other], [other, label]):
        index = pd.MultiIndex.from_tuples([levels], names=["one", "two"])
        X = pd.Series([1.0], index)
        if other == "2020Q1":
            with pytest.raises(ValueError, match="text that may be dates, '2020Q1'"):
                read_table(X)
        else:
            assert list(read_table(X).keys) == [label]


# What is given back.


def test_forecasts_of_rows_have_the_index_given():
    X = make_table(2).set_index(["store", "date"])
    forecasts = np.arange(60.0).reshape(15, 2, 2)
    rows = read_table(X).shape_rows(forecasts, ["sales", "price"])
    assert rows.index is X.index
    np.testing.assert_array_equal(rows["price"], forecasts[..., 1])
    one = read_table(X).shape_rows(forecasts[:, :1, :1], ["sales"])
    assert isinstance(one, pd.Series)
    assert one.name == "sales"


@pytest.mark.parametrize(
    ("n_steps", "names", "columns"),
    [
        (1, ["sales", 3], ["sales", "3"]),
        (2, ["sales"], ["1", "2"]),
        (2, ["sales", 3], ["sales_1", "sales_2", "3_1", "3_2"]),
    ],
)
def test_forecasts_of_rows_of_polars_are_polars(n_steps, names, columns):
    forecasts = np.arange(15.0 * n_steps * len(names)).reshape(15, n_steps, len(names))
    table = read_table(to_polars(make_table(2)), **WORDS)
    rows = table.shape_rows(forecasts, names)
    assert isinstance(rows, pl.DataFrame)
    assert rows.columns == columns
    expected = np.moveaxis(forecasts, 1, 2).reshape(15, -1)
    np.testing.assert_array_equal(rows.to_numpy(), expected)
    one = table.shape_rows(forecasts[:, :1, :1], names[:1])
    assert isinstance(one, pl.Series)
    assert one.name == "sales"
    assert one.to_list() == list(forecasts[:, 0, 0])


def test_forecasts_of_rows_of_an_array_are_an_array():
    forecasts = np.arange(8.0).reshape(2, 2, 2)
    assert read_table(np.zeros(2)).shape_rows(forecasts, [0, 1]) is forecasts


def give_future(X, words, names=("sales",), horizon=2, times=True):
    """Give the rows after the last ones of each series, with 0, 1, ... as forecasts."""
    table = read_table(X, **words)
    n_series = 1 if table.keys is None else len(table.keys)
    labels = None
    if times:
        ends = [table.times[table.codes == code].max() for code in range(n_series)]
        labels = [end + (i + 1) * pd.Timedelta(days=1) for end in ends for i in range(horizon)]
        labels = pd.DatetimeIndex(labels, name=table.times.name)
    forecasts = np.arange(float(n_series * horizon * len(names)))
    forecasts = forecasts.reshape(n_series, horizon, len(names))
    pattern = pickle.loads(pickle.dumps(table.pattern))
    return shape_future(forecasts, table.keys, labels, list(names), pattern)


LABELS = np.repeat(["a", "b", "c"], 2)
ENDS = DATES[[7, 8, 4, 5, 7, 8]]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("names", [["sales"], ["sales", "price"]])
def test_what_follows_has_the_form_of_the_table(form, names):
    make, words = FORMS[form]
    X = make(make_table(5))
    future = give_future(X, words, names)
    values = np.arange(6.0 * len(names)).reshape(6, -1)
    if isinstance(X, pl.DataFrame):
        assert future.columns == ["store", "date", *names]
        dtypes = [X["store"].dtype, X["date"].dtype]
        dtypes[1] = future["date"].dtype if dtypes[1] == pl.String else dtypes[1]
        assert future.dtypes[:2] == dtypes
        assert future["store"].to_list() == list(LABELS)
        assert future["date"].cast(pl.Datetime("us")).to_list() == list(ENDS)
        np.testing.assert_array_equal(future.select(names).to_numpy(), values)
        return
    assert future.index.names == X.index.names
    is_series = isinstance(X.index, pd.MultiIndex) and len(names) == 1
    assert isinstance(future, pd.Series if is_series else pd.DataFrame)
    flat = future.reset_index() if None not in X.index.names else future
    np.testing.assert_array_equal(flat["store"], LABELS)
    np.testing.assert_array_equal(flat["date"], ENDS)
    np.testing.assert_array_equal(flat[names], values)
    if not is_series:
        columns = [name for name in ("store", "date") if name in X.columns]
        assert list(future.columns) == [*columns, *names]


def test_what_follows_a_table_goes_in_again():
    X = make_table(6)
    future = give_future(X, WORDS, ["sales", "price"])
    both = read_table(pd.concat([X, future]), **WORDS)
    assert np.bincount(both.codes).tolist() == [8, 6, 7]
    future = give_future(to_polars(X), WORDS, ["sales", "price"])
    assert read_table(pl.concat([to_polars(X), future]), **WORDS).times.equals(both.times)


def test_steps_are_numbered_without_times():
    X = make_table().drop(columns="date")
    future = give_future(X, {"series": "store"}, times=False)
    assert list(future.columns) == ["store", "step", "sales"]
    assert list(future["step"]) == [1, 2] * 3
    future = give_future(make_table().set_index(["date", "store"]), {}, times=False)
    assert future.index.names == ["step", "store"]
    X = make_table().set_index(["store", pd.Index(list("pqrstuvwxyzabcd"))])
    future = give_future(X[["sales"]], {"series": "store"}, times=False)
    assert future.index.names == ["store", "step"]
    future = give_future(to_polars(make_table()), WORDS, times=False)
    assert future.columns == ["store", "step", "sales"]


def test_levels_without_names_have_none():
    X = make_table(1).set_index(["date", "store"]).rename_axis([None, None])["sales"]
    assert give_future(X, {}).index.names == [None, None]


@pytest.mark.parametrize("make", [lambda table: table, to_polars])
def test_one_series_with_a_column_of_dates_goes_on_in_a_table(make):
    X = make(make_table().query("store == 'a'"))
    X = X.drop(columns="store") if isinstance(X, pd.DataFrame) else X.drop("store")
    future = give_future(X, {"time": "date"}, ["sales", "price"])
    assert list(future.columns) == ["date", "sales", "price"]
    assert future["date"].to_numpy().tolist() == ENDS[:2].to_numpy().tolist()


def test_one_series_without_words_goes_on_as_it_did():
    X = pd.Series(np.arange(12.0), DATES, name="sales")
    future = give_future(X, {})
    assert isinstance(future, pd.Series)
    assert list(future.index) == [pd.Timestamp("2020-01-13"), pd.Timestamp("2020-01-14")]
    assert give_future(X.rename_axis("day"), {"time": "day"}).index.name == "day"
    for given_values in (np.zeros(5), pl.Series("a", [1.0, 2])):
        np.testing.assert_array_equal(give_future(given_values, {}, times=False), [0, 1])


def test_times_of_polars_come_back_in_their_zone():
    X = to_polars(make_table()).with_columns(pl.col("date").dt.replace_time_zone("Asia/Seoul"))
    future = give_future(X, WORDS)
    assert future["date"].dtype == X["date"].dtype
    assert future["date"].dt.hour().to_list() == [0] * 6


def test_a_target_cannot_have_the_name_of_the_steps():
    X = TABLE[["store", "sales"]].rename(columns={"sales": "step"})
    with pytest.raises(ValueError, match=r"column 'step' that tells .*rename it"):
        give_future(X, {"series": "store"}, ["step"], times=False)
