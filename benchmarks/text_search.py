"""A grid search over words of a text classifier: seconds, and what memory it leaves.

Usage: python -m benchmarks.text_search REVIEWS.tsv [FOLDER of another version]
                                        [--candidates 12,24]

Three folds on 3,500 reviews, in a process of its own for each version and number of candidates.
"""

import argparse
import os
import subprocess
import sys
from itertools import product

CODE = """
import resource, sys, time
import pandas as pd
from sklearn.model_selection import GridSearchCV
from skrnn import RNNTextClassifier
table = pd.read_csv(sys.argv[1], sep="\\t", quoting=3).sample(3500, random_state=0)
texts, labels = table["text"].tolist(), (table["rating"] > 0).to_numpy()
rates = [0.001, 0.003, 0.01, 0.002, 0.005, 0.02][: int(sys.argv[2]) // 4]
grid = {"units": [32, 64], "dropout": [0.0, 0.3], "learning_rate": rates}
search = GridSearchCV(RNNTextClassifier(random_state=0), grid, cv=3)
begun = time.perf_counter(), time.process_time()
search.fit(texts, labels)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
done = time.perf_counter() - begun[0], time.process_time() - begun[1]
print(*done, peak, search.best_score_)
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file", type=os.path.abspath)
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--candidates", default="12", help="4 to 24, a multiple of 4 each")
    words = parser.parse_args()
    print("| version | candidates | seconds | of CPU | peak MiB | accuracy |")
    print("|---|---:|---:|---:|---:|---:|")
    folders, numbers = [os.getcwd(), *words.folders], words.candidates.split(",")
    for number, folder in product(numbers, folders):
        done = subprocess.run(
            [sys.executable, "-c", CODE, words.file, number],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": folder},
        )
        wall, cpu, peak, score = map(float, done.stdout.split()[-4:])
        shown = f"{wall:.0f} | {cpu:.0f} | {peak:.0f} | {score:.3f}"
        print(f"| {folder} | {number} | {shown} |", flush=True)


if __name__ == "__main__":
    main()
