"""
==================
Logged with MLflow
==================

How is a training kept so that somebody else finds it, with its parameters, losses and model?
MLflow writes all of it to a file here; a server would take the same calls.

Run it with ``pip install -e ".[mlflow,examples]"`` and ``python examples/log_with_mlflow.py``.
"""

# %%
# Runs of two cells
# -----------------
# MLflow's callback for Keras logs loss and metrics of every epoch. It is no part of the model,
# which is logged as a file of :func:`skrnn.save`: without pickles, and for any backend.

import logging
import os
import warnings
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

import skrnn
from skrnn import RNNRegressor
from skrnn.datasets import make_waves

os.environ["MLFLOW_ENABLE_ARTIFACTS_PROGRESS_BAR"] = "false"
with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # MLflow warns of its own annotations
    import mlflow
    from mlflow.keras import MlflowCallback
logging.getLogger("mlflow").setLevel(logging.WARNING)

mlflow.set_tracking_uri("sqlite:///mlflow.db")
mlflow.set_experiment("waves")
path = Path("models/waves.skops")
path.parent.mkdir(exist_ok=True)
X, y = make_waves(1500, random_state=0, return_X_y=True)
for cell in ("simple", "gru"):
    with mlflow.start_run(run_name=cell):
        rnn = RNNRegressor(cell=cell, units=16, learning_rate=0.005, epochs=10, random_state=0)
        mlflow.log_params(rnn.get_params())
        rnn.set_params(callbacks=[MlflowCallback()])
        rnn.fit(X[:1000], y[:1000], X_val=X[1000:], y_val=y[1000:])
        mlflow.log_metric("r2", rnn.score(X[1000:], y[1000:]))
        skrnn.save(rnn.set_params(callbacks=None), path)
        mlflow.log_artifact(str(path))

# %%
# The best run, found again
# -------------------------

runs = mlflow.search_runs(order_by=["metrics.r2 DESC"])
print(runs[["tags.mlflow.runName", "metrics.r2", "params.units"]].round(3).to_string(index=False))
best = mlflow.artifacts.download_artifacts(run_id=runs.run_id[0], artifact_path="waves.skops")
loaded = skrnn.load(best)
assert loaded.cell == runs["params.cell"][0]
np.testing.assert_allclose(loaded.score(X[1000:], y[1000:]), runs["metrics.r2"][0])

# %%
# What it logged of each epoch
# ----------------------------

client = mlflow.MlflowClient()
_, ax = plt.subplots(figsize=(6, 4), layout="constrained")
for run_id, name in zip(runs.run_id, runs["tags.mlflow.runName"], strict=True):
    history = client.get_metric_history(run_id, "val_loss")
    ax.semilogy([point.value for point in history], label=name)
ax.set(xlabel="epoch", ylabel="validation loss")
ax.legend()
pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
ax.figure.savefig(pictures / "log_with_mlflow.png", dpi=150)

# %%
# With ``get_params`` for the parameters, a callback for the losses and a file of ``skrnn.save``
# for the model: the run is found by its score, and what is loaded from it scores the same.
