"""Classification of raw texts."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from os import PathLike

import numpy as np
from sklearn.base import clone
from sklearn.utils._param_validation import HasMethods
from sklearn.utils.validation import check_is_fitted

from .._docstrings import share_parameters
from .._errors import explain_errors
from .._state import read_once
from ..sequence._base_tokens import check_range
from ..sequence._classifier import RNNClassifier
from ._explain import explain_texts
from ._joint import BaseJointClassifier
from ._texts import check_texts
from ._tokenizer import SequenceTokenizer
from ._vectors import arrange_vectors, find_fitted, find_vocabulary, gives_vectors

N_NETWORKS = """
    int, default={default}
    Networks to train, one after the other, each from a seed of its own; the mean of their
    probabilities counts. With ``linear``, each is trained without one of so many folds of the
    texts, unless ``fit`` is given validation data. ``history_`` is then the mean over those that
    still trained, ``n_iter_`` the epochs of the longest training, ``callbacks_`` holds the
    copies of each in turn, ``model_`` gives the mean, and the files of ``checkpoint`` are
    numbered, ``best-1.keras`` and so on."""


@share_parameters(
    {"n_networks": N_NETWORKS},
    loss="binary or categorical cross-entropy",
    split="drawn at random, with the classes in proportion",
    embedding=", path, mapping, gensim.models.KeyedVectors or tuple (words, matrix)",
    embedding_note='"learned" vectors (Bengio et al., 2003), "onehot" vectors made inside the '
    "network,\n    or vectors to begin with, those of tokens that it lacks being drawn at random; "
    "see Notes.",
)
@dataclass(kw_only=True, eq=False, repr=False)
class RNNTextClassifier(BaseJointClassifier):
    """Recurrent network and linear classifier that predict the label, or labels, of a text.

    A :class:`SequenceTokenizer` and an :class:`RNNClassifier` in one estimator, joined with
    logistic regression on the words, pairs of words and parts of words that a text holds.

    Parameters
    ----------
    {parameters}

    linear : bool, default=True
        Join the network with a linear classifier. Then early stopping does not begin to count
        epochs before the validation loss is 3 % below that of chance (unless ``loss`` is given),
        and texts are held out to tell how much each of the two counts: see Notes. False trains
        the network alone.
    tokenizer : transformer, default=SequenceTokenizer()
        Turns texts into token ids (n, maxlen), 0 being padding. Its parameters tune as
        ``tokenizer__maxlen`` and so on. Where ``embedding`` gives vectors, it, or a step of it if
        it is a pipeline, must have a ``vocabulary_``. A :class:`SequenceTokenizer` also says what
        words the linear classifier reads; for other transformers, and where tokens are
        characters or parts of words, it reads what a ``SequenceTokenizer()`` cuts a text to.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels.
    tokenizer_ : transformer
        The fitted tokenizer.
    embedding_coverage_ : dict
        Where ``embedding`` gives vectors: the share of the vocabulary that it has vectors for,
        under "tokens", and that of the tokens in the texts of ``fit``, under "occurrences".
    n_iter_ : int
        Epochs trained.
    history_ : dict of list
        Loss and metrics after each epoch; those of validation data begin with ``val_``.
    callbacks_ : list of keras.callbacks.Callback
        The copies of ``callbacks`` that ran. A pickle leaves them out.
    model_ : keras.Model
        The network, for use without skrnn: token ids in, its own probabilities out.
    linear_ : sklearn.pipeline.Pipeline
        The linear classifier, with ``linear=True``: texts in, labels, probabilities and logits
        out. Its ``["classifier"].coef_`` says what each feature adds to the logits, and
        ``["ngrams"].get_feature_names_out()`` what the features are.
    weights_ : dict
        How much its logits and those of the network count, with ``linear=True``: numbers from 0
        to 3, under "network" and "linear".

    See Also
    --------
    SequenceTokenizer : The transformer inside.
    RNNClassifier : The same for token ids or values.

    Notes
    -----
    X holds n texts: a list, array or series of ``str``, or a table of one column. Texts of like
    length share a batch, and padding is masked: how a tokenizer pads does not change the result.

    y holds labels of two or more classes, or (n, n_labels) of 0 and 1: any number of labels each.

    The linear classifier weighs features by how much more often texts of a class have them than
    others (naive Bayes log-count ratios; Wang and Manning, 2012), one class against the others.
    The logits of a text are ``weights_["network"]`` times the network's (of several classes, the
    logarithms of its probabilities less their mean) plus ``weights_["linear"]`` times those of
    ``linear_``. The weights have the least log loss on texts that neither has seen, but for a
    small pull to 0.3 and 0.8: validation data; else the part that is set aside, of 1000 texts or
    more, or for ``early_stopping=True``; else, of fewer, three folds, for which the network is
    trained three times more, without each. With ``n_networks`` all folds are such texts. Then the
    linear classifier is fitted to all texts. ``partial_fit`` trains the network on and leaves the
    rest; an estimator that begins with it has no linear part. With ``warm_start``, ``fit`` lets
    the network go on and learns the rest anew. ``sample_weight`` and ``class_weight`` apply to
    everything.

    Vectors of ``embedding`` may come in a mapping of words, in gensim's KeyedVectors (those of
    fastText make vectors for unknown words, too), as words and a matrix with a row for each, or
    in a file: of text, with or without a first line that tells its size, as GloVe, word2vec and
    fastText (``.vec``) have it, or binary of word2vec, either as it is or compressed by gzip. Of
    a file the vectors of the vocabulary alone are kept in memory. A token that has no vector is
    looked for in lower case; then ``random_state`` draws one. ``embedding_coverage_`` tells how
    many were found.

    The vocabulary and the length of the rows are those of the first texts: ``partial_fit``, and
    ``fit`` with ``warm_start``, do not widen them, and warn where a quarter more of the tokens
    than at first is unknown, or that many are cut off. Predictions do not warn.

    References
    ----------
    Hochreiter and Schmidhuber (1997), Long short-term memory, Neural Computation 9(8).
    Bengio et al. (2003), A neural probabilistic language model, JMLR 3.
    Wang and Manning (2012), Baselines and bigrams: simple, good sentiment and topic
    classification, ACL.

    Examples
    --------
    >>> from skrnn import RNNTextClassifier
    >>> texts = ["good", "not good", "bad", "not bad"] * 10
    >>> labels = ["+", "-", "-", "+"] * 10
    >>> rnn = RNNTextClassifier(units=8, epochs=40, learning_rate=0.02, random_state=0)
    >>> rnn.fit(texts, labels).predict(["not bad", "not good"])
    array(['+', '-'], dtype='<U1')
    """

    units: int | tuple = 64
    bidirectional: bool = True
    dropout: float = 0.5
    early_stopping: bool | str = "auto"
    n_iter_no_change: int = 2
    embedding: object = "learned"
    embedding_dim: int = 64
    pooling: str = "mean_max"
    linear: bool = True
    tokenizer: object = field(default_factory=SequenceTokenizer)

    _parameter_constraints = RNNClassifier._parameter_constraints | {
        "embedding": [str, PathLike, Mapping, tuple, HasMethods(["get_vector"])],
        "linear": ["boolean"],
        "tokenizer": [HasMethods(["fit_transform", "transform"])],
    }

    @read_once
    def explain(self, X):
        """Tell what each token adds to the logits of texts.

        Parameters
        ----------
        X : array-like of str of shape (n,)
            The texts.

        Returns
        -------
        pandas.DataFrame
            A row for each token of each text and class (of two classes, for the second), with the
            columns

            - "text", "place" and "token": the row of X, the place in the text from 0 on, and the
              token as the tokenizer cuts it;
            - "class": one of ``classes_``;
            - "network", "linear" and "total": what the token adds by the network, by the linear
              classifier (0 without one), and by both.

            A row of place -1 and token "" comes before those of a text and class: what is
            predicted without the tokens. Together, the rows of a text and class sum to its logit:
            that is ``decision_function`` for two classes and for several labels; of several
            classes, a softmax of the sums gives ``predict_proba``.

        Raises
        ------
        TypeError
            If the tokenizer is not a :class:`SequenceTokenizer`, or a pipeline that ends with one.
        ValueError
            If a network of one's own has no layer named "embedding".

        See Also
        --------
        TokenWeightDisplay : Shows this for one text.

        Notes
        -----
        The network's logits are followed while the vectors of the tokens grow from zeros to what
        they are, in 64 steps; what a step changes is shared by integrated gradients [1]_. Sums
        are as exact as ``float32``, single tokens to about 1 % of the largest. Tokens that are
        unknown or cut off add nothing to it; the vectors of unknown ones stay.

        The coefficient of each feature of the linear classifier, times its value, is shared
        equally among the tokens that it lies in: words among all places where they stand, pairs
        among both words, parts among the words that have them. Where tokens are characters, what
        a word adds is shared among its characters.

        References
        ----------
        .. [1] Sundararajan, Taly and Yan (2017), Axiomatic attribution for deep networks, ICML.

        Examples
        --------
        >>> from skrnn import RNNTextClassifier
        >>> texts = ["good film", "a good end", "bad film", "a bad end"] * 10
        >>> labels = ["+", "+", "-", "-"] * 10
        >>> rnn = RNNTextClassifier(units=8, epochs=5, random_state=0).fit(texts, labels)
        >>> table = rnn.explain(["a bad film"])
        >>> table["token"].tolist()
        ['', 'a', 'bad', 'film']
        >>> table["token"][table["total"].abs().idxmax()]
        'bad'
        """
        check_is_fitted(self)
        return explain_texts(self, check_texts(X))

    def _check_X(self, X, reset, go_on=False):
        X = check_texts(X)
        with explain_errors("tokenizer must turn texts into token ids", self.tokenizer):
            if reset:
                self.tokenizer_ = clone(self.tokenizer)
            if type(self.tokenizer_) is SequenceTokenizer:
                ids, lengths = self.tokenizer_._read_flat(X, reset, go_on)
                check_range(ids)
                panel = self._pack_ids(ids[None], lengths, reset)
            else:
                read = self.tokenizer_.fit_transform if reset else self.tokenizer_.transform
                panel = super()._check_X(read(X), reset)
        if reset:
            self._vectors = self._look_up_vectors(panel.flat)
        return panel

    def _check_training_X(self, X, go_on):
        return self._check_X(X, reset=not go_on, go_on=go_on)

    def _count_tokens(self, ids):
        return max(find_fitted(self.tokenizer_, "n_tokens_") or 0, int(ids.max()) + 1)

    def _get_vectors(self):
        return self._vectors

    def _look_up_vectors(self, ids):
        """Give the initial vector of every token, or None where all are drawn at random."""
        vars(self).pop("embedding_coverage_", None)
        if not gives_vectors(self.embedding):
            return None
        with explain_errors("tokenizer must tell which ids its tokens have", self.tokenizer):
            vocabulary = find_vocabulary(self.tokenizer_)
        oov_token = find_fitted(self.tokenizer_, "oov_token")
        with explain_errors("embedding must give tokens vectors", self.embedding):
            vectors, is_given, coverage = arrange_vectors(
                self.embedding, vocabulary, self._n_tokens, self._seed, oov_token
            )
        share = np.count_nonzero(is_given[ids]) / max(1, len(ids))
        self.embedding_coverage_ = {"tokens": coverage, "occurrences": share}
        return vectors

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.one_d_array = True
        tags.input_tags.two_d_array = False
        tags.input_tags.three_d_array = False
        tags.input_tags.allow_nan = False
        return tags
