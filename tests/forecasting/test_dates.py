"""Where rows lie in time: read from the index, with rows left out of it as missing ones."""

import warnings

import numpy as np
import pandas as pd
import pytest
from date_kinds import BERLIN, DATES, N_ROWS, make_index
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.model_selection import GridSearchCV, KFold

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.forecasting._timelines import learn_timelines

COMMON = ["days", "business days", "weeks", "month starts", "month ends", "hours"]


def make_series(dates, values=None):
    index = DATES[dates]
    index = pd.Index(list(index)) if isinstance(index, pd.DatetimeIndex) else index  # no freq
    values = np.random.default_rng(0).normal(size=N_ROWS).cumsum() if values is None else values
    return pd.Series(values, index, name="sales")


def make_holes(series, holes):
    """Give a series with NaN in some rows, and without these rows."""
    with_nan = series.copy()
    with_nan.iloc[list(holes)] = np.nan
    return with_nan, series.drop(series.index[list(holes)])


def run(forecaster, series, last_trained, given=None):
    """Fit on a part of a series, and give what is said of the other.

    ``given`` are the labels of the rows that count in the score.
    """
    train, later = series[series.index <= last_trained], series[series.index > last_trained]
    forecaster = clone(forecaster).fit(train)
    weight = None if given is None else later.index.isin(given).astype(float)
    score = forecaster.score(later, sample_weight=weight)
    predicted = [forecaster.predict(later), forecaster.predict(train)]
    return predicted, score, forecaster.update(later).forecast(3)


def check_left_out_is_missing(forecaster, series, holes):
    last_trained = series.index[39]
    with_nan, without = make_holes(series, holes)
    of_nan, score_of_nan, ahead_of_nan = run(forecaster, with_nan, last_trained, without.index)
    of_gaps, score, ahead = run(forecaster, without, last_trained)
    pd.testing.assert_series_equal(ahead, ahead_of_nan)
    assert score == pytest.approx(score_of_nan)
    for gaps, nan in zip(of_gaps, of_nan, strict=True):
        pd.testing.assert_frame_equal(gaps, nan.loc[gaps.index], check_freq=False)
    assert sum(map(len, of_gaps)) == len(without)


BASELINES = [
    NaiveForecaster("seasonal", season=7, horizon=2),
    WindowForecaster(window=3, horizon=2),
]


@pytest.mark.parametrize("forecaster", BASELINES)
@pytest.mark.parametrize("dates", DATES)
def test_rows_left_out_are_missing_rows(dates, forecaster):
    check_left_out_is_missing(forecaster, make_series(dates), [5, 17, 18, 33, 41, 52, 55, 56])


@pytest.mark.parametrize("forecaster", BASELINES)
@pytest.mark.parametrize("dates", COMMON)
@settings(max_examples=4, deadline=None)
@given(holes=st.sets(st.integers(1, N_ROWS - 2).filter(lambda row: row != 39), max_size=9))
def test_any_rows_left_out_are_missing_rows(dates, forecaster, holes):
    check_left_out_is_missing(forecaster, make_series(dates), sorted(holes))


@pytest.mark.core
def test_rows_left_out_of_what_a_network_reads_are_missing_rows():
    rnn = RNNForecaster(units=2, window=4, horizon=2, epochs=2, random_state=0)
    with_nan, without = make_holes(make_series("days"), [5, 17, 18, 41, 52])
    forecasters = []
    for series in (with_nan, without):
        forecasters.append(clone(rnn).fit(series[:"2020-04-10"]))
        forecasters[-1].partial_fit(series["2020-04-11":])
    nan, gaps = forecasters
    np.testing.assert_array_equal(gaps.forecast(), nan.forecast())
    np.testing.assert_array_equal(gaps.predict(without), nan.predict(without))


