"""A grid search over words of a text classifier: seconds, and what memory it leaves.

Usage: python -m benchmarks.text_search REVIEWS.tsv [folder of another version of skrnn]

12 candidates in three folds on 3,500 reviews, in a process of its own for each version.
"""

import os
import subprocess
import sys

CODE = """
import resource, sys, time
import pandas as pd
from sklearn.model_selection import GridSearchCV
from skrnn import RNNTextClassifier
table = pd.read_csv(sys.argv[1], sep="\\t", quoting=3).sample(3500, random_state=0)
texts, labels = table["text"].tolist(), (table["rating"] > 0).to_numpy()
grid = {"units": [32, 64], "dropout": [0.0, 0.3], "learning_rate": [0.001, 0.003, 0.01]}
search = GridSearchCV(RNNTextClassifier(random_state=0), grid, cv=3)
begun = time.perf_counter(), time.process_time()
search.fit(texts, labels)
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
done = time.perf_counter() - begun[0], time.process_time() - begun[1]
print(*done, peak, search.best_score_)
"""


def main():
    print("| version | seconds | of CPU | peak MiB | accuracy |\n|---|---:|---:|---:|---:|")
    for folder in [os.getcwd(), *sys.argv[2:]]:
        done = subprocess.run(
            [sys.executable, "-c", CODE, os.path.abspath(sys.argv[1])],
            capture_output=True,
            text=True,
            check=True,
            cwd=folder,
            env=os.environ | {"PYTHONPATH": folder},
        )
        wall, cpu, peak, score = map(float, done.stdout.split()[-4:])
        print(f"| {folder} | {wall:.0f} | {cpu:.0f} | {peak:.0f} | {score:.3f} |", flush=True)


if __name__ == "__main__":
    main()
