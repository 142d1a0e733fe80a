"""Counts and amounts: forecasts that are not below 0, of the median or of the mean."""

import pickle
from itertools import product

import numpy as np
import pandas as pd
import pytest
from grids import STRATEGIES, thin_out
from sklearn.metrics import mean_poisson_deviance, mean_tweedie_deviance

from skrnn import RNNForecaster
from skrnn.datasets import load_airline
from skrnn.forecasting import _network_model, _recursion
from skrnn.forecasting._aims import Mean
from skrnn.forecasting._network_share import choose_share
from skrnn.forecasting._rows import SeriesRows
from skrnn.forecasting._seasons import Seasons, find_indices
from skrnn.network._links import SHARPNESS, Link, link_array
from skrnn.sequence import _linear
from skrnn.sequence._linear import fit_linear, measure_deviance

WORDS = {"units": 4, "epochs": 8, "random_state": 0, "output": "positive"}
RNG = np.random.default_rng(0)
WEEK = np.array([0.3, 0.5, 0.8, 1.0, 1.2, 1.5, 1.7])
DAYS = pd.date_range("2024-01-01", periods=210)


def make_counts(n_series=12, overdispersion=0.0):
    """Make rare counts of shops, most of them 0, with a week of their own in each."""
    rng = np.random.default_rng(1)
    frames = []
    for shop in range(n_series):
        rate = rng.uniform(0.2, 1.5) * rng.permutation(WEEK)[np.arange(len(DAYS)) % 7]
        if overdispersion:
            rate = rate * rng.gamma(1 / overdispersion, overdispersion, len(DAYS))
        frames.append(pd.DataFrame({"shop": shop, "day": DAYS, "sold": rng.poisson(rate) * 1.0}))
    return pd.concat(frames, ignore_index=True)


def forecast_counts(table, **words):
    """Forecast the last four weeks; give what came, too."""
    cut = DAYS[-28]
    rnn = RNNForecaster(series="shop", time="day", units=8, epochs=30, random_state=0, **words)
    test = table[table["day"] >= cut]
    forecasts = rnn.fit(table[table["day"] < cut]).predict(test)
    return test["sold"].to_numpy(), np.asarray(forecasts), rnn


@pytest.mark.core
@pytest.mark.parametrize(
    ("strategy", "loss"),
    thin_out(
        product(STRATEGIES, [None, "poisson", "tweedie"]),
        [
            ("direct", None),
            ("recursive", "tweedie"),
            ("seq2seq", "poisson"),
            ("encoder_decoder", None),
        ],
    ),
)
def test_nothing_is_forecast_below_0(strategy, loss):
    falling = np.maximum(0, np.linspace(30, -10, 80) + RNG.normal(scale=4, size=80))
    words = {"strategy": strategy, "loss": loss, "horizon": 2}
    plain = RNNForecaster(**WORDS | words | {"output": None, "loss": None}).fit(falling)
    assert plain.predict(falling).min() < 0
    for share in (0, 0.5, 1.0):
        rnn = RNNForecaster(**WORDS, **words, network_share=share).fit(falling)
        forecasts = [rnn.predict(falling), rnn.forecast(30), rnn.predict(np.zeros(20))]
        assert min(part.min() for part in forecasts) >= 0
        np.testing.assert_array_equal(pickle.loads(pickle.dumps(rnn)).forecast(9), rnn.forecast(9))


@pytest.mark.parametrize("loss", [None, "poisson"])
def test_forecasts_keep_the_units_of_the_data(loss):
    series = load_airline().data[:108]
    one, other = (
        RNNForecaster(**WORDS, loss=loss, network_share=0.5).fit(scale * series)
        for scale in (1, 1000)
    )
    np.testing.assert_allclose(1000 * one.forecast(12), other.forecast(12), rtol=1e-3)


@pytest.mark.parametrize("loss", [None, "poisson", "tweedie"])
def test_values_far_above_0_are_forecast_about_as_well_as_without(loss):
    series = load_airline().data
    words = {"output": "positive", "network_share": 0, "epochs": 1, "random_state": 0}
    rnn = RNNForecaster(**words, loss=loss).fit(series[:108])
    assert np.abs(rnn.predict(series[108:]) - series[108:]).mean() < 16


