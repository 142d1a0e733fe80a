"""Seasons: found where they are, taken out of values, and put back into forecasts."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.tsa.seasonal import seasonal_decompose
from statsmodels.tsa.stattools import acf

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.datasets import load_airline
from skrnn.forecasting._rows import SeriesRows, find_starts
from skrnn.forecasting._seasons import Seasons, find_period, find_seasonal, list_periods
from skrnn.forecasting._steps import read_step

RNG = np.random.default_rng(0)
WEEKS = np.tile([1.0, 5, 2, 8, 3, 9, 4], 12) + RNG.normal(size=84) / 10


def join(*series):
    return SeriesRows(np.concatenate(series)[:, None], find_starts([len(s) for s in series]))


@pytest.fixture
def airline():
    return load_airline().data.to_numpy(float)


@pytest.mark.parametrize("model", ["multiplicative", "additive"])
@pytest.mark.parametrize("period", [7, 12])
def test_indices_are_those_of_classical_decomposition(airline, model, period):
    series = airline if period == 12 else np.exp(WEEKS / 9)
    if model == "additive":
        series = series - series.mean()
    rows = join(series)
    seasons = Seasons((period,)).fit(rows)
    seasonal = seasonal_decompose(series, model, period=period).seasonal
    expected = series / seasonal if model == "multiplicative" else series - seasonal
    np.testing.assert_allclose(seasons.adjust(rows.values, rows)[:, 0], expected)
    assert seasons.changes_anything


@pytest.mark.parametrize("seed", range(6))
def test_a_season_is_there_if_its_autocorrelation_is_significant(seed):
    rng = np.random.default_rng(seed)
    columns = [rng.normal(size=n) + rng.choice([0, 0.5, 1]) * WEEKS[:n] for n in (22, 60, 84)]
    expected = []
    for column in columns:
        correlations = acf(column, nlags=7)
        noise = np.sqrt((1 + 2 * (correlations[1:7] ** 2).sum()) / len(column))
        expected.append(correlations[7] > 1.645 * noise)
    assert find_seasonal(join(*columns), 7).tolist() == expected


def test_each_series_has_the_seasons_that_it_has_alone():
    parts = [WEEKS, 100 + RNG.normal(size=50), WEEKS[3:40] - 5, WEEKS[:20]]
    rows = join(*parts)
    adjusted = Seasons((7,)).fit(rows).adjust(rows.values, rows)
    alone = [Seasons((7,)).fit(join(part)).adjust(part[:, None], join(part)) for part in parts]
    np.testing.assert_allclose(adjusted, np.concatenate(alone))
    assert (adjusted[:84] != rows.values[:84]).any()
    np.testing.assert_array_equal(adjusted[-20:], rows.values[-20:])  # fewer than three periods


@pytest.mark.parametrize("words", [{}, {"logs": True}])
def test_what_is_taken_out_is_put_back(words):
    hours = np.exp(np.sin(np.arange(504) * np.pi / 12)) * np.repeat(WEEKS[:21] + 3, 24)
    seasons = Seasons((24, 168), **words).fit(join(hours))
    places, codes = np.arange(100, 110), np.zeros(10, int)
    adjusted = seasons.adjust_at(hours[places][:, None], codes, places)
    assert np.ptp(adjusted) < 0.8 * np.ptp(np.log(hours) if words else hours)
    restored = seasons.restore(adjusted[:, None], codes, places, [0])[:, 0, 0]
    np.testing.assert_allclose(restored, hours[places])
    steps = seasons.restore(np.ones((1, 3, 1)), codes[:1], places[:1], [0])[0]
    alone = [
        seasons.restore(np.ones((1, 1, 1)), codes[:1], places[k : k + 1], [0]) for k in (1, 2)
    ]
    np.testing.assert_allclose(steps[1:].ravel(), np.ravel(alone))


def test_missing_values_hide_no_season(airline):
    holes = airline.copy()
    holes[RNG.choice(144, 20, replace=False)] = np.nan
    rows = join(holes)
    adjusted = Seasons((12,)).fit(rows).adjust(rows.values, rows)[:, 0]
    whole = Seasons((12,)).fit(join(airline)).adjust(airline[:, None], join(airline))[:, 0]
    known = ~np.isnan(holes)
    np.testing.assert_allclose(adjusted[known], whole[known], rtol=0.06)
    assert np.isnan(adjusted[~known]).all()


@pytest.mark.parametrize(
    ("freq", "periods"),
    [
        *(("MS", (12,)), ("ME", (12,)), ("BMS", (12,)), ("2MS", (6,)), ("QS", (4,))),
        *(("QE-NOV", (4,)), ("YS", ()), ("B", (5,)), ("D", (7,)), ("W-MON", (52,))),
        *(("h", (24, 168)), ("15min", (96, 672)), ("min", (60, 1440)), ("2D", ())),
    ],
)
def test_the_step_of_dates_tells_the_periods(freq, periods):
    index = pd.date_range("2020-01-01", periods=9, freq=freq)
    assert list_periods(read_step(freq, index)) == periods
    assert list_periods(1) is None


def test_a_period_is_found_in_values_alone():
    sine = np.sin(np.arange(300) * 2 * np.pi / 24)
    assert find_period(join(sine + RNG.normal(size=300) / 20)) == (24,)
    assert find_period(join(sine, RNG.normal(size=30), 9 * sine[50:])) == (24,)
    for nothing in (RNG.normal(size=300), RNG.normal(size=300).cumsum(), np.ones(50), np.ones(3)):
        assert find_period(join(nothing)) == ()


@pytest.mark.parametrize(
    ("seasonality", "periods"),
    [
        *(("auto", (12,)), (None, ()), ((), ()), (4, (4,)), ([12, 4], (4, 12))),
        *((np.array([12, 4]), (4, 12)), ((4, 4), (4,)), (np.array([]), ())),
    ],
)
def test_seasonality_says_which_are_looked_for(seasonality, periods):
    series = load_airline().data
    assert WindowForecaster(seasonality=seasonality).fit(series).seasonality_ == periods
    rnn = RNNForecaster(seasonality=seasonality, epochs=1, network_share=0, difference=None)
    assert set(rnn.fit(series).seasonality_) <= set(periods)


def test_the_last_value_of_the_season_taken_out_is_naive2(airline):
    series = load_airline().data[:120]
    seasonal = seasonal_decompose(series, "multiplicative", period=12).seasonal.to_numpy()
    last = series.iloc[-1] / seasonal[-1]
    forecast = NaiveForecaster(seasonality="auto").fit(series).forecast(24)
    np.testing.assert_allclose(forecast, last * np.tile(seasonal[:12], 2))


def test_a_new_series_is_forecast_like_the_same_one_in_fit_where_logarithms_are_taken():
    airline = load_airline().data.astype(float)
    noise = np.random.default_rng(0).normal(0, 0.01, size=(2, len(airline)))
    dates = {"date": airline.index}
    small, large = (
        pd.DataFrame({**dates, "store": store, "sales": factor * airline * np.exp(errors)})
        for store, factor, errors in zip("ab", (1, 30), noise, strict=True)
    )
    words = {"units": 3, "epochs": 2, "network_share": 1.0, "horizon": 6, "random_state": 0}
    forecaster = RNNForecaster(**words, scaling="standard", series="store", time="date")
    forecaster.fit(pd.concat([small, large]))
    assert forecaster._adjustment.seasons.logs
    forecaster.update(pd.concat([small.assign(store="c"), large.assign(store="d")]))
    sales = forecaster.forecast().groupby("store")["sales"].apply(np.array)
    np.testing.assert_allclose(sales["c"], sales["a"])
    np.testing.assert_allclose(sales["d"], sales["b"])


@pytest.mark.parametrize("n_series", [1, 3])
@pytest.mark.parametrize("n_columns", [1, 2])
def test_what_is_forecast_may_lie_beside_the_series_that_has_a_season(n_series, n_columns):
    noise = np.random.default_rng(0).normal(size=(n_series, 84, n_columns)) * 0.1
    values = 10 + np.sin(np.arange(84) * 2 * np.pi / 7)[:, None] + noise
    parts = [pd.DataFrame(part).assign(shop=i).set_index("shop") for i, part in enumerate(values)]
    X = pd.concat(parts).rename(columns=str)
    words = {"epochs": 2, "horizon": 2, "random_state": 0, "series": "shop"}
    forecaster = RNNForecaster(**words).fit(X, 2 * X["0"].to_numpy())
    assert forecaster.seasonality_ == (7,)
    forecasts = np.asarray(forecaster.predict(X)).reshape(n_series, 84, 2)[:, 7:-1]
    for step in range(2):
        truth = 2 * values[:, 7 + step : 83 + step, 0]
        assert np.abs(forecasts[..., step] - truth).mean() < 0.3
