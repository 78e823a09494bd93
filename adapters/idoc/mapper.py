"""Walks a table over an IDoc and gives every value its place in the file."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from adapters.idoc.kinds import TABLES, kind_of, not_read
from adapters.idoc.table import Pick, Table, cells_at, nodes_at
from adapters.idoc.values import CANONICAL, has_strange_decimals, is_initial
from adapters.shared.idoc.tree import Cell, Idoc, Node
from engine.model.field import Alternative, Field, Provenance, Row
from engine.model.finding import Finding
from engine.model.page import Embedded

_MOST_FINDINGS, _MOST_ALTERNATIVES, _SHOWN = 200, 10, 200
_LESSER = frozenset({
    "vendor_country", "buyer_country", "origin_country", "unit", "delivery_date", "expiry_date", "vendor_endpoint",
})  # fmt: skip
"""Fields without which a document can be posted: what is wrong with them is a warning."""


class _Value(NamedTuple):
    value: str
    raw: str
    pointer: str


def embedded(idoc: Idoc, *, by: str) -> tuple[Embedded | None, tuple[Finding, ...]]:
    """Map one IDoc; None for a message that is not read. Values of a wrong form are left out and become findings."""
    table = TABLES.get(idoc.message)
    if table is None:
        return None, (*idoc.findings, not_read(idoc))
    root = Node("IDOC", idoc.root.pointer, {}, [idoc.control, *idoc.root.children])
    mapper = _Mapper(root, by)
    header, lines, taxes = mapper.document(table)
    kind, notes = kind_of(idoc, header)
    language = next(
        (cell.text for cell in cells_at(root, "E1EDKA1[PARVW=RE|AG|LF]/SPRAS_ISO") if cell.text.isalpha()), ""
    )
    result = Embedded(
        syntax="idoc", profile=f"{idoc.type} {idoc.message}", type=kind, language=language[:2].lower() or None,
        fields=header, lines=lines, taxes=taxes, by=by,
    )  # fmt: skip
    return result, (*idoc.findings, *mapper.findings, *notes)


class _Mapper:
    """One IDoc on its way through its table."""

    def __init__(self, root: Node, by: str) -> None:
        self.findings: list[Finding] = []
        self._root = root
        self._by = by
        self._currency = ""
        self._strange: list[tuple[str, str]] = []

    def document(self, table: Table) -> tuple[Row, tuple[Row, ...], tuple[Row, ...]]:
        """Return header, lines and taxes."""
        picks = sorted(table.header, key=lambda pick: pick.name != "currency")
        header = self._row(self._root, picks, "")
        lines = _without_split(self._rows(table.lines, table.line, "lines"))
        taxes = self._rows(table.taxes, table.tax, "taxes") if table.taxes else ()
        if self._strange:
            self._note(_decimals(self._currency, self._strange))
        return header, lines, taxes

    def _rows(self, path: str, picks: Sequence[Pick], group: str) -> tuple[Row, ...]:
        rows: list[Row] = []
        for node in nodes_at(self._root, path):
            row = self._row(node, picks, f"{group}[{len(rows)}].")
            if row:
                rows.append(row)
        return tuple(rows)

    def _row(self, node: Node, picks: Iterable[Pick], where: str) -> Row:
        return tuple(self._fields(node, picks, where))

    def _fields(self, node: Node, picks: Iterable[Pick], where: str) -> Iterator[Field]:
        for pick in picks:
            values = self._values(node, pick, where + pick.name)
            if not values:
                continue
            first = values[0]
            if pick.name == "currency":
                self._currency = first.value
            yield Field(
                name=pick.name, value=first.value, raw=first.raw, confidence=1.0,
                provenance=Provenance(how="embedded", pointer=first.pointer, by=self._by),
                alternatives=tuple(Alternative(value=o.value, raw=o.raw, confidence=0.0) for o in values[1:]),
            )  # fmt: skip

    def _values(self, node: Node, pick: Pick, where: str) -> list[_Value]:
        """Return the value of a field, and others that stand in the same place."""
        places = [
            [cell for cell in cells_at(node, path) if not is_initial(cell.text, pick.kind)] for path in pick.paths
        ]
        if pick.combine in {"each", "all"}:
            return _joined(
                [cell for place in places for cell in (place[:1] if pick.combine == "each" else place)], pick
            )
        first = next((place for place in places if place), [])
        if "|" in next((path for path, place in zip(pick.paths, places, strict=True) if place), ""):
            first = first[:1]  # of several qualifiers the first one counts
        found = {value.value: value for value in reversed(self._canonical(first, pick, where))}
        values = list(reversed(found.values()))
        if pick.combine == "same":
            return values if len(values) == 1 else []
        if len(values) > 1:
            self._note_several(values, where)
        return values[: _MOST_ALTERNATIVES + 1]

    def _canonical(self, cells: Iterable[Cell], pick: Pick, where: str) -> list[_Value]:
        values: list[_Value] = []
        for cell in cells:
            value = CANONICAL[pick.kind](cell.text)
            if value is None:
                self._note_invalid(cell, where)
                continue
            if pick.kind == "amount" and has_strange_decimals(cell.text, self._currency):
                self._strange.append((where, cell.text))
            values.append(_Value(value, cell.text, cell.pointer))
        return values

    def _note(self, finding: Finding) -> None:
        """Keep a finding, but not without end: a broken file of ten thousand lines says the same every time."""
        if len(self.findings) < _MOST_FINDINGS:
            self.findings.append(finding)

    def _note_invalid(self, cell: Cell, where: str) -> None:
        is_lesser = where.rpartition(".")[2] in _LESSER
        self._note(
            Finding(
                code="invalid_value", severity="warning" if is_lesser else "error", fields=(where,),
                message=f"The IDoc has {cell.text[:60]!r} where a value of another form belongs. Enter it by hand.",
                evidence=(("raw", cell.text[:_SHOWN]), ("pointer", cell.pointer)),
            )
        )  # fmt: skip

    def _note_several(self, values: Sequence[_Value], where: str) -> None:
        self._note(
            Finding(
                code="several_values", severity="info", fields=(where,),
                message="The IDoc names more than one value here; the first is taken.",
                evidence=tuple((value.pointer, value.raw[:_SHOWN]) for value in values[:10]),
            )
        )  # fmt: skip


def _joined(cells: Sequence[Cell], pick: Pick) -> list[_Value]:
    texts = [text for cell in cells if (text := CANONICAL["text"](cell.text))]
    if not texts:
        return []
    pointer = cells[0].pointer if len(cells) == 1 else " | ".join(cell.pointer for cell in cells[:_MOST_ALTERNATIVES])
    return [_Value(pick.glue.join(texts)[:4000], "\n".join(cell.text for cell in cells)[:4000], pointer)]


def _without_split(lines: tuple[Row, ...]) -> tuple[Row, ...]:
    """Leave out items whose whole quantity stands in items below them, as SAP writes a delivery from several batches."""
    values = [{field.name: field.value for field in row} for row in lines]
    parents = {row["parent_line_number"] for row in values if "parent_line_number" in row}
    return tuple(
        row
        for row, named in zip(lines, values, strict=True)
        if named.get("line_number") not in parents or named.get("quantity", "0").strip("0.")
    )


def _decimals(currency: str, amounts: Sequence[tuple[str, str]]) -> Finding:
    return Finding(
        code="idoc_currency_decimals", severity="error", fields=tuple(where for where, _ in amounts[:10]),
        message="Amounts have other decimals than their currency has. Find out whether they are meant as SAP keeps them inside.",
        evidence=(("currency", currency), *((where, raw) for where, raw in amounts[:10])),
    )  # fmt: skip
