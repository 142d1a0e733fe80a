"""Training data in parts: the batches that are cut from them, and trainings on them."""

import weakref

import numpy as np
import pytest

from skrnn import RNNRegressor
from skrnn._batches import TrainingData
from skrnn._sequences import pack_missing
from skrnn._streams import StreamedData

SIZES = 40, 7, 33
Y = np.arange(sum(SIZES), dtype="float32")[:, None]
X = np.random.default_rng(0).normal(size=(len(Y), 5, 1)).astype("float32")
BOUNDS = np.cumsum([0, *SIZES])


def make_parts(rng=None):
    for i in range(3) if rng is None else rng.permutation(3):
        rows = slice(BOUNDS[i], BOUNDS[i + 1])
        yield TrainingData(X[rows], Y[rows])


def make_stream(n_rows=80):
    return StreamedData(make_parts, n_rows, TrainingData(X[:4], Y[:4]))


def list_rows(data, rng=None):
    return np.concatenate([y[:, 0] for _, y in data.iterate(10, rng)]).tolist()


def test_fewer_rows_are_a_like_share_of_each_part():
    rows = list_rows(make_stream().thin_out(20))
    assert len(rows) == len(set(rows)) == 10 + 2 + 9
    assert np.histogram(rows, BOUNDS)[0].tolist() == [10, 2, 9]
    assert make_stream().thin_out(20).count_batches(10) == 2
    assert list_rows(make_stream().thin_out(80)) == list(range(80))


def test_every_row_comes_once_in_an_epoch_in_random_order():
    stream, rng = make_stream(), np.random.default_rng(0)
    assert list_rows(stream) == list(range(80))
    epochs = [list_rows(stream, rng) for _ in range(6)]
    assert all(sorted(rows) == list(range(80)) for rows in epochs)
    first_parts = {int(np.searchsorted(BOUNDS, rows[0], "right")) for rows in epochs}
    assert len(first_parts) > 1
    assert len({tuple(row for row in rows if row < 40) for rows in epochs}) == 6


def test_a_stream_counts_rows_and_batches_of_all_parts():
    stream = make_stream()
    assert (len(stream), stream.count_batches(10), stream.n_steps) == (80, 8, 5)
    assert not stream.is_even(10)


def test_one_part_is_in_memory_at_a_time():
    made = []

    def make(rng):
        for data in make_parts(rng):
            assert all(part() is None for part in made)
            made.append(weakref.ref(data))
            yield data
            del data

    assert len(list_rows(StreamedData(make, 80, TrainingData(X[:4], Y[:4])))) == 80
    assert len(made) == 3


def test_parts_without_rows_are_passed_over():
    def make(rng):
        yield TrainingData(X, Y, rows=np.arange(0))
        yield TrainingData(X, Y, rows=np.arange(7))

    assert list_rows(StreamedData(make, 7, TrainingData(X[:4], Y[:4]))) == list(range(7))


def test_other_parts_in_a_later_pass_are_an_error():
    with pytest.raises(ValueError, match="same parts in each pass over it: 90 rows"):
        list_rows(make_stream(90))


def train(data):
    rnn = RNNRegressor(cell="gru", units=4, epochs=4, batch_size=16, random_state=0)
    rnn.fit(X[:4], Y[:4, 0])  # what the network is like
    rnn._train(data)
    return rnn


@pytest.mark.core
def test_a_stream_of_one_part_trains_as_that_part_does():
    plain = train(TrainingData(X, Y / 80))
    streamed = train(
        StreamedData(lambda rng: iter([TrainingData(X, Y / 80)]), 80, TrainingData(X[:4], Y[:4]))
    )
    np.testing.assert_allclose(streamed.history_["loss"], plain.history_["loss"], rtol=1e-5)
    np.testing.assert_allclose(streamed.predict(X), plain.predict(X), rtol=1e-4, atol=1e-5)


@pytest.mark.core
def test_missing_steps_of_later_parts_are_skipped_too():
    slices = [slice(i, i + 16) for i in range(0, 80, 16)]  # a batch each
    behind = np.concatenate([X, np.full_like(X, np.nan)], axis=1)
    losses = []
    for panels in ([pack_missing(behind[rows]) for rows in slices], [X[rows] for rows in slices]):
        parts = [
            TrainingData(panel, Y[rows] / 80) for panel, rows in zip(panels, slices, strict=True)
        ]
        rnn = train(StreamedData(lambda rng, parts=parts: iter(parts), 80, parts[0]))
        losses.append(rnn.history_["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-4)
