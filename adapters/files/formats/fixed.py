"""Writes records of fixed width. What does not fit is refused, never cut."""

from collections.abc import Sequence
from decimal import Decimal

from adapters.files.formats.options import FixedField, FixedOptions, FixedRecord
from adapters.files.formats.values import Scope, encodable, exact, number, refuse, spell

_LINE_BREAKS = str.maketrans({"\r": " ", "\n": " ", "\t": " "})


def render_fixed(options: FixedOptions, whole: Scope, each: Sequence[Scope]) -> bytes:
    """Return the file: records in their order, a record with `each: lines` once for each line.

    `meta.records` counts all records of the file. Raises Rejected naming record and field.
    """
    count = sum(len(each) if record.each else 1 for record in options.records)
    out: list[str] = []
    for record in options.records:
        for scope in each if record.each else (whole,):
            counted = scope._replace(meta={**scope.meta, "records": count})
            out.append(_record(record, counted, options) + options.newline)
    return "".join(out).encode(options.encoding)


def _record(record: FixedRecord, scope: Scope, options: FixedOptions) -> str:
    text = record.id
    for field in sorted(record.fields, key=lambda one: one.start):
        label = f"{record.id}.{field.label}" if record.id else field.label
        text = text.ljust(field.start - 1) + _field(field, label, scope, options)
    return text.ljust(options.record_length or 0)


def _field(field: FixedField, label: str, scope: Scope, options: FixedOptions) -> str:
    named = field.model_copy(update={"name": label})
    if field.type in {"decimal", "integer"} or field.decimals is not None:
        return _number(named, scope, options)
    text = spell(named, scope, decimal=options.decimal, date_format=options.date_format).translate(_LINE_BREAKS)
    text = encodable(text, options.encoding, options.unencodable, label)
    if len(text) > field.length:
        raise refuse(label, f"{len(text)} characters, at most {field.length} fit")
    pad = field.pad or " "
    return text.rjust(field.length, pad) if field.align == "right" else text.ljust(field.length, pad)


def _number(field: FixedField, scope: Scope, options: FixedOptions) -> str:
    """Return digits with implied or written decimals; the minus stands before the padding zeros or behind the digits."""
    value = scope.look_up(field)
    if value is None or value == "":
        if field.required:
            raise refuse(field.label, "a value is required")
        return " " * field.length
    amount = number(value, field.label)
    digits = _digits(field, abs(amount), options)
    pad = field.pad or ("0" if field.align != "left" else " ")
    minus = "-" if amount < 0 else ""
    room = field.length - len(minus)
    if len(digits) > room:
        raise refuse(field.label, f"{amount} needs {len(digits) + len(minus)} characters, {field.length} fit")
    if field.align == "left":
        text = digits + minus if field.sign == "trailing" else minus + digits
        return text.ljust(field.length, " " if pad == "0" else pad)
    if field.sign == "trailing":
        return (digits + minus).rjust(field.length, pad) if pad != "0" else digits.rjust(room, "0") + minus
    return minus + digits.rjust(room, "0") if pad == "0" else (minus + digits).rjust(field.length, pad)


def _digits(field: FixedField, amount: Decimal, options: FixedOptions) -> str:
    if field.decimals is not None:
        return exact(amount, field.decimals, field.label).replace(".", "").lstrip("0").rjust(field.decimals + 1, "0")
    places = 0 if field.type == "integer" else field.places
    return exact(amount, places, field.label).replace(".", options.decimal)
