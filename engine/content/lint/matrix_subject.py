"""A mapping matrix under examination: every row with its place in file and payload, and what its expressions see."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from jinja2 import nodes
from jinja2.visitor import NodeTransformer
from jsonschema import Draft202012Validator

from engine.content.expression import ExpressionError
from engine.content.lint.finding import LintFinding, LintSeverity
from engine.content.lint.outcomes import Field
from engine.content.matched_names import record_list
from engine.content.matrix import MatrixFile
from engine.content.matrix_row import MatrixRow
from engine.content.spelling import parsed
from engine.content.strict_yaml import Source
from engine.content.xref import CrossReference
from engine.model.decision import FactValue

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Place:
    """One row: where it stands, and what it fills."""

    row: MatrixRow
    path: Path
    """In the file: `("rows", 3)`."""
    at: str
    """In the payload: `lines[].amount`."""
    schema: Mapping[str, Any]
    """The target's schema of what it fills, as far as it is known."""
    is_required: bool
    """The target requires it, once the object around it is there."""
    group: str | None = None
    """The list of the record that is walked here."""
    conditions: tuple[nodes.Expr, ...] = ()
    """Everything that must hold for the row to be asked, its own `when` last."""
    above: tuple["Place", ...] = ()
    """The rows around it."""
    outer: str | None = None
    """The list around the one that is walked here."""


@dataclass(frozen=True)
class Surroundings:
    """What the content folder says about the matrix from outside."""

    record: Mapping[str, Any]
    """Schema of the canonical record, references written out."""
    payload: Mapping[str, Any]
    types: tuple[str, ...]
    """Types of the documents that reach the matrix."""
    environments: tuple[str, ...]
    """Names of the environments."""
    xrefs: Mapping[str, CrossReference]
    """Cross-references of files, by `name@version`."""
    teams: frozenset[str]
    """Teams that may own a row."""


