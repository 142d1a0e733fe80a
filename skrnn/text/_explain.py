"""What each token of a text adds to the logits of a classifier."""

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from .._errors import describe
from ..training import load_engine
from ._analysis import build_analyzer, build_preprocessor
from ._joining import EPS, PARTS, read_logits
from ._texts import check_texts
from ._tokenizer import SequenceTokenizer

N_STEPS = 64  # from zero to the vectors; 2048 change a part by less than 1 % of the largest
TEXTS_AT_A_TIME = 16
COLUMNS = ["text", "place", "token", "class", *PARTS, "total"]
BASE = -1  # the place of what no token adds


def explain_texts(classifier, texts):
    """Tell what each token adds; see :meth:`skrnn.RNNTextClassifier.explain`.

    Parameters
    ----------
    classifier : RNNTextClassifier
        Fitted.
    texts : list of str

    Returns
    -------
    pandas.DataFrame
    """
    before, tokenizer = find_words(classifier.tokenizer_)
    for _, step in before:
        texts = texts if step in (None, "passthrough") else check_texts(step.transform(texts))
    analyze = build_analyzer(tokenizer)
    tokens = [analyze(text) for text in texts]
    parts = {"network": explain_by_network(classifier, tokenizer, tokens)}
    if hasattr(classifier, "linear_"):
        parts["linear"] = explain_by_linear(classifier.linear_, tokenizer, texts, tokens)
        for name, values in parts.items():
            parts[name] = [classifier.weights_[name] * part for part in values]
    else:
        parts["linear"] = [np.zeros_like(part) for part in parts["network"]]
    return arrange(tokens, classifier.classes_[-classifier._n_outputs :], parts)


def find_words(tokenizer):
    """Give what is done to texts before they are cut, and the tokenizer that cuts them."""
    before = []
    if isinstance(tokenizer, Pipeline):
        *before, (_, tokenizer) = tokenizer.steps
    if not isinstance(tokenizer, SequenceTokenizer):
        raise TypeError(
            "tokenizer must be a SequenceTokenizer, or a pipeline that ends with one, for texts "
            f"to be explained token by token. Got {describe(tokenizer)}."
        )
    return before, tokenizer


def arrange(tokens, classes, parts):
    """Arrange what tokens add, the base first for each text, in a long table."""
    lengths = np.array([len(row) + 1 for row in tokens])
    starts = np.cumsum(lengths) - lengths
    places = np.arange(lengths.sum()) - np.repeat(starts, lengths) + BASE
    names = np.array([name for row in tokens for name in ["", *row]], dtype=object)
    table = {
        "text": np.repeat(np.arange(len(tokens)), lengths),
        "place": places,
        "token": names,
    }
    table = {name: np.repeat(values, len(classes)) for name, values in table.items()}
    table["class"] = np.tile(classes, len(places))
    for name in PARTS:
        table[name] = np.concatenate(parts[name]).ravel()
    table["total"] = table["network"] + table["linear"]
    return pd.DataFrame(table, columns=COLUMNS)


def explain_by_network(classifier, tokenizer, tokens):
    """Tell what tokens add to the network's logits by integrated gradients.

    Returns
    -------
    list of n ndarrays of float of shape (1 + n_tokens, n_outputs)
        The first rows hold the logits without the tokens.
    """
    unknown = tokenizer.vocabulary_.get(tokenizer.oov_token, 0)
    kept, rows = zip(*(read_ids(tokenizer, row, unknown) for row in tokens), strict=True)
    parts = [None] * len(tokens)
    description = classifier._describe_prediction(has_missing=True)
    lengths = np.array([load_engine().pad_length(description, len(row)) for row in rows])
    for length in np.unique(lengths):
        together = np.flatnonzero(lengths == length)
        for first in range(0, len(together), TEXTS_AT_A_TIME):
            some = together[first : first + TEXTS_AT_A_TIME]
            ids = np.zeros((len(some), length), np.int32)
            for row, number in zip(ids, some, strict=True):
                row[: len(rows[number])] = rows[number]
            grows = (ids != 0) & (ids != unknown)
            bases, added = integrate(classifier, description, ids, grows)
            for number, base, adds in zip(some, bases, added, strict=True):
                parts[number] = np.zeros((1 + len(tokens[number]), len(base)))
                parts[number][0] = base
                parts[number][1 + kept[number]] = adds[: len(kept[number])]
    return parts


def read_ids(tokenizer, tokens, unknown):
    """Give the places of the tokens that a network sees, and the ids that it sees."""
    ids = np.array([tokenizer.vocabulary_.get(token, unknown) for token in tokens], np.int32)
    kept = np.flatnonzero(ids)
    is_front = tokenizer.truncating == "post"
    kept = kept[: tokenizer.maxlen_] if is_front else kept[-tokenizer.maxlen_ :]
    return kept, ids[kept] if len(kept) else np.array([unknown], np.int32)


