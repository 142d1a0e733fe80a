"""Lets Ctrl-C end a training between two steps, with what was learned until then."""

import signal
import threading
import warnings
from contextlib import contextmanager


@contextmanager
def end_on_interrupt(has_learned):
    """End a training on Ctrl-C as MLPClassifier does: with a warning, and what was learned.

    The first Ctrl-C takes effect between two steps, a second one at once: it raises. Outside the
    main thread, and where somebody else handles the signal, none is held back.

    Parameters
    ----------
    has_learned : callable
        Tells whether there is something to keep; else KeyboardInterrupt is raised.

    Yields
    ------
    callable
        To be called between two steps.
    """
    pressed = 0

    def note(number, frame):
        nonlocal pressed
        pressed += 1
        if pressed > 1:
            raise KeyboardInterrupt

    def check():
        if pressed:
            raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    holds_back = is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        if holds_back:
            signal.signal(signal.SIGINT, note)
        yield check
        check()
    except KeyboardInterrupt:
        if pressed > 1 or not has_learned():
            raise
        warnings.warn("Training interrupted by user.", stacklevel=2)
    finally:
        if holds_back:
            signal.signal(signal.SIGINT, signal.default_int_handler)
