"""What columns that are known ahead add to the values of series: taken out, and put back."""

import copy

import numpy as np

from ._rows import SeriesRows
from ._seasons import Seasons

N_LAGS = 8  # rows whose errors go on in those of a row
N_PASSES = 2  # between effects, seasons and errors
N_STEPS = 30  # of expectation maximisation
LEAST_FACTOR = 0.1
SMALLEST = 1e-12  # share of a variance that counts as none
KNOTS = 0.25, 0.5, 0.75  # quantiles of a column at which the slope of its effect may change
LEAST_ROWS = 10  # for each coefficient, where slopes may change


class Effects:
    """Effects of columns that are known ahead on the targets of each series.

    Parameters
    ----------
    periods : tuple of int
        Of seasons, which are taken out while effects are learned.
    keep_sign : bool, default=False
        Whether what is at least 0 stays so: effects are factors then.

    Notes
    -----
    Each column has an effect on its row and an aftereffect on the next. They are linear, but that
    the slope of the former, where a column does not hold flags and rows are many, may change at
    its quartiles (a linear spline). They are learned by generalised least squares, errors being
    autoregressive (Cochrane and Orcutt, 1949), by turns with seasons. The coefficients of series
    are drawn from one normal distribution, whose mean and variances are those of most likelihood
    (Lindley and Smith, 1972; by expectation maximisation): a series with few rows, or without a
    promotion, has those of the others. The mean of a single one is 0. They add to values, or,
    where all are positive and that is likelier (Box and Cox, 1964), to their logarithms. If
    they are to keep the sign of values, the first are shares of these, relative to the mean of
    a column. In units of the mean size of its values a series that was not in fit has the mean
    coefficients.

    References
    ----------
    Cochrane and Orcutt (1949), Application of least squares regression to relationships
    containing auto-correlated error terms, JASA 44(245).
    Lindley and Smith (1972), Bayes estimates for the linear model, JRSS B 34(1).
    Box and Cox (1964), An analysis of transformations, JRSS B 26(2).
    """

    def __init__(self, periods, keep_sign=False):
        self._periods, self._keep_sign = periods, keep_sign

    def fit(self, rows, targets):
        """Learn from :class:`SeriesRows`, of which all that is known ahead is told."""
        self._targets = targets
        self._knots = []
        known = self._read(rows.ahead, rows.codes, rows.places, 1)[:, 0]
        knots = _find_knots(known[:, : rows.ahead.n_plain])
        if len(known) >= LEAST_ROWS * (known.shape[1] + len(knots)):
            self._knots = knots
        known = self._bend(known)
        n_columns = known.shape[1]
        self._center = known.mean(axis=0) if self._keep_sign else 0
        self._coefficients = np.zeros((len(rows) + 1, n_columns, len(targets)))
        self._logs = np.zeros(len(targets), bool)
        for i, target in enumerate(targets):
            values = SeriesRows(rows.values[:, [target]], rows.starts, rows.weights)
            size = _measure(values)
            found, likelihood = self._fit(values, known, size[:-1], False)
            self._coefficients[:, :, i] = found * (1 if self._keep_sign else size[:, None])
            given = values.values[~np.isnan(values.values)]
            if len(given) and (given > 0).all():
                found, of_logs = self._fit(values, known, np.ones(len(rows)), True)
                if of_logs > likelihood:
                    self._coefficients[:, :, i], self._logs[i] = found, True
        return self

    def keep_first(self, n_series):
        """Give those on the first series alone, and the mean ones."""
        fewer, known = copy.copy(self), self._coefficients
        fewer._coefficients = np.concatenate([known[:n_series], known[-1:]])
        return fewer

    def adjust_rows(self, rows):
        """Give the values of the rows learned from without effects."""
        codes, places = rows.codes, rows.places
        return self.adjust(rows.values, codes, places, rows.ahead)

    def adjust(self, values, codes, places, ahead):
        """Give values (n, columns) at places of series without effects."""
        parts = self._compute(codes, places, ahead, 1)[:, 0]
        adjusted = values.copy()
        for target, is_log, part in zip(self._targets, self._logs, parts.T, strict=True):
            if target < values.shape[1]:
                column = values[:, target]
                if is_log or self._keep_sign:
                    adjusted[:, target] = column / _make_factors(part, is_log)
                else:
                    adjusted[:, target] = column - part
        return adjusted

    def restore(self, forecasts, codes, places, ahead):
        """Put effects back into forecasts (n, steps, targets), the first of them at places."""
        parts = self._compute(codes, places, ahead, forecasts.shape[1])
        factors = _make_factors(parts, self._logs)
        if self._keep_sign:
            return forecasts * factors
        return np.where(self._logs, forecasts * factors, forecasts + parts)

    def _compute(self, codes, places, ahead, n_steps):
        """Compute the effects on rows from places on: (n, n_steps, targets)."""
        coefficients = self._coefficients[np.minimum(codes, len(self._coefficients) - 1)]
        return (self._read(ahead, codes, places, n_steps) - self._center) @ coefficients

    def _read(self, ahead, codes, places, n_steps):
        """Read what is known of rows from places on, of the row before each, and beyond knots.

        Returns
        -------
        ndarray of shape (n, n_steps, columns)
        """
        known = ahead.take(codes, places, np.arange(-1, n_steps))[:, :, : ahead.n_plain]
        known = np.nan_to_num(known)
        return self._bend(np.concatenate([known[:, 1:], known[:, :-1]], axis=2))

    def _bend(self, known):
        """Add what columns are beyond their knots."""
        if not self._knots:
            return known
        beyond = [np.maximum(known[..., column] - knot, 0) for column, knot in self._knots]
        return np.concatenate([known, *(part[..., None] for part in beyond)], axis=-1)

    def _fit(self, rows, known, size, logs):
        """Learn the effects on one column, and how likely they are.

        Returns
        -------
        coefficients : ndarray of shape (n_series + 1, columns)
            The last are the mean.
        likelihood : float
            Its logarithm.
        """
        size = np.where(size > 0, size, 1)
        coefficients, weights = np.zeros((len(rows) + 1, known.shape[1])), np.ones(1)
        for _ in range(N_PASSES):
            values = self._take_seasons_out(rows, known, coefficients, size, logs)
            for _ in range(N_PASSES):
                filtered = [_filter(part, weights, rows) for part in (values[:, None], known)]
                coefficients, variances, n_rows = fit_series(*filtered, rows)
                errors = values - _apply(coefficients, known, rows)
                weights = learn_errors(errors, rows)
        likelihood = -0.5 * (n_rows * np.log(np.maximum(variances, np.finfo(float).tiny))).sum()
        if logs:
            likelihood -= np.nansum(np.log(rows.values))
        else:
            likelihood -= (n_rows * np.log(size)).sum()
        return coefficients, likelihood

    def _take_seasons_out(self, rows, known, coefficients, size, logs):
        """Give values (rows,) in units of their size, or logarithms, without seasons."""
        effects = _apply(coefficients, known, rows)
        unit = rows.spread(size[:, None])[:, 0] if len(rows) > 1 else size[0]
        values = rows.values[:, 0]
        without = values / np.exp(effects) if logs else values - effects * unit
        if self._periods:
            without = without[:, None]
            seasons = Seasons(self._periods).fit(SeriesRows(without, rows.starts))
            without = seasons.adjust(without, rows)[:, 0]
        if logs:
            return np.log(np.maximum(without, np.finfo(float).tiny)) + effects
        return without / unit + effects


