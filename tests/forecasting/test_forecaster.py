"""The forecaster's exact meaning."""

import warnings

import numpy as np
import pandas as pd
import pytest
from grids import by_strategy
from hypothesis import given, settings
from hypothesis import strategies as st
from listeners import Listener, needs_callbacks
from sklearn.base import clone
from sklearn.linear_model import LinearRegression
from sklearn.metrics import mean_absolute_error, r2_score
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score
from sklearn.preprocessing import MinMaxScaler

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster
from skrnn.datasets import load_airline
from skrnn.forecasting._past import Past
from skrnn.forecasting._rows import SeriesRows

QUICK = {"cell": "simple", "units": 4, "epochs": 3, "window": 6, "random_state": 0}
QUICK |= {"linear": False, "scaling": "window", "seasonality": None}


@pytest.fixture
def airline():
    return load_airline().data.astype(float)


@pytest.fixture
def walk():
    return np.random.default_rng(0).normal(size=80).cumsum()


@pytest.fixture
def panel(walk):
    return np.column_stack([walk, walk**2, np.arange(80.0)])


def make_forecasters(**words):
    return [
        RNNForecaster(**QUICK | words),
        RNNForecaster(**QUICK | words | {"linear": True}),
        RNNForecaster(**QUICK | words | {"strategy": "direct"}),
        RNNForecaster(**QUICK | words | {"strategy": "recursive"}),
        RNNForecaster(**QUICK | words | {"strategy": "encoder_decoder"}),
        WindowForecaster(window=6, **words),
        WindowForecaster(window=6, strategy="recursive", **words),
    ]


# fit


@pytest.mark.core
def test_target_is_the_series_itself_by_default(walk):
    by_default = RNNForecaster(**QUICK).fit(walk).predict(walk)
    given = RNNForecaster(**QUICK).fit(walk, walk).predict(walk)
    np.testing.assert_array_equal(by_default, given)


def test_target_names_a_column(panel):
    frame = pd.DataFrame(panel, columns=["a", "b", "c"])
    by_name = WindowForecaster(target="b").fit(frame).predict(frame)
    by_y = WindowForecaster().fit(frame, frame["b"]).predict(frame)
    assert by_name.name == "b"
    np.testing.assert_allclose(by_name, by_y)


def test_y_need_not_be_a_column_of_x(panel):
    X, y = panel[:, :2], panel[:, 0] * 2 + 1
    windows = np.array([X[t - 3 : t].ravel() for t in range(3, 80)])
    expected = LinearRegression().fit(windows, y[3:]).predict(windows)
    for scaling in (None, "standard", "window"):
        forecaster = WindowForecaster(window=3, scaling=scaling).fit(X, y)
        np.testing.assert_allclose(forecaster.predict(X)[3:], expected)


def test_windows_are_the_rows_before(panel):
    forecaster = WindowForecaster(LinearRegression(), window=3).fit(panel, panel[:, 0])
    windows = np.array([panel[t - 3 : t].ravel() for t in range(3, 80)])
    expected = LinearRegression().fit(windows, panel[3:, 0]).predict(windows)
    np.testing.assert_allclose(forecaster.predict(panel)[3:], expected)


# predict


@pytest.mark.parametrize("forecaster", make_forecasters(horizon=2))
def test_predict_gives_a_row_for_each_row(forecaster, walk):
    forecaster = clone(forecaster).fit(walk)
    for n_rows in (1, 2, 5, 40):
        assert forecaster.predict(walk[:n_rows]).shape == (n_rows, 2)
        assert forecaster.predict(walk[:n_rows] + 0.5).shape == (n_rows, 2)


@pytest.mark.core
@by_strategy("direct", "recursive", "seq2seq")
def test_shape_follows_targets_and_steps(panel, strategy):
    def shape(X, **words):
        return RNNForecaster(**QUICK, strategy=strategy, **words).fit(X).predict(X).shape

    assert shape(panel[:, 0]) == (80,)
    assert shape(panel[:, 0], horizon=3) == (80, 3)
    assert shape(panel, target=[0, 2]) == (80, 2)
    assert shape(panel, horizon=3) == (80, 3, 3)


