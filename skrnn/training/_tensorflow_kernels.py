"""Kernels that go through all time steps at once on TensorFlow."""

from contextlib import contextmanager
from contextvars import ContextVar
from functools import partial

import keras
import tensorflow as tf

from ..network._kernels import count_weights
from ..network._minimal_cells import MinGRUCell, MinLSTMCell
from ._compiled_scans import (
    run_compiled_gru,
    run_compiled_lstm,
    run_compiled_mingru,
    run_compiled_minlstm,
    run_compiled_simple,
)
from ._row_parts import count_parts, run_in_parts
from ._scans import UNROLL_UP_TO, run_gru, run_minimal, run_simple


def _run_block(cell, sequences, states):
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


FEWEST_ROWS = 32  # of a part of a batch: in fewer, the kernel takes longer on a single core
LARGE_LSTM = 10_000  # weights of a cell, from which on a compiled loop is faster than the kernel
_compiled = ContextVar("_compiled", default=None)


@contextmanager
def compile_loops(which):
    """Have XLA compile the loops of a step that is traced: "large loops", all "loops" or None."""
    token = _compiled.set(which)
    try:
        yield
    finally:
        _compiled.reset(token)


def _run_lstm(cell, sequences, states):
    """Run a small cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    compiles = _compiled.get() == "loops" and sequences.shape[:2].is_fully_defined()
    if compiles and count_weights(cell) >= LARGE_LSTM:
        return run_compiled_lstm(cell, sequences, states)
    n_parts = count_parts(sequences.shape[0], FEWEST_ROWS)
    return run_in_parts(partial(_run_block, cell), n_parts, sequences, states)


def _run_long(run, run_compiled, cell, sequences, states):
    """Run a small cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    compiles = _compiled.get() == "loops" and sequences.shape[:2].is_fully_defined()
    if compiles and sequences.shape[1] > UNROLL_UP_TO:
        return run_compiled(cell, sequences, states)
    return run(cell, sequences, states)


def _run_large(run_compiled, cell, sequences, states):
    """Run a cell through sequences; see :func:`skrnn.network._kernels.fuse`."""
    compiles = _compiled.get() is not None and sequences.shape[:2].is_fully_defined()
    return run_compiled(cell, sequences, states) if compiles else None


MINIMAL = {
    MinGRUCell: partial(_run_long, run_minimal, run_compiled_mingru),
    MinLSTMCell: partial(_run_long, run_minimal, run_compiled_minlstm),
}
KERNELS = {
    keras.layers.LSTMCell: _run_lstm,
    keras.layers.GRUCell: partial(_run_long, run_gru, run_compiled_gru),
    keras.layers.SimpleRNNCell: partial(_run_long, run_simple, run_compiled_simple),
    **MINIMAL,
}
LARGER_KERNELS = {
    keras.layers.LSTMCell: partial(_run_large, run_compiled_lstm),
    keras.layers.GRUCell: partial(_run_large, run_compiled_gru),
    keras.layers.SimpleRNNCell: partial(_run_large, run_compiled_simple),
    **MINIMAL,
}
