"""The bridge to Keras: engine, pool of compiled models, a trainer for each backend, options.

Everything but the loader imports Keras, and so is imported by the first fit alone; scikeras is
known to the engine and to nothing else.
"""

from ._loader import clear_pool, load_engine
from ._warm_up import warm_up

__all__ = ["clear_pool", "load_engine", "warm_up"]
