"""The IMDB movie reviews, by way of Keras."""

import sys
from numbers import Integral
from typing import Literal

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, StrOptions, validate_params

from .._typing import Dataset, keep_type

_DESCRIPTION = """\
50,000 movie reviews from IMDB, 25,000 for training and 25,000 for testing,
half of them positive (1) and half negative (0). Collected by Maas et al.
(2011); the version that Keras distributes, with words as ids by falling
frequency.
"""

# Keras's convention: 0 is padding, 1 starts a review, 2 is any unknown word.
_UNKNOWN_ID = 2
_SHIFT = 3
_UNKNOWN_WORD = "[UNK]"


@keep_type(
    validate_params(
        {
            "subset": [StrOptions({"train", "test", "all"})],
            "num_words": [Interval(Integral, _SHIFT + 2, None, closed="left"), None],
            "as_text": ["boolean"],
            "return_X_y": ["boolean"],
        },
        prefer_skip_nested_validation=True,
    )
)
def fetch_imdb(
    *,
    subset: Literal["train", "test", "all"] = "train",
    num_words: int | None = None,
    as_text: bool = False,
    return_X_y: bool = False,
) -> Dataset:
    """Load the IMDB movie reviews, downloading them if need be.

    Keras downloads the files (17 MB and 1.6 MB) and keeps them in
    ``$KERAS_HOME/datasets``, or ``~/.keras/datasets`` where that variable is
    not set.

    =================   ======
    Classes                  2
    Samples per class   25,000
    Samples in total    50,000
    =================   ======

    Parameters
    ----------
    subset : {"train", "test", "all"}, default="train"
        The part to load: 25,000 reviews for training, 25,000 for testing, or
        both, training first.

    num_words : int or None, default=None
        Ids from this one on become 2, "unknown". None keeps every word. As in
        Keras the limit counts the three special ids: 1000 keeps 996 words.

    as_text : bool, default=False
        Whether to return each review as a str rather than as a list of ids.
        Words are separated by spaces and lower-case, there is no punctuation,
        the start mark is left out and an unknown word reads ``[UNK]``.

    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : ndarray of shape (n_samples,), dtype object
            The reviews, as lists of int or as str. Id 0 is for padding and
            does not occur, 1 starts each review, 2 is an unknown word, and
            the most frequent word has id 4.
        target : ndarray of shape (n_samples,), dtype int64
            1 for positive, 0 for negative.
        target_names : list of str
            ``["negative", "positive"]``.
        vocabulary : dict
            Words to ids, special ids not included.
        DESCR : str
            The description of the data set.

    (data, target) : tuple if ``return_X_y=True``
        The two arrays described above.

    Raises
    ------
    OSError
        If the files are not there and cannot be downloaded.

    References
    ----------
    .. [1] A. L. Maas, R. E. Daly, P. T. Pham, D. Huang, A. Y. Ng and C. Potts,
       "Learning Word Vectors for Sentiment Analysis", ACL 2011.
       https://ai.stanford.edu/~amaas/data/sentiment/

    Examples
    --------
    >>> from skrnn.datasets import fetch_imdb
    >>> reviews = fetch_imdb(num_words=1000)  # doctest: +SKIP
    >>> reviews.data.shape  # doctest: +SKIP
    (25000,)
    """
    splits, vocabulary = _download(num_words)
    chosen = {"train": splits[:1], "test": splits[1:], "all": splits}[subset]
    # Keras makes rows of an array of reviews that happen to be equally long.
    reviews = [list(review) for split_reviews, _ in chosen for review in split_reviews]
    if as_text:
        words = {index: word for word, index in vocabulary.items()} | {_UNKNOWN_ID: _UNKNOWN_WORD}
        reviews = [" ".join(words[index] for index in review[1:]) for review in reviews]

    # Filled, not converted: reviews of equal length must not become a 2-D array.
    data = np.empty(len(reviews), dtype=object)
    data[:] = reviews
    target = np.concatenate([labels for _, labels in chosen]).astype(np.int64)
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=["negative", "positive"],
        vocabulary=vocabulary,
        DESCR=_DESCRIPTION,
    )


def _download(num_words):
    """Return Keras's two splits of ids and labels, and words to ids."""
    from keras.datasets import imdb

    if num_words is None:
        # Left to itself, Keras takes the largest id for the limit and loses its word.
        num_words = sys.maxsize
    try:
        splits = imdb.load_data(num_words=num_words, index_from=_SHIFT)
        word_index = imdb.get_word_index()
    except Exception as error:
        # Keras reports a failed download as a bare Exception.
        if type(error) is not Exception:
            raise
        raise OSError(
            "fetch_imdb needs imdb.npz and imdb_word_index.json in the folder 'datasets' of"
            f" Keras's home ($KERAS_HOME or ~/.keras), and the download failed: {error}"
        ) from error
    return splits, {word: rank + _SHIFT for word, rank in word_index.items()}
