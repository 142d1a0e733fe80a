"""What every forecaster shares: what it learns of a series, and the history of each row."""

from numbers import Integral

import numpy as np
import pandas as pd
from pandas.tseries.offsets import BaseOffset
from sklearn.base import BaseEstimator, RegressorMixin, _fit_context
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.metrics import r2_score
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._numbers import COUNT, make_plain
from .._progress import EpochReporter
from .._state import read_once, replace_state
from ..metrics import follow_truth, score_forecasts
from ._levels import make_contexts
from ._pairs import SeriesPairs
from ._past import Past
from ._recursion import CHUNK, feed_back, repeat_rounds
from ._scaling import WindowScaler
from ._series import (
    check_magnitude,
    check_series,
    check_truth,
    find_columns,
    get_names,
    match_columns,
)
from ._shape import shape_forecasts
from ._timeline import learn_timeline, spread_rows

FORECASTER_CONSTRAINTS = {
    "window": [COUNT],
    "horizon": [COUNT],
    "strategy": [StrOptions({"direct", "recursive"})],
    "scaling": [
        StrOptions({"window", "standard"}),
        HasMethods(["fit", "transform", "inverse_transform"]),
        None,
    ],
    "difference": [COUNT, None],
    "target": [str, Integral, "array-like", None],
    "freq": [str, BaseOffset, None],
}


