"""Settings that have to stand before anything is imported."""

import os

os.environ.setdefault("SCIPY_ARRAY_API", "1")  # scikit-learn skips its array API check without it
os.environ.setdefault("MPLBACKEND", "Agg")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # as the first fit does, if tests import Keras

if "PYTEST_XDIST_WORKER" in os.environ:  # one thread each, so that as many run as there are cores
    for name in ("OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"):
        os.environ.setdefault(name, "1")
