"""The ways to forecast several steps ahead: what each learns, and what it gives."""

from itertools import product

import keras
import numpy as np
import pytest
from grids import STRATEGIES, by_strategy, thin_out
from sklearn.base import clone
from sklearn.metrics import r2_score
from sklearn.model_selection import GridSearchCV

from skrnn import RNNForecaster, RNNRegressor
from skrnn.datasets import make_waves
from skrnn.forecasting._pairs import SequenceData, SeriesPairs
from skrnn.forecasting._rows import SeriesRows
from skrnn.forecasting._scaling import WindowScaler

QUICK = {"cell": "simple", "units": 5, "epochs": 2, "learning_rate": 0.02, "random_state": 0}


@pytest.fixture
def waves():
    return make_waves(n_series=60, n_steps=12, horizon=3)


@pytest.fixture
def two(waves):
    """Sequences of two features, and the steps that follow them."""
    both = np.stack([waves.series, waves.series**2], axis=2)
    return both[:, :12], both[:, 12:]


def follow(X, y):
    """List what follows each time step: (n, time, horizon[, features])."""
    joint, horizon = np.concatenate([X, y], axis=1), y.shape[1]
    return np.stack([joint[:, t + 1 : t + 1 + horizon] for t in range(X.shape[1])], axis=1)


def run_network(rnn, X):
    return np.asarray(rnn.model_.predict_on_batch(np.asarray(X, "float32").reshape(len(X), -1, 1)))


# Shapes


@pytest.mark.core
@by_strategy("direct", "seq2seq", "encoder_decoder")
def test_predictions_have_the_shape_of_the_steps_to_come(waves, two, strategy):
    rnn = RNNRegressor(**QUICK, strategy=strategy)
    assert rnn.fit(waves.data, waves.target).predict(waves.data[:7]).shape == (7, 3)
    assert rnn.fit(waves.data, waves.target[:, 0]).predict(waves.data[:1]).shape == (1,)
    assert rnn.set_params(units=(5, 4)).fit(*two).predict(two[0]).shape == (60, 3, 2)
    assert rnn.score(*two) == pytest.approx(
        r2_score(two[1].reshape(60, 6), rnn.predict(two[0]).reshape(60, 6)), rel=1e-6
    )


@by_strategy("recursive", "encoder_decoder")
def test_every_strategy_learns_a_wave(strategy):
    phase = np.random.default_rng(0).uniform(0, 6, (200, 1))
    wave = np.sin(phase + 0.5 * np.arange(15))
    words = QUICK | {"units": 16, "epochs": 25, "strategy": strategy}
    rnn = RNNRegressor(**words).fit(wave[:, :10], wave[:, 10:])
    assert rnn.score(wave[:, :10], wave[:, 10:]) > 0.95


def test_strategies_tune_in_a_grid(waves):
    search = GridSearchCV(RNNRegressor(**QUICK), {"strategy": STRATEGIES}, cv=2)
    search.fit(waves.data, waves.target)
    assert len(set(search.cv_results_["mean_test_score"])) == 4


@pytest.mark.parametrize("strategy", ["seq2seq", "recursive"])
def test_steps_that_do_not_continue_the_features_are_an_error(two, strategy):
    with pytest.raises(ValueError, match=r"\(n, horizon, 2\); got \(60, 3\)"):
        RNNRegressor(**QUICK, strategy=strategy).fit(two[0], two[1][:, :, 0])


@by_strategy("recursive", "encoder_decoder")
def test_a_parameter_changed_after_the_fit_does_not_change_predictions(waves, strategy):
    rnn = RNNRegressor(**QUICK, strategy=strategy).fit(waves.data, waves.target)
    expected = rnn.predict(waves.data)
    for other in STRATEGIES:
        np.testing.assert_array_equal(rnn.set_params(strategy=other).predict(waves.data), expected)


# Sequence to sequence


@pytest.mark.core
@pytest.mark.parametrize("normalization", [None, "batch"])
def test_seq2seq_is_judged_by_what_follows_every_time_step(waves, normalization):
    X, y = waves.data, waves.target
    rnn = RNNRegressor(**QUICK, strategy="seq2seq", normalization=normalization, metrics="mae")
    rnn.fit(X[:40], y[:40], X_val=X[40:], y_val=y[40:])
    errors = run_network(rnn, X[40:]) - follow(X[40:], y[40:])
    assert errors.shape == (20, 12, 3)
    assert rnn.history_["val_loss"][-1] == pytest.approx(np.mean(errors**2), rel=1e-4)
    assert rnn.history_["val_mae"][-1] == pytest.approx(np.mean(np.abs(errors)), rel=1e-4)


