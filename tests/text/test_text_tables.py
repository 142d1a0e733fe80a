"""Texts that stand beside columns of a table."""

import keras
import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skrnn import RNNTextClassifier, RNNTextRegressor, TokenWeightDisplay
from skrnn._sequences import BesidePanel, RaggedPanel
from skrnn.text._columns import ColumnEncoder
from skrnn.text._tables import join_columns

WORDS = np.array(["good", "bad", "film", "end", "plot", "cast"])
QUICK = {
    "units": 8,
    "embedding_dim": 8,
    "dropout": 0.0,
    "epochs": 30,
    "learning_rate": 0.02,
    "random_state": 0,
}
SHORT = QUICK | {"epochs": 2}
LEAN = SHORT | {"linear": False}
BOTH = ["title", "body"]


def make_table(n=160, seed=0):
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "title": [" ".join(rng.choice(WORDS, 2)) for _ in range(n)],
            "price": rng.normal(50, 10, n),
            "body": [" ".join(rng.choice(WORDS, rng.integers(1, 6))) for _ in range(n)],
            "color": rng.choice(["red", "blue"], n),
        }
    )


def score(table):
    """Good titles and bad bodies count, and the price of what is red, but not of what is blue."""
    titles = table["title"].str.count("good").to_numpy(float)
    bodies = table["body"].str.count("bad").to_numpy(float)
    prices = (table["price"].fillna(50).to_numpy(float) - 50) / 10
    return 2 * titles - bodies + 2 * prices * (table["color"] == "red")


TABLE = make_table()
Y = score(TABLE)
LABELS = np.digitize(Y, [-1, 1])


@pytest.fixture(scope="module")
def fitted():
    return RNNTextRegressor(text=BOTH, **QUICK).fit(TABLE, Y)


@pytest.fixture(scope="module")
def lean():
    return RNNTextRegressor(text=BOTH, **LEAN).fit(TABLE, Y)


# What is learned


def test_texts_and_columns_are_learned_together(fitted):
    new = make_table(seed=1)
    linear = LinearRegression().fit(TABLE[["price"]], Y).score(new[["price"]], score(new))
    assert fitted.score(new, score(new)) > max(0.8, linear + 0.3)
    assert fitted.linear_.score(new, score(new)) < fitted.score(new, score(new))


def test_columns_decide_where_texts_say_nothing():
    table = pd.DataFrame({"text": ["same words"] * 80, "kind": ["a", "b"] * 40})
    classifier = RNNTextClassifier(text="text", **QUICK).fit(table, ["+", "-"] * 40)
    assert classifier.score(table, ["+", "-"] * 40) == 1
    assert classifier.linear_.score(table, ["+", "-"] * 40) == 1


def test_columns_of_text_are_told_apart():
    rng = np.random.default_rng(0)
    texts = rng.choice(["good", "bad"], (200, 2))
    table = pd.DataFrame(texts, columns=["first", "second"])
    for linear in (True, False):
        words = QUICK | {"linear": linear, "text": ["first", "second"]}
        classifier = RNNTextClassifier(**words).fit(table, texts[:, 1])
        assert classifier.score(table, texts[:, 1]) == 1


@pytest.mark.parametrize("linear", [True, False])
def test_classes_and_labels_of_every_kind(linear):
    for y in (LABELS > 0, LABELS, np.column_stack([LABELS > 0, LABELS > 1]).astype(int)):
        classifier = RNNTextClassifier(text=BOTH, linear=linear, **SHORT).fit(TABLE, y)
        assert classifier.predict(TABLE).shape == y.shape


# Forms of tables


def test_pandas_polars_and_arrays_say_the_same(lean):
    expected = lean.predict(TABLE)
    words = {column: TABLE[column].to_list() for column in TABLE}
    frame = RNNTextRegressor(text=BOTH, **LEAN).fit(pl.DataFrame(words), Y)
    assert_array_equal(frame.predict(pl.DataFrame(words)), expected)
    array = RNNTextRegressor(text=[0, 2], **LEAN).fit(TABLE.to_numpy(), Y)
    assert_array_equal(array.predict(TABLE.to_numpy()), expected)
    numbers = RNNTextRegressor(text=[0, 2], **LEAN).fit(TABLE, Y)
    assert_array_equal(numbers.predict(TABLE), expected)


