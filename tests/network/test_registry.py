"""Names of cells and networks, and what they stand for."""

import json
import threading
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


def test_another_process_is_told_what_it_cannot_know(registry, plugins):
    class Local:
        pass

    plugins.append(EntryPoint("plugged", "json:JSONDecoder", "skrnn.cells"))
    registry.register("module", json.JSONDecoder)
    registry.register("path", "json:JSONEncoder")
    registry.register("local", Local)
    other = Registry("cell", "a class", lambda value: isinstance(value, type), {"here": "json:x"})
    for _ in range(2):  # with the first estimator, and the next one
        other.unpack(registry.pack())
    assert other.pack() == registry.pack()  # and so to a process of its own
    assert other.load("module") is json.JSONDecoder
    assert other.load("path") is json.JSONEncoder
    assert other.load("local").__qualname__ == Local.__qualname__
    assert set(registry.pack()) == {"module", "path", "local"}
    other.register("module", json.JSONDecoder)  # as its own module does when it is imported
    with pytest.raises(ValueError, match="taken"):
        other.register("module", json.JSONEncoder)


def test_what_is_known_here_is_not_replaced_by_another_process(registry):
    registry.register("mine", dict)
    registry.unpack({"mine": "json:JSONEncoder"})
    assert registry.load("mine") is dict


def test_what_cannot_be_packed_is_left_out(registry):
    lock = threading.Lock()

    class Locked:
        held = lock

    registry.register("locked", Locked)
    assert registry.pack() == {}
