"""
=======================
A card for a text model
=======================

What should somebody know who is given a model: what it is for, how good it is and where not, and
how it is loaded? skops, which skrnn saves with, writes it down beside the file.

Run it with ``pip install -e ".[examples]"`` and ``python examples/describe_a_model.py``.
"""

# %%
# A model and its scores
# ----------------------
# Reviews whose labels turn on word order, half of them held out.

from pathlib import Path

import matplotlib.pyplot as plt
from sklearn.metrics import ConfusionMatrixDisplay, f1_score
from skops.card import Card

import skrnn
from skrnn import RNNTextClassifier
from skrnn.datasets import make_reviews

reviews = make_reviews(2000, random_state=0)
texts, labels = reviews.data, [reviews.target_names[label] for label in reviews.target]
classifier = RNNTextClassifier(units=32, embedding_dim=32, learning_rate=0.005, random_state=0)
classifier.fit(texts[:1000], labels[:1000])

folder = Path("models")
folder.mkdir(exist_ok=True)
skrnn.save(classifier, folder / "reviews.skops")

# %%
# What it mistakes for what, in a picture that goes into the card.

predicted = classifier.predict(texts[1000:])
_, ax = plt.subplots(figsize=(4, 3.4), layout="constrained")
ConfusionMatrixDisplay.from_predictions(labels[1000:], predicted, ax=ax, colorbar=False)
pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
ax.figure.savefig(pictures / "describe_a_model.png", dpi=150)

# %%
# The card
# --------
# skops makes the tables; what the model is for only you can say.

card = Card(classifier, template=None)
card.add(
    **{
        "What it is for": "Telling good reviews of films from bad ones, in English.",
        "What it is not for": "Real reviews: the sentences that it has seen are generated.",
        "How to load it": '`skrnn.load("reviews.skops")`, on any backend, without pickle.',
    }
)
accuracy = classifier.score(texts[1000:], labels[1000:])
f1 = f1_score(labels[1000:], predicted, average="macro")
card.add_metrics(section="How good it is", accuracy=round(accuracy, 3), f1=round(f1, 3))
card.add_plot(**{"How good it is/Mistakes": "../pictures/describe_a_model.png"})
print(card.render())
card.add_hyperparams(section="How it was made")
card.save(folder / "README.md")

# %%
# The card is a Markdown file beside the model: what it is for, its scores and mistakes, how it is
# loaded, and a table of all parameters that it was made with.