def test_columns_may_come_in_another_order_and_with_others(fitted):
    other = TABLE.assign(more=1)[["more", "color", "body", "price", "title"]]
    assert_array_equal(fitted.predict(other), fitted.predict(TABLE))
    assert fitted.n_features_in_ == 4
    assert fitted.feature_names_in_.tolist() == ["title", "price", "body", "color"]


def test_a_column_alone_is_what_texts_alone_are():
    table = TABLE[["title"]]
    alone = RNNTextClassifier(**SHORT).fit(TABLE["title"], LABELS)
    column = RNNTextClassifier(text="title", **SHORT).fit(table, LABELS)
    assert_allclose(column.predict_proba(table), alone.predict_proba(TABLE["title"]), rtol=1e-5)
    assert not hasattr(column, "columns_")


def test_it_stands_behind_a_column_transformer():
    scale = make_column_transformer(
        (StandardScaler(), ["price"]),
        remainder="passthrough",
        verbose_feature_names_out=False,
    ).set_output(transform="pandas")
    rnn = RNNTextRegressor(text="title", **LEAN)
    pipeline = make_pipeline(scale, rnn).fit(TABLE[["title", "price"]], Y)
    assert pipeline.predict(TABLE[["title", "price"]]).shape == Y.shape
    shout = make_column_transformer((FunctionTransformer(lambda X: X + "!"), ["title"]))
    array = make_pipeline(shout, RNNTextRegressor(text=0, **LEAN)).fit(TABLE, Y)
    assert np.isfinite(array.predict(TABLE)).all()


def test_names_may_have_the_underscores_of_a_column_transformer():
    scale = make_column_transformer((StandardScaler(), ["price"]), remainder="passthrough")
    texts = ["remainder__title", "remainder__body"]
    table = TABLE.rename(columns={"body": "body___"})[["title", "price", "body___"]]
    table = scale.set_output(transform="pandas").fit_transform(table)
    rnn = RNNTextRegressor(text=["remainder__title", "remainder__body___"], **SHORT)
    plain = TABLE[["price", *BOTH]].set_axis(["standardscaler__price", *texts], axis=1)
    plain["standardscaler__price"] = table["standardscaler__price"]
    expected = RNNTextRegressor(text=texts, **SHORT).fit(plain, Y)
    assert_array_equal(rnn.fit(table, Y).predict(table), expected.predict(plain))
    sums = rnn.explain(table[:3]).groupby("text")["total"].sum()
    assert_allclose(sums, rnn.predict(table[:3]), rtol=1e-4)


def test_numbers_of_columns_may_be_those_of_numpy(lean):
    text = list(np.flatnonzero(TABLE.columns.isin(BOTH)))
    rnn = RNNTextRegressor(text=text, **LEAN).fit(TABLE, Y)
    assert_array_equal(rnn.predict(TABLE), lean.predict(TABLE))
    assert_array_equal(rnn.predict(TABLE[TABLE.columns[::-1]]), lean.predict(TABLE))
    one = RNNTextRegressor(text=np.int64(0), **LEAN).fit(TABLE.drop(columns="body"), Y)
    assert one.get_params()["text"] == 0


def test_searches_choose_the_texts():
    grid = {"text": ["title", BOTH], "tokenizer__lowercase": [True]}
    table = TABLE.drop(columns=["color"])
    search = GridSearchCV(RNNTextRegressor(text="title", **LEAN), grid, cv=2).fit(table, Y)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert np.isfinite(cross_val_score(search.best_estimator_, table, Y, cv=2)).all()


