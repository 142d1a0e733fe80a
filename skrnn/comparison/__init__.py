"""Estimators measured beside each other; whatever is to be compared comes in from below."""

from ._compare import compare

__all__ = ["compare"]
