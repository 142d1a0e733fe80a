"""What a backend has computed, as arrays."""

import keras
import numpy as np


def read_tensor(tensor):
    """Copy a tensor into an array; what Keras has for that warns under NumPy 2."""
    on_torch = keras.backend.backend() == "torch"
    return np.array(np.asarray(tensor.detach().cpu() if on_torch else tensor))
