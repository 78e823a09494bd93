"""Google Document AI: Document JSON of OCR, form, invoice, expense, order and splitter processors.

REST spells camelCase, protobuf dumps snake_case; a process answer wraps it in `document`, batch output comes in shards.
Texts are anchors into one long text; corners are fractions of the page (normalizedVertices) or pixels (vertices), and
coordinates that are zero are left out.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from adapters.ocr_results.forms import Forms, GridCell, labelled, table, with_forms
from adapters.ocr_results.language import language_code
from adapters.ocr_results.opinion import Said, names_of, opinion
from adapters.ocr_results.parts import ranges
from adapters.ocr_results.sheet import UNKNOWN, Corner, Mark, Placement, Print, Sheet, aspect, lay_out, points_for
from adapters.ocr_results.tree import Tree, misshapen, printable
from engine.model.page import Labelled, Opinion, Printed, Reading, Table
from engine.ports import Limits

SERVICE = "google-documentai"

_LONGEST_WORD = 1000
_MOST_SEGMENTS = 200
_NANOS = Decimal(10) ** 9
_TURNS = {"PAGE_RIGHT": 90.0, "PAGE_DOWN": 180.0, "PAGE_LEFT": 270.0, "2": 90.0, "3": 180.0, "4": 270.0}
"""Orientation of a layout in degrees clockwise, by name and by protobuf number."""
_ROWS = {"line_item": "lines", "vat": "taxes"}
_SYMBOLOGIES = {
    "QR_CODE": "qr", "CODE_128": "code_128", "CODE_39": "code_39", "CODE_93": "code_93", "CODABAR": "codabar",
    "DATA_MATRIX": "data_matrix", "ITF": "itf", "EAN_13": "ean_13", "EAN_8": "ean_8", "UPC_A": "upc_a", "UPC_E": "upc_e",
    "PDF417": "pdf_417", "AZTEC": "aztec", "DATABAR": "data_bar",
}  # fmt: skip


def read(root: Tree, limits: Limits) -> Reading:
    """Return pages and opinions. Raises ReadError for what is no Document."""
    shards = root.items() if isinstance(root.data, list) else [root]
    documents = [_Shard(shard.get("document") or shard) for shard in shards]
    stored = [(document, page) for document in documents for page in document.pages]
    if not stored:
        raise misshapen("there are no pages")
    sheets = (document.sheet(page) for document, page in stored[: limits.max_pages + 1])
    pages, placements = lay_out(sheets, by=SERVICE, limits=limits)
    opinions: list[Opinion] = []
    found: list[tuple[int, int]] = []
    before = 0
    for document in documents:
        entities = _Entities(document.tree, placements, before)
        opinions += entities.opinions()
        found += entities.ranges()
        before += len(document.pages)
    parts = ranges(found, len(pages))
    heard = with_forms(opinions, _forms(stored[: limits.max_pages], placements), names_of(SERVICE))
    return Reading(pages=pages, page_count=len(pages), opinions=heard, parts=parts)


def _forms(stored: Sequence[tuple["_Shard", Tree]], placements: Sequence[Placement]) -> Forms:
    """Return the form fields and tables of the pages (form parser)."""
    pairs: list[Labelled] = []
    tables: list[Table] = []
    for (shard, page), placement in zip(stored, placements, strict=True):
        form = _Form(shard, placement)
        for one in page.get("formFields").items():
            pairs += labelled(shard.anchored(one.get("fieldName", "textAnchor")), form.printed(one.get("fieldValue")))
        tables += [table(form.cells(one)) for one in page.get("tables").items()]
    return Forms(pairs, [one for one in tables if one.rows])


class _Shard:
    """One Document: its text and its pages."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        text = tree.get("text")
        if text and not isinstance(text.data, str):
            text.refuse("a text")
        self._text: str = text.data or ""
        self.pages = tree.get("pages").items()

    def sheet(self, page: Tree) -> Sheet:
        """Return one page with its tokens, or its lines where it has no tokens."""
        width, height = (page.get("dimension", side).number() or 0.0 for side in ("width", "height"))
        layouts = page.get("tokens").items() or page.get("lines").items() or page.get("paragraphs").items()
        size = (width, height) if width > 0 and height > 0 else (1.0, 1.0)
        prints = _glued([self._print(item.get("layout"), size) for item in layouts])
        if size == (1.0, 1.0):
            # without a size the corners are fractions; the shape of the words tells that of the page
            shape = aspect(prints)
            points = (shape * points_for(shape, 1.0), points_for(shape, 1.0))
        else:
            points = (points_for(*size), points_for(*size))
        marks = [
            Mark(_symbology(mark.get("barcode", "format").text()), mark.get("barcode", "rawValue").text(), _corners(mark.get("layout", "boundingPoly"), size))
            for mark in page.get("detectedBarcodes").items()
        ]  # fmt: skip
        return Sheet(
            *size, points, prints, marks, _TURNS.get(str(page.get("layout", "orientation").data), 0.0), _language(page)
        )

    def _print(self, layout: Tree, size: Corner) -> Print:
        corners = _corners(layout.get("boundingPoly"), size)
        sure = layout.get("confidence").share(default=0.0) or UNKNOWN
        return Print(self.anchored(layout.get("textAnchor")), corners, sure)

    def anchored(self, anchor: Tree) -> str:
        """Return the text that an anchor points at, at most a thousand signs."""
        parts: list[str] = []
        for segment in anchor.get("textSegments").items()[:_MOST_SEGMENTS]:
            start, end = segment.get("startIndex").whole() or 0, segment.get("endIndex").whole() or 0
            if 0 <= start < end:
                parts.append(self._text[start : min(end, start + _LONGEST_WORD)])
        return printable("".join(parts)[:_LONGEST_WORD])


