"""Pictures of networks: what is in them, where it lies, and what is refused."""

import sys

import keras
import numpy as np
import pandas as pd
import pytest
from keras import layers
from sklearn.dummy import DummyClassifier
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skrnn import (
    InnerForecaster,
    NetworkDisplay,
    RNNClassifier,
    RNNForecaster,
    RNNRegressor,
    RNNTextClassifier,
    SequenceTokenizer,
)

WORDS = {"units": 2, "epochs": 1, "random_state": 0}
X = np.random.default_rng(0).normal(size=(8, 5))
TEXTS, LABELS = ["good film", "bad film", "so good", "too bad"] * 2, [1, 0] * 4
TABLE = pd.DataFrame({"review": TEXTS, "price": np.arange(8.0)})
SERIES = X.ravel().cumsum()


def build_gates(description):
    """Build a network with a shared layer, a model inside, and edges that pass many layers."""
    inputs = keras.Input((None, description["n_features"]))
    x = keras.ops.nan_to_num(inputs)
    gru = layers.GRU(3, return_sequences=True)
    inner = keras.Sequential([layers.Dense(3, "relu"), layers.Dense(3)], name="inner")
    x = gru(layers.Dense(3)(x))
    y = layers.Multiply()([gru(inner(x)), x])
    y = layers.Add()([x, layers.Dense(3)(layers.Dense(3)(y))])
    y = layers.GlobalAveragePooling1D()(layers.Concatenate()([x, y]))
    return keras.Model(inputs, layers.Dense(description["n_outputs"])(y))


FITTED = {
    "forecaster": lambda: RNNForecaster(**WORDS, network_share=1, window=3).fit(SERIES),
    "known": lambda: RNNForecaster(
        **WORDS, network_share=1, window=3, horizon=2, strategy="encoder_decoder"
    ).fit(SERIES),
    "text": lambda: RNNTextClassifier(
        **WORDS, linear=False, embedding_dim=3, normalization="batch", train_embedding=False
    ).fit(TEXTS, LABELS),
    "columns": lambda: RNNTextClassifier(**WORDS, linear=False, text="review").fit(TABLE, LABELS),
    "several": lambda: RNNRegressor(**WORDS, n_networks=3).fit(X, X[:, 0]),
    "own": lambda: RNNRegressor(**WORDS, network=build_gates).fit(X, X[:, 0]),
}


@pytest.fixture(scope="module", params=FITTED)
def rnn(request):
    return FITTED[request.param]()


def read_middle(box):
    return box.get_x() + box.get_width() / 2, box.get_y() + box.get_height() / 2


@pytest.mark.core
@pytest.mark.parametrize("expand", [False, True])
def test_all_weights_are_there_and_everything_leads_to_the_output(rnn, expand):
    table = NetworkDisplay.from_estimator(rnn, expand=expand).layers
    model = rnn.model_
    assert table["weights"].sum() == model.count_params()
    n_trained = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    assert table["trainable"].sum() == n_trained
    assert table["name"].is_unique
    read = {name for inputs in table["inputs"] for name in inputs}
    assert set(table["name"]) - read == {table["name"].iloc[-1]}
    assert table["shape"].iloc[-1] == model.output_shape
    assert [row.type for row in table.itertuples() if not row.inputs] == ["InputLayer"]


@pytest.mark.parametrize("expand", [False, True])
def test_boxes_keep_apart_and_no_arrow_runs_through_them(rnn, expand):
    display = NetworkDisplay.from_estimator(rnn, expand=expand)
    boxes = {name: box.get_bbox() for name, box in display.boxes_.items()}
    names = list(boxes)
    for i, name in enumerate(names):
        assert not any(boxes[name].overlaps(boxes[other]) for other in names[:i])
    ends = [(start, row.name) for row in display.layers.itertuples() for start in row.inputs]
    assert len(display.arrows_) == len(ends)
    for (start, end), arrow in zip(ends, display.arrows_, strict=True):
        points = arrow._path_original.interpolated(1).to_polygons(closed_only=False)[0]
        assert points[0][1] == pytest.approx(boxes[start].ymax)
        assert points[-1][1] == pytest.approx(boxes[end].ymin)
        for name in set(names) - {start, end}:
            box = boxes[name]
            assert not any(box.fully_containsx(x) and box.fully_containsy(y) for x, y in points)
    limits = display.ax_.get_xlim(), sorted(display.ax_.get_ylim())
    for low, high, (first, last) in zip(
        np.min([box.min for box in boxes.values()], axis=0),
        np.max([box.max for box in boxes.values()], axis=0),
        limits,
        strict=True,
    ):
        assert first <= low < high <= last


def test_texts_fit_into_their_boxes(rnn):
    display = NetworkDisplay.from_estimator(rnn)
    display.figure_.canvas.draw()
    for name, text in display.texts_.items():
        box, written = display.boxes_[name].get_window_extent(), text.get_window_extent()
        assert box.x0 < written.x0 < written.x1 < box.x1
        assert box.y0 < written.y0 < written.y1 < box.y1


