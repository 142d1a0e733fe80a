"""Generated movie reviews whose label turns on word order."""

from numbers import Integral, Real
from typing import Literal

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, StrOptions, validate_params

from .._typing import Dataset, Seed, keep_type
from ._random_state import make_random_state
from ._review_english import ENGLISH
from ._review_grammar import write_review
from ._review_korean import KOREAN

_GRAMMARS = {"en": ENGLISH, "ko": KOREAN}

_DESCRIPTION = """\
Generated movie reviews, positive (1) or negative (0). Each holds one sentence
or two on the film, among remarks beside the point. Every template has
counterparts of the same words in another order and with the other label.
"""


@keep_type(
    validate_params(
        {
            "n_samples": [Interval(Integral, 1, None, closed="left")],
            "language": [StrOptions({"en", "ko"})],
            "max_remarks": [Interval(Integral, 0, len(ENGLISH.remarks), closed="both")],
            "flip_y": [Interval(Real, 0, 1, closed="both")],
            "random_state": ["random_state"],
            "return_X_y": ["boolean"],
        },
        prefer_skip_nested_validation=True,
    )
)
def make_reviews(
    n_samples: int = 1000,
    *,
    language: Literal["en", "ko"] = "en",
    max_remarks: int = 2,
    flip_y: float = 0.0,
    random_state: Seed = None,
    return_X_y: bool = False,
) -> Dataset:
    """Generate movie reviews whose label turns on word order.

    Every review has one opinion, in a sentence or two, among remarks that have
    nothing to do with it. What the opinion comes to hangs on negation and its
    scope, on contrast, on comparison, or on who says what::

        The plot was dull, but the acting was superb.          positive
        The acting was superb, but the plot was dull.          negative
        It is not true that the story was not moving.          positive
        I only care about the script: the score was witty,
        not the script.                                        negative

    For each review there is another of the same words with the other label, and
    both are equally likely, so a bag of words can do no better than chance.

    Parameters
    ----------
    n_samples : int, default=1000
        Number of reviews.

    language : {"en", "ko"}, default="en"
        English or Korean.

    max_remarks : int, default=2
        Each review has from none to this many remarks beside the point, at
        most 10. More of them make longer texts and a harder problem.

    flip_y : float, default=0.0
        Fraction of the reviews that get a random label.

    random_state : int, RandomState instance or None, default=None
        Determines the reviews. Pass an int for the same ones at every call,
        None for others each time.

    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : ndarray of shape (n_samples,), dtype object
            The reviews, as str.
        target : ndarray of shape (n_samples,), dtype int64
            1 for positive, 0 for negative; as many of each as can be.
        target_names : list of str
            ``["negative", "positive"]``.
        patterns : ndarray of shape (n_samples,), dtype object
            What each opinion turns on, to see what a model has learned:
            "contrast", "double negation", "scope" and others.
        DESCR : str
            The description of the data set.

    (data, target) : tuple if ``return_X_y=True``
        The two arrays described above.

    Notes
    -----
    The words are the same but for case, so a tokenizer that tells "The" from
    "the" may find traces of the order.

    For orientation, with 4000 reviews and a logistic regression on counts in
    five folds: words alone score 0.50 in both languages, words and pairs 0.68 in
    English and 0.75 in Korean, up to triples 0.69 and 0.76. A bidirectional LSTM
    of 32 units on 6000 reviews comes to about 0.97 and 0.94; what it misses is
    nearly all in the pattern "scope", where it must see that two words are the
    same.

    Examples
    --------
    >>> from skrnn.datasets import make_reviews
    >>> reviews = make_reviews(n_samples=4, max_remarks=0, random_state=16)
    >>> for text, label in zip(reviews.data, reviews.target, strict=True):
    ...     print(label, text)
    0 I found the main character less masterful in places than irritating.
    1 The photography was the only bland thing in a picture full of touching ones.
    0 The trailer promised a gem, and the remake was a flop in nearly every scene.
    1 Most of the audience resented the casting, while I praised it.
    """
    grammar = _GRAMMARS[language]
    rng = make_random_state(random_state)
    target = rng.permutation(np.arange(n_samples) % 2)
    n_remarks = rng.randint(max_remarks + 1, size=n_samples)
    reviews = [write_review(grammar, *row, rng) for row in zip(target, n_remarks, strict=True)]
    texts, patterns = (np.array(column, dtype=object) for column in zip(*reviews, strict=True))
    if flip_y > 0:
        noisy = rng.rand(n_samples) < flip_y
        target[noisy] = rng.randint(2, size=noisy.sum())

    if return_X_y:
        return texts, target
    return Bunch(
        data=texts,
        target=target,
        target_names=["negative", "positive"],
        patterns=patterns,
        DESCR=_DESCRIPTION,
    )
