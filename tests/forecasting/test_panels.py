"""Many series in one table: each has its own past, and they share one network."""

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.model_selection import GridSearchCV, cross_val_score

from skrnn import NaiveForecaster, RNNForecaster, SeriesSplit, WindowForecaster
from skrnn.forecasting import _pairs
from skrnn.forecasting._pairs import SequenceData, SeriesPairs
from skrnn.forecasting._rows import SeriesRows
from skrnn.forecasting._scaling import WindowScaler
from skrnn.metrics import get_scorer

RNG = np.random.default_rng(0)
LENGTHS = {"north": 60, "south": 47, "west": 80, "east": 25}
QUICK = {"units": 3, "epochs": 2, "window": 6, "random_state": 0, "network_share": 0.5}
WORDS = {"series": "store", "time": "month"}


def make_series(n, k):
    season = 1 + 0.3 * np.sin(2 * np.pi * np.arange(n) / 12 + k)
    level = np.exp(RNG.normal(0.01, 0.05, n).cumsum())
    return 10 ** (k + 1) * level * season


def make_panel():
    """Make a long table of series that begin, and end, in other months."""
    parts = []
    for k, (store, n) in enumerate(LENGTHS.items()):
        months = pd.date_range("2010-01-01", periods=n, freq="MS") + pd.DateOffset(months=3 * k)
        parts.append(pd.DataFrame({"store": store, "month": months, "sales": make_series(n, k)}))
    return pd.concat(parts, ignore_index=True)


PANEL = make_panel()
CUT = pd.Timestamp("2013-01-01")
TRAIN, TEST = PANEL[PANEL["month"] < CUT], PANEL[PANEL["month"] >= CUT]


def make_forecasters(**words):
    return [
        NaiveForecaster("seasonal", horizon=2, seasonality="auto", **words),
        WindowForecaster(window=4, horizon=2, seasonality="auto", scaling="window", **words),
        WindowForecaster(HistGradientBoostingRegressor(), window=4, **words),
        RNNForecaster(**QUICK, horizon=2, **words),
        RNNForecaster(**QUICK, horizon=2, strategy="direct", **words),
        RNNForecaster(**QUICK, strategy="recursive", missing="skip", **words),
    ]


def make_polars(table):
    return pl.DataFrame({name: column.to_list() for name, column in table.items()})


def get_values(forecasts):
    return np.asarray(forecasts, float).reshape(len(forecasts), -1)


# Order and form


@pytest.mark.core
@pytest.mark.parametrize("forecaster", make_forecasters(**WORDS), ids=repr)
def test_the_order_of_rows_does_not_matter(forecaster):
    shuffled, test = TRAIN.sample(frac=1, random_state=1), TEST.sample(frac=1, random_state=2)
    sorted_one, other = clone(forecaster).fit(TRAIN), clone(forecaster).fit(shuffled)
    expected = sorted_one.predict(TEST)
    got = other.predict(test)
    assert got.index.equals(test.index)
    np.testing.assert_array_equal(got.loc[TEST.index], expected)
    pd.testing.assert_frame_equal(other.forecast(3), sorted_one.forecast(3))
    assert other.score(test) == pytest.approx(sorted_one.score(TEST))


def test_other_forms_of_a_table_give_the_same():
    fitted = WindowForecaster(window=4, horizon=2, **WORDS).fit(TRAIN)
    expected, ahead = fitted.predict(TEST).to_numpy(), fitted.forecast(2)
    keys = ["store", "month"]
    for order in (keys, keys[::-1]):
        indexed = WindowForecaster(window=4, horizon=2).fit(TRAIN.set_index(order))
        np.testing.assert_array_equal(indexed.predict(TEST.set_index(order)), expected)
        future = indexed.forecast(2)
        assert future.index.names == order
        np.testing.assert_array_equal(future.to_numpy(), ahead["sales"])
    in_polars = clone(fitted).fit(make_polars(TRAIN))
    forecasts = in_polars.predict(make_polars(TEST))
    assert isinstance(forecasts, pl.DataFrame)
    np.testing.assert_array_equal(forecasts.to_numpy(), expected)
    assert in_polars.forecast(2).columns == ["store", "month", "sales"]


