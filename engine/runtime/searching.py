"""Keeps every document under the words by which people look for it, and finds it by them for who may."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection

from engine.model.document import Document
from engine.model.person import Asker
from engine.model.rights import FieldGroup
from engine.model.sensitive import GROUPS
from engine.model.value import Value
from engine.runtime.house import House
from engine.runtime.people import reach
from engine.stages.cover import covered, values
from engine.stages.search_words import asked, compact, words
from engine.store import documents, operation_list, operations, search, summaries
from engine.store.database import reading, transaction
from engine.store.operation_list import OperationLine
from engine.store.search import Words
from engine.store.summaries import Summary

_MOST_WORDS = 300
_MOST_MASKED = 40
_MOST_ASKED = 8
_SPARE = 4
"""Looked through beyond what is shown, for those that somebody may not read."""
_LEAST_OF_ID = 6
"""Digits of an id from which it is looked for."""
_AT_ONCE = 200


class Found(Value):
    """A document that was looked for, with those of its operations that were meant."""

    document: Document
    summary: Summary
    operations: tuple[OperationLine, ...] = ()


def note(tx: Connection, document: Document) -> None:
    """Keep a document under the words of its name, its record, its operations and what targets call it."""
    record = documents.latest(tx, document.id, "record")
    line = summaries.get(tx, document.id) or Summary(document_id=document.id)
    masked = {group: values(record, frozenset({group})) for group in sorted(GROUPS)}
    shown = covered(record, frozenset().union(*masked.values()), GROUPS)
    written = operations.of_document(tx, document.id)
    texts = [
        document.name, line.vendor, line.vendor_id, line.number, line.po_number, line.references,
        *(part for one in written for part in _parts(one.key)), *(one.short_key for one in written),
        *(receipt.external_id for one in written for receipt in operations.receipts(tx, one.key)), *_texts(shown),
    ]  # fmt: skip
    public = words([one for one in texts if one], most=_MOST_WORDS)
    hidden = {
        group: tuple(sorted({compact(one) for one in found} - {*public, ""})[:_MOST_MASKED])
        for group, found in masked.items()
    }
    search.write(tx, document.id, Words(public=public, bank=hidden["bank"], identity=hidden["identity"]))


def find(house: House, asker: Asker, text: str, *, most: int = 20) -> list[Found]:
    """Return what somebody may see of the documents that hold every word of a text, the latest first.

    A word is the beginning of what stands there. Masked values are found only by who may see them in that document.
    """
    wanted = asked(text, most=_MOST_ASKED)
    groups = frozenset(group for grant in asker.grants for group in grant.fields)
    within = None if reach.is_everywhere(asker, "read_documents") else reach.within(asker)
    with reading(house.engine) as tx:
        named = _named(tx, wanted)
        hits = search.found(tx, wanted, groups=groups, within=within, most=most * _SPARE)
        ids = [one.document_id for one in hits if _may_find(tx, house, asker, one.document_id, one.needs)]
        known = dict.fromkeys([*(one for one in named if _may_find(tx, house, asker, one, frozenset())), *ids])
        chosen = list(known)[:most]
        return _found(tx, asker, chosen, wanted)


def catch_up(house: House, *, most: int = _AT_ONCE) -> int:
    """Keep the words of documents that came before words were kept, the latest first; return how many."""
    with reading(house.engine) as tx:
        lacking = search.lacking(tx, most=most)
    for document in lacking:
        with transaction(house.engine) as tx:
            note(tx, document)
    return len(lacking)


def _named(tx: Connection, wanted: list[str]) -> list[str]:
    """Return the documents whose id begins with the one word that was looked for."""
    if len(wanted) != 1 or len(wanted[0]) < _LEAST_OF_ID:
        return []
    return [one.id for one in documents.find(tx, wanted[0])]


def _may_find(
    tx: Connection, house: House, asker: Asker, document_id: str, needs: frozenset[FieldGroup]
) -> bool:  # fmt: skip
    if not reach.may(tx, house, asker, "read_documents", document_id):
        return False
    return not needs or needs <= asker.sees(reach.subject(tx, house, document_id))


def _found(tx: Connection, asker: Asker, chosen: list[str], wanted: list[str]) -> list[Found]:
    """Return documents with their lines and those of their operations that are meant, in the order in which they were chosen."""
    papers = {one.id: one for one in documents.some(tx, chosen)}
    lines = summaries.some(tx, chosen)
    named = search.operation_names(tx, chosen) if asker.may("read_operations") else {}
    found = []
    for one in chosen:
        meant = [key for key, names in named.get(one, {}).items() if _is_meant(names, wanted)]
        shown = (operation_list.line(tx, key) for key in meant)
        found.append(Found(
            document=papers[one], summary=lines.get(one) or Summary(document_id=one),
            operations=tuple(line for line in shown if line is not None),
        ))  # fmt: skip
    return found


def _is_meant(names: list[str], wanted: list[str]) -> bool:
    return any(compact(part).startswith(word) for name in names for part in _parts(name) for word in wanted)


def _parts(key: str) -> list[str]:
    """Return the names in the key of an operation: the whole, and those of the business key behind flow, target and object."""
    return [compact(key), *key.split("/")[3:]]


def _texts(data: Any) -> Iterator[str]:
    """Yield every value of the fields of a record, as read and as it is."""
    if isinstance(data, dict):
        for key, one in data.items():
            if key in {"value", "raw"} and isinstance(one, str):
                yield one
            elif key not in {"provenance", "classification", "findings", "absent"}:
                yield from _texts(one)
    elif isinstance(data, list | tuple):
        for one in data:
            yield from _texts(one)
