"""Lets Ctrl-C end a training between two steps, with what was learned until then.

While a network is built or traced it waits for the end of that.
"""

import signal
import threading
import warnings
from contextlib import ExitStack, contextmanager


class Interrupt(KeyboardInterrupt):
    """Ctrl-C that takes effect between two steps."""


class Presses:
    """What becomes of Ctrl-C in a training.

    Attributes
    ----------
    number : int
        How often it was pressed.
    has_ended : bool
        Whether it ended the training, and what was learned is kept.
    """

    number, has_ended = 0, False

    def check(self):
        """Raise between two steps if it was pressed."""
        if self.number:
            raise Interrupt


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
    Presses
        To be checked between two steps.
    """
    presses = Presses()

    def note(number, frame):
        presses.number += 1
        if presses.number > 1:
            raise KeyboardInterrupt

    is_main = threading.current_thread() is threading.main_thread()
    holds_back = is_main and signal.getsignal(signal.SIGINT) is signal.default_int_handler
    try:
        if holds_back:
            signal.signal(signal.SIGINT, note)
        yield presses
        presses.check()
    except KeyboardInterrupt:
        if presses.number > 1 or not has_learned():
            raise
        presses.has_ended = True
        warn_of_interrupt()
    finally:
        if holds_back:
            signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def hold_interrupts():
    """Have Ctrl-C take effect at the end of a block that must not be left half-way.

    Backends that are interrupted while they build or trace a network are not whole afterwards.
    The same goes for every signal that the program handles, such as an alarm: it may raise.
    """
    is_main = threading.current_thread() is threading.main_thread()
    with ExitStack() as stack:
        for number in signal.valid_signals() if is_main else ():
            if callable(signal.getsignal(number)):
                stack.enter_context(_hold(number))
        yield


@contextmanager
def _hold(number):
    """Have a signal handled at the end of a block."""
    came, handler = [], signal.getsignal(number)
    try:
        signal.signal(number, lambda *signals: came.append(signals))
        yield
    finally:
        signal.signal(number, handler)
    if came:
        handler(*came[0])


def warn_of_interrupt():
    """Warn that a training has ended before it was over."""
    warnings.warn("Training interrupted by user.", stacklevel=3)
