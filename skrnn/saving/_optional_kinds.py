"""Kinds of objects of packages that are imported when they are needed: Keras, tokenizers."""

import inspect
from importlib import import_module

from .._numbers import make_plain
from ..text._subwords import import_extra
from ._kinds import Kind
from ._plain import SCALARS
from ._table_kinds import KINDS

BASES = {  # in each part of Keras, of the classes that count
    "optimizers": "Optimizer",
    "optimizers.schedules": "LearningRateSchedule",
    "losses": "Loss",
    "metrics": "Metric",
}
WITH_FUNCTIONS = "losses", "metrics"
LARGEST_SIZE = 4096  # of what a metric sets up
RATE = "learning_rate"


def part_optional(value):
    """Give the name of the kind of an object of these packages, and its parts; None of others."""
    module = (getattr(value, "__module__", None) or "").partition(".")[0]
    if module == "tokenizers" and hasattr(value, "to_str"):
        return "tokenizer", value.to_str()
    if module != "keras":
        return None
    for part in BASES:
        name = getattr(value, "__name__", None)
        if name and _get(part, name) is value:
            return "keras name", part, name
        if _get(part, type(value).__name__) is type(value):
            return "keras", part, type(value).__name__, _describe(value)
    return None


def _read_tokenizer(text):
    return import_extra("tokenizers").Tokenizer.from_str(text)


def _describe(value):
    """Give the words that make an object like one of Keras."""
    config = value.get_config()
    if isinstance(config.get(RATE), dict):
        config[RATE] = value._learning_rate  # the schedule itself
    # Keras leaves out what a loss alone is made with.
    given = vars(value).get("_fn_kwargs", {})
    config |= {word: given[word] for word in given if _takes(type(value), word)}
    words = {word: make_plain(given) for word, given in config.items()}
    _check_words(type(value), words)
    return words


def _takes(kind, word):
    return word in inspect.signature(kind).parameters


def _check_words(kind, words):
    """Raise unless words are plain numbers and names, or lists of them, or a schedule."""
    may_be_large = not issubclass(kind, _get("metrics", "Metric"))
    for word, value in words.items():
        parts = value if isinstance(value, list | tuple) else [value]
        is_plain = all(type(part) in SCALARS for part in parts)
        is_large = any(isinstance(part, int | float) and part > LARGEST_SIZE for part in parts)
        schedule = _get("optimizers.schedules", "LearningRateSchedule")
        if not is_plain and not (word == RATE and isinstance(value, schedule)):
            raise TypeError(f"Its {word!r} is {value!r}, which is not plain.")
        if is_large and not may_be_large:
            raise ValueError(f"Its {word!r} is {value!r}, more than {LARGEST_SIZE}.")


def _read_keras(part, name, words):
    kind = _read_keras_name(part, name)
    if not isinstance(kind, type):
        raise ValueError(f"{name!r} is no class of Keras.")
    _check_words(kind, words)
    return kind(**words)


def _read_keras_name(part, name):
    if part not in BASES:
        raise ValueError(f"Nothing is taken from keras.{part}.")
    found = _get(part, name)
    if isinstance(found, type) and issubclass(found, _get(part, BASES[part])):
        return found
    does_io = name in ("get", "serialize", "deserialize")
    if part in WITH_FUNCTIONS and inspect.isfunction(found) and not does_io:
        return found
    raise ValueError(f"keras.{part} has no {name!r}.")


def _get(part, name):
    return vars(import_module(f"keras.{part}")).get(name)


KINDS |= {
    "keras": Kind((), None, _read_keras, (str, str, dict)),
    "keras name": Kind((), None, _read_keras_name, (str, str)),
    "tokenizer": Kind((), None, _read_tokenizer, (str,)),
}