def test_a_box_says_what_a_layer_is():
    display = NetworkDisplay.from_estimator(FITTED["text"]())
    texts = {name: text.get_text().split("\n") for name, text in display.texts_.items()}
    assert texts["embedding"] == [
        "embedding (TokenEmbedding)",
        "(any, any, 3)",
        "21 weights, frozen",
    ]
    (normalized,) = (text for text in texts.values() if text[0] == "BatchNormalization")
    assert normalized == ["BatchNormalization", "(any, any, 4)", "16 weights, 8 not trained"]
    assert texts["output"] == ["output (Dense)", "(any, 1)", "9 weights"]
    assert display.ax_.get_title().endswith("weights, 29 not trained")
    assert "Any" not in set(display.layers["type"])  # what computes masks


def test_a_layer_that_is_called_again_has_its_weights_once():
    table = NetworkDisplay.from_estimator(FITTED["own"]()).layers
    first, again = (row for row in table.itertuples() if row.type == "GRU")
    assert (first.weights > 0, again.weights) == (True, 0)
    assert again.name == f"{first.name}, call 2"


def test_models_inside_are_one_box_unless_they_are_expanded():
    rnn = FITTED["several"]()
    table = NetworkDisplay.from_estimator(rnn).layers
    assert table["type"].tolist() == ["InputLayer", *["Functional"] * 3, "Average"]
    table = NetworkDisplay.from_estimator(rnn, expand=True).layers
    assert sum(kind == "LSTM" for kind in table["type"]) == 3
    assert {name.partition("/")[0] for name in table["name"][1:-1]} == {
        *("network_0", "network_1", "network_2")
    }


def test_the_network_is_found_in_what_wraps_an_estimator():
    tokenized = make_pipeline(SequenceTokenizer(), RNNClassifier(**WORDS, embedding="learned"))
    search = GridSearchCV(tokenized, {"rnnclassifier__cell": ["gru"]}, cv=2).fit(TEXTS, LABELS)
    assert "GRU" in set(NetworkDisplay.from_estimator(search).layers["type"])
    inner = InnerForecaster(make_pipeline(FITTED["forecaster"]()))
    assert "LSTM" in set(NetworkDisplay.from_estimator(inner).layers["type"])


def test_any_model_of_keras_is_drawn():
    model = keras.Sequential([keras.Input((4,)), layers.Dense(3), layers.Dense(2)])
    table = NetworkDisplay.from_model(model).layers
    assert table["weights"].tolist() == [0, 15, 8]

    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="mine")
            self.inner = layers.Dense(2)

        def call(self, x):
            return self.inner(x)

    model = Own()
    model(np.ones((1, 3)))
    (row,) = NetworkDisplay.from_model(model).layers.itertuples()
    assert (row.name, row.type, row.weights) == ("mine", "Own", 8)


def test_axes_that_are_given_are_drawn_into_in_a_size_that_fits(plt):
    figure, ax = plt.subplots(figsize=(2, 2))
    display = NetworkDisplay.from_estimator(FITTED["columns"](), ax=ax, text_kw={"color": "red"})
    assert (display.ax_, display.figure_) == (ax, figure)
    text = next(iter(display.texts_.values()))
    assert text.get_size() < 3
    assert text.get_color() == "red"
    again = NetworkDisplay(display.layers).plot(box_kw={"linewidth": 3})
    assert {box.get_linewidth() for box in again.boxes_.values()} == {3}


def test_a_table_of_layers_needs_no_keras(monkeypatch):
    display = NetworkDisplay.from_estimator(FITTED["several"]())
    for name in [name for name in sys.modules if name.partition(".")[0] == "keras"]:
        monkeypatch.setitem(sys.modules, name, None)
    assert len(NetworkDisplay(display.layers).plot().boxes_) == 5


def test_what_has_no_network_is_an_error():
    with pytest.raises(NotFittedError):
        NetworkDisplay.from_estimator(RNNRegressor())
    fitted = DummyClassifier().fit(X, LABELS)
    with pytest.raises(TypeError, match=r"estimator must have a `model_`.*DummyClassifier"):
        NetworkDisplay.from_estimator(fitted)
    with pytest.raises(ValueError, match="model must be built"):
        NetworkDisplay.from_model(keras.Sequential([layers.Dense(3)]))


@pytest.mark.parametrize(
    "table",
    [
        None,
        pd.DataFrame({"name": ["a"]}),
        pd.DataFrame(
            {
                "name": ["a"],
                "type": "A",
                "shape": None,
                "weights": 0,
                "trainable": 0,
                "inputs": [["b"]],
            }
        ),
    ],
)
def test_what_is_no_table_of_layers_draws_nothing(table, plt):
    with pytest.raises(ValueError, match="layers must"):
        NetworkDisplay(table).plot()
    assert not plt.get_fignums()
