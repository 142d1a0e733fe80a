"""What every regressor of sequences shares: targets that are numbers, and predictions."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import RegressorMixin, _fit_context
from sklearn.metrics import r2_score
from sklearn.utils import check_array

from .._errors import explain_errors
from .._state import read_once, replace_state
from .._typing import keep_type
from .._values import fill_masked, refuse_times
from ..metrics._checks import check_weights
from ._base import BaseSequenceEstimator


class BaseSequenceRegressor(RegressorMixin, BaseSequenceEstimator):
    """A model of sequences that gives one or many numbers."""

    _default_loss = "mean_squared_error"
    _head = "regression"

    @keep_type(_fit_context(prefer_skip_nested_validation=True))
    def partial_fit(
        self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None
    ) -> Self:
        """Train for one more epoch.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features])
            Sequences.
        y : array-like of shape (n,), (n, outputs) or (n, horizon, outputs)
            Targets.
        sample_weight : array-like of shape (n,), default=None
            Weight of each sequence in the loss.

        Returns
        -------
        self : object
            The estimator, trained on.
        """
        with replace_state(self) as draft:
            go_on = hasattr(draft, "history_")
            draft._start_randomness(go_on)
            data = draft._check_data(X, y, sample_weight, go_on=go_on)
            draft._train(data, go_on=go_on, epochs=1)
        return self

    @read_once
    def predict(self, X: ArrayLike) -> NDArray[np.float64]:
        """Predict the targets of sequences.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features])
            Sequences.

        Returns
        -------
        ndarray of shape (n,), (n, outputs) or (n, horizon, outputs)
            Predictions, shaped as y was.
        """
        outputs = self._predict_outputs(X).astype(np.float64)
        return outputs.reshape(len(outputs), *self._y_shape)

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Give R² of the predictions, the mean over outputs and steps.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features])
            Sequences.
        y : array-like of shape (n,), (n, outputs) or (n, horizon, outputs)
            The truth.
        sample_weight : array-like of shape (n,), default=None
            Weight of each sequence.

        Returns
        -------
        float
            1 at best.
        """
        predicted = self.predict(X)
        sample_weight = check_weights(sample_weight, predicted)
        with explain_errors("y must hold numbers as in fit, with a row for each of X", y):
            refuse_times(y)
            y = check_array(fill_masked(y, np.nan), input_name="y", ensure_2d=False, allow_nd=True)
            if y.ndim == 3:
                predicted, y = predicted.reshape(len(predicted), -1), y.reshape(len(y), -1)
            return r2_score(y, predicted, sample_weight=sample_weight)

    def _read_y(self, y):
        wanted = "y must hold numbers, (n,), (n, outputs) or (n, horizon, outputs)"
        with explain_errors(wanted, y), np.errstate(over="ignore", invalid="ignore"):
            refuse_times(y)
            y = check_array(
                fill_masked(y, np.nan),
                input_name="y",
                estimator=self,
                dtype=np.float32,
                ensure_2d=False,
                allow_nd=True,
            )
            if not 1 <= y.ndim <= 3 or 0 in y.shape:
                raise ValueError(f"Found {y.ndim} dimensions of the sizes {y.shape}.")
        return y

    def _check_y(self, y, reset):
        y = self._read_y(y)
        if reset:
            self._set_outputs(y.shape[1:])
        elif y[0].size != np.prod(self._y_shape):
            raise ValueError(
                f"y has {y[0].size} outputs, but this {type(self).__name__} was fitted with "
                f"{np.prod(self._y_shape, dtype=int)}."
            )
        return y.reshape(len(y), -1)

    def _set_outputs(self, y_shape):
        """Keep the shape of targets, and how many outputs they are."""
        self._y_shape = y_shape
        self._n_outputs = int(np.prod(y_shape))

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
