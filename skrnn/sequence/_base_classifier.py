"""What every classifier of sequences shares: labels, and probabilities."""

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import issparse
from scipy.special import logit
from sklearn.base import ClassifierMixin, _fit_context
from sklearn.metrics import accuracy_score
from sklearn.utils import column_or_1d, compute_sample_weight
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_y

from .._errors import explain_errors
from .._state import read_once, replace_state
from .._typing import ClassWeight, keep_type
from .._values import fill_masked, read_weights
from ..metrics._checks import check_weights
from ._base_tokens import BaseTokenReader


class BaseSequenceClassifier(ClassifierMixin, BaseTokenReader):
    """A model of sequences that gives the probability of each class."""

    class_weight: ClassWeight = None  # a word of the classifiers that weigh

    classes_: NDArray[Any]

    @keep_type(_fit_context(prefer_skip_nested_validation=False))
    def partial_fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        classes: ArrayLike | None = None,
        sample_weight: ArrayLike | None = None,
    ) -> Self:
        """Train for one more epoch.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features])
            Sequences, or token ids.
        y : array-like of shape (n,) or (n, n_labels)
            Labels.
        classes : array-like of shape (n_classes,), default=None
            Every label that will ever come, for the first call; those of y if not given.
        sample_weight : array-like of shape (n,), default=None
            Weight of each sequence in the loss.

        Returns
        -------
        self : object
            The estimator, trained on.
        """
        with replace_state(self) as draft:
            go_on = hasattr(draft, "history_")
            draft._start_randomness(go_on)
            if classes is not None:
                draft._check_classes(classes, reset=not go_on)
            reset_y = not go_on and classes is None
            data = draft._check_data(X, y, sample_weight, go_on=go_on, reset_y=reset_y)
            draft._train(data, go_on=go_on, epochs=1)
        return self

    @read_once
    def predict_proba(self, X: ArrayLike) -> NDArray[np.float32]:
        """Give the probability of each class.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features])
            Sequences, or token ids.

        Returns
        -------
        ndarray of shape (n, n_classes), float32
            In the order of ``classes_``. Rows sum to 1, but for multilabel targets, whose
            probabilities are independent.
        """
        outputs = self._predict_outputs(X)
        return np.hstack([1 - outputs, outputs]) if self._head == "binary" else outputs

    @read_once
    def decision_function(self, X: ArrayLike) -> NDArray[Any]:
        """Give scores whose larger values mean a likelier class.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features])
            Sequences, or token ids.

        Returns
        -------
        ndarray of shape (n,) or (n, n_classes)
            The log-odds of each class; for two classes, those of the second.
        """
        eps = np.finfo(np.float32).eps
        scores = logit(np.clip(self._predict_outputs(X), eps, 1 - eps))
        return scores[:, 0] if self._head == "binary" else scores

    @read_once
    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict labels.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features])
            Sequences, or token ids.

        Returns
        -------
        ndarray of shape (n,) or (n, n_labels)
            Labels, shaped as y was.
        """
        outputs = self._predict_outputs(X)
        if self._head == "multilabel":
            return (outputs > 0.5).astype(int)
        winners = outputs.argmax(axis=1) if self._head == "multiclass" else outputs[:, 0] > 0.5
        return self.classes_[winners.astype(int)]

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Give the share of sequences whose labels are predicted.

        Parameters
        ----------
        X : array-like of shape (n, time steps[, features])
            Sequences, or token ids.
        y : array-like of shape (n,) or (n, n_labels)
            The true labels; of several of a sequence, all have to be right.
        sample_weight : array-like of shape (n,), default=None
            Weight of each sequence.

        Returns
        -------
        float
            1 at best.
        """
        predicted = self.predict(X)
        sample_weight, y = check_weights(sample_weight, predicted), self._read_y(y)
        with explain_errors("y must hold labels like those of fit, a row for each of X", y):
            return accuracy_score(y, predicted, sample_weight=sample_weight)

    def _read_y(self, y):
        """Read labels as an array, or say what else they are."""
        with explain_errors("y must hold labels, (n,), or 0 and 1, (n, n_labels)", y):
            y = _check_y(fill_masked(y), multi_output=True, y_numeric=False, estimator=self)
            y = y.toarray() if issparse(y) else y
            y = column_or_1d(y, warn=True) if y.ndim == 2 and y.shape[1] == 1 else y
            check_classification_targets(y)
        return y

    def _check_y(self, y, reset):
        y = self._read_y(y)
        if reset:
            self._learn_classes(y)
        if y.shape[1:] != ((len(self.classes_),) if self._head == "multilabel" else ()):
            raise ValueError(f"y has shape {y.shape}, unlike the y that came first.")
        if self._head == "multilabel":
            return y.astype(np.float32)
        try:
            return self._encode_labels(y)
        except ValueError as error:
            raise ValueError(
                f"{error} A network keeps the labels that it began with: give all that will ever "
                "come as classes= to the first partial_fit, or fit one anew."
            ) from None

    def _learn_classes(self, y):
        kind = type_of_target(y, input_name="y")
        if kind == "multilabel-indicator":
            self.classes_ = np.arange(y.shape[1])
        elif kind.endswith("multioutput"):
            raise ValueError(f"y of kind {kind!r} is not supported: give labels, or 0 and 1.")
        else:
            self.classes_ = np.unique(y)
        n_classes = len(self.classes_)
        if n_classes < 2:
            found = f"{n_classes} class{'' if n_classes else 'es'}: {self.classes_.tolist()}"
            raise ValueError(f"y has {found}. A classifier needs 2 classes or more.")
        if kind == "multilabel-indicator":
            self._head, self._n_outputs = "multilabel", n_classes
        elif n_classes == 2:
            self._head, self._n_outputs = "binary", 1
        else:
            self._head, self._n_outputs = "multiclass", n_classes

    def _encode_labels(self, y):
        """Give two classes as (n, 1) of 0 and 1, more as class numbers (n,)."""
        codes = number_labels(y, self.classes_)
        if self._head == "binary":
            return codes[:, None].astype(np.float32)
        return codes.astype(np.int32)

    def _check_classes(self, classes, reset):
        """Fix the classes of a first ``partial_fit``; later calls may only repeat them."""
        with explain_errors("classes must hold all labels that may come", classes):
            classes = column_or_1d(classes)
            check_classification_targets(classes)
            if reset:
                self._learn_classes(classes)
            elif not np.array_equal(np.unique(classes), self.classes_):
                raise ValueError(f"The first call was given {self.classes_}.")

    def _check_weights(self, sample_weight, y):
        weights = super()._check_weights(sample_weight, y)
        if self.class_weight is None:
            return weights
        wanted = "class_weight must give labels of y a weight, none below 0"
        with explain_errors(wanted, self.class_weight):
            balance = compute_sample_weight(self.class_weight, y)
            balance = read_weights(balance, y, np.float32)
        return balance if weights is None else weights * balance

    def _get_strata(self, data, y):
        return None if self._head == "multilabel" else np.asarray(y)[data.rows]

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_label = True
        return tags


def number_labels(y, classes):
    """Give the number of each label among the classes, which are sorted."""
    try:
        codes = np.searchsorted(classes, y).clip(max=len(classes) - 1)
    except TypeError:
        raise ValueError(f"y must hold labels of the type of classes_ {classes}.") from None
    unknown = y[classes[codes] != y].tolist()
    if unknown:
        raise ValueError(f"y holds the label {unknown[0]!r}, which is none of classes_ {classes}.")
    return codes
