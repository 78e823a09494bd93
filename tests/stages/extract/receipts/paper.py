"""Slips as recognition sees them: words with boxes out of monospaced text."""

import re
import textwrap
from functools import cache
from pathlib import Path

from engine.content.vocabulary import load_vocabularies
from engine.model.page import Page, Reading, Word
from engine.model.record import Classification, Extraction
from engine.stages.extract.receipts.receipt import extract_receipt
from engine.stages.extract.receipts.wording import Wording, wording_of

_ADVANCE, _LEADING, _HEIGHT = 5.0, 12.0, 10.0
RECEIPT = Classification(type="receipt", type_confidence=0.9, language=None, language_confidence=0.0)


@cache
def wording() -> Wording:
    """Return the shipped wording of receipts."""
    found = wording_of(load_vocabularies(Path(__file__).resolve().parents[4]))
    assert found is not None
    return found


def paper(text: str, *, glued: bool = False, fall: float = 0.0) -> Reading:
    """Return a page of the text. `glued` joins what single spaces part; `fall` is by how much lines fall per point."""
    pattern = re.compile(r"\S+(?: \S+)*" if glued else r"\S+")
    words = []
    for row, line in enumerate(textwrap.dedent(text).strip("\n").splitlines()):
        for match in pattern.finditer(line):
            x0, x1 = 20 + _ADVANCE * match.start(), 20 + _ADVANCE * match.end()
            top = 40 + _LEADING * row + fall * (x0 + x1) / 2
            words.append(Word(match[0].replace(" ", ""), x0, top, x1, top + _HEIGHT, 0.97))
    page = Page(number=1, width=280, height=900, words=tuple(words), how="ocr", by="paper@1")
    return Reading(pages=(page,), page_count=1)


def read_slip(text: str, *, glued: bool = False, fall: float = 0.0) -> Extraction:
    """Return what is read from the text of a slip."""
    reading = paper(text, glued=glued, fall=fall)
    return extract_receipt(reading, document_id="slip", classification=RECEIPT, wording=wording())
