"""All benchmarks of speed, one after the other.

Usage: [KERAS_BACKEND=jax] python -m benchmarks [REVIEWS.tsv]

Each runs in a process of its own. Peers come from benchmarks/requirements.txt; texts are
trained on where a file of reviews is given.
"""

import os
import subprocess
import sys

TOPICS = [
    "speed_first_fit",
    "speed_import",
    "speed_predict",
    "speed_fit",
    "speed_series",
    "speed_cells",
    "minimal_cells",
    "side_by_side",
    "windows",
    "growth",
    "panels",
    "m3_training",
]


def main():
    commands = [[topic] for topic in TOPICS]
    if os.environ.get("KERAS_BACKEND", "tensorflow") == "tensorflow":
        commands.append(["ways"])
    if sys.argv[1:]:
        commands += [["speed_texts", sys.argv[1]], ["text_search", sys.argv[1]]]
    for topic, *arguments in commands:
        print(f"\n{' '.join([topic, *arguments])}\n", flush=True)
        command = [sys.executable, "-m", f"benchmarks.{topic}", *arguments]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    main()
