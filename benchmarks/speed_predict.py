"""Predictions of one row and of many, against plain scikeras and the bare compiled network.

Usage: python -m benchmarks.speed_predict
"""

from functools import partial

import keras
import numpy as np
from scikeras.wrappers import KerasClassifier, KerasRegressor

from benchmarks.timing import compare, print_header
from skrnn import RNNRegressor, RNNTextClassifier, SequenceTokenizer
from skrnn.datasets import make_reviews

REPEATS = 50


def repeat(run, n=REPEATS):
    """Run many times: one prediction is too short to time."""
    for _ in range(n):
        run()


def make_series_model():
    layers = [keras.Input((50, 1)), keras.layers.LSTM(32), keras.layers.Dense(1)]
    model = keras.Sequential(layers)
    model.compile("adam", "mean_squared_error")
    return model


def make_text_model(n_tokens):
    layers = [
        keras.Input((None,), dtype="int32"),
        keras.layers.Embedding(n_tokens, 32),
        keras.layers.LSTM(32),
        keras.layers.Dense(1, "sigmoid"),
    ]
    model = keras.Sequential(layers)
    model.compile("adam", "binary_crossentropy")
    return model


def compile_bare(model):
    """Compile a network as tightly as TensorFlow can."""
    import tensorflow as tf

    run = tf.function(partial(model, training=False), autograph=False, reduce_retracing=True)
    return lambda batch: run(batch).numpy()


def main():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(20_000, 50)).astype(np.float32)
    y = X[:, -1]
    ours = RNNRegressor(epochs=1).fit(X[:64], y[:64])
    plain = KerasRegressor(make_series_model, epochs=1, verbose=0).fit(X[:64, :, None], y[:64])
    bare = compile_bare(ours.model_)
    one, batch = X[:1], X[:2, :, None]
    ours.predict(one), plain.predict(one[:, :, None]), bare(batch)
    print_header()
    compare(
        f"{REPEATS} predictions of one series of 50 steps",
        lambda: repeat(lambda: ours.predict(one)),
        {
            "scikeras": lambda: repeat(lambda: plain.predict(one[:, :, None])),
            "the compiled network alone": lambda: repeat(lambda: bare(batch)),
        },
    )
    ours.set_params(batch_size=256)
    ours.predict(X)
    compare(
        "20,000 series at once, 256 a batch",
        lambda: ours.predict(X),
        {"scikeras": lambda: plain.predict(X[:, :, None], batch_size=256)},
    )
    texts, labels = make_reviews(n_samples=200, random_state=0, return_X_y=True)
    words = {"units": 32, "embedding_dim": 32, "bidirectional": False, "pooling": "last"}
    ours = RNNTextClassifier(**words, epochs=1, linear=False).fit(texts, labels)
    joint = RNNTextClassifier(**words, epochs=1).fit(texts, labels)
    tokenizer = SequenceTokenizer().fit(texts)
    ids = tokenizer.transform(texts)
    plain = KerasClassifier(partial(make_text_model, int(ids.max()) + 1), epochs=1, verbose=0)
    plain.fit(ids, labels)
    bare, row = compile_bare(ours.model_), np.repeat(tokenizer.transform(texts[:1]), 2, axis=0)
    row = row[:, row[0] != 0]
    ours.predict(texts[:1]), plain.predict(tokenizer.transform(texts[:1])), bare(row)
    compare(
        f"{REPEATS} predictions of one text by the network",
        lambda: repeat(lambda: ours.predict(texts[:1])),
        {
            "scikeras": lambda: repeat(lambda: plain.predict(tokenizer.transform(texts[:1]))),
            "the compiled network alone": lambda: repeat(lambda: bare(row)),
        },
    )
    joint.predict(texts[:1])
    compare(
        f"{REPEATS} predictions of one text by network and linear part",
        lambda: repeat(lambda: joint.predict(texts[:1])),
        {"the network, as above": lambda: repeat(lambda: ours.predict(texts[:1]))},
    )


if __name__ == "__main__":
    main()
