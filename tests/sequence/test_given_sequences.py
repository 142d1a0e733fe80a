"""Sequences in the forms that users have them: lists, Series of lists, one alone, CV folds."""

import numpy as np
import pandas as pd
import pytest
from sklearn.model_selection import LeaveOneOut, cross_val_score

from skrnn import NumpyRNNClassifier, RNNClassifier, RNNRegressor

RNG = np.random.default_rng(0)
WORDS = {"cell": "simple", "units": 2, "epochs": 1, "random_state": 0}
NUMPY = {"units": 2, "epochs": 1, "random_state": 0}
LENGTHS = [3, 5, 5, 2, 5, 4, 3, 5]
RAGGED = [RNG.normal(size=n) for n in LENGTHS]
LABELS = np.array(["a", "b"] * 4)
SUMS = np.array([sequence.sum() for sequence in RAGGED])
CASES = [
    (NumpyRNNClassifier(**NUMPY), LABELS, "predict_proba"),
    (RNNClassifier(**WORDS), LABELS, "predict_proba"),
    (RNNRegressor(**WORDS), SUMS, "predict"),
]
core = pytest.mark.core


def fill_objects(rows):
    """Put rows into an array of objects, whatever their lengths are."""
    array = np.empty(len(rows), dtype=object)
    array[:] = rows
    return array


@core
@pytest.mark.parametrize(("estimator", "y", "ask"), CASES, ids=lambda case: str(case)[:12])
@pytest.mark.parametrize("rows", [[0], [1, 2, 4, 7], [3]], ids=str)
def test_sequences_of_one_length_are_predicted_as_among_others(estimator, y, ask, rows):
    predict = getattr(estimator.fit(RAGGED, y), ask)
    expected, some = predict(RAGGED)[rows], [RAGGED[row] for row in rows]
    for X in some, [x.tolist() for x in some], np.stack(some), np.stack(some)[:, :, None]:
        np.testing.assert_allclose(predict(X), expected, rtol=1e-6, atol=1e-6)
    assert estimator.n_features_in_ == 1


@pytest.mark.parametrize(("estimator", "y", "ask"), CASES, ids=lambda case: str(case)[:12])
def test_folds_of_one_sequence_are_scored(estimator, y, ask):
    metric = "neg_mean_absolute_error" if estimator is CASES[-1][0] else "accuracy"
    scores = cross_val_score(
        estimator, RAGGED, y, cv=LeaveOneOut(), scoring=metric, error_score="raise"
    )
    assert np.isfinite(scores).all()


@core
@pytest.mark.parametrize(("estimator", "y", "ask"), CASES, ids=lambda case: str(case)[:12])
def test_after_sequences_of_one_length_others_are_predicted(estimator, y, ask):
    predict = getattr(estimator.fit([row[:2] for row in RAGGED], y), ask)
    ragged = predict(RAGGED)
    for rows in [0], [1, 2]:
        some = [RAGGED[row] for row in rows]
        np.testing.assert_allclose(predict(some), ragged[rows], rtol=1e-6)
        with pytest.raises(ValueError, match=f"X has {len(some[0])} features"):
            predict(np.stack(some))


@pytest.mark.parametrize("rows", [slice(None), [1, 2, 4, 7]], ids=["unequal", "equal"])
@pytest.mark.parametrize("form", [pd.Series, fill_objects, tuple])
@pytest.mark.parametrize("of_lists", [False, True])
def test_every_collection_of_sequences_is_read_as_a_list_is(rows, form, of_lists):
    sequences, y = list(fill_objects(RAGGED)[rows]), SUMS[rows]
    expected = RNNRegressor(**WORDS).fit(sequences, y).predict(sequences)
    given = form([list(x) for x in sequences] if of_lists else sequences)
    np.testing.assert_array_equal(RNNRegressor(**WORDS).fit(given, y).predict(given), expected)


def test_series_of_token_ids_are_read():
    ids = [[1, 2, 3], [2], [3, 1], [2, 2]]
    words = NUMPY | {"embedding": "onehot"}
    expected = NumpyRNNClassifier(**words).fit(ids, LABELS[:4]).predict_proba(ids)
    rnn = NumpyRNNClassifier(**words).fit(pd.Series(ids), LABELS[:4])
    np.testing.assert_array_equal(rnn.predict_proba(pd.Series(ids)), expected)
    np.testing.assert_array_equal(rnn.predict_proba(pd.Series(ids[2:])), expected[2:])


@core
@pytest.mark.parametrize("integers", [False, True])
def test_masked_values_are_missing(integers):
    X = RNG.integers(0, 9, (8, 5)) if integers else RNG.normal(size=(8, 5))
    masked = np.ma.masked_greater(X, 0.7)
    expected = RNNRegressor(**WORDS).fit(masked.astype(float).filled(np.nan), SUMS)
    found = RNNRegressor(**WORDS).fit(masked, SUMS)
    np.testing.assert_array_equal(found.predict(masked), expected.predict(masked))
    rows = RNNRegressor(**WORDS).fit(list(masked), SUMS)
    np.testing.assert_array_equal(rows.predict(masked), expected.predict(masked))


def test_masked_ids_are_padding():
    ids = RNG.integers(1, 9, (8, 5))
    masked = np.ma.masked_greater(ids, 5)
    rnn = NumpyRNNClassifier(**NUMPY, embedding="onehot").fit(masked, LABELS)
    with pytest.warns(UserWarning, match="0 among other token ids"):
        expected = NumpyRNNClassifier(**NUMPY, embedding="onehot").fit(masked.filled(0), LABELS)
    plain = expected.predict_proba(np.where(ids > 5, 0, ids))
    np.testing.assert_array_equal(rnn.predict_proba(masked), plain)


def test_a_mask_that_hides_nothing_changes_nothing():
    X = RNG.normal(size=(8, 5))
    expected = RNNRegressor(**WORDS).fit(X, SUMS).predict(X)
    rnn = RNNRegressor(**WORDS).fit(np.ma.asarray(X), np.ma.asarray(SUMS))
    np.testing.assert_array_equal(rnn.predict(X), expected)
