"""The registry of recurrent cells: names to Keras layers or cells."""

from ._registry import Registry

CELLS = Registry(
    "cell",
    "a Keras layer",
    lambda value: isinstance(value, type),
    {
        "simple": "keras.layers:SimpleRNNCell",  # the layer loses its seed in Bidirectional
        "gru": "keras.layers:GRU",
        "lstm": "keras.layers:LSTM",
        "layernorm_simple": "skrnn.network._recurrent_layers:LayerNormSimpleRNNCell",
        "mingru": "skrnn.network._minimal_cells:MinGRUCell",
        "minlstm": "skrnn.network._minimal_cells:MinLSTMCell",
    },
)


def register_cell(name: str, cell: type | str) -> None:
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
    CELLS.register(name, cell)


def get_cell_names() -> list[str]:
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
    return CELLS.get_names()
