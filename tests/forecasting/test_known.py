"""Columns that are known ahead, constant within a series, or told by dates."""

import pickle

import numpy as np
import pandas as pd
import polars as pl
import pytest
from grids import STRATEGIES, by_strategy
from numpy.testing import assert_allclose
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.metrics import root_mean_squared_error

from skrnn import NaiveForecaster, RNNForecaster, SeriesSplit, WindowForecaster, backtest

QUICK = {"epochs": 2, "units": 4, "network_share": 1.0, "window": 3, "random_state": 0}
LINEAR = {"epochs": 1, "units": 2, "network_share": 0.0, "random_state": 0}


def make_shop(n=400, lift=8.0, seed=0):
    """Make days of a shop whose promotions, known ahead, add a lift; noise of deviation 1."""
    rng = np.random.default_rng(seed)
    promo = rng.random(n) < 0.15
    sales = 20 + lift * promo + rng.normal(size=n)
    dates = pd.date_range("2022-01-01", periods=n, name="date")
    return pd.DataFrame({"sales": sales, "promo": promo}, dates)


def make_shops(n_shops=12, n=260, seed=0):
    """Make days of shops whose lifts depend on what they are, and the noise of each day."""
    rng, parts = np.random.default_rng(seed), []
    for shop in range(n_shops):
        size, area = rng.choice(["large", "small"]), rng.uniform(1, 3)
        promo, noise = rng.random(n) < 0.15, rng.normal(size=n)
        lift, level = 4 + 4 * (size == "large") + 2 * area, rng.uniform(15, 40)
        columns = {
            "shop": f"shop {shop}",
            "date": pd.date_range("2022-01-01", periods=n),
            "sales": level + lift * promo + noise,
            "promo": promo,
            "size": size,
            "area": area,
            "noise": noise,
        }
        parts.append(pd.DataFrame(columns))
    return pd.concat(parts, ignore_index=True)


SHOPS = {"series": "shop", "time": "date", "target": "sales", "known": ["promo"]}
SHOPS |= {"static": ["size", "area"]}


@pytest.fixture(scope="module")
def shop():
    return make_shop()


@pytest.fixture(scope="module")
def shops():
    return make_shops()


def lag(column, n):
    return np.concatenate([np.full(n, np.nan), column[:-n]])


# Against regressions on columns made by hand.


@pytest.mark.parametrize("strategy", ["direct", "recursive"])
def test_a_regressor_reads_the_rows_before_and_those_ahead(shop, strategy):
    words = {"target": "sales", "known": "promo", "window": 2, "horizon": 3}
    forecaster = WindowForecaster(strategy=strategy, **words).fit(shop[:300])
    sales, promo = shop["sales"].to_numpy(), shop["promo"].to_numpy(float)
    future = shop[["promo"]][300:303]
    predicted = forecaster.forecast(X=future)
    n_steps = 3 if strategy == "direct" else 1
    columns = [lag(sales, 2), lag(sales, 1), lag(promo, 2), lag(promo, 1)]
    columns += [np.append(promo[k:], np.full(k, np.nan)) for k in range(n_steps)]
    truth = np.column_stack([np.append(sales[k:], np.full(k, np.nan)) for k in range(n_steps)])
    X = np.column_stack(columns)
    rows = np.arange(2, 300 - n_steps + 1)
    reference = LinearRegression().fit(X[rows], truth[rows])
    if strategy == "direct":
        wanted = reference.predict(X[[300]])[0]
    else:
        fed = list(sales[298:300])
        for k in range(3):
            known = [promo[298 + k], promo[299 + k], promo[300 + k]]
            fed.append(reference.predict([[*fed[-2:], *known]])[0, 0])
        wanted = fed[2:]
    assert_allclose(predicted, wanted, rtol=1e-9)
    assert predicted.index.equals(future.index)


