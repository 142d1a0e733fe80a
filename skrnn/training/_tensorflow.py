"""What is compiled on TensorFlow: the steps of a training, and prediction."""

from functools import cache, partial
from itertools import chain

import keras
import tensorflow as tf
from tensorflow.python.eager import context
from tensorflow.python.framework.ops import gradient_registry

from .._interrupts import hold_interrupts
from ..network._ahead import count_read
from ..network._minimal_cells import MINIMAL_CELLS
from ._scans import UNROLL_UP_TO, run_gru, run_minimal, run_simple
from ._trainer import Trainer

# Before so many batches, or so many updates of single weights, XLA saves less time than it takes
# to compile.
XLA_FROM = 500
XLA_UPDATES_FROM = 10**8
# What a time step multiplies is small up to here: most of its time goes into the loop around it.
# Beyond, TensorFlow's own matrix products are faster than those of XLA and of fused kernels.
SMALL_STEP = 1_200_000
SMALL_CELL = 50_000
PARALLEL = {"mingru", "minlstm"}  # cells that go through no loop
LOOPS = {"simple": 1, "gru": 3, "lstm": 4}  # how many products; what others cost is not known


def choose_way(description, batch_size, n_steps):
    """Choose how recurrent layers go through the time steps.

    On a GPU, Keras's own way is one fused kernel. On a CPU the loop around small steps costs more
    than they do: one kernel takes its place, or else a loop of fewer operations, which is unrolled
    for short sequences.

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
        With ``fused`` and ``unroll``, for the description. Where a function builds the network,
        ``fused`` is the number of weights up to which its cells are small.
    """
    if description.get("network") is not None:
        limit = min(SMALL_CELL, SMALL_STEP // batch_size)
        return {"fused": False if _has_gpu() else limit, "unroll": None}
    known = description["cell"] in LOOPS and description["truncate_gradient"] is None
    if _has_gpu() or not known:
        return {"fused": description["cell"] in PARALLEL, "unroll": None}
    fused = _is_small(description, batch_size) and not description["recurrent_dropout"]
    plain = description["embedding"] is None and not description["mask_missing"]
    unrolled = plain and n_steps is not None and n_steps <= UNROLL_UP_TO
    unrolled = unrolled and not _is_kernel(description | {"fused": fused})
    return {"fused": fused, "unroll": n_steps if unrolled else None}


def _is_kernel(description):
    """Tell whether recurrent layers are one operation each."""
    return bool(description["fused"]) and description["cell"] == "lstm"


def has_loop(description):
    """Tell whether a network is known to go through the time steps in a loop."""
    is_foreign = description.get("network") is not None
    no_loop = is_foreign or description["cell"] in PARALLEL or _is_kernel(description)
    return not (no_loop or description["unroll"])


def _is_small(description, batch_size):
    """Tell whether what cells multiply in a time step is small."""
    width = {"onehot": "n_tokens", "learned": "embedding_dim"}
    units, n_directions = description["units"], 2 if description["bidirectional"] else 1
    embedding = description["embedding"]
    n_read = count_read(description) if embedding is None else description[width[embedding]]
    widths = [n_read, *(n_directions * n for n in units)]
    cells = list(zip(widths[:-1], units, strict=True))
    if description["strategy"] == "encoder_decoder":
        cells.append((widths[-1], widths[-1]))
    n_products = LOOPS[description["cell"]]
    n_weights = max(n_products * n * (n_inputs + n) for n_inputs, n in cells)
    return n_weights <= SMALL_CELL and n_weights * batch_size <= SMALL_STEP


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


def _run_lstm(cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    kernels = tf.concat([cell.kernel, cell.recurrent_kernel], axis=0)
    unused = tf.zeros([cell.units])
    # BlockLSTMV2 would have the gates in Keras's order, but TensorFlow gives it the gradient of
    # BlockLSTM, whose order is another.
    run = tf.raw_ops.BlockLSTM(
        seq_len_max=tf.shape(sequences, tf.int64)[1],
        x=tf.transpose(sequences, [1, 0, 2]),  # (time, batch, features)
        h_prev=states[0],
        cs_prev=states[1],
        w=_order_gates(kernels),
        b=_order_gates(cell.bias),
        wci=unused,
        wcf=unused,
        wco=unused,
        forget_bias=0.0,
        cell_clip=-1.0,
    )
    return tf.transpose(run.h, [1, 0, 2]), [run.h[-1], run.cs[-1]]


def _order_gates(weights):
    i, f, g, o = tf.split(weights, 4, axis=-1)
    return tf.concat([i, g, f, o], axis=-1)


KERNELS = {
    keras.layers.LSTMCell: _run_lstm,
    keras.layers.GRUCell: run_gru,
    keras.layers.SimpleRNNCell: run_simple,
    **dict.fromkeys(MINIMAL_CELLS, run_minimal),
}


def _fuse_adam(optimizer):
    """Have Adam update each variable by one operation, and tell whether it could.

    Keras writes the same formulas (Kingma and Ba, 2015) in a dozen, which take longer to compile
    and, for small variables, to run.
    """
    is_adam = type(optimizer).update_step is keras.optimizers.Adam.update_step
    if not is_adam or optimizer.amsgrad or optimizer.gradient_accumulation_steps:
        return False
    optimizer._backend_update_step = partial(_update_by_adam, optimizer)
    return True


def _update_by_adam(optimizer, gradients, variables, rate):
    @cache
    def share(kind):
        step = tf.cast(optimizer.iterations.value + 1, kind)
        beta_1, beta_2 = tf.constant(optimizer.beta_1, kind), tf.constant(optimizer.beta_2, kind)
        return {
            "beta1_power": tf.pow(beta_1, step),
            "beta2_power": tf.pow(beta_2, step),
            "lr": tf.cast(rate, kind),
            "beta1": beta_1,
            "beta2": beta_2,
            "epsilon": tf.constant(optimizer.epsilon, kind),
        }

    for gradient, variable in zip(gradients, variables, strict=True):
        place, kind = optimizer._get_variable_index(variable), variable.dtype
        slots = optimizer._momentums[place], optimizer._velocities[place]
        var, m, v = (part.value.handle for part in (variable, *slots))
        gradient = tf.cast(gradient, kind)
        tf.raw_ops.ResourceApplyAdam(var=var, m=m, v=v, grad=gradient, **share(kind))


class TensorFlowTrainer(Trainer):
    """Steps compiled for batches of all sizes, or of one size, for which they are leaner.

    In a long training on sequences of one length, XLA compiles the step for full batches, if the
    steps in time are small and there is a loop through them: on a CPU it makes one kernel of what
    a time step computes. Elsewhere it compiles the update of many weights, such as those of an
    embedding, by optimizers that have no operation of their own: one pass over them instead of a
    dozen.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    has_loop : bool
        Whether it goes through the time steps in a loop.
    """

    def __init__(self, model, has_loop):
        super().__init__(model)
        self._has_loop = has_loop
        self._steps = {}
        self._update = model.optimizer.apply
        model.optimizer.apply = self._apply
        self._is_fused = _fuse_adam(model.optimizer)

    def _begin(self, data, n_batches):
        self._uses_xla = self._updates_by_xla = False
        if _has_gpu():
            return
        self._uses_xla = self._has_loop and data.n_steps is not None and n_batches >= XLA_FROM
        is_large = self.n_weights * n_batches >= XLA_UPDATES_FROM
        known = type(self.model.optimizer).__module__.startswith("keras.")
        self._updates_by_xla = is_large and known and not self._is_fused

    def _set_rate(self, rate):
        # Where Keras sets it, that takes as long as the other Python of an update.
        self.model.optimizer.learning_rate.value.assign(rate, read_value=False)

    def _run(self, name, batch, size, is_even):
        uses_xla = self._uses_xla and name == "train_step" and len(batch[0]) == size
        uses_xla &= self.n_weights * size <= SMALL_STEP
        # Rows and time steps, as far as they are compiled in.
        shape = size if is_even else None, self.model.inputs[0].shape[1]
        shape = batch[0].shape[:2] if uses_xla else shape
        key = name, len(batch), shape, uses_xla, self._updates_by_xla
        if key not in self._steps:
            self._build_metrics(*batch)
            self._steps[key] = self._compile(name, batch, shape, uses_xla)
        return self._steps[key](*map(tf.convert_to_tensor, batch))

    def _build_metrics(self, inputs, y, *weights):
        """Have the metrics make their variables; in a step, they would have it traced twice."""
        if not self._steps:
            steps = inputs.shape[1:2] if y.ndim == 3 else ()
            shape = len(y), *steps, self.model.outputs[0].shape[-1]
            self.model.compute_metrics(inputs, y, tf.zeros(shape), *weights)
            self._reset_metrics()

    def _compile(self, name, batch, shape, uses_xla):
        inputs, *rest = batch
        specs = [tf.TensorSpec([*shape, *inputs.shape[2:]], inputs.dtype)]
        n_known = len(shape) if rest[0].ndim == 3 else 1  # whether targets have time steps, too
        specs += [
            tf.TensorSpec([*shape[:n_known], *part.shape[n_known:]], part.dtype) for part in rest
        ]
        step = getattr(self.model, name)
        return _trace(lambda *parts: step(parts), specs, jit_compile=uses_xla)

    def _apply(self, gradients, variables=None):
        """Update the weights by gradients of their own shape.

        That of an embedding comes as one row a token. Where a token occurs twice, Keras squares
        its rows before it adds them up, which is not what Adam and others are defined by, nor
        what it does on other backends.
        """
        gradients = [tf.convert_to_tensor(gradient) for gradient in gradients]
        if not self._updates_by_xla:
            return self._update(gradients, variables)
        update = tf.function(
            lambda *dense: self._update(list(dense), variables), autograph=False, jit_compile=True
        )
        return update(*gradients)


def forget_operations():
    """Have TensorFlow forget the operations that it keeps for each shape of variables."""
    context.context().clear_kernel_cache()
