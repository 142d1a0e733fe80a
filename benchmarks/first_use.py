"""The first fit of a process, by many threads or interrupted, and a refit that others watch.

Usage: [KERAS_BACKEND=jax] python -m benchmarks.first_use [CASE ...] [--runs N]

Every run has a process of its own. Ctrl-C comes at random moments of a first fit, importing the
backend included. A fit works if it predicts what it does in a process where nothing else happens.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import threading
import time
import warnings

import numpy as np

from skrnn import RNNForecaster, RNNRegressor

RNG = np.random.default_rng(0)
X = RNG.normal(size=(64, 8))
SERIES = RNG.normal(size=60).cumsum()
N_THREADS, N_REFITS = 8, 30


def fit_alone():
    """Give what a fit predicts, and the seconds that it takes."""
    start = time.perf_counter()
    rnn = RNNRegressor(units=4, epochs=5, random_state=0).fit(X, X[:, 0])
    return rnn.predict(X).round(5).tolist(), time.perf_counter() - start


def fit_in_threads():
    """Give what fits predict that begin at once."""
    found, barrier = [], threading.Barrier(N_THREADS)

    def work():
        barrier.wait()
        found.append(fit_alone()[0])

    run_threads(work, N_THREADS)
    return found


def fit_after_interrupt(seconds):
    """Give whether Ctrl-C ended a first fit after so many seconds, and what the next predicts."""
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's background ignores it
    warnings.simplefilter("ignore")  # that a training was interrupted, with epochs to keep
    timer = threading.Timer(seconds, os.kill, [os.getpid(), signal.SIGINT])
    was_ended = False
    try:
        timer.start()
        fit_alone()
        timer.cancel()
        timer.join()
    except KeyboardInterrupt:
        was_ended = True
    return was_ended, fit_alone()[0]


def watch_refits():
    """Count what two threads forecast while two series are fitted in turns, and what is odd."""
    rnn, answers, done = RNNForecaster(epochs=2, random_state=0), [], threading.Event()
    fits = [SERIES, SERIES * 9 + 99]
    expected = {tuple(rnn.fit(series).forecast(3)) for series in fits}

    def watch():
        while not done.is_set():
            try:
                answers.append(tuple(rnn.forecast(3)))
            except Exception as error:
                answers.append(repr(error))

    def refit():
        for series in fits * (N_REFITS // 2):
            rnn.fit(series)
        done.set()

    run_threads(watch, 2, refit)
    return len(answers), sum(answer not in expected for answer in answers)


def run_threads(work, n_threads, meanwhile=None):
    threads = [threading.Thread(target=work) for _ in range(n_threads)]
    for thread in threads:
        thread.start()
    if meanwhile is not None:
        meanwhile()
    for thread in threads:
        thread.join()


def begin_in_threads(runs):
    usual, _ = run_process("fit_alone")
    found = [run_process("fit_in_threads") or [] for _ in range(runs)]
    n_good = sum(fits.count(usual) for fits in found)
    return f"{n_good} of {N_THREADS * runs} fits work"


def press_in_first_fit(runs):
    usual, seconds = run_process("fit_alone")
    moments = np.random.default_rng(0).uniform(0, seconds, runs)
    found = [run_process("fit_after_interrupt", moment) or (False, None) for moment in moments]
    n_ended = sum(was_ended for was_ended, _ in found)
    n_good = sum(predicted == usual for _, predicted in found)
    return f"{n_good} of {runs} next fits work; {n_ended} first fits raised KeyboardInterrupt"


def refit_and_watch(runs):
    found = [run_process("watch_refits") or (0, 0) for _ in range(runs)]
    n_answers, n_odd = np.sum(found, axis=0)
    return f"{n_odd} of {n_answers:,} answers belong to neither fit; {runs * N_REFITS} refits"


CASES = {
    f"{N_THREADS} threads fit first": begin_in_threads,
    "Ctrl-C in a first fit": press_in_first_fit,
    "2 threads forecast during refits": refit_and_watch,
}


def run_process(function, *arguments):
    """Run a function of this module in a process of its own; None if it fails or hangs."""
    command = [sys.executable, "-m", "benchmarks.first_use", "--here", function]
    try:
        ran = subprocess.run(
            [*command, *map(str, arguments)], capture_output=True, check=True, timeout=300
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        print(error, (error.stderr or b"").decode()[-1000:], file=sys.stderr)
        return None
    return json.loads(ran.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("cases", nargs="*", metavar="CASE")
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--here", nargs="+", help="run one function in this process")
    options = parser.parse_args()
    if options.here:
        function, *arguments = options.here
        print(json.dumps(globals()[function](*map(float, arguments))))
        return
    print("| case | processes | outcome |")
    print("|------|----------:|---------|")
    for case, run in CASES.items():
        if not options.cases or any(word in case for word in options.cases):
            print(f"| {case} | {options.runs} | {run(options.runs)} |", flush=True)


if __name__ == "__main__":
    main()
