"""Training on short texts, and tokenising, against plain scikeras, skorch and others.

Usage: [KERAS_BACKEND=jax] python -m benchmarks.speed_texts FILE.tsv

The file has columns ``rating`` (positive above 0) and ``text``. Embedding(64), LSTM(64), batches
of 32 texts, cut at 80 words; the time of an epoch is half of what three take more than one.
"""

import argparse
import csv
import re
from collections import Counter
from functools import partial

import keras
import numpy as np
import pandas as pd
from scikeras.wrappers import KerasClassifier
from sklearn.feature_extraction.text import CountVectorizer

from benchmarks.timing import compare, compare_epochs, print_header
from skrnn import RNNClassifier, SequenceTokenizer

WIDTH = 64


def fit_skrnn(ids, y, epochs):
    RNNClassifier(embedding="learned", embedding_dim=WIDTH, units=WIDTH, epochs=epochs).fit(ids, y)


def make_model(n_tokens):
    layers = [
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(n_tokens, WIDTH),
        keras.layers.LSTM(WIDTH),
        keras.layers.Dense(1, "sigmoid"),
    ]
    model = keras.Sequential(layers)
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def fit_scikeras(ids, y, epochs):
    make = partial(make_model, int(ids.max()) + 1)
    KerasClassifier(make, epochs=epochs, batch_size=32, verbose=0).fit(ids, y)


def fit_skorch(ids, y, epochs):
    import torch
    from skorch import NeuralNetBinaryClassifier

    class Packed(torch.nn.Module):
        def __init__(self, n_tokens):
            super().__init__()
            self.embedding = torch.nn.Embedding(n_tokens, WIDTH)
            self.lstm = torch.nn.LSTM(WIDTH, WIDTH, batch_first=True)
            self.output = torch.nn.Linear(WIDTH, 1)

        def forward(self, ids):
            lengths = (ids != 0).sum(dim=1).clamp(min=1)
            packed = torch.nn.utils.rnn.pack_padded_sequence(
                self.embedding(ids), lengths, batch_first=True, enforce_sorted=False
            )
            return self.output(self.lstm(packed)[1][0][-1])[:, 0]

    NeuralNetBinaryClassifier(
        Packed,
        module__n_tokens=int(ids.max()) + 1,
        optimizer=torch.optim.Adam,
        lr=0.001,
        max_epochs=epochs,
        batch_size=32,
        iterator_train__shuffle=True,
        train_split=None,
        verbose=0,
    ).fit(ids.astype(np.int64), y.astype(np.float32))


def count_and_look_up(texts):
    """Tokenise as tightly as pure Python can: a pattern, a Counter, a dict."""
    find = re.compile(r"[^\W_]+").findall
    split = [find(text.lower()) for text in texts]
    counts = Counter(token for tokens in split for token in tokens)
    ids = {token: i for i, (token, _) in enumerate(counts.most_common(), 1)}
    return [[ids[token] for token in tokens] for tokens in split]


def vectorize_with_keras(texts):
    layer = keras.layers.TextVectorization(output_sequence_length=80)
    layer.adapt(texts)
    return layer(texts)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("file")
    reviews = pd.read_csv(parser.parse_args().file, sep="\t", quoting=csv.QUOTE_NONE)
    texts, y = reviews["text"].tolist(), (reviews["rating"] > 0).to_numpy().astype(int)
    ids = SequenceTokenizer(maxlen=80).fit_transform(texts)
    behind = SequenceTokenizer(maxlen=80, padding="post").fit_transform(texts)
    print_header()
    peers = {
        "scikeras, padded to 80": partial(fit_scikeras, ids, y),
        "skorch, packed": partial(fit_skorch, behind, y),
    }
    compare_epochs("an epoch of 10,605 short texts", partial(fit_skrnn, ids, y), peers)
    compare(
        "tokenising 10,605 texts",
        lambda: SequenceTokenizer(maxlen=80).fit_transform(texts),
        {
            "a pattern, Counter and dict, not padded": lambda: count_and_look_up(texts),
            "CountVectorizer, counts alone": lambda: CountVectorizer().fit_transform(texts),
            "Keras TextVectorization": lambda: vectorize_with_keras(texts),
        },
    )


if __name__ == "__main__":
    main()
