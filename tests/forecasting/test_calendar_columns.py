"""What dates say of themselves, against pandas and the package holidays."""

import sys

import holidays
import numpy as np
import pandas as pd
import pytest
from date_kinds import BERLIN, DATES
from pandas.tseries.frequencies import to_offset

from skrnn import WindowForecaster
from skrnn.forecasting._calendar_columns import LIMITS, choose_calendar, make_calendar
from skrnn.forecasting._steps import find_step

WITH_DATES = {
    kind: labels
    for kind, labels in DATES.items()
    if isinstance(labels, pd.DatetimeIndex | pd.PeriodIndex)
}


def make_table(times, calendar):
    step = find_step(times)
    values, columns, _ = make_calendar(times, choose_calendar(calendar, step), step)
    return pd.DataFrame(values, times, columns)


def read_angle(table, name, k=1):
    """Give the part of a cycle, in [0, 1), that a sine and a cosine stand for."""
    angle = np.arctan2(table[f"{name}_sin_{k}"], table[f"{name}_cos_{k}"]) / (2 * np.pi)
    return (angle.to_numpy() + 1e-9) % 1 - 1e-9


HOURS = pd.date_range("2023-11-25 00:30", periods=3000, freq="h", tz=BERLIN)
DAYS = pd.date_range("2019-12-20", periods=1500)
WEEKS = pd.date_range("2015-01-04", periods=400, freq="W-SUN")
MONTHS = pd.date_range("2019-12", periods=40, freq="MS")


@pytest.mark.parametrize(
    ("times", "name", "expected"),
    [
        (HOURS, "hour", (HOURS.hour + HOURS.minute / 60) / 24),
        (HOURS, "weekday", HOURS.day_of_week / 7),
        (DAYS, "weekday", DAYS.day_of_week / 7),
        (DAYS, "day", (DAYS.day - 1) / DAYS.days_in_month),
        (DAYS, "yearday", (DAYS.day_of_year - 1) / np.where(DAYS.is_leap_year, 366, 365)),
        (WEEKS, "week", (WEEKS.isocalendar().week.astype(float) - 1) / (365.2425 / 7)),
        (MONTHS, "month", (MONTHS.month - 1) / 12),
        (MONTHS.to_period(), "month", (MONTHS.month - 1) / 12),
        (MONTHS, "quarter", (MONTHS.quarter - 1) / 4),
    ],
)
def test_waves_turn_with_what_pandas_reads_from_the_dates(times, name, expected):
    table = make_table(times, name)
    np.testing.assert_allclose(read_angle(table, name), expected, atol=1e-9)
    if name != "quarter":  # of which the second sine is 0 throughout
        np.testing.assert_allclose(read_angle(table, name, 2), expected * 2 % 1, atol=1e-9)


def test_hours_are_those_of_the_clocks_there():
    in_utc = make_table(HOURS.tz_convert("UTC"), "hour")
    assert abs(in_utc.to_numpy() - make_table(HOURS, "hour").to_numpy()).max() > 0.2
    pd.testing.assert_frame_equal(
        make_table(HOURS, "hour").reset_index(drop=True),
        make_table(HOURS.tz_localize(None), "hour").reset_index(drop=True),
        check_index_type=False,
    )


@pytest.mark.parametrize("name", ["month_end", "quarter_end", "year_end"])
def test_ends_are_those_of_pandas(name):
    is_end = make_table(DAYS, name)[name]
    np.testing.assert_array_equal(is_end, getattr(DAYS, f"is_{name}"))
    np.testing.assert_array_equal(make_table(DAYS.to_period("D"), name)[name], is_end)
    hours = pd.date_range("2019-12-20", periods=24 * 30, freq="h")
    np.testing.assert_array_equal(make_table(hours, name)[name], getattr(hours, f"is_{name}"))


@pytest.mark.parametrize(("freq", "expected"), [("B", "BME"), ("W-WED", "ME"), ("2D", "ME")])
def test_the_last_label_of_a_month_is_its_end(freq, expected):
    times = pd.date_range("2020-01-01", periods=150, freq=freq)
    is_end = make_table(times, "month_end")["month_end"].to_numpy(bool)
    months = pd.Series(times, times).resample(expected).last()
    assert set(times[is_end]) == set(months[:-1]) | (set(times[is_end]) & set(months[-1:]))


@pytest.mark.parametrize("kind", ["quarter ends", "quarters", "month starts", "month ends"])
def test_ends_of_years_come_once_a_year(kind):
    times = DATES[kind]
    is_end = make_table(times, "year_end")["year_end"].to_numpy(bool)
    assert (times[is_end].month >= 11).all()
    assert is_end.sum() == len(np.unique(times.year[times.month >= 11]))


