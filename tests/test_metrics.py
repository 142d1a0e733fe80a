"""Scorers of forecasts and measures of their errors."""

import pickle

import numpy as np
import pandas as pd
import pytest
from scipy.stats import norm
from sklearn import metrics as theirs
from sklearn.base import BaseEstimator
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit, cross_val_score, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from skrnn import NaiveForecaster, RNNForecaster, WindowForecaster, backtest
from skrnn.datasets import load_airline
from skrnn.metrics import (
    coverage_score,
    get_scorer,
    get_scorer_names,
    interval_score,
    mean_absolute_scaled_error,
    mean_interval_width,
    mean_pinball_loss,
    mean_scaled_interval_score,
    root_mean_squared_scaled_error,
    symmetric_mean_absolute_percentage_error,
)
from skrnn.metrics._changes import average_changes

MONTHS = pd.Series([1.0, 2, 4, 3, 5], pd.date_range("2020-01-31", periods=5, freq="ME"))
ERRORS = ("neg_mean_absolute_error", "neg_root_mean_squared_error", "r2")


@pytest.fixture
def airline():
    return load_airline().data.astype(float)


def list_pairs(forecaster, series):
    """List (truth, forecast) of every row and step whose truth is known."""
    forecasts = np.asarray(forecaster.predict(series)).reshape(len(series), -1)
    values = np.asarray(series)
    pairs = [
        (values[i + k], forecasts[i, k])
        for i in range(len(series))
        for k in range(forecasts.shape[1])
        if i + k < len(series)
    ]
    return np.array(pairs).T


@pytest.mark.parametrize("kind", ["series", "array"])
@pytest.mark.parametrize("horizon", [1, 3])
@pytest.mark.parametrize("name", get_scorer_names())
def test_each_step_is_compared_with_the_row_it_forecasts(airline, name, horizon, kind):
    series = airline if kind == "series" else airline.to_numpy()
    forecaster = WindowForecaster(horizon=horizon).fit(series[:100])
    truth, forecasts = list_pairs(forecaster, series[100:])
    known = {
        "neg_symmetric_mean_absolute_percentage_error": lambda t, f: (
            -np.mean(2 * np.abs(t - f) / (np.abs(t) + np.abs(f)))
        ),
        "neg_mean_absolute_scaled_error": lambda t, f: (
            -mean_absolute_scaled_error(t, f, series[:100])
        ),
        "neg_root_mean_squared_scaled_error": lambda t, f: (
            -root_mean_squared_scaled_error(t, f, series[:100])
        ),
    }
    if name in known:
        expected = known[name](truth, forecasts)
    else:
        scorer = theirs.get_scorer(name)
        expected = scorer._sign * scorer._score_func(truth, forecasts)
    ours = get_scorer(name)
    assert ours(forecaster, series[100:]) == pytest.approx(expected)
    assert ours(forecaster, series[100:], series[100:]) == pytest.approx(expected)


@pytest.mark.core
def test_scorers_work_in_searches_without_y(airline):
    words = {"cell": "simple", "units": 2, "epochs": 1, "random_state": 0, "horizon": 2}
    words["linear"] = False
    search = GridSearchCV(
        RNNForecaster(**words),
        {"window": [3, 4]},
        cv=TimeSeriesSplit(2),
        scoring={name: get_scorer(name) for name in ERRORS},
        refit="neg_mean_absolute_error",
    ).fit(airline)
    for name in ERRORS:
        assert np.isfinite(search.cv_results_[f"mean_test_{name}"]).all()
    assert search.score(airline[130:]) < 0


def test_a_horizon_of_one_is_scored_as_by_scikit_learn(airline):
    for name in ERRORS:
        words = {"cv": TimeSeriesSplit(3), "estimator": WindowForecaster(), "X": airline}
        np.testing.assert_allclose(
            cross_val_score(scoring=get_scorer(name), **words),
            cross_val_score(scoring=name, y=airline, **words),
        )


