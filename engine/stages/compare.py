"""Compare: what is different between two judgements of one document, and the money that moves by it.

Pure. Compared is what somebody would notice: the canonical record, where the document goes and why, and what is written.
Names of versions are no difference, or every document would change with every version.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from engine.model.change import Change, Difference, Moved, Moving, Where
from engine.model.decision import Decision
from engine.model.judged import Judged
from engine.model.operation import Operation
from engine.model.record import Record
from engine.model.value import canonical_json
from engine.stages.items import item_of
from engine.stages.sums import exact

_MOVES: Mapping[str, Moving] = {
    "gl_account": "account", "cost_centre": "cost_centre", "tax_code": "tax_code", "tax_rate": "tax_code",
    "vendor.id": "vendor", "payment_terms": "terms", "due_date": "terms", "iban": "bank_account",
    "vendor_iban": "bank_account", "currency": "currency", "total": "amount", "subtotal": "amount",
    "tax_total": "amount", "amount": "amount", "amount_due": "amount",
}  # fmt: skip
"""What moves when a leaf changes that rests on this name of the record or the master data."""
_LINE = re.compile(r"^lines\[(\d+)\]")
_NAMES: Mapping[str, Moving] = {
    "gl_account": "account", "account": "account", "cost_centre": "cost_centre", "tax_code": "tax_code",
    "vendor_id": "vendor", "currency": "currency",
}  # fmt: skip
"""What moves when the leaf itself is called so: rows that look codes up rest on something else."""


def compare(before: Judged, after: Judged) -> Change | None:
    """Return how a candidate judges a document otherwise, or None when nobody would notice."""
    differences = (
        *_values("route", {"": before.route}, {"": after.route}),
        *_values("queue", _text(before.queue), _text(after.queue)),
        *_values("reasons", _listed(before.decision.reasons), _listed(after.decision.reasons)),
        *_values("message", _message(before.decision), _message(after.decision)),
        *_values("record", _record(before.record), _record(after.record)),
        *_values("operation", _keys(before), _keys(after)),
        *_values("payload", _payloads(before, beside=after), _payloads(after, beside=before)),
        *_values("finding", _findings(before), _findings(after)),
    )
    if not differences:
        return None
    return Change(
        document_id=before.document_id, differences=differences, moved=tuple(_moved(before, after, differences)),
        asked_anew=after.asked_anew,
    )  # fmt: skip


def _values(where: Where, before: Mapping[str, object], after: Mapping[str, object]) -> Iterator[Difference]:
    for path in dict.fromkeys((*before, *after)):
        was, is_now = before.get(path), after.get(path)
        if was != is_now or type(was) is not type(is_now):
            yield Difference(where=where, path=path, before=_shown(was), after=_shown(is_now))


def _shown(value: object) -> str | None:
    return value if value is None or isinstance(value, str) else canonical_json(value)


def _text(value: str | None) -> dict[str, str]:
    return {} if value is None else {"": value}


def _message(decision: Decision) -> dict[str, str]:
    """Return what the clerk is told; that no rule objected, and how many were looked at, is told to nobody."""
    return {"": decision.message} if decision.reasons else {}


def _listed(values: Sequence[str]) -> dict[str, str]:
    return {"": ", ".join(values)} if values else {}


def _record(record: Record) -> dict[str, str]:
    return {"type": record.type, **{path: field.value for path, field in record.walk()}}


def _keys(judged: Judged) -> dict[str, str]:
    return {operation.key: operation.target for operation in judged.operations}


def _findings(judged: Judged) -> dict[str, str]:
    return {f"{one.code} {', '.join(one.fields)}".strip(): one.message for one in judged.findings}


def _payloads(judged: Judged, *, beside: Judged) -> dict[str, object]:
    """Return the leaves of the writes that both plan, and of how they are written; what only one writes is said by its key."""
    both = _keys(beside)
    return {
        path: value
        for one in judged.operations
        if one.key in both
        for path, value in (*leaves(one.payload, _called(one)), *leaves(one.options, f"{one.object} (file)"))
    }


def _called(operation: Operation) -> str:
    """Return what a write is called among those of its document: `line_items lines/3` for that of an item."""
    return f"{operation.object} {item_of(operation.key)}".strip()


def leaves(data: object, at: str) -> Iterator[tuple[str, object]]:
    """Yield every leaf of JSON data with its path below `at`; an empty object or list is a leaf."""
    if isinstance(data, Mapping) and data:
        for name, inner in data.items():
            yield from leaves(inner, f"{at}.{name}" if at else str(name))
    elif isinstance(data, list | tuple) and data:
        for index, inner in enumerate(data):
            yield from leaves(inner, f"{at}[{index}]")
    else:
        yield at, data


def _moved(before: Judged, after: Judged, differences: Sequence[Difference]) -> Iterator[Moved]:
    if before.route != after.route:
        amount, currency = _total(after.record if after.record.value("total") else before.record)
        yield Moved(
            what="route", before=before.route, after=after.route, currency=currency,
            amount=_plain(amount),
        )  # fmt: skip
    found = [(one, *_origin(one.path, before, after)) for one in differences if one.where == "payload"]
    on_lines = {what for _, _, what, line in found if line is not None}
    for one, name, what, line in found:
        # a code that stands on the header and on each line moves the lines once, not the total too
        if what is not None and (line is not None or what not in on_lines):
            yield _move(one, what, name, line, before if one.after is None else after)


def _move(one: Difference, what: Moving, name: str, line: int | None, judged: Judged) -> Moved:
    total, currency = _total(judged.record)
    if what == "amount":
        amount = (exact(one.after) or Decimal(0)) - (exact(one.before) or Decimal(0))
    elif line is not None and line < len(judged.record.lines):
        amount = next((exact(f.value) for f in judged.record.lines[line] if f.name == "amount"), None) or Decimal(0)
    else:
        amount = total
    return Moved(
        what=what, before=one.before or "", after=one.after or "", currency=currency, amount=_plain(amount), object=name
    )


def _origin(path: str, before: Judged, after: Judged) -> tuple[str, Moving | None, int | None]:
    """Return the object of a leaf, what moves when it changes, and the line of the record it stands for."""
    for operation in (*after.operations, *before.operations):
        called = _called(operation)
        if not path.startswith((f"{called}.", f"{called}[")):
            continue
        inner = path[len(called) :].lstrip(".")
        fields = _fields(operation, inner)
        what = next((_MOVES[key] for field in fields for key in _spellings(field) if key in _MOVES), None)
        named = _NAMES.get(inner.rpartition(".")[2])
        line = next((int(found.group(1)) for field in (*fields, inner) if (found := _LINE.match(field))), None)
        return operation.object, named or what, line
    return "", None, None


def _fields(operation: Operation, path: str) -> tuple[str, ...]:
    return next((one.fields for one in operation.lineage if one.path == path), ())


def _spellings(field: str) -> tuple[str, str]:
    return field, field.rpartition(".")[2]


def _total(record: Record) -> tuple[Decimal, str]:
    return exact(record.value("total")) or Decimal(0), record.value("currency") or ""


def _plain(amount: Decimal) -> str:
    return f"{amount:f}"
