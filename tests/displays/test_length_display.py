"""The display of sequence lengths: what is counted, what is drawn and what the legend says."""

import numpy as np
import pandas as pd
import pytest
from sklearn.exceptions import NotFittedError
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from skrnn import RNNTextClassifier, SequenceLengthDisplay, SequenceTokenizer
from skrnn.datasets import make_reviews
from skrnn.displays._lengths import MAX_BINS, format_share

matplotlib = pytest.importorskip("matplotlib")

TEXTS = ["a b c d e f", "a b c", "a", "b a", "c a b a b"]  # 6, 3, 1, 2 and 5 words
LENGTHS = [6, 3, 1, 2, 5]
REVIEWS = make_reviews(200, random_state=0, return_X_y=True)
TINY = {"cell": "simple", "units": 2, "epochs": 1, "random_state": 0}


def draw_long_tail(n=20_000, mean=239, median=178):
    """Draw lengths like those of long reviews."""
    sigma = np.sqrt(2 * np.log(mean / median))
    lengths = np.random.default_rng(0).lognormal(np.log(median), sigma, n)
    return np.maximum(lengths.round(), 1).astype(int)


def name_lengths(lengths):
    return f"{len(lengths)}-from-{min(lengths)}-to-{max(lengths)}"


def get_labels(display):
    return [text.get_text() for text in display.ax_.get_legend().get_texts()]


def get_bars(display):
    """Give the first and last length that each bar holds, and its height."""
    boxes = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in display.bars_]
    heights = [bar.get_height() for bar in display.bars_]
    return [(x0 + 0.5, x1 - 0.5, h) for (x0, x1), h in zip(boxes, heights, strict=True)]


def get_place(display, name):
    (x,) = set(display.lines_[name].get_xdata())
    return x


# What is counted


def test_words_are_counted_before_any_cut():
    display = SequenceLengthDisplay.from_texts(TEXTS, tokenizer=SequenceTokenizer(maxlen=2))
    assert display.lengths == LENGTHS
    assert display.maxlen == 2


def test_without_a_tokenizer_every_word_counts_and_nothing_is_cut():
    display = SequenceLengthDisplay.from_texts(TEXTS)
    assert display.lengths == LENGTHS
    assert display.maxlen is None
    assert list(display.lines_) == ["mean", "median"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"max_features": 4}, [6, 3, 1, 2, 5]),  # <oov> stands for each of the others
        ({"max_features": 3, "oov_token": None}, [2, 2, 1, 2, 4]),  # a and b
        ({"skip_top": 1, "oov_token": None}, [5, 2, 0, 1, 3]),  # all but a
        ({"min_df": 2, "oov_token": None}, [3, 3, 1, 2, 5]),  # a, b and c
        ({"vocabulary": ["d", "e"], "oov_token": None}, [2, 0, 0, 0, 0]),
    ],
)
@pytest.mark.parametrize("fitted", [True, False])
def test_a_tokenizer_counts_what_it_keeps(words, expected, fitted):
    tokenizer = SequenceTokenizer(**words)
    if fitted:
        tokenizer.fit(TEXTS)
    assert SequenceLengthDisplay.from_texts(TEXTS, tokenizer=tokenizer).lengths == expected


def test_a_fitted_tokenizer_is_not_fitted_again():
    tokenizer = SequenceTokenizer(oov_token=None, maxlen=2).fit(["a b"])
    display = SequenceLengthDisplay.from_texts(TEXTS, tokenizer=tokenizer)
    assert display.lengths == [2, 2, 1, 2, 4]
    assert tokenizer.vocabulary_ == {"a": 1, "b": 2}


def test_a_tokenizer_that_is_not_fitted_stays_so():
    tokenizer = SequenceTokenizer()
    SequenceLengthDisplay.from_texts(TEXTS, tokenizer=tokenizer)
    assert not hasattr(tokenizer, "vocabulary_")


def test_lengths_of_reviews_are_those_of_their_words():
    display = SequenceLengthDisplay.from_texts(REVIEWS[0], maxlen=20)
    strip = str.maketrans(dict.fromkeys(",.:;!?", " "))
    lengths = np.array([len(text.translate(strip).split()) for text in REVIEWS[0]])
    assert display.lengths == lengths.tolist()
    assert display.mean_ == lengths.mean()
    assert display.median_ == np.median(lengths)
    assert display.share_cut_ == (lengths > 20).mean()
    assert 0 < display.share_cut_ < 1
    assert display.share_kept_ == np.minimum(lengths, 20).sum() / lengths.sum()


