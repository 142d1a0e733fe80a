"""Bad input gets one clear error, before any training, and leaves everything as it was."""

import re

import numpy as np
import pytest
from bad_input_cases import CASES, Case
from stock import take_stock

import skrnn
import skrnn.datasets

pytestmark = pytest.mark.filterwarnings("ignore:X .* feature names:UserWarning")

# What a fitted estimator is, and what it is to do after a fit that fails as before.
FITTED = [
    ("RNNClassifier().fit(X, labels)", ".predict_proba(X)"),
    ("NumpyRNNClassifier().fit(X, labels)", ".predict_proba(X)"),
    ("RNNRegressor().fit(X, y)", ".predict(X)"),
    ("RNNTextClassifier().fit(texts, labels)", ".predict_proba(texts)"),
    ("RNNTextRegressor().fit(texts, y)", ".predict(texts)"),
    ("RNNTagger().fit(tokens, tags)", ".predict_proba(tokens[:1])"),
    ("RNNForecaster().fit(frame)", ".predict(frame)"),
    ("NaiveForecaster().fit(frame)", ".predict(frame)"),
    ("WindowForecaster().fit(frame)", ".predict(frame)"),
    ("SequenceTokenizer().fit(texts)", ".transform(texts)"),
    ("WindowTransformer(window=3).fit(walk)", ".transform(walk)"),
]
TAKE_NO_INPUT = {"clear_pool", "datasets", "get_cell_names", "get_network_names", "metrics"}


def name_case(case):
    return f"{case.made}{case.call}"


@pytest.mark.parametrize("case", CASES, ids=name_case)
def test_the_error_names_what_was_given_and_nothing_is_trained_or_changed(case):
    made = case.make()
    before = take_stock(made)
    with pytest.raises((TypeError, ValueError)) as caught:
        case.run(made)
    message = str(caught.value)
    assert re.search(rf"(?<!\w){re.escape(case.names)}(?!\w)", message)
    assert case.given in message
    trains = {"_fit_keras_model", "_learn_batch"}
    assert trains.isdisjoint(entry.name for entry in caught.traceback)
    assert take_stock(made) == before


@pytest.mark.parametrize(("code", "call"), FITTED, ids=[code for code, _ in FITTED])
def test_a_failed_fit_leaves_a_fitted_estimator_as_it_was(code, call):
    works = Case(code, call, "", "")
    fitted = works.make()
    parameters, expected = fitted.get_params(deep=False), works.run(fitted)
    failing = [case for case in CASES if case.estimator == works.estimator and fits_once(case)]
    learned = {name: value for name, value in take_stock(fitted).items() if name not in parameters}
    for case in failing:
        given = case.make().get_params(deep=False)
        fitted.set_params(**given)
        with pytest.raises((TypeError, ValueError)):
            case.run(fitted)
        expected_state = learned | {name: id(value) for name, value in given.items()}
        assert take_stock(fitted) == expected_state, name_case(case)
    np.testing.assert_array_equal(works.run(fitted.set_params(**parameters)), expected)
    assert len(failing) > 10


def fits_once(case):
    return case.call.startswith(".fit(") and ".fit(" not in case.made


def test_every_public_name_is_tried():
    public = {*skrnn.__all__, *skrnn.datasets.__all__} - TAKE_NO_INPUT
    assert public - {case.estimator for case in CASES} == set()
