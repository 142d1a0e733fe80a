"""One call that scores several estimators on the same folds."""

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import count
from numbers import Real
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import is_classifier
from sklearn.metrics import check_scoring
from sklearn.model_selection import check_cv
from sklearn.pipeline import Pipeline
from sklearn.utils import indexable
from sklearn.utils.parallel import Parallel, delayed

from .._errors import describe, explain_errors
from ..forecasting._base import BaseForecaster
from ..forecasting._split import read_series_cv
from ..metrics._scorers import get_scorer, get_scorer_names
from ._scores import Comparison, make_table, score_fold, summarize


def compare(
    estimators: Mapping[str, Any] | Sequence[Any],
    X: ArrayLike,
    y: ArrayLike | None = None,
    *,
    groups: ArrayLike | None = None,
    cv: Any = None,
    scoring: Any = None,
    params: Mapping[str, Any] | None = None,
    n_jobs: int | None = None,
    error_score: float | Literal["raise"] = np.nan,
    verbose: int = 0,
) -> Comparison:
    """Cross-validate several estimators on the same folds, and put the scores side by side.

    Parameters
    ----------
    estimators : dict of str to estimator, or list of estimators
        What to compare, by name: estimators, pipelines and searches of scikit-learn beside those
        of skrnn. They are cloned and stay as they are. Those of a list are called by their types,
        numbered where a type occurs twice.
    X : array-like of shape (n, ...), list of str, or table
        What ``fit`` of all of them reads: texts, sequences, a series, or a table of many series.
    y : array-like of shape (n,) or (n, n_outputs), default=None
        Targets; None for forecasters of X itself.
    groups : array-like of shape (n,), default=None
        Which samples belong together, for splitters that keep them so.
    cv : int, splitter or iterable of (train, test), default=None
        The folds, as :func:`~sklearn.model_selection.cross_validate` reads them, made once for
        all. With a forecaster among the estimators an int, or None for 5, is that of a
        :class:`SeriesSplit`, which takes ``series`` and ``time`` from the forecaster where it has
        none.
    scoring : str, callable, list of str or dict, default=None
        What to measure, as in :func:`~sklearn.model_selection.cross_validate`; None takes
        ``score`` of each estimator. With a forecaster among them, names mean the scorers of
        forecasts of :func:`skrnn.metrics.get_scorer`, which read several steps, and need no y.
    params : dict, default=None
        Passed on to ``fit`` of each; those that have a value for each row of X, such as
        ``sample_weight``, are cut to the training rows.
    n_jobs : int, default=None
        How many fits run at a time; None is 1, unless in a :obj:`joblib.parallel_backend`
        context.
    error_score : "raise" or float, default=nan
        The score of a fit that fails, with a warning; "raise" raises.
    verbose : int, default=0
        Whether to print a line for each fit.

    Returns
    -------
    Bunch
        Shown as its summary. It has

        ``table`` : pandas.DataFrame
            A row for each estimator and fold: ``estimator``, ``fold`` (from 0), ``test_score``,
            or ``test_`` and the name for each of several scores, and the seconds ``fit_time``
            and ``score_time``.
        ``summary`` : pandas.DataFrame
            A row for each estimator, with its mean scores and their standard deviations over the
            folds, and mean seconds, called as in ``cv_results_`` of a search
            (``mean_test_score``); by the first score, the best first.

    Raises
    ------
    ValueError
        If an argument is none of these, or if all fits fail.

    See Also
    --------
    ComparisonDisplay : The same as a picture.
    backtest : Every forecast of one forecaster.
    sklearn.model_selection.cross_validate : Scores of one estimator.

    Notes
    -----
    Fold by fold, each estimator has its turn, so that a machine that slows down meanwhile does so
    for all. Times are what was spent: the first fit of a kind of network in a process compiles
    it, which later ones do not, and the first of all loads Keras. For times without that, fit
    each estimator once before. With ``n_jobs`` fits share the machine, and each process compiles
    by itself.

    Examples
    --------
    >>> from skrnn import NaiveForecaster, WindowForecaster, compare
    >>> from skrnn.datasets import load_airline
    >>> found = compare(
    ...     {"last": NaiveForecaster(), "linear": WindowForecaster()},
    ...     load_airline().data,
    ...     cv=3,
    ...     scoring="neg_mean_absolute_error",
    ... )
    >>> found.summary["mean_test_score"].round(1).to_dict()
    {'linear': -23.9, 'last': -30.1}
    """
    models = name_estimators(estimators)
    if error_score != "raise" and not isinstance(error_score, Real):
        raise ValueError(f"error_score must be 'raise' or a number. Got {describe(error_score)}.")
    forecasters = [found for model in models.values() if (found := find_forecaster(model))]
    folds = list_folds(cv, X, y, groups, models, forecasters)
    scoring = read_scoring(scoring, models, bool(forecasters))
    words = {"scoring": scoring, "params": params, "error_score": error_score, "verbose": verbose}
    results = Parallel(n_jobs=n_jobs)(
        delayed(score_fold)(name, model, X, y, fold, folds, **words)
        for fold in range(len(folds))
        for name, model in models.items()
    )
    table = make_table(results, list(models), error_score)
    return Comparison(table=table, summary=summarize(table))


