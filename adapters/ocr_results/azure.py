"""Azure AI Document Intelligence (Form Recognizer) 2.1 to 4.0: read, layout, prebuilt models, REST and SDK spelling.

2.1 has `readResults` with words inside lines and `documentResults`; from 3.0 on pages have words and `documents` fields.
A polygon is a flat list of eight numbers or, in SDK dumps, a list of points; units are inch (PDF) or pixel (images).
"""

from collections.abc import Iterator, Sequence

from adapters.ocr_results.azure_forms import Place, forms
from adapters.ocr_results.forms import with_forms
from adapters.ocr_results.language import language_code
from adapters.ocr_results.opinion import Said, names_of, opinion
from adapters.ocr_results.parts import apart
from adapters.ocr_results.sheet import UNKNOWN, Corner, Mark, Placement, Print, Sheet, lay_out, points_for
from adapters.ocr_results.tree import Tree, misshapen, snake
from engine.model.field import Box
from engine.model.page import Opinion, Reading
from engine.ports import Limits

SERVICE = "azure-documentintelligence"

_POINTS_PER_INCH = 72.0
_TYPED = (
    "valueString", "valueDate", "valueNumber", "valueInteger", "valueCountryRegion", "valuePhoneNumber", "valueTime",
    "valueSelectionMark", "valueSignature",
)  # fmt: skip
_LISTS = {"Items": "lines", "TaxDetails": "taxes"}
_NESTED = frozenset({"PaymentDetails"})
_SYMBOLOGIES = {
    "qrcode": "qr", "microqrcode": "micro_qr", "upca": "upc_a", "upce": "upc_e", "ean8": "ean_8", "ean13": "ean_13",
    "code39": "code_39", "code93": "code_93", "code128": "code_128", "datamatrix": "data_matrix", "maxicode": "maxi_code",
    "databar": "data_bar", "databarexpanded": "data_bar_expanded", "pdf417": "pdf_417",
}  # fmt: skip


def read(root: Tree, limits: Limits) -> Reading:
    """Return pages and opinions. Raises ReadError for what is no answer of the service."""
    status = root.get("status").text().lower()
    if status in {"failed", "running", "notstarted"}:
        raise misshapen(f"the status is {status}")
    result = root.get("analyzeResult") or root
    stored = result.get("readResults").items() or result.get("pages").items()
    if not stored:
        raise misshapen("there are no pages")
    pages, placements = lay_out((_sheet(page) for page in stored[: limits.max_pages + 1]), by=SERVICE, limits=limits)
    order = {_number(page, index): index + 1 for index, page in enumerate(stored)}
    documents = result.get("documentResults").items() or result.get("documents").items()
    named = tuple(_Document(document, placements, order).opinion() for document in documents)
    opinions = with_forms(named, forms(result, _places(placements, order)), names_of(SERVICE))
    return Reading(pages=pages, page_count=len(pages), opinions=opinions, parts=apart(opinions, len(pages)))


def _places(placements: Sequence[Placement], order: dict[int, int]) -> Place:
    """Return how pages and boxes are found of what has regions (3.0 on) or a box on a page (2.1)."""

    def place(part: Tree, page_number: int | None) -> tuple[int | None, Box | None]:
        region = next(iter(part.get("boundingRegions").items()), Tree(None))
        page = order.get(region.get("pageNumber").whole() or part.get("page").whole() or page_number or 0)
        corners = _corners(region.get("polygon") or region.get("boundingBox") or part.get("boundingBox"))
        return page, placements[page - 1].box(corners) if page and page <= len(placements) else None

    return place


def _number(page: Tree, index: int) -> int:
    return (page.get("pageNumber") or page.get("page")).whole() or index + 1


def _sheet(page: Tree) -> Sheet:
    width, height = page.get("width").number() or 0.0, page.get("height").number() or 0.0
    points = _POINTS_PER_INCH if page.get("unit").text() == "inch" else points_for(width, height)
    words = page.get("words").items() or [
        word for line in page.get("lines").items() for word in line.get("words").items()
    ]
    prints = [_print(word) for word in words or page.get("lines").items()]
    marks = [
        Mark(_symbology(mark.get("kind").text()), mark.get("value").text(), _corners(mark.get("polygon")))
        for mark in page.get("barcodes").items()
    ]
    return Sheet(
        width,
        height,
        (points, points),
        prints,
        marks,
        page.get("angle").number() or 0.0,
        language_code(page.get("language").text()),
    )


