"""Quantiles that a network forecasts itself: calibrated, in order, and put right as intervals."""

import pickle
from itertools import product

import numpy as np
import pandas as pd
import polars as pl
import pytest
from grids import STRATEGIES, thin_out
from scipy.stats import norm
from sklearn.metrics import mean_pinball_loss

from skrnn import RNNForecaster
from skrnn.forecasting._conformal_quantiles import QuantileIntervals

LEVELS = (0.05, 0.25, 0.5, 0.75, 0.95)
RNG = np.random.default_rng(0)
N, TRAINED = 2400, 1600


ROUGHNESS = RNG.normal(size=N)  # of the row that follows
DEVIATION = np.exp(0.8 * np.append(0, ROUGHNESS[:-1]))
TABLE = np.column_stack([10 + DEVIATION * RNG.normal(size=N), ROUGHNESS])
NOISY = TABLE[:, 0]
PLAIN = {"seasonality": None, "scaling": "standard", "window": 2, "target": 0}
PLAIN |= {"units": 8, "learning_rate": 0.03, "random_state": 0}
QUICK = {"units": 3, "epochs": 2, "window": 6, "random_state": 0, "quantiles": LEVELS}
QUICK |= {"network_share": 0.5}
SERIES = pd.Series(NOISY[:80], pd.date_range("2024", periods=80), name="y")
PANEL = pd.concat(
    [pd.DataFrame({"shop": shop, "day": SERIES.index, "y": NOISY[i : i + 80]})
     for i, shop in ((0, "a"), (100, "b"))],
    ignore_index=True,
)  # fmt: skip


def measure(truth, levels):
    return np.mean(
        [mean_pinball_loss(truth, levels[..., i], alpha=level) for i, level in enumerate(LEVELS)]
    )


@pytest.mark.core
@pytest.mark.parametrize(
    "strategy", ["direct", "seq2seq", pytest.param("encoder_decoder", marks=pytest.mark.slow)]
)
def test_quantiles_hold_what_they_say_and_follow_the_noise(strategy):
    rnn = RNNForecaster(quantiles=LEVELS, strategy=strategy, **PLAIN, network_share=1.0)
    levels = rnn.fit(TABLE[:TRAINED]).predict_quantiles(TABLE[TRAINED:])
    truth, deviation = NOISY[TRAINED:], DEVIATION[TRAINED:, None]
    assert levels.shape == (N - TRAINED, len(LEVELS))
    np.testing.assert_allclose((truth[:, None] < levels).mean(axis=0), LEVELS, atol=0.07)
    best = measure(truth, 10 + deviation * norm.ppf(LEVELS))
    constant = measure(truth, np.tile(np.quantile(NOISY[:TRAINED], LEVELS), (len(truth), 1)))
    assert measure(truth, levels) < best + 0.5 * (constant - best)
    assert np.diff(levels, axis=1).min() >= 0


def test_the_linear_part_alone_has_calibrated_quantiles():
    rnn = RNNForecaster(quantiles=LEVELS, epochs=1, **PLAIN, network_share=0).fit(TABLE[:TRAINED])
    levels = rnn.predict_quantiles(TABLE[TRAINED:])
    shares = (NOISY[TRAINED:, None] < levels).mean(axis=0)
    np.testing.assert_allclose(shares, LEVELS, atol=0.04)


@pytest.mark.core
@pytest.mark.parametrize(
    ("strategy", "output"),
    thin_out(
        product(STRATEGIES, [None, "positive"]),
        [
            ("direct", "positive"),
            ("recursive", None),
            ("seq2seq", "positive"),
            ("encoder_decoder", None),
        ],
    ),
)
def test_no_quantile_is_below_the_one_before(strategy, output):
    series = np.maximum(0, 5 * RNG.standard_t(2, size=80))
    horizon = 1 if strategy == "recursive" else 2
    words = QUICK | {"strategy": strategy, "output": output, "horizon": horizon}
    for share in (0, 0.5, 1.0):
        words |= {"network_share": share, "n_networks": 1 + (share == 1)}
        rnn = RNNForecaster(**words)
        levels = rnn.fit(series).predict_quantiles(series)
        assert np.diff(levels, axis=-1).min() >= 0
        assert output is None or levels.min() >= 0
        np.testing.assert_array_equal(levels[..., 2], rnn.predict(series))
        again = pickle.loads(pickle.dumps(rnn))
        np.testing.assert_array_equal(again.forecast_quantiles(), rnn.forecast_quantiles())


@pytest.mark.core
def test_the_loss_is_the_pinball_loss_of_what_is_known():
    from keras import ops

    from skrnn.training._losses import read_loss

    truth, weights = RNG.normal(size=(30, 2)), RNG.uniform(size=(30, 2))
    outputs = RNG.normal(size=(30, 2 * len(LEVELS)))
    truth[::4, 0] = np.nan
    known = ~np.isnan(truth)
    levels = outputs.reshape(30, 2, len(LEVELS))
    for given in (None, weights):
        own = np.ones((30, 2)) if given is None else given
        expected = np.mean(
            [
                mean_pinball_loss(
                    truth[known],
                    levels[..., i][known],
                    sample_weight=own[known],
                    alpha=level,
                )
                * own[known].mean()
                for i, level in enumerate(LEVELS)
            ]
        )
        loss = read_loss(LEVELS)(truth, outputs, given)
        assert float(ops.convert_to_numpy(loss)) == pytest.approx(expected, rel=1e-5)


