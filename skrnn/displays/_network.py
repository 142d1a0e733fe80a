"""The layers of a network as boxes, from its inputs to its outputs."""

from itertools import pairwise
from typing import Any, Self

import pandas as pd
from sklearn.utils._optional_dependencies import check_matplotlib_support
from sklearn.utils._plotting import _validate_style_kwargs

from .._docstrings import share_plot_parameters
from .._errors import describe
from .._typing import Style
from ..training import load_engine
from ._history import BLUE, GREY, check_axes, check_style, find_fitted
from ._layout import lay_out

COLUMNS = ["name", "type", "shape", "weights", "trainable", "inputs"]
LETTER = 0.075  # inches, of a letter in type of SIZE points, on average
SIZE = 9
LINE, PAD, GAP = 0.17, 0.1, (0.35, 0.4)  # inches: a line, around a text, between boxes


def read_layers(layers):
    """Read a table of layers, and raise unless each comes after those that it reads."""
    if not isinstance(layers, pd.DataFrame) or not set(COLUMNS) <= set(layers) or layers.empty:
        raise ValueError(
            f"layers must be a table with columns {COLUMNS}, and a row for each layer. Got "
            f"{describe(layers)}."
        )
    seen = set()
    for name, inputs in zip(layers["name"], layers["inputs"], strict=True):
        if name in seen or not set(inputs) <= seen:
            raise ValueError(
                "layers must have names that no two share, each after those of its inputs. Got "
                f"{name!r} with the inputs {inputs}."
            )
        seen.add(name)
    return layers


def write_label(layer):
    """Write what is said of a layer, in lines."""
    name, _, call = layer.name.rpartition("/")[2].partition(", ")
    given = name.rstrip("0123456789").rstrip("_").replace("_", "") != layer.type.lower()
    title = f"{name} ({layer.type})" if given else layer.type
    lines = [f"{title}, {call}" if call else title]
    if layer.shape is not None:
        lines.append(str(layer.shape).replace("None", "any"))
    if layer.weights:
        lines.append(count_weights(layer.weights, layer.trainable))
    return lines


def count_weights(weights, trainable):
    """Say how many weights there are, and how many of them are not trained."""
    if trainable == weights:
        return f"{weights:,} weights"
    kept = f"{weights - trainable:,} not trained" if trainable else "frozen"
    return f"{weights:,} weights, {kept}"


