"""Pure NumPy on sequences."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skrnn._batches import TrainingData, split_into_batches
from skrnn._sequences import PaddedPanel, pack_steps, round_up, stack_ragged


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


def test_a_panel_trims_batches_to_their_longest():
    panel = PaddedPanel(np.arange(12).reshape(3, 4), np.array([1, 3, 0]))
    assert panel[np.array([0])].shape == (1, 1)
    assert panel[np.array([0, 1])].shape == (2, 3)
    assert panel[np.array([2])].shape == (1, 1)


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


def test_endless_data_are_shuffled_anew_each_epoch():
    data = TrainingData(np.arange(10)[:, None], np.arange(10))
    stream = data.iterate_forever(4, seed=0)
    epochs = [np.concatenate([next(stream)[1] for _ in range(3)]) for _ in range(2)]
    for epoch in epochs:
        np.testing.assert_array_equal(np.sort(epoch), np.arange(10))
    assert not np.array_equal(*epochs)
    in_order = data.iterate_forever(4)
    np.testing.assert_array_equal(next(in_order)[1], np.arange(4))


@pytest.mark.parametrize(("size", "rounded"), [(1, 1), (2, 2), (3, 4), (32, 32), (33, 64)])
def test_sizes_are_rounded_up_to_powers_of_two(size, rounded):
    assert round_up(size) == rounded


def test_ragged_sequences_are_stacked():
    stacked = stack_ragged([[1, 2], [3.5]], np.nan)
    np.testing.assert_array_equal(stacked[:, :, 0], [[1, 2], [np.nan, 3.5]])
    stacked = stack_ragged([np.ones((1, 2)), np.ones((3, 2))], np.nan)
    assert stacked.shape == (2, 3, 2)
    assert np.isnan(stacked[0, :2]).all()
    with pytest.raises(ValueError, match="unequal numbers of features"):
        stack_ragged([np.ones((1, 2)), np.ones((3, 1))], np.nan)


def test_what_is_not_ragged_is_left_alone():
    for X in ([[1, 2], [3, 4]], np.ones((2, 3)), None, [1, 2]):
        assert stack_ragged(X, 0) is X