class _Form:
    """Form fields and tables of one page."""

    def __init__(self, shard: _Shard, placement: Placement) -> None:
        self._shard = shard
        self._placement = placement

    def printed(self, layout: Tree) -> Printed:
        """Return the text of a layout with its place."""
        text = "\n".join(
            " ".join(line.split()) for line in self._shard.anchored(layout.get("textAnchor")).strip().splitlines()
        )
        sure = layout.get("confidence").share(default=0.0) or UNKNOWN
        box = self._placement.box(_corners(layout.get("boundingPoly"), self._placement.stored_units))
        return Printed(raw=text, confidence=sure, page=self._placement.number, box=box)

    def cells(self, stored: Tree) -> Iterator[GridCell]:
        """Yield the cells of a table: a cell over several columns holds the places of all of them."""
        heads = stored.get("headerRows").items()
        for number, row in enumerate((*heads, *stored.get("bodyRows").items())):
            column = 0
            for cell in row.get("cells").items():
                yield GridCell(number, column, self.printed(cell.get("layout")), number < len(heads))
                column += max(1, min(_MOST_SEGMENTS, cell.get("colSpan").whole() or 1))


class _Entities:
    """What a processor says of the documents in one shard."""

    def __init__(self, tree: Tree, placements: Sequence[Placement], before: int) -> None:
        self._entities = tree.get("entities").items()
        self._placements = placements
        self._before = before
        self._names = names_of(SERVICE)

    def opinions(self) -> list[Opinion]:
        """Return one opinion for each document: one of all fields, or one for each range a splitter found."""
        header: list[Said] = []
        rows: dict[str, list[list[Said]]] = {"lines": [], "taxes": []}
        kinds: list[tuple[str, float]] = []
        for entity in self._entities:
            name = entity.get("type").text()
            if name in _ROWS:
                members = entity.get("properties").items()
                rows[_ROWS[name]].append([self._said(member, name) for member in members] or [self._said(entity, name)])
            else:
                one = self._said(entity)
                header.append(one)
                header += [self._said(member, name) for member in entity.get("properties").items()]
                header += _currency(entity, one.confidence)
                if name == "invoice_type":
                    kinds.append((entity.get("normalizedValue", "text").text() or one.raw, one.confidence))
        split = self._split()
        if split and not rows["lines"]:
            return [
                opinion(self._names, fields=(), type=kind, type_confidence=sure, pages=pages)
                for kind, sure, pages in split
            ]
        kind, sure = kinds[0] if kinds else ("", 0.0)
        found = opinion(
            self._names, fields=header, lines=rows["lines"], taxes=rows["taxes"], type=kind, type_confidence=sure
        )
        return [found] if found.fields or found.lines or found.taxes else []

    def ranges(self) -> list[tuple[int, int]]:
        """Return the page ranges that a splitter found."""
        return [pages for _, _, pages in self._split()]

    def _split(self) -> list[tuple[str, float, tuple[int, int]]]:
        """Return type, confidence and pages of the documents: entities without text whose type is a kind of document."""
        found: list[tuple[str, float, tuple[int, int]]] = []
        for entity in self._entities:
            name = entity.get("type").text()
            is_kind = name == "other" or self._names.type(name) != "unknown" or name.endswith("_statement")
            pages = [
                self._before + (ref.get("page").whole() or 0) + 1
                for ref in entity.get("pageAnchor", "pageRefs").items()
            ]
            if is_kind and pages and not entity.get("mentionText").text():
                found.append((name, entity.get("confidence").share(default=0.5), (min(pages), max(pages))))
        return found

    def _said(self, entity: Tree, parent: str = "") -> Said:
        name = entity.get("type").text().removeprefix(f"{parent}/")
        raw = " ".join(entity.get("mentionText").text().split())
        ref = next(iter(entity.get("pageAnchor", "pageRefs").items()), None)
        page = None if ref is None else self._before + (ref.get("page").whole() or 0) + 1
        box = None
        if ref is not None and page is not None and 0 < page <= len(self._placements):
            placement = self._placements[page - 1]
            box = placement.box(_corners(ref.get("boundingPoly"), placement.stored_units))
        return Said(
            name,
            raw,
            _typed(entity.get("normalizedValue")),
            entity.get("confidence").share(default=0.0),
            page,
            box,
            entity.path,
        )