@pytest.mark.core
@pytest.mark.parametrize("forecaster", make_forecasters(), ids=repr)
def test_a_panel_of_one_series_is_that_series(forecaster):
    one = TRAIN[TRAIN["store"] == "west"]
    later = TEST[TEST["store"] == "west"]
    series, panel = clone(forecaster), clone(forecaster).set_params(**WORDS).fit(one)
    series.fit(one.set_index("month")["sales"])
    expected = get_values(series.predict(later.set_index("month")["sales"]))
    np.testing.assert_array_equal(get_values(panel.predict(later)), expected)
    np.testing.assert_array_equal(panel.forecast(5)["sales"], series.forecast(5))


@pytest.mark.parametrize("forecaster", make_forecasters(**WORDS)[:2], ids=repr)
def test_each_series_is_forecast_as_if_alone_where_nothing_is_shared(forecaster):
    if isinstance(forecaster, WindowForecaster):
        forecaster = WindowForecaster(NaiveRegressor(), window=4, seasonality="auto", **WORDS)
    together = clone(forecaster).fit(TRAIN).predict(TEST)
    for store, rows in TEST.groupby("store"):
        alone = clone(forecaster).fit(TRAIN[TRAIN["store"] == store]).predict(rows)
        np.testing.assert_allclose(together.loc[rows.index], alone)


class NaiveRegressor(HistGradientBoostingRegressor):
    """Learns nothing: gives the mean of a window."""

    def fit(self, X, y):
        return self

    def predict(self, X):
        return X.mean(axis=1)


# What is learned


def test_no_window_reaches_into_another_series():
    values = np.concatenate([np.full((n, 1), 10.0**k) for k, n in enumerate((30, 9, 21))])
    rows = SeriesRows(values, np.array([0, 30, 39, 60]))
    pairs = SeriesPairs(rows, WindowScaler(8, 0, None, [0], 1).fit(rows), 3)
    windows, later = pairs[np.asarray(pairs.positions)]
    joined = np.concatenate([windows, later], axis=1)
    assert len(joined) == (30 - 10) + 0 + (21 - 10)
    assert (joined == joined[:, :1]).all()
    data = SequenceData(pairs)
    inputs, targets = data[data.rows]
    known = ~np.isnan(targets)
    assert known.sum() == 3 * (30 + 9 + 21) - 3 * (1 + 2 + 3)
    sizes = np.where(inputs.any(axis=2), inputs[:, :, 0], np.nan)
    assert (np.nanmin(sizes, axis=1) == np.nanmax(sizes, axis=1)).all()


@pytest.mark.parametrize("since", [None, np.array([150, 200, 220])])
@pytest.mark.parametrize("fills_gaps", [True, False])
def test_batches_of_steps_made_once_are_those_of_steps_made_anew(since, fills_gaps, monkeypatch):
    values = np.random.default_rng(0).normal(size=(241, 2)).cumsum(axis=0)
    values[60:200:7, 1] = np.nan
    rows = SeriesRows(values, np.array([0, 200, 201, 241]))
    scaler = WindowScaler(8, 2, "window", [1], 2, fills_gaps=fills_gaps).fit(rows)
    pairs = SeriesPairs(rows, scaler, 3)
    assert pairs.has_missing != fills_gaps
    monkeypatch.setattr(_pairs, "MOST_VALUES", 500)
    once = SequenceData(pairs, since=since)
    monkeypatch.setattr(_pairs, "LAZY_FROM", 0)
    anew = SequenceData(pairs, since=since)
    for _ in range(2):
        for batch in ([0], [1, 2], [2, 0]):
            for kept, made in zip(once[np.array(batch)], anew[np.array(batch)], strict=True):
                np.testing.assert_array_equal(kept, made)


