"""What differs between the versions of other packages that this one runs on.

Each part says with which version it can go.
"""

import warnings

import pandas as pd
from pandas.tseries.frequencies import to_offset

# Keras 3.13 has it as keras.src.random.seed_generator.GLOBAL_SEED_GENERATOR: take that when it is
# the oldest.
KERAS_GENERATOR = "global_seed_generator"

try:
    from sklearn.callback import CallbackSupportMixin, with_callbacks
except ImportError:  # can go when scikit-learn 1.9 is the oldest

    class _NoCallbacks:
        """A context of callbacks in which nobody listens."""

        def subcontext(self, **task):
            return self

        def call_on_fit_task_begin(self, **data):
            pass

        def call_on_fit_task_end(self, **data):
            return False

    class CallbackSupportMixin:  # type: ignore[no-redef]
        """An estimator that takes no callbacks: it has no ``set_callbacks``."""

        def _init_callback_context(self, **task):
            return _NoCallbacks()

    def with_callbacks(fit):
        """Leave a method as it is."""
        return fit


def infer_freq(index):
    """Give the step of dates as an offset; pandas.infer_freq does when pandas 4 is the oldest."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas 3 warns of it
        return to_offset(pd.infer_freq(index))


def name_zone(zone):
    """Give the name of a zone of pytz in its place; can go when pandas 3 is the oldest."""
    name = getattr(zone, "zone", None)
    return zone if name is None else name
