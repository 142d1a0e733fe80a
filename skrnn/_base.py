"""What every estimator with a network shares: constructor words and the life cycle of a fit."""

import os
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.callback import CallbackSupportMixin, with_callbacks
from sklearn.model_selection import train_test_split
from sklearn.utils import check_array, check_random_state
from sklearn.utils._param_validation import HasMethods, Interval, StrOptions
from sklearn.utils.validation import (
    _check_sample_weight,
    check_consistent_length,
    check_is_fitted,
    validate_data,
)

from ._cells import get_cell_names
from ._errors import explain_errors
from ._progress import EpochReporter
from ._sequences import PaddedPanel, TrainingData, pack_missing, stack_ragged

SHARE = Interval(Real, 0, 1, closed="left")
COUNT = Interval(Integral, 1, None, closed="left")
ENOUGH_TO_SET_ASIDE = 1000


@dataclass(kw_only=True, eq=False, repr=False)
class NetworkWords(BaseEstimator):
    """The constructor words of every estimator with a network."""

    cell: str = "lstm"
    units: int | tuple = 32
    bidirectional: bool = False
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    dense_units: int | tuple | None = None
    optimizer: object = "adam"
    learning_rate: object = None
    clipnorm: float | None = None
    loss: object = None
    metrics: object = None
    batch_size: int = 32
    epochs: int = 20
    early_stopping: bool | str = False
    validation_fraction: float = 0.1
    n_iter_no_change: int = 5
    tol: float = 1e-4
    callbacks: list | None = None
    warm_start: bool = False
    random_state: object = None
    verbose: int = 0

    _parameter_constraints = {
        "cell": [str],
        "units": [COUNT, tuple, list],
        "bidirectional": ["boolean"],
        "dropout": [SHARE],
        "recurrent_dropout": [SHARE],
        "dense_units": [COUNT, tuple, list, None],
        "optimizer": [str, callable, HasMethods("apply_gradients")],
        "learning_rate": [Interval(Real, 0, None, closed="neither"), callable, None],
        "clipnorm": [Interval(Real, 0, None, closed="neither"), None],
        "loss": [str, callable, None],
        "metrics": [str, list, tuple, None],
        "batch_size": [COUNT],
        "epochs": [COUNT],
        "early_stopping": ["boolean", StrOptions({"auto"})],
        "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
        "n_iter_no_change": [COUNT],
        "tol": [Interval(Real, 0, None, closed="left")],
        "callbacks": [list, tuple, None],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }


