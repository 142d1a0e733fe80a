"""What every forecaster shares: how it learns of series, goes on with them, and forecasts."""

import copy
from numbers import Integral

import numpy as np
from pandas.tseries.offsets import BaseOffset
from sklearn.base import BaseEstimator, RegressorMixin, _fit_context
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.metrics import r2_score
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._errors import explain_errors
from .._numbers import COUNT, make_plain
from .._progress import EpochReporter
from .._state import freeze, read_once, replace_state
from ..metrics._changes import average_changes
from ..metrics._pairing import follow_truth
from ..metrics._scorers import score_forecasts
from ._bounds import shape_bounds, shape_future_bounds
from ._columns import learn_columns
from ._covariates import Covariates, GivenColumns
from ._intervals import REACH, Intervals, Ruler, SpreadRuler, check_coverage
from ._pairs import SeriesPairs, check_usable
from ._past import Past
from ._placing import KnownSeries, RowsAt, lay_out, place_after, put_back, sort_rows
from ._recursion import feed_back, repeat_rounds
from ._rows import History, SeriesRows, spread_rows
from ._scaling import WindowScaler
from ._seasons import Seasons, choose_periods
from ._series import (
    check_magnitude,
    check_series,
    check_truth,
    check_weights,
    get_names,
    match_columns,
)
from ._tables import read_table, shape_future
from ._timelines import find_runs

FORECASTER_CONSTRAINTS = {
    "window": [COUNT],
    "lags": [COUNT, "array-like", None],
    "horizon": [COUNT],
    "strategy": [StrOptions({"direct", "recursive"})],
    "scaling": [
        StrOptions({"window", "standard", "global"}),
        HasMethods(["fit", "transform", "inverse_transform"]),
        None,
    ],
    "seasonality": [StrOptions({"auto"}), COUNT, "array-like", None],
    "difference": [COUNT, None],
    "target": [str, Integral, "array-like", None],
    "known": "no_validation",
    "static": "no_validation",
    "calendar": [str, list, tuple, None],
    "series": "no_validation",
    "time": "no_validation",
    "freq": [str, BaseOffset, None],
}


QUANTILES = "quantiles"  # in place of a coverage: those that are learned


