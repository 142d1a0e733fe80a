"""What each token adds to the logits of a text."""

import warnings

import keras
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.special import softmax
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skrnn import RNNTextClassifier, SequenceTokenizer

TEXTS = ["a good film", "not good at all", "a bad film", "not bad at all", "so good", "so bad"] * 8
LABELS = np.array(["+", "-", "-", "+", "+", "-"] * 8)
THREE = np.array(["good", "bad", "film"] * 16)
SEVERAL = np.column_stack([LABELS == "+", [text.startswith("so") for text in TEXTS]]).astype(int)
TARGETS = {"two": LABELS, "three": THREE, "several": SEVERAL}
QUICK = {
    "units": 6,
    "embedding_dim": 6,
    "dropout": 0.0,
    "epochs": 4,
    "learning_rate": 0.02,
    "random_state": 0,
}
NEW = ["not so good a film", "zzz bad", "", "all at all, bad bad bad", "a"]


def fit(target="two", **words):
    return RNNTextClassifier(**QUICK | words).fit(TEXTS, TARGETS[target])


@pytest.fixture(scope="module")
def fitted():
    return {target: fit(target) for target in TARGETS}


def add_up(table, column="total"):
    """Give the sums of each text and class."""
    sums = table.groupby(["text", "class"], sort=False)[column].sum()
    return sums.to_numpy().reshape(table["text"].nunique(), -1)


def check_sums(classifier, texts, atol=1e-4):
    sums = add_up(classifier.explain(texts))
    if classifier._head == "multiclass":
        assert_allclose(softmax(sums, axis=1), classifier.predict_proba(texts), atol=atol)
    else:
        scores = classifier.decision_function(texts).reshape(len(texts), -1)
        assert_allclose(sums, scores, atol=atol)


# Sums


@pytest.mark.parametrize("target", TARGETS)
def test_parts_add_up_to_the_logits(fitted, target):
    check_sums(fitted[target], NEW)


@pytest.mark.parametrize("target", TARGETS)
def test_parts_add_up_without_a_linear_part(target):
    classifier = fit(target, linear=False)
    check_sums(classifier, NEW)
    assert (classifier.explain(NEW)["linear"] == 0).all()


@pytest.mark.parametrize(
    "words",
    [
        {"n_networks": 2},
        {"embedding": "onehot", "linear": False},
        {"network": "segment", "linear": False},
        {"pooling": "last", "cell": "simple", "bidirectional": False, "dense_units": 4},
        {"tokenizer": SequenceTokenizer(maxlen=2)},
        pytest.param(
            {"tokenizer": SequenceTokenizer(maxlen=2, truncating="post", padding="post")},
            marks=pytest.mark.slow,
        ),
        {"tokenizer": SequenceTokenizer(oov_token=None, max_features=5), "linear": False},
        {"tokenizer": SequenceTokenizer(analyzer="char"), "linear": False},
        {"tokenizer": SequenceTokenizer(analyzer="char", ngram_range=(2, 3))},
        {"tokenizer": SequenceTokenizer(ngram_range=(1, 2)), "linear": False},
        pytest.param({"tokenizer": SequenceTokenizer(analyzer=str.split)}, marks=pytest.mark.slow),
        {"tokenizer": make_pipeline(FunctionTransformer(np.char.upper), SequenceTokenizer())},
    ],
    ids=lambda words: "-".join(words),
)
def test_parts_add_up_for_every_network_and_tokenizer(words):
    check_sums(fit(**words), NEW)


def test_parts_add_up_where_the_network_is_sure():
    classifier = fit(linear=False, epochs=40, learning_rate=0.1)
    assert np.abs(classifier.decision_function(TEXTS)).min() > 5
    check_sums(classifier, TEXTS[:6], atol=1e-3)


def test_texts_that_are_explained_together_or_alone_have_the_same_parts(fitted):
    together = fitted["two"].explain(NEW)
    for number, text in enumerate(NEW):
        alone = fitted["two"].explain([text])
        ours = together[together["text"] == number]
        assert_allclose(alone["total"], ours["total"], atol=1e-5)


