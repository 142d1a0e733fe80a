"""Forecasts of rows that were held out, fold by fold."""

import time
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.model_selection import check_cv
from sklearn.utils import _safe_indexing

from .._errors import describe, explain_errors
from .._numbers import COUNT, make_plain
from .._typing import Table
from .._values import fill_masked
from ._answers import BOUNDS, unfold_answer
from ._base import BaseForecaster
from ._calendar import Calendar
from ._intervals import check_coverage
from ._series import align_rows, check_truth, get_names
from ._split import read_series_cv
from ._tables import join_columns, read_table, to_column


def backtest(
    forecaster: Any,
    X: ArrayLike,
    y: ArrayLike | None = None,
    *,
    cv: Any = None,
    refit: bool | int = True,
    coverage: float | None = None,
    verbose: int = 0,
) -> Table:
    """Forecast rows that are held out, fold by fold, as they would have been forecast then.

    Parameters
    ----------
    forecaster : estimator
        A forecaster, or a search of scikit-learn around one. It is cloned and stays as it is.
    X : array-like of shape (time,) or (time, features), or table of many series
        As ``fit`` of the forecaster reads it.
    y : array-like of shape (n,) or (n, targets), default=None
        What to forecast, row for row; by default what the forecaster forecasts of X.
    cv : int, splitter or iterable of (train, test), default=None
        The folds, in time order: test rows come after the training rows of their series. An
        int, or None for 5, is that of a :class:`SeriesSplit`, which takes ``series`` and ``time``
        from the forecaster where it has none.
    refit : bool or int, default=True
        Whether to train for each fold; an int trains for the first of every so many folds. For
        the others (with False all but the first) the rows that have come since are passed to
        ``update``.
    coverage : float in (0, 1), default=None
        The share of rows that intervals are to hold, which are then in the table, too.
    verbose : int, default=0
        Whether to print a line a fold.

    Returns
    -------
    DataFrame
        Of pandas, or polars where X is; a row for each test row, step ahead and target:

        ``fold``
            Counted from 0.
        ``series``
            Its label, if X is a table of many.
        ``origin``
            The time of the last row of the series that was known; missing if there was none.
        ``step``
            1 for the forecast of the test row itself.
        ``time``
            The time that is forecast.
        ``target``
            Its name, if several are forecast.
        ``truth``
            Missing where X does not have it.
        ``forecast``
            Made from what was known at the origin.
        ``lower``, ``upper``
            The bounds of its interval, with a ``coverage``.

        Where X has no times, the rows of each series are counted from 0.

    Raises
    ------
    ValueError
        If a test row does not come after all training rows of its series, if rows are left out
        between training and test rows that have no times, or if a forecaster raises.

    See Also
    --------
    SeriesSplit : Folds by time.
    BacktestDisplay : The forecasts, and their errors by step, as pictures.
    sklearn.model_selection.cross_validate : Scores of each fold.

    References
    ----------
    Tashman (2000), Out-of-sample tests of forecasting accuracy: an analysis and review,
    International Journal of Forecasting 16(4).

    Examples
    --------
    >>> from skrnn import NaiveForecaster, backtest
    >>> from skrnn.datasets import load_airline
    >>> table = backtest(NaiveForecaster(horizon=3), load_airline().data, cv=4)
    >>> errors = (table["truth"] - table["forecast"]).abs()
    >>> errors.groupby(table["step"]).mean().round(1).to_dict()
    {1: 29.7, 2: 47.2, 3: 58.1}
    """
    every = _read_refit(refit)
    coverage = None if coverage is None else check_coverage(coverage)
    rows, parts = _Rows(X, y, _unwrap(forecaster)), []
    for fold, (train, test) in enumerate(rows.list_folds(cv)):
        start = time.perf_counter()
        if fold % every == 0:
            known, new, fitted = train, (), None
        else:
            known, new = np.union1d(known, train), np.setdiff1d(train, known)
        rows.check_order(fold, known, test)
        origins = rows.find_origins(train, test)
        if fitted is None:
            fitted = clone(forecaster).fit(*rows.take(train))
        elif len(new):
            _unwrap(fitted).update(rows.take(new)[0])
        names = _unwrap(fitted)._columns.target_names
        forecasts = rows.forecast(fitted, test)
        bounds = None if coverage is None else rows.bound(fitted, test, coverage)
        parts.append(rows.list_forecasts(test, origins, names, forecasts, bounds))
        parts[-1].insert(0, "fold", fold)
        if verbose:
            seconds = time.perf_counter() - start
            print(f"[backtest] fold {fold}: {len(train)} + {len(test)} rows, {seconds:.1f} s")
    if not parts:
        raise ValueError(f"cv must give one fold or more; got {describe(cv)}.")
    return rows.shape(pd.concat(parts, ignore_index=True))


