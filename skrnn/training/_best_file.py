"""The network of the best epoch, in a file that is always whole."""

import math
import tempfile
from pathlib import Path

import keras

from .._files import replace_file


class BestFile(keras.callbacks.Callback):
    """Saves the network after every epoch with the least loss so far.

    Parameters
    ----------
    path : str or path
        Ends in ``.keras``.
    loss : str
        The name of the loss in the logs.
    """

    def __init__(self, path, loss):
        super().__init__()
        self._path, self._loss, self._least = path, loss, math.inf

    def on_epoch_end(self, epoch, logs=None):
        if not logs[self._loss] < self._least:
            return
        self._least = logs[self._loss]
        with tempfile.TemporaryDirectory() as folder:
            draft = Path(folder) / "network.keras"
            self.model.save(draft)
            with replace_file(self._path) as file:
                file.write(draft.read_bytes())
