"""Checks a lineage bundle with nothing but its bytes: no hub, no database, no network."""

import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any

from pydantic import TypeAdapter, ValidationError

from engine.content.released import digest_contents
from engine.model.document import Document
from engine.model.errors import PostroomError
from engine.model.operation import AuditEvent
from engine.model.value import Value, digest
from engine.runtime.audit import archive, signing
from engine.runtime.audit.names import (
    CONTENT,
    DOCUMENT,
    FORMAT,
    KEY,
    LEDGER,
    MANIFEST,
    OPERATIONS,
    RECEIPTS,
    SIGNATURE,
    SOURCE,
    ContentPiece,
    Manifest,
)
from engine.store import ledger

_UNLISTED = frozenset({MANIFEST, SIGNATURE})


class Fault(Value):
    """One link that does not hold."""

    link: str
    """The member of the bundle, or `the zip`."""
    why: str


class Verdict(Value):
    """What a check of a bundle found."""

    faults: tuple[Fault, ...]
    manifest: Manifest | None = None
    has_known_key: bool = False
    """Whether the signature was held against a key that the auditor brought, not only the one in the bundle."""
    checked: int = 0
    """Members whose digests hold."""

    @property
    def is_intact(self) -> bool:
        """Whether every link holds."""
        return not self.faults


def verify(content: bytes, *, key: bytes | None = None) -> Verdict:
    """Check a bundle, against a public key (PEM) that the auditor has from elsewhere, else against the one inside.

    Raises PostroomError when the auditor's key is no Ed25519 public key.
    """
    if key is not None:
        signing.public_key(key)
    try:
        read = archive.unpacked(content)
    except archive.Unreadable as e:
        return Verdict(faults=(Fault(link="the zip", why=f"its table of contents cannot be read: {e}"),))
    faults = [Fault(link=name, why=why) for name, why in read.unreadable.items()]
    manifest = _manifest(read.members)
    faults += _signature(read.members, manifest, key)
    checked = 0
    if manifest is not None:
        wrong = list(_digests(read.members, manifest, frozenset(read.unreadable)))
        checked = len(manifest.members) - len({one.link for one in wrong} & set(manifest.members))
        faults += wrong if wrong or faults else _meanings(read.members, manifest)
    if not faults and (place := archive.differs_at(content, read.members)) is not None:
        faults.append(Fault(link="the zip", why=f"byte {place} is not the one that its members make"))
    return Verdict(faults=tuple(faults), manifest=manifest, has_known_key=key is not None, checked=checked)


def _manifest(members: Mapping[str, bytes]) -> Manifest | None:
    try:
        return Manifest.model_validate_json(members[MANIFEST])
    except (KeyError, ValidationError):
        return None


def _signature(members: Mapping[str, bytes], manifest: Manifest | None, key: bytes | None) -> Iterator[Fault]:
    if MANIFEST not in members or SIGNATURE not in members:
        yield Fault(link=MANIFEST if MANIFEST not in members else SIGNATURE, why="it is missing")
        return
    if manifest is None or manifest.format != FORMAT:
        yield Fault(link=MANIFEST, why=f"it is no manifest of the form {FORMAT}")
    try:
        public = signing.public_key(key if key is not None else members.get(KEY, b""))
    except PostroomError as e:
        yield Fault(link=KEY, why=e.message)
        return
    if manifest is not None and signing.fingerprint(public) != manifest.key:
        yield Fault(link=KEY, why="it is not the key that the manifest names")
    if not signing.is_signed(public, members[SIGNATURE], members[MANIFEST]):
        yield Fault(link=SIGNATURE, why="it is no signature of this manifest by this key")


def _digests(members: Mapping[str, bytes], manifest: Manifest, unreadable: frozenset[str]) -> Iterator[Fault]:
    """Yield what is missing, was changed or was put in."""
    for name, expected in manifest.members.items():
        if name in unreadable:
            continue
        if name not in members:
            yield Fault(link=name, why="it is missing")
        elif sha256(members[name]).hexdigest() != expected:
            yield Fault(link=name, why="its bytes are not those that the manifest names")
    for name in sorted(set(members) - set(manifest.members) - _UNLISTED):
        yield Fault(link=name, why="the manifest does not know it")


def _meanings(members: Mapping[str, bytes], manifest: Manifest) -> list[Fault]:
    """Return what does not fit together although all bytes are as they were signed."""
    try:
        return [
            *_source(members, manifest),
            *_chain(members, manifest),
            *_content(members),
            *_written(members, manifest),
        ]
    except (KeyError, ValueError, TypeError, AttributeError) as e:
        return [Fault(link=MANIFEST, why=f"something that was signed is not of the form {FORMAT}: {e}")]


def _source(members: Mapping[str, bytes], manifest: Manifest) -> Iterator[Fault]:
    document = Document.model_validate_json(members[DOCUMENT])
    if document.id != manifest.document_id:
        yield Fault(link=DOCUMENT, why="it is another document than the manifest names")
    if manifest.masked:
        return
    if sha256(members[SOURCE]).hexdigest() != document.blob.sha256:
        yield Fault(link=SOURCE, why="its SHA-256 is not the one under which the document came in")


def _chain(members: Mapping[str, bytes], manifest: Manifest) -> Iterator[Fault]:
    """Yield entries of the ledger that do not carry their own hash, or do not follow the one before."""
    before: Mapping[str, Any] = {"seq": 0, "hash": ledger.GENESIS}
    for entry in json.loads(members[LEDGER]):
        link = f"{LEDGER} entry {entry['seq']}"
        if entry["document_id"] != manifest.document_id or entry["seq"] <= before["seq"]:
            yield Fault(link=link, why="it is of another document, or out of order")
        if entry["seq"] == before["seq"] + 1 and entry["previous_hash"] != before["hash"]:
            yield Fault(link=link, why="it does not follow the entry before it")
        if entry["seq"] == manifest.head_seq and entry["hash"] != manifest.head_hash:
            yield Fault(link=link, why="it is not the head that the manifest names")
        is_covered = entry["data"] is None and manifest.masked
        if not is_covered and ledger.digest(AuditEvent.model_validate(entry)) != entry["hash"]:
            yield Fault(link=link, why="its hash is not that of its words")
        before = entry


def _content(members: Mapping[str, bytes]) -> Iterator[Fault]:
    for piece in TypeAdapter(list[ContentPiece]).validate_json(members[CONTENT]):
        files = [(name.rpartition("/")[2], members[name]) for name in piece.files]
        if files and digest_contents(files) != piece.digest:
            yield Fault(link=piece.ref, why="its files are not those by which the document was judged")


def _written(members: Mapping[str, bytes], manifest: Manifest) -> Iterator[Fault]:
    written = {one["key"]: one for one in json.loads(members[OPERATIONS])}
    for key, one in written.items():
        if one["document_id"] != manifest.document_id:
            yield Fault(link=key, why="it was written for another document")
        if not manifest.masked and digest(one["payload"]) != one["payload_digest"]:
            yield Fault(link=key, why="its payload is not the one whose digest was noted before it left")
    for answer in json.loads(members[RECEIPTS]):
        if answer["key"] not in written:
            yield Fault(link=RECEIPTS, why=f"a receipt is of an operation that is not here: {answer['key']}")
