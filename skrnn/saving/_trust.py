"""Which classes and functions a file may name without being asked for."""

import inspect
import sys
from functools import cache
from importlib import import_module

from sklearn._loss.loss import BaseLoss
from sklearn.base import BaseEstimator
from sklearn.calibration import _CalibratedClassifier
from sklearn.metrics._scorer import _MultimetricScorer, _PassthroughScorer, _Scorer
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer
from sklearn.utils._metadata_requests import MetadataRequest, MethodMetadataRequest

from ..network._known import Known
from ..network._links import Link
from ..sequence._registered import REGISTRIES
from ._kinds import Foreign

OWN = "skrnn.sequence", "skrnn.text", "skrnn.forecasting", "skrnn.metrics"
CLASSES = [
    *(Foreign, Known, Link),
    *(_MultimetricScorer, _PassthroughScorer, _Scorer),
    *(MetadataRequest, MethodMetadataRequest, AdamOptimizer, SGDOptimizer, _CalibratedClassifier),
]
WITH_CLASSES = "sklearn.model_selection", "sklearn.gaussian_process.kernels"
WITH_FUNCTIONS = "skrnn.metrics", "sklearn.metrics", "sklearn.feature_selection"


def list_trusted():
    """List what a file may name: what holds, transforms and judges data, and does nothing else.

    skops adds functions of NumPy and SciPy. Nothing of :mod:`sklearn.callback` is among them: it
    connects to where it is told, and reads pickles from there.

    Returns
    -------
    set of str
    """
    return _list_known() | _list_registered()


@cache
def _list_known():
    found = [*CLASSES, *(part for package in OWN for part in _list_all(package))]
    found += [part for part in _list_all("sklearn") if issubclass(part, (BaseEstimator, BaseLoss))]
    found += [part for module in WITH_CLASSES for part in _list_public(module, inspect.isclass)]
    found += [f for module in WITH_FUNCTIONS for f in _list_public(module, inspect.isfunction)]
    return {*map(name_path, found)}


def name_path(value):
    """Give the name of a class or function as a file has it."""
    return f"{value.__module__}.{value.__name__}"


def _list_all(package):
    """List the classes of a package and all its modules."""
    import_module(package)
    loaded = sys.modules.copy().items()
    modules = [module for name, module in loaded if name.startswith(f"{package}.")]
    parts = (part for module in modules for part in vars(module).values() if inspect.isclass(part))
    return [part for part in parts if part.__module__.startswith(f"{package}.")]


def _list_public(module, is_wanted):
    parts = vars(import_module(module)).items()
    found = [part for name, part in parts if not name.startswith("_") and is_wanted(part)]
    return [part for part in found if part.__module__.startswith(module)]


def _list_registered():
    """List the cells and networks that this process has registered."""
    paths = (path for registry in REGISTRIES.values() for path in registry.pack().values())
    return {path.replace(":", ".") for path in paths if isinstance(path, str)}