class _Rows:
    """The rows of a table, as folds take them and forecasts of them are listed."""

    def __init__(self, X, y, forecaster):
        self._X = X
        self._y = None if y is None else align_rows(y, X)
        self._words = {name: getattr(forecaster, name, None) for name in ("series", "time")}
        self._table = read_table(X, **self._words)
        if not len(self._table.codes):
            raise ValueError(f"X must hold rows of one series or of several. Got {describe(X)}.")
        self._calendar = Calendar(self._table, forecaster.freq)
        self._ranks = np.argsort(self._calendar.order)
        self._truth = None if y is None else check_truth(self._y, X)[self._calendar.order]

    def list_folds(self, cv):
        """Give the positions of training and test rows, the latter by series, then time."""
        cv = read_series_cv(cv, **self._words)
        for fold in check_cv(cv).split(self._X, self._y):
            train, test = map(np.asarray, fold)
            if not (len(train) and len(test)):
                part = "test" if len(train) else "training"
                raise ValueError(f"cv must give rows of both kinds; a fold has no {part} rows.")
            yield train, test[np.argsort(self._ranks[test])]

    def take(self, positions):
        """Give rows of X and, if it was given, of y."""
        given = [self._X] if self._y is None else [self._X, self._y]
        with explain_errors("X must hold rows, of which folds are taken", self._X):
            parts = [_safe_indexing(part, positions) for part in given]
        if self._table.times is not None or not isinstance(self._table.index, pd.RangeIndex):
            return parts
        return [_number_rows(part) for part in parts]  # else their numbers were read as times

    def check_order(self, fold, known, test):
        """Raise unless test rows come after all that is known of their series."""
        codes, rows, seen = self._calendar.codes, self._ranks[test], self._ranks[known]
        last = np.full(codes[-1] + 1, -1)
        np.maximum.at(last, codes[seen], seen)
        is_early = rows <= last[codes[rows]]
        if is_early.any():
            row = rows[is_early.argmax()]
            row, before = self._calendar.get_times(np.array([row, last[codes[row]]]))
            raise ValueError(
                f"cv must have the test rows of a series after its training rows, but fold {fold} "
                f"tests that of {row} where that of {before} is known. Give folds in time "
                "order, as those of SeriesSplit."
            )

    def find_origins(self, train, test):
        """Find the last row known before each test row; -1 where there is none."""
        rows, known = self._ranks[test], np.sort(self._ranks[np.union1d(train, test)])
        origins = self._calendar.find_before(rows, known)
        places = self._calendar.places
        is_apart = (origins >= 0) & (places[rows] - places[origins] > 1)
        if not self._calendar.has_step and is_apart.any():
            raise ValueError(
                "cv leaves out rows between those that are known and those that are forecast, "
                "which needs times, in the index or the column time=, that lie a step apart."
            )
        return origins

    def forecast(self, fitted, test):
        """Forecast test rows; what is known ahead may lie in the rows that come after them."""
        part = self.take(test)[0]
        if not isinstance(fitted, BaseForecaster):
            return fitted.predict(part)
        return fitted._predict_among(part, self._X)

    def bound(self, fitted, test, coverage):
        """Give the bounds of forecasts of test rows."""
        return _unwrap(fitted)._predict_among(self.take(test)[0], self._X, coverage)

    def list_forecasts(self, test, origins, names, forecasts, bounds=None):
        """Put the forecasts of test rows, the truth and any bounds below each other."""
        if self._truth is None:
            with explain_errors("X must hold numbers in all rows that are forecast", self._X):
                self._truth = self._read_truth(names)[self._calendar.order]
        forecasts = unfold_answer(forecasts, len(names))[..., 0]  # (n, horizon, targets)
        horizon, n_targets = forecasts.shape[1:]
        rows, steps = self._ranks[test].repeat(horizon), np.tile(np.arange(horizon), len(test))
        found = self._calendar.find(rows, steps)
        truth = np.where(found[:, None] >= 0, self._truth[found], np.nan)
        columns, keys = {}, self._table.keys
        if keys is not None:
            columns["series"] = keys.take(self._calendar.codes[rows])
        columns["origin"] = self._calendar.get_times(origins.repeat(horizon))
        columns |= {"step": steps + 1, "time": self._calendar.follow_times(rows, steps)}
        columns = {name: column.repeat(n_targets) for name, column in columns.items()}
        if n_targets > 1:
            columns["target"] = np.tile(np.array(names, object), len(rows))
        columns |= {"truth": truth.ravel(), "forecast": forecasts.ravel()}
        if bounds is not None:
            bounds = unfold_answer(bounds, n_targets, 2).reshape(-1, 2)
            columns |= dict(zip(BOUNDS, bounds.T, strict=True))
        return pd.DataFrame(columns)

    def _read_truth(self, names):
        """Read the columns that are forecast: (n, targets)."""
        values = fill_masked(self._table.values, np.nan)
        values = values if hasattr(values, "shape") else np.asarray(values)
        if len(values.shape) == 1:
            return np.asarray(values, np.float64)[:, None]
        known = get_names(values, values.shape[1])
        columns = [_safe_indexing(values, known.index(name), axis=1) for name in names]
        return np.column_stack([np.asarray(column, np.float64) for column in columns])

    def shape(self, table):
        """Give a table of pandas as one of the package that X is of."""
        pattern = self._table.pattern
        if pattern.backend in (None, "pandas"):
            return table
        parts = {"series": pattern.series, "origin": pattern.time, "time": pattern.time}
        columns = []
        for name, column in table.items():
            if isinstance(column.dtype, pd.Int64Dtype):
                column = column.astype(object).where(column.notna(), None)
            dtype = parts[name].dtype if parts.get(name) else None
            columns.append(to_column(pd.Index(column), dtype, pattern.backend))
        is_known = ~nw.col("truth").is_nan()
        truth = nw.when(is_known).then(nw.col("truth")).otherwise(None)
        return join_columns(columns).with_columns(truth.alias("truth")).to_native()


def _number_rows(part):
    is_indexed = isinstance(part, pd.Series | pd.DataFrame)
    return part.reset_index(drop=True) if is_indexed else part


def _unwrap(forecaster):
    """Give the forecaster in a search, the best one if there is one."""
    inner = getattr(forecaster, "estimator", forecaster)
    inner = getattr(forecaster, "best_estimator_", inner)
    if not isinstance(inner, BaseForecaster):
        raise TypeError(
            "forecaster must be a forecaster of skrnn, or a search around one. Got "
            f"{describe(forecaster)}."
        )
    return inner


def _read_refit(refit):
    """Give every how many folds to train; infinity for the first alone."""
    refit = make_plain(refit)
    if isinstance(refit, bool):
        return 1 if refit else np.inf
    if not COUNT.is_satisfied_by(refit):
        raise ValueError(f"refit={refit!r} must be True, False or an int of at least 1.")
    return refit
