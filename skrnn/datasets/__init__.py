"""Data sets for recurrent networks: series, texts, and generators of both."""

from ._airline import load_airline
from ._docstrings import load_docstrings
from ._imdb import fetch_imdb
from ._reviews import make_reviews
from ._sine import make_sine
from ._waves import make_waves

__all__ = [
    "fetch_imdb",
    "load_airline",
    "load_docstrings",
    "make_reviews",
    "make_sine",
    "make_waves",
]
