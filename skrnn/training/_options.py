"""What a user gives for Keras: optimizers, losses, metrics and callbacks."""

import keras

from .._errors import describe, explain_errors
from ._metrics import is_accuracy


def check_optimizer(optimizer, learning_rate):
    """Raise unless Keras can train with an optimizer and a learning rate."""
    kind = keras.optimizers.Optimizer
    with explain_errors("optimizer must be a name, class or instance of Keras", optimizer):
        if not (isinstance(optimizer, type) and issubclass(optimizer, kind)):
            keras.optimizers.get(optimizer)
    schedule = keras.optimizers.schedules.LearningRateSchedule
    if callable(learning_rate) and not isinstance(learning_rate, schedule):
        raise TypeError(
            f"learning_rate must be a number or a Keras schedule; got {learning_rate!r}. For a "
            "function of the epoch give callbacks=[keras.callbacks.LearningRateScheduler(...)]."
        )


def check_schedule(name, learning_rate):
    """Raise if a schedule is named and the learning rate is one."""
    if name is not None and callable(learning_rate):
        raise ValueError(
            f"learning_rate_schedule={name!r} and learning_rate={describe(learning_rate)} both "
            "say how the learning rate changes; give one."
        )


def check_loss(loss, metrics):
    """Raise unless Keras knows a loss and metrics."""
    with explain_errors("loss must be a name that Keras knows, or a callable", loss):
        keras.losses.get(loss)
    with explain_errors("metrics must be names that Keras knows, or callables", metrics):
        for metric in metrics or ():
            if metric is None:
                raise TypeError("None is no metric.")
            if not is_accuracy(metric):
                keras.metrics.get(metric)


def read_monitor(monitor, metrics):
    """Give the name of what early stopping watches, and whether the "min" or "max" of it is best.

    Parameters
    ----------
    monitor : str or tuple (str, {"min", "max"})
        "loss", or one of the metrics by the name it is recorded under.
    metrics : list or None
    """
    name, mode = monitor if isinstance(monitor, tuple) and len(monitor) == 2 else (monitor, None)
    known = {"loss": None} | {name_metric(metric): metric for metric in metrics or ()}
    if name not in known or mode not in ("min", "max", None):
        raise ValueError(
            f"monitor={monitor!r} must be one of {list(known)}, or a pair of that and 'min' or "
            "'max'. Give what else to watch to metrics."
        )
    mode = mode or find_direction(known[name])
    if mode is None:
        raise ValueError(
            f"monitor={monitor!r} does not say whether a large value is good; give "
            f"({name!r}, 'max') or ({name!r}, 'min')."
        )
    return f"val_{name}", mode


def name_metric(metric):
    """Give the name that a metric is recorded under."""
    if isinstance(metric, str):
        return metric
    metric = metric() if isinstance(metric, type) else metric
    return getattr(metric, "name", None) or getattr(metric, "__name__", None)


def find_direction(metric):
    """Tell whether the "min" or the "max" of a metric is best; None if nobody knows."""
    if metric is None:
        return "min"
    if is_accuracy(metric):
        return "max"
    made = keras.metrics.get(metric)
    made = made() if isinstance(made, type) else made
    if not isinstance(made, keras.metrics.Metric):
        made = keras.metrics.MeanMetricWrapper(made)
    return {"up": "max", "down": "min"}.get(getattr(made, "_direction", None))


def check_callbacks(callbacks):
    """Raise unless callbacks are those of Keras."""
    for callback in callbacks or ():
        if not isinstance(callback, keras.callbacks.Callback):
            raise TypeError(
                "callbacks must hold instances of keras.callbacks.Callback; got "
                f"{describe(callback)}."
            )


def read_pattern(optimizer):
    """Give the options of an optimizer that another like it is made with."""
    options = optimizer.get_config()
    schedule = options["learning_rate"]
    if isinstance(schedule, dict):
        options["learning_rate"] = keras.saving.deserialize_keras_object(schedule)
    return options