def integrate(classifier, description, ids, grows):
    """Integrate the slopes of logits while the vectors of tokens grow from zero.

    The steps are summed by the trapezoidal rule. What a step is off from the logits at its ends
    is shared in proportion to the sizes of what the tokens add in it, so that sums are exact.

    Returns
    -------
    bases : ndarray of float of shape (n, n_outputs)
        The logits where the vectors that grow are zeros.
    added : ndarray of float of shape (n, time, n_outputs)
    """
    fractions = np.linspace(0, 1, N_STEPS + 1)
    path = description, classifier._networks, ids, grows, fractions
    outputs, slopes = load_engine().follow_path(*path)
    logits = read_logits(outputs.reshape(-1, outputs.shape[-1]), classifier._head)
    logits = logits.reshape(outputs.shape)
    slopes = slope_logits(outputs, slopes, classifier._head)
    steps = (slopes[:, 1:] + slopes[:, :-1]) / (2 * N_STEPS)  # (n, steps, time, outputs)
    off = np.diff(logits, axis=1) - steps.sum(axis=2)
    sizes = np.abs(steps)
    total = sizes.sum(axis=2)
    scale = np.divide(off, total, out=np.zeros_like(off), where=total > 0)
    added = (steps + scale[:, :, None] * sizes).sum(axis=1)
    return logits[:, -1] - added.sum(axis=1), added


def slope_logits(outputs, slopes, head):
    """Turn slopes of probabilities into those of the logits that :func:`read_logits` gives."""
    is_clipped = (outputs < EPS) | (outputs > 1 - EPS)
    divisor = outputs if head == "multiclass" else outputs * (1 - outputs)
    factors = np.where(is_clipped, 0, 1 / np.where(is_clipped, 1, divisor))
    slopes = slopes * factors[:, :, None]
    return slopes - slopes.mean(axis=-1, keepdims=True) if head == "multiclass" else slopes


def explain_by_linear(linear, tokenizer, texts, tokens):
    """Tell what tokens add to the logits of the linear classifier, whose features they share.

    Returns
    -------
    list of n ndarrays of float of shape (1 + n_tokens, n_outputs)
        The first rows hold the intercepts.
    """
    features, classifier = linear[-2:]
    analyze, rows = build_analyzer(features.tokenizer), features.transform(texts)
    parts = []
    for number, (text, row) in enumerate(zip(texts, tokens, strict=True)):
        words = analyze(text)
        places, columns = features.locate(words)
        _, numbers, counts = np.unique(columns, return_inverse=True, return_counts=True)
        values = rows.data[slice(*rows.indptr[number : number + 2])] / counts
        shares = values[numbers] * classifier.coef_[:, columns]
        added = np.stack([np.bincount(places, share, len(words)) for share in shares], axis=1)
        base = classifier.intercept_[None]
        if words != row:
            rest, added = hand_out(added, words, row, text, tokenizer)
            base = base + rest
        parts.append(np.concatenate([base, added]))
    return parts


def hand_out(added, words, tokens, text, tokenizer):
    """Share what words add among the tokens, characters or parts of words, that touch them.

    Returns
    -------
    rest : ndarray of float of shape (n_outputs,)
        What words add that no token touches.
    added : ndarray of float of shape (n_tokens, n_outputs)
    """
    text = build_preprocessor(tokenizer)(text)
    if tokenizer.analyzer == "char":
        spans = list_spans(len(text), *tokenizer.ngram_range)
    else:
        spans = find_spans([token.removeprefix("##").strip("\u2581") for token in tokens], text)
    starts, ends = np.array(spans, int).reshape(-1, 2).T
    rest, shares = np.zeros(added.shape[1]), np.zeros((len(tokens), added.shape[1]))
    for (start, end), adds in zip(find_spans(words, text), added, strict=True):
        touches = (starts < end) & (ends > start)
        if touches.any():
            shares[touches] += adds / touches.sum()
        else:
            rest += adds
    return rest, shares


def list_spans(length, least, most):
    """List where tokens of ``least`` to ``most`` characters begin and end, in their order."""
    spans = [(i, i + n) for i in range(length) for n in range(least, most + 1)]
    return [span for span in spans if span[1] <= length]


def find_spans(pieces, text):
    """Find where pieces of a text begin and end, one after the other; some may not be found."""
    spans, end = [], 0
    for piece in pieces:
        start = max(text.find(piece, end), text.find(piece.lower(), end))
        spans.append((end, end) if start < 0 else (start, start + len(piece)))
        end = spans[-1][1]
    return spans
