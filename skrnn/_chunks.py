"""Data in parts that are read one at a time, again for each pass over them."""

from collections.abc import Iterable, Iterator
from functools import partial
from itertools import count
from operator import getitem, itemgetter
from os import PathLike
from pathlib import Path

from ._errors import describe, explain_errors


class Chunks:
    """Data larger than memory, in parts that are read one at a time.

    What takes it in place of X goes over the parts several times, and holds one of them.

    Parameters
    ----------
    source : path, table, sequence or callable
        One of

        - the path of a Parquet file, or of a folder of them, each of which is a part. Names of
          folders such as ``region=north`` are a column (``pip install skrnn[parquet]``);
        - a Dask dataframe, whose partitions are the parts, or a ``pyarrow.dataset.Dataset``;
        - a sequence of parts;
        - a function without arguments that gives an iterator over the parts, the same ones
          whenever it is called. With it, parts come in one order in every epoch.
    y : label or list, default=None
        The columns that hold targets, where parts are tables. Without it, a part is X, or a tuple
        ``(X, y)``.

    Raises
    ------
    TypeError
        If the source is none of these, as an iterator, which is over after one pass.
    ValueError
        If there is no such file, or no part.

    Examples
    --------
    >>> from skrnn import Chunks
    >>> def read():
    ...     yield ["good film", "great fun"], ["pos", "pos"]
    ...     yield ["bad film", "no fun"], ["neg", "neg"]
    >>> for texts, labels in Chunks(read):
    ...     print(len(texts), labels)
    2 ['pos', 'pos']
    2 ['neg', 'neg']
    """

    def __init__(self, source, y=None):
        self.source, self.y = source, y
        self._readers = _list_readers(source)

    def __repr__(self):
        is_path = isinstance(self.source, str | PathLike)
        source = repr(str(self.source)) if is_path else f"<{type(self.source).__name__}>"
        return f"Chunks({source}{'' if self.y is None else f', y={self.y!r}'})"

    def __iter__(self):
        """Yield the parts, each as X and y, which is None where nothing tells it."""
        return self.iterate()

    def iterate(self, rng=None):
        """Iterate over the parts, in random order if there is a generator for it.

        Parameters
        ----------
        rng : numpy.random.Generator, default=None
            Draws the order; without one, or where a function yields them, parts come as they lie.

        Returns
        -------
        iterator of tuple (X, y)
            y is None where nothing tells it.
        """
        return map(itemgetter(1, 2), self._iterate_numbered(rng))

    def _iterate_numbered(self, rng=None):
        """Iterate over the number of each part, from 0 on as parts lie, with its X and its y.

        Nothing here holds on to a part: it is there as long as its reader needs it.
        """
        if self._readers is None:
            parts = self.source()
            if not isinstance(parts, Iterable):
                raise TypeError(
                    "Chunks must be given a function that gives an iterator over parts; it gave "
                    f"{describe(parts)}."
                )
            return map(self._number, count(), parts)
        order = range(self.n_parts) if rng is None else rng.permutation(self.n_parts).tolist()
        return map(self._read, order)

    def _read(self, number):
        return self._number(number, self._readers[number]())

    def _number(self, number, part):
        return number, *self._split(part)

    @property
    def n_parts(self):
        """How many parts there are; None where a function yields them."""
        return None if self._readers is None else len(self._readers)

    def _split(self, part):
        if self.y is None:
            return part if isinstance(part, tuple) and len(part) == 2 else (part, None)
        labels = [self.y] if isinstance(self.y, str) else list(self.y)
        missing = [label for label in labels if label not in getattr(part, "columns", ())]
        if missing:
            raise ValueError(
                f"y={self.y!r} must name columns of every part; {missing} are not in one that is "
                f"{describe(part)}."
            )
        y = part[self.y]
        rest = [label for label in part.columns if label not in labels]
        return part[rest], y


def _list_readers(source):
    """List functions that read a part each; None for a function that yields all parts."""
    if isinstance(source, str | PathLike):
        source = _open_files(Path(source))
    if hasattr(source, "get_fragments"):  # a dataset of pyarrow
        fragments = sorted(source.get_fragments(), key=lambda fragment: fragment.path)
        return [partial(_read_fragment, fragment, source.schema) for fragment in fragments]
    if hasattr(source, "npartitions") and hasattr(source, "partitions"):  # a dataframe of Dask
        return [partial(_read_partition, source, i) for i in range(source.npartitions)]
    if callable(source):
        return None
    is_sequence = hasattr(source, "__len__") and hasattr(source, "__getitem__")
    if isinstance(source, Iterator) or not is_sequence or hasattr(source, "shape"):
        raise TypeError(
            "Chunks must be given what can be read again and again: the path of Parquet files, a "
            "Dask dataframe, a sequence of parts, or a function that gives an iterator over them; "
            f"got {describe(source)}."
        )
    if not len(source):
        raise ValueError(f"Chunks must be given parts; got none, {source!r}.")
    return [partial(getitem, source, number) for number in range(len(source))]


def _open_files(path):
    """Open a Parquet file, or those of a folder, as a dataset of pyarrow."""
    try:
        import pyarrow.dataset
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Parquet files are read by pyarrow: pip install skrnn[parquet]."
        ) from error
    wanted = "Chunks must be given the path of a Parquet file, or of a folder of them"
    with explain_errors(wanted, str(path)):
        if not path.exists():
            raise ValueError("There is no such file.")
        dataset = pyarrow.dataset.dataset(path, format="parquet", partitioning="hive")
        if not dataset.files:
            raise ValueError("It holds none.")
    return dataset


def _read_fragment(fragment, schema):
    return fragment.to_table(schema=schema).to_pandas()


def _read_partition(table, number):
    return table.partitions[number].compute()
