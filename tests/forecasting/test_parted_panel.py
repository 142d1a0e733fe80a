"""Panels in chunks: forecast as they would be from memory, or refused before any training."""

import copy
from functools import partial

import dask.dataframe as dd
import keras
import numpy as np
import pandas as pd
import polars as pl
import pytest

from skrnn import Chunks, NaiveForecaster, RNNForecaster, WindowForecaster, load, save
from skrnn.forecasting import _parted_panel
from skrnn.metrics import get_scorer

N_SERIES, N_ROWS = 12, 60
NAMED = {"series": "store", "time": "date"}
QUICK = NAMED | {
    "units": 3,
    "epochs": 2,
    "window": 8,
    "horizon": 2,
    "scaling": "window",
    "seasonality": 7,
    "network_share": 1.0,
    "calibrate": False,
    "random_state": 0,
}


@pytest.fixture(scope="module")
def panel():
    rng, days = np.random.default_rng(0), np.arange(N_ROWS)
    levels = rng.uniform(5, 500, N_SERIES)[:, None]
    waves = 1 + 0.3 * np.sin(2 * np.pi * (days + np.arange(N_SERIES)[:, None]) / 7)
    sales = levels * waves * rng.uniform(0.9, 1.1, (N_SERIES, N_ROWS))
    return pd.DataFrame(
        {
            "store": np.repeat([f"s{i:02d}" for i in range(N_SERIES)], N_ROWS),
            "date": np.tile(pd.date_range("2024-01-01", periods=N_ROWS), N_SERIES),
            "sales": sales.ravel(),
            "promo": rng.integers(0, 2, N_SERIES * N_ROWS).astype(float),
            "region": np.repeat(list("nnnsss" * 2), N_ROWS),
        }
    )


@pytest.fixture
def sampled(monkeypatch):
    """Have three series of twelve stand for all."""
    monkeypatch.setattr(_parted_panel, "SAMPLE_ROWS", 3 * N_ROWS + 7)


@pytest.fixture
def plain(panel):
    return panel[["store", "date", "sales"]]


def cut(panel, n_parts=4):
    """Cut a panel into parts of whole series."""
    numbers = panel["store"].str[1:].astype(int) % n_parts
    return [part for _, part in panel.groupby(numbers)]


def sort(forecasts):
    return forecasts.sort_values(list(forecasts.columns[:2]), ignore_index=True)


@pytest.mark.parametrize("words", [{"strategy": "direct"}, {"early_stopping": True}])
def test_what_fits_into_the_sample_is_fitted_as_from_memory(plain, words):
    rnn = RNNForecaster(**QUICK | words)
    expected = copy.deepcopy(rnn).fit(plain).forecast()
    pd.testing.assert_frame_equal(rnn.fit(Chunks(cut(plain, 1))).forecast(), expected)


@pytest.mark.parametrize("kind", ["whole", "missing", "no times"])
def test_naive_forecasts_are_those_from_memory(plain, sampled, kind):
    if kind == "missing":
        is_lost = np.random.default_rng(0).random(len(plain)) < 0.2
        plain = plain.assign(sales=plain["sales"].mask(is_lost))
    words = NAMED | {"strategy": "seasonal", "season": 7, "horizon": 3, "seasonality": 7}
    if kind == "no times":
        plain, words = plain.drop(columns="date"), words | {"time": None}
    naive, chunked = NaiveForecaster(**words), NaiveForecaster(**words)
    naive.fit(plain)
    chunked.fit(Chunks(cut(plain)))
    forecasts = [forecaster.forecast(9) for forecaster in (chunked, naive)]
    pd.testing.assert_frame_equal(*map(sort, forecasts))
    pd.testing.assert_frame_equal(chunked.predict(plain), naive.predict(plain))
    for name in "neg_mean_absolute_scaled_error", "neg_root_mean_squared_scaled_error":
        expected = get_scorer(name)(naive, plain)
        assert get_scorer(name)(chunked, plain) == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("strategy", ["seq2seq", "direct"])
