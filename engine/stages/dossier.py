"""What a dossier says: the values of its papers put together, what is missing, and where they contradict one another. Pure.

Of a value that several papers say the first counts, in the order in which the flow lists them; of two papers of one kind the
later one. A paper was judged before it came in, so what it says is taken as it was let through.

The record gets, where its schema has them: `missing_papers` and `papers_disagree` (names, with commas between), `patience`
(`waiting`, or `over` once the last reminder was in vain), `reminders` (how many there were), and one line a paper (`paper`,
`paper_type`, `document_name`, `document_id`).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from engine.content.collects import Collects, Wanted
from engine.content.expression import compile_expression
from engine.model.dossier import DossierFile
from engine.model.field import Field, Provenance, Row
from engine.model.page import Embedded, Reading
from engine.model.record import Record

BY = "dossier"


class Joined(NamedTuple):
    """A paper that is in a dossier."""

    record: Record
    name: str
    """Of the file, for people."""


def put_together(
    kind: str, collects: Collects, papers: Sequence[Joined], *, schema: Mapping[str, Any], reminders: int, mark: str
) -> Reading:  # fmt: skip
    """Return what a dossier says by the papers in it. `papers` stand as they came; `mark` tells which they were."""
    names = schema.get("properties", {})
    by_name = {name: _latest(papers, wanted) for name, wanted in collects.papers.items()}
    there = {name: paper for name, paper in by_name.items() if paper is not None}
    fields: dict[str, Field] = {}
    for name, paper in there.items():
        for field in paper.record.fields:
            if field.name in names and field.name not in fields:
                fields[field.name] = _from(field, name, paper)
    said = {name: field.value for name, field in fields.items()}
    missing = [name for name, one in collects.papers.items() if name not in there and _is_needed(one, said)]
    told = {
        "missing_papers": ", ".join(missing),
        "papers_disagree": ", ".join(name for name in collects.agree if _disagree(name, there.values())),
        "patience": "over" if reminders > collects.remind.times else "waiting",
        "reminders": str(min(reminders, collects.remind.times)),
    }
    fields |= {name: _own(name, text) for name, text in told.items() if text and name in names}
    lines = tuple(_line(name, paper) for name, paper in there.items()) if "lines" in names else ()
    embedded = Embedded(syntax="dossier", profile=mark, type=kind, fields=tuple(fields.values()), lines=lines, by=BY)
    return Reading(embedded=embedded)


def reminder(file: DossierFile) -> Reading:
    """Return what a reminder says: what its bytes do."""
    fields = tuple(_own(name, value) for name, value in file.says.items() if value)
    return Reading(embedded=Embedded(syntax="dossier", type=file.type, fields=fields, by=BY))


def keys_of(record: Record, fields: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return by name of a key the value that a paper has of it; the first of its fields that is there."""
    found = {name: next(filter(None, (record.value(one) for one in some)), None) for name, some in fields.items()}
    return {name: value for name, value in found.items() if value}


def _latest(papers: Sequence[Joined], wanted: Wanted) -> Joined | None:
    return next((one for one in reversed(papers) if one.record.type == wanted.type), None)


def _is_needed(wanted: Wanted, said: Mapping[str, str]) -> bool:
    if wanted.when is None:
        return True
    return compile_expression(wanted.when).evaluate({"record": said}, xref={}) is True


def _disagree(name: str, papers: Iterator[Joined] | Any) -> bool:
    said = {_plain(value) for one in papers if (value := one.record.value(name))}
    return len(said) > 1


def _plain(value: str) -> str:
    return "".join(sign for sign in value.casefold() if sign.isalnum())


def _from(field: Field, name: str, paper: Joined) -> Field:
    origin = Provenance(how="embedded", by=name, pointer=f"{paper.record.document_id[:12]}/{field.name}")
    return Field(name=field.name, value=field.value, raw=field.raw, confidence=1.0, provenance=origin)


def _own(name: str, value: str) -> Field:
    return Field(name=name, value=value, raw=value, confidence=1.0, provenance=Provenance(how="embedded", by=BY))


def _line(name: str, paper: Joined) -> Row:
    told = {
        "paper": name, "paper_type": paper.record.type, "document_name": paper.name,
        "document_id": paper.record.document_id,
    }  # fmt: skip
    return tuple(_own(key, value) for key, value in told.items())