def test_a_regressor_reads_what_is_constant_in_a_series(shops):
    rows = shops.drop(columns="noise")
    forecaster = WindowForecaster(window=1, **SHOPS).fit(rows[rows["date"] < "2022-08-01"])
    later = rows[rows["date"] >= "2022-08-01"]
    before = shops.groupby("shop")[["sales", "promo"]].shift(1)
    large = shops["size"] == "large"
    X = np.column_stack([before.astype(float), large, shops["area"], shops["promo"]]).astype(float)
    train = (shops["date"] < "2022-08-01") & before["sales"].notna()
    reference = LinearRegression().fit(X[train], shops["sales"][train])
    wanted = reference.predict(X[later.index])
    assert_allclose(forecaster.predict(later), wanted, rtol=1e-9)


# How good forecasts are.


@by_strategy("recursive", "seq2seq")
def test_a_known_lift_leaves_the_noise_alone(shop, strategy):
    train, test = shop[:300], shop[300:]
    words = {"target": "sales", "strategy": strategy, "random_state": 0}
    forecaster = RNNForecaster(known=["promo"], **words).fit(train)
    floor = root_mean_squared_error(test["sales"] - 8 * test["promo"], np.full(len(test), 20.0))
    assert root_mean_squared_error(test["sales"], forecaster.predict(test)) < 1.05 * floor


@by_strategy("direct")
def test_lifts_of_shops_leave_the_noise_alone(shops, strategy):
    is_train = shops["date"] < "2022-07-20"
    columns = shops.drop(columns="noise")
    words = {"strategy": strategy, "random_state": 0}
    forecaster = RNNForecaster(**SHOPS, **words).fit(columns[is_train])
    error = root_mean_squared_error(
        shops["sales"][~is_train], forecaster.predict(columns[~is_train])
    )
    assert error < 1.05 * np.sqrt((shops["noise"][~is_train] ** 2).mean())


def test_an_effect_need_not_be_linear_in_a_known_column():
    rng = np.random.default_rng(0)
    price = rng.uniform(-1, 1, 900)
    series = pd.DataFrame({"sales": 5 * price**2 + 0.1 * rng.normal(size=900), "price": price})
    words = {"target": "sales", "known": "price", "network_share": 0.0, "seasonality": None}
    forecaster = RNNForecaster(**QUICK | words).fit(series[:700])
    error = root_mean_squared_error(series["sales"][700:], forecaster.predict(series[700:]))
    assert error < 0.12 * series["sales"].std()


def test_the_network_learns_lifts_that_depend_on_what_came_before():
    rng = np.random.default_rng(0)
    level, promo = np.sin(np.arange(900) / 15), rng.random(900) < 0.2
    sales = level + 3 * promo * (level > 0) + 0.1 * rng.normal(size=900)
    series = pd.DataFrame({"sales": sales, "promo": promo})
    words = {"target": "sales", "known": "promo", "random_state": 0, "seasonality": None}
    train, test = series[:700], series[700:]
    errors = [
        root_mean_squared_error(
            test["sales"],
            RNNForecaster(network_share=share, **words).fit(train).predict(test),
        )
        for share in (0.0, 1.0)
    ]
    assert errors[1] < 0.75 * errors[0], errors


# Which rows a forecast reads.


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_a_step_reads_its_own_row_ahead(shop, strategy):
    words = {"target": "sales", "known": "promo", "horizon": 3, "strategy": strategy}
    forecaster = RNNForecaster(**QUICK | {"epochs": 10}, **words).fit(shop[:100])
    coming = shop[["promo"]][100:103].assign(promo=[False, False, False])
    for step in range(3):
        changed = coming.copy()
        changed.iloc[step, 0] = True
        changes = forecaster.forecast(X=changed) - forecaster.forecast(X=coming)
        assert (changes[:step] == 0).all()
        assert changes.iloc[step] > 1  # about the lift of 8
        assert (changes[step + 1 : step + 2].abs() < 0.5).all()  # of an aftereffect that is none
        if strategy in ("direct", "seq2seq"):
            assert (changes[step + 2 :] == 0).all()


