"""Regression of sequences."""

from dataclasses import dataclass

import numpy as np
from sklearn.base import RegressorMixin, _fit_context
from sklearn.utils import check_array
from sklearn.utils.validation import _check_y

from ._base import restore_on_error
from ._base_rnn import BaseRNN
from ._docstrings import share_parameters
from ._errors import explain_errors


@share_parameters(loss="mean squared error", split="drawn at random")
@dataclass(kw_only=True, eq=False, repr=False)
class RNNRegressor(RegressorMixin, BaseRNN):
    """Recurrent network that predicts one or many numbers from a sequence.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    n_features_in_ : int
        Columns of a two-dimensional X, which are time steps, or features of a three-dimensional
        one.
    feature_names_in_ : ndarray of str
        Column names, if X was a dataframe.
    n_iter_ : int
        Epochs trained.
    history_ : dict of list
        Loss and metrics after each epoch; those of validation data begin with ``val_``.
    model_ : keras.Model
        The network, for use without skrnn.

    See Also
    --------
    RNNClassifier : The same for labels.
    RNNForecaster : Makes the sequences from one long series.

    Notes
    -----
    X holds n sequences: (n, time steps) of one feature, (n, time steps, features), or a list of
    sequences of unequal lengths. NaN marks a time step as missing: the recurrent layer skips it.
    X and y are best scaled to about unit variance.

    References
    ----------
    Hochreiter and Schmidhuber (1997), Long short-term memory, Neural Computation 9(8).
    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, EMNLP.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNRegressor
    >>> X = np.random.default_rng(0).normal(size=(200, 5))
    >>> y = X.sum(axis=1)
    >>> rnn = RNNRegressor(units=8, epochs=40, learning_rate=0.02, random_state=0).fit(X, y)
    >>> rnn.score(X, y) > 0.9
    True
    >>> rnn.predict(X[:3]).shape
    (3,)
    """

    _default_loss = "mean_squared_error"
    _head = "regression"

    @_fit_context(prefer_skip_nested_validation=True)
    def partial_fit(self, X, y, sample_weight=None):
        """Train for one more epoch.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features])
            Sequences.
        y : array-like of shape (n,) or (n, n_outputs)
            Targets.
        sample_weight : array-like of shape (n,), default=None
            Weight of each sequence in the loss.

        Returns
        -------
        self : RNNRegressor
            The estimator, trained on.
        """
        go_on = hasattr(self, "history_")
        with restore_on_error(self):
            self._start_randomness(go_on)
            data = self._check_data(X, y, sample_weight, go_on=go_on)
            self._train(data, go_on=go_on, epochs=1)
        return self

    def predict(self, X):
        """Predict the targets of sequences.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features])
            Sequences.

        Returns
        -------
        ndarray of shape (n,) or (n, n_outputs)
            Predictions, shaped as y was.
        """
        outputs = self._predict_outputs(X).astype(np.float64)
        return outputs[:, 0] if self._y_is_vector else outputs

    def _fit_checked(self, training, validation, *, n_channels, go_on, epochs, reporter):
        """Train on windows that a forecaster has made."""
        self._check_words()
        self._n_channels, self._n_outputs = n_channels, training.y.shape[1]
        self._y_is_vector, self.n_features_in_ = self._n_outputs == 1, n_channels
        self._start_randomness(go_on)
        self._train(training, validation, go_on=go_on, epochs=epochs, reporter=reporter)

    def _check_y(self, y, reset):
        wanted = "y must hold numbers, (n,) or (n, n_outputs)"
        with explain_errors(wanted, y), np.errstate(over="ignore"):
            y = _check_y(y, multi_output=True, y_numeric=True, estimator=self)
            y = check_array(y, dtype=np.float32, ensure_2d=False, input_name="y")
        targets = y.reshape(len(y), -1)
        if reset:
            self._y_is_vector, self._n_outputs = y.ndim == 1, targets.shape[1]
        elif targets.shape[1] != self._n_outputs:
            raise ValueError(
                f"y has {targets.shape[1]} outputs, but this {type(self).__name__} was fitted "
                f"with {self._n_outputs}."
            )
        return targets

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.target_tags.multi_output = True
        return tags
