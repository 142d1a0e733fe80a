"""Imports the engine, and with it Keras, on first use."""

import os
import re
import sys
import tempfile
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from functools import partial
from importlib import import_module
from typing import Any

from .._memory import memory

# What TensorFlow's libraries log while they are imported, whatever the log level is.
BANNER = re.compile(rb"WARNING: All log messages before absl|[IWE]\d{4} |\d{4}-.*: [IWE] ")

_engine = None  # as soon as it is whole
_lock = threading.Lock()
_inherited = False


def clear_pool() -> None:
    """Forget the compiled models, and what was read of texts, that are kept for the next call.

    Fitted estimators do not need them: a model is compiled again when it is next used. On
    TensorFlow, the operations that it keeps for every shape of weights are forgotten, too:
    operations of your own that have a seed (``tf.random.uniform(..., seed=1)``) begin again.

    Examples
    --------
    >>> from skrnn import clear_pool
    >>> clear_pool()
    """
    memory.clear()
    if _engine is not None:
        _engine.clear_pools()


def load_engine() -> Any:
    """Import the engine, and with it Keras, without the banners that TensorFlow prints.

    A thread of its own does it, which no Ctrl-C and no time limit of the caller reaches: none of
    the backends can be imported again after an import that was left half-way.
    """
    if _inherited:
        raise RuntimeError(
            "This process was forked from one in which networks, or TensorFlow, had already run. "
            "Their threads are not copied along, and a network would wait for them for ever. "
            "Start workers anew: joblib's own backend 'loky', or the start methods 'spawn' and "
            "'forkserver' of multiprocessing."
        )
    if _engine is None:
        ThreadPoolExecutor(1).submit(_import_engine).result()
    return _engine


def _import_engine():
    global _engine
    with _lock:
        if _engine is not None:
            return
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        if share := os.environ.get("OMP_NUM_THREADS"):
            # joblib so tells its workers how many cores are theirs; TensorFlow does not listen.
            os.environ.setdefault("TF_NUM_INTRAOP_THREADS", share)
            os.environ.setdefault("TF_NUM_INTEROP_THREADS", share)
        with _leave_banners_out():
            # Whoever imports Keras elsewhere gets our layers with it. So Keras comes first: else
            # both would wait for each other, and Python would hand out modules that are not whole.
            import_module("keras")
            _engine = import_module("skrnn.training._engine")
        if "tensorflow" not in sys.modules:
            tensorflow = import_module("keras.src.utils.module_utils").tensorflow
            tensorflow.initialize = partial(_import_beside, tensorflow)


def _import_beside(tensorflow):
    """Import TensorFlow beside another backend, for Keras, which needs it to serialize a layer."""

    def run():
        with _lock, _leave_banners_out():
            tensorflow.module = import_module("tensorflow")

    ThreadPoolExecutor(1).submit(run).result()


@contextmanager
def _leave_banners_out():
    """Hold back what is written to standard error, and then show it but for banners."""
    with ExitStack() as stack:
        with suppress(OSError):  # there is no standard error, or no folder for temporary files
            stderr = os.dup(2)
            stack.callback(os.close, stderr)
            held = stack.enter_context(tempfile.TemporaryFile())
            stack.push(partial(_show, held, stderr))
            os.dup2(held.fileno(), 2)
            stack.callback(os.dup2, stderr, 2)
        yield


def _show(held, descriptor, failure=None, *_):
    """Write out what was held back, the banners only after a failure."""
    held.seek(0)
    with suppress(OSError):
        for line in held:
            if failure or not BANNER.match(line):
                os.write(descriptor, line)


def _note_fork():
    """Find out in a forked process whether networks had run before."""
    global _inherited, _lock
    # Nobody need have asked us: TensorFlow may have run by itself.
    context = getattr(sys.modules.get("tensorflow.python.eager.context"), "_context", None)
    has_run = getattr(context, "_initialized", False)
    _inherited = _inherited or _engine is not None or _lock.locked() or has_run
    _lock = threading.Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_note_fork)
