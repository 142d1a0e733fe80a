"""Data in parts that are read one at a time, again for each pass over them."""

from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from itertools import count
from numbers import Integral
from operator import getitem, itemgetter
from os import PathLike
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import narwhals.stable.v2 as nw
import numpy as np
import pandas as pd

from ._errors import describe, explain_errors
from ._typing import Labels

NO_VALUE = "__HIVE_DEFAULT_PARTITION__"  # in the name of a folder


class Chunks:
    """Data larger than memory, in parts that are read one at a time.

    What takes it in place of X goes over the parts several times, and holds one of them. To
    forecasters each part is a table of whole series, without ``y``; to text estimators and the
    tokenizer, texts or a table of them with their targets.

    Parameters
    ----------
    source : path, table, sequence or callable
        One of

        - the path of a Parquet file, or of a folder of them (``*.parquet``, in folders below it
          too, but none whose name begins with ``.`` or ``_``), each of which is a part. Names of
          folders such as ``region=north`` are a column of text (``pip install skrnn[parquet]``);
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

    def __init__(self, source: Any, y: Labels | None = None) -> None:
        _check_labels(y)
        self.source: Any = source
        self.y: Labels | None = y
        self._readers = _list_readers(source)

    def __repr__(self) -> str:
        is_path = isinstance(self.source, str | PathLike)
        source = repr(str(self.source)) if is_path else f"<{type(self.source).__name__}>"
        return f"Chunks({source}{'' if self.y is None else f', y={self.y!r}'})"

    def __iter__(self) -> Iterator[tuple[Any, Any]]:
        """Yield the parts, each as X and y, which is None where nothing tells it."""
        return self.iterate()

    def iterate(self, rng: np.random.Generator | None = None) -> Iterator[tuple[Any, Any]]:
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
    def n_parts(self) -> int | None:
        """How many parts there are; None where a function yields them."""
        return None if self._readers is None else len(self._readers)

    def _split(self, part):
        if self.y is None:
            return part if isinstance(part, tuple) and len(part) == 2 else (part, None)
        labels = self.y if isinstance(self.y, list) else [self.y]
        missing = [label for label in labels if label not in getattr(part, "columns", ())]
        if missing:
            raise ValueError(
                f"y={self.y!r} must name columns of every part; {missing} are not in one that is "
                f"{describe(part)}."
            )
        y = part[self.y]
        rest = [label for label in part.columns if label not in labels]
        return part[rest], y


def refuse_beside(chunks, advice, **given):
    """Raise if something is given beside chunks that their parts hold, or cannot hold."""
    for name, value in given.items():
        if value is not None:
            raise ValueError(
                f"{name} must be None beside {chunks!r}; got {describe(value)}. {advice}"
            )


def join_tables(tables, ignore_index=True):
    """Put dataframes of one kind below each other."""
    if isinstance(tables[0], pd.DataFrame):
        return pd.concat(tables, ignore_index=ignore_index)
    return nw.concat([nw.from_native(table, eager_only=True) for table in tables]).to_native()


def _check_labels(y):
    is_label = isinstance(y, str | Integral | None) and not isinstance(y, bool)
    is_list = isinstance(y, list) and y and all(isinstance(label, str | Integral) for label in y)
    if not (is_label or is_list):
        raise ValueError(f"y must be the label of a column, or a list of labels; got {y!r}.")


def _list_readers(source):
    """List functions that read a part each; None for a function that yields all parts."""
    if isinstance(source, str | PathLike):
        root = Path(source)
        return [partial(_read_file, path, root) for path in _list_files(root)]
    if hasattr(source, "get_fragments"):  # a dataset of pyarrow
        fragments = sorted(source.get_fragments(), key=lambda fragment: fragment.path)
        return [partial(_read_fragment, fragment, source.schema) for fragment in fragments]
    if hasattr(source, "npartitions") and hasattr(source, "partitions"):  # a dataframe of Dask
        return [partial(_read_partition, source, i) for i in range(source.npartitions)]
    if callable(source):
        return None
    is_sequence = hasattr(source, "__len__") and hasattr(source, "__getitem__")
    is_other = isinstance(source, Iterator | Mapping | bytes) or hasattr(source, "shape")
    if is_other or not is_sequence:
        raise TypeError(
            "Chunks must be given what can be read again and again: the path of Parquet files, a "
            "Dask dataframe, a sequence of parts, or a function that gives an iterator over them; "
            f"got {describe(source)}."
        )
    if not len(source):
        raise ValueError(f"Chunks must be given parts; got none, {source!r}.")
    return [partial(getitem, source, number) for number in range(len(source))]


def _list_files(root):
    """List the Parquet files at a path, or in a folder and those below it."""
    try:
        from pyarrow import parquet
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "Parquet files are read by pyarrow: pip install skrnn[parquet]."
        ) from error
    wanted = "Chunks must be given the path of a Parquet file, or of a folder of them"
    with explain_errors(wanted, str(root)):
        if not root.exists():
            raise ValueError("There is no such file.")
        files = [root]
        if not root.is_file():
            files = sorted(path for path in root.rglob("*.parquet") if _is_shown(path, root))
        if not files:
            raise ValueError("It holds none (*.parquet).")
        for path in files:
            with explain_errors(f"{path.name} must be a Parquet file", path.stat().st_size):
                parquet.read_schema(path)
    return files


def _is_shown(path, root):
    """Tell files from folders, and from what lies beside data: names that begin with . or _."""
    names = path.relative_to(root).parts
    return path.is_file() and not any(name.startswith((".", "_")) for name in names)


def _read_file(path, root):
    """Read a Parquet file, with columns of text that names of folders such as ``a=1`` tell."""
    table = pd.read_parquet(path, engine="pyarrow", partitioning=None)
    for folder in path.relative_to(root).parts[:-1]:
        name, is_told, value = folder.partition("=")
        if is_told:
            table[unquote(name)] = None if value == NO_VALUE else unquote(value)
    return table


def _read_fragment(fragment, schema):
    return fragment.to_table(schema=schema).to_pandas()


def _read_partition(table, number):
    return table.partitions[number].compute()
