"""What a network has read of a sequence, as features for other models."""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted

from .._state import read_once
from .._typing import Table
from ..training import load_engine


class NetworkFeaturesMixin(ClassNamePrefixFeaturesOutMixin, TransformerMixin):
    """A network that also turns sequences into what its last layer reads."""

    @read_once
    def transform(self, X: ArrayLike) -> Table:
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
        panel, read = self._read_panel(X), load_engine().predict_with
        run = self._describe_run(panel)
        features = [read(run, [net], panel, self.batch_size, True) for net in self._networks]
        return np.hstack(features)

    @property
    def _n_features_out(self):
        description = self._describe_prediction(has_missing=False)
        return load_engine().count_hidden(description, self.batch_size) * len(self._networks)

    def __sklearn_tags__(self) -> Any:
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = []
        return tags
