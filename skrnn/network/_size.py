"""Whether a network has room in the memory of the machine."""

import math
import os


def check_size(description, n_weights, n_bytes=4):
    """Raise if there is no memory to train so many weights in: for them and their gradients.

    Parameters
    ----------
    description : dict
        Of the network; see :func:`skrnn.network._build.build_network`.
    n_weights : int
    n_bytes : int, default=4
        Of each of them.
    """
    needed = 2 * n_bytes * n_weights
    if needed <= (memory := _count_memory()):
        return
    given = [f"{word}={description[word]}" for word in ("units", "dense_units")]
    if description["embedding"] == "learned":
        given.append(f"embedding_dim={description['embedding_dim']}")
    if description["embedding"] is not None:
        given.append(f"token ids up to {description['n_tokens'] - 1} in X")
    raise ValueError(
        f"{', '.join(given)}: a network of {n_weights:,} weights needs {needed / 1e9:.0f} GB to "
        f"be trained, and this machine has {memory / 1e9:.0f} GB. Give smaller numbers."
    )


def _count_memory():
    """Count the bytes of the machine's memory, as far as the system tells."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, ValueError, OSError):
        return math.inf
