"""The linear classifier beside the network of a text classifier, and how the two are joined."""

import pickle
import signal
from concurrent.futures import ThreadPoolExecutor

import keras
import numpy as np
import pytest
from grids import thin_out
from scipy.sparse import csr_array
from scipy.special import expit, logit, softmax
from sklearn.base import clone
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skrnn import RNNTextClassifier, SequenceTokenizer
from skrnn.text._held_out import cut_folds
from skrnn.text._joining import learn_weights, measure_chance
from skrnn.text._linear import NBLogisticRegression
from skrnn.text._ngrams import NGramFeatures

QUICK = {
    "cell": "simple",
    "units": 6,
    "bidirectional": False,
    "embedding_dim": 6,
    "dropout": 0.0,
    "epochs": 2,
    "learning_rate": 0.02,
    "random_state": 0,
}
TEXTS = ["a good film", "not good at all", "a bad film", "not bad at all", "so good", "so bad"] * 8
LABELS = np.array(["+", "-", "-", "+", "+", "-"] * 8)
THREE = np.array(["good", "bad", "film"] * 16)
SEVERAL = np.column_stack([LABELS == "+", [text.startswith("so") for text in TEXTS]]).astype(int)
TARGETS = {"two": LABELS, "three": THREE, "several": SEVERAL}


@pytest.fixture(scope="module")
def fitted():
    return {
        kind: RNNTextClassifier(**QUICK).fit(TEXTS, target) for kind, target in TARGETS.items()
    }


# Features


def read(texts, **words):
    features = NGramFeatures(SequenceTokenizer(), **words)
    return features, features.fit_transform(texts).toarray()


def test_features_are_those_of_scikit_learns_vectorizers():
    texts = ["Not bad, not bad at all", "it's bad", "at last: a film", ""]
    features, X = read(texts, min_df=1)
    analyze = {"tokenizer": str.split, "token_pattern": None}
    plain = ["not bad not bad at all", "it's bad", "at last a film", ""]
    words = CountVectorizer(ngram_range=(1, 2), binary=True, **analyze).fit(plain)
    parts = CountVectorizer(ngram_range=(3, 5), binary=True, analyzer="char_wb").fit(plain)
    names = features.get_feature_names_out()
    for vectorizer, kinds in ((words, ("word", "pair")), (parts, ("part",))):
        ours = [j for j, name in enumerate(names) if name.partition("=")[0] in kinds]
        order = [vectorizer.vocabulary_[names[j].partition("=")[2]] for j in ours]
        assert sorted(order) == list(range(len(vectorizer.vocabulary_)))
        np.testing.assert_array_equal(
            X[:, ours] > 0, vectorizer.transform(plain).toarray()[:, order]
        )


def test_rows_have_unit_length_shared_by_words_and_parts():
    features, X = read(TEXTS)
    is_part = [name.startswith("part=") for name in features.get_feature_names_out()]
    np.testing.assert_allclose((X[:, is_part] ** 2).sum(axis=1), 0.5)
    np.testing.assert_allclose((X**2).sum(axis=1), 1)


def test_transform_gives_what_fit_transform_does_and_nothing_for_what_is_new():
    features, X = read(TEXTS)
    np.testing.assert_array_equal(features.transform(TEXTS).toarray(), X)
    assert not features.transform(["", "zzz", "?!"]).toarray().any()
    held = features.transform(["zzz good"]).toarray()[0] > 0
    assert "word=good" in features.get_feature_names_out()[held]


def test_rare_features_are_left_out():
    texts = ["good film", "good film", "good end"]
    names = read(texts, min_df=2)[0].get_feature_names_out().tolist()
    assert [name for name in names if not name.startswith("part=")] == [
        *("word=good", "word=film", "pair=good film")
    ]
    assert "part= fil" in names
    assert "part=end" not in names


