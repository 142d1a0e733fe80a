"""What is compiled on TensorFlow: the steps of a training, and prediction."""

from functools import partial

import tensorflow as tf

from ._training import Trainer

UNROLL_UP_TO = 16  # steps; beyond, compiling takes longer than short trainings save
XLA_FROM = 500  # batches; before, what XLA saves is less than what it takes to compile


def choose_unroll(n_steps):
    """Give the number of steps to unroll, or None where a loop is the better choice.

    On a CPU the loop costs more than what is computed in it; on a GPU it is one fused kernel.
    """
    return None if n_steps is None or n_steps > UNROLL_UP_TO or _has_gpu() else n_steps


def _has_gpu():
    return bool(tf.config.list_logical_devices("GPU"))


def compile_forward(model):
    """Compile a model's prediction: arrays in, array out."""
    spec = tf.TensorSpec(model.inputs[0].shape, model.inputs[0].dtype)
    call = partial(model, training=False)
    run = tf.function(call, input_signature=[spec], autograph=False).get_concrete_function()
    return lambda batch: run(tf.convert_to_tensor(batch)).numpy()


class TensorFlowTrainer(Trainer):
    """Steps compiled for batches of all sizes, or of one size, for which they are leaner.

    In a long training on sequences of one length, XLA compiles the step for full batches: on a
    CPU it makes one kernel of what a time step computes.
    """

    def __init__(self, model):
        super().__init__(model)
        self._steps = {}

    def _begin(self, data, n_batches):
        is_loop = self.model.inputs[0].shape[1] is None and data.n_steps is not None
        self._uses_xla = is_loop and n_batches >= XLA_FROM and not _has_gpu()

    def _run(self, name, batch, size, is_even):
        uses_xla = self._uses_xla and name == "train_step" and len(batch[0]) == size
        # Rows and time steps, as far as they are compiled in.
        shape = size if is_even else None, self.model.inputs[0].shape[1]
        key = name, len(batch), uses_xla, batch[0].shape[:2] if uses_xla else shape
        if key not in self._steps:
            self._steps[key] = self._compile(name, batch, *key[2:])
        return self._steps[key](*map(tf.convert_to_tensor, batch))

    def _compile(self, name, batch, uses_xla, shape):
        inputs, *rest = batch
        specs = [tf.TensorSpec([*shape, *inputs.shape[2:]], inputs.dtype)]
        specs += [tf.TensorSpec([shape[0], *part.shape[1:]], part.dtype) for part in rest]
        step = getattr(self.model, name)
        run = tf.function(
            lambda *parts: step(parts),
            input_signature=specs,
            autograph=False,
            jit_compile=uses_xla,
        )
        return run.get_concrete_function()  # called without a search for the right one
