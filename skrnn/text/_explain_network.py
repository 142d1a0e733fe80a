"""What each token of a text, and each column beside it, adds by the network."""

import numpy as np

from ..training import load_engine
from ._joining import EPS, read_logits

N_STEPS = 64  # from zero to what is there; 2048 change a part by less than 1 % of the largest
TEXTS_AT_A_TIME = 16


def explain_by_network(estimator, rows):
    """Tell what tokens and columns add to the network's logits by integrated gradients.

    Parameters
    ----------
    estimator : RNNTextClassifier or RNNTextRegressor
        Fitted.
    rows : skrnn.text._explain.Rows

    Returns
    -------
    list of n ndarrays of float of shape (1 + n_columns + n_tokens, n_outputs)
        The first rows hold the logits without tokens and columns, the next what columns add.
    """
    unknown = rows.tokenizer.vocabulary_.get(rows.tokenizer.oov_token, 0)
    read = [read_row(rows, number, unknown, estimator._n_tokens) for number in range(rows.n_rows)]
    description = estimator._describe_prediction(has_missing=True)
    lengths = np.array([load_engine().pad_length(description, len(ids)) for _, ids in read])
    parts = [None] * rows.n_rows
    for length in np.unique(lengths):
        together = np.flatnonzero(lengths == length)
        for first in range(0, len(together), TEXTS_AT_A_TIME):
            some = together[first : first + TEXTS_AT_A_TIME]
            rows_of_ids = [np.pad(read[i][1], (0, length - len(read[i][1]))) for i in some]
            ids = np.array(rows_of_ids, np.int32)
            grows = (ids != 0) & (ids != unknown) & (ids < estimator._n_tokens)
            inputs, n_beside = rows.put_beside(some, ids)
            grows = np.pad(grows, [(0, 0), (n_beside, 0)], constant_values=True)
            bases, added = integrate(estimator, description, inputs, grows)
            columns = rows.sum_by_column(added[:, :n_beside])
            for number, base, *adds in zip(some, bases, columns, added[:, n_beside:], strict=True):
                parts[number] = arrange_row(
                    base, *adds, read[number][0], rows.count_tokens(number)
                )
    return parts


def arrange_row(base, columns, added, places, n_tokens):
    """Arrange what is told of a row: the base, columns, and tokens at their places."""
    tokens = np.zeros((n_tokens, len(base)))
    is_token = places >= 0
    tokens[places[is_token]] = added[: len(places)][is_token]
    return np.concatenate([base[None], columns, tokens])


def read_row(rows, number, unknown, boundary):
    """Give what a network sees of a row: places among its tokens, -1 for none, and ids."""
    places, ids, n_before = [], [], 0
    for column, texts in enumerate(rows.tokens):
        if column:
            places.append([-1])
            ids.append([boundary + column - 1])
        kept, seen = read_ids(rows.tokenizer, texts[number], unknown)
        places.append(n_before + kept if len(kept) else np.full(len(seen), -1))
        ids.append(seen)
        n_before += len(texts[number])
    places, ids = (np.concatenate(parts).astype(np.int32) for parts in (places, ids))
    return (places, ids) if len(ids) else (np.array([-1]), np.array([0]))


def read_ids(tokenizer, tokens, unknown):
    """Give the places of the tokens that a network sees, and the ids that it sees."""
    ids = np.array([tokenizer.vocabulary_.get(token, unknown) for token in tokens], np.int32)
    kept = np.flatnonzero(ids)
    is_front = tokenizer.truncating == "post"
    kept = kept[: tokenizer.maxlen_] if is_front else kept[-tokenizer.maxlen_ :]
    return kept, ids[kept] if len(kept) else np.array([unknown] * (unknown > 0), np.int32)


def integrate(estimator, description, inputs, grows):
    """Integrate the slopes of logits while numbers and the vectors of tokens grow from zero.

    The steps are summed by the trapezoidal rule. What a step is off from the logits at its ends
    is shared in proportion to the sizes of what the tokens add in it, so that sums are exact.

    Returns
    -------
    bases : ndarray of float of shape (n, n_outputs)
        The logits where what grows is zero.
    added : ndarray of float of shape (n, n_beside + time, n_outputs)
    """
    fractions = np.linspace(0, 1, N_STEPS + 1)
    path = description, estimator._networks, inputs, grows, fractions
    outputs, slopes = load_engine().follow_path(*path)
    logits = read_logits(outputs.reshape(-1, outputs.shape[-1]), estimator._head)
    logits = logits.reshape(outputs.shape)
    slopes = slope_logits(outputs, slopes, estimator._head)
    steps = (slopes[:, 1:] + slopes[:, :-1]) / (2 * N_STEPS)  # (n, steps, time, outputs)
    off = np.diff(logits, axis=1) - steps.sum(axis=2)
    sizes = np.abs(steps)
    total = sizes.sum(axis=2)
    scale = np.divide(off, total, out=np.zeros_like(off), where=total > 0)
    added = (steps + scale[:, :, None] * sizes).sum(axis=1)
    return logits[:, -1] - added.sum(axis=1), added


def slope_logits(outputs, slopes, head):
    """Turn slopes of probabilities into those of the logits that :func:`read_logits` gives."""
    if head == "regression":
        return slopes
    is_clipped = (outputs < EPS) | (outputs > 1 - EPS)
    divisor = outputs if head == "multiclass" else outputs * (1 - outputs)
    factors = np.where(is_clipped, 0, 1 / np.where(is_clipped, 1, divisor))
    slopes = slopes * factors[:, :, None]
    return slopes - slopes.mean(axis=-1, keepdims=True) if head == "multiclass" else slopes
