"""Extractions and pages for tests of contradictions."""

from engine.model.field import Box, Field, Provenance
from engine.model.page import Code, Page, Word
from engine.model.record import Classification, Extraction

IBAN = "DE02120300000000202051"
OTHER_IBAN = "DE75512108001245126199"
INVOICE = Classification(type="invoice", type_confidence=0.95, language="de", language_confidence=0.95)
_WIDE = 5.0


def seen(name: str, value: str, confidence: float = 0.95, *, box: Box | None = None) -> Field:
    """Return a field that was read from page 1."""
    where = Provenance(how="read", page=1, box=box or Box(x0=10, top=10, x1=60, bottom=20), by="test@1")
    return Field(name=name, value=value, raw=value, confidence=confidence, provenance=where)


def extraction(*fields: Field) -> Extraction:
    """Return an extraction with these fields."""
    return Extraction(document_id="d", classification=INVOICE, page_count=1, fields=fields)


def words(text: str, *, top: float = 100) -> tuple[Word, ...]:
    """Return a text as words, one line of the page a line of the text."""
    placed = []
    for row, line in enumerate(text.splitlines()):
        x = 50.0
        for word in line.split():
            placed.append(Word(word, x, top + 14 * row, x + _WIDE * len(word), top + 14 * row + 10))
            x += _WIDE * (len(word) + 1)
    return tuple(placed)


def page(
    text: str = "", *, hidden: str = "", codes: tuple[str, ...] = (), how: str = "text_layer", number: int = 1
) -> Page:
    """Return a page with visible text, hidden text and codes."""
    return Page.model_validate(
        {
            "number": number, "width": 595, "height": 842, "words": words(text), "hidden": words(hidden, top=400),
            "codes": tuple(Code("qr", code, 400, 600, 480, 680) for code in codes), "how": how, "by": "test@1",
        }
    )  # fmt: skip


def girocode(iban: str = IBAN, amount: str = "119.00", name: str = "Muster GmbH", text: str = "RE 4711") -> str:
    """Return the text of a GiroCode."""
    return f"BCD\n002\n1\nSCT\n\n{name}\n{iban}\nEUR{amount}\n\n\n{text}"
