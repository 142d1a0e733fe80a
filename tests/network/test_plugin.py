"""The plugin among the examples: installed, and used by its name alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USE = """
import sys
import numpy as np
import skrnn

assert "dilated" in skrnn.get_network_names() and "keras" not in sys.modules
X = np.random.default_rng(0).normal(size=(60, 9))
rnn = skrnn.RNNRegressor(network="dilated", units=8, epochs=60, learning_rate=0.01, random_state=0)
y = X[:, -1] - X[:, -6]
assert rnn.fit(X, y).score(X, y) > 0.8
texts, labels = ["a b c d", "d c b a", "b c", "c b a"] * 5, [0, 1] * 10
skrnn.RNNTextClassifier(network="dilated", epochs=1).fit(texts, labels).predict_proba(texts)
skrnn.RNNForecaster(network="dilated", strategy="seq2seq", horizon=3, epochs=1).fit(X[0].repeat(5))
print(rnn.model_.output_shape)
"""


@pytest.mark.slow
def test_the_plugin_is_used_by_its_name_in_a_fresh_process(tmp_path):
    pytest.importorskip("hatchling")
    install = [sys.executable, "-m", "pip", "install", "--no-deps", "--no-build-isolation"]
    options = ["--no-index", "--quiet", "--target", str(tmp_path)]
    plugin = str(ROOT / "examples" / "plugin")
    subprocess.run([*install, *options, plugin], check=True, capture_output=True)
    path = os.pathsep.join([str(tmp_path), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", USE],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "(None, 1)"
