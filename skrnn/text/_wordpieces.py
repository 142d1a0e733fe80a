"""What a language model on this machine reads: its tokenizer, and the vectors of its tokens."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .._errors import describe, explain_errors
from .._numbers import RATE, make_plain
from .._typing import FilePath
from ._subwords import import_extra, open_up

# How the input embeddings are called in BERT and its kin, in LLaMA's, GPT-2 and T5.
ENDINGS = "word_embeddings.weight", "embed_tokens.weight", "wte.weight", "shared.weight"


def load_wordpiece_vectors(
    folder: FilePath, *, scale: float | None = 0.3
) -> tuple[Any, tuple[list[str], NDArray[np.float32]]]:
    """Read the tokenizer of a language model and the vectors of its tokens from a folder.

    Needs the packages tokenizers and safetensors: ``pip install skrnn[subword]``. Nothing is
    downloaded.

    Parameters
    ----------
    folder : str or path
        With ``tokenizer.json`` and weights in files ``*.safetensors``, as models of BERT's kind
        are handed out.
    scale : float or None, default=0.3
        Standard deviation that all values of the matrix together are given, once the mean vector
        is taken off. None leaves the vectors as they are in the model.

    Returns
    -------
    tokenizer : tokenizers.Tokenizer
        For ``SequenceTokenizer(analyzer=tokenizer)``. It neither pads nor cuts texts off.
    (words, matrix) : tuple of a list of str and an ndarray of float32 of shape (n_words, width)
        For ``embedding``: the tokens in the order of their ids, and the input embedding of each.

    Raises
    ------
    ValueError
        If the folder has none of these files, or no input embeddings of the tokens in them, or if
        ``scale`` is not a number above 0.

    See Also
    --------
    RNNTextClassifier : Takes both, and leaves vectors as they are if told so.

    Notes
    -----
    Only the input embeddings are used, not the layers above them: they are vectors of parts of
    words, such as "un" and "##known", learned on much text.

    Left as they are (``train_embedding=False``), tokens that only later texts have are read by
    vectors as good as the others' if the tokenizer is given the whole vocabulary, as below.

    References
    ----------
    Devlin et al. (2019), BERT: pre-training of deep bidirectional transformers, NAACL.

    Examples
    --------
    >>> from skrnn import RNNTextClassifier, SequenceTokenizer, load_wordpiece_vectors
    >>> def make_classifier(folder):
    ...     analyzer, vectors = load_wordpiece_vectors(folder)
    ...     return RNNTextClassifier(
    ...         tokenizer=SequenceTokenizer(analyzer=analyzer, vocabulary=vectors[0]),
    ...         embedding=vectors,
    ...         train_embedding=False,
    ...         learning_rate=0.004,
    ...         n_iter_no_change=5,
    ...     )
    """
    scale = make_plain(scale)
    if scale is not None and not RATE.is_satisfied_by(scale):
        raise ValueError(f"scale must be a number above 0 or None; got {describe(scale)}.")
    with explain_errors("folder must hold a model's tokenizer and weights", folder):
        folder = Path(folder)
        file = folder / "tokenizer.json"
        if not file.is_file():
            raise ValueError("There is no file tokenizer.json in it.")
        tokenizer = read_tokenizer(file)
        words = list_words(tokenizer)
        matrix = read_embeddings(folder)
        if len(matrix) < len(words):
            raise ValueError(
                f"The tokenizer has {len(words)} tokens, but there are {len(matrix)} embeddings."
            )
        matrix = matrix[: len(words)]
        return tokenizer, (words, matrix if scale is None else standardize(matrix, scale))


def read_tokenizer(file):
    """Read a tokenizer, without padding and truncation."""
    package = import_extra("tokenizers")
    try:
        return open_up(package.Tokenizer.from_file(str(file)))
    except Exception as error:  # the package raises nothing else, whatever the file is
        raise ValueError(f"{file}: {error}") from error


def list_words(tokenizer):
    """List a tokenizer's tokens by their ids."""
    ids = tokenizer.get_vocab(with_added_tokens=True)
    words = sorted(ids, key=ids.get)
    if [ids[word] for word in words] != list(range(len(words))):
        raise ValueError("The ids of the tokenizer's tokens have gaps.")
    return words


def read_embeddings(folder):
    """Read the input embeddings from the files of weights in a folder."""
    package = import_extra("safetensors")
    files = sorted(folder.glob("*.safetensors"))
    for file in files:
        try:
            with package.safe_open(file, "numpy") as weights:
                names = [name for name in weights.keys() if name.endswith(ENDINGS)]  # noqa: SIM118
                if names:
                    return np.asarray(weights.get_tensor(min(names, key=len)), np.float32)
        except (package.SafetensorError, TypeError) as error:
            raise ValueError(f"{file}: {error}") from error
    raise ValueError(
        f"Of its weights, in {len(files)} files *.safetensors, none has a name that ends in "
        f"{', '.join(ENDINGS)}."
    )


def standardize(matrix, scale):
    """Take the mean vector off, and give the values a standard deviation."""
    centred = matrix - matrix.mean(axis=0)
    return centred * (scale / (centred.std() or 1))
