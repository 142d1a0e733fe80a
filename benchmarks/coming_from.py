"""The programs in docs/coming_from: one in another library, one in skrnn, and what they print.

Usage: python -m benchmarks.coming_from [--check] [LIBRARY...]

Each runs in a process of its own, in this environment, and what it prints is written beside it;
``--check`` compares instead. Lines of code and seconds of the processor are printed. Where a
library is not installed, its program is left out.
"""

import argparse
import os
import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

PROGRAMS = Path(__file__).parents[1] / "docs" / "coming_from" / "programs"
LIBRARIES = ["scikeras", "skforecast", "darts", "neuralforecast", "skorch", "keras"]
FIGURE = re.compile(r"\d+\.\d+")
TOLERANCE = 0.1  # of a figure: processors differ in the last bits, and trainings in more


def run(program):
    """Run a program, and give what it printed and the seconds of the processor that it took."""
    before = os.times()
    done = subprocess.run(
        [sys.executable, program],
        capture_output=True,
        text=True,
        env=os.environ | {"TF_CPP_MIN_LOG_LEVEL": "3"},
    )
    if done.returncode:
        raise SystemExit(f"{program.name}: {done.stderr}")
    after = os.times()
    seconds = after.children_user + after.children_system
    return done.stdout, seconds - before.children_user - before.children_system


def count_lines(program):
    """Count lines of code: all but the docstring, blank ones and comments."""
    lines = program.read_text(encoding="utf-8").splitlines()[1:]
    return sum(not line.lstrip().startswith("#") for line in lines if line.strip())


def agree(printed, stored):
    """Tell whether words are the same, and figures about so."""
    if FIGURE.sub("", printed) != FIGURE.sub("", stored):
        return False
    pairs = zip(FIGURE.findall(printed), FIGURE.findall(stored), strict=True)
    return all(abs(float(a) - float(b)) <= TOLERANCE * float(b) for a, b in pairs)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("libraries", nargs="*", metavar="LIBRARY", help=", ".join(LIBRARIES))
    parser.add_argument("--check", action="store_true", help="compare with what is stored")
    options = parser.parse_args()
    print("| program | lines | seconds |\n|---|---:|---:|", flush=True)
    for name in options.libraries or LIBRARIES:
        sides = ["before", "after"] if find_spec(name) else ["after"]
        for program in [PROGRAMS / f"{name}_{side}.py" for side in sides]:
            printed, seconds = run(program)
            print(f"| {program.name} | {count_lines(program)} | {seconds:.1f} |", flush=True)
            output = program.with_suffix(".txt")
            if not options.check:
                output.write_text(printed, encoding="utf-8")
            elif not agree(printed, output.read_text(encoding="utf-8")):
                raise SystemExit(f"{program.name} printed\n{printed}\nand not what is stored.")


if __name__ == "__main__":
    main()
