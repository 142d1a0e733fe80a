"""The vanilla recurrent network, written out in NumPy."""

from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.utils._param_validation import StrOptions
from sklearn.utils.parallel import _threadpool_controller_decorator
from sklearn.utils.validation import check_is_fitted

from .._batches import split_into_batches
from .._docstrings import share_parameters
from .._errors import check_training
from .._interrupts import end_on_interrupt
from .._numbers import COUNT, PART, RATE, TOLERANCE
from .._typing import ClassWeight, Seed
from ..network._size import check_size
from ._base_classifier import BaseSequenceClassifier
from ._numpy_network import (
    arrange_batch,
    compute_gradients,
    compute_log_proba,
    initialize_weights,
    read_out,
    run_forward,
    score_batch,
)


@share_parameters(split="drawn at random, with the classes in proportion")
@dataclass(kw_only=True, eq=False, repr=False)
class NumpyRNNClassifier(BaseSequenceClassifier):
    """Recurrent network in NumPy alone that predicts the label, or labels, of a sequence.

    One layer of tanh cells, trained by stochastic gradient descent. It never imports Keras.

    Parameters
    ----------
    units : int, default=32
        Number of cells.

    embedding : {"onehot"} or None, default=None
        How token ids enter the network: as one-hot vectors, which are never made. None: X holds
        values, not ids.

    truncate_gradient : int or None, default=None
        Follow gradients back through so many time steps only, counted from the end of each
        sequence (Williams and Peng, 1990); None follows them to the beginning. The forward
        pass is the same.

    learning_rate : float, default=0.01
        Step size.

    {parameters}

    random_state : int, numpy.random.RandomState or None, default=None
        Decides initial weights, the order of batches and the validation split. None draws a new
        seed from the operating system; no global random state is read or changed.

    verbose : int, default=0
        0 is silent, 1 prints a line per epoch.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels.
    coefs_ : list of ndarray
        Kernels of the input (n_features, units), of the state (units, units) and of the output
        (units, n_outputs).
    intercepts_ : list of ndarray
        Biases of the cells (units,) and of the output (n_outputs,).
    n_features_in_ : int
        Columns of a two-dimensional X, which are time steps, or features of a three-dimensional
        one. Token ids may come in any number of time steps and do not set it.
    feature_names_in_ : ndarray of str
        Column names, if X was a dataframe.
    n_iter_ : int
        Epochs trained.
    history_ : dict of list
        Log loss and accuracy after each epoch; those of validation data begin with ``val_``.

    See Also
    --------
    RNNClassifier : With Keras: other cells, layers and optimizers.

    Notes
    -----
    X holds n sequences: (n, time steps) of one feature, (n, time steps, features), or a list of
    sequences of unequal lengths. A list, or a Series of lists, may be of other lengths than in
    training; the columns of a table may not. NaN, or a mask, marks a time step as missing. With
    ``embedding``, X holds token ids (n, time steps), whole numbers of any type: 0 is padding, and
    an id that did not occur in training is skipped. Without it, integers that look like token ids
    are read as values with a warning.

    The state after time step t is h_t = tanh(x_t W + h_{t-1} U + b), with h_0 = 0, and stays as it
    is in a step that is missing; sigmoid(h V + c) or, for three classes or more,
    softmax(h V + c) of the last state is the output. U begins as a random rotation (Saxe et al.,
    2014), W and V uniformly (Glorot and Bengio, 2010), b and c as 0.

    References
    ----------
    Rumelhart, Hinton and Williams (1986), Learning representations by back-propagating errors,
    Nature 323.
    Werbos (1990), Backpropagation through time: what it does and how to do it, Proceedings of
    the IEEE 78(10).
    Williams and Peng (1990), An efficient gradient-based algorithm for on-line training of
    recurrent network trajectories, Neural Computation 2(4).
    Glorot and Bengio (2010), Understanding the difficulty of training deep feedforward neural
    networks, AISTATS.
    Saxe, McClelland and Ganguli (2014), Exact solutions to the nonlinear dynamics of learning in
    deep linear neural networks, ICLR.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import NumpyRNNClassifier
    >>> X = np.random.default_rng(0).normal(size=(200, 5))
    >>> y = np.where(X.sum(axis=1) > 0, "up", "down")
    >>> rnn = NumpyRNNClassifier(units=8, learning_rate=0.2, random_state=0).fit(X, y)
    >>> rnn.score(X, y) > 0.9
    True
    >>> [coef.shape for coef in rnn.coefs_]
    [(1, 8), (8, 8), (8, 1)]
    """

    units: int = 32
    embedding: Literal["onehot"] | None = None
    truncate_gradient: int | None = None
    learning_rate: float = 0.01
    clipnorm: float | None = None
    batch_size: int = 32
    epochs: int = 20
    early_stopping: bool | Literal["auto"] = False
    validation_fraction: float = 0.1
    n_iter_no_change: int = 5
    tol: float = 1e-4
    class_weight: ClassWeight = None
    warm_start: bool = False
    random_state: Seed = None
    verbose: int = 0

    _parameter_constraints = {
        "units": [COUNT],
        "embedding": [StrOptions({"onehot"}), None],
        "truncate_gradient": [COUNT, None],
        "learning_rate": [RATE],
        "clipnorm": [RATE, None],
        "batch_size": [COUNT],
        "epochs": [COUNT],
        "early_stopping": ["boolean", StrOptions({"auto"})],
        "validation_fraction": [PART],
        "n_iter_no_change": [COUNT],
        "tol": [TOLERANCE],
        "class_weight": [dict, list, StrOptions({"balanced"}), None],
        "warm_start": ["boolean"],
        "random_state": ["random_state"],
        "verbose": ["verbose"],
    }

    @property
    def coefs_(self) -> list[NDArray[Any]]:
        """The kernels of the input, of the state and of the output."""
        check_is_fitted(self)
        return [self._weights[i] for i in (0, 1, 3)]

    @property
    def intercepts_(self) -> list[NDArray[Any]]:
        """The biases of the cells and of the output."""
        check_is_fitted(self)
        return [self._weights[i] for i in (2, 4)]

    # The products are small: threads give little, and cost tenfold where cores are busy.
    @_threadpool_controller_decorator(limits=1, user_api="blas")
    def _train(self, training, validation=None, *, go_on=False, epochs=None, reporter=None):
        past, epochs = self.history_ if go_on else {}, epochs or self.epochs
        rng = np.random.default_rng([self._seed, len(past.get("loss", ()))])
        weights = self._get_initial_weights(go_on, rng)
        history, best = {}, BestEpoch(self.n_iter_no_change, self.tol)
        with end_on_interrupt(lambda: bool(history)) as presses:
            for epoch in range(1, epochs + 1):
                if reporter is not None:
                    reporter.begin_epoch()
                scores = self._run_epoch(weights, training, rng, validation, presses.check)
                if self.verbose:
                    shown = " - ".join(f"{name}: {value:.4f}" for name, value in scores.items())
                    print(f"Epoch {epoch}/{epochs} - {shown}")
                for name, value in scores.items():
                    history.setdefault(name, []).append(value)
                stop = not np.isfinite(scores["loss"])
                if reporter is not None:
                    stop |= reporter.end_epoch(history, partial(copy_arrays, weights))
                if self.early_stopping and validation is not None:
                    stop |= best.is_long_past(scores["val_loss"], weights)
                if stop:
                    break
        weights = best.weights or weights
        check_training(history["loss"][-1], len(history["loss"]), weights)
        history = {name: past.get(name, []) + values for name, values in history.items()}
        vars(self).update(self._make_state(history, weights))

    def _check_size(self, n_inputs):
        description = {
            "units": self.units,
            "dense_units": None,
            "embedding": self.embedding,
            "n_tokens": n_inputs,
        }
        n_weights = self.units * (n_inputs + self.units + 1 + self._n_outputs) + self._n_outputs
        check_size(description, n_weights, n_bytes=8)

    def _get_initial_weights(self, go_on, rng):
        if not go_on:
            n_inputs = self._n_channels if self.embedding is None else self._n_tokens
            self._check_size(n_inputs)
            return initialize_weights(n_inputs, self.units, self._n_outputs, rng)
        units = len(self._weights[1])
        if units != self.units:
            raise ValueError(
                f"Training cannot go on with units={self.units}: the last fit had {units}. Set "
                "warm_start=False, or set units back."
            )
        return copy_arrays(self._weights)

    def _run_epoch(self, weights, training, rng, validation, check):
        """Train the weights for one epoch, and give its scores by name; check after each step."""
        with np.errstate(over="ignore", invalid="ignore"):  # a loss that is not finite tells
            learn = partial(self._learn_batch, weights)
            scores = average(learn, training.iterate(self.batch_size, rng), check)
            if validation is None:
                return dict(zip(("loss", "accuracy"), scores, strict=True))
            score = partial(score_batch, weights)
            scores += average(score, validation.iterate(self.batch_size), check)
        return dict(zip(("loss", "accuracy", "val_loss", "val_accuracy"), scores, strict=True))

    def _learn_batch(self, weights, *batch):
        """Take a step down the gradient, and give the sums of :func:`score_batch` before it."""
        sums, passed = score_batch(weights, *batch)
        rows, gradients = compute_gradients(weights, *passed, self.truncate_gradient)
        for place, weight, gradient in zip([rows, *4 * [...]], weights, gradients, strict=True):
            norm = np.linalg.norm(gradient)
            if self.clipnorm is not None and norm > self.clipnorm:
                gradient *= self.clipnorm / norm
            weight[place] -= self.learning_rate * gradient
        return sums, passed

    def _predict_panel(self, panel):
        outputs = np.empty((len(panel), self._n_outputs), np.float32)
        lengths = getattr(panel, "lengths", None)
        for rows in split_into_batches(np.arange(len(panel)), self.batch_size, lengths):
            steps, batch_lengths, rows = arrange_batch(panel[rows], rows)
            states = run_forward(self._weights, steps, batch_lengths)
            logits = read_out(self._weights, states, batch_lengths)[1]
            softmax = self._head == "multiclass"
            outputs[rows] = np.exp(compute_log_proba(logits, softmax=softmax))
        return outputs


class BestEpoch:
    """Keeps the weights of the epoch with the least loss.

    Parameters
    ----------
    patience : int
        Epochs without improvement after which the best is long past.
    tol : float
        Smallest fall of the loss that counts as an improvement.
    """

    def __init__(self, patience, tol):
        self.patience, self.tol = patience, tol
        self.weights = None

    def is_long_past(self, loss, weights):
        """Hear of another epoch, and tell whether the best one is long past."""
        if self.weights is None or loss + self.tol < self.loss:
            self.loss, self.weights, self.waited = loss, copy_arrays(weights), 0
        else:
            self.waited += 1
        return self.waited >= self.patience


def average(score, batches, check):
    """Give the mean loss and accuracy of an epoch; check after each step."""
    sums, n_rows = [], 0
    for batch in batches:
        sums.append(score(*batch)[0])
        n_rows += len(batch[0])
        check()
    return (np.sum(sums, axis=0) / n_rows).tolist()


def copy_arrays(arrays):
    """Copy each array of a list."""
    return [array.copy() for array in arrays]