def test_rows_left_out_of_x_and_y_are_missing_rows():
    values = np.random.default_rng(1).normal(size=(2, N_ROWS))
    both = [make_holes(make_series("business days", row), [9, 50]) for row in values]
    (X, X_without), (y, y_without) = both
    of_nan = WindowForecaster(window=3, horizon=2).fit(X[:40], y[:40])
    of_gaps = WindowForecaster(window=3, horizon=2).fit(X_without[:39], y_without[:39])
    expected = of_nan.predict(X[40:]).drop(X.index[50])
    np.testing.assert_array_equal(of_gaps.predict(X_without[39:]), expected)
    weight = X[40:].notna().astype(float)
    score = of_nan.score(X[40:], y[40:], sample_weight=weight)
    assert of_gaps.score(X_without[39:], y_without[39:]) == pytest.approx(score)


def test_a_weekly_pattern_is_hit_with_dates_left_out():
    pattern = np.resize([1.0, 5, 2, 8, 3, 9, 4], N_ROWS)
    for dates in ("days", "hours", "numbers"):
        whole = make_series(dates, pattern)
        series = whole.drop(whole.index[[10, 47, 53]])
        seasonal = NaiveForecaster("seasonal", season=7).fit(series[:40])
        later = series[40:]
        after_a_hole = whole.index[54]  # a season later: the value before stands in
        forecasts = seasonal.predict(later).drop(after_a_hole)
        np.testing.assert_array_equal(forecasts, later.drop(after_a_hole))


def test_a_hole_as_long_as_a_test_fold_keeps_the_season():
    series = make_series("days", np.resize([1.0, 5, 2, 8, 3, 9, 4], N_ROWS))
    for train, _ in KFold(4).split(series):
        known = series.iloc[train]
        forecasts = NaiveForecaster("seasonal", season=7).fit(known).predict(known)
        has_season_before = known.index.shift(-7, "D").isin(known.index)
        np.testing.assert_array_equal(forecasts[has_season_before], known[has_season_before])


@pytest.mark.parametrize("dates", DATES)
def test_forecasts_carry_on_an_index_with_holes(dates):
    series = make_series(dates)
    _, holed = make_holes(series[:50], [5, 17, 18, 33])
    forecast = NaiveForecaster().fit(holed).forecast(10)
    assert list(forecast.index) == list(series.index[50:])
    assert forecast.index.dtype == series.index.dtype
    assert forecast.name == "sales"


def test_holidays_do_not_make_business_days_days():
    index = pd.bdate_range("2020-12-01", "2021-01-29").drop(["2020-12-25", "2021-01-01"])
    forecast = NaiveForecaster().fit(pd.Series(np.arange(len(index)), index)).forecast(3)
    assert list(forecast.index) == list(pd.to_datetime(["2021-02-01", "2021-02-02", "2021-02-03"]))


def test_days_without_a_weekend_between_them_are_days():
    week = pd.date_range("2020-03-02", "2020-03-06").drop("2020-03-04")
    forecast = NaiveForecaster().fit(pd.Series([1.0, 2, 3, 4], week)).forecast(2)
    assert list(forecast.index) == list(pd.to_datetime(["2020-03-07", "2020-03-08"]))


def test_a_series_of_days_that_lacks_one_weekend_stays_one_of_days():
    index = pd.date_range("2020-03-02", "2020-03-31").drop(["2020-03-14", "2020-03-15"])
    forecast = NaiveForecaster().fit(pd.Series(np.arange(28.0), index)).forecast(5)
    assert forecast.index[-1] == pd.Timestamp("2020-04-05")


def test_days_stay_at_their_time_where_the_clocks_are_changed():
    days = pd.date_range("2020-03-01", "2020-03-27", tz=BERLIN).delete(5)
    forecast = NaiveForecaster().fit(pd.Series(np.arange(26.0), days)).forecast(3)
    assert (forecast.index.hour == 0).all()
    assert list(forecast.index.day) == [28, 29, 30]
    hours = pd.date_range("2020-03-28", "2020-03-29 01:00", freq="h", tz=BERLIN).delete(5)
    forecast = NaiveForecaster().fit(pd.Series(np.arange(25.0), hours)).forecast(2)
    assert list(forecast.index.hour) == [3, 4]


