"""Texts: the tokenizer and its vocabulary, the classifier of raw texts, labels of tokens."""

from ._classifier import RNNTextClassifier
from ._tagger import RNNTagger
from ._tokenizer import SequenceTokenizer

__all__ = ["RNNTagger", "RNNTextClassifier", "SequenceTokenizer"]
