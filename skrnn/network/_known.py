"""Where the input of a network holds what is known of rows ahead."""

from typing import NamedTuple


class Known(NamedTuple):
    """Where a step holds what is known of rows.

    Parameters
    ----------
    n_values : int
        Values of series, which come first.
    n_skipped : int
        How many of the first of them are not read by a network that reads on from step to step.
    n_columns : int
        Columns of the row, which come next; those of series come after them.
    n_ahead : int
        How many of these, from the first, a row ahead has.
    levels : tuple of tuple
        Which columns hold numbers of labels: whether they are those of series, the place among
        these or those of a row, and how many labels.
    """

    n_values: int
    n_skipped: int
    n_columns: int
    n_ahead: int
    levels: tuple
