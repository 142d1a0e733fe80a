"""What an import costs, against that of scikit-learn's pipelines.

Usage: python -m benchmarks.speed_import

Each import is timed inside a process of its own, in turns.
"""

import subprocess
import sys

from benchmarks.timing import print_header, print_ratios

CODE = "import time; start = time.perf_counter(); {}; print(time.perf_counter() - start)"
PEER = "import sklearn.pipeline"
HEAVY = ("keras", "tensorflow", "jax", "torch", "matplotlib")


def run(code):
    """Run code in a new process, and give what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def main():
    print_header()
    for own in ("import skrnn", "from skrnn import RNNForecaster", "from skrnn import *"):
        statements = {"skrnn": own, "sklearn.pipeline": PEER}
        for statement in statements.values():
            run(CODE.format(statement))  # into the disk cache
        seconds = {name: [] for name in statements}
        for _ in range(7):
            for name, statement in statements.items():
                seconds[name].append(float(run(CODE.format(statement))))
        print_ratios(own, seconds)
    loaded = run(
        f"from skrnn import *; import sys; print([m for m in {HEAVY} if m in sys.modules])"
    )
    print(f"\nloaded by the last, of {', '.join(HEAVY)}: {loaded.strip()}")


if __name__ == "__main__":
    main()
