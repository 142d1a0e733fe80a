"""Mistakes that mypy finds before they are made: without the errors ignored here it complains."""

import numpy as np
import pytest

from skrnn import RNNClassifier, RNNForecaster, SequenceTokenizer, WindowForecaster
from skrnn.metrics import get_scorer

X = np.zeros((4, 5))


def test_misspelt_words() -> None:
    with pytest.raises(TypeError, match="sample_weights"):
        RNNClassifier().fit(X, [0, 1, 0, 1], sample_weights=[1])  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="coverages"):
        WindowForecaster().predict_interval(X, coverages=0.9)  # type: ignore[call-arg]


def test_words_that_a_parameter_does_not_know() -> None:
    for estimator in (
        RNNClassifier(normalization="group"),  # type: ignore[arg-type]
        RNNClassifier(early_stopping="yes"),  # type: ignore[arg-type]
    ):
        with pytest.raises(ValueError, match="must be"):
            estimator.fit(X, [0, 1, 0, 1])
    for forecaster in (
        RNNForecaster(strategy="seq_to_seq"),  # type: ignore[arg-type]
        RNNForecaster(scaling="windows"),  # type: ignore[arg-type]
        WindowForecaster(regressor="ridge"),  # type: ignore[arg-type]
    ):
        with pytest.raises(ValueError, match="must be"):
            forecaster.fit(X)
    with pytest.raises(ValueError, match="padding"):
        SequenceTokenizer(padding="left").fit(["a"])  # type: ignore[arg-type]


def test_values_of_another_type() -> None:
    with pytest.raises(ValueError, match="units"):
        RNNClassifier(units="many").fit(X, [0, 1, 0, 1])  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="name"):
        get_scorer(2)  # type: ignore[arg-type]
