"""Training and prediction: what reaches Keras, and what is kept."""

import gc
import os
import pickle
import random
import subprocess
import sys
import threading
import weakref
from collections import Counter
from itertools import chain, product

import keras
import numpy as np
import pytest
from listeners import Listener, needs_callbacks
from sklearn.base import clone
from sklearn.datasets import make_classification

from skrnn import RNNClassifier, RNNRegressor, clear_pool, register_cell
from skrnn.training import _engine as engine
from skrnn.training._building import make_key
from skrnn.training._pool import ModelPool

QUICK = {"cell": "simple", "units": 4, "epochs": 3, "random_state": 0}


@pytest.fixture
def data():
    X = np.random.default_rng(0).normal(size=(90, 6)).astype("float32")
    return X, X.sum(axis=1)


# What is trained


def test_training_goes_on_at_a_new_learning_rate(data):
    rnn = RNNRegressor(**QUICK, learning_rate=0.01, warm_start=True).fit(*data)
    before = rnn.model_.get_weights()
    after = rnn.set_params(learning_rate=1e-12).fit(*data).model_.get_weights()
    for old, new in zip(before, after, strict=True):
        np.testing.assert_allclose(new, old, atol=1e-8)


@pytest.mark.core
def test_model_is_a_keras_model_that_predicts_the_same(data):
    X, y = data
    rnn = RNNRegressor(**QUICK).fit(X, y)
    assert isinstance(rnn.model_, keras.Model)
    np.testing.assert_allclose(
        rnn.model_.predict(X[:, :, None], verbose=0)[:, 0], rnn.predict(X), atol=1e-6
    )
    assert np.isfinite(rnn.model_.evaluate(X[:, :, None], y, verbose=0))


@pytest.mark.core
@pytest.mark.parametrize(
    "optimizer", ["sgd", "adam", pytest.param("rmsprop", marks=pytest.mark.slow)]
)
def test_one_full_batch_is_one_step_of_keras(data, optimizer):
    X, y = data
    words = QUICK | {"optimizer": optimizer, "epochs": 1, "batch_size": 90, "learning_rate": 0.01}
    start = RNNRegressor(**words | {"learning_rate": 1e-30}).fit(X, y).model_.get_weights()
    ours = RNNRegressor(**words).fit(X, y)
    theirs = RNNRegressor(**words).fit(X, y).model_
    theirs.set_weights(start)
    theirs.compile(keras.optimizers.get(optimizer), "mse")
    theirs.optimizer.learning_rate = 0.01
    theirs.train_on_batch(X[:, :, None], y[:, None])
    for a, b in zip(ours.model_.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, atol=1e-5)


def test_the_last_short_batch_is_trained_on():
    X, y = np.zeros((5, 3)), np.array([0, 0, 0, 0, 1000.0])
    rnn = RNNRegressor(**QUICK | {"epochs": 1, "batch_size": 4}).fit(X, y)
    losses = []
    for order in range(3):
        rnn = RNNRegressor(**QUICK | {"epochs": 1, "batch_size": 4, "random_state": order})
        losses.append(rnn.fit(X, y).history_["loss"][0])
    np.testing.assert_allclose(losses, 1000.0**2 / 5, rtol=0.01)


@pytest.mark.core
def test_same_seed_gives_the_same_bits(data):
    X, y = data
    words = QUICK | {"cell": "lstm", "dropout": 0.3}
    first = RNNRegressor(**words).fit(X, y)
    RNNRegressor(**words | {"random_state": 1}).fit(X, y)
    reused = RNNRegressor(**words).fit(X, y)
    clear_pool()
    fresh = RNNRegressor(**words).fit(X, y)
    for other in (reused, fresh):
        assert other.history_ == first.history_
        np.testing.assert_array_equal(other.predict(X), first.predict(X))


