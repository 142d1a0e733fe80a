"""Tokenizers of Hugging Face as analyzers: parts of words, trained here or elsewhere."""

import copy
from importlib import import_module

MOST_PIECES = 30_000  # what the package itself trains by default


def import_extra(package):
    """Import a package of the extra ``subword``."""
    try:
        return import_module(package)
    except ImportError as error:
        raise ImportError(
            f"Parts of words are read by the package {package}: pip install skrnn[subword]."
        ) from error


def is_tokenizer(analyzer):
    """Tell whether an analyzer is a tokenizer of ``tokenizers`` or of ``transformers``."""
    return is_of_transformers(analyzer) or all(
        hasattr(analyzer, name) for name in ("encode", "get_vocab", "no_padding")
    )


def is_of_transformers(analyzer):
    """Tell whether an analyzer is a tokenizer of ``transformers``."""
    return all(hasattr(analyzer, name) for name in ("tokenize", "convert_tokens_to_ids"))


def cuts_words(analyzer):
    """Tell whether the tokens of an analyzer are parts of words."""
    return is_tokenizer(analyzer) or analyzer in ("char", "bpe")


def get_cutter(tokenizer):
    """Give the function that cuts a text to a tokenizer's pieces, without those that it adds."""
    if is_of_transformers(tokenizer):
        return tokenizer.tokenize
    encode = open_up(tokenizer).encode
    return lambda text: encode(text, add_special_tokens=False).tokens


def open_up(tokenizer):
    """Give a tokenizer that neither pads nor cuts texts off."""
    if tokenizer.padding is None and tokenizer.truncation is None:
        return tokenizer
    tokenizer = copy.deepcopy(tokenizer)
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer


def train_subwords(texts, n_pieces, unknown):
    """Train byte-pair encoding on words.

    Parameters
    ----------
    texts : iterable of str
        Words with spaces between them.
    n_pieces : int or None
        How many different pieces there are at most; None takes 30,000.
    unknown : str or None
        Stands for characters that are in none of the texts; None leaves them out.

    Returns
    -------
    tokenizers.Tokenizer
        Of words with spaces between them. A piece that begins a word begins with U+2581.

    References
    ----------
    Sennrich, Haddow and Birch (2016), Neural machine translation of rare words with subword units,
    ACL.
    """
    package = import_extra("tokenizers")
    model = package.models.BPE(unk_token=unknown, fuse_unk=unknown is not None)
    tokenizer = package.Tokenizer(model)
    # A mark of what goes on with a word would have pieces numbered in another order each time.
    tokenizer.pre_tokenizer = package.pre_tokenizers.Metaspace(prepend_scheme="always")
    trainer = package.trainers.BpeTrainer(
        vocab_size=n_pieces or MOST_PIECES,
        special_tokens=[] if unknown is None else [unknown],
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    return tokenizer
