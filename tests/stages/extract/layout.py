"""Pages for tests, drawn as text: every character has its column, every line its row."""

import re
from functools import cache
from pathlib import Path
from textwrap import dedent

from engine.content.vocabulary import Vocabulary, load_vocabularies
from engine.model.page import Page, Reading, Word
from engine.model.record import Classification, Extraction
from engine.stages.classify import classify
from engine.stages.extract.extract import extract
from engine.stages.extract.lexicon import Lexicon, lexicon_of
from engine.stages.extract.lines_of_text import Line, lines_of

ROOT = Path(__file__).resolve().parents[3]
CHARACTER, ROW, HEIGHT = 5.0, 13.0, 9.0
"""Points: width of a character, distance of lines, height of letters. One space is a gap, two or more a column."""


@cache
def _vocabularies() -> dict[str, Vocabulary]:
    return dict(load_vocabularies(ROOT))


def vocabularies() -> dict[str, Vocabulary]:
    return _vocabularies()


def lexicon() -> Lexicon:
    return lexicon_of(_vocabularies())


def words(text: str, *, top: float = 30.0) -> tuple[Word, ...]:
    """Place the words of a drawn page."""
    return tuple(
        Word(m[0], 40 + CHARACTER * m.start(), top + ROW * row, 40 + CHARACTER * m.end(), top + ROW * row + HEIGHT)
        for row, line in enumerate(dedent(text).strip("\n").splitlines())
        for m in re.finditer(r"\S+", line.replace("  ", "  "))
    )


def page(text: str, *, number: int = 1, how: str = "text_layer", width: float = 595, height: float = 842) -> Page:
    return Page.model_validate(
        {"number": number, "width": width, "height": height, "words": words(text), "how": how, "by": "drawn@1"}
    )


def reading(*texts: str, how: str = "text_layer", width: float = 595, height: float = 842) -> Reading:
    pages = tuple(page(t, number=i, how=how, width=width, height=height) for i, t in enumerate(texts, 1))
    return Reading(pages=pages, page_count=len(pages))


def line(text: str) -> Line:
    """Return the one line of a drawn row."""
    (only,) = lines_of(words(text), 1)
    return only


def kind(language: str | None = "en", type_: str = "invoice") -> Classification:
    return Classification.model_validate(
        {"type": type_, "type_confidence": 0.9, "language": language, "language_confidence": 0.9}
    )


def extracted(*texts: str, how: str = "text_layer") -> Extraction:
    """Classify and extract drawn pages."""
    drawn = reading(*texts, how=how)
    return extract(
        drawn, document_id="d" * 64, classification=classify(drawn, vocabularies()), vocabularies=vocabularies()
    )
