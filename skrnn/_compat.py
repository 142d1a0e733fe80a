"""What differs between the versions of other packages that this one runs on.

Each part says with which version it can go.
"""

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
