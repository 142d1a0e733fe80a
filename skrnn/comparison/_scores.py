"""Scores and times of one estimator on one fold, and what they come to over all folds."""

import time
import warnings

import numpy as np
import pandas as pd
from sklearn.exceptions import FitFailedWarning
from sklearn.model_selection import cross_validate
from sklearn.utils import Bunch

TIMES = "fit_time", "score_time"


def score_fold(name, estimator, X, y, fold, folds, *, error_score, verbose, **words):
    """Fit to the training rows of a fold, and score its test rows.

    Parameters
    ----------
    name : str
        Of the estimator.
    fold : int
        Which of the folds.
    folds : list of tuple (train, test)
    **words : dict
        ``scoring`` and ``params``, as :func:`~sklearn.model_selection.cross_validate` takes them.

    Returns
    -------
    row : dict
        Without scores where it failed.
    error : Exception or None
    """
    start, row, error = time.perf_counter(), {"estimator": name, "fold": fold}, None
    try:
        scores = cross_validate(estimator, X, y, cv=[folds[fold]], error_score="raise", **words)
        row |= {key: values[0] for key, values in scores.items()}
    except Exception as raised:
        if error_score == "raise":
            raise
        error = raised
    if verbose:
        seconds = time.perf_counter() - start
        found = [f"{key}={row[key]:.4g}" for key in row if key.startswith("test_")]
        ended = ", ".join(found) if error is None else f"failed: {error}"
        print(f"[compare] fold {fold}, {name}: {ended}, {seconds:.1f} s", flush=True)
    return row, error


def make_table(results, names, error_score):
    """Put the rows of all folds below each other, by estimator, and warn of those that failed."""
    rows, errors = zip(*results, strict=True)
    table = pd.DataFrame(rows)
    if all(errors):
        first = str(errors[0]).rstrip(".")
        raise ValueError(
            f"All {len(rows)} fits failed, the first of them by this: {first}. "
            "error_score='raise' shows where."
        ) from errors[0]
    scores = [name for name in table if name.startswith("test_")]
    has_failed = np.array([error is not None for error in errors])
    table.loc[has_failed, scores] = float(error_score)
    for name in names:
        own = [error for row, error in results if row["estimator"] == name and error]
        if own:
            warnings.warn(
                f"{len(own)} of {(table['estimator'] == name).sum()} fits of {name!r} failed; "
                f"their scores are {error_score}. The first of them: "
                f"{type(own[0]).__name__}: {own[0]}",
                FitFailedWarning,
                stacklevel=3,
            )
    places = table["estimator"].map({name: place for place, name in enumerate(names)})
    table = table.iloc[np.argsort(places, kind="stable")].reset_index(drop=True)
    return table[["estimator", "fold", *scores, *TIMES]]


def summarize(table):
    """Give mean and standard deviation of the scores of each estimator, the best one first."""
    groups, columns = dict(list(table.groupby("estimator", sort=False))), {}
    for name in table.columns[2:]:
        values = [part[name].to_numpy() for part in groups.values()]
        columns[f"mean_{name}"] = [part.mean() for part in values]  # NaN where a fold has failed
        if name not in TIMES:
            columns[f"std_{name}"] = [part.std() for part in values]
    summary = pd.DataFrame(columns, index=pd.Index(groups, name="estimator"))
    return summary.sort_values(summary.columns[0], ascending=False, kind="stable")


class Comparison(Bunch):
    """What :func:`skrnn.compare` gives: ``table`` and ``summary``, which it shows."""

    def __repr__(self):
        return self.summary.to_string(float_format="{:.4g}".format)

    def _repr_html_(self):
        return self.summary.to_html(float_format="{:.4g}".format)
