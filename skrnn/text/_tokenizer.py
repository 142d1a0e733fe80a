"""Texts to sequences of token ids as a scikit-learn transformer."""

import warnings
from collections.abc import Callable, Mapping, Set
from functools import partial
from itertools import chain, pairwise, repeat
from numbers import Integral
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import (
    BaseEstimator,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    _fit_context,
)
from sklearn.utils import check_array
from sklearn.utils._param_validation import HasMethods, RealNotInt, StrOptions
from sklearn.utils.validation import check_is_fitted

from .._chunks import Chunks
from .._compat import CallbackSupportMixin
from .._doc_links import DocumentedMixin
from .._errors import explain_errors
from .._memory import memory
from .._numbers import COUNT, LARGEST_COUNT, NumberIn
from .._progress import report_fit
from .._sequences import pad_flat, pad_sequences, truncate_flat
from .._state import freeze, read_once, replace_state
from .._typing import Table, keep_type
from ._analysis import build_analyzer, build_preprocessor, learn_subwords
from ._drift import warn_of_losses
from ._texts import check_texts, read_parts
from ._vocabulary import (
    TokenCounts,
    check_limits,
    check_vocabulary,
    limits_holders,
    read_texts,
    settle_unknown,
)

WORTH_A_TEXT = 20  # tokens of a vocabulary are told by content while one text is read
SHARE_OR_COUNT = [NumberIn(RealNotInt, 0, 1, closed="both"), COUNT]