class BaseForecaster(CallbackSupportMixin, RegressorMixin, BaseEstimator):
    """A model of windows as a forecaster of a series.

    A subclass has the parameters of ``FORECASTER_CONSTRAINTS``, trains in ``_fit_pairs`` and
    forecasts scaled windows in ``_run_windows``.
    """

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y=None, sample_weight=None):
        """Train on a series, or on a panel of series.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features), or a table of many series
            The series, in time order; NaN marks missing values. Its rows before a time are the
            history from which that time is forecast. A pandas index of dates, periods, durations
            or integers, or the column ``time``, says where its rows lie: rows left out in between
            are missing values. A panel has a row for each series and time, in any order: see
            ``series``.
        y : array-like of shape (n,) or (n, targets), default=None
            What to forecast, row for row; by default X, or the columns of X in ``target``. Where
            X and y have the same labels in another order, they are paired by label.
        sample_weight : array-like of shape (n,), default=None
            What the errors of forecasts of each row of X count for, where the model learns from
            them: less for rows of long ago, more for those of series that matter. Their ratios
            alone matter. What is forecast of a row of weight 0 teaches nothing; it is still read
            as history of later rows. Labels pair them with X as they do y. Seasons, and the
            scales of series, are learned from all rows alike.

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
            order, repeat or miss ``freq``, if several series lie in it untold, if y and the
            parameters do not fit each other, or if a training diverged. The forecaster is then
            as it was before.
        """
        return self._fit(X, y, sample_weight)

    def _fit(self, X, y, sample_weight=None):
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        with replace_state(self) as draft:
            reporter = EpochReporter(self, draft, X=X, y=y, metadata=metadata)
            pairs, given = draft._learn(X, y, sample_weight)
            trials = draft._fit_pairs(pairs, given, reporter)
            draft._intervals = draft._calibrate(trials, given)
        reporter.end()
        return self

    @read_once
    def predict(self, X, X_future=None):
        """Forecast each row of a series, and the rows after it, from the rows before it.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features), or a table of many series
            The series. If it follows what the forecaster has seen (read from its dates; an
            array follows unless it begins with the training rows), that is its history. Rows
            that lie among the last ones seen, as many as forecasts are made from, have those
            before them as history where X does not hold them; the history of rows further back
            is in X alone. Its rows must lie on the steps of the training series; any may be left
            out. Of a panel each series has its own history; one that has not been seen has the
            rows given.
        X_future : table or array-like, default=None
            Rows that follow those of each series of X, with the columns ``known`` for the steps
            past its end: horizon - 1 rows of each series, or more.

        Returns
        -------
        ndarray, Series or dataframe of len(X) rows
            Row i holds the forecasts of rows i, i + 1, ..., i + horizon - 1 of its series, in the
            order of X: (n,) for one target and step, (n, horizon) for one target, (n, targets)
            for one step, else (n, horizon, targets). Tables of pandas and polars give their own
            kind: then the columns are the steps ahead, the targets, or pairs of both.
        """
        forecasts, table = self._forecast_table(X, X_future)
        return table.shape_rows(forecasts, self._columns.target_names)

    @read_once
    def predict_interval(self, X, coverage=0.9, X_future=None):
        """Give bounds between which each row of a series, and the rows after it, are to lie.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features), or a table of many series
            The series, as in :meth:`predict`.
        coverage : float in (0, 1), default=0.9
            The share of rows to come that are to lie between their bounds.
        X_future : table or array-like, default=None
            Rows that follow, as in :meth:`predict`.

        Returns
        -------
        ndarray or dataframe of len(X) rows
            The bounds of the forecasts of :meth:`predict`, which lie between them. An array has
            one axis more, the last: the lower and the upper bound. Tables of pandas and polars
            give their own kind, with columns ``lower`` and ``upper``; of several steps or
            targets, with both for each, the bound being the last level of a label.

        Raises
        ------
        ValueError
            If ``fit`` has held no rows out, or too few to tell of that coverage.

        Notes
        -----
        Intervals are conformal (Vovk et al., 2005): so wide that they hold the errors of as many
        forecasts of the last training rows, by what was trained without these. They hold that
        share of the rows to come as far as these are like the last training rows, whatever the
        distribution of errors. Errors are taken in units of the changes of the series before
        each forecast, for each step ahead. Bounds are NaN where no two values before a row are
        known.

        References
        ----------
        Vovk, Gammerman and Shafer (2005), Algorithmic learning in a random world, Springer.
        """
        coverage = self._check_calibrated(coverage)
        bounds, table = self._forecast_table(X, X_future, coverage)
        return shape_bounds(bounds, table, self._columns.target_names)

    def _forecast_table(self, X, X_future, coverage=None):
        """Forecast the rows of a table as :meth:`_forecast_rows` does; give it, too."""
        rows = self._place_rows(X)
        if X_future is not None:
            if not self._covariates.known_labels:
                raise ValueError("X_future is given, but no column is known ahead: see known=.")
            rows = self._add_future(rows, X_future)
        self._check_ahead(rows)
        return put_back(self._forecast_rows(rows, coverage), rows.table), rows.table

    @read_once
    def forecast_interval(self, horizon=None, coverage=0.9, X=None):
        """Give bounds between which the rows after the last one seen of every series are to lie.

        Parameters
        ----------
        horizon : int, default=None
            How many rows, as in :meth:`forecast`.
        coverage : float in (0, 1), default=0.9
            The share of rows to come that are to lie between their bounds.
        X : table or array-like, default=None
            The rows to come, as in :meth:`forecast`.

        Returns
        -------
        ndarray or dataframe of ``horizon`` rows a series
            As :meth:`forecast` gives them, with the bounds of :meth:`predict_interval` in place
            of the forecasts.

        Raises
        ------
        ValueError
            As in :meth:`predict_interval`.

        Notes
        -----
        Forecasts past the trained horizon are fed back, in the held-out rows too, for up to 12
        steps. Bounds of steps after these grow with the changes of the series over as many rows,
        and past 32 rows, or half of those known, with the square root of the step.
        """
        coverage = self._check_calibrated(coverage)
        if X is not None:
            bounds, table = self._forecast_given(X, horizon, coverage)
            return shape_bounds(bounds, table, self._columns.target_names)
        bounds = self._forecast_next(horizon, coverage)
        return shape_future_bounds(bounds, *self._label_next(bounds.shape[1]))

    @read_once
    def _predict_among(self, X, table, coverage=None):
        """Forecast rows of a table, of whose other rows what is known ahead may be read.

        With a coverage, give the bounds of forecasts.
        """
        coverage = None if coverage is None else self._check_calibrated(coverage)
        rows, names = self._place_rows(X), self._columns.target_names
        if self._covariates.known_labels and self._horizon > 1:
            rows = rows._replace(ahead=self._place_rows(table).ahead)
        forecasts = put_back(self._forecast_rows(rows, coverage), rows.table)
        if coverage is not None:
            return shape_bounds(forecasts, rows.table, names)
        return rows.table.shape_rows(forecasts, names)

    @read_once
    def forecast(self, horizon=None, X=None):
        """Forecast what comes after the last row seen of every series.

        Parameters
        ----------
        horizon : int, default=None
            How many rows; past the trained horizon, forecasts are fed back. None takes the
            trained horizon, or the rows of X.
        X : table or array-like, default=None
            The rows to come, where columns are ``known`` ahead: these columns, beside those that
            tell series and times. Its first row follows the last one seen of its series. Other
            columns are not read.

        Returns
        -------
        ndarray, Series or dataframe of ``horizon`` rows a series
            One column a target; the index carries on that of the series. The form is that of
            the training table: a panel has its series and times in columns, or in the index.
            With X, a row for each row of X, in its order and form, as ``predict`` gives them.

        Notes
        -----
        From 500 rounds of forecasts on, networks run in a compiled loop (TensorFlow, JAX), whose
        sums are of another order: after a thousand steps fed back, single precision leaves some
        1e-5 of the size of the forecasts between it and round by round.
        """
        check_is_fitted(self)
        if X is not None:
            forecasts, table = self._forecast_given(X, horizon)
            return table.shape_rows(forecasts, self._columns.target_names)
        forecasts = self._forecast_next(horizon)
        return shape_future(forecasts, *self._label_next(forecasts.shape[1]))

    def _forecast_next(self, horizon, coverage=None):
        """Forecast what comes after each series, as :meth:`_forecast_rows` does."""
        horizon = self._horizon if horizon is None else make_plain(horizon)
        if not COUNT.is_satisfied_by(horizon):
            raise ValueError(f"horizon={horizon!r} must be an int of at least 1, or None.")
        if self._covariates.known_labels:
            raise ValueError(
                f"forecast needs X, the rows to come, with {self._covariates.known_labels}, which "
                "are known ahead."
            )
        past = self._past
        codes, ahead = np.arange(len(past)), past.rows.ahead
        if self._covariates:
            ahead = self._covariates.add_dates(ahead, self._find_ends(), horizon)
        history = past.find_next(ahead)
        forecasts = self._extend_to(history, horizon, coverage, lambda past: past.find_next())
        return self._restore(forecasts, codes, past.counts, ahead)

    def _label_next(self, horizon):
        """Give the labels of what comes after each series, as :func:`shape_future` reads them."""
        times = None if self._past.timelines is None else self._past.timelines.extend(horizon)
        return self._known.keys, times, self._columns.target_names, self._pattern

    def _forecast_given(self, X, horizon, coverage=None):
        """Forecast rows of a table that follow the last ones seen; give it, too."""
        if horizon is not None:
            raise ValueError(f"horizon={horizon!r} and X both say how many rows; give one.")
        past = self._past
        table, lie, ahead = self._place_future(X, "X", self._find_ends(), past.rows.ahead)
        starts, sizes = find_runs(lie.codes)
        codes = lie.codes[starts]
        history = past.find_next(ahead).select(codes)
        forecasts = self._extend_to(
            history, int(sizes.max()), coverage, lambda past: past.find_next().select(codes)
        )
        forecasts = self._restore(forecasts, codes, past.counts[codes], ahead)
        owners = np.repeat(np.arange(len(starts)), sizes)
        forecasts = forecasts[owners, lie.places - past.counts[lie.codes]][:, None]
        return put_back(forecasts, table), table

    def _find_ends(self):
        """Find where the last rows seen of each series lie."""
        past = self._past
        has_step = past.timelines is not None and past.timelines.step is not None
        times = past.timelines.lasts if has_step else None
        return RowsAt(np.arange(len(past)), past.counts - 1, times)

    def _place_future(self, X, name, ends, ahead, keys=None):
        """Read rows that follow the last ones of series, and add to what is known ahead."""
        timelines = self._past.timelines
        with explain_errors(f"{name} must be a table of rows that follow", X):
            if not (hasattr(X, "shape") or isinstance(X, list | tuple)):
                raise TypeError("It is none.")
        table = read_table(X, *self._labels, name, numbers_tell=timelines is not None)
        given, _ = self._covariates.separate(table, name, words=("known",))
        keys = self._known.keys if keys is None else keys
        lie = place_after(table, ends, keys, getattr(timelines, "step", None), name)
        if self._covariates:
            given = GivenColumns(given.known, {}).take(table.order)
            ahead = self._covariates.add(ahead, given, lie, None)
        return table, lie, ahead

    def _add_future(self, placed, X_future):
        """Add to placed rows what is known of those that follow them."""
        starts, sizes = find_runs(placed.codes)
        ends = RowsAt(*(part if part is None else part[starts + sizes - 1] for part in placed.lie))
        keys = placed.table.keys
        keys = keys if keys is None else self._known.add(keys).keys
        *_, ahead = self._place_future(X_future, "X_future", ends, placed.ahead, keys)
        return placed._replace(ahead=ahead)

    def _find_lacking(self, placed):
        """Tell the rows that lack what is known of steps past the last row of their series."""
        starts, sizes = find_runs(placed.codes)
        lasts = np.repeat(placed.at[starts + sizes - 1], sizes)
        steps = np.arange(self._horizon)
        is_after = placed.at[:, None] + steps > lasts[:, None]
        rows = is_after.any(axis=1)
        if self._covariates.known_labels and rows.any():
            taken = placed.ahead.take(placed.codes[rows], placed.at[rows], steps)
            is_unknown = np.isnan(taken[:, :, self._covariates.known_places]).any(axis=2)
            rows[rows] = (is_unknown & is_after[rows]).any(axis=1)
            return rows
        return np.zeros(len(rows), bool)

    def _check_ahead(self, placed):
        """Raise if a forecast lacks what is known ahead."""
        if self._find_lacking(placed).any():
            raise ValueError(
                f"horizon={self._horizon} reaches past the last row of X, and "
                f"{self._covariates.known_labels} must be known of the rows there: give "
                f"X_future, {self._horizon - 1} rows that follow those of each series (in a "
                "search or pipeline, to predict of InnerForecaster)."
            )

    def update(self, X):
        """Append rows to what the forecaster has seen, without training.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features), or a table of many series
            The rows that follow the last one seen, at once or, as dates may say, later. Series
            that have not been seen before are forecast from now on. Their seasons and scale are
            learned from the rows of their first update, and later ones change neither: let it
            have rows enough to tell them. The scale of a series of which all values were missing
            is learned from the first update that has some.

        Returns
        -------
        self : object
            The forecaster, whose forecasts now come from the longer series.
        """
        check_is_fitted(self)
        with replace_state(self) as draft:
            draft._append(draft._place_rows(X, follows=True))
        return self

    @read_once
    def score(self, X, y=None, sample_weight=None):
        """Give R² over every forecast whose truth is known.

        Other measures: :func:`skrnn.metrics.get_scorer`. Scorers of scikit-learn compare y with
        ``predict(X)``, shape for shape: they need y, and a horizon of 1.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features), or a table of many series
            The series.
        y : array-like of shape (n,) or (n, targets), default=None
            The truth, row for row; by default from X.
        sample_weight : array-like of shape (n,), default=None
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
        rows = self._place_rows(X)
        if y is None:
            truth = self._get_truth(rows.values)
        else:
            truth = sort_rows(check_truth(y, X), rows.table)
        n_targets = len(self._columns.targets)
        if truth.shape[1] != n_targets:
            raise ValueError(f"y has {truth.shape[1]} columns, but {n_targets} are forecast.")
        if np.isnan(truth).all(axis=0).any():
            raise ValueError(f"{'X' if y is None else 'y'} has no known value to compare with.")
        apart = np.ptp(rows.places) + self._horizon + 1  # no series runs into the next
        truth = follow_truth(truth, rows.places + rows.codes * apart, self._horizon)
        if self._joins_steps:
            truth[self._find_lacking(rows)] = np.nan
        return put_back(self._forecast_rows(rows), rows.table), put_back(truth, rows.table)

    @read_once
    def _find_training_changes(self, X):
        """Give the series of each row, -1 for one not in fit, and their mean changes there.

        What :func:`skrnn.metrics.get_scorer` asks for: (n,) and (2, n_series, targets), of the
        size of changes and its square.
        """
        table = read_table(X, *self._labels)
        if table.keys is None:
            return table.codes, self._changes
        known = self._known.keys[: self._changes.shape[1]].get_indexer(table.keys)
        return known[table.codes], self._changes

    def _get_truth(self, values):
        """Give what is forecast, where it is among the columns of X."""
        if self._columns.are_apart:
            raise ValueError("y is None; give the truth, as it is not among the columns of X.")
        return values[:, self._columns.targets]

    # What a subclass says of itself.

    epochs = 0
    n_windows = 1  # that may be read before each forecast
    _is_recursive = _is_positive = False
    _fills_gaps = _fills_start = False
    _make_state = None
    _embeds_labels = False  # whether a network reads numbers of labels
    _joins_steps = False  # whether what is known of a step has a part in forecasts of others
    _effects = None  # of columns that are known ahead
    calibrate = True

    def _fit_pairs(self, pairs, given, reporter):
        """Train on :class:`SeriesPairs`, telling the reporter of the epochs.

        Parameters
        ----------
        pairs : SeriesPairs
        given : SeriesRows
            Their rows as they were given.
        reporter : EpochReporter

        Returns
        -------
        list of Trial or None
            What intervals are learned from; None for none.
        """
        raise NotImplementedError

    def _run_windows(self, windows):
        """Forecast scaled windows (n, window, features): (n, steps * outputs)."""
        raise NotImplementedError

    def _settle(self, rows, periods):
        """Settle what the words leave open; give the seasons, which are taken out of the rows."""
        self.window_, self.scaling_, self.difference_ = self.window, self.scaling, self.difference
        seasons = Seasons(periods).fit(rows)
        rows.values = seasons.adjust(rows.values, rows)
        return seasons

    @property
    def _n_windows_read(self):
        """How many windows are read before each forecast."""
        return self.n_windows

    def _get_period(self):
        """Give the rows from one value to the next of the same phase."""
        return self.difference_ or 1

    # Learning.

    def _learn(self, X, y, sample_weight=None):
        """Learn all but the model; give what the model is trained on, and the rows as given."""
        self._horizon, self._strategy = self.horizon, self.strategy
        self._choose_aim()
        self._labels = self.series, self.time
        table = read_table(X, *self._labels)
        self._covariates = Covariates(self.known, self.static, self.calendar, self._embeds_labels)
        given, names = self._covariates.separate(table)
        values = self._check_values(table.values, reset=True)
        names = get_names(table.values, values.shape[1]) if names is None else names
        self._columns, values = learn_columns(names, values, X, y, self.target, self._is_recursive)
        self._n_steps = 1 if self._is_recursive else self._horizon
        if self._columns.are_apart:
            self._check_apart()
        self._check_output(values)
        weights = None if sample_weight is None else check_weights(sample_weight, X)
        if weights is not None:
            values = np.column_stack([values, weights])
        rows, timelines, lie = lay_out(table, values, self.freq)
        if weights is not None:
            weights = np.nan_to_num(rows.values[:, -1])
            rows = SeriesRows(rows.values[:, :-1], rows.starts, weights)
        self._changes = average_changes(rows.values, 1, rows.starts[:-1])
        self._changes = self._changes[:, :, self._columns.targets]
        self._known = KnownSeries.learn(table.keys, self._take_read(rows), timelines)
        self._pattern = table.pattern
        step = getattr(timelines, "step", None)
        if self._covariates:
            given, name = given.take(table.order), self._known.name
            lie = lie or RowsAt(rows.codes, rows.places, None)
            rows.ahead = self._covariates.learn(given, lie, step, len(rows), name)
        given = rows.replace_values(rows.values)
        periods = choose_periods(self.seasonality, self.difference, rows, step)
        self._seasons = self._settle(rows, periods)
        self.seasonality_ = self._seasons.periods
        self._scaler = self._make_scaler(self.window_, self.scaling_, self.difference_).fit(rows)
        pairs = self._make_pairs(rows)
        reach = self._scaler.span + self.n_windows - 1
        period, n_extra = self._get_period(), self._n_steps - 1
        self._past = Past(self._take_read(rows), reach, timelines, period, n_extra)
        return pairs, given

    def _calibrate(self, trials, given):
        """Give the :class:`Intervals` that trials speak for; None if there are none."""
        if trials is None:
            return None
        if self._columns.are_apart:
            ruler = SpreadRuler(self._scaler)
        else:
            values = given.values[:, self._columns.targets]
            ruler = Ruler(self._columns.targets, self._seasons.keep_level(values))
        recent = None
        if self._past.reach < REACH:
            recent = Past(self._take_read(self._adjust(given)), REACH, self._past.timelines)
        return self._learn_intervals(trials, self._horizon, ruler, recent)

    _learn_intervals = staticmethod(Intervals.learn)

    def _go_back(self, given, n_held_out):
        """Give a copy that knows seasons and scales of the first rows alone, and these rows.

        The rows are None if they are too few.
        """
        earlier = freeze(self)
        rows = given.drop_last(n_held_out)
        if rows.lengths.max() < self._scaler.span + self._n_steps:
            return earlier, None
        if self._effects is not None:
            earlier._effects = copy.copy(self._effects).fit(rows, self._columns.targets)
        earlier._seasons = copy.copy(self._seasons).fit(earlier._adjust_effects(rows))
        rows = earlier._adjust(rows)
        words = self.window_, self.scaling_, self.difference_
        earlier._scaler = self._make_scaler(*words).fit(rows)
        return earlier, rows

    def _adjust(self, rows):
        """Give rows without effects and seasons."""
        rows = self._adjust_effects(rows)
        return rows.replace_values(self._seasons.adjust(rows.values, rows))

    def _adjust_effects(self, rows):
        """Give rows without what columns known ahead add to them."""
        if self._effects is None:
            return rows
        return rows.replace_values(self._effects.adjust_rows(rows))

    def _view(self, rows, positions):
        """Give the :class:`History` of rows to forecast, at positions of rows without seasons."""
        read = self._take_read(rows)
        levels = read.carry_on(self._get_period())
        owners = np.searchsorted(rows.starts, positions, side="right") - 1
        return History(read, levels, np.arange(len(rows)), positions, owners, self._past.reach)

    def _take_read(self, rows):
        """Give the columns that are read."""
        return rows.take_columns(self._columns.n_read)

    def _make_scaler(self, window, scaling, difference):
        return WindowScaler(
            window,
            difference or 0,
            scaling,
            self._columns.outputs,
            self._columns.n_read,
            self._fills_gaps,
            self._fills_start,
            self._read_lags(),
            self._n_steps,
            self._is_positive,
        )

    def _read_lags(self):
        """Read which rows apart from the window are wanted."""
        if self.lags is None:
            return ()
        with explain_errors("lags must be ints of at least 1", self.lags):
            lags = [make_plain(lag) for lag in np.atleast_1d(np.asarray(self.lags, object))]
            if not all(map(COUNT.is_satisfied_by, lags)):
                raise ValueError("None of them may be smaller, or anything else.")
        return tuple(lags)

    def _choose_aim(self):
        """Choose what is forecast of a value, if there is a choice."""

    def _check_output(self, values):
        """Check values (n, columns), in the order given, for what forecasts are to be."""

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

    def _check_apart(self):
        for name, given in (("strategy", self._is_recursive), ("difference", self.difference)):
            if given:
                raise ValueError(
                    f"{name}={getattr(self, name)!r} builds forecasts on earlier values of what "
                    "is forecast, so y must be among the columns of X."
                )

    def _learn_more(self, X, y):
        """Append rows, and give what a model that goes on is trained on."""
        placed = self._place_rows(X, follows=True)
        truth = None if y is None else sort_rows(check_truth(y, X), placed.table)
        if truth is not None and match_columns(placed.values, truth) != self._columns.targets:
            raise ValueError("y must be the columns of X that the first call forecast.")
        return self._make_pairs(*self._append(placed))

    def _append(self, placed):
        """Append rows; give all that are remembered, and where in each series new ones begin."""
        past, values, codes, places = self._past, placed.values, placed.codes, placed.places
        self._check_output(put_back(values, placed.table))
        if places.min() < 1:
            row = int(places.argmin())
            raise ValueError(
                f"X begins at {placed.times[row]}{self._known.name(codes[row])}, but rows up to "
                f"{past.timelines.get_last(codes[row])} have been seen; give the rows that follow."
            )
        values = self._take_effects_out(placed)
        if codes[-1] >= len(past):
            self._add_series(placed._replace(values=values))
        values = self._seasons.adjust_at(values, codes, placed.at)
        self._learn_scales(values, codes, places)
        timelines = past.timelines and past.timelines.go_on(placed.times, codes)
        if self._intervals is not None:
            self._intervals = self._intervals.append(values, codes, places, timelines)
        self._past, rows, levels = past.append(values, codes, places, timelines, placed.ahead)
        since = np.append(past.counts, np.zeros(len(rows) - len(past), int)) - self._past.counts
        return rows, levels, rows.starts[1:] + since

    def _add_series(self, placed):
        """Learn seasons of the series that have not been seen."""
        n_known, is_new = len(self._past), placed.codes >= len(self._past)
        values, codes, places = placed.values[is_new], placed.codes[is_new], placed.places[is_new]
        rows = spread_rows(values, codes - n_known, places, codes[-1] + 1 - n_known)
        self._seasons = self._seasons.extend(rows)
        self._known = self._known.add(placed.table.keys)

    def _learn_scales(self, values, codes, places):
        """Learn moments of the series of which none were known from rows without seasons."""
        is_unknown = self._scaler.find_unknown(codes)
        if is_unknown.any():
            which, owners = np.unique(codes[is_unknown], return_inverse=True)
            rows = spread_rows(values[is_unknown], owners, places[is_unknown], len(which))
            self._scaler = self._scaler.extend(rows, which)

    def _make_pairs(self, rows, levels=None, since=None):
        pairs = SeriesPairs(rows, self._scaler, self._n_steps, levels, since)
        check_usable(pairs)
        return pairs

    # Forecasting.

    def _place_rows(self, X, follows=False):
        """Read rows, and place them in the series that have been seen."""
        check_is_fitted(self)
        has_times = self._past.timelines is not None
        table = read_table(X, *self._labels, numbers_tell=has_times)
        given, _ = self._covariates.separate(table)
        values = self._check_values(table.values)
        placed = self._known.place(table, values, self._past, follows)
        return self._look_ahead(placed, given.take(table.order)) if self._covariates else placed

    def _look_ahead(self, placed, given):
        """Add to placed rows what is known ahead, by their dates of the rows after them too."""
        known = self._known if placed.table.keys is None else self._known.add(placed.table.keys)
        words = placed.lie, known.name, self._horizon - 1
        return placed._replace(ahead=self._covariates.add(self._past.rows.ahead, given, *words))

    def _forecast_rows(self, placed, coverage=None):
        """Forecast what comes from each of placed rows on: (n, horizon, targets).

        With a coverage, give bounds in place of it, (n, horizon, 2 * targets), or the quantiles.
        """
        codes, values = placed.codes, self._take_effects_out(placed)
        self._scaler.check_known(values, codes)
        values = self._seasons.adjust_at(values, codes, placed.at)
        history = self._past.find(values, codes, placed.places, placed.ahead)
        forecasts = self._extend_to(
            history, self._horizon, coverage, lambda past: past.find(values, codes, placed.places)
        )
        return self._restore(forecasts, codes, placed.at, placed.ahead)

    def _extend_to(self, history, horizon, coverage, find_history):
        """Forecast what comes after each row of a :class:`History`, or bounds or quantiles of it.

        ``find_history`` gives it in the :class:`Past` whose changes are measured.
        """
        if coverage is None:
            return self._extend(history, horizon)
        base = self._extend_base(history, horizon)
        if coverage == QUANTILES:
            return base
        recent = self._past if self._intervals.recent is None else self._intervals.recent
        return self._intervals.surround(base, find_history(recent), coverage)

    def _extend_base(self, history, horizon):
        """Forecast what bounds are put around: (n, horizon, bases * targets)."""
        return self._extend(history, horizon)

    @property
    def _can_feed_back(self):
        """Whether forecasts can be read as the rows that follow."""
        return self._columns.feed_back

    def _take_effects_out(self, placed):
        """Give the values of placed rows without what columns known ahead add to them."""
        if self._effects is None:
            return placed.values
        return self._effects.adjust(placed.values, placed.codes, placed.at, placed.ahead)

    def _restore(self, forecasts, codes, at, ahead):
        """Put seasons and effects back into forecasts (n, steps, targets) from places on.

        Or into several of each target: (n, steps, bounds * targets).
        """
        targets = self._columns.targets
        if (n_bounds := forecasts.shape[2] // len(targets)) > 1:
            parts = np.split(forecasts, n_bounds, axis=2)
            parts = [self._restore(part, codes, at, ahead) for part in parts]
            return np.concatenate(parts, axis=2)
        forecasts = self._seasons.restore(forecasts, codes, at, targets)
        if self._effects is None:
            return forecasts
        return self._effects.restore(forecasts, codes, at, ahead)

    def _check_calibrated(self, coverage):
        """Check a coverage, and that there are intervals."""
        check_is_fitted(self)
        if self._intervals is None:
            raise ValueError(
                f"calibrate={self.calibrate!r} has left {type(self).__name__} without forecasts "
                "of rows that were held out, which intervals need. Set calibrate=True, and fit "
                "(partial_fit holds none out)."
            )
        return check_coverage(coverage)

    def _extend(self, history, horizon):
        """Forecast what comes after each row of a :class:`History`: (n, horizon, targets)."""
        if horizon > self._n_steps and not self._columns.feed_back:
            raise ValueError(
                f"horizon={horizon} is past the trained horizon={self._horizon}: forecasts that "
                "are fed back need every column of X to be forecast, and only "
                f"{self._columns.target_names} are. Train with a longer horizon or "
                "strategy='recursive', or name the other columns with known= or static= if they "
                "are known ahead."
            )
        forecasts = feed_back(
            self._run,
            self._run_windows,
            self._scaler,
            history,
            self._n_steps,
            horizon,
            self._n_windows_read,
            self._repeat_rounds,
        )
        return forecasts[..., self._columns.picked]

    def _run(self, history):
        """Forecast in the units that are learned in; give contexts, and the frame to undo them."""
        contexts = history[:]
        windows, frame = self._scaler.read(contexts)
        return self._run_windows(self._join(windows, contexts)), contexts, frame

    def _join(self, windows, contexts):
        """Join windows with what is known ahead."""
        return windows

    _repeat_rounds = staticmethod(repeat_rounds)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.one_d_array = True
        tags.target_tags.required = False
        tags.target_tags.multi_output = True
        return tags