def test_another_seed_gives_other_weights(data):
    X, y = data
    predictions = [
        RNNRegressor(**QUICK | {"random_state": s}).fit(X, y).predict(X) for s in (0, 1)
    ]
    assert not np.array_equal(*predictions)
    words = QUICK | {"random_state": None}
    predictions = [RNNRegressor(**words).fit(X, y).predict(X) for _ in range(2)]
    assert not np.array_equal(*predictions)


@pytest.mark.core
def test_global_random_state_is_neither_read_nor_changed(data):
    X, y = data
    words = QUICK | {"cell": "lstm", "dropout": 0.2, "early_stopping": True}
    RNNRegressor(**words).fit(X, y)
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    keras_state = keras.src.random.seed_generator.global_seed_generator().state.numpy()
    before = random.getstate(), np.random.get_state()  # noqa: NPY002
    first = RNNRegressor(**words).fit(X, y).predict(X)
    assert random.getstate() == before[0]
    for a, b in zip(np.random.get_state(), before[1], strict=True):  # noqa: NPY002
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(
        keras.src.random.seed_generator.global_seed_generator().state.numpy(), keras_state
    )
    random.seed(8)
    np.testing.assert_array_equal(RNNRegressor(**words).fit(X, y).predict(X), first)


def test_a_random_state_instance_is_drawn_from(data):
    X, y = data
    rng = np.random.RandomState(0)
    words = QUICK | {"random_state": rng}
    one, two = (RNNRegressor(**words).fit(X, y).predict(X) for _ in range(2))
    assert not np.array_equal(one, two)


# Optimizers, losses, callbacks


@pytest.mark.parametrize(
    "optimizer", ["adagrad", keras.optimizers.RMSprop, keras.optimizers.SGD(0.05, momentum=0.9)]
)
def test_every_fit_has_an_optimizer_of_its_own(data, optimizer):
    X, y = data
    rnn = RNNRegressor(**QUICK, optimizer=optimizer)
    first = rnn.fit(X, y).predict(X)
    np.testing.assert_array_equal(rnn.fit(X, y).predict(X), first)
    if isinstance(optimizer, keras.optimizers.Optimizer):
        assert not optimizer.built


@pytest.mark.core
def test_learning_rate_reaches_the_optimizer(data):
    X, y = data

    def read_rate(**words):
        rates = []

        class Record(keras.callbacks.Callback):
            def on_train_begin(self, logs=None):
                rates.append(float(self.model.optimizer.learning_rate))

        RNNRegressor(**QUICK, callbacks=[Record()], **words).fit(X, y)
        return rates[-1]

    clear_pool()
    assert read_rate(learning_rate=0.25) == 0.25
    assert read_rate() == pytest.approx(0.001)
    assert read_rate(optimizer=keras.optimizers.SGD(0.5)) == 0.5
    schedule = keras.optimizers.schedules.ExponentialDecay(0.125, 10, 0.5)
    assert read_rate(learning_rate=schedule) == 0.125


def test_clipnorm_limits_the_step(data):
    X, y = data
    words = QUICK | {"optimizer": "sgd", "learning_rate": 1.0, "epochs": 1, "batch_size": 90}
    start = RNNRegressor(**words | {"learning_rate": 1e-30}).fit(X, y).model_.get_weights()
    end = RNNRegressor(**words, clipnorm=1e-3).fit(X, y).model_.get_weights()
    for a, b in zip(start, end, strict=True):
        assert 0 < np.linalg.norm(a - b) <= 1.001e-3


def test_loss_and_metrics_are_those_given(data):
    X, y = data
    rnn = RNNRegressor(**QUICK, loss="mean_absolute_error", metrics=["mse", "mae"]).fit(X, y)
    np.testing.assert_allclose(rnn.history_["loss"], rnn.history_["mae"], rtol=1e-5)
    assert set(rnn.history_) == {"loss", "mse", "mae"}