def test_an_empty_text_is_as_long_as_the_network_reads_it():
    tokenizer = SequenceTokenizer().fit(TEXTS)
    assert SequenceLengthDisplay.from_texts(["", "a b"], tokenizer=tokenizer).lengths == [1, 2]
    tokenizer = SequenceTokenizer(oov_token=None).fit(TEXTS)
    assert SequenceLengthDisplay.from_texts(["", "a b"], tokenizer=tokenizer).lengths == [0, 2]


def test_characters_are_called_so():
    tokenizer = SequenceTokenizer(analyzer="char")
    display = SequenceLengthDisplay.from_texts(["abc", "a b"], tokenizer=tokenizer, maxlen=2)
    assert display.lengths == [3, 3]
    assert display.ax_.get_xlabel() == "length in characters"
    assert "67 % of characters kept" in get_labels(display)[-1]


@pytest.mark.parametrize("padding", ["pre", "post"])
def test_padding_is_not_counted_wherever_it_stands(padding):
    ids = SequenceTokenizer(padding=padding).fit_transform(TEXTS)
    assert ids.shape == (5, 6)
    for X in (ids, ids.tolist(), pd.DataFrame(ids)):
        display = SequenceLengthDisplay.from_sequences(X)
        assert display.lengths == LENGTHS
        assert display.ax_.get_xlabel() == "length in tokens"


def test_lists_of_unequal_lengths_are_counted():
    sequences = SequenceTokenizer().fit(TEXTS).texts_to_sequences(TEXTS)
    for X in (sequences, tuple(map(list, sequences)), pd.Series(sequences)):
        assert SequenceLengthDisplay.from_sequences(X).lengths == LENGTHS


def test_padding_of_unequal_lists_is_not_counted():
    X = [[0, 0, 3, 4], [5], [], [6, 0]]
    assert SequenceLengthDisplay.from_sequences(X).lengths == [2, 1, 0, 1]


def test_a_zero_among_fractions_is_a_value():
    X = [[0, 0, 3], [1.5, 0.0]]
    display = SequenceLengthDisplay.from_sequences(X)
    assert display.lengths == [3, 2]
    assert display.ax_.get_xlabel() == "length in time steps"


def test_missing_steps_of_series_are_not_counted():
    X = np.array([[1.0, 0.0, np.nan], [np.nan, np.nan, 2.0], [1.0, 2.0, 3.0]])
    assert SequenceLengthDisplay.from_sequences(X).lengths == [2, 1, 3]
    assert SequenceLengthDisplay.from_sequences(X[:, ::-1]).lengths == [2, 1, 3]


def test_a_step_of_a_panel_is_missing_if_one_of_its_features_is():
    X = np.ones((3, 4, 2))
    X[0, 2:] = np.nan
    X[1, 0, 1] = np.nan
    assert SequenceLengthDisplay.from_sequences(X).lengths == [2, 3, 4]
    unequal = [np.ones((2, 3), int), np.zeros((5, 3), int)]  # zeros with features are values
    assert SequenceLengthDisplay.from_sequences(unequal).lengths == [2, 5]


# What is marked


def test_marks_stand_at_their_numbers():
    display = SequenceLengthDisplay(LENGTHS, maxlen=2).plot()
    assert get_place(display, "mean") == display.mean_ == pytest.approx(3.4)
    assert get_place(display, "median") == display.median_ == 3
    assert get_place(display, "maxlen") == 2
    assert display.share_cut_ == 3 / 5
    assert display.share_kept_ == 9 / 17


def test_nothing_is_cut_without_maxlen():
    display = SequenceLengthDisplay(LENGTHS).plot()
    assert display.share_cut_ is None
    assert display.share_kept_ is None
    assert list(display.lines_) == ["mean", "median"]


def test_legend_tells_the_numbers():
    assert get_labels(SequenceLengthDisplay(LENGTHS, maxlen=2).plot()) == [
        "mean 3.4",
        "median 3.0",
        "maxlen 2: 60 % cut,\n53 % of tokens kept",
    ]


def test_whole_numbers_have_one_decimal():
    labels = get_labels(SequenceLengthDisplay([100, 178, 439]).plot())
    assert labels == ["mean 239.0", "median 178.0"]


@pytest.mark.parametrize(
    ("part", "whole", "text"),
    [
        (0, 7, "0 %"),
        (7, 7, "100 %"),
        (0, 0, "100 %"),
        (5, 7, "71 %"),
        (4, 1000, "0.4 %"),
        (1, 100_000, "0.1 %"),
        (99_999, 100_000, "99.9 %"),
        (993, 1000, "99.3 %"),
    ],
)
def test_shares_are_rounded_but_never_to_none_or_all(part, whole, text):
    assert format_share(part, whole) == text