@by_strategy("recursive", "encoder_decoder")
def test_predict_forecast_and_update_read_the_same(shop, strategy):
    words = {"target": "sales", "known": "promo", "horizon": 2, "strategy": strategy}
    forecaster = RNNForecaster(**QUICK, **words).fit(shop[:100])
    rows, future = shop[100:110], shop[["promo"]][110:112]
    predicted = forecaster.predict(rows, X_future=future)
    seen = clone(forecaster).fit(shop[:100])
    for i in range(len(rows)):
        wanted = seen.forecast(X=shop[["promo"]][100 + i : 102 + i])
        assert_allclose(predicted.iloc[i], wanted, rtol=1e-5)
        seen.update(shop[100 + i : 101 + i])
    later = seen.forecast(X=shop[["promo"]][110:115])  # past the horizon, fed back
    assert later.index.equals(shop.index[110:115])


def test_scores_need_no_rows_after_the_last(shop):
    for kind in (RNNForecaster(**QUICK), WindowForecaster(window=3)):
        forecaster = clone(kind).set_params(target="sales", known="promo", horizon=4)
        forecaster.fit(shop[:300])
        part = shop[300:350]
        forecasts, truth = forecaster._pair_with_truth(part)
        given = forecaster.predict(part, X_future=shop[["promo"]][350:353])
        known = ~np.isnan(truth[:, :, 0])
        assert_allclose(forecasts[:, :, 0][known], np.asarray(given)[known], rtol=1e-5)
        assert known[:46].all()
        with pytest.raises(ValueError, match="X_future, 3 rows"):
            forecaster.predict(part)


def test_rows_of_a_table_come_in_any_order(shops):
    rows = shops.drop(columns="noise")
    train, test = rows[rows["date"] < "2022-07-20"], rows[rows["date"] >= "2022-07-20"]
    shuffled = train.sample(frac=1, random_state=0)
    forecaster = RNNForecaster(**QUICK, **SHOPS)
    wanted = clone(forecaster).fit(train).predict(test)
    forecaster.fit(shuffled)
    mixed = test.sample(frac=1, random_state=1)
    predicted = forecaster.predict(mixed)
    assert predicted.index.equals(mixed.index)
    assert_allclose(predicted.sort_index(), wanted, rtol=1e-6)
    coming = test[test["date"] < "2022-07-24"].drop(columns=["sales", "size", "area"])
    ahead = forecaster.forecast(X=coming.sample(frac=1, random_state=2))
    assert_allclose(ahead.sort_index(), forecaster.forecast(X=coming), rtol=1e-6)
    one = coming[coming["shop"] == "shop 3"]
    assert_allclose(forecaster.forecast(X=one), ahead[one.index], rtol=1e-5)


def test_tables_and_arrays_tell_the_same(shop):
    train, test = shop[:100], shop[100:110]
    words = {"target": "sales", "known": ["promo", "day"]}
    frames = [part.assign(day=part.index.day_name()) for part in (train, test)]
    wanted = WindowForecaster(window=3, **words).fit(frames[0]).predict(frames[1])
    tables = [pl.DataFrame({k: list(v) for k, v in frame.items()}) for frame in frames]
    of_tables = WindowForecaster(window=3, **words).fit(tables[0]).predict(tables[1])
    assert_allclose(of_tables, wanted, rtol=1e-9)
    arrays = [frame.to_numpy(dtype=object) for frame in frames]
    of_arrays = WindowForecaster(window=3, target=0, known=[1, 2]).fit(arrays[0])
    assert_allclose(of_arrays.predict(arrays[1]), wanted, rtol=1e-9)


