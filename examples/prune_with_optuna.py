"""
================
Pruned by Optuna
================

How many epochs does a search save that gives up trials early? Each epoch reports its validation
loss to Optuna, which ends trials that fall behind the others.

Run it with ``pip install -e ".[optuna,examples]"`` and ``python examples/prune_with_optuna.py``.
"""

# %%
# A report of each epoch
# ----------------------
# A callback of Keras. Every fit runs a copy of it, and all copies report to the one trial. The
# package optuna-integration has one like it, ``KerasPruningCallback``.

from pathlib import Path

import keras
import matplotlib.pyplot as plt
import optuna
from optuna.trial import TrialState

from skrnn import RNNRegressor
from skrnn.datasets import make_waves


class Report(keras.callbacks.Callback):
    """Report the validation loss of every epoch, and end a trial that Optuna gives up."""

    def __init__(self, trial):
        super().__init__()
        self.trial = trial

    def on_epoch_end(self, epoch, logs=None):
        self.trial.report(logs["val_loss"], epoch)
        if self.trial.should_prune():
            raise optuna.TrialPruned


# %%
# A search
# --------
# The regressor is made anew for each trial. After three epochs about one trial in three goes on,
# and so again after seven.

EPOCHS, N_TRIALS = 15, 18
X, y = make_waves(1500, random_state=0, return_X_y=True)


def make_regressor(trial, **words):
    """Make a regressor of what a trial suggests."""
    return RNNRegressor(
        cell=trial.suggest_categorical("cell", ["simple", "gru"]),
        units=trial.suggest_categorical("units", [8, 16]),
        learning_rate=trial.suggest_float("learning_rate", 1e-4, 0.1, log=True),
        epochs=EPOCHS,
        random_state=0,
        **words,
    )


def objective(trial):
    """Give the last validation loss of a trial."""
    regressor = make_regressor(trial, callbacks=[Report(trial)])
    regressor.fit(X[:500], y[:500], X_val=X[500:800], y_val=y[500:800])
    return regressor.history_["val_loss"][-1]


optuna.logging.set_verbosity(optuna.logging.WARNING)
study = optuna.create_study(
    sampler=optuna.samplers.TPESampler(seed=0),
    pruner=optuna.pruners.SuccessiveHalvingPruner(min_resource=2, reduction_factor=3),
)
study.optimize(objective, n_trials=N_TRIALS)

pruned = study.get_trials(states=[TrialState.PRUNED])
n_epochs = sum(len(trial.intermediate_values) for trial in study.trials)
print(f"{len(pruned)} of {N_TRIALS} trials given up, {n_epochs} of {N_TRIALS * EPOCHS} epochs run")
print(study.best_params)
best = make_regressor(optuna.trial.FixedTrial(study.best_params)).fit(X[:800], y[:800])
print(f"R² of the best on other series: {best.score(X[800:], y[800:]):.3f}")

# %%
# Every trial
# -----------

_, ax = plt.subplots(figsize=(7, 4), layout="constrained")
for trial in study.trials:
    colour = "lightgray" if trial.state == TrialState.PRUNED else "tab:blue"
    ax.semilogy(list(trial.intermediate_values.values()), color=colour)
ax.set(xlabel="epoch", ylabel="validation loss", title="grey: given up")
pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
ax.figure.savefig(pictures / "prune_with_optuna.png", dpi=150)

# %%
# About half of them: what falls behind is seen after a few epochs. ``OptunaSearchCV`` of
# optuna-integration prunes too, by ``partial_fit`` on every fold; a forecaster cannot take that,
# whose ``partial_fit`` goes on with the rows that follow.
