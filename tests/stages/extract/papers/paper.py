"""Papers as they come from business: drawn as text with what a careful clerk reads on them.

A file holds the papers of a language. Each begins with `### name`, then a line of `name=value` pairs divided by `|`
(the truth), then one line an item (`- description|quantity|unit price|amount`), then `open:` with the fields that
are known not to be read yet, and after `---` the pages, divided by `=====`. All names and numbers are invented.
"""

import re
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent
COLUMNS = ("description", "quantity", "unit_price", "amount")


class Paper(NamedTuple):
    """Drawn pages, the truth by field name, the items, and the names of fields that are not read yet."""

    name: str
    truth: dict[str, str]
    items: tuple[dict[str, str], ...]
    open: frozenset[str]
    pages: tuple[str, ...]


def papers() -> list[Paper]:
    """Return all papers, by file and place in it."""
    texts = [file.read_text(encoding="utf-8") for file in sorted(FOLDER.glob("*.txt"))]
    return [_paper(block) for text in texts for block in re.split(r"^### ", text, flags=re.MULTILINE)[1:]]


def _paper(block: str) -> Paper:
    head, body = block.split("\n---\n", 1)
    name, truth, *rest = head.splitlines()
    items = tuple(
        {k: v for k, v in zip(COLUMNS, row[2:].split("|"), strict=True) if v} for row in rest if row.startswith("- ")
    )
    gaps = next((row[5:].split() for row in rest if row.startswith("open:")), [])
    pages = tuple(page.strip("\n") for page in body.split("\n=====\n"))
    return Paper(name, dict(pair.split("=", 1) for pair in truth.split("|")), items, frozenset(gaps), pages)