def test_column_k_forecasts_k_rows_on(airline):
    forecaster = WindowForecaster(horizon=3).fit(airline[:108])
    forecasts = forecaster.predict(airline[108:]).to_numpy()
    for k in range(3):
        one = WindowForecaster(horizon=3).fit(airline[:108])
        windows = np.array([airline[t - 12 : t] for t in range(12, 106)])
        linear = LinearRegression().fit(windows, airline[12 + k : 106 + k])
        before = np.array([airline[t - 12 : t] for t in range(108, 144)])
        np.testing.assert_allclose(forecasts[:, k], linear.predict(before))
        assert one.n_features_in_ == 1


@pytest.mark.parametrize("forecaster", make_forecasters(horizon=2))
@settings(max_examples=8, deadline=None)
@given(row=st.integers(0, 29), change=st.floats(-1e3, 1e3))
def test_changing_a_value_never_changes_an_earlier_forecast(forecaster, row, change):
    walk = np.random.default_rng(0).normal(size=80).cumsum()
    if not hasattr(forecaster, "regressor_"):
        forecaster.fit(walk[:50])
    future = walk[50:]
    changed = future.copy()
    changed[row] += change
    before, after = forecaster.predict(future), forecaster.predict(changed)
    np.testing.assert_allclose(after[: row + 1], before[: row + 1], rtol=1e-6)


@pytest.mark.parametrize("forecaster", make_forecasters(horizon=2))
def test_changing_a_training_value_never_changes_an_earlier_forecast_of_training_rows(forecaster):
    walk = np.random.default_rng(0).normal(size=80).cumsum()
    forecaster = clone(forecaster).fit(walk)
    for row in (1, 2, 10, 79):
        changed = walk.copy()
        changed[row] += 5
        np.testing.assert_allclose(
            forecaster.predict(changed)[: row + 1], forecaster.predict(walk)[: row + 1], rtol=1e-6
        )


@pytest.mark.core
def test_rows_after_a_fold_boundary_use_the_training_tail(walk):
    forecaster = WindowForecaster(window=4).fit(walk[:60])
    np.testing.assert_allclose(
        forecaster.predict(walk[60:]), forecaster.predict(walk)[60:], rtol=1e-9
    )
    rnn = RNNForecaster(**QUICK).fit(walk[:60])
    np.testing.assert_allclose(rnn.predict(walk[60:]), rnn.predict(walk)[60:], rtol=1e-5)


def test_training_rows_are_forecast_from_the_shorter_history_there_is(walk):
    naive = NaiveForecaster().fit(walk)
    forecasts = naive.predict(walk)
    np.testing.assert_array_equal(forecasts[1:], walk[:-1])
    assert forecasts[0] == pytest.approx(walk.mean())


def test_an_array_follows_unless_it_begins_like_the_training_rows(walk):
    naive = NaiveForecaster().fit(walk[:60])
    assert naive.predict(walk[60:])[0] == walk[59]
    assert naive.predict(walk[:5])[0] == pytest.approx(walk[:60].mean())


def test_a_repeated_first_value_does_not_make_a_series_the_training_series():
    counts = np.array([3.0, 1, 4, 1, 5, 9, 2, 6, 3, 5, 3, 5, 8, 9, 7, 9])
    naive = NaiveForecaster().fit(counts[:10])
    assert naive.predict(counts[10:])[0] == 5  # begins with 3, as the training rows do


def test_with_an_index_following_is_read_from_it(airline):
    naive = NaiveForecaster().fit(airline[:100])
    assert naive.predict(airline[100:]).iloc[0] == airline.iloc[99]
    assert naive.predict(airline[:50]).iloc[0] == pytest.approx(airline[:100].mean())


def test_rows_that_overlap_the_training_rows_have_what_came_before_them(airline):
    seasonal = NaiveForecaster("seasonal").fit(airline[:100])
    assert seasonal.predict(airline[98:]).iloc[2] == airline.iloc[88]


def test_a_gap_in_the_index_is_a_gap_in_the_history(airline):
    seasonal = NaiveForecaster("seasonal").fit(airline[:108])
    after_gap = seasonal.predict(airline[111:])
    np.testing.assert_array_equal(after_gap.iloc[:9], airline.iloc[99:108])


def test_an_update_after_a_gap_keeps_rows_and_dates_together(airline):
    seasonal = NaiveForecaster("seasonal").fit(airline[:100]).update(airline[103:110])
    assert seasonal.predict(airline[108:]).iloc[2] == airline.iloc[98]
    forecasts = seasonal.predict(airline[110:])
    np.testing.assert_array_equal(forecasts.iloc[:2], airline.iloc[98:100])