def test_r2_is_the_score_of_a_forecaster(airline):
    frame = pd.DataFrame({"a": airline, "b": airline**0.5})
    forecaster = WindowForecaster(horizon=4).fit(frame[:100])
    weights = np.linspace(0, 1, 44)
    for words in ({}, {"sample_weight": weights}):
        score = forecaster.score(frame[100:], **words)
        assert get_scorer("r2")(forecaster, frame[100:], **words) == score


def test_rows_left_out_of_the_dates_are_no_truth(airline):
    forecaster = NaiveForecaster(horizon=2).fit(airline[:100])
    holes = airline[100:].drop(airline.index[[110, 120]])
    full = airline[100:].copy()
    full.iloc[[10, 20]] = np.nan
    scorer = get_scorer("neg_mean_absolute_error")
    rows = forecaster.predict(full).drop(full.index[[10, 20]])
    np.testing.assert_allclose(forecaster.predict(holes), rows)
    errors = [
        abs(full.iloc[i + k] - forecaster.predict(full).iloc[i, k])
        for i in range(44)
        for k in range(2)
        if i not in (10, 20) and i + k < 44 and np.isfinite(full.iloc[i + k])
    ]
    assert scorer(forecaster, holes) == pytest.approx(-np.mean(errors))


def test_weights_count(airline):
    forecaster = NaiveForecaster(horizon=2).fit(airline[:100])
    scorer, test = get_scorer("neg_mean_absolute_error"), airline[100:]
    weights = np.zeros(44)
    weights[:10] = 1
    forecasts = forecaster.predict(test).to_numpy()[:10]
    truth = np.column_stack([test[:10], test[1:11]])
    expected = -np.abs(forecasts - truth).mean()
    assert scorer(forecaster, test, sample_weight=weights) == pytest.approx(expected)
    with pytest.raises(ValueError, match="sample_weight must hold"):
        scorer(forecaster, test, sample_weight=weights[:5])


def test_what_wraps_a_forecaster_is_scored_too(airline):
    plain = NaiveForecaster(horizon=3).fit(airline[:100])
    pipeline = make_pipeline(FunctionTransformer(), NaiveForecaster(horizon=3)).fit(airline[:100])
    scorer = get_scorer("neg_mean_squared_error")
    assert scorer(pipeline, airline[100:]) == pytest.approx(scorer(plain, airline[100:]))
    frame = airline.to_frame("a").assign(b=1.0 / airline)
    one = NaiveForecaster().fit(frame[:100])
    one_step = make_pipeline(FunctionTransformer(), one)
    assert scorer(one_step, frame[100:]) == pytest.approx(scorer(one, frame[100:]))


@pytest.fixture
def panel(airline):
    """Make series of unequal sizes and dates, with a hole, a season of none, and no change."""
    rng = np.random.default_rng(0)
    parts = []
    for label, size, values in (
        ("big", 144, 1000 + airline.to_numpy()),
        ("small", 100, rng.normal(size=100)),
        ("late", 60, rng.normal(5, 2, 60)),
        ("still", 144, np.full(144, 3.0)),
    ):
        part = pd.DataFrame({"store": label, "date": airline.index[-size:], "sales": values})
        parts.append(part)
    table = pd.concat(parts).drop(index=50).sample(frac=1, random_state=0, ignore_index=True)
    is_test = table["date"] >= airline.index[120]
    return table[~is_test], table[is_test]


def judge_by_hand(forecaster, train, test, power):
    """Give the errors of each series in units of its changes in training, and their numbers."""
    table = backtest(
        forecaster,
        pd.concat([train, test], ignore_index=True),
        cv=[(np.arange(len(train)), len(train) + np.arange(len(test)))],
    )
    errors, counts = {}, {}
    for label, part in table.groupby("series"):
        series = train[train["store"] == label].set_index("date")["sales"].asfreq("MS")
        unit = (series.diff().abs() ** power).mean()
        if not unit:
            continue
        part = part.dropna(subset="truth")
        errors[label] = ((part["truth"] - part["forecast"]).abs() ** power).mean() / unit
        counts[label] = len(part)
    return pd.Series(errors) ** (1 / power), pd.Series(counts)


