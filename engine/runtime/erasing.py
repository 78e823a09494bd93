"""Erases documents, with the mail or bundle they came in: never inside retention, under a hold, or before they are at rest.

The ledger is told first, in the transaction that empties the tables; files go afterwards. A worker that dies in between leaves
files of a document that is erased: `sweep` removes them.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Literal

from sqlalchemy import Connection

from engine.content.retention_policy import Keep
from engine.model.errors import PostroomError
from engine.model.person import Where
from engine.model.rights import FieldGroup
from engine.model.sensitive import GROUPS
from engine.model.value import Value
from engine.runtime import cached, golden, merged
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand, note
from engine.runtime.promotion import kept as reports
from engine.stages.search_words import asked as words_of
from engine.store import database, documents, erasing, ledger, retention, search
from engine.store.database import reading, transaction
from engine.store.retention import Erasure, Hold, Kept
from engine.store.writing import chunks

Scope = Literal["document_id", "vendor_id", "type", "entity"]
LIST = "erased.jsonl"
"""The list of erasures in the data folder: ids and moments. It is no part of a backup, and outlives what it was taken of."""
RAN = "retention_ran"
"""The ledger's entry of a run of retention by a worker."""
MOST = 1000
"""Documents that are looked for at once."""
_MOST_WORDS = 8
_DAY = timedelta(days=1)
_AT_ONCE = 500
_RESTLESS = {"in_review": "it is in review", "waiting": "it waits for something", "parked": "it is parked"}


class Refusal(Value):
    """Why a document is not erased."""

    document_id: str
    why: str
    until: date | None = None
    """The first day on which retention does not stand in the way; None where that is not the reason."""


class Looked(Value):
    """What an erasure would do."""

    documents: tuple[Kept, ...]
    """Documents that would be erased, each with those that came in the same mail or bundle."""
    refused: tuple[Refusal, ...]
    golden: tuple[str, ...] = ()
    """Golden cases that people made of one of them, unmasked: files of the content's repository, to be taken out by hand."""


def look(house: House, document_ids: Sequence[str]) -> Looked:
    """Return which documents can be erased, with their families, and why others cannot. Nothing is changed."""
    with reading(house.engine) as tx:
        families = _families(tx, document_ids)
        holds = retention.holds(tx)
        good: list[Kept] = []
        refused: list[Refusal] = []
        for family in families:
            found = retention.kept(tx, family)
            reasons = [one for kept in found for one in _refusals(house, tx, kept, holds)]
            refused += reasons
            good += [] if reasons else [one for one in found if one.state != "erased"]
    cases = golden.made_of(house.settings.content_folder(), [one.id for one in good]) if good else ()
    return Looked(documents=tuple(good), refused=tuple(refused), golden=cases)


def about(
    house: House, *, vendor: str = "", words: str = "", groups: frozenset[FieldGroup] = GROUPS, most: int = MOST
) -> list[str]:  # fmt: skip
    """Return documents of a vendor (its id, or its name as it is written), and those in which every one of some words stands.

    A word is the beginning of one that was read, mailed or typed; in masked values it is looked for where `groups` says so.
    """
    with reading(house.engine) as tx:
        found = retention.of_subject(tx, vendor, limit=most) if vendor.strip() else []
        asked_for = words_of(words, most=_MOST_WORDS)
        hits = search.found(tx, asked_for, groups=groups, within=None, most=most) if asked_for else []
        kept = retention.kept(tx, list(dict.fromkeys([*found, *(one.document_id for one in hits)]))[:most])
    return [one.id for one in kept if one.state != "erased"]


