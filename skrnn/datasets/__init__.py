"""Data sets for recurrent networks: series, texts, and generators of both."""

from ._airline import load_airline
from ._demand import make_demand
from ._docstrings import load_docstrings
from ._electricity import load_electricity
from ._imdb import fetch_imdb
from ._reviews import make_reviews
from ._sine import make_sine
from ._tagged_sentences import make_tagged_sentences
from ._waves import make_waves

__all__ = [
    "fetch_imdb",
    "load_airline",
    "load_docstrings",
    "load_electricity",
    "make_demand",
    "make_reviews",
    "make_sine",
    "make_tagged_sentences",
    "make_waves",
]
