"""How the package is laid out, documented and imported."""

import ast
import inspect
import subprocess
import sys
from pathlib import Path

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

import skrnn
import skrnn.datasets

PACKAGE = Path(skrnn.__file__).parent
MODULES = sorted(PACKAGE.glob("*.py"))
PUBLIC = [(skrnn, name) for name in skrnn.__all__] + [
    (skrnn.datasets, name) for name in skrnn.datasets.__all__
]
CLASSES = [getattr(skrnn, name) for name in skrnn.__all__ if name[0].isupper()]

# Lower in the list may import from higher, never the other way round.
LAYERS = [
    "_errors",
    "_shuffling",
    "_sequences",
    "_vocabulary",
    "_tokenizer",
    "_cells",
    "_layers",
    "_network",
    "_masks",
    "_kernels",
    "_keras_options",
    "_pool",
    "_training",
    "_tensorflow",
    "_jax",
    "_torch",
    "_engine",
    "_progress",
    "_docstrings",
    "_base",
    "_base_rnn",
    "_base_classifier",
    "_numpy_network",
    "_numpy_rnn",
    "_windows",
    "_timeline",
    "_past",
    "_scaling",
    "_base_forecaster",
    "_baselines",
    "_classifier",
    "_regressor",
    "_text",
    "_forecaster",
    "_history_display",
    "_forecast_series",
    "_forecast_display",
    "_length_display",
    "_displays",
    "__init__",
]


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    ).stdout.strip()


def test_import_loads_neither_keras_nor_matplotlib():
    loaded = "import skrnn, skrnn.datasets, sys; print({'keras', 'tensorflow', 'scikeras', "
    assert run(loaded + "'matplotlib', 'jax', 'torch'} & set(sys.modules))") == "set()"


def test_every_module_has_its_layer():
    assert {path.stem for path in MODULES} == set(LAYERS)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_a_module_imports_only_from_layers_above(path):
    above = set(LAYERS[: LAYERS.index(path.stem)])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            assert node.module in above


def test_one_module_knows_scikeras():
    assert [p.stem for p in MODULES if "scikeras" in find_imports(p)] == ["_engine"]


def find_imports(path):
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = [alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names]
    names += [n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.level == 0]
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("module", [skrnn, skrnn.datasets])
def test_all_is_sorted_and_complete(module):
    assert module.__all__ == sorted(module.__all__)
    public = {
        name
        for name, value in vars(module).items()
        if not name.startswith("_") and not inspect.ismodule(value)
    }
    assert public == set(module.__all__)


@pytest.mark.parametrize(("module", "name"), PUBLIC, ids=lambda value: str(value))
def test_docstring_is_whole(module, name):
    ignored = {"ES01", "EX01", "RT01", "SA01", "SA04"}  # optional sections
    problems = validate(f"{module.__name__}.{name}")["errors"]
    assert [problem for problem in problems if problem[0] not in ignored] == []
    assert NumpyDocString(inspect.getdoc(getattr(module, name)))["Examples"]


@pytest.mark.parametrize("cls", CLASSES)
def test_methods_are_documented(cls):
    for name, method in inspect.getmembers(cls, inspect.isfunction):
        if not name.startswith("_") and method.__module__.startswith("skrnn"):
            problems = validate(f"skrnn.{cls.__name__}.{name}")["errors"]
            codes = {"GL08", "PR01", "PR02", "PR03", "PR04", "PR07", "RT01", "RT03", "SS03"}
            assert [p for p in problems if p[0] in codes] == [], name
