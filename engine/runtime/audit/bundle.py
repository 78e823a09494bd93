"""A lineage bundle: all that a document's record rests on, in one signed zip that can be checked without the hub."""

from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from typing import Any, get_args

from sqlalchemy import Connection

from engine.model.operation import AuditEvent, Operation
from engine.model.rights import FieldGroup
from engine.model.value import Value
from engine.runtime import story, versions
from engine.runtime.audit import archive, signing
from engine.runtime.audit.names import (
    CONTENT,
    CORRECTIONS,
    DOCUMENT,
    FORMAT,
    KEY,
    LEDGER,
    MANIFEST,
    OPERATIONS,
    PAYLOADS,
    RECEIPTS,
    REVIEWS,
    SIGNATURE,
    SOURCE,
    ContentPiece,
    Manifest,
    step_name,
)
from engine.runtime.house import House
from engine.runtime.people.accounts import Hand, note
from engine.stages.cover import covered, values
from engine.store import corrections, documents, ledger, operation_payloads, operations, reviews
from engine.store.columns import dump_json
from engine.store.database import reading, transaction
from engine.store.documents import StepKind

_SHOWS_THE_PAPER: frozenset[StepKind] = frozenset({"reading", "witness", "lessons"})
"""Steps whose results hold the words of the page wherever they stand, so that none of it can be told apart as masked."""
_STEPS: tuple[StepKind, ...] = get_args(StepKind)


def bundle(house: House, document_id: str, *, hand: Hand, hidden: frozenset[FieldGroup] = frozenset()) -> bytes:
    """Return the bundle of a document (its full id), and note in the ledger who took it.

    With `hidden` groups of fields their values are covered, and what shows the paper itself is left out.
    Raises LookupError when there is no such document, FileNotFoundError when its bytes are gone.
    """
    members = _members(house, document_id, hidden)
    key = signing.private_key(house.settings)
    members[KEY] = signing.public_pem(key)
    with reading(house.engine) as tx:
        head = ledger.head(tx)
    manifest = Manifest(
        format=FORMAT, document_id=document_id, made_at=house.clock.now(), made_by=hand.by, masked=tuple(sorted(hidden)),
        head_seq=head.seq if head else 0, head_hash=head.hash if head else "", key=signing.fingerprint(key.public_key()),
        members={name: sha256(content).hexdigest() for name, content in sorted(members.items())},
    )  # fmt: skip
    members[MANIFEST] = _json(manifest)
    members[SIGNATURE] = key.sign(members[MANIFEST])
    whole = archive.packed(members)
    with transaction(house.engine) as tx:
        taken = {"sha256": sha256(whole).hexdigest(), "masked": sorted(hidden)}
        note(tx, house, hand, "lineage_exported", taken, document_id=document_id)
    return whole


def _members(house: House, document_id: str, hidden: frozenset[FieldGroup]) -> dict[str, bytes]:
    told = story.story(house, document_id)
    known = values(told.model_dump(mode="json"), hidden)

    def cover(data: Any) -> Any:
        return covered(data, known, hidden)

    with reading(house.engine) as tx:
        shown = _of_steps(tx, document_id, hidden)
        shown |= _of_people(tx, document_id) | _of_operations(tx, told.operations)
        entries = [_entry(one, cover) for one in ledger.story(tx, document_id)]
    pieces, files = _content(house, told)
    members = {
        name: _json(cover(data)) for name, data in {**shown, DOCUMENT: told.document.model_dump(mode="json")}.items()
    }
    members |= {LEDGER: _json(entries), CONTENT: _json([one.model_dump(mode="json") for one in pieces]), **files}
    if not hidden:
        with house.blobs.open(told.document.blob.sha256) as stream:
            members[SOURCE] = stream.read()
    return members


def _of_steps(tx: Connection, document_id: str, hidden: frozenset[FieldGroup]) -> dict[str, Any]:
    kinds = [one for one in _STEPS if not (hidden and one in _SHOWS_THE_PAPER)]
    found = documents.loaded(tx, [document_id], kinds).get(document_id, {})
    return {step_name(revision, kind): data for revision, steps in found.items() for kind, data in steps.items()}


def _of_people(tx: Connection, document_id: str) -> dict[str, Any]:
    return {
        REVIEWS: _dumped(reviews.of_document(tx, document_id)),
        CORRECTIONS: _dumped(corrections.of_document(tx, document_id)),
    }


def _of_operations(tx: Connection, written: Sequence[Operation]) -> dict[str, Any]:
    return {
        OPERATIONS: _dumped(written),
        PAYLOADS: {one.key: _dumped(operation_payloads.of_operation(tx, one.key)) for one in written},
        RECEIPTS: _dumped(answer for one in written for answer in operations.receipts(tx, one.key)),
    }


def _entry(event: AuditEvent, cover: Any) -> dict[str, Any]:
    """Return an entry of the ledger; where something of it is covered only its place in the chain."""
    whole = event.model_dump(mode="json")
    data = cover(whole["data"])
    return whole if data == whole["data"] else {**whole, "data": None}


def _content(house: House, told: story.Story) -> tuple[list[ContentPiece], dict[str, bytes]]:
    """Return the pieces of content that the decision rests on, and the files of those that are still what they were."""
    root = house.settings.content_folder()
    pieces: list[ContentPiece] = []
    files: dict[str, bytes] = {}
    for ref, digest in told.decision.digests if told.decision else ():
        found = versions.files_then(root, ref, digest)
        names = tuple(f"content/{ref}/{number}/{file.name}" for number, file in enumerate(found))
        files |= {name: file.read_bytes() for name, file in zip(names, found, strict=True)}
        pieces.append(ContentPiece(ref=ref, digest=digest, files=names))
    return pieces, files


def _dumped(found: Iterable[Value]) -> list[Mapping[str, Any]]:
    return [one.model_dump(mode="json") for one in found]


def _json(data: Value | Mapping[str, Any] | Sequence[Any]) -> bytes:
    return dump_json(data.model_dump(mode="json") if isinstance(data, Value) else data).encode()
