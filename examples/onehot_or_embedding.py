"""
========================
One-hot or an embedding?
========================

How should words enter a recurrent network: as one-hot vectors, or as vectors that are learned?
The same network learns from either which library a paragraph of documentation comes from. What do
the two cost in weights, memory and time, and how often are they right?
"""

# %%
# How long are the texts?
# -----------------------
# Rows of ids have one length. As long as the longest text would be a waste, for the rows of all
# others would be mostly padding. 40 words cut few texts and keep most of the words.

from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.base import clone
from sklearn.model_selection import train_test_split

from skrnn import (
    RNNTextClassifier,
    SequenceLengthDisplay,
    SequenceTokenizer,
    TrainingHistoryDisplay,
)
from skrnn.datasets import load_docstrings

texts, y = load_docstrings(packages=["sklearn", "pandas"], max_per_class=2000, return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(texts, y, stratify=y, random_state=0)

pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
tokenizer = SequenceTokenizer(max_features=500, maxlen=40)
display = SequenceLengthDisplay.from_texts(X_train, tokenizer=tokenizer)
display.figure_.savefig(pictures / "onehot_or_embedding_lengths.png", dpi=150)
print(
    f"{len(X_train)} texts of {display.mean_:.1f} words in the mean, {display.median_:.0f} in the "
    f"median; maxlen={tokenizer.maxlen} keeps {display.share_kept_:.0%} of all words"
)

# %%
# What one-hot vectors would take
# -------------------------------
# A one-hot vector has a number for every word of the vocabulary, 500 here. An array of them for
# all texts is needed nowhere: ``embedding="onehot"`` keeps the ids, and the network makes the
# vectors of one batch at a time. In the second row is a well-known set of film reviews.

n_tokens, batch_size = tokenizer.max_features, 64
ids = tokenizer.fit_transform(X_train)
batch = np.eye(n_tokens, dtype=np.float32)[ids[:batch_size]]
print(f"\n{'':<30} {'one-hot array':>13} {'ids':>9} {'one batch':>9}")
for name, shape in [("these texts", ids.shape), ("IMDB reviews", (25_000, 100))]:
    id_bytes = np.prod(shape) * ids.itemsize
    batch_bytes = batch.nbytes * shape[1] / ids.shape[1]
    onehot_bytes = batch_bytes * shape[0] / batch_size
    sizes = f"{onehot_bytes / 1e6:10,.1f} MB {id_bytes / 1e6:6.2f} MB {batch_bytes / 1e6:6.1f} MB"
    print(f"{name:<12} {shape[0]:6,} x {shape[1]:3} words {sizes}")

# %%
# The same network on both
# ------------------------
# 8 plain cells, the mean of whose states goes to a sigmoid. A fifth of the texts is set aside to
# stop early by, and the best weights come back. The first epoch of each is not timed: Keras is
# imported in it, and the network built.

networks = {
    embedding: RNNTextClassifier(
        tokenizer=tokenizer,
        embedding=embedding,
        embedding_dim=16,
        cell="simple",
        units=8,
        bidirectional=False,
        dropout=0.0,
        pooling="mean",
        optimizer="rmsprop",
        learning_rate=0.002,
        batch_size=batch_size,
        epochs=40,
        early_stopping=True,
        validation_fraction=0.2,
        n_iter_no_change=3,
        linear=False,
        random_state=0,
    )
    for embedding in ("onehot", "learned")
}
print(f"\n{'embedding':<9} {'weights':>7} {'epochs':>6} {'ms an epoch':>11} {'accuracy':>8}")
for embedding, network in networks.items():
    clone(network).set_params(epochs=1).fit(X_train, y_train)
    start = perf_counter()
    network.fit(X_train, y_train)
    pace = 1000 * (perf_counter() - start) / network.n_iter_
    n_weights, score = network.model_.count_params(), network.score(X_test, y_test)
    print(f"{embedding:<9} {n_weights:7,} {network.n_iter_:6} {pace:11.0f} {score:8.3f}")

# %%
# Where the weights are. One-hot: 500 x 8 from the words to the cells, 8 x 8 among the cells, and 8
# biases. Learned: 500 vectors of 16, of which 16 x 8 lead to the cells. And 9 to the output.

for embedding, network in networks.items():
    print(f"{embedding:<9}", *(weight.shape for weight in network.model_.get_weights()))

# %%
# How they were trained.

_, axes = plt.subplots(2, 2, figsize=(10, 7), sharey="col", layout="constrained")
for row, (embedding, network) in zip(axes, networks.items(), strict=True):
    display = TrainingHistoryDisplay.from_estimator(network, ax=row)
    for ax, corner in zip(row, ["upper right", "lower right"], strict=True):
        ax.set_title(f'embedding="{embedding}"')
        ax.legend(loc=corner)
display.figure_.savefig(pictures / "onehot_or_embedding_training.png", dpi=150)

# %%
# An embedding is what to begin with: it has more weights here, but the network gets 16 numbers for
# a word in place of 500, and the two are about as often right. Neither needs an array of 500 times
# the size of the ids: made a batch at a time, one-hot vectors take hardly any memory.
