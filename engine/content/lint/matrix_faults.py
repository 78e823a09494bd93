"""What the loader refuses in the rows of a matrix: all of it, where the loader stops at the first."""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.content.converters import Inconvertible
from engine.content.expression import ExpressionError, compile_expression
from engine.content.lint.finding import LintFinding
from engine.content.lint.matrix_subject import MatrixSubject, Path, Place
from engine.content.matched_names import MATCHED
from engine.content.matrix_check import DOCUMENT_NAMES, ENV_NAMES, ORDER_NAMES, VENDOR_NAMES
from engine.content.matrix_row import MatrixRow
from engine.content.receipt_reference import reference_of

_MOST_NAMED = 12


def check(subject: MatrixSubject) -> Iterator[LintFinding]:
    """Yield unknown paths, names, teams and cross-references, rows that collide, and required fields without a row."""
    if subject.matrix.owner not in subject.around.teams:
        yield _team(subject, None, subject.matrix.owner)
    if subject.items is not None:
        yield from _items(subject, subject.items)
    elif subject.matrix.where is not None:
        whole = MatrixRow(to="document", when=subject.matrix.where, rows=subject.matrix.rows)
        place = Place(whole, (), "", subject.around.payload, is_required=False)
        yield from _expression(subject, place, whole.when, (None, None), "where")
    for place in subject.places:
        if place.row.owner is not None and place.row.owner not in subject.around.teams:
            yield _team(subject, place, place.row.owner)
        yield from _sources(subject, place)
        yield from _expressions(subject, place)
        yield from _own(subject, place)
    yield from _levels(subject)


def _team(subject: MatrixSubject, place: Place | None, owner: str) -> LintFinding:
    path: Path = ("owner",) if place is None else (*place.path, "owner")
    wrong = f"{owner!r} is no team of ownership.yaml, so nobody owns this; there are: {_listed(subject.around.teams)}"
    return LintFinding(
        code="owner_missing", severity="error", file=str(subject.source.file), line=subject.source.line(path),
        subject=subject.matrix.name if place is None else place.at, message=wrong, case=(("value", owner),),
    )  # fmt: skip


def _names(subject: MatrixSubject, group: str | None, outer: str | None) -> Mapping[str, frozenset[str]]:
    properties = subject.around.record.get("properties", {})
    return {
        "record": frozenset(properties), "line": frozenset(subject.lines(group)),
        "outer": frozenset(subject.lines(outer)), "vendor": VENDOR_NAMES,
        "order": ORDER_NAMES, **MATCHED, "document": DOCUMENT_NAMES, "env": ENV_NAMES,
    }  # fmt: skip


def _items(subject: MatrixSubject, place: Place) -> Iterator[LintFinding]:
    """Yield what is wrong with the list of which each item becomes an object."""
    properties = subject.around.record.get("properties", {})
    lists = frozenset(name for name, inner in properties.items() if inner.get("type") == "array")
    if place.at not in lists:
        wrong = f"the record has no list {place.at}; {_near(place.at, lists)}"
        yield subject.find("unknown_source", "error", place, wrong, "each", case=(("value", place.at),))
    yield from _expressions(subject, place)


def _sources(subject: MatrixSubject, place: Place) -> Iterator[LintFinding]:
    source = place.row.source
    if source is None or reference_of(source) is not None:
        return
    namespace, _, name = source.rpartition(".")
    names = _names(subject, place.group, place.outer)
    allowed = names.get(namespace, frozenset()) if namespace else names["record"] | names["line"]
    if name not in allowed:
        where = namespace or "the record"
        wrong = f"{where} has no {name}; {_near(name, allowed)}"
        yield subject.find("unknown_source", "error", place, wrong, "from", case=(("value", source),))


def _expressions(subject: MatrixSubject, place: Place) -> Iterator[LintFinding]:
    row = place.row
    here, inside = (place.group, place.outer), (row.each, place.group)
    wanted = [
        ("via", row.via, here),
        ("when", row.when, here),
        ("detail", row.detail, here),
        ("where", row.where, inside),
    ]
    yield from (one for key, text, lists in wanted for one in _expression(subject, place, text, lists, key))
    for index, item in enumerate(row.items):
        yield from _expression(subject, place, item.when, here, "items", index, "when")


def _expression(
    subject: MatrixSubject, place: Place, text: str | None, lists: tuple[str | None, str | None], *path: str | int
) -> Iterator[LintFinding]:  # fmt: skip
    if text is None:
        return
    try:
        reading = compile_expression(text).reading
    except ExpressionError as e:
        yield subject.find("bad_expression", "error", place, f"`{text}`: {e.message}", *path, case=(("value", text),))
        return
    names = _names(subject, *lists)
    for namespace, name in reading.references:
        if name not in names.get(namespace, frozenset()):
            wrong = f"{namespace}.{name} does not exist; {_near(name, names.get(namespace, frozenset()))}"
            yield subject.find("unknown_source", "error", place, wrong, *path, case=(("value", f"{namespace}.{name}"),))
    if "value" in reading.names and (place.row.source is None or path != ("via",)):
        wrong = "`value` is known only in the `via` of a row that has a `from`"
        yield subject.find("unknown_source", "error", place, wrong, *path, case=(("value", "value"),))
    for ref in reading.tables:
        if "@" in ref and ref not in subject.around.xrefs:
            wrong = f"no cross-reference {ref}; there are: {_listed(frozenset(subject.around.xrefs))}"
            yield subject.find("unknown_xref", "error", place, wrong, *path, case=(("value", ref),))


