"""The mapping matrix: how one canonical record becomes the payload of one target object.

One file `mappings/outbound/<name>.v<version>.yaml`; the target's JSON Schema, and a file template if any, stand beside it.
`rows` (see matrix_row.py) build the payload. `rows_of: name@version` takes the rows of another matrix: same payload, other
options. `each: lines` makes one payload of each item of a list. `template: x.xml.j2` writes a file from the record and from the payload that the rows built (as `out`); its
text joins the payload as `text`. Everything is checked when it is loaded: paths against the canonical schema and the
target's schema, expressions, types, owners. The examples are tests.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from jsonschema.exceptions import SchemaError
from pydantic import Field, model_validator

from engine.content import strict_yaml
from engine.content.expression import ExpressionError, Markup, Reading, compile_template
from engine.content.facts import Name, load_facts
from engine.content.json_schema import parse_schema
from engine.content.matrix_check import Names, check_reading, check_rows, inlined, template_names
from engine.content.matrix_row import MatrixRow
from engine.content.ownership import load_ownership
from engine.content.receipt_reference import references
from engine.content.record_schema import schema_file as record_schema_file
from engine.content.table import Table, load_table
from engine.content.xref import CrossReference, load_xref
from engine.model.errors import ContentError
from engine.model.value import Value

_RATE_ASKED = re.compile(r"\|\s*currency\s*\(")


class MatrixTarget(Value):
    """Where the payload goes."""

    adapter: str
    object: str
    schema_file: str = Field(alias="schema", pattern=r"^[A-Za-z0-9_.-]+\.schema\.json$")


class MatrixExample(Value):
    """A record and what becomes of it. Values as they stand in a plain record."""

    name: str
    document: Mapping[str, str] = {}
    """`type` (default `invoice`) and `id`."""
    item: int = Field(default=1, ge=1)
    """Which item of the list a matrix with `each` maps, counted from 1."""
    record: Mapping[str, Any]
    vendor: Mapping[str, str] = {}
    customer: Mapping[str, str] = {}
    """In the place of a vendor: the customer who ordered."""
    order: Mapping[str, str] = {}
    matches: tuple[Mapping[str, str], ...] = ()
    """Order lines: `{line: "1", po_number: PO-1, po_line: "10", quantity: "5", unit: H87, ...}`, `line` counted from 1;
    of a charge that the order allows only its `line`."""
    env: Mapping[str, str] = {}
    xref: Mapping[str, Mapping[str, str]] = {}
    receipts: Mapping[str, Mapping[str, str]] = {}
    """What the receipts of earlier sends tell: `{vendor: {external_id: "4711"}}`; else promises stand in the payload."""
    payload: Mapping[str, Any] | None = None
    findings: tuple[str, ...] = ()
    """Codes of the findings, in order."""


class DecisionTable(NamedTuple):
    """A decision table in the hands of a mapping."""

    table: Table
    types: Mapping[str, str]
    """Type of each fact that it tests (`boolean`, `integer`, `text`)."""


class MatrixFile(Value):
    """A matrix as it is written."""

    name: str = Field(pattern=r"^[a-z0-9_]+\.[a-z0-9_]+$")
    version: int = Field(ge=1)
    why: str = ""
    record: str = Field(alias="from")
    target: MatrixTarget
    owner: str
    options: Mapping[str, Any] = {}
    each: str | None = Field(default=None, pattern=r"^[a-z][a-z0-9_]*$")
    """A list of the record, of which each item becomes an object of its own: rows stand on the item as inside a row's `each`."""
    where: str | None = None
    """Which items become one: `line.amount is present`; without `each`, of which documents the object is written at all."""
    rows: tuple[MatrixRow, ...] = ()
    rows_of: str | None = None
    template: str | None = Field(default=None, pattern=r"^[A-Za-z0-9_.-]+\.(xml|json)\.j2$")
    returns: Mapping[Name, str] = {}
    """What later sends of a flow may ask of the receipt: name -> path in the target's answer (`d.DocumentNumber`)."""
    examples: tuple[MatrixExample, ...] = ()

    @model_validator(mode="after")
    def _is_whole(self) -> "MatrixFile":
        if bool(self.rows) is bool(self.rows_of):
            raise ValueError("a matrix has either `rows` or `rows_of`")
        if self.rows and not self.examples:
            raise ValueError("a matrix needs at least one example")
        if self.each and (self.rows_of or self.template):
            raise ValueError("a matrix with `each` has rows of its own and no template")
        return self