@pytest.mark.parametrize(
    ("name", "power"),
    [("neg_mean_absolute_scaled_error", 1), ("neg_root_mean_squared_scaled_error", 2)],
)
def test_each_series_is_scaled_by_its_own_training_changes(panel, name, power):
    train, test = panel
    forecaster = NaiveForecaster(horizon=3, series="store", time="date")
    errors, counts = judge_by_hand(forecaster, train, test, power)
    assert "still" not in errors
    scorer = get_scorer(name)
    score = scorer(forecaster.fit(train), test)
    assert score == pytest.approx(-np.average(errors, weights=counts))
    for label, error in errors.items():
        one = test[test["store"] == label]
        assert scorer(forecaster, one) == pytest.approx(-error)
        weights = (test["store"] == label).astype(float)
        assert scorer(forecaster, test, sample_weight=weights) == pytest.approx(-error)
    renamed = test.replace({"store": {"small": "new"}})
    rest = errors.drop("small"), counts.drop("small")
    assert scorer(forecaster, renamed) == pytest.approx(-np.average(rest[0], weights=rest[1]))
    with pytest.raises(ValueError, match="X has no series that changed in training"):
        scorer(forecaster, test[test["store"] == "still"])


def test_scorers_read_panels(panel):
    train, test = panel
    forecaster = WindowForecaster(horizon=3, series="store", time="date").fit(train)
    table = backtest(
        WindowForecaster(horizon=3, series="store", time="date"),
        pd.concat([train, test], ignore_index=True),
        cv=[(np.arange(len(train)), len(train) + np.arange(len(test)))],
    ).dropna(subset="truth")
    for name in ERRORS:
        ours, theirs_ = get_scorer(name), theirs.get_scorer(name)
        expected = theirs_._sign * theirs_._score_func(table["truth"], table["forecast"])
        assert ours(forecaster, test) == pytest.approx(expected)


@pytest.mark.parametrize("season", [1, 3])
@pytest.mark.parametrize("chunk", [1, 5, 1000])
def test_changes_are_those_within_each_series(monkeypatch, chunk, season):
    monkeypatch.setattr("skrnn.metrics._changes.CHUNK", chunk)
    rng = np.random.default_rng(0)
    sizes = np.array([7, 1, 2, 20, 4])
    values = rng.normal(size=(sizes.sum(), 2))
    values[rng.random(values.shape) < 0.2] = np.nan
    starts = np.cumsum(sizes) - sizes
    averages = average_changes(values, season, starts)
    for i, start in enumerate(starts):
        changes = pd.DataFrame(values[start : start + sizes[i]]).diff(season).abs()
        np.testing.assert_allclose(averages[0, i], changes.mean())
        np.testing.assert_allclose(averages[1, i], (changes**2).mean())


def test_scaled_errors_need_a_forecaster(airline):
    pipeline = make_pipeline(FunctionTransformer(), NaiveForecaster()).fit(airline[:100])
    with pytest.raises(TypeError, match="'neg_mean_absolute_scaled_error' needs a forecaster"):
        get_scorer("neg_mean_absolute_scaled_error")(pipeline, airline[100:])


def test_predictions_that_do_not_fit_the_truth_are_an_error(airline):
    class Odd(BaseEstimator):
        def predict(self, X):
            return np.zeros((len(X), 3))

    with pytest.raises(ValueError, match="y must hold what is forecast"):
        get_scorer("r2")(Odd(), airline, np.ones((144, 2)))


def test_a_scorer_is_pickled_and_names_itself(airline):
    scorer = pickle.loads(pickle.dumps(get_scorer("r2")))
    assert repr(scorer) == "get_scorer('r2')"
    scores = cross_validate(WindowForecaster(), airline, cv=TimeSeriesSplit(2), scoring=scorer)
    assert scores["test_score"].shape == (2,)