def test_sequences_as_long_as_maxlen_are_not_cut():
    display = SequenceLengthDisplay([4, 4, 4], maxlen=4).plot()
    assert (display.share_cut_, display.share_kept_) == (0, 1)
    assert "maxlen 4: 0 % cut,\n100 % of tokens kept" in get_labels(display)


def test_empty_sequences_lose_nothing():
    display = SequenceLengthDisplay([0, 0], maxlen=4).plot()
    assert (display.share_cut_, display.share_kept_) == (0, 1)
    assert get_bars(display) == [(0, 0, 2)]


def test_mean_and_median_are_seen_over_a_maxlen_at_the_same_place():
    display = SequenceLengthDisplay([4, 4], maxlen=4).plot()
    lines = display.lines_
    order = [display.bars_[0], lines["maxlen"], lines["mean"]]
    assert [artist.get_zorder() for artist in order] == sorted({a.get_zorder() for a in order})
    assert {name: line.get_linestyle() for name, line in lines.items()} == {
        "mean": "--",
        "median": ":",
        "maxlen": "-",
    }


def test_all_marks_are_in_view():
    for lengths, maxlen in [(LENGTHS, 40), (draw_long_tail(), 2000), ([5] * 999 + [10**6], 9)]:
        display = SequenceLengthDisplay(lengths, maxlen=maxlen).plot()
        low, high = display.ax_.get_xlim()
        assert all(low < get_place(display, name) < high for name in display.lines_)


# Bars


def test_short_lengths_have_a_bar_each_with_the_length_in_its_middle():
    display = SequenceLengthDisplay([3, 5, 5, 8]).plot()
    heights = [1, 0, 2, 0, 0, 1]
    assert get_bars(display) == [(x, x, h) for x, h in zip(range(3, 9), heights, strict=True)]


@pytest.mark.parametrize(
    "lengths",
    [
        LENGTHS,
        [7],
        [12] * 30,
        [0, 0, 3],
        [0, 500, 90, 210],
        [12, 80, 401, 150, 33],
        [1, MAX_BINS],
        [1, MAX_BINS + 1],
        [5] * 999 + [10**9],
        range(1000, 3000),
        draw_long_tail(),
    ],
    ids=name_lengths,
)
@pytest.mark.parametrize("maxlen", [None, 1, 100, 1500])
def test_every_sequence_is_in_one_bar(lengths, maxlen):
    display = SequenceLengthDisplay(lengths, maxlen=maxlen).plot()
    bars = get_bars(display)
    assert sum(h for *_, h in bars) == len(lengths)
    assert len(bars) <= MAX_BINS + 2
    assert all(x0 <= x1 for x0, x1, _ in bars)
    assert bars[0][0] >= 0
    low, high = display.ax_.get_xlim()
    assert low < bars[0][0] <= bars[-1][1] < high


@pytest.mark.parametrize("maxlen", [None, 400])
def test_bars_of_long_lengths_hold_what_they_span(maxlen):
    lengths = draw_long_tail()
    *bars, tail = get_bars(SequenceLengthDisplay(lengths, maxlen=maxlen).plot())
    for x0, x1, height in bars:
        assert x1 - x0 == 19
        assert x1 % 20 == 0
        assert height == np.sum((lengths >= x0) & (lengths <= x1))
    assert tail[2] == np.sum(lengths > bars[-1][1])


def test_a_long_tail_is_gathered_in_a_bar_that_the_legend_explains():
    lengths = draw_long_tail()
    display = SequenceLengthDisplay(lengths).plot()
    *bars, (start, _, n_longer) = get_bars(display)
    end = int(bars[-1][1])
    assert end < np.quantile(lengths, 0.99) + 20
    assert start > end + 1
    assert 0 < n_longer <= len(lengths) / 100
    assert get_labels(display)[-1] == f"over {end}, up to {lengths.max()}: 0.9 %"
    colors = {bar.get_facecolor() for bar in display.bars_}
    assert len(colors) == 2


def test_a_tail_begins_behind_the_marks():
    display = SequenceLengthDisplay([5] * 999 + [10**6], maxlen=2000).plot()
    *bars, (start, *_) = get_bars(display)
    assert bars[-1][1] >= get_place(display, "maxlen") == 2000
    assert start > bars[-1][1]
    assert bars[-1][1] > display.mean_


def test_a_tail_that_fits_is_shown_as_it_is():
    display = SequenceLengthDisplay([*range(1, 51), 99]).plot()
    assert get_bars(display)[-1][1] >= 99
    assert get_labels(display) == ["mean 26.9", "median 26.0"]


