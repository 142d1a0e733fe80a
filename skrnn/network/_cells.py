"""The registry of recurrent cells: names to Keras layers or cells, loaded on first use."""

from importlib import import_module
from importlib.metadata import entry_points

ENTRY_POINT_GROUP = "skrnn.cells"

_cells = {
    "simple": "keras.layers:SimpleRNNCell",  # the layer loses its seed in Bidirectional
    "gru": "keras.layers:GRU",
    "lstm": "keras.layers:LSTM",
    "layernorm_simple": "skrnn.network._layers:LayerNormSimpleRNNCell",
}


def register_cell(name, cell):
    """Make a recurrent cell available as ``cell=name`` in every estimator.

    A package can do the same without being imported, by an entry point in the group
    ``skrnn.cells``: the name of the entry point is the name of the cell.

    Parameters
    ----------
    name : str
        The name, not taken by another cell.
    cell : type or str
        A Keras recurrent layer (such as :class:`keras.layers.LSTM`) or a Keras cell (a layer
        with ``state_size`` and ``call(inputs, states)``, which :class:`keras.layers.RNN` then
        unrolls), or ``"module:attribute"`` to import it from on first use. It is called with the
        number of units and, as far as its signature names them, ``dropout``,
        ``recurrent_dropout``, ``kernel_initializer``, ``recurrent_initializer`` and ``seed``.

    Raises
    ------
    ValueError
        If the name is taken.
    TypeError
        If the name or the cell is of another kind.

    See Also
    --------
    get_cell_names : The names that can be given.

    Examples
    --------
    >>> from skrnn import get_cell_names, register_cell
    >>> register_cell("long_short_term_memory", "keras.layers:LSTM")
    >>> "long_short_term_memory" in get_cell_names()
    True
    """
    if not isinstance(name, str) or not name:
        raise TypeError(f"name must be a str that is not empty; got {name!r}.")
    if not isinstance(cell, type) and ":" not in str(cell):
        raise TypeError(f'cell must be a Keras layer or "module:attribute"; got {cell!r}.')
    if is_cell_name(name) and _cells.get(name) != cell:
        raise ValueError(f"name={name!r} is taken by another cell; register it under a new name.")
    _cells[name] = cell


def get_cell_names():
    """Give the names that ``cell=`` can take.

    Returns
    -------
    list of str
        Sorted; built-in cells, registered ones and those of installed plugins.

    See Also
    --------
    register_cell : Add one.

    Examples
    --------
    >>> from skrnn import get_cell_names
    >>> {"gru", "lstm", "simple"} <= set(get_cell_names())
    True
    """
    return sorted({*_cells, *(entry.name for entry in entry_points(group=ENTRY_POINT_GROUP))})


def is_cell_name(name):
    """Tell whether there is such a cell, without a search for plugins if it is a known one."""
    return name in _cells or name in get_cell_names()


def get_cell(name):
    """Give the class behind the name of a cell, importing it the first time."""
    if name not in _cells:
        (plugin,) = entry_points(group=ENTRY_POINT_GROUP, name=name)
        _cells[name] = plugin.load()
    if isinstance(_cells[name], str):
        module, attribute = _cells[name].split(":")
        try:
            _cells[name] = getattr(import_module(module), attribute)
        except (ImportError, AttributeError) as error:
            raise ValueError(
                f"cell={name!r} is to be imported from {_cells[name]!r}: {error}."
            ) from error
    return _cells[name]
