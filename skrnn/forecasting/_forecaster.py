"""Forecasting of series with a recurrent network."""

import copy
from dataclasses import dataclass, fields

import numpy as np
from sklearn.base import _fit_context
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted

from .._batches import PairedData, TrainingData
from .._docstrings import share_parameters
from .._sequences import pack_missing
from .._state import replace_state
from ..sequence._base import stops_early
from ..sequence._base_rnn import NetworkWords
from ..sequence._regressor import RNNRegressor
from ._base import FORECASTER_CONSTRAINTS, BaseForecaster
from ._recursion import repeat_rounds

LAZY_FROM = 2**26  # bytes of windows above which they are made a batch at a time


@share_parameters(
    loss="mean squared error of the scaled values", split="its last part", steps="of a window"
)
@dataclass(kw_only=True, eq=False, repr=False)
class RNNForecaster(BaseForecaster, NetworkWords):
    """Recurrent network that forecasts a series from its own past.

    Windows, scaling and an :class:`RNNRegressor` in one estimator: rows of X are points in time,
    and the rows before a time are the history from which it is forecast.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    regressor_ : RNNRegressor
        The network that forecasts scaled windows.
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
    forecast's origin has a part in it. Rows before the first of a series are no gap: they are
    skipped by the recurrent layer, as with ``missing="skip"`` is every row with a NaN, which
    loses the phase of a season.
    The first rows of a series that follows nothing are forecast from the shorter history there
    is; the first of all from the training mean.

    Rows lie a step apart where X has an index of dates, periods, durations or integers: the step
    that ``freq`` states, or the one that the commonest difference between neighbours speaks for,
    such as hours, days, business days, weeks, or the first, last, first business or last
    business day of months, quarters and years. Rows left out in between are missing values, so
    that a holiday shifts nothing, and ``forecast`` carries the index on. Days in a time zone keep
    their time of day. Text in ISO 8601 and ``datetime.date`` are read as dates.

    With ``scaling="window"`` each window is taken relative to its own last value and standard
    deviation, and the forecast is put back (reversible instance normalisation, Kim et al., 2022,
    about the last value): a trend does not run out of the range trained on.

    References
    ----------
    Cressie (1993), Statistics for spatial data, Wiley.
    Kim et al. (2022), Reversible instance normalization for accurate time-series forecasting
    against distribution shift, ICLR.
    Ben Taieb et al. (2012), A review and comparison of strategies for multi-step ahead time
    series forecasting, Expert Systems with Applications 39(8).

    Examples
    --------
    >>> from skrnn import RNNForecaster
    >>> from skrnn.datasets import load_airline
    >>> series = load_airline().data
    >>> train, test = series[:108], series[108:]
    >>> rnn = RNNForecaster(epochs=50, random_state=0).fit(train)
    >>> rnn.predict(test).shape
    (36,)
    >>> rnn.forecast(3).index.strftime("%Y-%m").tolist()
    ['1958-01', '1958-02', '1958-03']
    """

    cell: str = "simple"  # a window of some dozen rows needs no gates
    units: int | tuple = 64
    epochs: int = 100
    window: int = 12
    horizon: int = 1
    strategy: str = "direct"
    scaling: object = "window"
    difference: int | None = None
    missing: str = "fill"
    target: object = None
    freq: object = None

    _parameter_constraints = {
        **NetworkWords._parameter_constraints,
        **FORECASTER_CONSTRAINTS,
        "strategy": RNNRegressor._parameter_constraints["strategy"],
        "missing": [StrOptions({"fill", "skip"})],
    }

    @_fit_context(prefer_skip_nested_validation=False)
    def partial_fit(self, X, y=None):
        """Train for one more epoch, on rows that follow those seen so far.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features)
            The rows that follow; in the first call, the series to begin with.
        y : array-like of shape (time,) or (time, targets), default=None
            What to forecast, as in ``fit``.

        Returns
        -------
        self : RNNForecaster
            The forecaster, trained on.
        """
        with replace_state(self) as draft:
            begun = hasattr(draft, "regressor_")
            pairs = draft._learn_more(X, y) if begun else draft._learn(X, y)
            draft._train(pairs, begun, epochs=1)
        return self

    @property
    def history_(self):
        """Loss and metrics after each epoch, of scaled values."""
        check_is_fitted(self)
        return self.regressor_.history_

    @property
    def n_iter_(self):
        """Epochs trained."""
        check_is_fitted(self)
        return self.regressor_.n_iter_

    @property
    def callbacks_(self):
        """The callbacks that ran: copies of those that were given."""
        check_is_fitted(self)
        return self.regressor_.callbacks_

    @property
    def model_(self):
        """The network as a compiled :class:`keras.Model`."""
        check_is_fitted(self)
        return self.regressor_.model_

    @property
    def _is_recursive(self):
        return self.strategy == "recursive"

    @property
    def _fills_gaps(self):
        return self.missing == "fill"

    @property
    def _learns_every_step(self):
        return self.strategy == "seq2seq"

    def _fit_pairs(self, pairs, reporter):
        self._train(pairs, self.warm_start and hasattr(self, "regressor_"), reporter=reporter)

    def _train(self, pairs, go_on, *, epochs=None, reporter=None):
        if go_on:
            self._check_sizes()
        words = {field.name: getattr(self, field.name) for field in fields(NetworkWords)}
        regressor = copy.copy(self.regressor_) if go_on else RNNRegressor()
        strategy = "direct" if self._is_recursive else self.strategy  # it is fed here
        self.regressor_ = regressor.set_params(**words, strategy=strategy)
        training, validation = self._set_aside(pairs, epochs)
        regressor._fit_checked(
            training,
            validation,
            n_channels=self._n_columns,
            y_shape=(self._n_steps, len(self._outputs)),
            go_on=go_on,
            epochs=epochs,
            reporter=reporter,
        )

    def _check_sizes(self):
        """Check that the network that training goes on with reads and gives as many values."""
        n_outputs = self._n_steps * len(self._outputs)
        if (self._n_columns, n_outputs) != (
            self.regressor_._n_channels,
            self.regressor_._n_outputs,
        ):
            raise ValueError(
                f"Training cannot go on with X of {self._n_columns} features, "
                f"horizon={self.horizon} and strategy={self.strategy!r}, which differ from the "
                "last fit. Set warm_start=False, or set them back."
            )

    def _make_state(self, history, weights):
        """Give the fitted attributes of a forecaster that had stopped here."""
        regressor = copy.copy(self.regressor_)
        vars(regressor).update(regressor._make_state(history, weights))
        return {"regressor_": regressor}

    def _set_aside(self, pairs, epochs):
        """Give training data and, for early stopping, the windows of the last part of it."""
        data = make_training_data(pairs)
        if epochs is not None or not stops_early(self, len(data)):
            return data, None
        cut = len(data.rows) - max(1, round(self.validation_fraction * len(data.rows)))
        rows = data.rows[: max(0, cut - self._n_steps + 1)]  # no value later than the cut
        if not len(rows):
            raise ValueError(
                f"validation_fraction={self.validation_fraction} of {len(data.rows)} windows "
                "leaves none to train on."
            )
        return data.select(rows), data.select(data.rows[cut:])

    def _run_windows(self, windows):
        windows = narrow(windows, self._scaler.scaling)
        return self.regressor_._predict_panel(pack_missing(windows))

    def _repeat_rounds(self, run, *rounds):
        compiled = self.regressor_._repeat_rounds(*rounds)
        return repeat_rounds(run, *rounds) if compiled is None else compiled


def make_training_data(pairs):
    """Make what the engine trains on; all of it at once where that is small."""
    if pairs.scaler.every_step or pairs.segments.size * 8 > LAZY_FROM:
        return PairedData(pairs, pairs.rows, pairs.has_missing)
    windows, later = (
        narrow(part, pairs.scaler.scaling) for part in pairs[np.arange(len(pairs.segments))]
    )
    return TrainingData(pack_missing(windows), later.reshape(len(later), -1), None, pairs.rows)


def narrow(values, scaling):
    """Give values as a network reads them, if it can: as single-precision numbers."""
    with np.errstate(over="ignore"):
        narrowed = values.astype(np.float32)
    if np.isinf(narrowed).any():
        raise ValueError(
            f"scaling={scaling!r} leaves values as large as {np.nanmax(np.abs(values)):.3g}, and "
            "a network computes up to 3e38; give scaling='window' or 'standard'."
        )
    return narrowed
