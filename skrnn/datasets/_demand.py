"""Generated sales of many stores, of which the best possible forecast is known."""

from numbers import Integral, Real

import numpy as np
import pandas as pd
from pandas.tseries.holiday import USFederalHolidayCalendar
from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, validate_params

from .._typing import Dataset, Seed, keep_type
from ._random_state import make_random_state

_DESCRIPTION = """\
Daily sales of stores, as counts: a level of each store, days of the week and of
the year, US federal holidays, promotions, a price, and noise around all of them.
Promotions, prices and holidays are known ahead; the region and the size of a
store say what a promotion does there.
"""
_START = "2022-01-01"
_GROWTH = 0.04  # a year
_WEEKDAYS = np.array([0.0, -0.05, 0.0, 0.05, 0.2, 0.3, 0.1])
_HOLIDAY = -0.7
_ELASTICITY = -1.5
_TYPICAL_SIZE = 500  # square metres
# What is added on weekends, over the year with its peak on a day of it, and by a promotion.
_REGIONS = pd.DataFrame(
    {
        "city": [-0.25, 0.10, 350, 0.25],
        "coast": [0.30, 0.30, 200, 0.40],
        "north": [0.10, 0.15, 20, 0.55],
        "south": [0.00, 0.15, 180, 0.35],
    },
    index=["weekend", "season", "peak", "lift"],
).T


@keep_type(
    validate_params(
        {
            "n_stores": [Interval(Integral, 1, None, closed="left")],
            "n_days": [Interval(Integral, 1, 80_000, closed="both")],
            "noise": [Interval(Real, 0, 10, closed="both")],
            "random_state": ["random_state"],
            "return_X_y": ["boolean"],
        },
        prefer_skip_nested_validation=True,
    )
)
def make_demand(
    n_stores: int = 20,
    n_days: int = 730,
    *,
    noise: float = 0.1,
    random_state: Seed = 42,
    return_X_y: bool = False,
) -> Dataset:
    """Generate daily sales of stores with promotions, prices and holidays.

    The sales of a day are a count whose expectation is the exponential of a sum:

    .. code-block:: text

        level of the store + 0.04 years + weekday + weekend of the region
        + yearly season of the region - 0.7 holiday - 1.5 log(price / first price)
        + lift of the store * promotion

    The lift of a store depends on its region and its size alone, so that they say of a
    new store what promotions will do there. Promotions come at irregular times that the
    past does not tell, and cut the price by 0, 10 or 20 per cent.

    Parameters
    ----------
    n_stores : int, default=20
        Number of stores.

    n_days : int, default=730
        Number of days from the first of January 2022 on, at most 80,000.

    noise : float, default=0.1
        Deviation of the rate at which goods are sold, relative to its expectation, up to
        10. Counts vary by themselves too: see Notes.

    random_state : int, RandomState instance or None, default=42
        Determines the random numbers. Pass an int for the same stores at every call,
        None for others each time.

    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : DataFrame of shape (n_stores * n_days, 8)
            A row for each store and day, store by store: ``store`` (str), ``date``,
            ``sales`` (float), ``promotion`` (bool), ``price``, ``holiday`` (bool),
            ``region`` (str) and ``size`` (square metres).
        target : Series of shape (n_stores * n_days,)
            A copy of the column ``sales``.
        expected : Series of shape (n_stores * n_days,)
            The expectation of each row: the forecast with the least squared error that
            there is.
        noise_floor : float
            The root mean squared error that ``expected`` has over all rows on average
            over the noise. On some rows alone, take
            ``root_mean_squared_error(target[rows], expected[rows])``.
        stores : DataFrame of shape (n_stores, 4)
            The ``region``, ``size``, ``level`` and ``lift`` of each store; the last two
            are logarithms.
        known : list of str
            The columns whose values are known ahead: promotion, price and holiday.
        static : list of str
            The columns that are constant in a store: region and size.
        DESCR : str
            The description of the data set.

    (data, target) : tuple if ``return_X_y=True``
        The table and the series described above.

    Notes
    -----
    Sales are Poisson counts at a rate that is drawn from a gamma distribution, which makes
    them negative binomial: around the expectation m of a row, their variance is
    m + (noise m)².

    Examples
    --------
    >>> from skrnn.datasets import make_demand
    >>> demand = make_demand(n_stores=3, n_days=365)
    >>> demand.data.shape
    (1095, 8)
    >>> demand.known, demand.static
    (['promotion', 'price', 'holiday'], ['region', 'size'])
    """
    rng = make_random_state(random_state)
    dates = pd.date_range(_START, periods=n_days, unit="us")
    stores = _draw_stores(n_stores, rng)
    table = stores[["region", "size"]].loc[stores.index.repeat(n_days)].reset_index()
    table.insert(1, "date", np.tile(dates, n_stores))
    promotions, prices = zip(*(_draw_prices(n_days, rng) for _ in stores.index), strict=True)
    holidays = USFederalHolidayCalendar().holidays(dates[0], dates[-1])
    table.insert(2, "promotion", np.concatenate(promotions))
    table.insert(3, "price", np.concatenate(prices))
    table.insert(4, "holiday", table["date"].isin(holidays))

    expected = _expect_sales(table, stores, n_days)
    table.insert(2, "sales", _draw_counts(expected, noise, rng))
    target = table["sales"].copy()
    if return_X_y:
        return table, target
    return Bunch(
        data=table,
        target=target,
        expected=expected,
        noise_floor=float(np.sqrt(np.mean(expected + (noise * expected) ** 2))),
        stores=stores,
        known=["promotion", "price", "holiday"],
        static=["region", "size"],
        DESCR=_DESCRIPTION,
    )