@pytest.mark.parametrize("kind", [pd.DataFrame, pl.DataFrame])
def test_columns_that_are_counted_are_known_by_their_names_ahead(shop, kind):
    table = kind({k: v.to_numpy() for k, v in shop.assign(holiday=0.0).items()})
    train, coming = table[:300], table[300:302]
    wanted = WindowForecaster(target="sales", known=["promo", "holiday"], horizon=2).fit(train)
    counted = WindowForecaster(target=0, known={1: 0, 2: 0}, horizon=2).fit(train)
    ahead = coming[["holiday", "promo"]]
    assert_allclose(counted.forecast(X=ahead), wanted.forecast(X=ahead))
    assert_allclose(counted.predict(train, X_future=ahead), wanted.predict(train, X_future=ahead))
    if kind is pd.DataFrame:  # an array has the columns of the frame
        given = counted.forecast(X=coming)
        assert_allclose(counted.forecast(X=coming.to_numpy(float)), given)
        rows = counted.predict(coming[:1], X_future=coming[1:])
        arrays = coming[:1].to_numpy(float), coming[1:].to_numpy(float)
        assert_allclose(counted.predict(arrays[0], X_future=arrays[1]), rows)


def test_a_number_that_is_the_name_of_a_column_is_no_count(shop):
    table = shop.assign(other=0.0).set_axis([0, 2, 1], axis=1)
    named = WindowForecaster(target=0, known=2).fit(table[:300])
    assert named._reader.covariates.known_labels == [2]
    wanted = WindowForecaster(target="sales", known="promo").fit(shop[:300].assign(other=0.0))
    assert_allclose(
        named.forecast(X=table[300:301][[2]]), wanted.forecast(X=shop[300:301][["promo"]])
    )


def test_a_label_that_was_not_in_fit_is_none_of_those_that_were():
    rng = np.random.default_rng(0)
    event = rng.choice(["none", "fair", "match"], 300)
    sales = 10 + 5 * (event == "fair") - 3 * (event == "match") + 0.01 * rng.normal(size=300)
    series = pd.DataFrame({"sales": sales, "event": event})
    forecaster = WindowForecaster(target="sales", known="event", window=1).fit(series)
    coming = pd.DataFrame({"event": ["fair", "match", "none", "flood"]}, range(300, 304))
    values = forecaster.forecast(X=coming)
    assert_allclose(values.iloc[:3], [15, 7, 10], atol=0.1)
    assert np.isfinite(values.iloc[3])


@pytest.mark.parametrize("strategy", ["direct", pytest.param("seq2seq", marks=pytest.mark.slow)])
def test_many_labels_are_embedded(strategy):
    rng = np.random.default_rng(0)
    labels = np.array([f"event {i}" for i in range(70)])
    lifts = dict(zip(labels, rng.choice([-1.0, 1.0], 70), strict=True))
    event = rng.choice(labels, 900)
    sales = np.array([lifts[e] for e in event]) + 0.1 * rng.normal(size=900)
    series = pd.DataFrame({"sales": sales, "event": event})
    words = {"window": 2, "scaling": "standard", "seasonality": None, "random_state": 0}
    words |= {"epochs": 25 if strategy != "seq2seq" else 150, "network_share": 1.0}
    words |= {"strategy": strategy, "horizon": 2, "learning_rate": 0.02}
    forecaster = RNNForecaster(target="sales", known="event", **words).fit(series[:800])
    assert forecaster.score(series[800:]) > 0.6
    coming = pd.DataFrame({"event": ["never seen", "event 0"]}, range(800, 802))
    assert np.isfinite(forecaster.forecast(X=coming)).all()
    twin = pickle.loads(pickle.dumps(forecaster))
    assert_allclose(twin.forecast(X=coming), forecaster.forecast(X=coming))


def test_missing_known_values_are_replaced_as_told(shop):
    holed = shop.astype({"promo": object})
    holed.iloc[[3, 40], 1] = None
    filled = shop.copy()
    filled.iloc[[3, 40], 1] = False
    words = {"target": "sales", "window": 3}
    told = WindowForecaster(known={"promo": False}, **words).fit(holed)
    wanted = WindowForecaster(known="promo", **words).fit(filled)
    assert_allclose(told.predict(shop), wanted.predict(shop), rtol=1e-12)
    with pytest.raises(ValueError, match=r"row 3 \(2022-01-04 00:00:00\) of 'promo'"):
        WindowForecaster(known={"promo": None}, **words).fit(holed)


