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
