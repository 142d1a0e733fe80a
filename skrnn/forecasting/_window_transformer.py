"""Windows of a series as a scikit-learn transformer."""

from typing import Any, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, TransformerMixin, _fit_context
from sklearn.utils import check_array
from sklearn.utils._set_output import _get_output_config
from sklearn.utils.metaestimators import available_if
from sklearn.utils.validation import check_consistent_length, check_is_fitted

from .._compat import CallbackSupportMixin
from .._doc_links import DocumentedMixin
from .._errors import explain_errors
from .._numbers import COUNT
from .._progress import report_fit
from .._state import read_once, replace_state
from .._typing import Table, keep_type
from .._values import fill_masked
from ._series import check_no_times, check_series
from ._windows import make_windows


class WindowTransformer(DocumentedMixin, CallbackSupportMixin, TransformerMixin, BaseEstimator):
    """Cut a series into overlapping windows, without copying it.

    Parameters
    ----------
    window : int, default=12
        Rows in a window.
    horizon : int, default=1
        Rows after a window that :meth:`make_pairs` pairs with it.
    stride : int, default=1
        Rows from the start of one window to the start of the next.

    Attributes
    ----------
    n_features_in_ : int
        Columns of the series; 1 if it has one dimension.
    feature_names_in_ : ndarray of str
        Column names, if the series was a dataframe.

    See Also
    --------
    RNNForecaster : Forecasts from windows, with the scaling that this needs.

    Notes
    -----
    Rows are taken one after the other, whatever an index says of them: put NaN in the place of
    rows that are missing, and cut one series at a time. NaN marks a missing value and is passed
    on. The windows are read-only views of the series:
    overlapping windows share memory with it and with each other.

    With ``set_output``, windows of one dimension come as a dataframe; that of pandas has for each
    window the label of its last row. Windows of several columns have an axis that a dataframe
    lacks, and stay an array.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import WindowTransformer
    >>> series = np.arange(6.0)
    >>> windows = WindowTransformer(window=3)
    >>> windows.fit_transform(series)
    array([[0., 1., 2.],
           [1., 2., 3.],
           [2., 3., 4.],
           [3., 4., 5.]])
    >>> X, y = windows.make_pairs(series)
    >>> y
    array([[3.],
           [4.],
           [5.]])
    >>> windows.get_rows(6)[0]
    array([0, 1, 2])
    """

    _parameter_constraints = {"window": [COUNT], "horizon": [COUNT], "stride": [COUNT]}

    def __init__(self, window: int = 12, *, horizon: int = 1, stride: int = 1) -> None:
        self.window = window
        self.horizon = horizon
        self.stride = stride

    @keep_type(report_fit)
    @keep_type(_fit_context(prefer_skip_nested_validation=True))
    def fit(self, X: ArrayLike, y: Any = None) -> Self:
        """Learn the number of columns.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features)
            The series, in time order.
        y : None
            Ignored.

        Returns
        -------
        self : WindowTransformer
            The fitted transformer.
        """
        with replace_state(self) as draft:
            draft._is_vector = draft._check_series(X, reset=True).ndim == 1
        return self

    @read_once
    def transform(self, X: ArrayLike) -> Table:
        """Cut a series into windows.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features)
            The series, in time order.

        Returns
        -------
        ndarray or dataframe of shape (n, window), or ndarray of shape (n, window, features)
            A read-only view of X where X is an array. Window i begins with row i * stride.
        """
        check_is_fitted(self)
        windows = make_windows(self._check_series(X), self.window, self.stride)
        gives_frame = _get_output_config("transform", self)["dense"] == "pandas"
        if gives_frame and windows.ndim == 2 and isinstance(X, pd.Series):
            return pd.DataFrame(windows, X.index[self.window - 1 :: self.stride])
        return windows

    @keep_type(available_if(lambda windows: getattr(windows, "_is_vector", True)))
    def get_feature_names_out(self, input_features: ArrayLike | None = None) -> NDArray[Any]:
        """Give the names of the columns of windows of one dimension: "lag3", "lag2", "lag1".

        Parameters
        ----------
        input_features : None
            Ignored.

        Returns
        -------
        ndarray of str objects of shape (window,)
            How many rows before the next one each value stands.
        """
        check_is_fitted(self)
        return np.array([f"lag{lag}" for lag in range(self.window, 0, -1)], dtype=object)

    @read_once
    def make_pairs(
        self, X: ArrayLike, y: ArrayLike | None = None
    ) -> tuple[NDArray[Any], NDArray[Any]]:
        """Pair each window with the values that come after it.

        Parameters
        ----------
        X : array-like of shape (time,) or (time, features)
            The series, in time order.
        y : array-like of shape (time,) or (time, targets), default=None
            What to take the later values from, row for row; X itself if not given.

        Returns
        -------
        windows : ndarray of shape (n, window) or (n, window, features)
            The windows that have ``horizon`` rows after them.
        later : ndarray of shape (n, horizon) or (n, horizon, targets)
            Those rows of ``y``.
        """
        check_is_fitted(self)
        X = self._check_series(X, extra=self.horizon)
        if y is None:
            y = X
        else:
            with explain_errors("y must hold numbers, with a row for each row of X", y):
                check_no_times(y, "y")
                y = fill_masked(y, np.nan)
                y = check_array(y, ensure_2d=False, ensure_all_finite="allow-nan", input_name="y")
                check_consistent_length(X, y)
        windows = make_windows(X[: -self.horizon], self.window, self.stride)
        return windows, make_windows(y[self.window :], self.horizon, self.stride)

    @read_once
    def get_rows(self, n_rows: int) -> NDArray[np.int_]:
        """Tell which rows of a series each window covers.

        Parameters
        ----------
        n_rows : int
            Rows in the series.

        Returns
        -------
        ndarray of int of shape (n, window)
            Row numbers; a read-only view.
        """
        if not COUNT.is_satisfied_by(n_rows) or n_rows < self.window:
            raise ValueError(f"n_rows={n_rows!r} must be an int of at least window={self.window}.")
        return make_windows(np.arange(n_rows), self.window, self.stride)

    def _check_series(self, X, reset=False, extra=0):
        series = check_series(self, X, reset=reset, is_vector=None if reset else self._is_vector)
        if reset and series.ndim == 1 and self.window == 1:
            raise ValueError(
                "window=1 over a one-dimensional X is X itself. Reshape your data with "
                "X.reshape(-1, 1), or give a longer window."
            )
        if len(series) < self.window + extra:
            after = f" and horizon={self.horizon}" if extra else ""
            raise ValueError(f"X has {len(series)} rows, too few for window={self.window}{after}.")
        return series

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        return tags
