"""The curves of a training run."""

from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
from sklearn.pipeline import Pipeline
from sklearn.utils._optional_dependencies import check_matplotlib_support
from sklearn.utils._plotting import _validate_style_kwargs
from sklearn.utils.validation import check_is_fitted

from .._docstrings import share_plot_parameters
from .._errors import explain_errors
from .._typing import Style

# Three of the colours of Okabe and Ito (2008), which stay apart for the colour-blind.
BLUE, VERMILLION, GREY = "#0072B2", "#D55E00", "#767676"


def find_fitted(estimator, name):
    """Find a fitted attribute of an estimator, or of the one that it wraps."""
    inner = estimator
    while not hasattr(inner, name):
        wrapped = ("best_estimator_", "estimator_", "regressor_", "model")
        if isinstance(inner, Pipeline):
            inner = inner[-1]
        elif part := next((part for part in wrapped if hasattr(inner, part)), None):
            inner = getattr(inner, part)
        else:
            check_is_fitted(inner)
            raise TypeError(
                f"estimator must have a `{name}`, or be a pipeline or a search around an "
                f"estimator that has one. Got {type(estimator).__name__}, in which "
                f"{type(inner).__name__} has none."
            )
    return getattr(inner, name)


def check_history(history):
    """Raise unless history holds at least one list, all of one length and not empty."""
    if not isinstance(history, Mapping) or not history:
        raise ValueError(
            "history must be a dict of lists, one value an epoch, with at least one key. "
            f"Got {history!r}."
        )
    lengths = {}
    for name, values in history.items():
        if not isinstance(name, str):
            raise TypeError(f"history must have keys that are str. Got {name!r}.")
        with explain_errors(f"history[{name!r}] must be a list of numbers", values):
            (lengths[name],) = np.asarray(values, dtype=float).shape
    if len(set(lengths.values())) > 1 or 0 in lengths.values():
        raise ValueError(
            "history must hold lists of one length, with one epoch or more. "
            f"Got the lengths {lengths}."
        )


def pick_quantities(history, metrics):
    """Pick what to draw: the loss and each metric once, or those in metrics."""
    known = list(dict.fromkeys(name.removeprefix("val_") for name in history))
    known.sort(key="loss".__ne__)  # the loss first, the others as they come
    picked = known if metrics is None else np.atleast_1d(metrics).tolist()
    if not picked or not set(picked) <= set(known):
        raise ValueError(f"metrics must name at least one of {known} and no other. Got {metrics}.")
    return picked


def find_best_epoch(history):
    """Find the first epoch of lowest validation loss, or else loss; None where there is none."""
    losses = np.asarray(history.get("val_loss", history.get("loss", [])), dtype=float)
    return None if np.isnan(losses).all() else int(np.nanargmin(losses)) + 1


def check_style(name, style):
    """Raise unless a style is a dict, or None."""
    if style is not None and not isinstance(style, Mapping):
        raise TypeError(
            f"{name} must be a dict of matplotlib's properties, or None. Got {style!r}."
        )


def check_axes(ax):
    """Raise unless ax is a matplotlib Axes."""
    from matplotlib.axes import Axes

    if not isinstance(ax, Axes):
        raise TypeError(f"ax must be a matplotlib Axes, or one for each panel. Got {ax!r}.")


