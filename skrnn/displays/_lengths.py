"""The lengths of sequences, to choose where to cut them."""

from numbers import Integral
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils._optional_dependencies import check_matplotlib_support
from sklearn.utils._plotting import _validate_style_kwargs
from sklearn.utils.validation import check_is_fitted

from .._docstrings import share_plot_parameters
from .._errors import describe, explain_errors
from .._typing import Style
from ..text._tokenizer import SequenceTokenizer
from ._history import BLUE, GREY, VERMILLION, check_axes, check_style

MIN_BINS, MAX_BINS = 10, 60


def find_tokenizer(estimator):
    """Find the fitted tokenizer that an estimator is, holds or begins with."""
    inner = estimator
    while not isinstance(inner, SequenceTokenizer):
        held = ("tokenizer_", "best_estimator_", "estimator_")
        if isinstance(inner, Pipeline):
            inner = inner[0]
        elif name := next((name for name in held if hasattr(inner, name)), None):
            inner = getattr(inner, name)
        else:
            if hasattr(inner, "fit"):
                check_is_fitted(inner)
            raise TypeError(
                "estimator must be a fitted SequenceTokenizer, or an RNNTextClassifier or a "
                f"pipeline that begins with one. Got {describe(estimator)}, in which "
                f"{type(inner).__name__} has none; from_sequences takes token ids and panels."
            )
    check_is_fitted(inner)
    return inner


def measure_sequences(X):
    """Count the steps of each sequence that are neither padding nor missing, and name them."""
    with explain_errors("X must hold n sequences of numbers, (time steps[, features]) each", X):
        given = list(np.asarray(X) if hasattr(X, "shape") else X)
        rows = [np.asarray(row) for row in given]
        if not rows:
            raise ValueError("It is empty.")
        for number, row in enumerate(rows):
            if row.ndim not in (1, 2) or row.dtype.kind not in "biuf":
                raise ValueError(
                    f"Row {number} is {describe(given[number])}; from_texts takes texts, and "
                    "the class itself takes lengths."
                )
    if all(row.ndim == 1 and (row.dtype.kind in "iu" or not row.size) for row in rows):
        return [np.count_nonzero(row) for row in rows], "tokens"
    missing = [np.isnan(row).any(axis=tuple(range(1, row.ndim))) for row in rows]
    return [np.count_nonzero(~row) for row in missing], "time steps"


def check_lengths(lengths):
    """Turn lengths into an array of int (n,)."""
    with explain_errors("lengths must hold a whole number for each of n sequences", lengths):
        values = np.asarray(lengths, dtype=float)
        if values.ndim != 1 or not len(values):
            raise ValueError(f"It has the shape {values.shape}.")
        is_length = np.isfinite(values) & (values >= 0) & (values == np.floor(values))
        if not is_length.all():
            raise ValueError(f"It holds {values[~is_length][0]:g}.")
    return values.astype(np.int64)


def find_end(lengths, marks):
    """Find where the axis ends: at the longest, or before a tail of 1 % that would fill it."""
    end = max(np.quantile(lengths, 0.99), *marks)
    return lengths.max() if lengths.max() <= 2 * end else int(np.ceil(end))


def pick_width(lengths, n_values):
    """Pick the width of bins: 1 for a short range, else 2, 5, 10, 20, 50 and so on."""
    if n_values <= MAX_BINS:
        return 1
    # By Sturges (1926) or by Freedman and Diaconis (1981), whichever bins are more.
    n_bins = max(np.log2(len(lengths)) + 1, MIN_BINS)
    quartiles = np.quantile(lengths, [0.25, 0.75])
    if quartiles[1] > quartiles[0]:
        n_bins = max(n_bins, n_values * np.cbrt(len(lengths)) / (2 * np.diff(quartiles)[0]))
    width = n_values / min(n_bins, MAX_BINS)
    power = 10 ** int(np.log10(width))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= width)


