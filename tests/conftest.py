"""Settings that have to stand before anything is imported."""

import os

os.environ.setdefault("SCIPY_ARRAY_API", "1")  # scikit-learn skips its array API check without it
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # as the first fit does, if tests import Keras
