"""The losses of our own, which Keras saves and loads by name."""

from functools import cache

import keras
from keras import ops

from ._unknown import average_known, part_targets

LEAST_MEAN = 1e-6  # that is told from 0


@keras.saving.register_keras_serializable("skrnn")
def tweedie(y_true, y_pred):
    """Half the deviance of Tweedie's distribution of power 1.5, but for what no mean changes.

    Jorgensen (1987), Exponential dispersion models, Journal of the Royal Statistical Society B
    49(2).
    """
    root = ops.sqrt(ops.maximum(y_pred, LEAST_MEAN))
    return ops.mean(2 * (ops.cast(y_true, root.dtype) / root + root), axis=-1)


@keras.saving.register_keras_serializable("skrnn")
class PinballLoss(keras.losses.Loss):
    """The mean pinball loss of quantiles, which stand side by side for each target.

    Targets that are not known (NaN) do not count.

    Parameters
    ----------
    quantiles : tuple of float
    """

    def __init__(self, quantiles, **kwargs):
        super().__init__(**kwargs)
        self.quantiles = tuple(quantiles)

    def __call__(self, y_true, y_pred, sample_weight=None):
        y_pred, n_levels, total = ops.convert_to_tensor(y_pred), len(self.quantiles), 0
        for level, quantile in enumerate(self.quantiles):
            outputs = y_pred[..., level::n_levels]
            targets, outputs, *rest = part_targets(y_true, outputs, sample_weight)
            errors = (targets - outputs)[:, 0]
            losses = ops.maximum(quantile * errors, (quantile - 1) * errors)
            total += average_known(losses, *rest)
        return total / n_levels

    def get_config(self):
        return super().get_config() | {"quantiles": self.quantiles}


@cache
def make_pinball(quantiles):
    """Make a loss, always the same for the same quantiles: what is compiled can be used again."""
    return PinballLoss(quantiles)


def read_loss(loss):
    """Give the loss that a name of ours, or a tuple of quantiles, stands for; leave all else."""
    if isinstance(loss, tuple):
        return make_pinball(loss)
    return tweedie if loss == "tweedie" else loss
