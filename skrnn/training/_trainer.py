"""Training in a plain loop over batches, in which callbacks hear what they hear from Keras.

Keras feeds a training through an input pipeline that it builds anew for every fit, and compiles
for every new size of a batch. Here a step is a function of arrays, and stays with its model.
"""

from functools import partial

import keras
import numpy as np

from .._interrupts import end_on_interrupt
from .._sequences import round_up


class Trainer:
    """Trains a compiled model; backends that compile its steps have subclasses.

    Parameters
    ----------
    model : keras.Model
        Compiled.

    Attributes
    ----------
    n_weights : int
        How many of the model's weights are in use.
    presses : skrnn._interrupts.Presses
        What became of Ctrl-C in the last training.
    rng : numpy.random.Generator
        Decides the order of its batches.
    """

    def __init__(self, model):
        self.model, self.n_weights = model, model.count_params()

    def fit(
        self,
        data,
        validation,
        *,
        batch_size,
        epochs,
        seed,
        callbacks,
        verbose,
        schedule=None,
        progress=None,
    ):
        """Train for some epochs, and give the history.

        Ctrl-C ends it with the epochs that are whole; without one it raises.

        Parameters
        ----------
        data, validation : skrnn._batches.TrainingData
            ``validation`` may be None.
        batch_size, epochs : int
        seed : int or list of int
            Decides the order of the batches.
        callbacks : list of keras.callbacks.Callback
        verbose : int
        schedule : callable, default=None
            Gives the learning rate of an update, from that of the optimizer, how many updates
            there are and how many there have been; see :mod:`skrnn.training._schedule`.
        progress : skrnn.training._resuming.Progress, default=None
            One of the callbacks, which may know of epochs that are done.

        Returns
        -------
        dict of list
        """
        callbacks = keras.callbacks.CallbackList(
            callbacks,
            add_history=True,
            add_progbar=verbose != 0,
            model=self.model,
            verbose=verbose,
            epochs=epochs,
            steps=data.count_batches(batch_size) if data.is_counted else None,
        )
        self.rng = np.random.default_rng(seed)
        n_batches = data.count_batches(batch_size)
        self._begin(data, epochs * n_batches)
        self._choose_rate = None
        if schedule is not None:
            rate = float(self.model.optimizer.learning_rate.value)
            self._choose_rate = partial(schedule, rate, epochs * n_batches)
        self.model.stop_training = False
        callbacks.on_train_begin()
        n_done = 0 if progress is None else progress.restore()
        logs = {name: values[-1] for name, values in self.model.history.history.items()}
        with end_on_interrupt(lambda: bool(self.model.history.history)) as self.presses:
            for epoch in range(epochs if self.model.stop_training else n_done, epochs):
                callbacks.on_epoch_begin(epoch)
                self._n_updates = epoch * n_batches
                logs = self._run_epoch("train", data, batch_size, callbacks, self.rng)
                if validation is not None:
                    callbacks.on_test_begin()
                    judged = self._run_epoch("test", validation, batch_size, callbacks)
                    callbacks.on_test_end(judged)
                    logs |= {f"val_{name}": value for name, value in judged.items()}
                callbacks.on_epoch_end(epoch, logs)
                if self.model.stop_training:
                    break
        self._finish()
        if schedule is not None:  # a training that goes on begins with it again
            self.model.optimizer.learning_rate = rate
        callbacks.on_train_end(logs)
        return self.model.history.history

    def _run_epoch(self, mode, data, batch_size, callbacks, rng=None):
        begin = find_hook(callbacks, f"on_{mode}_batch_begin")
        end = find_hook(callbacks, f"on_{mode}_batch_end")
        size = min(batch_size, round_up(len(data)))
        is_even = data.is_even(size)
        self._reset_metrics()
        for number, batch in enumerate(data.iterate(batch_size, rng)):
            if mode == "train" and self._choose_rate is not None:
                self._set_rate(self._choose_rate(self._n_updates))
                self._n_updates += len(batch[0]) / batch_size  # a batch may be a part of one
            begin(number)
            logs = self._run(f"{mode}_step", batch, size, is_even)
            end(number, logs)
            self.presses.check()
            if mode == "train" and self.model.stop_training:
                break
        return {name: float(value) for name, value in logs.items()}

    # What a backend may do in its own way.

    def _begin(self, data, n_batches):
        """Get ready for a training of so many batches in all."""

    def _set_rate(self, rate):
        """Set the learning rate of the updates that follow."""
        self.model.optimizer.learning_rate = rate

    def _reset_metrics(self):
        self.model.reset_metrics()

    def _run(self, name, batch, size, is_even):
        """Run a step of the model on a batch.

        Parameters
        ----------
        name : {"train_step", "test_step"}
        batch : tuple of ndarray
            Inputs, targets and, in some data, weights.
        size : int
            No batch has more rows.
        is_even : bool
            Whether all batches have so many.

        Returns
        -------
        dict of numbers or scalar tensors
            Loss and metrics since the last reset.
        """
        logs = getattr(self.model, name)([keras.ops.convert_to_tensor(part) for part in batch])
        return {name: float(value) for name, value in logs.items()}

    def _finish(self):
        self.model.optimizer.finalize_variable_values(self.model.trainable_weights)


def find_hook(callbacks, name):
    """Give a method of a list of callbacks, or nothing to be done where none has one of its own.

    Keras hands each batch to another thread, be there anything to do or not, which takes as long
    as a small step.
    """
    names = {name, name.replace("_train_", "_")}  # the one calls the other
    usual = {getattr(keras.callbacks.Callback, each) for each in names}
    for callback in callbacks.callbacks:
        if {getattr(getattr(callback, each), "__func__", None) for each in names} - usual:
            return getattr(callbacks, name)
    return lambda *_: None
