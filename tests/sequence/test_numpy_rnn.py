"""The recurrent network that is written out in NumPy."""

import pickle
import random
import subprocess
import sys
from itertools import product
from types import SimpleNamespace

import keras
import numpy as np
import pytest
from grids import thin_out
from listeners import Listener, needs_callbacks
from scipy.special import expit
from sklearn.base import clone
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline

from skrnn import NumpyRNNClassifier, RNNClassifier, SequenceTokenizer
from skrnn.sequence._numpy_network import compute_gradients, initialize_weights, score_batch
from skrnn.sequence._numpy_rnn import BestEpoch

QUICK = {"units": 6, "epochs": 25, "learning_rate": 0.2, "random_state": 0}
ONE_STEP = {"units": 5, "epochs": 1, "batch_size": 40, "random_state": 0}
HEADS = ["binary", "multiclass", "multilabel"]
INPUTS = ["values", "missing", "ids"]
DIAGONAL = [("values", "binary"), ("missing", "multiclass"), ("ids", "multilabel")]


@pytest.fixture
def X():
    return np.random.default_rng(0).normal(size=(150, 5))


@pytest.fixture
def y(X):
    return np.where(X.sum(axis=1) > 0, "up", "down")


def make_panel(kind, n=40, n_steps=6):
    """Make sequences of unequal lengths, but for plain values."""
    rng = np.random.default_rng(1)
    if kind == "ids":
        ids = rng.integers(1, 9, (n, n_steps))
        return np.where(np.arange(n_steps) < rng.integers(1, n_steps + 1, (n, 1)), ids, 0)
    values = rng.normal(size=(n, n_steps, 3))
    if kind == "missing":
        values[rng.random((n, n_steps)) < 0.4, 1] = np.nan
        values[:, 2] = 0.3
    return values


def make_targets(head, n=40):
    rng = np.random.default_rng(2)
    if head == "multilabel":
        return np.vstack([np.eye(3, dtype=int), rng.integers(0, 2, (n - 3, 3))])
    return np.arange(n) % (2 if head == "binary" else 3)


def read_weights(rnn):
    """Give the weights in Keras's order."""
    (kernel, recurrent, output), (bias, output_bias) = rnn.coefs_, rnn.intercepts_
    return [kernel, recurrent, bias, output, output_bias]


def start_alike(X, y, **words):
    """Give a network of Keras and one of ours, hardly trained, with the same weights."""
    embedding = "onehot" if X.ndim == 2 else None
    words = ONE_STEP | {"embedding": embedding, "learning_rate": 1e-30} | words
    theirs = RNNClassifier(cell="simple", optimizer="sgd", **words).fit(X, y)
    ours = NumpyRNNClassifier(**words).fit(X, y)
    ours._weights = [weight.astype(float) for weight in theirs.model_.get_weights()]
    return theirs, ours


# Keras