@pytest.mark.parametrize("name", ["accuracy", "mae", None, 3, ["r2"]])
def test_an_unknown_scorer_is_an_error(name):
    with pytest.raises(ValueError, match=r"name=.* give one of \['d2_absolute_error_score'"):
        get_scorer(name)


# Measures


def test_smape_is_that_of_the_competitions():
    truth, forecasts = np.array([100.0, 50, 0, 0]), np.array([110.0, 40, 0, 5])
    expected = np.mean([10 / 105, 10 / 45, 0, 2])
    assert symmetric_mean_absolute_percentage_error(truth, forecasts) == pytest.approx(expected)


@pytest.mark.parametrize("season", [1, 12])
def test_scaled_errors_are_in_units_of_the_naive_forecast(airline, season):
    train, test = airline[:100], airline[100:]
    forecasts = test + np.linspace(-5, 9, 44)
    errors = forecasts - test
    naive = (train - train.shift(season)).dropna()
    words = {"y_train": train, "season": season}
    mase = mean_absolute_scaled_error(test, forecasts, **words)
    assert mase == pytest.approx(errors.abs().mean() / naive.abs().mean())
    rmsse = root_mean_squared_scaled_error(test, forecasts, **words)
    assert rmsse == pytest.approx(np.sqrt((errors**2).mean() / (naive**2).mean()))


def test_measures_are_means_over_the_outputs(airline):
    test = np.column_stack([airline[100:], airline[100:] ** 2])
    train = np.column_stack([airline[:100], airline[:100] ** 2])
    train[5, 1] = np.nan
    forecasts, weights = test * 1.1, np.arange(44.0)
    for measure, words in (
        (mean_absolute_scaled_error, {"y_train": train}),
        (root_mean_squared_scaled_error, {"y_train": train, "season": 3}),
        (symmetric_mean_absolute_percentage_error, {}),
    ):
        both = measure(test, forecasts, sample_weight=weights, **words)
        each = [
            measure(
                test[:, i],
                forecasts[:, i],
                sample_weight=weights,
                **(words | {"y_train": train[:, i]} if words else {}),
            )
            for i in range(2)
        ]
        assert both == pytest.approx(np.mean(each))


@pytest.mark.parametrize("season", [-1, 0, True, 1.0, "a", None])
@pytest.mark.parametrize("measure", [mean_absolute_scaled_error, root_mean_squared_scaled_error])
def test_a_season_is_a_number_of_rows(measure, season):
    with pytest.raises(ValueError, match=f"season={season!r} must be an int of at least 1"):
        measure([1, 2], [1, 3], [1, 2, 4], season=season)
    assert measure([1, 2], [1, 3], [1, 2, 4], season=np.int64(1)) > 0


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2], [np.nan, 1], [1]])
def test_weights_that_say_nothing_are_an_error(airline, weights):
    with pytest.raises(ValueError, match="sample_weight must hold a number for each row"):
        symmetric_mean_absolute_percentage_error([1, 2], [1, 3], sample_weight=weights)
    naive = NaiveForecaster().fit(airline)
    with pytest.raises(ValueError, match="sample_weight must hold a number for each row"):
        naive.score(airline[:2], sample_weight=weights)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda m: m([1, 2], [1, 2, 3], [1, 2, 3]), r"y_true has the shape \(2, 1\)"),
        (lambda m: m([1, np.nan], [1, 2], [1, 2, 3]), "y_true must hold numbers"),
        (lambda m: m([1, 2], ["a", "b"], [1, 2, 3]), "y_pred must hold numbers"),
        (lambda m: m([1, 2], [1, 2], [3, 3, 3]), "y_train .* never changes"),
        (lambda m: m([1, 2], [1, 2], [1, 2], season=5), "y_train .* 2 rows, too few for season=5"),
        (lambda m: m([1], [1], [1, np.nan, 2]), "y_train .* no two known values season=1 rows"),
        (lambda m: m([1], [1], MONTHS[::-1]), "y_train .* 2020-04-30 .* follows 2020-05-31"),
        (lambda m: m([1], [1], MONTHS.iloc[[0, 0, 1]]), "y_train .* 2020-01-31 .* follows 2020"),
        (lambda m: m([1], [1], MONTHS.to_period()[::-1]), "2020-04 follows 2020-05"),
        (lambda m: m([1], [1], [1, 2], sample_weight=[0]), "sample_weight .* not all 0"),
        (lambda m: m([1], [1], [1, 2], sample_weight=[-1]), "sample_weight .* none below 0"),
        (lambda m: m([1, 2], [1, 2], np.ones((4, 2))), "Found 2 outputs instead of 1"),
    ],
)
@pytest.mark.parametrize("measure", [mean_absolute_scaled_error, root_mean_squared_scaled_error])
def test_bad_input_of_a_measure_is_an_error(measure, call, message):
    with pytest.raises(ValueError, match=message):
        call(measure)