def test_seq2seq_predicts_by_the_last_of_its_outputs(waves):
    rnn = RNNRegressor(**QUICK, strategy="seq2seq").fit(waves.data, waves.target)
    np.testing.assert_allclose(
        rnn.predict(waves.data), run_network(rnn, waves.data)[:, -1], atol=1e-6
    )


@pytest.mark.core
@pytest.mark.parametrize(
    "cell",
    thin_out(
        ["simple", "gru", "lstm", "layernorm_simple"], ["simple", "lstm", "layernorm_simple"]
    ),
)
def test_seq2seq_reads_nothing_that_it_forecasts(waves, cell):
    words = QUICK | {"cell": cell, "strategy": "seq2seq", "normalization": "layer"}
    words["units"] = (5, 4)
    rnn = RNNRegressor(**words).fit(waves.data, waves.target)
    changed = waves.data.copy()
    changed[:, 5:] += 1
    before, after = run_network(rnn, waves.data), run_network(rnn, changed)
    np.testing.assert_allclose(after[:, :5], before[:, :5], atol=1e-6)
    assert np.abs(after[:, 5:] - before[:, 5:]).min(axis=(0, 2)).max() > 1e-3


def test_seq2seq_refuses_to_read_backwards(waves):
    with pytest.raises(ValueError, match="bidirectional=True"):
        RNNRegressor(**QUICK, strategy="seq2seq", bidirectional=True).fit(waves.data, waves.target)


@pytest.mark.core
def test_seq2seq_learns_across_missing_steps(waves):
    X, y = waves.data.copy(), waves.target
    X[:, 4] = np.nan
    X[:10, 0] = np.nan
    X[50:, 11] = np.nan
    rnn = RNNRegressor(**QUICK, strategy="seq2seq", metrics="mae").fit(X, y, X_val=X, y_val=y)
    joint, errors = np.concatenate([X, y], axis=1), []
    for i, row in enumerate(X):
        observed = np.flatnonzero(~np.isnan(row))
        outputs = run_network(rnn, row[None, observed])[0]
        # After an observed step come the steps from the next observed one on.
        for output, start in zip(outputs, [*observed[1:], 12], strict=True):
            truth = joint[i, start : start + 3]
            errors.extend((output - truth)[~np.isnan(truth)])
        np.testing.assert_allclose(rnn.predict(X[i : i + 1])[0], outputs[-1], atol=1e-5)
    assert len(errors) < 3 * np.isfinite(X).sum()
    assert rnn.history_["val_mae"][-1] == pytest.approx(np.mean(np.abs(errors)), rel=0.02)


def test_missing_steps_weigh_as_if_the_batch_held_the_others_alone(waves):
    X, y = waves.data.copy(), waves.target
    X[:, 4] = np.nan
    words = QUICK | {"strategy": "seq2seq", "batch_size": 60, "epochs": 1}
    rnn = RNNRegressor(**words).fit(X, y, X_val=X, y_val=y)
    steps, joint = [0, 1, 2, 3, *range(5, 12)], np.concatenate([X, y], axis=1)
    outputs = run_network(rnn, X[:, steps])
    starts = [*steps[1:], 12]
    truth = np.stack([joint[:, start : start + 3] for start in starts], axis=1)
    expected = np.nanmean((outputs - truth) ** 2)
    assert rnn.history_["val_loss"][-1] == pytest.approx(expected, rel=1e-4)


@by_strategy("direct", "seq2seq")
def test_sequences_of_unequal_lengths_all_end_where_the_steps_begin(waves, strategy):
    lengths = np.random.default_rng(0).integers(5, 13, 60)
    ragged = [row[12 - k :] for row, k in zip(waves.data, lengths, strict=True)]
    padded = np.where(np.arange(12) < 12 - lengths[:, None], np.nan, waves.data)
    rnn = RNNRegressor(**QUICK, strategy=strategy)
    expected = clone(rnn).fit(padded, waves.target).predict(padded)
    np.testing.assert_array_equal(rnn.fit(ragged, waves.target).predict(ragged), expected)


@by_strategy("recursive", "seq2seq")
def test_a_sequence_of_weight_zero_is_as_if_it_were_not_there(waves, strategy):
    X, y = waves.data.copy(), waves.target
    X[3, 2] = np.nan
    rnn = RNNRegressor(**QUICK, strategy=strategy)
    weights = np.repeat([1.0, 0.0], 30)
    weighted = clone(rnn).fit(X, y, sample_weight=weights).predict(X)
    np.testing.assert_allclose(weighted, rnn.fit(X[:30], y[:30]).predict(X), atol=1e-4)


