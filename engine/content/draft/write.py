"""A first matrix for a target, as YAML: proposed rows with their score, what is left to decide as comments."""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from engine.content.draft.propose import SURE, Proposal, Source, ranked, sources
from engine.content.draft.target import Field, fields
from engine.content.draft.terms import ITEM_LISTS, words
from engine.content.spreadsheet.patch import spelled

_LISTS = ("lines", "taxes")
_LINES = frozenset({"line", "lines", "product", "detail", "expense"})
_TAXES = frozenset({"tax", "taxes", "vat"})
_DECIMALS = re.compile(r"\\\.\[0-9\]\{(?:(\d+),)?(\d+)\}")
_SAMPLE: Mapping[str, str] = {
    "amount": "100.00", "rate": "19", "date": "2026-03-04", "currency": "EUR", "country": "DE", "unit": "C62",
    "iban": "DE02120300000000202051", "position": "1", "count": "14", "code": "A1", "text": "Text",
}  # fmt: skip


class Choice(NamedTuple):
    """What is proposed for one field."""

    field: Field
    group: str
    """The list of the record that its list stands for."""
    ranked: tuple[Proposal, ...]
    constant: str | None
    """The only value that the target takes."""

    @property
    def chosen(self) -> Proposal | None:
        """The proposal that is written as a row; None: a person decides."""
        return (
            self.ranked[0] if self.ranked and self.ranked[0].score >= SURE and "enum" not in self.field.schema else None
        )


class Named(NamedTuple):
    """What a matrix is called and where it goes."""

    name: str
    record: str
    schema: str
    """File of the target's schema."""
    owner: str


def choices(schema: Mapping[str, Any], record: Mapping[str, Any]) -> tuple[Choice, ...]:
    """Return a proposal for every field of a target. `schema` has its `$ref`s written out, `record` has them."""
    known = sources(record, definitions=record.get("$defs", {}))
    lists = {name for name in _LISTS if name in record.get("properties", {})}
    return tuple(_choice(field, known, lists) for field in fields(schema))


def _choice(field: Field, known: Sequence[Source], lists: set[str]) -> Choice:
    around = [_group(part, lists) for part in field.path[:-1] if part.endswith("[]")]
    group = next((one for one in around if one), "")
    values = [field.schema["const"]] if "const" in field.schema else list(field.schema.get("enum", ()))
    if len(values) == 1:
        return Choice(field, group, (), str(values[0]))
    return Choice(field, group, ranked(field, known, group=group), None)


def _group(part: str, lists: Collection[str]) -> str:
    """Return the list of the record that a list of the target stands for; empty for another."""
    name = part.removesuffix("[]")
    said = set(words(name))
    if said & _TAXES and "taxes" in lists:
        return "taxes"
    return "lines" if "lines" in lists and (said & _LINES or name in ITEM_LISTS) else ""


def draft(named: Named, schema: Mapping[str, Any], record: Mapping[str, Any]) -> str:
    """Return a matrix as YAML. It loads when every field that the target requires has a row."""
    found = choices(schema, record)
    adapter, _, target = named.name.partition(".")
    open_ones = [
        one.field.dotted for one in found if one.field.is_required and one.chosen is None and one.constant is None
    ]
    head = [
        f"# A draft: {sum(one.chosen is not None for one in found)} of {len(found)} fields proposed, by name, type and description.",
        "# The number behind a row says how sure (0..1). Rows in comments are for a person to decide.",
        *([f"# Required and open: {', '.join(open_ones)}"] if open_ones else []),
        f"name: {named.name}", "version: 1", f"from: {named.record}",
        f"target: {{adapter: {adapter}, object: {target}, schema: {named.schema}}}", f"owner: {named.owner}", "rows:",
    ]  # fmt: skip
    return "\n".join([*head, *_tree(found, (), 2), *_example(found)]) + "\n"


def _tree(found: Sequence[Choice], at: tuple[str, ...], indent: int) -> list[str]:
    """Return the lines of one object: its own fields, then the objects below it, in the order of the schema."""
    lines: list[str] = []
    done: set[str] = set()
    pad = " " * indent
    for one in found:
        if one.field.path[: len(at)] != at:
            continue
        if len(one.field.path) == len(at) + 1:
            lines += [f"{pad}{line}" for line in _row(one)]
            continue
        part = one.field.path[len(at)]
        if part not in done:
            done.add(part)
            lines += _object(found, (*at, part), one.group, indent)
    return lines


