"""What every estimator with a Keras network shares: constructor words, training, prediction."""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from itertools import zip_longest
from os import PathLike
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal, Self

from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import HasMethods, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._callbacks import copy_callback
from .._checkpoints import is_folder
from .._interrupts import Interrupt, warn_of_interrupt
from .._numbers import COUNT, PART, RATE, SHARE, TOLERANCE, make_plain
from .._sequences import RaggedPanel
from .._state import freeze
from .._typing import FilePath, Metrics, Seed, Widths
from ..network._cells import CELLS
from ..network._networks import NETWORKS
from ..training import load_engine
from ._base import BaseSequenceEstimator
from ._registered import pack_registered, unpack_registered

if TYPE_CHECKING:
    import keras

is_looked_at = ContextVar("is_looked_at", default=False)  # whether attributes are for a picture


class UnbuiltModel:
    """Stands for a network in a picture of its estimator, for which it need not be built."""

    def __repr__(self):
        return "<built when asked for>"


@dataclass(kw_only=True, eq=False, repr=False)
class NetworkWords(BaseEstimator):
    """The constructor words of every estimator with a network."""

    cell: str = "lstm"
    network: str | Callable[..., Any] | None = None
    units: Widths = 32
    bidirectional: bool = False
    dropout: float = 0.0
    recurrent_dropout: float = 0.0
    normalization: Literal["batch", "layer"] | None = None
    dense_units: Widths | None = None
    truncate_gradient: int | None = None
    optimizer: Any = "adam"
    learning_rate: Any = None
    learning_rate_schedule: Literal["cosine"] | None = None
    clipnorm: float | None = None
    loss: str | Callable[..., Any] | None = None
    metrics: Metrics = None
    batch_size: int = 32
    epochs: int = 20
    early_stopping: bool | Literal["auto"] = False
    validation_fraction: float = 0.1
    monitor: str | tuple[str, str] = "loss"
    n_iter_no_change: int = 5
    tol: float = 1e-4
    checkpoint: FilePath | None = None
    callbacks: list[Any] | tuple[Any, ...] | None = None
    warm_start: bool = False
    n_networks: int = 1
    random_state: Seed = None
    verbose: int = 0

    _parameter_constraints: ClassVar[dict[str, Any]] = {
        "cell": [str],
        "network": [str, callable, None],
        "units": [COUNT, tuple, list],
        "bidirectional": ["boolean"],
        "dropout": [SHARE],
        "recurrent_dropout": [SHARE],
        "normalization": [StrOptions({"batch", "layer"}), None],
        "dense_units": [COUNT, tuple, list, None],
        "truncate_gradient": [COUNT, None],
        "optimizer": [str, callable, HasMethods("apply_gradients")],
        "learning_rate": [RATE, callable, None],
        "learning_rate_schedule": [StrOptions({"cosine"}), None],
        "clipnorm": [RATE, None],
        "loss": [str, callable, None],
        "metrics": [str, callable, list, tuple, None],
        "batch_size": [COUNT],
        "epochs": [COUNT],
        "early_stopping": ["boolean", StrOptions({"auto"})],
        "validation_fraction": [PART],
        "monitor": [str, tuple],
        "n_iter_no_change": [COUNT],
        "tol": [TOLERANCE],
        "checkpoint": [str, PathLike, None],
        "callbacks": [list, tuple, None],
        "warm_start": ["boolean"],
        "n_networks": [COUNT],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    def _get_fitted_attr_html(self, doc_link=""):
        token = is_looked_at.set(True)
        try:
            return super()._get_fitted_attr_html(doc_link)
        finally:
            is_looked_at.reset(token)

    def __sklearn_clone__(self) -> Self:
        bare = freeze(self)
        bare.callbacks = None
        twin = super(NetworkWords, bare).__sklearn_clone__()
        if self.callbacks is not None:
            twin.callbacks = type(self.callbacks)(map(copy_callback, self.callbacks))
        return twin

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__()
        packed = pack_registered(state)
        return state | {"_registered": packed} if any(packed.values()) else state

    def __setstate__(self, state: dict[str, Any]) -> None:
        unpack_registered(state)
        super().__setstate__({k: v for k, v in state.items() if k != "_registered"})


class BaseRNN(BaseSequenceEstimator, NetworkWords):
    """A recurrent network as an estimator of sequences.

    A subclass sets ``_head`` and ``_n_outputs`` when it checks its targets, and names its
    ``_default_loss``.
    """

    pooling = "last"  # a word of the classifiers
    strategy = "direct"  # a word of the regressor

    callbacks_: list[Any]

    @property
    def model_(self) -> "keras.Model":
        """The network as a compiled :class:`keras.Model`, built when first asked for."""
        check_is_fitted(self)
        state = freeze(self)
        weights, model = getattr(state, "_model", (None, None))
        if weights is not state._weights:  # none has been built, or it is that of an earlier fit
            if is_looked_at.get():
                return UnbuiltModel()
            model = state._make_engine().make_model(state._networks)
            self._model = state._weights, model
        return model

    def __getstate__(self) -> dict[str, Any]:
        state = super().__getstate__().copy()
        for name in ("_model", "callbacks_"):  # they may hold what cannot be pickled
            state.pop(name, None)
        return state

    def _train(
        self, training, validation=None, *, go_on=False, epochs=None, reporter=None, parts=None
    ):
        """Train on checked data, keep what came out, and tell whether Ctrl-C ended that.

        ``parts`` are training and validation data of each network, where they are not the same.
        """
        past = self._list_trained() if go_on else []
        description = self._describe_network()
        if past and len(self._seeds) != self.n_networks:
            raise ValueError(
                f"Training cannot go on with n_networks={self.n_networks}: there are "
                f"{len(self._seeds)} since the last fit. Set warm_start=False, or set it back."
            )
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
        self._histories, self._weights, self._optimizer_state, self.callbacks_ = [], [], [], []
        is_interrupted = False
        for number, before in zip_longest(range(self.n_networks), past):
            if not is_interrupted:
                engine = self._make_engine(epochs, number)
                data = parts[number] if parts else (training, validation)
                is_interrupted = self._train_network(engine, before, *data, reporter)
            elif before is not None:
                self._add_network(*before)
        return is_interrupted

    def _train_network(self, engine, before, training, validation, reporter):
        """Train one more network, and tell whether Ctrl-C ended that."""
        history, weights, optimizer_state = before or ({}, None, None)
        try:
            engine.train(
                training,
                validation,
                weights=weights if before else self._get_initial_weights(training),
                optimizer_state=optimizer_state,
                trained_epochs=len(history.get("loss", ())),
                patience=self.n_iter_no_change if self.early_stopping and validation else None,
                min_delta=self.tol,
                chance=self._measure_chance(training, validation),
                reporter=reporter,
            )
        except Interrupt:
            if not self._histories:
                raise
            warn_of_interrupt()
            if before:
                self._add_network(*before)
            return True
        history = {k: history.get(k, []) + v for k, v in engine.history_.items()}
        self._add_network(history, engine.weights_, engine.optimizer_state_)
        self.callbacks_ = self.callbacks_ + engine.callbacks_
        return engine.is_interrupted_

    def _add_network(self, history, weights, optimizer_state):
        vars(self).update(self._make_state(history, weights))
        self._optimizer_state = self._optimizer_state + optimizer_state

    def _make_state(self, history, weights):
        """Give the fitted attributes with one more network, after some of its epochs."""
        histories = [*self._histories, history]
        state = super()._make_state(average_histories(histories), self._weights + weights)
        return state | {"_histories": histories}

    def _list_trained(self):
        """Give history, weights and optimizer state of each network."""
        states = self._part(self._optimizer_state)
        return list(zip(self._histories, self._networks, states, strict=True))

    @property
    def _networks(self):
        """The weights of each network."""
        return self._part(self._weights)

    def _part(self, arrays):
        """Give the arrays of each network, which stand one behind the other."""
        n_networks = len(self._histories)
        if n_networks == 1:
            return [arrays]
        size = len(arrays) // n_networks
        return [arrays[i : i + size] for i in range(0, len(arrays), size)]

    def _make_engine(self, epochs=None, number=0):
        metrics = self.metrics
        return load_engine().Engine(
            self._describe_model(),
            seed=self._seeds[number],
            optimizer=self.optimizer,
            learning_rate=self.learning_rate,
            learning_rate_schedule=self.learning_rate_schedule if epochs is None else None,
            clipnorm=self.clipnorm,
            loss=self.loss or self._default_loss,
            metrics=[metrics] if isinstance(metrics, str) or callable(metrics) else metrics,
            monitor=self.monitor,
            batch_size=self.batch_size,
            epochs=epochs or self.epochs,
            checkpoint=self._name_checkpoint(number),
            callbacks=self.callbacks,
            verbose=int(self.verbose),
        )

    def _name_checkpoint(self, number):
        """Give the file of a network; those of several are numbered."""
        if self.checkpoint is None or is_folder(self.checkpoint):
            return None
        if self.n_networks == 1:
            return self.checkpoint
        path = Path(self.checkpoint)
        return path.with_stem(f"{path.stem}-{number + 1}")

    def _predict_panel(self, panel, least_batch=1):
        description = self._describe_run(panel)
        batch_size = max(self.batch_size, least_batch)
        return load_engine().predict_with(description, self._networks, panel, batch_size)

    def _describe_run(self, panel):
        """Describe the network as it runs over a panel."""
        is_ragged = isinstance(panel, RaggedPanel)
        if hasattr(panel, "pick"):  # outputs after every step
            return self._describe_model()
        description = self._describe_prediction(is_ragged)
        if is_ragged and description.get("n_time"):
            panel.keeps_places = True
        return description

    def _repeat_rounds(self, *rounds):
        """Do what the engine's function of that name does, with these networks."""
        description = self._describe_prediction(has_missing=False)
        return load_engine().repeat_rounds(description, self._networks, *rounds)

    def _describe_model(self, has_missing=False):
        """Describe the network as it was trained, whether any steps may be missing included."""
        return self._description | {"mask_missing": self._mask_missing or has_missing}

    def _describe_prediction(self, has_missing):
        """Describe the network as it predicts, which for seq2seq is after the last step alone."""
        description = self._describe_model(has_missing)
        if description["strategy"] == "seq2seq":
            description["strategy"] = "direct"
        return description

    def _describe_network(self):
        """Describe the network in plain values, as ``build_network`` reads them."""
        return {
            **self._describe_input(),
            "network": self.network,
            "cell": self.cell,
            "units": as_tuple(self.units),
            "bidirectional": bool(self.bidirectional),
            "dropout": float(self.dropout),
            "recurrent_dropout": float(self.recurrent_dropout),
            "normalization": self.normalization,
            "truncate_gradient": self.truncate_gradient,
            "pooling": self.pooling,
            "dense_units": as_tuple(self.dense_units),
            "strategy": self.strategy,
            "head": self._head,
            "n_outputs": self._n_outputs,
        }

    def _describe_input(self):
        return {"embedding": None, "n_features": self._n_channels}

    def _get_initial_weights(self, training):
        """Give initial weights by name where they are not random."""
        return None

    def _measure_chance(self, training, validation):
        """Give a validation loss that early stopping has the network wait for, if any."""
        return None

    def _find_weights(self, layer):
        """Give the places of a layer's weights among those of each network."""
        return load_engine().find_weights(self._describe_model(), layer)

    def _check_words(self):
        """Check what a constraint on one parameter alone cannot."""
        CELLS.check(self.cell)
        if isinstance(self.network, str):
            NETWORKS.check(self.network)
        if self.checkpoint is not None:
            path = Path(self.checkpoint)
            is_in_folder = is_folder(path)
            is_file = path.suffix == ".keras" and not path.is_dir()
            if not (is_file or is_in_folder) or not path.parent.is_dir():
                raise ValueError(
                    f"checkpoint={self.checkpoint!r} must be a file name that ends in .keras, or "
                    "that of a folder, in a folder that exists."
                )
            if is_in_folder and self.warm_start:
                raise ValueError(
                    f"checkpoint={self.checkpoint!r} is a folder, from which a fit goes on that "
                    "was cut off; set warm_start=False, or give the name of a .keras file."
                )
        for name in ("units", "dense_units"):
            widths = as_tuple(getattr(self, name))
            if name == "units" and not widths:
                raise ValueError("units=() has no layer; give an int or a tuple of ints.")
            if not all(map(COUNT.is_satisfied_by, widths)):
                raise ValueError(
                    f"{name}={getattr(self, name)!r} must be an int or a tuple of ints, each at "
                    "least 1."
                )


def as_tuple(widths):
    """Give layer widths as a tuple: a number is one layer, None is none."""
    if widths is None:
        return ()
    widths = widths if isinstance(widths, tuple | list) else (widths,)
    return tuple(map(make_plain, widths))


def average_histories(histories):
    """Give the mean of histories over the networks that still trained in each epoch."""
    if len(histories) == 1:
        return histories[0]
    return {
        name: [
            sum(values) / len(values)
            for epoch in range(max(len(history[name]) for history in histories))
            if (values := [h[name][epoch] for h in histories if epoch < len(h[name])])
        ]
        for name in histories[0]
    }