@pytest.mark.core
@by_strategy("seq2seq", "encoder_decoder")
def test_weights_of_sequences_weigh_their_losses(waves, strategy):
    X, y = waves.data, waves.target
    rnn = RNNRegressor(**QUICK | {"learning_rate": 1e-30, "epochs": 1}, strategy=strategy)
    halves = [rnn.fit(X[i : i + 30], y[i : i + 30]).history_["loss"][0] for i in (0, 30)]
    weighted = rnn.fit(X, y, sample_weight=np.repeat([1.0, 3.0], 30)).history_["loss"][0]
    assert weighted == pytest.approx((halves[0] + 3 * halves[1]) / 2, rel=1e-4)


# Recursion


@pytest.mark.core
def test_recursion_feeds_the_whole_batch_as_it_would_each_row(waves, two):
    for X, y in [(waves.data[:, :, None], waves.target[:, :, None]), two]:
        rnn = RNNRegressor(**QUICK, strategy="recursive").fit(X, y)
        one = RNNRegressor(**QUICK).fit(X, y[:, 0])
        batch = rnn.predict(X)
        for row in range(4):
            window = X[row]
            for k in range(3):
                step = one.predict(window[None])[0]
                np.testing.assert_allclose(batch[row, k], step, atol=1e-5)
                window = np.concatenate([window[1:], step[None].astype("float32")])


def test_recursion_runs_the_network_once_a_step(waves, monkeypatch):
    rnn = RNNRegressor(**QUICK, strategy="recursive").fit(waves.data, waves.target)
    calls, run = [], RNNRegressor._predict_panel
    monkeypatch.setattr(
        RNNRegressor, "_predict_panel", lambda self, X: calls.append(len(X)) or run(self, X)
    )
    rnn.predict(waves.data)
    assert calls == [60, 60, 60]


def test_recursion_passes_over_missing_steps(waves):
    X = waves.data.copy()
    X[:, [0, 5]] = np.nan
    rnn = RNNRegressor(**QUICK, strategy="recursive").fit(X, waves.target)
    fed = np.concatenate([X[:, 1:], rnn.predict(X)[:, :1]], axis=1)
    np.testing.assert_allclose(rnn.predict(fed)[:, :2], rnn.predict(X)[:, 1:], atol=1e-5)


# Encoder and decoder


@pytest.mark.core
@pytest.mark.parametrize(
    ("cell", "bidirectional"),
    [
        ("SimpleRNN", False),
        ("GRU", True),
        ("LSTM", False),
        ("LSTM", True),
        pytest.param("SimpleRNN", True, marks=pytest.mark.slow),
        pytest.param("GRU", False, marks=pytest.mark.slow),
    ],
)
def test_decoder_unrolls_from_the_state_of_the_encoder(two, cell, bidirectional):
    X, y = two
    words = QUICK | {"cell": cell.removesuffix("RNN").lower(), "units": 4}
    rnn = RNNRegressor(**words, strategy="encoder_decoder", bidirectional=bidirectional)
    ours = rnn.fit(X, y).model_

    layer = getattr(keras.layers, cell)
    inputs = keras.Input((12, 2))
    encoder = layer(4, return_state=True)
    if bidirectional:
        summary, *states = keras.layers.Bidirectional(encoder)(inputs)
        half = len(states) // 2
        states = [
            keras.layers.Concatenate()(pair)
            for pair in zip(states[:half], states[half:], strict=True)
        ]
    else:
        summary, *states = encoder(inputs)
    repeated = keras.layers.RepeatVector(3)(summary)
    decoder = layer(8 if bidirectional else 4, return_sequences=True)
    steps = decoder(repeated, initial_state=states)
    theirs = keras.Model(inputs, keras.layers.Dense(2)(steps))

    theirs.set_weights(ours.get_weights())
    expected = keras.ops.convert_to_numpy(theirs(X))
    np.testing.assert_allclose(rnn.predict(X), expected, atol=1e-5)


@pytest.mark.core
@pytest.mark.parametrize(
    ("strategy", "words"),
    thin_out(
        product(STRATEGIES, [{"truncate_gradient": 4}, {"dropout": 0.2, "dense_units": 3}]),
        [
            ("direct", {"truncate_gradient": 4}),
            ("recursive", {"dropout": 0.2, "dense_units": 3}),
            ("seq2seq", {"truncate_gradient": 4}),
            ("encoder_decoder", {"dropout": 0.2, "dense_units": 3}),
        ],
    ),
)
def test_strategies_go_with_the_other_words(waves, strategy, words):
    X = waves.data.copy()
    X[0, 3] = np.nan
    rnn = RNNRegressor(**QUICK | {"cell": "lstm"} | words, strategy=strategy)
    assert np.isfinite(rnn.fit(X, waves.target).predict(X)).all()


