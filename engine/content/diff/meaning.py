"""What a piece of content means, as plain data: without comments, formatting, order of keys and ways to write a number.

Lists of things with a name become things by name, so that a row that moved is not a row that changed; their order is one
more thing that can differ.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from engine.content.condition import And, Compare, Condition, FactLiteral, Not, Or, Presence
from engine.content.environment import load_environments
from engine.content.live import read_live
from engine.content.matrix import Matrix
from engine.content.ownership import load_ownership
from engine.content.shelf import Shelf
from engine.content.spelling import parsed, spelled
from engine.content.spreadsheet.type_words import said as type_said
from engine.content.table import Table
from engine.content.xref import CrossReference
from engine.model.value import canonical_json, digest

Meaning = dict[str, Any]
ORDER = "(order)"
_KEYS = ("id", "to", "name", "path", "code", "ref")
"""What names a thing in a list, in this order."""
_TOKENS = re.compile(r"'[^']*'|\"[^\"]*\"|-?[A-Za-z0-9_.]+|==|!=|<=|>=|[<>()\[\],]")


def meaning(shelf: Shelf, ref: str) -> Meaning:
    """Return what a piece of the shelf means. Raises KeyError for one that is not there."""
    kind, _, name = ref.partition("/")
    return _READERS[kind](shelf, name)


def settings(root: Path) -> Mapping[str, Meaning]:
    """Return what environments, live sets and ownership of a content folder mean. Raises ContentError."""
    environments = load_environments(root / "environments")
    found = {f"environment/{name}": plain(one) for name, one in environments.items()}
    for name in environments:
        if live := read_live(root, name):
            found[f"live/{name}"] = plain(live.model_copy(update={"before": (), "content": ()}))
    return {**found, "ownership": plain(load_ownership(root))}


def plain(value: Any) -> Any:
    """Return plain data of a value: numbers in one spelling, named things by their names."""
    if isinstance(value, BaseModel):
        return plain(value.model_dump(by_alias=True))
    if isinstance(value, Mapping):
        return {str(key): plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return _listed([plain(inner) for inner in value])
    if value is None or isinstance(value, bool | int | str | float):
        return value
    return format(value.normalize(), "f") if isinstance(value, Decimal) else str(value)


def _listed(items: list[Any]) -> Any:
    """Return things of a list by name where they have one, with their order; else the list."""
    if not items or not all(isinstance(item, dict) for item in items):
        return items
    key = next((one for one in _KEYS if all(isinstance(item.get(one), str) for item in items)), None)
    named: dict[str, Any] = {}
    for index, item in enumerate(items):
        name = item[key] if key else str(index + 1)
        same = sum(1 for other in items[:index] if key and other[key] == name)
        named[f"{name} #{same + 1}" if same else name] = {part: inner for part, inner in item.items() if part != key}
    return {**named, ORDER: list(named)} if key else named


def _ruleset(shelf: Shelf, name: str) -> Meaning:
    ruleset = shelf.rulesets[name]
    found = _own(ruleset)
    thresholds = found.pop("confidence")
    found["thresholds"] = {"default": thresholds.pop("default"), **thresholds.pop("fields"), **thresholds}
    for rule in ruleset.rules:
        found["rules"][rule.id]["when"] = condition_text(rule.when)
    return found


def _own(value: BaseModel) -> Meaning:
    """Return what stands in a file, without the name and version that its reference says already."""
    return {key: inner for key, inner in plain(value).items() if key not in {"name", "version"}}


def condition_text(text: str) -> str:
    """Return a written condition with one way to set blanks and quotes."""
    tokens = (f"'{one[1:-1]}'" if one[0] == '"' and "'" not in one else one for one in _TOKENS.findall(text))
    return " ".join(tokens)


def _table(shelf: Shelf, name: str) -> Meaning:
    table: Table = shelf.tables[name]
    rows = [
        {"id": row.id, "when": " and ".join(said(test) for _, test in row.cells) or "anything", "says": dict(row.says), "why": row.why}
        for row in table.rows
    ]  # fmt: skip
    examples = [{"facts": dict(one.facts), "says": dict(one.says)} for one in table.examples]
    columns = {"inputs": list(table.inputs), "outputs": list(table.outputs)}
    return {
        "policy": table.policy,
        "meaning": table.meaning,
        **columns,
        "rows": plain(rows),
        "examples": plain(examples),
    }


def said(test: Condition) -> str:
    """Return a condition in the words of a rule."""
    match test:
        case Compare(fact, operator, value):
            return f"{fact} {operator} {_literal(value)}"
        case Presence(fact, is_present):
            return f"{fact} is {'present' if is_present else 'missing'}"
        case Not(part):
            return f"not ( {said(part)} )"
        case And(parts):
            return f"( {' and '.join(map(said, parts))} )"
        case Or(parts):
            return f"( {' or '.join(map(said, parts))} )"


def _literal(value: FactLiteral) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


def _matrix(shelf: Shelf, name: str) -> Meaning:
    matrix: Matrix = shelf.matrices[name]
    found = _own(matrix.model_copy(update={"xrefs": {}, "files": (), "payload_schema": {}}))
    for key in ("xrefs", "files", "payload_schema", "xref_tables"):
        found.pop(key, None)
    found["rows"] = _rows(found["rows"])
    found["template"] = (matrix.template or "").splitlines()
    found["schema"] = plain(matrix.payload_schema)
    found["target"] = {key: inner for key, inner in found["target"].items() if key != "schema"}
    return found


def _inbound(shelf: Shelf, name: str) -> Meaning:
    inbound = shelf.events[name]
    found: Meaning = plain(inbound.model_dump(by_alias=True, exclude={"matrix", "tables"}))
    rows: Meaning = plain(inbound.matrix.rows)
    return {**found, "record": inbound.matrix.record, "owner": inbound.matrix.owner, "rows": _rows(rows)}


def _rows(rows: Meaning) -> Meaning:
    """Return rows of a matrix with their types in words and their expressions in one spelling."""
    written: Meaning = {}
    for name, row in rows.items():
        if name == ORDER:
            written[name] = row
            continue
        fresh = dict(row)
        for key in ("via", "when", "where"):
            fresh[key] = spelled(parsed(row[key])) if row.get(key) else None
        fresh["type"] = _type(row.get("type"))
        for key in ("rows", "when_none"):
            fresh[key] = _rows(row[key]) if row.get(key) else {}
        items = row.get("items") or {}
        fresh["items"] = {
            at: {"when": spelled(parsed(item["when"])) if item.get("when") else None, "rows": _rows(item["rows"])}
            for at, item in items.items()
        }
        written[name] = fresh
    return written


def _type(kind: Mapping[str, Any] | None) -> str | None:
    if kind is None:
        return None
    chosen = {name: bounds for name, bounds in kind.items() if bounds is not None}
    bare = {
        name: {key: bound for key, bound in bounds.items() if bound not in (None, 0, False)} if isinstance(bounds, dict) else bounds
        for name, bounds in chosen.items()
    }  # fmt: skip
    only = next(iter(bare), "")
    return type_said(only if bare.get(only) == {} else bare)


def _xref(shelf: Shelf, name: str) -> Meaning:
    table: CrossReference = next(one.xrefs[name] for one in shelf.matrices.values() if name in one.xrefs)
    rows = [{"id": row.id, "keys": list(row.keys), "answers": list(row.answers)} for row in table.rows]
    return {"keys": dict(table.keys), "answers": list(table.answers), "rows": plain(rows)}


def _words(shelf: Shelf, name: str) -> Meaning:
    """Return a vocabulary without the word lists that all languages share."""
    one = next(one for one in shelf.vocabularies.values() if one.ref == name)
    return _own(one.model_copy(update={"receipts": None, "payment_terms": None, "papers": {}}))


def _receipts(shelf: Shelf, name: str) -> Meaning:
    words = (one.receipts for one in shelf.vocabularies.values())
    return _own(next(one for one in words if one is not None and one.ref == name))


def _terms(shelf: Shelf, name: str) -> Meaning:
    words = (one.payment_terms for one in shelf.vocabularies.values())
    return _own(next(one for one in words if one is not None and one.ref == name))


def _paper(shelf: Shelf, name: str) -> Meaning:
    papers = (paper for one in shelf.vocabularies.values() for paper in one.papers.values())
    return _own(next(paper for paper in papers if paper.ref == name))


def _layouts(shelf: Shelf, name: str) -> Meaning:
    return _own(next(one for one in shelf.layouts.values() if one.ref == name))


def _model(shelf: Shelf, name: str) -> Meaning:
    models = (shelf.calibration, shelf.parties)
    return _own(next(one for one in models if one is not None and one.ref == name))


_READERS: Mapping[str, Callable[[Shelf, str], Meaning]] = {
    "ruleset": _ruleset,
    "flow": lambda shelf, name: _own(shelf.flows[name]),
    "tolerance": lambda shelf, name: _own(shelf.tolerances[name]),
    "table": _table,
    "matrix": _matrix,
    "xref": _xref,
    "inbound": _inbound,
    "schema": lambda shelf, name: dict(plain(shelf.schemas[name])),
    "facts": lambda shelf, _: _own(shelf.facts),
    "vocabulary": _words,
    "receipts": _receipts,
    "terms": _terms,
    "paper": _paper,
    "layout": _layouts,
    "calibration": _model,
    "parties": _model,
}


def whole(shelf: Shelf, root: Path) -> str:
    """Return one digest of what a whole content folder means: two folders with the same do the same."""
    everything = {ref: meaning(shelf, ref) for ref in sorted(shelf.digests) if not ref.startswith("environment/")}
    return digest({**everything, **settings(root)})


def same(one: Meaning, other: Meaning) -> bool:
    """Tell whether two pieces mean the same."""
    return canonical_json(one) == canonical_json(other)


def refs_of(shelf: Shelf) -> Sequence[str]:
    """Return the references of a shelf that have a meaning of their own."""
    return [ref for ref in shelf.digests if ref.partition("/")[0] in _READERS]
