"""Walks the tables over a document and gives every value its pointer."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Protocol, cast

from lxml import etree

from adapters.einvoice import cii, ubl
from adapters.einvoice.pointer import Pointers
from adapters.einvoice.prices import DIVIDED, undivided
from adapters.einvoice.table import Pick, Table
from adapters.einvoice.type_codes import document_type
from adapters.shared.canonical import CANONICAL, currency, plain, quotient, text
from adapters.shared.safe_xml import Element
from engine.model.field import Alternative, Field, Provenance, Row
from engine.model.finding import Finding
from engine.model.page import Embedded

TABLES: dict[tuple[str, str], Table] = {table.root: table for table in (*ubl.TABLES, *cii.TABLES)}

_CERTAIN = 1.0
_COMPUTED = 0.99
_MOST_ALTERNATIVES = 10
_MOST_FINDINGS = 200
_LESSER = frozenset({
    "period_start", "period_end", "delivery_date", "tax_point_date", "vendor_country", "buyer_country", "origin_country",
})  # fmt: skip
"""Fields that nothing is paid by: of another form (a month for a day) they are worth a word, not a stop."""
_WRAPPERS = frozenset({"StandardBusinessDocument"})


class _TextNode(Protocol):
    """What lxml gives for `@x` and `text()`: a string that knows where it stands."""

    is_attribute: bool
    attrname: str

    def getparent(self) -> Element: ...


class _Node(NamedTuple):
    raw: str
    pointer: str


class _Value(NamedTuple):
    value: str
    raw: str
    pointer: str
    confidence: float = _CERTAIN
    alternatives: tuple[Alternative, ...] = ()


def find_message(root: Element) -> tuple[Element, Table] | None:
    """Return the message and its table: the root, or the payload of a business document envelope. None if unknown."""
    candidates = [root]
    if etree.QName(root).localname in _WRAPPERS:
        candidates.extend(root.iterchildren("*"))
    for element in candidates:
        name = etree.QName(element)
        table = TABLES.get((name.namespace or "", name.localname))
        if table is not None:
            return element, table
    return None


def embedded(message: Element, table: Table, *, by: str) -> tuple[Embedded, tuple[Finding, ...]]:
    """Map one message. Values that do not have the shape of their kind are left out and become findings."""
    mapper = _Mapper(message, table, by)
    header = mapper.row(message, table.header, "")
    lines = mapper.rows(table.line_path, table.line, "lines")
    taxes = mapper.rows(table.tax_path, table.tax, "taxes")
    total = next((field.decimal() for field in header if field.name == "total"), None)
    code = mapper.plain_text(*table.type_code) or table.default_code
    kind, notes = document_type(table.message, code, total)
    language = (mapper.plain_text(table.language) or "")[:2].lower()
    result = Embedded(
        syntax=table.syntax, profile=mapper.plain_text(table.profile) or "", type=kind, language=language or None,
        fields=header, lines=lines, taxes=taxes, by=by,
    )  # fmt: skip
    return result, (*mapper.findings, *notes)


class _Mapper:
    """One document on its way through its table."""

    def __init__(self, message: Element, table: Table, by: str) -> None:
        self.findings: list[Finding] = []
        self._message = message
        self._table = table
        self._by = by
        self._pointers = Pointers(table.namespaces)
        self._currency = ""
        paths = next(pick.paths for pick in table.header if pick.name == "currency")
        self._currency = currency(self.plain_text(*paths) or "") or ""

    def plain_text(self, *paths: str) -> str | None:
        """Return the words at the first path that has any."""
        nodes = self._first(self._message, paths)
        return text(nodes[0].raw) if nodes else None

    def rows(self, path: str, picks: Sequence[Pick], group: str) -> tuple[Row, ...]:
        """Return a row for every node at `path` that has any value."""
        rows: list[Row] = []
        for element in cast("list[Element]", self._evaluate(self._message, path)):
            where = f"{group}[{len(rows)}]."
            row, notes = undivided(self.row(element, picks, where), f"{where}unit_price")
            self._note(*notes)
            if row:
                rows.append(row)
        return tuple(rows)

    def row(self, element: Element, picks: Sequence[Pick], where: str) -> Row:
        """Return the fields that the picks find below an element."""
        fields = ((pick.name, self._pick(element, pick, where + pick.name)) for pick in picks)
        return tuple(
            Field(
                name=name, value=found.value, raw=found.raw, confidence=found.confidence,
                provenance=Provenance(how="embedded", pointer=found.pointer, by=self._by),
                alternatives=found.alternatives,
            )
            for name, found in fields if found is not None
        )  # fmt: skip

    def _pick(self, element: Element, pick: Pick, path: str) -> _Value | None:
        if pick.combine in {"join", "elaborate"}:
            return self._joined(element, pick)
        values = self._canonical(self._first(element, pick.paths), pick, path)
        other = self._canonical(self._first(element, pick.other), pick, path)
        if pick.combine == "difference":
            return _difference(values, other)
        if values and other and pick.combine == "quotient":
            return self._quotient(values[0], other[0], path)
        return self._foremost(values, path) if values else None

    def _foremost(self, values: Sequence[_Value], path: str) -> _Value:
        """Take the first of several values and keep the others in sight."""
        others = {value.value: value for value in values if value.value != values[0].value}
        if not others:
            return values[0]
        self._note_several(values, path)
        further = tuple(Alternative(value=o.value, raw=o.raw, confidence=0.0) for o in others.values())
        return values[0]._replace(alternatives=further[:_MOST_ALTERNATIVES])

    def _joined(self, element: Element, pick: Pick) -> _Value | None:
        parts: list[_Node] = []
        for node in (node for path in pick.paths for node in self._nodes(element, path)):
            words = " ".join(node.raw.split())
            is_new = pick.combine == "join" or not any(words.casefold() in part.raw.casefold() for part in parts)
            if is_new:
                parts.append(_Node(words, node.pointer))
        if not parts:
            return None
        pointer = parts[0].pointer if len(parts) == 1 else " | ".join(part.pointer for part in parts)
        return _Value(pick.glue.join(part.raw for part in parts), "\n".join(part.raw for part in parts), pointer)

    def _quotient(self, price: _Value, base: _Value, path: str) -> _Value | None:
        divided = quotient(price.value, base.value)
        if divided is None:
            self._note_invalid(_Node(base.raw, base.pointer), path)
            return None
        value, is_exact = divided
        if Decimal(base.value) == 1:
            return price
        raw, pointer = f"{price.raw}{DIVIDED}{base.raw}", f"{price.pointer} | {base.pointer}"
        return _Value(value, raw, pointer, _CERTAIN if is_exact else _COMPUTED)

    def _canonical(self, nodes: Iterable[_Node], pick: Pick, path: str) -> list[_Value]:
        values: list[_Value] = []
        for node in nodes:
            value = CANONICAL[pick.kind](node.raw)
            if value is None:
                self._note_invalid(node, path)
            elif value not in pick.ignore:
                values.append(_Value(value, node.raw, node.pointer))
        return values

    def _first(self, element: Element, paths: Sequence[str]) -> list[_Node]:
        return next((nodes for path in paths if (nodes := self._nodes(element, path))), [])

    def _nodes(self, element: Element, path: str) -> list[_Node]:
        """Return the nodes at a path that are not blank."""
        found = (self._node(item) for item in self._evaluate(element, path))
        return [node for node in found if node.raw]

    def _node(self, item: object) -> _Node:
        if isinstance(item, Element):
            return _Node("".join(str(part) for part in item.itertext()).strip(), self._pointers.of(item))
        result = cast("_TextNode", item)
        suffix = f"/@{result.attrname}" if result.is_attribute else ""
        return _Node(str(result).strip(), self._pointers.of(result.getparent()) + suffix)

    def _evaluate(self, element: Element, path: str) -> list[object]:
        return cast("list[object]", _compiled(path, self._table.root)(element, currency=self._currency))

    def _note(self, *findings: Finding) -> None:
        """Keep findings, but not without end: a broken file of ten thousand lines says the same every time."""
        room = _MOST_FINDINGS - len(self.findings)
        self.findings.extend(findings[: max(0, room)])

    def _note_invalid(self, node: _Node, path: str) -> None:
        is_lesser = path.rpartition(".")[2] in _LESSER
        self._note(
            Finding(
                code="invalid_value", severity="warning" if is_lesser else "error", fields=(path,),
                message=f"The e-invoice has {node.raw[:60]!r} where a value of another form belongs. Enter it by hand.",
                evidence=(("raw", node.raw[:200]), ("pointer", node.pointer)),
            )
        )  # fmt: skip

    def _note_several(self, values: Sequence[_Value], path: str) -> None:
        self._note(
            Finding(
                code="several_values", severity="info", fields=(path,),
                message="The e-invoice names more than one value here; the first is taken.",
                evidence=tuple((value.pointer, value.raw) for value in values[:10]),
            )
        )  # fmt: skip


@lru_cache(maxsize=1024)
def _compiled(path: str, root: tuple[str, str]) -> etree.XPath:
    return etree.XPath(path, namespaces=dict(TABLES[root].namespaces))


def _difference(plus: Sequence[_Value], minus: Sequence[_Value]) -> _Value | None:
    """Add decimals and take others away; a single one stays as it was written."""
    everything = (*plus, *minus)
    if not everything:
        return None
    if len(plus) == 1 and not minus:
        return plus[0]
    amount = sum((Decimal(value.value) for value in plus), Decimal(0))
    amount -= sum((Decimal(value.value) for value in minus), Decimal(0))
    raw = " ".join([f"+ {value.raw}" for value in plus] + [f"- {value.raw}" for value in minus])
    return _Value(plain(amount), raw, " | ".join(value.pointer for value in everything), _COMPUTED)
