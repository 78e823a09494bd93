"""Which source fits a field of a target: by name, by type and by what both say about themselves.

    score = 0.70 name + 0.15 type + 0.15 description, less where the types cannot meet

Names are compared by their words in one spelling (`InvNo` is `invoice number`), with the terms of EN 16931 and the names that other
systems have for the field. What is known of the vendor in the master data comes before what the paper says of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

from jsonschema import Draft202012Validator
from rapidfuzz import fuzz

from engine.content.draft.target import Field
from engine.content.draft.terms import EN16931, NAMES, words
from engine.content.matrix_check import DOCUMENT_NAMES, ENV_NAMES, ORDER_NAMES, VENDOR_NAMES

SURE = 0.72
"""From this score on a row is proposed; below it is left to a person."""
POSSIBLE = 0.5
_KEPT = 3
_SAMPLES: Mapping[str, tuple[str, ...]] = {
    "amount": ("1204.50", "7", "-3.00"), "rate": ("19", "7.7"), "date": ("2026-03-04",), "currency": ("EUR",),
    "country": ("DE",), "unit": ("C62", "KGM"), "iban": ("DE02120300000000202051",), "position": ("1",), "count": ("14",),
    "text": ("RE-2026/0815 Paper", "A1"), "code": ("1000", "V1", "A"),
}  # fmt: skip
_MOST_TEXT = 14
"""A field for fewer characters than this is a code rather than a text."""
_TYPE_WORDS: Mapping[str, frozenset[str]] = {
    "date": frozenset({"date"}), "amount": frozenset({"amount", "total", "price", "quantity", "balance", "net", "gross"}),
    "currency": frozenset({"currency"}), "country": frozenset({"country"}), "unit": frozenset({"unit"}),
    "iban": frozenset({"iban"}), "rate": frozenset({"rate"}),
}  # fmt: skip
_PARTY = "vendor_"


class Source(NamedTuple):
    """A value that a row can take."""

    path: str
    """As a row's `from` says it: `invoice_number`, `vendor.id`; fields of lists by their own name."""
    group: str
    """`lines` or `taxes`; empty for everything else."""
    kind: str
    """`amount`, `date`, `text` ...: the `$ref` of the canonical schema."""
    names: tuple[str, ...]
    about: str


class Proposal(NamedTuple):
    """A source for a field, and how well it fits (0..1)."""

    source: Source
    score: float


def sources(record: Mapping[str, Any], *, definitions: Mapping[str, Any]) -> tuple[Source, ...]:
    """Return everything that a row may take: the record (schema with its `$ref`s), master data, environment, document."""
    found = list(_properties(record, "", "", definitions))
    for group, short in (("lines", "line"), ("taxes", "tax")):
        items = record["properties"].get(group, {}).get("items", {})
        found += _properties(items, group, short, definitions)
    if "lines" in record["properties"]:
        found.append(Source("line.position", "lines", "position", ("line position", *NAMES["line.position"]), ""))
    for namespace, names in (
        ("vendor", VENDOR_NAMES),
        ("order", ORDER_NAMES),
        ("env", ENV_NAMES),
        ("document", DOCUMENT_NAMES),
    ):
        for name in sorted(names):
            path = f"{namespace}.{name}"
            found.append(
                Source(
                    path,
                    "",
                    _kind(name),
                    (f"{namespace} {name}", *NAMES.get(path, ())),
                    "",
                )
            )
    return tuple(found)


def _properties(schema: Mapping[str, Any], group: str, short: str, definitions: Mapping[str, Any]) -> Iterator[Source]:
    for name, inner in schema.get("properties", {}).items():
        if inner.get("type") == "array":
            continue
        kind = str(inner.get("$ref", "")).rpartition("/")[2] or "code"
        term = EN16931.get(str(inner.get("x-en16931", "")), "")
        key = f"{short}.{name}" if short else name
        names = (name, *([f"{short} {name}"] if short else []), *([term] if term else []), *NAMES.get(key, ()))
        yield Source(name, group, kind if kind in definitions else "text", names, str(inner.get("description", "")))