def test_index_of_another_kind_is_an_error(airline):
    naive = NaiveForecaster().fit(airline)
    with pytest.raises(ValueError, match=r"index of int64, but .* datetime64"):
        naive.predict(airline.reset_index(drop=True))


def test_unsorted_dates_are_an_error(airline):
    with pytest.raises(ValueError, match="strictly increase"):
        NaiveForecaster().fit(airline[::-1])


# forecast, update, partial_fit


@pytest.mark.parametrize("forecaster", make_forecasters())
def test_forecast_goes_on_after_the_last_row(forecaster, walk):
    forecaster = clone(forecaster).fit(walk[:60])
    step = forecaster.predict(walk[60:61])
    np.testing.assert_allclose(forecaster.forecast(), step)
    ahead = forecaster.forecast(3)
    fed = forecaster.predict(np.concatenate([ahead[:2], [0.0]]))
    np.testing.assert_allclose(ahead, fed, rtol=1e-4)


@pytest.mark.parametrize("horizon", [1, 3])
def test_forecast_past_the_trained_horizon_feeds_itself(walk, horizon):
    forecaster = WindowForecaster(window=4, horizon=horizon).fit(walk)
    far = forecaster.forecast(3 * horizon)
    near = forecaster.forecast()
    np.testing.assert_allclose(far[:horizon], near)
    np.testing.assert_allclose(far[horizon : 2 * horizon], forecaster.update(near).forecast())


def test_forecast_carries_the_index_on(airline):
    for series, expected in [
        (airline, pd.date_range("1961-01", periods=2, freq="MS")),
        (airline.to_period("M"), pd.period_range("1961-01", periods=2, freq="M")),
        (airline.reset_index(drop=True), pd.RangeIndex(144, 146)),
        (
            pd.Series(airline.to_numpy(), airline.index.to_numpy()),
            pd.DatetimeIndex(["1961-01-01", "1961-02-01"]),
        ),
    ]:
        forecast = NaiveForecaster().fit(series).forecast(2)
        assert list(forecast.index) == list(expected)
        assert forecast.index.name == series.index.name
        assert forecast.name == series.name


def test_forecast_of_frames_keeps_columns(panel):
    frame = pd.DataFrame(panel, columns=["a", "b", "c"])
    forecaster = WindowForecaster(window=3, horizon=2).fit(frame)
    assert list(forecaster.forecast(5).columns) == ["a", "b", "c"]
    columns = forecaster.predict(frame).columns
    assert columns.names == ["target", "step"]
    assert columns[0] == ("a", 1)


def test_forecast_that_cannot_feed_itself_is_an_error(panel):
    forecaster = WindowForecaster(window=3, target=0).fit(panel)
    assert forecaster.forecast().shape == (1,)
    with pytest.raises(ValueError, match="horizon=2 is past the trained horizon=1"):
        forecaster.forecast(2)
    assert WindowForecaster(window=3, target=0, strategy="recursive").fit(panel).forecast(9).shape


def test_update_appends_without_training(walk):
    forecaster = RNNForecaster(**QUICK).fit(walk[:60])
    weights = [w.copy() for w in forecaster.model_.get_weights()]
    expected = forecaster.predict(walk[60:])[-1]
    forecaster.update(walk[60:79])
    np.testing.assert_allclose(forecaster.forecast()[0], expected, rtol=1e-5)
    for before, after in zip(weights, forecaster.model_.get_weights(), strict=True):
        np.testing.assert_array_equal(before, after)


def test_an_array_updates_a_dated_series(airline):
    naive = NaiveForecaster().fit(airline[:100]).update(airline[100:103].to_numpy())
    assert naive.forecast().index[0] == airline.index[103]
    undated = NaiveForecaster().fit(airline.iloc[[0, 1, 5, 6]]).update(np.array([3.0, 4.0]))
    assert undated.forecast().tolist() == [4.0]


def test_update_must_follow(airline):
    naive = NaiveForecaster().fit(airline[:100])
    with pytest.raises(ValueError, match="have been seen"):
        naive.update(airline[90:110])
    assert naive.forecast().index[0] == airline.index[100]
    naive.update(airline[100:120])
    assert naive.forecast().iloc[0] == airline.iloc[119]