def test_each_series_has_its_own_season_and_scale(plain, sampled, strategy):
    """With the same weights, forecasts are those of a forecaster that read all at once."""
    words = QUICK | {"scaling": "standard", "strategy": strategy}
    rnn = RNNForecaster(**words).fit(plain)
    chunked = RNNForecaster(**words).fit(Chunks(cut(plain)))
    assert not np.allclose(sort(chunked.forecast())["sales"], rnn.forecast()["sales"])
    chunked.regressor_ = rnn.regressor_
    forecasts = sort(chunked.forecast(5))
    pd.testing.assert_frame_equal(forecasts, rnn.forecast(5), rtol=1e-6)
    np.testing.assert_allclose(chunked.predict(plain), rnn.predict(plain), rtol=1e-6)


@pytest.mark.parametrize("strategy", ["seq2seq", "direct"])
def test_the_network_learns_of_all_series_once_an_epoch(plain, sampled, strategy, monkeypatch):
    seen = []
    iterate = _parted_panel.StreamedData.iterate

    def note(self, batch_size, rng=None):
        for batch in iterate(self, batch_size, rng):
            seen.append(batch[1][~np.isnan(batch[1])].size)
            yield batch

    monkeypatch.setattr(_parted_panel.StreamedData, "iterate", note)
    RNNForecaster(**QUICK, strategy=strategy).fit(Chunks(cut(plain)))
    streamed, n_epochs = sum(seen), 2
    a_series = N_ROWS - 1 + N_ROWS - 2 if strategy == "seq2seq" else 2 * (N_ROWS - 8 - 1)
    assert streamed == n_epochs * N_SERIES * a_series