def test_bars_behind_a_round_maxlen_are_those_that_it_cuts():
    lengths = draw_long_tail()
    display = SequenceLengthDisplay(lengths, maxlen=400).plot()
    assert sum(h for x0, _, h in get_bars(display) if x0 > 400) == np.sum(lengths > 400)


def test_a_single_length_does_not_fill_the_axes():
    display = SequenceLengthDisplay([12] * 50).plot()
    low, high = display.ax_.get_xlim()
    assert display.bars_[0].get_width() == 1
    assert high - low >= 10


@pytest.mark.parametrize(
    "lengths", [[1], [3, 4, 5], [12] * 50, draw_long_tail()], ids=name_lengths
)
def test_ticks_are_whole_numbers(lengths):
    display = SequenceLengthDisplay(lengths).plot()
    for ticks in (display.ax_.get_xticks(), display.ax_.get_yticks()):
        np.testing.assert_array_equal(ticks, np.round(ticks))


@pytest.mark.parametrize(
    "lengths",
    [
        range(1000),
        [3, 4, 5],
        100 - np.random.default_rng(0).poisson(8, 3000),
        np.random.default_rng(0).poisson(20, 3000),
        draw_long_tail(),
    ],
    ids=name_lengths,
)
def test_the_legend_is_not_on_the_bars(lengths):
    display = SequenceLengthDisplay(lengths, maxlen=90).plot()
    display.figure_.draw_without_rendering()
    frame = display.ax_.get_legend().get_window_extent()
    bars = [bar.get_window_extent() for bar in display.bars_ if bar.get_height()]
    assert not any(frame.overlaps(bar) for bar in bars)


# Estimators


def fit_classifier():
    tokenizer = SequenceTokenizer(maxlen=20)
    return RNNTextClassifier(**TINY, embedding_dim=2, tokenizer=tokenizer).fit(*REVIEWS)


def test_a_text_classifier_shows_what_its_tokenizer_cuts():
    display = SequenceLengthDisplay.from_estimator(fit_classifier(), REVIEWS[0])
    expected = SequenceLengthDisplay.from_texts(REVIEWS[0], maxlen=20)
    assert display.lengths == expected.lengths
    assert get_place(display, "maxlen") == 20
    assert get_labels(display) == get_labels(expected)


@pytest.mark.parametrize(
    "estimator",
    [
        SequenceTokenizer(maxlen=3, oov_token=None),
        make_pipeline(SequenceTokenizer(maxlen=3, oov_token=None), StandardScaler()),
        GridSearchCV(
            make_pipeline(SequenceTokenizer(oov_token=None), StandardScaler()),
            {"sequencetokenizer__maxlen": [3]},
            cv=2,
            scoring=lambda *_: 0.0,
        ),
    ],
)
def test_a_tokenizer_is_found_where_it_stands_first(estimator):
    estimator.fit(["a b", "b a c"])
    display = SequenceLengthDisplay.from_estimator(estimator, TEXTS)
    assert display.lengths == [3, 3, 1, 2, 5]  # a, b and c are known
    assert display.maxlen == 3


def test_a_tokenizer_without_maxlen_cuts_at_the_longest_that_it_has_seen():
    tokenizer = SequenceTokenizer().fit(["a b", "a b c d"])
    display = SequenceLengthDisplay.from_estimator(tokenizer, TEXTS)
    assert display.maxlen == 4
    assert display.share_cut_ == 2 / 5


def test_another_maxlen_can_be_tried():
    tokenizer = SequenceTokenizer(maxlen=3).fit(TEXTS)
    assert SequenceLengthDisplay.from_estimator(tokenizer, TEXTS, maxlen=5).share_cut_ == 1 / 5
    display = SequenceLengthDisplay.from_texts(TEXTS, tokenizer=tokenizer, maxlen=5)
    assert display.share_cut_ == 1 / 5


@pytest.mark.parametrize(
    "estimator",
    [
        SequenceTokenizer(),
        RNNTextClassifier(**TINY),
        make_pipeline(SequenceTokenizer(), StandardScaler()),
        GridSearchCV(SequenceTokenizer(), {"maxlen": [2]}, scoring=lambda *_: 0.0),
    ],
)
def test_an_estimator_that_is_not_fitted_is_refused(plt, estimator):
    with pytest.raises(NotFittedError):
        SequenceLengthDisplay.from_estimator(estimator, TEXTS)
    assert plt.get_fignums() == []


