"""Several devices, over which a distribution of Keras spreads what is computed."""

import keras


def find_distribution():
    """Give the distribution that is set for this thread, or None.

    Raises
    ------
    ValueError
        If the backend knows none: all would be computed on one device without a word.
    """
    distribution = keras.distribution.distribution()
    backend = keras.backend.backend()
    if distribution is not None and backend != "jax":
        raise ValueError(
            "keras.distribution spreads batches over devices with KERAS_BACKEND=jax alone; this "
            f"is {backend}, and {distribution!r} is set. Set the backend before Keras is "
            "imported, or leave the distribution with keras.distribution.set_distribution(None)."
        )
    return distribution


def count_parts(distribution):
    """Count the parts into which a batch is cut."""
    if distribution is None:
        return 1
    mesh = distribution.device_mesh
    return dict(zip(mesh.axis_names, mesh.shape, strict=True))[distribution.batch_dim_name]


def round_up_rows(n_rows, distribution):
    """Round a number of rows up to one that can be cut into equal parts."""
    return n_rows + -n_rows % count_parts(distribution)
