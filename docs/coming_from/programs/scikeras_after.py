"""The rate at which an LSTM learns reviews best, by skrnn."""

from sklearn.model_selection import GridSearchCV, train_test_split
from skrnn import RNNTextClassifier
from skrnn.datasets import make_reviews

texts, labels = make_reviews(
    2000, max_remarks=0, random_state=0, return_X_y=True
)
X_train, X_test, y_train, y_test = train_test_split(
    texts, labels, stratify=labels, random_state=0
)

classifier = RNNTextClassifier(
    cell="lstm",
    units=16,
    bidirectional=True,
    embedding_dim=32,
    batch_size=64,
    epochs=10,
    pooling="last",
    dropout=0.0,
    linear=False,
    random_state=0,
)
grid = {"learning_rate": [0.001, 0.01]}
search = GridSearchCV(classifier, grid, cv=3).fit(X_train, y_train)
best = search.best_params_["learning_rate"]
accuracy = search.score(X_test, y_test)
print(f"best of 0.001 and 0.01: {best}")
print(f"accuracy: {accuracy:.3f}")
