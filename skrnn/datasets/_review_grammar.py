"""Grammars that write movie reviews whose label turns on word order."""

import re
from itertools import product
from string import Formatter
from typing import NamedTuple

_NEGATION = re.compile(r"<(\w+)>|\((\w+)\)")


class Contrast(NamedTuple):
    """Templates of the same words in different orders, by label.

    Because all of them hold the same words and the same slots, a bag of words
    says nothing about the label.
    """

    negative: tuple
    positive: tuple


class Grammar(NamedTuple):
    """What a language needs for its reviews.

    A template's slot "{good}", "{good2}" or "{good2.past}" is filled from the
    choices of the list "good"; a template never gets the same choice twice.
    """

    choices: dict  # of a slot's name to a list of words or of word forms
    patterns: dict  # of a pattern's name to a list of contrasts
    remarks: tuple  # templates of sentences that say nothing about the film's worth


def split_choices(text):
    """Return the choices in a text, which vertical bars separate."""
    return [" ".join(choice.split()) for choice in text.split("|")]


def swap(template, *more):
    """Return the contrast of templates and their mirror images.

    The templates are positive as they stand and negative with the slots of
    "good" and "bad" words exchanged.
    """
    positive = (template, *more)
    return Contrast(tuple(map(_exchange, positive)), positive)


def scatter_negation(frame, count, *, positive):
    """Return the contrast of all ways to put a number of negations in a frame.

    A frame has places for the negating word: those in angle brackets turn
    what the sentence says about the film, those in round ones do not.
    `positive` is what the frame says without any.
    """
    places = list(_NEGATION.finditer(frame))
    contrast = Contrast([], [])
    for taken in product([False, True], repeat=len(places)):
        if sum(taken) == count:
            turns = sum(keep and bool(place[1]) for keep, place in zip(taken, places, strict=True))
            contrast[positive ^ (turns % 2 == 1)].append(_keep_negations(frame, taken))
    return Contrast(*map(tuple, contrast))


def write_review(grammar, label, n_remarks, rng):
    """Return a review with a label, 0 or 1, and the name of its pattern."""
    name = _choose(list(grammar.patterns), rng)
    contrast = _choose(grammar.patterns[name], rng)
    sentences = [_choose(contrast[label], rng)]
    for remark in rng.permutation(len(grammar.remarks))[:n_remarks]:
        sentences.insert(rng.randint(len(sentences) + 1), grammar.remarks[remark])
    return fill_slots(" ".join(sentences), grammar.choices, rng), name


def fill_slots(template, choices, rng):
    """Return a template with random words in its slots."""
    slots = {}
    for field in list_slots(template):
        slots.setdefault(field.rstrip("0123456789"), []).append(field)
    words = {}
    for kind, fields in slots.items():
        picks = rng.choice(len(choices[kind]), size=len(fields), replace=False)
        words |= {field: choices[kind][pick] for field, pick in zip(fields, picks, strict=True)}
    return _tidy(template.format(**words))


def list_slots(template):
    """Return the names of a template's slots, without their forms, once each."""
    fields = (field for _, field, _, _ in Formatter().parse(template) if field)
    return list(dict.fromkeys(field.split(".")[0] for field in fields))


def _exchange(template):
    return re.sub(
        r"(?<=\{)(?:good|bad)", lambda word: "bad" if word[0] == "good" else "good", template
    )


def _keep_negations(frame, taken):
    taken = iter(taken)
    return _NEGATION.sub(lambda place: (place[1] or place[2]) if next(taken) else "", frame)


def _choose(options, rng):
    return options[rng.randint(len(options))]


def _tidy(text):
    """Close the gaps that empty slots leave, and capitalise the sentences."""
    text = re.sub(r" +(?=[,.:;])", "", " ".join(text.split()))
    return re.sub(r"(^|[.] )(\w)", lambda start: start[1] + start[2].upper(), text)
