"""The examples: their form, and that they run."""

import ast
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").glob("*.py"))
EXTRAS = {
    "export_to_onnx": "tf2onnx",
    "log_with_mlflow": "mlflow",
    "prune_with_optuna": "optuna",
    "search_on_dask": "distributed",
    "search_on_ray": "ray",
    "serve_texts": "fastapi",
    "watch_on_tensorboard": "tensorboard",
    "words_learned_elsewhere": "gensim",
}
CELL = re.compile(r"^# %%.*\n", re.MULTILINE)

every_example = pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)


def read_docstring(path):
    return ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""


@every_example
def test_docstring_is_a_title_and_a_question(path):
    over, title, under, *text = read_docstring(path).splitlines()
    assert title
    assert over == under
    assert set(over) == {"="}
    assert len(over) >= len(title)
    assert "?" in title + " ".join(text)


@every_example
def test_there_are_cells(path):
    assert len(CELL.findall(path.read_text(encoding="utf-8"))) >= 3


@every_example
def test_last_cell_is_a_sentence(path):
    *_, last = CELL.split(path.read_text(encoding="utf-8"))
    lines = last.splitlines()
    assert lines
    assert all(line.startswith("# ") for line in lines)
    assert lines[-1].endswith(".")


@pytest.mark.slow
@pytest.mark.parametrize(
    "path", [path for path in EXAMPLES if path.stem != "quickstart"], ids=lambda path: path.stem
)
def test_it_runs_quietly_and_saves_pictures(path, tmp_path):
    if path.stem in EXTRAS and find_spec(EXTRAS[path.stem]) is None:
        pytest.skip(f"needs {EXTRAS[path.stem]}")
    # The log level of TensorFlow is set for the tests: begin as a shell would.
    env = {name: value for name, value in os.environ.items() if name != "TF_CPP_MIN_LOG_LEVEL"}
    variables = {"MPLBACKEND": "Agg", "PYTHONUTF8": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-W", "error::UserWarning", str(path)],
        cwd=tmp_path,
        env=env | variables,
        capture_output=True,
        encoding="utf-8",
        timeout=600,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout
    assert list((tmp_path / "pictures").glob("*.png"))
