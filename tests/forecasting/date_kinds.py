"""Dates, and other times, of every kind."""

import pandas as pd

N_ROWS = 60
BERLIN = "Europe/Berlin"


def make_index(freq, start="2020-03-02", tz=None):
    return pd.date_range(start, periods=N_ROWS, freq=freq, tz=tz)


# Dates of every kind; the clocks are changed within those of Berlin.
DATES = {
    "days": make_index("D"),
    "days at half past nine": make_index("D", "2020-03-02 09:30"),
    "every other day": make_index("2D"),
    "business days": make_index("B"),
    "weeks": make_index("W-WED"),
    "fortnights": make_index("2W-MON"),
    "month starts": make_index("MS"),
    "month ends": make_index("ME"),
    "business month starts": make_index("BMS"),
    "business month ends": make_index("BME"),
    "the fifteenth": make_index(pd.DateOffset(months=1), "2020-03-15"),
    "quarters": make_index("QS-FEB"),
    "quarter ends": make_index("QE"),
    "business quarter ends": make_index("BQE"),
    "years": make_index("YS-APR"),
    "hours": make_index("h"),
    "business hours": make_index("bh", "2020-03-02 09:00"),
    "quarters of an hour": make_index("15min"),
    "days in Berlin": make_index("D", tz=BERLIN),
    "business days in Berlin": make_index("B", tz=BERLIN),
    "hours in Berlin": make_index("h", "2020-03-28", tz=BERLIN),
    "days of UTC in Berlin": make_index("D", tz="UTC").tz_convert(BERLIN),
    "periods of months": pd.period_range("2020-03", periods=N_ROWS, freq="M"),
    "periods of two months": pd.period_range("2020-03", periods=N_ROWS, freq="2M"),
    "durations": pd.timedelta_range("1D", periods=N_ROWS, freq="D"),
    "durations of 90 minutes": pd.timedelta_range("1h", periods=N_ROWS, freq="90min"),
    "numbers": pd.RangeIndex(N_ROWS),
    "years as numbers": pd.RangeIndex(1961, 1961 + N_ROWS),
    "every tenth number": pd.RangeIndex(7, 7 + 10 * N_ROWS, 10),
}
