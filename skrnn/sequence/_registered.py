"""Cells and networks that are registered, in pickles and files of the estimators that use them."""

from .._state import without_pickle
from ..network._cells import CELLS
from ..network._networks import NETWORKS

REGISTRIES = {"cell": CELLS, "network": NETWORKS}
MADE_BY_KERAS = "optimizer", "learning_rate", "loss", "metrics", "callbacks"


def pack_registered(state):
    """Give what registered names stand for, by word and name.

    A search may give a copy in another process any name that is registered in this one: a pickle
    takes all along. A file without pickles names the classes and functions of its estimator, if
    they can be imported.
    """
    packed = {word: registry.pack() for word, registry in REGISTRIES.items()}
    if not without_pickle.get():
        return packed
    loaded = {word: {} for word in REGISTRIES}
    for word, name in _list_names(state):
        path = packed[word].get(name)
        if isinstance(path, str) and "." not in path.partition(":")[2]:
            loaded[word][name] = REGISTRIES[word].load(name)
    return loaded


def unpack_registered(state):
    """Have the names that a state brings along stand for what they did.

    A file without pickles may come from anybody.
    """
    registered = state.get("_registered", {})
    if without_pickle.get():
        _check_registered(registered)
        _check_descriptions(state)
    for word, packed in registered.items():
        REGISTRIES[word].unpack(packed)
    if without_pickle.get():
        for word, name in _list_names(state):
            REGISTRIES[word].check(name)


def _list_names(state):
    """List the names of cells and networks in a state, each with its word."""
    sources = state, state.get("_description", {})
    found = ((word, source.get(word)) for source in sources for word in REGISTRIES)
    return [(word, name) for word, name in found if isinstance(name, str)]


def _check_registered(registered):
    """Raise unless names stand for classes and functions, which the file names."""
    for names in registered.values():
        for name, value in names.items():
            if not callable(value):
                raise ValueError(f"{name!r} stands for {value!r}, not for a class or function.")


def _check_descriptions(state):
    """Raise if a parameter describes what Keras is to make, of whatever class it names."""
    for word in MADE_BY_KERAS:
        value = state.get(word)
        parts = value if isinstance(value, list | tuple) else [value]
        if any(isinstance(part, dict) for part in parts):
            raise ValueError(f"{word}={value!r} describes an object; only names are taken.")