def test_the_network_reads_a_series_as_it_was_taught_to():
    """What is put out after each step in training is what is forecast from there."""
    rnn = RNNForecaster(**QUICK | {"network_share": 1.0, "epochs": 1}, **WORDS, horizon=2)
    rnn.set_params(seasonality=None).fit(TRAIN)
    one = TRAIN[TRAIN["store"] == "west"].sort_values("month")
    rows = SeriesRows(one[["sales"]].to_numpy(), np.array([0, len(one)]))
    data = SequenceData(SeriesPairs(rows, rnn._scaler, 2))
    inputs, _ = data[data.rows]
    outputs = rnn.model_.predict(inputs, verbose=0)[0, : len(one) - 1].reshape(-1, 2)
    _, frame = rnn._scaler.read(data.pairs.view(np.arange(1, len(one)), 6)[:])
    forecasts = outputs * frame[1][:, 0] + frame[0][:, 0]
    np.testing.assert_allclose(rnn.predict(one)[1:], forecasts, rtol=1e-4)


@pytest.mark.parametrize("forecaster", make_forecasters(**WORDS), ids=repr)
def test_later_values_change_no_earlier_forecast(forecaster):
    row = TEST.index[TEST["store"] == "west"][7]
    changed = TEST.copy()
    changed.loc[row:, "sales"] *= 3
    fitted = clone(forecaster).fit(TRAIN)
    same = (TEST.index <= row) | (TEST["store"] != "west")
    np.testing.assert_array_equal(
        get_values(fitted.predict(changed))[same], get_values(fitted.predict(TEST))[same]
    )


@settings(max_examples=10, deadline=None)
@given(st.integers(20, 70), st.integers(1, 4))
def test_folds_look_ahead_in_no_series(n_kept, gap):
    changed = PANEL.copy()
    late = changed["month"] >= changed["month"].min() + pd.DateOffset(months=n_kept)
    changed.loc[late, "sales"] += 1e4
    forecaster = WindowForecaster(window=4, seasonality="auto", scaling="window", **WORDS)
    split = SeriesSplit(3, test_size=6, gap=gap, **WORDS)
    for train, test in split.split(PANEL):
        if late.iloc[train].any():
            continue
        before = clone(forecaster).fit(PANEL.iloc[train]).predict(PANEL.iloc[test])
        after = clone(forecaster).fit(changed.iloc[train]).predict(changed.iloc[test])
        known = ~late.iloc[test].to_numpy()
        np.testing.assert_array_equal(after[known], before[known])


# One scale

TABLE = pd.DataFrame(
    {
        "series": np.repeat([3, 1, 2], [30, 20, 25]),
        "value": RNG.normal([[5.0], [9.0], [-4.0]], 1, (3, 25)).ravel(),
    }
)


def test_one_scale_for_all_series_is_their_common_mean_and_deviation():
    steps = TABLE["value"].diff().where(TABLE["series"] == TABLE["series"].shift())
    for difference, values in ((None, TABLE["value"]), (1, steps)):
        words = {"difference": difference, "series": "series", "strategy": "direct"}
        forecaster = RNNForecaster(**QUICK, **words, scaling="global").fit(TABLE)
        windows, _ = forecaster._scaler.read(forecaster._past.find_next()[:])
        last = values.groupby(TABLE["series"]).last()
        expected = (last - values.mean()) / values.std(ddof=0)
        np.testing.assert_allclose(windows[:, -1, 0], expected)


def test_series_of_one_kind_are_read_on_one_scale():
    time = np.arange(60)
    waves = [np.sin(RNG.uniform(0.2, 0.6) * time + RNG.uniform(0, 6)) for _ in range(40)]
    levels = [np.exp(RNG.normal(k % 4, 0.05, 60).cumsum() / 20) for k in range(40)]
    for series, scaling in ((waves, "global"), (levels, "window")):
        table = pd.DataFrame({"series": np.repeat(np.arange(40), 60), "y": np.concatenate(series)})
        words = QUICK | {"epochs": 1, "window": "auto", "horizon": 5}
        assert RNNForecaster(**words, series="series").fit(table).scaling_ == scaling