def _object(found: Sequence[Choice], at: tuple[str, ...], group: str, indent: int) -> list[str]:
    pad = " " * indent
    is_list = at[-1].endswith("[]")
    is_inside = any(_group(part, _LISTS) for part in at[:-1] if part.endswith("[]"))
    is_walked = is_list and not is_inside and bool(group) and bool(_group(at[-1], _LISTS))
    inner = _tree(found, at, indent + (4 if is_walked or not is_list else 8))
    if not any(not line.lstrip().startswith("#") for line in inner):
        return [f"{pad}# {at[-1].removesuffix('[]')}: nothing is proposed for it", *inner]
    head = [f"{pad}- to: {at[-1].removesuffix('[]')}"]
    if is_walked:
        return [*head, f"{pad}  each: {group}", f"{pad}  rows:", *inner]
    return [*head, f"{pad}  items:", f"{pad}    - rows:", *inner] if is_list else [*head, f"{pad}  rows:", *inner]


def _row(one: Choice) -> list[str]:
    """Return the line of a row, or what there is to decide."""
    field, need = one.field, "must" if one.field.is_required else "may"
    if one.constant is not None:
        return [f"- {{to: {field.name}, value: {spelled(one.constant)}}}  # the only value that it takes"]
    rest = f"{_type(field.schema)}, need: {need}}}"
    if one.chosen is not None:
        others = "".join(
            f", or {p.source.path} {p.score:.2f}" for p in one.ranked[1:] if p.score >= one.chosen.score - 0.1
        )
        return [f"- {{to: {field.name}, from: {one.chosen.source.path}{rest}  # {one.chosen.score:.2f}{others}"]
    wanted = "required" if field.is_required else "optional"
    if not one.ranked:
        return [f"# {field.name} ({wanted}): nothing like it was found"]
    others = ", ".join(f"{p.source.path} {p.score:.2f}" for p in one.ranked)
    return [f"# decide ({wanted}; {others}): - {{to: {field.name}, from: {one.ranked[0].source.path}{rest}"]


def _type(schema: Mapping[str, Any]) -> str:
    """Return `, type: ...` as the target's schema says it, or nothing."""
    if schema.get("enum"):
        return f", type: {spelled({'picklist': [str(value) for value in schema['enum']]})}"
    kind = schema.get("type")
    if kind in {"integer", "boolean"}:
        return f", type: {kind}"
    pattern = str(schema.get("pattern", ""))
    if found := _DECIMALS.search(pattern):
        places = int(found[2])
        least = (
            int(found[1])
            if found[1] is not None and not pattern.endswith(")?$")
            else 0
            if found[1] is not None
            else places
        )
        return f", type: {spelled({'decimal': {'places': places, 'min_places': least}})}"
    if schema.get("format") == "date" or pattern.startswith("^[0-9]{4}-"):
        return ", type: date"
    bounds = {
        key: schema[name]
        for key, name in (("min", "minLength"), ("max", "maxLength"))
        if schema.get(name, 0) > (key == "min")
    }
    return f", type: {spelled({'text': bounds})}" if bounds else ""


def _example(found: Sequence[Choice]) -> list[str]:
    """Return an example that fills every proposed row; a person puts a real record in its place."""
    parts: dict[str, dict[str, str]] = {"record": {}, "lines": {}, "taxes": {}, "vendor": {"id": "4711"}}
    for one in found:
        if one.chosen is None:
            continue
        source = one.chosen.source
        namespace, _, name = source.path.rpartition(".")
        place = source.group if source.group and namespace != "line" else namespace or "record"
        if place in parts:
            parts[place][name] = _SAMPLE.get(source.kind, "Text")
    record: dict[str, object] = {**parts["record"]}
    record |= {group: [parts[group]] for group in _LISTS if parts[group]}
    whole = {
        "name": "a record to be replaced by a real one",
        "record": record,
        "vendor": parts["vendor"],
        "env": {"company_code": "1000"},
    }
    return ["examples:", f"  - {spelled(whole)}"]