def test_compiled_losses_are_shared():
    from skrnn.training._losses import read_loss

    assert read_loss((0.1, 0.9)) is read_loss((0.1, 0.9))


def test_the_median_is_the_forecast():
    rnn = RNNForecaster(**QUICK | {"quantiles": [0.5, 0.8]}).fit(NOISY[:80])
    np.testing.assert_array_equal(rnn.predict_quantiles(NOISY[:80])[:, 0], rnn.predict(NOISY[:80]))
    assert len(rnn.forecast(5)) == 5


def test_tables_have_a_column_for_each_quantile():
    rnn = RNNForecaster(**QUICK).fit(SERIES)
    assert rnn.predict_quantiles(SERIES).columns.tolist() == list(LEVELS)
    assert rnn.forecast_quantiles().index.equals(rnn.forecast(1).index)
    words = QUICK | {"horizon": 3, "series": "shop", "time": "day"}
    rnn = RNNForecaster(**words).fit(PANEL)
    levels = rnn.predict_quantiles(PANEL)
    assert levels.columns.names == ["step", "quantile"]
    assert levels.columns.tolist()[:2] == [(1, 0.05), (1, 0.25)]
    coming = rnn.forecast_quantiles(2)
    assert coming.columns.tolist() == ["shop", "day", *LEVELS]
    np.testing.assert_array_equal(coming[0.5], rnn.forecast(2)["y"])
    given = pl.DataFrame({name: column.to_numpy() for name, column in PANEL.items()})
    assert rnn.fit(given).forecast_quantiles(1).columns == ["shop", "day", *map(str, LEVELS)]


@pytest.mark.parametrize("base", [(0.1, 0.5, 0.9), (0.3, 0.5, 0.7)])
def test_intervals_put_quantiles_right(base):
    rnn = RNNForecaster(quantiles=base, strategy="direct", **PLAIN, calibrate=True)
    rnn.fit(TABLE[:TRAINED])
    truth, middle = NOISY[TRAINED:], rnn.predict(TABLE[TRAINED:])
    for coverage in (0.5, 0.8, 0.9):
        lower, upper = rnn.predict_interval(TABLE[TRAINED:], coverage).T
        inside = (lower <= truth) & (truth <= upper)
        assert inside.mean() == pytest.approx(coverage, abs=0.05)
        assert ((lower <= middle) & (middle <= upper)).all()
    widths, is_rough = upper - lower, DEVIATION[TRAINED:] > 1
    assert widths[is_rough].mean() > 2 * widths[~is_rough].mean()


class PlainRuler:
    def measure(self, history, n_steps):
        return np.ones((len(history), n_steps, 1))


class PlainHistory:
    codes, owners = np.zeros(1, int), np.zeros(20, int)

    def __len__(self):
        return 20

    def look_back(self, reach):
        return self


def test_shares_are_those_of_conformalised_quantile_regression():
    truth, levels = RNG.normal(size=199), np.array([-0.5, 0.0, 0.7])
    errors = (truth[:, None] - levels)[:, None, :]  # (n, steps, levels * targets)
    intervals = QuantileIntervals(errors, np.zeros(199, int), 1, PlainRuler(), None)
    intervals.levels = (0.25, 0.5, 0.75)
    bounds = intervals.surround(np.tile(levels, (20, 1, 1)), PlainHistory(), 0.9)
    scores = np.sort(np.maximum((-0.5 - truth) / 0.5, (truth - 0.7) / 0.7))
    share = scores[int(np.ceil(200 * 0.9)) - 1]
    np.testing.assert_allclose(bounds[:, 0], [[-0.5 - 0.5 * share, 0.7 + 0.7 * share]] * 20)


def test_quantiles_are_learned_beside_gaps_weights_and_several_targets():
    dates = pd.date_range("2024", periods=90)
    table = pd.DataFrame({"a": NOISY[:90], "b": NOISY[90:180] * 3}, dates)
    table.iloc[[8, 30], 0] = np.nan
    weights = RNG.uniform(size=90)
    rnn = RNNForecaster(**QUICK, horizon=2).fit(table, sample_weight=weights)
    levels = rnn.predict_quantiles(table)
    assert levels.columns.names == ["target", "step", "quantile"]
    by_level = levels.to_numpy().reshape(90, 2, 2, len(LEVELS))
    assert np.diff(by_level, axis=-1).min() >= 0
    medians = levels.xs(0.5, axis=1, level="quantile")
    np.testing.assert_array_equal(medians, rnn.predict(table))
    assert dates.equals(levels.index)


def test_training_goes_on():
    rnn = RNNForecaster(**QUICK, warm_start=True).fit(NOISY[:60])
    before = rnn.predict_quantiles(NOISY[:60])
    rnn.fit(NOISY[:60]).partial_fit(NOISY[60:80])
    assert rnn.n_iter_ == 5
    assert not np.array_equal(rnn.predict_quantiles(NOISY[:60]), before)
