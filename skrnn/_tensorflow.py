"""What is compiled on TensorFlow: the steps of a training, and prediction."""

from functools import partial

import tensorflow as tf

from ._training import Trainer

UNROLL_UP_TO = 16  # steps; beyond, compiling takes longer than short trainings save


def choose_unroll(n_steps):
    """Give the number of steps to unroll, or None where a loop is the better choice.

    On a CPU the loop costs more than what is computed in it; on a GPU it is one fused kernel.
    """
    if n_steps is None or n_steps > UNROLL_UP_TO or tf.config.list_logical_devices("GPU"):
        return None
    return n_steps


def compile_forward(model):
    """Compile a model's prediction: arrays in, array out."""
    spec = tf.TensorSpec(model.inputs[0].shape, model.inputs[0].dtype)
    call = partial(model, training=False)
    run = tf.function(call, input_signature=[spec], autograph=False).get_concrete_function()
    return lambda batch: run(tf.convert_to_tensor(batch)).numpy()


class TensorFlowTrainer(Trainer):
    """Steps compiled for batches of all sizes, or of one size, for which they are leaner."""

    def __init__(self, model):
        super().__init__(model)
        self._steps = {}

    def _run(self, name, batch, size, is_even):
        key = name, len(batch), size if is_even else None
        if key not in self._steps:
            self._steps[key] = self._compile(*key[::2], batch)
        return self._steps[key](*map(tf.convert_to_tensor, batch))

    def _compile(self, name, size, batch):
        inputs, *rest = batch
        n_steps = self.model.inputs[0].shape[1]  # None unless unrolled
        specs = [tf.TensorSpec([size, n_steps, *inputs.shape[2:]], inputs.dtype)]
        specs += [tf.TensorSpec([size, *part.shape[1:]], part.dtype) for part in rest]
        step = getattr(self.model, name)
        run = tf.function(lambda *parts: step(parts), input_signature=specs, autograph=False)
        return run.get_concrete_function()  # called without a search for the right one
