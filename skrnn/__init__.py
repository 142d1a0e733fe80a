"""Recurrent neural networks as scikit-learn estimators.

What there is to import stands in ``__init__.pyi``; each name is loaded when it is first used.
"""

from importlib import import_module

import lazy_loader
import wrapt

from ._version import __version__  # noqa: F401 (for users)

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)


@wrapt.when_imported("keras")
def _register_parts(keras):
    """Let Keras know what saved networks hold of ours as soon as both are imported."""
    for name in ("layers", "ahead_layers", "recurrent_layers", "segment_layers", "token_layers"):
        import_module(f"skrnn.network._{name}")
    import_module("skrnn.training._losses")
    import_module("skrnn.training._metrics")
    import_module("skrnn.training._unknown")