def test_it_tunes_in_a_grid_and_scores_by_name():
    grid = {"window": [3, 6], "seasonality": [None, "auto"]}
    search = GridSearchCV(
        WindowForecaster(scaling="window", horizon=2, **WORDS),
        grid,
        cv=SeriesSplit(2, test_size=6, **WORDS),
        scoring=get_scorer("neg_mean_absolute_scaled_error"),
    ).fit(PANEL)
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.predict(PANEL).shape == (len(PANEL), 2)
    scores = cross_val_score(RNNForecaster(**QUICK, **WORDS), PANEL, cv=SeriesSplit(2, **WORDS))
    assert np.isfinite(scores).all()


# Pasts


@pytest.mark.parametrize("forecaster", make_forecasters(**WORDS), ids=repr)
def test_rows_that_are_appended_are_a_past(forecaster):
    fitted = clone(forecaster).fit(TRAIN)
    months = TEST["month"] < CUT + pd.DateOffset(months=5)
    longer = clone(forecaster).fit(TRAIN).update(TEST[months])
    np.testing.assert_allclose(
        get_values(longer.predict(TEST[~months])),
        get_values(fitted.predict(TEST)[~months.to_numpy()]),
        rtol=1e-5,
    )
    ahead = longer.forecast(1).set_index("store")
    assert ahead.loc["west", "month"] == CUT + pd.DateOffset(months=5)
    assert ahead.loc["east", "month"] == PANEL.loc[PANEL["store"] == "east", "month"].max() + (
        pd.DateOffset(months=1)
    )


def test_a_series_that_was_not_trained_on_is_forecast_from_its_rows():
    fitted = RNNForecaster(**QUICK, **WORDS).fit(TRAIN[TRAIN["store"] != "west"])
    unseen = PANEL[PANEL["store"] == "west"]
    forecasts = fitted.predict(unseen)
    assert np.isfinite(forecasts).all()
    assert np.abs(forecasts / unseen["sales"] - 1)[6:].mean() < 0.5
    changed = unseen.assign(sales=unseen["sales"].where(unseen.index < unseen.index[40], 1.0))
    np.testing.assert_array_equal(fitted.predict(changed)[:41], forecasts[:41])
    ahead = fitted.update(unseen).forecast(2)
    assert ahead["store"].tolist() == ["east"] * 2 + ["north"] * 2 + ["south"] * 2 + ["west"] * 2
    assert ahead["sales"].iloc[-1] == pytest.approx(unseen["sales"].iloc[-1], rel=1)


@pytest.mark.parametrize("forecaster", make_forecasters(**WORDS), ids=repr)
def test_odd_series_are_forecast_with_the_others(forecaster):
    months = pd.date_range("2010-01-01", periods=30, freq="MS")
    odd = {
        "constant": np.full(30, 7.0),
        "zero": np.zeros(30),
        "short": [5.0, 6.0],
        "one": [3.0],
        "negative": -make_series(30, 1),
        "holes": np.where(np.arange(30) % 4 == 2, np.nan, np.arange(30.0)),
    }
    parts = [
        pd.DataFrame({"store": name, "month": months[: len(values)], "sales": values})
        for name, values in odd.items()
    ]
    fitted = clone(forecaster).fit(pd.concat([TRAIN, *parts]))
    ahead = fitted.forecast(2).set_index("store")["sales"]
    assert np.isfinite(ahead).all()
    if getattr(forecaster, "regressor", None) is None:  # boosting has no scale of each series
        np.testing.assert_allclose(ahead["constant"], 7, rtol=0.35)
        np.testing.assert_allclose(ahead["zero"], 0, atol=0.2)
    assert np.isfinite(fitted.predict(TRAIN)).all().all()


