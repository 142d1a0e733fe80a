"""The curves of a training while it goes on, in a notebook."""

import sys
import time
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from sklearn.utils._optional_dependencies import check_matplotlib_support

from .._errors import describe
from .._numbers import TOLERANCE
from ..training import load_engine
from ._history import TrainingHistoryDisplay, pick_quantities

load_engine()  # imports Keras without the banners of TensorFlow
import keras  # noqa: E402

MOST = 0.1  # of the time may go into drawing
PANEL = 4.0, 2.6  # inches


def find_notebook():
    """Give IPython where it runs in the kernel of a notebook, or None."""
    ipython = sys.modules.get("IPython")  # in a notebook it has been imported
    shell = None if ipython is None else ipython.get_ipython()
    return None if getattr(shell, "kernel", None) is None else ipython


def draw(history):
    """Draw a history, and give the picture as PNG."""
    from matplotlib.figure import Figure

    n_panels = len(pick_quantities(history, None))
    width, height = PANEL
    figure = Figure(figsize=(n_panels * width, height), layout="constrained")
    TrainingHistoryDisplay(history).plot(figure.subplots(1, n_panels))
    picture = BytesIO()
    figure.savefig(picture, format="png")
    return picture.getvalue()


class LiveHistory(keras.callbacks.Callback):
    """Draws loss and metrics in a notebook, in place, while a network is trained.

    One of ``callbacks=`` of every estimator with a network. In a notebook (Jupyter, and what else
    runs IPython in a kernel) each network that is trained has one picture, which is drawn anew
    after an epoch; elsewhere, in a script or in a worker process, nothing is drawn.

    Parameters
    ----------
    interval : float, default=0.5
        Seconds that lie between two drawings, at least. They are drawn less often where more than
        a tenth of the time would go into drawing.

    Attributes
    ----------
    history : dict of list
        What was recorded of the epochs until here, as the ``history_`` of an estimator.

    See Also
    --------
    TrainingHistoryDisplay : The same picture of a training that is over.

    Notes
    -----
    What is trained on trial, to choose how much a network counts, is not drawn. A search draws a
    picture for each of its fits.

    Examples
    --------
    >>> from skrnn import LiveHistory, RNNRegressor
    >>> rnn = RNNRegressor(units=4, epochs=2, callbacks=[LiveHistory()], random_state=0)
    >>> rnn = rnn.fit([[1, 2, 3], [2, 3, 4]], [4, 5])
    >>> rnn.callbacks_[0].history == rnn.history_
    True
    """

    def __init__(self, interval: float = 0.5) -> None:
        super().__init__()
        if not TOLERANCE.is_satisfied_by(interval):
            raise ValueError(
                f"interval must be a number of seconds, at least 0. Got {describe(interval)}."
            )
        self.interval = interval
        self.history: dict[str, list[float]] = {}

    def on_train_begin(self, logs: Mapping[str, Any] | None = None) -> None:
        """Begin a new picture.

        Parameters
        ----------
        logs : dict
            Ignored.
        """
        self.history = {}
        self._notebook, self._handle, self._next = find_notebook(), None, -float("inf")
        if self._notebook is not None:
            check_matplotlib_support(type(self).__name__)

    def on_epoch_end(
        self,
        epoch: int,
        logs: Mapping[str, Any] | None = None,
    ) -> None:
        """Draw the picture anew, if it is time to.

        Parameters
        ----------
        epoch : int
            Ignored.
        logs : dict
            Loss and metrics of the epoch.
        """
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(float(value))
        if self._notebook is not None and time.perf_counter() >= self._next:
            self._show()

    def on_train_end(self, logs: Mapping[str, Any] | None = None) -> None:
        """Draw the whole training.

        Parameters
        ----------
        logs : dict
            Ignored.
        """
        if self._notebook is not None and self.history:
            self._show()
        del self._notebook, self._handle, self._next

    def _show(self):
        start = time.perf_counter()
        picture = self._notebook.display.Image(data=draw(self.history), format="png")
        if self._handle is None:
            self._handle = self._notebook.display.display(picture, display_id=True)
        else:
            self._handle.update(picture)
        end = time.perf_counter()
        self._next = end + max(self.interval, (end - start) / MOST)
