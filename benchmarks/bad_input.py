"""What each kind of bad input is answered with.

Usage: python -m benchmarks.bad_input [--check]

Prints a table of the errors. With ``--check``, fails if a case raises nothing, or anything but a
ValueError, a TypeError or a NotFittedError.
"""

import sys
import warnings
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))  # others install a package "tests"

from bad_input_cases import CASES


def try_case(case):
    """Run a case and give its error, None if there is none."""
    try:
        case.run(case.make())
    except Exception as error:
        return error
    return None


def main():
    warnings.simplefilter("ignore")
    unclear = 0
    print("| estimator | what was tried | error | message |\n|---|---|---|---|")
    for case in CASES:
        error = try_case(case)
        unclear += not isinstance(error, ValueError | TypeError)
        kind = "**none**" if error is None else type(error).__name__
        message = str(error or "").splitlines()[:1]
        row = case.estimator, f"`{case.made}{case.call}`", kind, *message
        print("|", " | ".join(cell.replace("|", "\\|") for cell in row), "|")
    print(f"\n{len(CASES)} cases, {unclear} without a clear error.")
    return unclear if "--check" in sys.argv else 0


if __name__ == "__main__":
    sys.exit(min(main(), 1))
