"""What watches a training: whether it diverges, how far it is, and when it is to stop."""

import keras
import numpy as np


class EpochMonitor(keras.callbacks.Callback):
    """Ends a training that has diverged, and reports every epoch."""

    def __init__(self, reporter, read_weights):
        super().__init__()
        self._reporter, self._read_weights = reporter, read_weights
        self.history = {}

    def on_epoch_begin(self, epoch, logs=None):
        if self._reporter is not None:
            self._reporter.begin_epoch()

    def on_epoch_end(self, epoch, logs):
        for name, value in logs.items():
            self.history.setdefault(name, []).append(float(value))
        stop = not np.isfinite(logs["loss"])
        if self._reporter is not None:
            # On JAX the model has the weights of this epoch because a callback asks for it.
            stop |= self._reporter.end_epoch(self.history, lambda: self._read_weights(self.model))
        if stop:
            self.model.stop_training = True


class PatientStopping(keras.callbacks.EarlyStopping):
    """Stops early, but not before the validation loss has been below that of chance."""

    def __init__(self, chance, **words):
        super().__init__(**words)
        self.is_at_chance, self._chance = chance is not None, chance

    def on_epoch_end(self, epoch, logs=None):
        self.is_at_chance = self.is_at_chance and not logs["val_loss"] < self._chance
        if self.is_at_chance:
            self.wait = -1
        super().on_epoch_end(epoch, logs)