class BaseRNN(CallbackSupportMixin, NetworkWords):
    """A recurrent network as an estimator of sequences.

    A subclass checks its targets (``_check_y``, which sets ``_head`` and ``_n_outputs``) and
    names its ``_default_loss``.
    """

    pooling = "last"  # a word of the classifiers

    @with_callbacks
    @_fit_context(prefer_skip_nested_validation=False)
    def fit(self, X, y, sample_weight=None, X_val=None, y_val=None):
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
        reporter = EpochReporter(self, self.epochs, make_state, X=X, y=y, metadata=metadata)
        go_on = self.warm_start and hasattr(self, "history_")
        with restore_on_error(self):
            self._start_randomness(go_on)
            data = self._check_data(X, y, sample_weight, go_on=go_on)
            training, validation = self._set_aside(data, y, X_val, y_val)
            self._train(training, validation, go_on=go_on, reporter=reporter)
        reporter.end()
        return self

    @property
    def model_(self):
        """The network as a compiled :class:`keras.Model`, built when first asked for."""
        check_is_fitted(self)
        if "_model" not in vars(self):
            self._model = self._make_engine().make_model(self._weights)
        return self._model

    def __getstate__(self):
        state = super().__getstate__().copy()
        state.pop("_model", None)
        return state

    def _check_data(self, X, y, sample_weight, *, go_on, reset_y=None):
        """Check parameters and training data against each other."""
        self._check_words()
        if y is None:
            raise ValueError(
                f"This {type(self).__name__} estimator requires y to be passed, but the target y "
                "is None."
            )
        panel = self._check_X(X, reset=not go_on)
        targets = self._check_y(y, reset=not go_on if reset_y is None else reset_y)
        with explain_errors("y must have a row for each sequence in X", y):
            check_consistent_length(targets, panel)
        weights = self._check_weights(sample_weight, y)
        if weights is not None and not weights.any():
            raise ValueError(
                "sample_weight, or class_weight, is zero for every sample: nothing to train on."
            )
        return TrainingData(panel, targets, weights)

    def _set_aside(self, data, y, X_val, y_val):
        """Give training and validation data; the latter None where none is asked for."""
        if X_val is not None or y_val is not None:
            return data, self._check_validation(X_val, y_val)
        if not stops_early(self, len(data)):
            return data, None
        wanted = f"validation_fraction must divide {len(data)} sequences in two"
        with explain_errors(wanted, self.validation_fraction):
            rows, validation_rows = train_test_split(
                data.rows,
                test_size=self.validation_fraction,
                random_state=self._seed,
                stratify=self._get_strata(y, data.rows),
            )
        return data.select(rows), data.select(validation_rows)

    def _train(self, training, validation=None, *, go_on=False, epochs=None, reporter=None):
        """Train on data that have been checked, and keep what came out."""
        past = self.history_ if go_on else {}
        description = self._describe_network()
        if past and description != self._description:
            changed = [k for k in description if description[k] != self._description.get(k)]
            raise ValueError(
                f"Training cannot go on with another network: {changed} changed since the last "
                f"fit, to {[description[k] for k in changed]}. Set warm_start=False, or set the "
                "parameters back."
            )
        self._description = description
        given = [data.has_missing for data in (training, validation) if data is not None]
        self._mask_missing = any(given) or (bool(past) and self._mask_missing)
        engine = self._make_engine(epochs)
        engine.train(
            training,
            validation,
            weights=self._weights if past else self._get_initial_weights(),
            optimizer_state=self._optimizer_state if past else None,
            trained_epochs=len(past.get("loss", ())),
            patience=self.n_iter_no_change if self.early_stopping and validation else None,
            min_delta=self.tol,
            reporter=reporter,
        )
        vars(self).pop("_model", None)
        self._optimizer_state = engine.optimizer_state_
        history = {k: past.get(k, []) + v for k, v in engine.history_.items()}
        vars(self).update(make_state(history, engine.weights_))

    def _make_engine(self, epochs=None):
        return load_engine().Engine(
            self._description | {"mask_missing": self._mask_missing},
            seed=self._seed,
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            clipnorm=self.clipnorm,
            loss=self.loss or self._default_loss,
            metrics=[self.metrics] if isinstance(self.metrics, str) else self.metrics,
            batch_size=self.batch_size,
            epochs=epochs or self.epochs,
            callbacks=self.callbacks,
            verbose=int(self.verbose),
        )

    def _predict_outputs(self, X):
        """Run the network: (n, n_outputs), float32."""
        check_is_fitted(self)
        return self._predict_panel(self._check_X(X, reset=False))

    def _predict_panel(self, panel):
        masked = self._mask_missing or isinstance(panel, PaddedPanel)
        description = self._description | {"mask_missing": masked}
        return load_engine().predict_with(description, self._weights, panel, self.batch_size)

    def _describe_network(self):
        """Describe the network in plain values, as ``build_network`` reads them."""
        return {
            **self._describe_input(),
            "cell": self.cell,
            "units": as_tuple(self.units),
            "bidirectional": bool(self.bidirectional),
            "dropout": float(self.dropout),
            "recurrent_dropout": float(self.recurrent_dropout),
            "pooling": self.pooling,
            "dense_units": as_tuple(self.dense_units),
            "head": self._head,
            "n_outputs": self._n_outputs,
        }

    def _describe_input(self):
        return {"embedding": None, "n_features": self._n_channels}

    def _get_initial_weights(self):
        """Give initial weights by name where they are not random."""
        return None

    def _check_words(self):
        """Check what a constraint on one parameter alone cannot."""
        if self.cell not in get_cell_names():
            raise ValueError(
                f"cell={self.cell!r} is not a known cell; give one of {get_cell_names()}, or add "
                "it with skrnn.register_cell."
            )
        for name in ("units", "dense_units"):
            widths = as_tuple(getattr(self, name))
            if name == "units" and not widths:
                raise ValueError("units=() has no layer; give an int or a tuple of ints.")
            if not all(isinstance(width, Integral) and width >= 1 for width in widths):
                raise ValueError(
                    f"{name}={getattr(self, name)!r} must be an int or a tuple of ints, each at "
                    "least 1."
                )

    def _check_X(self, X, reset):
        """Check values (n, time[, features]) and give a float32 panel (n, time, features)."""
        wanted = "X must hold numbers, (n, time steps[, features])"
        with explain_errors(wanted, X), np.errstate(over="ignore"):
            given = stack_ragged(X, np.nan)
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
        if X.ndim == 2:
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
        return pack_missing(X)

    def _check_weights(self, sample_weight, y):
        """Check weights, one a sequence; None where all weigh the same."""
        if sample_weight is None:
            return None
        wanted = "sample_weight must hold a number for each sequence, none below 0"
        with explain_errors(wanted, sample_weight):
            return _check_sample_weight(
                sample_weight, y, dtype=np.float32, ensure_non_negative=True
            )

    def _check_validation(self, X_val, y_val):
        if X_val is None or y_val is None:
            missing = "X_val" if X_val is None else "y_val"
            raise ValueError(f"{missing} is None; give X_val and y_val together.")
        with explain_errors("X_val must be like X", X_val):
            panel = self._check_X(X_val, reset=False)
        with explain_errors("y_val must be like y, with a row for each of X_val", y_val):
            targets = self._check_y(y_val, reset=False)
            check_consistent_length(targets, panel)
        return TrainingData(panel, targets)

    def _start_randomness(self, go_on=False):
        """Draw the seed of a fit; training that goes on keeps the one it began with."""
        if not go_on:
            self._seed = draw_seed(self.random_state)

    def _get_strata(self, y, rows):
        """Give what a validation split keeps the proportions of, if anything."""
        return None

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.allow_nan = True
        tags.input_tags.three_d_array = True
        return tags


