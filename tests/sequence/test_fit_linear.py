"""Robust ridge regression, against scikit-learn's."""

import numpy as np
import pytest
from sklearn.linear_model import HuberRegressor, Ridge

from skrnn.sequence import _linear
from skrnn.sequence._linear import fit_linear

RNG = np.random.default_rng(0)
INPUTS = RNG.normal(size=(300, 6)) * [1, 10, 1, 0.1, 1, 1] + 3
NOISE = RNG.standard_t(2, size=(300, 2))
TARGETS = INPUTS @ RNG.normal(size=(6, 2)) + NOISE


def test_errors_count_as_huber_has_them(monkeypatch):
    monkeypatch.setattr(_linear, "PENALTIES", np.array([0.0]))
    monkeypatch.setattr(_linear, "N_ROUNDS", 200)
    monkeypatch.setattr(_linear, "TUNING", 1e-9 + 1.345)
    part = fit_linear(INPUTS, TARGETS)
    for output, target in enumerate(TARGETS.T):
        errors = target - part.predict(INPUTS)[:, output]
        limit = 1.345 * 1.4826 * np.median(np.abs(errors))
        pull = np.clip(errors, -limit, limit)  # the derivative of the loss: 0 at its least
        np.testing.assert_allclose(pull @ (INPUTS - INPUTS.mean(axis=0)), 0, atol=1e-4)
        np.testing.assert_allclose(pull.sum(), 0, atol=1e-4)
        rough = HuberRegressor(epsilon=1.345, alpha=0, max_iter=1000).fit(INPUTS, target)
        np.testing.assert_allclose(part.kernel[:, output], rough.coef_, atol=0.3)


def test_the_penalty_is_that_of_ridge_regression(monkeypatch):
    monkeypatch.setattr(_linear, "PENALTIES", np.array([0.1]))
    monkeypatch.setattr(_linear, "N_ROUNDS", 1)
    scaled = (INPUTS - INPUTS.mean(axis=0)) / INPUTS.std(axis=0)
    ridge = Ridge(alpha=0.1 * len(INPUTS)).fit(scaled, TARGETS)
    np.testing.assert_allclose(fit_linear(INPUTS, TARGETS).predict(INPUTS), ridge.predict(scaled))


def test_noise_alone_is_shrunk_to_its_middle():
    normal = RNG.normal(size=(40, 2))
    spread = INPUTS[:40].std(axis=0)[:, None]
    free = np.linalg.lstsq(np.c_[INPUTS[:40], np.ones(40)], normal, rcond=None)[0][:-1] * spread
    slopes = fit_linear(INPUTS[:40], normal).kernel * spread
    assert np.linalg.norm(slopes) < 0.6 * np.linalg.norm(free)


def test_unknown_targets_are_left_out():
    holed = TARGETS.copy()
    holed[::3, 0] = np.nan
    part = fit_linear(INPUTS, holed)
    rest = fit_linear(INPUTS[~np.isnan(holed[:, 0])], TARGETS[~np.isnan(holed[:, 0]), :1])
    np.testing.assert_allclose(part.predict(INPUTS)[:, 0], rest.predict(INPUTS)[:, 0], rtol=1e-2)
    np.testing.assert_allclose(
        part.predict(INPUTS)[:, 1], fit_linear(INPUTS, TARGETS).predict(INPUTS)[:, 1]
    )


@pytest.mark.parametrize("inputs", [np.zeros((5, 3)), np.ones((1, 2)), INPUTS[:, [0, 0]]])
def test_inputs_that_say_nothing_new_do_no_harm(inputs):
    targets = np.arange(len(inputs), dtype=float)[:, None]
    part = fit_linear(inputs, targets)
    assert np.isfinite(part.kernel).all()
    assert np.isfinite(part.predict(inputs)).all()


def test_an_output_that_is_never_known_is_nothing():
    part = fit_linear(INPUTS, np.full((300, 1), np.nan))
    assert not part.kernel.any()
    assert not part.bias.any()


def test_weights_are_those_of_ridge_regression(monkeypatch):
    monkeypatch.setattr(_linear, "PENALTIES", np.array([0.1]))
    monkeypatch.setattr(_linear, "N_ROUNDS", 1)
    weights = RNG.uniform(0, 2, size=(300, 2))
    scaled = (INPUTS - INPUTS.mean(axis=0)) / INPUTS.std(axis=0)
    part = fit_linear(INPUTS, TARGETS, weights)
    for output, own in enumerate(weights.T):
        ridge = Ridge(alpha=0.1 * own.sum()).fit(scaled, TARGETS[:, output], own)
        np.testing.assert_allclose(part.predict(INPUTS)[:, output], ridge.predict(scaled))


def test_a_row_of_weight_3_is_as_three():
    counts = RNG.integers(0, 4, size=300)
    rows = np.repeat(np.arange(300), counts)
    weighted = fit_linear(INPUTS, TARGETS, np.column_stack([counts, counts]))
    repeated = fit_linear(INPUTS[rows], TARGETS[rows])
    np.testing.assert_allclose(weighted.kernel, repeated.kernel, rtol=0.02, atol=1e-3)


def test_equal_weights_are_none():
    part, weighted = fit_linear(INPUTS, TARGETS), fit_linear(INPUTS, TARGETS, np.ones((300, 2)))
    np.testing.assert_allclose(weighted.kernel, part.kernel, rtol=0.02, atol=1e-3)
    np.testing.assert_allclose(weighted.freedom, part.freedom, rtol=0.02)
