"""Paragraphs of the docstrings of installed packages."""

import re
from collections.abc import Sequence
from functools import lru_cache
from numbers import Integral

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils._param_validation import Interval, validate_params

from .._typing import Dataset, Seed, keep_type
from ._prose import extract_prose
from ._random_state import make_random_state
from ._source import find_package, read_docstrings

_DESCRIPTION = """\
Paragraphs of prose from the docstrings of installed Python packages. The label
is the package that a paragraph comes from; paragraphs that name one of the
packages are left out.
"""

# What a package is called besides its import name, as regular expressions.
_OTHER_NAMES = {
    "jax": "jnp",
    "numpy": "np|numpydoc",
    "pandas": "pd",
    "scipy": "sp",
    "sklearn": "scikit[ _-]?learn",
    "tensorflow": "tf",
    "torch": "pytorch",
}


@keep_type(
    validate_params(
        {
            "packages": ["array-like"],
            "min_words": [Interval(Integral, 1, None, closed="left")],
            "max_per_class": [Interval(Integral, 1, None, closed="left"), None],
            "random_state": ["random_state"],
            "return_X_y": ["boolean"],
        },
        prefer_skip_nested_validation=True,
    )
)
def load_docstrings(
    *,
    packages: Sequence[str] = ("numpy", "pandas", "sklearn", "keras"),
    min_words: int = 12,
    max_per_class: int | None = 1000,
    random_state: Seed = 0,
    return_X_y: bool = False,
) -> Dataset:
    """Load paragraphs of the docstrings of installed packages.

    Real text for a classifier, without a download: the texts are paragraphs of
    documentation, and the label is the package that they come from. The
    source files are parsed; no package is imported.

    Parameters
    ----------
    packages : sequence of str, default=("numpy", "pandas", "sklearn", "keras")
        Import names of the packages to read, one class each.

    min_words : int, default=12
        Shorter paragraphs are left out.

    max_per_class : int or None, default=1000
        Where a package has more paragraphs, this many are sampled. None keeps
        all.

    random_state : int, RandomState instance or None, default=0
        Determines the sample and the order of the paragraphs. Pass an int for
        the same ones at every call, None for others each time.

    return_X_y : bool, default=False
        If True, return ``(data, target)`` instead of a Bunch.

    Returns
    -------
    bunch : :class:`~sklearn.utils.Bunch`
        Dictionary-like object, with the following attributes.

        data : ndarray of shape (n_samples,), dtype object
            The paragraphs, as str.
        target : ndarray of shape (n_samples,), dtype int64
            The position of the paragraph's package in ``target_names``.
        target_names : list of str
            The packages, in the order given.
        modules : ndarray of shape (n_samples,), dtype object
            The module that each paragraph comes from, which can serve as the
            groups of a split.
        DESCR : str
            The description of the data set.

    (data, target) : tuple if ``return_X_y=True``
        The two arrays described above.

    Raises
    ------
    ModuleNotFoundError
        If a package is not installed.

    Notes
    -----
    The text depends on the versions that are installed.

    A paragraph is kept if it is prose: code, doctests, tables, formulas,
    section titles and the headers of parameters are left out, and markup is
    taken off. A paragraph found in several packages is left out; one found
    several times in one package is kept once. So that the answer is not in
    the question, a paragraph that names any of ``packages``, in any case, as a
    part of an identifier or by its usual alias ("np", "scikit-learn"), is left
    out as well.

    Reading the four default packages takes a few seconds at the first call;
    the result is kept in memory.

    Examples
    --------
    >>> from skrnn.datasets import load_docstrings
    >>> docs = load_docstrings(packages=["sklearn", "joblib"], max_per_class=50)
    >>> docs.data.shape
    (100,)
    >>> docs.target_names
    ['sklearn', 'joblib']
    """
    packages = _check_packages(packages)
    rng = make_random_state(random_state)
    folders = [find_package(name) for name in packages]
    found = [_read_paragraphs(folder) for folder in folders]
    shared = _find_shared(found)
    naming = _compile_names(packages)

    rows = []
    for label, (name, paragraphs) in enumerate(zip(packages, found, strict=True)):
        kept = [
            (text, label, module)
            for text, module in paragraphs.items()
            if len(text.split()) >= min_words and text not in shared and not naming.search(text)
        ]
        if not kept:
            raise ValueError(
                f"load_docstrings found no paragraph of min_words={min_words} words or more in"
                f" the sources of {name!r}. Ask for fewer words or another package."
            )
        rows += [kept[i] for i in rng.permutation(len(kept))[:max_per_class]]

    order = rng.permutation(len(rows))
    texts, labels, modules = zip(*(rows[i] for i in order), strict=True)
    data, target = np.array(texts, dtype=object), np.array(labels, dtype=np.int64)
    if return_X_y:
        return data, target
    return Bunch(
        data=data,
        target=target,
        target_names=packages,
        modules=np.array(modules, dtype=object),
        DESCR=_DESCRIPTION,
    )


def _check_packages(packages):
    names = list(packages)
    if not names or len(set(names)) < len(names) or not all(map(_is_import_name, names)):
        raise ValueError(
            "The 'packages' parameter of load_docstrings must be a sequence of different import"
            f" names of top-level packages, at least one. Got {packages!r} instead."
        )
    return names


def _is_import_name(name):
    # A dotted name would import its parent to be found.
    return isinstance(name, str) and name.isidentifier()


@lru_cache(maxsize=8)
def _read_paragraphs(folder):
    """Return a dict of a package's paragraphs to the modules they come from."""
    paragraphs = {}
    for module, docstring in read_docstrings(folder):
        for text in extract_prose(docstring):
            paragraphs.setdefault(text, module)
    return paragraphs


def _find_shared(found):
    """Return the set of the texts that more than one package has."""
    seen, shared = set(), set()
    for paragraphs in found:
        shared |= seen & paragraphs.keys()
        seen |= paragraphs.keys()
    return shared


def _compile_names(packages):
    """Return a pattern for every name of the packages.

    A name counts where it is part of an identifier in snake or camel case
    ("to_numpy", "KerasTensor", "isKeras"), but not inside an ordinary word.
    """
    names = [*packages, *(_OTHER_NAMES[name] for name in packages if name in _OTHER_NAMES)]
    in_snake_case = rf"(?<![A-Za-z])(?i:{'|'.join(names)})(?![a-z])"
    in_camel_case = rf"(?:{'|'.join(name.capitalize() for name in packages)})(?![a-z])"
    return re.compile(f"{in_snake_case}|{in_camel_case}")
