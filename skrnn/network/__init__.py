"""From plain hyper-parameters to a Keras model: cells and networks by name, layers, kernels.

Everything but the registries imports Keras, and so is imported by the first fit alone.
"""

from ._cells import get_cell_names, register_cell
from ._networks import get_network_names, register_network

__all__ = ["get_cell_names", "get_network_names", "register_cell", "register_network"]