def _kind(name: str) -> str:
    """Return the kind of a value of the master data, the environment or the document."""
    last = name.rpartition("_")[2]
    if last in {"currency", "country", "iban"}:
        return last
    return "amount" if last == "total" else "text" if last in {"name", "street", "city", "terms", "email"} else "code"


def ranked(field: Field, known: Sequence[Source], *, group: str) -> tuple[Proposal, ...]:
    """Return the sources that fit a field best, best first; `group` is the list of the record that its list stands for."""
    fitting = (one for one in known if one.group in ("", group))
    scored = [Proposal(one, score(field, one)) for one in fitting]
    scored.sort(key=lambda one: (-one.score, one.source.path))
    return tuple(one for one in scored[:_KEPT] if one.score >= POSSIBLE)


def score(field: Field, source: Source) -> float:
    """Return how well a source fits a field, 0..1."""
    named = max(_alike(spelling, name) for spelling in _spellings(field) for name in source.names)
    typed = _typed(field, source)
    about = f"{field.schema.get('title', '')} {field.schema.get('description', '')}".strip()
    told = _told(about, source) if about else named
    whole = 0.70 * named + 0.15 * typed + 0.15 * told
    if typed == 0:
        whole *= 0.6
    return round(min(1.0, whole + _favour(field, source)), 3)


def _spellings(field: Field) -> tuple[str, ...]:
    """Return how a field may be called: by its name, and with the object that it stands in."""
    around = [part.removesuffix("[]") for part in field.path[:-1]]
    titled = str(field.schema.get("title", ""))
    return tuple(one for one in (field.name, " ".join([*around[-1:], field.name]), titled) if one)


@lru_cache(maxsize=200_000)
def _alike(one: str, other: str) -> float:
    if one.isupper() and one == other:
        return 1.0
    left, right = words(one), words(other)
    if not left or not right:
        return 0.0
    if sorted(left) == sorted(right):
        return 1.0
    shared = set(left) & set(right)
    overlap = 2 * len(shared) / (len(set(left)) + len(set(right)))
    return max(overlap * 0.95, fuzz.ratio(" ".join(left), " ".join(right)) / 100 * 0.85)


def _told(about: str, source: Source) -> float:
    """Return how much of a source's words a description says."""
    said = set(words(about))
    return max(
        (len(said & set(words(name))) / len(set(words(name))) for name in (*source.names, source.about) if words(name)),
        default=0.0,
    )


def _typed(field: Field, source: Source) -> float:
    """Return 1 where every sample of the source can stand in the field, 0 where none can."""
    if "enum" in field.schema or "const" in field.schema:
        return 0.5
    kind = field.schema.get("type", "string")
    if kind in {"integer", "number"}:
        return 1.0 if source.kind in {"amount", "rate", "count", "position"} else 0.0
    if kind == "boolean":
        return 0.0
    said = next((one for one, names in _TYPE_WORDS.items() if names & set(words(field.name))), None)
    if said in {"date", "currency", "country", "iban"} and source.kind not in {said, "text"}:
        return 0.0
    valid = Draft202012Validator(
        {key: field.schema[key] for key in ("pattern", "minLength", "maxLength") if key in field.schema}
    )
    samples = (
        (*_SAMPLES[source.kind], "1204.5000", "20260304")
        if source.kind in {"amount", "date"}
        else _SAMPLES[source.kind]
    )
    fitting = [valid.is_valid(sample) for sample in samples]
    return 0.0 if not any(fitting) else 1.0 if all(fitting[: len(_SAMPLES[source.kind])]) else 0.7


def _favour(field: Field, source: Source) -> float:
    """Return what a source has over another of the same name."""
    if source.path.startswith(_PARTY) and source.path.removeprefix(_PARTY) in VENDOR_NAMES:
        return -0.05  # the master data say it better than the paper
    if source.path.startswith("order."):
        return -0.04  # the document says which order it means
    if source.group:
        return 0.03
    return -0.02 if any(part.endswith("[]") for part in field.path) else 0.0
