"""What is compiled on TensorFlow: the steps of a training, and prediction."""

from functools import partial

import tensorflow as tf

from ._training import Trainer

UNROLL_UP_TO = 16  # steps; beyond, compiling takes longer than short trainings save
# Before so many batches, or so many updates of single weights, XLA saves less time than it takes
# to compile.
XLA_FROM = 500
XLA_UPDATES_FROM = 10**8


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
    CPU it makes one kernel of what a time step computes. Elsewhere it compiles the update of many
    weights, such as those of an embedding: one pass over them instead of a dozen.
    """

    def __init__(self, model):
        super().__init__(model)
        self._steps = {}
        self._update = model.optimizer.apply
        model.optimizer.apply = self._apply

    def _begin(self, data, n_batches):
        self._uses_xla = self._updates_by_xla = False
        if _has_gpu():
            return
        is_loop = self.model.inputs[0].shape[1] is None and data.n_steps is not None
        self._uses_xla = is_loop and n_batches >= XLA_FROM
        is_large = self.model.count_params() * n_batches >= XLA_UPDATES_FROM
        known = type(self.model.optimizer).__module__.startswith("keras.")
        self._updates_by_xla = is_large and known

    def _run(self, name, batch, size, is_even):
        uses_xla = self._uses_xla and name == "train_step" and len(batch[0]) == size
        # Rows and time steps, as far as they are compiled in.
        shape = size if is_even else None, self.model.inputs[0].shape[1]
        shape = batch[0].shape[:2] if uses_xla else shape
        key = name, len(batch), shape, uses_xla, self._updates_by_xla
        if key not in self._steps:
            self._steps[key] = self._compile(name, batch, shape, uses_xla)
        return self._steps[key](*map(tf.convert_to_tensor, batch))

    def _compile(self, name, batch, shape, uses_xla):
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
