"""
==============
Why this label
==============

Which words made a classifier say that a review is good? ``explain`` tells what each of them added,
through the network and through the linear classifier beside it.
"""

# %%
# A classifier
# ------------
# The reviews of :func:`~skrnn.datasets.make_reviews` turn on word order.

from importlib.util import find_spec
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np

from skrnn import RNNTextClassifier, TokenWeightDisplay
from skrnn.datasets import make_reviews

reviews = make_reviews(3000, max_remarks=0, random_state=0)
classifier = RNNTextClassifier(units=32, embedding_dim=32, learning_rate=0.005, random_state=0)
classifier.fit(reviews.data[:2500], reviews.target[:2500])
print(f"accuracy {classifier.score(reviews.data[2500:], reviews.target[2500:]):.3f}")

# %%
# What each word added
# --------------------
# A row for each token. The first one, of place -1, is what is predicted without them. All rows of
# a text sum to its logit, which is what ``decision_function`` gives.

texts = [
    "The acting was superb, but the plot was dull.",
    "The plot was dull, but the acting was superb.",
]
table = classifier.explain(texts)
print(table[table["text"] == 0].drop(columns=["text", "class"]).round(2).to_string(index=False))
print("sums", table.groupby("text")["total"].sum().round(3).tolist())
print("decision_function", classifier.decision_function(texts).round(3).tolist())

# %%
# Both reviews, of the same words: a bar to the right speaks for a good review. In a notebook,
# a display is shown as coloured text.

_, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for text, ax in zip(texts, axes, strict=True):
    display = TokenWeightDisplay.from_estimator(classifier, text, ax=ax)
pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
display.figure_.savefig(pictures / "why_this_label.png", dpi=150)

# %%
# By LIME and by SHAP
# -------------------
# Both ask for predictions of many changed texts and need no more than ``predict_proba``.

if find_spec("lime"):
    from lime.lime_text import LimeTextExplainer

    explainer = LimeTextExplainer(class_names=reviews.target_names, bow=False, random_state=0)
    found = explainer.explain_instance(texts[0], classifier.predict_proba, num_samples=500)
    print("LIME", [(str(word), round(weight, 2)) for word, weight in found.as_list()])
else:
    print("LIME is not installed: pip install lime")

if find_spec("shap"):
    import shap

    explainer = shap.Explainer(
        lambda given: classifier.decision_function(np.asarray(given, dtype=object)),
        shap.maskers.Text(r"\W+"),
        silent=True,
    )
    (found,) = explainer(texts[:1])
    words = zip(found.data, found.values, strict=True)
    print("SHAP", [(word.strip(), round(float(value), 2)) for word, value in words])
else:
    print("SHAP is not installed: pip install shap")

# %%
# The adjective behind "but" adds most to both reviews, "dull" to one and "superb" to the other;
# LIME and SHAP find "dull" in the first one as well. The other adjective counts for the same
# label, against what it says alone: the network reads words in their context.