def ask(house: House, document_ids: Sequence[str], *, why: str, hand: Hand) -> Erasure:
    """Ask for documents to be erased; a second person confirms it. Raises PostroomError when one may not be erased."""
    if not why.strip():
        raise PostroomError("Say why in a few words: who asked for it, and by which right.")
    looked = look(house, document_ids)
    if looked.refused:
        raise PostroomError(told(looked.refused))
    if not looked.documents:
        raise PostroomError("There is nothing to erase.")
    ids = [one.id for one in looked.documents]
    with transaction(house.engine) as tx:
        number = retention.ask(tx, ids, why=why.strip(), by=hand.by, at=house.clock.now())
        note(tx, house, hand, "erasure_asked", {"erasure": number, "documents": ids})
        made = retention.asked(tx, number)
    assert made is not None  # noqa: S101 - it was made in this transaction
    return made


def confirm(house: House, number: int, *, hand: Hand) -> Erasure:
    """Erase what somebody else asked for. Raises PostroomError when it may not be, now that it is looked at again."""
    with transaction(house.engine) as tx:
        asked = retention.asked(tx, number)
        if asked is None:
            raise PostroomError(f"There is no erasure {number}; `postroom erase --waiting` lists them.")
        if asked.confirmed_at is not None:
            raise PostroomError(f"Erasure {number} was confirmed by {asked.confirmed_by} already.")
        if asked.asked_by.casefold() == hand.by.casefold():
            raise PostroomError("Who asks for an erasure does not confirm it: another person has to look.")
    looked = look(house, asked.documents)
    if looked.refused:
        raise PostroomError(told(looked.refused))
    for one in looked.documents:
        _erase(house, one.id, {"erasure": number, "why": asked.why, "asked_by": asked.asked_by}, hand)
    with transaction(house.engine) as tx:
        retention.confirm(tx, number, by=hand.by, at=house.clock.now())
        note(tx, house, hand, "erasure_confirmed", {"erasure": number})
    sweep(house, asked.documents)
    return asked


class Due(Value):
    """A document whose time is over."""

    kept: Kept
    since: date
    why: str
    is_erased: bool
    """`postroom retention run` erases it; else it is only reported."""


class Ran(Value):
    """What a run of retention did."""

    erased: tuple[str, ...]
    refused: tuple[Refusal, ...]


def replay(house: House, listed: Path, *, hand: Hand) -> Ran:
    """Erase what a list of erasures (`erased.jsonl` of a data folder) names and a restored backup brought back.

    Raises PostroomError when the file is not such a list.
    """
    try:
        ids = [str(json.loads(line)["document"]) for line in listed.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, LookupError, TypeError) as e:
        raise PostroomError(f"{listed} is no list of erasures: {e}") from e
    with reading(house.engine) as tx:
        holds = retention.holds(tx)
        back = [one for some in chunks(ids, _AT_ONCE) for one in retention.kept(tx, some) if one.state != "erased"]
    refused: list[Refusal] = []
    erased: list[str] = []
    for one in back:
        if held := held_by(one, holds):
            refused.append(Refusal(document_id=one.id, why=f"hold {held.id} of {held.by}: {held.why}"))
        else:
            _erase(house, one.id, {"why": f"erased before; {listed.name} says so"}, hand, is_again=True)
            erased.append(one.id)
    sweep(house, erased)
    return Ran(erased=tuple(erased), refused=tuple(refused))


def due(house: House, *, most: int | None = None) -> list[Due]:
    """Return the documents at rest whose time is over, by id; with `most` only so many, whichever are found first."""
    today, found, step = house.clock.now().date(), dict[str, Due](), min(_AT_ONCE, most or _AT_ONCE)
    for row in rows_of(house):
        moment, after = datetime.combine(row.kept_from(today), time.min, UTC), None
        while most is None or len(found) < most:
            with reading(house.engine) as tx:
                some = retention.before(tx, moment, kind=row.type, entity=row.entity, after=after, limit=step)
            for one in some:
                rule = ends(house, one)
                if rule is not None and rule[0] <= today:
                    found[one.id] = Due(kept=one, since=rule[0], why=rule[1], is_erased=rule[2])
            if len(some) < step:
                break
            after = some[-1]
    return [found[one] for one in sorted(found)][:most]


