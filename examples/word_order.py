"""
=========================
Sentiment with word order
=========================

Does a recurrent network see what a bag of words cannot? "The plot was dull, but the acting was
superb" praises a film; "The acting was superb, but the plot was dull" has the same words and does
not. The reviews of :func:`~skrnn.datasets.make_reviews` all turn on such differences: on negation
and its scope, on contrast, on who says what.
"""

# %%
# The reviews
# -----------
# A quarter of them is held out. For every review there is another one of the same words with the
# other label, so whoever counts words can only guess.

from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import RocCurveDisplay
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline

from skrnn import RNNTextClassifier, TrainingHistoryDisplay
from skrnn.datasets import make_reviews

reviews = make_reviews(4000, random_state=0)
X_train, X_test, y_train, y_test, _, patterns = train_test_split(
    reviews.data, reviews.target, reviews.patterns, stratify=reviews.target, random_state=0
)
for text, label in zip(X_train[:4], y_train, strict=False):
    print(f"{reviews.target_names[label]}: {text}")

# %%
# Three classifiers
# -----------------
# Words weighed by TF-IDF; counts of words and of neighbouring pairs; and a network that reads each
# review word by word, in both directions.


def make_linear(vectorizer):
    """Make a linear classifier of what a vectorizer counts."""
    return make_pipeline(vectorizer, LogisticRegression(max_iter=1000))


classifiers = {
    "words": make_linear(TfidfVectorizer()),
    "words and pairs": make_linear(CountVectorizer(ngram_range=(1, 2))),
    "RNNTextClassifier": RNNTextClassifier(
        units=32,
        embedding_dim=32,
        dropout=0.2,
        learning_rate=0.005,
        batch_size=64,
        epochs=10,
        linear=False,
        random_state=0,
    ),
}
print(f"\n{'classifier':<17} {'accuracy':>8} {'seconds':>8}")
for name, classifier in classifiers.items():
    start = perf_counter()
    classifier.fit(X_train, y_train)
    seconds = perf_counter() - start
    print(f"{name:<17} {classifier.score(X_test, y_test):8.3f} {seconds:8.1f}")
names, rnn = [*classifiers], classifiers["RNNTextClassifier"]

# %%
# How the network learned: loss and accuracy on the reviews that it trains on, and on the tenth of
# them that it sets aside by itself to stop early by. Training scores are means over an epoch, with
# dropout on; at first those of validation, taken at its end, can be the better ones.

pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
display = TrainingHistoryDisplay.from_estimator(rnn)
display.figure_.savefig(pictures / "word_order_training.png", dpi=150)

# %%
# Chance and better than chance
# -----------------------------
# The diagonal is what guessing gets.

_, ax = plt.subplots(figsize=(6, 6), layout="constrained")
for name, classifier in classifiers.items():
    display = RocCurveDisplay.from_estimator(
        classifier,
        X_test,
        y_test,
        name=name,
        ax=ax,
        plot_chance_level=classifier is rnn,
    )
ax.set_title("held-out reviews")
display.figure_.savefig(pictures / "word_order_roc.png", dpi=150)

# %%
# What each review turns on
# -------------------------
# Accuracy by pattern. In some of them two neighbours tell, such as "only dull" in "the only dull
# thing in a film full of clever ones"; in others the words that matter stand far apart. The scope
# of "not" is hardest: in "I only care about the script: the score was witty, not the script" a
# model has to notice that the same word comes twice.

right = {name: classifiers[name].predict(X_test) == y_test for name in names}
print(f"\n{'pattern':<16} {'reviews':>7}" + "".join(f" {name:>18}" for name in names))
for pattern in sorted(set(patterns)):
    rows = patterns == pattern
    shares = "".join(f" {right[name][rows].mean():18.2f}" for name in names)
    print(f"{pattern:<16} {rows.sum():7}{shares}")

# %%
# Two sentences of the same words
# -------------------------------
# The probability that each is positive. A bag of words gives both of a pair the same.

sentences = [
    "The plot was dull, but the acting was superb.",
    "The acting was superb, but the plot was dull.",
    "My sister loved the ending, while I hated it.",
    "I loved the ending, while my sister hated it.",
    "This was a triumph, not a flop.",
    "This was a flop, not a triumph.",
]
print(f"\n{'words':>5} {'network':>8}")
bag_proba = classifiers["words"].predict_proba(sentences)[:, 1]
rnn_proba = rnn.predict_proba(sentences)[:, 1]
for bag, network, sentence in zip(bag_proba, rnn_proba, sentences, strict=True):
    print(f"{bag:5.2f} {network:8.2f}  {sentence}")

# %%
# Yes: where nothing but the order of the words tells, a bag of words is at chance, counts of pairs
# get part of the way, and a recurrent network gets most of the rest.
