"""What series are scaled by, where little or nothing is known of them."""

import numpy as np
import pandas as pd
import pytest
from grids import thin_out
from sklearn.model_selection import PredefinedSplit, cross_val_score

from skrnn import RNNForecaster, WindowForecaster

RNG = np.random.default_rng(0)
DAYS = pd.date_range("2020-01-01", periods=60)
COUNTS = RNG.poisson(0.15, 300) * 1.0
NOISE = RNG.normal(size=(4, 60))
SCALINGS = ["window", "standard", "global", None]


def make_panel(first=0, **values):
    parts = [
        pd.DataFrame(
            {
                "store": name,
                "day": DAYS[0] + pd.to_timedelta(first + np.arange(len(y)), "D"),
                "y": y,
            }
        )
        for name, y in values.items()
    ]
    return pd.concat(parts, ignore_index=True)


def make_forecaster(scaling, **words):
    words = {"window": 4, "series": "store", "time": "day", "target": "y"} | words
    return WindowForecaster(scaling=scaling, **words)


def forecast(forecaster, store):
    return forecaster.forecast(1).set_index("store")["y"][store]


PANEL = make_panel(low=20 + NOISE[0], high=100 + NOISE[1])
NEW = 1000 + NOISE[2]


@pytest.mark.parametrize("window", [4, 12])
@pytest.mark.parametrize("horizon", [1, 20])
def test_forecasts_of_rare_counts_stay_among_them(window, horizon):
    forecaster = WindowForecaster(window=window, horizon=horizon, scaling="window").fit(COUNTS)
    assert np.abs(forecaster.forecast(20)).max() < COUNTS.max()
    assert np.abs(forecaster.predict(COUNTS)).max() < COUNTS.max()


def test_rare_counts_do_not_drive_the_other_series_away():
    smooth = {f"smooth_{i}": 100 + 2 * RNG.normal(size=300) for i in range(5)}
    forecaster = make_forecaster("window", horizon=5).fit(make_panel(**smooth, counts=COUNTS))
    ahead = forecaster.forecast().set_index("store")["y"]
    np.testing.assert_allclose(ahead.drop("counts"), 100, rtol=0.15)


def test_windows_that_are_all_in_the_least_unit_are_learned_from():
    zeros = np.zeros(40)
    np.testing.assert_allclose(
        WindowForecaster(window=4, scaling="window").fit(zeros).forecast(3), 0, atol=1e-12
    )


@pytest.mark.parametrize("difference", [None, 1])
def test_rows_of_a_series_without_a_scale_of_its_own_are_an_error(difference):
    forecaster = make_forecaster("standard", difference=difference).fit(PANEL)
    with pytest.raises(ValueError, match="update, or fit with scaling='window' or 'global'"):
        forecaster.predict(make_panel(new=NEW))
    forecasts = forecaster.update(make_panel(new=NEW[:30])).predict(make_panel(30, new=NEW[30:]))
    np.testing.assert_allclose(forecasts, 1000, atol=10)


def test_series_kept_from_training_are_no_error_where_windows_are_scaled():
    fold = (PANEL["store"] == "high").to_numpy().astype(int) - 1
    scores = cross_val_score(
        make_forecaster("window"), PANEL, cv=PredefinedSplit(fold), error_score="raise"
    )
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("difference", [None, 1])
@pytest.mark.parametrize("scaling", SCALINGS)
def test_a_series_without_a_value_is_forecast_as_one_never_seen(scaling, difference):
    empty = make_panel(empty=np.full(60, np.nan))
    forecaster = make_forecaster(scaling, difference=difference).fit(pd.concat([PANEL, empty]))
    never_seen = make_forecaster(scaling, difference=difference).fit(PANEL)
    expected = never_seen.predict(make_panel(new=[np.nan]))
    np.testing.assert_allclose(forecast(forecaster, "empty"), expected[0], rtol=1e-6)
    np.testing.assert_allclose(expected, 60, atol=3)


@pytest.mark.parametrize("scaling", SCALINGS)
def test_a_scale_is_learned_from_the_first_update_with_values(scaling):
    empty = make_panel(empty=np.full(60, np.nan))
    late = make_panel(
        60, empty=50 + NOISE[3][:30], low=20 + NOISE[2][:30], high=np.full(30, 100.0)
    )
    forecaster = make_forecaster(scaling).fit(pd.concat([PANEL, empty]))
    forecaster.update(make_panel(60, empty=[np.nan]))
    late["day"] += pd.Timedelta(1, "D")
    np.testing.assert_allclose(forecast(forecaster.update(late), "empty"), 50, atol=3)
    new = make_forecaster(scaling).fit(PANEL).update(make_panel(new=[np.nan, np.nan]))
    new.update(make_panel(2, new=NEW[:30]))
    np.testing.assert_allclose(forecast(new, "new"), 1000, rtol=0.05)


@pytest.mark.parametrize(
    "change",
    [
        lambda t: t.assign(x=0.0),
        lambda t: t.assign(x=np.nan),
        lambda t: t.assign(x=(t["day"].dt.day_of_week > 4) * 1.0),
        lambda t: t.assign(x=(t["store"] == "low") * 1.0),
        lambda t: t.assign(x=t["y"].where(t["store"] == "low")),
        lambda t: t.assign(x=t["y"].where(t["y"] % 1 < 0.5)),
        lambda t: t.assign(y=5.0),
    ],
    ids=["zero", "unknown", "weekend", "by_store", "in_one_store", "holes", "constant_target"],
)
@pytest.mark.parametrize("scaling", thin_out(["auto", *SCALINGS], ["auto", "standard"]))
def test_columns_that_say_nothing_are_no_matter(change, scaling):
    table = change(PANEL)
    words = {
        "series": "store",
        "time": "day",
        "target": "y",
        "scaling": scaling,
        "random_state": 0,
    }
    forecaster = RNNForecaster(**words, horizon=2, units=2, epochs=1).fit(table)
    ahead = forecaster.forecast(2).set_index("store")["y"]
    expected = table.groupby("store")["y"].mean()[ahead.index]
    np.testing.assert_allclose(ahead, expected, atol=4)
