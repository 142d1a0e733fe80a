"""Names of cells and networks, and what they stand for."""

import json
from importlib.metadata import EntryPoint

import pytest

from skrnn.network._registry import Registry


@pytest.fixture
def registry():
    return Registry("cell", "a class", lambda value: isinstance(value, type), {"here": "json:x"})


@pytest.fixture
def plugins(monkeypatch):
    found = []
    monkeypatch.setattr(
        "skrnn.network._registry.entry_points",
        lambda group, name=None: [
            entry for entry in found if entry.group == group and name in (None, entry.name)
        ],
    )
    return found


def test_a_name_stands_for_what_was_registered(registry):
    registry.register("mine", dict)
    registry.register("decoder", "json:JSONDecoder")
    assert registry.get_names() == ["decoder", "here", "mine"]
    assert registry.load("mine") is dict
    assert registry.load("decoder") is json.JSONDecoder


def test_a_name_is_registered_once(registry):
    registry.register("mine", dict)
    registry.register("mine", dict)  # as a module that is run again does
    registry.register("here", "json:x")
    for name in ("mine", "here"):
        with pytest.raises(ValueError, match=f"name='{name}' is taken by another cell"):
            registry.register(name, list)
    assert registry.load("mine") is dict


def test_a_plugin_is_found_by_its_name(registry, plugins):
    plugins.append(EntryPoint("plugged", "json:JSONDecoder", "skrnn.cells"))
    assert registry.get_names() == ["here", "plugged"]
    assert registry.load("plugged") is json.JSONDecoder
    with pytest.raises(ValueError, match="taken"):
        registry.register("plugged", dict)


def test_a_plugin_installed_twice_is_one_plugin(registry, plugins):
    plugins.extend([EntryPoint("plugged", "json:JSONDecoder", "skrnn.cells")] * 2)
    assert registry.load("plugged") is json.JSONDecoder


def test_two_plugins_of_one_name_are_an_error(registry, plugins):
    plugins.append(EntryPoint("plugged", "json:JSONDecoder", "skrnn.cells"))
    plugins.append(EntryPoint("plugged", "json:JSONEncoder", "skrnn.cells"))
    with pytest.raises(ValueError, match=r"cell='plugged'.*JSONDecoder.*JSONEncoder"):
        registry.load("plugged")


def test_an_unknown_name_is_an_error_that_lists_the_known(registry):
    with pytest.raises(ValueError, match=r"cell='gone'.*\['here'\].*skrnn.register_cell"):
        registry.load("gone")


@pytest.mark.parametrize("path", ["nowhere:Cell", "json:Cell", "json.decoder:JSONDecoder.gone"])
def test_what_cannot_be_imported_is_an_error_that_names_the_path(registry, path):
    registry.register("mine", path)
    with pytest.raises(ValueError, match=f"cell='mine' is to be imported from '{path}'"):
        registry.load("mine")


@pytest.mark.parametrize("path", ["json", "json:", ":dict", "a:b:c", "a b:c", ""])
def test_a_path_has_a_module_and_an_attribute(registry, path):
    with pytest.raises(TypeError, match=f"cell must be a class .* got '{path}'"):
        registry.register("mine", path)


def test_origin_is_known_of_registered_names_alone(registry, plugins):
    plugins.append(EntryPoint("plugged", "json:JSONDecoder", "skrnn.cells"))
    registry.register("mine", dict)
    assert registry.get_origin("mine") is dict
    assert registry.get_origin("here") is registry.get_origin("plugged") is None