class Matrix(Value):
    """A matrix ready for use: checked, with its schema, its template and the rows it borrows."""

    name: str
    version: int
    record: str
    """Name of the canonical record it maps from."""
    target: MatrixTarget
    owner: str
    options: Mapping[str, Any]
    rows: tuple[MatrixRow, ...]
    each: str | None = None
    """The list of the record of which each item is mapped to an object of its own."""
    where: str | None = None
    """Which items are, or of which documents."""
    payload_schema: Mapping[str, Any]
    """JSON Schema 2020-12 of the payload."""
    template: str | None = None
    """Source of the file template; its output is the payload's `text`."""
    markup: Literal["xml", "json"] | None = None
    returns: Mapping[str, str] = {}
    """What later sends may ask of the receipt: name -> path in the target's answer."""
    examples: tuple[MatrixExample, ...] = ()
    files: tuple[Path, ...] = ()
    """Every file it rests on, for the digest."""
    xref_tables: tuple[str, ...] = ()
    """Cross-reference tables that the environment must hold."""
    xrefs: Mapping[str, CrossReference] = {}
    """Cross-references of files that it uses, by `name@version`."""
    decisions: Mapping[str, Any] = {}
    """Decision tables that it asks (`DecisionTable`), by `name@version`."""

    @property
    def ref(self) -> str:
        """`name@version`."""
        return f"{self.name}@{self.version}"

    @property
    def converts_currency(self) -> bool:
        """Whether any expression asks for an exchange rate."""
        return any(
            _RATE_ASKED.search(text) for text in (self.template or "", self.where or "", *_expressions(self.rows))
        )


def _expressions(rows: tuple[MatrixRow, ...]) -> Iterator[str]:
    for row in rows:
        yield from (text for text in (row.via, row.when, row.where, row.detail) if text is not None)
        yield from (item.when for item in row.items if item.when is not None)
        yield from _expressions(tuple(row.below()))


def load_matrices(
    root: Path, *, only: Collection[str] | None = None, instead: Mapping[Path, str] = MappingProxyType({})
) -> Mapping[str, Matrix]:
    """Return every matrix below `root/mappings/outbound` by `name@version`, checked; with `only`, those that are there.

    `instead`: text that is to stand in a file there, checked before it is written. Raises ContentError with file, line and
    path for the first fault.
    """
    folder = root / "mappings" / "outbound"
    teams = frozenset(load_ownership(root).teams)
    there = sorted({*folder.glob("*.yaml"), *instead})
    files = there if only is None else [file for ref in only for file in _files(folder, ref)]
    written = {}
    for file in files:
        source = strict_yaml.loads(instead[file], file=file) if file in instead else strict_yaml.load(file)
        matrix = strict_yaml.parse(source, MatrixFile)
        if file.name != f"{matrix.name}.v{matrix.version}.yaml":
            raise source.error(f"the file must be called {matrix.name}.v{matrix.version}.yaml", "name")
        written[f"{matrix.name}@{matrix.version}"] = (source, matrix)
        if matrix.rows_of is not None and only is not None:
            files += [lender for lender in _files(folder, matrix.rows_of) if lender not in files]
    loader = _Loader(root, written, teams)
    return {ref: loader.matrix(ref) for ref in written if only is None or ref in only}


def _files(folder: Path, ref: str) -> list[Path]:
    file = folder / f"{ref.replace('@', '.v')}.yaml"
    return [file] if file.is_file() else []