def _glued(tokens: Sequence[Print]) -> list[Print]:
    """Return words: tokens end at punctuation, and only those whose text ends in white space end a word."""
    words: list[Print] = []
    is_open = False
    for token in tokens:
        if is_open and len(words[-1].corners) == len(token.corners) == 4 and len(words[-1].text) < _LONGEST_WORD:  # noqa: PLR2004
            before = words[-1]
            corners = (before.corners[0], token.corners[1], token.corners[2], before.corners[3])
            words[-1] = Print(before.text + token.text, corners, min(before.confidence, token.confidence))
        elif token.text.strip():
            words.append(token)
        is_open = bool(words) and bool(token.text) and not token.text[-1:].isspace()
    return words


def _corners(poly: Tree, size: Corner) -> tuple[Corner, ...]:
    """Return the corners in the units of `size`: fractions are taken times the sides."""
    shares = poly.get("normalizedVertices").items()
    scale = size if shares else (1.0, 1.0)
    return tuple(
        ((point.get("x").number() or 0.0) * scale[0], (point.get("y").number() or 0.0) * scale[1])
        for point in shares or poly.get("vertices").items()
    )


def _typed(value: Tree) -> str:
    """Return the normalized value as canonical text; empty when there is none."""
    money, date = value.get("moneyValue"), value.get("dateValue") or value.get("datetimeValue")
    if money:
        return _money(money)
    if date:
        year, month, day = (date.get(part).whole() or 0 for part in ("year", "month", "day"))
        return f"{year:04d}-{month:02d}-{day:02d}" if year > 0 and month > 0 and day > 0 else ""
    number = value.get("integerValue") or value.get("floatValue")
    return " ".join(value.get("text").text().split()) or number.decimal()


def _money(money: Tree) -> str:
    """Return units and nanos as one exact decimal."""
    amount = Decimal(money.get("units").whole() or 0) + Decimal(money.get("nanos").whole() or 0) / _NANOS
    return f"{amount.quantize(Decimal('0.01')) if amount == amount.quantize(Decimal('0.01')) else amount:f}"


def _currency(entity: Tree, sure: float) -> Iterator[Said]:
    code = entity.get("normalizedValue", "moneyValue", "currencyCode").text()
    if code:
        yield Said("currency", code, code, sure, None, None, entity.path)


def _symbology(kind: str) -> str:
    return _SYMBOLOGIES.get(kind.upper(), kind.lower())


def _language(page: Tree) -> str | None:
    """Return the language that the service is surest of."""
    found = [
        (one.get("confidence").share(default=0.5), one.get("languageCode").text())
        for one in page.get("detectedLanguages").items()
    ]
    return language_code(max(found)[1]) if found else None
