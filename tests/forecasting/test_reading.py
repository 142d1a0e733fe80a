"""What a network reads before each row: windows that are made once, in sequences read at once."""

from itertools import product

import numpy as np
import pandas as pd
import pytest
from grids import thin_out

from skrnn import RNNForecaster
from skrnn._sequences import SharedPanel
from skrnn.forecasting import _pairs, _recursion
from skrnn.forecasting._levels import fill_gaps
from skrnn.forecasting._rows import History, SeriesRows, find_starts, list_windows

QUICK = {"units": 3, "epochs": 2, "window": 4, "random_state": 0, "network_share": 1.0}
QUICK |= {"seasonality": None}


def make_panel(lengths, share_missing=0.0):
    rng = np.random.default_rng(0)
    y = np.concatenate([20 + rng.normal(size=n).cumsum() for n in lengths])
    y[rng.random(len(y)) < share_missing] = np.nan
    series = np.repeat(np.arange(len(lengths)), lengths)
    return pd.DataFrame({"series": series, "time": np.concatenate([*map(range, lengths)]), "y": y})


def build_network(description):
    from keras import Input, Model, layers

    inputs = Input((None, description["n_features"]))
    whole = description["strategy"] == "seq2seq"
    x = layers.GRU(3, return_sequences=whole)(layers.Masking(np.nan)(inputs))
    return Model(inputs, layers.Dense(description["n_outputs"], description["activation"])(x))


def forecast_one(forecaster, history, row):
    """Forecast a row from windows that are cut, scaled and read for it alone."""
    history = history.select(slice(row, row + 1))
    position, start = history.positions[0], history.rows.starts[history.owners[0]]
    windows, scaler = [], forecaster._scaler
    for end in range(max(position - forecaster.n_windows + 1, min(start + 1, position)), position):
        ends = np.array([end])
        parts = history.rows, history.levels, history.codes, ends, history.owners
        window = scaler.read(History(*parts, scaler.span)[:])[0]
        if not np.isnan(window[:, -1]).any():  # else skipped
            windows.append(fill_gaps(window))
    parts = history.rows, history.levels, history.codes, history.positions, history.owners
    last, frame = scaler.read(History(*parts, scaler.span)[:])
    sequence = np.stack([*windows, fill_gaps(last)], axis=1).reshape(1, len(windows) + 1, -1)
    outputs = forecaster.regressor_.predict(sequence).reshape(1, forecaster._n_steps, -1)
    return scaler.restore(outputs, history[:], frame)[0]


WAYS = [
    {},
    {"difference": 2, "horizon": 3},
    {"scaling": "standard", "n_networks": 2},
    {"missing": "skip"},
    {"network": build_network},
    {"network_share": 0.0, "horizon": 2},
    {"network_share": 0.0, "missing": "skip"},
]


@pytest.mark.core
@pytest.mark.parametrize(
    ("words", "share_missing"), thin_out(product(WAYS, [0, 0.1]), product(WAYS, [0.1]))
)
def test_each_row_is_forecast_as_if_it_were_read_alone(words, share_missing, monkeypatch):
    monkeypatch.setattr(_pairs, "READ", 12)
    monkeypatch.setattr("skrnn.forecasting._network_model.READ", 12)
    monkeypatch.setattr(_recursion, "CHUNK", 7)
    X = make_panel([30, 5, 16, 1], share_missing)
    forecaster = RNNForecaster(**QUICK | words, series="series", time="time").fit(X[::-1])
    later = make_panel([38, 9, 16, 4, 15], share_missing).sample(frac=0.7, random_state=0)
    if words.get("scaling") == "standard":
        later = later[later["series"] < 4]  # of which the scale is known
    for rows in (X, later):
        rows = rows.sort_values(["series", "time"])
        forecasts = np.asarray(forecaster.predict(rows)).reshape(len(rows), -1)
        placed = forecaster._place_rows(rows)
        values, codes, places = placed.values, placed.codes, placed.places
        history = forecaster._past.find(values, codes, places)
        alone = [forecast_one(forecaster, history, row).ravel() for row in range(len(rows))]
        np.testing.assert_allclose(forecasts, alone, rtol=1e-5)


def test_forecasts_that_are_fed_back_are_read_like_rows_that_were_known():
    y = 20 + np.random.default_rng(0).normal(size=200).cumsum()
    y[150:160:3] = np.nan
    forecaster = RNNForecaster(**QUICK, difference=2, horizon=2).fit(y)
    at_once = forecaster.forecast(6)
    for start in (0, 2, 4):
        part = forecaster.forecast(2)
        np.testing.assert_allclose(part, at_once[start : start + 2], rtol=1e-6)
        forecaster.update(part)


