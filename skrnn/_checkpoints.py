"""Fits that go on after their process has died: which fit a folder belongs to."""

import json
import pickle
import secrets
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

import joblib
import numpy as np
import pandas as pd

from ._chunks import Chunks
from ._errors import describe
from ._files import replace_file

FORMAT = 1
INDEX = "fit.json"
SILENT = {"checkpoint", "callbacks", "verbose"}  # parameters that may differ

_current = ContextVar("checkpoints", default=None)


class Checkpoints:
    """The trainings of one fit, each with a file of its own in a folder.

    Parameters
    ----------
    folder : path
        Made once there is something to write.
    given : dict of dict
        What the fit was given, by name: a "digest" of it, and how it is "shown".

    Raises
    ------
    ValueError
        If the folder belongs to a fit that was given something else, or is damaged.
    """

    def __init__(self, folder, given):
        self._folder, self._n_trainings = Path(folder), 0
        self._index = {"format": FORMAT, "entropy": secrets.randbits(64), "given": given}
        self._is_new = not (self._folder / INDEX).exists()
        if not self._is_new:
            self._index = self._read(given)
        self._seeds = np.random.SeedSequence(self._index["entropy"])

    def next_file(self):
        """Give the file of the next training."""
        if self._is_new:
            self._folder.mkdir(exist_ok=True)
            with replace_file(self._folder / INDEX) as file:
                file.write(json.dumps(self._index, indent=1).encode())
            self._is_new = False
        self._n_trainings += 1
        return self._folder / f"training-{self._n_trainings}.npz"

    def draw_seeds(self):
        """Draw a sequence of seeds, the same whenever the fit begins again."""
        return self._seeds.spawn(1)[0]

    def _read(self, given):
        """Read what the fit in the folder was given, which must be the same."""
        try:
            index = json.loads((self._folder / INDEX).read_bytes())
            known, index["entropy"] = index["given"], int(index["entropy"])
            shown = {name: part["shown"] for name, part in known.items()}
            differs = [
                name
                for name in {**known, **given}
                if known.get(name, {}).get("digest") != given.get(name, {}).get("digest")
            ]
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ValueError(
                f"checkpoint={str(self._folder)!r} is damaged: {INDEX} in it is not to be read. "
                "Delete the folder."
            ) from error
        if index.get("format") != FORMAT:
            raise ValueError(
                f"checkpoint={str(self._folder)!r} is of another version of skrnn: its format is "
                f"{index.get('format')!r}, not {FORMAT}. Give a folder of its own, or delete it."
            )
        if differs:
            name = differs[0]
            was, now = shown.get(name, "nothing"), given.get(name, {}).get("shown", "nothing")
            raise ValueError(
                f"checkpoint={str(self._folder)!r} belongs to a fit with another {name}: {was}, "
                f"not {now}. Give a folder of its own, delete this one, or set {name} back."
            )
        return index


@contextmanager
def keep_checkpoints(estimator, **data):
    """Have the trainings of a fit write down how far they are, if ``checkpoint`` is a folder.

    Parameters
    ----------
    estimator : estimator
        With the parameter ``checkpoint``, or without.
    **data : object
        What ``fit`` was given.
    """
    folder = getattr(estimator, "checkpoint", None)
    if folder is None or not is_folder(folder):
        yield
        return
    words = estimator.get_params()
    given = {name: value for name, value in words.items() if name not in SILENT}
    given = {"estimator": type(estimator)} | given | data
    token = _current.set(Checkpoints(folder, {k: summarize(v) for k, v in given.items()}))
    try:
        yield
    finally:
        _current.reset(token)


def get_checkpoints():
    """Give the :class:`Checkpoints` of the fit that is under way here, if it has a folder."""
    return _current.get()


def draw_seeds_afresh():
    """Draw a sequence of seeds from the operating system, or as when the fit was begun."""
    checkpoints = _current.get()
    return np.random.SeedSequence() if checkpoints is None else checkpoints.draw_seeds()


def is_folder(checkpoint):
    """Tell whether ``checkpoint`` names a folder, which may not be there yet, and no file."""
    path = Path(checkpoint)
    return path.suffix != ".keras" and (path.is_dir() or not path.suffix)


def summarize(value):
    """Give what tells a value from others, and how to show it."""
    return {"digest": digest(value), "shown": describe(value)}


def digest(value):
    """Give a digest of a value, the same in every process."""
    if isinstance(value, Chunks):
        return joblib.hash([digest(part) for pair in value for part in pair])
    if callable(value) and hasattr(value, "__qualname__"):
        return f"{value.__module__}.{value.__qualname__}"
    if hasattr(value, "get_config"):  # a loss, a metric or an optimizer of Keras
        options = getattr(value, "_fn_kwargs", None)  # which a loss leaves out of its config
        value = type(value).__qualname__, value.get_config(), options
    elif hasattr(value, "get_params"):  # whose parameters have digests of their own
        return type(value).__qualname__
    elif isinstance(value, pd.DataFrame | pd.Series):
        value = type(value).__name__, list_parts(value)
    elif type(value) is np.ndarray:
        value = np.ascontiguousarray(value)  # or the order in memory would count
    try:
        return joblib.hash(value)
    except (pickle.PicklingError, TypeError, AttributeError):
        return describe(value)


def list_parts(table):
    """Give what columns, their labels and those of rows hold, however a table keeps them."""
    frame = table.to_frame() if table.ndim == 1 else table
    columns = [hold(frame.iloc[:, i]) for i in range(frame.shape[1])]
    return frame.columns.to_list(), hold(frame.index), columns


def hold(column):
    """Give the type of a column, or of an index, and what it holds."""
    is_plain = isinstance(column.dtype, np.dtype) and column.dtype != object
    values = np.ascontiguousarray(column) if is_plain else column.to_list()
    return str(column.dtype), values
