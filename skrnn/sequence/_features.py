"""What a network has read of a sequence, as features for other models."""

from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from .._state import read_once


class NetworkFeaturesMixin(ClassNamePrefixFeaturesOutMixin, TransformerMixin):
    """A network that also turns sequences into what its last layer reads."""

    @read_once
    def transform(self, X):
        """Give what the last layer of the network reads: features for another model.

        Parameters
        ----------
        X : array-like
            Sequences or texts, as in ``fit``.

        Returns
        -------
        ndarray of shape (n, n_features_out), float32
            The outputs of the last hidden layer; those of several networks side by side.

        Raises
        ------
        ValueError
            If a network of one's own ends with a layer that reads more than one tensor.
        """
        check_is_fitted(self)
        return self._predict_features(self._read_panel(X))

    @property
    def _n_features_out(self):
        return self._count_features()

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
