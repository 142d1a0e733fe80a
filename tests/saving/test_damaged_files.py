"""A file that is damaged, forged or too new ends in one clear error, and takes no memory."""

import json
import subprocess
import sys
import time
import warnings
import zlib
from pathlib import Path
from zipfile import ZIP_BZIP2, ZIP_DEFLATED

import numpy as np
import pytest
import skops.io
from grids import thin_out
from sklearn.base import BaseEstimator
from sklearn.linear_model import Ridge
from sklearn.preprocessing import FunctionTransformer

import skrnn
from benchmarks.forging import (
    SCHEMA,
    forge,
    make_call,
    make_json,
    make_list,
    read_members,
    renew,
    write_members,
)
from skrnn import WindowForecaster
from skrnn.datasets import load_airline

AIRLINE = load_airline().data
KEPT = Path(__file__).parents[1] / "data" / "airline-format-1.skops"
# Of what make_kept_file saved, on TensorFlow.
FORECASTS = [447.6367319177188, 423.6931679535962, 458.1770472061323]


@pytest.fixture(scope="module")
def content(tmp_path_factory):
    path = tmp_path_factory.mktemp("files") / "airline.skops"
    skrnn.save(WindowForecaster(Ridge()).fit(AIRLINE), path)
    return path.read_bytes()


def load_content(content, folder):
    path = folder / "model.skops"
    path.write_bytes(content)
    return skrnn.load(path)


def refuse(content, folder, reason):
    """Check that a file is refused by a ValueError that says of what file it is, and why."""
    with pytest.raises(ValueError, match=reason) as caught:
        load_content(content, folder)
    assert str(caught.value).startswith(f"path={str(folder / 'model.skops')!r} cannot be loaded. ")