def test_neither_import_nor_fit_loads_keras():
    code = """
import sys
import numpy as np
import skrnn
X = np.random.default_rng(0).normal(size=(40, 6))
skrnn.NumpyRNNClassifier(epochs=2, early_stopping=True).fit(X, X[:, 0] > 0).predict(X)
print({"keras", "tensorflow", "scikeras", "jax", "torch"} & set(sys.modules))
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"
    assert ran.stderr == ""


@pytest.mark.parametrize(("kind", "head"), thin_out(product(INPUTS, HEADS), DIAGONAL))
def test_probabilities_are_those_of_keras(kind, head):
    X, y = make_panel(kind), make_targets(head)
    theirs, ours = start_alike(X, y)
    expected = theirs.predict_proba(X)
    assert np.ptp(expected[:, 0]) > 0.1
    np.testing.assert_allclose(ours.predict_proba(X), expected, atol=1e-6)
    assert ours.predict_proba(X).dtype == np.float32


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize(("kind", "head"), thin_out(product(INPUTS, HEADS), DIAGONAL))
def test_a_step_is_that_of_keras(kind, head, weighted):
    X, y = make_panel(kind), make_targets(head)
    theirs, ours = start_alike(X, y)
    before = read_weights(ours)
    weights = np.linspace(0.1, 3, 40) if weighted else None
    theirs.set_params(learning_rate=1.0).fit(X, y, sample_weight=weights)
    ours.set_params(learning_rate=1.0).partial_fit(X, y, sample_weight=weights)
    for start, a, b in zip(before, read_weights(ours), theirs.model_.get_weights(), strict=True):
        assert np.abs(a - start).max() > 1e-3
        np.testing.assert_allclose(a, b, atol=2e-6)
    assert ours.history_["loss"][1] == pytest.approx(theirs.history_["loss"][0], rel=1e-5)
    if head != "multilabel":  # of which Keras compares the largest only
        assert ours.history_["accuracy"][1] == pytest.approx(theirs.history_["accuracy"][0])


@pytest.mark.parametrize("kind", INPUTS)
def test_a_truncated_step_is_that_of_keras(kind):
    X, y = make_panel(kind), make_targets("multiclass")
    theirs, ours = start_alike(X, y, truncate_gradient=2)
    theirs.set_params(learning_rate=1.0).fit(X, y)
    ours.set_params(learning_rate=1.0).partial_fit(X, y)
    for a, b in zip(read_weights(ours), theirs.model_.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=2e-6)


def test_long_gradients_are_scaled_down_as_in_keras():
    X, y = make_panel("ids"), make_targets("binary")
    theirs, ours = start_alike(X, y, clipnorm=0.1)
    before = read_weights(ours)
    theirs.set_params(learning_rate=1.0).fit(X, y)
    ours.set_params(learning_rate=1.0).partial_fit(X, y)
    for a, b in zip(read_weights(ours), theirs.model_.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=2e-6)
    norms = [np.linalg.norm(a - b) for a, b in zip(read_weights(ours), before, strict=True)]
    assert max(norms) == pytest.approx(0.1)
    assert min(norms) < 0.09


@pytest.mark.parametrize("losses", [[3, 2, 1, 1, 1], [1, 2, 0.95, 0.5, 2, 2, 2], [1, 1, 1]])
@pytest.mark.parametrize("patience", [1, 2])
@pytest.mark.parametrize("tol", [0.0, 0.1])
def test_training_stops_where_keras_stops(losses, patience, tol):
    model = SimpleNamespace(stop_training=False, get_weights=list)
    theirs = keras.callbacks.EarlyStopping(
        "val_loss", tol, patience, mode="min", restore_best_weights=True
    )
    theirs.set_model(model)
    theirs.on_train_begin()
    ours = BestEpoch(patience, tol)
    for epoch, loss in enumerate(losses):
        theirs.on_epoch_end(epoch, {"val_loss": loss})
        assert ours.is_long_past(loss, [np.array(epoch)]) == model.stop_training
        assert ours.weights == [theirs.best_epoch]
        if model.stop_training:
            break


# Gradients


def compute_reference_losses(weights, sequences, y, frozen):
    """Compute losses one sequence and step at a time, each beginning with a given state."""
    W, U, b, V, c = weights
    losses = []
    for sequence, target, h in zip(sequences, y, frozen, strict=True):
        for x in sequence:
            h = np.tanh(x @ W + h @ U + b)
        logits = h @ V + c
        if y.ndim == 1:
            losses.append(-np.log(np.exp(logits[target]) / np.exp(logits).sum()))
        else:
            right = np.where(target == 1, expit(logits), 1 - expit(logits))
            losses.append(-np.log(right).mean())
    return np.array(losses)


def split_sequences(X, depth):
    """Give the first steps of each sequence, and the last ``depth``, as vectors."""
    if X.ndim == 2:
        sequences = [np.eye(9)[row[row != 0]] for row in X]
    else:
        sequences = [row[~np.isnan(row).any(axis=1)] for row in X]
    cuts = [max(0, len(row) - depth) for row in sequences]
    parts = [(row[:cut], row[cut:]) for row, cut in zip(sequences, cuts, strict=True)]
    return zip(*parts, strict=True)


def pack(X):
    """Put padding, or missing steps, behind the others."""
    known = X != 0 if X.ndim == 2 else ~np.isnan(X).any(axis=2)
    order = np.argsort(~known, axis=1, kind="stable")
    return np.stack([row[steps] for row, steps in zip(X, order, strict=True)])


def differentiate(weights, compute_loss, step=1e-5):
    """Give central differences of a loss by each weight."""
    gradients = [np.zeros_like(weight) for weight in weights]
    for weight, gradient in zip(weights, gradients, strict=True):
        for place in np.ndindex(weight.shape):
            kept = weight[place]
            for sign in (1, -1):
                weight[place] = kept + sign * step
                gradient[place] += sign * compute_loss() / (2 * step)
            weight[place] = kept
    return gradients


def follow_back(weights, X, y, depth=None, sample_weight=1.0):
    """Give the gradients, that of the input kernel for all its rows."""
    _, passed = score_batch(weights, X, y, sample_weight)
    rows, (by_kernel, *others) = compute_gradients(weights, *passed, depth)
    whole = np.zeros_like(weights[0])
    whole[rows] = by_kernel
    return [whole, *others]


def prepare(kind, head):
    X, y = pack(make_panel(kind)), make_targets(head)
    y = y if head == "multiclass" else y.reshape(40, -1).astype(np.float32)
    n_inputs = 9 if kind == "ids" else 3
    n_outputs = 1 if head == "binary" else 3
    weights = initialize_weights(n_inputs, 4, n_outputs, np.random.default_rng(3))
    return [weight + 0.1 for weight in weights], X, y


@pytest.mark.parametrize("depth", [None, 1, 3])
@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("kind", INPUTS)
def test_gradients_are_differences_of_the_loss_with_the_state_before_held(kind, head, depth):
    weights, X, y = prepare(kind, head)
    first, last = split_sequences(X, depth or 99)
    W, U, b, _, _ = weights
    frozen = []
    for sequence in first:
        h = np.zeros(4)
        for x in sequence:
            h = np.tanh(x @ W + h @ U + b)
        frozen.append(h)
    weighs = np.linspace(0.5, 2, 40)

    def compute_loss():
        return (compute_reference_losses(weights, last, y, frozen) * weighs).mean()

    sums, _ = score_batch(weights, X, y, weighs)
    assert sums[0] / 40 == pytest.approx(compute_loss())
    expected = differentiate(weights, compute_loss)
    for a, b in zip(follow_back(weights, X, y, depth, weighs), expected, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-8)


@pytest.mark.parametrize("kind", INPUTS)
def test_gradients_are_truncated_below_the_longest_sequence_only(kind):
    weights, X, y = prepare(kind, "binary")
    full = follow_back(weights, X, y)
    for depth in (6, 7, 100):
        for a, b in zip(follow_back(weights, X, y, depth), full, strict=True):
            np.testing.assert_array_equal(a, b)
    for part in (0, 1, 2):
        assert np.abs(follow_back(weights, X, y, 2)[part] - full[part]).max() > 1e-3
    for part in (3, 4):
        np.testing.assert_array_equal(follow_back(weights, X, y, 2)[part], full[part])


def test_truncation_reaches_the_training_and_not_the_prediction(X, y):
    full, short = (NumpyRNNClassifier(**QUICK, truncate_gradient=k).fit(X, y) for k in (None, 1))
    assert not np.allclose(full.coefs_[1], short.coefs_[1])
    enough = NumpyRNNClassifier(**QUICK, truncate_gradient=5).fit(X, y)
    np.testing.assert_array_equal(enough.coefs_[1], full.coefs_[1])
    before = full.predict_proba(X)
    np.testing.assert_array_equal(full.set_params(truncate_gradient=1).predict_proba(X), before)


# Initial weights


def test_weights_begin_orthogonal_and_in_glorots_bounds():
    rng = np.random.default_rng(0)
    kernel, recurrent, bias, output, output_bias = initialize_weights(200, 16, 3, rng)
    np.testing.assert_allclose(recurrent @ recurrent.T, np.eye(16), atol=1e-12)
    for drawn in (kernel, output):
        limit = np.sqrt(6 / sum(drawn.shape))
        assert 0.9 * limit < np.abs(drawn).max() <= limit
        assert abs(drawn.mean()) < 0.2 * limit
    assert not bias.any()
    assert not output_bias.any()
    diagonals = [np.diag(initialize_weights(1, 3, 1, rng)[1]) for _ in range(200)]
    assert abs(np.mean(diagonals)) < 0.1  # as likely turned one way as the other


def test_same_seed_gives_the_same_bits(X, y):
    first, same, other = (
        NumpyRNNClassifier(**QUICK | {"random_state": seed}).fit(X, y) for seed in (0, 0, 1)
    )
    assert same.history_ == first.history_
    np.testing.assert_array_equal(same.coefs_[1], first.coefs_[1])
    assert not np.allclose(other.coefs_[1], first.coefs_[1])


def test_global_random_state_is_neither_read_nor_changed(X, y):
    rnn = NumpyRNNClassifier(**QUICK, early_stopping=True)
    first = rnn.fit(X, y).coefs_[0]
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    before = random.getstate(), np.random.get_state()  # noqa: NPY002
    np.testing.assert_array_equal(rnn.fit(X, y).coefs_[0], first)
    assert random.getstate() == before[0]
    for a, b in zip(np.random.get_state(), before[1], strict=True):  # noqa: NPY002
        np.testing.assert_array_equal(a, b)


# What it learns


def test_the_sign_of_a_sum_is_learned(X, y):
    rnn = NumpyRNNClassifier(**QUICK).fit(X, y)
    assert rnn.score(X, y) > 0.9
    assert set(rnn.predict(X)) == {"down", "up"}
    assert rnn.n_features_in_ == 5


def test_three_classes_and_several_labels_are_learned(X):
    words = QUICK | {"epochs": 80}
    three = np.digitize(X[:, -1], [-0.5, 0.5])
    assert NumpyRNNClassifier(**words).fit(X, three).score(X, three) > 0.9
    flags = (X[:, [2, 4]] > 0).astype(int)
    rnn = NumpyRNNClassifier(**words | {"units": 16, "learning_rate": 0.5}).fit(X, flags)
    assert (rnn.predict(X) == flags).mean() > 0.9
    assert rnn.history_["accuracy"][-1] == pytest.approx(rnn.score(X, flags), abs=0.05)


def test_token_ids_are_learned():
    ids = np.random.default_rng(0).integers(1, 12, (200, 6))
    rnn = NumpyRNNClassifier(**QUICK, embedding="onehot").fit(ids, ids[:, -1] > 6)
    assert rnn.score(ids, ids[:, -1] > 6) > 0.9
    assert [coef.shape for coef in rnn.coefs_] == [(12, 6), (6, 6), (6, 1)]
    assert [intercept.shape for intercept in rnn.intercepts_] == [(6,), (1,)]


def test_classes_are_weighed(X, y):
    rnn, heavy = (
        NumpyRNNClassifier(**QUICK | {"epochs": 3}, class_weight=weight).fit(X, y)
        for weight in (None, {"up": 9})
    )
    assert (heavy.predict(X) == "up").sum() > (rnn.predict(X) == "up").sum()


# Missing steps


@pytest.mark.parametrize("truncate_gradient", [None, 2])
def test_where_padding_stands_does_not_matter(truncate_gradient):
    behind, y = make_panel("ids"), make_targets("binary")
    front = np.array([np.roll(row, (row == 0).sum()) for row in behind])
    words = QUICK | {"embedding": "onehot", "truncate_gradient": truncate_gradient}
    rnn = NumpyRNNClassifier(**words).fit(behind, y)
    expected = rnn.predict_proba(behind)
    assert np.ptp(expected) > 0.1
    wide = np.pad(front, [(0, 0), (3, 0)])
    np.testing.assert_allclose(rnn.predict_proba(front), expected, atol=1e-7)
    np.testing.assert_allclose(rnn.predict_proba(wide), expected, atol=1e-7)
    same = NumpyRNNClassifier(**words).fit(front, y)
    np.testing.assert_allclose(same.predict_proba(front), expected, atol=1e-7)


def test_a_missing_step_is_skipped(X, y):
    rnn = NumpyRNNClassifier(**QUICK).fit(X, y)
    holes = X.copy()
    holes[:, 1] = np.nan
    short = np.delete(X, 1, axis=1)[:, :, None]
    np.testing.assert_allclose(rnn.predict_proba(holes), rnn.predict_proba(short), atol=1e-7)


def test_a_sequence_without_a_known_step_is_left_at_the_state_it_began_with():
    ids = make_panel("ids")
    ids[:8] = 0
    rnn = NumpyRNNClassifier(**QUICK, embedding="onehot").fit(ids, make_targets("binary"))
    expected = expit(rnn.intercepts_[1][0])
    np.testing.assert_allclose(rnn.predict_proba(ids[:8])[:, 1], expected, rtol=1e-6)
    np.testing.assert_allclose(rnn.predict_proba([[99, 99]])[:, 1], expected, rtol=1e-6)


def test_predictions_do_not_depend_on_the_batch():
    X, y = make_panel("missing"), make_targets("multiclass")
    rnn = NumpyRNNClassifier(**QUICK).fit(X, y)
    whole = rnn.predict_proba(X)
    for size in (1, 7, 1000):
        np.testing.assert_allclose(rnn.set_params(batch_size=size).predict_proba(X), whole)


# Epochs


def test_history_holds_the_mean_over_the_sequences(X, y):
    weights = np.linspace(0, 2, 150)
    rnn = NumpyRNNClassifier(**QUICK | {"epochs": 1, "learning_rate": 1e-12, "batch_size": 32})
    rnn.fit(X, y)
    proba = rnn.predict_proba(X)
    assert rnn.history_["loss"] == pytest.approx([log_loss(y, proba)])
    assert rnn.history_["accuracy"] == pytest.approx([rnn.score(X, y)])
    rnn.fit(X, y, sample_weight=weights)
    losses = -np.log(proba[np.arange(150), (y == "up").astype(int)])
    assert rnn.history_["loss"] == pytest.approx([(losses * weights).sum() / 149])


@pytest.mark.parametrize("head", HEADS)
def test_validation_scores_are_those_of_scikit_learn(head):
    X, y = make_panel("missing"), make_targets(head)
    rnn = NumpyRNNClassifier(**QUICK | {"epochs": 4}).fit(X[:30], y[:30], X_val=X, y_val=y)
    assert list(rnn.history_) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert {len(values) for values in rnn.history_.values()} == {4}
    assert rnn.history_["val_accuracy"][-1] == accuracy_score(y, rnn.predict(X))
    proba = rnn.predict_proba(X)
    pairs = zip(y.T, proba.T, strict=True) if head == "multilabel" else [(y, proba)]
    expected = np.mean([log_loss(*pair) for pair in pairs])
    assert rnn.history_["val_loss"][-1] == pytest.approx(expected)


def test_early_stopping_restores_the_best_epoch(X):
    y = np.random.default_rng(1).integers(0, 2, 150)  # noise: the best is soon over
    words = QUICK | {"epochs": 300, "early_stopping": True, "n_iter_no_change": 4, "tol": 0.0}
    rnn = NumpyRNNClassifier(**words).fit(X[:75], y[:75], X_val=X[75:], y_val=y[75:])
    losses = rnn.history_["val_loss"]
    assert rnn.n_iter_ == len(losses) == np.argmin(losses) + 5 < 300
    assert log_loss(y[75:], rnn.predict_proba(X[75:])) == pytest.approx(min(losses))
    rnn.set_params(early_stopping=False, epochs=rnn.n_iter_ + 5)
    assert rnn.fit(X[:75], y[:75], X_val=X[75:], y_val=y[75:]).n_iter_ == rnn.epochs


def test_early_stopping_sets_a_part_aside(X, y):
    rnn = NumpyRNNClassifier(**QUICK, early_stopping=True, n_iter_no_change=1, tol=9.0)
    assert rnn.fit(X, y).n_iter_ == 2
    assert len(rnn.history_["val_loss"]) == 2


def test_warm_start_goes_on(X, y):
    words = QUICK | {"epochs": 3}
    rnn = NumpyRNNClassifier(**words, warm_start=True).fit(X, y)
    first, kept = rnn.history_["loss"], rnn.coefs_[0].copy()
    given = rnn.coefs_[0]
    rnn.fit(X, y)
    assert rnn.n_iter_ == 6
    assert rnn.history_["loss"][:3] == first
    assert rnn.history_["loss"][3] < first[2]
    np.testing.assert_array_equal(given, kept)  # what was handed out is not trained on
    cold = NumpyRNNClassifier(**words).fit(X, y)
    assert cold.fit(X, y).n_iter_ == 3
    with pytest.raises(ValueError, match="units=3"):
        rnn.set_params(units=3).fit(X, y)


def test_partial_fit_knows_classes_that_have_not_come(X):
    y = np.digitize(X[:, -1], [-0.5, 0.5])
    rnn = NumpyRNNClassifier(**QUICK)
    rnn.partial_fit(X[y < 2], y[y < 2], classes=[0, 1, 2])
    for _ in range(40):
        rnn.partial_fit(X, y)
    assert rnn.n_iter_ == 41
    assert rnn.score(X, y) > 0.8


@pytest.mark.parametrize("past", [0, 1])
def test_a_training_that_diverges_raises_and_changes_nothing(X, y, past):
    rnn = NumpyRNNClassifier(**QUICK | {"epochs": 1}, warm_start=True)
    if past:
        rnn.fit(X, y)
    before, weights = vars(rnn).copy(), [w.copy() for w in read_weights(rnn)] if past else []
    rnn.set_params(learning_rate=1e308, epochs=9)
    with pytest.raises(ValueError, match=r"loss is (nan|inf) after epoch 1.*: training diverged"):
        rnn.fit(X, y)
    rnn.set_params(**{name: before[name] for name in ("learning_rate", "epochs")})
    assert vars(rnn) == before
    for a, b in zip(read_weights(rnn) if past else [], weights, strict=True):
        np.testing.assert_array_equal(a, b)


@needs_callbacks
def test_scikit_learns_callbacks_hear_of_each_epoch(X, y):
    heard = []

    class Listen(Listener):
        def on_fit_task_end(self, estimator, context, *, X=None, y=None, fitted_estimator=None):
            if context.task_name == "epoch":
                heard.append(fitted_estimator)
                return len(heard) == 3

    rnn = NumpyRNNClassifier(**QUICK).set_callbacks(Listen()).fit(X, y)
    assert rnn.n_iter_ == 3
    np.testing.assert_array_equal(heard[2].coefs_[0], rnn.coefs_[0])
    assert not np.allclose(heard[1].coefs_[0], rnn.coefs_[0])


def test_progress_bar_shows_epochs(X, y, capsys):
    pytest.importorskip("rich")
    callback = pytest.importorskip("sklearn.callback")
    NumpyRNNClassifier(**QUICK | {"epochs": 2}).set_callbacks(callback.ProgressBar()).fit(X, y)
    assert "NumpyRNNClassifier" in capsys.readouterr().out


def test_verbose_prints_a_line_per_epoch(X, y, capsys):
    rnn = NumpyRNNClassifier(**QUICK | {"epochs": 2}, verbose=1).fit(X, y, X_val=X, y_val=y)
    lines = capsys.readouterr().out.splitlines()
    assert [line.split(" - ")[0] for line in lines] == ["Epoch 1/2", "Epoch 2/2"]
    assert f"val_loss: {rnn.history_['val_loss'][1]:.4f}" in lines[1]
    rnn.set_params(verbose=0).fit(X, y)
    assert capsys.readouterr().out == ""


# scikit-learn


def test_it_is_pickled_and_cloned(X, y):
    rnn = NumpyRNNClassifier(**QUICK, truncate_gradient=2).fit(X, y)
    loaded = pickle.loads(pickle.dumps(rnn))
    np.testing.assert_array_equal(loaded.predict_proba(X), rnn.predict_proba(X))
    assert clone(rnn).get_params() == rnn.get_params()
    assert not hasattr(clone(rnn), "coefs_")
    assert repr(NumpyRNNClassifier(units=8)) == "NumpyRNNClassifier(units=8)"


def test_truncation_is_searched_over():
    X = np.random.default_rng(0).normal(size=(200, 5))
    y = X[:, 1] > 0  # three steps before the last
    search = GridSearchCV(
        NumpyRNNClassifier(**QUICK | {"epochs": 60}), {"truncate_gradient": [1, None]}, cv=2
    )
    scores = search.fit(X, y).cv_results_["mean_test_score"]
    assert scores[1] > scores[0] + 0.1


def test_texts_are_read_behind_a_tokenizer():
    texts = ["good film", "bad film", "so good", "so bad"] * 10
    labels = ["+", "-"] * 20
    rnn = NumpyRNNClassifier(**QUICK, embedding="onehot")
    pipeline = make_pipeline(SequenceTokenizer(), rnn).fit(texts, labels)
    assert pipeline.predict(["good", "bad"]).tolist() == ["+", "-"]
