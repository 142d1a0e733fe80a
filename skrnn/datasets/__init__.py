"""Data sets for recurrent networks: series, texts, and generators of both."""

from skrnn.datasets._airline import load_airline
from skrnn.datasets._docstrings import load_docstrings
from skrnn.datasets._imdb import fetch_imdb
from skrnn.datasets._reviews import make_reviews
from skrnn.datasets._sine import make_sine
from skrnn.datasets._waves import make_waves

__all__ = [
    "fetch_imdb",
    "load_airline",
    "load_docstrings",
    "make_reviews",
    "make_sine",
    "make_waves",
]
