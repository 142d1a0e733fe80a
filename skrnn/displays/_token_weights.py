"""What the tokens of a text add to the logit of a class, or to a number predicted."""

from html import escape
from typing import Any, Self

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline
from sklearn.utils._optional_dependencies import check_matplotlib_support
from sklearn.utils._plotting import _validate_style_kwargs
from sklearn.utils.validation import check_is_fitted

from .._docstrings import share_plot_parameters
from .._errors import describe
from .._typing import Style
from ._history import BLUE, GREY, VERMILLION, check_axes, check_style

COLUMNS = ["text", "place", "token", "total"]
DEEPEST = 0.7  # opacity of the largest weight: black letters stay readable on it


def find_model(estimator):
    """Find the fitted model that explains texts, in a search or at the end of a pipeline."""
    inner = estimator
    while not hasattr(inner, "explain"):
        if isinstance(inner, Pipeline) and len(inner) == 1:
            inner = inner[-1]
        elif hasattr(inner, "best_estimator_"):
            inner = inner.best_estimator_
        else:
            if hasattr(inner, "fit"):
                check_is_fitted(inner)
            raise TypeError(
                "estimator must be a fitted RNNTextClassifier or RNNTextRegressor, or a search "
                "around one. "
                f"Got {describe(estimator)}, in which {type(inner).__name__} has no `explain`."
            )
    return inner


def pick_rows(table, label):
    """Pick the rows of one class, or number, from the table of one text, and name it."""
    if not isinstance(table, pd.DataFrame) or not {*COLUMNS} <= {*table.columns}:
        raise TypeError(
            f"table must be a DataFrame from explain, with the columns {COLUMNS}. "
            f"Got {describe(table)}."
        )
    if table["text"].nunique() != 1:
        raise ValueError(
            f"table must be of one text; it is of {table['text'].nunique()}. Give "
            'table[table["text"] == 0].'
        )
    kind = "class" if "class" in table else "output"
    sums = table.groupby(kind, sort=False)["total"].sum()
    label = sums.idxmax() if label is None else label
    if label not in sums.index:
        raise ValueError(f"label must be one of {sums.index.tolist()}. Got {label!r}.")
    name = f"logit of {label}" if kind == "class" else f"prediction {label}"
    return table[table[kind] == label].sort_index(), name


def get_rgb(color):
    """Give the three numbers of a colour such as "#0072B2"."""
    return tuple(int(color[i : i + 2], 16) for i in (1, 3, 5))


def color_html(weight, largest):
    """Give the CSS colour of a weight: blue for the class, vermillion against it."""
    red, green, blue = get_rgb(BLUE if weight > 0 else VERMILLION)
    share = DEEPEST * abs(weight) / largest if largest else 0
    return f"rgba({red},{green},{blue},{share:.2f})"