@contextmanager
def restore_on_error(estimator):
    """Put an estimator back as it was if what is done with it fails."""
    before = vars(estimator).copy()
    try:
        yield
    except BaseException:
        vars(estimator).clear()
        vars(estimator).update(before)
        raise


def make_state(history, weights):
    """Give the fitted attributes that change with every epoch."""
    return {"history_": history, "n_iter_": len(history["loss"]), "_weights": weights}


def stops_early(estimator, n_samples):
    """Tell whether an estimator sets part of ``n_samples`` aside to stop early by."""
    if estimator.early_stopping == "auto":
        return n_samples >= ENOUGH_TO_SET_ASIDE
    return estimator.early_stopping


def as_tuple(widths):
    """Give layer widths as a tuple: a number is one layer, None is none."""
    if widths is None:
        return ()
    return tuple(widths) if isinstance(widths, tuple | list) else (int(widths),)


def draw_seed(random_state):
    """Draw a seed; without a random state, from the operating system."""
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1)[0] >> 1)
    return int(check_random_state(random_state).randint(2**31 - 1))


def clear_pool():
    """Forget the compiled models that are kept for the next fit or prediction.

    Fitted estimators do not need them: a model is compiled again when it is next used.

    Examples
    --------
    >>> from skrnn import clear_pool
    >>> clear_pool()
    """
    if "skrnn._engine" in sys.modules:
        sys.modules["skrnn._engine"].clear_pools()


def load_engine():
    """Import the engine, and with it Keras, without the banners that TensorFlow prints."""
    if "skrnn._engine" not in sys.modules:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        with _hold_back_stderr():
            import_module("skrnn._engine")
    return sys.modules["skrnn._engine"]


@contextmanager
def _hold_back_stderr():
    """Hold back what C libraries write to standard error, and show it only after a failure."""
    with tempfile.TemporaryFile() as held:
        stderr = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(stderr, held.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
