"""The mapping matrix turned the other way: how an object of a system becomes a canonical record.

One file `mappings/inbound/<system>.<object>.v<version>.yaml`. Rows are those of an outbound matrix (matrix_row.py): `to` is a path
of the canonical record, `from` a property of the object, `record` in an expression is the object as its system told it. What
lies inside another object is joined by an underscore (`entity_refName`); a list is walked with `each`. Beside the
object's own properties there are `event_key`, `event_version` and `event_date`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from jsonschema.exceptions import SchemaError
from pydantic import Field, model_validator

from engine.content import strict_yaml
from engine.content.expression import ExpressionError, Reading, compile_expression
from engine.content.facts import Name
from engine.content.json_schema import parse_schema
from engine.content.matrix import Matrix, MatrixTarget
from engine.content.matrix_check import check_rows, inlined
from engine.content.matrix_row import MatrixRow
from engine.content.ownership import load_ownership
from engine.content.record_schema import schema_file
from engine.model.value import Value

FOLDER = Path("mappings") / "inbound"
OF_EVENT = ("event_key", "event_version", "event_date")
_FILE = re.compile(r"[a-z0-9_]+\.[a-z0-9_]+\.v[1-9][0-9]*\.yaml")
_NOT_OURS = ("vocabulary", "paper")
"""Files of this folder whose names look alike."""


class Told(Value):
    """Whose object it is."""

    adapter: Name
    object: str
    """As the adapter's source tells it."""


class InboundExample(Value):
    """An object and what becomes of it."""

    name: str
    event: Mapping[str, Any]
    """The object's data."""
    key: str = "1"
    date: str = "2026-01-31"
    xref: Mapping[str, Mapping[str, str]] = {}
    record: Mapping[str, Any] | None = None
    """None: `where` does not let it through."""
    findings: tuple[str, ...] = ()


class InboundFile(Value):
    """An inbound matrix as it is written."""

    name: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")
    version: int = Field(ge=1)
    why: str = ""
    source: Told
    record: str = Field(alias="to")
    owner: str
    where: str | None = None
    """Which objects concern us at all; of others nothing but that they were seen is kept."""
    is_whole: bool = Field(default=False, alias="whole")
    """Ask the system for the object with what belongs to it (line items), where it tells of a change with less."""
    wrote: str | None = None
    """What our own writes call the object, when it is not the name that the source tells."""
    rows: tuple[MatrixRow, ...] = Field(min_length=1)
    examples: tuple[InboundExample, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _promises_nothing(self) -> "InboundFile":
        if any((row.source or "").startswith("receipts.") for row in _leaves(self.rows)):
            raise ValueError("an event has no receipts")
        return self


class InboundMatrix(Value):
    """An inbound matrix ready for use: checked against the canonical schema."""

    matrix: Matrix
    """The rows, to be built into a record."""
    source: Told
    where: str | None = None
    is_whole: bool = False
    wrote: str
    """What our own writes call the object."""
    examples: tuple[InboundExample, ...] = ()
    tables: tuple[str, ...] = ()
    """Cross-reference tables that the environment must hold."""

    @property
    def name(self) -> str:
        """Its name without the version."""
        return self.matrix.name

    @property
    def version(self) -> int:
        """Its version."""
        return self.matrix.version

    @property
    def ref(self) -> str:
        """`name@version`."""
        return self.matrix.ref


def inbound_files(root: Path, *, only: Collection[str] | None = None) -> list[Path]:
    """Return the files of all inbound matrices, or of those that are pinned (`inbound/hubspot.deals@1`) and there."""
    wanted = None if only is None else {ref.removeprefix("inbound/").replace("@", ".v") for ref in only}
    return [
        file for file in sorted((root / FOLDER).glob("*.yaml"))
        if _FILE.fullmatch(file.name) and file.name.partition(".")[0] not in _NOT_OURS
        and (wanted is None or file.stem in wanted)
    ]  # fmt: skip


def load_inbound(file: Path, *, root: Path) -> InboundMatrix:
    """Read an inbound matrix and check it against the canonical schema. Raises ContentError with file, line and path."""
    source = strict_yaml.load(file)
    written = strict_yaml.parse(source, InboundFile)
    if file.name != f"{written.name}.v{written.version}.yaml":
        raise source.error(f"the file must be called {written.name}.v{written.version}.yaml", "name")
    canonical = schema_file(root / "mappings" / "canonical", written.record)
    if not canonical.is_file():
        known = ", ".join(sorted(one.name.partition(".")[0] for one in canonical.parent.glob("*.schema.json")))
        raise source.error(f"no record {written.record!r}; there are: {known}", "to")
    try:
        schema = parse_schema(canonical.read_text(encoding="utf-8"))
        whole: dict[str, Any] = inlined(schema, root=schema)
    except (ValueError, SchemaError) as e:
        raise source.error(f"{canonical.name} is not a JSON Schema: {str(e).splitlines()[0]}", "to") from e
    whole.pop("required", None)  # what is missing is the rules' to say, so that people can enter it
    try:
        reads = _reads(written.rows, written.where)
    except ExpressionError as e:
        raise source.error(e.message, "rows") from e
    checked = check_rows(
        written.rows, source=source, record=reads, payload=whole, teams=frozenset(load_ownership(root).teams),
        owner=written.owner,
    )  # fmt: skip
    if versioned := [one for one in (*checked.tables, *checked.decisions) if "@" in one]:
        raise source.error(f"{versioned[0]}: an inbound matrix looks up in tables of the environment only", "rows")
    matrix = Matrix(
        name=written.name, version=written.version, record=written.record, owner=written.owner, options={},
        target=MatrixTarget(adapter="postroom", object=written.record, schema=canonical.name), rows=written.rows,
        payload_schema=whole, files=(file, canonical),
    )  # fmt: skip
    return InboundMatrix(
        matrix=matrix, source=written.source, where=written.where, is_whole=written.is_whole,
        wrote=written.wrote or written.source.object, examples=written.examples, tables=tuple(checked.tables),
    )  # fmt: skip


def _leaves(rows: Iterable[MatrixRow]) -> Iterator[MatrixRow]:
    for row in rows:
        if row.is_leaf:
            yield row
        yield from _leaves(tuple(row.below()))


def _reads(rows: tuple[MatrixRow, ...], where: str | None) -> dict[str, Any]:
    """Return a schema of what the rows ask for: what a system has beside it is its own affair.

    Raises ExpressionError for an expression that may not be used.
    """
    header: set[str] = set(OF_EVENT)
    lists: dict[str, set[str]] = {}
    _collect(rows, None, header, lists)
    if where is not None:
        header |= {name for space, name in _said(where).references if space == "record"}
    groups = {
        name: {"type": "array", "items": {"properties": {key: {} for key in sorted(inner | header)}}}
        for name, inner in lists.items()
    }
    return {"properties": {**{key: {} for key in sorted(header)}, **groups}}


def _collect(rows: Iterable[MatrixRow], group: str | None, header: set[str], lists: dict[str, set[str]]) -> None:
    for row in rows:
        inner = row.each or group
        if row.each is not None:
            lists.setdefault(row.each, set())
        if row.source is not None:
            space, _, name = row.source.rpartition(".")
            (header if group is None or space == "record" else lists[group]).add(name)
        for text in (row.via, row.when, row.where, row.detail):
            for space, name in _said(text).references if text is not None else ():
                if space == "record":
                    header.add(name)
                elif space in {"line", "outer"} and inner is not None:
                    lists[inner].add(name)
        _collect(row.below(), inner, header, lists)


def _said(text: str) -> Reading:
    return compile_expression(text).reading