@pytest.mark.parametrize("overdispersion", thin_out([0.0, 0.5], [0.5]))
def test_the_mean_of_rare_counts_is_forecast_by_its_own_loss(overdispersion):
    table = make_counts(overdispersion=overdispersion)
    truth, median, _ = forecast_counts(table, output="positive")
    _, before, _ = forecast_counts(table)
    assert (truth == 0).mean() > 0.4
    usual = mean_poisson_deviance(truth, np.full(len(truth), truth.mean()))
    for loss in ("poisson", "tweedie"):
        _, mean, rnn = forecast_counts(table, output="positive", loss=loss)
        deviance = mean_poisson_deviance(truth, mean)
        assert deviance < usual
        for other in (median, before):
            assert deviance < 0.8 * mean_poisson_deviance(truth, np.maximum(other, 0.01))
        assert mean.mean() == pytest.approx(truth.mean(), rel=0.1)
        assert rnn.history_["loss"][-1] < rnn.history_["loss"][0] + 0.01


def test_the_share_of_a_network_is_judged_by_deviance():
    known = RNG.poisson(0.3, size=(400, 1)) * 1.0
    fold = known, np.full((400, 1), 0.3), np.full((400, 1), 0.01), np.arange(400)
    assert choose_share([fold]) == 1
    assert choose_share([fold], judge=Mean().judge) == 0


@pytest.mark.parametrize("power", [1, 1.5])
def test_deviances_are_those_of_scikit_learn(power):
    targets, means = RNG.poisson(1.5, 300) * 1.0, RNG.uniform(0.1, 4, 300)
    expected = mean_tweedie_deviance(targets, means, power=power)
    assert measure_deviance(targets, means, power).mean() == pytest.approx(expected)


@pytest.mark.core
@pytest.mark.parametrize(("loss", "power"), [("poisson", 1), ("tweedie", 1.5)])
def test_the_loss_is_half_the_deviance_but_for_what_the_truth_alone_decides(loss, power):
    from keras import losses, ops

    from skrnn.training._losses import read_loss

    targets, means = RNG.poisson(1.5, (50, 1)) * 1.0, RNG.uniform(0.5, 4, (2, 50, 1))
    compute = losses.get(read_loss(loss))
    ours = [float(np.mean(ops.convert_to_numpy(compute(targets, mean)))) for mean in means]
    deviances = [mean_tweedie_deviance(targets[:, 0], mean[:, 0], power=power) for mean in means]
    assert ours[0] - ours[1] == pytest.approx((deviances[0] - deviances[1]) / 2, abs=1e-5)


@pytest.mark.parametrize("power", [1, 1.5])
def test_the_linear_mean_solves_the_equations_of_quasi_likelihood(monkeypatch, power):
    monkeypatch.setattr(_linear, "PENALTIES", np.array([0.0]))
    monkeypatch.setattr(_linear, "N_ROUNDS", 60)
    inputs, weights = RNG.normal(size=(900, 3)), RNG.uniform(0.2, 2, size=(900, 1))
    truth = link_array(Link("soft"), inputs @ [0.3, -0.5, 0.2] + 0.6)
    targets = RNG.poisson(truth)[:, None] * 1.0
    part = fit_linear(inputs, targets, weights, power)
    means = part.predict(inputs)[:, 0]
    slopes = 1 / (1 + np.exp(-SHARPNESS * (inputs @ part.kernel + part.bias)[:, 0]))
    pull = weights[:, 0] * (targets[:, 0] - means) * slopes / means**power
    np.testing.assert_allclose(pull @ np.c_[inputs, np.ones(900)] / 900, 0, atol=2e-3)
    np.testing.assert_allclose(means, truth, atol=0.4)
    empty = fit_linear(inputs, 0 * targets, None, power)
    assert empty.predict(inputs).max() < 0.01


def test_a_week_is_one_of_factors_where_some_values_are_0():
    values = RNG.poisson(np.tile(WEEK, 300)) * 1.0
    rows = SeriesRows(values[:, None], np.array([0, 2100]))
    factors, offsets = find_indices(rows, 0, 7, is_counted=True)
    assert not offsets.any()
    np.testing.assert_allclose(factors[0], WEEK, atol=0.2)
    assert find_indices(rows, 0, 7)[1].any()


