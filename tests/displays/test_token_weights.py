"""The display of what tokens add: bars, coloured text, and what is refused."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV

from skrnn import RNNTextClassifier, TokenWeightDisplay
from skrnn.displays._history import BLUE, VERMILLION

TEXTS = ["good film", "a good end", "bad film", "a bad end"] * 6
LABELS = ["+", "+", "-", "-"] * 6
TINY = {"cell": "simple", "units": 2, "embedding_dim": 2, "epochs": 1, "random_state": 0}


def make_table(tokens=("bad", "<b>", "good", "$x$"), weights=(-2.0, 0.0, 1.0, 0.5), base=0.25):
    rows = pd.DataFrame({"token": ["", *tokens], "total": [base, *weights]})
    return rows.assign(place=np.arange(len(rows)) - 1, text=0, **{"class": "<+>"})


def get_labels(display):
    return [label.get_text() for label in display.ax_.get_yticklabels()]


@pytest.fixture(scope="module")
def classifier():
    return RNNTextClassifier(**TINY).fit(TEXTS, LABELS)


def test_bars_are_what_the_tokens_add_from_top_to_bottom():
    display = TokenWeightDisplay(make_table()).plot()
    assert [bar.get_width() for bar in display.bars_] == [-2.0, 0.0, 1.0, 0.5]
    assert get_labels(display) == ["bad", "<b>", "good", r"\$x\$"]
    tops = [bar.get_window_extent().y0 for bar in display.bars_]
    assert tops == sorted(tops, reverse=True)
    colors = [to_hex(bar.get_facecolor()).upper() for bar in display.bars_]
    assert (colors[0], colors[2]) == (VERMILLION, BLUE)
    assert display.ax_.get_title() == "logit of <+>: -0.25, without tokens +0.25"
    display.figure_.draw_without_rendering()


def test_an_estimator_and_a_search_around_one_are_explained(classifier):
    expected = classifier.explain(["a bad film"])["total"].to_numpy()[1:]
    search = GridSearchCV(classifier, {"units": [2]}, cv=2).fit(TEXTS, LABELS)
    for estimator in (classifier, search):
        display = TokenWeightDisplay.from_estimator(estimator, "a bad film")
        assert get_labels(display) == ["a", "bad", "film"]
        np.testing.assert_allclose([b.get_width() for b in display.bars_], expected, atol=1e-5)


def test_of_several_classes_one_is_picked():
    first = make_table()
    second = make_table(weights=(3, 3, 3, 3)).assign(**{"class": "?"})
    table = pd.concat([first, second])
    assert TokenWeightDisplay(table).plot().bars_[0].get_width() == 3
    assert TokenWeightDisplay(table, label="<+>").plot().bars_[0].get_width() == -2
    with pytest.raises(ValueError, match=r"label must be one of \['<\+>', '\?'\]. Got 'x'"):
        TokenWeightDisplay(table, label="x").plot()


def test_coloured_text_is_escaped_and_as_deep_as_the_weight():
    html = TokenWeightDisplay(make_table())._repr_html_()
    spans = re.findall(
        r'<span title="(.*?)" style="background:rgba\((.*?)\).*?>(.*?)</span>', html
    )
    assert [span[2] for span in spans] == ["bad", "&lt;b&gt;", "good", "$x$"]
    assert [span[0] for span in spans] == ["-2.000", "+0.000", "+1.000", "+0.500"]
    depths = [float(span[1].split(",")[-1]) for span in spans]
    assert depths[0] == 2 * depths[2]
    assert depths[1] == 0
    assert spans[0][1].startswith("213,94,0,")
    assert spans[2][1].startswith("0,114,178,")


def test_coloured_text_has_a_legend_of_the_scale():
    html = TokenWeightDisplay(make_table())._repr_html_()
    assert re.search(
        r"-2\.00 against <span .*linear-gradient.*</span> for the logit of &lt;\+&gt; \+2", html
    )
    assert "logit of &lt;+&gt;: -0.25, without tokens +0.25" in html
    assert "<+>" not in html


def test_a_text_without_tokens_is_shown():
    display = TokenWeightDisplay(make_table((), ())).plot()
    assert len(display.bars_) == 0
    assert "without tokens +0.25" in display._repr_html_()


def test_options_reach_the_picture(plt):
    figure, ax = plt.subplots()
    display = TokenWeightDisplay(make_table())
    assert display.plot(ax, bar_kw={"color": "red", "height": 0.5}) is display
    assert display.ax_ is ax
    assert display.figure_ is figure
    assert {bar.get_facecolor()[:3] for bar in display.bars_} == {(1, 0, 0)}
    assert plt.get_fignums() == [figure.number]


@pytest.mark.parametrize(
    ("table", "error", "message"),
    [
        ([1, 2], TypeError, "table must be a DataFrame from explain"),
        (pd.DataFrame({"token": ["a"]}), TypeError, "table must be a DataFrame from explain"),
        (pd.concat([make_table(), make_table().assign(text=1)]), ValueError, "it is of 2"),
    ],
)
def test_what_is_no_table_of_one_text_is_refused(plt, table, error, message):
    with pytest.raises(error, match=message):
        TokenWeightDisplay(table).plot()
    assert plt.get_fignums() == []


def test_what_explains_nothing_is_refused(classifier):
    with pytest.raises(NotFittedError):
        TokenWeightDisplay.from_estimator(RNNTextClassifier(), "a")
    with pytest.raises(TypeError, match="estimator must be a fitted RNNTextClassifier"):
        TokenWeightDisplay.from_estimator(LogisticRegression().fit([[0], [1]], [0, 1]), "a")
    with pytest.raises(TypeError, match="text must be a str"):
        TokenWeightDisplay.from_estimator(classifier, ["a"])
