"""
===================
A network in a file
===================

Does a fitted network answer the same where there is neither Keras nor skrnn? It is exported to
ONNX, a format for which there are runtimes in many languages, and run by ONNX Runtime.

Run it with ``pip install -e ".[onnx,examples]"`` and ``python examples/export_to_onnx.py``.
"""

# %%
# A fitted regressor
# ------------------
# The next month of airline passengers from the twelve before it. The network of a regressor reads
# and puts out numbers as they are given: here those of the series less its mean, divided by its
# deviation.

import warnings
from pathlib import Path
from timeit import repeat

import matplotlib.pyplot as plt
import numpy as np
import onnxruntime

from skrnn import RNNRegressor
from skrnn.datasets import load_airline

passengers = load_airline().data.to_numpy(np.float32)
scaled = (passengers - passengers[:108].mean()) / passengers[:108].std()
windows = np.lib.stride_tricks.sliding_window_view(scaled, 13)
X, y = windows[:, :12, None], windows[:, 12]  # (n, time, features)
rnn = RNNRegressor(cell="lstm", epochs=200, random_state=0).fit(X[:96], y[:96])

# %%
# Its network in a file
# ---------------------
# It reads any number of sequences, of any length, and puts out what ``predict`` gives. That of a
# classifier puts out probabilities: of each class, or of the second of two. Keras exports a
# network that has been called once, on TensorFlow.

folder = Path("models")
folder.mkdir(exist_ok=True)
path = folder / "airline.onnx"
rnn.model_(X[:1])
with warnings.catch_warnings():
    warnings.simplefilter("ignore", FutureWarning)  # Keras looks whether NumPy has old names
    rnn.model_.export(str(path), format="onnx", verbose=False)
print(f"{path.stat().st_size / 1000:.0f} kB")

# %%
# By ONNX Runtime
# ---------------

session = onnxruntime.InferenceSession(str(path))
(read,) = session.get_inputs()
(answers,) = session.run(None, {read.name: X})
np.testing.assert_allclose(answers[:, 0], rnn.predict(X), atol=1e-5)
(longer,) = session.run(None, {read.name: scaled[None, :60, None]})
np.testing.assert_allclose(longer[:, 0], rnn.predict(scaled[None, :60, None]), atol=1e-5)

runs = {
    "skrnn": lambda: rnn.predict(X[:1]),
    "ONNX Runtime": lambda: session.run(None, {read.name: X[:1]}),
}
for name, run in runs.items():
    run()
    print(f"{name:>12}: {min(repeat(run, number=100)) * 10:.2f} ms for one window")

# %%
# Both over the series
# --------------------

_, ax = plt.subplots(figsize=(9, 4), layout="constrained")
ax.plot(scaled[12:], color="lightgray", label="passengers, scaled")
ax.plot(rnn.predict(X), label="skrnn")
ax.plot(answers[:, 0], "--", label="ONNX Runtime")
ax.set_xlabel("month")
ax.legend()
pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
ax.figure.savefig(pictures / "export_to_onnx.png", dpi=150)

# %%
# It does, to 1e-5, and a window alone is answered sooner. What an estimator does around its
# network is not in the file: the network of texts reads the ids of ``tokenizer_``, and
# ``RNNForecaster`` scales its windows, takes seasons out and puts both back.
