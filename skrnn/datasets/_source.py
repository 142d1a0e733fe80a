"""The docstrings of an installed package, read without importing it."""

import ast
import gc
import inspect
import warnings
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

# Tests describe themselves, and vendored code is another package's.
_SKIPPED_FOLDERS = {"tests", "test", "externals", "_vendored", "vendored", "third_party"}


def find_package(name):
    """Return the folder of an installed package."""
    spec = find_spec(name)
    if spec is None:
        raise ModuleNotFoundError(
            f"load_docstrings reads the sources of installed packages, and {name!r}, named in"
            " 'packages', is not installed.",
            name=name,
        )
    folders = [Path(folder) for folder in spec.submodule_search_locations or ()]
    if not folders or not folders[0].is_dir():
        raise ValueError(
            "The 'packages' parameter of load_docstrings must name packages with Python sources"
            f" in a folder. Got {name!r} instead, which has none."
        )
    return folders[0]


def read_docstrings(folder):
    """Yield ``(module, docstring)`` for every docstring below a folder."""
    for path in sorted(folder.rglob("*.py")):
        parts = path.relative_to(folder.parent).with_suffix("").parts
        if _SKIPPED_FOLDERS.isdisjoint(parts) and not _is_test(path):
            module = ".".join(part for part in parts if part != "__init__")
            for docstring in _parse_docstrings(path):
                yield module, docstring


def _is_test(path):
    return path.name.startswith(("test_", "conftest")) or path.name.endswith("_test.py")


def _parse_docstrings(path):
    source = path.read_text(encoding="utf-8", errors="replace")
    if '"""' not in source and "'''" not in source:
        return
    with warnings.catch_warnings(), _pause_garbage_collection():
        # Invalid escapes in somebody else's code are not the caller's to mend.
        warnings.simplefilter("ignore")
        try:
            tree = ast.parse(source)
        except (SyntaxError, ValueError):
            # Templates and code for other versions of Python lie in packages, too.
            return
    yield from _walk_docstrings(tree)


@contextmanager
def _pause_garbage_collection():
    # A syntax tree is many objects at once, none of them garbage: looking through
    # them again and again takes as long as the parsing.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _walk_docstrings(node):
    if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        docstring = ast.get_docstring(node)
        if docstring:
            yield docstring
    for child in getattr(node, "body", ()):
        if isinstance(child, ast.Expr) and isinstance(child.value, ast.Call):
            yield from _read_call(child.value)
        elif isinstance(child, ast.stmt):
            yield from _walk_docstrings(child)


def _read_call(call):
    """Yield the long strings handed to a call.

    What compiled code has for docstrings is often attached by one, as in
    ``add_newdoc("numpy", "dot", "...")``.
    """
    for node in ast.walk(call):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
            yield inspect.cleandoc(node.value)