@by_strategy("recursive", "seq2seq")
def test_an_aftereffect_is_known_ahead(strategy):
    promo = np.random.default_rng(0).random((6, 150)) < 0.3
    promo[:, -1] = False
    dip = np.pad(promo, ((0, 0), (1, 0)))[:, :-1]
    sales = 50 + 10.0 * promo - 5 * dip + 0.1 * np.random.default_rng(1).normal(size=promo.shape)
    shops = pd.DataFrame({"sales": sales.ravel(), "promo": promo.ravel()})
    shops["shop"], shops["day"] = np.divmod(np.arange(900), 150)
    words = {"series": "shop", "time": "day", "target": "sales", "known": "promo"}
    words |= {"strategy": strategy, "horizon": 3}
    forecaster = RNNForecaster(**LINEAR, **words).fit(shops)
    coming = pd.DataFrame({"promo": [True, False, True, False, False, False]})
    parts = [coming.assign(shop=shop, day=range(150, 156)) for shop in range(6)]
    if strategy != "recursive":
        parts = [part[:3] for part in parts]
    forecasts = forecaster.forecast(X=pd.concat(parts, ignore_index=True))
    wanted = np.tile([60, 45, 60, 45, 50, 50][: len(parts[0])], 6)
    assert_allclose(forecasts, wanted, atol=0.3)


def test_rows_of_weight_0_have_no_effect(shop):
    promo = shop["promo"].to_numpy()
    rng = np.random.default_rng(0)
    sales = 50 + np.where(np.arange(400) < 200, 10, 30) * promo + 0.1 * rng.normal(size=400)
    forecaster = RNNForecaster(**LINEAR, target="sales", known="promo", seasonality=None)
    forecaster.fit(shop.assign(sales=sales), sample_weight=np.arange(400) >= 200)
    dates = pd.date_range(shop.index[-1], periods=3)[1:]
    coming = pd.DataFrame({"promo": [False, True]}, dates)
    assert_allclose(forecaster.forecast(X=coming), [50, 80], atol=1.5)


def test_a_new_series_is_forecast_by_what_it_is(shops):
    rows = shops.drop(columns="noise")
    is_new = rows["shop"] == "shop 11"
    forecaster = RNNForecaster(**LINEAR, **SHOPS).fit(rows[~is_new])
    new = rows[is_new]
    predicted = forecaster.predict(new)
    after = forecaster.update(new[:200]).predict(new[200:])
    assert_allclose(after, predicted[200:], rtol=0.02)
    floor = np.sqrt((shops["noise"][is_new][30:] ** 2).mean())
    naive = NaiveForecaster(**{k: SHOPS[k] for k in SHOPS}).fit(rows).predict(new)
    assert root_mean_squared_error(new["sales"][30:], predicted[30:]) < 2 * floor
    assert root_mean_squared_error(new["sales"][30:], naive[30:]) > 3 * floor


def test_rows_left_out_shift_nothing(shop):
    forecaster = RNNForecaster(**LINEAR, target="sales", known="promo")
    forecaster.fit(shop[:300].drop(shop.index[[50, 120, 121]]))
    later = shop[300:].drop(shop.index[[310, 330, 331, 332]])
    error = root_mean_squared_error(later["sales"], forecaster.predict(later))
    assert error < 1.1


def test_training_goes_on_with_known_columns(shop):
    words = {"target": "sales", "known": "promo", "horizon": 2}
    forecaster = RNNForecaster(**QUICK, **words).partial_fit(shop[:100]).partial_fit(shop[100:200])
    first = forecaster.forecast(X=shop[["promo"]][200:202])
    twin = pickle.loads(pickle.dumps(forecaster))
    assert_allclose(twin.forecast(X=shop[["promo"]][200:202]), first)
    assert forecaster.n_iter_ == 2


