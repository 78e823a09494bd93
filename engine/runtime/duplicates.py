"""Looks whether a document was here before, in the transaction in which it claims to be the first."""

from collections.abc import Sequence

from sqlalchemy import Connection

from engine.content.duplicate_policy import DuplicatePolicy
from engine.model.document import Document
from engine.model.duplicate import DuplicateCheck, Signature
from engine.model.record import Match, Record
from engine.stages.duplicates.keys import blocking_keys
from engine.stages.duplicates.signature import signature
from engine.stages.duplicates.weigh import check
from engine.store import signatures
from engine.store.signatures import Key


def look(
    tx: Connection, document: Document, record: Record, *, vendor: Match, policy: DuplicatePolicy
) -> DuplicateCheck:
    """Write down what a document claims and compare it with the earlier ones that share a key.

    Call it under the lock on the document and before its business key is claimed. A reminder, a statement or an offer
    is compared and claims nothing: its invoice may still come.
    """
    mine = signature(record, vendor=vendor).model_copy(update={"document_id": document.id})
    earlier = signatures.claim(
        tx, mine, keys_of(mine), window_days=policy.window_days, nearest=policy.nearest,
        keeps=record.classification.aside is None,
    )  # fmt: skip
    return check(mine, earlier.signatures, policy=policy, cleared=earlier.cleared)


def keys_of(mine: Signature) -> Sequence[Key]:
    """Return the keys of a claim as the store takes them."""
    return [Key(digest=key.digest, is_dated=key.is_dated) for key in blocking_keys(mine)]
