"""Links of the documentation lead somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
PAGES = [
    path for path in PAGES if "_build" not in path.parts and "auto_examples" not in path.parts
]
CODE = re.compile(r"^(`{3,}|~{3,}).*?^\1", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
INCLUDE = re.compile(r"^`{3,}\{literalinclude\} (\S+)", re.MULTILINE)
HEADING = re.compile(r"^#+ (.+)", re.MULTILINE)
MADE = {"auto_examples", "generated"}  # by Sphinx


def list_links(text):
    """Give the targets of links and inclusions that are not on other sites."""
    found = LINK.findall(CODE.sub("", text)) + INCLUDE.findall(text)
    return [link for link in found if not re.match(r"[a-z]+:", link)]


def list_anchors(text):
    """Give the anchors of headings, as GitHub and MyST make them."""
    headings = HEADING.findall(CODE.sub("", text))
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return [heading.replace(" ", "-") for heading in plain]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_every_link_to_a_file_or_a_heading_of_ours_leads_there(page):
    for link in list_links(page.read_text(encoding="utf-8")):
        name, _, anchor = link.partition("#")
        target = page.parent / name if name else page
        if MADE.intersection(target.parts):
            continue
        assert target.exists(), link
        if anchor and target.suffix == ".md":
            assert anchor in list_anchors(target.read_text(encoding="utf-8")), link


def test_anchors_are_words_of_the_heading():
    assert list_anchors("# A `network=`, and *more*\n") == ["a-network-and-more"]