def test_the_last_values_are_trained_on_where_the_horizon_is_not_known_whole():
    """A series shorter than window and horizon together has a part in what is learned."""
    short = TRAIN.groupby("store").head(7)
    both = pd.concat([TRAIN[TRAIN["store"] == "west"], short[short["store"] == "east"]])
    words = QUICK | {"network_share": 1.0}
    alone = RNNForecaster(**words, **WORDS, horizon=4).fit(TRAIN[TRAIN["store"] == "west"])
    weights = [RNNForecaster(**words, **WORDS, horizon=4).fit(both), alone]
    first, second = (f.regressor_.model_.get_weights() for f in weights)
    assert any((a != b).any() for a, b in zip(first, second, strict=True))


# Errors


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda t: t.assign(sales=t["sales"].where(t["store"] != "east")), "'east'"),
        (lambda t: pd.concat([t, t.tail(1)]), "'west'|'east'"),
        (lambda t: t.drop(columns="store"), "store"),
        (lambda t: t[["store", "month"]], "beside the columns of series and times"),
        (lambda t: t.assign(owner="Ann"), "its column 'owner' holds text, 'Ann' for one"),
        (lambda t: pl.DataFrame(t.assign(owner="Ann").to_dict("list")), "its column 'owner'"),
    ],
)
def test_an_error_names_the_series(change, message):
    with pytest.raises(ValueError, match=message):
        NaiveForecaster(**WORDS).fit(change(TRAIN))


def test_what_was_several_series_stays_so():
    fitted = NaiveForecaster(**WORDS).fit(TRAIN)
    with pytest.raises(ValueError, match=r"east|west|north|south"):
        fitted.update(TRAIN.tail(3))
    with pytest.raises(ValueError, match="store"):
        fitted.predict(TEST.set_index("month")["sales"])


def test_several_series_without_words_are_an_error_that_gives_the_word():
    with pytest.raises(ValueError, match="series="):
        NaiveForecaster().fit(TRAIN.set_index("month")["sales"])


def test_an_error_counts_the_rows_of_the_longest_series():
    n_rows = TRAIN.groupby("store").size().max()
    with pytest.raises(ValueError, match=f"The longest series of X has {n_rows} rows, too few"):
        WindowForecaster(window=999, **WORDS).fit(TRAIN)


@pytest.mark.parametrize("fraction", [0.9, 0.99])
def test_setting_all_of_each_series_aside_is_an_error(fraction):
    words = {"early_stopping": True, "validation_fraction": fraction}
    forecaster = RNNForecaster(**WORDS, **words, window=3, network_share=1.0, epochs=1)
    small = TRAIN.groupby("store").head(9)
    with pytest.raises(ValueError, match=f"validation_fraction={fraction} of .* leaves none"):
        forecaster.fit(small)


def test_labels_of_another_type_than_in_fit_are_warned_of():
    numbers = TRAIN.assign(store=TRAIN["store"].astype("category").cat.codes)
    forecaster = NaiveForecaster(**WORDS).fit(numbers)
    forecaster.predict(numbers.assign(store=numbers["store"] + 100))
    with pytest.warns(UserWarning, match="'0', are of another type than 0 there"):
        forecaster.predict(numbers.assign(store=numbers["store"].astype(str)))


def test_labels_of_another_type_than_in_fit_do_not_begin_new_series():
    numbers = TRAIN.assign(store=TRAIN["store"].astype("category").cat.codes)
    forecaster = NaiveForecaster(**WORDS).fit(numbers)
    expected = forecaster.forecast()
    with pytest.raises(ValueError, match="'0', are of another type than 0 there"):
        forecaster.update(numbers.assign(store=numbers["store"].astype(str)))
    pd.testing.assert_frame_equal(forecaster.forecast(), expected)
