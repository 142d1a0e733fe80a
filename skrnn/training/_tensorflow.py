"""What is compiled on TensorFlow: the steps of a training, and prediction."""

from functools import partial
from itertools import chain

import keras
import tensorflow as tf
from tensorflow.python.eager import context
from tensorflow.python.framework.ops import gradient_registry

from .._interrupts import hold_interrupts
from ..network._ahead import count_read
from ._fused_adam import fuse_adam
from ._row_parts import MOST_ROWS
from ._scans import UNROLL_UP_TO
from ._tensorflow_kernels import KERNELS as KERNELS
from ._tensorflow_kernels import LARGE_LSTM, compile_loops
from ._tensorflow_kernels import LARGER_KERNELS as LARGER_KERNELS
from ._trainer import Trainer

# Before so many batches, time steps of batches, or updates of single weights, XLA saves less time
# than it takes to compile.
XLA_FROM = 500
LARGE_LOOPS_FROM = 2000
LOOPS_FROM = 10_000
XLA_UPDATES_FROM = 10**8
# What a time step multiplies is small up to here: most of its time goes into the loop around it.
# Beyond, fused kernels and steps compiled as a whole are slower than TensorFlow's own loop.
SMALL_STEP = 1_200_000
SMALL_CELL = 50_000
PARALLEL = {"mingru", "minlstm"}  # cells whose steps can be computed at once
LOOPS = {"simple": 1, "gru": 3, "lstm": 4}  # how many products; what others cost is not known


