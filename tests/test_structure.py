"""How the package is laid out, documented and imported."""

import ast
import inspect
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest
from numpydoc.docscrape import NumpyDocString
from numpydoc.validate import validate

import skrnn
import skrnn.datasets
import skrnn.metrics

PACKAGE = Path(skrnn.__file__).parent
NAMESPACES = skrnn, skrnn.datasets, skrnn.metrics
PUBLIC = [
    (module, name)
    for module in NAMESPACES
    for name in module.__all__
    if not inspect.ismodule(getattr(module, name))
]
CLASSES = [getattr(skrnn, name) for name in skrnn.__all__ if name[0].isupper()]

# Each package stands on a floor and imports from lower floors alone; inside it, a module imports
# from those before it in the list.
FLOORS = {"": 1, "datasets": 2, "metrics": 2, "network": 2, "training": 3, "sequence": 4}
FLOORS |= {"text": 5, "forecasting": 5, "comparison": 6, "saving": 6, "displays": 7}
MODULES = {
    "": [
        "_version",
        "_compat",
        "_typing",
        "_errors",
        "_numbers",
        "_state",
        "_memory",
        "_files",
        "_chunks",
        "_checkpoints",
        "_values",
        "_interrupts",
        "_shuffling",
        "_sequences",
        "_batches",
        "_streams",
        "_callbacks",
        "_progress",
        "_doc_links",
        "_docstrings",
        "__init__",
    ],
    "metrics": [
        "_checks",
        "_changes",
        "_points",
        "_intervals",
        "_pairing",
        "_scorers",
        "__init__",
    ],
    "datasets": [
        "_random_state",
        "_source",
        "_prose",
        "_review_grammar",
        "_review_english",
        "_review_korean",
        "_airline",
        "_demand",
        "_docstrings",
        "_electricity",
        "_imdb",
        "_reviews",
        "_sine",
        "_tagged_sentences",
        "_waves",
        "__init__",
    ],
    "network": [
        "_registry",
        "_cells",
        "_networks",
        "_seeding",
        "_links",
        "_known",
        "_step_choice",
        "_layers",
        "_token_layers",
        "_ahead_layers",
        "_recurrent_layers",
        "_minimal_cells",
        "_segment_layers",
        "_ahead",
        "_beside",
        "_masks",
        "_kernels",
        "_keras_state",
        "_tensors",
        "_linear",
        "_foreign",
        "_size",
        "_build",
        "_layer_list",
        "_conv_lstm",
        "_segment",
        "__init__",
    ],
    "training": [
        "_schedule",
        "_unknown",
        "_losses",
        "_metrics",
        "_options",
        "_trial",
        "_pool",
        "_vocabulary_room",
        "_devices",
        "_trainer",
        "_scans",
        "_row_parts",
        "_compiled_scans",
        "_tensorflow_kernels",
        "_fused_adam",
        "_tensorflow",
        "_jax",
        "_torch",
        "_wrapper",
        "_building",
        "_monitors",
        "_best_file",
        "_resuming",
        "_prediction",
        "_attribution",
        "_engine",
        "_loader",
        "_warm_up",
        "__init__",
    ],
    "sequence": [
        "_split",
        "_token_ids",
        "_linear",
        "_base",
        "_registered",
        "_base_rnn",
        "_features",
        "_base_tokens",
        "_base_token_rnn",
        "_base_classifier",
        "_base_regressor",
        "_numpy_network",
        "_numpy_rnn",
        "_classifier",
        "_regressor",
        "__init__",
    ],
    "text": [
        "_texts",
        "_subwords",
        "_morphemes",
        "_analyzers",
        "_analysis",
        "_vocabulary",
        "_drift",
        "_tokenizer",
        "_vector_files",
        "_vectors",
        "_wordpieces",
        "_columns",
        "_tables",
        "_base",
        "_ngrams",
        "_linear",
        "_weighted_ridge",
        "_joining",
        "_held_out",
        "_sample",
        "_survey",
        "_streamed",
        "_explain_linear",
        "_explain_network",
        "_explain",
        "_joint",
        "_classifier",
        "_regressor",
        "_tokens",
        "_tagged",
        "_tagger",
        "__init__",
    ],
    "forecasting": [
        "_windows",
        "_index",
        "_series",
        "_columns",
        "_window_transformer",
        "_steps",
        "_calendar_columns",
        "_common_step",
        "_timelines",
        "_levels",
        "_rows",
        "_ahead",
        "_moments",
        "_gaps",
        "_seasons",
        "_effects",
        "_past",
        "_recursion",
        "_aims",
        "_transformers",
        "_scaling",
        "_pairs",
        "_choice",
        "_network_share",
        "_panels",
        "_validation",
        "_intervals",
        "_trials",
        "_shape",
        "_parts",
        "_tables",
        "_answers",
        "_placing",
        "_split",
        "_calendar",
        "_covariates",
        "_conformal_quantiles",
        "_adjustment",
        "_origins",
        "_reader",
        "_truth",
        "_words",
        "_series_model",
        "_parted_panel",
        "_base",
        "_baselines",
        "_network_model",
        "_forecaster",
        "_inverses",
        "_nesting",
        "_inner",
        "_backtest",
        "__init__",
    ],
    "comparison": ["_scores", "_compare", "__init__"],
    "displays": [
        "_history",
        "_forecast_series",
        "_forecast",
        "_backtest",
        "_comparison",
        "_lengths",
        "_layout",
        "_network",
        "_token_weights",
        "_live",
        "__init__",
    ],
    "saving": [
        "_plain",
        "_kinds",
        "_table_kinds",
        "_optional_kinds",
        "_writing",
        "_schema",
        "_archive",
        "_trust",
        "_persistence",
        "__init__",
    ],
}
PATHS = sorted(PACKAGE.rglob("*.py"))