def _print(word: Tree) -> Print:
    text = (word.get("content") or word.get("text")).text()
    corners = _corners(word.get("polygon") or word.get("boundingBox"))
    return Print(text, corners, word.get("confidence").share(default=UNKNOWN))


def _corners(tree: Tree) -> tuple[Corner, ...]:
    items = tree.items()
    if items and isinstance(items[0].data, dict):
        points = [(point.get("x").number() or 0.0, point.get("y").number() or 0.0) for point in items]
        return tuple(points)
    numbers = [item.number() or 0.0 for item in items]
    return tuple(zip(numbers[0::2], numbers[1::2], strict=False))


def _symbology(kind: str) -> str:
    compact = kind.replace("_", "").lower()
    return _SYMBOLOGIES.get(compact, snake(kind))


class _Document:
    """One analysed document: its fields, whichever version and spelling they are in."""

    def __init__(self, document: Tree, placements: Sequence[Placement], order: dict[int, int]) -> None:
        self._document = document
        self._placements = placements
        self._order = order

    def opinion(self) -> Opinion:
        """Return what the service says of the document."""
        fields = self._document.get("fields")
        rows: dict[str, list[list[Said]]] = {"lines": [], "taxes": []}
        header: list[Said] = []
        for name, field in fields.pairs():
            if name in _LISTS:
                rows[_LISTS[name]] += [self._row(item) for item in _elements(field)]
            elif name in _NESTED:
                parts = (one for item in _elements(field) for one in self._row(item))
                header += [one._replace(name=f"{name}/{one.name}") for one in parts]
            elif field:
                header.append(self._said(name, field))
                header += self._currency(field)
        kind = self._document.get("docType").text()
        return opinion(
            names_of(SERVICE), fields=header, lines=rows["lines"], taxes=rows["taxes"],
            type=kind.removeprefix("prebuilt-"), type_confidence=(self._document.get("confidence") or self._document.get("docTypeConfidence")).share(default=0.8), pages=self._range(),
        )  # fmt: skip

    def _row(self, item: Tree) -> list[Said]:
        members = item.get("valueObject") or _value_if(item, dict)
        return [self._said(name, field) for name, field in members.pairs() if field]

    def _said(self, name: str, field: Tree) -> Said:
        raw = " ".join((field.get("content") or field.get("text")).text().split())
        page, box = _places(self._placements, self._order)(field, None)
        return Said(name, raw, _typed(field), field.get("confidence").share(default=0.5), page, box, field.path)

    def _currency(self, field: Tree) -> Iterator[Said]:
        money = field.get("valueCurrency") or _value_if(field, dict)
        code = (money.get("currencyCode") or money.get("code")).text() if money else ""
        if code:
            yield Said("CurrencyCode", code, code, field.get("confidence").share(default=0.5), None, None, money.path)

    def _range(self) -> tuple[int, int] | None:
        """Return the pages of the document; 2.1 says them as [first, last]."""
        numbers = [n.whole() or 0 for n in self._document.get("pageRange").items()]
        numbers += [region.get("pageNumber").whole() or 0 for region in self._document.get("boundingRegions").items()]
        known = [self._order[number] for number in numbers if number in self._order]
        return (min(known), max(known)) if known else None


def _elements(field: Tree) -> list[Tree]:
    return (field.get("valueArray") or _value_if(field, list)).items()


def _value_if(field: Tree, kind: type) -> Tree:
    """Return the SDK's plain `value` when it has the kind asked for."""
    value = field.get("value")
    return value if isinstance(value.data, kind) else Tree(None)


def _typed(field: Tree) -> str:
    """Return the service's typed value as canonical text; empty when it has none."""
    money = field.get("valueCurrency") or _value_if(field, dict)
    candidates = (money.get("amount"), *(field.get(name) for name in (*_TYPED, "value")))
    for value in candidates:
        found = " ".join(value.text().split()) if isinstance(value.data, str) else value.decimal()
        if found:
            return found
    return ""