def _draw_stores(n_stores, rng):
    names = [f"store {number:0{len(str(n_stores))}d}" for number in range(1, n_stores + 1)]
    region = rng.choice(_REGIONS.index.to_numpy(), n_stores)
    size = np.exp(rng.uniform(np.log(150), np.log(2000), n_stores)).round(-1)
    relative = np.log(size / _TYPICAL_SIZE)
    level = np.log(100) + 0.8 * relative + 0.2 * rng.standard_normal(n_stores)
    lift = _REGIONS["lift"].loc[region].to_numpy() - 0.15 * relative
    columns = {"region": region, "size": size, "level": level, "lift": lift}
    return pd.DataFrame(columns, index=pd.Index(names, name="store"))


def _draw_prices(n_days, rng):
    """Draw when a store has promotions, and its price on each day."""
    price = np.empty(n_days)
    current, day = rng.uniform(5, 10), 0
    while day < n_days:
        length = rng.randint(60, 120)
        price[day : day + length] = current
        current, day = current * np.exp(0.01 + 0.05 * rng.standard_normal()), day + length
    is_promoted = np.zeros(n_days, dtype=bool)
    day = rng.randint(1, 30)
    while day < n_days:
        length = rng.randint(3, 10)
        is_promoted[day : day + length] = True
        price[day : day + length] *= rng.choice([1, 0.9, 0.8])
        day += length + rng.randint(10, 40)
    return is_promoted, price.round(2)


def _expect_sales(table, stores, n_days):
    """Give the expected sales of each row."""
    days, weekday = table["date"].dt.day_of_year, table["date"].dt.day_of_week
    region = _REGIONS.loc[table["region"]].set_index(table.index)
    years = np.tile(np.arange(n_days) / 365.25, len(stores))
    first_price = table["price"].to_numpy()[::n_days]
    logarithm = np.repeat(stores["level"].to_numpy(), n_days) + _GROWTH * years
    logarithm += _WEEKDAYS[weekday] + region["weekend"] * (weekday >= 5)
    logarithm += region["season"] * np.cos(2 * np.pi * (days - region["peak"]) / 365.25)
    logarithm += _HOLIDAY * table["holiday"]
    logarithm += _ELASTICITY * np.log(table["price"] / np.repeat(first_price, n_days))
    logarithm += np.repeat(stores["lift"].to_numpy(), n_days) * table["promotion"]
    return np.exp(logarithm).rename("expected")


def _draw_counts(expected, noise, rng):
    rate = expected.to_numpy()
    if noise > 0:
        rate = rate * rng.gamma(noise**-2, noise**2, len(rate))
    return rng.poisson(rate).astype(np.float64)
