"""What an import costs, against that of scikit-learn's pipelines.

Usage: python -m benchmarks.speed_import

Each import is timed inside a process of its own, in turns.
"""

import subprocess
import sys

from benchmarks.timing import print_header, print_ratios

CODE = "import time; start = time.perf_counter(); import {}; print(time.perf_counter() - start)"
HEAVY = ("keras", "tensorflow", "jax", "torch", "matplotlib")


def run(code):
    """Run code in a new process, and give what it prints."""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout


def main():
    modules = {"skrnn": "skrnn", "sklearn.pipeline": "sklearn.pipeline"}
    for module in modules.values():
        run(CODE.format(module))  # into the disk cache
    seconds = {name: [] for name in modules}
    for _ in range(7):
        for name, module in modules.items():
            seconds[name].append(float(run(CODE.format(module))))
    print_header()
    print_ratios("import", seconds)
    loaded = run(f"import skrnn, sys; print([m for m in {HEAVY} if m in sys.modules])")
    print(f"\nloaded by it, of {', '.join(HEAVY)}: {loaded.strip()}")


if __name__ == "__main__":
    main()
