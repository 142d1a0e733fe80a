"""What the first fit and prediction in a process cost, on each backend that is installed.

Usage: python -m benchmarks.speed_first_fit [folder of another version of skrnn]

Each runs in a process of its own: seconds of the processor in user mode, and the most memory that
was resident.
"""

import os
import subprocess
import sys
from importlib.util import find_spec
from statistics import median

CODE = """
import resource
import numpy as np
from skrnn import RNNRegressor
X = np.random.default_rng(0).normal(size=(100, 10))
RNNRegressor(cell="gru", units=8, epochs=2, random_state=0).fit(X, X[:, 0]).predict(X)
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime, used.ru_maxrss / 1024)
"""


def run(backend, folder):
    """Run a first fit in a new process, and give seconds and MiB."""
    done = subprocess.run(
        [sys.executable, "-c", CODE],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env=os.environ | {"KERAS_BACKEND": backend, "PYTHONPATH": folder},
    )
    return [float(number) for number in done.stdout.split()]


def main():
    print("| backend | skrnn | user seconds | peak MiB |\n|---|---|---:|---:|")
    for backend in ("tensorflow", "jax", "torch"):
        if find_spec(backend) is None:
            continue
        for folder in [os.getcwd(), *sys.argv[1:]]:
            runs = [run(backend, folder) for _ in range(3)]
            seconds, memory = map(median, zip(*runs, strict=True))
            print(f"| {backend} | {folder} | {seconds:.2f} | {memory:.0f} |", flush=True)


if __name__ == "__main__":
    main()
