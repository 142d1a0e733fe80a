"""Containers of Python that hold nothing but plain values, as one text."""

import json

SCALARS = str, int, float, bool, type(None)
CONTAINERS = {"tuple": tuple, "set": set, "frozenset": frozenset}
PLAIN = *SCALARS, list, dict, *CONTAINERS.values()
_NAMES = {kind: name for name, kind in CONTAINERS.items()}


def write_plain(value):
    """Give the JSON of lists, tuples, sets and dicts of plain values; None of anything else."""
    parts = value.values() if type(value) is dict else value
    if not isinstance(value, str) and not all(type(part) in PLAIN for part in parts):
        return None  # at once
    try:
        return json.dumps(_tag(value), ensure_ascii=False, separators=(",", ":"))
    except TypeError:
        return None


def read_plain(text):
    """Give the value that JSON of :func:`write_plain` stands for."""
    return _untag(json.loads(text))


def _tag(value):
    """Tell containers apart that JSON takes for one."""
    kind = type(value)
    if kind in SCALARS:
        return value
    if kind is list:
        return [_tag(part) for part in value]
    if kind is dict:
        return {"dict": [[_tag(key), _tag(part)] for key, part in value.items()]}
    if kind not in _NAMES:
        raise TypeError(f"{kind} is not plain.")
    parts = value if kind is tuple else sorted(value, key=repr)
    return {_NAMES[kind]: [_tag(part) for part in parts]}


def _untag(value):
    if isinstance(value, list):
        return [_untag(part) for part in value]
    if not isinstance(value, dict):
        return value
    [(name, parts)] = value.items()
    if name == "dict":
        return {_untag(key): _untag(part) for key, part in parts}
    return CONTAINERS[name](map(_untag, parts))
