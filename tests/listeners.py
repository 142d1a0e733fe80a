"""A callback of scikit-learn's to start from."""

from importlib.util import find_spec

import pytest

needs_callbacks = pytest.mark.skipif(
    not find_spec("sklearn.callback"), reason="scikit-learn has callbacks from 1.9 on"
)


class Listener:
    """Hears of all that a fit does, and does nothing."""

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        pass

    def on_fit_task_begin(self, estimator, context):
        pass
