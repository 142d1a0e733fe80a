"""Numbers that parameters may be: which are taken, and how they are read."""

import sys
from numbers import Integral, Real

import numpy as np
from sklearn.utils._param_validation import Interval

LARGEST_COUNT = 2**31 - 1  # sizes are 32-bit integers in more than one place below
LARGEST_FLOAT = sys.float_info.max


class NumberIn(Interval):
    """Constraint of a finite number within bounds, of whatever type; a bool is no count."""

    def is_satisfied_by(self, val):
        """Tell whether a parameter is such a number."""
        try:
            plain = make_plain(val)
        except OverflowError:  # a fraction
            return False
        is_bool = self.type is Integral and isinstance(plain, bool)
        return not is_bool and isinstance(plain, self.type) and plain in self


COUNT = NumberIn(Integral, 1, LARGEST_COUNT, closed="both")
RATE = NumberIn(Real, 0, LARGEST_FLOAT, closed="right")
TOLERANCE = NumberIn(Real, 0, LARGEST_FLOAT, closed="both")
PART = NumberIn(Real, 0, 1, closed="neither")
SHARE = NumberIn(Real, 0, 1, closed="left")
WEIGHT = NumberIn(Real, 0, 1, closed="both")


def make_plain(value):
    """Turn a number or string of NumPy, or a fraction, into one of Python; leave all else.

    What is compiled, pooled and pickled is then the same however a number was given.
    """
    if isinstance(value, np.bool_ | np.str_):
        return value.item()
    if type(value) in (bool, int, float) or not isinstance(value, Real):
        return value
    return int(value) if isinstance(value, Integral) else float(value)


def read_number(value):
    """Give a number as float, infinity if it is larger than these are."""
    try:
        return float(value)
    except OverflowError:
        return np.inf if value > 0 else -np.inf
