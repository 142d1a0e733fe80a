"""Where the rows of one series lie in time."""

import copy
import warnings

import numpy as np
import pandas as pd

from ._index import TIMES, read_index
from ._steps import count_steps, extend_index, find_breach, find_step, read_step

MANY = 10**6  # rows
MOST_MISSING = 99  # of so many and one


class Timeline:
    """Labels a step apart, up to the last one of a series.

    Parameters
    ----------
    index : pandas.Index
        Of the series, as :func:`skrnn.forecasting._index.read_index` gives it.
    freq : str, offset or None, default=None
        The step; None finds it.
    n_kept : int, default=1
        How many labels to remember where there is no step.

    Attributes
    ----------
    step : offset, Timedelta, int or None
        From one row to the next; None where there is no one step: rows then follow each other
        as they are given.
    last : scalar
        The label of the last row.
    """

    def __init__(self, index, freq=None, n_kept=1):
        self.step = find_step(index) if freq is None else read_step(freq, index)
        self._n_kept = n_kept
        self._set_labels(index)

    def locate(self, index, name="X"):
        """Give the places of labels: 0 for the last row so far, 1 for the one after it.

        Raises
        ------
        ValueError
            If labels are of another kind, or lie between the steps.
        """
        index = convert_labels(index, self._labels, name)
        if self.step is None:
            return np.arange(len(index)) + 1 - int((self._labels >= index[0]).sum())
        places, is_reached = count_steps(index, self.last, self.step)
        if not is_reached.all():
            label = index[int((~is_reached).argmax())]
            step = getattr(self.step, "freqstr", self.step)
            raise ValueError(
                f"{name} has {label} in its index, which lies between the steps: freq={step!r} "
                f"through {self.last}. Leave such rows out, or fit with the freq= of all rows."
            )
        return places

    def go_on(self, index, n_rows, name="X"):
        """Give the timeline up to the end of rows that follow; None if that is not known.

        Parameters
        ----------
        index : pandas.Index or None
            Of the rows that follow; None if they come without gaps.
        n_rows : int
        name : str, default="X"
        """
        if index is None and self.step is None:
            return None
        index = self.extend(n_rows) if index is None else convert_labels(index, self._labels, name)
        longer = copy.copy(self)
        longer._set_labels(self._labels.append(index))
        return longer

    def extend(self, n_rows):
        """Give the labels of the ``n_rows`` after the last."""
        return extend_index(self.last, self.step, n_rows).rename(self._labels.name)

    def _set_labels(self, index):
        n_kept = 1 if self.step is not None else self._n_kept
        self._labels = index[-n_kept:].copy(deep=True)  # a view would keep the whole index
        self.last = index[-1]


def convert_labels(index, labels, name="X"):
    """Bring an index into the time zone of earlier labels; check that it is of their kind."""
    same, hint = index.dtype.kind == labels.dtype.kind, ""
    if isinstance(labels, pd.PeriodIndex):
        same = index.dtype == labels.dtype
    elif isinstance(labels, pd.DatetimeIndex) and same:
        same = (index.tz is None) == (labels.tz is None)
        hint = " Give both a time zone, as with tz_localize, or none."
    if not same:
        raise ValueError(
            f"{name} has an index of {index.dtype}, but the training series had one of "
            f"{labels.dtype}.{hint}"
        )
    zone = getattr(labels, "tz", None)
    return index if zone is None else index.tz_convert(zone)


def learn_timeline(X, n_rows, freq, n_kept):
    """Learn where the rows of a training series lie.

    Parameters
    ----------
    X : array-like
        Its pandas index says it.
    n_rows : int
        Of X.
    freq : str, offset or None
        The step of the index; None finds it.
    n_kept : int
        How many labels to remember where there is no step.

    Returns
    -------
    timeline : Timeline or None
        None where X does not say.
    places : ndarray of int of shape (n_rows,)

    Warns
    -----
    UserWarning
        If there is no one step between the rows.
    """
    index = read_index(X)
    if index is None and freq is None:
        return None, np.arange(n_rows)
    timeline = Timeline(index, freq, n_kept)
    if timeline.step is None and n_rows > 1:
        warnings.warn(explain_no_step(index), stacklevel=2)
    return timeline, timeline.locate(index)


def explain_no_step(index, breach=None):
    """Say which labels have no step in common with the others, and what to do.

    ``breach`` says which, where it is not two neighbours of the index.
    """
    if breach is None:
        before, label = find_breach(index)
        breach = (
            f"X has no one step in its index: {label} follows {before}, out of line with most "
            "other rows"
        )
    other = "State the step with freq=, resample X, give it an index of periods, or drop"
    if not isinstance(index, TIMES):
        other = "Drop"
    return (
        f"{breach}. Rows are taken to be equally far apart, and forecasts are numbered from 1. "
        f"{other} the index if they are."
    )


def find_places(index, n_rows):
    """Give the places of the rows of a series, the first at 0, by its own index."""
    if index is None:
        return np.arange(n_rows)
    places = Timeline(index).locate(index)
    return places - places[0]


def spread_rows(values, places):
    """Put rows at their places, with NaN in those between: (time, columns).

    Parameters
    ----------
    values : ndarray of shape (n, columns)
    places : ndarray of int of shape (n,)
        Increasing; the first row is put first.
    """
    n_rows = int(places[-1] - places[0]) + 1
    if n_rows == len(values):
        return values
    if n_rows > MANY and n_rows > (MOST_MISSING + 1) * len(values):
        raise ValueError(
            f"X has {len(values)} rows, but {n_rows} steps lie between the first and the last of "
            "its index: nearly all would be missing. Resample it, or give it another index."
        )
    spread = np.full((n_rows, values.shape[1]), np.nan)
    spread[places - places[0]] = values
    return spread