def test_a_pipeline_that_begins_with_something_else_is_refused(plt):
    pipeline = make_pipeline(FunctionTransformer(), SequenceTokenizer()).fit(TEXTS)
    with pytest.raises(TypeError, match=r"estimator must be .*Pipeline.*FunctionTransformer has"):
        SequenceLengthDisplay.from_estimator(pipeline, TEXTS)
    assert plt.get_fignums() == []


# Axes, style, state


@pytest.mark.parametrize(
    "draw",
    [
        lambda **words: SequenceLengthDisplay.from_texts(TEXTS, maxlen=2, **words),
        lambda **words: SequenceLengthDisplay.from_sequences([[1, 2, 3], [4]], maxlen=2, **words),
        lambda **words: SequenceLengthDisplay.from_estimator(
            SequenceTokenizer(maxlen=2).fit(TEXTS), TEXTS, **words
        ),
    ],
)
def test_options_reach_the_picture(plt, draw):
    figure, ax = plt.subplots()
    display = draw(ax=ax, bar_kw={"color": "red", "lw": 3}, line_kw={"ls": "-.", "c": "green"})
    assert display.ax_ is ax
    assert display.figure_ is figure
    assert plt.get_fignums() == [figure.number]
    assert {bar.get_facecolor()[:3] for bar in display.bars_} == {(1, 0, 0)}
    assert {bar.get_linewidth() for bar in display.bars_} == {3}
    assert list(display.lines_) == ["mean", "median", "maxlen"]
    assert {line.get_linestyle() for line in display.lines_.values()} == {"-."}
    assert {line.get_color() for line in display.lines_.values()} == {"green"}


def test_plot_returns_the_display_and_changes_no_data(plt):
    lengths = np.array(LENGTHS)
    display = SequenceLengthDisplay(lengths, maxlen=2)
    assert vars(display) == {"lengths": lengths, "maxlen": 2, "unit": "tokens"}
    assert display.plot() is display
    first = display.figure_, get_bars(display), get_labels(display)
    assert display.plot() is display
    assert display.figure_ is not first[0]
    assert (get_bars(display), get_labels(display)) == first[1:]
    assert display.lengths is lengths
    np.testing.assert_array_equal(lengths, LENGTHS)
    assert display.maxlen == 2


def test_two_sets_drawn_into_one_axes_are_both_in_view(plt):
    _, ax = plt.subplots()
    SequenceLengthDisplay([50] * 90).plot(ax)
    SequenceLengthDisplay([3, 4, 4]).plot(ax)
    assert ax.get_xlim()[0] < 3
    assert ax.get_xlim()[1] > 50
    assert ax.get_ylim()[1] > 90


def test_lengths_without_maxlen_after_one_with_it_show_no_old_mark():
    display = SequenceLengthDisplay(LENGTHS, maxlen=2).plot()
    display.maxlen = None
    display.plot()
    assert list(display.lines_) == ["mean", "median"]
    assert display.share_cut_ is None


@pytest.mark.parametrize(
    ("lengths", "message"),
    [
        ([], r"lengths must hold a whole number.*shape \(0,\)"),
        ([[1, 2]], r"lengths must hold a whole number.*shape \(1, 2\)"),
        ([3, -1], "lengths must hold a whole number.*holds -1"),
        ([3, 1.5], "lengths must hold a whole number.*holds 1.5"),
        ([3, np.inf], "lengths must hold a whole number.*holds inf"),
    ],
)
def test_what_is_no_length_is_refused(plt, lengths, message):
    with pytest.raises(ValueError, match=message):
        SequenceLengthDisplay(lengths).plot()
    assert plt.get_fignums() == []


@pytest.mark.parametrize("maxlen", [0, -3, 2.5, "10"])
def test_a_maxlen_that_is_none_is_refused(plt, maxlen):
    with pytest.raises(ValueError, match=rf"maxlen must be an integer.*Got {maxlen!r}"):
        SequenceLengthDisplay(LENGTHS, maxlen=maxlen).plot()
    assert plt.get_fignums() == []


def test_texts_and_lengths_given_as_sequences_are_told_where_they_belong():
    with pytest.raises(ValueError, match=r"Row 0 is 'a b c d e f' \(str\); from_texts takes"):
        SequenceLengthDisplay.from_sequences(TEXTS)
    with pytest.raises(ValueError, match=r"Row 0 is 6 \(int\); .*the class itself takes lengths"):
        SequenceLengthDisplay.from_sequences(LENGTHS)


def test_drawing_leaves_the_settings_of_matplotlib_alone():
    before = matplotlib.rcParams.copy()
    SequenceLengthDisplay(draw_long_tail(), maxlen=100).plot()
    assert matplotlib.rcParams == before