def name_estimators(estimators):
    """Give estimators by name: those of a list by their types, numbered where these repeat."""
    if not isinstance(estimators, Mapping | list | tuple):
        raise TypeError(
            "estimators must be a dict of estimators by name, or a list of them. Got "
            f"{describe(estimators)}."
        )
    if not estimators:
        raise ValueError(f"estimators must hold one or more. Got {describe(estimators)}.")
    if not isinstance(estimators, Mapping):
        kinds = [type(estimator).__name__ for estimator in estimators]
        often, numbers = Counter(kinds), {kind: count(1) for kind in kinds}
        names = [k if often[k] == 1 else f"{k}-{next(numbers[k])}" for k in kinds]
        estimators = dict(zip(names, estimators, strict=True))
    for name, estimator in estimators.items():
        if not isinstance(name, str):
            raise TypeError(f"estimators must have names that are str. Got {describe(name)}.")
        if isinstance(estimator, type) or not hasattr(estimator, "fit"):
            raise TypeError(
                f"estimators must have a method fit. Got {describe(estimator)} as {name!r}."
            )
    return dict(estimators)


def find_forecaster(model):
    """Find the forecaster in a model, which need not be fitted; None if there is none."""
    while model is not None and not isinstance(model, BaseForecaster):
        if isinstance(model, Pipeline):
            model = model.steps[-1][1]
        else:
            names = ("estimator", "regressor")
            model = next((getattr(model, name) for name in names if hasattr(model, name)), None)
    return model


def list_folds(cv, X, y, groups, models, forecasters):
    """Give the folds, which are the same for all estimators."""
    with explain_errors("y must have a row for each of X", y):
        indexable(X, y)
    if forecasters:
        cv = read_series_cv(cv, forecasters[0].series, forecasters[0].time)
    classifies = all(map(is_classifier, models.values()))
    with explain_errors("cv must be a number of folds, a splitter or a list of folds", cv):
        splitter = check_cv(5 if cv is None else cv, y, classifier=classifies)
        folds = list(splitter.split(X, y, groups))
    if not folds:
        raise ValueError(f"cv must give one fold or more. Got {describe(cv)}.")
    return folds


def read_scoring(scoring, models, is_forecast):
    """Check what to measure; names mean scorers of forecasts where there are some."""
    wanted = "scoring must be a name, a scorer, a list of names, a dict of scorers, or None"
    with explain_errors(wanted, scoring):
        if is_forecast:
            scoring = name_forecast_scorers(scoring)
        for model in models.values():
            check_scoring(model, scoring)
    return scoring


def name_forecast_scorers(scoring):
    """Put scorers of forecasts in the place of their names."""
    if scoring is None or callable(scoring):
        return scoring
    if isinstance(scoring, str):
        return get_scorer(scoring) if scoring in get_scorer_names() else scoring
    if not isinstance(scoring, Mapping):
        scoring = {name: name for name in scoring}
    return {name: name_forecast_scorers(scorer) for name, scorer in scoring.items()}