RNG = np.random.default_rng(0)
TRUTH = RNG.standard_normal((50, 3))
BOUNDS = np.sort(RNG.standard_normal((50, 3, 2)), axis=2)
WEIGHTS = RNG.integers(1, 4, 50)


def test_an_interval_score_is_the_pinball_losses_of_its_bounds():
    losses = [
        theirs.mean_pinball_loss(TRUTH, BOUNDS[..., i], alpha=alpha)
        for i, alpha in enumerate((0.1, 0.9))
    ]
    expected = 2 / 0.2 * sum(losses)
    assert np.isclose(interval_score(TRUTH, BOUNDS, coverage=0.8), expected)


@pytest.mark.parametrize("coverage", [0.5, 0.9])
def test_no_intervals_score_better_than_those_between_the_true_quantiles(coverage):
    truth = np.random.default_rng(1).standard_normal(100_000)
    best = norm.ppf(0.5 + coverage / 2)
    scores = {
        factor: interval_score(
            truth, np.tile([-best, best], (len(truth), 1)) * factor, coverage=coverage
        )
        for factor in (0.9, 1, 1.1)
    }
    assert min(scores, key=scores.get) == 1
    assert np.isclose(scores[1], 4 * norm.pdf(best) / (1 - coverage), rtol=0.01)


def test_coverage_and_width_are_shares_and_means_over_what_is_known():
    truth, bounds = TRUTH.copy(), BOUNDS.copy()
    truth[:9], bounds[30:, 1] = np.nan, np.nan
    known = ~np.isnan(truth + bounds.sum(axis=2))
    inside = (bounds[..., 0] <= truth) & (truth <= bounds[..., 1])
    assert coverage_score(truth, bounds) == inside[known].mean()
    widths = np.ptp(BOUNDS, axis=2)
    assert np.isclose(mean_interval_width(BOUNDS), widths.mean())
    assert np.isclose(mean_interval_width(bounds), widths[~np.isnan(bounds[..., 0])].mean())


def test_weights_of_rows_count_as_often_as_they_say():
    often = np.repeat(np.arange(50), WEIGHTS)
    for metric in (coverage_score, interval_score):
        weighted = metric(TRUTH, BOUNDS, sample_weight=WEIGHTS)
        assert np.isclose(weighted, metric(TRUTH[often], BOUNDS[often]))
    weighted = mean_interval_width(BOUNDS, sample_weight=WEIGHTS)
    assert np.isclose(weighted, mean_interval_width(BOUNDS[often]))
    weighted = mean_pinball_loss(TRUTH, BOUNDS[..., 0], alpha=0.2, sample_weight=WEIGHTS)
    assert np.isclose(weighted, mean_pinball_loss(TRUTH[often], BOUNDS[often, :, 0], alpha=0.2))


def test_scaled_interval_scores_are_in_units_of_the_seasonal_naive_error():
    train = np.array([1.0, 5, 2, 7, np.nan, 8])
    unit = (1 + 2 + 1) / 3
    scaled = mean_scaled_interval_score(TRUTH, BOUNDS, train, coverage=0.95, season=2)
    assert np.isclose(scaled, interval_score(TRUTH, BOUNDS, coverage=0.95) / unit)
    several = np.column_stack([train, 10 * train])
    scores = [interval_score(TRUTH[:, i], BOUNDS[:, i]) / unit / f for i, f in ((0, 1), (1, 10))]
    scaled = mean_scaled_interval_score(TRUTH[:, :2], BOUNDS[:, :2], several, season=2)
    assert np.isclose(scaled, np.mean(scores))


