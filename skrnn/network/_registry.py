"""Registries: what names stand for, imported on first use."""

import pickle
import re
from importlib.metadata import EntryPoint, entry_points

import cloudpickle

IMPORT_PATH = re.compile(r"\w+(\.\w+)*:\w+(\.\w+)*")


class Registry:
    """The names that a word of the estimators takes, and what each stands for.

    A package adds names without being imported by entry points in the group ``skrnn.<word>s``.

    Parameters
    ----------
    word : str
    wanted : str
        What a name may stand for, beside ``"module:attribute"``.
    is_wanted : callable
        Tells whether an object is that.
    built_in : dict of str
        The import path behind each name that is always there.
    """

    def __init__(self, word, wanted, is_wanted, built_in):
        self.word, self.group = word, f"skrnn.{word}s"
        self._wanted, self._is_wanted = wanted, is_wanted
        self._built_in = built_in
        self._registered = {}

    def register(self, name, value):
        """Have a name stand for an object, or for what is to be imported from a path."""
        if not isinstance(name, str) or not name.strip() or ":" in name:
            raise TypeError(
                f'name must be a str that is not empty and has no ":", which stands in paths of '
                f"imports; got {name!r}."
            )
        is_path = isinstance(value, str) and IMPORT_PATH.fullmatch(value)
        if not is_path and not self._is_wanted(value):
            raise TypeError(
                f'{self.word} must be {self._wanted} or "module:attribute"; got {value!r}.'
            )
        known = self._get_known(name)
        is_taken = name in self and not isinstance(known, bytes)
        if is_taken and _locate(known) != _locate(value):
            raise ValueError(
                f"name={name!r} is taken by another {self.word}; register it under a new name."
            )
        self._registered[name] = value

    def get_names(self):
        """Give all names, sorted: built-in, registered, and those of installed packages."""
        plugins = (entry.name for entry in entry_points(group=self.group))
        return sorted({*self._built_in, *self._registered, *plugins})

    def __contains__(self, name):
        """Tell whether a name is taken, without a search for plugins if it is a known one."""
        known = name in self._built_in or name in self._registered
        return known or name in self.get_names()

    def is_built_in(self, name):
        """Tell whether a name has always been there, and what it stands for is known."""
        return name in self._built_in

    def check(self, name):
        """Raise unless a name stands for something."""
        if name not in self:
            raise ValueError(
                f"{self.word}={name!r} is not a known {self.word}; give one of "
                f"{self.get_names()}, or add it with skrnn.register_{self.word}."
            )

    def load(self, name):
        """Give the object behind a name, imported the first time."""
        self.check(name)
        value = self._get_known(name) or self._find_plugin(name)
        if isinstance(value, bytes):
            value = self._registered[name] = pickle.loads(value)
        if not isinstance(value, str):
            return value
        try:
            return EntryPoint(name, value, self.group).load()
        except Exception as error:  # whatever the module does when it is imported
            raise ValueError(
                f"{self.word}={name!r} is to be imported from {value!r}: "
                f"{type(error).__name__}: {error}"
            ) from error

    def pack(self):
        """Give what another process needs to know of all that has been registered, by name.

        That is where to import from, or else, as bytes, what stands in no module; what cannot be
        had so is left out.
        """
        packed = {name: _pack(value) for name, value in self._registered.items()}
        return {name: value for name, value in packed.items() if value is not None}

    def unpack(self, packed):
        """Have names that are not known here stand for what another process had packed."""
        for name, value in packed.items():
            if name not in self:
                self._registered[name] = value  # made when it is first used

    def _get_known(self, name):
        return self._registered.get(name, self._built_in.get(name))

    def _find_plugin(self, name):
        paths = sorted({entry.value for entry in entry_points(group=self.group, name=name)})
        if len(paths) > 1:
            raise ValueError(
                f"{self.word}={name!r} is the name of several in the group {self.group!r} of "
                f"entry points: {paths}. Uninstall all packages but one that have it."
            )
        return paths[0]


def _pack(value):
    """Give where a class or function can be imported from, or else its bytes, None without."""
    value = _locate(value)
    if isinstance(value, str | bytes):
        return value
    try:
        return cloudpickle.dumps(value)
    except Exception:  # whatever the class or function holds on to
        return None


def _locate(value):
    """Give the path that a class or function can be imported from, or else itself."""
    module, name = getattr(value, "__module__", None), getattr(value, "__qualname__", None)
    path = f"{module}:{name}"
    if module in (None, "__main__", "__mp_main__") or not IMPORT_PATH.fullmatch(path):
        return value
    return path
