"""Classification of sequences."""

from dataclasses import dataclass

import numpy as np
from sklearn.utils._param_validation import StrOptions

from .._docstrings import share_parameters
from .._typing import ClassWeight, Metrics
from ._base_classifier import BaseSequenceClassifier
from ._base_token_rnn import BaseTokenRNN

LOSSES = {
    "binary": "binary_crossentropy",
    "multilabel": "binary_crossentropy",
    "multiclass": "sparse_categorical_crossentropy",
}


@share_parameters(
    loss="binary or categorical cross-entropy",
    split="drawn at random, with the classes in proportion",
    embedding=", array-like of shape (n_tokens, embedding_dim), or None",
    embedding_note='"learned" vectors (Bengio et al., 2003), "onehot" vectors made inside the '
    "network,\n    or vectors to begin with. None: X holds values, not ids.",
)
@dataclass(kw_only=True, eq=False, repr=False)
class RNNClassifier(BaseSequenceClassifier, BaseTokenRNN):
    """Recurrent network that predicts the label, or labels, of a sequence.

    Parameters
    ----------
    {parameters}

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels.
    n_features_in_ : int
        Columns of a two-dimensional X, which are time steps, or features of a three-dimensional
        one. Token ids may come in any number of time steps and do not set it.
    feature_names_in_ : ndarray of str
        Column names, if X was a dataframe.
    n_iter_ : int
        Epochs trained.
    history_ : dict of list
        Loss and metrics after each epoch; those of validation data begin with ``val_``.
    callbacks_ : list of keras.callbacks.Callback
        The copies of ``callbacks`` that ran. A pickle leaves them out.
    model_ : keras.Model
        The network, for use without skrnn.

    See Also
    --------
    RNNTextClassifier : The same for raw texts.
    RNNRegressor : The same for numbers.

    Notes
    -----
    X holds n sequences: (n, time steps) of one feature, (n, time steps, features), or a list of
    sequences of unequal lengths. A list, or a Series of lists, may be of other lengths than in
    training; the columns of a table may not. NaN, or a mask, marks a time step as missing: the
    recurrent layer skips it. With ``embedding``, X holds token ids (n, time steps), whole numbers
    of any type: 0 is padding, and an id that did not occur in training is skipped. Without it,
    integers that look like token ids, as a :class:`SequenceTokenizer` gives them, are read as
    values with a warning.

    y holds labels of two or more classes, or (n, n_labels) of 0 and 1: any number of labels each.

    References
    ----------
    Hochreiter and Schmidhuber (1997), Long short-term memory, Neural Computation 9(8).
    Cho et al. (2014), Learning phrase representations using RNN encoder-decoder, EMNLP.

    Examples
    --------
    >>> import numpy as np
    >>> from skrnn import RNNClassifier
    >>> X = np.random.default_rng(0).normal(size=(200, 5))
    >>> y = np.where(X.sum(axis=1) > 0, "up", "down")
    >>> rnn = RNNClassifier(units=8, epochs=30, learning_rate=0.02, random_state=0).fit(X, y)
    >>> rnn.score(X, y) > 0.9
    True
    >>> rnn.classes_
    array(['down', 'up'], dtype='<U4')
    """

    metrics: Metrics = "accuracy"
    class_weight: ClassWeight = None

    _parameter_constraints = {
        **BaseTokenRNN._parameter_constraints,
        "class_weight": [dict, list, StrOptions({"balanced"}), None],
    }

    @property
    def _default_loss(self):
        return LOSSES[self._head]

    @property
    def _loss_name(self):
        loss = self.loss or self._default_loss
        name = loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)
        return name.lower()

    def _check_y(self, y, reset):
        targets = super()._check_y(y, reset)
        if self._head == "multiclass" and "sparse" not in self._loss_name:
            return np.eye(len(self.classes_), dtype=np.float32)[targets]
        if self._head != "multiclass" and "categorical" in self._loss_name:
            raise ValueError(
                f"loss={self.loss!r} compares three classes or more, but y is {self._head}; give "
                f"{self._default_loss!r}, or None for that."
            )
        return targets