@pytest.mark.parametrize(
    "strategy", ["seq2seq", "encoder_decoder", pytest.param("direct", marks=pytest.mark.slow)]
)
def test_the_model_of_keras_reads_what_is_known(shop, strategy, tmp_path):
    import keras

    words = {"target": "sales", "known": ["promo", "event"], "horizon": 2, "strategy": strategy}
    labeled = shop[:100].assign(event=[f"event {i}" for i in range(100)])
    forecaster = RNNForecaster(**QUICK, **words).fit(labeled)
    path = tmp_path / "model.keras"
    forecaster.model_.save(path)
    model = keras.saving.load_model(path, compile=False)
    shape = [1 if n is None else n for n in model.inputs[0].shape]
    inputs = np.random.default_rng(0).uniform(1, 2, shape)
    assert_allclose(model.predict(inputs, verbose=0), forecaster.model_.predict(inputs, verbose=0))


def test_networks_of_others_read_what_is_known(shop):
    words = {"target": "sales", "known": "promo", "horizon": 2, "strategy": "direct"}
    train, coming = shop[:200], shop[["promo"]][200:202]
    forecaster = RNNForecaster(**QUICK | {"epochs": 5}, network="conv_lstm", **words).fit(train)
    changes = forecaster.forecast(X=coming.assign(promo=[False, True]))
    changes -= forecaster.forecast(X=coming.assign(promo=False))
    assert changes.iloc[1] > 1


# Dates.


def test_the_calendar_is_known_ahead():
    dates = pd.date_range("2020-01-01", periods=500)
    rng = np.random.default_rng(0)
    sales = 10 + 3.0 * (dates.day_of_week == 5) + 0.01 * rng.normal(size=500)
    series = pd.Series(sales, dates)
    words = {"calendar": ["weekday"], "window": 1, "horizon": 7}
    forecaster = WindowForecaster(**words).fit(series[:400])
    coming = forecaster.forecast(21)
    assert coming.index.equals(dates[400:421])
    best = WindowForecaster(window=14, horizon=7).fit(series[:400]).forecast(21)
    assert np.abs(coming - series[400:421]).max() < 1.2  # two waves of three are a good part
    assert coming.groupby(coming.index.day_of_week).mean().idxmax() == 5
    holed = series[400:450].drop(dates[[410, 411, 430]])
    shifted = forecaster.predict(holed).to_numpy()[-1]
    assert_allclose(shifted, forecaster.predict(series[400:450]).to_numpy()[-1], rtol=1e-3)
    assert len(best) == 21


def test_holidays_of_a_country_are_known_ahead():
    import holidays

    dates = pd.date_range("2018-01-01", "2021-12-31")
    days_off = holidays.country_holidays("DE", years=range(2018, 2022))
    is_off = np.array([date in days_off for date in dates])
    rng = np.random.default_rng(0)
    series = pd.Series(100 - 60.0 * is_off + rng.normal(size=len(dates)), dates)
    train, test = series[:"2020"], series["2021":]
    plain, told = (
        RNNForecaster(calendar=calendar, **LINEAR).fit(train) for calendar in (None, "DE")
    )
    off = is_off[-len(test) :]
    errors = [np.abs(f.predict(test) - test)[off].mean() for f in (plain, told)]
    assert errors[1] < 3 < 50 < errors[0]


# Together with all else.


def test_backtests_read_what_is_known(shop):
    forecaster = WindowForecaster(target="sales", known="promo", window=3, horizon=2)
    table = backtest(forecaster, shop, cv=SeriesSplit(n_splits=3, test_size=20))
    for step, part in table[table["truth"].notna()].groupby("step"):
        assert root_mean_squared_error(part["truth"], part["forecast"]) < 1.3, step
