"""What the speed benchmarks share: sides that take turns, medians, ratios."""

import contextlib
import io
import logging
import os
import statistics
import time
import warnings

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")


def print_header():
    """Print the head of a table of ratios."""
    print("| work | skrnn, s | peer | peer, s | skrnn / peer |")
    print("|------|---------:|------|--------:|-------------:|")


def compare(work, ours, peers, repeats=3):
    """Time both sides in turns, and print a row for each peer.

    Parameters
    ----------
    work : str
        What is done.
    ours : callable
    peers : dict of callable
        By name.
    repeats : int
        The median of so many is shown.
    """
    seconds = {name: [] for name in ["skrnn", *peers]}
    for _ in range(repeats):
        for name, run in {"skrnn": ours, **peers}.items():
            seconds[name].append(time_once(run))
    print_ratios(work, seconds)


def compare_epochs(work, ours, peers, *, repeats=3, few=1, more=3):
    """Compare functions of a number of epochs by the time of one, compiling left out.

    Parameters
    ----------
    work, ours, peers, repeats
        As in :func:`compare`.
    few, more : int
        The time of an epoch is what ``more`` take more than ``few``, divided by how many more
        they are.
    """
    seconds = {name: [] for name in ["skrnn", *peers]}
    for _ in range(repeats):
        for name, run in {"skrnn": ours, **peers}.items():
            short, long = (time_once(lambda n=n, run=run: run(epochs=n)) for n in (few, more))
            seconds[name].append((long - short) / (more - few))
    print_ratios(work, seconds)


def print_ratios(work, seconds):
    """Print a row for each peer from lists of seconds by name."""
    medians = {name: statistics.median(values) for name, values in seconds.items()}
    for name in [name for name in medians if name != "skrnn"]:
        ratio = medians["skrnn"] / medians[name]
        ours, theirs = (f"{medians[side]:.4g}" for side in ("skrnn", name))
        print(f"| {work} | {ours} | {name} | {theirs} | {ratio:.3f} |", flush=True)


def time_once(run):
    """Time a call, without what it prints and warns of."""
    logging.disable(logging.WARNING)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        start = time.perf_counter()
        run()
        seconds = time.perf_counter() - start
    logging.disable(logging.NOTSET)
    return seconds


def measure_seconds(run):
    """Give the seconds of CPU and the seconds that a call takes, and what it returns."""
    start = time.process_time(), time.perf_counter()
    returned = run()
    return time.process_time() - start[0], time.perf_counter() - start[1], returned
