"""The examples of a type of paper, run: they are its tests. Pure."""

import re
from collections.abc import Iterator, Mapping

from engine.content.paper_type import PaperExample, PaperType
from engine.content.vocabulary import Vocabulary
from engine.model.page import Page, Reading, Word
from engine.model.record import Record
from engine.stages.classify import classify
from engine.stages.matrix_examples import differences
from engine.stages.normalize import normalize
from engine.stages.papers.read import read_print

_LETTER, _HEIGHT, _STEP = 5.0, 8.0, 12.0
"""Points that a letter of an example is wide and high, and from line to line."""
_MARGIN = 40.0
_LEAST = 0.5
"""How sure the type has to be."""


def complaint(paper: PaperType, example: PaperExample, vocabularies: Mapping[str, Vocabulary]) -> str:
    """Return why an example does not hold, or an empty text."""
    pages = reading_of(example)
    kind = classify(pages, vocabularies)
    if kind.type != paper.name or kind.type_confidence < _LEAST:
        return f"it is taken for: {kind.type} ({kind.type_confidence:.2f}); give it titles or cues of its own"
    return next(differences(read(example, vocabularies).plain(), dict(example.record), ""), "")


def read(example: PaperExample, vocabularies: Mapping[str, Vocabulary]) -> Record:
    """Return the record of an example, read as a page of print and normalized."""
    pages = reading_of(example)
    kind = classify(pages, vocabularies).model_copy(update={"language": example.language})
    extraction, _ = read_print(pages, document_id="0" * 64, classification=kind, vocabularies=vocabularies)
    return normalize(extraction, revision=1, vocabularies=vocabularies)


def reading_of(example: PaperExample) -> Reading:
    """Return an example as a page: every letter and space equally wide."""
    words = tuple(_words(example.text))
    height = _MARGIN * 2 + _STEP * len(example.text.splitlines())
    page = Page(number=1, width=842, height=max(842.0, height), how="text_layer", words=words, by="example")
    return Reading(pages=(page,), page_count=1)


def _words(text: str) -> Iterator[Word]:
    for row, line in enumerate(text.splitlines()):
        top = _MARGIN + _STEP * row
        for match in re.finditer(r"\S+", line):
            left = _MARGIN + _LETTER * match.start()
            yield Word(match[0], left, top, left + _LETTER * len(match[0]), top + _HEIGHT)
