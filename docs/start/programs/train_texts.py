"""Learn from reviews.csv, with the columns text and label, and keep the model."""

import pandas as pd
from sklearn.dummy import DummyClassifier
from sklearn.model_selection import train_test_split

import skrnn

table = pd.read_csv("reviews.csv").dropna()
train, test = train_test_split(table, test_size=0.2, stratify=table["label"], random_state=0)

classifier = skrnn.RNNTextClassifier(random_state=0).fit(train["text"], train["label"])
guess = DummyClassifier().fit(train["text"], train["label"])

print(f"right: {classifier.score(test['text'], test['label']):.1%} of {len(test)} texts")
print(f"the commonest label: {guess.score(test['text'], test['label']):.1%}")
skrnn.save(classifier, "reviews.skops")
