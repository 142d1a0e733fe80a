"""
============
Korean texts
============

Words or characters: what should a network for Korean read? Korean attaches particles to nouns and
endings to stems, so that one word has many forms: 줄거리는, 줄거리가, 줄거리를, or 지루한,
지루하다고, 지루했다. To a network that reads words, each form is another word, and one that it was
not trained on is unknown.
"""

# %%
# What the tokenizer does
# -----------------------
# Words are cut at white space once punctuation is gone, and numbered by falling frequency. Without
# an ``oov_token`` unknown words are left out; with one they get its id, 1.

from pathlib import Path
from time import perf_counter

import matplotlib.pyplot as plt
import numpy as np
from sklearn.metrics import RocCurveDisplay

from skrnn import RNNTextClassifier, SequenceLengthDisplay, SequenceTokenizer
from skrnn.datasets import make_reviews


def print_ids(tokenizer, texts):
    """Print each text with its ids."""
    for text, ids in zip(texts, tokenizer.texts_to_sequences(texts), strict=True):
        print(f"  {text} {ids}")


texts = [
    "나는 인공지능 공부를 하는 것이 재미있습니다.",
    "인공지능 분야 중에서도 시맨틱 분할이 가장 좋습니다.",
    "인공지능이란 무엇인가요 시맨틱이 뭔가요 가장 어렵습니다",
]
new_text = "나는 인공지능 분야 에 관심이 많으며 가장 좋아합니다. 시맨틱"
tokenizer = SequenceTokenizer(oov_token=None).fit(texts)
print("vocabulary:", *(f"{word} {number}" for word, number in tokenizer.vocabulary_.items()))
print_ids(tokenizer, texts)
print_ids(tokenizer, ["나는 머신러닝이 좋습니다"])
print("ids below 4 only:")
print_ids(SequenceTokenizer(max_features=4, oov_token=None).fit(texts), [new_text])
print("with an id for unknown words:")
print_ids(SequenceTokenizer().fit(texts), [new_text])

# %%
# A network wants rows of one length. Padding, 0, stands in front; what is too long loses its
# beginning, or with ``truncating="post"`` its end.

texts = [
    "나는 당신을 사랑합니다",
    "나는 컴퓨터를 가지고 노는 것이 가장 좋습니다",
    "나는 인공지능을 좋아합니다",
    "나는 컴퓨터를 가지고 하는 수학을 좋아합니다",
    "나는 뉴질랜드를 좋아합니다",
    "나는 혼자 사는 것이 편합니다",
]
for truncating in ("pre", "post"):
    tokenizer = SequenceTokenizer(maxlen=5, truncating=truncating)
    print(f'maxlen=5, truncating="{truncating}":')
    print(tokenizer.fit_transform(texts))

# %%
# Reviews with forms that are new
# -------------------------------
# The reviews of :func:`~skrnn.datasets.make_reviews` turn on word order. Half of the forms of
# adjectives on 한, 운 or 다고 are kept from training: no review that has one is trained on, though
# other forms of the same adjectives are.

reviews = make_reviews(5000, language="ko", max_remarks=0, random_state=0)
tokenizer = SequenceTokenizer().fit(reviews.data)
forms = [word for word in tokenizer.vocabulary_ if word.endswith(("한", "운", "다고"))]
new_forms = np.random.default_rng(0).choice(forms, len(forms) // 2, replace=False)
new_ids = [tokenizer.vocabulary_[form] for form in new_forms]
has_new = np.array(
    [np.isin(ids, new_ids).any() for ids in tokenizer.texts_to_sequences(reviews.data)]
)
known, new = np.flatnonzero(~has_new), np.flatnonzero(has_new)
train, rows = known[:1800], {"known forms": known[1800:], "new forms": new}
print("\nforms that are new:", *new_forms[:5], "and so on")
for text, label in zip(reviews.data[new[:3]], reviews.target[new], strict=False):
    print(f"  {reviews.target_names[label]}: {text}")

# %%
# Words and characters
# --------------------
# The same network reads either. Compare words with characters rather than known with new forms,
# for these are not the same patterns: some that are hard have no such adjectives.

networks = {
    analyzer: RNNTextClassifier(
        tokenizer=SequenceTokenizer(analyzer=analyzer),
        units=32,
        embedding_dim=32,
        dropout=0.2,
        learning_rate=0.005,
        batch_size=64,
        epochs=10,
        early_stopping=False,
        linear=False,
        random_state=0,
    )
    for analyzer in ("word", "char")
}
print("\nreads tokens  seconds  reviews      number  unknown accuracy")
for analyzer, network in networks.items():
    start = perf_counter()
    network.fit(reviews.data[train], reviews.target[train])
    seconds = perf_counter() - start
    for name, others in rows.items():
        ids = network.tokenizer_.transform(reviews.data[others])
        unknown = (ids == 1).sum() / (ids != 0).sum()
        score = network.score(reviews.data[others], reviews.target[others])
        columns = f"{network.tokenizer_.n_tokens_:6} {seconds:8.1f}  {name:<12} {len(others):6}"
        print(f"{analyzer:<5} {columns} {unknown:8.1%} {score:8.3f}")

# %%
# How long the sequences are.

pictures = Path("pictures")
pictures.mkdir(exist_ok=True)
_, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained")
for ax, (analyzer, network) in zip(axes, networks.items(), strict=True):
    display = SequenceLengthDisplay.from_estimator(network, reviews.data[train], ax=ax)
    ax.set(title=f'analyzer="{analyzer}"')
display.figure_.savefig(pictures / "korean_texts_lengths.png", dpi=150)

# %%
# How well they tell positive reviews from negative ones, by whether their forms are known.

_, axes = plt.subplots(1, 2, figsize=(11, 5.5), layout="constrained")
for ax, (name, others) in zip(axes, rows.items(), strict=True):
    for analyzer, network in networks.items():
        display = RocCurveDisplay.from_estimator(
            network,
            reviews.data[others],
            reviews.target[others],
            name={"word": "words", "char": "characters"}[analyzer],
            ax=ax,
            plot_chance_level=analyzer == "char",
        )
    ax.set(title=f"reviews with {name}")
display.figure_.savefig(pictures / "korean_texts_roc.png", dpi=150)

# %%
# Characters, where forms may be new: here more than a tenth of the words that a review is made of
# are then unknown but hardly a character, and the network that reads characters is right more
# often. Where all forms are known the two come close, and words make shorter sequences.