def test_explaining_warns_of_nothing(fitted):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted["two"].explain(NEW)


def test_many_more_steps_change_a_part_by_less_than_a_hundredth_of_the_largest(monkeypatch):
    classifier = fit(linear=False, epochs=20)
    parts = classifier.explain(TEXTS[:6])["network"]
    monkeypatch.setattr("skrnn.text._explain_network.N_STEPS", 1024)
    exact = classifier.explain(TEXTS[:6])["network"]
    assert_allclose(parts, exact, atol=0.01 * exact.abs().max())


# The table


@pytest.mark.parametrize("target", TARGETS)
def test_the_table_has_a_row_for_each_token_and_class(fitted, target):
    classifier = fitted[target]
    table = classifier.explain(["So good", ""])
    shown = classifier.classes_[1:] if target == "two" else classifier.classes_
    rows = [(0, -1, ""), (0, 0, "so"), (0, 1, "good"), (1, -1, "")]
    expected = [(*row, label) for row in rows for label in shown]
    assert list(table[["text", "place", "token", "class"]].itertuples(False, None)) == expected
    assert_allclose(table["network"] + table["linear"], table["total"])


def test_a_word_that_decides_has_the_largest_part():
    texts = ["it was good", "it was bad", "a good film", "a bad film"] * 12
    labels = ["+", "-"] * 24
    for linear in (True, False):
        words = QUICK | {"linear": linear, "epochs": 15}
        table = (
            RNNTextClassifier(**words).fit(texts, labels).explain(["a bad film", "it was good"])
        )
        tokens = table[table["place"] >= 0]
        rows = tokens["total"].abs().groupby(tokens["text"]).idxmax()
        largest = tokens.loc[rows]
        assert largest["token"].tolist() == ["bad", "good"]
        signs = {"+": 1, "-": -1}[table["class"][0]]
        assert (np.sign(largest["total"]) * signs).tolist() == [-1, 1]


# The network


def test_pads_and_unknown_words_add_nothing_to_the_network(fitted):
    table = fitted["two"].explain(["bad", "zzz bad qqq"])
    parts = table.set_index(["text", "token"])["network"]
    assert parts[1, "zzz"] == parts[1, "qqq"] == 0
    assert parts[0, "bad"] != 0
    long = "a good film not so bad at all " * 4
    after = fitted["two"].explain(["bad", long])
    assert_allclose(after["total"][:2], table["total"][:2], atol=1e-5)


@pytest.mark.parametrize(("truncating", "cut"), [("pre", [0, 1]), ("post", [2, 3])])
def test_tokens_that_are_cut_off_add_nothing_to_the_network(truncating, cut):
    classifier = fit(tokenizer=SequenceTokenizer(maxlen=2, truncating=truncating))
    table = classifier.explain(["not good at all"]).set_index("place")
    assert [place for place in range(4) if table["network"][place] == 0] == cut
    assert (table["linear"][cut] != 0).all()


def test_parts_of_a_network_that_adds_up_vectors_are_those_vectors():
    def build(description):
        inputs = keras.Input((None,), dtype="int32")
        vectors = keras.layers.Embedding(
            description["n_tokens"], description["embedding_dim"], name="embedding"
        )(inputs)
        total = keras.layers.Lambda(lambda x: keras.ops.sum(x, axis=1), output_shape=(6,))(vectors)
        return keras.Model(inputs, keras.layers.Dense(1, "sigmoid", name="output")(total))

    classifier = fit(network=build, linear=False)
    table = classifier.explain(["not good", "so good"])
    model = classifier.model_
    vectors = keras.ops.convert_to_numpy(model.get_layer("embedding").embeddings)
    kernel, bias = map(keras.ops.convert_to_numpy, model.get_layer("output").weights)
    each = vectors @ kernel[:, 0]
    for row in table.itertuples():
        number = classifier.tokenizer_.vocabulary_.get(row.token)
        assert row.network == pytest.approx(each[number] if row.place >= 0 else bias[0], abs=1e-4)