def count_days(country, start, stop):
    """Count the holidays from a day up to one that is not among them."""
    years = range(start.year, stop.year + 1)
    known = holidays.country_holidays(country, years=years)
    return sum(day.date() in known for day in pd.date_range(start, stop)[:-1])


@pytest.mark.parametrize("times", [DAYS, DAYS[DAYS.day_of_week < 5], HOURS, DAYS.to_period("D")])
def test_a_holiday_is_a_flag_on_its_day(times):
    known = holidays.country_holidays("DE", "BY", years=range(2019, 2026))
    days = times.to_timestamp() if isinstance(times, pd.PeriodIndex) else times
    expected = [day in known for day in days.date]
    flags = make_table(times, "DE-BY")["holidays_DE-BY"]
    np.testing.assert_array_equal(flags, expected)
    assert 0 < flags.sum() < len(flags) / 10


@pytest.mark.parametrize(
    ("times", "before", "after"),
    [
        (pd.date_range("2020-01-06", periods=120, freq="W-MON"), 0, 7),
        (pd.date_range("2020-01-06", periods=120, freq="7D"), 0, 7),
        (pd.date_range("2020-01-05", periods=120, freq="W-SUN"), 6, 1),
        (pd.date_range("2020-01-06", periods=120, freq="2D"), 0, 2),
    ],
)
def test_holidays_of_days_to_weeks_are_counted(times, before, after):
    counts = make_table(times, "US").squeeze()
    for label, count in counts.items():
        start, stop = label - pd.Timedelta(days=before), label + pd.Timedelta(days=after)
        assert count == count_days("US", start, stop), label
    assert counts.max() >= 1


@pytest.mark.parametrize("freq", ["MS", "ME", "QS", "QE"])
def test_holidays_of_months_and_quarters_are_counted(freq):
    times = pd.date_range("2020-01-01", periods=9, freq=freq)
    counts = make_table(times, "DE").squeeze()
    expected = pd.Series(
        1, pd.DatetimeIndex(sorted(holidays.country_holidays("DE", years=range(2020, 2024))))
    )
    expected = expected.resample(freq).sum().reindex(times, fill_value=0)
    np.testing.assert_array_equal(counts, expected)
    np.testing.assert_array_equal(make_table(times.to_period(), "DE").squeeze(), expected)


@pytest.mark.parametrize(
    ("freq", "names"),
    [
        ("15min", ("hour", "weekday", "yearday")),
        ("bh", ("hour", "weekday", "yearday")),
        ("D", ("weekday", "yearday", "month_end", "quarter_end")),
        ("B", ("weekday", "yearday", "month_end", "quarter_end")),
        ("W-WED", ("week",)),
        ("MS", ("month", "quarter_end")),
        ("2ME", ("month", "quarter_end")),
        ("QS-FEB", ("quarter",)),
        ("6MS", ("quarter",)),
        ("YE", ()),
    ],
)
def test_auto_takes_what_goes_with_the_step(freq, names):
    assert choose_calendar("auto", to_offset(freq)) == names


@pytest.mark.parametrize(
    ("freq", "n_rows", "names"),
    [
        ("h", 23, ()),
        ("h", 24 * 6, ("hour",)),
        ("h", 24 * 300, ("hour", "weekday")),
        ("D", 100, ("weekday", "month_end", "quarter_end")),
        ("D", 359, ("weekday", "month_end", "quarter_end")),
        ("D", 365, ("weekday", "yearday", "month_end", "quarter_end")),
        ("W-SUN", 40, ()),
        ("MS", 11, ("quarter_end",)),
        ("MS", 12, ("month", "quarter_end")),
    ],
)
def test_auto_takes_what_comes_round_within_the_rows(freq, n_rows, names):
    times = pd.date_range("2021-01-01", periods=n_rows, freq=freq)
    assert choose_calendar("auto", to_offset(freq), times) == names
    periods = times.to_period()
    assert choose_calendar("auto", periods.freq, periods[::-1]) == names
    assert choose_calendar(["month"], to_offset(freq), times) == ("month",)


def test_a_list_holds_each_name_once():
    chosen = choose_calendar(["weekday", "DE", "auto", "DE"], to_offset("D"))
    assert chosen == ("weekday", "DE", "yearday", "month_end", "quarter_end")
    assert choose_calendar(None, None) == choose_calendar([], to_offset("D")) == ()


