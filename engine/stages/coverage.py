"""What a mapping leaves out: fields of the record that go nowhere, and fields of the target that nothing fills. Pure.

By the matrix alone (what its rows and its template name), and by documents (what was there, what was really used).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from engine.content.expression import compile_expression, compile_template
from engine.content.matched_names import record_list
from engine.content.matrix import Matrix
from engine.content.matrix_row import MatrixRow
from engine.model.record import Record
from engine.model.value import Value
from engine.stages.transform import Mapped

_LISTS = ("lines", "taxes")


class RecordField(Value):
    """A field of the canonical record, and where it goes."""

    path: str
    """`total`, `lines[].amount`."""
    rows: tuple[str, ...]
    """Rows that look at it; `#template` for the file template, `#key` for the business key, `#where` for what picks
    the items of a matrix with `each`."""
    documents: int = 0
    """Documents that have it."""
    used: int = 0
    """Documents of which it reached the payload."""


class TargetField(Value):
    """A field of the target, and what fills it."""

    path: str
    is_required: bool
    """The target requires it, with all that is around it."""
    is_mapped: bool
    """A row fills it, or the template does."""
    documents: int = 0
    """Documents of which it was filled."""


class Coverage(Value):
    """What a matrix leaves out."""

    matrix: str
    flows: tuple[str, ...]
    documents: int
    """Documents that were looked at; 0: the matrix alone."""
    fields: tuple[RecordField, ...]
    targets: tuple[TargetField, ...]

    @property
    def nowhere(self) -> tuple[RecordField, ...]:
        """Fields that no row looks at, those that most documents have first."""
        return tuple(sorted((one for one in self.fields if not one.rows), key=lambda one: (-one.documents, one.path)))

    @property
    def never_filled(self) -> tuple[TargetField, ...]:
        """Fields of the target that no row fills, or none of the documents did."""
        return tuple(one for one in self.targets if not one.is_mapped or (self.documents and not one.documents))


def cover(
    matrix: Matrix, schema: Mapping[str, Any], *, flows: tuple[str, ...], keys: Iterable[str],
    seen: Iterable[tuple[Record, Sequence[Mapped]]] = (),
) -> Coverage:  # fmt: skip
    """Return what a matrix leaves out of records of a canonical schema.

    `seen` are documents and what it made of them: one payload, or one for each item. `keys` are the fields of the business keys of its flows.
    """
    reads: dict[str, dict[str, None]] = {}
    for path, row in looked_at(matrix, schema):
        reads.setdefault(path, {})[row] = None
    for name in keys:
        reads.setdefault(name, {})["#key"] = None
    present, used, filled, count = Counter[str](), Counter[str](), Counter[str](), 0
    for record, made in seen:
        count += 1
        present.update({plain(path) for path, _ in record.walk()})
        used.update({plain(path) for mapped in made for entry in mapped.lineage for path in entry.fields})
        filled.update({plain(path) for mapped in made for path in paths_of(mapped.payload)})
    fields = [
        RecordField(path=path, rows=tuple(reads.get(path, ())), documents=present[path], used=used[path])
        for path in record_paths(schema)
    ]
    mapped_paths = set(filled_by(matrix.rows)) | ({"text"} if matrix.template is not None else set())
    targets = [
        TargetField(path=path, is_required=required, is_mapped=path in mapped_paths, documents=filled[path])
        for path, required in target_paths(matrix.payload_schema)
        if path != "text" or matrix.template is not None
    ]
    return Coverage(matrix=matrix.ref, flows=flows, documents=count, fields=tuple(fields), targets=tuple(targets))


def looked_at(matrix: Matrix, schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield (field of the record, row) for everything that rows and template look at."""
    if matrix.where is not None:
        yield from ((one, "#where") for one in _named(matrix.where, matrix.each))
    yield from _rows(matrix.rows, "", matrix.each, schema)
    if matrix.template is None or matrix.markup is None:
        return
    for namespace, name in compile_template(matrix.template, matrix.markup).reading.references:
        head, _, group = namespace.partition(".")
        if head == "record":
            yield (f"{group}[].{name}" if group else name), "#template"


