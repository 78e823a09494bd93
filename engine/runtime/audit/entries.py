"""The ledger as auditors read it: what they may read, masked where they may not see; the chain; what they take along."""

import csv
import io
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal, NamedTuple

from engine.model.operation import AuditEvent
from engine.model.person import Asker
from engine.model.rights import FieldGroup
from engine.model.sensitive import GROUPS
from engine.runtime.house import House
from engine.runtime.people import reach
from engine.runtime.people.accounts import Hand, note
from engine.stages.cover import covered, values
from engine.store import audit, documents, ledger
from engine.store.audit import Question
from engine.store.columns import dump_json
from engine.store.database import reading, transaction
from engine.store.ledger import Walked

Form = Literal["csv", "jsonl"]
_COLUMNS = ("seq", "at", "kind", "actor", "address", "agent", "document_id", "data", "previous_hash", "hash")
_FORMULA = re.compile(r"^[=+\-@\t\r]")
"""How a cell begins that spreadsheets would compute (OWASP, CSV injection)."""
_KNOWN_AT_ONCE = 50


class Entry(NamedTuple):
    """One entry of the ledger as it is shown."""

    event: AuditEvent
    address: str
    agent: str
    version: str
    data: Mapping[str, Any]
    """What else it says, masked."""
    whole: Mapping[str, Any]
    """All that it says, masked."""


class Found(NamedTuple):
    """Entries of one look, the newest first."""

    entries: tuple[Entry, ...]
    following: int | None
    """The next look is for entries before this one; None: there are none."""


def entries(house: House, asker: Asker, question: Question, *, before: int | None = None, limit: int) -> Found:
    """Return the newest entries that are looked for and may be read; there may be fewer than `limit`, and more behind them."""
    with reading(house.engine) as tx:
        found = audit.page(tx, question, before=before, limit=limit)
    return Found(tuple(_reached(house, asker, iter(found.entries), question.text or "")), found.following)


def kinds(house: House) -> list[str]:
    """Return what kinds of entries there are, by name."""
    with reading(house.engine) as tx:
        return audit.kinds(tx)


def walk_on(house: House, walked: Walked) -> Walked:
    """Walk the chain on from the last good entry, over some thousands of them at most."""
    with reading(house.engine) as tx:
        return ledger.verify_on(tx, walked)


def exported(house: House, asker: Asker, question: Question, form: Form) -> Iterator[str]:
    """Return all entries that are looked for, line by line, as CSV or JSON lines; the ledger notes who took them."""
    asked = {name: one for name, one in question.model_dump(mode="json").items() if one}
    with transaction(house.engine) as tx:
        note(tx, house, Hand(asker.name, asker.where), "audit_exported", {"form": form, "filters": asked})
    return _csv(house, asker, question) if form == "csv" else _json_lines(house, asker, question)


def _reached(house: House, asker: Asker, found: Iterator[AuditEvent], words: str) -> Iterator[Entry]:
    """Yield the entries that somebody may read, masked; what is about no document only who reads everything.

    Words that stand only in what is masked find nothing: else whoever guesses a value would be told that it is right.
    """
    everywhere = reach.is_everywhere(asker, "read_audit")
    known = _Known(house)
    for event in found:
        if everywhere or _may(house, asker, event.document_id):
            hidden = _hidden(house, asker, event)
            entry = _entry(event, hidden, known.of(event.document_id, hidden))
            if words.lower() in f"{event.actor}\n{dump_json(event.data if not hidden else entry.whole)}".lower():
                yield entry


class _Known:
    """The masked values of documents: people and targets name them in words too."""

    def __init__(self, house: House) -> None:
        self._house = house
        self._found: dict[tuple[str, frozenset[FieldGroup]], frozenset[str]] = {}

    def of(self, document_id: str | None, hidden: frozenset[FieldGroup]) -> frozenset[str]:
        """Return those of one document."""
        if document_id is None or not hidden:
            return frozenset()
        if (document_id, hidden) not in self._found:
            with reading(self._house.engine) as tx:
                record = documents.latest(tx, document_id, "record")
            if len(self._found) >= _KNOWN_AT_ONCE:
                self._found.clear()
            self._found[document_id, hidden] = values(record, hidden)
        return self._found[document_id, hidden]


def _may(house: House, asker: Asker, document_id: str | None) -> bool:
    if document_id is None:
        return False
    with reading(house.engine) as tx:
        return reach.may(tx, house, asker, "read_audit", document_id)


def _hidden(house: House, asker: Asker, event: AuditEvent) -> frozenset[FieldGroup]:
    """Return what is masked; whoever holds no right to see anything is not worth a look into the document."""
    if event.document_id is None or not any(one.fields for one in asker.grants):
        return GROUPS
    with reading(house.engine) as tx:
        return GROUPS - asker.sees(reach.subject(tx, house, event.document_id))


def _entry(event: AuditEvent, hidden: frozenset[FieldGroup], known: frozenset[str]) -> Entry:
    whole = dict(event.model_dump(mode="json")["data"])
    data = covered(whole, values(whole, hidden) | known, hidden)
    told = dict(data)
    where = data.pop("from", None)
    place = where if isinstance(where, Mapping) else {}
    version = next(
        (str(data[name]) for name in ("version", "ruleset", "mapping", "flow", "revision") if data.get(name)), ""
    )
    return Entry(event, place.get("address", ""), place.get("agent", ""), version, data, told)


def _csv(house: House, asker: Asker, question: Question) -> Iterator[str]:
    for number, row in enumerate(_rows(house, asker, question)):
        line = io.StringIO()
        writer = csv.DictWriter(line, _COLUMNS)
        if number == 0:
            writer.writeheader()
        writer.writerow({name: _cell(one) for name, one in row.items()})
        yield line.getvalue()


def _cell(one: object) -> str:
    text = dump_json(one) if isinstance(one, Mapping) else "" if one is None else str(one)
    return f"'{text}" if _FORMULA.match(text) else text


def _json_lines(house: House, asker: Asker, question: Question) -> Iterator[str]:
    for row in _rows(house, asker, question):
        yield dump_json(row) + "\n"


def _rows(house: House, asker: Asker, question: Question) -> Iterator[dict[str, Any]]:
    with reading(house.engine) as tx:
        for one in _reached(house, asker, audit.every(tx, question), question.text or ""):
            event = one.event.model_dump(mode="json")
            yield {name: event.get(name) for name in _COLUMNS} | {
                "address": one.address, "agent": one.agent, "data": one.data,
            }  # fmt: skip
