"""Forecasting of series with a recurrent network."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Self

from numpy.typing import ArrayLike
from pandas.tseries.offsets import BaseOffset
from sklearn.base import _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted

from .._docstrings import share_parameters
from .._numbers import COUNT, WEIGHT
from .._state import read_once, replace_state
from .._typing import Labels, Seasons, Table, Transformer, Widths, keep_type
from ..sequence._base_rnn import NetworkWords
from ..sequence._regressor import RNNRegressor
from ._aims import Quantiles
from ._answers import ask_quantiles
from ._network_model import NetworkModel
from ._words import FORECASTER_CONSTRAINTS

if TYPE_CHECKING:
    import keras


@share_parameters(
    loss="mean absolute error of the scaled values",
    split="its last part",
    steps="of a series",
    described={
        "learning_rate": """
            float, keras.optimizers.schedules.LearningRateSchedule, "auto" or None, default="auto"
            Step size; None takes the optimizer's own. "auto" takes 0.01 for 30 series or more,
            which a network is slow to learn by heart, or where something is known ahead, and
            0.003 for fewer series of which nothing is.""",
        "epochs": """
            int or "auto", default="auto"
            Passes over the training data. "auto" takes as many as make an update for each 40
            rows, at least 100 and at most 600; where one pass over whole series makes more, it
            goes over as many of them, at even distances, as make 600.""",
    },
)
@dataclass(kw_only=True, eq=False, repr=False)
class RNNForecaster(NetworkModel, NetworkWords):
    """Recurrent network that forecasts a series from its own past.

    Seasons, windows, scaling and an :class:`RNNRegressor` in one estimator: rows of X are points
    in time, of one series or of many, and the rows before a time are the history from which it
    is forecast. Beside the network runs a linear model of the same windows.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    regressor_ : RNNRegressor
        The network that forecasts scaled windows.
    window_ : int
        Rows that are read before a forecast.
    scaling_ : str, transformer or None
        How they are scaled.
    seasonality_ : tuple of int
        Periods of the seasons that are taken out of the values.
    difference_ : int or None
        Rows over which changes are forecast.
    network_share_ : float
        How much of what the network adds to the linear part is used.
    n_features_in_ : int
        Columns of the series.
    feature_names_in_ : ndarray of str
        Column names, if the series was a dataframe.
    n_iter_ : int
        Epochs trained.
    history_ : dict of list
        Loss and metrics after each epoch, of scaled values.
    callbacks_ : list of keras.callbacks.Callback
        The copies of ``callbacks`` that ran. A pickle leaves them out.
    model_ : keras.Model
        The network, for use without skrnn: scaled windows in, scaled forecasts out.

    See Also
    --------
    WindowForecaster : Any scikit-learn regressor on the same windows.
    NaiveForecaster : The last or seasonal value, to compare with.

    Notes
    -----
    NaN marks a missing value. It is filled by ordinary kriging in time (Cressie, 1993, section
    3.2): by the mean of the known values of the window, weighted by how like each other the
    training series has values so many rows apart. Of a season it finds the phase; of a walk it
    interpolates, and after the last known value it goes on with that. Nothing later than the
    forecast's origin has a part in it. ``missing="skip"`` fills nothing, and loses the phase of a
    season. Rows before the first of a series are taken to be like it:
    the first rows of a series that follows nothing are forecast from the shorter history there
    is; the first of all from the training mean.

    Rows lie a step apart where X has an index of dates, periods, durations or integers: the step
    that ``freq`` states, or the one that the commonest difference between neighbours speaks for,
    such as hours, days, business days, weeks, or the first, last, first business or last
    business day of months, quarters and years. Rows left out in between are missing values, so
    that a holiday shifts nothing, and ``forecast`` carries the index on. Days in a time zone keep
    their time of day. Text in ISO 8601 and ``datetime.date`` are read as dates.

    A panel of series trains one network on the windows of all of them, none of which reaches from
    one series into the next. Each series has its own seasons, scale and history.

    Of a panel in :class:`Chunks`, series of up to 524,288 rows, drawn by a hash of their labels,
    stand for all wherever all is needed at once: what "auto" leaves open, the linear part, the
    labels in columns, what is known ahead adds to values, how wide intervals are, and when to
    stop early. The network learns of all series, chunk by chunk, each with its own seasons and
    scale. Memory grows with the number of series, of which the last rows are remembered.

    A season is taken out of each series where a test finds it: values are divided by classical
    seasonal indices, or relieved of them where some are not positive (Makridakis and Hibon,
    2000). With ``scaling="window"`` each window is taken relative to its own last value, in units
    of the mean size of its values (Smyl, 2020), and the forecast is put back: a trend does not
    run out of the range trained on.

    What "auto" leaves open is decided by forecasts of the last part of the training rows, or by
    generalised cross-validation, of the linear part alone: it takes a moment. Whether changes
    over a season forecast better than its indices; how many rows are read, and how they are
    scaled. Then the network is trained without that part; how much of what it adds to the
    linear part is worth having is ``network_share_``, 0 unless it surely gains (by a t-test,
    at two standard errors), and at most a half in tables of fewer than 1,000 rows; and it is
    trained on all rows.

    References
    ----------
    Cressie (1993), Statistics for spatial data, Wiley.
    Makridakis and Hibon (2000), The M3-Competition: results, conclusions and implications,
    International Journal of Forecasting 16(4).
    Smyl (2020), A hybrid method of exponential smoothing and recurrent neural networks for time
    series forecasting, International Journal of Forecasting 36(1).
    Ben Taieb et al. (2012), A review and comparison of strategies for multi-step ahead time
    series forecasting, Expert Systems with Applications 39(8).

    Examples
    --------
    >>> from skrnn import RNNForecaster
    >>> from skrnn.datasets import load_airline
    >>> series = load_airline().data
    >>> train, test = series[:108], series[108:]
    >>> rnn = RNNForecaster(random_state=0).fit(train)
    >>> rnn.predict(test).shape
    (36,)
    >>> rnn.forecast(3).index.strftime("%Y-%m").tolist()
    ['1958-01', '1958-02', '1958-03']
    """

    cell: str = "lstm"
    units: Widths = 48
    learning_rate: Any = "auto"
    learning_rate_schedule: Literal["cosine"] | None = "cosine"
    epochs: int | Literal["auto"] = "auto"  # type: ignore[assignment]
    window: int | Literal["auto"] = "auto"
    lags: int | ArrayLike | None = None
    horizon: int = 1
    strategy: Literal["direct", "recursive", "seq2seq", "encoder_decoder"] = "seq2seq"
    linear: bool = True
    network_share: float | Literal["auto"] = "auto"
    scaling: Literal["auto", "window", "standard", "global"] | Transformer | None = "auto"
    seasonality: Seasons = "auto"
    difference: int | None = None
    missing: Literal["fill", "skip"] = "fill"
    calibrate: bool | Literal["auto"] = "auto"
    output: Literal["positive"] | None = None
    quantiles: ArrayLike | None = None
    target: Labels | None = None
    known: Labels | None = None
    static: Labels | None = None
    calendar: str | Sequence[str] | None = None
    series: Hashable = None
    time: Hashable = None
    freq: str | BaseOffset | None = None

    _parameter_constraints = {
        **NetworkWords._parameter_constraints,
        **FORECASTER_CONSTRAINTS,
        "learning_rate": [
            StrOptions({"auto"}),
            *NetworkWords._parameter_constraints["learning_rate"],
        ],
        "epochs": [StrOptions({"auto"}), COUNT],
        "window": [StrOptions({"auto"}), COUNT],
        "strategy": RNNRegressor._parameter_constraints["strategy"],
        "linear": ["boolean"],
        "network_share": [StrOptions({"auto"}), WEIGHT],
        "scaling": [StrOptions({"auto"}), *FORECASTER_CONSTRAINTS["scaling"]],
        "missing": [StrOptions({"fill", "skip"})],
        "calibrate": [StrOptions({"auto"}), "boolean"],
        "output": [StrOptions({"positive"}), None],
        "quantiles": ["array-like", None],
    }

    @keep_type(_fit_context(prefer_skip_nested_validation=False))
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train for one more epoch, on rows that follow those seen so far.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features), or a table of many series
            The rows that follow; in the first call, the series to begin with.
        y : array-like of shape (time,) or (time, targets), default=None
            What to forecast, as in ``fit``.
        sample_weight : array-like of shape (n,), default=None
            What the errors of forecasts of each row of X count for, as in ``fit``, in units of
            their mean; rows that were seen before count 1.

        Returns
        -------
        self : RNNForecaster
            The forecaster, trained on.
        """
        with replace_state(self) as draft:
            begun = hasattr(draft, "regressor_")
            if begun:
                pairs = draft._learn_more(X, y, sample_weight)
            else:
                pairs, _ = draft._learn(X, y, sample_weight)
            draft.network_share_, draft._intervals = 1.0, None
            draft._train(pairs, begun, epochs=1)
        return self

    @read_once
    def predict_quantiles(self, X: ArrayLike, X_future: ArrayLike | None = None) -> Table:
        """Forecast the quantiles of each row of a series, and of the rows after it.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features), or a table of many series
            The series, as in :meth:`predict`.
        X_future : table or array-like, default=None
            Rows that follow, as in :meth:`predict`.

        Returns
        -------
        ndarray or dataframe of len(X) rows
            The forecasts of :meth:`predict` for each of ``quantiles``: an array has one axis
            more, the last; tables of pandas and polars give their own kind, whose columns are
            the quantiles, or of several steps or targets have them as the last level of a label.
            None is below the one before.

        Raises
        ------
        ValueError
            If none were learned.

        See Also
        --------
        predict_interval : Bounds that hold as many rows as they are to.
        """
        asked = self._ask_quantiles()
        return self._answer(self._find_rows(X, X_future), asked)

    @read_once
    def forecast_quantiles(self, horizon: int | None = None, X: ArrayLike | None = None) -> Table:
        """Forecast the quantiles of what comes after the last row seen of every series.

        Parameters
        ----------
        horizon : int, default=None
            How many rows, at most the trained horizon, which None takes.
        X : table or array-like, default=None
            The rows to come, as in :meth:`forecast`.

        Returns
        -------
        ndarray or dataframe of ``horizon`` rows a series
            As :meth:`forecast` gives them, with the quantiles of :meth:`predict_quantiles`.

        Raises
        ------
        ValueError
            If none were learned, or the horizon is longer than the trained one.
        """
        asked = self._ask_quantiles()
        return self._answer(self._find_next(horizon, X), asked)

    def _ask_quantiles(self):
        """Ask for quantiles, if some were learned."""
        check_is_fitted(self)
        if not isinstance(self._aim, Quantiles):
            raise ValueError("quantiles=None has learned none: give some, and fit.")
        return ask_quantiles(self._aim.levels)

    @property
    def history_(self) -> dict[str, list[float]]:
        """Loss and metrics after each epoch, of scaled values."""
        check_is_fitted(self)
        return self.regressor_.history_

    @property
    def n_iter_(self) -> int:
        """Epochs trained."""
        check_is_fitted(self)
        return self.regressor_.n_iter_

    @property
    def callbacks_(self) -> list[Any]:
        """The callbacks that ran: copies of those that were given."""
        check_is_fitted(self)
        return self.regressor_.callbacks_

    @property
    def model_(self) -> "keras.Model":
        """The network as a compiled :class:`keras.Model`."""
        check_is_fitted(self)
        return self.regressor_.model_
