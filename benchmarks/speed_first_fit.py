"""What the first fit and prediction in a process cost, on each backend that is installed.

Usage: python -m benchmarks.speed_first_fit [folder of another version of skrnn]

Each runs in a process of its own, in turns: seconds of the processor, of which so many for imports
alone, and the most memory that was resident. "JAX, kept" finds on disk what JAX has compiled in
an earlier process. Peers that are not installed are left out.
"""

import os
import subprocess
import sys
import tempfile
from functools import partial
from importlib.util import find_spec
from statistics import median

IMPORTS = {
    "skrnn": "from skrnn import RNNForecaster; import skrnn.training._engine",
    "darts": "from darts.models import BlockRNNModel",
    "skforecast": "from skforecast.deep_learning import ForecasterRnn",
}
WORK = {
    "RNNRegressor, GRU": """
X = np.random.default_rng(0).normal(size=(100, 10))
RNNRegressor(cell="gru", units=8, epochs=2, random_state=0).fit(X, X[:, 0]).predict(X)
""",
    "RNNForecaster": """
series = load_airline().data
RNNForecaster(random_state=0).fit(series[:108]).predict(series[108:])
""",
}
CODE = """
import resource, warnings
warnings.simplefilter("ignore")
{imports}
used = resource.getrusage(resource.RUSAGE_SELF)
first = used.ru_utime + used.ru_stime
{work}
used = resource.getrusage(resource.RUSAGE_SELF)
print(used.ru_utime + used.ru_stime, first, used.ru_maxrss / 1024)
"""
OURS = """
import numpy as np
from skrnn import RNNForecaster, RNNRegressor
from skrnn.datasets import load_airline
"""
PEERS = """
from benchmarks import speed_series
speed_series.fit_{}()
"""


def run(imports, work, backend, folder=None, **environment):
    """Run code in a new process, and give both seconds and MiB."""
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(imports=imports, work=work)],
        capture_output=True,
        text=True,
        check=True,
        cwd=folder,
        env=os.environ | environment | {"KERAS_BACKEND": backend, "PYTHONPATH": folder or "."},
    )
    return [float(number) for number in done.stdout.split()[-3:]]


def list_runs(folders, kept):
    """Give functions that run one thing once, by what the rows are called."""
    runs = {}
    for backend in ("tensorflow", "jax", "torch"):
        if find_spec(backend) is None:
            continue
        for work, code in WORK.items():
            for folder in folders:
                name = work, backend, folder or "here"
                words = IMPORTS["skrnn"], OURS + code, backend, folder
                runs[name] = partial(run, *words)
            if backend == "jax":
                words = IMPORTS["skrnn"], OURS + code, backend
                runs[work, "jax, kept", "here"] = partial(run, *words, **kept)
    for peer in ("darts", "skforecast"):
        if find_spec(peer):
            words = IMPORTS[peer], PEERS.format(peer), "tensorflow"
            runs[f"LSTM(32) of {peer}", "its own", "here"] = partial(run, *words)
    return runs


def main():
    with tempfile.TemporaryDirectory() as folder:
        kept = {
            "JAX_COMPILATION_CACHE_DIR": folder,
            "JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS": "0",
        }
        runs = list_runs([None, *sys.argv[1:]], kept)
        for name, once in runs.items():
            if "kept" in name[1]:
                once()
        measured = {name: [] for name in runs}
        for _ in range(3):
            for name, once in runs.items():
                measured[name].append(once())
    print("| work | backend | version | seconds | of these imports | peak MiB |")
    print("|---|---|---|---:|---:|---:|")
    for name, values in measured.items():
        seconds, imports, memory = map(median, zip(*values, strict=True))
        print(f"| {' | '.join(name)} | {seconds:.2f} | {imports:.2f} | {memory:.0f} |")


if __name__ == "__main__":
    main()
