"""Losses and metrics of targets that count one by one: those of NaN do not.

Each target and its output, or outputs, are compared alone, as if it were the only one of its row,
so that any of them may be left out.
"""

import keras
from keras import ops


@keras.saving.register_keras_serializable("skrnn")
class KnownLoss(keras.losses.Loss):
    """The mean of a loss over the known targets of a batch.

    Parameters
    ----------
    loss : str, type, keras.losses.Loss or callable
        An instance's own reduction does not count.
    """

    def __init__(self, loss, **kwargs):
        super().__init__(**kwargs)
        self.loss = loss() if isinstance(loss, type) else loss
        made = keras.losses.get(self.loss)
        made = made() if isinstance(made, type) else made
        self._compute = getattr(made, "call", made)

    def __call__(self, y_true, y_pred, sample_weight=None):
        targets, outputs, known, weights = part_targets(y_true, y_pred, sample_weight)
        losses = self._compute(targets, outputs)
        if len(getattr(losses, "shape", ())) != 1:
            raise ValueError(
                "Some targets are unknown, or weighted, so it must give a number for each row, "
                f"but it gives {losses}."
            )
        return average_known(losses, known, weights)

    def get_config(self):
        return super().get_config() | {"loss": keras.saving.serialize_keras_object(self.loss)}

    @classmethod
    def from_config(cls, config):
        loss = keras.saving.deserialize_keras_object(config["loss"])
        return cls(**config | {"loss": loss})


class WrappedMetric(keras.metrics.Metric):
    """A metric that hands another one what it has made of targets and outputs."""

    def __init__(self, metric, **kwargs):
        super().__init__(**kwargs)
        self.metric = metric

    def result(self):
        return self.metric.result()

    def reset_state(self):
        self.metric.reset_state()

    def get_config(self):
        return super().get_config() | {"metric": keras.metrics.serialize(self.metric)}

    @classmethod
    def from_config(cls, config):
        return cls(**config | {"metric": keras.metrics.deserialize(config["metric"])})


@keras.saving.register_keras_serializable("skrnn")
class KnownMetric(WrappedMetric):
    """A metric of the known targets."""

    def update_state(self, y_true, y_pred, sample_weight=None):
        targets, outputs, known, weights = part_targets(y_true, y_pred, sample_weight)
        weights = ops.where(known, weights, 0)
        self.metric.update_state(targets, outputs, sample_weight=weights)


def average_known(losses, known, weights):
    """Average weighted losses (n,) over those that are known."""
    total = ops.sum(ops.where(known, losses * weights, 0))
    return total / ops.maximum(ops.sum(ops.cast(known, total.dtype)), 1)


def part_targets(y_true, y_pred, sample_weight=None):
    """Give each target and output a row of its own.

    Parameters
    ----------
    y_true, y_pred : tensor of shape (batch, outputs) or (batch, time, outputs)
        Where there are more outputs than targets, so many in a row go with each target.
    sample_weight : tensor of shape (batch,), (batch, time) or that of y_true, default=None

    Returns
    -------
    targets : tensor of shape (n, 1)
        0 stands for one that is not known.
    outputs : tensor of shape (n, 1), or of as many columns as go with a target
    known : tensor of bool of shape (n,)
    weights : tensor of shape (n,)
    """
    y_pred = ops.convert_to_tensor(y_pred)
    y_true = ops.cast(ops.convert_to_tensor(y_true), y_pred.dtype)
    known = ops.logical_not(ops.isnan(y_true))
    weights = ops.ones_like(y_true)
    if sample_weight is not None:
        sample_weight = ops.cast(ops.convert_to_tensor(sample_weight), y_pred.dtype)
        n_missing = len(y_true.shape) - len(sample_weight.shape)
        weights *= sample_weight[(..., *[None] * n_missing)]
    targets = ops.where(known, y_true, 0)
    width = y_pred.shape[-1] // y_true.shape[-1]
    rows = ops.reshape(targets, (-1, 1)), ops.reshape(y_pred, (-1, width))
    return *rows, ops.reshape(known, (-1,)), ops.reshape(weights, (-1,))
