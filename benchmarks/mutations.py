"""What damaged and forged files of skrnn.save are answered with.

Usage: python -m benchmarks.mutations [N]

Mutates files N times, 10,000 by default, and prints how many ended in a clear error, loaded as
what was saved or, where somebody who knows the format has forged them, loaded as something else.
Fails if anything was wrong: another error, another model from a file that was damaged by chance,
code that was run, files that were written, more than 256 MiB of memory or 5 seconds taken.
"""

import resource
import signal
import sys
import tempfile
import time
import warnings
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
from sklearn.model_selection import GridSearchCV, TimeSeriesSplit
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

import skrnn
from skrnn import RNNForecaster, RNNTextClassifier, WindowForecaster

from .forging import DAMAGES, mutate

N_MUTATIONS = 10_000
MEMORY = 256 << 20  # bytes beside those that the process takes before it loads anything
LONGEST = 5  # seconds of computing
FORBIDDEN = "os.system", "os.exec", "os.fork", "os.posix_spawn", "subprocess", "socket", "pickle"
CHANCE = {damage.__name__ for damage in DAMAGES}
OUTCOMES = "clear error", "equal", "other", "wrong"
STRANGER = "antigravity"  # which forged files would have imported
WORDS = {"cell": "simple", "units": 2, "epochs": 1, "random_state": 0}


class Watch:
    """Notes what is done that a file must not do."""

    def __init__(self):
        self.is_on, self.seen = False, []
        sys.addaudithook(self._hear)

    def _hear(self, event, given):
        if not self.is_on:
            return
        writes = event == "open" and isinstance(given[1], str) and set(given[1]) & set("wax+")
        if event.startswith(FORBIDDEN) or writes or (event == "import" and given[0] == STRANGER):
            self.seen.append((event, given[:1]))


class TooLong(BaseException):
    """Ends what takes too long; nobody catches it."""


def make_models():
    """Give fitted models of which each has other things to remember."""
    rng = np.random.default_rng(0)
    days = pd.date_range("2020", periods=40, tz="Europe/Paris")
    stores = [
        pd.DataFrame({"store": store, "day": days, "promo": rng.integers(0, 2, 40)})
        for store in "ab"
    ]
    panel = pd.concat(stores, ignore_index=True)
    panel["sales"] = rng.normal(size=80).cumsum()
    roles = {"series": "store", "time": "day", "target": "sales", "known": ["promo"]}
    grid = {"scaling": ["window", StandardScaler()]}
    search = GridSearchCV(WindowForecaster(window=4), grid, cv=TimeSeriesSplit(2))
    texts, labels = ["good", "not good", "bad", "not bad"] * 10, ["+", "-", "-", "+"] * 10
    return [
        RNNForecaster(**WORDS, **roles, window=4, calendar="auto").fit(panel),
        RNNTextClassifier(**WORDS, optimizer=make_optimizer()).fit(texts, labels),
        make_pipeline(StandardScaler(), search).fit(panel[["sales"]], panel["sales"]),
    ]


def make_optimizer():
    import keras

    return keras.optimizers.SGD(keras.optimizers.schedules.ExponentialDecay(0.1, 10, 0.9))


def limit_memory():
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    used = pages * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (used + MEMORY, resource.RLIM_INFINITY))


def try_file(folder, content, expected, watch):
    """Load a file and tell what came of it."""
    path = folder / "mutated.skops"
    path.write_bytes(content)
    watch.is_on = True
    signal.setitimer(signal.ITIMER_VIRTUAL, LONGEST)
    try:
        loaded = skrnn.load(path)
    except ValueError as error:
        message = str(error)
        is_clear = message.startswith("path=") and "MemoryError" not in message
        outcome = "clear error" if is_clear else f"wrong: {message}"
    except BaseException as error:
        outcome = f"wrong: {type(error).__name__}: {error}"
    else:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        watch.is_on = False
        outcome = compare(loaded, folder / "again.skops", expected)
    signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    watch.is_on = False
    return f"wrong: {watch.seen.pop()}" if watch.seen else outcome


def compare(loaded, path, expected):
    """Tell whether what was loaded is saved as what was saved first."""
    try:
        skrnn.save(loaded, path)
    except Exception:
        return "other"
    return "equal" if path.read_bytes() == expected else "other"


def run(n_mutations, seed=0):
    """Mutate files and count outcomes, by what was done and what came of it."""
    signal.signal(signal.SIGVTALRM, _give_up)
    watch, rng, counts = Watch(), np.random.default_rng(seed), Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        contents = []
        for number, model in enumerate(make_models()):
            skrnn.save(model, folder / f"{number}.skops")
            skrnn.load(folder / f"{number}.skops")  # imports what is needed
            contents.append((folder / f"{number}.skops").read_bytes())
        limit_memory()
        for number in range(n_mutations):
            content = contents[number % len(contents)]
            done, mutated = mutate(rng, content)
            outcome = try_file(folder, mutated, content, watch)
            if outcome == "other" and done in CHANCE:
                outcome = "wrong: loads as another model"
            if outcome.startswith("wrong"):
                print(number, done, outcome, flush=True)
                outcome = "wrong"
            counts[done, outcome] += 1
    return counts


def _give_up(*_):
    raise TooLong(f"more than {LONGEST} seconds")


def main():
    warnings.simplefilter("ignore")
    n_mutations = int(sys.argv[1]) if sys.argv[1:] else N_MUTATIONS
    start = time.perf_counter()
    counts = run(n_mutations)
    print("| | " + " | ".join(OUTCOMES) + " |\n|---|" + "---:|" * len(OUTCOMES))
    for done in sorted({done for done, _ in counts}):
        print_row(done, counts, {done})
    print_row("damaged by chance", counts, CHANCE)
    print_row("forged", counts, {done for done, _ in counts} - CHANCE)
    print(f"\n{n_mutations} files in {time.perf_counter() - start:.0f} s.")
    return any(outcome == "wrong" for _, outcome in counts)


def print_row(title, counts, names):
    """Print how many of some mutations came to what."""
    sums = [sum(counts[name, outcome] for name in names) for outcome in OUTCOMES]
    print(f"| {title} |", " | ".join(map(str, sums)), "|")


if __name__ == "__main__":
    sys.exit(main())