class Count(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.epochs = 0

    def on_epoch_end(self, epoch, logs=None):
        self.epochs += 1
        if self.epochs == 2:
            self.model.stop_training = True


def test_callbacks_are_copied_for_every_fit(data):
    X, y = data
    count = Count()
    rnn = RNNRegressor(**QUICK, callbacks=[count])
    assert rnn.fit(X, y).n_iter_ == 2
    assert rnn.fit(X, y).n_iter_ == 2
    assert count.epochs == 0
    pickle.loads(pickle.dumps(rnn))


def test_diverged_training_is_an_error_that_leaves_the_estimator_as_it_was(data):
    X, y = data
    rnn = RNNRegressor(**QUICK).fit(X, y)
    expected = rnn.predict(X)
    rnn.set_params(optimizer="sgd", learning_rate=1e12, loss="mean_squared_error", epochs=50)
    with pytest.raises(ValueError, match="training diverged"):
        rnn.fit(X, y * 1e6)
    np.testing.assert_array_equal(rnn.predict(X), expected)


# Validation and early stopping


def test_early_stopping_restores_the_best_weights(data):
    X, _ = data
    noise = np.random.default_rng(1).normal(size=90)
    rnn = RNNRegressor(
        units=32,
        epochs=200,
        learning_rate=0.02,
        early_stopping=True,
        n_iter_no_change=3,
        random_state=0,
        metrics="mae",
    )
    rnn.fit(X[:60], noise[:60], X_val=X[60:], y_val=noise[60:])
    losses = rnn.history_["val_loss"]
    assert rnn.n_iter_ == len(losses) < 200
    best = int(np.argmin(losses))
    assert len(losses) - 1 - best == 3
    mae = np.abs(rnn.predict(X[60:]) - noise[60:]).mean()
    assert mae == pytest.approx(rnn.history_["val_mae"][best], rel=1e-4)


@pytest.mark.core
def test_validation_data_are_recorded_without_early_stopping(data):
    X, y = data
    rnn = RNNRegressor(**QUICK, metrics="mae").fit(X[:60], y[:60], X_val=X[60:], y_val=y[60:])
    assert len(rnn.history_["val_loss"]) == QUICK["epochs"]
    mae = np.abs(rnn.predict(X[60:]) - y[60:]).mean()
    assert rnn.history_["val_mae"][-1] == pytest.approx(mae, rel=1e-4)
    alone = RNNRegressor(**QUICK).fit(X[:60], y[:60])
    np.testing.assert_array_equal(alone.predict(X), rnn.predict(X))


def test_validation_split_keeps_the_classes_in_proportion():
    y = np.array([0] * 90 + [1] * 10)
    rnn = RNNClassifier(**QUICK, early_stopping=True, validation_fraction=0.2)
    rnn._start_randomness()
    data = rnn._check_data(np.ones((100, 3)), y, None, go_on=False)
    training, validation = rnn._set_aside(data, y, None, None)
    assert len(validation) == 20
    assert y[validation.rows].sum() == 2
    assert not set(training.rows) & set(validation.rows)


# Going on


@pytest.mark.core
def test_partial_fit_trains_one_more_epoch(data):
    X, y = data
    rnn = RNNRegressor(**QUICK)
    for epoch in range(1, 4):
        rnn.partial_fit(X, y)
        assert rnn.n_iter_ == len(rnn.history_["loss"]) == epoch
    assert rnn.history_["loss"][2] < rnn.history_["loss"][0]


def test_partial_fits_go_on_where_the_optimizer_stopped(data):
    X, y = data
    words = QUICK | {"batch_size": 90, "learning_rate": 0.05}
    whole = RNNRegressor(**words | {"epochs": 5}).fit(X, y)
    parts = RNNRegressor(**words)
    for _ in range(5):
        parts.partial_fit(X, y)
    np.testing.assert_allclose(parts.predict(X), whole.predict(X), atol=1e-4)


def test_warm_start_goes_on_from_the_last_fit(data):
    X, y = data
    rnn = RNNRegressor(**QUICK, warm_start=True).fit(X, y)
    losses = rnn.history_["loss"]
    rnn.fit(X, y)
    assert rnn.history_["loss"][:3] == losses
    assert rnn.n_iter_ == 6
    with pytest.raises(ValueError, match=r"\['units'\] changed"):
        rnn.set_params(units=5).fit(X, y)
    assert RNNRegressor(**QUICK).fit(X, y).fit(X, y).n_iter_ == 3


@pytest.mark.core
def test_missing_steps_may_come_later_than_the_first_fit(data):
    X, y = data
    holes = X.copy()
    holes[::2, 3] = np.nan
    rnn = RNNRegressor(**QUICK).partial_fit(X, y).partial_fit(holes, y).partial_fit(X, y)
    assert np.isfinite(rnn.history_["loss"]).all()
    assert np.isfinite(rnn.predict(holes)).all()
    checked = RNNRegressor(**QUICK).fit(X, y, X_val=holes, y_val=y)
    assert np.isfinite(checked.history_["val_loss"]).all()


# Weights of samples and classes


def test_zero_weight_leaves_a_row_out(data):
    X, y = data
    weights = np.ones(90)
    weights[60:] = 0
    y = y.copy()
    y[60:] = 1e6
    rnn = RNNRegressor(**QUICK).fit(X, y, sample_weight=weights)
    assert max(rnn.history_["loss"]) < 100


def test_sample_weight_scales_the_loss(data):
    X, y = data
    words = QUICK | {"epochs": 1, "batch_size": 90}
    plain = RNNRegressor(**words).fit(X, y).history_["loss"][0]
    double = RNNRegressor(**words).fit(X, y, sample_weight=np.full(90, 2)).history_["loss"][0]
    assert double == pytest.approx(2 * plain, rel=1e-5)


@pytest.mark.parametrize("class_weight", ["balanced", {0: 1, 1: 15}])
def test_class_weight_favours_the_rare_class(class_weight):
    X, y = make_classification(300, 6, weights=[0.93], class_sep=0.5, random_state=0)
    words = QUICK | {"epochs": 15, "learning_rate": 0.01}
    plain = RNNClassifier(**words).fit(X, y).predict(X).mean()
    assert RNNClassifier(**words, class_weight=class_weight).fit(X, y).predict(X).mean() > plain


# What is kept


@pytest.mark.core
def test_fitted_state_is_data(data):
    X, y = data
    rnn = RNNRegressor(**QUICK).fit(X, y)
    assert isinstance(rnn.model_, keras.Model)
    state = rnn.__getstate__()
    assert "_model" not in state
    assert all(isinstance(w, np.ndarray) for w in state["_weights"])
    small = pickle.dumps(rnn)
    assert len(small) < 20_000
    np.testing.assert_array_equal(pickle.loads(small).predict(X), rnn.predict(X))
    loaded = pickle.loads(small).partial_fit(X, y)
    np.testing.assert_array_equal(loaded.predict(X), rnn.partial_fit(X, y).predict(X))


def test_fitted_estimators_share_nothing(data):
    X, y = data
    first = RNNRegressor(**QUICK).fit(X, y)
    expected = first.predict(X)
    second = RNNRegressor(**QUICK | {"random_state": 1}).fit(X, -y)
    second.predict(X)
    first.model_.set_weights([w * 0 for w in first.model_.get_weights()])
    np.testing.assert_array_equal(first.predict(X), expected)


def test_threads_fit_and_predict_at_once(data):
    X, y = data
    rnn = RNNRegressor(**QUICK).fit(X, y)
    expected = rnn.predict(X)
    seeds = list(range(4))
    alone = [RNNRegressor(**QUICK | {"random_state": s}).fit(X, y).predict(X) for s in seeds]
    results, same = {}, []

    def fit(seed):
        results[seed] = RNNRegressor(**QUICK | {"random_state": seed}).fit(X, y).predict(X)

    def predict():
        same.extend(np.array_equal(rnn.predict(X), expected) for _ in range(20))

    threads = [threading.Thread(target=fit, args=(s,)) for s in seeds]
    threads += [threading.Thread(target=predict) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(same)
    for seed in seeds:
        np.testing.assert_array_equal(results[seed], alone[seed])


def test_pool_lends_a_model_to_one_call_at_a_time_and_keeps_the_last_used():
    pool = ModelPool(2, lambda: None)
    with pool.borrow("a", object) as first, pool.borrow("a", object) as second:
        assert first is not second
    with pool.borrow("b", object) as b:
        pass
    with pool.borrow("a", object) as again:
        assert again in (first, second)
    with pool.borrow("b", object) as b_again:
        assert b_again is b
    with pytest.raises(RuntimeError), pool.borrow("b", object):
        raise RuntimeError
    with pool.borrow("b", object) as b_again:
        assert b_again is not b


def test_pool_key_tells_apart_what_a_trace_bakes_in():
    assert make_key({"a": [1, {"b": 2}]}) == make_key({"a": (1, {"b": 2})})
    decay = keras.optimizers.schedules.ExponentialDecay
    keys = [make_key(decay(rate, 10, 0.5)) for rate in (0.1, 0.1, 0.2)]
    assert keys[0] == keys[1] != keys[2]


@pytest.mark.core
@pytest.mark.parametrize(
    "optimizer",
    ["adam", "rmsprop", keras.optimizers.SGD(0.01, momentum=0.9), "adagrad"],
    ids=lambda optimizer: optimizer if isinstance(optimizer, str) else "momentum",
)
@pytest.mark.parametrize("recurrent_dropout", [0.0, pytest.param(0.3, marks=pytest.mark.slow)])
def test_a_reused_model_gives_the_bits_of_a_new_one(data, optimizer, recurrent_dropout):
    X, y = data
    words = QUICK | {"cell": "lstm", "dropout": 0.3, "recurrent_dropout": recurrent_dropout}
    words |= {"optimizer": optimizer, "early_stopping": True, "metrics": "mae"}
    clear_pool()
    fresh = RNNRegressor(**words).fit(X, y)
    RNNRegressor(**words | {"random_state": 1}).fit(2 * X, 5 * y)
    reused = RNNRegressor(**words).fit(X, y)
    assert reused.history_ == fresh.history_
    for new, used in zip(fresh._weights, reused._weights, strict=True):
        np.testing.assert_array_equal(used, new)
    for new, used in zip(fresh._optimizer_state, reused._optimizer_state, strict=True):
        np.testing.assert_array_equal(used, new)


UNROLLED = {
    "direct": {"cell": "gru", "bidirectional": True, "units": (4, 3)},
    "seq2seq": {"cell": "lstm", "dropout": 0.2, "recurrent_dropout": 0.2},
    "encoder_decoder": {"cell": "simple", "normalization": "batch", "early_stopping": True},
}


on_tensorflow = pytest.mark.skipif(
    keras.backend.backend() != "tensorflow", reason="a choice on TensorFlow alone"
)


@on_tensorflow
@pytest.mark.parametrize(
    ("strategy", "like"),
    [
        pytest.param(*pair, marks=[] if pair[0] == pair[1] else pytest.mark.slow)
        for pair in product(UNROLLED, repeat=2)
    ],
)
def test_an_unrolled_network_learns_what_a_loop_learns(data, strategy, like, monkeypatch):
    X, y = data[0][:, :4], data[0][:, 4:]
    words = QUICK | UNROLLED[like] | {"strategy": strategy}
    if strategy == "seq2seq":
        words["bidirectional"] = False
    unrolled = RNNRegressor(**words).fit(X, y)
    assert [key for key, _ in engine._training_pool._free if ("unroll", 4) in key[0][0]]
    monkeypatch.setattr("skrnn.training._tensorflow.UNROLL_UP_TO", 0)
    looped = RNNRegressor(**words).fit(X, y)
    np.testing.assert_allclose(unrolled.history_["loss"], looped.history_["loss"], rtol=1e-4)
    np.testing.assert_allclose(unrolled.predict(X), looped.predict(X), atol=1e-4)


@on_tensorflow
@pytest.mark.parametrize(
    ("words", "smallest", "compiled"),
    [
        ({"cell": "lstm", "normalization": "layer", "metrics": ["mae"]}, 0, "loops"),
        pytest.param(
            {"cell": "gru", "bidirectional": True, "optimizer": "rmsprop"},
            0,
            "loops",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"cell": "gru", "strategy": "seq2seq"}, 50_000, "loops", marks=pytest.mark.slow
        ),
        pytest.param(
            {"cell": "simple", "strategy": "encoder_decoder"},
            0,
            "large loops",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            {"cell": "layernorm_simple", "strategy": "seq2seq"},
            0,
            "step",
            marks=pytest.mark.slow,
        ),
    ],
    ids=str,
)
def test_xla_learns_what_plain_tensorflow_learns(words, smallest, compiled, monkeypatch):
    X = np.random.default_rng(0).normal(size=(90, 22)).astype("float32")
    weights = np.linspace(1, 2, 90)
    rnn = RNNRegressor(**QUICK | words)
    monkeypatch.setattr("skrnn.training._tensorflow.SMALL_CELL", smallest)
    plain = clone(rnn).fit(X[:, :20], X[:, 20:], weights)
    assert {xla for *_, xla, _ in get_steps()} == {None}
    for name in ("XLA_FROM", "LARGE_LOOPS_FROM", "LOOPS_FROM"):
        limit = 10**6 if (name, compiled) == ("LOOPS_FROM", "large loops") else 1
        monkeypatch.setattr(f"skrnn.training._tensorflow.{name}", limit)
    fused = clone(rnn).fit(X[:, :20], X[:, 20:], weights)
    for name, values in plain.history_.items():
        np.testing.assert_allclose(fused.history_[name], values, rtol=1e-3)
    np.testing.assert_allclose(fused.predict(X[:, :20]), plain.predict(X[:, :20]), atol=1e-3)
    # Full batches, and the last.
    assert {xla for *_, xla, _ in get_steps()} == {compiled, None}
    graphs = [step.graph.as_graph_def().SerializeToString() for step in get_steps().values()]
    assert sum(b"_XlaMustCompile" in graph for graph in graphs) == (compiled != "step")
    longer = np.pad(X, ((0, 0), (8, 0)))
    assert np.isfinite(rnn.fit(longer[:, :28], longer[:, 28:]).predict(longer[:, :28])).all()


@on_tensorflow
def test_xla_is_left_out_where_unknown_time_steps_are_large(data, monkeypatch):
    monkeypatch.setattr("skrnn.training._tensorflow.XLA_FROM", 1)
    clear_pool()
    for limit, expected in ((10**6, {"step", None}), (10, {None})):
        monkeypatch.setattr("skrnn.training._tensorflow.SMALL_STEP", limit)
        RNNRegressor(**QUICK | {"cell": "layernorm_simple"}).fit(*data)
        assert {xla for *_, xla, _ in get_steps()} == expected
        clear_pool()


@pytest.mark.core
def test_adam_is_adam_for_tokens_that_occur_twice():
    X = np.array([[1, 2, 2, 3, 2], [4, 1, 1, 1, 2]])
    words = {"embedding": "learned", "epochs": 1, "random_state": 0, "units": 4}
    before, after = (
        RNNClassifier(**words, learning_rate=rate).fit(X, [0, 1])._weights[0]
        for rate in (1e-30, 0.01)
    )
    # The first step of Adam has the length of the learning rate, whatever the gradient.
    moved = np.abs(after - before)[1:]
    assert moved.max() < 0.0101
    assert np.median(moved) > 0.0099


@on_tensorflow
@pytest.mark.parametrize(
    "optimizer",
    [
        "lion",
        *(pytest.param(name, marks=pytest.mark.slow) for name in ("adagrad", "rmsprop", "nadam")),
    ],
)
def test_xla_updates_many_weights_as_plain_tensorflow_does(optimizer, monkeypatch):
    rng = np.random.default_rng(0)
    ids = [rng.integers(1, 50, n) for n in rng.integers(3, 12, 90)]
    labels = np.array([row[0] > 25 for row in ids])
    words = QUICK | {"embedding": "learned", "optimizer": optimizer, "clipnorm": 1.0}
    rnn = RNNClassifier(**words)
    X = np.array([np.pad(row, (0, 12 - len(row))) for row in ids])
    plain = clone(rnn).fit(X, labels)
    monkeypatch.setattr("skrnn.training._tensorflow.XLA_UPDATES_FROM", 1)
    fused = clone(rnn).fit(X, labels)
    np.testing.assert_allclose(fused.history_["loss"], plain.history_["loss"], rtol=1e-4)
    for a, b in zip(fused._weights, plain._weights, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-4)
    assert any(updates_by_xla for *_, updates_by_xla in get_steps())


@on_tensorflow
@pytest.mark.parametrize(
    "optimizer",
    [
        keras.optimizers.Adam(beta_1=0.8, epsilon=1e-4, use_ema=True),
        keras.optimizers.AdamW(weight_decay=0.1, clipvalue=0.01),
    ],
)
def test_adam_in_one_operation_a_weight_is_adam_of_keras(data, optimizer, monkeypatch):
    X, y = data
    rnn = RNNRegressor(**QUICK, optimizer=optimizer, learning_rate=0.01)
    fused = clone(rnn).fit(X, y)
    for step in get_steps().values():
        inner = chain.from_iterable(f.node_def for f in step.graph.as_graph_def().library.function)
        nodes = Counter(node.op for node in chain(step.graph.as_graph_def().node, inner))
        assert nodes["ResourceApplyAdam"] == len(fused._weights)
    clear_pool()
    monkeypatch.setattr("skrnn.training._tensorflow.fuse_adam", lambda optimizer: False)
    plain = clone(rnn).fit(X, y)
    np.testing.assert_allclose(fused.history_["loss"], plain.history_["loss"], rtol=1e-5)
    states = [rnn._weights + rnn._optimizer_state for rnn in (fused, plain)]
    for a, b in zip(*states, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)  # 1 - beta_2 is rounded


@on_tensorflow
@pytest.mark.parametrize("words", [{"amsgrad": True}, {"gradient_accumulation_steps": 2}])
def test_what_adam_does_in_other_ways_is_left_to_keras(data, words):
    X, y = data
    rnn = RNNRegressor(**QUICK, batch_size=30, learning_rate=0.1)
    plain = clone(rnn).fit(X, y)
    optimizer = keras.optimizers.Adam(**words, beta_2=0.3)
    other = clone(rnn).set_params(optimizer=optimizer).fit(X, y)
    weights = list(zip(other._weights, plain._weights, strict=True))
    assert len(other._optimizer_state) == len(plain._optimizer_state) + len(weights)
    assert max(np.abs(a - b).max() for a, b in weights) > 1e-2


def get_steps():
    """Give the steps that were compiled for the last model that was used, by their keys."""
    (lease,) = list(engine._training_pool._free.values())[-1:]
    return lease.trainer._steps


class SiluCell(keras.layers.SimpleRNNCell):
    """A cell whose gradient TensorFlow makes, and registers, anew for every use."""

    def __init__(self, units, seed=None, **options):
        super().__init__(units, activation="silu", seed=seed, **options)


def fit_with_silu(X, y):
    register_cell("silu", SiluCell)
    words = {"units": 2, "epochs": 1, "metrics": "mae"}
    return RNNRegressor(cell="silu", **words).fit(X, y, X_val=X, y_val=y)


def fit_texts(X, y):
    words = {"cell": "gru", "units": 2, "embedding": "learned", "epochs": 1}
    return RNNClassifier(**words).fit(np.ones((8, 3), int), [0, 1] * 4)


@on_tensorflow
@pytest.mark.parametrize("fit", [fit_with_silu, fit_texts])
def test_what_is_compiled_for_a_model_goes_with_it(data, fit, monkeypatch):
    from tensorflow.python.framework.func_graph import FuncGraph

    graphs, init = [], FuncGraph.__init__

    def note(graph, *args, **words):
        graphs.append(weakref.ref(graph))
        init(graph, *args, **words)

    monkeypatch.setattr(FuncGraph, "__init__", note)
    clear_pool()
    fit(*data).predict(np.ones((3, 6)))
    assert any(graph() is not None for graph in graphs)
    clear_pool()
    gc.collect()
    assert [graph for graph in graphs if graph() is not None] == []


@on_tensorflow
def test_a_step_is_traced_once(data, monkeypatch):
    traced, train_step = [], keras.Model.train_step

    def count(model, batch):
        traced.append(batch)
        return train_step(model, batch)

    monkeypatch.setattr(keras.Model, "train_step", count)
    clear_pool()
    RNNRegressor(**QUICK, metrics=["mae", "mse"]).fit(*data)
    clear_pool()
    assert len(traced) == 1


def test_a_reused_model_has_the_loss_that_was_asked_for(data):
    X, y = data
    losses = [
        RNNRegressor(**QUICK, loss=keras.losses.Huber(delta)).fit(X, y).history_["loss"][0]
        for delta in (1.0, 100.0)
    ]
    assert losses[1] > 1.5 * losses[0]


# Predictions


@pytest.mark.core
def test_predictions_do_not_depend_on_the_batch(data):
    X, y = data
    rnn = RNNRegressor(**QUICK).fit(X, y)
    whole = rnn.predict(X)
    one_by_one = np.concatenate([rnn.predict(X[i : i + 1]) for i in range(10)])
    np.testing.assert_allclose(one_by_one, whole[:10], atol=1e-5)
    rnn.set_params(batch_size=7)
    np.testing.assert_allclose(rnn.predict(X), whole, atol=1e-5)


# Progress


@pytest.mark.core
@needs_callbacks
def test_scikit_learns_callbacks_hear_of_each_epoch(data):
    X, y = data
    heard = []

    class Listen(Listener):
        def setup(self, estimator, context):
            heard.append("setup")

        def teardown(self, estimator, context):
            heard.append("teardown")

        def on_fit_task_end(self, estimator, context, *, X=None, fitted_estimator=None):
            if context.task_name == "epoch":
                heard.append(fitted_estimator.score(X, y))
                return len(heard) == 3

    rnn = RNNRegressor(**QUICK | {"epochs": 9}).set_callbacks(Listen())
    rnn.fit(X, y)
    assert rnn.n_iter_ == 2
    assert heard[0] == "setup"
    assert heard[-1] == "teardown"
    assert heard[2] == pytest.approx(rnn.score(X, y))


def test_progress_bar_shows_epochs(data, capsys):
    X, y = data
    pytest.importorskip("rich")
    callback = pytest.importorskip("sklearn.callback")
    RNNRegressor(**QUICK).set_callbacks(callback.ProgressBar()).fit(X, y)
    assert "RNNRegressor" in capsys.readouterr().out


@pytest.mark.core
def test_fit_and_predict_are_silent_and_write_nothing(tmp_path):
    code = """
import numpy as np
from skrnn import RNNRegressor
X = np.random.default_rng(0).normal(size=(40, 6))
for cell, units in [("lstm", 4), *(("simple", n) for n in range(2, 7))]:
    rnn = RNNRegressor(cell=cell, units=units, epochs=1).fit(X, X[:, 0])
    X[::2, 1] = np.nan
    rnn.predict(X)
"""
    # The log level of TensorFlow is set for the tests: begin as a shell would.
    env = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    ran = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=env,
        check=True,
    )
    assert ran.stdout == ran.stderr == ""
    assert not list(tmp_path.iterdir())


def test_verbose_shows_the_epochs(data, capfd):
    X, y = data
    RNNRegressor(**QUICK, verbose=2).fit(X, y)
    assert "loss" in capfd.readouterr().out