@pytest.mark.core
def test_partial_fit_trains_on(walk):
    forecaster = RNNForecaster(**QUICK).fit(walk[:60])
    before = forecaster.model_.get_weights()[0].copy()
    forecaster.partial_fit(walk[60:])
    assert forecaster.n_iter_ == QUICK["epochs"] + 1
    assert not np.array_equal(before, forecaster.model_.get_weights()[0])
    assert forecaster.predict(walk[60:62] + 100).shape == (2,)
    first = RNNForecaster(**QUICK).partial_fit(walk)
    assert first.n_iter_ == 1


@pytest.mark.core
@pytest.mark.parametrize("words", [{}, {"difference": 2}, {"strategy": "direct"}])
def test_partial_fit_goes_on_row_by_row(walk, words):
    forecaster = RNNForecaster(**QUICK, horizon=3, **words).fit(walk[:60])
    for row in range(60, 63):
        forecaster.partial_fit(walk[row : row + 1])
    assert forecaster.n_iter_ == QUICK["epochs"] + 3


@pytest.mark.parametrize("n_rows", [1, 2, 5])
@pytest.mark.parametrize("difference", [None, 1, 7])
def test_what_goes_on_learns_each_window_that_a_new_row_completes(walk, n_rows, difference):
    walk[[49, 50]] = np.nan
    forecaster = WindowForecaster(window=4, horizon=3, difference=difference).fit(walk[:60])
    n_seen = 60 + n_rows
    whole = forecaster._make_pairs(SeriesRows(walk[:n_seen, None], np.array([0, n_seen])))
    pairs = forecaster._learn_more(walk[60:n_seen], None)
    forgotten = n_seen - len(pairs.rows.values)
    expected = [position for position in whole.positions if position + 3 > 60]
    np.testing.assert_array_equal(forgotten + pairs.positions, expected)
    for mine, theirs in zip(pairs[pairs.positions], whole[np.array(expected)], strict=True):
        np.testing.assert_array_equal(mine, theirs)


@pytest.mark.parametrize("later", [0, 4, 30])
def test_rows_remembered_to_train_on_change_no_forecast(airline, later):
    forecaster = WindowForecaster(window=4, horizon=3, difference=2).fit(airline[:60])
    start = 60 + later
    forecasts = forecaster.predict(airline[start : start + 8])
    rows = SeriesRows(airline.to_numpy()[:60, None], np.array([0, 60]))
    forecaster._past = Past(rows, 6, forecaster._past.timelines, 2)
    np.testing.assert_array_equal(forecasts, forecaster.predict(airline[start : start + 8]))


# strategy, scaling, difference


def test_recursive_forecasts_are_one_step_forecasts_fed_back(walk):
    forecaster = WindowForecaster(window=4, horizon=3, strategy="recursive").fit(walk)
    one = WindowForecaster(window=4).fit(walk)
    history = walk[:50]
    for k in range(3):
        history = np.append(history, one.predict(np.append(history, 0.0))[-1])
        assert forecaster.predict(walk)[50, k] == pytest.approx(history[50 + k])


def test_batch_recursion_agrees_with_row_by_row(walk):
    forecaster = RNNForecaster(**QUICK, horizon=4, strategy="recursive").fit(walk[:60])
    batch = forecaster.predict(walk[60:])
    for row in range(5):
        alone = clone(forecaster).fit(walk[:60]).update(walk[60 : 60 + row]) if row else forecaster
        np.testing.assert_allclose(batch[row], alone.forecast(4), rtol=1e-4)


@pytest.mark.parametrize("scaling", ["window", "standard", None, MinMaxScaler()])
@pytest.mark.parametrize("difference", [None, 1, 12])
def test_linear_forecasts_do_not_depend_on_the_units(airline, scaling, difference):
    options = {"scaling": scaling, "difference": difference, "window": 5}
    small = WindowForecaster(**options).fit(airline[:108]).predict(airline[108:])
    shift = 0 if scaling == "window" else 7  # that counts in shares of the values
    series = 1e3 * airline + shift
    large = WindowForecaster(**options).fit(series[:108]).predict(series[108:])
    np.testing.assert_allclose(large, 1e3 * small + shift, rtol=1e-6)


@pytest.mark.parametrize("scaling", ["standard", "global", None, MinMaxScaler()])
def test_linear_forecasts_do_not_depend_on_a_scaling_of_the_whole_series(airline, scaling):
    plain = WindowForecaster().fit(airline[:108]).predict(airline[108:])
    scaled = WindowForecaster(scaling=scaling).fit(airline[:108]).predict(airline[108:])
    np.testing.assert_allclose(scaled, plain, rtol=1e-8)


