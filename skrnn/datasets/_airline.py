"""The airline passengers series."""

from importlib.resources import files

import pandas as pd
from sklearn.utils import Bunch
from sklearn.utils._param_validation import validate_params

from .._typing import Dataset

_DESCRIPTION = """\
International airline passengers, monthly totals in thousands, January 1949 to
December 1960: 144 months with a rising trend and a yearly season whose swing
grows with the level. Series G of Box and Jenkins (1976).
"""


@validate_params({"return_X_y": ["boolean"]}, prefer_skip_nested_validation=True)
def load_airline(*, return_X_y: bool = False) -> Dataset:
    """Load the airline passengers series.

    Monthly totals of international airline passengers, in thousands, from
    January 1949 to December 1960.

    ==============   ==============================
    Months                                      144
    Season                                12 months
    Values            104 to 622, thousand travellers
    ==============   ==============================

    Parameters
    ----------
    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : pandas.Series of shape (144,)
            The series, as floats, on a monthly
            :class:`~pandas.DatetimeIndex` (``freq="MS"``).
        target : pandas.Series of shape (144,)
            What a forecaster forecasts, which is the series itself: a copy
            of ``data``.
        feature_names : list of str
            ``["passengers"]``.
        DESCR : str
            The description of the data set.

    (data, target) : tuple if ``return_X_y=True``
        The two series described above.

    Notes
    -----
    For orientation: with the first 108 months known, one-step forecasts of
    the last 36 have a mean absolute error of 42.33 when they repeat the last
    month, 35.92 when they repeat the same month of the year before, and 17.11
    when they come from a linear regression on the 12 months before.

    References
    ----------
    .. [1] G. E. P. Box and G. M. Jenkins, "Time Series Analysis: Forecasting
       and Control", revised edition, Holden-Day, 1976. Series G.

    Examples
    --------
    >>> from skrnn.datasets import load_airline
    >>> passengers, _ = load_airline(return_X_y=True)
    >>> passengers.head(3)
    month
    1949-01-01    112.0
    1949-02-01    118.0
    1949-03-01    132.0
    Freq: MS, Name: passengers, dtype: float64
    """
    with files("skrnn.datasets").joinpath("data", "airline.csv").open() as table:
        frame = pd.read_csv(table, index_col="month", parse_dates=["month"], dtype=float)
    series = frame["passengers"].asfreq("MS")
    target = series.copy()

    if return_X_y:
        return series, target
    return Bunch(data=series, target=target, feature_names=["passengers"], DESCR=_DESCRIPTION)
