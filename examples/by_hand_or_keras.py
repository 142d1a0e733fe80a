"""
===================================
A network by hand, or one of Keras?
===================================

Is the recurrent network that is written out in NumPy,
:class:`~skrnn.NumpyRNNClassifier`, the same as that of Keras, and what does each cost? Here both
learn which library a paragraph of documentation comes from. And how far back in time do the
gradients have to be followed?
"""

# %%
# The same data for both
# ----------------------
# Token ids, 20 a text, of the most frequent 500 words. Both networks make one-hot vectors of them,
# or do as if: by hand, multiplying by a one-hot vector is picking a row.

from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.model_selection import train_test_split

from skrnn import (
    NumpyRNNClassifier,
    RNNClassifier,
    SequenceTokenizer,
    TrainingHistoryDisplay,
)
from skrnn.datasets import load_docstrings

texts, y = load_docstrings(packages=["sklearn", "pandas"], max_per_class=1500, return_X_y=True)
train_texts, test_texts, y_train, y_test = train_test_split(texts, y, stratify=y, random_state=0)
tokenizer = SequenceTokenizer(max_features=500, maxlen=20).fit(train_texts)
X_train, X_test = tokenizer.transform(train_texts), tokenizer.transform(test_texts)

# %%
# The same network for both
# -------------------------
# 32 tanh cells and a sigmoid, trained by plain gradient descent whose steps are limited. Each
# draws initial weights of its own, so after one epoch they are two networks.

words = {
    "units": 32,
    "embedding": "onehot",
    "learning_rate": 0.05,
    "clipnorm": 0.3,
    "epochs": 1,
    "warm_start": True,
    "random_state": 0,
}
networks = {
    "by hand": NumpyRNNClassifier(**words),
    "Keras": RNNClassifier(cell="simple", optimizer="sgd", **words),
}
by_hand, in_keras = networks.values()
first_epoch, other_epochs = {}, {}
for name, network in networks.items():
    start = perf_counter()
    network.fit(X_train, y_train, X_val=X_test, y_val=y_test)
    first_epoch[name] = perf_counter() - start


def show_difference(what):
    """Print the largest difference between what the networks say of the held-out texts."""
    difference = np.abs(by_hand.predict_proba(X_test) - in_keras.predict_proba(X_test)).max()
    print(f"{what:<32} {difference:10.1e}")


print("largest difference of probabilities")
show_difference("each with weights of its own")

# %%
# With the weights of Keras copied into it, the network by hand says the same. Keras counts in
# single precision, to some seven digits.

kernel, recurrent, bias, output, output_bias = in_keras.model_.get_weights()
for ours, theirs in zip(by_hand.coefs_, [kernel, recurrent, output], strict=True):
    ours[...] = theirs
for ours, theirs in zip(by_hand.intercepts_, [bias, output_bias], strict=True):
    ours[...] = theirs
show_difference("with the same weights")

# %%
# And they learn the same
# -----------------------
# From the same weights on, and with the same batches, which ``random_state`` decides for both:
# one more epoch, then another 13, scored on the held-out texts. Rounding errors grow with every
# step, and can part in the end what began as one. The first epoch of Keras includes its import and
# the building of the network.

for network in networks.values():
    network.fit(X_train, y_train, X_val=X_test, y_val=y_test)
show_difference("after one more epoch")
for name, network in networks.items():
    start = perf_counter()
    network.set_params(epochs=13).fit(X_train, y_train, X_val=X_test, y_val=y_test)
    other_epochs[name] = (perf_counter() - start) / 13
show_difference("after another 13")

print(f"\n{'network':<8} {'accuracy':>8} {'first epoch':>13} {'other epochs':>13}")
for name, network in networks.items():
    seconds = f"{first_epoch[name]:11.2f} s {other_epochs[name]:11.2f} s"
    print(f"{name:<8} {network.score(X_test, y_test):8.3f} {seconds}")

# %%
# From the second epoch on the curves of one lie on those of the other, for as long as rounding
# lets them.

pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
_, axes = plt.subplots(1, 2, figsize=(10, 4), layout="constrained")
for name, style in [("Keras", {"linewidth": 6, "alpha": 0.4}), ("by hand", {"linewidth": 1.5})]:
    display = TrainingHistoryDisplay.from_estimator(
        networks[name], ax=axes, line_kw=style, best_kw={"visible": False, "label": "_"}
    )
    for line in display.lines_.values():
        line.set_label(f"{name}, {line.get_label()}")
for ax in axes:
    ax.legend()
display.figure_.savefig(pictures / "by_hand_or_keras_training.png", dpi=150)

# %%
# What was trained by hand goes on in Keras, too: ``model_`` is a model for use without skrnn.

model = in_keras.model_
(kernel, recurrent, output), (bias, output_bias) = by_hand.coefs_, by_hand.intercepts_
model.set_weights([kernel, recurrent, bias, output, output_bias])
moved = model.predict(X_test, verbose=0)[:, 0] - by_hand.predict_proba(X_test)[:, 1]
print(f"\nmoved to Keras, the network by hand differs by up to {np.abs(moved).max():.1e}")

# %%
# How far back must gradients go?
# -------------------------------
# ``truncate_gradient`` follows them through the last steps only, which is less work. Two tasks:
# the texts, and recall, where the sign of the first of 20 random numbers is asked for at the end.
# Mean accuracy of three seeds, for single ones vary much, and the least of their seconds.

values = np.random.default_rng(0).normal(size=(1500, 20))
signs = np.where(values[:, 0] > 0, "+", "-")
tasks = {
    "texts": ({"embedding": "onehot", "units": 32}, X_train, X_test, y_train, y_test),
    "recall": ({"units": 16}, values[:1000], values[1000:], signs[:1000], signs[1000:]),
}
words = {"learning_rate": 0.1, "clipnorm": 0.3, "epochs": 20}
recalling = {}
print(f"\n{'task':<7} {'truncate_gradient':>17} {'accuracy':>8} {'seconds':>8}")
for task, (more_words, X, X_new, labels, new_labels) in tasks.items():
    for depth in (2, 10, None):
        scores, seconds = [], []
        for seed in range(3):
            start = perf_counter()
            network = NumpyRNNClassifier(
                **words, **more_words, truncate_gradient=depth, random_state=seed
            ).fit(X, labels, X_val=X_new, y_val=new_labels)
            seconds.append(perf_counter() - start)
            scores.append(network.score(X_new, new_labels))
        print(f"{task:<7} {depth!s:>17} {np.mean(scores):8.3f} {min(seconds):8.2f}")
        recalling[depth] = network

# %%
# How each learned to recall, with the last of the seeds.

_, axes = plt.subplots(1, 3, figsize=(12, 3.5), sharey=True, layout="constrained")
for ax, (depth, network) in zip(axes, recalling.items(), strict=True):
    display = TrainingHistoryDisplay.from_estimator(network, metrics="accuracy", ax=ax)
    ax.set_title(f"recall, truncate_gradient={depth}")
    ax.label_outer()
display.figure_.savefig(pictures / "by_hand_or_keras_truncation.png", dpi=150)

# %%
# They are the same network: with the same weights they say the same and go on to learn the same,
# up to rounding. One as small as this takes less time by hand; Keras has the other cells, layers
# and optimizers. Gradients through the last steps alone were enough for these texts, where what
# tells may stand anywhere; to recall the beginning, they had to go back all the way.
