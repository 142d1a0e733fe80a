"""Forecasters to compare with, of the same interface."""

from collections.abc import Hashable, Sequence
from dataclasses import KW_ONLY, dataclass
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from pandas.tseries.offsets import BaseOffset
from sklearn import config_context, get_config
from sklearn.base import _fit_context, clone
from sklearn.linear_model import LinearRegression
from sklearn.utils import get_tags
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.metadata_routing import get_routing_for_object
from sklearn.utils.validation import has_fit_parameter

from .._chunks import Chunks
from .._compat import with_callbacks
from .._errors import describe, explain_errors
from .._numbers import COUNT
from .._typing import Labels, Regressor, Seasons, Transformer, keep_type
from ._ahead import join_all
from ._base import BaseForecaster
from ._choice import count_held_out
from ._levels import find_last
from ._pairs import SeriesPairs
from ._trials import Trial, go_back
from ._words import FORECASTER_CONSTRAINTS


@dataclass(eq=False, repr=False)
class NaiveForecaster(BaseForecaster):
    """Forecasts that repeat the last value, or the value of the last season.

    Parameters
    ----------
    strategy : {"last", "seasonal"}, default="last"
        What to repeat: the value before, or the value ``season`` rows before.
    season : int, default=12
        Rows in a season; 12 for months.
    horizon : int, default=1
        Rows to forecast from each window.
    seasonality : "auto", int, array-like of int or None, default=None
        As in :class:`RNNForecaster`. With "auto", the last value is the forecast that Makridakis
        and Hibon (2000) call Naive2.
    target : str, int, list of these or None, default=None
        The columns of X to forecast; None forecasts all.
    known, static : label, list of labels or None, default=None
        Columns of X that are left aside, so that other forecasters may read them.
    series, time, freq : default=None
        As in :class:`RNNForecaster`.

    Attributes
    ----------
    n_features_in_ : int
        Columns of the series.
    feature_names_in_ : ndarray of str
        Column names, if the series was a dataframe.

    See Also
    --------
    WindowForecaster : Any scikit-learn regressor on windows.
    RNNForecaster : A recurrent network.

    References
    ----------
    Hyndman and Athanasopoulos (2021), Forecasting: principles and practice, section 5.2.

    Examples
    --------
    >>> from sklearn.metrics import mean_absolute_error
    >>> from skrnn import NaiveForecaster
    >>> from skrnn.datasets import load_airline
    >>> series = load_airline().data
    >>> naive = NaiveForecaster(strategy="seasonal").fit(series[:108])
    >>> round(mean_absolute_error(series[108:], naive.predict(series[108:])), 2)
    35.92
    """

    strategy: Literal["last", "seasonal"] = "last"
    _: KW_ONLY
    season: int = 12
    horizon: int = 1
    seasonality: Seasons = None
    target: Labels | None = None
    known: Labels | None = None
    static: Labels | None = None
    series: Hashable = None
    time: Hashable = None
    freq: str | BaseOffset | None = None

    _parameter_constraints = {
        "strategy": [StrOptions({"last", "seasonal"})],
        "season": [COUNT],
        **{
            word: FORECASTER_CONSTRAINTS[word]
            for word in (
                "horizon",
                "seasonality",
                "target",
                "known",
                "static",
                "series",
                "time",
                "freq",
            )
        },
    }

    difference = scaling = calendar = lags = None  # words of the other forecasters

    @keep_type(with_callbacks)
    @keep_type(_fit_context(prefer_skip_nested_validation=False))
    def fit(  # type: ignore[override]  # no weight changes what is repeated
        self, X: ArrayLike | Chunks, y: ArrayLike | None = None
    ) -> Self:
        """Keep the last rows of a series, or of a panel of series.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features), a table of many series, or Chunks
            The series, as in :class:`RNNForecaster`.
        y : array-like of shape (n,) or (n, targets), default=None
            What to forecast, which must be among the columns of X; None takes ``target``.

        Returns
        -------
        self : NaiveForecaster
            The forecaster.

        Raises
        ------
        ValueError
            If the dates of X are not in order, repeat or miss ``freq``, or a target has no known
            value. The forecaster is then as it was before.
        """
        return self._fit(X, y)

    @property
    def window(self) -> int:
        """Rows that a forecast is made from."""
        return self.season if self.strategy == "seasonal" else 1

    def _make_pairs(self, rows, levels=None, since=None):
        """Make no pairs: one known value of each target is all that is needed."""
        known = rows.add(~np.isnan(rows.values))[:, self._columns.targets] > 0
        if not known.all():
            series, target = np.argwhere(~known)[0]
            name, where = self._columns.target_names[target], self._reader.known.name(series)
            raise ValueError(f"X has no known value in column {name!r}{where}: all are NaN.")

    def _fit_pairs(self, pairs, given, reporter, others=None):
        """Nothing is learned but how wrong it is."""
        n_unseen = count_held_out(given.lengths, self._horizon)
        earlier, rows = go_back(self, given, n_unseen)
        return [] if rows is None else [Trial(earlier, given, n_unseen, n_unseen)]

    def _run_windows(self, windows):
        windows = np.where(np.isnan(windows), find_last(windows), windows)
        rows = np.arange(self._horizon) % self.window_
        return windows[:, rows][..., self._columns.outputs]

    def _get_period(self):
        return self.window_

    def _run(self, history):
        return super()._run(history.carry_on())

    def _check_apart(self):
        raise ValueError("y must be among the columns of X: a naive forecast repeats them.")


