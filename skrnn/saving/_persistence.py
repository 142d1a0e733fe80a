"""Estimators to files that hold data and names, and no code, and back."""

from collections.abc import Sequence
from contextlib import contextmanager
from os import PathLike, fspath
from typing import Any

import skops.io
from skops.io.exceptions import UntrustedTypesFoundException

from .._errors import describe
from .._files import replace_file
from .._state import without_pickle
from .._typing import FilePath
from .._version import __version__
from ..forecasting import InnerForecaster
from ._archive import check_archive, write_archive
from ._trust import list_trusted, name_path
from ._writing import Writer

COMPILED = "sklearn.tree", "sklearn.neighbors", "sklearn.ensemble._hist_gradient_boosting"
LONGEST_REASON = 300  # characters


def save(estimator: Any, path: FilePath) -> None:
    """Save an estimator, fitted or not, to a file that holds no pickle.

    Parameters
    ----------
    estimator : estimator
        One of this package or of scikit-learn: a pipeline or a search, too.
    path : str or path
        The file to write, such as ``"model.skops"``. One that is there is replaced once the new
        one is whole on the disk, and stays as it is if anything goes wrong. Who kills the process
        meanwhile may find a file beside it that ends in ``.tmp``.

    Raises
    ------
    ValueError
        If the file cannot be written, or the estimator holds what cannot be: a function that has
        no name in a module, or an object that is more than its attributes. The error tells where.

    See Also
    --------
    load : Gives the estimator back.

    Notes
    -----
    The file is one of :mod:`skops.io`: a ZIP archive of arrays and of a tree of plain values. It
    holds what a pickle holds: weights of networks and the state of their optimizers, so that
    ``partial_fit`` and ``warm_start`` go on as they would have; ``model_`` is built anew.
    Networks trained on one backend of Keras predict on any other. Weights stay in single
    precision, and are not compressed beyond the first 16 MiB.

    Classes and functions are not stored but named. Of cells and networks that were registered
    (:func:`register_cell`, :func:`register_network`), the name is stored and, where they can be
    imported, from where.

    The file tells the version of its format, 1. Later versions of this package read the formats
    of earlier ones; an older version says so of a newer file.

    Examples
    --------
    >>> import os, tempfile
    >>> import skrnn
    >>> from skrnn.datasets import load_airline
    >>> forecaster = skrnn.WindowForecaster().fit(load_airline().data)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "airline.skops")
    ...     skrnn.save(forecaster, path)
    ...     loaded = skrnn.load(path)
    >>> loaded.forecast(3).equals(forecaster.forecast(3))
    True
    """
    if not _is_estimator(estimator):
        raise TypeError(f"estimator must be an estimator; got {describe(estimator)}.")
    path = _check_path(path)
    with _without_pickles(), _explain("saved", "estimator"):
        dumped = skops.io.dumps(Writer().copy(estimator, type(estimator).__name__))
    with _explain("written", f"path={path!r}"), replace_file(path) as file:
        write_archive(file, dumped, __version__)


def load(path: FilePath, *, trusted: Sequence[Any] = ()) -> Any:
    """Load an estimator from a file that :func:`save` wrote.

    Parameters
    ----------
    path : str or path
        The file.
    trusted : list of str, class or function, default=()
        What the file may name beside the classes of this package and of scikit-learn: cells,
        networks, transformers and functions of yours. What is named is imported, and runs when
        the estimator is used.

    Returns
    -------
    estimator
        The estimator that was saved.

    Raises
    ------
    ValueError
        If the file is not there, damaged or forged, of a newer format, or names what is not
        trusted: the error tells all of that.

    See Also
    --------
    save : Writes the file.

    Notes
    -----
    A pickle runs whatever it holds. This runs nothing of the file, whoever wrote it, and takes
    no more memory than some multiple of its length: sizes are checked before anything is read,
    and names before anything is made. Cells and networks that are registered in this process
    are trusted.

    The trees of scikit-learn's forests, gradient boosting and nearest neighbors are refused
    unless they are trusted, too: their compiled code reads memory where a file says.

    What is loaded is as its author made it: it may predict nonsense, and name files that ``fit``
    would read (``embedding``, a pipeline's ``memory``) or write, too (``checkpoint``).

    Examples
    --------
    >>> import os, tempfile
    >>> import skrnn
    >>> from sklearn.ensemble import RandomForestRegressor
    >>> from skrnn.datasets import load_airline
    >>> forest = skrnn.WindowForecaster(RandomForestRegressor(3)).fit(load_airline().data)
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "forest.skops")
    ...     skrnn.save(forest, path)
    ...     loaded = skrnn.load(path, trusted=["sklearn.tree._tree.Tree"])
    >>> len(loaded.forecast(3))
    3
    """
    path, trusted = _check_path(path), list_trusted().union(_check_trusted(trusted))
    with _explain("loaded", f"path={path!r}"), open(path, "rb") as file, _without_pickles():
        known = trusted & check_archive(file)
        try:
            loaded = skops.io.load(file, trusted=[*known])
        except UntrustedTypesFoundException:
            names = sorted({*skops.io.get_untrusted_types(file=file)} - known)
            raise ValueError(_refuse(names)) from None
        if not _is_estimator(loaded):
            raise ValueError(f"It holds no estimator, but {describe(loaded)}.")
    return loaded


def _refuse(names):
    is_compiled = any(name.startswith(COMPILED) for name in names)
    reason = " Trees are compiled code, which reads memory where a file says." * is_compiled
    return (
        f"It names {names}, to be imported and run.{reason} If you know them and trust who wrote "
        f"the file, give trusted={names}. Cells and networks may instead be registered first, "
        "with skrnn.register_cell and skrnn.register_network."
    )


def _is_estimator(value):
    is_one = hasattr(value, "get_params") or isinstance(value, InnerForecaster)
    return is_one and not isinstance(value, type)


def _check_path(path):
    if not isinstance(path, str | PathLike) or not fspath(path):
        raise TypeError(f"path must be the name of a file; got {describe(path)}.")
    return fspath(path)


def _check_trusted(trusted):
    names = [trusted] if isinstance(trusted, str) or not hasattr(trusted, "__iter__") else trusted
    names = [name_path(part) if _is_named(part) else part for part in names]
    if isinstance(trusted, str) or not all(isinstance(name, str) for name in names):
        raise TypeError(
            "trusted must be a list of classes and functions, or of their names, such as "
            f"['package.module.Cell']; got {describe(trusted)}."
        )
    return names


def _is_named(value):
    return callable(value) and hasattr(value, "__name__")


@contextmanager
def _without_pickles():
    token = without_pickle.set(True)
    try:
        yield
    finally:
        without_pickle.reset(token)


@contextmanager
def _explain(done, what):
    """Have whatever goes wrong end in one error that says of what it is."""
    try:
        yield
    except Exception as error:
        reason = getattr(error, "strerror", None) or " ".join(str(error).split())
        if not isinstance(error, ValueError | OSError):
            reason = f"{type(error).__name__}: {reason}"
        if len(reason) > LONGEST_REASON and not isinstance(error, ValueError):
            reason = f"{reason[:LONGEST_REASON]}..."
        raise ValueError(f"{what} cannot be {done}. {reason.rstrip('.')}.") from error