def test_window_scaling_carries_a_trend_on():
    trend = np.arange(200.0)
    words = QUICK | {"epochs": 30, "strategy": "direct"}
    forecaster = RNNForecaster(**words).fit(trend[:100])
    assert np.abs(forecaster.predict(trend[100:]) - trend[100:]).max() < 2
    level = RNNForecaster(**words | {"scaling": "standard"}).fit(trend[:100])
    assert np.abs(level.predict(trend[100:]) - trend[100:]).max() > 20


def test_seasonal_difference_of_a_seasonal_line_leaves_nothing_to_learn():
    t = np.arange(96.0)
    series = t + 10 * np.sin(2 * np.pi * t / 12)
    forecaster = WindowForecaster(window=3, difference=12, horizon=15).fit(series[:60])
    np.testing.assert_allclose(forecaster.predict(series[60:])[0], series[60:75], atol=1e-6)
    np.testing.assert_allclose(forecaster.forecast(36), series[60:], atol=1e-6)


def test_scaling_is_fitted_on_the_training_rows_alone(walk):
    forecaster = WindowForecaster(scaling="standard", window=4).fit(walk[:60])
    before = forecaster.predict(walk[:60])
    forecaster.update(walk[60:70] + 1e6)
    np.testing.assert_allclose(forecaster._scaler._moments["mean"][0], walk[:60].mean())
    np.testing.assert_array_equal(forecaster.predict(walk[:60]), before)


# scikit-learn


def test_score_is_r2_over_every_forecast_with_a_known_truth(walk):
    forecaster = WindowForecaster(window=4, horizon=3).fit(walk[:60])
    forecasts = forecaster.predict(walk[60:])
    pairs = [
        (walk[60 + i + k], forecasts[i, k]) for i in range(20) for k in range(3) if i + k < 20
    ]
    assert forecaster.score(walk[60:]) == pytest.approx(r2_score(*zip(*pairs, strict=True)))


@pytest.mark.core
def test_grid_search_over_window_units_and_strategy(walk):
    grid = {"window": [3, 6], "units": [2, 4], "strategy": ["direct", "recursive"]}
    search = GridSearchCV(
        RNNForecaster(**QUICK | {"epochs": 2}, horizon=2), grid, cv=TimeSeriesSplit(2)
    ).fit(walk)
    assert len(search.cv_results_["params"]) == 8
    assert np.isfinite(search.cv_results_["mean_test_score"]).all()
    assert search.predict(walk).shape == (80, 2)


def test_score_of_a_frame_is_that_of_its_values(panel):
    forecaster = WindowForecaster(window=3, horizon=4)
    expected = clone(forecaster).fit(panel).score(panel)
    frame = pd.DataFrame(panel, columns=["a", "b", "c"])
    assert forecaster.fit(frame).score(frame) == pytest.approx(expected)


def test_a_scorer_by_name_takes_the_series_as_target(airline):
    scores = cross_val_score(
        WindowForecaster(),
        airline,
        airline,
        cv=TimeSeriesSplit(3),
        scoring="neg_mean_absolute_error",
    )
    folds = list(TimeSeriesSplit(3).split(airline))
    train, test = folds[-1]
    fitted = WindowForecaster().fit(airline.iloc[train])
    assert scores[-1] == -mean_absolute_error(
        airline.iloc[test], fitted.predict(airline.iloc[test])
    )


@pytest.mark.parametrize("strategy", ["direct", "seq2seq"])
def test_early_stopping_watches_the_last_part_of_the_series(walk, strategy):
    jump = np.concatenate([walk, walk + 1e3])
    words = QUICK | {"epochs": 200, "early_stopping": True, "n_iter_no_change": 2}
    words |= {"strategy": strategy, "learning_rate": 0.02, "validation_fraction": 0.25}
    forecaster = RNNForecaster(**words).fit(jump)
    losses = forecaster.history_["val_loss"]
    assert forecaster.n_iter_ == len(losses)
    assert forecaster.n_iter_ < 200


