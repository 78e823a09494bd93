"""What a reader sees: pages of words with boxes, and data that a file carries beside its picture.

Words and rules are named tuples, not pydantic models: a 500-page file holds a quarter of a million of them.
Coordinates are PDF points (1/72 inch) from the top left of the upright page.
"""

from typing import Literal, NamedTuple

from engine.model.field import Box, Field
from engine.model.finding import Finding
from engine.model.value import Value


class Word(NamedTuple):
    """A run of characters without white space, its box, and how sure the reader is of its letters (0..1)."""

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float = 1.0

    @property
    def box(self) -> Box:
        """The box of the word."""
        return Box(x0=self.x0, top=self.top, x1=self.x1, bottom=self.bottom)


class Rule(NamedTuple):
    """A drawn line: horizontal when top == bottom, vertical when x0 == x1."""

    x0: float
    top: float
    x1: float
    bottom: float


class Code(NamedTuple):
    """A barcode or QR code: what it says, and its box."""

    symbology: str
    """`qr`, `code_128`, `code_39`, `data_matrix`, `ean_13`, ... in lower snake case."""
    text: str
    x0: float
    top: float
    x1: float
    bottom: float


class Page(Value):
    """One upright page."""

    number: int
    """1-based, in the order of the file."""
    width: float
    height: float
    words: tuple[Word, ...] = ()
    rules: tuple[Rule, ...] = ()
    codes: tuple[Code, ...] = ()
    """Barcodes and QR codes on the page."""
    drawings: tuple[Box, ...] = ()
    """What is drawn on the page and is neither print nor a straight line: a signature, a stamp, a logo."""
    hidden: tuple[Word, ...] = ()
    """Words of the text layer that nobody can see: invisible, white, covered, off the page. Never read as values."""
    rotation: int = 0
    """Degrees clockwise by which the stored page was turned to stand upright (0, 90, 180, 270)."""
    language: str | None = None
    """ISO 639-1 of the page as a reader was told, None when it was not."""
    how: Literal["text_layer", "ocr", "none"] = "none"
    """`none`: nothing legible yet; another reader should look at the pixels."""
    by: str = ""
    """Engine and version, such as `pdfplumber@0.11.10`."""
    picture: str = ""
    """SHA-256 of the kept picture (JPEG) that shows the whole page upright and level; word boxes scale onto it."""


class Embedded(Value):
    """A record that the file itself carries as data (UBL, CII, Factur-X attachment, a business event)."""

    syntax: Literal["ubl", "cii", "idoc", "event", "dossier"]
    profile: str = ""
    type: str = "unknown"
    """Document type of DESIGN 5."""
    language: str | None = None
    fields: tuple[Field, ...] = ()
    lines: tuple[tuple[Field, ...], ...] = ()
    taxes: tuple[tuple[Field, ...], ...] = ()
    by: str = ""
    posted_before: bool = False
    """An earlier version of the object that a business event tells of had been posted: some fields change hands then."""


class Printed(Value):
    """Print that a service took for one value, under no name of ours."""

    raw: str
    """As printed; lines are parted by a line feed. Empty for an empty cell."""
    confidence: float
    page: int | None = None
    box: Box | None = None


class Labelled(Value):
    """A value with the words that announce it on the page, or with the question that it answers."""

    label: str
    value: Printed


class Table(Value):
    """A table as a service saw it, without knowing what its columns mean."""

    headings: tuple[str, ...] = ()
    """One for each column, empty where it has none; no headings at all when the service did not say which row they are."""
    rows: tuple[tuple[Printed, ...], ...] = ()
    """As many cells a row as there are columns."""


class Opinion(Value):
    """What a recognition service says the fields of one document are, beside the words it read.

    A second opinion, not the truth: `value` of a field is the service's own canonical text where it has one, else the
    raw text; box and page are those of the print.
    """

    by: str
    """The service: `aws-textract`, `azure-documentintelligence`, `google-documentai`, or the name a sender gave."""
    type: str = "unknown"
    """Document type of DESIGN 5."""
    type_confidence: float = 0.0
    pages: tuple[int, int] | None = None
    """1-based first and last page of the document, None when it is not said."""
    fields: tuple[Field, ...] = ()
    lines: tuple[tuple[Field, ...], ...] = ()
    taxes: tuple[tuple[Field, ...], ...] = ()
    pairs: tuple[Labelled, ...] = ()
    """What a form says: values under printed labels, which our vocabularies name."""
    tables: tuple[Table, ...] = ()


class Reading(Value):
    """Everything that readers got out of one blob, before anybody asks what it means."""

    pages: tuple[Page, ...] = ()
    page_count: int = 0
    embedded: Embedded | None = None
    opinions: tuple[Opinion, ...] = ()
    """One for each document that a recognition service found in the file."""
    parts: tuple[tuple[int, int], ...] = ()
    """1-based first and last page of each document in the file, where the reader was told; empty when not."""
    findings: tuple[Finding, ...] = ()
