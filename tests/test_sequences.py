"""Pure NumPy on sequences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrnn._batches import TrainingData, choose_size, split_into_batches
from skrnn._sequences import (
    RaggedPanel,
    join_ragged,
    pack_missing,
    pack_steps,
    round_up,
    stack_joined,
)


@given(st.lists(st.lists(st.booleans(), min_size=4, max_size=4), min_size=1, max_size=6))
def test_packing_moves_kept_steps_to_the_front_in_order(keep):
    keep = np.array(keep)
    values = np.arange(keep.size).reshape(keep.shape)
    packed, lengths = pack_steps(values, keep)
    for row, mask, out, n in zip(values, keep, packed, lengths, strict=True):
        np.testing.assert_array_equal(out[:n], row[mask])


def test_packed_sequences_are_not_copied():
    values = np.ones((3, 4))
    assert pack_steps(values, values == 1)[0] is values


def test_a_panel_pads_batches_to_their_longest():
    panel = RaggedPanel(np.array([4, 5, 6, 7]), np.array([1, 3, 0]), -1)
    np.testing.assert_array_equal(panel[np.array([0])], [[4]])
    np.testing.assert_array_equal(panel[np.array([1, 0])], [[5, 6, 7], [4, -1, -1]])
    np.testing.assert_array_equal(panel[np.array([2])], [[-1]])
    panel.trim_to_powers_of_two = True
    assert panel[np.array([0, 1])].shape == (2, 4)


@given(st.lists(st.lists(st.sampled_from([0.5, 1.5, np.nan]), max_size=5), min_size=1, max_size=6))
def test_sequences_lose_their_missing_steps(sequences):
    joined, lengths = join_ragged(sequences)
    if lengths is None:
        joined = np.array(sequences, float)[:, :, None]
    panel = pack_missing(joined, lengths)
    for row, sequence in enumerate(sequences):
        kept = [value for value in sequence if value == value]
        batch = panel[np.array([row])]
        np.testing.assert_array_equal(batch[0, : len(kept), 0], kept)
        assert np.isnan(batch[0, len(kept) :]).all()


@pytest.mark.parametrize("with_lengths", [False, True])
@pytest.mark.parametrize("seed", [None, 0])
def test_batches_hold_every_row_once(with_lengths, seed):
    rows = np.arange(5, 248)
    lengths = np.random.default_rng(1).integers(1, 30, 300) if with_lengths else None
    rng = None if seed is None else np.random.default_rng(seed)
    batches = list(split_into_batches(rows, 16, lengths, rng))
    np.testing.assert_array_equal(np.sort(np.concatenate(batches)), rows)
    assert sorted(map(len, batches)) == [3] + [16] * 15


def test_batches_are_of_like_length_and_in_random_order():
    lengths = np.random.default_rng(0).integers(1, 101, 3200)
    rng = np.random.default_rng(0)
    spreads, means = [], []
    for rows in split_into_batches(np.arange(3200), 32, lengths, rng):
        spreads.append(np.ptp(lengths[rows]))
        means.append(lengths[rows].mean())
    assert np.mean(spreads) < 10
    assert abs(np.corrcoef(means, np.arange(100))[0, 1]) < 0.3
    again = [tuple(r) for r in split_into_batches(np.arange(3200), 32, lengths, rng)]
    assert len(set(again)) == 100


def test_data_are_shuffled_anew_each_epoch():
    data, rng = TrainingData(np.arange(10)[:, None], np.arange(10)), np.random.default_rng(0)
    epochs = [np.concatenate([y for _, y in data.iterate(4, rng)]) for _ in range(2)]
    for epoch in epochs:
        np.testing.assert_array_equal(np.sort(epoch), np.arange(10))
    assert not np.array_equal(*epochs)
    np.testing.assert_array_equal(next(data.iterate(4))[1], np.arange(4))


@pytest.mark.parametrize("rng", [None, np.random.default_rng(0)])
def test_few_long_sequences_share_no_batch_with_short_ones(rng):
    lengths = np.full(64, 20)
    lengths[[5, 50]] = 100_000, 90_000
    batches = list(split_into_batches(np.arange(64), 32, lengths, rng))
    np.testing.assert_array_equal(np.sort(np.concatenate(batches)), np.arange(64))
    sizes = [len(rows) * lengths[rows].max() for rows in batches]
    assert sorted(sizes)[-1] <= 200_000
    data = TrainingData(RaggedPanel(np.zeros(lengths.sum()), lengths, 0), np.zeros(64))
    assert not data.is_even(32)


def test_batches_that_are_long_but_not_mostly_padding_stay_whole():
    lengths = np.linspace(5_000, 20_000, 96).astype(int)
    batches = list(split_into_batches(np.arange(96), 32, lengths))
    assert [len(rows) for rows in batches] == [32, 32, 32]


def test_batches_are_filled_up_where_that_costs_little():
    assert choose_size(3, 32, 20) == 32
    assert choose_size(20, 32, 100_000) == 32
    assert choose_size(1, 32, 100_000) == 1


@pytest.mark.parametrize(("size", "rounded"), [(1, 1), (2, 2), (3, 4), (32, 32), (33, 64)])
def test_sizes_are_rounded_up_to_powers_of_two(size, rounded):
    assert round_up(size) == rounded


def test_sequences_of_unequal_lengths_are_joined_and_stacked():
    joined, lengths = join_ragged([[1, 2], [3.5]])
    assert joined.shape == (1, 3, 1)
    stacked = stack_joined(joined, lengths)
    np.testing.assert_array_equal(stacked[:, :, 0], [[1, 2], [np.nan, 3.5]])
    stacked = stack_joined(*join_ragged([np.ones((1, 2)), np.ones((3, 2))]))
    assert stacked.shape == (2, 3, 2)
    assert np.isnan(stacked[0, :2]).all()
    with pytest.raises(ValueError, match="unequal numbers of features"):
        join_ragged([np.ones((1, 2)), np.ones((3, 1))])


def test_what_is_not_ragged_is_left_alone():
    for X in ([[1, 2], [3, 4]], np.ones((2, 3)), None, [1, 2]):
        assert join_ragged(X) == (X, None)
        assert stack_joined(X, None) is X