@pytest.mark.parametrize(
    ("strategy", "missing"),
    thin_out(
        product(["direct", "recursive", "encoder_decoder"], ["fill", "skip"]),
        [("direct", "fill"), ("recursive", "skip"), ("encoder_decoder", "fill")],
    ),
)
def test_without_a_share_of_the_network_its_linear_part_forecasts(strategy, missing):
    X = np.random.default_rng(0).normal(size=(80, 2)).cumsum(axis=0)
    X[::9, 0] = np.nan
    words = QUICK | {"network_share": 0.0, "strategy": strategy, "missing": missing}
    forecaster = RNNForecaster(**words).fit(X)
    history = forecaster._past.find(X, np.zeros(80, int), np.arange(1, 81))
    windows, _ = forecaster._scaler.read(history[:])
    network = forecaster.regressor_.predict(windows).reshape(80, -1)
    np.testing.assert_allclose(forecaster._run(history)[0], network, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("words", [{}, {"strategy": "direct", "window": 30}])
def test_long_forecasts_of_the_linear_part_are_those_made_step_by_step(words, monkeypatch):
    y = 20 + np.random.default_rng(0).normal(size=200).cumsum()
    forecaster = RNNForecaster(**QUICK | {"network_share": 0.0} | words, difference=3).fit(y)
    step_by_step = forecaster.forecast(60)
    monkeypatch.setattr(_recursion, "LONG", 1)
    np.testing.assert_allclose(forecaster.forecast(60), step_by_step, rtol=1e-6)


def test_a_share_that_was_found_before_has_no_part_in_the_next_fit():
    wave = np.sin(np.arange(300) / 4) ** 3
    words = QUICK | {"network_share": "auto", "linear": True, "epochs": 30, "units": 8}
    words |= {"learning_rate": 0.02, "window": 2}
    expected = RNNForecaster(**words).fit(wave)
    assert expected.network_share_ > 0
    forecaster = RNNForecaster(**words | {"network_share": 0.0}).fit(wave)
    forecaster.set_params(network_share="auto").fit(wave)
    assert forecaster.network_share_ == expected.network_share_
    np.testing.assert_array_equal(forecaster.forecast(9), expected.forecast(9))


def test_training_that_goes_on_from_the_linear_part_forecasts_by_the_network():
    y = 20 + np.random.default_rng(0).normal(size=90).cumsum()
    forecaster = RNNForecaster(**QUICK | {"network_share": 0.0}).fit(y[:80])
    linear = forecaster.predict(y[80:])
    forecaster.partial_fit(y[80:])
    assert forecaster.network_share_ == 1
    trained = forecaster.predict(np.append(y[:80], 0))[-1]
    assert trained != pytest.approx(linear[0], rel=1e-5)


@pytest.mark.parametrize("n_windows", [1, 3, 50])
def test_the_windows_of_many_rows_are_listed_once(n_windows):
    lengths = [6, 1, 9]
    rows = SeriesRows(np.arange(16.0)[:, None], find_starts(lengths))
    codes = np.array([4, 5, 9])
    owners = np.array([0, 0, 0, 0, 1, 1, 2, 2])
    positions = np.array([0, 1, 5, 6, 6, 7, 7, 16])  # 6 ends the first, and begins the second
    history = History(rows, rows.values, codes, positions, owners, 99)
    windows, last, counts = list_windows(history, n_windows, 2)
    read = list(zip(windows.owners, windows.positions, strict=True))
    assert len(set(read)) == len(read)
    wanted = set()
    for row, (owner, position) in enumerate(zip(owners, positions, strict=True)):
        start = rows.starts[owner]
        ends = range(max(start + 1, position - n_windows + 1), position + 1) or [start]
        own = [(owner, end) for end in ends]
        assert read[last[row] - counts[row] + 1 : last[row] + 1] == own
        wanted |= {*own}
    assert set(read) == wanted


def test_sequences_that_begin_alike_are_read_as_one():
    steps = np.arange(20.0)[:, None]
    starts, lengths = np.array([0, 0, 0, 3, 9, 9]), np.array([1, 2, 5, 4, 1, 3])
    panel = SharedPanel(steps, starts, lengths)
    assert (len(panel), panel.n_asked) == (3, 6)
    found = np.empty(6)
    for rows in (np.array([2, 0]), np.array([1])):
        numbers, picked = panel.pick(rows, panel[rows])
        found[numbers] = picked[:, 0]
    np.testing.assert_array_equal(found, starts + lengths - 1)
