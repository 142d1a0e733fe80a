"""The bridge to Keras: compiles, trains, and hands out weights as arrays.

The only file that builds on scikeras. Compiled models live in pools and are lent to one call at a
time; what an estimator keeps is data: a description of the network and its weights.
"""

from functools import partial
from itertools import chain
from types import SimpleNamespace
from typing import Any

import keras

from .._callbacks import copy_callback
from .._checkpoints import get_checkpoints
from .._errors import check_training, explain_errors
from ..network._build import average_networks, build_network
from ..network._foreign import Padding
from ..network._keras_state import keep_keras_state
from ._attribution import follow_path, gradient_pool, pad_length
from ._best_file import BestFile
from ._building import (
    build_fast,
    choose_batches,
    choose_jit,
    choose_way,
    expect_compilation,
    is_foreign,
    load_backend,
    make_key,
    name_alike,
    read_variable,
    read_variables,
    runs_on,
)
from ._devices import find_distribution
from ._losses import PinballLoss, read_loss
from ._metrics import make_metric
from ._monitors import EpochMonitor, PatientStopping
from ._options import (
    check_callbacks,
    check_loss,
    check_optimizer,
    check_schedule,
    read_monitor,
    read_pattern,
)
from ._pool import POOL_SIZE, ModelPool
from ._prediction import (
    count_hidden,
    forward_pool,
    make_copies,
    predict_with,
    repeat_rounds,
)
from ._resuming import Progress, read_state, write_state
from ._schedule import SCHEDULES
from ._trainer import Trainer
from ._trial import pick_targets, try_loss, try_metric
from ._unknown import KnownLoss
from ._vocabulary_room import add_room, cut, fill, list_shapes, updates_apart
from ._wrapper import BaseWrapper

__all__ = [
    "Engine",
    "clear_pools",
    "count_hidden",
    "find_weights",
    "follow_path",
    "make_copies",
    "pad_length",
    "predict_with",
    "repeat_rounds",
]


