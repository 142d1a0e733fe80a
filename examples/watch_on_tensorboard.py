"""
======================
Watched on TensorBoard
======================

Which learning rate should it be? Trainings are written down for TensorBoard, by Keras's own
callback, and read back from its files.

Run it with ``pip install -e ".[tensorboard,examples]"`` and
``python examples/watch_on_tensorboard.py``.
"""

# %%
# Three trainings
# ---------------
# Each writes to a folder of its own. ``tensorboard --logdir logs`` shows them in a browser, while
# they run and afterwards.

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import numpy as np
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

from skrnn import RNNRegressor
from skrnn.datasets import make_waves

X, y = make_waves(1500, random_state=0, return_X_y=True)
logs = Path("logs")
for rate in (0.0005, 0.005, 0.05):
    watch = keras.callbacks.TensorBoard(logs / f"rate {rate}", write_graph=False)
    rnn = RNNRegressor(cell="gru", units=16, learning_rate=rate, epochs=10, callbacks=[watch])
    rnn.set_params(random_state=0).fit(X[:1000], y[:1000], X_val=X[1000:], y_val=y[1000:])
    print(f"rate {rate}: validation loss {rnn.history_['val_loss'][-1]:.4f}")

# %%
# What was written down
# ---------------------
# Loss and metrics of training and of validation data after each epoch, as in ``history_``.


def read_losses(folder):
    """Read the validation loss of each epoch."""
    events = EventAccumulator(str(folder / "validation")).Reload()
    values = [event.tensor_proto for event in events.Tensors("epoch_loss")]
    return np.array([np.frombuffer(value.tensor_content, np.float32)[0] for value in values])


_, ax = plt.subplots(figsize=(6, 4), layout="constrained")
for folder in sorted(logs.iterdir()):
    ax.semilogy(np.arange(1, 11), read_losses(folder), label=folder.name)
ax.set(xlabel="epoch", ylabel="validation loss")
ax.legend()
pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
ax.figure.savefig(pictures / "watch_on_tensorboard.png", dpi=150)
np.testing.assert_allclose(read_losses(folder), rnn.history_["val_loss"], rtol=1e-6)

# %%
# 0.005: a tenth of it has not arrived after 10 epochs, and ten times as much comes no lower.