class _Loader:
    """Turns written matrices into checked ones."""

    def __init__(
        self, root: Path, written: Mapping[str, tuple[strict_yaml.Source, MatrixFile]], teams: frozenset[str]
    ) -> None:
        self._canonical = root / "mappings" / "canonical"
        self._outbound = root / "mappings" / "outbound"
        self._xrefs = root / "mappings" / "xref"
        self._facts = root / "rules" / "facts.yaml"
        self._written = written
        self._teams = teams

    def matrix(self, ref: str) -> Matrix:
        """Return one matrix, checked against its schemas."""
        source, file = self._written[ref]
        base_source, base = self._base(source, file)
        record_file = record_schema_file(self._canonical, file.record)
        schema_file = self._outbound / file.target.schema_file
        payload_schema = _schema(schema_file, source, "target", "schema")
        record_schema = _schema(record_file, source, "from")
        checked = check_rows(
            base.rows, source=base_source, record=record_schema, payload=payload_schema,
            teams=self._teams, owner=file.owner, each=file.each, where=file.where,
        )  # fmt: skip
        names = template_names(checked.names, record=record_schema, payload=payload_schema)
        template, reading = self._template(source, file, names)
        if template is not None and (promised := next(references(base.rows), None)):
            raise source.error(
                f"{promised[0].to} asks a receipt; a file that a template writes cannot wait for it", "template"
            )
        files = [source.file, *([base_source.file] if base is not file else []), schema_file]
        tables = tuple(dict.fromkeys((*checked.tables, *reading.tables)))
        xrefs = {ref: self._xref(ref, source) for ref in tables if "@" in ref}
        decisions = {ref: self._decision(ref, source) for ref in (*checked.decisions, *reading.decisions)}
        asked = [one.table.file for one in decisions.values()] + ([self._facts] if decisions else [])
        return Matrix(
            name=file.name, version=file.version, record=file.record, target=file.target, owner=file.owner,
            options=file.options, rows=base.rows, each=file.each, where=file.where, payload_schema=payload_schema, template=template,
            markup=_markup(file), examples=file.examples or base.examples,
            files=(
                *files, *([self._outbound / file.template] if file.template else []), *(one.file for one in xrefs.values()), *asked,
            ),
            xref_tables=tuple(ref for ref in tables if "@" not in ref), xrefs=xrefs,
            decisions=decisions, returns=file.returns,
        )  # fmt: skip

    def _base(self, source: strict_yaml.Source, file: MatrixFile) -> tuple[strict_yaml.Source, MatrixFile]:
        """Return the matrix that the rows stand in: the file itself or the one it names."""
        if file.rows_of is None:
            return source, file
        found = self._written.get(file.rows_of)
        lenders = sorted(ref for ref, (_, other) in self._written.items() if other.rows and other.record == file.record)
        if found is None or file.rows_of not in lenders:
            raise source.error(f"no such matrix with rows; there are {', '.join(lenders)}", "rows_of")
        return found

    def _xref(self, ref: str, source: strict_yaml.Source) -> CrossReference:
        """Return a cross-reference table by `name@version`."""
        name, _, version = ref.partition("@")
        file = self._xrefs / f"{name}.v{version}.csv"
        if not file.is_file():
            known = sorted(one.stem.replace(".v", "@") for one in self._xrefs.glob("*.csv"))
            raise source.error(f"no cross-reference {ref!r}; there are: {', '.join(known) or 'none'}", "rows")
        return load_xref(file)

    def _decision(self, ref: str, source: strict_yaml.Source) -> DecisionTable:
        """Return a decision table of the rules by `name@version`."""
        folder = self._facts.parent / "tables"
        name, _, version = ref.partition("@")
        file = folder / f"{name}.v{version}.csv"
        if not file.is_file():
            known = sorted(one.stem.replace(".v", "@") for one in folder.glob("*.csv"))
            raise source.error(f"no decision table {ref!r}; there are: {', '.join(known) or 'none'}", "rows")
        catalogue = load_facts(self._facts)
        table = load_table(file, catalogue=catalogue)
        return DecisionTable(table, {fact: catalogue[fact].type for fact in table.inputs})

    def _template(self, source: strict_yaml.Source, file: MatrixFile, names: Names) -> tuple[str | None, Reading]:
        markup = _markup(file)
        if file.template is None or markup is None:
            return None, Reading((), ())
        path = self._outbound / file.template
        try:
            text = path.read_text(encoding="utf-8")
            reading = compile_template(text, markup).reading
            check_reading(reading, names)
        except (OSError, UnicodeDecodeError) as e:
            raise source.error(f"{file.template} cannot be read: {e}", "template") from e
        except ExpressionError as e:
            raise ContentError(e.message, file=str(path)) from e
        return text, reading


def _markup(file: MatrixFile) -> Markup | None:
    if file.template is None:
        return None
    return "xml" if file.template.endswith(".xml.j2") else "json"


def _schema(file: Path, source: strict_yaml.Source, *path: str) -> dict[str, Any]:
    """Read one JSON Schema, check it against the meta-schema and write its references out."""
    if not file.is_file():
        known = ", ".join(sorted(other.name for other in file.parent.glob("*.schema.json")))
        raise source.error(f"{file.name} does not stand in {file.parent.name}; there are {known or 'none'}", *path)
    try:
        schema = parse_schema(file.read_text(encoding="utf-8"))
        whole: dict[str, Any] = inlined(schema, root=schema)
    except (ValueError, SchemaError) as e:
        raise ContentError(f"not a JSON Schema (2020-12): {str(e).splitlines()[0]}", file=str(file)) from e
    return whole
