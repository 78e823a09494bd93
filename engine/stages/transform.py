"""Transform: one canonical record becomes the payload of one target object, with the lineage of every leaf.

Pure. What does not fit is a finding that holds the document; nothing is cut, rounded, guessed or sent as null.
Findings: `mapping_hold` and `xref_no_match` (error: a person corrects), `mapping_reject` (fatal), `mapping_incomplete` (warning),
`payload_invalid` (error). Their evidence names matrix, row, path, value and the team that owns the row.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import NamedTuple

from jsonschema.exceptions import ValidationError, best_match
from lxml import etree

from engine.content.converters import DECISIONS, RATES, Inconvertible, NoCrossReference, Rates, Tables, text
from engine.content.environment import Environment
from engine.content.expression import Plain, compile_expression, compile_template
from engine.content.matrix import Matrix
from engine.content.matrix_row import MatrixRow
from engine.content.receipt_reference import ReceiptReference, promise, reference_of
from engine.model.finding import Finding, Severity
from engine.model.operation import Lineage
from engine.model.record import Match, Record
from engine.model.value import Value
from engine.stages.schema_check import validator_of
from engine.stages.scope import Scope, scope_of
from engine.stages.table_lookup import TableLookup

MAX_ROWS = 100_000
"""Rows that the lists of one mapping walk over, all in all."""
_CONTINUES: frozenset[str] = frozenset({"info", "warning"})


class Worked(NamedTuple):
    """A row at work: what went in and what came out."""

    row: MatrixRow
    path: str
    """In the payload: `lines[0].amount`."""
    given: str
    """Value of the row's source; empty where it has none."""
    made: str
    scope: Scope
    """What the row could see."""


class Mapped(Value):
    """A payload, how each of its leaves came to be, and what stands in the way of sending it."""

    payload: Mapping[str, object]
    """JSON data: texts, integers and booleans; amounts are decimal strings."""
    lineage: tuple[Lineage, ...]
    findings: tuple[Finding, ...]

    @property
    def is_sendable(self) -> bool:
        """True when no finding holds or rejects it."""
        return all(finding.severity in _CONTINUES for finding in self.findings)


def transform(
    record: Record, *, matrix: Matrix, vendor: Match, order: Match, environment: Environment, rates: Rates | None = None
) -> Mapped:
    """Map a record with a checked matrix. The payload is complete only when the result `is_sendable`.

    `rates` says what a currency cost on a day; without them no row can convert one.
    """
    return traced(record, matrix=matrix, vendor=vendor, order=order, environment=environment, rates=rates)[0]


def traced(
    record: Record, *, matrix: Matrix, vendor: Match, order: Match, environment: Environment, rates: Rates | None = None
) -> tuple[Mapped, tuple[Worked, ...]]:
    """Map a record and tell which row made each value of the payload, in the order of the payload."""
    scope = seen_by(record, matrix=matrix, vendor=vendor, order=order, environment=environment, rates=rates)
    return traced_in(scope, matrix)


def seen_by(
    record: Record, *, matrix: Matrix, vendor: Match, order: Match, environment: Environment, rates: Rates | None = None
) -> Scope:
    """Return what the rows of a matrix can see of a record, and the tables that its converters look into."""
    scope = scope_of(record, vendor=vendor, order=order, environment=environment)
    return replace(scope, xref={**scope.xref, **_looked_up(matrix, environment, rates)})


def traced_in(scope: Scope, matrix: Matrix) -> tuple[Mapped, tuple[Worked, ...]]:
    """Map what stands in a scope: a whole record, or one item of a list of it."""
    work = _Work(matrix)
    payload = work.build(matrix.rows, scope, "")
    if matrix.template is not None and work.is_clean:
        work.template(payload, scope)
    if work.is_clean:
        work.validate(payload)
    mapped = Mapped(payload=payload, lineage=tuple(work.lineage), findings=tuple(work.findings))
    return mapped, tuple(work.worked)


