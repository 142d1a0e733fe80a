"""Five networks trained beside each other in one compiled step, against one: whether it would pay.

Usage: KERAS_BACKEND=jax|tensorflow python -m benchmarks.side_by_side

The step is that of an LSTM(32) with a linear layer, plain gradient descent, batches of 32. On JAX
the weights are stacked, and `vmap` makes batched products of all that is computed; on TensorFlow
five steps with the kernel of skrnn are operations of one function, which cores may share out.
"""

import statistics
import time
from types import SimpleNamespace

import keras
import numpy as np

UNITS, N_ROWS, N_NETWORKS = 32, 32, 5


def draw(n_steps):
    """Draw a batch, and the weights of a cell and of a linear layer for each network."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N_ROWS, n_steps, 1)).astype(np.float32)
    shapes = (1, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,), (UNITS, 1)
    weights = [rng.normal(scale=0.1, size=(N_NETWORKS, *shape)) for shape in shapes]
    return X, X[:, -5:].sum(axis=1), [part.astype(np.float32) for part in weights]


def make_jax_steps(n_steps):
    """Give functions that make one step of one network, of five, and of five at once."""
    import jax
    from jax import numpy as jnp

    X, y, weights = draw(n_steps)

    def find_loss(weights):
        kernel, recurrent, bias, head = weights

        def step(states, inputs):
            hidden, memory = states
            gates = inputs + hidden @ recurrent
            enter, forget, candidate, leave = jnp.split(gates, 4, axis=1)
            memory = jax.nn.sigmoid(forget) * memory
            memory += jax.nn.sigmoid(enter) * jnp.tanh(candidate)
            hidden = jax.nn.sigmoid(leave) * jnp.tanh(memory)
            return (hidden, memory), None

        start = jnp.zeros((N_ROWS, UNITS)), jnp.zeros((N_ROWS, UNITS))
        (hidden, _), _ = jax.lax.scan(step, start, jnp.swapaxes(X, 0, 1) @ kernel + bias)
        return ((hidden @ head - y) ** 2).mean()

    def learn(weights):
        slopes = jax.grad(find_loss)(weights)
        return [part - 0.01 * slope for part, slope in zip(weights, slopes, strict=True)]

    one, many = jax.jit(learn), jax.jit(jax.vmap(learn))
    apart = [[part[number] for part in weights] for number in range(N_NETWORKS)]
    return {
        "one": lambda: jax.block_until_ready(one(apart[0])),
        "one after the other": lambda: [jax.block_until_ready(one(part)) for part in apart],
        "at once": lambda: jax.block_until_ready(many(weights)),
    }


def make_tensorflow_steps(n_steps):
    """Give functions that make one step of one network, of five, and of five at once."""
    import tensorflow as tf

    from skrnn.training._tensorflow_kernels import KERNELS

    X, y, weights = draw(n_steps)
    run = KERNELS[keras.layers.LSTMCell]

    def learn(weights):
        with tf.GradientTape() as tape:
            tape.watch(weights)
            kernel, recurrent, bias, head = weights
            cell = SimpleNamespace(
                units=UNITS, kernel=kernel, recurrent_kernel=recurrent, bias=bias
            )
            zeros = tf.zeros([N_ROWS, UNITS])
            outputs, _ = run(cell, tf.constant(X), [zeros, zeros])
            loss = tf.reduce_mean((outputs[:, -1] @ head - y) ** 2)
        slopes = tape.gradient(loss, weights)
        return [part - 0.01 * slope for part, slope in zip(weights, slopes, strict=True)]

    one = tf.function(learn, autograph=False)
    many = tf.function(lambda networks: list(map(learn, networks)), autograph=False)
    apart = [[tf.constant(part[number]) for part in weights] for number in range(N_NETWORKS)]
    return {
        "one": lambda: one(apart[0]),
        "one after the other": lambda: [one(part) for part in apart],
        "at once": lambda: many(apart),
    }


def main():
    backend = keras.backend.backend()
    make = make_jax_steps if backend == "jax" else make_tensorflow_steps
    print(f"Backend: {backend}\n")
    print("| steps | one network, ms | five, one after the other / one | five at once / one |")
    print("|------:|----------------:|--------------------------------:|-------------------:|")
    for n_steps in (12, 80):
        steps, times = make(n_steps), {}
        for _ in range(7):
            for name, step in steps.items():
                step()
                start = time.perf_counter()
                for _ in range(20):
                    step()
                times.setdefault(name, []).append((time.perf_counter() - start) / 20)
        one, serial, at_once = (statistics.median(values) for values in times.values())
        print(f"| {n_steps} | {1e3 * one:.2f} | {serial / one:.1f} | {at_once / one:.1f} |")


if __name__ == "__main__":
    main()