def run(code):
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=PACKAGE.parent,
    ).stdout.strip()


def test_version_is_that_of_what_is_installed():
    assert skrnn.__version__ == version("skrnn")


def test_import_loads_neither_keras_nor_matplotlib():
    loaded = "import skrnn, skrnn.datasets, sys; print({'keras', 'tensorflow', 'scikeras', "
    assert run(loaded + "'matplotlib', 'jax', 'torch'} & set(sys.modules))") == "set()"


@pytest.mark.parametrize("name", ["datasets", "metrics"])
def test_a_public_package_is_there_without_an_import_of_its_own(name):
    assert run(f"import skrnn; print(skrnn.{name}.__name__)") == f"skrnn.{name}"


def locate(path):
    """Give the package of a module, "" for the top, and its name."""
    *package, _ = path.relative_to(PACKAGE).parts
    return ".".join(package), path.stem


def test_every_module_has_its_place():
    listed = [(package, name) for package, names in MODULES.items() for name in names]
    assert sorted(map(locate, PATHS)) == sorted(listed)


@pytest.mark.parametrize("path", PATHS, ids=lambda path: ".".join(locate(path)).strip("."))
def test_no_import_runs_upwards(path):
    package, name = locate(path)
    before = MODULES[package][: MODULES[package].index(name)]
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        to_top = node.level - (package != "")
        other, _, module = node.module.rpartition(".") if to_top else (package, "", node.module)
        if to_top and node.module in FLOORS:
            other, module = node.module, "__init__"
        if other == package:
            assert module in before
        else:
            assert module in MODULES[other]
            assert FLOORS[other] < FLOORS[package]


def test_one_module_knows_scikeras():
    assert [p.stem for p in PATHS if '"scikeras.' in p.read_text()] == ["_wrapper"]


def find_imports(path):
    nodes = list(ast.walk(ast.parse(path.read_text())))
    names = [alias.name for n in nodes if isinstance(n, ast.Import) for alias in n.names]
    names += [n.module for n in nodes if isinstance(n, ast.ImportFrom) and n.level == 0]
    return {name.split(".")[0] for name in names}


@pytest.mark.parametrize("module", NAMESPACES)
def test_all_is_sorted_and_complete(module):
    assert module.__all__ == sorted(module.__all__)
    public = {
        name
        for name in dir(module)
        if not name.startswith("_") and not inspect.ismodule(getattr(module, name))
    }
    assert public == {name for owner, name in PUBLIC if owner is module}


@pytest.mark.parametrize(("module", "name"), PUBLIC, ids=lambda value: str(value))
def test_docstring_is_whole(module, name):
    ignored = {"ES01", "EX01", "RT01", "SA01", "SA04"}  # optional sections
    problems = validate(f"{module.__name__}.{name}")["errors"]
    assert [problem for problem in problems if problem[0] not in ignored] == []
    assert NumpyDocString(inspect.getdoc(getattr(module, name)))["Examples"]


@pytest.mark.parametrize("cls", CLASSES)
def test_methods_are_documented(cls):
    for name, method in inspect.getmembers(cls, inspect.isroutine):
        if not name.startswith("_") and method.__module__.startswith("skrnn"):
            problems = validate(f"skrnn.{cls.__name__}.{name}")["errors"]
            codes = {"GL08", "PR01", "PR02", "PR03", "PR04", "PR07", "RT01", "RT03", "SS03"}
            assert [p for p in problems if p[0] in codes] == [], name