def test_a_time_that_the_clocks_leave_out_is_put_off():
    days = pd.date_range("2020-03-20 02:30", "2020-03-28 02:30", tz=BERLIN)
    forecast = NaiveForecaster().fit(pd.Series(np.arange(9.0), days)).forecast(2)
    assert [f"{day:%d %H:%M}" for day in forecast.index] == ["29 03:00", "30 02:30"]


def test_rows_in_another_time_zone_are_found_at_their_time():
    series = make_series("hours in Berlin")
    seasonal = NaiveForecaster("seasonal", season=7).fit(series[:40])
    in_utc = seasonal.predict(series[40:].tz_convert("UTC"))
    np.testing.assert_array_equal(in_utc, seasonal.predict(series[40:]))
    seasonal.update(series[40:].tz_convert("UTC"))
    assert seasonal.forecast().index.tz is series.index.tz


@pytest.mark.parametrize("dates", ["days", "month starts", "hours"])
def test_text_and_objects_are_read_as_dates(dates):
    series = make_series(dates)
    _, holed = make_holes(series, [5, 17, 41])
    expected = run(BASELINES[0], holed, series.index[39])
    as_text = holed.set_axis(holed.index.astype(str))
    got = run(BASELINES[0], as_text, as_text.index[37])
    np.testing.assert_array_equal(got[0][0], expected[0][0])
    assert got[1] == expected[1]
    assert list(got[2].index) == list(expected[2].index)
    if dates != "hours":
        as_dates = holed.set_axis(pd.Index(list(holed.index.date), dtype=object))
        forecast = NaiveForecaster().fit(as_dates).forecast(3)
        assert list(forecast.index) == list(expected[2].index)


def test_text_that_does_not_speak_of_time_is_no_index():
    series = pd.Series(np.arange(9.0), [f"row {i}" for i in range(9, 0, -1)])
    naive = NaiveForecaster().fit(series)
    np.testing.assert_array_equal(naive.forecast(2), [8, 8])
    assert list(naive.predict(series).index) == list(series.index)


@pytest.mark.parametrize(
    "label",
    [
        *("01/02/2020", "1.2.2020", "2020/03", "03/2020", "2020", "202003", "20200301", "2020Q1"),
        *("2020-Q1", "Jan 2020", "1 May 2020", "01-Sep-20", "Mon, 2 March 2020"),
    ],
)
def test_text_that_may_be_dates_is_not_passed_over(label):
    with pytest.raises(ValueError, match=f"may be dates, '{label}'"):
        NaiveForecaster().fit(pd.Series([1.0, 2, 3], [label, "b", "c"]))


@pytest.mark.parametrize("label", ["market 1", "decision 2", "1.2.3.4", "row-1", "1001", "Q1", ""])
def test_other_text_is_no_date(label):
    series = pd.Series([1.0, 2, 3], [label, "b", "c"])
    assert type(NaiveForecaster().fit(series).forecast(2)) is np.ndarray


# Without a step.


def test_what_has_no_step_says_so_and_names_two_dates():
    index = make_index("D") + pd.to_timedelta(np.where(np.arange(N_ROWS) == 20, 5, 0), "h")
    series = pd.Series(np.arange(60.0), index)
    with pytest.warns(UserWarning, match=r"2020-03-22 05:00:00 follows 2020-03-21.*freq="):
        naive = NaiveForecaster("seasonal", season=7).fit(series[:50])
    np.testing.assert_array_equal(naive.predict(series[50:]), np.arange(43.0, 53))
    np.testing.assert_array_equal(naive.predict(series[48:])[2:], np.arange(43.0, 53))
    forecast = naive.update(series[50:]).forecast(2)
    assert list(forecast.index) == [1, 2]
    np.testing.assert_array_equal(forecast, [53, 54])


