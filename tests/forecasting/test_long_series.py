"""Series of millions of rows: their windows are never written out, nor their order."""

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest

from skrnn import RNNForecaster
from skrnn import _shuffling as shuffling
from skrnn._batches import PairedData, split_into_batches
from skrnn._shuffling import ShuffledRange, shuffle
from skrnn.forecasting._moments import find_moments
from skrnn.forecasting._pairs import SequenceData, SeriesPairs, make_training_data
from skrnn.forecasting._rows import SeriesRows
from skrnn.forecasting._scaling import WindowScaler

ALONE = {"linear": False, "window": 10, "scaling": "window", "seasonality": None}


@pytest.fixture
def measure():
    """Give the peak of what is traced while a function runs, in bytes, and what it gives."""

    def run(function):
        tracemalloc.start()
        result = function()
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return peak, result

    return run


@pytest.mark.parametrize("n", [2, 3, 1000, 4099, 4225])
def test_a_shuffled_range_holds_every_row_once(n):
    order = ShuffledRange(range(7, 7 + n), np.random.default_rng(0))
    assert len(order) == n
    np.testing.assert_array_equal(np.sort(order[:]), np.arange(7, 7 + n))
    np.testing.assert_array_equal(np.concatenate([order[:2], order[2:]]), order[:])


def test_a_shuffled_range_is_as_random_as_a_permutation():
    n = 40_000
    rng = np.random.default_rng(0)
    order = ShuffledRange(range(n), rng)[:]
    assert abs(np.corrcoef(order, np.arange(n))[0, 1]) < 0.02
    assert abs(np.corrcoef(order[1:], order[:-1])[0, 1]) < 0.02
    # Neighbours come apart, and come to lie anywhere: n / 3 is the mean distance of two rows.
    assert np.abs(np.diff(order)).mean() == pytest.approx(n / 3, rel=0.02)
    assert np.abs(np.diff(np.argsort(order))).mean() == pytest.approx(n / 3, rel=0.02)
    parts = np.histogram2d(np.arange(n), order, bins=10)[0]
    assert parts.max() < 1.2 * n / 100
    assert parts.min() > 0.8 * n / 100
    other = ShuffledRange(range(n), rng)[:]
    assert (order == other).mean() < 0.01


def test_few_rows_and_rows_picked_by_hand_are_permuted():
    for rows in (range(100), np.arange(0, 200, 2)):
        expected = np.random.default_rng(3).permutation(rows)
        np.testing.assert_array_equal(shuffle(rows, np.random.default_rng(3)), expected)


def test_an_epoch_over_a_long_series_takes_less_memory_than_the_series(measure):
    series = np.random.default_rng(0).normal(size=(2_000_000, 1))
    rows = SeriesRows(series, np.array([0, len(series)]))

    def read():
        scaler = WindowScaler(50, 0, "window", [0], 1).fit(rows)
        pairs = SeriesPairs(rows, scaler, 1)
        data = PairedData(pairs, pairs.positions, pairs.has_missing)
        return [next(data.iterate(256, np.random.default_rng(seed))) for seed in (0, 1)]

    peak, seen = measure(read)
    assert seen[0][0].shape == (256, 50, 1)
    assert peak < 0.5 * series.nbytes


def test_what_is_learned_of_a_long_series_takes_less_than_twice_its_memory(measure):
    series = np.random.default_rng(0).normal(size=2_000_000)
    rnn = RNNForecaster(**ALONE, strategy="direct")

    def prepare():
        data = make_training_data(rnn._learn(series, None)[0])
        return next(data.iterate(32, np.random.default_rng(0)))

    peak, (inputs, _) = measure(prepare)
    assert inputs.shape == (32, 10, 1)
    assert peak < 1.8 * series.nbytes


def test_of_a_long_series_no_steps_are_kept(measure):
    rnn = RNNForecaster(**ALONE)
    series = np.random.default_rng(0).normal(size=2_000_000)
    pairs, _ = rnn._learn(series, None)
    peak, data = measure(lambda: SequenceData(pairs))
    assert len(data) == 15_625
    assert peak < 0.1 * series.nbytes
    pairs, _ = rnn._learn(series[:1_000_000], None)
    kept, _ = measure(lambda: SequenceData(pairs))
    assert 4 * 11 * 1_000_000 < kept < 2 * 2**26


def test_a_large_batch_of_whole_series_takes_little_more_memory_than_its_numbers(measure):
    rnn = RNNForecaster(**ALONE | {"window": 50})
    pairs, _ = rnn._learn(np.random.default_rng(0).normal(size=128_001), None)
    data = SequenceData(pairs)
    peak, (inputs, targets) = measure(lambda: data[np.arange(1000)])
    assert inputs.shape == (1000, 128, 50)
    assert peak < 1.5 * inputs.nbytes
    windows, later = pairs[np.arange(100, 110)]
    stretch, step = divmod(128_001 - 100, 128)
    part = stretch, slice(128 - step, 138 - step)
    np.testing.assert_array_equal(inputs[part], windows[:, :, 0].astype(np.float32))
    np.testing.assert_array_equal(targets[part], later[:, :, 0].astype(np.float32))


def test_windows_of_a_long_series_are_trained_on_in_every_epoch(monkeypatch):
    monkeypatch.setattr(shuffling, "MANY", 100)
    monkeypatch.setattr("skrnn.forecasting._pairs.LAZY_FROM", 0)
    series = np.sin(np.arange(400) / 5)
    words = {"cell": "simple", "units": 8, "epochs": 20, "learning_rate": 0.01, "random_state": 0}
    rnn = RNNForecaster(**words, **ALONE, strategy="direct").fit(series)
    assert rnn.score(series[300:]) > 0.95
    batches = list(split_into_batches(range(390), 32, rng=np.random.default_rng(0)))
    np.testing.assert_array_equal(np.sort(np.concatenate(batches)), np.arange(390))


@pytest.mark.filterwarnings("ignore:Mean of empty slice", "ignore:Degrees of freedom")
def test_moments_are_those_of_numpy_in_whatever_parts():
    values = np.random.default_rng(0).normal(3, 2, size=(1000, 3))
    values[::7, 1] = values[:, 2] = np.nan
    starts = np.array([0, 300, 301, 1000])
    for bounds, chunk in ((starts[[0, -1]], 1000), (starts[[0, -1]], 64), (starts, 64)):
        for moments, numpy_moment in zip(
            find_moments(SeriesRows(values, bounds), chunk),
            (np.nanmean, np.nanstd, lambda part, axis: np.nanmean(np.abs(part), axis)),
            strict=True,
        ):
            parts = [values[a:b] for a, b in pairwise(bounds)]
            expected = [np.nan_to_num(numpy_moment(part, axis=0)) for part in parts]
            np.testing.assert_allclose(moments, expected, atol=1e-12)


@pytest.mark.parametrize("strategy", ["direct", "seq2seq"])
def test_a_forecaster_keeps_no_more_of_a_series_than_it_reads(strategy):
    rnn = RNNForecaster(cell="simple", epochs=1, **ALONE, strategy=strategy)
    rnn.fit(np.arange(10_000.0))
    for past in (rnn._past, rnn.update(np.arange(10_000.0, 12_000.0))._past):
        assert past.rows.values.base is None
        assert len(past.rows.values) <= 10 + rnn.n_windows
