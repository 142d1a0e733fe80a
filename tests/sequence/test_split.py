"""What is set aside to stop early by, where labels are rare or many."""

import numpy as np
import pytest
from sklearn.model_selection import train_test_split

from skrnn import NumpyRNNClassifier
from skrnn.sequence._split import split_rows

RNG = np.random.default_rng(0)
QUICK = {"units": 2, "epochs": 1, "random_state": 0}


def test_labels_stay_in_proportion_as_they_always_did():
    rows, labels = np.arange(40) * 2, np.array(["a", "b", "b", "c"] * 10)
    expected = train_test_split(rows, test_size=0.1, random_state=3, stratify=labels)
    found = split_rows(rows, labels, 0.1, 3)
    for part, other in zip(found, expected, strict=True):
        np.testing.assert_array_equal(part, other)


@pytest.mark.parametrize(
    ("labels", "in_proportion"),
    [
        (["a"] * 60 + ["b"] * 38 + ["c", "d"], True),
        (np.arange(100) % 30, False),
        ([*range(70), *range(30)], False),
        ([*range(95), *range(5)], True),
        (["a", "b", "a"], True),
    ],
    ids=["two occur once", "too many", "too many of which some occur once", "few twice", "three"],
)
def test_every_label_stays_in_training(labels, in_proportion):
    labels, rows = np.asarray(labels), np.arange(len(labels)) + 7
    training, validation = split_rows(rows, labels, 0.1, 0)
    assert sorted([*training, *validation]) == rows.tolist()
    assert set(labels[training - 7]) == set(labels)
    if in_proportion:
        expected = train_test_split(
            [label for label in labels if (labels == label).sum() > 1],
            test_size=len(validation),
            random_state=0,
            stratify=[label for label in labels if (labels == label).sum() > 1],
        )[1]
        assert sorted(labels[validation - 7]) == sorted(expected)
    for part, again in zip(split_rows(rows, labels, 0.1, 0), (training, validation), strict=True):
        np.testing.assert_array_equal(part, again)
    assert len(validation) == min(-(-len(labels) // 10), len(labels) - len(set(labels)))


@pytest.mark.parametrize(
    "labels",
    [["rare"] + ["a", "b"] * 500, [f"label {i % 200}" for i in range(1001)]],
    ids=["a rare label", "many labels"],
)
def test_a_fit_that_stops_early_takes_any_labels(labels):
    X = RNG.normal(size=(1001, 2))
    rnn = NumpyRNNClassifier(**QUICK, early_stopping="auto").fit(X, labels)
    assert len(rnn.classes_) == len(set(labels))
    assert "val_loss" in rnn.history_
