"""What each token of a text, and each column beside it, adds by the linear part."""

import numpy as np

from ._analysis import build_analyzer, build_preprocessor
from ._linear import name_part


def explain_by_linear(linear, rows):
    """Tell what tokens and columns add to the scores of a linear part, exactly.

    The features of a text are shared among the tokens that they lie in.

    Parameters
    ----------
    linear : sklearn.pipeline.Pipeline
        Fitted.
    rows : skrnn.text._explain.Rows

    Returns
    -------
    list of n ndarrays of float of shape (1 + n_columns + n_tokens, n_outputs)
        The first rows hold the intercepts, the next what columns add.
    """
    features, model = linear[-2:]
    if rows.names is None:
        blocks = [(features, model.coef_)]
    else:
        blocks = [
            (
                features.named_transformers_[name][-1],
                model.coef_[:, features.output_indices_[name]],
            )
            for name in map(name_part, rows.names)
        ]
    read = zip(blocks, rows.texts, rows.tokens, strict=True)
    parts = [share_features(*block, rows.tokenizer, *column) for block, *column in read]
    columns = slice(0, 0) if rows.encoder is None else features.output_indices_["columns"]
    beside = rows.sum_by_column(rows.numbers[:, :, None] * model.coef_[:, columns].T)
    return [arrange_row(model.intercept_, *row) for row in zip(beside, *parts, strict=True)]


def arrange_row(intercept, columns, *texts):
    """Arrange what is told of a row: the base, columns, and the tokens of each text."""
    rests, added = zip(*texts, strict=True)
    return np.concatenate([(intercept + sum(rests))[None], columns, *added])


def share_features(features, coefficients, tokenizer, texts, tokens):
    """Share what the features of texts add among their tokens.

    Parameters
    ----------
    features : NGramFeatures
        Fitted.
    coefficients : ndarray of shape (n_outputs, n_features)
    tokenizer : SequenceTokenizer
        That cut the texts to the tokens.
    texts : list of n str
    tokens : list of n lists of str

    Returns
    -------
    list of n tuples (rest, added)
        What no token adds, (n_outputs,), and what each one does, (n_tokens, n_outputs).
    """
    analyze, matrix = build_analyzer(features.tokenizer), features.transform(texts)
    parts = []
    for number, (text, row) in enumerate(zip(texts, tokens, strict=True)):
        words = analyze(text)
        places, columns = features.locate(words)
        _, numbers, counts = np.unique(columns, return_inverse=True, return_counts=True)
        values = matrix.data[slice(*matrix.indptr[number : number + 2])] / counts
        shares = values[numbers] * coefficients[:, columns]
        added = np.stack([np.bincount(places, share, len(words)) for share in shares], axis=1)
        rest = np.zeros(added.shape[1])
        if words != row:
            rest, added = hand_out(added, words, row, text, tokenizer)
        parts.append((rest, added))
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
