"""Generated sentences with a tag for each word, some of which words far away decide."""

from numbers import Integral

from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, validate_params

from .._typing import Dataset, Seed, keep_type
from ._random_state import make_random_state

_DESCRIPTION = """\
Generated English sentences with a tag for each word: parts of speech, and
whether a name is a person's or a place's. Which of two tags a name or a word
like "watch" has is told by another word of its clause, with any number of
words between them.
"""

_NAMES = ["Lincoln", "Florence", "Paris", "Jordan", "Austin", "Madison", "Chelsea", "Sydney"]
_WORDS = {
    "DET": ["the", "a", "this", "every"],
    "ADJ": ["cold", "narrow", "wooden", "quiet", "empty", "long", "bright"],
    "NOUN": ["house", "river", "garden", "winter", "bridge", "market", "morning", "road"],
    "ADP": ["in", "near", "behind", "after", "before", "beyond"],
    "ADV": ["slowly", "often", "again", "twice"],
}
_AMBIGUOUS = ["watch", "guard", "judge", "book", "plant", "cook", "study", "answer"]
# Adjectives, or nouns after "the".
_GROUPS = ["old", "young", "rich", "poor", "strong", "weak", "wise"]
_PREDICATES = ["fell", "vanished", "remained", "appeared", "disappointed", "mattered"]
# What a person or a place is the subject of, and the object.
_SUBJECT_OF = {
    "PERSON": ["laughed", "apologised", "married", "wept", "studied", "retired"],
    "PLACE": ["flourished", "flooded", "expanded", "burned", "froze", "prospered"],
}
_OBJECT_OF = {
    "PERSON": ["hired", "married", "thanked", "interviewed", "taught", "forgave"],
    "PLACE": ["crossed", "mapped", "rebuilt", "reached", "photographed", "occupied"],
}


@keep_type(
    validate_params(
        {
            "n_samples": [Interval(Integral, 1, None, closed="left")],
            "max_phrases": [Interval(Integral, 1, None, closed="left")],
            "random_state": ["random_state"],
            "return_X_y": ["boolean"],
        },
        prefer_skip_nested_validation=True,
    )
)
def make_tagged_sentences(
    n_samples: int = 1000,
    *,
    max_phrases: int = 2,
    random_state: Seed = None,
    return_X_y: bool = False,
) -> Dataset:
    """Generate sentences with a tag for each word.

    Each sentence has one clause or two, and in each clause a word or two have
    one of two tags, both equally likely, as another word of the clause tells::

        Lincoln , near the cold river , laughed              PERSON
        Lincoln , near the cold river , flooded              PLACE
        they hired , after a long winter , Florence          PERSON
        they crossed , after a long winter , Florence        PLACE
        the old watch behind the house vanished              ADJ NOUN
        the old watch behind the house the young             NOUN VERB

    Between them stand from one to ``max_phrases`` phrases that say nothing.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of sentences.

    max_phrases : int, default=2
        The most phrases, of three or four words each, between a word and what
        tells its tag.

    random_state : int, RandomState instance or None, default=None
        Determines the sentences. Pass an int for the same ones at every call,
        None for others each time.

    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : list of n_samples lists of str
            The words of each sentence.
        target : list of n_samples lists of str
            The tag of each word.
        target_names : list of str
            The tags.
        DESCR : str
            The description of the data set.

    (data, target) : tuple if ``return_X_y=True``
        The two lists described above.

    See Also
    --------
    skrnn.RNNTagger : Learns them.

    Examples
    --------
    >>> from skrnn.datasets import make_tagged_sentences
    >>> X, y = make_tagged_sentences(2, max_phrases=1, random_state=21, return_X_y=True)
    >>> for words, tags in zip(X, y, strict=True):
    ...     print(" ".join(f"{w}/{t}" for w, t in zip(words, tags, strict=True)))
    they/PRON crossed/VERB ,/PUNCT in/ADP the/DET house/NOUN ,/PUNCT Jordan/PLACE ./PUNCT
    the/DET young/ADJ judge/NOUN before/ADP a/DET market/NOUN mattered/VERB ./PUNCT
    """
    rng = make_random_state(random_state)
    sentences = [_write_sentence(rng, max_phrases) for _ in range(n_samples)]
    data, target = (
        [[pair[place] for pair in sentence] for sentence in sentences] for place in range(2)
    )
    if return_X_y:
        return data, target
    names = sorted({tag for tags in target for tag in tags})
    return Bunch(data=data, target=target, target_names=names, DESCR=_DESCRIPTION)


def _write_sentence(rng, max_phrases):
    """Give the words of a sentence, each with its tag."""
    kinds = _write_subject, _write_object, _write_head
    pairs = _pick(kinds, rng)(rng, max_phrases)
    if rng.randint(2):
        pairs += [("and", "CCONJ"), *_pick(kinds, rng)(rng, max_phrases)]
    return [*pairs, (".", "PUNCT")]


def _write_subject(rng, max_phrases):
    tag = _pick(("PERSON", "PLACE"), rng)
    pairs = [(_pick(_NAMES, rng), tag), *_enclose(rng, max_phrases)]
    return [*pairs, (_pick(_SUBJECT_OF[tag], rng), "VERB"), *_draw("ADV", rng)]


def _write_object(rng, max_phrases):
    tag = _pick(("PERSON", "PLACE"), rng)
    pairs = [("they", "PRON"), (_pick(_OBJECT_OF[tag], rng), "VERB")]
    return [*pairs, *_enclose(rng, max_phrases), (_pick(_NAMES, rng), tag)]


def _write_head(rng, max_phrases):
    first, word = _pick(_GROUPS, rng), _pick(_AMBIGUOUS, rng)
    between = _write_phrases(rng, max_phrases)
    if rng.randint(2):
        start = [("the", "DET"), (first, "ADJ"), (word, "NOUN")]
        return [*start, *between, (_pick(_PREDICATES, rng), "VERB")]
    start = [("the", "DET"), (first, "NOUN"), (word, "VERB")]
    return [*start, *between, ("the", "DET"), (_pick(_GROUPS, rng), "NOUN")]


def _enclose(rng, max_phrases):
    comma = (",", "PUNCT")
    return [comma, *_write_phrases(rng, max_phrases), comma]


def _write_phrases(rng, max_phrases):
    pairs = []
    for _ in range(1 + rng.randint(max_phrases)):
        adjective = _draw("ADJ", rng) if rng.randint(2) else []
        pairs += [*_draw("ADP", rng), *_draw("DET", rng), *adjective, *_draw("NOUN", rng)]
    return pairs


def _draw(tag, rng):
    """Draw a word that has but one tag."""
    return [(_pick(_WORDS[tag], rng), tag)]


def _pick(choices, rng):
    return choices[rng.randint(len(choices))]