def run(house: House, *, hand: Hand) -> Ran:
    """Erase what is due as the environment says, a family at a time, and sweep up after workers that died. Return what was done."""
    with reading(house.engine) as tx:
        half = ledger.erased(tx)
    sweep(house, half)
    erased: list[str] = []
    refused: list[Refusal] = []
    for one in due(house):
        if one.is_erased and one.kept.id not in erased:
            looked = look(house, [one.kept.id])
            stays = [_stays(house, kept) for kept in looked.documents]
            refused += (*looked.refused, *(why for why in stays if why))
            for kept in () if any(stays) else looked.documents:
                try:
                    _erase(house, kept.id, {"why": one.why}, hand)
                    erased.append(kept.id)
                except PostroomError as e:  # it was touched meanwhile
                    refused.append(Refusal(document_id=kept.id, why=e.message))
    sweep(house, erased)
    return Ran(erased=tuple(erased), refused=tuple(dict.fromkeys(refused)))


def nightly(house: House) -> Ran | None:
    """Run retention when the rules erase by themselves and the last run is a day ago; None when there was nothing to do.

    Workers that do so at once do no harm: each document is looked at again under its lock.
    """
    if not any(row.then == "erase" for row in rows_of(house)):
        return None
    now = house.clock.now()
    with reading(house.engine) as tx:
        if ledger.is_in_house(tx, RAN, since=now - _DAY):
            return None
    hand = Hand("system", Where(address="worker"))
    ran = run(house, hand=hand)
    with transaction(house.engine) as tx:
        note(tx, house, hand, RAN, {"erased": len(ran.erased), "refused": len(ran.refused)})
    return ran


def _stays(house: House, kept: Kept) -> Refusal | None:
    """Return why a document does not go by itself with the family that it is of."""
    rule = ends(house, kept)
    if rule is None or rule[2]:
        return None
    return Refusal(document_id=kept.id, why=f"it is only reported, and what came with it stays too: {rule[1]}")


def hold(house: House, scope: Mapping[Scope, str], *, why: str, hand: Hand) -> int:
    """Hold what fits all that is named; return the hold's number. Raises PostroomError when nothing is named, or no reason."""
    if not any(scope.values()) or not why.strip():
        raise PostroomError("Say what is held (a document, a vendor's id, a type, a company) and why.")
    with transaction(house.engine) as tx:
        named = {str(name): value for name, value in scope.items()}
        number = retention.add_hold(tx, {**named, "why": why.strip(), "by": hand.by, "at": house.clock.now()})
        note(tx, house, hand, "hold_begun", {"hold": number, **named, "why": why.strip()})
    return number


def end_hold(house: House, number: int, *, hand: Hand) -> None:
    """End a hold. Raises PostroomError when none of this number stands."""
    with transaction(house.engine) as tx:
        if not retention.end_hold(tx, number, by=hand.by, at=house.clock.now()):
            raise PostroomError(f"No hold {number} stands; `postroom hold list` shows those that do.")
        note(tx, house, hand, "hold_ended", {"hold": number})


def rows_of(house: House) -> tuple[Keep, ...]:
    """Return the rules of retention that are in force."""
    return house.library.environment.retention


def sweep(house: House, document_ids: Iterable[str]) -> None:
    """Remove the files of erased documents: bytes, pictures, the cache, reports that name them. Again is no harm."""
    gone = set(document_ids)
    reports.forget(house, gone)
    for one in gone:
        with reading(house.engine) as tx:
            document = documents.get(tx, one)
            said = [event for event in ledger.story(tx, one) if event.kind == ledger.ERASED]
        if document is not None and document.state == "erased":
            for sha256 in {document.blob.sha256, *(file for event in said for file in event.data["files"])}:
                house.blobs.remove(sha256)
            cached.forget(house, document.blob.sha256)


