"""Regression of raw texts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .._docstrings import share_parameters
from ..sequence._base_regressor import BaseSequenceRegressor
from ._joint import TEXT_WORDS, BaseJointRNN
from ._survey import Moments
from ._weighted_ridge import WeightedRidge


@share_parameters(
    TEXT_WORDS,
    loss="mean squared error",
    split="drawn at random",
)
@dataclass(kw_only=True, eq=False, repr=False)
class RNNTextRegressor(BaseJointRNN, BaseSequenceRegressor):
    """Recurrent network and linear regression that predict one or many numbers from a text.

    The counterpart of :class:`RNNTextClassifier`: a :class:`SequenceTokenizer` and a network in
    one estimator, joined with ridge regression on the words, pairs of words and parts of words
    that a text holds.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
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
        Loss and metrics after each epoch, of targets of mean 0 and variance 1; those of
        validation data begin with ``val_``.
    callbacks_ : list of keras.callbacks.Callback
        The copies of ``callbacks`` that ran. A pickle leaves them out.
    model_ : keras.Model
        The network, for use without skrnn: token ids in, the numbers of columns in front of them,
        and out what times ``y_scale_`` plus ``y_mean_`` predicts y.
    y_mean_, y_scale_ : ndarray of shape (n_outputs,)
        Mean and standard deviation of the targets of the first ``fit`` or ``partial_fit``.
    linear_ : sklearn.pipeline.Pipeline
        The linear regression, with ``linear=True``: texts, or tables, in, predictions out. Its
        ``["regressor"].coef_`` says what each feature adds, and
        ``linear_[:-1].get_feature_names_out()`` what the features are.
    weights_ : dict
        How much its predictions and those of the network count, with ``linear=True``: numbers
        from 0 to 3 for what is off the mean, under "network" and "linear".

    See Also
    --------
    RNNTextClassifier : The same for labels.
    RNNRegressor : The same for sequences of values.

    Notes
    -----
    X and vectors of ``embedding`` are those of :class:`RNNTextClassifier`, and so is how texts
    are held out to learn ``weights_``, which here have the least squared error. y holds one
    number a text, (n,), or several, (n, outputs), in any unit: they are scaled inside.

    The linear regression weighs each feature by the root of how far the mean of y over the texts
    that have it is from that of all texts, as naive Bayes does for the classes of a classifier,
    and shrinks the coefficients of the weighted features.

    References
    ----------
    Hochreiter and Schmidhuber (1997), Long short-term memory, Neural Computation 9(8).
    Wang and Manning (2012), Baselines and bigrams: simple, good sentiment and topic
    classification, ACL.

    Examples
    --------
    >>> import pandas as pd
    >>> from skrnn import RNNTextRegressor
    >>> texts = ["good", "not good", "bad", "not bad"] * 20
    >>> stars = [5.0, 2.0, 1.0, 4.0] * 20
    >>> rnn = RNNTextRegressor(units=8, epochs=40, learning_rate=0.02, random_state=0)
    >>> rnn.fit(texts, stars).predict(["not bad", "not good"]).round()
    array([4., 2.])
    >>> table = pd.DataFrame({"review": texts, "nights": range(80), "city": ["Bonn", "Ulm"] * 40})
    >>> rnn.set_params(text="review").fit(table, stars).columns_.get_feature_names_out()
    array(['nights', 'city_Bonn', 'city_Ulm'], dtype=object)
    """

    def _check_y(self, y, reset):
        y = super()._check_y(y, reset).astype(float)
        if reset:
            self._learn_scale(y.mean(axis=0), y.std(axis=0))
        return ((y - self.y_mean_) / self.y_scale_).astype(np.float32)

    def _learn_scale(self, mean, spread):
        self.y_mean_: NDArray[np.float64] = mean
        self.y_scale_: NDArray[np.float64] = np.where(spread > 0, spread, 1.0)

    def _make_summary(self):
        return Moments()

    def _take_summary(self, moments, learns):
        if learns:
            self._set_outputs(moments.shape)
            self._learn_scale(moments.mean, moments.spread)

    def _make_model(self, n_plain):
        """Give the name of the linear model, and the model."""
        return "regressor", WeightedRidge(n_plain=n_plain)

    def _list_answers(self, data):
        """Give what the linear model learns, and what else it is told."""
        targets = self._list_targets(data) * self.y_scale_ + self.y_mean_
        return targets.reshape(len(targets), *self._y_shape), {}

    def _list_strata(self, data):
        """Give what folds keep the proportions of: nothing."""
        return None

    def _list_targets(self, data):
        """Give numbers of mean 0 and variance 1."""
        return data.y[data.rows].astype(float)

    def _read_scores(self, scores):
        return (super()._read_scores(scores) - self.y_mean_) / self.y_scale_

    def _weigh_parts(self, network, linear):
        if hasattr(self, "linear_"):
            linear = [add_to_base(part, -self.y_mean_) for part in linear]
        parts = super()._weigh_parts([part * self.y_scale_ for part in network], linear)
        return parts | {"network": [add_to_base(p, self.y_mean_) for p in parts["network"]]}

    def _name_outputs(self):
        return "output", np.arange(self._n_outputs)

    def _predict_outputs(self, X):
        return super()._predict_outputs(X) * self.y_scale_ + self.y_mean_


def add_to_base(part, number):
    """Add to the first row of what is told of a text."""
    return np.concatenate([part[:1] + number, part[1:]])