def _rows(
    rows: tuple[MatrixRow, ...], at: str, group: str | None, schema: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    for row in rows:
        path = f"{at}.{row.to}" if at else row.to
        if row.source is not None:
            yield from ((one, path) for one in _sources(row.source, group, schema))
        for text, inside in ((row.via, group), (row.when, group), (row.detail, group), (row.where, row.each or group)):
            yield from ((one, path) for one in _named(text, inside))
        for item in row.items:
            yield from ((one, path) for one in _named(item.when, group))
            yield from _rows(item.rows, f"{path}[]", group, schema)
        inner = f"{path}[]" if row.each is not None else path
        yield from _rows(row.rows, inner, row.each or group, schema)
        yield from _rows(row.when_none, inner, group, schema)


def _sources(source: str, group: str | None, schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields that a `from` stands for: inside a list that of the line, and that of the header behind it."""
    namespace, _, name = source.rpartition(".")
    group = record_list(group)
    properties = schema.get("properties", {})
    listed = properties.get(group, {}).get("items", {}).get("properties", {}) if group else {}
    if namespace in {"", "line"} and name in listed:
        yield f"{group}[].{name}"
    if namespace in {"", "record"} and name in properties:
        yield name


def _named(text: str | None, group: str | None) -> Iterator[str]:
    if text is None:
        return
    for namespace, name in compile_expression(text).reading.references:
        if namespace == "record" and name not in _LISTS:
            yield name
        elif namespace in {"line", "outer"} and group is not None and name != "position":
            yield f"{record_list(group)}[].{name}"


def filled_by(rows: tuple[MatrixRow, ...], at: str = "") -> Iterator[str]:
    """Yield the leaves of the payload that rows fill: `header.total`, `lines[].amount`."""
    for row in rows:
        path = f"{at}.{row.to}" if at else row.to
        if row.is_leaf:
            yield path
        inner = f"{path}[]" if row.each is not None or row.items else path
        yield from filled_by(row.rows, inner)
        yield from filled_by(row.when_none, inner)
        for item in row.items:
            yield from filled_by(item.rows, inner)


def record_paths(schema: Mapping[str, Any]) -> Iterator[str]:
    """Yield the fields of a canonical record."""
    for name, inner in schema.get("properties", {}).items():
        if inner.get("type") == "array":
            yield from (f"{name}[].{one}" for one in inner.get("items", {}).get("properties", {}))
        else:
            yield name


def target_paths(schema: Mapping[str, Any], at: str = "", *, required: bool = True) -> Iterator[tuple[str, bool]]:
    """Yield (leaf, whether it is required with all around it) of a payload's schema."""
    if "items" in schema:
        yield from target_paths(schema["items"], f"{at}[]", required=required)
        return
    properties = schema.get("properties", {})
    if not properties:
        yield at, required
    for name, inner in properties.items():
        is_required = required and name in schema.get("required", ())
        yield from target_paths(inner, f"{at}.{name}" if at else name, required=is_required)


def paths_of(payload: object, at: str = "") -> Iterator[str]:
    """Yield the path of every leaf of a payload."""
    if isinstance(payload, Mapping):
        for name, inner in payload.items():
            yield from paths_of(inner, f"{at}.{name}" if at else str(name))
    elif isinstance(payload, list | tuple):
        for index, inner in enumerate(payload):
            yield from paths_of(inner, f"{at}[{index}]")
    else:
        yield at


def plain(path: str) -> str:
    """Return `lines[].amount` for `lines[3].amount`."""
    parts = path.split("[")
    return "[".join([parts[0], *(part.lstrip("0123456789") for part in parts[1:])])