@needs_callbacks
@pytest.mark.parametrize(
    "forecaster",
    [NaiveForecaster(), RNNForecaster(**QUICK), RNNForecaster(**QUICK | {"linear": True})],
)
def test_scikit_learns_callbacks_hear_of_a_search(forecaster, walk):
    tasks = []

    class Listen(Listener):
        max_propagation_depth = None

        def on_fit_task_end(self, estimator, context, *, fitted_estimator=None):
            tasks.append(context.task_name)
            if context.task_name == "epoch":
                assert fitted_estimator.predict(walk).shape == (80,)

    search = GridSearchCV(forecaster, {"horizon": [1]}, cv=TimeSeriesSplit(2))
    search.set_callbacks(Listen()).fit(walk)
    assert tasks.count("epoch") == (9 if isinstance(forecaster, RNNForecaster) else 0)


def test_missing_values_are_skipped(walk):
    holes = walk.copy()
    holes[[7, 20, 21]] = np.nan
    for forecaster in make_forecasters(horizon=2):
        forecasts = forecaster.fit(holes).predict(holes)
        assert np.isfinite(forecasts).all()
        assert np.isfinite(forecaster.score(holes))


def test_a_long_series_trains_from_windows_made_by_the_batch(walk, monkeypatch):
    words = QUICK | {"strategy": "direct"}
    at_once = RNNForecaster(**words).fit(walk)
    monkeypatch.setattr("skrnn.forecasting._pairs.LAZY_FROM", 0)
    by_batch = RNNForecaster(**words).fit(walk)
    np.testing.assert_array_equal(at_once.predict(walk), by_batch.predict(walk))


def test_comparison_is_one_loop_over_estimators(airline):
    train, test = airline[:108], airline[108:]
    errors = {
        type(forecaster).__name__: mean_absolute_error(test, forecaster.fit(train).predict(test))
        for forecaster in (NaiveForecaster(), WindowForecaster())
    }
    assert errors["NaiveForecaster"] == pytest.approx(42.33, abs=0.005)
    assert errors["WindowForecaster"] == pytest.approx(17.11, abs=0.005)


@pytest.mark.core
def test_the_defaults_give_no_warning(walk):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert np.isfinite(RNNForecaster(epochs=2).fit(walk[:40]).forecast(2)).all()


@pytest.mark.parametrize(
    "forecaster",
    [
        NaiveForecaster(horizon=2),
        NaiveForecaster("seasonal", season=3, horizon=2),
        WindowForecaster(window=3, horizon=2),
        RNNForecaster(**QUICK, horizon=2, network_share=1.0),
        RNNForecaster(**QUICK, horizon=2, network_share=1.0, strategy="direct"),
    ],
)
def test_parameters_set_after_a_fit_change_no_forecast(forecaster, walk):
    walk = np.where(np.arange(len(walk)) % 9 == 5, np.nan, walk)
    fitted = clone(forecaster).fit(walk)
    before = fitted.predict(walk), fitted.forecast(), fitted.score(walk)
    for words in (
        {"horizon": 4, "strategy": "recursive"},
        {"strategy": "seasonal", "season": 5, "window": 5},
        {"strategy": "seq2seq", "missing": "skip", "network": "segment"},
        {"strategy": "direct", "series": "shop", "time": "date", "difference": 1},
    ):
        known = fitted.get_params()
        fitted.set_params(**{word: value for word, value in words.items() if word in known})
        after = fitted.predict(walk), fitted.forecast(), fitted.score(walk)
        for ours, theirs in zip(after, before, strict=True):
            np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize("words", [{"horizon": 2}, {"strategy": "encoder_decoder"}])
def test_training_goes_on_with_the_horizon_and_strategy_of_the_fit(walk, words):
    forecaster = RNNForecaster(**QUICK, strategy="direct").fit(walk[:60])
    with pytest.raises(ValueError, match="differ from the last fit"):
        forecaster.set_params(**words).partial_fit(walk[60:])


@pytest.mark.parametrize("strategy", ["seq2seq", "direct", "recursive"])
def test_training_on_that_diverges_is_an_error_and_changes_nothing(walk, strategy):
    forecaster = RNNForecaster(**QUICK, strategy=strategy, network_share=1.0).fit(walk[:60])
    before = forecaster.forecast(3)
    with pytest.raises(ValueError, match="training diverged"):
        forecaster.set_params(learning_rate=1e30, loss="mse").partial_fit(walk[60:])
    np.testing.assert_array_equal(forecaster.forecast(3), before)