def test_training_goes_on_and_validation_data_are_tables():
    rnn = RNNTextClassifier(text=BOTH, **SHORT).partial_fit(TABLE, LABELS)
    assert rnn.partial_fit(TABLE, LABELS).predict(TABLE).shape == LABELS.shape
    rnn = RNNTextClassifier(text=BOTH, **SHORT)
    rnn.fit(TABLE, LABELS, X_val=TABLE, y_val=LABELS)
    assert len(rnn.history_["val_loss"]) == 2


def test_several_networks_and_weights_of_samples():
    rnn = RNNTextRegressor(text=BOTH, n_networks=2, **SHORT)
    rnn.fit(TABLE, Y, sample_weight=np.arange(len(Y)) % 3)
    assert np.isfinite(rnn.predict(TABLE)).all()


# What goes in


def test_the_network_reads_numbers_in_front_of_ids():
    rnn = RNNTextRegressor(text="title", linear=False, **SHORT).fit(TABLE[["title", "price"]], Y)
    ids = rnn.tokenizer_.transform(TABLE["title"])
    prices = StandardScaler().fit_transform(TABLE[["price"]])
    inputs = np.hstack([prices, ids]).astype(np.float32)
    outputs = keras.ops.convert_to_numpy(rnn.model_(inputs))[:, 0]
    predicted = rnn.predict(TABLE[["title", "price"]])
    assert_allclose(predicted, outputs * rnn.y_scale_ + rnn.y_mean_, rtol=1e-4)


def test_more_tokens_than_single_precision_tells_apart_are_an_error(monkeypatch):
    monkeypatch.setattr("skrnn.text._base.MOST_TOKENS", 5)
    with pytest.raises(ValueError, match="tokenizer__max_features"):
        RNNTextRegressor(text=BOTH, **SHORT).fit(TABLE, Y)
    limited = RNNTextRegressor(text=BOTH, **LEAN).set_params(tokenizer__max_features=3)
    assert np.isfinite(limited.fit(TABLE, Y).predict(TABLE)).all()


def test_sequences_of_a_row_are_joined_by_tokens():
    flat = np.array([1, 2, 3, 4, 5, 6], np.int32)
    panel = RaggedPanel(flat, np.array([2, 1, 0, 1, 0, 2]), 0)  # of two rows, in three columns
    joined = join_columns(panel, 3, 9)
    assert [row[row != 0].tolist() for row in joined[np.arange(2)]] == [
        [1, 2, 9, 10],
        [3, 9, 4, 10, 5, 6],
    ]


def test_numbers_stand_in_front_of_the_ids_of_a_batch():
    panel = RaggedPanel(np.array([5, 6, 7], np.int32), np.array([1, 2]), 0)
    beside = BesidePanel(panel, np.array([[0.5], [1.5]], np.float32))
    assert beside[np.array([1, 0])].tolist() == [[1.5, 6, 7], [0.5, 5, 0]]
    assert beside.select(np.array([1]))[np.array([0])].tolist() == [[1.5, 6, 7]]


def test_columns_of_every_kind_are_encoded():
    table = pd.DataFrame(
        {
            "number": [1.0, np.nan, 3.0],
            "flag": [True, False, True],
            "whole": pd.array([1, 2, None], dtype="Int64"),
            "object": [1, 2.5, None],
            "label": ["x", "y", "x"],
            "category": pd.Categorical([7, 7, None]),
        }
    )
    encoder = ColumnEncoder().fit(table)
    names = encoder.get_feature_names_out().tolist()
    assert names[:4] == ["number", "flag", "whole", "object"]
    assert names[4:7] == [f"missingindicator_{name}" for name in ("number", "whole", "object")]
    assert names[7:] == ["label_x", "label_infrequent_sklearn", "category_7", *names[-1:]]
    encoded = pd.DataFrame(encoder.transform(table), columns=names)
    assert_allclose(encoded["number"], np.array([-1, 0, 1]) * np.sqrt(1.5))
    assert_allclose(encoded[["number", "flag"]].mean(), 0, atol=1e-12)
    assert encoded["label_x"].tolist() == [1, 0, 1]
    assert encoded["category_7"].tolist() == [1, 1, 0]
    summed = encoder.sum_by_column(np.arange(encoded.shape[1])[None])
    assert summed.tolist() == [[0 + 4, 1, 2 + 5, 3 + 6, 7 + 8, 9 + 10]]


