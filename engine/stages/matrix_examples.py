"""The examples of a mapping matrix, mapped: they are its tests, and what people see in its sheet. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from engine.content.environment import Environment
from engine.content.matrix import Matrix, MatrixExample
from engine.content.matrix_row import MatrixRow
from engine.model.field import Field, Provenance, Row
from engine.model.purchasing import LineMatch
from engine.model.reconciled import Position
from engine.model.record import Candidate, Classification, Match, Record
from engine.model.selling import Selling, Sold
from engine.stages.items import made_of
from engine.stages.promises import told
from engine.stages.transform import Mapped, Worked

_READ = Provenance(how="read", page=1)
Path = tuple[str | int, ...]


def map_example(matrix: Matrix, example: MatrixExample) -> tuple[Mapped, tuple[Worked, ...]]:
    """Return what becomes of an example, and which row made each value."""
    record = record_of(
        example.record, document_id=example.document.get("id", "d0"), kind=example.document.get("type", "invoice")
    )
    made = made_of(
        record, matrix=matrix,
        vendor=with_items(match_of("customer", example.customer), example.matches) if example.customer
        else match_of("vendor", example.vendor),
        order=with_pairs(match_of("purchase_order", example.order), example.matches), environment=environment_of(example.env, example.xref),
    )  # fmt: skip
    if len(made) < example.item:
        raise ValueError(f"the example {example.name!r} of {matrix.ref} maps item {example.item} of {len(made)}")
    _, mapped, worked, _ = made[example.item - 1]
    return mapped.model_copy(update={"payload": told(mapped.payload, example.receipts)}), worked


def complaint(matrix: Matrix, example: MatrixExample) -> str:
    """Return why an example does not hold, or an empty text. The text of a file template is not compared."""
    mapped, _ = map_example(matrix, example)
    codes = [finding.code for finding in mapped.findings]
    if codes != list(example.findings):
        said = "; ".join(finding.message for finding in mapped.findings)
        return f"findings are {', '.join(codes) or 'none'}, not {', '.join(example.findings) or 'none'}. {said}".strip()
    if example.payload is None:
        return ""
    wrong = next(differences(_bare(mapped.payload), _bare(example.payload), ""), None)
    return wrong or ""


def example_values(matrix: Matrix) -> Mapping[Path, tuple[str, str]]:
    """Return (value in, value out) of each row by its path in the file, from the first example that fills it."""
    paths = {id(row): path for path, row in _placed(matrix.rows, ("rows",))}
    values: dict[Path, tuple[str, str]] = {}
    for example in matrix.examples:
        for worked in map_example(matrix, example)[1]:
            values.setdefault(paths[id(worked.row)], (worked.given, worked.made))
    return values


def record_of(plain: Mapping[str, Any], *, document_id: str = "d0", kind: str = "invoice") -> Record:
    """Return a record of plain data: texts, and lists of objects of texts."""
    header = {name: value for name, value in plain.items() if isinstance(value, str)}
    classification = Classification(type=kind, type_confidence=1.0, language="en", language_confidence=1.0)
    return Record(
        document_id=document_id, revision=1, classification=classification, fields=row_of(header),
        lines=tuple(row_of(row) for row in plain.get("lines", ())),
        taxes=tuple(row_of(row) for row in plain.get("taxes", ())),
    )  # fmt: skip


def row_of(plain: Mapping[str, str]) -> Row:
    """Return fields that are sure of their plain values."""
    return tuple(Field(name=n, value=v, raw=v, confidence=1.0, provenance=_READ) for n, v in plain.items())


def match_of(kind: Any, party: Mapping[str, str]) -> Match:
    """Return the match of a party of plain data; no data: nobody was found."""
    if not party:
        return Match(kind=kind, outcome="none")
    attributes = tuple((name, value) for name, value in party.items() if name not in ("id", "name"))
    chosen = Candidate(kind=kind, id=party["id"], name=party.get("name", ""), attributes=attributes)
    return Match(kind=kind, outcome="one", chosen=chosen, candidates=(chosen,))


def with_pairs(order: Match, told: Sequence[Mapping[str, str]]) -> Match:
    """Return the match of an order with order lines in the words of an example."""
    pairs = tuple(
        LineMatch(
            line=int(one["line"]) - 1, order=one["po_number"], order_line=one["po_line"],
            item_code=one.get("item_code", ""), receipt=one.get("receipt", ""), receipt_line=one.get("receipt_line", ""),
            quantity=Decimal(one["quantity"]) if "quantity" in one else None, unit=one.get("unit", ""),
            amount=Decimal(one.get("amount", "0")), evidence=(("order_line", one["po_line"]),),
        )
        for one in told if "po_line" in one
    )  # fmt: skip
    charges = tuple(int(one["line"]) - 1 for one in told if not {"po_line", "standing", "item_code"} & set(one))
    positions = tuple(_position(one) for one in told if "standing" in one) or None
    return order.model_copy(update={"pairs": pairs, "charges": charges, "positions": positions})


def with_items(customer: Match, told: Sequence[Mapping[str, str]]) -> Match:
    """Return the match of a customer with the items that its order means, in the words of an example."""
    lines = tuple(
        Sold(
            line=int(one["line"]) - 1, shown="", item_code=one["item_code"],
            list_price=Decimal(one["list_price"]) if "list_price" in one else None,
        )
        for one in told if "item_code" in one and "po_line" not in one
    )  # fmt: skip
    return customer.model_copy(update={"selling": Selling(lines=lines)}) if lines else customer


def _position(one: Mapping[str, str]) -> Position:
    """Return a position of a statement in the words of an example."""
    return Position.model_validate({
        "line": int(one["line"]) - 1, "number": one.get("number", ""), "standing": one["standing"],
        "stated": one.get("amount"), "document_id": one.get("posted_as", ""), "ours": one.get("posted_amount"),
        "paid_on": one.get("paid_on"),
    }, strict=False)  # fmt: skip


def environment_of(env: Mapping[str, str] = {}, xref: Mapping[str, Mapping[str, str]] = {}) -> Environment:
    """Return an environment with one company of ours, in the words of an example."""
    entity = {
        "code": env.get("company_code", "1000"), "name": env.get("company_name", "Muster Handels GmbH"),
        "tax_id": env.get("company_tax_id"), "country": env.get("company_country", "DE"),
    }  # fmt: skip
    return Environment.model_validate({
        "name": "dev", "kind": "development", "flows": ["ap_invoice@1"],
        "targets": {"erp": {"adapter": "files"}}, "company": {"entities": [entity]}, "xref": xref,
    })  # fmt: skip


def _placed(rows: tuple[MatrixRow, ...], at: Path) -> Iterator[tuple[Path, MatrixRow]]:
    for index, row in enumerate(rows):
        place = (*at, index)
        yield place, row
        yield from _placed(row.rows, (*place, "rows"))
        yield from _placed(row.when_none, (*place, "when_none"))
        for number, item in enumerate(row.items):
            yield from _placed(item.rows, (*place, "items", number, "rows"))


def _bare(payload: Mapping[str, Any]) -> Mapping[str, Any]:
    return {name: value for name, value in payload.items() if name != "text"}


def differences(made: Any, wanted: Any, path: str) -> Iterator[str]:
    """Yield where a payload is not what the example says, in words."""
    if isinstance(made, Mapping) and isinstance(wanted, Mapping):
        for name in dict.fromkeys((*made, *wanted)):
            yield from differences(made.get(name), wanted.get(name), f"{path}.{name}" if path else str(name))
    elif isinstance(made, list) and isinstance(wanted, (list, tuple)) and len(made) == len(wanted):
        for index, (one, other) in enumerate(zip(made, wanted, strict=True)):
            yield from differences(one, other, f"{path}[{index}]")
    elif made != wanted:
        yield f"{path} is {_shown(made)}, not {_shown(wanted)}"


def _shown(value: Any) -> str:
    return "nothing" if value is None else repr(value)[:200]
