"""Reviews read by an LSTM, saved, and loaded again, by Keras alone."""

import tempfile
from pathlib import Path

import keras
import tensorflow as tf
from sklearn.model_selection import train_test_split
from skrnn.datasets import make_reviews

texts, labels = make_reviews(
    2000, max_remarks=0, random_state=0, return_X_y=True
)
X_train, X_test, y_train, y_test = train_test_split(
    texts, labels, stratify=labels, random_state=0
)
X_fit, X_valid, y_fit, y_valid = train_test_split(
    X_train, y_train, test_size=0.1, stratify=y_train, random_state=0
)

keras.utils.set_random_seed(0)
vectorizer = keras.layers.TextVectorization()
vectorizer.adapt(X_fit)
network = keras.Sequential(
    [
        keras.Input((), dtype="string"),
        vectorizer,  # its vocabulary is saved with the network
        keras.layers.Embedding(
            vectorizer.vocabulary_size(), 32, mask_zero=True
        ),
        keras.layers.Bidirectional(keras.layers.LSTM(32)),
        keras.layers.Dense(1, activation="sigmoid"),
    ]
)
network.compile(
    keras.optimizers.Adam(0.01), "binary_crossentropy", metrics=["accuracy"]
)
network.fit(
    tf.constant(X_fit),
    y_fit,
    validation_data=(tf.constant(X_valid), y_valid),
    batch_size=64,
    epochs=30,
    callbacks=[
        keras.callbacks.EarlyStopping(patience=5, restore_best_weights=True)
    ],
    verbose=0,
)

path = Path(tempfile.mkdtemp()) / "reviews.keras"
network.save(path)

loaded = keras.saving.load_model(path)
_, accuracy = loaded.evaluate(tf.constant(X_test), y_test, verbose=0)
print(f"accuracy: {accuracy:.3f}")
