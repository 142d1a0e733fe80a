"""Classification of raw texts."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils import compute_sample_weight

from .._docstrings import share_parameters
from .._errors import explain_errors
from .._typing import Metrics
from ..sequence._classifier import RNNClassifier
from ._joint import TEXT_WORDS, BaseJointRNN
from ._linear import NBLogisticRegression
from ._survey import LabelCounts

N_NETWORKS = """
    int, default={default}
    Networks to train, one after the other, each from a seed of its own; the mean of their
    probabilities counts. With ``linear``, each is trained without one of so many folds of the
    texts, unless ``fit`` is given validation data. ``history_`` is then the mean over those that
    still trained, ``n_iter_`` the epochs of the longest training, ``callbacks_`` holds the
    copies of each in turn, ``model_`` gives the mean, and the files of ``checkpoint`` are
    numbered, ``best-1.keras`` and so on."""


@share_parameters(
    TEXT_WORDS | {"n_networks": N_NETWORKS},
    loss="binary or categorical cross-entropy",
    split="drawn at random, with the classes in proportion",
)
@dataclass(kw_only=True, eq=False, repr=False)
class RNNTextClassifier(BaseJointRNN, RNNClassifier):
    """Recurrent network and linear classifier that predict the label, or labels, of a text.

    A :class:`SequenceTokenizer` and an :class:`RNNClassifier` in one estimator, joined with
    logistic regression on the words, pairs of words and parts of words that a text holds.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels.
    tokenizer_ : transformer
        The fitted tokenizer.
    columns_ : ColumnEncoder
        What turns the other columns of a table into numbers and flags, which
        ``columns_.get_feature_names_out()`` names.
    embedding_coverage_ : dict
        Where ``embedding`` gives vectors: the share of the vocabulary that it has vectors for,
        under "tokens", and that of the tokens in the texts of ``fit``, under "occurrences".
    n_features_in_ : int
        Columns of a table, with ``text``.
    feature_names_in_ : ndarray of str
        Their names, if it was a dataframe.
    n_iter_ : int
        Epochs trained.
    history_ : dict of list
        Loss and metrics after each epoch; those of validation data begin with ``val_``.
    callbacks_ : list of keras.callbacks.Callback
        The copies of ``callbacks`` that ran. A pickle leaves them out.
    model_ : keras.Model
        The network, for use without skrnn: token ids in, the numbers of columns in front of them,
        and its own probabilities out.
    linear_ : sklearn.pipeline.Pipeline
        The linear classifier, with ``linear=True``: texts, or tables, in, and labels,
        probabilities and logits out. Its ``["classifier"].coef_`` says what each feature adds to
        the logits, and ``linear_[:-1].get_feature_names_out()`` what the features are.
    weights_ : dict
        How much its logits and those of the network count, with ``linear=True``: numbers from 0
        to 3, under "network" and "linear".

    See Also
    --------
    SequenceTokenizer : The transformer inside.
    RNNClassifier : The same for token ids or values.
    RNNTextRegressor : The same for numbers.

    Notes
    -----
    X holds n texts: a list, array or series of ``str``, or a table of one column. Texts of like
    length share a batch, and padding is masked: how a tokenizer pads does not change the result.

    With ``text``, X is a table: a dataframe of pandas or polars, or an array. Several columns of
    texts become one sequence with a token between them, each cut off for itself, and have
    features of their own in the linear part. Of the other columns, those of numbers and booleans
    are scaled, missing values being replaced by the mean and flagged; all others hold labels, and
    each of the 100 commonest that occurs twice has a flag. They join what the network has read of
    the texts before its ``dense_units``. A column of times is an error.

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

    metrics: Metrics = "accuracy"

    _parameter_constraints = RNNClassifier._parameter_constraints | (
        BaseJointRNN._parameter_constraints
    )

    def _make_summary(self):
        return LabelCounts()

    def _take_summary(self, labels, learns):
        if learns:
            self._learn_classes(labels.make_pattern())
        with explain_errors("class_weight must give labels of y a weight", self.class_weight):
            self.class_weight = labels.balance(self.class_weight)

    def _weigh_part(self, y):
        if self.class_weight is None:
            return None
        return compute_sample_weight(self.class_weight, self._read_y(y)).astype(np.float32)

    def _make_model(self, n_plain):
        """Give the name of the linear model, and the model."""
        return "classifier", NBLogisticRegression(n_plain=n_plain, random_state=self._seed)

    def _list_answers(self, data):
        """Give what the linear model learns, and what else it is told."""
        return self._list_labels(data), {"classes": self.classes_}

    def _list_labels(self, data):
        """Give the labels of training data, as y has them."""
        y = data.y[data.rows]
        if self._head == "multilabel":
            return y.astype(int)
        codes = y.argmax(axis=1) if self._head == "multiclass" and y.ndim == 2 else y.ravel()
        return self.classes_[codes.astype(int)]

    def _name_outputs(self):
        return "class", self.classes_[-self._n_outputs :]

    def _list_strata(self, data):
        """Give what folds keep the proportions of, if anything."""
        return None if self._head == "multilabel" else self._list_labels(data)

    def _list_targets(self, data):
        """Give 0 and 1 for each output."""
        labels = self._list_labels(data)
        targets = labels if self._head == "multilabel" else labels[:, None] == self.classes_
        return targets[:, -self._n_outputs :].astype(float)