@pytest.mark.parametrize("number", thin_out([100, 400], [100]))
def test_mutated_files_are_refused_or_load_as_they_were(number):
    ran = subprocess.run(
        [sys.executable, "-m", "benchmarks.mutations", str(number)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )
    assert ran.returncode == 0, ran.stdout
    rows = [row.strip("| ").split(" | ") for row in ran.stdout.splitlines() if row[:2] == "| "]
    counts = {title: list(map(int, counts)) for title, *counts in rows[1:]}
    refused, equal, other, wrong = counts["damaged by chance"]
    assert min(refused, equal) > 0
    assert other == wrong == 0
    assert sum(counts["damaged by chance"]) + sum(counts["forged"]) == number
    assert counts["forged"][-1] == 0


def test_every_way_of_cutting_it_off_is_an_error(content, tmp_path):
    for size in range(0, len(content), len(content) // 50):
        refuse(content[:size], tmp_path, "File is not a zip file")


def test_other_files_are_refused(tmp_path):
    refuse(b"", tmp_path, "not a zip file")
    refuse(write_members({"a.txt": b"text"}), tmp_path, "no file of skrnn.save")
    refuse(skops.io.dumps(Ridge()), tmp_path, "no file of skrnn.save")


@pytest.mark.parametrize("version", [2, 10**6])
def test_a_newer_format_says_what_to_do(content, version, tmp_path):
    members = renew(read_members(content), format=version, skrnn="7.0")
    refuse(write_members(members), tmp_path, rf"skrnn 7.0 in format {version}.*upgrade skrnn")


@pytest.mark.parametrize("version", [0, "1", None, True, [1]])
def test_formats_that_never_were_are_refused(content, version, tmp_path):
    members = renew(read_members(content), format=version)
    refuse(write_members(members), tmp_path, "Its format is ")


def test_members_of_other_names_or_kinds_are_refused(content, tmp_path):
    members = read_members(content)
    for name in ("a.npy", "0.npy", "../1.npy", "x.pkl"):
        refuse(write_members(renew(members | {name: b"x"})), tmp_path, "does not write")
    refuse(write_members(members, ZIP_BZIP2), tmp_path, "compressed as skrnn.save does not")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of zipfile, about the double name
        double = write_members(members)
        double = double[: double.index(b"PK\x01\x02")]
    refuse(double, tmp_path, "not a zip file")


def test_a_member_that_is_not_the_one_that_was_written_is_refused(content, tmp_path):
    members = read_members(content)
    edited = members | {SCHEMA: members[SCHEMA].replace(b"WindowForecaster", b"NaiveForecaster")}
    refuse(write_members(edited), tmp_path, "'schema.json' is not the one that was written")


def test_what_expands_when_it_is_read_is_refused(content, tmp_path):
    """At a thousandth of its length, 64 MiB would be."""
    members = read_members(content)
    bomb = members | {SCHEMA: b" " * (1 << 26) + members[SCHEMA]}
    file = write_members(renew(bomb), ZIP_DEFLATED)
    assert len(file) < 1 << 18
    refuse(file, tmp_path, "compressed as skrnn.save does not")


def test_what_expands_to_more_than_it_says_is_refused(content, tmp_path):
    members = read_members(content)
    text = members[SCHEMA]
    long = members | {SCHEMA: text + b" " * (1 << 26)}
    file = bytearray(write_members(renew(long), ZIP_DEFLATED))
    for signature, place in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        start = file.index(signature) + place
        numbers = zlib.crc32(text), None, len(text)
        for number, at in zip(numbers, (0, 4, 8), strict=True):
            if number is not None:
                file[start + at : start + at + 4] = number.to_bytes(4, "little")
    assert file[30 : 30 + len(SCHEMA)] == SCHEMA.encode()
    refuse(bytes(file), tmp_path, "'schema.json' is not as long as it says")


@pytest.mark.parametrize(
    ("shape", "dtype"),
    [((10**13,), "<f4"), ((10**9, 0), "|V0"), ((-1,), "<f4"), ((1,), "|O"), ((), "<U100000000")],
)
def test_an_array_that_is_not_as_large_as_it_says_is_refused(content, shape, dtype, tmp_path):
    members = read_members(content)
    name = next(name for name in members if name.endswith(".npy"))
    header = f"{{'descr': '{dtype}', 'fortran_order': False, 'shape': {shape}, }}".ljust(117)
    members[name] = b"\x93NUMPY\x01\x00v\x00" + header.encode() + b"\n" + members[name][128:]
    refuse(write_members(renew(members)), tmp_path, "It has an array of")


def test_trees_that_take_longer_than_they_are_are_refused(content, tmp_path):
    def double(root):
        part = make_list([], 10**6)
        for level in range(1, 60):
            part = make_list([part, make_list([], part["__id__"])], 10**6 + level)
        root["content"]["content"]["horizon"] = part

    def turn(root):
        root["content"]["content"]["horizon"] = make_list([], root["__id__"])

    def read_on(root):
        state = root["content"]["content"]
        array = find(state, "NdArrayNode")
        call = find(root, "ConstructorFromReduceNode")
        parts = {"__class__": "tuple", "__module__": "builtins", "__loader__": "TupleNode"}
        calls = [
            call
            | {"__id__": 10**6 + i, "content": parts | {"content": [make_json("text"), array]}}
            for i in range(1000)
        ]
        state["horizon"] = make_list(calls)

    refuse(forge(content, double), tmp_path, "shorter the second time")
    refuse(forge(content, turn), tmp_path, "as one above it has")
    refuse(forge(content, read_on), tmp_path, "over and over")


def find(part, loader):
    if isinstance(part, dict) and part.get("__loader__") == loader:
        return part
    parts = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return next((found for child in parts if (found := find(child, loader))), None)


@pytest.mark.parametrize("depth", [10**3, 10**5])
def test_trees_that_are_too_deep_are_refused(content, depth, tmp_path):
    members = read_members(content)
    before, after = json.dumps(make_list([0])).encode().split(b"0")
    members[SCHEMA] = before * depth + members[SCHEMA] + after * depth
    refuse(write_members(renew(members)), tmp_path, "RecursionError")


LARGE = make_call(*map(make_json, ("range", 0, 10**9, 1)))
LARGE_INDEX = make_call(*map(make_json, ("pandas range", 0, 10**9, 1, None)))
INT = make_call(make_json("dtype"), make_json("<i8"))
NONE = make_json(None)
CALLS = {
    "scalar": [make_json("|V8"), make_json(10**13)],
    "keras": [*map(make_json, ("metrics", "AUC", {"num_thresholds": 10**10}))],
    "keras name": [*map(make_json, ("losses", "deserialize"))],
    "keras name ": [*map(make_json, ("utils", "get_file"))],
    "pandas offset": [*map(make_json, ("BaseOffset.__new__", 1, False, {}))],
    "random state": [*map(make_json, ([1], 700, 0, 0.0))],
    "dict": [LARGE, LARGE],
    "set": [LARGE],
    "objects": [make_call(make_json("text"), make_json('{"tuple":[1000000000]}')), LARGE],
    "masked": [LARGE, make_json(False), NONE],
    "pandas index": [LARGE, INT, NONE],
    "pandas index ": [make_list([LARGE]), INT, NONE],
    "pandas times": [LARGE_INDEX, NONE, NONE, NONE],
    "pandas series": [LARGE_INDEX, LARGE_INDEX, NONE],
    "pandas frame": [make_list([LARGE_INDEX]), LARGE_INDEX, LARGE_INDEX],
    "column type": [make_json("Enum"), LARGE],
    "no kind": [],
}


@pytest.mark.parametrize("kind", CALLS)
def test_parts_that_would_have_much_made_are_refused(content, kind, tmp_path):
    def edit(root):
        call = make_call(make_json(kind.strip()), *CALLS[kind])
        root["content"]["content"]["horizon"] = call

    refuse(forge(content, edit), tmp_path, "cannot be loaded")


def make_kept_file():
    """Make the file that is kept for later versions; run once for each format."""
    rnn = skrnn.RNNForecaster(units=2, epochs=1, window=6, network_share=1.0, random_state=0)
    skrnn.save(rnn.fit(AIRLINE), KEPT)
    print(rnn.forecast(3).tolist())


def test_files_of_the_first_format_are_read():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # scikit-learn may be another
        loaded = skrnn.load(KEPT)
    forecast = loaded.forecast(3)
    np.testing.assert_allclose(forecast, FORECASTS, rtol=1e-5)
    assert forecast.index.freqstr == "MS"
    assert forecast.index[0].isoformat() == "1961-01-01T00:00:00"


class Stubborn(BaseEstimator):
    """Cannot be written."""

    def __getstate__(self):
        raise RuntimeError("not me")


def test_a_save_that_fails_leaves_the_earlier_file(content, tmp_path, monkeypatch):
    path = tmp_path / "model.skops"
    path.write_bytes(content)

    def fail(*_):
        raise OSError(28, "No space left on device")

    for name in ("fsync", "replace"):
        with monkeypatch.context() as patch:
            patch.setattr(f"os.{name}", fail)
            with pytest.raises(ValueError, match=r"cannot be written\. No space left"):
                skrnn.save(Ridge(), path)
        assert path.read_bytes() == content
        assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ValueError, match=r"Stubborn.*not me"):
        skrnn.save(Stubborn(), path)
    assert path.read_bytes() == content
    assert list(tmp_path.iterdir()) == [path]


SAVE = """
import sys
import numpy as np
import skrnn
from sklearn.preprocessing import FunctionTransformer
numbers = iter(range(10**9))
while True:
    values = np.full(10**6, float(next(numbers)))
    skrnn.save(FunctionTransformer(kw_args={"values": values}), sys.argv[1])
    print(values[0], flush=True)
"""


@pytest.mark.slow
def test_a_save_that_is_killed_leaves_a_whole_file(tmp_path):
    path, rng = tmp_path / "model.skops", np.random.default_rng(0)
    for _ in range(20):
        command = [sys.executable, "-c", SAVE, path]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as saving:
            saving.stdout.readline()
            time.sleep(rng.uniform(0, 0.3))
            saving.kill()
        values = skrnn.load(path).kw_args["values"]
        assert (values == values[0]).all()


def test_a_link_stays_one_and_permissions_stay(content, tmp_path):
    path, link = tmp_path / "model.skops", tmp_path / "link.skops"
    path.write_bytes(content)
    path.chmod(0o640)
    link.symlink_to(path)
    skrnn.save(Ridge(), link)
    assert link.is_symlink()
    assert isinstance(skrnn.load(path), Ridge)
    assert path.stat().st_mode & 0o777 == 0o640


def test_what_many_bytes_are_is_stored_without_compression(tmp_path):
    path = tmp_path / "zeros.skops"
    zeros = [np.zeros(1 << 20), np.zeros(1 << 21), np.zeros(1 << 18)]
    skrnn.save(FunctionTransformer(kw_args={"zeros": zeros}), path)
    assert 2**24 < path.stat().st_size < 2**24 + 2**16
    assert [len(part) for part in skrnn.load(path).kw_args["zeros"]] == [2**20, 2**21, 2**18]
