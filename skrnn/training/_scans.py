"""Loops over time of recurrent cells on TensorFlow, whose gradients are written out.

Keras multiplies inputs and states in each step, and TensorFlow finds the gradient of such a loop
by keeping all that it has computed. Here the inputs of all steps are multiplied at once. Going
back, what a step does to its gradient is linear: its coefficients are computed for all steps at
once, and the gradients of the weights come from one product. So a step is a few operations.
"""

from functools import partial

import tensorflow as tf

UNROLL_UP_TO = 16  # steps; beyond, compiling takes longer than short trainings save


def run_gru(cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    units = cell.units
    bias, recurrent_bias = tf.unstack(tf.convert_to_tensor(cell.bias))
    of_gates, of_candidate = tf.split(recurrent_bias, [2 * units, units])
    bias += tf.concat([of_gates, tf.zeros_like(of_candidate)], axis=0)
    inputs = _multiply_inputs(sequences, cell.kernel) + bias
    recurrent_kernel = tf.convert_to_tensor(cell.recurrent_kernel)
    return _join(_scan_gru(inputs, states[0], recurrent_kernel, of_candidate))


def run_simple(cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    inputs = _multiply_inputs(sequences, cell.kernel) + cell.bias
    return _join(_scan_simple(inputs, states[0], tf.convert_to_tensor(cell.recurrent_kernel)))


def run_minimal(cell, sequences, states):
    """Run a minimal cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    keep, new = cell.read(tf.transpose(sequences, [1, 0, 2]))
    return _join(_scan_linear(keep, new, states[0]))


def _multiply_inputs(sequences, kernel):
    """Multiply (batch, time, features) by a kernel: (time, batch, columns)."""
    shape = tf.shape(sequences)
    inputs = tf.reshape(tf.transpose(sequences, [1, 0, 2]), [-1, sequences.shape[2]])
    columns = kernel.shape[1]
    products = tf.reshape(tf.matmul(inputs, kernel), [shape[1], shape[0], columns])
    return tf.ensure_shape(products, [sequences.shape[1], sequences.shape[0], columns])


def _join(states):
    """Give states (time, batch, units) as outputs (batch, time, units), and the last of them.

    It is read from the outputs: TensorFlow takes the last of steps that have been stacked for the
    step itself, and then, of the last ones of two directions, applies a tanh to both at once,
    where it had to stay for the stack.
    """
    outputs = tf.transpose(states, [1, 0, 2])
    return outputs, [outputs[:, -1]]


@tf.custom_gradient
def _scan_gru(inputs, state, kernel, bias):
    """Give the states (time, batch, units) of a GRU whose reset gate comes after the product.

    Parameters
    ----------
    inputs : tensor of shape (time, batch, 3 * units)
        The products of inputs and kernel with all biases but the one given, in Keras's order:
        update gate, reset gate, candidate.
    state : tensor of shape (batch, units)
    kernel : tensor of shape (units, 3 * units)
    bias : tensor of shape (units,)
        Of what the reset gate multiplies.
    """
    units = kernel.shape[0]
    parts = [2 * units, units]
    of_gates, of_candidates = tf.split(inputs, parts, axis=2)

    def step(state, given):
        product = tf.matmul(state, kernel)
        of_gates, recurrent = tf.split(product, parts, axis=1)
        update, reset = tf.split(tf.sigmoid(given[0] + of_gates), 2, axis=1)
        candidate = tf.tanh(given[1] + reset * (recurrent + bias))
        state = candidate + update * (state - candidate)
        return state, (state, product)

    given = of_gates, of_candidates
    (states, products), _ = _loop(step, state, given, (units, 3 * units))

    def go_back(slopes):
        earlier = shift(states, state)
        recurrent_gates, recurrent = tf.split(products, parts, axis=2)
        recurrent += bias
        update, reset = tf.split(tf.sigmoid(of_gates + recurrent_gates), 2, axis=2)
        candidate = tf.tanh(of_candidates + reset * recurrent)
        to_update = (earlier - candidate) * update * (1 - update)
        to_candidate = (1 - update) * (1 - candidate * candidate)
        to_reset = to_candidate * recurrent * reset * (1 - reset)
        to_products = tf.concat([to_update, to_reset, to_candidate * reset], axis=2)

        def step(slope, given):
            total = slope + given[0]
            by_product = tf.tile(total, [1, 3]) * given[1]
            return total * given[2] + tf.matmul(by_product, kernel, transpose_b=True), (total,)

        given = slopes, to_products, update
        (totals,), first = _loop(step, tf.zeros_like(state), given, (units,), back=True)
        tiled = tf.tile(totals, [1, 1, 3])
        by_inputs = tiled * tf.concat([to_update, to_reset, to_candidate], axis=2)
        by_products = tiled * to_products
        by_bias = tf.reduce_sum(by_products[..., 2 * units :], axis=[0, 1])
        return by_inputs, first, multiply_all(earlier, by_products), by_bias

    return states, go_back


@tf.custom_gradient
def _scan_simple(inputs, state, kernel):
    """Give the states (time, batch, units) of a simple recurrent cell.

    Parameters
    ----------
    inputs : tensor of shape (time, batch, units)
        The products of inputs and kernel, with the bias.
    state : tensor of shape (batch, units)
    kernel : tensor of shape (units, units)
    """
    units = kernel.shape[0]

    def step(state, given):
        state = tf.tanh(given[0] + tf.matmul(state, kernel))
        return state, (state,)

    (states,), _ = _loop(step, state, (inputs,), (units,))

    def go_back(slopes):
        def step(slope, given):
            by_input = (slope + given[0]) * given[1]
            return tf.matmul(by_input, kernel, transpose_b=True), (by_input,)

        given = slopes, 1 - states * states
        (by_inputs,), first = _loop(step, tf.zeros_like(state), given, (units,), back=True)
        return by_inputs, first, multiply_all(shift(states, state), by_inputs)

    return states, go_back


@tf.custom_gradient
def _scan_linear(keep, new, state):
    """Give the states of a linear recurrence, each the one before times ``keep``, plus ``new``.

    Parameters
    ----------
    keep, new : tensor of shape (time, batch, units)
    state : tensor of shape (batch, units)
    """
    states = _recur(keep, new, state)

    def go_back(slopes):
        later = tf.concat([keep[1:], tf.zeros_like(keep[:1])], axis=0)
        by_new = _recur(later[::-1], slopes[::-1], tf.zeros_like(state))[::-1]
        return by_new * shift(states, state), by_new, keep[0] * by_new[0]

    return states, go_back


def _recur(keep, new, state):
    """Compute a linear recurrence, in as many stretches as each has steps.

    All stretches are gone through at once from a state of 0, and then corrected by the state that
    each begins with.
    """
    n_steps, n_rows = tf.unstack(tf.shape(keep)[:2])
    length = tf.cast(tf.math.ceil(tf.sqrt(tf.cast(n_steps, tf.float32))), tf.int32)
    missing = -n_steps % length  # steps at the end, of which the states are not read
    shape = [-1, length, n_rows, keep.shape[2]]

    def split(steps):
        padded = tf.pad(steps, [[0, missing], [0, 0], [0, 0]])
        return tf.transpose(tf.reshape(padded, shape), [1, 0, 2, 3])

    def step(before, given):
        return before[0] * given[0], before[1] * given[0] + given[1]

    keep, new = split(keep), split(new)  # (length, stretches, batch, units)
    kept, made = tf.scan(step, (keep, new), (tf.ones_like(keep[0]), tf.zeros_like(new[0])))
    first = tf.zeros_like(state), state
    _, ends = tf.scan(step, (kept[-1], made[-1]), first)
    states = made + kept * shift(ends, state)
    flat = tf.reshape(tf.transpose(states, [1, 0, 2, 3]), [-1, n_rows, keep.shape[3]])
    return flat[:n_steps]


def _loop(step, state, given, widths, back=False):
    """Go through time; give what each step puts out, and the state at the end.

    Parameters
    ----------
    step : callable
        Of a state (batch, units) and a tuple of what is given at a time; gives the next state and
        a tuple of what is put out.
    state : tensor of shape (batch, units)
    given : tuple of tensor of shape (time, batch, ...)
    widths : tuple of int
        Of what is put out, (batch, width).
    back : bool
        Whether to begin with the last step.
    """
    if (known := given[0].shape[0]) is not None and known <= UNROLL_UP_TO:
        return _unroll(step, state, given, back)
    n_steps = tf.shape(given[0])[0]
    make = partial(tf.TensorArray, state.dtype, size=n_steps)
    read = [make(element_shape=part.shape[1:]).unstack(part) for part in given]
    made = tuple(make(element_shape=[state.shape[0], width]) for width in widths)

    def run(number, state, made):
        time = n_steps - 1 - number if back else number
        state, new = step(state, [part.read(time) for part in read])
        made = tuple(part.write(time, value) for part, value in zip(made, new, strict=True))
        return number + 1, state, made

    _, state, made = tf.while_loop(
        lambda number, *_: number < n_steps, run, (0, state, made), maximum_iterations=n_steps
    )
    return tuple(part.stack() for part in made), state


def _unroll(step, state, given, back):
    """Do what a loop does, without one."""
    direction, made = -1 if back else 1, []
    for parts in list(zip(*map(tf.unstack, given), strict=True))[::direction]:
        state, new = step(state, parts)
        made.append(new)
    return tuple(map(tf.stack, zip(*made[::direction], strict=True))), state


def shift(states, first):
    """Give the state before each."""
    return tf.concat([first[None], states[:-1]], axis=0)


def multiply_all(left, right):
    """Give the sum of the outer products of all rows of all steps."""
    left, right = (tf.reshape(part, [-1, part.shape[2]]) for part in (left, right))
    return tf.matmul(left, right, transpose_a=True)
