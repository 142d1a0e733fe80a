"""The programs in docs/coming_from print what their pages show."""

import os
import runpy
from importlib.util import find_spec

import pytest
from grids import thin_out

from benchmarks.coming_from import LIBRARIES, PROGRAMS, agree, run

pytestmark = pytest.mark.skipif(not PROGRAMS.is_dir(), reason="the documentation is not here")
figures_of_tensorflow = pytest.mark.skipif(
    os.environ.get("KERAS_BACKEND", "tensorflow") != "tensorflow",
    reason="the figures are those of TensorFlow",
)


def read_output(program):
    return program.with_suffix(".txt").read_text(encoding="utf-8")


@figures_of_tensorflow
@pytest.mark.parametrize("name", thin_out(LIBRARIES, ["keras", "darts", "skforecast"]))
def test_the_program_in_skrnn_prints_what_is_stored(name, capsys):
    program = PROGRAMS / f"{name}_after.py"
    runpy.run_path(str(program))
    assert agree(capsys.readouterr().out, read_output(program))


@pytest.mark.slow
@pytest.mark.parametrize("name", LIBRARIES)
def test_the_program_in_the_other_library_prints_what_is_stored(name):
    if find_spec(name) is None:
        pytest.skip(f"needs {name}")
    program = PROGRAMS / f"{name}_before.py"
    printed, _ = run(program)
    assert agree(printed, read_output(program))


@pytest.mark.parametrize(
    ("printed", "agrees"),
    [("error: 20.5", True), ("error: 23.0", False), ("errors: 20.0", False), ("", False)],
)
def test_words_must_be_the_same_and_figures_about_so(printed, agrees):
    assert agree(printed, "error: 20.0") == agrees
