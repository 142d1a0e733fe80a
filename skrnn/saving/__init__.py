"""Estimators in files without pickles: plain data, what stands for the rest, the file itself."""

from ._persistence import load, save

__all__ = ["load", "save"]