@pytest.mark.parametrize("is_chunked", [False, True])
def test_epochs_auto_goes_over_as_many_series_as_make_the_updates(plain, is_chunked, monkeypatch):
    monkeypatch.setattr("skrnn.forecasting._network_model.MOST_UPDATES", 2)
    monkeypatch.setattr("skrnn.forecasting._network_model.FEWEST_UPDATES", 1)
    monkeypatch.setattr(_parted_panel, "SAMPLE_ROWS", 6 * N_ROWS)
    seen = []

    class Noted(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            seen.append(batch)

    words = QUICK | {"epochs": "auto", "batch_size": 2, "callbacks": [Noted()]}
    X = Chunks(cut(plain, 2)) if is_chunked else plain
    rnn = RNNForecaster(**words).fit(X)
    assert rnn.n_iter_ == 1
    assert len(seen) == 2 + is_chunked  # of each part a batch or two
    assert rnn.forecast()["store"].nunique() == N_SERIES


def test_training_on_parts_finds_what_the_sample_does_not_hold(sampled):
    """Of 40 series the 3 that stand for all are random walks; the others follow a rule."""
    rng, n = np.random.default_rng(1), 80
    codes = np.repeat(np.arange(40), n)
    table = pd.DataFrame({"store": codes, "value": rng.normal(size=40 * n)})
    words = {"series": "store", "window": 4, "scaling": None, "linear": False, "units": 4}
    words |= {"seasonality": None, "calibrate": False, "network_share": 1.0, "epochs": 12}
    words |= {"learning_rate": 0.02, "strategy": "direct", "random_state": 0}
    panel = _parted_panel.PartedPanel(Chunks([table]), ("store", None))
    follows = ~table["store"].isin(panel.sample["store"])
    rule = np.where(np.arange(n) % 2, 2.0, -2.0)
    table.loc[follows, "value"] = np.tile(rule, int(follows.sum()) // n)
    rnn = RNNForecaster(**words).fit(Chunks(cut_by_code(table)))
    forecasts = rnn.forecast().set_index("store")["value"]
    others = forecasts[~forecasts.index.isin(panel.sample["store"])]
    assert len(others) > 30
    np.testing.assert_allclose(others, -2.0, atol=0.3)


def cut_by_code(table):
    return [part for _, part in table.groupby(table["store"] % 5)]


def test_columns_known_ahead_intervals_and_updates(panel, sampled):
    words = QUICK | {"known": "promo", "static": "region", "calendar": "auto", "calibrate": True}
    words |= {"target": "sales"}
    is_late = panel["date"] >= "2024-02-25"
    early, late = panel[~is_late], panel[is_late]
    rnn = RNNForecaster(**words).fit(Chunks(cut(early)))
    future = late.drop(columns="sales")
    whole = rnn.forecast(X=future)
    parts = [rnn.forecast(X=part) for part in cut(future)]
    np.testing.assert_allclose(pd.concat(parts).sort_index(), whole)
    bounds = rnn.forecast_interval(X=future)
    inside = (bounds["lower"] <= late["sales"]) & (late["sales"] <= bounds["upper"])
    assert inside.groupby(panel["store"]).mean().gt(0.5).mean() > 0.7
    chunked, whole = copy.deepcopy(rnn), copy.deepcopy(rnn)
    chunked.update(Chunks(cut(late)))
    whole.update(late)
    names = ["store", "date", "promo", "region"]
    after = late.assign(date=late["date"] + pd.Timedelta(days=5))[names]
    pd.testing.assert_series_equal(chunked.forecast(X=after), whole.forecast(X=after))


@pytest.mark.parametrize("kind", ["parquet", "dask", "polars", "index"])
def test_parts_of_every_kind(plain, sampled, kind, tmp_path):
    parts, words = cut(plain), QUICK
    expected = RNNForecaster(**QUICK).fit(Chunks(parts)).forecast()
    if kind == "parquet":
        for number, part in enumerate(parts):
            part.to_parquet(tmp_path / f"{number}.parquet", index=False)
        chunks = Chunks(tmp_path)
    elif kind == "dask":
        chunks = Chunks(dd.concat([dd.from_pandas(part, npartitions=1) for part in parts]))
    elif kind == "polars":
        chunks = Chunks([pl.from_pandas(part) for part in parts])
    else:
        chunks = Chunks([part.set_index(["store", "date"]) for part in parts])
    forecasts = RNNForecaster(**words).fit(chunks).forecast()
    if kind == "polars":
        forecasts = forecasts.to_pandas()
    if kind == "index":
        forecasts = forecasts.reset_index()
    pd.testing.assert_frame_equal(forecasts, expected, check_dtype=False)


def test_parts_without_rows_say_nothing(plain, sampled):
    parts, empty = cut(plain), plain[:0]
    rnn = RNNForecaster(**QUICK)
    expected = copy.deepcopy(rnn).fit(Chunks(lambda: iter(parts)))  # in their order
    rnn.fit(Chunks(lambda: iter([empty, *parts[:2], empty, *parts[2:]])))
    pd.testing.assert_frame_equal(rnn.forecast(), expected.forecast())
    later = plain.assign(date=plain["date"] + pd.Timedelta(days=N_ROWS))
    rnn.update(Chunks([empty, later]))
    pd.testing.assert_frame_equal(rnn.forecast(), expected.update(later).forecast())
    with pytest.raises(ValueError, match="must hold rows"):
        rnn.update(Chunks([empty]))


def test_epochs_hear_of_parts_that_are_lost(plain, sampled):
    with pytest.raises(ValueError, match="the same parts in each pass"):
        RNNForecaster(**QUICK).fit(Chunks(forget_parts(cut(plain), n_passes=4)))


def test_dask_maps_predictions_over_partitions(plain):
    rnn = RNNForecaster(**QUICK | {"horizon": 1}).fit(plain)
    table = dd.concat([dd.from_pandas(part, npartitions=1) for part in cut(plain)])
    mapped = table.map_partitions(rnn.predict, meta=("sales", float)).compute()
    np.testing.assert_allclose(mapped.sort_index(), rnn.predict(plain), rtol=1e-5)


def test_a_regressor_learns_of_the_sample_and_forecasts_all(plain, sampled):
    forecasts = WindowForecaster(**NAMED, window=8, scaling="window").fit(Chunks(cut(plain)))
    assert forecasts.forecast()["store"].nunique() == N_SERIES
    scale = plain.groupby("store")["sales"].mean()
    ratio = forecasts.forecast().set_index("store")["sales"] / scale
    assert ratio.between(0.5, 1.7).all()


def test_forecasters_of_chunks_are_saved(plain, sampled, tmp_path):
    rnn = RNNForecaster(**QUICK | {"calibrate": True}).fit(Chunks(cut(plain)))
    save(rnn, tmp_path / "rnn.skops")
    loaded = load(tmp_path / "rnn.skops")
    pd.testing.assert_frame_equal(loaded.forecast_interval(), rnn.forecast_interval())


def test_workers_forecast_their_own_series(plain, sampled, tmp_path):
    """A forecaster of some parts goes to workers in a file, each of which reads others."""
    mine, *others = cut(plain)
    rnn = RNNForecaster(**QUICK).fit(Chunks([mine]))
    save(rnn, tmp_path / "rnn.skops")
    expected = rnn.update(Chunks(others)).forecast()
    expected = expected.set_index(["store", "date"])["sales"]
    for part in others:
        worker = load(tmp_path / "rnn.skops").update(part)
        days = pd.date_range(part["date"].max(), periods=3)[1:]
        rows = pd.MultiIndex.from_product([part["store"].unique(), days], names=["store", "date"])
        forecasts = worker.forecast(X=rows.to_frame(index=False))
        np.testing.assert_allclose(forecasts, expected.loc[rows], rtol=1e-6)


def test_the_order_of_parts_decides_nothing_about_the_sample(plain, sampled):
    tables = [
        _parted_panel.PartedPanel(Chunks(parts), ("store", "date")).sample
        for parts in (cut(plain), cut(plain)[::-1], cut(plain, 3))
    ]
    stores = [set(table["store"]) for table in tables]
    assert len(stores[0]) == 3
    assert stores[0] == stores[1] == stores[2]


def test_a_checkpoint_tells_other_chunks(plain, sampled, tmp_path):
    words = QUICK | {"checkpoint": str(tmp_path / "fit")}
    first = RNNForecaster(**words).fit(Chunks(cut(plain)))
    again = RNNForecaster(**words).fit(Chunks(cut(plain)))
    pd.testing.assert_frame_equal(first.forecast(), again.forecast())
    other = plain.assign(sales=plain["sales"] + 1)
    with pytest.raises(ValueError, match="belongs to a fit with another X"):
        RNNForecaster(**words).fit(Chunks(cut(other)))


def spoil(panel, **columns):
    parts = cut(panel)
    parts[2] = parts[2].assign(**columns)
    return parts


def forget_parts(parts, n_passes=1):
    """Make a function that yields fewer parts after some passes."""
    passes = []

    def read():
        passes.append(None)
        return iter(parts if len(passes) <= n_passes else parts[:-1])

    return read


BAD = {
    "no part": (lambda p: lambda: iter([]), "must hold rows"),
    "no row": (lambda p: [p[:0], p[:0]], "must hold rows"),
    "twice": (lambda p: [p, p], "'s00' lies in two"),
    "pairs": (lambda p: [(part, part["sales"]) for part in cut(p)], "must be a table alone"),
    "arrays": (lambda p: [np.ones((9, 2))], "Part 0 of X"),
    "no column": (lambda p: [*cut(p)[:3], cut(p)[3].drop(columns="sales")], "Part 3 of X"),
    "text": (lambda p: spoil(p, sales="many"), r"Part 2 of X .*text: \['sales'\], before \[\]"),
    "a label": (lambda p: spoil(p, store=None), "Part 2 of X"),
    "kinds": (lambda p: spoil(p, date=np.tile(np.arange(N_ROWS), 3)), "Part 2 of X .*times"),
    "zones": (lambda p: spoil(p, date=p["date"].dt.tz_localize("UTC")), "Part 2 of X .*in UTC"),
    "polars": (lambda p: [*cut(p)[:3], pl.from_pandas(cut(p)[3])], "Part 3 of X .*tables"),
    "fewer later": (lambda p: forget_parts(cut(p)), "the same parts in each pass.*part 3"),
    "a spent iterator": (lambda p: partial(iter, iter(cut(p))), "the same parts in each pass"),
}


@pytest.mark.parametrize("name", list(BAD))
def test_bad_parts_are_named_before_any_training(plain, sampled, name):
    make, message = BAD[name]
    rnn = RNNForecaster(**QUICK).fit(plain)
    before = rnn.forecast()
    with pytest.raises((ValueError, TypeError), match=message):
        rnn.fit(Chunks(make(plain)))
    pd.testing.assert_frame_equal(rnn.forecast(), before)


@pytest.mark.parametrize(
    ("words", "given", "message"),
    [
        ({"series": None}, {}, "series="),
        ({}, {"y": np.ones(4)}, "y must be None beside Chunks"),
        ({}, {"sample_weight": np.ones(4)}, "sample_weight must be None beside Chunks"),
        ({"missing": "skip", "strategy": "direct"}, {}, "missing='fill'"),
    ],
)
def test_words_that_chunks_do_not_go_with(plain, sampled, words, given, message):
    with pytest.raises(ValueError, match=message):
        RNNForecaster(**QUICK | words).fit(Chunks(cut(plain)), **given)