# The linear part


def test_each_feature_of_the_linear_part_is_shared_by_the_tokens_that_it_lies_in(fitted):
    classifier = fitted["two"]
    words = ["so", "bad", "so", "good"]
    features, inner = classifier.linear_["ngrams"], classifier.linear_["classifier"]
    (values,) = features.transform([" ".join(words)]).toarray()
    expected = np.zeros(4)
    for name, value in zip(features.get_feature_names_out(), values * inner.coef_[0], strict=True):
        kind, _, what = name.partition("=")
        if kind == "word":
            places = [i for i in range(4) if words[i] == what]
        elif kind == "pair":
            firsts = [i for i in range(3) if f"{words[i]} {words[i + 1]}" == what]
            places = [*firsts, *(i + 1 for i in firsts)]
        else:
            places = [i for i in range(4) if what in f" {words[i]} "]
        for place in places:
            expected[place] += value / len(places)
    table = classifier.explain([" ".join(words)])
    weight = classifier.weights_["linear"]
    assert np.abs(expected).min() > 0
    assert_allclose(table["linear"], weight * np.append(inner.intercept_, expected), atol=1e-9)


@pytest.mark.parametrize("target", TARGETS)
def test_linear_parts_add_up_to_the_linear_logits(fitted, target):
    classifier = fitted[target]
    sums = add_up(classifier.explain(NEW), "linear")
    scores = classifier.linear_.decision_function(NEW).reshape(sums.shape)
    assert_allclose(sums, classifier.weights_["linear"] * scores, atol=1e-9)


def test_characters_share_what_the_word_adds_that_they_stand_in():
    classifier = fit(tokenizer=SequenceTokenizer(analyzer="char"))
    table = classifier.explain(["so bad"])
    linear = table["linear"].to_numpy()[1:]
    assert "".join(table["token"]) == "so bad"
    assert linear[2] == 0
    for word in (linear[:2], linear[3:]):
        assert word[0] != 0
        assert_allclose(word, word[0])


def test_parts_of_words_share_what_the_word_adds():
    pytest.importorskip("tokenizers")
    classifier = fit(tokenizer=SequenceTokenizer(analyzer="bpe", max_features=12))
    check_sums(classifier, NEW)
    linear = classifier.explain(["not bad"]).set_index("token")["linear"]
    for word in ("not", "bad"):
        parts = linear[[*word]]
        assert parts.iloc[0] != 0
        assert_allclose(parts, parts.iloc[0])


# Bad input


def test_an_estimator_that_is_not_fitted_explains_nothing():
    with pytest.raises(NotFittedError):
        RNNTextClassifier().explain(TEXTS)


def test_what_is_no_text_is_refused(fitted):
    with pytest.raises(ValueError, match=r"X must hold n texts.*Give \[text\]"):
        fitted["two"].explain("so good")
    with pytest.raises(TypeError, match="Row 1 of X is None"):
        fitted["two"].explain(["so good", None])


def read_lengths(texts):
    return np.array([[len(text), 1] for text in texts])


def test_a_tokenizer_whose_tokens_are_not_known_is_refused():
    classifier = fit(tokenizer=FunctionTransformer(read_lengths), linear=False)
    with pytest.raises(TypeError, match=r"tokenizer must be a SequenceTokenizer.*FunctionTransf"):
        classifier.explain(TEXTS)


def test_a_network_without_an_embedding_of_that_name_is_refused():
    def build(description):
        inputs = keras.Input((None,), dtype="int32")
        vectors = keras.layers.Embedding(description["n_tokens"], 2, name="other")(inputs)
        pooled = keras.layers.GlobalAveragePooling1D()(vectors)
        return keras.Model(inputs, keras.layers.Dense(1, "sigmoid")(pooled))

    with pytest.raises(ValueError, match=r"must have a layer named 'embedding'.*'other'"):
        fit(network=build, linear=False).explain(TEXTS)
