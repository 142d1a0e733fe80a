"""A trial of the loss and the metrics that a user gives, on a few rows, before any training."""

import keras
import numpy as np

from .._errors import describe
from ._metrics import is_accuracy

FEW = 4  # rows that show what can be computed of them
# What the estimators give themselves.
USUAL_LOSSES = {"mean_squared_error", "binary_crossentropy", "sparse_categorical_crossentropy"}


def pick_targets(targets, n_outputs):
    """Give a few rows, not as many as there are outputs: nothing then fits by chance."""
    n_rows = FEW + (n_outputs == FEW)
    return targets[np.arange(n_rows) % len(targets)]


def try_loss(given, loss, targets, n_outputs):
    """Raise unless what is made of a given loss can be computed.

    Parameters
    ----------
    given, loss : str, type, keras.losses.Loss or callable
    targets : ndarray of shape (n, ...)
    n_outputs : int
        Of the network, for each row or each of its time steps.
    """
    if isinstance(loss, str) and loss in USUAL_LOSSES:
        return
    shapes = targets.shape, _get_shape(targets, n_outputs)
    wanted = (
        "loss must be computed by keras.ops, not by NumPy, of targets and outputs of the shapes "
        f"{shapes[0]} and {shapes[1]}"
    )
    compute = keras.losses.get(loss)
    if fault := _find_fault(compute() if isinstance(compute, type) else compute, shapes):
        raise ValueError(f"{wanted}; got {describe(given)}. {fault}")


def try_metric(given, metric, targets, n_outputs):
    """Raise unless what is made of a given metric can be computed and is one number.

    The others are those of :func:`try_loss`.
    """
    if is_accuracy(metric):
        return
    shapes = targets.shape, _get_shape(targets, n_outputs)
    wanted = (
        "metrics must each be one number, computed by keras.ops of targets and outputs of the "
        f"shapes {shapes[0]} and {shapes[1]}; got {describe(given)}"
    )
    compute = keras.metrics.get(metric)
    compute = compute() if isinstance(compute, type) else compute
    if not isinstance(compute, keras.metrics.Metric):
        if fault := _find_fault(compute, shapes):
            raise ValueError(f"{wanted}. {fault}")
        compute = keras.metrics.MeanMetricWrapper(compute)
    outputs = np.full(shapes[1], 1 / max(2, n_outputs), "float32")
    try:
        compute.update_state(*map(keras.ops.convert_to_tensor, (targets, outputs)))
        shape = (*np.shape(compute.result()),)
    except Exception as error:  # whatever a metric of others does
        raise ValueError(f"{wanted}. {type(error).__name__}: {error}") from error
    if shape:
        raise ValueError(
            f"{wanted}, which gives an array of shape {shape}. Some metrics take an average: "
            "keras.metrics.F1Score(average='macro')."
        )


def _find_fault(function, shapes):
    """Call a function on tensors without values, as it is when a training is compiled.

    Returns
    -------
    str or None
        What is wrong with it.
    """
    faults = []

    def call(*tensors):
        try:
            result = function(*tensors)
            if not keras.ops.is_tensor(result):
                raise TypeError(f"it gives {describe(result)}, which is no tensor.")
        except Exception as error:
            faults.append(f"{type(error).__name__}: {error}")
            raise
        return result

    operation = keras.Operation()
    operation.call = call
    try:
        operation(*map(keras.KerasTensor, shapes))
    except Exception as error:
        return faults[-1] if faults else str(error)
    return None


def _get_shape(targets, n_outputs):
    """Give the shape of the outputs that go with targets."""
    return (*targets.shape[: max(1, targets.ndim - 1)], n_outputs)
