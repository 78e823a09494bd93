"""The checks that a matrix passes before anything is mapped with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from engine.content.converters import Inconvertible
from engine.content.expression import Expression, ExpressionError, Reading, compile_expression
from engine.content.matched_names import LINES, MATCHED, ORDER_LINES, record_list
from engine.content.matrix_row import MatrixRow
from engine.content.matrix_types import clashes
from engine.content.receipt_reference import fault, reference_of
from engine.content.strict_yaml import Source
from engine.model.errors import ContentError

VENDOR_NAMES = frozenset({
    "id", "name", "tax_id", "registration_id", "iban", "email", "street", "postcode", "city", "country", "currency",
    "payment_terms", "gl_account", "cost_centre", "tax_code", "group",
})  # fmt: skip
"""What a mapping may ask of the matched vendor (`vendor.gl_account`)."""
ORDER_NAMES = frozenset({"id", "name", "number", "vendor_id", "currency", "total", "status"})
DOCUMENT_NAMES = frozenset({"id", "type"})
ENV_NAMES = frozenset({"name", "company_code", "company_name", "company_tax_id", "company_country"})
"""The environment's name and the company of ours that the document addresses."""

_DEEPEST = 60
_NO_SCHEMAS = frozenset({"$ref", "$defs"})

Path = tuple[str | int, ...]
Names = Mapping[str, frozenset[str]]
"""Attributes by namespace."""


@dataclass
class Checked:
    """What the rows look at outside the record."""

    names: Names
    tables: list[str] = field(default_factory=list)
    decisions: list[str] = field(default_factory=list)


def check_rows(
    rows: tuple[MatrixRow, ...], *, source: Source, record: Mapping[str, Any], payload: Mapping[str, Any],
    teams: frozenset[str], owner: str, each: str | None = None, where: str | None = None,
) -> Checked:  # fmt: skip
    """Check rows against the schemas of the record and of the payload. Raises ContentError for the first fault.

    `teams` are the allowed owners; `owner` is the matrix's own. `each` is the list of the record whose items the rows stand
    on, `where` says which.
    """
    if owner not in teams:
        raise source.error(f"{owner!r} is not a team of ownership.yaml; allowed: {', '.join(sorted(teams))}", "owner")
    checker = _Checker(source, record, teams)
    checker.items(each, where)
    checker.level(rows, ("rows",), payload, group=each)
    return checker.checked


def check_reading(reading: Reading, names: Names) -> None:
    """Check that every `namespace.attribute` exists. Raises ExpressionError with the allowed names."""
    for namespace, attribute in reading.references:
        if namespace == "loop":
            continue
        allowed = names.get(namespace, frozenset())
        if attribute not in allowed:
            known = ", ".join(sorted(allowed)) or "nothing here"
            raise ExpressionError(f"{namespace}.{attribute} does not exist; {namespace} has {known}")


def inlined(schema: Any, *, root: Mapping[str, Any], depth: int = 0) -> Any:
    """Return a JSON Schema with its own `$ref`s (`#/$defs/...`) written out. Raises ValueError for a recursive one."""
    if depth > _DEEPEST:
        raise ValueError("the schema refers to itself")
    if isinstance(schema, list):
        return [inlined(item, root=root, depth=depth + 1) for item in schema]
    if not isinstance(schema, dict):
        return schema
    named = str(schema.get("$ref", "")).removeprefix("#/$defs/")
    if "$ref" in schema and named not in root.get("$defs", {}):
        raise ValueError(f"{schema['$ref']!r} is not defined under $defs of the same file")
    below = {key: inlined(value, root=root, depth=depth + 1) for key, value in schema.items() if key not in _NO_SCHEMAS}
    return {**inlined(root["$defs"][named], root=root, depth=depth + 1), **below} if named else below


def template_names(names: Names, *, record: Mapping[str, Any], payload: Mapping[str, Any]) -> Names:
    """Return what a file template may look at: the names of the rows, lists of the record, and the payload as `out`."""
    return {**names, **_objects(record, "record"), **_objects(payload, "out")}


def _objects(schema: Mapping[str, Any], at: str) -> dict[str, frozenset[str]]:
    """Return the attributes of every object of a schema by dotted path, through lists."""
    schema = schema.get("items", schema)
    properties: Mapping[str, Mapping[str, Any]] = schema.get("properties", {})
    found = {at: frozenset(properties)} if properties else {}
    for name, inner in properties.items():
        found |= _objects(inner, f"{at}.{name}")
    return found


