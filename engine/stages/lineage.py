"""From a leaf of a payload back to the page: row, converters step by step, cross-reference rows, record fields, boxes.

Pure. Works on what `transform.traced` tells; nothing is guessed, each step is worked out again by the same converters.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import cast

from jinja2 import nodes

from engine.content.converters import Inconvertible, text
from engine.content.expression import ExpressionError, Plain, compile_expression
from engine.content.matrix import Matrix
from engine.content.matrix_row import MatrixRow
from engine.content.spelling import chain, parsed, spelled, steps
from engine.content.xref import CrossReference
from engine.model.field import Box, Field
from engine.model.operation import Lineage
from engine.model.record import Record
from engine.model.value import Value
from engine.stages.scope import Scope
from engine.stages.transform import Mapped, Worked


class Step(Value):
    """A part of an expression and what it gave."""

    expression: str
    value: str | None
    """None: it rests on a missing value."""
    table: str = ""
    """The cross-reference that was asked."""
    rows: tuple[str, ...] = ()
    """Ids of the rows that answered; `environment` for an entry of the environment."""


class Origin(Value):
    """A field of the record that a leaf rests on, and where it stands."""

    path: str
    value: str
    raw: str = ""
    how: str = "looked_up"
    by: str = ""
    page: int | None = None
    box: Box | None = None
    """In PDF points from the top left of the upright page."""
    pointer: str | None = None
    """Into embedded data."""
    confidence: float | None = None
    source: tuple[str, ...] = ()
    """Fields that it was inferred from."""


class Leaf(Value):
    """One value of a payload with everything behind it."""

    path: str
    value: str
    row: str
    """The row's path: `lines[].amount`."""
    place: tuple[str | int, ...]
    """Where the row stands in its file: `("rows", 0, "rows", 2)`."""
    owner: str
    why: str
    note: str
    """`default`, `fixed value`, `via ...`; empty for a value as it is."""
    source: str | None
    given: str
    steps: tuple[Step, ...]
    origins: tuple[Origin, ...]


def leaves(mapped: Mapped, worked: tuple[Worked, ...], *, matrix: Matrix, record: Record) -> tuple[Leaf, ...]:
    """Return every leaf of a payload with its lineage, in the order of the payload."""
    entries = {entry.path: entry for entry in mapped.lineage}
    fields = dict(record.walk())
    places = {id(row): place for place, row in placed(matrix.rows)}
    return tuple(
        _leaf(one, entries[one.path], fields, matrix, places.get(id(one.row), ()))
        for one in worked if one.path in entries
    )  # fmt: skip


def placed(
    rows: tuple[MatrixRow, ...], at: tuple[str | int, ...] = ("rows",)
) -> Iterator[tuple[tuple[str | int, ...], MatrixRow]]:
    """Yield every row with its place in the file."""
    for index, row in enumerate(rows):
        place = (*at, index)
        yield place, row
        yield from placed(row.rows, (*place, "rows"))
        yield from placed(row.when_none, (*place, "when_none"))
        for number, item in enumerate(row.items):
            yield from placed(item.rows, (*place, "items", number, "rows"))


def _leaf(
    one: Worked, entry: Lineage, fields: Mapping[str, Field], matrix: Matrix, place: tuple[str | int, ...]
) -> Leaf:
    row = one.row
    is_default = entry.note == "default"
    return Leaf(
        path=one.path, value=one.made, row=entry.row.partition("#")[2], place=place, owner=row.owner or matrix.owner,
        why=row.why, note=entry.note, source=row.source, given=one.given,
        steps=() if row.via is None or is_default else _worked_out(row.via, one),
        origins=tuple(_origin(path, fields, one.scope) for path in entry.fields),
    )  # fmt: skip


def _worked_out(via: str, one: Worked) -> tuple[Step, ...]:
    """Return the steps of an expression with their values; a bare name is no step."""

    def run(expression: str) -> Plain | None:
        context = dict(one.scope.context())
        if one.row.source is not None and one.scope.value(one.row.source) is not None:
            context["value"] = one.given
        try:
            return compile_expression(expression).evaluate(context, xref=one.scope.xref)
        except (Inconvertible, ExpressionError):
            return None

    found: list[Step] = []
    for expression in steps(via, lambda condition: run(condition) is True):
        if expression == "value":
            continue
        value = run(expression)
        table, rows = _asked(expression, one, run)
        found.append(Step(expression=expression, value=None if value is None else text(value), table=table, rows=rows))
    return tuple(found)


def _asked(expression: str, one: Worked, run: Callable[[str], Plain | None]) -> tuple[str, tuple[str, ...]]:
    """Return the cross-reference that the last converter of an expression asks, and the rows that answered."""
    links = chain(parsed(expression))[1]
    if not links or links[-1].name != "xref" or not links[-1].args:
        return "", ()
    last = links[-1]
    name, _, column = str(cast("nodes.Const", last.args[0]).value).partition("/")
    table = one.scope.xref.get(name)
    if not isinstance(table, CrossReference):
        return name, ("environment",) if table is not None else ()
    keys = [run(spelled(part)) for part in (last.node, *last.args[1:]) if part is not None]
    if any(key is None for key in keys):
        return name, ()
    try:
        return name, table.look([text(key) for key in keys if key is not None], column or None).rows
    except LookupError:
        return name, ()


def _origin(path: str, fields: Mapping[str, Field], scope: Scope) -> Origin:
    field = fields.get(path)
    if path.startswith("match"):
        by = scope.match.get("evidence", "")
        return Origin(path=path, value=scope.value(path) or "", how="order match", by=by, source=scope.rests_on(path))
    if field is None:
        named = "line.position" if path.endswith("]") else path
        return Origin(
            path=path, value=scope.value(named) or "", how=_HOW.get(path.replace("[", ".").partition(".")[0], "read")
        )
    origin = field.provenance
    return Origin(
        path=path, value=field.value, raw=field.raw, how=origin.how, by=origin.by, page=origin.page, box=origin.box,
        pointer=origin.pointer, confidence=field.confidence, source=origin.source,
    )  # fmt: skip


_HOW: Mapping[str, str] = {
    "vendor": "master data", "order": "master data", "env": "environment", "document": "document", "lines": "position",
    "taxes": "position", "order_lines": "position", "customer": "master data",
}  # fmt: skip