def test_many_texts_are_read_piece_by_piece(monkeypatch):
    features, X = read(TEXTS)
    monkeypatch.setattr("skrnn.text._ngrams.MANY_TOKENS", 5)
    np.testing.assert_array_equal(features.transform(TEXTS).toarray(), X)
    np.testing.assert_array_equal(read(TEXTS)[1], X)


def test_syllables_count_as_several_letters():
    names = read(["\uc88b\ub2e4", "\uc88b\uc558\ub2e4"], min_df=2)[0].get_feature_names_out()
    assert names.tolist() == ["part=\uc88b", "part=\ub2e4", "part= \uc88b", "part=\ub2e4 "]


# The classifier


def test_ratios_are_those_of_a_hand_computation():
    texts = ["good", "good film", "bad", "bad bad"]
    features, _ = read(texts, min_df=1)
    X = features.transform(texts)
    classifier = NBLogisticRegression().fit(X, [1, 1, 0, 0])
    names = features.get_feature_names_out().tolist()
    counts = (X.toarray() > 0).astype(int)
    inside, outside = 0.5 + counts[:2].sum(axis=0), 0.5 + counts[2:].sum(axis=0)
    assert inside[names.index("word=good")] == 2.5
    assert outside[names.index("word=bad")] == 2.5
    expected = np.log((inside / inside.sum()) / (outside / outside.sum()))
    np.testing.assert_allclose(classifier.log_count_ratios_, [expected])


def test_coefficients_are_those_of_a_regression_on_weighted_features():
    X = NGramFeatures(SequenceTokenizer()).fit_transform(TEXTS)
    classifier = NBLogisticRegression(random_state=0).fit(X, LABELS)
    weighted = X.toarray() * classifier.log_count_ratios_
    other = LogisticRegression(C=10, tol=1e-8, max_iter=10000).fit(weighted, LABELS)
    scores = classifier.decision_function(X)
    np.testing.assert_allclose(scores, other.decision_function(weighted), atol=0.05)
    np.testing.assert_allclose(scores, X @ classifier.coef_[0] + classifier.intercept_)


def test_each_of_several_classes_is_told_from_the_others():
    X = NGramFeatures(SequenceTokenizer()).fit_transform(TEXTS)
    classifier = NBLogisticRegression(random_state=0).fit(X, THREE)
    for number, label in enumerate(classifier.classes_):
        alone = NBLogisticRegression(random_state=0).fit(X, label == THREE)
        np.testing.assert_array_equal(classifier.coef_[number], alone.coef_[0])


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
def test_weights_count_as_repeated_texts_do(target):
    features = NGramFeatures(SequenceTokenizer())
    X, times = features.fit_transform(TEXTS), np.arange(len(TEXTS)) % 5 % 3
    weighed = NBLogisticRegression(random_state=0).fit(X, target, times)
    repeated = np.repeat(np.arange(len(TEXTS)), times)
    plain = NBLogisticRegression(random_state=0).fit(X[repeated], target[repeated])
    np.testing.assert_allclose(weighed.log_count_ratios_, plain.log_count_ratios_)
    np.testing.assert_allclose(weighed.predict_proba(X), plain.predict_proba(X), atol=0.02)


def test_a_class_without_texts_is_predicted_by_its_share():
    X = NGramFeatures(SequenceTokenizer()).fit_transform(TEXTS)
    classifier = NBLogisticRegression().fit(X, LABELS, classes=["+", "-", "?"])
    assert (classifier.decision_function(X)[:, 2] == np.log(0.5 / 48.5)).all()


# Weights


def draw_logits(head, scale, n=4000):
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(2, n, 3 if head == "multiclass" else 2))
    chances = np.tensordot(scale, logits, 1)
    if head != "multiclass":
        return logits, (rng.random(chances.shape) < expit(chances)).astype(float)
    drawn = (softmax(chances, axis=1).cumsum(axis=1) < rng.random((n, 1))).sum(axis=1)
    return logits, np.eye(3)[drawn.clip(max=2)]