class _Checker:
    def __init__(self, source: Source, record: Mapping[str, Any], teams: frozenset[str]) -> None:
        self._source = source
        self._record = record
        self._teams = teams
        self._outer: str | None = None
        """The list around the one that is being walked."""
        self.checked = Checked(
            {
                "record": frozenset(record.get("properties", {})),
                "vendor": VENDOR_NAMES,
                "order": ORDER_NAMES,
                **MATCHED,
                "document": DOCUMENT_NAMES,
                "env": ENV_NAMES,
            }
        )

    def items(self, each: str | None, where: str | None) -> None:
        """Check which items of a list of the record become an object each, or which documents one."""
        if each is not None:
            self._known_list(each, ())
        if where is not None:
            self._expression(where, ("where",), each)

    def level(self, rows: tuple[MatrixRow, ...], at: Path, schema: Mapping[str, Any], *, group: str | None) -> None:
        """Check the rows of one object; `group` is the record's list that is being walked, if any."""
        filled: list[str] = []
        for index, row in enumerate(rows):
            place = (*at, index)
            if any(_overlap(row.to, other) for other in filled):
                raise self._source.error(f"{row.to} is filled twice", *place, "to")
            filled.append(row.to)
            if row.owner is not None and row.owner not in self._teams:
                raise self._source.error(f"allowed: {', '.join(sorted(self._teams))}", *place, "owner")
            self._row(row, place, self._target(schema, row.to, place), group)
        self._required(filled, at, schema)

    def _row(self, row: MatrixRow, at: Path, schema: Mapping[str, Any], group: str | None) -> None:
        if row.when is not None:
            self._expression(row.when, (*at, "when"), group)
        if row.is_leaf:
            self._leaf(row, at, group)
            for key, wrong in clashes(row, schema):
                raise self._source.error(wrong, *at, key)
            return
        inner = group
        if row.each is not None:
            self._list(row, row.each, at, group)
            inner = row.each
        items = schema.get("items", {}) if row.each or row.items else schema
        if row.rows:
            outer, self._outer = self._outer, (group if row.each is not None else self._outer)
            self.level(row.rows, (*at, "rows"), items, group=inner)
            self._outer = outer
        if row.when_none:
            self.level(row.when_none, (*at, "when_none"), items, group=group)
        for index, item in enumerate(row.items):
            place = (*at, "items", index)
            if item.when is not None:
                self._expression(item.when, (*place, "when"), group)
            self.level(item.rows, (*place, "rows"), items, group=group)

    def _list(self, row: MatrixRow, each: str, at: Path, group: str | None) -> None:
        """Check what walks over a list of the record."""
        self._known_list(each, at)
        if row.detail is not None:
            self._expression(row.detail, (*at, "detail"), group)
        if row.where is not None:
            outer, self._outer = self._outer, group
            self._expression(row.where, (*at, "where"), each)
            self._outer = outer

    def _known_list(self, each: str, at: Path) -> None:
        lists = sorted(name for name, inner in self._record["properties"].items() if inner.get("type") == "array")
        lists += [ORDER_LINES] if LINES in lists else []
        if each not in lists:
            raise self._source.error(f"the record has no such list; it has {', '.join(lists) or 'none'}", *at, "each")

    def _leaf(self, row: MatrixRow, at: Path, group: str | None) -> None:
        if reference_of(row.source) is not None:
            if wrong := fault(row):
                raise self._source.error(wrong[1], *at, wrong[0])
        elif row.source is not None:
            self._path(row.source, (*at, "from"), group)
        if row.via is not None:
            self._expression(row.via, (*at, "via"), group, has_value=row.source is not None)
        for key, fixed in (("value", row.value), ("default", row.default)):
            if fixed is None:
                continue
            try:
                row.kind.fit(fixed)
            except Inconvertible as e:
                raise self._source.error(e.message, *at, key) from e

    def _path(self, path: str, at: Path, group: str | None) -> None:
        namespace, _, attribute = path.rpartition(".")
        if not namespace:
            lines = self._line_names(group)
            allowed = self.checked.names["record"] - {"lines", "taxes"} | lines
            if attribute not in allowed:
                raise self._source.error(f"no such field; the record has {', '.join(sorted(allowed))}", *at)
            return
        try:
            self._references(Reading(((namespace, attribute),), ()), group)
        except ExpressionError as e:
            raise self._source.error(e.message, *at) from e

    def _expression(self, text: str, at: Path, group: str | None, *, has_value: bool = False) -> Expression:
        try:
            expression = compile_expression(text)
            self._references(expression.reading, group)
        except ExpressionError as e:
            raise self._source.error(e.message, *at) from e
        if "value" in expression.reading.names and not has_value:
            raise self._source.error("`value` is known only where the row has a `from`", *at)
        self.checked.tables += expression.reading.tables
        self.checked.decisions += expression.reading.decisions
        return expression

    def _references(self, reading: Reading, group: str | None) -> None:
        names = {**self.checked.names, "line": self._line_names(group), "outer": self._line_names(self._outer)}
        for namespace, attribute in reading.references:
            if namespace not in names:
                raise ExpressionError(f"{namespace}.{attribute} does not exist; allowed: {', '.join(sorted(names))}")
        check_reading(reading, names)

    def _line_names(self, group: str | None) -> frozenset[str]:
        group = record_list(group)
        if group is None:
            return frozenset()
        return frozenset(self._record["properties"][group]["items"].get("properties", {})) | {"position"}

    def _target(self, schema: Mapping[str, Any], path: str, at: Path) -> Mapping[str, Any]:
        """Return the schema at a target path, as far as it is known. Raises ContentError for a path it refuses."""
        for part in path.split("."):
            properties = schema.get("properties", {})
            if part not in properties and schema.get("additionalProperties") is False:
                known = ", ".join(sorted(properties))
                raise self._source.error(f"the target has no {part}; it has {known}", *at, "to")
            schema = properties.get(part, {})
        return schema

    def _required(self, filled: list[str], at: Path, schema: Mapping[str, Any]) -> None:
        """Refuse rows that never fill what the target requires (the text of a template is filled elsewhere)."""
        heads = {path.split(".")[0] for path in filled}
        missing = [name for name in schema.get("required", ()) if name not in heads and name != "text"]
        if missing:
            raise self._error(f"the target requires {', '.join(missing)}; no row fills it", at)
        for head in heads - set(filled):
            inner = [path.partition(".")[2] for path in filled if path.startswith(f"{head}.")]
            self._required(inner, at, schema.get("properties", {}).get(head, {}))

    def _error(self, message: str, at: Path) -> ContentError:
        return self._source.error(message, *at)


def _overlap(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.")