def get_axes(ax, panels, word):
    """Give one Axes for each panel: those that were given, or those of a new figure.

    Parameters
    ----------
    ax : matplotlib Axes, array-like of Axes, or None
    panels : list
        What is drawn in each.
    word : str
        What picks the panels, for errors.
    """
    import matplotlib.pyplot as plt

    n_panels = len(panels)
    if ax is not None:
        axes = np.ravel(np.array(ax, dtype=object))
        if len(axes) != n_panels:
            raise ValueError(
                f"ax must hold {n_panels} Axes, one each for {panels}. Got {len(axes)}; "
                f"{word} picks what to draw."
            )
        for panel in axes:
            check_axes(panel)
        return axes
    n_columns = min(n_panels, 3)
    n_rows = -(-n_panels // n_columns)
    size = np.multiply(plt.rcParams["figure.figsize"], (n_columns, n_rows))
    if n_panels > 1:
        size = 0.75 * size
    _, axes = plt.subplots(n_rows, n_columns, figsize=size, squeeze=False, layout="constrained")
    for spare in axes.flat[n_panels:]:
        spare.remove()
    return axes.ravel()[:n_panels]


def format_dates(ax):
    """Label an axis of dates in few words."""
    from matplotlib.dates import AutoDateLocator, ConciseDateFormatter

    locator = AutoDateLocator(minticks=4, maxticks=9)
    ax.xaxis.set_major_locator(locator)
    ax.xaxis.set_major_formatter(ConciseDateFormatter(locator))


def draw_line(ax, x, y, style):
    """Draw a line, and a dot for a value that has no neighbour to be joined to."""
    known = np.pad(np.isfinite(y), 1)
    lonely = known[1:-1] & ~known[:-2] & ~known[2:]
    if lonely.any() and "marker" not in style:
        style = {**style, "marker": ".", "markevery": lonely}
    return ax.plot(x, y, **style)[0]


@share_plot_parameters
class TrainingHistoryDisplay:
    """Curves of loss and metrics by epoch, of training and of validation.

    One panel for each quantity, with the best epoch marked. Make it with :meth:`from_estimator`
    or :meth:`from_history`; parameters are kept as attributes.

    Parameters
    ----------
    history : dict of list
        For each quantity one value an epoch, such as the ``history_`` of a fitted estimator:
        ``"loss"`` and metrics, and with ``val_`` in front the same on validation data.
    best_epoch : int, default=None
        The epoch to mark, counted from 1. None marks the first one of lowest ``"val_loss"``, or
        of lowest ``"loss"`` where nothing was validated.

    Attributes
    ----------
    best_epoch_ : int or None
        The epoch marked; None where history has no loss.
    lines_ : dict of matplotlib Line2D
        The curves, by their key in history.
    best_lines_ : list of matplotlib Line2D
        The upright line at the best epoch, one a panel.
    axes_ : ndarray of matplotlib Axes, shape (n_panels,)
        The panels.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    ForecastDisplay : Forecasts beside the values that came.

    Examples
    --------
    >>> from skrnn import TrainingHistoryDisplay
    >>> history = {"loss": [0.69, 0.52, 0.43, 0.38], "val_loss": [0.68, 0.57, 0.55, 0.58]}
    >>> display = TrainingHistoryDisplay.from_history(history)
    >>> display.best_epoch_
    3
    """

    def __init__(
        self,
        history: Mapping[str, Sequence[float]],
        *,
        best_epoch: int | None = None,
    ) -> None:
        self.history = history
        self.best_epoch = best_epoch

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        metrics: str | Sequence[str] | None = None,
        best_epoch: int | None = None,
        ax: Any = None,
        line_kw: Style = None,
        best_kw: Style = None,
    ) -> Self:
        """Draw how a fitted estimator was trained.

        Parameters
        ----------
        estimator : estimator instance
            A fitted estimator with a ``history_``, or a :class:`~sklearn.pipeline.Pipeline` that
            ends in one, or a search such as :class:`~sklearn.model_selection.GridSearchCV` (its
            ``best_estimator_`` is taken).
        {parameters}

        Returns
        -------
        TrainingHistoryDisplay
            The display, drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If there is no ``history_`` to be found in it.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        display = cls(find_fitted(estimator, "history_"), best_epoch=best_epoch)
        return display.plot(ax, metrics=metrics, line_kw=line_kw, best_kw=best_kw)

    @classmethod
    def from_history(
        cls,
        history: Mapping[str, Sequence[float]],
        *,
        metrics: str | Sequence[str] | None = None,
        best_epoch: int | None = None,
        ax: Any = None,
        line_kw: Style = None,
        best_kw: Style = None,
    ) -> Self:
        """Draw a history.

        Parameters
        ----------
        {parameters}

        Returns
        -------
        TrainingHistoryDisplay
            The display, drawn.
        """
        check_matplotlib_support(f"{cls.__name__}.from_history")
        display = cls(history, best_epoch=best_epoch)
        return display.plot(ax, metrics=metrics, line_kw=line_kw, best_kw=best_kw)

    def plot(
        self,
        ax: Any = None,
        *,
        metrics: str | Sequence[str] | None = None,
        line_kw: Style = None,
        best_kw: Style = None,
    ) -> Self:
        """Draw the curves.

        Parameters
        ----------
        ax : matplotlib Axes or array-like of Axes, default=None
            Where to draw, one Axes for each quantity. None makes a figure.
        metrics : str or list of str, default=None
            The quantities to draw, in this order, such as ``["loss", "accuracy"]``. None draws
            all that history holds.
        line_kw : dict, default=None
            Style of the curves, for matplotlib's ``plot``.
        best_kw : dict, default=None
            Style of the line at the best epoch, for matplotlib's ``axvline``.

        Returns
        -------
        TrainingHistoryDisplay
            The display itself.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        check_history(self.history)
        check_style("line_kw", line_kw)
        check_style("best_kw", best_kw)
        quantities = pick_quantities(self.history, metrics)
        n_epochs = len(next(iter(self.history.values())))
        if self.best_epoch is not None and self.best_epoch not in range(1, n_epochs + 1):
            raise ValueError(f"best_epoch must be from 1 to {n_epochs}. Got {self.best_epoch!r}.")
        best = find_best_epoch(self.history) if self.best_epoch is None else self.best_epoch
        axes = get_axes(ax, quantities, "metrics=")

        self.best_epoch_, self.axes_, self.figure_ = best, axes, axes[0].figure
        self.lines_: dict[str, Any] = {}
        self.best_lines_: list[Any] = []
        for panel, quantity in zip(axes, quantities, strict=True):
            self._plot_panel(panel, quantity, line_kw or {}, best_kw or {})
        return self

    def _plot_panel(self, ax, quantity, line_kw, best_kw):
        from matplotlib.ticker import MaxNLocator

        for key, label, color in (
            (quantity, "training", BLUE),
            (f"val_{quantity}", "validation", VERMILLION),
        ):
            if key in self.history:
                values = np.asarray(self.history[key], dtype=float)
                style = _validate_style_kwargs({"label": label, "color": color}, line_kw)
                self.lines_[key] = draw_line(ax, np.arange(1, len(values) + 1), values, style)
        if self.best_epoch_ is not None:
            style = {"color": GREY, "linestyle": "--", "linewidth": 1, "zorder": 1}
            style["label"] = f"best epoch ({self.best_epoch_})"
            style = _validate_style_kwargs(style, best_kw)
            self.best_lines_.append(ax.axvline(self.best_epoch_, **style))
        # From a little before epoch 1, so that there is no tick at 0, to a little past the last.
        last = max(len(values), ax.dataLim.x1)  # what was drawn here before may be longer
        ax.set_xlim(0.5, last + max(0.5, 0.02 * last))
        ax.xaxis.set_major_locator(
            MaxNLocator(8, steps=[1, 2, 5, 10], integer=True, min_n_ticks=1)
        )
        ax.set(xlabel="epoch", ylabel=quantity.replace("_", " "))
        ax.legend(loc="best")
