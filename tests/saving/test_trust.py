"""A file names classes and functions; those of others are loaded only if they are trusted."""

import io
import json
import pickle
import subprocess
import sys
from contextlib import contextmanager

import keras
import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import Ridge
from sklearn.pipeline import make_pipeline

import skrnn
from benchmarks.forging import MANIFEST, SCHEMA, forge, make_json, read_members
from skrnn import RNNClassifier, RNNRegressor, SequenceTokenizer, register_cell, register_network
from skrnn.network._cells import CELLS
from skrnn.network._networks import NETWORKS

WORDS = {"units": 2, "epochs": 1, "random_state": 0}
X = np.random.default_rng(0).normal(size=(20, 4))
Y = X[:, 0]
MODULE = """
import keras
from sklearn.preprocessing import StandardScaler

class Imported(keras.layers.SimpleRNNCell):
    pass

class Scaler(StandardScaler):
    pass

def build(told):
    inputs = keras.Input((None, told["n_features"]))
    hidden = keras.layers.SimpleRNN(told["units"][0])(inputs)
    return keras.Model(inputs, keras.layers.Dense(told["n_outputs"])(hidden))

def cut(text):
    return text.split()
"""
LOAD = """
import pickle, sys
import numpy as np
import skrnn
sys.path.insert(0, sys.argv[1])
for path, trusted, X in pickle.load(sys.stdin.buffer):
    try:
        answer = skrnn.load(path, trusted=trusted).predict(X)
    except ValueError as error:
        answer = str(error)
    pickle.dump(answer, sys.stdout.buffer)
"""


@pytest.fixture(scope="module")
def parts(tmp_path_factory):
    """Give a module of a user, which is looked for in its folder, and the folder."""
    folder = tmp_path_factory.mktemp("modules")
    (folder / "parts_of_a_user.py").write_text(MODULE)
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        import parts_of_a_user

        yield parts_of_a_user, folder


@contextmanager
def register(module):
    class Local(keras.layers.SimpleRNNCell):
        pass

    register_cell("imported", module.Imported)
    register_cell("by path", "parts_of_a_user:Imported")
    register_cell("local", Local)
    register_network("network", module.build)
    try:
        yield
    finally:
        for name in ("imported", "by path", "local"):
            CELLS._registered.pop(name, None)
        NETWORKS._registered.pop("network", None)


MODELS = {
    "by path": RNNRegressor(cell="by path", **WORDS),
    "imported": RNNRegressor(cell="imported", **WORDS),
    "network": RNNRegressor(network="network", **WORDS),
    "local": RNNRegressor(cell="local", **WORDS),
}
TRUSTED = {
    "by path": "parts_of_a_user.Imported",
    "imported": "parts_of_a_user.Imported",
    "network": "parts_of_a_user.build",
}


@pytest.fixture(scope="module")
def saved(parts, tmp_path_factory):
    """Give the files of the models, and what each model and its file predict."""
    folder = tmp_path_factory.mktemp("files")
    files = {name: folder / f"{name}.skops" for name in MODELS}
    predicted = {}
    with register(parts[0]):
        for name, path in files.items():
            rnn = clone(MODELS[name]).fit(X, Y)
            skrnn.save(rnn, path)
            predicted[name] = rnn.predict(X), skrnn.load(path).predict(X)
    return files, predicted


@pytest.fixture(scope="module")
def elsewhere(parts, saved):
    """Give what a fresh process answers to each file: predictions or an error, trusted or not."""
    calls = [(name, []) for name in MODELS] + [(name, [part]) for name, part in TRUSTED.items()]
    files, _ = saved
    ran = subprocess.run(
        [sys.executable, "-c", LOAD, parts[1]],
        input=pickle.dumps([(str(files[name]), trusted, X) for name, trusted in calls]),
        capture_output=True,
        check=True,
    )
    answers = io.BytesIO(ran.stdout)
    return {(name, bool(trusted)): pickle.load(answers) for name, trusted in calls}


@pytest.mark.parametrize("name", TRUSTED)
def test_cells_and_networks_of_a_module_are_imported_if_they_are_trusted(saved, elsewhere, name):
    refused = elsewhere[name, False]
    assert f"['{TRUSTED[name]}']" in refused
    assert "trusted=" in refused
    expected, _ = saved[1][name]
    np.testing.assert_allclose(elsewhere[name, True], expected, atol=1e-6)


@pytest.mark.parametrize("name", MODELS)
def test_where_they_are_registered_they_are_loaded(saved, name):
    expected, loaded = saved[1][name]
    np.testing.assert_array_equal(loaded, expected)


def test_a_cell_without_a_name_in_a_module_must_be_registered_where_it_is_loaded(elsewhere):
    assert "cell='local' is not a known cell" in elsewhere["local", False]
    assert "skrnn.register_cell" in elsewhere["local", False]


def test_names_that_a_model_does_not_use_are_not_in_its_file(parts, tmp_path):
    with register(parts[0]):
        skrnn.save(RNNRegressor(cell="gru", **WORDS), tmp_path / "rnn.skops")
    assert b"_registered" not in read_members((tmp_path / "rnn.skops").read_bytes())[SCHEMA]


