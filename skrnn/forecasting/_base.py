"""What every forecaster does for its user: fit, forecast, go on, and judge forecasts."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import RegressorMixin, _fit_context
from sklearn.metrics import r2_score
from sklearn.utils.validation import check_is_fitted

from .._checkpoints import keep_checkpoints
from .._chunks import Chunks
from .._compat import CallbackSupportMixin, with_callbacks
from .._doc_links import DocumentedMixin
from .._progress import FitReporter
from .._state import read_once, replace_state
from .._typing import Table, keep_type
from ..metrics._scorers import score_forecasts
from ._answers import FORECASTS, ask_bounds
from ._parted_panel import OtherSeries, list_tables, open_panel
from ._placing import put_back
from ._series_model import SeriesModel
from ._tables import read_table
from ._truth import find_truth


class BaseForecaster(DocumentedMixin, CallbackSupportMixin, RegressorMixin, SeriesModel):
    """A model of series as scikit-learn's users meet it.

    A subclass is a :class:`SeriesModel` that trains in ``_fit_pairs``.
    """

    @keep_type(with_callbacks)
    @keep_type(_fit_context(prefer_skip_nested_validation=False))
    def fit(
        self,
        X: ArrayLike | Chunks,
        y: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train on a series, or on a panel of series.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features), a table of many series, or Chunks
            The series, in time order; NaN marks missing values. Its rows before a time are the
            history from which that time is forecast. A pandas index of dates, periods, durations
            or integers, or the column ``time``, says where its rows lie: rows left out in between
            are missing values. A panel has a row for each series and time, in any order: see
            ``series``. One larger than memory is given as :class:`skrnn.Chunks` of such tables,
            each series in one of them.
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
        checkpoints = keep_checkpoints(self, X=X, y=y, sample_weight=sample_weight)
        with checkpoints, replace_state(self) as draft:
            n_stages = draft._count_stages()
            reporter = FitReporter(self, draft, n_stages, X=X, y=y, metadata=metadata)
            with reporter.stage("reading"):
                panel = open_panel(X, y, sample_weight, (self.series, self.time))
                pairs, given = draft._learn(X if panel is None else panel.sample, y, sample_weight)
                others = None if panel is None else OtherSeries(draft, panel, given)
            trials = draft._fit_pairs(pairs, given, reporter, others)
            with reporter.stage("calibrating"):
                draft._intervals = draft._calibrate(trials, given)
                if others is not None:
                    others.add_to(draft)
        reporter.end()
        return self

    @read_once
    def predict(self, X: ArrayLike, X_future: ArrayLike | None = None) -> Table:
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
        return self._answer(self._find_rows(X, X_future))

    @read_once
    def predict_interval(
        self, X: ArrayLike, coverage: float = 0.9, X_future: ArrayLike | None = None
    ) -> Table:
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
        asked = self._ask_bounds(coverage)
        return self._answer(self._find_rows(X, X_future), asked)

    @read_once
    def forecast(self, horizon: int | None = None, X: ArrayLike | None = None) -> Table:
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
        return self._answer(self._find_next(horizon, X))

    @read_once
    def forecast_interval(
        self, horizon: int | None = None, coverage: float = 0.9, X: ArrayLike | None = None
    ) -> Table:
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
        asked = self._ask_bounds(coverage)
        return self._answer(self._find_next(horizon, X), asked)

    def update(self, X: ArrayLike | Chunks) -> Self:
        """Append rows to what the forecaster has seen, without training.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features), a table of many series, or Chunks
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
            for part in list_tables(X):
                draft._append(draft._place_rows(part, follows=True))
        return self

    @read_once
    def score(
        self, X: ArrayLike, y: ArrayLike | None = None, sample_weight: ArrayLike | None = None
    ) -> float:
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
        forecasts, truth = self._pair_with_truth(X, y)
        return score_forecasts(r2_score, forecasts, truth, sample_weight)

    @read_once
    def _pair_with_truth(self, X, y=None):
        """Give the forecasts of each row and their truth: (n, horizon, targets), NaN if unknown.

        What :func:`skrnn.metrics.get_scorer` asks for.
        """
        placed = self._place_rows(X)
        truth = find_truth(placed, X, y, self._columns, self._horizon)
        if self._joins_steps:
            truth[self._reader.find_lacking(placed)] = np.nan
        forecasts = self._forecast(self._make_origins(placed))
        return put_back(forecasts, placed.table), put_back(truth, placed.table)

    @read_once
    def _find_training_changes(self, X):
        """Give the series of each row, -1 for one not in fit, and their mean changes there.

        What :func:`skrnn.metrics.get_scorer` asks for: (n,) and (2, n_series, targets), of the
        size of changes and its square.
        """
        table = read_table(X, *self._reader.labels)
        if table.keys is None:
            return table.codes, self._changes
        known = self._reader.known.keys[: self._changes.shape[1]].get_indexer(table.keys)
        return known[table.codes], self._changes

    def _ask_bounds(self, coverage):
        """Ask for bounds, if there are intervals."""
        check_is_fitted(self)
        if self._intervals is None:
            raise ValueError(
                f"calibrate={self.calibrate!r} has left {type(self).__name__} without forecasts "
                "of rows that were held out, which intervals need. Set calibrate=True, and fit "
                "(partial_fit holds none out)."
            )
        return ask_bounds(coverage)

    def _answer(self, origins, asked=FORECASTS):
        """Forecast from origins what is asked for, as the user sees it."""
        answer = self._forecast(origins, asked)
        return origins.shape(answer, self._columns.target_names, asked.kinds)

    @read_once
    def _predict_among(self, X, table, coverage=None):
        """Forecast rows of a table, of whose other rows what is known ahead may be read.

        With a coverage, give the bounds of forecasts.
        """
        asked = FORECASTS if coverage is None else self._ask_bounds(coverage)
        placed = self._place_rows(X)
        if self._reader.covariates.known_labels and self._horizon > 1:
            placed = placed._replace(ahead=self._place_rows(table).ahead)
        return self._answer(self._make_origins(placed), asked)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.one_d_array = True
        tags.target_tags.required = False
        tags.target_tags.multi_output = True
        return tags