@pytest.mark.parametrize("head", ["multiclass", "multilabel"])
def test_weights_that_made_the_labels_are_found(head):
    logits, targets = draw_logits(head, [1.5, 0.4])
    weights = learn_weights(logits, targets, head, np.ones(len(targets)))
    np.testing.assert_allclose(weights, [1.5, 0.4], atol=0.1)


def test_weights_are_neither_negative_nor_large():
    logits, targets = draw_logits("multilabel", [-2.0, 9.0])
    weights = learn_weights(logits, targets, "multilabel", np.ones(len(targets)))
    np.testing.assert_allclose(weights, [0, 3])


def test_few_texts_hardly_move_the_weights():
    logits, targets = draw_logits("multilabel", [3.0, 0.0], n=2)
    weights = learn_weights(logits, targets, "multilabel", np.ones(2))
    np.testing.assert_allclose(weights, [0.3, 0.8], atol=0.3)


@pytest.mark.parametrize("head", ["multiclass", "multilabel"])
def test_chance_is_the_loss_of_the_shares(head):
    targets = draw_logits(head, [1.0, 1.0], n=50)[1]
    shares = np.tile(targets.mean(axis=0), (50, 1))
    if head == "multiclass":
        expected = log_loss(targets.argmax(axis=1), shares)
    else:
        expected = np.mean([log_loss(t, s) for t, s in zip(targets.T, shares.T, strict=True)])
    ones = np.ones(50)
    assert measure_chance(targets, targets, ones, ones, head) == pytest.approx(expected)


# Both together


@pytest.mark.parametrize("kind", TARGETS)
def test_logits_are_the_weighted_sum(kind, fitted):
    rnn = fitted[kind]
    ids = rnn.tokenizer_.transform(TEXTS[:6])
    outputs = np.asarray(rnn.model_(ids), float)
    network = np.log(outputs) if kind == "three" else logit(outputs)
    linear = rnn.linear_.decision_function(TEXTS[:6]).reshape(network.shape)
    total = rnn.weights_["network"] * network + rnn.weights_["linear"] * linear
    expected = softmax(total, axis=1) if kind == "three" else expit(total)
    proba = rnn.predict_proba(TEXTS[:6])
    assert proba.dtype == np.float32
    np.testing.assert_allclose(proba[:, -expected.shape[1] :], expected, atol=1e-4)


@pytest.mark.parametrize("kind", TARGETS)
def test_predictions_agree(kind, fitted):
    rnn, target = fitted[kind], TARGETS[kind]
    proba, scores = rnn.predict_proba(TEXTS), rnn.decision_function(TEXTS)
    if kind != "several":
        np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-6)
    log_odds = logit(proba[:, 1] if kind == "two" else proba)
    np.testing.assert_allclose(scores, log_odds, atol=1e-4)
    predicted = rnn.predict(TEXTS)
    likeliest = proba > 0.5 if kind == "several" else rnn.classes_[proba.argmax(axis=1)]
    np.testing.assert_array_equal(predicted, likeliest)
    assert predicted.shape == target.shape
    agreement = predicted == target
    expected = agreement.all(axis=1).mean() if kind == "several" else agreement.mean()
    assert rnn.score(TEXTS, target) == pytest.approx(expected)


@pytest.mark.parametrize("kind", TARGETS)
def test_the_linear_part_stands_by_itself(kind, fitted):
    rnn, target = fitted[kind], TARGETS[kind]
    linear = rnn.linear_
    features = NGramFeatures(SequenceTokenizer())
    alone = make_pipeline(features, NBLogisticRegression(random_state=rnn._seed))
    alone.fit(TEXTS, target)
    np.testing.assert_array_equal(linear.predict_proba(TEXTS), alone.predict_proba(TEXTS))
    np.testing.assert_array_equal(linear.predict(TEXTS), alone.predict(TEXTS))
    names = linear["ngrams"].get_feature_names_out()
    assert linear["classifier"].coef_.shape == (
        1 if kind == "two" else target_width(target),
        len(names),
    )