def test_numbers_without_a_step_say_so():
    with pytest.warns(UserWarning, match=r"35 follows 30, .* Drop the index"):
        NaiveForecaster().fit(pd.Series(np.arange(6.0), [0, 10, 20, 30, 35, 47]))


def test_numbers_of_rows_picked_out_of_another_table_are_no_time():
    shops = np.random.default_rng(0).integers(3, size=300)
    picked = pd.Series(np.arange(300.0), name="sales")[shops == 1]
    with pytest.warns(UserWarning, match=r"no one step .*Drop the index"):
        naive = NaiveForecaster("seasonal", season=7).fit(picked[:50])
    np.testing.assert_array_equal(naive.predict(picked[50:])[:7], picked[43:50])


def test_one_row_has_no_step_and_does_not_complain():
    series = make_series("days")
    naive = NaiveForecaster().fit(series[:20])
    assert naive.predict(series[20:21]).tolist() == [series.iloc[19]]


# freq


@pytest.mark.parametrize(
    ("freq", "dates", "expected"),
    [
        ("D", ["2020-01-01", "2020-01-02", "2020-01-07"], ["2020-01-08", "2020-01-09"]),
        ("MS", ["2020-01-01", "2020-04-01", "2020-05-01"], ["2020-06-01", "2020-07-01"]),
        ("SMS", ["2020-01-01", "2020-01-15", "2020-02-15"], ["2020-03-01", "2020-03-15"]),
        (pd.offsets.BusinessDay(), ["2020-01-02", "2020-01-03"], ["2020-01-06", "2020-01-07"]),
        (
            pd.offsets.CustomBusinessDay(weekmask="Sun Mon Tue Wed Thu"),
            ["2020-01-01", "2020-01-05", "2020-01-06"],
            ["2020-01-07", "2020-01-08"],
        ),
    ],
)
def test_freq_states_the_step(freq, dates, expected):
    series = pd.Series(np.arange(float(len(dates))), pd.to_datetime(dates))
    forecast = NaiveForecaster(freq=freq).fit(series).forecast(2)
    assert list(forecast.index) == list(pd.to_datetime(expected))


@pytest.mark.parametrize(
    ("freq", "index", "expected"),
    [
        ("h", pd.to_timedelta([0, 3, 4], "h"), pd.Timedelta(hours=5)),
        ("D", pd.to_timedelta([0, 3, 4], "D"), pd.Timedelta(days=5)),
        ("ME", pd.PeriodIndex(["2020-01", "2020-04", "2020-05"], freq="M"), pd.Period("2020-06")),
    ],
)
def test_freq_states_the_step_of_durations_and_periods(freq, index, expected):
    forecast = NaiveForecaster(freq=freq).fit(pd.Series([1.0, 2, 3], index)).forecast()
    assert forecast.index[0] == expected


@pytest.mark.parametrize("cls", [NaiveForecaster, WindowForecaster, RNNForecaster])
def test_freq_is_a_word_of_every_forecaster(cls):
    assert clone(cls(freq="B")).get_params()["freq"] == "B"
    assert "freq : " in cls.__doc__


def test_freq_is_searched_as_other_words_are():
    series = make_series("days")
    search = GridSearchCV(NaiveForecaster("seasonal", season=7), {"freq": [None, "D", "12h"]})
    scores = search.fit(series).cv_results_["mean_test_score"]
    assert scores[0] == scores[1] != scores[2]


def test_a_long_series_with_a_hole_is_read_in_little_time_and_no_copy_of_its_index():
    index = pd.date_range("2000-01-01", periods=200_000, freq="min")
    timelines, _ = learn_timelines(index.delete(777), np.zeros(199_999, int), 1, None, 12)
    assert timelines.step == pd.offsets.Minute(1)
    assert len(timelines._labels) == 1
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        naive = NaiveForecaster().fit(pd.Series(np.arange(199_999.0), index.delete(777)))
    assert naive.forecast().index[0] == index[-1] + pd.Timedelta(minutes=1)