class SequenceTokenizer(
    DocumentedMixin,
    CallbackSupportMixin,
    ClassNamePrefixFeaturesOutMixin,
    TransformerMixin,
    BaseEstimator,
):
    """Turn texts into rows of token ids, all of one length.

    Parameters
    ----------
    max_features : int or None, default=None
        Keep ids below this number only, that is, the most frequent tokens; the ids for padding
        and for unknown tokens count. None keeps all.
    lowercase : bool, default=True
        Convert texts to lower case first.
    strip_accents : {"ascii", "unicode"}, callable or None, default=None
        Take accents off: "unicode" in any script, "ascii" with whatever is not ASCII then.
    preprocessor : callable or None, default=None
        Gets a text and gives it as it is to be cut, in place of ``lowercase`` and
        ``strip_accents``.
    analyzer : {"word", "char", "bpe", "morphemes"}, name, callable or tokenizer, default="word"
        What a token is. "word": words are cut at white space and at ``punctuation``. "char":
        characters are taken as they come, white space and punctuation too. "bpe": parts of words
        that ``fit`` learns, by the package tokenizers (extra ``subword``); the first part of a
        word begins with "▁". "morphemes": those of Korean, by kiwipiepy (extra ``korean``).
        Other names are those of entry points ``skrnn.analyzers``. A callable, or a tokenizer of
        Hugging Face's tokenizers or transformers, gets a text as it is and gives its tokens in
        order, and the other parameters about texts have no effect.
    punctuation : {"unicode", "ascii"}, default="unicode"
        What parts words beside white space; the apostrophe does not. "unicode": the punctuation
        of every script. Then letters that can be written in several ways have one form, Unicode's
        NFC, the typographic apostrophe in a word is the plain one, and what is not seen is left
        out (see Notes). "ascii": the punctuation of ASCII alone, as in Keras, and texts are taken
        as they are written.
    token_pattern : str or None, default=None
        A regular expression for the tokens of ``analyzer="word"``, in place of ``punctuation``.
        If it has a capturing group, the token is what the group matches.
    stop_words : "english", array-like of str or None, default=None
        Words that are taken out of the texts of ``analyzer="word"``, which closes the gap:
        scikit-learn's list, with "no" and "not" in it, or one's own.
    ngram_range : tuple (least, most), default=(1, 1)
        Make a token of so many neighbouring words or characters. All that begin at one place
        follow each other, the shortest first: rows grow as many times as there are sizes.
    min_df, max_df : int or float, default=1 and 1.0
        Leave tokens out of the vocabulary that are in fewer texts than ``min_df`` or in more than
        ``max_df``: a number of texts if it is an integer, a share of them in [0, 1] if it is a
        float.
    vocabulary : mapping, array-like of str or None, default=None
        A fixed vocabulary: the id of each token, or tokens in the order of their ids. Then
        ``max_features``, ``min_df``, ``max_df`` and ``skip_top`` have no effect and ``fit``
        learns ``maxlen_`` only. None learns the vocabulary.
    maxlen : int or None, default=None
        Length of the rows; None takes the longest sequence seen in ``fit``.
    padding : {"pre", "post"}, default="pre"
        Whether shorter sequences are filled up with 0 in front or behind.
    truncating : {"pre", "post"}, default="pre"
        Whether longer sequences lose what is in front or what is behind.
    oov_token : str or None, default="<oov>"
        Stands for tokens out of the vocabulary, and for an empty text. None drops such tokens.
    skip_top : int, default=0
        Treat so many of the most frequent tokens as out of the vocabulary. The other tokens keep
        their ids.

    Attributes
    ----------
    vocabulary_ : dict
        The id of each token, ``oov_token`` included, by rising id.
    n_tokens_ : int
        One more than the largest id: how many rows an embedding needs.
    maxlen_ : int
        Length of the rows.
    subwords_ : tokenizers.Tokenizer
        What cuts words to parts, with ``analyzer="bpe"``.

    See Also
    --------
    RNNClassifier : Learns from token ids where it has an ``embedding``.
    sklearn.feature_extraction.text.CountVectorizer : Counts tokens, without their order.

    Notes
    -----
    Id 0 is padding and never a token. With an ``oov_token`` that token has id 1 and the others
    begin at 2; without one they begin at 1. Ids go by falling frequency in the texts of ``fit``,
    and tokens of equal frequency go by first appearance. ``min_df`` and ``max_df`` are applied
    before ids are given, ``max_features`` and ``skip_top`` after: with an ``oov_token``,
    ``max_features=1000`` and ``skip_top=20``, the tokens of rank 21 to 998 have the ids 22 to
    999. This is how Keras counts [1]_, [2]_.

    With ``analyzer="bpe"`` the most frequent pair of neighbouring characters, or parts, becomes
    one part, until there are ``max_features`` of them, or 30,000 [5]_.

    The punctuation of ``punctuation="unicode"`` are the characters that Unicode has under P, and
    the symbols under Sm, Sc and Sk; emoji and others under So are tokens or parts of them [3]_.
    Format characters (Cf), such as soft hyphens and marks of direction, are left out, but for the
    joiners U+200C and U+200D between letters; the zero-width space parts words [4]_.

    ``oov_token`` itself has id 1 wherever it is found in a text.

    References
    ----------
    .. [1] `Keras: pad_sequences
       <https://keras.io/api/data_loading/timeseries/#padsequences-function>`_
    .. [2] `Keras: the IMDB reviews <https://keras.io/api/datasets/imdb/>`_
    .. [3] `Unicode: general categories <https://www.unicode.org/reports/tr44/>`_
    .. [4] `Unicode: text segmentation <https://www.unicode.org/reports/tr29/>`_
    .. [5] `Sennrich, Haddow and Birch (2016), Neural machine translation of rare words with
       subword units <https://aclanthology.org/P16-1162>`_

    Examples
    --------
    >>> from skrnn import SequenceTokenizer
    >>> tokenizer = SequenceTokenizer()
    >>> tokenizer.fit_transform(["The sea, the sea!", "Sun on the sea."])
    array([[2, 3, 2, 3],
           [4, 5, 2, 3]], dtype=int32)
    >>> tokenizer.vocabulary_
    {'<oov>': 1, 'the': 2, 'sea': 3, 'sun': 4, 'on': 5}
    >>> ids = tokenizer.transform(["Rain on the sea", "Sun"])
    >>> ids
    array([[1, 5, 2, 3],
           [0, 0, 0, 4]], dtype=int32)
    >>> tokenizer.inverse_transform(ids)
    array(['<oov> on the sea', 'sun'], dtype=object)
    """

    _parameter_constraints = {
        "max_features": [COUNT, None],
        "lowercase": ["boolean"],
        "strip_accents": [StrOptions({"ascii", "unicode"}), callable, None],
        "preprocessor": [callable, None],
        "analyzer": [str, callable, HasMethods(["encode", "get_vocab", "no_padding"])],
        "punctuation": [StrOptions({"unicode", "ascii"})],
        "token_pattern": [str, None],
        "stop_words": [StrOptions({"english"}), Set, "array-like", None],
        "ngram_range": [tuple, list],
        "min_df": SHARE_OR_COUNT,
        "max_df": SHARE_OR_COUNT,
        "vocabulary": [Mapping, "array-like", None],
        "maxlen": [COUNT, None],
        "padding": [StrOptions({"pre", "post"})],
        "truncating": [StrOptions({"pre", "post"})],
        "oov_token": [str, None],
        "skip_top": [NumberIn(Integral, 0, LARGEST_COUNT, closed="both")],
    }

    def __init__(
        self,
        *,
        max_features: int | None = None,
        lowercase: bool = True,
        strip_accents: Literal["ascii", "unicode"] | Callable[[str], str] | None = None,
        preprocessor: Callable[[str], str] | None = None,
        analyzer: str | Any = "word",
        punctuation: Literal["unicode", "ascii"] = "unicode",
        token_pattern: str | None = None,
        stop_words: ArrayLike | None = None,
        ngram_range: tuple[int, int] = (1, 1),
        min_df: int | float = 1,
        max_df: int | float = 1.0,
        vocabulary: Mapping[str, int] | ArrayLike | None = None,
        maxlen: int | None = None,
        padding: Literal["pre", "post"] = "pre",
        truncating: Literal["pre", "post"] = "pre",
        oov_token: str | None = "<oov>",
        skip_top: int = 0,
    ) -> None:
        self.max_features = max_features
        self.lowercase = lowercase
        self.strip_accents = strip_accents
        self.preprocessor = preprocessor
        self.analyzer = analyzer
        self.punctuation = punctuation
        self.token_pattern = token_pattern
        self.stop_words = stop_words
        self.ngram_range = ngram_range
        self.min_df = min_df
        self.max_df = max_df
        self.vocabulary = vocabulary
        self.maxlen = maxlen
        self.padding = padding
        self.truncating = truncating
        self.oov_token = oov_token
        self.skip_top = skip_top

    @keep_type(report_fit)
    @keep_type(_fit_context(prefer_skip_nested_validation=True))
    def fit(self, X: ArrayLike | Chunks, y: Any = None) -> Self:
        """Learn the vocabulary and the length of the rows.

        Parameters
        ----------
        X : array-like of str of shape (n,) or (n, 1), or Chunks
            The texts. Those of :class:`Chunks` are read part by part, twice, and once more for
            ``analyzer="bpe"``; what else the parts hold is ignored.
        y : None
            Ignored.

        Returns
        -------
        self : SequenceTokenizer
            The fitted tokenizer.
        """
        with replace_state(self) as draft:
            if isinstance(X, Chunks):
                draft._fit_parts(X)
            else:
                draft._fit(X)
        return self

    @keep_type(report_fit)
    @keep_type(_fit_context(prefer_skip_nested_validation=True))
    def fit_transform(self, X: ArrayLike, y: Any = None) -> Table:
        """Fit and transform the same texts, reading them once.

        Parameters
        ----------
        X : array-like of str of shape (n,) or (n, 1)
            The texts.
        y : None
            Ignored.

        Returns
        -------
        ndarray of int32 of shape (n, ``maxlen_``)
            Token ids; 0 is padding.
        """
        with replace_state(self) as draft:
            return draft._pad(*draft._fit(X))

    @read_once
    def transform(self, X: ArrayLike) -> Table:
        """Turn texts into rows of token ids.

        Parameters
        ----------
        X : array-like of str of shape (n,) or (n, 1)
            The texts.

        Returns
        -------
        ndarray of int32 of shape (n, ``maxlen_``)
            Token ids; 0 is padding.
        """
        return self._pad(*self._encode(X))

    @read_once
    def texts_to_sequences(self, X: ArrayLike) -> list[list[int]]:
        """Turn texts into sequences of token ids, neither padded nor truncated.

        Parameters
        ----------
        X : array-like of str of shape (n,) or (n, 1)
            The texts.

        Returns
        -------
        list of n ndarrays of int32
            Token ids. An empty text has one ``oov_token``, or nothing where there is none.
        """
        ids, lengths = self._encode(X)
        bounds = np.append(0, np.cumsum(lengths)).tolist()
        return [ids[start:end] for start, end in pairwise(bounds)]

    @read_once
    def inverse_transform(self, X: ArrayLike) -> NDArray[Any]:
        """Turn token ids back into texts.

        Parameters
        ----------
        X : array-like of int of shape (n, time), or a list of n sequences of int
            Token ids, padded or not.

        Returns
        -------
        ndarray of str objects of shape (n,)
            The tokens without the padding, with spaces between them unless they are characters.
        """
        check_is_fitted(self)
        X = self._check_ids(X)
        tokens = np.empty(self.n_tokens_, dtype=object)
        tokens[list(self.vocabulary_.values())] = list(self.vocabulary_)
        glue = "" if self.analyzer == "char" and max(self.ngram_range) == 1 else " "
        return np.array([glue.join(tokens[row[row != 0]]) for row in X], dtype=object)

    def _fit(self, X):
        texts = check_texts(X)
        if self.vocabulary is not None:  # whose oddities are to be warned of each time
            return self._learn(texts)
        vars(self).pop("subwords_", None)
        learned, read = memory.recall(learn, self, texts)
        vars(self).update(learned)
        return read

    def _learn(self, texts):
        """Learn the vocabulary and the length of the rows; give ids and lengths of the texts."""
        analyze, reserved = self._learn_analyzer(texts)
        if self.vocabulary is None:
            counts, limits = self._start_counts(analyze, reserved)
            numbers, lengths = counts.add(texts, limits_holders(self.min_df, self.max_df))
            vocabulary, ids = counts.choose(**limits)
            ids = ids[numbers]
        else:
            vocabulary = self._check_vocabulary(reserved)
            ids, lengths = self._look_up(vocabulary, texts, analyze)
        self._unknown_share = float(np.mean(ids == len(reserved))) if len(ids) else 0.0
        ids, lengths = settle_unknown(ids, lengths, len(reserved))
        self._keep(vocabulary, lengths.max())
        return ids, lengths

    def _fit_parts(self, chunks):
        """Do what :meth:`_learn` does with texts that come in parts."""
        analyze, reserved = self._learn_analyzer(chain.from_iterable(read_parts(chunks)))
        if self.vocabulary is None:
            counts, limits = self._start_counts(analyze, reserved)
            for texts in read_parts(chunks):
                counts.add(texts, limits_holders(self.min_df, self.max_df))
            vocabulary, _ = counts.choose(**limits)
        else:
            vocabulary = self._check_vocabulary(reserved)
        longest = n_tokens = n_unknown = 0
        for texts in read_parts(chunks):
            ids, lengths = self._look_up(vocabulary, texts, analyze)
            n_tokens += len(ids)
            n_unknown += np.count_nonzero(ids == len(reserved))
            longest = max(longest, settle_unknown(ids, lengths, len(reserved))[1].max())
        self._unknown_share = float(n_unknown / n_tokens) if n_tokens else 0.0
        self._keep(vocabulary, longest)

    def _learn_analyzer(self, texts):
        """Give the function that cuts texts, and the tokens that have an id already."""
        vars(self).pop("subwords_", None)
        if isinstance(self.analyzer, str) and self.analyzer == "bpe":
            self.subwords_ = learn_subwords(self, texts)
        reserved = {} if self.oov_token is None else {str(self.oov_token): 1}
        return build_analyzer(self), reserved

    def _start_counts(self, analyze, reserved):
        check_limits(reserved, self.max_features, self.skip_top)
        names = "max_features", "min_df", "max_df", "skip_top"
        return TokenCounts(reserved, analyze), {name: getattr(self, name) for name in names}

    def _keep(self, vocabulary, longest):
        self.vocabulary_: dict[str, int] = vocabulary
        self.n_tokens_: int = 1 + max(vocabulary.values())
        self.maxlen_: int = max(1, int(longest)) if self.maxlen is None else int(self.maxlen)

    def _check_vocabulary(self, reserved):
        vocabulary = check_vocabulary(self.vocabulary, reserved)
        if self.analyzer in ("word", "char") and self.preprocessor is None:
            read = build_preprocessor(self)
            lost = [token for token in vocabulary.keys() - reserved.keys() if read(token) != token]
            if lost:
                warnings.warn(
                    f"vocabulary holds {len(lost)} tokens in a form that no text has: "
                    f"{min(lost)!a} is never found, since texts give {read(min(lost))!a}.",
                    stacklevel=5,
                )
        return vocabulary

    def _look_up(self, vocabulary, texts, analyze):
        oov_ids = repeat(vocabulary.get(self.oov_token, 0))
        return read_texts(texts, analyze, lambda tokens: map(vocabulary.get, tokens, oov_ids))

    def _encode(self, X, go_on=False):
        check_is_fitted(self)
        texts, unknown_id = check_texts(X), self.vocabulary_.get(self.oov_token, 0)
        takes_longer = len(self.vocabulary_) < WORTH_A_TEXT * len(texts)
        read = partial(memory.recall, look_up) if takes_longer else look_up
        ids, lengths = read(self, texts)
        is_unknown = ids == unknown_id
        ids, lengths = settle_unknown(ids, lengths, unknown_id)
        if go_on:
            cut = np.maximum(lengths - self.maxlen_, 0) if self.maxlen is None else 0
            warn_of_losses(is_unknown, self._unknown_share, int(np.sum(cut)))
        return ids, lengths

    def _read_flat(self, X, reset, go_on=False):
        """Give what :meth:`transform`, or ``fit_transform``, does in one array, with the lengths.

        It takes the memory of the tokens alone, where one long text makes all rows long. Where
        training goes on, texts that the tokenizer does not fit are warned of.
        """
        if reset:
            self._validate_params()
            with replace_state(self) as draft:
                ids, lengths = draft._fit(X)
        else:
            ids, lengths = self._encode(X, go_on)
        return truncate_flat(ids, lengths, self.maxlen_, self.truncating)

    def _pad(self, ids, lengths):
        return pad_flat(ids, lengths, self.maxlen_, self.padding, self.truncating)

    def _check_ids(self, X):
        with explain_errors("X must hold n sequences of token ids", X):
            if isinstance(X, list | tuple) and all(hasattr(row, "__len__") for row in X):
                # Not as integers: a fraction must not be cut to an id.
                X = pad_sequences(X, max(map(len, X), default=0), padding="post", dtype=float)
            X = check_array(X, ensure_min_features=0, input_name="X", estimator=self)
        is_known = np.isin(X, [0, *self.vocabulary_.values()])
        if not is_known.all():
            raise ValueError(
                f"X holds {X[~is_known][0]}, which is not the id of a token; ids go up to "
                f"{self.n_tokens_ - 1}."
            )
        return X.astype(np.int32)

    @property
    def _n_features_out(self):
        return self.maxlen_

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        return tags


def learn(tokenizer, texts):
    """Give the attributes that a tokenizer learns from texts, and their ids and lengths."""
    learner = freeze(tokenizer)
    read, words = learner._learn(texts), tokenizer.get_params(deep=False)
    return {name: value for name, value in vars(learner).items() if name not in words}, read


def look_up(tokenizer, texts):
    """Give the ids of texts by the vocabulary of a tokenizer, and the lengths."""
    return tokenizer._look_up(tokenizer.vocabulary_, texts, build_analyzer(tokenizer))
