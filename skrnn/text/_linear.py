"""A linear classifier whose inputs are weighted by how much they tell the classes apart."""

import os
import re
import threading
import warnings

import numpy as np
from scipy.sparse import csr_array
from scipy.special import expit, softmax
from sklearn import config_context
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.compose import ColumnTransformer
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from ._ngrams import NGramFeatures
from ._subwords import cuts_words
from ._tokenizer import SequenceTokenizer

TOL, MOST_ROUNDS = 1e-3, 300


class Liblinear:
    """The right to call liblinear, which has one random generator for all threads."""

    def begin(self):
        """Have a new lock: a thread that a forked process lacks may hold the old."""
        self.lock = threading.Lock()

    __init__ = begin


liblinear = Liblinear()
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=liblinear.begin)


def make_reader(tokenizer):
    """Make the steps that give the features of texts.

    Parameters
    ----------
    tokenizer : transformer
        The network's, fitted. A :class:`SequenceTokenizer` says what words are, and what comes
        before it in a pipeline is done first. One that cuts texts to characters or parts of
        words does not say, nor do others.

    Returns
    -------
    list of tuple (str, transformer)
    """
    before = []
    if isinstance(tokenizer, Pipeline):
        *before, (_, tokenizer) = tokenizer.steps
        before = [(name, clone(step, safe=False)) for name, step in before]
    if not isinstance(tokenizer, SequenceTokenizer):
        before, tokenizer = [], SequenceTokenizer()
    tokenizer = clone(tokenizer).set_params(vocabulary=None)
    if cuts_words(tokenizer.analyzer):
        tokenizer.set_params(analyzer="word", ngram_range=(1, 1))
    return [*before, ("ngrams", NGramFeatures(tokenizer))]


def make_table_reader(tokenizer, texts, others, encoder):
    """Make the step that gives the features of texts and columns of a table.

    Parameters
    ----------
    tokenizer : transformer
        See :func:`make_reader`.
    texts, others : list of str or int
        The columns of texts, and those beside them.
    encoder : ColumnEncoder
        Of the latter.

    Returns
    -------
    sklearn.compose.ColumnTransformer
        What becomes of the columns comes last.
    """
    parts = [(name_part(name), Pipeline(make_reader(tokenizer)), name) for name in texts]
    parts += [("columns", clone(encoder), others)] if others else []
    return ColumnTransformer(parts, sparse_threshold=1, verbose_feature_names_out=True)


def name_part(name):
    """Name the part that reads a column of texts; scikit-learn parts names by "__"."""
    return re.sub("_(?=_)", "_ ", f"text {name}")


@config_context(transform_output="default")
def fit_linear(linear, texts, y, weights, words, parts, held_texts):
    """Fit a linear part to texts.

    Parameters
    ----------
    linear : sklearn.pipeline.Pipeline
        Not fitted.
    texts : list of str, or table
    y : ndarray of shape (n, ...)
    weights : ndarray of shape (n,)
    words : dict
        What else its last step is given.
    parts : list of tuple of two ndarrays of int
        Rows that it is fitted to before, each time, and others that it then gives scores to.
    held_texts : list of str, table or None
        Texts that it gives scores to in the end.

    Returns
    -------
    linear : sklearn.pipeline.Pipeline
        Fitted to all texts.
    scores : list of ndarray
    """
    reading, model = linear[:-1], linear[-1]
    features, scores = reading.fit_transform(texts), []
    for rows, held_rows in parts:
        model.fit(features[rows], y[rows], weights[rows], **words)
        scores.append(score_features(model, features[held_rows]))
    model.fit(features, y, weights, **words)
    if held_texts is not None:
        scores.append(score_features(model, reading.transform(held_texts)))
    return linear, scores


@config_context(transform_output="default")
def score_linearly(linear, X):
    """Give the scores of a linear part, without what a pipeline checks first."""
    *reading, (_, model) = linear.steps
    for _, step in reading:
        X = X if step in (None, "passthrough") else step.transform(X)
    return score_features(model, X)


def score_features(model, features):
    """Give the logits of a linear classifier, or the predictions of a regression."""
    return getattr(model, "decision_function", model.predict)(features)


