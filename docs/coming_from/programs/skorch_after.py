"""Reviews read by an LSTM until it learns no more, by skrnn."""

from sklearn.model_selection import train_test_split
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
    units=32,
    bidirectional=True,
    embedding_dim=32,
    learning_rate=0.01,
    batch_size=64,
    epochs=30,
    early_stopping=True,
    validation_fraction=0.1,
    n_iter_no_change=5,
    pooling="last",
    dropout=0.0,
    linear=False,
    random_state=0,
)
classifier.fit(X_train, y_train)
print(f"accuracy: {classifier.score(X_test, y_test):.3f}")