@share_plot_parameters
class NetworkDisplay:
    """The layers of a network as boxes, from its inputs to its outputs.

    Each has its type, and its name where one was given, the shape of what it puts out ("any" is a
    number of sequences or time steps), and how many weights it has. Layers that are trained are
    blue, those that are not, grey, and what has no weights is white. Made by
    :meth:`from_estimator` or :meth:`from_model`; keeps its parameter as attribute.

    Parameters
    ----------
    layers : pandas.DataFrame
        A row for each layer, after those that it reads: ``name``; ``type``; ``shape``, of its
        output; ``weights``, how many numbers it holds, and ``trainable``, how many of these are
        trained, both where it is called first; ``inputs``, the names of the layers that it reads.

    Attributes
    ----------
    boxes_ : dict of matplotlib FancyBboxPatch
        The boxes, by the names of the layers.
    texts_ : dict of matplotlib Text
        What is written in each.
    arrows_ : list of matplotlib FancyArrowPatch
        From each layer to those that read it.
    ax_ : matplotlib Axes
        The axes drawn into.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    TrainingHistoryDisplay : Curves of loss and metrics by epoch.

    Notes
    -----
    Masks, which tell what is padding or missing, are not drawn, nor what computes them alone.

    Examples
    --------
    >>> from skrnn import NetworkDisplay, RNNRegressor
    >>> rnn = RNNRegressor(cell="gru", units=8, epochs=1, random_state=0)
    >>> display = NetworkDisplay.from_estimator(rnn.fit([[1, 2, 3], [2, 3, 4]], [4, 5]))
    >>> display.layers[["type", "shape", "weights"]]
             type            shape  weights
    0  InputLayer  (None, None, 1)        0
    1         GRU        (None, 8)      264
    2       Dense        (None, 1)        9
    """

    def __init__(self, layers: pd.DataFrame) -> None:
        self.layers = layers

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        *,
        expand: bool = False,
        ax: Any = None,
        box_kw: Style = None,
        text_kw: Style = None,
    ) -> Self:
        """Draw the network of a fitted estimator.

        Parameters
        ----------
        estimator : estimator instance
            A fitted estimator with a ``model_``, or a pipeline or a search around one. What lies
            beside the network, such as the linear part of a text classifier, is not drawn.
        expand : bool, default=False
            Whether to draw the layers of models within the model, such as those of several
            networks, which are one box each otherwise.
        {parameters}

        Returns
        -------
        NetworkDisplay
            The display, drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If there is no ``model_`` to be found in it.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        model = find_fitted(estimator, "model_")
        return cls.from_model(model, expand=expand, ax=ax, box_kw=box_kw, text_kw=text_kw)

    @classmethod
    def from_model(
        cls,
        model: Any,
        *,
        expand: bool = False,
        ax: Any = None,
        box_kw: Style = None,
        text_kw: Style = None,
    ) -> Self:
        """Draw a Keras model.

        Parameters
        ----------
        model : keras.Model
            Built. One that is no graph of layers is one box.
        expand : bool, default=False
            Whether to draw the layers of models within the model, such as those of several
            networks, which are one box each otherwise.
        {parameters}

        Returns
        -------
        NetworkDisplay
            The display, drawn.
        """
        check_matplotlib_support(f"{cls.__name__}.from_model")
        load_engine()  # imports Keras without banners
        from ..network._layer_list import check_model, list_layers

        check_model(model)
        layers = pd.DataFrame(list_layers(model, expand), columns=COLUMNS)
        return cls(layers).plot(ax, box_kw=box_kw, text_kw=text_kw)

    def plot(
        self,
        ax: Any = None,
        *,
        box_kw: Style = None,
        text_kw: Style = None,
    ) -> Self:
        """Draw the network.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure as large as the network asks for.
        box_kw : dict, default=None
            Style of the boxes, for matplotlib's ``FancyBboxPatch``.
        text_kw : dict, default=None
            Style of what is written in them, for matplotlib's ``text``.

        Returns
        -------
        NetworkDisplay
            The display itself.

        Raises
        ------
        ValueError
            If the table is none of layers; nothing is drawn.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        check_style("box_kw", box_kw)
        check_style("text_kw", text_kw)
        layers = read_layers(self.layers)
        if ax is not None:
            check_axes(ax)
        labels = {layer.name: write_label(layer) for layer in layers.itertuples()}
        places, edges, n_across = lay_out(dict(zip(layers["name"], layers["inputs"], strict=True)))
        width = LETTER * max(len(line) for label in labels.values() for line in label) + 2 * PAD
        heights = {name: LINE * len(label) + 2 * PAD for name, label in labels.items()}
        size = width + GAP[0], max(heights.values()) + GAP[1]  # from box to box
        extent = n_across * size[0], (1 + max(row for _, row in places.values())) * size[1]
        if ax is None:
            import matplotlib.pyplot as plt

            _, ax = plt.subplots(figsize=extent, layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        ax.set(xlim=(0, extent[0]), ylim=(extent[1] - size[1] / 2, -size[1] / 2), aspect="equal")
        ax.axis("off")
        ax.set_title(count_weights(layers["weights"].sum(), layers["trainable"].sum()), size=SIZE)
        middles = {name: (x * size[0], row * size[1]) for name, (x, row) in places.items()}
        self._plot_boxes(layers, middles, width, heights, box_kw or {})
        self._write(labels, middles, extent, text_kw or {})
        self._plot_arrows(layers, edges, size, heights)
        return self

    def _plot_boxes(self, layers, middles, width, heights, box_kw):
        from matplotlib.patches import FancyBboxPatch

        self.boxes_ = {}
        for layer in layers.itertuples():
            color = GREY if not layer.trainable else BLUE
            fill = "white" if not layer.weights else color + "30"  # a tint
            style = {"facecolor": fill, "edgecolor": color, "boxstyle": "round,pad=0"}
            style = _validate_style_kwargs({**style, "mutation_aspect": 0.2}, box_kw)
            (x, y), height = middles[layer.name], heights[layer.name]
            box = FancyBboxPatch((x - width / 2, y - height / 2), width, height, **style)
            self.boxes_[layer.name] = self.ax_.add_patch(box)

    def _write(self, labels, middles, extent, text_kw):
        """Write the labels, as large as the axes are for the network."""
        box = self.ax_.get_window_extent()
        inches = box.width / self.figure_.dpi, box.height / self.figure_.dpi
        scale = min(1, inches[0] / extent[0], inches[1] / extent[1])
        style = {"ha": "center", "va": "center", "size": SIZE * scale}
        style = _validate_style_kwargs(style, text_kw)
        self.texts_ = {
            name: self.ax_.text(*middles[name], "\n".join(lines), **style)
            for name, lines in labels.items()
        }

    def _plot_arrows(self, layers, edges, size, heights):
        from matplotlib.patches import FancyArrowPatch
        from matplotlib.path import Path

        ends = [(name, layer.name) for layer in layers.itertuples() for name in layer.inputs]
        style = {"arrowstyle": "-|>", "mutation_scale": 8, "color": "black", "linewidth": 0.8}
        self.arrows_ = []
        for (start, end), edge in zip(ends, edges, strict=True):
            half = [heights[start] / 2, *[max(heights.values()) / 2] * (len(edge) - 2)]
            half.append(heights[end] / 2)
            stops = [
                (x * size[0], row * size[1], h) for (x, row), h in zip(edge, half, strict=True)
            ]
            points, codes = [(stops[0][0], stops[0][1] + half[0])], [Path.MOVETO]
            for (x, y, under), (next_x, next_y, over) in pairwise(stops):
                # A curve between two rows, and straight down through the next one.
                top, bottom = y + under, next_y - over
                middle = (top + bottom) / 2
                points += [
                    (x, middle),
                    (next_x, middle),
                    (next_x, bottom),
                    (next_x, next_y + over),
                ]
                codes += [Path.CURVE4] * 3 + [Path.LINETO]
            arrow = FancyArrowPatch(
                path=Path(points[:-1], codes[:-1]), shrinkA=0, shrinkB=0, **style
            )
            self.arrows_.append(self.ax_.add_patch(arrow))
