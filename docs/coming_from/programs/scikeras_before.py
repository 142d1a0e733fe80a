"""The rate at which an LSTM learns reviews best, by scikeras."""

import keras
from scikeras.wrappers import KerasClassifier
from sklearn.model_selection import GridSearchCV, train_test_split
from skrnn.datasets import make_reviews

texts, labels = make_reviews(
    2000, max_remarks=0, random_state=0, return_X_y=True
)
X_train, X_test, y_train, y_test = train_test_split(
    texts, labels, stratify=labels, random_state=0
)

# No transformer that each fold could fit for itself: one vocabulary for
# all of the search.
vectorizer = keras.layers.TextVectorization(output_sequence_length=40)
vectorizer.adapt(X_train)


def build(units):
    return keras.Sequential(
        [
            keras.Input((40,)),
            keras.layers.Embedding(
                vectorizer.vocabulary_size(), 32, mask_zero=True
            ),
            keras.layers.Bidirectional(keras.layers.LSTM(units)),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )


classifier = KerasClassifier(
    model=build,
    model__units=16,
    loss="binary_crossentropy",
    optimizer="adam",
    batch_size=64,
    epochs=10,
    random_state=0,
    verbose=0,
)
grid = {"optimizer__learning_rate": [0.001, 0.01]}
search = GridSearchCV(classifier, grid, cv=3)
search.fit(vectorizer(X_train).numpy(), y_train)
best = search.best_params_["optimizer__learning_rate"]
accuracy = search.score(vectorizer(X_test).numpy(), y_test)
print(f"best of 0.001 and 0.01: {best}")
print(f"accuracy: {accuracy:.3f}")
