"""scikit-learn's own checks on every estimator that they apply to."""

import pytest
from sklearn.base import clone
from sklearn.utils.estimator_checks import parametrize_with_checks

from skrnn import NumpyRNNClassifier, RNNClassifier, RNNRegressor, WindowTransformer

# The smallest networks that learn what the checks ask for.
ESTIMATORS = [
    RNNClassifier(cell="simple", units=8, epochs=30, learning_rate=0.02, random_state=0),
    RNNRegressor(cell="simple", units=16, epochs=60, learning_rate=0.02, random_state=0),
    NumpyRNNClassifier(units=8, epochs=30, learning_rate=0.2, random_state=0),
    WindowTransformer(window=1),  # the checks want as many rows out as in
]

# Checks that ask for more than an answer.
LEARN = {
    "check_class_weight_classifiers",
    "check_classifiers_classes",
    "check_classifiers_train",
    "check_regressors_train",
}
MINI_BATCHES = "a repeated row and a row of double weight meet in different mini-batches"


def give_expected_failures(estimator):
    if isinstance(estimator, NumpyRNNClassifier | RNNClassifier | RNNRegressor):
        return {"check_sample_weight_equivalence_on_dense_data": MINI_BATCHES}
    return {}


@pytest.mark.filterwarnings("ignore:.*:sklearn.exceptions.SkipTestWarning")
@parametrize_with_checks(ESTIMATORS, expected_failed_checks=give_expected_failures)
def test_scikit_learn_check_holds(estimator, check):
    if hasattr(estimator, "epochs") and check.func.__name__ not in LEARN:
        estimator = clone(estimator).set_params(epochs=2)
    check(estimator)
