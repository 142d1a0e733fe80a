"""Labels of tokens."""

from dataclasses import dataclass
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_is_fitted

from .._docstrings import share_parameters
from .._numbers import COUNT
from .._sequences import StepPanel
from .._state import read_once
from .._typing import Metrics, Widths
from ..sequence._base_classifier import number_labels
from ..sequence._base_rnn import BaseRNN
from ._tagged import TaggedData, Tags, check_lengths, check_tags
from ._tokens import check_tokens, holds_tokens, learn_ids, look_up


@share_parameters(loss="categorical cross-entropy", split="drawn at random")
@dataclass(kw_only=True, eq=False, repr=False)
class RNNTagger(BaseRNN):
    """Recurrent network that gives each token, or time step, of a sequence a label.

    Parameters
    ----------
    {parameters}

    embedding_dim : int, default=64
        Length of the learned vectors of tokens.
    min_count : int, default=2
        Tokens that are rarer in training share one vector with those that are new in prediction.
    lowercase : bool, default=True
        Tell tokens apart by their lower case.
    spelling : bool, default=True
        Add to the vector of a token those of its first one, two and three characters, of its
        last ones, and of its shape ("Xx" for "Monday", "d.d" for "3.14"), which tell of words
        that are rare or new. A ``network`` of another kind reads ids of tokens alone.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        The labels.
    vocabulary_ : dict
        The id of each token that has one of its own, the commonest first, if X held tokens.
        1 is the id of all others.
    n_features_in_ : int
        Columns of a two-dimensional X of values, which are time steps, or features of a
        three-dimensional one.
    feature_names_in_ : ndarray of str
        Column names, if X was a dataframe of values.
    n_iter_ : int
        Epochs trained.
    history_ : dict of list
        Loss and metrics, the mean over tokens, after each epoch; those of validation data begin
        with ``val_``.
    callbacks_ : list of keras.callbacks.Callback
        The copies of ``callbacks`` that ran. A pickle leaves them out.
    model_ : keras.Model
        The network, for use without skrnn.

    See Also
    --------
    RNNClassifier : One label for a whole sequence.
    RNNTextClassifier : One label for a text.

    Notes
    -----
    X holds n sequences, none of them empty: lists or arrays of tokens, ``str``; or values,
    (n, time steps), (n, time steps, features), or a list of sequences of unequal lengths, without
    NaN. y holds n sequences of labels of the same lengths.

    To scikit-learn it is no classifier, whose y has one label a sample: folds of
    ``cross_val_score`` and of searches are those of :class:`~sklearn.model_selection.KFold`, whole
    sequences, and scores those of :meth:`score`, the accuracy over tokens.

    References
    ----------
    Huang, Xu and Yu (2015), Bidirectional LSTM-CRF models for sequence tagging, arXiv:1508.01991.
    Bojanowski et al. (2017), Enriching word vectors with subword information, TACL 5.

    Examples
    --------
    >>> from skrnn import RNNTagger
    >>> X = [["they", "can", "fish"], ["a", "can"], ["they", "fish"], ["a", "fish"]] * 20
    >>> y = [["PRON", "AUX", "VERB"], ["DET", "NOUN"], ["PRON", "VERB"], ["DET", "NOUN"]] * 20
    >>> tagger = RNNTagger(units=8, epochs=20, learning_rate=0.02, random_state=0).fit(X, y)
    >>> tagger.predict([["They", "can", "fish"], ["a", "fish"]])
    [array(['PRON', 'AUX', 'VERB'], dtype='<U4'), array(['DET', 'NOUN'], dtype='<U4')]
    """

    units: Widths = 64
    bidirectional: bool = True
    dropout: float = 0.5
    learning_rate: Any = 0.003
    metrics: Metrics = "accuracy"
    early_stopping: bool | Literal["auto"] = "auto"
    n_iter_no_change: int = 3
    embedding_dim: int = 64
    min_count: int = 2
    lowercase: bool = True
    spelling: bool = True

    _parameter_constraints = BaseRNN._parameter_constraints | {
        "embedding_dim": [COUNT],
        "min_count": [COUNT],
        "lowercase": ["boolean"],
        "spelling": ["boolean"],
    }

    strategy = "seq2seq"  # outputs after every step
    _default_loss = "sparse_categorical_crossentropy"
    _head = "multiclass"

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        X_val: ArrayLike | None = None,
        y_val: ArrayLike | None = None,
    ) -> Self:
        """Train the network.

        Parameters
        ----------
        X : list of n sequences, or array of shape (n, time steps[, features])
            Tokens, or values.
        y : list of n sequences of labels, or array of shape (n, time steps)
            A label for each token or time step.
        sample_weight : array-like of shape (n,), default=None
            Weight of each sequence: what each of its tokens counts for in the loss.
        X_val, y_val : list or array, default=None
            Validation data. Its loss and metrics are recorded after each epoch, and it takes
            the place of ``validation_fraction`` in ``early_stopping``.

        Returns
        -------
        self : RNNTagger
            The fitted estimator.

        Raises
        ------
        ValueError
            If the data do not fit the parameters or each other, or if the loss stops being a
            finite number. The estimator is then as it was before.
        """
        return super().fit(X, y, sample_weight, X_val, y_val)

    @read_once
    def predict(self, X: ArrayLike) -> list[NDArray[Any]]:
        """Predict the label of each token.

        Parameters
        ----------
        X : list of n sequences, or array of shape (n, time steps[, features])
            Tokens, or values.

        Returns
        -------
        list of n ndarrays of shape (length,)
            Labels.
        """
        return [self.classes_[part.argmax(axis=1)] for part in self.predict_proba(X)]

    @read_once
    def predict_proba(self, X: ArrayLike) -> list[NDArray[np.float32]]:
        """Give the probability of each label of each token.

        Parameters
        ----------
        X : list of n sequences, or array of shape (n, time steps[, features])
            Tokens, or values.

        Returns
        -------
        list of n ndarrays of shape (length, n_classes), float32
            In the order of ``classes_``.
        """
        check_is_fitted(self)
        panel = self._check_X(X, reset=False)
        return np.split(self._predict_panel(panel), np.cumsum(panel.lengths)[:-1])

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Give the accuracy over tokens.

        Parameters
        ----------
        X : list of n sequences, or array of shape (n, time steps[, features])
            Tokens, or values.
        y : list of n sequences of labels, or array of shape (n, time steps)
            The truth.
        sample_weight : array-like of shape (n,), default=None
            Weight of each sequence: what each of its tokens counts for.

        Returns
        -------
        float
            1 at best.
        """
        predicted, tags = self.predict(X), check_tags(y)
        lengths = np.array([len(part) for part in predicted])
        check_lengths(lengths, tags)
        weights = self._check_weights(sample_weight, lengths)
        is_right = np.concatenate(predicted) == tags.flat
        return float(
            np.average(is_right, weights=None if weights is None else np.repeat(weights, lengths))
        )

    def _check_X(self, X, reset):
        reads_tokens = holds_tokens(X)
        if reset:
            self._reads_tokens = reads_tokens
            for name in ("vocabulary_", "_ids"):
                vars(self).pop(name, None)
        elif reads_tokens != self._reads_tokens:
            kinds = ["values", "tokens"][:: 1 if reads_tokens else -1]
            raise ValueError(
                f"X holds {kinds[1]}, but this {type(self).__name__} was fitted to {kinds[0]}."
            )
        flat, lengths = (self._read_tokens if reads_tokens else self._read_values)(X, reset)
        if not lengths.all():
            raise ValueError(
                f"Sequence {lengths.argmin()} of X is empty; each must have a token or time step."
            )
        return StepPanel(flat, lengths, 0 if reads_tokens else np.nan)

    def _read_tokens(self, X, reset):
        """Give the ids of what is known of each token, and the lengths of the sequences."""
        rows = check_tokens(X)
        if reset:
            spelling = self.spelling and self.network is None
            self._ids = learn_ids(rows, self.min_count, self.lowercase, spelling)
            self.vocabulary_: dict[str, int] = self._ids[0]
            self._n_tokens = 2 + sum(map(len, self._ids))
            self._lowers = self.lowercase
        ids = look_up(rows, self._ids, self._lowers)
        return ids if ids.shape[1] > 1 else ids[:, 0], np.array([len(row) for row in rows])

    def _read_values(self, X, reset):
        """Give values (n_steps, features), and the lengths of the sequences."""
        values, lengths = self._check_values(X, reset)
        if lengths is None:
            lengths = np.full(len(values), values.shape[1])
        values = values.reshape(-1, values.shape[2])
        missing = np.isnan(values).any(axis=1)
        if missing.any():
            number = np.searchsorted(np.cumsum(lengths), missing.argmax(), side="right")
            raise ValueError(
                f"X holds NaN in sequence {number}; every time step must be known to be labelled."
            )
        return values, lengths

    def _check_y(self, y, reset):
        tags = check_tags(y)
        if reset:
            self.classes_: NDArray[Any] = np.unique(tags.flat)
            self._n_outputs = len(self.classes_)
            if self._n_outputs < 2:
                raise ValueError(
                    f"y has {self._n_outputs} class: {self.classes_.tolist()}. A tagger needs 2 "
                    "classes or more."
                )
        return Tags(number_labels(tags.flat, self.classes_), tags.lengths)

    def _pair(self, panel, targets, weights=None):
        check_lengths(panel.lengths, targets)
        return TaggedData(panel, targets, weights)

    def _describe_input(self):
        if not self._reads_tokens:
            return super()._describe_input()
        words = {
            "embedding": "learned",
            "embedding_dim": self.embedding_dim,
            "n_tokens": self._n_tokens,
        }
        return words | ({"n_columns": len(self._ids)} if len(self._ids) > 1 else {})

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.input_tags.string = True
        tags.input_tags.allow_nan = False
        tags.target_tags.required = True
        tags.target_tags.one_d_labels = False
        tags.target_tags.two_d_labels = True
        return tags
