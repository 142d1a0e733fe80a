"""
=======================
Words learned elsewhere
=======================

Do word vectors that gensim has learned of texts without labels help, where few have one? The
classifier begins with them, or with vectors drawn at random.

Run it with ``pip install -e ".[gensim,examples]"`` and
``python examples/words_learned_elsewhere.py``.
"""

# %%
# Vectors of words
# ----------------
# word2vec reads docstrings of four packages, cut to words as the classifier cuts them. No label
# has a part in it.

from pathlib import Path

import matplotlib.pyplot as plt
from gensim.models import Word2Vec

from skrnn import RNNTextClassifier, SequenceTokenizer
from skrnn.datasets import load_docstrings

texts, labels = load_docstrings(max_per_class=400, return_X_y=True)
tokenizer = SequenceTokenizer(maxlen=40, padding="post", truncating="post")
ids = tokenizer.fit_transform(texts)
sentences = [text.split() for text in tokenizer.inverse_transform(ids)]
words = {"vector_size": 32, "window": 5, "min_count": 3, "epochs": 20}
vectors = Word2Vec(sentences, seed=0, workers=1, **words).wv
near = [word for word, _ in vectors.most_similar("array", topn=5)]
print(f"{len(texts)} docstrings, {len(vectors)} words; near 'array' are {', '.join(near)}")

# %%
# Three classifiers
# -----------------
# ``embedding`` takes gensim's ``KeyedVectors`` as they are, or words with a matrix: here the same
# vectors, made as small as those that a network draws.

sizes = 100, 400
small = vectors.index_to_key, vectors.vectors * 0.05 / vectors.vectors.std()
embeddings = {"drawn at random": "learned", "of gensim": vectors, "of gensim, small": small}
scores = {}
for name, embedding in embeddings.items():
    classifier = RNNTextClassifier(
        tokenizer=tokenizer,
        cell="gru",
        units=16,
        embedding=embedding,
        embedding_dim=32,
        linear=False,
        learning_rate=0.01,
        epochs=12,
        random_state=0,
    )
    scores[name] = [
        classifier.fit(texts[:size], labels[:size]).score(texts[400:], labels[400:])
        for size in sizes
    ]
    print(f"{name:>16}:", " ".join(f"{score:.3f}" for score in scores[name]))
print(f"{classifier.embedding_coverage_['occurrences']:.0%} of the words have a vector")

# %%
# Accuracy by the number of labels
# --------------------------------

_, ax = plt.subplots(figsize=(6, 4), layout="constrained")
for name, values in scores.items():
    ax.plot(sizes, values, "o-", label=f"vectors {name}")
ax.set(xlabel="docstrings with a label", ylabel="accuracy on all others")
ax.legend()
pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
ax.figure.savefig(pictures / "words_learned_elsewhere.png", dpi=150)

# %%
# A little, a point or two, where the texts without labels are few too, and once they are small. As
# large as word2vec makes them, they hinder. Vectors of millions of texts know more, and are read
# from their files in the same way.
