"""Texts: the tokenizer and its vocabulary, models of raw texts, labels of tokens."""

from ._classifier import RNNTextClassifier
from ._regressor import RNNTextRegressor
from ._tagger import RNNTagger
from ._tokenizer import SequenceTokenizer
from ._wordpieces import load_wordpiece_vectors

__all__ = [
    "RNNTagger",
    "RNNTextClassifier",
    "RNNTextRegressor",
    "SequenceTokenizer",
    "load_wordpiece_vectors",
]
