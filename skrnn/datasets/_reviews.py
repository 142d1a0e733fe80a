"""Generated movie reviews whose label turns on word order."""

from numbers import Integral, Real

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, StrOptions, validate_params

from skrnn.datasets._random_state import make_random_state
from skrnn.datasets._review_english import ENGLISH
from skrnn.datasets._review_grammar import write_review
from skrnn.datasets._review_korean import KOREAN

_GRAMMARS = {"en": ENGLISH, "ko": KOREAN}

_DESCRIPTION = """\
Generated movie reviews, positive (1) or negative (0). Each holds one sentence
or two on the film, among remarks beside the point. Every template has
counterparts of the same words in another order and with the other label.
"""


@validate_params(
    {
        "n_samples": [Interval(Integral, 1, None, closed="left")],
        "language": [StrOptions({"en", "ko"})],
        "max_remarks": [Interval(Integral, 0, None, closed="left")],
        "flip_y": [Interval(Real, 0, 1, closed="both")],
        "random_state": ["random_state"],
        "return_X_y": ["boolean"],
    },
    prefer_skip_nested_validation=True,
)
def make_reviews(
    n_samples=1000,
    *,
    language="en",
    max_remarks=2,
    flip_y=0.0,
    random_state=None,
    return_X_y=False,
):
    """Generate movie reviews whose label turns on word order."""
    grammar = _GRAMMARS[language]
    rng = make_random_state(random_state)
    target = rng.permutation(np.arange(n_samples) % 2)
    n_remarks = rng.randint(min(max_remarks, len(grammar.remarks)) + 1, size=n_samples)
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