def test_labels_that_are_new_or_rare_have_no_flag_of_their_own():
    encoder = ColumnEncoder().fit(pd.DataFrame({"label": ["x"] * 3 + ["y"] * 2 + ["z"]}))
    new = encoder.transform(pd.DataFrame({"label": ["x", "z", "new", None]}))
    assert new.tolist() == [[1, 0, 0], [0, 0, 1], [0, 0, 1], [0, 0, 1]]


def test_numbers_far_from_what_they_were_give_finite_predictions():
    classifier = RNNTextClassifier(text=BOTH, **SHORT).fit(TABLE, LABELS)
    far = TABLE.assign(price=1e140)
    assert_allclose(classifier.predict_proba(far).sum(axis=1), 1, rtol=1e-5)
    encoder = ColumnEncoder().fit(pd.DataFrame({"number": [-1.0, 1.0]}))
    assert encoder.transform(pd.DataFrame({"number": [-1e140, 999.0]})).tolist() == [[-1e6], [999]]


def test_missing_values_of_numbers_and_labels_are_taken():
    table = TABLE.copy()
    table.loc[:40, "price"] = np.nan
    table.loc[20:60, "color"] = None
    rnn = RNNTextRegressor(text=BOTH, **LEAN).fit(table, Y)
    assert np.isfinite(rnn.predict(table)).all()


# Explanations


@pytest.mark.parametrize(
    ("text", "linear"),
    [
        ("title", False),
        (BOTH, False),
        (BOTH, True),
        pytest.param("title", True, marks=pytest.mark.slow),
    ],
)
def test_parts_of_tokens_and_columns_add_up(text, linear):
    table = TABLE if text == BOTH else TABLE.drop(columns="body")
    few = table[:5]
    rnn = RNNTextRegressor(text=text, linear=linear, **SHORT).fit(table, Y)
    sums = rnn.explain(few).groupby("text")["total"].sum()
    assert_allclose(sums, rnn.predict(few), rtol=1e-4)
    classifier = RNNTextClassifier(text=text, linear=linear, **SHORT).fit(table, LABELS)
    sums = classifier.explain(few).groupby(["text", "class"])["total"].sum().unstack()
    assert_allclose(softmax(sums.to_numpy(), axis=1), classifier.predict_proba(few), atol=1e-5)


def test_the_table_names_columns_and_what_they_hold(fitted):
    row = pd.DataFrame({"title": ["good end"], "price": [70.5], "body": ["bad"], "color": ["red"]})
    table = fitted.explain(row)
    assert list(table[["column", "place", "token"]].itertuples(False, None)) == [
        ("", -1, ""),
        ("price", 0, "price=70.5"),
        ("color", 0, "color=red"),
        ("title", 0, "good"),
        ("title", 1, "end"),
        ("body", 0, "bad"),
    ]
    total = table.set_index("token")["total"]
    assert total["price=70.5"] > 1
    assert total["good"] > 0 > total["bad"]


def test_the_linear_part_of_columns_is_exact(fitted):
    table = fitted.explain(TABLE[:3])
    encoded = fitted.columns_.transform(TABLE[["price", "color"]][:3])
    features = fitted.linear_["features"].output_indices_["columns"]
    added = encoded * fitted.linear_["regressor"].coef_[0, features] * fitted.weights_["linear"]
    assert_allclose(table["linear"][table["column"] == "price"], added[:, 0])
    assert_allclose(table["linear"][table["column"] == "color"], added[:, 1:].sum(axis=1))


def test_the_display_shows_columns_before_tokens(fitted):
    html = TokenWeightDisplay(fitted.explain(TABLE[:1]))._repr_html_()
    assert html.index("price=") < html.index("color=") < html.index(TABLE["title"][0].split()[0])
