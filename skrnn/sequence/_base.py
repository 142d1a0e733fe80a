"""What every estimator of sequences shares: the life cycle of a fit, and checks of the data."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import check_array, check_random_state
from sklearn.utils.validation import check_consistent_length, check_is_fitted, validate_data

from .._batches import TrainingData
from .._checkpoints import draw_seeds_afresh, keep_checkpoints
from .._compat import CallbackSupportMixin, with_callbacks
from .._doc_links import DocumentedMixin
from .._errors import explain_errors
from .._progress import FitReporter
from .._sequences import join_ragged, pack_missing
from .._state import replace_state
from .._typing import keep_type
from .._values import fill_masked, list_sequences, read_weights, refuse_times
from ._split import split_rows
from ._token_ids import warn_of_token_ids

ENOUGH_TO_SET_ASIDE = 1000


class BaseSequenceEstimator(DocumentedMixin, CallbackSupportMixin, BaseEstimator):
    """A model of sequences, trained epoch by epoch.

    A subclass has the parameters ``epochs``, ``early_stopping``, ``validation_fraction``,
    ``warm_start`` and ``random_state``, checks its targets in ``_check_y``, trains in ``_train``
    and predicts in ``_predict_panel``.
    """

    n_networks = 1  # a word of those that train several

    n_features_in_: int
    feature_names_in_: NDArray[Any]
    n_iter_: int
    history_: dict[str, list[float]]

    @keep_type(with_callbacks)
    @keep_type(_fit_context(prefer_skip_nested_validation=False))
    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features])
            Sequences; see the class for what they may hold.
        y : array-like of shape (n,) or (n, n_outputs)
            Targets.
        sample_weight : array-like of shape (n,), default=None
            Weight of each sequence in the loss.
        X_val, y_val : array-like, default=None
            Validation data. Its loss and metrics are recorded after each epoch, and it takes
            the place of ``validation_fraction`` in ``early_stopping``.

        Returns
        -------
        self : object
            The fitted estimator.

        Raises
        ------
        ValueError
            If the data do not fit the parameters or each other, or if the loss stops being a
            finite number. The estimator is then as it was before.
        """
        metadata = None if sample_weight is None else {"sample_weight": sample_weight}
        data = {"X": X, "y": y, "sample_weight": sample_weight, "X_val": X_val, "y_val": y_val}
        with keep_checkpoints(self, **data), replace_state(self) as draft:
            n_stages = draft._count_stages()
            reporter = FitReporter(self, draft, n_stages, X=X, y=y, metadata=metadata)
            go_on = draft.warm_start and hasattr(draft, "history_")
            draft._start_randomness(go_on)
            with reporter.stage("reading"):
                data = draft._check_data(X, y, sample_weight, go_on=go_on)
                training, validation = draft._set_aside(data, y, X_val, y_val)
            draft._train(training, validation, go_on=go_on, reporter=reporter)
        reporter.end()
        return self

    def _count_stages(self):
        """Count the stages of a fit, at most; None for a fit that is one training alone."""
        return None

    def _check_data(self, X, y, sample_weight, *, go_on, reset_y=None):
        """Check parameters and training data against each other."""
        self._check_words()
        if y is None:
            raise ValueError(
                f"This {type(self).__name__} estimator requires y to be passed, but the target y "
                "is None."
            )
        if not go_on:  # forget what an earlier fit learned of another kind of X
            for name in ("_n_channels", "_n_tokens", "n_features_in_", "feature_names_in_"):
                vars(self).pop(name, None)
        panel = self._check_training_X(X, go_on)
        if not go_on and getattr(self, "embedding", None) is None:
            warn_of_token_ids(X, self)
        targets = self._check_y(y, reset=not go_on if reset_y is None else reset_y)
        with explain_errors("y must have a row for each sequence in X", y):
            check_consistent_length(targets, panel)
        weights = self._check_weights(sample_weight, y)
        if weights is not None and not weights.any():
            raise ValueError(
                "sample_weight, or class_weight, is zero for every sample: nothing to train on."
            )
        return self._pair(panel, targets, weights)

    def _pair(self, panel, targets, weights=None):
        """Put checked sequences and targets together."""
        return TrainingData(panel, targets, weights)

    def _set_aside(self, data, y, X_val, y_val):
        """Give training and validation data; the latter None where none is asked for."""
        if X_val is not None or y_val is not None:
            return data, self._check_validation(X_val, y_val)
        if not stops_early(self, len(data)):
            return data, None
        wanted = f"validation_fraction must divide {len(data)} sequences in two"
        with explain_errors(wanted, self.validation_fraction):
            labels = self._get_strata(data, y)
            parts = split_rows(data.rows, labels, self.validation_fraction, self._seed)
        return data.divide(*parts)

    def _train(self, training, validation=None, *, go_on=False, epochs=None, reporter=None):
        """Train on data that have been checked, and keep what came out."""
        raise NotImplementedError

    def _make_state(self, history, weights):
        """Give the fitted attributes that change with every epoch."""
        return {"history_": history, "n_iter_": len(history["loss"]), "_weights": weights}

    def _predict_panel(self, panel):
        """Give the outputs for a panel that has been checked: (n, n_outputs), float32."""
        raise NotImplementedError

    def _predict_outputs(self, X):
        """Check X and give the outputs for it."""
        check_is_fitted(self)
        return self._predict_panel(self._read_panel(X))

    def _read_panel(self, X):
        """Check X and give a panel to predict from."""
        return self._check_X(X, reset=False)

    def _check_words(self):
        """Check what a constraint on one parameter alone cannot."""

    def _read_y(self, y):
        """Check targets by themselves and give them as an array."""
        raise NotImplementedError

    def _check_y(self, y, reset):
        """Check targets and give them as the model is to learn them."""
        raise NotImplementedError

    def _check_X(self, X, reset):
        """Check sequences and give a panel, missing steps behind the others."""
        return pack_missing(*self._check_values(X, reset))

    def _check_training_X(self, X, go_on):
        """Check the sequences that a fit learns from, which may go on from an earlier one."""
        return self._check_X(X, reset=not go_on)

    def _check_values(self, X, reset):
        """Check values (n, time[, features]).

        Returns
        -------
        values : ndarray of shape (n, time, features), float32
            NaN where missing.
        lengths : ndarray of int or None
            If X holds sequences of unequal lengths, ``values`` are all of them joined to one.
        """
        wanted = "X must hold numbers, (n, time steps[, features])"
        with explain_errors(wanted, X), np.errstate(over="ignore", invalid="ignore"):
            given, lengths = read_sequences(X, np.nan)
            X = check_array(
                given,
                input_name="X",
                estimator=self,
                dtype=np.float32,
                allow_nd=True,
                ensure_all_finite="allow-nan",
            )
            if X.ndim > 3 or 0 in X.shape:
                raise ValueError(f"Found {X.ndim} dimensions of the sizes {X.shape}.")
        if reset:
            self._reads_columns = X.ndim == 2
        if X.ndim == 2:
            if self._reads_columns and (reset or self._has_columns(given, X)):
                validate_data(self, given, reset=reset, skip_check_array=True)
            X = X[:, :, None]
        elif reset:
            self.n_features_in_ = X.shape[2]
        if not reset and X.shape[2] != self._n_channels:
            raise ValueError(
                f"X has {X.shape[2]} features per time step, but {type(self).__name__} is "
                f"expecting {self._n_channels} features as input."
            )
        if reset:
            self._n_channels = X.shape[2]
            if np.isnan(X).any(axis=2).all():
                raise ValueError("X has no time step without NaN: nothing to train on.")
        return X, lengths

    def _has_columns(self, given, X):
        """Tell whether two-dimensional X is a table; a list may be sequences of another length."""
        return not isinstance(given, list | tuple) or X.shape[1] == self.n_features_in_

    def _check_weights(self, sample_weight, y):
        """Check weights, one a sequence; None where all weigh the same."""
        if sample_weight is None:
            return None
        wanted = "sample_weight must hold a number for each sequence, none below 0"
        with explain_errors(wanted, sample_weight), np.errstate(over="ignore", invalid="ignore"):
            return read_weights(sample_weight, y, np.float32)

    def _check_validation(self, X_val, y_val):
        if X_val is None or y_val is None:
            missing = "X_val" if X_val is None else "y_val"
            raise ValueError(f"{missing} is None; give X_val and y_val together.")
        with explain_errors("X_val must be like X", X_val):
            panel = self._check_X(X_val, reset=False)
        with explain_errors("y_val must be like y, with a row for each of X_val", y_val):
            targets = self._check_y(y_val, reset=False)
            check_consistent_length(targets, panel)
        return self._pair(panel, targets)

    def _start_randomness(self, go_on=False):
        """Draw the seeds of a fit; training that goes on keeps those it began with."""
        if not go_on:
            self._seeds = draw_seeds(self.random_state, self.n_networks)
            self._seed = self._seeds[0]

    def _get_strata(self, data, y):
        """Give what a validation split keeps the proportions of, if anything."""
        return None

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.three_d_array = True
        return tags


def read_sequences(X, fill):
    """Read sequences in whatever form, joined with their lengths if these are unequal.

    ``fill`` stands for masked values.
    """
    X = fill_masked(list_sequences(X), fill)
    refuse_times(X)
    return join_ragged(X)


def stops_early(estimator, n_samples):
    """Tell whether an estimator sets part of ``n_samples`` aside to stop early by."""
    if estimator.early_stopping == "auto":
        return n_samples >= ENOUGH_TO_SET_ASIDE
    return estimator.early_stopping


def draw_seeds(random_state, n):
    """Draw seeds; without a random state, from the operating system."""
    if random_state is None:
        return (draw_seeds_afresh().generate_state(n) >> 1).tolist()
    rng = check_random_state(random_state)
    return [int(rng.randint(2**31 - 1)) for _ in range(n)]