class BaseForecaster(CallbackSupportMixin, RegressorMixin, BaseEstimator):
    """A model of windows as a forecaster of a series.

    A subclass has the parameters of ``FORECASTER_CONSTRAINTS``, trains in ``_fit_pairs`` and
    forecasts scaled windows in ``_run_windows``.
    """

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y=None):
        """Train on a series.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features)
            The series, in time order; NaN marks missing values. Its rows before a time are the
            history from which that time is forecast. A pandas index of dates, periods, durations
            or integers says where its rows lie: rows left out in between are missing values.
        y : array-like of shape (time,) or (time, targets), default=None
            What to forecast, row for row; by default X, or the columns of X in ``target``. Where
            X and y have the same labels in another order, they are paired by label.

        Returns
        -------
        self : object
            The fitted forecaster.

        Warns
        -----
        UserWarning
            If the rows have no step in common (see ``freq``). They are then taken to be equally
            far apart, and the rows of ``forecast`` are numbered from 1.

        Raises
        ------
        ValueError
            If the series is too short for the window and horizon, if its dates are not in
            order, repeat or miss ``freq``, if it holds several series (an index of several
            levels), if y and the parameters do not fit each other, or if a training diverged.
            The forecaster is then as it was before.
        """
        with replace_state(self) as draft:
            reporter = EpochReporter(self, draft, X=X, y=y)
            draft._fit_pairs(draft._learn(X, y), reporter)
        reporter.end()
        return self

    @read_once
    def predict(self, X):
        """Forecast each row of a series, and the rows after it, from the rows before it.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features)
            The series. If it follows what the forecaster has seen (read from a pandas index;
            an array follows unless it begins with the training rows), that is its history. Its
            rows must lie on the steps of the training series; any may be left out.

        Returns
        -------
        ndarray, Series or DataFrame of len(X) rows
            Row i holds the forecasts of rows i, i + 1, ..., i + horizon - 1: (time,) for one
            target and step, (time, horizon) for one target, (time, targets) for one step, else
            (time, horizon, targets). pandas in, pandas out: then the columns are the steps
            ahead, the targets, or pairs of both. All else, polars too, gives an ndarray.
        """
        forecasts = self._forecast_rows(*self._place_rows(X))
        index = X.index if isinstance(X, pd.Series | pd.DataFrame) else None
        return shape_forecasts(forecasts, index, self._target_names)

    @read_once
    def forecast(self, horizon=None):
        """Forecast what comes after the last row seen.

        Parameters
        ----------
        horizon : int, default=None
            How many rows; past the trained horizon, forecasts are fed back. None takes the
            trained horizon.

        Returns
        -------
        ndarray, Series or DataFrame of ``horizon`` rows
            One column a target; the index carries on that of the series.

        Notes
        -----
        From 500 rounds of forecasts on, networks run in a compiled loop (TensorFlow, JAX), whose
        sums are of another order: after a thousand steps fed back, single precision leaves some
        1e-5 of the size of the forecasts between it and round by round.
        """
        check_is_fitted(self)
        horizon = self.horizon if horizon is None else make_plain(horizon)
        if not COUNT.is_satisfied_by(horizon):
            raise ValueError(f"horizon={horizon!r} must be an int of at least 1, or None.")
        past = self._past
        contexts = self._make_contexts(past.values, past.levels, np.empty((1, self._n_columns)))
        forecasts = self._extend(contexts, horizon)[0]  # (horizon, targets)
        index = self._past.extend(horizon)
        return shape_forecasts(forecasts[:, None], index, self._target_names)

    def update(self, X):
        """Append rows to what the forecaster has seen, without training.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features)
            The rows that follow the last one seen, at once or, as an index may say, later.

        Returns
        -------
        self : object
            The forecaster, whose forecasts now come from the longer series.
        """
        check_is_fitted(self)
        with replace_state(self) as draft:
            draft._past = draft._past.append(X, draft._check_values(X))
        return self

    @read_once
    def score(self, X, y=None, sample_weight=None):
        """Give R² over every forecast whose truth is known.

        Other measures: :func:`skrnn.metrics.get_scorer`. Scorers of scikit-learn compare y with
        ``predict(X)``, shape for shape: they need y, and a horizon of 1.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features)
            The series.
        y : array-like of shape (time,) or (time, targets), default=None
            The truth, row for row; by default from X.
        sample_weight : array-like of shape (time,), default=None
            Weight of each row's forecasts.

        Returns
        -------
        float
            The mean over the targets.
        """
        return score_forecasts(r2_score, *self._pair_with_truth(X, y), sample_weight)

    @read_once
    def _pair_with_truth(self, X, y=None):
        """Give the forecasts of each row and their truth: (n, horizon, targets), NaN if unknown.

        What :func:`skrnn.metrics.get_scorer` asks for.
        """
        values, places = self._place_rows(X)
        truth = self._get_truth(values) if y is None else check_truth(y, X)
        if truth.shape[1] != len(self._targets):
            raise ValueError(
                f"y has {truth.shape[1]} columns, but {len(self._targets)} are forecast."
            )
        if np.isnan(truth).all(axis=0).any():
            raise ValueError(f"{'X' if y is None else 'y'} has no known value to compare with.")
        return self._forecast_rows(values, places), follow_truth(truth, places, self.horizon)

    def _get_truth(self, values):
        """Give what is forecast, where it is among the columns of X."""
        if max(self._targets) >= self._n_columns:
            raise ValueError("y is None; give the truth, as it is not among the columns of X.")
        return values[:, self._targets]

    # What a subclass says of itself.

    epochs = 0
    _is_recursive = False
    _learns_every_step = False
    _fills_gaps = False
    _make_state = None

    def _fit_pairs(self, pairs, reporter):
        """Train on :class:`SeriesPairs`, telling the reporter of the epochs."""
        raise NotImplementedError

    def _run_windows(self, windows):
        """Forecast scaled windows (n, window, features): (n, steps * outputs)."""
        raise NotImplementedError

    def _get_period(self):
        """Give the rows from one value to the next of the same phase."""
        return self.difference or 1

    # What the series is.

    def _learn(self, X, y):
        """Learn all but the model, and give what the model is trained on."""
        given = self._learn_series(X, y)
        span = self.window + (self.difference or 0)
        timeline, places = learn_timeline(X, len(given), self.freq, span + 1)
        series = spread_rows(given, places)
        self._scaler = WindowScaler(
            self.window,
            self.difference or 0,
            self.scaling,
            self._outputs,
            self._n_columns,
            self._learns_every_step,
            self._fills_gaps,
        )
        self._check_length(series)
        self._scaler.fit(series)
        pairs = self._make_pairs(series)
        values, period = series[:, : self._n_columns], self._get_period()
        self._past = Past(values, self._scaler.span, timeline, period, self._n_steps - 1)
        return pairs

    def _check_values(self, X, reset=False):
        series = check_series(self, X, reset=reset)
        values = series.astype(np.float64, copy=False).reshape(len(series), -1)
        if values.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {values.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input."
            )
        check_magnitude(values, "X")
        return values

    def _learn_series(self, X, y):
        """Learn which columns there are, and which are forecast; give both side by side."""
        values = self._check_values(X, reset=True)
        self._n_columns = values.shape[1]
        names = get_names(X, self._n_columns)
        truth = None if y is None else check_truth(y, X)
        if y is None:
            self._targets = find_columns(names, self.target)
        elif self.target is not None:
            raise ValueError(f"target={self.target!r} and y both say what to forecast; give one.")
        else:
            self._targets = match_columns(values, truth)
        if self._targets is None:  # y is not among the columns of X
            self._targets = list(range(self._n_columns, self._n_columns + truth.shape[1]))
            names, values = names + get_names(y, truth.shape[1]), np.hstack([values, truth])
            self._check_apart()
        self._target_names = [names[i] for i in self._targets]
        self._outputs = list(range(self._n_columns)) if self._is_recursive else self._targets
        self._picked = [self._outputs.index(i) for i in self._targets]
        self._n_steps = 1 if self._is_recursive else self.horizon
        return values

    def _check_apart(self):
        for name, given in (("strategy", self._is_recursive), ("difference", self.difference)):
            if given:
                raise ValueError(
                    f"{name}={getattr(self, name)!r} builds forecasts on earlier values of what "
                    "is forecast, so y must be among the columns of X."
                )

    def _learn_more(self, X, y):
        """Append rows, and give what a model that goes on is trained on."""
        values = self._check_values(X)
        truth = None if y is None else check_truth(y, X)
        if truth is not None and match_columns(values, truth) != self._targets:
            raise ValueError("y must be the columns of X that the first call forecast.")
        self._past, series, levels = self._past.join(X, values)
        return self._make_pairs(series, levels)

    def _check_length(self, series):
        needed = self._scaler.span + self._n_steps
        if len(series) < needed:
            difference = f", difference={self.difference}" if self.difference else ""
            raise ValueError(
                f"X has {len(series)} rows, too few to train on: window={self.window}"
                f"{difference} and horizon={self._n_steps} need at least {needed}."
            )

    def _make_pairs(self, series, levels=None):
        self._check_length(series)
        pairs = SeriesPairs(series, self._scaler, self._n_steps, levels)
        if not len(pairs.rows):
            raise ValueError("X has no window whose later values are known: too many are NaN.")
        return pairs

    # Forecasting.

    def _make_contexts(self, history, levels, values):
        """View the rows before each row, with the last known value of each column."""
        return make_contexts(history, levels, values, self._past.span, self._past.period)

    def _place_rows(self, X):
        """Check X, and give its values and the place of each row."""
        check_is_fitted(self)
        values = self._check_values(X)
        return values, self._past.locate(X, values)

    def _forecast_rows(self, values, places):
        """Forecast what comes from each row on: (n, horizon, targets)."""
        spread = spread_rows(values, places)
        contexts = self._make_contexts(*self._past.find_before(places), spread)
        if len(spread) == len(values):
            return self._extend(contexts, self.horizon)
        parts = np.array_split(places - places[0], 1 + len(places) // CHUNK)
        return np.concatenate([self._extend(contexts[rows], self.horizon) for rows in parts])

    def _extend(self, contexts, horizon):
        """Forecast what comes after each context: (n, horizon, targets)."""
        feeds_itself = self._outputs == list(range(self._n_columns))
        if horizon > self._n_steps and not feeds_itself:
            raise ValueError(
                f"horizon={horizon} is past the trained horizon={self.horizon}: forecasts that "
                "are fed back need every column of X to be forecast, and only "
                f"{self._target_names} are. Train with a longer horizon, or strategy='recursive'."
            )
        forecasts = feed_back(
            self._run_windows,
            self._scaler,
            contexts,
            self._n_steps,
            horizon,
            self._repeat_rounds,
        )
        return forecasts[..., self._picked]

    _repeat_rounds = staticmethod(repeat_rounds)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.one_d_array = True
        tags.target_tags.required = False
        tags.target_tags.multi_output = True
        return tags