class Engine(BaseWrapper):
    """Trains one network.

    scikeras turns names, classes and options into compiled Keras objects and runs the life cycle
    of a fit; building (a model from the pool), feeding (one iterator for the whole fit) and
    predicting (the compiled function itself) are replaced.

    Parameters
    ----------
    description : dict
        The network, as :func:`skrnn.network._build.build_network` reads it.
    seed : int
        Decides initial weights, dropout and the order of batches.
    optimizer : str, type or keras.optimizers.Optimizer
        An instance serves as a pattern only: every fit has an optimizer of its own.
    learning_rate, clipnorm : float or None
        Options of the optimizer; None leaves the optimizer's own.
    learning_rate_schedule : {"cosine"} or None
        How the rate falls in a training.
    checkpoint : str, path or None
        Where to save the network after each best epoch.
    monitor : str or tuple of str
        What early stopping watches: see :func:`skrnn.training._options.read_monitor`.
    loss, metrics, batch_size, epochs, callbacks, verbose
        As in :meth:`keras.Model.compile` and :meth:`keras.Model.fit`.

    Attributes
    ----------
    weights_, optimizer_state_ : list of ndarray
    history_ : dict of list
    callbacks_ : list of keras.callbacks.Callback
        The copies of ``callbacks`` that ran, without the model.
    is_interrupted_ : bool
        Whether Ctrl-C ended the training.
    """

    def __init__(
        self,
        description,
        *,
        seed,
        optimizer,
        learning_rate,
        clipnorm,
        learning_rate_schedule=None,
        checkpoint=None,
        monitor="loss",
        **options,
    ):
        with name_alike():
            check_optimizer(optimizer, learning_rate)
        options["loss"] = read_loss(options["loss"])
        check_loss(options["loss"], options["metrics"])
        self._watched = read_monitor(monitor, options["metrics"])
        check_callbacks(options["callbacks"])
        words = {"learning_rate": learning_rate, "clipnorm": clipnorm}
        words = {name: value for name, value in words.items() if value is not None}
        if isinstance(optimizer, keras.optimizers.Optimizer):
            words, optimizer = read_pattern(optimizer) | words, type(optimizer)
        check_schedule(learning_rate_schedule, words.get("learning_rate"))
        super().__init__(optimizer=optimizer, **options)
        self.description = description
        self.seed = seed
        self._has_unknown = False
        self._checkpoint = checkpoint
        self._schedule = learning_rate_schedule
        # A rate that is a number is a variable of the compiled model, set anew for every fit.
        self._rate = (
            None if callable(words.get("learning_rate")) else words.pop("learning_rate", None)
        )
        for name, value in words.items():
            setattr(self, f"optimizer__{name}", value)

    def train(
        self,
        data,
        validation=None,
        *,
        weights=None,
        optimizer_state=None,
        trained_epochs=0,
        patience=None,
        min_delta=0.0,
        chance=None,
        reporter=None,
    ):
        """Train on ``data`` and keep weights, optimizer state and history.

        Parameters
        ----------
        data, validation : skrnn._batches.TrainingData
        weights : list of ndarray or dict of ndarray, default=None
            Where to start from. A dict gives some weights by name; the rest is drawn.
        optimizer_state : list of ndarray, default=None
        trained_epochs : int
            How many epochs ``weights`` has behind it: the random numbers go on from there.
        patience : int or None
            Epochs without an improvement by ``min_delta`` after which to stop.
        chance : float or None
            Do not count epochs before the validation loss is below this.
        reporter : skrnn._progress.FitReporter, default=None
        """
        checkpoints = get_checkpoints()
        file = None if checkpoints is None else checkpoints.next_file()
        if file is not None and self._take_finished(file):
            return
        parts = [data] if validation is None else [data, validation]
        self._validation = validation
        self._has_unknown = any(part.has_unknown for part in parts)
        self._targets = pick_targets(data.y, self.description["n_outputs"])
        lengths = {part.n_steps for part in parts}
        # A file is to hold a network that reads sequences of all lengths.
        n_steps = lengths.pop() if len(lengths) == 1 and self._checkpoint is None else None
        self.description = choose_way(self.description, self.batch_size, n_steps)
        self._lent = add_room(self.description) if self._leaves_room() else self.description
        self._weights, self._optimizer_state = weights, optimizer_state
        self._entropy = [self.seed, trained_epochs]
        monitor, stopping = EpochMonitor(reporter, self._read_weights), None
        self._monitors = [monitor]
        if patience is not None:
            name, mode = self._watched
            words = {"min_delta": min_delta, "patience": patience, "restore_best_weights": True}
            stopping = PatientStopping(chance, monitor=name, mode=mode, **words)
            self._monitors.append(stopping)
        if self._checkpoint is not None:
            loss = "loss" if validation is None else "val_loss"
            self._monitors.append(BestFile(self._checkpoint, loss))
        with (
            keep_keras_state(),
            _training_pool.borrow(self._make_pool_key(), self._make_lease) as lease,
            expect_compilation(),
        ):
            self._lease = lease
            self._progress = None
            if file is not None:
                self._progress = Progress(file, lease.trainer, monitor, stopping)
                self._monitors.append(self._progress)
            self.fit(data, data.y)
            self.weights_ = self._read_weights(lease.model)
            self.optimizer_state_ = self._cut(lease.model.optimizer.variables)
            self.is_interrupted_ = lease.trainer.presses.has_ended
        if file is not None and not self.is_interrupted_:
            arrays = {"variables": self.weights_, "slots": self.optimizer_state_}
            write_state(file, arrays, history=self.history_, is_finished=True)
        self.callbacks_ = self.callbacks
        for callback in self.callbacks_:
            callback._model = None  # the pool lends it to others

    def _take_finished(self, file):
        """Take what a training came to that ended before the process did, and tell if one did."""
        state = read_state(file)
        if state is None or not state.is_finished:
            return False
        self.weights_, self.optimizer_state_ = state.variables, state.slots
        self.history_, self.callbacks_, self.is_interrupted_ = state.history, [], False
        return True

    def make_model(self, networks):
        """Build a compiled Keras model that owns the weights of a network, or of several."""
        with keep_keras_state(), name_alike():
            built = [build_network(self.description, self.seed) for _ in networks]
            model = self._compile(average_networks(built))
            model.set_weights(list(chain.from_iterable(networks)))
            if self._rate is not None:
                model.optimizer.learning_rate = self._rate
            return model

    @name_alike()
    def _make_lease(self):
        model = self._compile(build_fast(self._lent, self.seed))
        self._try_options(model.outputs[0].shape[-1])
        model.get_weights = lambda: read_variables(model.weights)  # for callbacks that keep them
        model.optimizer.build(model.trainable_variables)
        fresh = read_variables(model.optimizer.variables)
        padding = Padding(model, self._lent)
        trainer = self._make_trainer(model)
        return SimpleNamespace(model=model, trainer=trainer, fresh=fresh, padding=padding)

    def _try_options(self, n_outputs):
        try_loss(self.loss, self._make_loss(), self._targets, n_outputs)
        for metric in self.metrics or ():
            try_metric(metric, self._make_metric(metric), self._targets, n_outputs)

    def _compile(self, model):
        model.compile(**self._get_compile_kwargs(), jit_compile=choose_jit())
        return model

    def _make_trainer(self, model):
        if runs_on("tensorflow"):
            ours = load_backend("tensorflow")
            return ours.TensorFlowTrainer(model, ours.choose_xla(self.description))
        if runs_on("jax"):
            return load_backend("jax").JaxTrainer(model, self._fills_up(), self._has_unknown)
        return Trainer(model)

    def _fills_up(self):
        """Tell whether rows of weight 0 may fill up a batch, for which JAX then compiles once."""
        names = [self.loss, *(self.metrics or ())]
        plain = self._has_unknown or all(isinstance(name, str) for name in names)
        by_row = self.description["normalization"] != "batch" and not is_foreign(self.description)
        return runs_on("jax") and plain and by_row

    def _get_compile_kwargs(self):
        """Leave metrics to Keras, which records them under the names that were given."""
        metrics = [self._make_metric(metric) for metric in self.metrics or ()]
        options = self._get_optimizer_options()
        with explain_errors(f"optimizer must take {options}", self.optimizer):
            words = super()._get_compile_kwargs()
        if self._has_unknown:
            return words | {"loss": self._make_loss(), "metrics": metrics}
        if self._fills_up():
            return words | {"metrics": None, "weighted_metrics": metrics}
        return words | {"metrics": metrics}

    def _make_loss(self):
        knows_unknown = isinstance(self.loss, PinballLoss)
        return KnownLoss(self.loss) if self._has_unknown and not knows_unknown else self.loss

    def _make_metric(self, metric):
        return make_metric(metric, self.description["head"], self._has_unknown)

    def _make_pool_key(self):
        """Everything that a compiled model bakes in; the rest is set at the start of a fit."""
        options = self._get_optimizer_options()
        given = self.optimizer, self.loss, self.metrics, options
        return make_key((self._lent, *given, self._has_unknown))

    def _get_optimizer_options(self):
        """Give what the optimizer is made with, but for a rate that is a number."""
        prefix, words = "optimizer__", self.get_params()
        return {k.removeprefix(prefix): words[k] for k in words if k.startswith(prefix)}

    # What scikeras calls, in this order.

    def _initialize(self, X, y=None):
        self.model_ = self._build_keras_model()
        self.target_encoder_ = self.feature_encoder_ = _Unchanged()
        self.callbacks = [copy_callback(callback) for callback in self.callbacks or ()]
        self._initialize_callbacks()
        return X, y

    def _build_keras_model(self):
        """Give the borrowed model the state that a newly built one would have."""
        model = self._lease.model
        with name_alike():
            pattern = build_network(self.description | {"unroll": None}, self._entropy)
        self._set_initial_weights(pattern)
        fill(model.variables, map(read_variable, pattern.variables))
        self._lease.trainer.n_weights = pattern.count_params()
        slots = model.optimizer.variables
        fresh = cut(self._lease.fresh, list_shapes(slots, self._lent, self.description))
        state = self._optimizer_state or fresh
        if [value.shape for value in state] != [value.shape for value in fresh]:
            raise ValueError(
                f"Training cannot go on with another optimizer: optimizer={self.optimizer!r} has "
                "not the state of the one of the last fit. Set warm_start=False, or set it back."
            )
        fill(slots, state)
        if self._rate is not None:
            model.optimizer.learning_rate = self._rate
        return model

    def _set_initial_weights(self, model):
        """Set the weights that are given; the others are drawn."""
        if not isinstance(self._weights, dict):
            if self._weights is not None:
                model.set_weights(self._weights)
            return
        variables = {variable.path: variable for variable in model.weights}
        for path, values in self._weights.items():
            if path not in variables or variables[path].shape != values.shape:
                raise ValueError(
                    f"network={self.description['network']!r} must have weights {path!r} of the "
                    f"shape {values.shape}, for which embedding= gives the first values; it has "
                    f"{[(name, v.shape) for name, v in variables.items()]}."
                )
            variables[path].assign(values)

    def _leaves_room(self):
        """Tell whether a network for more tokens may take the place: if nobody looks at it."""
        seen = self._checkpoint is not None or self.callbacks
        return not seen and updates_apart(self.optimizer, self._get_optimizer_options())

    def _read_weights(self, model):
        return self._cut(model.weights)

    def _cut(self, variables):
        return cut(read_variables(variables), list_shapes(variables, self._lent, self.description))

    def _fit_keras_model(self, X, y, sample_weight, warm_start, epochs, initial_epoch, **kwargs):
        callbacks = [*self._monitors, *self._fit_callbacks]
        for part in (X, self._validation):
            if part is not None:
                part.prepare(partial(choose_batches, self._lease.padding))
        history = self._lease.trainer.fit(
            X,
            self._validation,
            batch_size=self.batch_size,
            epochs=epochs,
            seed=self._entropy,
            callbacks=callbacks,
            verbose=self.verbose,
            schedule=SCHEDULES.get(self._schedule),
            progress=self._progress,
        )
        self.history_ = {name: [float(v) for v in values] for name, values in history.items()}
        losses = self.history_["loss"]
        check_training(losses[-1], len(losses), read_variables(self.model_.weights))


def find_weights(description, layer):
    """Give the places that a weight, or those of a layer, have among those of a network."""
    key = make_key(description)
    paths = _weight_paths.get(key)
    if paths is None:
        paths = [weight.path for weight in build_network(description, 0).weights]
        if len(_weight_paths) >= POOL_SIZE:
            _weight_paths.clear()
        _weight_paths[key] = paths
    return [i for i, path in enumerate(paths) if f"{path}/".startswith(f"{layer}/")]


def clear_pools():
    """Forget the compiled models that nobody uses at the moment."""
    _training_pool.clear()
    forward_pool.clear()
    gradient_pool.clear()
    _weight_paths.clear()
    if runs_on("tensorflow"):
        load_backend("tensorflow").forget_operations()


_weight_paths: dict[Any, Any] = {}  # of networks, by what they are described as
_training_pool = ModelPool(POOL_SIZE, find_distribution)


class _Unchanged:
    """Stands in for scikeras's encoders: the estimators have encoded already."""

    def transform(self, X):
        return X