def test_indices_that_are_noise_are_drawn_to_1():
    values = RNG.poisson(0.5, size=(300, 20, 7)) * 1.0
    rows = SeriesRows(values.reshape(-1, 1), np.arange(0, 300 * 140 + 1, 140))
    factors, _ = find_indices(rows, 0, 7, is_counted=True)
    has_season = (factors != 1).any(axis=1)
    plain = values.mean(axis=1)[has_season]
    plain /= plain.mean(axis=1, keepdims=True)
    assert has_season.sum() > 5
    assert np.abs(factors[has_season] - 1).mean() < 0.8 * np.abs(plain - 1).mean()


@pytest.mark.parametrize("strategy", ["direct", "seq2seq"])
def test_days_without_sales_are_forecast_as_such_and_teach_nothing(strategy):
    days = np.arange(len(DAYS))
    open_days = days % 7 != 6
    sold = np.where(open_days, 20 + RNG.normal(size=len(days)), 0)
    words = {"strategy": strategy, "horizon": 7, "loss": "poisson", "network_share": 1.0}
    rnn = RNNForecaster(**WORDS, **words).fit(pd.Series(sold, DAYS))
    coming = np.asarray(rnn.forecast()).ravel()
    is_open = np.arange(len(days), len(days) + 7) % 7 != 6
    assert coming[~is_open].max() < 0.2
    np.testing.assert_allclose(coming[is_open], 20, atol=1.5)
    seasons = Seasons((7,), counted=[0]).fit(SeriesRows(sold[:, None], np.array([0, len(days)])))
    adjusted = seasons.adjust_at(sold[:, None], np.zeros(len(days), int), days)
    np.testing.assert_array_equal(np.isnan(adjusted[:, 0]), ~open_days)


@pytest.mark.core
@pytest.mark.parametrize(
    ("strategy", "loss"),
    thin_out(
        product(["recursive", "seq2seq"], [None, "poisson"]),
        [("recursive", None), ("seq2seq", "poisson")],
    ),
)
def test_many_rounds_are_those_made_one_by_one(monkeypatch, strategy, loss):
    monkeypatch.setattr(_network_model, "READ", 12)
    series = RNG.poisson(5 + 3 * np.sin(np.arange(90) / 4)) * 1.0
    rnn = RNNForecaster(**WORDS, strategy=strategy, loss=loss, network_share=1.0).fit(series)
    lean = rnn.forecast(_recursion.LONG)
    monkeypatch.setattr(_recursion, "LONG", 10**6)
    np.testing.assert_allclose(lean[:60], rnn.forecast(60), rtol=1e-3)
    assert lean.min() >= 0


def test_values_beside_x_are_forecast_in_units_of_their_own():
    rnn = RNNForecaster(**WORDS, horizon=2, network_share=1.0)
    inputs = RNG.normal(size=(80, 2))
    amounts = 1000 * np.maximum(0, 1 + np.roll(inputs[:, 0], 1))
    rnn.fit(inputs, amounts)
    assert rnn.predict(inputs).min() >= 0
    assert rnn.predict(inputs).mean() == pytest.approx(amounts.mean(), rel=0.3)


def test_what_is_known_ahead_multiplies_counts():
    promo = RNG.random(400) < 0.2
    sold = RNG.poisson(np.where(promo, 3.0, 1.0))
    table = pd.DataFrame({"sold": sold * 1.0, "promo": promo}, pd.date_range("2024", periods=400))
    rnn = RNNForecaster(**WORDS | {"epochs": 20}, target="sold", known=["promo"], loss="poisson")
    forecasts = rnn.fit(table[:300]).predict(table[300:])
    assert forecasts.min() >= 0
    assert forecasts[promo[300:]].mean() == pytest.approx(3, rel=0.3)
    assert forecasts[~promo[300:]].mean() == pytest.approx(1, rel=0.3)


def test_intervals_are_not_below_0():
    table = make_counts()
    rnn = RNNForecaster(**WORDS, series="shop", time="day", loss="poisson").fit(table)
    bounds = rnn.forecast_interval(14, coverage=0.8)
    assert bounds["lower"].min() == 0
    assert (bounds["upper"] > 0).all()


def test_other_networks_and_several_give_nothing_below_0():
    series = np.maximum(0, RNG.normal(size=60))
    segments = {"network": "segment", "window": 12, "strategy": "direct"}
    for words in (segments, {"n_networks": 2, "linear": False}):
        rnn = RNNForecaster(**WORDS, **words, loss="tweedie", network_share=1.0).fit(series)
        assert rnn.predict(series).min() > 0