def _looked_up(matrix: Matrix, environment: Environment, rates: Rates | None) -> Tables:
    """Return what converters look up: cross-references with the environment's entries over them, decision tables, rates."""
    decisions = {f"{DECISIONS}{ref}": TableLookup(decision) for ref, decision in matrix.decisions.items()}
    xrefs = {
        ref: replace(table, overlay=environment.xref.get(table.name, {})) if table.name in environment.xref else table
        for ref, table in matrix.xrefs.items()
    }
    return {**xrefs, **decisions, **({RATES: rates} if rates is not None else {})}


class _Work:
    """One run over a matrix: collects lineage and findings."""

    def __init__(self, matrix: Matrix) -> None:
        self._matrix = matrix
        self._owners: dict[str, str] = {}
        self.lineage: list[Lineage] = []
        self.findings: list[Finding] = []
        self.worked: list[Worked] = []
        self._promised: set[str] = set()
        """Paths whose values come later; the schema is held against them then."""
        self._walked = 0
        """Rows of lists so far, nested ones each time."""

    @property
    def is_clean(self) -> bool:
        """True while nothing holds or rejects the payload; later steps would only repeat the complaint."""
        return all(finding.severity in _CONTINUES for finding in self.findings)

    def build(self, rows: tuple[MatrixRow, ...], scope: Scope, at: str) -> dict[str, object]:
        """Return the object that rows build; `at` is its path in the payload."""
        built: dict[str, object] = {}
        for row in rows:
            path = f"{at}.{row.to}" if at else row.to
            if row.when is not None and not self._applies(row.when, row, scope, path):
                continue
            made = self._made(row, scope, path)
            if made is not None and made not in ({}, []):
                _put(built, row.to, made)
        return built

    def _made(self, row: MatrixRow, scope: Scope, path: str) -> object:
        asked = reference_of(row.source)
        if asked is not None:
            return self._promise(row, asked, scope, path)
        if row.is_leaf:
            return self._leaf(row, scope, path)
        if row.each is not None:
            return self._list(row, row.each, scope, path)
        if row.items:
            chosen = [i for i in row.items if i.when is None or self._applies(i.when, row, scope, path)]
            return self._filled([(item.rows, scope) for item in chosen], path)
        return self.build(row.rows, scope, path)

    def _list(self, row: MatrixRow, group: str, scope: Scope, path: str) -> list[dict[str, object]]:
        if row.detail is not None and not self._is_itemised(row.detail, row, scope, path):
            return self._filled([(row.when_none, scope)], path)
        self._walked += len(scope.rows(group))
        if self._walked > MAX_ROWS:
            self._find(
                row, scope, path, "mapping_hold", f"the lists of the mapping walk over more than {MAX_ROWS} rows"
            )
            return []
        places = [scope.at(group, index) for index in range(len(scope.rows(group)))]
        where = row.where
        if where is not None:
            places = [place for place in places if self._applies(where, row, place, path)]
        if not places and row.when_none:
            return self._filled([(row.when_none, scope)], path)
        return self._filled([(row.rows, place) for place in places], path)

    def _is_itemised(self, detail: str, row: MatrixRow, scope: Scope, path: str) -> bool:
        """Return whether the rows of a list are sent; nothing said: they are."""
        try:
            said = compile_expression(detail).evaluate(scope.context(), xref=scope.xref)
        except Inconvertible as e:
            self._find(row, scope, path, "mapping_hold", f"the detail {detail!r} fails: {e.message}")
            return True
        if said not in (None, "lines", "header"):
            self._find(row, scope, path, "mapping_hold", f"the detail {detail!r} says {said!r}; allowed: header, lines")
        return said != "header"

    def _filled(self, wanted: list[tuple[tuple[MatrixRow, ...], Scope]], path: str) -> list[dict[str, object]]:
        """Return the objects of a list; one in which nothing stands takes no place."""
        built: list[dict[str, object]] = []
        for rows, scope in wanted:
            item = self.build(rows, scope, f"{path}[{len(built)}]")
            if item:
                built.append(item)
        return built

    def _applies(self, when: str, row: MatrixRow, scope: Scope, path: str) -> bool:
        try:
            result = compile_expression(when).evaluate(scope.context(), xref=scope.xref)
        except Inconvertible as e:
            self._find(row, scope, path, "mapping_hold", f"the condition {when!r} fails: {e.message}")
            return False
        if not isinstance(result, bool):
            self._find(row, scope, path, "mapping_hold", f"the condition {when!r} rests on a missing value")
            return False
        return result

    def _leaf(self, row: MatrixRow, scope: Scope, path: str) -> Plain | None:
        try:
            value, note = self._value(row, scope)
            if value is None or (isinstance(value, str) and not value.strip()):
                return self._fallback(row, scope, path)
            fitted = row.kind.fit(value)
        except NoCrossReference as e:
            self._find(row, scope, path, "xref_no_match", e.message, value=e.key, extra=(("table", e.table),))
            return None
        except Inconvertible as e:
            self._misfit(row, scope, path, e.message)
            return None
        self._trace(row, scope, path, note, fitted)
        return fitted

    def _promise(self, row: MatrixRow, asked: ReceiptReference, scope: Scope, path: str) -> dict[str, object]:
        """Let a promise stand where the receipt of an earlier operation will tell the value."""
        self._promised.add(path)
        self._trace(row, scope, path, f"receipt of {asked.send}", f"{asked.send}.{asked.name}")
        return promise(asked, row)

    def _value(self, row: MatrixRow, scope: Scope) -> tuple[Plain | None, str]:
        """Return the value before its type is checked, and what was done to it."""
        if row.value is not None:
            return row.value, "fixed value"
        value = scope.value(row.source) if row.source is not None else None
        if row.via is None:
            return value, ""
        context = scope.context() if value is None else {**scope.context(), "value": value}
        return compile_expression(row.via).evaluate(context, xref=scope.xref), f"via {row.via}"

    def _misfit(self, row: MatrixRow, scope: Scope, path: str, why: str) -> None:
        if row.misfit == "hold":
            self._find(row, scope, path, "mapping_hold", why)
        elif row.misfit == "reject":
            self._find(row, scope, path, "mapping_reject", why, severity="fatal")
        else:
            self._find(row, scope, path, "mapping_incomplete", f"left out of what is sent: {why}", severity="warning")

    def _fallback(self, row: MatrixRow, scope: Scope, path: str) -> Plain | None:
        if row.fallback == "default" and row.default is not None:
            fitted = row.kind.fit(row.default)
            self._trace(row, scope, path, "default", fitted)
            return fitted
        if row.fallback == "hold":
            self._find(row, scope, path, "mapping_hold", "the target needs this value; enter it or correct the match")
        elif row.fallback == "reject":
            self._find(
                row, scope, path, "mapping_reject", "the target refuses a document without this value", severity="fatal"
            )
        elif row.need == "should":
            self._find(
                row,
                scope,
                path,
                "mapping_incomplete",
                "left out of what is sent, because it is missing",
                severity="warning",
            )
        return None

    def template(self, payload: dict[str, object], scope: Scope) -> None:
        """Write the file text from the record and from what the rows built."""
        markup = self._matrix.markup or "xml"
        compiled = compile_template(self._matrix.template or "", markup)
        where = "text"
        try:
            written = compiled.render({**scope.template_context(), "out": payload}, xref=scope.xref)
            _well_formed(written, markup)
        except Inconvertible as e:
            self._add("mapping_hold", "error", f"The file could not be written: {e.message}.", where, where, "", (), ())
            return
        payload["text"] = written
        fields = tuple(dict.fromkeys(path for entry in self.lineage for path in entry.fields))
        row = f"{self._matrix.ref}#template"
        self.lineage.append(Lineage(path=where, row=row, fields=fields, note="template"))

    def validate(self, payload: Mapping[str, object]) -> None:
        """Hold the payload against the target's schema; one finding for each place that breaks it."""
        worst: dict[str, list[ValidationError]] = {}
        for error in validator_of(self._matrix.payload_schema).iter_errors(payload):
            if any(f"{_dotted(error)}.".startswith(f"{path}.") for path in self._promised):
                continue
            worst.setdefault(_dotted(error), []).append(error)
        origins = {entry.path: entry for entry in self.lineage}
        for path, errors in worst.items():
            error = best_match(errors) or errors[0]
            origin = origins.get(path)
            shown = "" if isinstance(error.instance, (dict, list)) else str(error.instance)[:200]
            row = origin.row.partition("#")[2] if origin else path
            fields = origin.fields if origin else ()
            place = (
                f"{fields[0]} ({path} in {self._matrix.target.object})"
                if fields
                else path or self._matrix.target.object
            )
            message = f"{place}: the target does not take this value: {error.message[:300]}."
            self._add("payload_invalid", "error", message, row, path, shown, fields, ())

    def _trace(self, row: MatrixRow, scope: Scope, path: str, note: str, made: Plain) -> None:
        given = scope.value(row.source) if row.source is not None else None
        self.worked.append(Worked(row, path, given or "", text(made), scope))
        name = f"{self._matrix.ref}#{_row_path(path)}"
        self._owners[_row_path(path)] = row.owner or self._matrix.owner
        self.lineage.append(Lineage(path=path, row=name, fields=self._fields(row, scope), note=note))

    def _fields(self, row: MatrixRow, scope: Scope) -> tuple[str, ...]:
        """Return the paths that the row read a value from."""
        named = [row.source] if row.source is not None else []
        if row.via is not None:
            named += [f"{n}.{a}" for n, a in compile_expression(row.via).reading.references]
        paths = [path for name in named if (path := scope.path(name)) is not None]
        return tuple(dict.fromkeys(one for path in paths for one in (path, *scope.rests_on(path))))

    def _find(
        self, row: MatrixRow, scope: Scope, path: str, code: str, why: str, *,
        severity: Severity = "error", value: str | None = None, extra: tuple[tuple[str, str], ...] = (),
    ) -> None:  # fmt: skip
        source = scope.value(row.source) if row.source is not None else row.value
        shown = value if value is not None else "" if source is None else text(source)
        self._owners[_row_path(path)] = row.owner or self._matrix.owner
        is_missing = row.source is not None and source is None
        fields = (scope.wanted(row.source),) if row.source and is_missing else self._fields(row, scope)
        message = f"{fields[0] if fields else path} ({path} in {self._matrix.target.object}): {why}."
        self._add(code, severity, message, _row_path(path), path, shown[:200], fields, extra)

    def _add(
        self, code: str, severity: Severity, message: str, row: str, path: str, value: str,
        fields: tuple[str, ...], extra: tuple[tuple[str, str], ...],
    ) -> None:  # fmt: skip
        owner = self._owners.get(row, self._matrix.owner)
        evidence = (("mapping", self._matrix.ref), ("row", row), ("path", path), ("value", value), ("owner", owner))
        self.findings.append(
            Finding(code=code, severity=severity, message=message, fields=fields, evidence=(*evidence, *extra))
        )


def _put(built: dict[str, object], path: str, value: object) -> None:
    """Set a value below dotted keys, making the objects on the way."""
    *ahead, last = path.split(".")
    for key in ahead:
        inner = built.setdefault(key, {})
        if not isinstance(inner, dict):
            raise TypeError(f"{path}: {key} is a value and an object")
        built = inner
    built[last] = value


def _dotted(error: ValidationError) -> str:
    path = ""
    for part in error.absolute_path:
        path += f"[{part}]" if isinstance(part, int) else f".{part}" if path else str(part)
    return path


@lru_cache(maxsize=8192)
def _row_path(path: str) -> str:
    """Return `lines[].amount` for `lines[3].amount`: the row that fills every line."""
    parts = path.split("[")
    return "[".join([parts[0], *(part.lstrip("0123456789") for part in parts[1:])])


def _well_formed(written: str, markup: str) -> None:
    """Refuse file text that no reader could read: a fault of the template, seen before it is sent."""
    try:
        if markup == "json":
            json.loads(written)
        else:
            parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
            etree.fromstring(written.encode(), parser)
    except (ValueError, etree.XMLSyntaxError) as e:
        raise Inconvertible(f"the template wrote text that is not well-formed {markup.upper()}: {e}") from e
