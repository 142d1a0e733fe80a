"""From plain hyper-parameters to a Keras model: cells and their registry, layers, masks, kernels.

Everything but the registry imports Keras, and so is imported by the first fit alone.
"""

from ._cells import get_cell_names, register_cell

__all__ = ["get_cell_names", "register_cell"]
