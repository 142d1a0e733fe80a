"""Training and running on TensorFlow: compiled functions in a loop of our own.

Keras feeds a training through an input pipeline that it builds anew for every fit. Here a step is
a function of arrays, compiled once for batches of all sizes, or of the one size that there is, and
called in a plain loop; callbacks hear what they hear from Keras.
"""

from functools import partial

import keras
import tensorflow as tf

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
    run = tf.function(call, input_signature=[spec], autograph=False)
    return lambda batch: run(batch).numpy()


class Trainer:
    """The training and validation steps of a compiled model.

    Parameters
    ----------
    model : keras.Model
        Compiled.
    """

    def __init__(self, model):
        self.model = model
        self._steps = {}

    def fit(self, data, validation, *, batch_size, epochs, seed, callbacks, verbose):
        """Train for some epochs, and give the history.

        Parameters
        ----------
        data, validation : skrnn._sequences.TrainingData
            ``validation`` may be None.
        batch_size, epochs : int
        seed : int or list of int
            Decides the order of the batches.
        callbacks : list of keras.callbacks.Callback
        verbose : int

        Returns
        -------
        dict of list
        """
        n_batches = data.count_batches(batch_size)
        callbacks = keras.callbacks.CallbackList(
            callbacks,
            add_history=True,
            add_progbar=verbose != 0,
            model=self.model,
            verbose=verbose,
            epochs=epochs,
            steps=n_batches,
        )
        feed, size = data.iterate_forever(batch_size, seed), find_size(data, batch_size)
        self.model.stop_training = False
        callbacks.on_train_begin()
        for epoch in range(epochs):
            callbacks.on_epoch_begin(epoch)
            self.model.reset_metrics()
            for number in range(n_batches):
                callbacks.on_train_batch_begin(number)
                logs = self._run("train_step", next(feed), size)
                callbacks.on_train_batch_end(number, logs)
                if self.model.stop_training:
                    break
            logs = {name: float(value) for name, value in logs.items()}
            if validation is not None:
                judged = self._evaluate(validation, batch_size, callbacks)
                logs |= {f"val_{name}": float(value) for name, value in judged.items()}
            callbacks.on_epoch_end(epoch, logs)
            if self.model.stop_training:
                break
        callbacks.on_train_end(logs)
        return self.model.history.history

    def _evaluate(self, data, batch_size, callbacks):
        callbacks.on_test_begin()
        self.model.reset_metrics()
        feed, size = data.iterate_forever(batch_size), find_size(data, batch_size)
        for number in range(data.count_batches(batch_size)):
            callbacks.on_test_batch_begin(number)
            logs = self._run("test_step", next(feed), size)
            callbacks.on_test_batch_end(number, logs)
        callbacks.on_test_end(logs)
        return logs

    def _run(self, name, batch, size):
        """Run a step of the model, compiled at its first call."""
        key = name, len(batch), size
        if key not in self._steps:
            inputs, *rest = batch
            n_steps = self.model.inputs[0].shape[1]  # None unless unrolled
            specs = [tf.TensorSpec([size, n_steps, *inputs.shape[2:]], inputs.dtype)]
            specs += [tf.TensorSpec([size, *part.shape[1:]], part.dtype) for part in rest]
            step = getattr(self.model, name)
            self._steps[key] = tf.function(
                lambda *parts: step(parts), input_signature=specs, autograph=False
            )
        return self._steps[key](*batch)


def find_size(data, batch_size):
    """Find the size that all batches have, whose step is leaner; None where the last differs."""
    return None if len(data) % batch_size else batch_size