def cut_bins(lengths, end):
    """Cut lengths up to end into bins, such as 1 to 20, 21 to 40, ...; give their edges."""
    start = lengths.min()
    width = pick_width(lengths[lengths <= end], end - start + 1)
    # A bin ends with a multiple of its width, so that a round maxlen has those it cuts behind it.
    edges = np.arange((start - 1) // width, -(-end // width) + 1) * width + 0.5
    return np.append(-0.5, edges[2:]) if start == 0 and width > 1 else edges


def format_share(part, whole):
    """Write a share in percent; no 0 or 100 that comes from rounding."""
    if part in (0, whole):
        return "100 %" if part == whole else "0 %"
    percent = min(max(100 * part / whole, 0.1), 99.9)
    return f"{percent:.0f} %" if 1 <= percent <= 99 else f"{percent:.1f} %"


@share_plot_parameters
class SequenceLengthDisplay:
    """Histogram of the lengths of sequences, to choose ``maxlen``.

    Mean and median are marked, and ``maxlen`` with what it cuts. Made by :meth:`from_texts`,
    :meth:`from_sequences` or :meth:`from_estimator`; keeps its parameters as attributes.

    Parameters
    ----------
    lengths : array-like of int of shape (n,)
        The length of each sequence before it is cut, without padding.
    maxlen : int, default=None
        The length to which sequences are to be cut; None marks none.
    unit : str, default="tokens"
        What lengths are counted in, for the labels.

    Attributes
    ----------
    mean_ : float
        Mean of the lengths.
    median_ : float
        Median of the lengths.
    share_cut_ : float or None
        The share of sequences that are longer than ``maxlen``; None where there is no ``maxlen``.
    share_kept_ : float or None
        The share of all tokens that is left after cutting; None where there is no ``maxlen``.
    bars_ : matplotlib BarContainer
        The bars, whose heights sum to n.
    lines_ : dict of matplotlib Line2D
        The marks, by name: ``"mean"``, ``"median"`` and, where there is one, ``"maxlen"``.
    ax_ : matplotlib Axes
        The axes drawn into.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    SequenceTokenizer : Cuts texts to ``maxlen`` tokens.
    TrainingHistoryDisplay : Curves of loss and metrics by epoch.

    Notes
    -----
    Bins are cut between whole lengths: one length a bar where there are few, else bins such as 1
    to 20, 21 to 40 and so on. Where the longest 1 % of the sequences would take half of the axis
    or more, they are gathered in one grey bar at its end, and the legend tells how far they go.

    Examples
    --------
    >>> from skrnn import SequenceLengthDisplay
    >>> texts = ["Sun on the sea.", "Rain", "The sea, the sea and the sun!"]
    >>> display = SequenceLengthDisplay.from_texts(texts, maxlen=4)
    >>> display.mean_, display.median_, round(display.share_kept_, 2)
    (4.0, 4.0, 0.75)
    >>> print(display.lines_["maxlen"].get_label())
    maxlen 4: 33 % cut,
    75 % of tokens kept
    """

    def __init__(
        self,
        lengths: ArrayLike,
        *,
        maxlen: int | None = None,
        unit: str = "tokens",
    ) -> None:
        self.lengths = lengths
        self.maxlen = maxlen
        self.unit = unit

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        X: ArrayLike,
        *,
        maxlen: int | None = None,
        ax: Any = None,
        bar_kw: Style = None,
        line_kw: Style = None,
    ) -> Self:
        """Draw how long texts are to the tokenizer of a fitted estimator.

        Parameters
        ----------
        estimator : estimator instance
            A fitted :class:`SequenceTokenizer` or :class:`RNNTextClassifier`, or a
            :class:`~sklearn.pipeline.Pipeline` that begins with one, or a search around such
            an estimator.
        X : array-like of str of shape (n,)
            The texts.
        maxlen : int, default=None
            The length to mark; None marks the ``maxlen_`` of the tokenizer.
        {parameters}

        Returns
        -------
        SequenceLengthDisplay
            The display, drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If there is no :class:`SequenceTokenizer` to be found in it.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        style = {"ax": ax, "bar_kw": bar_kw, "line_kw": line_kw}
        return cls.from_texts(X, tokenizer=find_tokenizer(estimator), maxlen=maxlen, **style)

    @classmethod
    def from_texts(
        cls,
        X: ArrayLike,
        *,
        tokenizer: Any = None,
        maxlen: int | None = None,
        ax: Any = None,
        bar_kw: Style = None,
        line_kw: Style = None,
    ) -> Self:
        """Draw how many tokens texts have.

        Parameters
        ----------
        X : array-like of str of shape (n,)
            The texts.
        tokenizer : SequenceTokenizer, default=None
            Its tokens are counted, before it cuts or pads; with ``oov_token=None`` only those in
            its vocabulary. If it is not fitted, a clone of it is fitted to X. None takes
            ``SequenceTokenizer()``, to which every word is a token.
        maxlen : int, default=None
            The length to mark. None marks that of the tokenizer: ``maxlen_`` if it is fitted,
            or else ``maxlen``, if it has one.
        {parameters}

        Returns
        -------
        SequenceLengthDisplay
            The display, drawn.
        """
        check_matplotlib_support(f"{cls.__name__}.from_texts")
        tokenizer = SequenceTokenizer() if tokenizer is None else tokenizer
        if not isinstance(tokenizer, SequenceTokenizer):
            raise TypeError(
                f"tokenizer must be a SequenceTokenizer or None. Got {describe(tokenizer)}."
            )
        if maxlen is None:
            maxlen = getattr(tokenizer, "maxlen_", tokenizer.maxlen)
        if not hasattr(tokenizer, "vocabulary_"):
            tokenizer = clone(tokenizer).fit(X)
        lengths = list(map(len, tokenizer.texts_to_sequences(X)))
        unit = "characters" if tokenizer.analyzer == "char" else "tokens"
        display = cls(lengths, maxlen=maxlen, unit=unit)
        return display.plot(ax, bar_kw=bar_kw, line_kw=line_kw)

    @classmethod
    def from_sequences(
        cls,
        X: ArrayLike,
        *,
        maxlen: int | None = None,
        ax: Any = None,
        bar_kw: Style = None,
        line_kw: Style = None,
    ) -> Self:
        """Draw how long sequences are.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features]), or a list of n sequences
            Sequences of shape (time steps[, features]), padded or of unequal lengths. Integers
            without features are token ids, of which 0 is padding and not counted, wherever it
            stands. In all others a step that holds NaN is not counted.
        {parameters}

        Returns
        -------
        SequenceLengthDisplay
            The display, drawn.
        """
        check_matplotlib_support(f"{cls.__name__}.from_sequences")
        lengths, unit = measure_sequences(X)
        display = cls(lengths, maxlen=maxlen, unit=unit)
        return display.plot(ax, bar_kw=bar_kw, line_kw=line_kw)

    def plot(
        self,
        ax: Any = None,
        *,
        bar_kw: Style = None,
        line_kw: Style = None,
    ) -> Self:
        """Draw the histogram.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        bar_kw : dict, default=None
            Style of the bars, for matplotlib's ``bar``.
        line_kw : dict, default=None
            Style of the marks, for matplotlib's ``axvline``.

        Returns
        -------
        SequenceLengthDisplay
            The display itself.

        Raises
        ------
        ValueError
            If lengths are not whole numbers from 0 on, or maxlen not one from 1 on; nothing is
            drawn.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        lengths = check_lengths(self.lengths)
        if self.maxlen is not None and not (isinstance(self.maxlen, Integral) and self.maxlen > 0):
            raise ValueError(
                f"maxlen must be an integer of at least 1, or None. Got {self.maxlen!r}."
            )
        check_style("bar_kw", bar_kw)
        check_style("line_kw", line_kw)
        if ax is not None:
            check_axes(ax)
        import matplotlib.pyplot as plt

        if ax is None:
            _, ax = plt.subplots(layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        self._plot_lines(self._measure(lengths), line_kw or {})
        self._plot_bars(lengths, bar_kw or {})
        self._label_axes()
        self._make_legend()
        return self

    def _measure(self, lengths):
        """Measure the lengths; give the style of each mark, its place and label included."""
        self.mean_, self.median_ = float(lengths.mean()), float(np.median(lengths))
        self.share_cut_ = self.share_kept_ = None
        mean = {"x": self.mean_, "label": f"mean {self.mean_:.1f}", "linestyle": "--"}
        median = {"x": self.median_, "label": f"median {self.median_:.1f}", "linestyle": ":"}
        marks = {"mean": mean | {"color": "black"}, "median": median | {"color": "black"}}
        if self.maxlen is not None:
            n_cut, n_tokens = int((lengths > self.maxlen).sum()), int(lengths.sum())
            n_kept = int(np.minimum(lengths, self.maxlen).sum())
            self.share_cut_ = n_cut / len(lengths)
            self.share_kept_ = n_kept / n_tokens if n_tokens else 1.0
            label = (
                f"maxlen {self.maxlen}: {format_share(n_cut, len(lengths))} cut,\n"
                f"{format_share(n_kept, n_tokens)} of {self.unit} kept"
            )
            # Under the dashes of the others, so that all are seen where they coincide.
            style = {"color": VERMILLION, "linewidth": 2, "zorder": 1.9}
            marks["maxlen"] = {"x": self.maxlen, "label": label, **style}
        return marks

    def _plot_lines(self, marks, line_kw):
        self.lines_ = {
            name: self.ax_.axvline(**_validate_style_kwargs(style, line_kw))
            for name, style in marks.items()
        }

    def _plot_bars(self, lengths, bar_kw):
        edges = cut_bins(lengths, find_end(lengths, [self.mean_, self.maxlen or 0]))
        heights, _ = np.histogram(lengths, edges)
        left, widths = edges[:-1], np.diff(edges)
        labels, colors = ["_"] * len(left), [BLUE] * len(left)  # "_" is not in the legend
        if n_longer := len(lengths) - heights.sum():
            heights = np.append(heights, n_longer)
            left, widths = np.append(left, edges[-1] + widths[-1]), np.append(widths, widths[-1])
            share = format_share(n_longer, len(lengths))
            labels.append(f"over {edges[-1] - 0.5:.0f}, up to {lengths.max()}: {share}")
            colors.append(GREY)
        style = {"width": widths, "color": colors, "label": labels, "align": "edge"}
        style |= {"alpha": 0.6, "edgecolor": "white", "linewidth": 0.5}
        self.bars_ = self.ax_.bar(left, heights, **_validate_style_kwargs(style, bar_kw))

    def _label_axes(self):
        from matplotlib.ticker import MaxNLocator

        # Room around a single length, whose bar would fill the axes.
        self.ax_.update_datalim([(max(self.mean_ - 5, 0), 0), (self.mean_ + 5, 0)])
        self.ax_.margins(x=0.02)
        for axis in (self.ax_.xaxis, self.ax_.yaxis):
            axis.set_major_locator(MaxNLocator("auto", steps=[1, 2, 5, 10], integer=True))
        self.ax_.set(xlabel=f"length in {self.unit}", ylabel="number of sequences")

    def _make_legend(self):
        """Make the legend, and room for it above the bars on one side of the axes."""
        legend = self.ax_.legend(loc="best", framealpha=1)
        legend_box, axes_box = legend.get_window_extent(), self.ax_.get_window_extent()
        low, high = self.ax_.get_xlim()
        width = 1.1 * legend_box.width / axes_box.width * (high - low)
        height = min(1.1 * legend_box.height / axes_box.height, 0.5)
        left = [bar.get_height() for bar in self.bars_ if bar.get_bbox().x0 < low + width]
        right = [bar.get_height() for bar in self.bars_ if bar.get_bbox().x1 > high - width]
        top = min(max(left, default=0), max(right, default=0)) / (1 - height)
        self.ax_.update_datalim([(self.mean_, top)])
        self.ax_.autoscale_view()
