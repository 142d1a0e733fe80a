"""Loops over time of recurrent cells on TensorFlow, compiled by XLA in parts of a batch.

Between the operations of TensorFlow, what a time step computes goes to memory and back, and two
cores wait for each other in each of them. XLA makes one pass of all that is not a matrix
product, and the parts of a batch, which need nothing from each other, run on cores of their own.
"""

from functools import cache, partial

import tensorflow as tf

from ._row_parts import count_parts, run_in_parts
from ._scans import multiply_all, shift

FEWEST_ROWS = 16  # of a part of a batch


def run_compiled_lstm(cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    return _run(_step_lstm, _go_back_lstm, cell, sequences, states)


def run_compiled_gru(cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    return _run(_step_gru, _go_back_gru, cell, sequences, states)


def run_compiled_simple(cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    return _run(_step_simple, _go_back_simple, cell, sequences, states)


def run_compiled_mingru(cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    return _run(_step_mingru, _go_back_mingru, cell, sequences, states)


def run_compiled_minlstm(cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    return _run(_step_minlstm, _go_back_minlstm, cell, sequences, states)


def _run(step, go_back, cell, sequences, states):
    """Run a cell through sequences, whose number of rows and steps is compiled in."""
    none = tf.zeros([cell.units, 0])  # of minimal cells, which do not multiply their state
    weights = cell.kernel, getattr(cell, "recurrent_kernel", none), cell.bias
    weights = list(map(tf.convert_to_tensor, weights))
    compute = _differentiate(step, go_back)

    def run(sequences, states):
        outputs, *others = compute(sequences, *weights, *states)
        return outputs, [outputs[:, -1], *others]

    return run_in_parts(run, count_parts(sequences.shape[0], FEWEST_ROWS), sequences, states)


@cache
def _differentiate(step, go_back):
    """Give a function with a gradient of its own, both compiled by XLA.

    Of sequences (batch, time, features), the three weights of a cell and its states (batch,
    units), it gives the outputs (batch, time, units), and the last states but for the first,
    which is the last output. XLA forgets nothing that it has compiled: all networks share it.
    """
    compiled = partial(tf.function, jit_compile=True, autograph=False)
    forward, backward = compiled(partial(_scan, step)), compiled(partial(_scan_back, go_back))

    @tf.custom_gradient
    def compute(*given):
        given = [tf.stop_gradient(part) for part in given]  # the gradient is not TensorFlow's
        outputs, others, kept = forward(*given)
        return (outputs, *others), lambda *slopes: backward(slopes, kept, *given)

    return compute


def _scan(step, sequences, kernel, recurrent_kernel, bias, *states):
    """Go through time; give outputs, the other states at the end, and what the way back needs."""
    of_inputs, of_products = tf.unstack(bias) if bias.shape.rank == 2 else (bias, 0.0)
    inputs = _multiply(tf.transpose(sequences, [1, 0, 2]), kernel) + of_inputs
    n_steps = inputs.shape[0]

    def run(time, states, made):
        product = tf.matmul(states[0], recurrent_kernel) + of_products
        states, kept = step(inputs[time], states, product)
        made = [
            part.write(time, value) for part, value in zip(made, (*states, *kept), strict=True)
        ]
        return time + 1, states, tuple(made)

    like = step(inputs[0], states, tf.zeros_like(inputs[0]))
    made = tuple(_make_array(n_steps, part) for part in (*like[0], *like[1]))
    begin = 0, states, made
    _, last, made = tf.while_loop(lambda time, *_: time < n_steps, run, begin)
    made = [part.stack() for part in made]
    return tf.transpose(made[0], [1, 0, 2]), list(last[1:]), made


def _scan_back(go_back, slopes, kept, sequences, kernel, recurrent_kernel, bias, *states):
    """Give the gradients of all that was given."""
    earlier = list(map(shift, kept, states))
    of_outputs = tf.transpose(slopes[0], [1, 0, 2])
    n_steps, n_biases = of_outputs.shape[0], bias.shape.rank  # of inputs and products one, or two

    def run(time, slopes, made):
        slopes = slopes[0] + of_outputs[time], *slopes[1:]
        before, after = ([part[time] for part in parts] for parts in (earlier, kept))
        by_input, by_product, direct = go_back(slopes, before, after)
        of_first = direct[0] + tf.matmul(by_product, recurrent_kernel, transpose_b=True)
        new = (by_input, by_product)[:n_biases]
        made = [part.write(time, value) for part, value in zip(made, new, strict=True)]
        return time - 1, (of_first, *direct[1:]), tuple(made)

    like = tf.zeros([states[0].shape[0], kernel.shape[1]])
    made = tuple(_make_array(n_steps, like) for _ in range(n_biases))
    begin = n_steps - 1, (tf.zeros_like(states[0]), *slopes[1:]), made
    _, of_states, made = tf.while_loop(lambda time, *_: time >= 0, run, begin)
    by = [part.stack() for part in made]
    of_sequences = tf.transpose(_multiply(by[0], tf.transpose(kernel)), [1, 0, 2])
    of_kernel = multiply_all(tf.transpose(sequences, [1, 0, 2]), by[0])
    sums = [tf.reduce_sum(part, axis=[0, 1]) for part in by]
    of_bias = tf.stack(sums) if n_biases == 2 else sums[0]
    of_recurrent_kernel = multiply_all(earlier[0], by[-1][..., : recurrent_kernel.shape[1]])
    return of_sequences, of_kernel, of_recurrent_kernel, of_bias, *of_states


def _make_array(n_steps, like):
    return tf.TensorArray(like.dtype, size=n_steps, element_shape=like.shape)


def _multiply(steps, kernel):
    """Multiply (time, batch, features) by a kernel."""
    flat = tf.matmul(tf.reshape(steps, [-1, steps.shape[2]]), kernel)
    return tf.reshape(flat, [*steps.shape[:2], kernel.shape[1]])


# A step takes what inputs and states have been multiplied to, and gives the states and what else
# the way back needs. A step back takes the slopes of the states, the states before, and what the
# step gave; it gives the slopes of both products, and of the states before as far as they come
# into a step otherwise.


def _step_simple(inputs, states, product):
    return (tf.tanh(inputs + product),), ()


def _go_back_simple(slopes, before, after):
    by_input = slopes[0] * (1 - after[0] * after[0])
    return by_input, by_input, (0.0,)


def _step_gru(inputs, states, product):
    units = states[0].shape[1]
    gates = tf.sigmoid(inputs[:, : 2 * units] + product[:, : 2 * units])
    update, reset = tf.split(gates, 2, axis=1)
    recurrent = product[:, 2 * units :]
    candidate = tf.tanh(inputs[:, 2 * units :] + reset * recurrent)
    state = candidate + update * (states[0] - candidate)
    return (state,), (gates, candidate, recurrent)


def _go_back_gru(slopes, before, after):
    _, gates, candidate, recurrent = after
    update, reset = tf.split(gates, 2, axis=1)
    by_update = slopes[0] * (before[0] - candidate) * update * (1 - update)
    by_candidate = slopes[0] * (1 - update) * (1 - candidate * candidate)
    by_reset = by_candidate * recurrent * reset * (1 - reset)
    by_input = tf.concat([by_update, by_reset, by_candidate], axis=1)
    by_product = tf.concat([by_update, by_reset, by_candidate * reset], axis=1)
    return by_input, by_product, (slopes[0] * update,)


def _step_lstm(inputs, states, product):
    units = states[0].shape[1]
    total = inputs + product
    gates = tf.sigmoid(tf.concat([total[:, : 2 * units], total[:, 3 * units :]], axis=1))
    enter, forget, leave = tf.split(gates, 3, axis=1)
    candidate = tf.tanh(total[:, 2 * units : 3 * units])
    memory = forget * states[1] + enter * candidate
    return (leave * tf.tanh(memory), memory), (gates, candidate)


def _go_back_lstm(slopes, before, after):
    _, memory, gates, candidate = after
    enter, forget, leave = tf.split(gates, 3, axis=1)
    bent = tf.tanh(memory)
    by_memory = slopes[1] + slopes[0] * leave * (1 - bent * bent)
    by_input = tf.concat(
        [
            by_memory * candidate * enter * (1 - enter),
            by_memory * before[1] * forget * (1 - forget),
            by_memory * enter * (1 - candidate * candidate),
            slopes[0] * bent * leave * (1 - leave),
        ],
        axis=1,
    )
    return by_input, by_input, (0.0, by_memory * forget)


def _step_mingru(inputs, states, _):
    update, candidate = tf.split(inputs, 2, axis=1)
    update = tf.sigmoid(update)
    return (states[0] + update * (candidate - states[0]),), (update, candidate)


def _go_back_mingru(slopes, before, after):
    _, update, candidate = after
    by_update = slopes[0] * (candidate - before[0]) * update * (1 - update)
    by_input = tf.concat([by_update, slopes[0] * update], axis=1)
    return by_input, by_input[:, :0], (slopes[0] * (1 - update),)


def _step_minlstm(inputs, states, _):
    forget, enter, candidate = tf.split(inputs, 3, axis=1)
    # As in the cell: below -40 the square of one over a sigmoid would leave single precision.
    forget, enter = (1 / (1 + tf.exp(-tf.maximum(gate, -40.0))) for gate in (forget, enter))
    keep = forget / (forget + enter)
    state = candidate + keep * (states[0] - candidate)
    return (state,), (keep, forget, enter, candidate)


def _go_back_minlstm(slopes, before, after):
    _, keep, forget, enter, candidate = after
    by_odds = slopes[0] * (before[0] - candidate) * keep * (1 - keep)
    by_gates = by_odds * (1 - forget), by_odds * (enter - 1)
    by_input = tf.concat([*by_gates, slopes[0] * (1 - keep)], axis=1)
    return by_input, by_input[:, :0], (slopes[0] * keep,)