@dataclass
class MatrixSubject:
    """One matrix with everything that the checks ask about it."""

    source: Source
    matrix: MatrixFile
    around: Surroundings
    given_up: list[Place] = field(default_factory=list)
    """Rows about which a search was given up."""

    @cached_property
    def places(self) -> tuple[Place, ...]:
        """Every row, outer before inner, in the order of the file."""
        return tuple(self._level(self.matrix.rows, ("rows",), "", self.around.payload, None))

    @cached_property
    def items(self) -> Place | None:
        """What picks the items of which each becomes an object, as if it were a row; None for a whole record's matrix."""
        each = self.matrix.each
        if each is None:
            return None
        walked = MatrixRow(to=each, each=each, where=self.matrix.where, rows=self.matrix.rows)
        return Place(walked, (), each, self.around.payload, is_required=False)

    @cached_property
    def _meant(self) -> tuple[nodes.Expr, ...]:
        """What holds for every item that is mapped."""
        tree = None if self.matrix.where is None else self.tree(self.matrix.where)
        return () if tree is None else (tree,)

    def _level(
        self, rows: tuple[MatrixRow, ...], path: Path, at: str, schema: Mapping[str, Any], above: Place | None
    ) -> Iterator[Place]:
        for index, row in enumerate(rows):
            inner, is_required = schema, True
            for part in row.to.split("."):
                is_required = part in inner.get("required", ()) and is_required
                inner = inner.get("properties", {}).get(part, {})
            place = Place(
                row, (*path, index), f"{at}.{row.to}" if at else row.to, inner, is_required,
                above.group if above else self.matrix.each, above.conditions if above else self._meant,
                (*above.above, above) if above else (),
                above.outer if above else None,
            )  # fmt: skip
            place = self._under(place, row.when)
            yield place
            yield from self._below(place)

    def _below(self, place: Place) -> Iterator[Place]:
        row, schema = place.row, place.schema
        if row.each is not None or row.items:
            schema = schema.get("items", {})
        at = place.at if not row.each and not row.items else f"{place.at}[]"
        walked = place if row.each is None else self._walked(place, row.each)
        inner = self._under(walked, row.where)
        yield from self._level(row.rows, (*place.path, "rows"), at, schema, inner)
        yield from self._level(row.when_none, (*place.path, "when_none"), at, schema, place)
        for index, item in enumerate(row.items):
            path = (*place.path, "items", index)
            yield from self._level(item.rows, (*path, "rows"), at, schema, self._under(place, item.when))

    @staticmethod
    def _walked(place: Place, each: str) -> Place:
        """Return the place of the rows of a list. What holds for the row around it is not said of its own `line`."""
        conditions = () if place.group is not None else place.conditions
        return replace(place, group=each, outer=place.group, conditions=conditions)

    def _under(self, place: Place, condition: str | None) -> Place:
        tree = None if condition is None else self.tree(condition)
        return place if tree is None else replace(place, conditions=(*place.conditions, tree))

    def tree(self, text: str, place: Place | None = None) -> nodes.Expr | None:
        """Return the tree of an expression, `value` written out as what the row reads; None when it cannot be parsed."""
        try:
            tree = parsed(text)
        except ExpressionError:
            return None
        source = None if place is None else self.reads(place)
        return tree if source is None else _Written(source).visit(deepcopy(tree))

    def reads(self, place: Place) -> nodes.Expr | None:
        """Return what a row's `from` stands for: inside a list the field of the line, else the one of the header."""
        named = place.row.source
        if named is None:
            return None
        namespace, _, name = named.rpartition(".")
        if namespace:
            return _named(namespace, name)
        in_line, in_header = name in self.lines(place.group), name in self.around.record.get("properties", {})
        if in_line and in_header:
            return nodes.Filter(_named("line", name), "first_non_empty", [_named("record", name)], [], None, None)
        return _named("line" if in_line else "record", name)

    def value(self, place: Place) -> nodes.Expr | None:
        """Return what a leaf is filled with, before its type is looked at."""
        if place.row.value is not None:
            return nodes.Const(place.row.value)
        return self.reads(place) if place.row.via is None else self.tree(place.row.via, place)

    def lines(self, group: str | None) -> Mapping[str, Any]:
        """Return the schemas of the fields of a list of the record, with `position`."""
        group = record_list(group)
        if group is None:
            return {}
        listed = self.around.record.get("properties", {}).get(group, {}).get("items", {}).get("properties", {})
        return {**listed, "position": {"type": "string", "pattern": "^[1-9][0-9]*$"}}

    def schema_of(self, term: str, group: str | None) -> Mapping[str, Any]:
        """Return the canonical schema of a term such as `record.total`; empty when it has none."""
        namespace, _, name = term.partition(".")
        if namespace == "record":
            found: Mapping[str, Any] = self.around.record.get("properties", {}).get(name, {})
            return found
        return self.lines(group).get(name, {}) if namespace == "line" else _OTHERS.get(term, {})

    def field(self, term: str, group: str | None) -> Field:
        """Return what can stand in a place that expressions name."""
        schema = self.schema_of(term, group)
        required = self.around.record.get("required", ())
        namespace, _, name = term.partition(".")
        listed = tuple(str(one) for one in schema.get("enum", ()))
        if term == "document.type":
            listed = self.around.types
        elif term == "env.name":
            listed = self.around.environments
        is_there = term in _ALWAYS or (namespace == "record" and name in required)
        return Field(is_there, Draft202012Validator(dict(schema)).is_valid, listed)

    def find(
        self, code: str, severity: LintSeverity, place: Place, message: str, *path: str | int,
        case: tuple[tuple[str, FactValue], ...] = (),
    ) -> LintFinding:  # fmt: skip
        """Return a finding about a row, at a path inside it."""
        return LintFinding(
            code=code, severity=severity, file=str(self.source.file), line=self.source.line((*place.path, *path)),
            subject=place.at, message=message, case=case,
        )  # fmt: skip


_ALWAYS = frozenset({"document.id", "document.type", "env.name", "line.position"})
_OTHERS: Mapping[str, Mapping[str, Any]] = {
    "document.id": {"type": "string", "pattern": "^[0-9a-f]{4,64}$"},
    "env.company_country": {"type": "string", "pattern": "^[A-Z]{2}$"},
}


class _Written(NodeTransformer):
    """Puts what a row reads in the place of `value`."""

    def __init__(self, source: nodes.Expr) -> None:
        self._source = source

    def visit_Name(self, node: nodes.Name) -> nodes.Node:  # noqa: N802 - the visitor calls it so
        """Return the source for `value`, and any other name as it is."""
        return deepcopy(self._source) if node.name == "value" else node


def _named(namespace: str, name: str) -> nodes.Getattr:
    return nodes.Getattr(nodes.Name(namespace, "load"), name, "load")
