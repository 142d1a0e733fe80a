"""From a docstring to its paragraphs of plain prose."""

import re
from itertools import pairwise

_FENCED_CODE = re.compile(r"```.*?(?:```|\Z)", re.DOTALL)

_NAMES = r"[`*]*[\w.\[\]]+[`*]*(?:, ?[`*]*[\w.]+[`*]*)*"
# "name : type" in numpydoc, where the text comes on the next line.
_NUMPYDOC_ENTRY = re.compile(rf"\s*{_NAMES} :(?: .*|$)")
# "name: text" in Google's style, and "Args:" alone.
_GOOGLE_ENTRY = re.compile(rf"\s*{_NAMES}:(?:\s+|$)")
_BULLET = re.compile(r"\s*(?:[-*+]|\d+[.)])\s+")
_UNDERLINE = re.compile(r"\s*([-=~^*])\1{2,}\s*$")

_ROLE = re.compile(r":[\w:]+:`~?([^`<]*?)(?:\s*<[^`]*>)?`")
_FOOTNOTE = re.compile(r"\s*\[[\w-]+\]_")
_EMPHASIS = re.compile(r"(?<![\w*])\*{1,2}(?=[^\s*])([^*]+)(?<=[^\s*])\*{1,2}(?![\w*])")

# What is left of code, tables, directives, links and formulas.
_NOT_PROSE = re.compile(r">>>|::|\.\.\s|\.\.\.|//|-{3,}|[|{}=<>\\$@#]|\]\(")
_SENTENCES = re.compile(r"[A-Z].*[a-z)\"'][.!?]", re.DOTALL)


def extract_prose(docstring):
    """Yield the paragraphs of prose in a docstring, one line each.

    Code, doctests, tables, directives, section titles, formulas and the
    headers of parameters are left out; the description of a parameter is a
    paragraph of its own. What is kept starts with a capital letter, ends a
    sentence, and has lost its markup.
    """
    for lines in _split_paragraphs(_FENCED_CODE.sub("\n\n", docstring)):
        text = _strip_markup(" ".join(" ".join(lines).split()))
        if _SENTENCES.fullmatch(text) and not _NOT_PROSE.search(text):
            yield text


def _split_paragraphs(docstring):
    """Yield lists of lines, cut at blank lines, entries and bullets."""
    lines = []
    for line, following in pairwise([*docstring.splitlines(), ""]):
        start = _find_start(line)
        if start or not line.strip():
            if lines:
                yield lines
            lines = [line[start.end() :]] if start else []
        elif _UNDERLINE.match(line):
            # The line above it is a section's title.
            lines = []
        elif not lines and _count_indent(following) > _count_indent(line):
            # The type of what is returned, above its description.
            continue
        else:
            lines.append(line)
    yield lines


def _find_start(line):
    """Match the part of a line before the text of an entry or a bullet."""
    return _NUMPYDOC_ENTRY.match(line) or _GOOGLE_ENTRY.match(line) or _BULLET.match(line)


def _count_indent(line):
    return len(line) - len(line.lstrip())


def _strip_markup(text):
    text = _ROLE.sub(r"\1", text)
    text = _FOOTNOTE.sub("", text)
    text = _EMPHASIS.sub(r"\1", text)
    return text.replace("`", "")