@share_plot_parameters
class TokenWeightDisplay:
    """What the tokens of a text add to the logit of a class, as bars or as coloured text.

    Or to a number that is predicted. Blue adds to it, vermillion takes from it. Made by
    :meth:`from_estimator`; keeps its parameters as attributes. A notebook shows it as coloured
    text.

    Parameters
    ----------
    table : pandas.DataFrame
        What :meth:`RNNTextClassifier.explain` gives for one text.
    label : object, default=None
        The class, or the number of an output. None takes that of the largest logit or number; of
        two classes there is only the second.

    Attributes
    ----------
    bars_ : matplotlib BarContainer
        The bars, the first token on top.
    ax_ : matplotlib Axes
        The axes drawn into.
    figure_ : matplotlib Figure
        The figure that holds them.

    See Also
    --------
    RNNTextClassifier.explain : Gives the table.

    Examples
    --------
    >>> from skrnn import RNNTextClassifier, TokenWeightDisplay
    >>> texts = ["good film", "a good end", "bad film", "a bad end"] * 10
    >>> labels = ["+", "+", "-", "-"] * 10
    >>> rnn = RNNTextClassifier(units=8, epochs=5, random_state=0).fit(texts, labels)
    >>> display = TokenWeightDisplay.from_estimator(rnn, "a bad film")
    >>> [text.get_text() for text in display.ax_.get_yticklabels()]
    ['a', 'bad', 'film']
    """

    def __init__(
        self,
        table: Any,
        *,
        label: Any = None,
    ) -> None:
        self.table = table
        self.label = label

    @classmethod
    def from_estimator(
        cls,
        estimator: Any,
        text: Any,
        *,
        label: Any = None,
        ax: Any = None,
        bar_kw: Style = None,
    ) -> Self:
        """Draw what the tokens of a text add for a fitted model.

        Parameters
        ----------
        estimator : estimator instance
            A fitted :class:`RNNTextClassifier` or :class:`RNNTextRegressor`, or a search around
            one.
        text : str or table
            The text; a table of one row, if the model reads tables.
        {parameters}

        Returns
        -------
        TokenWeightDisplay
            The display, drawn.

        Raises
        ------
        NotFittedError
            If the estimator is not fitted.
        TypeError
            If it explains no texts, or text is not a str where it reads texts.
        ValueError
            If a table has not one row.
        """
        check_matplotlib_support(f"{cls.__name__}.from_estimator")
        model = find_model(estimator)
        if model.text is None and not isinstance(text, str):
            raise TypeError(f"text must be a str. Got {describe(text)}.")
        if model.text is not None and np.shape(text)[:1] != (1,):
            raise ValueError(
                f"text must be a table of one row, for text={model.text!r}. Got {describe(text)}."
            )
        table = model.explain([text] if model.text is None else text)
        return cls(table, label=label).plot(ax, bar_kw=bar_kw)

    def plot(
        self,
        ax: Any = None,
        *,
        bar_kw: Style = None,
    ) -> Self:
        """Draw a bar for each token, from the first on top to the last.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            Where to draw; None makes a figure.
        bar_kw : dict, default=None
            Style of the bars, for matplotlib's ``barh``.

        Returns
        -------
        TokenWeightDisplay
            The display itself.

        Raises
        ------
        ValueError
            If the table is of several texts, or label is none of its classes; nothing is drawn.
        """
        check_matplotlib_support(f"{type(self).__name__}.plot")
        rows, name = pick_rows(self.table, self.label)
        check_style("bar_kw", bar_kw)
        if ax is not None:
            check_axes(ax)
        import matplotlib.pyplot as plt

        tokens = rows[rows["place"] >= 0]
        if ax is None:
            height = max(2.0, 0.9 + 0.22 * len(tokens))
            _, ax = plt.subplots(figsize=(6.4, height), layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        weights = tokens["total"].to_numpy()
        style = {"color": np.where(weights > 0, BLUE, VERMILLION).tolist()}
        style = _validate_style_kwargs(style, bar_kw or {})
        self.bars_ = ax.barh(np.arange(len(tokens)), weights, **style)
        ax.axvline(0, color=GREY, linewidth=0.8)
        ax.set_yticks(np.arange(len(tokens)), tokens["token"].str.replace("$", r"\$"))
        ax.set_ylim(max(len(tokens), 1) - 0.5, -0.5)
        ax.set(xlabel=f"added to the {name}", title=self._summarize(rows, name))
        return self

    def _summarize(self, rows, name):
        """Say what the logit is, and what of it no token adds."""
        base = rows["total"][rows["place"] < 0].sum()
        return f"{name}: {rows['total'].sum():+.2f}, without tokens {base:+.2f}"

    def _repr_html_(self):
        rows, name = pick_rows(self.table, self.label)
        tokens = rows[rows["place"] >= 0]
        largest = tokens["total"].abs().max() if len(tokens) else 0.0
        spans = [
            f'<span title="{weight:+.3f}" style="background:{color_html(weight, largest)};'
            f'border-radius:3px;padding:0 2px">{escape(str(token))}</span>'
            for token, weight in zip(tokens["token"], tokens["total"], strict=True)
        ]
        ends = color_html(-1, 1), color_html(1, 1)
        scale = (
            f'{-largest:+.2f} against <span style="display:inline-block;width:8em;height:0.8em;'
            f'background:linear-gradient(to right,{ends[0]},white,{ends[1]})"></span> '
            f"for the {escape(name)} {largest:+.2f}"
        )
        return (
            '<div style="background:white;color:black;line-height:1.8;padding:4px">'
            f"<div>{' '.join(spans)}</div>"
            f'<div style="font-size:smaller">{scale}; {escape(self._summarize(rows, name))}</div>'
            "</div>"
        )
