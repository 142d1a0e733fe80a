"""The maths of a vanilla recurrent network in NumPy: states, loss and gradients.

Weights are a list in Keras's order: kernel (features, units), recurrent kernel (units, units) and
bias (units,) of the cells, kernel (units, n_outputs) and bias (n_outputs,) of the output.

They are float64, and so is all that is computed: gradients agree with differences of the loss to
many digits, and a row comes out the same in whatever company. float32 takes 0.7 of the time.
"""

import numpy as np


def initialize_weights(n_inputs, units, n_outputs, rng):
    """Draw initial weights, in Keras's order: W, U, b of the cells, V, c of the output."""
    q, r = np.linalg.qr(rng.normal(size=(units, units)))
    return [
        draw_glorot(n_inputs, units, rng),
        q * np.sign(np.diag(r)),  # without the signs, some rotations would be likelier
        np.zeros(units),
        draw_glorot(units, n_outputs, rng),
        np.zeros(n_outputs),
    ]


def draw_glorot(n_inputs, n_outputs, rng):
    """Draw a kernel that keeps the variance of signals in both directions."""
    limit = np.sqrt(6 / (n_inputs + n_outputs))
    return rng.uniform(-limit, limit, (n_inputs, n_outputs))


def arrange_batch(values, *others):
    """Put the longest sequence first and time in front of the rows.

    The sequences that go on at a time step are then the first rows: a slice, not a mask.

    Parameters
    ----------
    values : ndarray of shape (n, time[, features])
        Token ids or numbers; 0, or NaN, only behind the steps of a sequence.
    *others : ndarray of shape (n, ...)
        What is to be put in the same order.

    Returns
    -------
    steps : ndarray of shape (time, n[, features])
    lengths : ndarray of int of shape (n,)
    *others : ndarray of shape (n, ...)
    """
    known = values != 0 if values.ndim == 2 else ~np.isnan(values).any(axis=2)
    lengths = known.sum(axis=1)
    order = np.argsort(-lengths, kind="stable")
    if values.ndim == 3:
        values = np.where(known[:, :, None], values, 0)
    steps = np.ascontiguousarray(values[order].swapaxes(0, 1))
    return steps, lengths[order], *(other[order] for other in others)


def count_longer(lengths, steps):
    """Count, for each time step, the sequences that go on after it; ``lengths`` fall."""
    return np.searchsorted(-lengths, -steps).tolist()


def run_forward(weights, steps, lengths):
    """Give the states (time + 1, n, units); one behind the end of a sequence means nothing."""
    kernel, recurrent, bias = weights[:3]
    states = np.zeros((len(steps) + 1, len(lengths), len(bias)), bias.dtype)
    np.add(kernel[steps] if steps.ndim == 2 else steps @ kernel, bias, out=states[1:])
    for t, n in enumerate(count_longer(lengths, np.arange(len(steps)))):
        state = states[t + 1, :n]
        state += states[t, :n] @ recurrent
        np.tanh(state, out=state)
    return states


def read_out(weights, states, lengths):
    """Give the last state of each sequence, and the logits (n, n_outputs) that it leads to."""
    last = states[lengths, np.arange(len(lengths))]
    return last, last @ weights[3] + weights[4]


def compute_log_proba(logits, *, softmax):
    """Give the logarithms of the probabilities, without overflow."""
    if softmax:
        return logits - np.logaddexp.reduce(logits, axis=1, keepdims=True)
    return -np.logaddexp(0, -logits)


def compute_loss(logits, y):
    """Give losses (n,), their derivatives by the logits, and which predictions are right.

    Class numbers y (n,) are compared with a softmax, flags (n, n_outputs) with sigmoids.
    """
    softmax = y.ndim == 1
    log_proba = compute_log_proba(logits, softmax=softmax)
    error = np.exp(log_proba)
    if softmax:
        rows = np.arange(len(y))
        error[rows, y] -= 1
        return -log_proba[rows, y], error, logits.argmax(axis=1) == y
    losses = ((1 - y) * logits - log_proba).mean(axis=1)
    return losses, (error - y) / y.shape[1], ((logits > 0) == y).all(axis=1)


def score_batch(weights, values, y, sample_weight=1.0):
    """Give sums of loss and of right predictions, and what the gradients are computed from."""
    weighs = np.broadcast_to(sample_weight, len(y))
    steps, lengths, y, weighs = arrange_batch(values, y, weighs)
    states = run_forward(weights, steps, lengths)
    losses, error, is_right = compute_loss(read_out(weights, states, lengths)[1], y)
    error *= weighs[:, None] / len(y)
    return np.array([losses @ weighs, is_right.sum()]), (steps, lengths, states, error)


def compute_gradients(weights, steps, lengths, states, error, depth=None):
    """Follow the error of the outputs back through the last ``depth`` steps of each sequence.

    Returns
    -------
    rows : ndarray of int or slice
        The rows of the input kernel that the first gradient is of; the others have none.
    gradients : list of ndarray
    """
    _, recurrent, bias, output, _ = weights
    depth = depth or len(steps)
    last, _ = read_out(weights, states, lengths)
    signal = error @ output.T  # by the state, (n, units)
    first = max(0, lengths[-1] - depth)
    slopes = 1 - states[first + 1 :] ** 2
    deltas = np.zeros_like(slopes)  # by what goes into tanh, (time - first, n, units)
    times = np.arange(first, len(steps))
    begins, ends = count_longer(lengths, times + depth), count_longer(lengths, times)
    for t in reversed(range(len(times))):
        now = slice(begins[t], ends[t])
        np.multiply(signal[now], slopes[t, now], out=deltas[t, now])
        signal[now] = deltas[t, now] @ recurrent.T
    deltas, before = deltas.reshape(-1, len(bias)), states[first:-1].reshape(-1, len(bias))
    rows, by_kernel = differentiate_input(steps[first:], deltas)
    gradients = [by_kernel, before.T @ deltas, deltas.sum(axis=0), last.T @ error]
    return rows, [*gradients, error.sum(axis=0)]


def differentiate_input(steps, deltas):
    """Give the gradient of the input kernel; of token ids, only of the rows that they name."""
    if steps.ndim == 3:
        return slice(None), steps.reshape(-1, steps.shape[2]).T @ deltas
    order = np.argsort(steps, axis=None, kind="stable")
    rows, starts = np.unique(steps.ravel()[order], return_index=True)
    return rows, np.add.reduceat(deltas[order], starts)