# Forecasters


@pytest.fixture
def walk():
    return np.random.default_rng(0).normal(size=80).cumsum()


def read_steps(series, horizon, **words):
    """Give what a network reads at each step of a series, and what it learns after it."""
    words = {"window": 5, "difference": 0, "scaling": "window"} | words
    rows = SeriesRows(series[:, None], np.array([0, len(series)]))
    scaler = WindowScaler(*words.values(), [0], n_features=1).fit(rows)
    (inputs,), (later,) = SequenceData(SeriesPairs(rows, scaler, horizon))[np.array([0])]
    return inputs, later


@pytest.mark.parametrize("difference", [0, 1, 3])
def test_each_step_of_a_series_has_the_window_up_to_there_and_its_next_values(walk, difference):
    inputs, later = read_steps(walk, 2, difference=difference)
    changes = walk[difference:] - walk[:-difference] if difference else walk

    def read(row):  # the rows before it; those before the first are like it
        window = changes[max(0, row - difference - 5) : row - difference]
        window = np.append(np.full(5 - len(window), window[0]), window)
        return window, max(np.abs(window).mean(), 0.05 * np.abs(changes).mean())

    scaled = [(window - window[-1]) / size for window, size in map(read, range(5, 81))]
    unit = np.sqrt(np.square(scaled).mean())
    for row in range(difference + 1, 79):
        window, size = read(row)
        expected = (window - window[-1]) / (size * unit)
        np.testing.assert_allclose(inputs[row - 1], expected, rtol=1e-4, atol=1e-5)
        ahead = changes[row - difference :][:2]
        expected = (ahead - window[-1]) / (size * unit)
        np.testing.assert_allclose(later[row - 1], expected, rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(np.isnan(later[78:]), [[False, True]])


@pytest.mark.parametrize("scaling", ["standard", None])
def test_steps_of_a_series_know_nothing_of_those_that_follow(walk, scaling):
    changed = walk.copy()
    changed[40:] = changed[40:][::-1]  # as a whole, the same values
    before, after = (read_steps(series, 2, scaling=scaling) for series in (walk, changed))
    np.testing.assert_allclose(after[0][:40], before[0][:40], rtol=1e-5)
    np.testing.assert_allclose(after[1][:38], before[1][:38], rtol=1e-5)
    assert not np.isclose(after[0][40], before[0][40]).all()
    assert not np.isclose(after[1][38], before[1][38]).all()


ALONE = {"linear": False, "scaling": "window", "seasonality": None}


@pytest.mark.parametrize(
    ("strategy", "words"),
    [
        ("direct", {}),
        pytest.param("recursive", {}, marks=pytest.mark.slow),
        pytest.param("seq2seq", {}, marks=pytest.mark.slow),
        ("encoder_decoder", {}),
        ("recursive", {"difference": 1}),
        ("seq2seq", {"difference": 1}),
        pytest.param("direct", {"scaling": "standard"}, marks=pytest.mark.slow),
        ("seq2seq", {"scaling": "standard"}),
    ],
)
def test_forecasts_of_a_sine_come_close(strategy, words):
    sine = 3 + np.sin(0.4 * np.arange(260))
    forecaster = RNNForecaster(
        cell="gru", units=16, learning_rate=0.01, window=12, horizon=4, strategy=strategy,
        random_state=0, **ALONE | words,
    ).fit(sine[:200])  # fmt: skip
    assert forecaster.score(sine[200:]) > 0.95


@pytest.mark.parametrize("linear", [False, True])
def test_seq2seq_forecasts_what_is_not_among_the_columns(walk, linear):
    X, y = np.column_stack([walk, walk**2]), np.roll(walk, 1) * 2
    X[20, 0] = y[40] = np.nan
    words = QUICK | ALONE | {"window": 5, "horizon": 2, "strategy": "seq2seq", "linear": linear}
    forecaster = RNNForecaster(**words).fit(X, y)
    assert np.isfinite(forecaster.history_["loss"]).all()
    assert np.isfinite(forecaster.predict(X)).all()


def test_training_goes_on_with_the_strategy_that_it_began_with(walk):
    words = QUICK | ALONE | {"window": 5, "horizon": 2, "strategy": "seq2seq"}
    forecaster = RNNForecaster(**words).fit(walk[:60])
    assert forecaster.partial_fit(walk[60:]).n_iter_ == 3
    with pytest.raises(ValueError, match="strategy"):
        forecaster.set_params(strategy="encoder_decoder").partial_fit(walk[:60])