def test_pinball_loss_is_that_of_scikit_learn_where_the_truth_is_known():
    truth = TRUTH.copy()
    truth[-3:] = np.nan
    loss = mean_pinball_loss(truth, BOUNDS[..., 1], alpha=0.9)
    expected = theirs.mean_pinball_loss(TRUTH[:-3], BOUNDS[:-3, :, 1], alpha=0.9)
    assert np.isclose(loss, expected)


def test_intervals_are_judged_as_forecasters_give_them(airline):
    train, test = airline[:108], airline[108:]
    naive = NaiveForecaster(horizon=2).fit(train)
    truth = np.column_stack([test, test.shift(-1)])
    table = naive.predict_interval(test, 0.8)
    array = NaiveForecaster(horizon=2).fit(train.to_numpy()).predict_interval(test.to_numpy(), 0.8)
    assert coverage_score(truth, table) == coverage_score(truth, array)
    assert np.isclose(interval_score(truth, table), interval_score(truth, array))
    assert np.isclose(mean_interval_width(table), mean_interval_width(array))


@pytest.mark.parametrize(
    ("metric", "arguments", "words", "named"),
    [
        (coverage_score, (TRUTH, BOUNDS[:-1]), {}, ["y_true", "(50, 3)", "(49, 3)"]),
        (coverage_score, (TRUTH[:, 0], BOUNDS), {}, ["y_true", "(50, 1)", "(50, 3)"]),
        (coverage_score, (TRUTH, TRUTH), {}, ["y_interval", "(50, 3)"]),
        (coverage_score, (TRUTH, BOUNDS[..., ::-1]), {}, ["y_interval", "before", "row 0"]),
        (coverage_score, (TRUTH * np.nan, BOUNDS), {}, ["y_true", "known"]),
        (coverage_score, (["a"], [[1, 2]]), {}, ["y_true", "'a'"]),
        (interval_score, (TRUTH, BOUNDS), {"coverage": 95}, ["coverage", "95"]),
        (coverage_score, (TRUTH * 1e160, BOUNDS), {}, ["y_true", "1e+150"]),
        (mean_interval_width, (BOUNDS * 1e160,), {}, ["y_interval", "1e+150"]),
        (mean_scaled_interval_score, (TRUTH, BOUNDS, [1, 1e160]), {}, ["y_train", "1e+160"]),
        (mean_pinball_loss, (TRUTH, TRUTH * 1e160), {}, ["y_pred", "1e+150"]),
        (mean_interval_width, ([1, 2],), {}, ["y_interval", "[1, 2]"]),
        (mean_interval_width, (BOUNDS * np.nan,), {}, ["y_interval must be known"]),
        (mean_interval_width, (BOUNDS,), {"sample_weight": [1]}, ["sample_weight", "[1]"]),
        (mean_scaled_interval_score, (TRUTH, BOUNDS, [1, 1]), {}, ["y_train", "never changes"]),
        (mean_scaled_interval_score, (TRUTH, BOUNDS, [[1], [2, 3]]), {}, ["y_train", "[1]"]),
        (mean_pinball_loss, (TRUTH, TRUTH), {"alpha": 2}, ["alpha", "2"]),
        (mean_pinball_loss, (TRUTH, TRUTH[:3]), {}, ["y_true", "(3, 3)"]),
        (mean_pinball_loss, (TRUTH, TRUTH * np.nan), {}, ["y_pred", "NaN"]),
    ],
)
def test_bad_intervals_are_errors_that_name_them(metric, arguments, words, named):
    with pytest.raises(ValueError) as caught:
        metric(*arguments, **words)
    assert all(name in str(caught.value) for name in named)
