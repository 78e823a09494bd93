"""Items: one record becomes several payloads of one target object, one for each item of a list of it.

Pure. An item is known by a key of its own among the items of the document: its place in the list, or a field that is
there and different on every item. What is written under a key is never written again for another item.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from engine.content.converters import Inconvertible, Rates
from engine.content.environment import Environment
from engine.content.expression import compile_expression
from engine.content.flow import Send
from engine.content.matrix import Matrix
from engine.model.field import Row
from engine.model.finding import Finding
from engine.model.record import Match, Record
from engine.stages.key_parts import key_part
from engine.stages.scope import Scope
from engine.stages.transform import Mapped, Worked, seen_by, traced_in

MOST = 1000
"""Objects that one send makes of one document at most."""
_NOTHING = Mapped(payload={}, lineage=(), findings=())


_ITEM = re.compile(r"/((?:lines|taxes)/[^/]+)(?:/again/[1-9][0-9]*)?$")


class Made(NamedTuple):
    """A payload of a record, or of one item of it."""

    item: int | None
    """Index in the list; None for the payload of a whole record."""
    mapped: Mapped
    worked: tuple[Worked, ...] = ()
    is_meant: bool = True
    """False for an item, or a document, that the matrix leaves out; then nothing is mapped."""


def made_of(
    record: Record, *, matrix: Matrix, vendor: Match, order: Match, environment: Environment, rates: Rates | None = None
) -> tuple[Made, ...]:
    """Return the payload of a record, or one for each item where the matrix says so, in the order of the list."""
    scope = seen_by(record, matrix=matrix, vendor=vendor, order=order, environment=environment, rates=rates)
    if matrix.each is None:
        return (_made(matrix, scope, None),)
    return tuple(_made(matrix, scope.at(matrix.each, index), index) for index in range(len(scope.rows(matrix.each))))


def item_of(key: str) -> str:
    """Return which item an operation key is about, `lines/3`; empty where it is about a whole record.

    Nothing else reads like that: parts of business keys are capitals.
    """
    found = _ITEM.search(key)
    return "" if found is None else found.group(1)


def _made(matrix: Matrix, scope: Scope, index: int | None) -> Made:
    if matrix.where is not None:
        said, why = _said(matrix.where, scope)
        if said is None:
            return Made(index, _NOTHING.model_copy(update={"findings": (_unclear(matrix, index, why),)}))
        if not said:
            return Made(index, _NOTHING, is_meant=False)
    return Made(index, *traced_in(scope, matrix))


def _said(where: str, scope: Scope) -> tuple[bool | None, str]:
    """Return what a condition says of an item; None and why when it does not say."""
    try:
        said = compile_expression(where).evaluate(scope.context(), xref=scope.xref)
    except Inconvertible as e:
        return None, e.message
    return (said, "") if isinstance(said, bool) else (None, "it rests on a missing value")


def _unclear(matrix: Matrix, index: int | None, why: str) -> Finding:
    at = "record" if index is None else f"{matrix.each}[{index}]"
    return Finding(
        code="mapping_hold", severity="error", message=f"{at}: the condition {matrix.where!r} does not say: {why}.",
        fields=() if index is None else (at,), evidence=(("mapping", matrix.ref), ("row", "where"), ("path", at), ("owner", matrix.owner)),
    )  # fmt: skip


def item_keys(record: Record, send: Send, made: Sequence[Made]) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Return a key for each payload of a send, empty for a whole record's, and why keys cannot be had.

    `lines/3` is the third line; with `item_key: line_number` it is the line that says so of itself.
    """
    if send.each is None:
        return ("",) * len(made), ()
    items: tuple[Row, ...] = getattr(record, send.each)
    values = [_value(items[one.item], send.item_key, one.item) if one.item is not None else "" for one in made]
    return tuple(f"{send.each}/{value}" for value in values), tuple(_faults(send, made, values))


def _value(item: Row, name: str, index: int) -> str:
    if name == "position":
        return str(index + 1)
    return key_part(next((field.value for field in item if field.name == name), ""))


def _faults(send: Send, made: Sequence[Made], values: Sequence[str]) -> Iterator[Finding]:
    evidence = (("send", send.called),)
    if len(made) > MOST:
        yield Finding(
            code="too_many_items", severity="error", fields=(send.each or "",), evidence=evidence,
            message=f"{len(made)} {send.each} would each become one of {send.object}; {MOST} at most are sent of a document.",
        )  # fmt: skip
    before: set[str] = set()
    for one, value in zip(made, values, strict=True):
        at = f"{send.each}[{one.item}].{send.item_key}"
        if not value:
            yield Finding(
                code="item_key_missing", severity="error", fields=(at,), evidence=evidence,
                message=f"{at} is missing: it tells one of {send.called} from the other. Enter it.",
            )  # fmt: skip
        elif value in before:
            yield Finding(
                code="item_key_twice", severity="error", fields=(at,), evidence=evidence,
                message=f"{at} is {value} like one before it, so two of {send.called} would be one. Correct it.",
            )  # fmt: skip
        before.add(value)