def target_width(target):
    return target.shape[1] if target.ndim == 2 else len(np.unique(target))


def make_turns(n, seed):
    """Make texts whose label is whether one word comes before another, in any company."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(2, size=n)
    company = np.array(["film", "plot", "cast", "end"])[rng.integers(4, size=(n, 3))]
    pairs = np.where(labels[:, None] == 1, ["bad", "good"], ["good", "bad"])
    return [
        f"{a} {first} {b} {second} {c}"
        for (a, b, c), (first, second) in zip(company, pairs, strict=True)
    ], labels


@pytest.mark.core
def test_where_order_decides_the_network_is_kept():
    texts, labels = make_turns(1200, seed=0)
    words = {"cell": "gru", "units": 12, "embedding_dim": 12, "dropout": 0.0}
    rnn = RNNTextClassifier(**words, learning_rate=0.01, random_state=0).fit(texts, labels)
    new_texts, new_labels = make_turns(400, seed=1)
    assert rnn.linear_.score(new_texts, new_labels) < 0.6
    assert rnn.score(new_texts, new_labels) > 0.97
    assert rnn.weights_["network"] > 0.5


@pytest.mark.core
def test_where_words_decide_the_linear_part_leads():
    rng = np.random.default_rng(0)
    labels = rng.integers(2, size=240)
    texts = [f"{'yes' if label else 'no'} w{rng.integers(99)}" for label in labels]
    rnn = RNNTextClassifier(**QUICK | {"epochs": 1, "learning_rate": 1e-5})
    rnn.fit(texts[:200], labels[:200])
    assert rnn.score(texts[200:], labels[200:]) == 1
    assert rnn.weights_["linear"] > rnn.weights_["network"]


def test_a_network_at_chance_is_waited_for():
    texts, labels = make_turns(1000, seed=0)
    words = QUICK | {"learning_rate": 1e-6, "epochs": 6, "n_iter_no_change": 1, "tol": 0.01}
    assert RNNTextClassifier(**words).fit(texts, labels).n_iter_ == 6
    assert RNNTextClassifier(**words, linear=False).fit(texts, labels).n_iter_ == 2
    assert RNNTextClassifier(**words, loss="mse").fit(texts, labels).n_iter_ == 2


def test_without_a_linear_part_there_is_only_the_network():
    rnn = RNNTextClassifier(**QUICK, linear=False).fit(TEXTS, LABELS)
    ids = rnn.tokenizer_.transform(TEXTS)
    outputs = np.asarray(rnn.model_(ids))[:, 0]
    np.testing.assert_allclose(rnn.predict_proba(TEXTS)[:, 1], outputs, atol=1e-6)
    assert not hasattr(rnn, "linear_")
    assert not hasattr(rnn, "weights_")


def test_the_network_is_the_same_with_and_without_a_linear_part():
    texts, labels = TEXTS * 21, np.tile(LABELS, 21)  # enough to set some aside
    both, alone = (
        RNNTextClassifier(**QUICK, linear=linear).fit(texts, labels) for linear in (True, False)
    )
    assert both.history_ == alone.history_
    for ours, theirs in zip(both.model_.get_weights(), alone.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(ours, theirs)


def test_of_few_texts_the_network_learns_from_all(fitted):
    rnn = fitted["two"]
    alone = RNNTextClassifier(**QUICK, linear=False).fit(TEXTS, LABELS)
    assert rnn.history_ == alone.history_
    assert "val_loss" not in rnn.history_


def test_folds_hold_every_text_once_with_labels_in_proportion(fitted):
    rnn = fitted["three"]
    data = rnn._check_data(TEXTS, THREE, None, go_on=True)
    folds = cut_folds(data, THREE, 5, seed=0)
    held = np.concatenate([fold.rows for _, fold in folds])
    np.testing.assert_array_equal(np.sort(held), np.arange(len(TEXTS)))
    for rest, fold in folds:
        np.testing.assert_array_equal(np.union1d(rest.rows, fold.rows), np.arange(len(TEXTS)))
        assert set(np.unique(THREE[fold.rows], return_counts=True)[1]) <= {3, 4}


def test_weights_come_from_validation_data_where_given():
    upside_down = np.where(LABELS == "+", "-", "+")
    rnn = RNNTextClassifier(**QUICK)
    right = rnn.fit(TEXTS, LABELS, X_val=TEXTS, y_val=LABELS).weights_["linear"]
    wrong = rnn.fit(TEXTS, LABELS, X_val=TEXTS, y_val=upside_down).weights_["linear"]
    assert right > 0.8
    assert wrong < 0.1
    assert rnn.linear_.score(TEXTS, LABELS) == 1


def test_texts_are_held_out_from_the_linear_part_too():
    rng = np.random.default_rng(0)
    texts = [f"w{i}a w{i}b" for i in range(200)] * 5  # by heart, each in all parts but one
    labels = np.tile(rng.integers(2, size=200), 5)
    labels[800:] = rng.integers(2, size=200)
    rnn = RNNTextClassifier(**QUICK).fit(texts, labels)
    assert rnn.weights_["linear"] < 2.5


@pytest.mark.parametrize("kind", thin_out(TARGETS, ["three"]))
def test_several_networks_hold_out_a_fold_each(kind):
    target = TARGETS[kind]
    rnn = RNNTextClassifier(**QUICK, n_networks=3).fit(TEXTS, target)
    assert set(rnn.weights_) == {"network", "linear"}
    assert len(rnn._networks) == 3
    ids = rnn.tokenizer_.transform(TEXTS[:6])
    outputs = np.asarray(rnn.model_(ids), float)  # the mean of the three
    network = np.log(outputs) if target is THREE else logit(outputs)
    scores = rnn.linear_.decision_function(TEXTS[:6]).reshape(network.shape)
    total = rnn.weights_["network"] * network + rnn.weights_["linear"] * scores
    expected = softmax(total, axis=1) if target is THREE else expit(total)
    proba = rnn.predict_proba(TEXTS[:6])[:, -expected.shape[1] :]
    np.testing.assert_allclose(proba, expected, atol=1e-4)


def test_weights_of_samples_count_in_both_parts():
    turned = np.where(LABELS == "+", "-", "+")
    weight = np.repeat([1.0, 0.0], len(TEXTS))
    both = RNNTextClassifier(**QUICK).fit(TEXTS * 2, [*LABELS, *turned], sample_weight=weight)
    assert both.score(TEXTS, LABELS) == 1
    assert both.linear_.score(TEXTS, LABELS) == 1


def test_class_weights_count_in_the_linear_part():
    rare = [*TEXTS, *["a good film"] * 6]
    labels = [*["no"] * len(TEXTS), *["yes"] * 6]
    plain, balanced = (
        RNNTextClassifier(**QUICK, class_weight=weight).fit(rare, labels).linear_
        for weight in (None, "balanced")
    )
    new = ["a good film"]
    assert balanced.predict_proba(new)[0, 1] > plain.predict_proba(new)[0, 1] + 0.1


# The life of an estimator


def test_partial_fit_trains_the_network_alone(fitted):
    rnn = pickle.loads(pickle.dumps(fitted["two"]))
    linear, weights, network = rnn.linear_, rnn.weights_, rnn._weights
    rnn.partial_fit(TEXTS, LABELS)
    assert rnn.linear_ is linear
    assert rnn.weights_ is weights
    assert rnn._weights is not network
    begun = RNNTextClassifier(**QUICK).partial_fit(TEXTS, LABELS)
    assert not hasattr(begun, "linear_")
    assert begun.predict_proba(TEXTS).shape == (48, 2)


def test_a_warm_start_learns_the_linear_part_anew():
    rnn = RNNTextClassifier(**QUICK, warm_start=True).fit(TEXTS, LABELS)
    turned = np.where(LABELS == "+", "-", "+")
    rnn.fit(TEXTS, turned)
    assert rnn.n_iter_ == 4
    assert rnn.linear_.score(TEXTS, turned) == 1


def test_a_linear_part_goes_with_a_fit_without_it():
    rnn = RNNTextClassifier(**QUICK).fit(TEXTS, LABELS)
    rnn.set_params(linear=False)
    assert hasattr(rnn.fit(TEXTS, LABELS), "linear_") is False


@pytest.mark.parametrize("kind", TARGETS)
def test_pickles_and_seeds_give_the_same_bits(kind, fitted):
    rnn, target = fitted[kind], TARGETS[kind]
    loaded = pickle.loads(pickle.dumps(rnn))
    again = clone(rnn).fit(TEXTS, target)
    for other in (loaded, again):
        assert other.weights_ == rnn.weights_
        np.testing.assert_array_equal(other.predict_proba(TEXTS), rnn.predict_proba(TEXTS))


def test_columns_do_not_depend_on_the_process():
    names = NGramFeatures(SequenceTokenizer()).fit(TEXTS).get_feature_names_out()
    parts = [name for name in names if name.startswith("part=")]
    assert parts[:5] == ["part= a ", "part= go", "part=goo", "part=ood", "part=od "]


def test_a_failed_fit_leaves_linear_part_and_weights(fitted):
    rnn = pickle.loads(pickle.dumps(fitted["two"]))
    before = dict(vars(rnn))
    for texts, labels in ([TEXTS, LABELS[:-1]], [[*TEXTS[:-1], None], LABELS]):
        with pytest.raises((ValueError, TypeError)):
            rnn.fit(texts, labels)
    rnn.set_params(learning_rate=1e30)
    with pytest.raises(ValueError, match="diverged"):
        rnn.fit(TEXTS, LABELS)
    assert {k: v for k, v in vars(rnn).items() if k != "learning_rate"} == {
        k: v for k, v in before.items() if k != "learning_rate"
    }


class Press(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize("call", [1, 2])
def test_ctrl_c_in_a_trial_keeps_the_network(call, monkeypatch, fitted):
    train, calls = RNNTextClassifier._train_network, []

    def train_with_press(self, engine, *arguments):
        engine.callbacks = [Press()] if len(calls) == call else None
        calls.append(engine)
        return train(self, engine, *arguments)

    monkeypatch.setattr(RNNTextClassifier, "_train_network", train_with_press)
    usual = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        with pytest.warns(UserWarning, match="interrupted by user"):
            rnn = RNNTextClassifier(**QUICK).fit(TEXTS, LABELS)
    finally:
        signal.signal(signal.SIGINT, usual)
    assert len(calls) == call + 1
    assert rnn.history_ == fitted["two"].history_
    assert rnn.linear_.score(TEXTS, LABELS) == 1
    assert (rnn.weights_ == {"network": 0.3, "linear": 0.8}) is (call == 1)


# Texts at the edge


@pytest.mark.parametrize("n_networks", [1, 3])
def test_training_goes_on_with_one_text(n_networks):
    rnn = RNNTextClassifier(**QUICK, warm_start=True, n_networks=n_networks)
    rnn.fit(TEXTS, LABELS).fit(["a good film"], ["+"])
    assert rnn.weights_ == {"network": 0.3, "linear": 0.8}
    assert rnn.n_iter_ == 4


def test_two_texts_are_enough():
    rnn = RNNTextClassifier(**QUICK).fit(["good", "bad"], [1, 0])
    assert np.isfinite(rnn.predict_proba(["good", "bad", "other", ""])).all()


@pytest.mark.parametrize("n_networks", [1, 3])
def test_a_label_may_have_one_text(n_networks):
    rnn = RNNTextClassifier(**QUICK, n_networks=n_networks)
    rnn.fit([*TEXTS, "odd one", "other one"], [*LABELS, "?", "!"])
    proba = rnn.predict_proba(["odd one", "good"])
    np.testing.assert_allclose(proba.sum(axis=1), 1, rtol=1e-6)
    assert proba.shape == (2, 4)


def test_labels_that_all_or_no_texts_have_are_learned():
    y = np.column_stack([LABELS == "+", np.ones(48), np.zeros(48)]).astype(int)
    rnn = RNNTextClassifier(**QUICK | {"epochs": 20}).fit(TEXTS, y)
    assert (rnn.predict(TEXTS)[:, 1:] == [1, 0]).all()


def test_no_feature_may_be_left():
    texts = [f"{chr(97 + i)}{chr(98 + i)}" for i in range(0, 24, 2)]  # nothing comes twice
    rnn = RNNTextClassifier(**QUICK).fit(texts, [0, 1] * 6)
    assert rnn.linear_["ngrams"].n_features_ == 0
    np.testing.assert_allclose(rnn.linear_.predict_proba(texts), 0.5)
    assert np.isfinite(rnn.predict_proba(texts)).all()


def test_empty_texts_are_learned_and_predicted():
    rnn = RNNTextClassifier(**QUICK).fit([*TEXTS, "", ""], [*LABELS, "+", "-"])
    assert np.isfinite(rnn.predict_proba(["", " ", "?"])).all()


# What words are


def list_names(tokenizer, texts=TEXTS):
    rnn = RNNTextClassifier(**QUICK | {"epochs": 1}, tokenizer=tokenizer)
    rnn.fit(texts, [0, 1] * (len(texts) // 2))
    assert rnn.predict(texts).shape == (len(texts),)
    return set(rnn.linear_["ngrams"].get_feature_names_out())


def test_words_are_those_of_the_tokenizer():
    texts = ["a|B", "B|a"] * 10
    own = list_names(SequenceTokenizer(analyzer=lambda text: text.split("|")), texts)
    assert {"word=a", "word=B", "pair=a B"} <= own
    assert "word=b" not in own
    assert "word=Good" in list_names(SequenceTokenizer(lowercase=False), ["Good", "bad"] * 6)
    few = list_names(SequenceTokenizer(stop_words=["a"], vocabulary=["good"]))
    assert "word=a" not in few
    assert "word=bad" in few  # a small vocabulary is for the network


def test_tokenizers_that_do_not_say_what_words_are_leave_it_to_the_default(fitted):
    expected = set(fitted["two"].linear_["ngrams"].get_feature_names_out())
    assert list_names(SequenceTokenizer(analyzer="char")) == expected
    ids = SequenceTokenizer()
    other = make_pipeline(ids, FunctionTransformer())
    assert list_names(other) == expected


def test_steps_before_the_tokenizer_are_done_first():
    swap = FunctionTransformer(swap_words)
    names = list_names(make_pipeline(swap, SequenceTokenizer()))
    assert "word=grand" in names
    assert "word=good" not in names


def swap_words(texts):
    return [text.replace("good", "grand") for text in texts]


def test_threads_give_the_bits_that_one_gives():
    rng = np.random.default_rng(0)
    X = csr_array(rng.random((200, 400)) * (rng.random((200, 400)) < 0.1))
    y = X[:, [0]].toarray()[:, 0] > rng.random(200) * 0.2

    def fit(n_rows):
        return NBLogisticRegression(random_state=0).fit(X[:n_rows], y[:n_rows]).coef_

    sizes = range(120, 200, 5)
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(fit, sizes))
    for ours, alone in zip(found, map(fit, sizes), strict=True):
        np.testing.assert_array_equal(ours, alone)