def told(refused: Sequence[Refusal]) -> str:
    """Return in words why documents are not erased."""
    lines = "\n".join(f"  {one.document_id[:12]}: {one.why}" for one in refused)
    return f"Nothing was erased, because these may not be:\n{lines}"


def ends(house: House, kept: Kept) -> tuple[date, str, bool] | None:
    """Return the first day on which a document need not be kept, by which rule, and whether it is erased then by itself."""
    for row in rows_of(house):
        if row.fits(kept.type, kept.entity):
            return row.until(kept.received_at.date()), row.why, row.then == "erase"
    return None


def held_by(kept: Kept, holds: Iterable[Hold]) -> Hold | None:
    """Return the hold that a document falls under, or None."""
    for one in holds:
        pairs = (
            (one.document_id, kept.id), (one.vendor_id, kept.vendor_id), (one.type, kept.type), (one.entity, kept.entity),
        )  # fmt: skip
        if all(wanted in {None, found} for wanted, found in pairs):
            return one
    return None


def _refusals(house: House, tx: Connection, kept: Kept, holds: Sequence[Hold]) -> list[Refusal]:
    if kept.state == "erased":
        return []
    hold = held_by(kept, holds)
    if hold is not None:
        return [Refusal(document_id=kept.id, why=f"hold {hold.id} of {hold.by}: {hold.why}")]
    if kept.state in _RESTLESS or kept.state in {"received", "processing", "posting"}:
        why = _RESTLESS.get(kept.state, "it is being worked on")
        return [Refusal(document_id=kept.id, why=f"{why}; bring it to an end first")]
    if open_ones := erasing.unfinished(tx, [kept.id]).get(kept.id):
        return [Refusal(document_id=kept.id, why=f"{open_ones} of its operations have no end yet")]
    rule = ends(house, kept)
    if rule is not None and rule[0] > house.clock.now().date():
        return [Refusal(document_id=kept.id, why=f"it has to be kept until {rule[0]}: {rule[1]}", until=rule[0])]
    return []


def _families(tx: Connection, document_ids: Sequence[str]) -> list[list[str]]:
    """Return each document with the mail or bundle it came in and all that came out of that; each family once."""
    found: dict[str, list[str]] = {}
    for one in document_ids:
        document = documents.get(tx, one)
        if document is None:
            raise PostroomError(f"There is no document {one[:12]}.")
        while document.parent_id is not None and (parent := documents.get(tx, document.parent_id)) is not None:
            document = parent
        if document.id not in found:
            found[document.id] = list(_below(tx, document.id))
    return list(found.values())


def _below(tx: Connection, root: str) -> list[str]:
    ids = [root]
    for one in ids:
        said = merged.of(tx, one)
        near = [*(said.parts if said else ()), *(child.id for child in documents.children(tx, one))]
        ids += [other for other in dict.fromkeys(near) if other not in ids]
    return ids


def _erase(
    house: House, document_id: str, why: dict[str, object], hand: Hand, *, is_again: bool = False
) -> None:  # fmt: skip
    """Erase one document. Raises PostroomError when it may not be, now that nobody else can touch it."""
    with database.erasing(house.engine) as tx:
        document = documents.lock(tx, document_id)
        refused = [] if is_again else _refusals(house, tx, retention.kept(tx, [document_id])[0], retention.holds(tx))
        if refused:
            raise PostroomError(told(refused))
        files = sorted(erasing.pictures(tx, document_id))
        erasing.erase(tx, document_id, at=house.clock.now())
        entries = ledger.erase(tx, document_id)
        note(tx, house, hand, ledger.ERASED, {**why, "entries": dict(entries), "files": files}, document_id=document.id)
    line = json.dumps({"document": document_id, "at": house.clock.now().isoformat()})
    with (house.settings.home / LIST).open("a", encoding="utf-8") as file:
        file.write(f"{line}\n")
