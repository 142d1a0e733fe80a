"""Reviews read by an LSTM until it learns no more, by skorch."""

import numpy as np
import torch
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.model_selection import train_test_split
from skorch import NeuralNetBinaryClassifier
from skorch.callbacks import EarlyStopping
from skorch.dataset import ValidSplit
from skrnn.datasets import make_reviews
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

texts, labels = make_reviews(
    2000, max_remarks=0, random_state=0, return_X_y=True
)
X_train, X_test, y_train, y_test = train_test_split(
    texts, labels, stratify=labels, random_state=0
)

# Ids of words: 0 is padding, 1 an unknown word.
counter = CountVectorizer().fit(X_train)
split = counter.build_analyzer()
number = {word: i for i, word in enumerate(counter.vocabulary_, start=2)}


def pad(texts):
    ids = [[number.get(word, 1) for word in split(text)] for text in texts]
    ids = [torch.tensor(row) for row in ids]
    return pad_sequence(ids, batch_first=True).numpy()


class Network(torch.nn.Module):
    def __init__(self, vocabulary_size, embedding_dim=32, units=32):
        super().__init__()
        self.embedding = torch.nn.Embedding(
            vocabulary_size, embedding_dim, padding_idx=0
        )
        # Vectors of words begin as they do in Keras.
        torch.nn.init.uniform_(self.embedding.weight, -0.05, 0.05)
        self.lstm = torch.nn.LSTM(
            embedding_dim, units, batch_first=True, bidirectional=True
        )
        self.dense = torch.nn.Linear(2 * units, 1)

    def forward(self, X):
        lengths = (X != 0).sum(dim=1).clamp(min=1).cpu()
        packed = pack_padded_sequence(
            self.embedding(X),
            lengths,
            batch_first=True,
            enforce_sorted=False,
        )
        _, (state, _) = self.lstm(packed)
        return self.dense(torch.cat([state[0], state[1]], dim=1))


torch.manual_seed(0)
net = NeuralNetBinaryClassifier(
    Network,
    module__vocabulary_size=len(number) + 2,
    optimizer=torch.optim.Adam,
    lr=0.01,
    batch_size=64,
    max_epochs=30,
    train_split=ValidSplit(0.1, stratified=True, random_state=0),
    callbacks=[EarlyStopping(patience=5, load_best=True)],
    verbose=0,
)
net.fit(pad(X_train), y_train.astype(np.float32))
print(f"accuracy: {net.score(pad(X_test), y_test):.3f}")
