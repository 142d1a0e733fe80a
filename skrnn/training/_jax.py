"""What is compiled on JAX: the steps of a training, once for every shape of a batch.

So that there are few shapes, a batch with too few rows is filled up by copies of its last one,
which count neither in the loss nor in the metrics. Over several devices a batch is cut into equal
parts, if its rows can be.
"""

from functools import partial
from typing import Any

import jax
import keras
import numpy as np
from jax import numpy as jnp

from .._batches import choose_size
from .._interrupts import hold_interrupts
from ..network._minimal_cells import MINIMAL_CELLS, run_at_once
from ._devices import count_parts, find_distribution, round_up_rows
from ._trainer import Trainer


def run_minimal(cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`.

    On a CPU in a loop, elsewhere all steps at once.
    """
    if jax.default_backend() != "cpu":
        return run_at_once(cell, sequences, states)

    def step(state, given):
        state = given[0] * state + given[1]
        return state, state

    last, outputs = jax.lax.scan(step, states[0], cell.read(jnp.swapaxes(sequences, 0, 1)))
    return jnp.swapaxes(outputs, 0, 1), [last]


KERNELS = dict.fromkeys(MINIMAL_CELLS, run_minimal)  # XLA compiles Keras's other loops
LARGER_KERNELS: dict[type, Any] = {}
FEWEST_ROWS = 4  # of a batch that is filled up, so that few sizes are compiled for
STATE = "trainable_variables", "non_trainable_variables", "optimizer_variables"


def compile_forward(model):
    """Compile a model's prediction: arrays in, array out."""
    distribution = find_distribution()

    @jax.jit
    def run(state, batch):
        return model.stateless_call(*state, batch, training=False)[0]

    def read_and_run(batch):
        n_rows = len(batch)
        [batch] = spread([fill_up(batch, round_up_rows(n_rows, distribution))], distribution)
        groups = model.trainable_variables, model.non_trainable_variables
        return np.asarray(run([[v.value for v in group] for group in groups], batch))[:n_rows]

    return read_and_run


def compile_gradient(model, embedding):
    """Compile a derivative; see the function of that name for TensorFlow."""

    def sum_outputs(vectors, inputs, state, direction):
        with embedding.hand_in(vectors):
            outputs = model.stateless_call(*state, inputs, training=False)[0]
        return (outputs * direction).sum(), outputs

    by = (0, 1) if np.issubdtype(model.inputs[0].dtype, np.floating) else (0,)
    differentiate = jax.jit(jax.grad(sum_outputs, by, has_aux=True))

    def run(inputs, vectors, direction):
        groups = model.trainable_variables, model.non_trainable_variables
        state = [[v.value for v in group] for group in groups]
        gradients, outputs = differentiate(vectors, inputs, state, direction)
        return [np.asarray(values) for values in (outputs, *gradients)]

    return run


def compile_rounds(model, make_round, n_rounds):
    """Compile a loop of rounds; see :func:`skrnn.training._prediction.repeat_rounds`."""

    @jax.jit
    def run(state, context, constants):
        def call_network(windows):
            outputs, _ = model.stateless_call(*state, windows.astype(np.float32), training=False)
            return outputs.astype(np.float64)

        def go_on(context, _):
            return make_round(jnp, call_network, context, constants)

        return jax.lax.scan(go_on, context, None, n_rounds)

    def run_arrays(context, constants):
        groups = model.trainable_variables, model.non_trainable_variables
        state = [[v.value for v in group] for group in groups]
        with jax.enable_x64(True):  # forecasts are put back in double precision, as elsewhere
            context, rounds = run(state, context, constants)
        return context, np.asarray(rounds)

    return run_arrays


def fill_up(rows, size):
    """Repeat the last row up to a size."""
    return (
        np.concatenate([rows, rows[-1:].repeat(size - len(rows), 0)]) if len(rows) < size else rows
    )


def spread(batch, distribution):
    """Lay the arrays of a batch over the devices of a distribution, each a part of the rows.

    Where there is none, or the rows cannot be cut into equal parts, they stay as they are, and
    every device gets all of them.
    """
    if distribution is None or len(batch[0]) % count_parts(distribution):
        return batch
    layouts = [distribution.get_data_layout(part.shape).backend_layout for part in batch]
    return jax.device_put(list(batch), layouts)


class JaxTrainer(Trainer):
    """Steps that are functions of a state, which goes back to the model on demand.

    Parameters
    ----------
    model : keras.Model
        Compiled, with all metrics weighted if batches are filled up.
    fills_up : bool
        Whether they are. Custom losses and metrics may not know weights, and to batch
        normalisation the copies would matter.
    has_unknown : bool
        Whether targets of NaN do not count, so that those of the copies can be such.
    """

    def __init__(self, model, fills_up, has_unknown):
        super().__init__(model)
        self._fills_up, self._has_unknown = fills_up, has_unknown
        self._distribution = find_distribution()
        weigh = _weigh if fills_up and not has_unknown else _weigh_as_given
        places = self._list_places()
        self._steps = {
            # The old state gives its memory to the new one, as in Keras.
            "train_step": jax.jit(
                partial(_train, model, weigh), donate_argnums=0, out_shardings=places
            ),
            "test_step": jax.jit(partial(_test, model, weigh), out_shardings=places),
        }
        self._fresh = None  # the metrics at the start of an epoch

    def _set_rate(self, rate):
        if self.model._jax_state_synced:
            super()._set_rate(rate)
            return
        variables = self.model.optimizer.variables
        place = next(i for i, v in enumerate(variables) if v is self.model.optimizer.learning_rate)
        self.model._jax_state[STATE[2]][place] = jnp.asarray(rate, "float32")

    def _reset_metrics(self):
        self._metrics = self._fresh

    def _run(self, name, batch, size, is_even):
        n_rows, n_steps = batch[0].shape[:2]
        size = max(size, FEWEST_ROWS)
        size = round_up_rows(choose_size(n_rows, size, n_steps), self._distribution)
        if self._fills_up and n_rows < size:
            batch = [fill_up(part, size) for part in batch]
            if self._has_unknown:
                batch[1][n_rows:] = np.nan
        if self._fresh is None:
            with hold_interrupts():
                self.model._symbolic_build(data_batch=tuple(batch))
            self._fresh = self._metrics = [v.value for v in self.model.metrics_variables]
        state, self._metrics, logs = self._steps[name](
            self._take_state(), self._metrics, n_rows, *spread(batch, self._distribution)
        )
        # Where Keras finds the state when a callback asks for the model; set as an attribute, it
        # would be searched for variables each time.
        vars(self.model).update(_jax_state=state, _jax_state_synced=False)
        return logs

    def _list_places(self):
        """Give where the results of a step are to lie; None where that goes without saying."""
        if self._distribution is None:
            return None
        groups = self._list_variables()
        places = [[variable.value.sharding for variable in group] for group in groups]
        return dict(zip(STATE, places, strict=True)), None, None

    def _list_variables(self):
        model = self.model
        return (
            model.trainable_variables,
            model.non_trainable_variables,
            model.optimizer.variables,
        )

    def _take_state(self):
        """Give the state after the last step, or the model's if a callback has asked for it."""
        if not self.model._jax_state_synced:
            return self.model._jax_state
        values = [[variable.value for variable in group] for group in self._list_variables()]
        return dict(zip(STATE, values, strict=True))

    def _finish(self):
        self.model.jax_state_sync()
        self.model._jax_state = None
        super()._finish()


def _train(model, weigh, state, metrics, n_rows, inputs, y, weights=None):
    """Do what Keras does in a step of training, but for the weights of rows."""
    trainable, others, slots = (state[name] for name in STATE)
    run = jax.value_and_grad(model.compute_loss_and_updates, has_aux=True)
    for_loss, for_metrics = weigh(y, n_rows, weights)
    (_, (loss, outputs, others, metrics)), gradients = run(
        trainable, others, metrics, inputs, y, for_loss, training=True, optimizer_variables=slots
    )
    trainable, slots = model.optimizer.stateless_apply(slots, gradients, trainable)
    metrics, logs = _judge(model, metrics, loss, n_rows, inputs, y, outputs, for_metrics)
    return dict(zip(STATE, (trainable, others, slots), strict=True)), metrics, logs


def _test(model, weigh, state, metrics, n_rows, inputs, y, weights=None):
    """Do what Keras does in a step of validation, but for the weights of rows."""
    trainable, others, _ = (state[name] for name in STATE)
    for_loss, for_metrics = weigh(y, n_rows, weights)
    _, (loss, outputs, _, metrics) = model.compute_loss_and_updates(
        trainable, others, metrics, inputs, y, for_loss, training=False
    )
    return state, *_judge(model, metrics, loss, n_rows, inputs, y, outputs, for_metrics)


def _judge(model, metrics, loss, n_rows, inputs, y, outputs, weights):
    mapping = list(zip(model.metrics_variables, metrics, strict=True))
    with keras.StatelessScope(state_mapping=mapping) as scope:
        tracker = model.metrics[0]
        tracker.update_state(loss, sample_weight=n_rows)
        logs = model.compute_metrics(inputs, y, outputs, sample_weight=weights)
    return [scope.get_current_value(variable) for variable, _ in mapping], logs


def _weigh(y, n_rows, weights):
    """Give weights for the loss and the metrics, such that they are those of the first rows."""
    size, shape = len(y), y.shape[: max(1, y.ndim - 1)]  # (batch,) or (batch, time)
    counts = jnp.arange(size) < n_rows
    counts = jnp.broadcast_to(counts.reshape(-1, *[1] * (len(shape) - 1)), shape).astype("float32")
    weights = counts if weights is None else weights * counts
    return weights * (size / n_rows), counts


def _weigh_as_given(y, n_rows, weights):
    return weights, weights
