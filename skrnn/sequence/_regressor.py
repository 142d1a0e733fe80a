"""Regression of sequences."""

from dataclasses import dataclass
from itertools import chain, product
from typing import Literal

import numpy as np
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.validation import check_is_fitted

from .._batches import PairedData
from .._docstrings import share_parameters
from .._sequences import pack_missing, stack_joined
from ._base_regressor import BaseSequenceRegressor
from ._base_rnn import BaseRNN
from ._features import NetworkFeaturesMixin
from ._linear import fit_linear, gather_pairs


@share_parameters(loss="mean squared error", split="drawn at random", steps="of a sequence")
@dataclass(kw_only=True, eq=False, repr=False)
class RNNRegressor(BaseSequenceRegressor, NetworkFeaturesMixin, BaseRNN):
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
    callbacks_ : list of keras.callbacks.Callback
        The copies of ``callbacks`` that ran. A pickle leaves them out.
    model_ : keras.Model
        The network, for use without skrnn.

    See Also
    --------
    RNNClassifier : The same for labels.
    RNNForecaster : Makes the sequences from one long series.

    Notes
    -----
    X holds n sequences: (n, time steps) of one feature, (n, time steps, features), or a list of
    sequences of unequal lengths. A list, or a Series of lists, may be of other lengths than in
    training; the columns of a table may not. NaN, or a mask, marks a time step as missing: the
    recurrent layer skips it.
    X and y are best scaled to about unit variance.

    y holds one number a sequence, (n,), several, (n, outputs), or several steps of several
    outputs, (n, horizon, outputs); with a strategy but "direct", (n, horizon) are steps. With
    "recursive" and "seq2seq" they are the steps that follow those of X, of the same features.
    With "seq2seq" ``model_`` puts out the forecasts after every time step, and ``predict`` gives
    those after the last.

    References
    ----------
    Hochreiter and Schmidhuber (1997), Long short-term memory, Neural Computation 9(8).
    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, EMNLP.
    Ben Taieb et al. (2012), A review and comparison of strategies for multi-step ahead time
    series forecasting, Expert Systems with Applications 39(8).

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

    strategy: Literal["direct", "recursive", "seq2seq", "encoder_decoder"] = "direct"
    linear: bool = False

    _parameter_constraints = {
        **BaseRNN._parameter_constraints,
        "strategy": [StrOptions({"direct", "recursive", "seq2seq", "encoder_decoder"})],
        "linear": ["boolean"],
    }

    _known = None  # what a forecaster tells of rows ahead
    _link = None  # that a forecaster has its outputs go through

    @property
    def _carries_on(self):
        """Whether targets are taken to continue the sequences."""
        return self.strategy in ("recursive", "seq2seq")

    def _fit_checked(self, training, validation, *, n_channels, known=None, y_shape, start, **how):
        """Train as ``_train`` does, on a forecaster's windows and from its linear part."""
        self._check_words()
        self._known = known
        self._n_channels = self.n_features_in_ = n_channels
        self._set_outputs(y_shape)
        self._start_randomness(how["go_on"])
        if start is not None:
            self._linear_start = start
        self._fix_length(training, validation)
        return super()._train(training, validation, **how)

    def _train(self, training, validation=None, *, go_on=False, **how):
        self._fix_length(training, validation)
        if self.linear and not go_on:
            self._linear_start = fit_linear(*gather_pairs(training))
        return super()._train(training, validation, go_on=go_on, **how)

    def _fix_length(self, *parts):
        """Have sequences keep the one length that a linear part of whole ones needs."""
        self._n_time = None
        if self._maps_whole:
            for data in parts:
                if data is not None:
                    data.keep_places()
            self._n_time = parts[0].count_steps()

    def _get_initial_weights(self, training):
        if not self.linear:
            return None
        start = self._linear_start
        return {"linear/kernel": start.kernel, "linear/bias": start.bias}

    def _shrink_network(self, share):
        """Have predictions go only so far from the linear start to what was trained.

        Parameters
        ----------
        share : float or ndarray of shape (n_outputs,)
            1 changes nothing, 0 leaves the linear start alone.
        """
        start = self._linear_start
        kernel, bias = self._find_weights("linear")
        origins = {kernel: start.kernel, bias: start.bias}
        for layer in ("output", "ahead/output") if self.network is None else ("gain",):
            origins |= dict.fromkeys(self._find_weights(layer), 0)
        networks = [list(weights) for weights in self._networks]
        for weights, (place, origin) in product(networks, origins.items()):
            weights[place] = (origin + share * (weights[place] - origin)).astype(np.float32)
        self._weights = list(chain.from_iterable(networks))

    def _predict_linear(self, sequences):
        """Predict by the linear start alone, to which a step that lacks a value is one of zeros.

        Of a forecaster that is "seq2seq" the sequences are the windows of the last step.
        """
        missing = np.isnan(sequences).any(axis=2, keepdims=True)
        sequences = np.where(missing, 0, sequences).reshape(len(sequences), -1)
        return self._linear_start.predict(sequences)

    def _set_outputs(self, y_shape):
        self._y_shape = y_shape
        self._n_steps, n_targets = (*y_shape, 1, 1)[:2]  # one number is one step of one target
        self._n_outputs = n_targets if self.strategy == "recursive" else self._n_steps * n_targets
        self._n_outputs *= 1 if self._link is None else self._link.n_levels

    def _describe_network(self):
        return super()._describe_network() | {
            "n_steps": self._n_steps,
            "linear": bool(self.linear),
            "n_time": self._n_time,
            "known": self._known,
            "link": self._link,
        }

    def _check_words(self):
        super()._check_words()
        if self.strategy == "seq2seq" and self.bidirectional:
            raise ValueError(
                "strategy='seq2seq' forecasts after each time step from those before; with "
                "bidirectional=True the network would read those it forecasts."
            )

    @property
    def _maps_whole(self):
        """Whether sequences are read whole: by the linear part, or as rows before and ahead."""
        return (self.linear or self._known is not None) and self.strategy != "seq2seq"

    def _check_values(self, X, reset):
        values, lengths = super()._check_values(X, reset)
        found = [values.shape[1]] if lengths is None else lengths
        if reset:
            self._n_time = found[0] if self._maps_whole else None
        if self._n_time is not None and {*found} != {self._n_time}:
            raise ValueError(
                f"X must hold sequences of one length, that of training, for linear=True, here "
                f"{self._n_time} time steps; got {min(found)} to {max(found)}."
            )
        return values, lengths

    def _check_X(self, X, reset):
        values, lengths = self._check_values(X, reset)
        if self._carries_on:
            return stack_joined(values, lengths)
        return pack_missing(values, lengths)

    def _check_y(self, y, reset):
        targets = super()._check_y(y, reset)
        size = self._n_steps * self._n_channels
        if reset and self._carries_on and targets.shape[1] != size:
            raise ValueError(
                f"With strategy={self.strategy!r} y holds the steps that follow those of X, "
                f"(n, horizon, {self._n_channels}); got {np.shape(y)}."
            )
        return targets

    def _pair(self, panel, targets, weights=None):
        if not self._carries_on:
            return super()._pair(panel, targets, weights)
        later = targets.reshape(len(targets), self._n_steps, -1)
        if self.strategy == "recursive":
            return super()._pair(pack_missing(panel), later[:, 0], weights)
        has_missing = bool(np.isnan(panel).any())
        rows = np.arange(len(panel))
        return PairedData(FollowedPanel(panel, later), rows, has_missing, weights)

    def _read_panel(self, X):
        return pack_missing(*self._check_values(X, reset=False))

    def _predict_outputs(self, X):
        check_is_fitted(self)
        if self._description["strategy"] != "recursive":
            return super()._predict_outputs(X)
        values, outputs = stack_joined(*self._check_values(X, reset=False)), []
        for _ in range(self._n_steps):
            outputs.append(self._predict_panel(pack_missing(values)))
            values = np.concatenate([values[:, 1:], outputs[-1][:, None]], axis=1)
        return np.concatenate(outputs, axis=1)


class FollowedPanel:
    """A panel with, for each of its time steps, the steps that follow.

    Parameters
    ----------
    values : ndarray of shape (n, time, features)
    later : ndarray of shape (n, steps, features)
        What comes after the last time step.
    """

    def __init__(self, values, later):
        joint = np.concatenate([values, later], axis=1)
        later = np.lib.stride_tricks.sliding_window_view(joint[:, 1:], later.shape[1], axis=1)
        self.values, self.later = values, np.moveaxis(later, -1, 2)  # (n, time, steps, features)

    def __getitem__(self, rows):
        return self.values[rows], self.later[rows]