def choose_way(description, batch_size, n_steps):
    """Choose how recurrent layers go through the time steps.

    On a GPU, Keras's own way is one fused kernel. On a CPU the loop around small steps costs more
    than they do: one kernel takes its place, or else a loop of fewer operations, which is unrolled
    for short sequences. In a training, XLA may compile the loops.

    Parameters
    ----------
    description : dict
        As :func:`skrnn.network._build.build_network` reads it.
    batch_size : int
    n_steps : int or None
        The number of steps that may be unrolled.

    Returns
    -------
    dict
        With ``fused`` and ``unroll``, for the description. ``fused`` is the number of weights up
        to which cells are small, True if all are, and None if there are no kernels for them.
    """
    if description.get("network") is not None:
        limit = min(SMALL_CELL, SMALL_STEP // batch_size)
        return {"fused": None if _has_gpu() else limit, "unroll": None}
    known = description["cell"] in LOOPS and description["truncate_gradient"] is None
    if _has_gpu() or not known:
        return {"fused": True if description["cell"] in PARALLEL else None, "unroll": None}
    fused = True if _is_small(description, batch_size) else 0
    fused = None if description["recurrent_dropout"] else fused
    plain = description["embedding"] is None and not description["mask_missing"]
    unrolled = plain and n_steps is not None and n_steps <= UNROLL_UP_TO
    unrolled = unrolled and not _is_kernel(description | {"fused": fused})
    return {"fused": fused, "unroll": n_steps if unrolled else None}


def _is_kernel(description):
    """Tell whether recurrent layers are one operation each."""
    return bool(description["fused"]) and description["cell"] == "lstm"


def choose_xla(description):
    """Choose what of a training step XLA may compile, on a CPU.

    Parameters
    ----------
    description : dict
        With what :func:`choose_way` adds.

    Returns
    -------
    {"loops", "step", None}
        The loops through time, the whole step, or nothing, where there is no loop.
    """
    if description.get("network") is not None:
        return "loops"
    if _is_kernel(description) and _count_largest(description) < LARGE_LSTM:
        return None
    if description["fused"] is not None:
        return "loops"
    return None if description["unroll"] else "step"


def _is_small(description, batch_size):
    """Tell whether what cells multiply in a time step is small."""
    n_weights = _count_largest(description)
    # The kernel computes a large batch in parts.
    n_rows = min(batch_size, MOST_ROWS) if description["cell"] == "lstm" else batch_size
    return n_weights <= SMALL_CELL and n_weights * n_rows <= SMALL_STEP


def _count_largest(description):
    """Count the weights of the largest cell of a network."""
    width = {"onehot": "n_tokens", "learned": "embedding_dim"}
    units, n_directions = description["units"], 2 if description["bidirectional"] else 1
    embedding = description["embedding"]
    n_read = count_read(description) if embedding is None else description[width[embedding]]
    widths = [n_read, *(n_directions * n for n in units)]
    cells = list(zip(widths[:-1], units, strict=True))
    if description["strategy"] == "encoder_decoder":
        cells.append((widths[-1], widths[-1]))
    n_products = LOOPS[description["cell"]]
    return max(n_products * n * (n_inputs + n) for n_inputs, n in cells)


def _has_gpu():
    return bool(tf.config.list_logical_devices("GPU"))


def name_alike():
    """Give a scope in which all variables have one name.

    TensorFlow never drops an operation that it has run eagerly, and has one more of those that
    make a variable for each new name and shape.
    """
    name = {"name": "variable/"}  # whatever scopes are open
    return tf.variable_creator_scope(lambda make, **words: make(**words | name))


def compile_forward(model):
    """Compile a model's prediction: arrays in, array out."""
    spec = tf.TensorSpec(model.inputs[0].shape, model.inputs[0].dtype)
    call = partial(model, training=False)
    run = _trace(call, [spec])
    return lambda batch: run(tf.convert_to_tensor(batch)).numpy()


def compile_gradient(model, embedding):
    """Compile the derivative of outputs by the vectors of tokens, and by numbers beside them.

    Parameters
    ----------
    model : keras.Model
    embedding : skrnn.training._attribution.HandedEmbedding
        The layer of the model that gives those vectors.

    Returns
    -------
    callable
        Of inputs (n, columns), vectors (n, time, width) and a weight for each output; gives
        outputs and the derivatives of their weighted sum, (n, time, width) and, if the inputs are
        no integers, (n, columns).
    """
    kind = tf.as_dtype(model.inputs[0].dtype)

    def differentiate(inputs, vectors, direction):
        watched = [vectors, inputs][: 1 + kind.is_floating]
        with tf.GradientTape() as tape, embedding.hand_in(vectors):
            tape.watch(watched)
            outputs = model(inputs, training=False)
            total = tf.reduce_sum(outputs * direction)
        return outputs, *tape.gradient(total, watched)

    shapes = (None, None), (None, None, embedding.width), (None,)
    kinds = kind, tf.float32, tf.float32
    compiled = _trace(differentiate, list(map(tf.TensorSpec, shapes, kinds)))

    def run(*arrays):
        return [values.numpy() for values in compiled(*map(tf.convert_to_tensor, arrays))]

    return run


def goes_into_xla(description):
    """Tell whether XLA is known to compile all operations of a network."""
    known = description["cell"] in LOOPS and description["truncate_gradient"] is None
    return known and description.get("network") is None


def compile_rounds(model, make_round, n_rounds):
    """Compile a loop of rounds; see :func:`skrnn.training._prediction.repeat_rounds`."""

    def call_network(windows):
        return tf.cast(model(tf.cast(windows, tf.float32), training=False), tf.float64)

    @tf.function(autograph=False, jit_compile=True)
    def run(context, constants):
        def go_on(done, context, rounds):
            context, forecasts = make_round(keras.ops, call_network, context, constants)
            return done + 1, context, rounds.write(done, forecasts)

        _, context, rounds = tf.while_loop(
            lambda done, *_: done < n_rounds,
            go_on,
            (0, context, tf.TensorArray(tf.float64, n_rounds)),
            maximum_iterations=n_rounds,
        )
        return context, rounds.stack()  # (rounds, n, steps, features)

    def run_arrays(context, constants):
        constants = tuple(map(tf.convert_to_tensor, constants))
        context, rounds = run(tf.convert_to_tensor(context), constants)
        return context, rounds.numpy()

    return run_arrays


def _trace(call, specs, **options):
    """Compile a function, to be called without a search for the right one.

    TensorFlow registers the gradients that are made for an operation of this one function, for
    good, and they hold the function with all its variables. They have been used by now.
    """
    function = tf.function(call, input_signature=specs, autograph=False, **options)
    with hold_interrupts():
        traced = function.get_concrete_function()
    definition = traced.graph.as_graph_def()
    inner = chain.from_iterable(function.node_def for function in definition.library.function)
    for node in chain(definition.node, inner):
        if node.op == "IdentityN" and "_gradient_op_type" in node.attr:
            gradient_registry._registry.pop(node.attr["_gradient_op_type"].s.decode(), None)
    return traced


class TensorFlowTrainer(Trainer):
    """Steps compiled for batches of all sizes, or of one size, for which they are leaner.

    In a long training on sequences of one length, XLA compiles the loops through time for full
    batches; see :mod:`skrnn.training._compiled_scans`. Of cells whose formulas are not known here
    it compiles the whole step, if the steps in time are small. Elsewhere it compiles the update of
    many weights, such as those of an embedding, by optimizers that have no operation of their own:
    one pass over them instead of a dozen.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    for_xla : {"loops", "step", None}
        What of a step it may compile.
    """

    def __init__(self, model, for_xla):
        super().__init__(model)
        self._for_xla = for_xla
        self._steps = {}
        self._update = model.optimizer.apply
        model.optimizer.apply = self._apply
        self._is_fused = fuse_adam(model.optimizer)

    def _begin(self, data, n_batches):
        self._xla, self._updates_by_xla = None, False
        if _has_gpu():
            return
        if data.n_steps is not None and self._for_xla is not None:
            self._xla = self._choose_xla(n_batches, n_batches * data.n_steps)
        is_large = self.n_weights * n_batches >= XLA_UPDATES_FROM
        known = type(self.model.optimizer).__module__.startswith("keras.")
        self._updates_by_xla = is_large and known and not self._is_fused

    def _choose_xla(self, n_batches, n_steps):
        if self._for_xla == "step":
            return "step" if n_batches >= XLA_FROM else None
        if n_steps >= LOOPS_FROM:
            return "loops"
        return "large loops" if n_steps >= LARGE_LOOPS_FROM else None

    def _set_rate(self, rate):
        # Where Keras sets it, that takes as long as the other Python of an update.
        variable = self.model.optimizer.learning_rate.value
        rate = tf.constant(rate, variable.dtype)
        tf.raw_ops.AssignVariableOp(resource=variable.handle, value=rate)

    def _run(self, name, batch, size, is_even):
        xla = self._xla if name == "train_step" and len(batch[0]) == size else None
        if xla == "step" and self.n_weights * size > SMALL_STEP:
            xla = None
        # Rows and time steps, as far as they are compiled in.
        shape = size if is_even else None, self.model.inputs[0].shape[1]
        shape = shape if xla is None else batch[0].shape[:2]
        key = name, len(batch), shape, xla, self._updates_by_xla
        if key not in self._steps:
            self._build_metrics(*batch)
            self._steps[key] = self._compile(name, batch, shape, xla)
        return self._steps[key](*map(tf.convert_to_tensor, batch))

    def _build_metrics(self, inputs, y, *weights):
        """Have the metrics make their variables; in a step, they would have it traced twice."""
        if not self._steps:
            steps = inputs.shape[1:2] if y.ndim == 3 else ()
            shape = len(y), *steps, self.model.outputs[0].shape[-1]
            self.model.compute_metrics(inputs, y, tf.zeros(shape), *weights)
            self._reset_metrics()

    def _compile(self, name, batch, shape, xla):
        inputs, *rest = batch
        specs = [tf.TensorSpec([*shape, *inputs.shape[2:]], inputs.dtype)]
        n_known = len(shape) if rest[0].ndim == 3 else 1  # whether targets have time steps, too
        specs += [
            tf.TensorSpec([*shape[:n_known], *part.shape[n_known:]], part.dtype) for part in rest
        ]
        step = getattr(self.model, name)
        with compile_loops(None if xla == "step" else xla):
            return _trace(lambda *parts: step(parts), specs, jit_compile=xla == "step")

    def _apply(self, gradients, variables=None):
        """Update the weights by gradients of their own shape.

        That of an embedding comes as one row a token. Where a token occurs twice, Keras squares
        its rows before it adds them up, which is not what Adam and others are defined by, nor
        what it does on other backends.
        """
        gradients = [add_up(gradient) for gradient in gradients]
        if not self._updates_by_xla:
            return self._update(gradients, variables)
        update = tf.function(
            lambda *dense: self._update(list(dense), variables), autograph=False, jit_compile=True
        )
        return update(*gradients)


def add_up(gradient):
    """Give a gradient in the shape of its weights, the rows of a token added up."""
    if not isinstance(gradient, tf.IndexedSlices) or _has_gpu():
        return tf.convert_to_tensor(gradient)
    # On a CPU, what converts it takes half as long again.
    rows = gradient.indices[:, None]
    return tf.scatter_nd(rows, gradient.values, tf.cast(gradient.dense_shape, rows.dtype))


def forget_operations():
    """Have TensorFlow forget the operations that it keeps for each shape of variables."""
    context.context().clear_kernel_cache()