@pytest.mark.parametrize("kind", WITH_DATES)
def test_no_column_can_be_told_from_the_others(kind):
    """Of many years, all columns and a constant are linearly independent, if they vary at all."""
    step = find_step(WITH_DATES[kind])
    for name in choose_calendar("auto", step):
        if isinstance(WITH_DATES[kind], pd.PeriodIndex):
            times = pd.period_range("2020-01", periods=900, freq=step)
        else:
            times = pd.date_range(WITH_DATES[kind][0], periods=900, freq=step)
        values, _, is_plain = make_calendar(times, [name], step)
        assert is_plain.all() == name.endswith("end")
        with_ones = np.column_stack([values, np.ones(len(values))])
        assert np.linalg.matrix_rank(with_ones) == with_ones.shape[1], name


@pytest.mark.parametrize(
    ("freq", "start", "n_columns"),
    [
        ("12h", "2020-01-01 06:00", 1),
        ("8h", "2020-01-01", 2),
        ("6h", "2020-01-01", 3),
        ("5h", "2020-01-01", 4),
    ],
)
def test_a_day_of_few_steps_has_few_waves(freq, start, n_columns):
    times = pd.date_range(start, periods=50, freq=freq)
    values = make_table(times, "hour").to_numpy()
    assert values.shape == (50, n_columns)
    assert np.linalg.matrix_rank(np.column_stack([values, np.ones(50)])) == n_columns + 1


def test_rows_may_come_in_any_order_and_repeat():
    times = DAYS.take(np.random.default_rng(0).integers(0, len(DAYS), 5000))
    names, step = ("weekday", "month_end", "US"), to_offset("D")
    values, columns, is_plain = make_calendar(times, names, step)
    assert values.shape == (5000, len(columns))
    assert values.dtype == np.float64
    assert is_plain.tolist() == [False] * 6 + [True] * 2
    for row in range(0, 5000, 500):
        np.testing.assert_array_equal(values[row], make_calendar(times[[row]], names, step)[0][0])
    assert make_calendar(times[:0], names, step)[0].shape == (0, 8)


@pytest.mark.parametrize(
    ("freq", "refused"),
    [
        ("30min", set()),
        ("D", {"hour"}),
        ("W-SUN", {"hour", "weekday"}),
        ("MS", set(LIMITS) - {"month", "quarter", "quarter_end", "year_end"}),
        ("QE-DEC", set(LIMITS) - {"quarter", "year_end"}),
        ("YE-DEC", set(LIMITS)),
    ],
)
def test_names_that_say_nothing_of_the_step_are_refused(freq, refused):
    step = to_offset(freq)
    for name in refused:
        with pytest.raises(ValueError, match=rf"calendar='{name}'.* says nothing .*'{freq}'"):
            choose_calendar(name, step)
    for name in set(LIMITS) - refused:
        assert choose_calendar(name, step) == (name,)


@pytest.mark.parametrize("step", [None, 1, pd.Timedelta("1D")])
def test_only_dates_have_a_calendar(step):
    with pytest.raises(ValueError, match=r"calendar='auto' reads dates"):
        choose_calendar("auto", step)


@pytest.mark.parametrize("calendar", ["hours", "HOUR", "de", 7, ["weekday", None], ""])
def test_unknown_names_are_refused(calendar):
    with pytest.raises(ValueError, match=r"calendar=.* must be None, 'auto', one of 'hour'"):
        choose_calendar(calendar, to_offset("D"))


@pytest.mark.parametrize("country", ["ZZ", "DE-XX"])
def test_unknown_countries_are_refused(country):
    with pytest.raises(ValueError, match=rf"holidays of '{country}'.*does not know"):
        choose_calendar(["auto", country], to_offset("D"))


def test_a_country_without_the_package_holidays_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "holidays", None)
    assert choose_calendar("auto", to_offset("D"))
    with pytest.raises(ImportError, match=r"pip install skrnn\[holidays\]"):
        choose_calendar("DE", to_offset("D"))


def test_a_year_that_was_not_seen_is_not_carried_on():
    """Of half a year, the day of the year is a trend, which forecasts had run away with."""
    times = pd.date_range("2021-01-01", periods=200)
    sales = 100 + 30 * np.sin(2 * np.pi * times.day_of_week / 7) + (times.day_of_week == 6)
    sales = pd.Series(sales + np.random.default_rng(0).normal(size=200).cumsum(), times)
    seen = WindowForecaster(horizon=28, calendar="auto").fit(sales[:172])
    named = WindowForecaster(horizon=28, calendar=["weekday", "month_end", "quarter_end"])
    np.testing.assert_array_equal(seen.forecast(), named.fit(sales[:172]).forecast())
