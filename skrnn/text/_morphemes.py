"""Korean texts to morphemes."""

from functools import cache


def list_morphemes(text):
    """Cut a Korean text to its morphemes, in their written form."""
    return [morpheme.form for morpheme in _load_kiwi().tokenize(text)]


@cache
def _load_kiwi():
    try:
        from kiwipiepy import Kiwi
    except ImportError as error:
        raise ImportError(
            "Morphemes are read by the package kiwipiepy: pip install skrnn[korean]."
        ) from error
    return Kiwi(num_workers=1)
