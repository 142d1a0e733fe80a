"""Imports the engine, and with it Keras, on first use."""

import os
import sys
import tempfile
from contextlib import contextmanager
from importlib import import_module


def clear_pool():
    """Forget the compiled models that are kept for the next fit or prediction.

    Fitted estimators do not need them: a model is compiled again when it is next used.

    Examples
    --------
    >>> from skrnn import clear_pool
    >>> clear_pool()
    """
    if "skrnn.training._engine" in sys.modules:
        sys.modules["skrnn.training._engine"].clear_pools()


def load_engine():
    """Import the engine, and with it Keras, without the banners that TensorFlow prints."""
    if "skrnn.training._engine" not in sys.modules:
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        if share := os.environ.get("OMP_NUM_THREADS"):
            # joblib so tells its workers how many cores are theirs; TensorFlow does not listen.
            os.environ.setdefault("TF_NUM_INTRAOP_THREADS", share)
            os.environ.setdefault("TF_NUM_INTEROP_THREADS", share)
        with _hold_back_stderr():
            import_module("skrnn.training._engine")
    return sys.modules["skrnn.training._engine"]


@contextmanager
def _hold_back_stderr():
    """Hold back what C libraries write to standard error, and show it only after a failure."""
    with tempfile.TemporaryFile() as held:
        stderr = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(stderr, held.read())
            raise
        finally:
            os.dup2(stderr, 2)
            os.close(stderr)
