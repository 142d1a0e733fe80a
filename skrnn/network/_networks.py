"""The registry of whole networks: names to functions that build a Keras model."""

from ._registry import Registry

NETWORKS = Registry("network", "a function", callable, {})


def register_network(name, network):
    """Make a network available as ``network=name`` in every estimator.

    A package can do the same without being imported, by an entry point in the group
    ``skrnn.networks``: the name of the entry point is the name of the network.

    Parameters
    ----------
    name : str
        The name, not taken by another network.
    network : callable or str
        A function that is given a description and returns a :class:`keras.Model`, or
        ``"module:attribute"`` to import it from on first use.

    Raises
    ------
    ValueError
        If the name is taken.
    TypeError
        If the name or the network is of another kind.

    See Also
    --------
    get_network_names : The names that can be given.
    register_cell : Another recurrent cell, in the network of skrnn.

    Examples
    --------
    >>> from skrnn import get_network_names, register_network
    >>> register_network("two_towers", "my_package:build_two_towers")
    >>> "two_towers" in get_network_names()
    True
    """
    NETWORKS.register(name, network)


def get_network_names():
    """Give the names that ``network=`` can take.

    Returns
    -------
    list of str
        Sorted; built-in networks, registered ones and those of installed plugins.

    See Also
    --------
    register_network : Add one.

    Examples
    --------
    >>> from skrnn import get_network_names
    >>> isinstance(get_network_names(), list)
    True
    """
    return NETWORKS.get_names()