def _own(subject: MatrixSubject, place: Place) -> Iterator[LintFinding]:
    """Yield constants that the row's own type refuses."""
    row = place.row
    for key, fixed in (("value", row.value), ("default", row.default)):
        if fixed is None:
            continue
        try:
            row.kind.fit(fixed)
        except Inconvertible as e:
            yield subject.find(
                "constant_misfit", "error", place, f"{e.message}; correct `{key}` or `type`", key,
                case=(("value", str(fixed)),),
            )  # fmt: skip


def _levels(subject: MatrixSubject) -> Iterator[LintFinding]:
    """Yield targets that do not exist, that are filled twice, or that no row fills, level by level of the payload."""
    levels: dict[Path, list[Place]] = {}
    for place in subject.places:
        levels.setdefault(place.path[:-1], []).append(place)
    for places in levels.values():
        taken: list[str] = []
        for place in places:
            path = place.row.to
            if any(_overlap(path, other) for other in taken):
                yield subject.find("filled_twice", "error", place, f"{path} is filled by a row above; keep one", "to")
            taken.append(path)
    yield from _targets(subject)
    yield from _unfilled(subject, subject.matrix.rows, ("rows",), "", subject.around.payload)


def _targets(subject: MatrixSubject) -> Iterator[LintFinding]:
    for place in subject.places:
        schema = _parent(subject, place)
        for part in place.row.to.split("."):
            properties = schema.get("properties", {})
            if part not in properties and schema.get("additionalProperties") is False:
                wrong = f"the target has no {part}; {_near(part, frozenset(properties))}"
                yield subject.find("unknown_target", "error", place, wrong, "to", case=(("value", place.row.to),))
                break
            schema = properties.get(part, {})


def _parent(subject: MatrixSubject, place: Place) -> Mapping[str, Any]:
    """Return the target's schema of the object that a row stands in."""
    if not place.above:
        return subject.around.payload
    above = place.above[-1]
    is_list = above.row.each is not None or bool(above.row.items)
    found: Mapping[str, Any] = above.schema.get("items", {}) if is_list else above.schema
    return found


def _unfilled(
    subject: MatrixSubject, rows: tuple[MatrixRow, ...], path: Path, at: str, schema: Mapping[str, Any]
) -> Iterator[LintFinding]:
    """Yield what the target requires of one object and no row fills; a template's text is filled elsewhere."""
    heads = {row.to.split(".")[0] for row in rows}
    for name in [name for name in schema.get("required", ()) if name not in heads and name != "text"]:
        yield LintFinding(
            code="required_unfilled", severity="error", file=str(subject.source.file), line=subject.source.line(path),
            subject=f"{at}.{name}" if at else name, message="the target requires it and no row fills it; add a row",
        )  # fmt: skip
    yield from _below(subject, rows, path, at, schema)


def _below(
    subject: MatrixSubject, rows: tuple[MatrixRow, ...], path: Path, at: str, schema: Mapping[str, Any]
) -> Iterator[LintFinding]:
    dotted: dict[str, list[tuple[int, MatrixRow]]] = {}
    for index, row in enumerate(rows):
        head, _, rest = row.to.partition(".")
        inner = _property(schema, head)
        if rest:
            dotted.setdefault(head, []).append((index, row))
            continue
        place = f"{at}.{head}" if at else head
        own = (*path, index)
        listed = row.each is not None or bool(row.items)
        below = inner.get("items", {}) if listed else inner
        place = f"{place}[]" if listed else place
        if row.rows:
            yield from _unfilled(subject, row.rows, (*own, "rows"), place, below)
        if row.when_none:
            yield from _unfilled(subject, row.when_none, (*own, "when_none"), place, below)
        for number, item in enumerate(row.items):
            yield from _unfilled(subject, item.rows, (*own, "items", number, "rows"), place, below)
    for head, inner_rows in dotted.items():
        renamed = tuple(row.model_copy(update={"to": row.to.partition(".")[2]}) for _, row in inner_rows)
        leaves = tuple(row.model_copy(update={"rows": (), "items": (), "when_none": ()}) for row in renamed)
        first = inner_rows[0][0]
        yield from _unfilled(subject, leaves, (*path, first), f"{at}.{head}" if at else head, _property(schema, head))


def _property(schema: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = schema.get("properties", {}).get(name, {})
    return found


def _overlap(path: str, other: str) -> bool:
    return path == other or path.startswith(f"{other}.") or other.startswith(f"{path}.")


def _near(name: str, allowed: frozenset[str]) -> str:
    """Return what is there, the most alike first."""
    ranked = sorted(allowed, key=lambda one: (-_alike(name, one), one))
    more = f" and {len(ranked) - _MOST_NAMED} more" if len(ranked) > _MOST_NAMED else ""
    return f"there are: {', '.join(ranked[:_MOST_NAMED]) or 'none here'}{more}"


def _alike(one: str, other: str) -> int:
    """Return how many pairs of neighbouring letters two names share."""
    pairs = [{name[i : i + 2] for i in range(len(name) - 1)} for name in (one, other)]
    return len(pairs[0] & pairs[1])


def _listed(names: frozenset[str]) -> str:
    return ", ".join(sorted(names)) or "none"