class NBLogisticRegression(ClassifierMixin, BaseEstimator):
    """Logistic regression on features weighted by naive Bayes log-count ratios.

    One class is told from the others at a time, and of several labels each by itself.

    Parameters
    ----------
    C : float, default=10.0
        Inverse strength of the penalty on the squares of the weights.
    alpha : float, default=0.5
        Added to the counts.
    n_plain : int, default=0
        So many of the last features are not weighted.
    random_state : int or None, default=None
        Decides the order in which the solver takes the samples.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels.
    log_count_ratios_ : ndarray of shape (n_outputs, n_features)
        Logarithm of the share that a feature has among those of the samples in a class, less
        that among the samples outside; 1 for features that are not weighted. ``n_outputs`` is 1
        for two classes.
    coef_ : ndarray of shape (n_outputs, n_features)
        What a feature adds to the log-odds, of the second of two classes: the weight of the
        regression times the ratio.
    intercept_ : ndarray of shape (n_outputs,)
        The log-odds without features.

    References
    ----------
    Wang and Manning (2012), Baselines and bigrams: simple, good sentiment and topic
    classification, ACL.
    """

    def __init__(self, *, C=10.0, alpha=0.5, n_plain=0, random_state=None):
        self.C = C
        self.alpha = alpha
        self.n_plain = n_plain
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None, classes=None):
        """Fit the regressions.

        Parameters
        ----------
        X : sparse array of shape (n, n_features)
            The features; those that are not 0 count once.
        y : array-like of shape (n,) or (n, n_labels)
            Labels, or 0 and 1 for each of several labels.
        sample_weight : array-like of shape (n,), default=None
            Weights of the samples, in the counts too.
        classes : array-like of shape (n_classes,), default=None
            All labels, sorted; those in y if not given. For one that is not in y, the log-odds
            come from the counts of samples alone.

        Returns
        -------
        self : NBLogisticRegression
            The fitted classifier.
        """
        y = np.asarray(y)
        self._is_multilabel = y.ndim == 2
        if self._is_multilabel:
            self.classes_, outputs = np.arange(y.shape[1]), y
        else:
            self.classes_ = np.unique(y) if classes is None else np.asarray(classes)
            outputs = y[:, None] == self.classes_[1 if len(self.classes_) == 2 else 0 :]
        weights = np.ones(len(y)) if sample_weight is None else np.asarray(sample_weight, float)
        X = csr_array(X)  # a table whose rows have all features comes dense
        fits = [self._fit_output(X, is_in, weights) for is_in in outputs.T.astype(bool)]
        self.log_count_ratios_, self.coef_, self.intercept_ = map(
            np.array, zip(*fits, strict=True)
        )
        return self

    def decision_function(self, X):
        """Give the log-odds of each class against the others.

        Parameters
        ----------
        X : sparse array of shape (n, n_features)
            The features.

        Returns
        -------
        ndarray of shape (n,) or (n, n_classes)
            For two classes the log-odds of the second.
        """
        check_is_fitted(self)
        scores = X @ self.coef_.T + self.intercept_
        return scores[:, 0] if self._is_binary else scores

    def predict_proba(self, X):
        """Give the probability of each class.

        Parameters
        ----------
        X : sparse array of shape (n, n_features)
            The features.

        Returns
        -------
        ndarray of shape (n, n_classes)
            Rows sum to 1, but for several labels, whose probabilities are independent.
        """
        scores = self.decision_function(X)
        if self._is_binary:
            return expit(np.column_stack([-scores, scores]))
        return expit(scores) if self._is_multilabel else softmax(scores, axis=1)

    def predict(self, X):
        """Predict labels.

        Parameters
        ----------
        X : sparse array of shape (n, n_features)
            The features.

        Returns
        -------
        ndarray of shape (n,) or (n, n_labels)
            Labels, shaped as y was.
        """
        scores = self.decision_function(X)
        if self._is_multilabel:
            return (scores > 0).astype(int)
        return self.classes_[(scores > 0).astype(int) if self._is_binary else scores.argmax(1)]

    @property
    def _is_binary(self):
        return len(self.classes_) == 2 and not self._is_multilabel

    def _fit_output(self, X, is_in, weights):
        """Give ratios, coefficients and intercept of one class against the others."""
        n_in, n_out = weights[is_in].sum(), weights[~is_in].sum()
        if X.shape[1] == 0 or not (n_in and n_out):
            nothing = np.zeros(X.shape[1])
            return nothing, nothing, np.log((n_in + self.alpha) / (n_out + self.alpha))
        ratios = np.ones(X.shape[1])
        n_weighted = X.shape[1] - self.n_plain
        ratios[:n_weighted] = count_ratios(X, is_in, weights, self.alpha, n_weighted)
        regression = LogisticRegression(
            C=self.C,
            solver="liblinear",
            dual=True,
            tol=TOL,
            max_iter=MOST_ROUNDS,
            random_state=self.random_state,
        )
        with liblinear.lock, warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            regression.fit(weigh_columns(X, ratios), is_in, weights)
        return ratios, ratios * regression.coef_[0], regression.intercept_[0]


def sum_over_holders(X, values):
    """Sum a value of each row over the rows that hold something in each column.

    Parameters
    ----------
    X : csr_array of shape (n, n_columns)
    values : ndarray of shape (n,)

    Returns
    -------
    ndarray of shape (n_columns,)
    """
    return np.bincount(X.indices, np.repeat(values, np.diff(X.indptr)), X.shape[1])


def weigh_columns(X, weights):
    """Give a csr_array with its columns multiplied by weights."""
    weighted = X.copy()
    weighted.data *= weights[X.indices]
    return weighted


def count_ratios(X, is_in, weights, alpha, n_features):
    """Give the logarithm of the share of each feature in a class, less that outside.

    Parameters
    ----------
    X : csr_array of shape (n, n_features)
    is_in : ndarray of bool of shape (n,)
    weights : ndarray of shape (n,)
    alpha : float
        Added to the counts.
    n_features : int
        The first of so many columns are features.
    """
    counts = [alpha + sum_over_holders(X, weights * part)[:n_features] for part in (is_in, ~is_in)]
    inside, outside = (count / count.sum() for count in counts)
    return np.log(inside / outside)
