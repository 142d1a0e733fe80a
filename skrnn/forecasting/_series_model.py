"""All that lies between tables and a model of windows: learning of series, and forecasting."""

from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from .._state import freeze
from ..metrics._changes import average_changes
from ._adjustment import Adjustment
from ._answers import FORECASTS
from ._columns import learn_columns, name_columns
from ._covariates import Covariates
from ._intervals import REACH, Intervals, make_ruler
from ._origins import RowOrigins, find_next
from ._pairs import SeriesPairs, check_usable
from ._past import Past
from ._placing import put_back, sort_rows
from ._reader import RowReader
from ._recursion import feed_back, repeat_rounds
from ._rows import spread_rows
from ._scaling import WindowScaler
from ._seasons import Seasons, choose_periods
from ._series import check_truth, check_weights, get_names, match_columns, read_values
from ._tables import read_table
from ._words import read_lags

OF_SERIES = "_reader", "_adjustment", "_scaler", "_past"  # what is known of each series


class SeriesModel(BaseEstimator):
    """A model of windows that learns of series, goes on with them, and forecasts what follows.

    A subclass has the parameters of ``FORECASTER_CONSTRAINTS``, trains in ``_fit_pairs`` and
    forecasts scaled windows in ``_run_windows``.
    """

    # What a subclass says of itself.

    epochs: int | Literal["auto"] = 0
    n_windows = 1  # that may be read before each forecast
    _is_recursive = _is_positive = False
    _fills_gaps = _fills_start = False
    _make_state = None
    _embeds_labels = False  # whether a network reads numbers of labels
    _joins_steps = False  # whether what is known of a step has a part in forecasts of others
    calibrate: bool | Literal["auto"] = True

    # What it learns.

    n_features_in_: int
    feature_names_in_: NDArray[Any]
    window_: int
    scaling_: Any
    difference_: int | None
    seasonality_: tuple[int, ...]

    def _count_stages(self):
        """Count the stages of a fit, at most: reading, training and calibrating."""
        return 3

    def _fit_pairs(self, pairs, given, reporter, others=None):
        """Train on :class:`SeriesPairs`, telling the reporter of stages and epochs.

        Parameters
        ----------
        pairs : SeriesPairs
        given : SeriesRows
            Their rows as they were given.
        reporter : FitReporter
        others : OtherSeries, default=None
            Those of a panel larger than memory, which a model that learns part by part streams.

        Returns
        -------
        list of Trial or None
            What intervals are learned from; None for none.
        """
        raise NotImplementedError

    def _run_windows(self, windows):
        """Forecast scaled windows (n, window, features): (n, steps * outputs)."""
        raise NotImplementedError

    def _choose_aim(self):
        """Choose what is forecast of a value, if there is a choice."""

    def _check_output(self, values):
        """Check values (n, columns), in the order given, for what forecasts are to be."""

    def _settle(self, rows, periods):
        """Settle what the words leave open; give the adjustment, which is made to the rows."""
        self.window_, self.scaling_, self.difference_ = self.window, self.scaling, self.difference
        seasons = Seasons(periods).fit(rows)
        rows.values = seasons.adjust(rows.values, rows)
        return Adjustment(seasons, self._columns.targets)

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
        rows, timelines = self._read(X, y, sample_weight)
        self._changes = self._measure_changes(rows)
        given = rows.replace_values(rows.values)
        step = getattr(timelines, "step", None)
        periods = choose_periods(self.seasonality, self.difference, rows, step)
        self._adjustment = self._settle(rows, periods)
        self.seasonality_ = self._adjustment.seasons.periods
        self._scaler = self._make_scaler(self.window_, self.scaling_, self.difference_).fit(rows)
        pairs = self._make_pairs(rows)
        reach = self._scaler.span + self.n_windows - 1
        period, n_extra = self._get_period(), self._n_steps - 1
        self._past = Past(self._take_read(rows), reach, timelines, period, n_extra)
        return pairs, given

    def _read(self, X, y, sample_weight):
        """Read the rows to learn from, and where in time they lie."""
        labels = self.series, self.time
        table = read_table(X, *labels)
        words = (name_columns(word, table.values) for word in (self.known, self.static))
        covariates = Covariates(*words, self.calendar, self._embeds_labels)
        self._reader = RowReader(labels, covariates, self._horizon, get_names(table.values, 0))
        given, names = covariates.separate(table)
        values = read_values(self, table.values, reset=True)
        names = get_names(table.values, values.shape[1]) if names is None else names
        self._columns, values = learn_columns(names, values, X, y, self.target, self._is_recursive)
        self._n_steps = 1 if self._is_recursive else self._horizon
        if self._columns.are_apart:
            self._check_apart()
        self._check_output(values)
        weights = None if sample_weight is None else check_weights(sample_weight, X)
        n_read = self._columns.n_read
        return self._reader.learn(table, given, values, n_read, weights, self.freq)

    def _calibrate(self, trials, given):
        """Give the :class:`Intervals` that trials speak for; None if there are none."""
        if trials is None:
            return None
        recent = self._take_recent(given)
        ruler = make_ruler(self._columns, self._scaler, self._adjustment.seasons, given)
        return self._learn_intervals(trials, self._horizon, ruler, recent)

    def _take_recent(self, given):
        """Give the last rows of each series, for intervals; None if as many are remembered."""
        if self._past.reach >= REACH:
            return None
        rows = self._take_read(self._adjustment.adjust_rows(given))
        return Past(rows, REACH, self._past.timelines)

    _learn_intervals = staticmethod(Intervals.learn)

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
            read_lags(self.lags),
            self._n_steps,
            self._is_positive,
        )

    def _check_apart(self):
        for name, given in (("strategy", self._is_recursive), ("difference", self.difference)):
            if given:
                raise ValueError(
                    f"{name}={getattr(self, name)!r} builds forecasts on earlier values of what "
                    "is forecast, so y must be among the columns of X."
                )

    def _learn_more(self, X, y, sample_weight=None):
        """Append rows, and give what a model that goes on is trained on."""
        placed = self._place_rows(X, follows=True)
        truth = None if y is None else sort_rows(check_truth(y, X), placed.table)
        if truth is not None and match_columns(placed.values, truth) != self._columns.targets:
            raise ValueError("y must be the columns of X that the first call forecast.")
        weights = None if sample_weight is None else check_weights(sample_weight, X)
        if weights is not None:
            weights = sort_rows(weights, placed.table)
        return self._make_pairs(*self._append(placed, weights))

    def _append(self, placed, weights=None):
        """Append rows; give all that are remembered, and where in each series new ones begin."""
        past, codes, places = self._past, placed.codes, placed.places
        self._check_output(put_back(placed.values, placed.table))
        self._reader.check_follows(placed, past)
        if codes[-1] >= len(past):
            self._adjustment = self._adjustment.extend(placed, len(past))
            self._reader = self._reader.add_series(placed)
        values = self._adjustment.adjust(placed)
        self._scaler = self._scaler.extend(values, codes, places)
        timelines = past.timelines and past.timelines.go_on(placed.times, codes)
        if self._intervals is not None:
            self._intervals = self._intervals.append(values, codes, places, timelines)
        self._past, rows, levels = past.append(
            values, codes, places, timelines, placed.ahead, weights
        )
        since = np.append(past.counts, np.zeros(len(rows) - len(past), int)) - self._past.counts
        return rows, levels, rows.starts[1:] + since

    # Panels larger than memory.

    def _keep_first(self, n_series, given):
        """Give a copy that knows the first series alone, beside which it quickly learns others.

        ``given`` are the rows of all, as they were given.
        """
        fewer = freeze(self)
        for name in OF_SERIES:
            setattr(fewer, name, getattr(self, name).keep_first(n_series))
        recent = self._take_recent(given) if self.calibrate else None
        recent = recent and recent.keep_first(n_series)
        fewer._intervals = Intervals(None, None, None, None, recent)
        return fewer

    def _append_series(self, X):
        """Append series that have not been seen."""
        placed, n_known = self._place_rows(X, follows=True), len(self._past)
        self._append(placed)
        codes, n_series = placed.codes - n_known, len(self._past) - n_known
        rows = spread_rows(placed.values, codes, placed.at, n_series)
        self._changes, self._reader = self._measure_changes(rows), self._reader.remember(rows)

    def _measure_changes(self, rows):
        """Measure how much the targets of each series change from row to row."""
        changes = average_changes(rows.values, 1, rows.starts[:-1])
        return changes[:, :, self._columns.targets]

    def _take_series(self, parts):
        """Know all series of parts but the first of each, which is known."""
        for name in OF_SERIES:
            joined = getattr(self, name).join([getattr(part, name) for part in parts])
            setattr(self, name, joined)
        changes = [self._changes, *(part._changes for part in parts)]
        self._changes = np.concatenate(changes, axis=1)
        if self._intervals is not None:
            self._intervals = self._intervals.join([part._intervals.recent for part in parts])

    def _make_pairs(self, rows, levels=None, since=None):
        pairs = SeriesPairs(rows, self._scaler, self._n_steps, levels, since)
        check_usable(pairs)
        return pairs

    # Forecasting.

    def _place_rows(self, X, follows=False):
        """Read rows, and place them in the series that have been seen."""
        check_is_fitted(self)
        table, given = self._reader.open(X, self._past)
        values = read_values(self, table.values)
        return self._reader.place(table, given, values, self._past, follows)

    def _find_rows(self, X, X_future):
        """Find the rows of a table to forecast."""
        placed = self._place_rows(X)
        if X_future is not None:
            placed = self._reader.add_future(placed, X_future, self._past)
        self._reader.check_ahead(placed)
        return self._make_origins(placed)

    def _make_origins(self, placed):
        self._scaler.check_known(placed.values, placed.codes)
        return RowOrigins(placed, self._adjustment.adjust(placed), self._horizon)

    def _find_next(self, horizon, X):
        """Find what follows the last rows seen: so many rows of each series, or those of X."""
        check_is_fitted(self)
        return find_next(self._reader, self._past, horizon, X)

    def _forecast(self, origins, asked=FORECASTS):
        """Forecast what comes from origins on: (n, horizon, kinds * targets)."""
        history = origins.look_back(self._past, origins.ahead)
        if asked.kinds is None:
            forecasts = self._extend(history, origins.horizon)
        else:
            forecasts = self._extend_base(history, origins.horizon)
        if asked.coverage is not None:
            recent = self._past if self._intervals.recent is None else self._intervals.recent
            history = origins.look_back(recent)
            forecasts = self._intervals.surround(forecasts, history, asked.coverage)
        return self._adjustment.restore(forecasts, origins.codes, origins.at, origins.ahead)

    def _extend_base(self, history, horizon):
        """Forecast what bounds are put around: (n, horizon, bases * targets)."""
        return self._extend(history, horizon)

    @property
    def _can_feed_back(self):
        """Whether forecasts can be read as the rows that follow."""
        return self._columns.feed_back

    def _extend(self, history, horizon):
        """Forecast what comes after each row of a :class:`History`: (n, horizon, targets)."""
        if horizon > self._n_steps:
            self._columns.check_feed_back(horizon, self._horizon)
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
