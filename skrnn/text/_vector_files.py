"""Files of word vectors, as GloVe, word2vec and fastText write them.

They are read from front to back, and only the vectors of words that are asked for are kept.
"""

import gzip
import reprlib
import zlib
from os import fspath
from typing import NamedTuple

import numpy as np

GZIP, ZIP, FASTTEXT = b"\x1f\x8b", b"PK", b"\xba\x16"
DAMAGE = EOFError, OSError, zlib.error  # what reading raises in the middle of a file
LONGEST_LINE = 1 << 20  # bytes that are looked at to tell text from binary
LONGEST_WORD = 1 << 14
CHUNK = 1 << 22


class FoundVectors(NamedTuple):
    """The vectors of some words."""

    vectors: dict
    width: int
    example: str  # a word that the source of the vectors has


def read_vectors(path, words):
    """Read the vectors that a file has for words.

    Parameters
    ----------
    path : str or path
        Of a text file with a word and its numbers in each line: after a line with the number of
        words and of numbers, or without one, and then words may hold spaces, as in GloVe's files.
        Or of a binary file of word2vec. Either may be compressed by gzip.
    words : iterable of str

    Returns
    -------
    FoundVectors
        Of float32. Where a file has a word twice, the first one counts.

    Raises
    ------
    ValueError
        If the file is damaged, cut off or of another kind; names the file and the line or byte.
    """
    path = fspath(path)
    with open(path, "rb") as file:
        start = file.read(len(GZIP))
    if start == ZIP:
        raise ValueError(f"{path} is an archive; unpack it.")
    if start == FASTTEXT:
        raise ValueError(
            f"{path} is a model of fastText; give its .vec file, or what gensim reads from it by "
            "load_facebook_vectors."
        )
    with (gzip.open if start == GZIP else open)(path, "rb") as file:
        reader = VectorReader(file, words)
        try:
            return reader.read()
        except (ValueError, *DAMAGE) as error:
            raise ValueError(f"{path}, {reader.place}: {error}") from error


class VectorReader:
    """Reads an open file, and knows where it is in it.

    Parameters
    ----------
    file : file of bytes
    words : iterable of str
        Whose vectors are kept.

    Attributes
    ----------
    place : str
        The line or byte that is being read.
    """

    def __init__(self, file, words):
        self._file, self.place = file, "line 1"
        self._words = {word.encode("utf-8", "surrogatepass"): word for word in words}
        self._example, self._vectors = None, {}

    def read(self):
        first, second = (self._file.readline(LONGEST_LINE) for _ in range(2))
        n_words, width = read_header(first)
        self._file.seek(0 if n_words is None else len(first))
        if n_words is None or is_text(second, width):
            width = self._read_text(n_words, width)
        else:
            self._read_binary(n_words, width, len(first))
        if self._example is None:
            raise ValueError("the file ends; wanted are words with their vectors.")
        vectors = {self._words[word]: vector for word, vector in self._vectors.items()}
        return FoundVectors(vectors, width, self._example)

    def _read_text(self, n_words, width):
        n_read = 0
        for number, line in enumerate(self._file, 1 if n_words is None else 2):
            self.place = f"line {number}"
            line = line.rstrip().replace(b"\t", b" ")
            if line:
                width = width or count_numbers(line)
                word, numbers = split_line(line, width, may_have_spaces=n_words is None)
                if self._wants(word):
                    self._keep(word, parse_numbers(numbers))
                n_read += 1
        if n_words is not None and n_read < n_words:
            raise ValueError(f"the file ends after {n_read} of the {n_words} words of line 1.")
        return width

    def _read_binary(self, n_words, width, offset):
        size = 4 * width  # bytes of a vector
        chunk, start = b"", 0
        for number in range(n_words):
            self.place = f"byte {offset + start}"
            end = chunk.find(b" ", start)
            while end < 0 or len(chunk) < end + 1 + size:
                if end < 0 and len(chunk) - start > LONGEST_WORD:
                    raise ValueError(
                        f"no space in {LONGEST_WORD} bytes; wanted are a word, a space and "
                        f"{width} numbers of 4 bytes."
                    )
                more = self._file.read(CHUNK)
                if not more:
                    raise ValueError(f"the file ends in word {number + 1} of {n_words}.")
                chunk, start, offset = chunk[start:] + more, 0, offset + start
                end = chunk.find(b" ")
            word = chunk[start:end].lstrip(b"\n")
            start = end + 1 + size
            if self._wants(word):
                self._keep(word, np.frombuffer(chunk, "<f4", width, end + 1))
        self.place = f"byte {offset + start}"
        if (chunk[start:] + self._file.read(CHUNK)).strip(b"\n"):
            raise ValueError(f"the file goes on after the {n_words} words that line 1 tells.")

    def _wants(self, word):
        """Tell whether to read a vector: that of the first word, too, to see what comes."""
        return self._example is None or (word in self._words and word not in self._vectors)

    def _keep(self, word, vector):
        is_odd = ~np.isfinite(vector)
        if is_odd.any():
            raise ValueError(
                f"the vector of {shorten(word)} holds {vector[is_odd][0]}; wanted are finite "
                "numbers."
            )
        self._example = self._example or word.decode("utf-8", "replace")
        if word in self._words:
            self._vectors[word] = vector.astype(np.float32)


def read_header(line):
    """Give the number of words and that of numbers for each, or None twice if no line says so."""
    fields = line.split()
    if len(fields) == 2 and all(field.isdigit() for field in fields):
        n_words, width = map(int, fields)
        if not width:
            raise ValueError(f"found {shorten(line)}; wanted are vectors of 1 number or more.")
        return n_words, width
    return None, None


def is_text(line, width):
    """Tell whether the line after the header is text: numbers as bytes hardly look like it."""
    _, space, numbers = line.rstrip().partition(b" ")
    if not space:
        return True
    is_plain = numbers.isascii() and numbers.decode().replace("\t", " ").isprintable()
    return is_plain and len(numbers) >= 2 * width - 1


def count_numbers(line):
    """Count the numbers behind a word."""
    fields = line.split()[1:]
    are_numbers = [is_number(field) for field in reversed(fields)]
    n_numbers = are_numbers.index(False) if False in are_numbers else len(are_numbers)
    if not n_numbers:
        raise ValueError(f"found {shorten(line)}; wanted are a word and its numbers.")
    return n_numbers


def is_number(field):
    """Tell whether bytes are a number."""
    try:
        float(field)
    except ValueError:
        return False
    return True


def split_line(line, width, may_have_spaces):
    """Give the word of a line, and the bytes of its numbers."""
    if line.count(b" ") == width:
        word, _, numbers = line.partition(b" ")
        return word, numbers.split(b" ")
    fields = line.split()
    if len(fields) <= width or not may_have_spaces:
        raise ValueError(
            f"found {shorten(line)}, {len(fields)} fields; wanted are a word and {width} numbers."
        )
    return b" ".join(fields[:-width]), fields[-width:]


def parse_numbers(fields):
    """Turn the numbers of a line into an array."""
    for field in fields:
        if not is_number(field):
            raise ValueError(f"found {shorten(field)}; wanted is a number.")
    return np.array(list(map(float, fields)))


def shorten(line):
    """Show bytes as text, in short."""
    return reprlib.repr(line.decode("utf-8", "replace"))
