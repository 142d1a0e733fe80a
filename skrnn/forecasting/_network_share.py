"""How much of what a network adds to its linear part is worth having."""

import numpy as np

from ._choice import (
    ENOUGH_SERIES,
    MEDIAN,
    ONE_ERROR,
    TWO_ERRORS,
    average_groups,
    get_sure_mean,
    group_positions,
    list_held_out,
)
from ._levels import fill_gaps

N_FOLDS = 2  # parts that are held out of few series, one after another
SHARES = 0.25, 0.5, 0.75, 1.0  # of what a network adds
MANY_ROWS = 1000  # from which on it may be more than half


def forecast_fold(forecaster, pairs, n_held_out):
    """Forecast the last rows without and with a network: a fold of :func:`choose_share`.

    Parameters
    ----------
    forecaster : RNNForecaster
        That knows nothing of these rows.
    pairs : SeriesPairs
        Of all rows.
    n_held_out : ndarray of int of shape (n_series,)
    """
    rows, scaler = pairs.rows, pairs.scaler
    positions = list_held_out(rows, n_held_out, pairs.n_steps)
    whole = forecaster._run_all(pairs.view(positions, scaler.span + forecaster.n_windows - 1))
    windows, known = pairs[positions]
    start = forecaster.regressor_._linear_start
    linear = start.predict(fill_gaps(windows).reshape(len(windows), -1))
    weights = pairs.weigh(np.ones(known.shape), positions).reshape(len(known), -1)
    known = known.reshape(len(known), -1)
    return known, linear, whole, group_positions(rows, positions, pairs.n_steps), weights


def cut_back(rows, n_held_out, n_folds=N_FOLDS):
    """Give rows, then those without their last part, and so on; of many series one fold tells.

    The last part of each is there to be held out, and as many rows before it to learn from.
    """
    for _ in range(n_folds if len(rows) < ENOUGH_SERIES else 1):
        yield rows
        rows = rows.drop_last(n_held_out)
        if (rows.lengths < 2 * n_held_out).any():
            break


def choose_share(folds, candidates=SHARES, judge=MEDIAN.judge):
    """Choose how much of what a network adds to its linear start is worth having.

    Parameters
    ----------
    folds : list of tuple
        What was forecast: the truth, NaN where unknown, the forecasts without and with the
        network, all of shape (n, outputs), the group of each row, within which errors are not
        independent, such as the series, and, where not all count the same, what each of the
        truth counts for.
    candidates : tuple of float
    judge : callable
        Gives the errors of forecasts, from the truth and them.

    Returns
    -------
    float
        0 unless the least error is surely less than without a network; else the smallest share
        whose error is not surely more than that (Breiman et al., 1984, section 3.4.3).

    References
    ----------
    Breiman, Friedman, Olshen and Stone (1984), Classification and regression trees, Wadsworth.
    """
    gains = {
        share: np.concatenate([_measure_gain(judge, share, *f) for f in folds])
        for share in candidates
    }
    sure = {share: get_sure_mean(gains[share], TWO_ERRORS) for share in candidates}
    best = max(sure, key=sure.get)
    if not sure[best]:
        return 0.0
    return next(s for s in candidates if not get_sure_mean(gains[best] - gains[s], ONE_ERROR))


def _measure_gain(judge, share, known, linear, whole, groups, weights=1):
    """Give by how much less the error of each group is with a share than without."""
    gains = judge(known, linear) - judge(known, linear + share * (whole - linear))
    return average_groups(weights * gains, groups)
