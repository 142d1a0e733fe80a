"""Texts: the tokenizer and its vocabulary, and the classifier of raw texts."""

from ._classifier import RNNTextClassifier
from ._tokenizer import SequenceTokenizer

__all__ = ["RNNTextClassifier", "SequenceTokenizer"]