def _make_factors(effects, are_logs):
    """Make factors of effects, on logarithms or as shares of values."""
    return np.where(
        are_logs, np.exp(np.where(are_logs, effects, 0)), np.maximum(1 + effects, LEAST_FACTOR)
    )


def _find_knots(known):
    """Pair columns that do not hold flags with each of their knots, within what they hold."""
    return [
        (column, knot)
        for column, values in enumerate(known.T)
        if not np.isin(values, (0, 1)).all()
        for knot in np.unique(np.quantile(values, KNOTS))
        if values.min() < knot < values.max()
    ]


def _measure(rows):
    """Measure the mean size of the values of each series, and that of others, the mean."""
    known = ~np.isnan(rows.values)
    sizes = rows.add(np.where(known, np.abs(rows.values), 0)) / np.maximum(1, rows.add(known))
    return np.append(sizes[:, 0], sizes.mean())


def _apply(coefficients, known, rows):
    """Give the effects (rows,) of what is known of rows."""
    if len(rows) == 1:
        return known @ coefficients[0]
    return (known * coefficients[rows.codes]).sum(axis=1)


def _filter(values, weights, rows):
    """Take from values (rows, columns) what earlier ones say of them; NaN near the start."""
    filtered = values.copy()
    for lag, weight in enumerate(weights[1:], 1):
        filtered[lag:] += weight * values[:-lag]
    filtered[rows.places < len(weights) - 1] = np.nan
    return filtered


