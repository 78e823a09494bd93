"""Looks whether a document was here before, in the transaction in which it claims to be the first; and what people say."""

from collections.abc import Sequence

from sqlalchemy import Connection

from engine.content.duplicate_policy import DuplicatePolicy
from engine.model.document import SETTLED, Document, State
from engine.model.duplicate import ERP, DuplicateCheck, Signature
from engine.model.errors import PostroomError
from engine.model.record import Match, Record
from engine.runtime import again, questions
from engine.runtime.corrections import Refused
from engine.runtime.house import House
from engine.runtime.questions import Rivals
from engine.runtime.witness import Live, Question, Witness
from engine.stages.duplicates.keys import blocking_keys
from engine.stages.duplicates.signature import signature
from engine.stages.duplicates.weigh import check
from engine.store import documents, ledger, signatures
from engine.store.database import reading, transaction
from engine.store.signatures import Key

_HELD: frozenset[State] = frozenset({"in_review", "duplicate"})
"""States in which a document may stand because it was taken for a copy."""


def look(
    tx: Connection, document: Document, record: Record, *, vendor: Match, policy: DuplicatePolicy, witness: Live
) -> DuplicateCheck:
    """Write down what a document claims and compare it with the earlier ones that share a key.

    Call it under the lock on the document and before its business key is claimed. A reminder, a statement or an offer
    is compared and claims nothing: its invoice may still come.
    """
    mine = _claim_of(document, record, vendor)
    earlier = signatures.claim(
        tx, mine, keys_of(mine), window_days=policy.window_days, nearest=policy.nearest,
        keeps=record.classification.aside is None,
    )  # fmt: skip
    witness.heard(_rivals(mine, policy), questions.told(earlier))
    return check(mine, earlier.signatures, policy=policy, cleared=earlier.cleared)


def looked(
    witness: Witness, document: Document, record: Record, *, vendor: Match, policy: DuplicatePolicy
) -> DuplicateCheck:
    """Compare a document with those that were earlier when it was judged; nothing is written."""
    mine = _claim_of(document, record, vendor)
    earlier = witness.ask(_rivals(mine, policy))
    return check(mine, earlier.signatures, policy=policy, cleared=frozenset(earlier.cleared))


def _claim_of(document: Document, record: Record, vendor: Match) -> Signature:
    return signature(record, vendor=vendor).model_copy(update={"document_id": document.id})


def _rivals(mine: Signature, policy: DuplicatePolicy) -> Question[Rivals]:
    return questions.rivals(mine, keys_of(mine), window_days=policy.window_days, nearest=policy.nearest)


def keys_of(mine: Signature) -> Sequence[Key]:
    """Return the keys of a claim as the store takes them."""
    return [Key(digest=key.digest, is_dated=key.is_dated) for key in blocking_keys(mine)]


def compare(house: House, document_id: str, *, policy: DuplicatePolicy) -> DuplicateCheck:
    """Return how a document compares with earlier ones as they stand now; nothing is written.

    Raises PostroomError for a document that claims nothing: it was never judged, or it is a reminder or the like.
    """
    with reading(house.engine) as tx:
        mine = signatures.get(tx, document_id)
        if mine is None:
            raise PostroomError(
                f"Document {document_id[:12]} claims nothing: it was not judged, or asks for no payment."
            )
        found = signatures.earlier(tx, mine, keys_of(mine), window_days=policy.window_days, nearest=policy.nearest)
    return check(mine, found.signatures, policy=policy, cleared=found.cleared)


def _lock(tx: Connection, document_id: str) -> None:
    """Keep others from a document; one of the ERP cannot change, but must be known. Raises LookupError."""
    if not document_id.startswith(ERP):
        documents.lock(tx, document_id)
    elif signatures.get(tx, document_id) is None:
        raise LookupError(f"no document {document_id!r}")


def is_known(house: House, document_id: str) -> bool:
    """Return whether a document claims something, here or in the history of the ERP."""
    with reading(house.engine) as tx:
        return signatures.get(tx, document_id) is not None


def part(house: House, document_id: str, other_id: str, *, by: str) -> int | None:
    """Note that a person says two documents are two claims.

    Returns the revision in which the first is judged again, which the caller queues; None when the same was said
    before or the document is not held. Raises Refused for one document twice or one that is still being processed;
    LookupError for an unknown one.
    """
    if document_id == other_id:
        raise Refused("One document cannot be told from itself.")
    with transaction(house.engine) as tx:
        for one in sorted((document_id, other_id)):
            _lock(tx, one)
        document = documents.lock(tx, document_id)
        if document.state not in SETTLED:
            raise Refused(f"Document {document_id[:12]} is still being processed. Try again when it has settled.")
        now = house.clock.now()
        if not signatures.part(tx, document_id, other_id, by=by, at=now):
            return None
        ledger.append(tx, at=now, document_id=document_id, kind="told_apart", actor=by, data={"other": other_id})
        return again.begin(tx, document_id, flow=None, at=now) if document.state in _HELD else None
