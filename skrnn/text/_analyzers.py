"""Functions from a text to its tokens, by name."""

from ..network._registry import Registry

BUILT_IN = {"morphemes": "skrnn.text._morphemes:list_morphemes"}
OWN = "word", "char", "bpe"  # which read the other parameters of a tokenizer

ANALYZERS = Registry("analyzer", "a function from a text to its tokens", callable, BUILT_IN)


def load_analyzer(name):
    """Give the function behind a name, of this package or of one with an entry point."""
    if name not in ANALYZERS:
        raise ValueError(
            f"analyzer={name!r} is not known; give one of {[*OWN, *ANALYZERS.get_names()]}, a "
            "function from a text to its tokens, or a tokenizer of Hugging Face."
        )
    return ANALYZERS.load(name)