def learn_errors(errors, rows, n_lags=N_LAGS):
    """Learn by which weights errors (rows,) go on: those of an autoregression, after a 1.

    Returns
    -------
    ndarray of shape (n_lags + 1,)
    """
    n_lags = int(min(n_lags, np.median(rows.lengths) // 4))
    known = ~np.isnan(errors)
    mean = rows.add(np.where(known, errors, 0)[:, None]) / np.maximum(1, rows.add(known[:, None]))
    errors = errors - rows.spread(mean)[:, 0]
    lagged = np.full((len(errors), n_lags), np.nan)
    for lag in range(1, n_lags + 1):
        lagged[lag:, lag - 1] = errors[:-lag]
    lagged[rows.places < n_lags] = np.nan
    usable = ~np.isnan(lagged).any(axis=1) & known
    if usable.sum() <= 4 * n_lags:
        return np.ones(1)
    found = np.linalg.lstsq(lagged[usable], errors[usable], rcond=None)[0]
    return np.append(1, -found)


def fit_series(values, known, rows):
    """Fit the linear effects of columns in each series, which are alike.

    Parameters
    ----------
    values : ndarray of shape (rows, 1)
        NaN where missing.
    known : ndarray of shape (rows, columns)
    rows : SeriesRows
        Which series they are of, and what each counts for.

    Returns
    -------
    coefficients : ndarray of shape (n_series + 1, columns)
        The last are the mean.
    variances : ndarray of shape (n_series,)
        Of what is left.
    n_rows : ndarray of int of shape (n_series,)
    """
    n_series, n_columns = len(rows), known.shape[1]
    usable = ~np.isnan(values[:, 0]) & ~np.isnan(known).any(axis=1)
    weights = np.where(usable, 1.0 if rows.weights is None else rows.weights, 0)[:, None]
    n_rows = rows.add(weights > 0)[:, 0]
    weights = weights / (weights[weights > 0].mean() if n_rows.any() else 1)
    total = np.maximum(rows.add(weights), np.finfo(float).tiny)
    columns = np.where(usable[:, None], np.hstack([known, values]), 0)
    columns -= np.where(usable[:, None], rows.spread(rows.add(weights * columns) / total), 0)
    moments = np.empty((n_series, n_columns + 1, n_columns + 1))
    for i in range(n_columns + 1):
        moments[:, i, i:] = rows.add(columns[:, i:] * (weights * columns[:, [i]]))
        moments[:, i:, i] = moments[:, i, i:]
    products, sums, squares = moments[:, :-1, :-1], moments[:, :-1, -1], moments[:, -1, -1]
    total = products.sum(axis=0)
    in_use = np.diagonal(total) > SMALLEST * max(np.trace(total), np.finfo(float).tiny)
    coefficients = np.zeros((n_series + 1, n_columns))
    found, variances = _share_strength(
        products[:, in_use][:, :, in_use], sums[:, in_use], squares, n_rows
    )
    coefficients[:, in_use] = found
    return coefficients, variances, n_rows


def _share_strength(products, sums, squares, n_rows):
    """Find the coefficients of series, which come from one normal distribution, and its mean.

    Parameters
    ----------
    products, sums, squares : ndarray of shape (n_series, columns, columns), (n_series, columns) \
and (n_series,)
        Of columns, of columns with values, and of values.
    n_rows : ndarray of int of shape (n_series,)

    Returns
    -------
    coefficients : ndarray of shape (n_series + 1, columns)
    variances : ndarray of shape (n_series,)
    """
    n_series, n_columns = sums.shape
    counts = np.maximum(1, n_rows)
    least = SMALLEST * max(squares.sum() / counts.sum(), np.finfo(float).tiny)
    variances = np.maximum(squares / counts, least)
    if not n_columns:
        return np.zeros((n_series + 1, 0)), variances
    ridge = SMALLEST * np.trace(products.sum(axis=0)) * np.eye(n_columns)
    pooled = np.linalg.solve(products.sum(axis=0) + ridge, sums.sum(axis=0))
    mean = pooled if n_series > 1 else np.zeros(n_columns)
    spread = np.maximum(pooled**2, least)
    for _ in range(N_STEPS):
        inverse = np.linalg.inv(products / variances[:, None, None] + np.diag(1 / spread))
        weighed = sums / variances[:, None] + mean / spread
        found = np.einsum("sij,sj->si", inverse, weighed)
        uncertain = np.diagonal(inverse, axis1=1, axis2=2)
        mean = found.mean(axis=0) if n_series > 1 else mean
        spread = np.maximum(((found - mean) ** 2 + uncertain).mean(axis=0), least)
        left = squares - 2 * (found * sums).sum(axis=1)
        left = left + np.einsum("si,sij,sj->s", found, products, found)
        variances = np.maximum(left / counts, least)
    return np.vstack([found, mean]), variances
