"""Forecasters inside pipelines, searches and transformed targets, against transforming by hand."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.compose import TransformedTargetRegressor, make_column_transformer
from sklearn.decomposition import PCA
from sklearn.exceptions import NotFittedError
from sklearn.feature_selection import VarianceThreshold
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LinearRegression
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline, make_union
from sklearn.preprocessing import (
    Binarizer,
    FunctionTransformer,
    MinMaxScaler,
    OneHotEncoder,
    PowerTransformer,
    StandardScaler,
)

from skrnn import InnerForecaster, NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.datasets import load_airline, make_demand
from skrnn.metrics import get_scorer

SERIES = load_airline().data
TRAIN, TEST = SERIES[:120], SERIES[120:]


def make_frame():
    rng = np.random.default_rng(0)
    sales = SERIES.rename("sales")
    price = 100 - 0.05 * sales + rng.normal(0, 2, len(sales))
    return pd.DataFrame({"price": price, "sales": sales, "visits": sales.shift(1) + 3})[1:]


FRAME = make_frame()


def take_logarithms():
    return FunctionTransformer(np.log, np.exp, feature_names_out="one-to-one")


def make_panel():
    columns = ["store", "date", "sales", "price"]
    table = make_demand(n_stores=3, n_days=120, random_state=0).data[columns]
    return table.assign(store=table["store"].astype(object))


def check_same(given, expected):
    """Check that tables are alike, their labels too."""
    if isinstance(expected, pd.Series):
        pd.testing.assert_series_equal(pd.Series(given), pd.Series(expected), check_freq=False)
    elif isinstance(expected, pd.DataFrame):
        pd.testing.assert_frame_equal(given, expected, check_freq=False)
    else:
        np.testing.assert_allclose(given, expected, rtol=1e-9)
        assert type(given) is type(expected)


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("make", [pd.Series, pd.Series.to_frame, np.asarray])
def test_logarithms_are_put_back(make, horizon):
    X, later = make(TRAIN), make(TEST)
    by_hand = WindowForecaster(horizon=horizon).fit(np.log(X))
    pipeline = make_pipeline(take_logarithms(), WindowForecaster(horizon=horizon)).fit(X)
    inner = InnerForecaster(pipeline)
    check_same(inner.predict(later), np.exp(by_hand.predict(np.log(later))))
    check_same(inner.forecast(), np.exp(by_hand.forecast()))
    check_same(inner.update(later).forecast(5), np.exp(by_hand.update(np.log(later)).forecast(5)))


def make_calibrated(**words):
    return WindowForecaster(calibrate=True, **words)


@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("make", [pd.Series, pd.Series.to_frame, np.asarray])
def test_intervals_are_put_back(make, horizon):
    X, later = make(TRAIN), make(TEST)
    by_hand = make_calibrated(horizon=horizon).fit(np.log(X))
    pipeline = make_pipeline(take_logarithms(), make_calibrated(horizon=horizon)).fit(X)
    inner = InnerForecaster(pipeline)
    expected = np.exp(by_hand.predict_interval(np.log(later), 0.8))
    check_same(inner.predict_interval(later, 0.8), expected)
    check_same(inner.forecast_interval(5, coverage=0.5), np.exp(by_hand.forecast_interval(5, 0.5)))


def test_the_lower_bound_stays_the_lower_one_where_an_inverse_falls():
    reciprocal = FunctionTransformer(np.reciprocal, np.reciprocal)
    inner = InnerForecaster(make_pipeline(reciprocal, make_calibrated(horizon=2)).fit(TRAIN))
    bounds = inner.predict_interval(TEST)
    by_hand = 1 / make_calibrated(horizon=2).fit(1 / TRAIN).predict_interval(1 / TEST)
    for step in (1, 2):
        np.testing.assert_allclose(bounds[step, "lower"], by_hand[step, "upper"])
        np.testing.assert_allclose(bounds[step, "upper"], by_hand[step, "lower"])
    assert (bounds.xs("lower", axis=1, level=1) <= inner.predict(TEST)).all(axis=None)


@pytest.mark.parametrize("kind", ["pandas", "polars", "default"])
def test_intervals_of_several_targets_keep_their_columns(kind):
    frame = FRAME if kind != "polars" else pl.from_pandas(FRAME)
    scaler = StandardScaler().set_output(transform=kind).fit(frame)
    words = {"horizon": 2, "target": [1, 0] if kind == "default" else ["sales", "price"]}
    pipeline = make_pipeline(StandardScaler().set_output(transform=kind), make_calibrated(**words))
    given = InnerForecaster(pipeline.fit(frame)).predict_interval(frame)
    by_hand = make_calibrated(**words).fit(scaler.transform(frame))
    scaled = by_hand.predict_interval(scaler.transform(frame))
    if kind == "default":
        expected = scaled * scaler.scale_[[1, 0], None] + scaler.mean_[[1, 0], None]
        assert given.shape == (len(frame), 2, 2, 2)
    else:
        expected = np.asarray(scaled) * scaler.scale_[[1] * 4 + [0] * 4]
        expected += scaler.mean_[[1] * 4 + [0] * 4]
        assert list(given.columns) == list(scaled.columns)
    np.testing.assert_allclose(given, expected)


def make_quantiles(levels):
    return RNNForecaster(
        cell="simple", units=2, epochs=1, window=6, horizon=2, quantiles=levels, random_state=0
    )


def test_quantiles_are_put_back():
    levels = (0.1, 0.5, 0.8)
    by_hand = make_quantiles(levels).fit(np.log(TRAIN))
    pipeline = make_pipeline(take_logarithms(), make_quantiles(levels)).fit(TRAIN)
    inner = InnerForecaster(pipeline)
    check_same(inner.predict_quantiles(TEST), np.exp(by_hand.predict_quantiles(np.log(TEST))))
    check_same(inner.forecast_quantiles(), np.exp(by_hand.forecast_quantiles()))


def test_quantiles_turn_round_where_an_inverse_falls():
    def fit(levels):
        negative = FunctionTransformer(np.negative, np.negative)
        pipeline = make_pipeline(negative, make_quantiles(levels)).fit(TRAIN)
        return InnerForecaster(pipeline), make_quantiles(levels).fit(-TRAIN)

    inner, by_hand = fit((0.1, 0.5, 0.9))
    expected = -by_hand.predict_quantiles(-TEST).to_numpy().reshape(-1, 2, 3)[..., ::-1]
    given = inner.predict_quantiles(TEST).to_numpy().reshape(-1, 2, 3)
    np.testing.assert_allclose(given, expected)
    with pytest.raises(ValueError, match=r"quantiles=\(0.1, 0.5\) .* inverse that falls"):
        fit((0.1, 0.5))[0].predict_quantiles(TEST)


def test_intervals_of_a_transformed_target_are_put_back():
    regressor = TransformedTargetRegressor(
        make_calibrated(horizon=2), transformer=PowerTransformer()
    ).fit(FRAME[:100], FRAME["sales"][:100])
    power = PowerTransformer().fit(FRAME[["sales"]].to_numpy()[:100])
    truth = power.transform(FRAME[["sales"]].to_numpy()[:100])
    by_hand = make_calibrated(horizon=2).fit(FRAME[:100], truth[:, 0])
    scaled = by_hand.predict_interval(FRAME[100:])
    expected = power.inverse_transform(np.reshape(scaled, (-1, 1))).reshape(scaled.shape)
    np.testing.assert_allclose(InnerForecaster(regressor).predict_interval(FRAME[100:]), expected)


def test_intervals_of_rotated_columns_are_none_of_the_columns():
    inner = InnerForecaster(make_pipeline(PCA(), make_calibrated()).fit(FRAME))
    assert inner.forecast(2).shape == (2, 3)
    with pytest.raises(ValueError, match=r"PCA\(\) .* makes it of several columns"):
        inner.forecast_interval(2)


@pytest.mark.parametrize("target", ["sales", ["sales", "price"], None])
@pytest.mark.parametrize("horizon", [1, 2])
def test_scaled_columns_are_put_back(target, horizon):
    forecaster = WindowForecaster(horizon=horizon, target=target)
    pipeline = make_pipeline(StandardScaler(), MinMaxScaler(), forecaster)
    pipeline.set_output(transform="pandas").fit(FRAME[:100])
    given = InnerForecaster(pipeline).predict(FRAME[100:])
    scaled = pipeline.predict(FRAME[100:])
    assert given.index.equals(FRAME.index[100:])
    assert given.columns.equals(scaled.columns) if horizon > 1 or target != "sales" else True
    names = [target] if isinstance(target, str) else target or list(FRAME)
    scales = pd.DataFrame([pipeline[0].scale_, pipeline[1].scale_], columns=FRAME.columns)
    lowest = pipeline[0].inverse_transform(pipeline[1].inverse_transform(np.zeros((1, 3))))[0]
    lowest = dict(zip(FRAME.columns, lowest, strict=True))
    for i, name in enumerate(names):
        rows = slice(i * horizon, (i + 1) * horizon)
        factor = scales[name][0] / scales[name][1]
        columns = np.asarray(scaled).reshape(len(scaled), -1)[:, rows]
        expected = columns * factor + lowest[name]
        np.testing.assert_allclose(np.asarray(given).reshape(len(given), -1)[:, rows], expected)
    assert InnerForecaster(pipeline).forecast().index[0] == FRAME.index[100]


def test_arrays_in_the_middle_lose_dates_but_not_units():
    forecaster = WindowForecaster(target=1, horizon=4)
    pipeline = make_pipeline(StandardScaler(), forecaster).fit(FRAME[:100])
    by_hand = StandardScaler().fit(FRAME[:100])
    inside = WindowForecaster(target=1, horizon=4).fit(by_hand.transform(FRAME[:100]))
    expected = inside.forecast(4) * by_hand.scale_[1] + by_hand.mean_[1]
    check_same(InnerForecaster(pipeline).forecast(4), expected)


def test_a_column_goes_back_through_its_part_of_a_column_transformer():
    table = make_panel()
    early, late = table[table["date"] < "2022-04-20"], table[table["date"] >= "2022-04-20"]
    parts = make_column_transformer(
        (MinMaxScaler(), ["price"]),
        (make_pipeline(SimpleImputer(), take_logarithms(), StandardScaler()), ["sales"]),
        remainder="passthrough",
    )
    words = {"series": "remainder__store", "time": "remainder__date", "target": "pipeline__sales"}
    forecaster = WindowForecaster(horizon=2, **words)
    pipeline = make_pipeline(parts, forecaster).set_output(transform="pandas").fit(early)

    scaler = StandardScaler().fit(np.log(early[["sales"]]))
    prices = MinMaxScaler().fit(early[["price"]])

    def transform(rows):
        scaled = {"price": prices.transform(rows[["price"]])[:, 0]}
        scaled["sales"] = scaler.transform(np.log(rows[["sales"]]))[:, 0]
        return rows.assign(**scaled)[["price", "sales", "store", "date"]]

    def put_back(values):
        return np.exp(values * scaler.scale_[0] + scaler.mean_[0])

    words = {"series": "store", "time": "date", "target": "sales"}
    by_hand = WindowForecaster(horizon=2, **words).fit(transform(early))
    check_same(InnerForecaster(pipeline).predict(late), put_back(by_hand.predict(transform(late))))
    expected = by_hand.update(transform(late)).forecast()
    given = InnerForecaster(pipeline).update(late).forecast()
    assert given.columns.tolist() == ["remainder__store", "remainder__date", "sales"]
    np.testing.assert_array_equal(given["remainder__store"], expected["store"])
    np.testing.assert_allclose(given["sales"], put_back(expected["sales"]))


def test_what_is_known_ahead_goes_through_the_pipeline():
    demand = make_demand(n_stores=3, n_days=130, random_state=0)
    table = demand.data
    early, late = table[table["date"] < "2022-04-20"], table[table["date"] >= "2022-04-20"]
    words = {"series": "store", "time": "date", "target": "sales", "horizon": 7}
    words |= {"known": demand.known, "static": demand.static, "calibrate": True}
    parts = make_column_transformer(
        (take_logarithms(), ["sales"]), remainder="passthrough", verbose_feature_names_out=False
    )
    pipeline = make_pipeline(parts, WindowForecaster(**words)).set_output(transform="pandas")
    inner = InnerForecaster(pipeline.fit(early))

    def transform(rows):
        return rows.assign(sales=np.log(rows["sales"]))

    by_hand = WindowForecaster(**words).fit(transform(early))
    week = late[late["date"] < "2022-04-27"]
    check_same(inner.forecast(X=week), np.exp(by_hand.forecast(X=week)))
    check_same(inner.forecast_interval(X=week), np.exp(by_hand.forecast_interval(X=week)))
    given = inner.predict(week, X_future=late[late["date"] >= "2022-04-27"])
    expected = by_hand.predict(transform(week), X_future=late[late["date"] >= "2022-04-27"])
    check_same(given, np.exp(expected))


def test_an_inverse_of_tables_knows_the_series_of_each_row():
    table = make_panel()
    means = table.groupby("store")["sales"].mean()

    def scale(rows, sign=-1):
        return rows.assign(sales=rows["sales"] * rows["store"].map(means) ** sign)

    words = {"series": "store", "time": "date", "target": "sales"}
    each = FunctionTransformer(scale, scale, inv_kw_args={"sign": 1}, check_inverse=False)
    pipeline = make_pipeline(each, WindowForecaster(horizon=2, **words)).fit(table)
    by_hand = WindowForecaster(horizon=2, **words).fit(scale(table))
    expected = by_hand.predict(scale(table)).mul(table["store"].map(means), axis=0)
    check_same(InnerForecaster(pipeline).predict(table), expected)
    check_same(InnerForecaster(pipeline).forecast(), scale(by_hand.forecast(), sign=1))


@pytest.mark.parametrize("horizon", [1, 3])
def test_transformed_targets_are_put_back(horizon):
    truth = FRAME[["sales"]][:100]
    regressor = TransformedTargetRegressor(
        WindowForecaster(horizon=horizon), transformer=PowerTransformer()
    ).fit(FRAME[:100], truth)
    power = PowerTransformer().fit(truth)
    by_hand = WindowForecaster(horizon=horizon).fit(FRAME[:100], power.transform(truth))

    def put_back(values):
        return power.inverse_transform(np.reshape(values, (-1, 1))).reshape(np.shape(values))

    inner = InnerForecaster(regressor)
    np.testing.assert_allclose(inner.predict(FRAME), put_back(by_hand.predict(FRAME)))
    np.testing.assert_allclose(inner.forecast(horizon), put_back(by_hand.forecast(horizon)))
    inner.update(FRAME[100:])
    expected = by_hand.update(FRAME[100:]).forecast(horizon)
    np.testing.assert_allclose(inner.forecast(horizon), put_back(expected))


@pytest.mark.parametrize("words", [{"strategy": "recursive"}, {"difference": 12}, {"horizon": 3}])
def test_a_target_transformed_as_its_column_is_forecast_as_in_a_pipeline(words):
    regressor = TransformedTargetRegressor(
        WindowForecaster(**words), func=np.log, inverse_func=np.exp
    ).fit(np.log(TRAIN).to_frame(), TRAIN)
    pipeline = make_pipeline(take_logarithms(), WindowForecaster(**words)).fit(TRAIN)
    given, expected = InnerForecaster(regressor), InnerForecaster(pipeline)
    check_same(given.forecast(5), expected.forecast(5))
    given, expected = given.predict(np.log(TEST).to_frame()), expected.predict(TEST)
    np.testing.assert_allclose(given, expected)


def test_layers_may_lie_in_each_other_in_any_order():
    pipeline = make_pipeline(take_logarithms(), WindowForecaster())
    grid = {"windowforecaster__window": [6, 12]}
    search = GridSearchCV(pipeline, grid, cv=TimeSeriesSplit(2)).fit(TRAIN)
    window = search.best_params_["windowforecaster__window"]
    by_hand = np.exp(WindowForecaster(window=window).fit(np.log(TRAIN)).forecast(6))
    check_same(InnerForecaster(search).forecast(6), by_hand)
    check_same(InnerForecaster(FrozenEstimator(search)).forecast(6), by_hand)
    inside = GridSearchCV(WindowForecaster(), {"window": [window]}, cv=TimeSeriesSplit(2))
    check_same(
        InnerForecaster(make_pipeline(take_logarithms(), inside).fit(TRAIN)).forecast(6), by_hand
    )
    nested = make_pipeline(
        make_pipeline(take_logarithms()), "passthrough", WindowForecaster(window=window)
    )
    check_same(InnerForecaster(nested.fit(TRAIN)).forecast(6), by_hand)
    target = TransformedTargetRegressor(pipeline, func=np.sqrt, inverse_func=np.square)
    target.fit(TRAIN.to_frame(), TRAIN)
    expected = WindowForecaster().fit(np.log(TRAIN.to_frame()), np.sqrt(TRAIN)).forecast(1) ** 2
    np.testing.assert_allclose(InnerForecaster(target).forecast(1), expected)
    assert isinstance(InnerForecaster(target).forecaster, WindowForecaster)


def test_a_forecaster_itself_is_left_as_it_is():
    forecaster = NaiveForecaster(horizon=2).fit(TRAIN)
    inner = InnerForecaster(forecaster)
    check_same(inner.forecast(3), forecaster.forecast(3))
    check_same(inner.predict(TEST), forecaster.predict(TEST))
    assert inner.forecaster is forecaster
    assert repr(inner) == "InnerForecaster(NaiveForecaster(horizon=2))"


def test_a_truth_that_was_given_keeps_its_units():
    pipeline = make_pipeline(PCA(2), WindowForecaster()).fit(FRAME[:100], FRAME["sales"][:100])
    given = InnerForecaster(pipeline).predict(FRAME[100:])
    np.testing.assert_array_equal(given, pipeline.predict(FRAME[100:]))
    assert abs(given - FRAME["sales"][100:]).mean() < 60


def test_all_columns_go_back_through_a_rotation():
    pca = PCA().fit(FRAME)
    pipeline = make_pipeline(PCA(), WindowForecaster(horizon=2)).fit(FRAME)
    by_hand = WindowForecaster(horizon=2).fit(pca.transform(FRAME))
    given = InnerForecaster(pipeline)
    check_same(given.forecast(5), pca.inverse_transform(by_hand.forecast(5)))
    expected = by_hand.predict(pca.transform(FRAME)).reshape(-1, 3)
    expected = pca.inverse_transform(expected).reshape(-1, 2, 3)
    check_same(given.predict(FRAME), expected)


def test_columns_that_were_selected_and_filled_are_found_again():
    table = FRAME.assign(flat=1.0)[["flat", "price", "sales"]]
    table.iloc[40, 1] = np.nan
    steps = [SimpleImputer(), VarianceThreshold(), StandardScaler()]
    pipeline = make_pipeline(*steps, WindowForecaster(target=1, horizon=3)).fit(table)
    X = make_pipeline(*steps).fit_transform(table)
    expected = WindowForecaster(target=1, horizon=3).fit(X).forecast(3)
    expected = expected * table["sales"].std(ddof=0) + table["sales"].mean()
    check_same(InnerForecaster(pipeline).forecast(3), expected)


@pytest.mark.parametrize("target", ["sales", ["sales", "price"]])
def test_polars_tables_stay_polars_tables(target):
    table = pl.from_pandas(FRAME)

    def fit(kind, X):
        steps = StandardScaler(), WindowForecaster(horizon=3, target=target)
        return make_pipeline(*steps).set_output(transform=kind).fit(X)

    pipeline, pandas = fit("polars", table), InnerForecaster(fit("pandas", FRAME))
    given = InnerForecaster(pipeline).predict(table)
    assert isinstance(given, pl.DataFrame)
    assert given.columns == pipeline.predict(table).columns
    np.testing.assert_allclose(given, pandas.predict(FRAME))
    given = InnerForecaster(pipeline).forecast()
    assert isinstance(given, pl.Series if target == "sales" else pl.DataFrame)
    np.testing.assert_allclose(given, pandas.forecast())


@pytest.mark.parametrize(
    ("transformer", "reason"),
    [
        (PCA(), r"PCA\(\) .* makes it of several columns"),
        (PCA(2), r"PCA\(n_components=2\) .* makes it of several columns"),
        (make_union(StandardScaler()), r"FeatureUnion.* has no inverse_transform"),
        (FunctionTransformer(np.log1p), r"FunctionTransformer.* has no inverse_func"),
        (Binarizer(), r"Binarizer.* has no inverse_transform"),
    ],
)
def test_what_cannot_be_put_back_is_an_error(transformer, reason):
    forecaster = WindowForecaster(target=1, horizon=2)
    inner = InnerForecaster(make_pipeline(transformer, forecaster).fit(FRAME))
    for call in (lambda: inner.forecast(2), lambda: inner.predict(FRAME)):
        with pytest.raises(ValueError, match=reason + r"(.|\n)*give fit the truth as y"):
            call()


def test_text_made_numbers_beside_the_target_is_no_matter():
    table = make_panel().assign(weekday=lambda rows: rows["date"].dt.day_name())
    parts = make_column_transformer(
        (OneHotEncoder(sparse_output=False), ["weekday"]),
        ("passthrough", ["store", "date", "sales"]),
        remainder="drop",
        verbose_feature_names_out=False,
    )
    words = {"series": "store", "time": "date", "target": "sales"}
    pipeline = make_pipeline(parts, WindowForecaster(**words)).set_output(transform="pandas")
    pipeline.fit(table)
    check_same(InnerForecaster(pipeline).predict(table), pipeline.predict(table))


@pytest.mark.parametrize("horizon", [1, 3])
def test_scorers_by_name_judge_in_the_units_of_the_data(horizon):
    pipeline = make_pipeline(take_logarithms(), WindowForecaster(horizon=horizon)).fit(TRAIN)
    forecasts = np.reshape(InnerForecaster(pipeline).predict(TEST), (len(TEST), -1))
    truth = np.column_stack([TEST.shift(-step) for step in range(horizon)])
    expected = -np.nanmean(np.abs(forecasts - truth))
    scorer = get_scorer("neg_mean_absolute_error")
    assert scorer(pipeline, TEST) == pytest.approx(expected)
    search = GridSearchCV(pipeline, {}, cv=TimeSeriesSplit(2), scoring=scorer).fit(TRAIN)
    assert scorer(search, TEST) == pytest.approx(expected)
    assert -60 < search.best_score_ < 0
    X = np.log(TRAIN).to_frame()
    target = TransformedTargetRegressor(
        WindowForecaster(horizon=horizon), func=np.log, inverse_func=np.exp
    ).fit(X, TRAIN)
    assert scorer(target, np.log(TEST).to_frame(), TEST) == pytest.approx(expected)
    assert scorer(target, np.log(TEST).to_frame()) == pytest.approx(expected)


def test_a_truth_beside_x_is_scored_as_it_was_given():
    pipeline = make_pipeline(PCA(2), WindowForecaster(horizon=2))
    pipeline.fit(FRAME[:100], FRAME["sales"][:100])
    forecasts = pipeline.predict(FRAME[100:])
    truth = np.column_stack([FRAME["sales"][100:].shift(-step) for step in (0, 1)])
    score = get_scorer("neg_mean_absolute_error")(pipeline, FRAME[100:], FRAME["sales"][100:])
    assert score == pytest.approx(-np.nanmean(np.abs(forecasts - truth)))


def test_only_what_holds_a_forecaster_is_taken():
    with pytest.raises(TypeError, match=r"model must be a forecaster.* Got LinearRegression\(\)"):
        InnerForecaster(make_pipeline(StandardScaler(), LinearRegression()))
    grid = {"window": [6]}
    with pytest.raises(NotFittedError, match="GridSearchCV"):
        InnerForecaster(GridSearchCV(WindowForecaster(), grid))
    with pytest.raises(ValueError, match="refit=False"):
        InnerForecaster(GridSearchCV(WindowForecaster(), grid, refit=False).fit(TRAIN))
    with pytest.raises(NotFittedError, match="WindowForecaster"):
        InnerForecaster(make_pipeline(take_logarithms(), WindowForecaster())).forecast(2)


def test_a_network_in_a_pipeline_is_reached():
    words = {"cell": "simple", "units": 2, "epochs": 1, "window": 3, "random_state": 0}
    pipeline = make_pipeline(take_logarithms(), RNNForecaster(**words)).fit(TRAIN)
    by_hand = RNNForecaster(**words).fit(np.log(TRAIN))
    check_same(InnerForecaster(pipeline).forecast(2), np.exp(by_hand.forecast(2)))