def test_classes_and_functions_of_a_user_are_named(parts, tmp_path):
    module, path = parts[0], tmp_path / "model.skops"
    tokenizer = SequenceTokenizer(analyzer=module.cut).fit(["a b", "b"])
    models = [
        (make_pipeline(module.Scaler(), Ridge()).fit(X, Y), module.Scaler),
        (tokenizer, module.cut),
        (RNNRegressor(network=module.build), module.build),
        (RNNRegressor(callbacks=[keras.callbacks.TerminateOnNaN()]), None),
    ]
    for model, part in models:
        part = part or keras.callbacks.TerminateOnNaN
        name = f"{part.__module__}.{part.__name__}"
        skrnn.save(model, path)
        with pytest.raises(ValueError, match="to be imported and run") as caught:
            skrnn.load(path)
        assert f"names ['{name}']" in str(caught.value)
        for trusted in ([name], [part]):
            assert type(skrnn.load(path, trusted=trusted)) is type(model)


def test_callbacks_of_scikit_learn_are_refused(tmp_path):
    """They read pickles from an address that the file may tell."""
    callback = pytest.importorskip("sklearn.callback")
    rnn = RNNRegressor(**WORDS).set_callbacks(callback.ScoringMonitor(scoring="r2"))
    skrnn.save(rnn, tmp_path / "rnn.skops")
    with pytest.raises(ValueError, match=r"_scoring_monitor\.ScoringMonitor"):
        skrnn.load(tmp_path / "rnn.skops")


def test_compiled_trees_are_refused(tmp_path):
    """They read memory where the file says."""
    forest = RandomForestRegressor(2, random_state=0).fit(X, Y)
    skrnn.save(forest, tmp_path / "forest.skops")
    with pytest.raises(ValueError, match=r"\['sklearn.tree._tree.Tree'\]"):
        skrnn.load(tmp_path / "forest.skops")
    loaded = skrnn.load(tmp_path / "forest.skops", trusted=["sklearn.tree._tree.Tree"])
    np.testing.assert_array_equal(loaded.predict(X), forest.predict(X))


@pytest.fixture
def content(tmp_path):
    skrnn.save(RNNClassifier(**WORDS).fit(X, Y > 0), tmp_path / "rnn.skops")
    return (tmp_path / "rnn.skops").read_bytes()


@pytest.mark.parametrize("value", ["os:system", "builtins:eval", 3, None, [1]])
def test_registered_names_bring_no_code_along(content, value, tmp_path):
    def edit(root):
        state = root["content"]
        state["content"]["_registered"] = make_json({"cell": {"mine": value}})
        state["key_types"]["content"].append(state["key_types"]["content"][0])
        state["content"]["cell"] = make_json("mine")

    (tmp_path / "forged.skops").write_bytes(forge(content, edit))
    with pytest.raises(ValueError, match="'mine' stands for"):
        skrnn.load(tmp_path / "forged.skops")
    assert "mine" not in skrnn.get_cell_names()


@pytest.mark.parametrize("word", ["optimizer", "learning_rate", "loss", "metrics", "callbacks"])
def test_nothing_is_described_that_keras_would_make(content, word, tmp_path):
    described = {"module": "keras.layers", "class_name": "Lambda", "config": {}}
    value = [described] if word in ("metrics", "callbacks") else described
    forged = forge(
        content, lambda root: root["content"]["content"].update({word: make_json(value)})
    )
    (tmp_path / "forged.skops").write_bytes(forged)
    with pytest.raises(ValueError, match=f"{word}=.*describes an object"):
        skrnn.load(tmp_path / "forged.skops")


@pytest.mark.parametrize("name", ["os.system", "builtins.eval", "subprocess.Popen"])
def test_functions_that_are_forged_in_are_named(content, name, tmp_path):
    module, _, function = name.rpartition(".")
    node = {"__class__": function, "__module__": module, "__loader__": "FunctionNode"}
    forged = forge(content, lambda root: root["content"]["content"].update(network=node))
    (tmp_path / "forged.skops").write_bytes(forged)
    with pytest.raises(ValueError, match=rf"names \['{name}'\]"):
        skrnn.load(tmp_path / "forged.skops")


@pytest.mark.parametrize(
    ("module", "name"),
    [("skrnn.network._registry", "Registry"), ("skrnn.sequence._regressor", "RNNRegressor")],
)
def test_nothing_of_this_package_is_called(content, module, name, tmp_path):
    def edit(root):
        arguments = {"__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode"}
        root["content"]["content"]["network"] = {
            "__class__": name,
            "__module__": module,
            "__loader__": "ConstructorFromReduceNode",
            "content": arguments | {"content": []},
        }

    (tmp_path / "forged.skops").write_bytes(forge(content, edit))
    with pytest.raises(ValueError, match="is to be called"):
        skrnn.load(tmp_path / "forged.skops")


def test_a_file_without_an_estimator_is_refused(content, tmp_path):
    def edit(root):
        root.update(make_json([1, 2]), content="[1, 2]")

    (tmp_path / "forged.skops").write_bytes(forge(content, edit))
    with pytest.raises(ValueError, match="holds no estimator"):
        skrnn.load(tmp_path / "forged.skops")


def test_there_is_no_pickle_in_a_file(content):
    members = read_members(content)
    assert {name.rpartition(".")[2] for name in members} == {"json", "npy"}
    assert json.loads(members[MANIFEST])["format"] == 1
