"""The metrics of our own, which Keras saves and loads by name, and when one of them serves."""

import keras
from keras import ops

from ._unknown import KnownMetric, WrappedMetric


@keras.saving.register_keras_serializable("skrnn")
class OneHotTargets(WrappedMetric):
    """A metric of one column a class, computed of targets that are numbers of classes."""

    def update_state(self, y_true, y_pred, sample_weight=None):
        n_classes = y_pred.shape[-1]
        if y_true.shape[-1] != n_classes or len(y_true.shape) < len(y_pred.shape):
            rows = ops.reshape(ops.cast(y_true, "int32"), (-1,))
            y_true = ops.one_hot(rows, n_classes, dtype=y_pred.dtype)
        self.metric.update_state(y_true, y_pred, sample_weight=sample_weight)


@keras.saving.register_keras_serializable("skrnn")
def match_all_labels(y_true, y_pred):
    """Tell which rows have all of their labels right."""
    same = ops.equal(y_pred > 0.5, ops.cast(y_true, "bool"))
    return ops.cast(ops.all(same, axis=-1), "float32")


def is_accuracy(metric):
    """Tell whether a metric is the name that Keras reads by the targets and outputs."""
    return isinstance(metric, str) and metric.lower() in ("accuracy", "acc")


def make_metric(metric, head, has_unknown=False):
    """Make a metric that computes what is meant of the targets of a head.

    Parameters
    ----------
    metric : str, type, keras.metrics.Metric or callable
        An instance serves as a pattern only.
    head : str
    has_unknown : bool
        Whether NaN stands for targets that do not count.

    Returns
    -------
    str, type, keras.metrics.Metric or callable
        What Keras records under the same name.
    """
    if isinstance(metric, keras.metrics.Metric):
        metric = type(metric).from_config(metric.get_config())
    if has_unknown:
        name = "sparse_categorical_accuracy"
        by_class = head == "multiclass" and is_accuracy(metric)
        made = keras.metrics.get(name if by_class else metric)
        if head == "multiclass" and _compares_columns(made):
            made = _wrap(OneHotTargets, metric, made)
        return _wrap(KnownMetric, metric, made)
    if is_accuracy(metric):
        # Keras takes several columns for classes of which one is right.
        several = head == "multilabel"
        return keras.metrics.MeanMetricWrapper(match_all_labels, metric) if several else metric
    made = keras.metrics.get(metric)
    if head != "multiclass" or not _compares_columns(made):
        return metric
    return _wrap(OneHotTargets, metric, made)


def _wrap(wrapper, metric, made):
    """Put a metric, given so and made by Keras, into another that goes by its name."""
    made = made() if isinstance(made, type) else made
    name = metric if isinstance(metric, str) else getattr(made, "name", None) or made.__name__
    if not isinstance(made, keras.metrics.Metric):
        made = keras.metrics.MeanMetricWrapper(made, name)
    return wrapper(made, name=name)


def _compares_columns(metric):
    """Tell whether a metric is one of Keras's that wants targets of the shape of the outputs.

    What others have written gets the targets as they are.
    """
    parts = [metric]
    if isinstance(metric, keras.metrics.Metric):
        parts = [metric.update_state, vars(metric).get("_fn", metric)]
    if not all((getattr(part, "__module__", None) or "").startswith("keras.") for part in parts):
        return False
    name = getattr(parts[-1], "__name__", type(parts[-1]).__name__).lower()
    by_number = name.startswith("sparse") or getattr(metric, "sparse_y_true", False)
    return not by_number and name != "accuracy"  # which compares with predicted classes
