"""How far a training is, written down so that it can go on after its process has died."""

import json
import time
from types import SimpleNamespace

import keras
import numpy as np

from .._files import replace_file
from ._building import read_variables

FORMAT = 1
SHARE = 0.1  # of the time may go into writing
GROUPS = "variables", "slots", "best"
STOPPING = "wait", "best", "best_epoch", "stopped_epoch", "is_at_chance"


class Progress(keras.callbacks.Callback):
    """Writes down the state of a training after its epochs, and takes it up again.

    Parameters
    ----------
    path : path
        Of a file that is always whole.
    trainer : skrnn.training._trainer.Trainer
    recorder : keras.callbacks.Callback
        That keeps the history in ``history``.
    stopping : keras.callbacks.EarlyStopping or None
    """

    def __init__(self, path, trainer, recorder, stopping):
        super().__init__()
        self._path, self._trainer = path, trainer
        self._recorder, self._stopping = recorder, stopping
        self._due = 0.0

    def restore(self):
        """Take up what is written down, and give how many epochs are done."""
        state = read_state(self._path)
        if state is None:
            return 0
        model = self._trainer.model
        variables = [*model.variables, *model.optimizer.variables]
        for variable, value in zip(variables, [*state.variables, *state.slots], strict=True):
            variable.assign(value)
        self._trainer.rng.bit_generator.state = state.rng
        self._recorder.history = state.history
        model.history.history = {name: list(values) for name, values in state.history.items()}
        if self._stopping is not None:
            vars(self._stopping).update(state.stopping, best_weights=state.best or None)
        model.stop_training = state.has_stopped
        return state.n_epochs

    def on_epoch_end(self, epoch, logs=None):
        if time.monotonic() < self._due:
            return
        start = time.monotonic()
        self._write(epoch + 1)
        end = time.monotonic()
        self._due = end + (end - start) * (1 / SHARE - 1)

    def _write(self, n_epochs):
        model, stopping = self.model, self._stopping
        state = {name: getattr(stopping, name, None) for name in STOPPING}
        arrays = {
            "variables": read_variables(model.variables),
            "slots": read_variables(model.optimizer.variables),
            "best": getattr(stopping, "best_weights", None) or [],
        }
        write_state(
            self._path,
            arrays,
            n_epochs=n_epochs,
            history=self._recorder.history,
            stopping=state,
            has_stopped=model.stop_training,
            rng=self._trainer.rng.bit_generator.state,
            is_finished=False,
        )


def write_state(path, arrays, **words):
    """Write the state of a training.

    Parameters
    ----------
    path : path
    arrays : dict of list of ndarray
        By the names in ``GROUPS``, as far as there are any.
    **words : object
        What JSON holds.
    """
    named = {f"{group}/{i}": array for group in arrays for i, array in enumerate(arrays[group])}
    words |= {"format": FORMAT, "backend": keras.backend.backend()}
    words["counts"] = {group: len(arrays.get(group, [])) for group in GROUPS}
    with replace_file(path) as file:
        np.savez(file, state=np.array(json.dumps(words)), **named)


def read_state(path):
    """Read the state of a training; None where none has been written.

    Returns
    -------
    types.SimpleNamespace
        With what :func:`write_state` was given.
    """
    if not path.exists():
        return None
    try:
        with open(path, "rb") as file, np.load(file, allow_pickle=False) as arrays:
            words = json.loads(str(arrays["state"]))
            for group in GROUPS:
                words[group] = [arrays[f"{group}/{i}"] for i in range(words["counts"][group])]
        state = SimpleNamespace(**words)
        backend = state.backend
    except Exception as error:  # whatever a damaged file leads to
        raise ValueError(f"checkpoint: {path} is damaged. Delete its folder.") from error
    if backend != keras.backend.backend():
        raise ValueError(
            f"checkpoint: {path} was written with KERAS_BACKEND={backend}, and goes on with that "
            f"alone; this is {keras.backend.backend()}. Give a folder of its own, or delete it."
        )
    return state
