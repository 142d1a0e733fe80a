"""Which columns a series has, and which of them are forecast."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np

from ._series import check_truth, find_columns, get_names, match_columns


@dataclass(frozen=True)
class Columns:
    """Columns of a series, with those of a y beside them that it does not hold.

    Parameters
    ----------
    names : list
        Of all columns.
    n_read : int
        How many of them, from the first, are those of the series.
    targets : list of int
        Which are asked for.
    outputs : list of int
        Which a model forecasts; the targets are among them.
    """

    names: list
    n_read: int
    targets: list
    outputs: list

    @property
    def target_names(self):
        """The names of what is asked for."""
        return [self.names[i] for i in self.targets]

    @property
    def picked(self):
        """The places of the targets among the outputs."""
        return [self.outputs.index(i) for i in self.targets]

    @property
    def are_apart(self):
        """Whether targets are not among the columns of the series."""
        return max(self.targets) >= self.n_read

    @property
    def feed_back(self):
        """Whether the outputs can be read as the rows that follow."""
        return self.outputs == list(range(self.n_read))

    def check_feed_back(self, horizon, trained):
        """Raise if forecasts cannot go on past the horizon that was trained."""
        if not self.feed_back:
            raise ValueError(
                f"horizon={horizon} is past the trained horizon={trained}: forecasts that are fed "
                "back need every column of X to be forecast, and only "
                f"{self.target_names} are. Train with a longer horizon or strategy='recursive', "
                "or name the other columns with known= or static= if they are known ahead."
            )


def name_columns(wanted, X):
    """Give the columns of a table that a word counts by their names, if these tell them.

    Parameters
    ----------
    wanted : label, list of labels, dict by labels or None
    X : table or array-like

    Returns
    -------
    label, list of labels, dict by labels or None
    """
    names = get_names(X, 0)

    def name(label):
        is_count = isinstance(label, Integral) and not isinstance(label, bool | np.bool_)
        if not is_count or label in names or not 0 <= label < len(names):
            return label
        return names[label] if names.count(names[label]) == 1 else label

    if isinstance(wanted, dict):
        return {name(label): fill for label, fill in wanted.items()}
    if isinstance(wanted, str) or not np.iterable(wanted):
        return name(wanted)
    return [name(label) for label in wanted]


def learn_columns(names, values, X, y, target, is_recursive):
    """Learn which columns there are, and which are forecast.

    Parameters
    ----------
    names : list
        Of the columns of the series.
    values : ndarray of shape (n, columns)
        Theirs.
    X, y : array-like
        As they were given; y may be None.
    target : str, int, list of these or None
        As in :class:`skrnn.RNNForecaster`.
    is_recursive : bool
        Whether forecasts of all columns are fed back.

    Returns
    -------
    columns : Columns
    values : ndarray of shape (n, columns)
        With the columns of a y that X does not hold.
    """
    n_read, targets = values.shape[1], None
    truth = None if y is None else check_truth(y, X)
    if y is None:
        targets = find_columns(names, target)
    elif target is not None:
        raise ValueError(f"target={target!r} and y both say what to forecast; give one.")
    else:
        targets = match_columns(values, truth)
    if targets is None:
        targets = list(range(n_read, n_read + truth.shape[1]))
        names, values = names + get_names(y, truth.shape[1]), np.hstack([values, truth])
    outputs = list(range(n_read)) if is_recursive else targets
    return Columns(names, n_read, targets, outputs), values