@dataclass(eq=False, repr=False)
class WindowForecaster(BaseForecaster):
    """Any scikit-learn regressor as a forecaster, on windows of the series.

    Parameters
    ----------
    regressor : estimator, default=None
        Learns the values after a window from the values in it. One that forecasts several
        steps or targets at a time must support several outputs. None is
        :class:`~sklearn.linear_model.LinearRegression`.
    window : int, default=12
        Rows in a window: the last ones before a forecast.
    lags : int, array-like of int or None, default=None
        As in :class:`RNNForecaster`.
    horizon : int, default=1
        Rows to forecast from each window.
    strategy : {"direct", "recursive"}, default="direct"
        Forecast the whole horizon at once, or one row at a time from forecasts fed back.
    scaling : {"window", "standard", "global"}, transformer or None, default=None
        As in :class:`RNNForecaster`.
    difference : int or None, default=None
        As in :class:`RNNForecaster`.
    seasonality : "auto", int, array-like of int or None, default=None
        As in :class:`RNNForecaster`.
    calibrate : bool, default=False
        Train a second time, without the last rows, whose forecasts tell how wide intervals are:
        see :meth:`predict_interval`.
    target : str, int, list of these or None, default=None
        The columns of X to forecast; None forecasts all.
    known, static, calendar : default=None
        As in :class:`RNNForecaster`. The regressor reads the window, what is known of its rows,
        the static columns, and what is known of all rows ahead.
    series, time, freq : default=None
        As in :class:`RNNForecaster`.

    Attributes
    ----------
    regressor_ : estimator
        The fitted regressor, of windows laid out as rows: (n, window * features).
    n_features_in_ : int
        Columns of the series.
    feature_names_in_ : ndarray of str
        Column names, if the series was a dataframe.

    See Also
    --------
    NaiveForecaster : The last or seasonal value.
    RNNForecaster : A recurrent network on the same windows.

    Notes
    -----
    Where the regressor takes no NaN, gaps, and rows before the first of a series, are filled as in
    :class:`RNNForecaster`.

    A regressor takes one ``sample_weight`` a window: the least of those of the rows after it that
    are forecast at once. Windows of weight 0 are left out. A pipeline takes weights where metadata
    routing is enabled and one of its steps requests them.

    Of a panel in :class:`Chunks`, the regressor learns of series of up to 524,288 rows, drawn by
    a hash of their labels, and forecasts all of them.

    Examples
    --------
    >>> from sklearn.linear_model import LinearRegression
    >>> from sklearn.metrics import mean_absolute_error
    >>> from skrnn import WindowForecaster
    >>> from skrnn.datasets import load_airline
    >>> series = load_airline().data
    >>> linear = WindowForecaster(LinearRegression()).fit(series[:108])
    >>> round(mean_absolute_error(series[108:], linear.predict(series[108:])), 2)
    17.11
    """

    regressor: Regressor | None = None
    _: KW_ONLY
    window: int = 12
    lags: int | ArrayLike | None = None
    horizon: int = 1
    strategy: Literal["direct", "recursive"] = "direct"
    scaling: Literal["window", "standard", "global"] | Transformer | None = None
    difference: int | None = None
    seasonality: Seasons = None
    calibrate: bool = False
    target: Labels | None = None
    known: Labels | None = None
    static: Labels | None = None
    calendar: str | Sequence[str] | None = None
    series: Hashable = None
    time: Hashable = None
    freq: str | BaseOffset | None = None

    _parameter_constraints = {
        "regressor": [HasMethods(["fit", "predict"]), None],
        **FORECASTER_CONSTRAINTS,
        "calibrate": ["boolean"],
    }

    _joins_steps = True

    @property
    def _is_recursive(self):
        return self.strategy == "recursive"

    @property
    def _fills_gaps(self):
        """Whether missing values are estimated: if the regressor takes none."""
        return not get_tags(self._make_regressor()).input_tags.allow_nan

    _fills_start = _fills_gaps

    def _fit_pairs(self, pairs, given, reporter, others=None):
        with reporter.stage("training"):
            trials = self._hold_out(given) if self.calibrate else None
            self._fit_regressor(pairs)
        return trials

    def _hold_out(self, given):
        """Train a copy on all rows but the last, whose forecasts tell how wrong they are."""
        n_unseen = count_held_out(given.lengths, self._horizon)
        earlier, rows = go_back(self, given, n_unseen)
        if rows is None:
            return []
        pairs = SeriesPairs(rows, earlier._scaler, self._n_steps)
        if not len(pairs):
            return []
        earlier._fit_regressor(pairs)
        return [Trial(earlier, given, n_unseen, n_unseen)]

    @config_context(transform_output="default")  # of steps of a pipeline
    def _fit_regressor(self, pairs):
        regressor = self._make_regressor()
        positions = pairs.list_sized()
        weigh = {}
        if pairs.weights is not None:
            weights = pairs.weights[positions].min(axis=(1, 2))
            positions, weigh = positions[weights > 0], {"sample_weight": weights[weights > 0]}
            _check_weighable(regressor, len(positions))
        contexts, windows, later = pairs.read(positions)
        windows = join_all(windows, contexts, self._scaler.offsets, self._n_steps)
        y = later.reshape(len(later), -1)
        with explain_errors(f"regressor must learn {y.shape[1]} values a window", regressor):
            self.regressor_: Regressor = regressor.fit(
                windows, y[:, 0] if y.shape[1] == 1 else y, **weigh
            )

    def _make_regressor(self):
        with explain_errors("regressor must be a scikit-learn regressor", self.regressor):
            regressor = LinearRegression() if self.regressor is None else clone(self.regressor)
            if (kind := get_tags(regressor).estimator_type) not in ("regressor", None):
                raise TypeError(f"It is a {kind}.")
        return regressor

    def _join(self, windows, contexts):
        return join_all(windows, contexts, self._scaler.offsets, self._n_steps)

    @config_context(transform_output="default")
    def _run_windows(self, windows):
        return self.regressor_.predict(windows.reshape(len(windows), -1))


def _check_weighable(regressor, n_windows):
    """Raise unless a regressor takes weights, of one window or more."""
    takes_weights = has_fit_parameter(regressor, "sample_weight")
    if not takes_weights and get_config()["enable_metadata_routing"]:
        routing = get_routing_for_object(regressor)
        takes_weights = bool(routing.consumes("fit", ["sample_weight"]))
    if not takes_weights:
        raise ValueError(
            "sample_weight is given, but the fit of the regressor takes none; got "
            f"{describe(regressor)}."
        )
    if not n_windows:
        raise ValueError(
            "sample_weight is 0 for some row after every window: nothing to train on."
        )
